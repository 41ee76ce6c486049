"""Text: values against Python's own, shapes, and the errors of runs.

What TensorFlow gives is in ``golden/strings.json`` and ``golden/decode.json``.
"""

import logging
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import forget_dims, is_compatible, run_op
from tfgrad._src.graph.graph import new_graph

WORDS = np.array([["", "a b", "Grüße"], ["x,y,", " 12 ", "ABC"]], dtype=object)
BYTES = np.vectorize(lambda s: s.encode(), otypes=[object])(WORDS)


def run(build, feeds=None):
    with new_graph() as graph:
        return tf.Session(graph=graph).run(build(), feeds)


def test_parts_of_a_text_are_those_of_python():
    for pos in range(-3, 4):
        for length in range(4):
            found = run(lambda: tf.strings.substr("abc", pos, length))  # noqa: B023
            start = pos + 3 if pos < 0 else pos
            assert found == b"abc"[start : start + length]


@given(st.text("ab, ", max_size=8), st.sampled_from([",", ", ", "a"]), st.integers(-1, 3))
@settings(max_examples=25, deadline=None)
def test_split_is_that_of_python(text, separator, most):
    found = run(lambda: tf.strings.split([text], separator, maxsplit=most))
    assert found.values.tolist() == [p.encode() for p in text.split(separator, most)]


@given(st.text("ab, ", max_size=8))
@settings(max_examples=15, deadline=None)
def test_split_at_white_space_is_that_of_python(text):
    found = run(lambda: tf.strings.split([text]))
    assert found.values.tolist() == [p.encode() for p in text.split()]


def test_numbers_survive_the_way_through_text():
    x = np.random.default_rng(0).normal(size=(3, 4)) * 10.0 ** np.arange(4)
    found = run(lambda: tf.strings.to_number(tf.as_string(x, precision=17), tf.float64))
    np.testing.assert_allclose(found, x, rtol=1e-15, atol=1e-17)


def test_bytes_survive_the_way_through_base_64():
    rng = np.random.default_rng(0)
    data = [rng.bytes(n) for n in range(20)]
    found = run(lambda: tf.decode_base64(tf.encode_base64(data)))
    assert found.tolist() == data


def test_tensors_survive_the_way_through_bytes():
    for x in (np.arange(6.0).reshape(2, 3), np.array([True]), np.array(3, np.int64), BYTES):
        dtype = tf.string if x.dtype == object else tf.as_dtype(x.dtype)
        found = run(lambda: tf.parse_tensor(tf.serialize_tensor(x), dtype))  # noqa: B023
        assert found.shape == x.shape
        assert np.all(found == x)


@pytest.mark.parametrize("op_type", ["StringLower", "StringUpper", "StringStrip", "StringLength"])
@given(data=st.data())
@settings(max_examples=8, deadline=None)
def test_shape_is_that_of_the_input(op_type, data):
    shape = tuple(data.draw(st.lists(st.integers(0, 3), max_size=3)))
    with new_graph() as graph:
        x = tf.placeholder(tf.string, data.draw(forget_dims(shape)))
        y = getattr(tf.raw_ops, op_type)(input=x)
        found = tf.Session(graph=graph).run(y, {x: np.full(shape, "Word", object)})
    assert is_compatible(y.dims, np.shape(found))


@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_shape_of_a_reduction_is_never_contradicted(data):
    shape = tuple(data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=3)))
    axes = data.draw(st.lists(st.integers(0, len(shape) - 1), unique=True))
    keep = data.draw(st.booleans())
    with new_graph() as graph:
        x = tf.placeholder(tf.string, data.draw(forget_dims(shape)))
        y = tf.reduce_join(x, np.array(axes, np.int32), keep_dims=keep)
        found = tf.Session(graph=graph).run(y, {x: np.full(shape, "w", object)})
    assert is_compatible(y.dims, np.shape(found))


