"""Cases of text, for TensorFlow and tfgrad alike."""

import numpy as np

TEXT = ["", "a", " Hello World\t", "Grüße, 世界", "x" * 70, "0123456789abcdef" * 17]


def _text(tf, shape=(None,)):
    return tf.placeholder(tf.string, shape, name="x")


def simple(tf):
    x = _text(tf)
    s = tf.strings
    results = {
        "lower": s.lower(x),
        "lower8": s.lower(x, encoding="utf-8"),
        "upper": s.upper(x, name="named"),
        "upper8": s.upper(x, encoding="utf-8"),
        "strip": tf.string_strip(x),
        "bytes": s.length(x),
        "chars": s.length(x, unit="UTF8_CHAR"),
        "again": s.strip([["  p ", "q\n"]]),
    }
    return results, {x: TEXT}


def buckets(tf):
    """Fingerprints of all lengths; half of the buckets of a number of 63 bits are compared."""
    x = _text(tf)
    many = 2**62
    results = {
        "old": tf.string_to_hash_bucket(x, many),
        "old_named": tf.strings.to_hash_bucket(input=x, num_buckets=7, name="named"),
        "fast": tf.string_to_hash_bucket_fast(x, many),
        "strong": tf.string_to_hash_bucket_strong(x, many, [17, -3]),
        "few": tf.strings.to_hash_bucket_strong(["p", "q"], 3, key=[1, 2]),
    }
    return {k: tf.as_string(v) for k, v in results.items()}, {
        x: ["abcdefghijklmnopqrstuvwxyz"[i % 26] * i + "é" * (i % 3) for i in range(80)]
    }


def bucket_shapes(tf):
    x = tf.placeholder(tf.string, [2, None], name="x")
    e = tf.placeholder(tf.string, [None, 3], name="e")
    results = {"y": tf.string_to_hash_bucket_fast(x, 10), "e": tf.string_to_hash_bucket_fast(e, 10)}
    return results, {x: [["a"], ["b"]], e: np.empty((0, 3), object)}


def as_string(tf):
    numbers = [1.5, -0.25, 1e10, 1 / 3, float("nan"), -float("inf"), 0.0]
    x = tf.constant(numbers)
    results = {
        "plain": tf.as_string(x),
        "two": tf.strings.as_string(x, precision=2, name="named"),
        "science": tf.as_string(x, scientific=True, precision=3),
        "short": tf.as_string(x, shortest=True),
        "zeros": tf.as_string(x, width=12, fill="0"),
        "left": tf.as_string(x, width=12, fill="-"),
        "sign": tf.as_string(x, width=12, fill="+"),
        "double": tf.as_string(tf.constant(numbers, tf.float64), precision=12),
        "half": tf.as_string(tf.constant([0.1], tf.float16)),
        "int": tf.dtypes.as_string([[1, -2], [3, 4]], width=5),
        "byte": tf.as_string(tf.constant([200], tf.uint8)),
        "bool": tf.as_string([True, False], width=8),
        "complex": tf.as_string(tf.constant([1 + 2j, -0.5j], tf.complex64), precision=1),
        "text": tf.as_string(["abc", "d"], width=4),
    }
    return results, {}


def to_number(tf):
    x = _text(tf)
    results = {
        "float": tf.string_to_number(x),
        "double": tf.strings.to_number(x, tf.float64, name="named"),
        "int": tf.string_to_number(["12", " -7 ", "+3"], tf.int32),
        "long": tf.string_to_number(input=["9223372036854775807"], out_type=tf.int64),
    }
    results["long"] = tf.as_string(results["long"])
    words = ["1", " -2.5e1\t", "inf", "-Infinity", "nan", "0x1p3", "1e400", "1e-50", ".5", "7."]
    return results, {x: words}


def not_a_number(tf):
    x = _text(tf)
    return {"y": tf.string_to_number(x)}, {x: ["1", "1x"]}


