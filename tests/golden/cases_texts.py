"""Cases of runs of words, records in JSON and vocabularies, for TensorFlow and tfgrad alike."""

import base64
import tempfile

import numpy as np

WORDS = np.array(["a", "b", "c", "d", "e", "f"], object)
ENDS = np.array([0, 3, 4, 4, 6])


def _ngrams(widths, pad=-1, short=False, ends=ENDS, words=WORDS, dtype=np.int64, known=False):
    def build(tf):
        x = tf.placeholder(tf.string, [len(words)] if known else None, name="x")
        splits = tf.placeholder(tf.as_dtype(dtype), [len(ends)] if known else None, name="splits")
        found = tf.raw_ops.StringNGrams(
            data=x, data_splits=splits, separator="|", ngram_widths=widths, left_pad="<",
            right_pad=">>", pad_width=pad, preserve_short_sequences=short,
        )  # fmt: skip
        return {"ngrams": found[0], "splits": found[1]}, {x: words, splits: ends}

    return build


RECORDS = {
    "empty": "{}",
    "values": '{"features":{"feature":{"b":{"int64List":{"value":["1",2,-3]}},'
    '"a":{"floatList":{"value":[1.5,"Infinity",2,"0.25"]}}}}}',
    "bytes": '{"features":{"feature":{"a":{"bytes_list":{"value":["YWJj","x_-9"]}}}}}',
    "no_kind": '{"features":{"feature":{"a":{}}}}',
    "null": '{"features":null}',
    "no_values": '{"features":{"feature":{"a":{"floatList":{"value":[]}}}}}',
    "whole": '{"features":{"feature":{"a":{"int64List":{"value":[1.0, 1e2]}}}}}',
    "one": '{"features":{"feature":{"a":{"int64List":{"value":3}}}}}',
}
WRONG = {
    "unknown": '{"q":1}',
    "no_json": "xx",
    "no_number": '{"features":{"feature":{"a":{"int64List":{"value":["q"]}}}}}',
    "no_object": "[]",
    "nothing": "",
    "fraction": '{"features":{"feature":{"a":{"int64List":{"value":[1.5]}}}}}',
    "no_bytes": '{"features":{"feature":{"a":{"bytesList":{"value":["%%"]}}}}}',
    "two_kinds": '{"features":{"feature":{"a":{"int64List":{"value":[1]},'
    '"floatList":{"value":[1]}}}}}',
    "large": '{"features":{"feature":{"a":{"floatList":{"value":[1e60]}}}}}',
}


def json(tf):
    x = tf.placeholder(tf.string, [None, 2], name="x")
    texts = list(RECORDS.values())
    y = tf.decode_json_example(x)
    return {"y": y, "named": tf.io.decode_json_example(x, name="named")}, {
        x: np.array(texts, object).reshape(-1, 2)
    }


def _wrong(text):
    def build(tf):
        x = tf.placeholder(tf.string, None, name="x")
        return {"y": tf.io.decode_json_example(x)}, {x: np.array(text, object)}

    return build


def fact(tf):
    return {"y": tf.user_ops.my_fact()}, {}


def _vocabulary(offset, count, old="w3\nw0\nw1\n", new="w1\nw2\nw3\nw4\n", most=-1):
    def build(tf):
        x, y = (tf.placeholder(tf.string, [], name=n) for n in ("new", "old"))
        paths = []
        for text in (new, old):
            with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as file:
                file.write(text)
            paths.append(file.name)
        found = tf.raw_ops.GenerateVocabRemapping(
            new_vocab_file=x, old_vocab_file=y, new_vocab_offset=offset, num_new_vocab=count,
            old_vocab_size=most,
        )  # fmt: skip
        return {"places": found[0], "count": found[1]}, dict(zip((x, y), paths, strict=True))

    return build


def _find(tf, table, keys, default, inserted):
    with tf.control_dependencies([inserted]):
        return tf.raw_ops.LookupTableFindV2(table_handle=table, keys=keys, default_value=default)


