"""Tensors made from a few numbers: values, which nodes are made, errors.

Oracles: numpy, and TensorFlow for the words of errors.  The graphs are compared in
``golden/fill.json``.
"""

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import central_difference, run_gradient, run_op
from tests.ops.test_shape import fed, ints
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS


def value(make, feeds=()):
    with new_graph() as graph, tf.Session(graph=graph) as session:
        return session.run(make(), dict(feeds))


@pytest.mark.parametrize("number", [7, 2.5, True, b"a", 1 + 2j])
def test_fill(number):
    y = run_op("Fill", ints(2, 3), np.array(number, object if isinstance(number, bytes) else None))
    assert y.shape == (2, 3)
    assert (y == number).all()


def test_fill_gradient_is_the_sum():
    w = np.arange(6.0).reshape(2, 3)
    found = run_gradient("Fill", ints(2, 3), np.float64(3.0), of=1, weights=w)
    expected = central_difference(lambda v: np.full((2, 3), v), np.array(3.0), 1.0, w)
    np.testing.assert_allclose(found, expected, rtol=1e-14)
    assert run_gradient("Fill", ints(2, 3), np.float64(3.0), of=0) is None


@pytest.mark.parametrize(
    "dtype",
    [tf.float16, tf.bfloat16, tf.float64, tf.int8, tf.uint64, tf.complex64, tf.bool, tf.string],
)
@pytest.mark.parametrize("shape", [[], [3], [0, 2], [40, 40]])
def test_zeros_and_ones_of_every_type(dtype, shape):
    zeros = np.asarray(value(lambda: tf.zeros(shape, dtype)))
    if dtype == tf.string:
        zeros = zeros.astype(object)  # a single string is fetched as bytes
    assert zeros.shape == tuple(shape)
    assert zeros.dtype == (object if dtype == tf.string else dtype.as_numpy_dtype)
    np.testing.assert_array_equal(zeros, np.full(shape, b"" if dtype == tf.string else 0))
    if dtype == tf.string:
        with (
            new_graph(),
            pytest.raises(TypeError, match="Expected string, but got 1 of type 'int'"),
        ):
            tf.ones(shape, dtype)
        return
    ones = value(lambda: tf.ones(shape, dtype))
    assert ones.dtype == dtype.as_numpy_dtype
    np.testing.assert_array_equal(ones.astype(complex), np.ones(shape))


def test_a_small_tensor_is_one_constant_and_a_large_one_a_fill():
    with new_graph() as graph:
        assert tf.zeros([999]).op.type == "Const"
        assert tf.zeros([1000]).op.type == "Fill"
        assert tf.zeros_like(tf.placeholder(tf.float32, [3])).op.type == "Const"
        assert tf.zeros_like(tf.placeholder(tf.float32, [None])).op.type == "ZerosLike"
    assert len(graph.get_operations()) == 8


def test_likes_take_the_true_shape():
    x = np.ones((2, 3), np.int16)
    np.testing.assert_array_equal(fed("ZerosLike", x), np.zeros_like(x))
    np.testing.assert_array_equal(fed("OnesLike", x), x)
    assert run_gradient("ZerosLike", np.ones(3)) is None
    assert run_gradient("OnesLike", np.ones(3)) is None


RANGES = [(0, 5, 1), (2, 5, 1), (10, 0, -3), (3, 3, 1), (0, 10, 3), (-5, 5, 4)]


@pytest.mark.parametrize("arguments", RANGES)
@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.float32, np.float64])
def test_range_agrees_with_numpy(arguments, dtype):
    values = [np.array(v, dtype) for v in arguments]
    expected = np.arange(*arguments, dtype=dtype)
    for y in (run_op("Range", *values), fed("Range", *values)):
        assert y.dtype == dtype
        np.testing.assert_array_equal(y, expected)


@settings(max_examples=40, deadline=None)
@given(start=st.integers(-20, 20), n=st.integers(0, 50), step=st.sampled_from([-3, -1, 1, 2, 7]))
def test_range_of_integers_lowers_to_what_the_host_computes(start, n, step):
    values = [np.array(v, np.int32) for v in (start, start + n * step, step)]
    with new_graph():
        node = add_op("Range", *values).op
    host, lowered = OPS["Range"].host(node, *values), OPS["Range"].lower(node, *values)
    np.testing.assert_array_equal(host, np.asarray(lowered))
    assert node.outputs[0].dims == host.shape == (n,)


def test_range_of_floats_does_not_accumulate_rounding():
    found = value(lambda: tf.range(0.0, 100.0, 0.1))
    np.testing.assert_array_equal(found, np.arange(1000, dtype=np.float32) * np.float32(0.1))


def test_range_chooses_the_widest_type():
    assert value(lambda: tf.range(np.int64(3))).dtype == np.int64
    assert value(lambda: tf.range(0, 3.0)).dtype == np.float32
    assert value(lambda: tf.range(np.int64(0), 5, np.float64(2))).dtype == np.float64


WRONG = [
    ("Range", (3, 1, 1), "Requires start <= limit when delta > 0: 3/1"),
    ("Range", (1, 3, -1), "Requires start >= limit when delta < 0: 1/3"),
    ("Range", (1, 3, 0), "Requires delta != 0: 0"),
    ("Range", ([1, 2], 3, 1), "start must be a scalar, not shape [2]"),
    ("Fill", ([-1, 2], 3), "Dimension -1 must be >= 0"),
    ("LinSpace", (np.float32(0), np.float32(1), 0), "Requires num > 0: 0"),
    (
        "LinSpace",
        (np.ones(1, np.float32), np.float32(1), 1),
        "start must be a scalar, not shape [1]",
    ),
]


@pytest.mark.parametrize(("op_type", "inputs", "words"), WRONG)
def test_error_when_run_is_that_of_tensorflow(op_type, inputs, words):
    arrays = [np.asarray(v, None if hasattr(v, "dtype") else np.int32) for v in inputs]
    with pytest.raises(tf.errors.InvalidArgumentError) as error:
        fed(op_type, *arrays)
    assert str(error.value).split("\n")[0] == words


def test_lin_space():
    x = [np.float32(1), np.float32(2)]
    np.testing.assert_allclose(run_op("LinSpace", *x, np.int32(5)), np.linspace(1, 2, 5), rtol=1e-6)
    np.testing.assert_array_equal(run_op("LinSpace", *x, np.int32(1)), [1.0])
    y = run_op("LinSpace", np.float32(0), np.float32(0.1), np.int32(7))
    assert y[-1] == np.float32(0.1)  # the end itself, not a sum


def test_a_large_range_takes_no_memory_in_the_program():
    with new_graph():
        n = tf.placeholder(tf.int32, [])
        node = tf.range(n).op
    program = jax.make_jaxpr(lambda: OPS["Range"].lower(node, *ints(0, 10**6, 1)))()
    assert not program.consts


def test_unknown_keyword_of_meshgrid():
    with new_graph():
        with pytest.raises(TypeError, match="'sparse' is an invalid keyword"):
            tf.meshgrid([1], sparse=True)
        with pytest.raises(ValueError, match="must be either 'xy' or 'ij'"):
            tf.meshgrid([1], indexing="yx")
        assert tf.meshgrid() == []


def test_maxlen_of_a_mask_is_a_scalar():
    with new_graph(), pytest.raises(ValueError, match="must be scalar for sequence_mask"):
        tf.sequence_mask([1], [2])