def substr(tf):
    x = _text(tf)
    p = tf.placeholder(tf.int32, None, name="p")
    results = {
        "same": tf.substr(x, 1, 3),
        "back": tf.strings.substr(x, -3, 2, name="named"),
        "each": tf.strings.substr(x, [0, 2, 5], [9, 0, 1]),
        "chars": tf.strings.substr(x, 1, 2, unit="UTF8_CHAR"),
        "stretched": tf.strings.substr("abcdef", tf.constant([[0, 1], [2, -1]], tf.int64),
                                       tf.constant([[1, 2], [3, 4]], tf.int64)),
        "unknown": tf.strings.substr(x, p, p),
    }  # fmt: skip
    return results, {x: ["hello", "wörld!", "1234567"], p: 2}


def substr_out_of_range(tf):
    x = _text(tf)
    return {"y": tf.strings.substr(x, 2, 1)}, {x: ["abc", "d"]}


def split(tf):
    x = _text(tf)
    s = tf.placeholder(tf.string, [], name="s")
    old = {
        "space": tf.string_split(x),
        "many": tf.string_split(x, ", "),
        "empty": tf.string_split(x, sep=",", skip_empty=False, name="named"),
        "bytes": tf.string_split(x, delimiter=""),
        "fed": tf.string_split(x, s),
    }
    new = {
        "white": tf.strings.split(x),
        "at": tf.strings.split(x, sep=",", name="other"),
        "once": tf.strings.split(x, sep=",", maxsplit=1),
        "white_once": tf.strings.split(x, maxsplit=1),
        "scalar": tf.strings.split("a b", s),
    }
    out = {}
    for k, t in {**old, **new}.items():
        out[k + "_i"], out[k + "_v"], out[k + "_s"] = t.indices, t.values, t.dense_shape
    return out, {x: ["a b,c", "", " ,x,, y ", "one"], s: "b"}


def join(tf):
    x, y = _text(tf), tf.placeholder(tf.string, None, name="y")
    results = {
        "two": tf.strings.join([x, x]),
        "mixed": tf.string_join([x, "-", y], separator="+", name="named"),
        "scalars": tf.strings.join(["a", "b"], separator=" "),
        "one": tf.strings.join([x]),
    }
    return results, {x: ["p", "q"], y: ["r", "s"]}


def reduce_join(tf):
    x, y = tf.placeholder(tf.string, [2, None, 2], name="x"), tf.placeholder(tf.string, name="y")
    a = tf.placeholder(tf.int32, [None], name="a")
    results = {
        "all": tf.reduce_join(x),
        "unknown": tf.reduce_join(y, separator="."),
        "first": tf.strings.reduce_join(x, axis=0, keepdims=True),
        "order": tf.reduce_join(x, [2, 0], separator="-", name="named"),
        "back": tf.reduce_join(x, reduction_indices=[0, -1], keep_dims=True),
        "fed": tf.reduce_join(x, a),
        "none": tf.reduce_join(x, tf.constant([], tf.int32)),
        "list": tf.strings.reduce_join([["a", "b"], ["c", "d"]], 1, separator=", "),
    }
    value = np.array([["a", "b"], ["c", "d"], ["e", "f"], ["g", "h"]]).reshape(2, 2, 2)
    return results, {x: value, y: value, a: [1]}


def segment_join(tf):
    x, i = _text(tf), tf.placeholder(tf.int32, [None], name="i")
    n = tf.placeholder(tf.int32, [], name="n")
    results = {
        "y": tf.strings.unsorted_segment_join(x, i, 4, ":"),
        "fed": tf.strings.unsorted_segment_join(x, i, n, name="named"),
        "rows": tf.strings.unsorted_segment_join([["a", "b"], ["c", "d"]], [1, 1], 2, "+"),
    }
    return results, {x: ["p", "q", "r"], i: [0, 2, 0], n: 3}