def tables(tf):
    """Tables that live as long as a run."""
    raw = tf.raw_ops
    words = tf.placeholder(tf.string, [None], name="words")
    ones = tf.constant([10, 20], tf.int64)
    static = raw.AnonymousHashTable(key_dtype=tf.string, value_dtype=tf.int64)
    filled = raw.InitializeTableV2(table_handle=static, keys=["a", "b"], values=ones)
    mutable = raw.AnonymousMutableHashTable(key_dtype=tf.string, value_dtype=tf.int64)
    put = raw.LookupTableInsertV2(table_handle=mutable, keys=["b", "c"], values=ones)
    rows = raw.AnonymousMutableHashTableOfTensors(
        key_dtype=tf.int64, value_dtype=tf.float32, value_shape=[2]
    )
    vectors = raw.LookupTableInsertV2(table_handle=rows, keys=ones, values=[[1.0, 2.0], [3.0, 4.0]])
    dense = raw.AnonymousMutableDenseHashTable(
        empty_key=tf.constant(0, tf.int64), deleted_key=tf.constant(-1, tf.int64),
        value_dtype=tf.int64,
    )  # fmt: skip
    numbers = raw.LookupTableInsertV2(table_handle=dense, keys=ones, values=ones * 2)
    none = tf.constant(-1, tf.int64)
    return {
        "static": _find(tf, static, words, none, filled),
        "mutable": _find(tf, mutable, words, none, put),
        "rows": _find(tf, rows, ones, [0.0, 0.0], vectors),
        "dense": _find(tf, dense, ones + 10, none, numbers),
    }, {words: ["c", "b", "a"]}


# Two by three elements without loss: with and without opacity.
WEBP = {
    "rgb": (
        "UklGRkwAAABXRUJQVlA4TD8AAAAvAYAAAC+gqJEU5go/nDX/akAHkQBJJvPE6gn/N5+oBYCAuXNJOLkQlsH8"
        "R8gV20buDvkDBAJpSCKQWY7of2gA"
    ),
    "rgba": (
        "UklGRlQAAABXRUJQVlA4TEcAAAAvAYAAEC9AEEDCkUNMU024wDoKGhBgEjnpZBVADiPItrGY2HRue44/RAIk"
        "l/nHDaML7PawNDiL1svX8wxiwTR0DSSHIvofCwA="
    ),
}


def _webp(name, channels=0, op_type="DecodeWebP"):
    def build(tf):
        x = tf.placeholder(tf.string, [], name="x")
        y = getattr(tf.raw_ops, op_type)(contents=x, channels=channels)
        return {"y": y}, {x: base64.b64decode(WEBP[name])}

    return build


def _no_image(op_type, data=b"xxxxxxxxxxxxxxxxxxxx"):
    def build(tf):
        x = tf.placeholder(tf.string, None, name="x")
        return {"y": getattr(tf.raw_ops, op_type)(contents=x)}, {x: np.array(data, object)}

    return build


CASES = {
    "ngrams": _ngrams([2]), "ngrams_several": _ngrams([1, 3], known=True),
    "ngrams_unpadded": _ngrams([2], 0), "ngrams_short": _ngrams([5], 0, True, dtype=np.int32),
    "ngrams_padded": _ngrams([5], 1, True), "ngrams_wide": _ngrams([2, 4], 3),
    "ngrams_none": _ngrams([], 3, True), "ngrams_no_words": _ngrams([2], ends=[0, 0], words=[]),
    "ngrams_begin": _ngrams([2], ends=[1, 6]), "ngrams_end": _ngrams([2], ends=[0, 3]),
    "ngrams_order": _ngrams([2], ends=[0, 4, 3, 6]), "ngrams_width": _ngrams([0]),
    "json": json, **{f"json_{name}": _wrong(text) for name, text in WRONG.items()}, "fact": fact,
    "vocabulary": _vocabulary(0, 4), "vocabulary_part": _vocabulary(1, 2, most=2),
    "vocabulary_none": _vocabulary(0, 0), "vocabulary_short": _vocabulary(3, 2),
    "vocabulary_long": _vocabulary(0, 4, most=9), "vocabulary_twice": _vocabulary(0, 4, "a\nb\na"),
    "vocabulary_gap": _vocabulary(0, 4, "a\n\nb\n"), "tables": tables,
    "webp": _webp("rgb"), "webp_three": _webp("rgb", 3), "webp_opacity": _webp("rgba", 4),
    "webp_other": _webp("rgba", 3), "webp_grey": _webp("rgb", 1),
    "webp_none": _no_image("DecodeWebP"),
    "jxl_none": _no_image("DecodeJxl"), "jxl_empty": _no_image("DecodeJxl", b""),
}  # fmt: skip