def test_text_goes_through_a_program_and_back():
    """A stage between two host steps, and text that a number from the stage chooses."""
    with new_graph() as graph:
        words = tf.placeholder(tf.string, [None])
        lengths = tf.cast(tf.strings.length(words), tf.float32)
        longest = tf.argmax(lengths * lengths)
        chosen = tf.gather(words, longest)
        same = tf.cast(tf.equal(words, chosen), tf.float32)
        results = [chosen, tf.reduce_sum(same), tf.shape(words), tf.boolean_mask(words, same > 0)]
        found = tf.Session(graph=graph).run(results, {words: ["a", "abc", "ab"]})
    assert found[0] == b"abc"
    assert found[1] == 1.0
    assert found[2].tolist() == [3]
    assert found[3].tolist() == [b"abc"]


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: tf.string_to_number("1x"), "StringToNumberOp could not correctly convert string"),
        (lambda: tf.strings.substr("ab", 3, 1), "pos 3 out of range for string b'ab' at index 0"),
        (lambda: tf.strings.lower("a", encoding="latin"), "only utf-8 or '' "),
        (lambda: tf.as_string(1, precision=2), "precision not supported for datatype int32"),
        (lambda: tf.as_string(1.0, scientific=True, shortest=True), "Cannot select both"),
        (lambda: tf.as_string(1, fill="x", width=3), 'Fill argument not supported: "x"'),
        (lambda: tf.strings.regex_replace("a", "(", ""), r"Invalid pattern: \(, error: missing \)"),
        (lambda: tf.strings.regex_full_match("a", "[[:a:]]"), "invalid character class range"),
        (lambda: tf.decode_base64("a b!"), "Invalid character found in base64"),
        (lambda: tf.decode_raw(["abc"], tf.int16), "length 3 that is not a multiple of 2"),
        (lambda: tf.decode_raw(["abc", "a"], tf.int8), "element 1 has size 3 != 1"),
        (lambda: tf.decode_csv("1,2", [[1]])[0], "Expect 1 fields but have 2 in record 0"),
        (lambda: tf.strings.unsorted_segment_join(["a"], [3], 2), "segment_ids are not allowed"),
        (lambda: tf.strings.unicode_transcode(b"\xff", "UTF-8", "UTF-8", "strict"),
         "Invalid formatting on input string"),
        (lambda: tf.strings.unicode_transcode("a", "nonsense", "UTF-8"),
         'Could not create converter for input encoding: nonsense'),
        (lambda: tf.parse_tensor("no", tf.int8), "Could not parse `serialized` as TensorProto"),
        (lambda: tf.strings.to_hash_bucket_strong("a", 3, [1]), "Key must have 2 elements"),
    ],
)  # fmt: skip
def test_error_of_a_run(build, message):
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        run(build)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: tf.strings.join([["a"], ["b", "c"]]), "Dimension 0 in both shapes must be equal"),
        (lambda: tf.string_split([["a"]]), "Shape must be rank 1 but is rank 2"),
        (lambda: tf.strings.substr("a", [1], [[1]]), "pos and len must have same rank"),
        (lambda: tf.strings.to_hash_bucket_fast("a", 0), "passed 0 less than minimum 1"),
        (lambda: tf.strings.format("{}", []), "expects 1 tensors, but the inputs only has 0"),
        (lambda: tf.strings.length("a", unit="WORD"), "not in: \"BYTE\", \"UTF8_CHAR\""),
        (lambda: tf.decode_csv("1", [[1, 2]]), "Shape of a default must be a length-0 or length-1"),
        (lambda: tf.decode_csv("1", [[1]], select_cols=[0, 1]), "do not match"),
        (lambda: tf.fingerprint("a"), "Shape must be at least rank 1 but is rank 0"),
        (lambda: tf.decode_raw("a"), "missing 1 positional argument: 'out_type'"),
    ],
)  # fmt: skip
def test_error_while_building(build, message):
    with new_graph(), pytest.raises(ValueError, match=message):
        build()


def test_no_ragged_tensors():
    with new_graph():
        for build in (
            lambda: tf.strings.split([["a"]]),
            lambda: tf.strings.split(["a"], result_type="RaggedTensor"),
            lambda: tf.strings.unicode_decode(["a"], "UTF-8"),
            lambda: tf.strings.unicode_encode([[65]], "UTF-8"),
        ):
            with pytest.raises(NotImplementedError, match="tfgrad"):
                build()


def test_placeholder_with_default_of_text():
    with new_graph() as graph:
        x = tf.placeholder_with_default("default", [])
        y = tf.strings.upper(x)
        session = tf.Session(graph=graph)
        assert session.run(y) == b"DEFAULT"
        assert session.run(y, {x: "fed"}) == b"FED"


def test_files(tmp_path):
    with new_graph() as graph:
        path = tf.placeholder(tf.string, [])
        session = tf.Session(graph=graph)
        session.run(tf.write_file(path, "content"), {path: str(tmp_path / "new" / "a.txt")})
        (tmp_path / "new" / "b.txt").write_bytes(b"b")
        found = session.run(tf.matching_files(str(tmp_path / "new" / "?.txt")))
        assert [p.decode() for p in found] == [str(tmp_path / "new" / f"{n}.txt") for n in "ab"]
        assert session.run(tf.read_file(path), {path: found[0]}) == b"content"
        with pytest.raises(tf.errors.NotFoundError, match="No such file"):
            session.run(tf.io.read_file(str(tmp_path / "nothing")))
        with pytest.raises(ValueError, match="Shape must be rank 0 but is rank 1"):
            tf.raw_ops.ReadFile(filename=["a"])
    assert {"ReadFile", "WriteFile", "MatchingFiles"} <= {op.type for op in graph.get_operations()}


@pytest.mark.parametrize("kind", ["GZIP", "ZLIB"])
def test_what_is_compressed_comes_back(kind):
    import gzip
    import zlib

    data = bytes(range(256)) * 5
    packed = gzip.compress(data) if kind == "GZIP" else zlib.compress(data)
    assert run_op("DecodeCompressed", [packed], compression_type=kind)[0] == data
    with pytest.raises(tf.errors.DataLossError):
        run_op("DecodeCompressed", [b"no"], compression_type=kind)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Only ZLIB, ZSTD, GZIP or NONE"):
        run_op("DecodeCompressed", [b"no"], compression_type="LZ")


def test_printing(capsys, tmp_path, caplog):
    """``PrintV2``: to the streams that Python has when it runs, to a file, and to the log."""
    with new_graph() as graph:
        x = tf.range(9)
        path = tmp_path / "out.txt"
        ops = [
            tf.print("x", x),
            tf.print(x, summarize=-1, output_stream=sys.stdout, end="|"),
            tf.print([x, 2], output_stream=f"file://{path}"),
            tf.print("level", output_stream=tf.logging.error),
        ]
        with caplog.at_level(logging.ERROR, logger="tensorflow"):
            tf.Session(graph=graph).run(ops)
        with pytest.raises(ValueError, match="Unsupported output stream"):
            tf.print(x, output_stream="nowhere")
        with pytest.raises(ValueError, match="Unrecognized keyword arguments"):
            tf.print(x, color="red")
    printed = capsys.readouterr()
    assert printed.err.startswith("x [0 1 2 ... 6 7 8]\n")
    assert printed.out == "[0 1 2 3 4 5 6 7 8]|"
    assert path.read_text() == "[[0 1 2 ... 6 7 8], 2]\n"
    assert [r.getMessage() for r in caplog.records] == ["level"]