def regex(tf):
    x, p = _text(tf), tf.placeholder(tf.string, [], name="p")
    patterns = [
        ("[aeiou]", "*"), (r"(\w+) (\w+)", r"\2-\1"), (r"^\s*", "^"), ("o$", "$"), ("l*", "-"),
        ("[[:punct:][:space:]]+", "_"), (r"\pL", "L"), (r"[^\x00-\x7F]", "?"), ("(?i)H(?-i)e", "<"),
        ("a|b|", "|"), (r"\d{2,}", "#"), ("(l)(x)?", r"[\2\1]"), (r"\Q.\E", r"\\"), (".", "."),
        (r"[^[:alnum:]\s]", ""), ("(?m)^b", "M"),
    ]  # fmt: skip
    results = {f"r{k}": tf.regex_replace(x, a, b) for k, (a, b) in enumerate(patterns)}
    results["first"] = tf.strings.regex_replace(x, "l", "1", replace_global=False, name="named")
    results["fed"] = tf.strings.regex_replace(x, p, "@")
    for k, a in enumerate(["hello", "h.*", ".*[0-9]", "", "(?s).*", "a|ab", r"\W*\w+\W*"]):
        results[f"m{k}"] = tf.strings.regex_full_match(x, a)
    results["m_fed"] = tf.strings.regex_full_match(x, p, name="other")
    words = ["hello", "Hello World", "  ünïcode. ok", "ab12345", "", "a\nb\nb", "foo/bar-baz o"]
    return results, {x: words, p: "l+"}


def wrong_pattern(tf):
    return {"y": tf.strings.regex_replace("a", "(", "b")}, {}


def form(tf):
    x = tf.placeholder(tf.float32, [None, None], name="x")
    results = {
        "one": tf.strings.format("x: {}", x),
        "more": tf.strings.format("{} and {}!", (tf.range(10), "text"), summarize=2, name="named"),
        "all": tf.strings.format("%s", [tf.ones([2, 2, 2], tf.int32)], placeholder="%s",
                                 summarize=-1),
        "words": tf.strings.format("{}", [["a", 'b"', "c\n"]]),
        "scalars": tf.strings.format("{} {} {}", [1.5, True, tf.constant(1e-5, tf.float64)]),
        "none": tf.strings.format("nothing", []),
    }  # fmt: skip
    return results, {x: np.arange(16.0).reshape(2, 8) / 3}


def unicode(tf):
    s = tf.strings
    x = tf.placeholder(tf.string, [], name="x")
    codes = s.unicode_decode(x, "UTF-8")
    again, offsets = s.unicode_decode_with_offsets(x, "UTF-8", replace_control_characters=True)
    results = {
        "codes": codes,
        "again": again,
        "offsets": offsets,
        "ignored": s.unicode_decode(x, "UTF-8", errors="ignore", name="named"),
        "encoded": s.unicode_encode(codes, "UTF-8"),
        "wide": s.length(s.unicode_encode(codes, "UTF-16-BE")),
        "lost": s.unicode_encode([72, -1, 0x110000, 0xD800], "UTF-8", replacement_char=33),
        "wider": s.length(s.unicode_transcode([x, "ab"], "UTF-8", "UTF-32-BE")),
        "latin": s.unicode_transcode(b"\xe9t\xe9", "latin1", "UTF-8"),
        "question": s.unicode_transcode(
            [b"a\xffb", b"\xe4\xb8"], "UTF-8", "UTF-8", replacement_char=63
        ),
        "script": s.unicode_script([65, 233, 0x4E16, 0x3B1, 0x434, 0x5D0, 0x627, 0x3042, 48, 32]),
    }
    return results, {x: "aé世\x01😀".encode() + b"\xff!"}


CASES = {
    "simple": simple, "buckets": buckets, "bucket_shapes": bucket_shapes, "as_string": as_string,
    "to_number": to_number, "not_a_number": not_a_number, "substr": substr,
    "substr_out_of_range": substr_out_of_range, "split": split, "join": join,
    "reduce_join": reduce_join, "segment_join": segment_join, "regex": regex,
    "wrong_pattern": wrong_pattern, "format": form, "unicode": unicode,
}  # fmt: skip
