"""Cases of bytes that hold numbers, tables, tensors and other bytes, for TensorFlow and tfgrad."""

import numpy as np


def _text(tf, shape=(None,)):
    return tf.placeholder(tf.string, shape, name="x")


def base64(tf):
    x = _text(tf)
    coded = tf.encode_base64(x)
    results = {
        "coded": coded,
        "padded": tf.io.encode_base64(x, pad=True, name="named"),
        "back": tf.decode_base64(coded),
        "again": tf.io.decode_base64(tf.encode_base64(x, pad=True)),
        "safe": tf.encode_base64(b"\xff\xef\xfe?>"),
    }
    return results, {x: ["", "a", "ab", "abc", "Grüße"]}


def base64_wrong(tf):
    return {"y": tf.decode_base64(["YWJj", "+/8"])}, {}


def raw(tf):
    x = _text(tf, [2, None])
    e = tf.placeholder(tf.string, [None], name="e")
    results = {
        "short": tf.decode_raw(x, tf.int16),
        "swapped": tf.io.decode_raw(x, tf.uint16, little_endian=False, name="named"),
        "bytes": tf.decode_raw(bytes=x, out_type=tf.uint8),
        "float": tf.decode_raw(x, tf.float32),
        "double": tf.decode_raw([np.float64(2.5).tobytes()], tf.float64),
        "scalar": tf.decode_raw("abcd", tf.int8),
        "empty": tf.decode_raw(e, tf.int32),
        "padded": tf.raw_ops.DecodePaddedRaw(
            input_bytes=x, fixed_length=6, out_type=tf.int16, little_endian=True
        ),
        "cut": tf.raw_ops.DecodePaddedRaw(input_bytes=x, fixed_length=2, out_type=tf.int8),
    }
    return results, {x: [["abcd", "efgh"], ["ijkl", "mnop"]], e: np.empty((0,), object)}


def raw_wrong(tf):
    x = _text(tf)
    return {"y": tf.decode_raw(x, tf.int16)}, {x: ["abc"]}


def csv(tf):
    x = _text(tf)
    lines = ['1,2.5,x,"a ""b"", c",9', ',,,,"8"', "-3,1e3, y ,NA,7"]
    defaults = [[0], tf.constant([1.5], tf.float64), [""], "none", tf.constant([], tf.int64)]
    parts = tf.decode_csv(x, defaults)
    chosen = tf.io.decode_csv(x, [[-1], ["-"]], na_value="NA", select_cols=[0, 3], name="named")
    tabs = tf.decode_csv(["1\t2", '3\t"'], [[1.0], ["d"]], field_delim="\t", use_quote_delim=False)
    square = tf.decode_csv([["1,2"], ["3,"]], [[1], [5]])
    results = {f"p{i}": t for i, t in enumerate(parts)}
    results.update({f"c{i}": t for i, t in enumerate(chosen)})
    results.update({f"t{i}": t for i, t in enumerate(tabs)})
    results.update({f"s{i}": t for i, t in enumerate(square)})
    return results, {x: lines}


def csv_missing(tf):
    return {"y": tf.decode_csv(["1,"], [[1], tf.constant([], tf.int32)])[1]}, {}


def csv_too_few(tf):
    return {"y": tf.decode_csv(["1,2"], [[1], [1], [1]])[1]}, {}


def csv_no_number(tf):
    return {"y": tf.decode_csv(["1,b"], [[1], [1]])[1]}, {}


def csv_quotes(tf):
    return {"y": tf.decode_csv(['1,b"'], [[1], [""]])[1]}, {}


def tensors(tf):
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    serialized = tf.serialize_tensor(x)
    results = {
        "back": tf.parse_tensor(serialized, tf.float32),
        "hash": tf.string_to_hash_bucket_fast(serialized, 2**31),
        "words": tf.io.parse_tensor(tf.io.serialize_tensor(["a", "bc"]), tf.string, name="named"),
        "scalar": tf.string_to_hash_bucket_fast(tf.serialize_tensor(3), 2**31),
        "word": tf.string_to_hash_bucket_fast(tf.serialize_tensor([["p"], ["q"]]), 2**31),
        "bools": tf.string_to_hash_bucket_fast(tf.serialize_tensor([True, False]), 2**31),
        "complex": tf.parse_tensor(tf.serialize_tensor(tf.constant([1 + 2j])), tf.complex128),
    }
    return results, {x: [[1.0, 2.0], [3.0, 4.0]]}


def tensor_of_another_type(tf):
    return {"y": tf.parse_tensor(tf.serialize_tensor([1, 2]), tf.float32)}, {}


def fingerprint(tf):
    x, y = _text(tf), tf.placeholder(tf.int32, [None, 2], name="y")
    results = {
        "text": tf.fingerprint(x),
        "rows": tf.fingerprint([["a", "b"], ["c", "d"]], name="named"),
        "numbers": tf.fingerprint(y),
        "vector": tf.fingerprint([1.5, -2.5], method="farmhash64"),
    }
    return results, {x: ["", "a", "Grüße"], y: [[1, 2], [3, 4]]}


def compressed(tf):
    data = (
        b"x\x9cKLJ\x06\x00\x02M\x01'",
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xffKLJ\x06\x00\xc2A$5\x03\x00\x00\x00",
    )
    results = {
        "zlib": tf.io.decode_compressed([data[0]], "ZLIB"),
        "gzip": tf.io.decode_compressed(data[1], compression_type="GZIP", name="named"),
        "none": tf.io.decode_compressed("abc"),
    }
    return results, {}


CASES = {
    "base64": base64, "base64_wrong": base64_wrong, "raw": raw, "raw_wrong": raw_wrong, "csv": csv,
    "csv_missing": csv_missing, "csv_too_few": csv_too_few, "csv_no_number": csv_no_number,
    "csv_quotes": csv_quotes, "tensors": tensors, "tensor_of_another_type": tensor_of_another_type,
    "fingerprint": fingerprint, "compressed": compressed,
}  # fmt: skip
