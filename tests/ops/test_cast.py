"""Casts by value and by bits.

Oracles: numpy inside the range of the types; TensorFlow's values, written out, outside it.
"""

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import run_gradient, run_op
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS

INF, NAN = np.inf, np.nan
FLOATS = [np.float16, ml_dtypes.bfloat16, np.float32, np.float64]
INTEGERS = [np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64]


def cast(x, dtype):
    """Computed in a program, and checked against the folded value."""
    with new_graph() as graph:
        p = tf.placeholder(x.dtype, x.shape)
        node = add_op("Cast", p, DstT=dtype)
        with tf.Session(graph=graph) as session:
            value = session.run(node, {p: x})
    folded = OPS["Cast"].host(node.op, x)
    assert folded.dtype == value.dtype == np.dtype(dtype)
    as_plain = np.float64 if value.dtype == ml_dtypes.bfloat16 else value.dtype
    np.testing.assert_array_equal(folded.astype(as_plain), value.astype(as_plain))
    return value


@pytest.mark.parametrize("source", FLOATS + INTEGERS)
@pytest.mark.parametrize("target", FLOATS + INTEGERS)
def test_cast_agrees_with_numpy_inside_the_range(source, target):
    x = np.array([0, 1, 2, 3, 100], source)
    assert cast(x, target).tolist() == x.astype(target).tolist()


@pytest.mark.parametrize("source", FLOATS)
def test_floats_lose_their_fraction(source):
    x = np.array([0.5, -0.5, 1.75, -1.75], source)
    assert cast(x, np.int32).tolist() == [0, 0, 1, -1]


@settings(deadline=None, max_examples=20)  # each example compiles eight programs
@given(st.lists(st.floats(width=32), min_size=40, max_size=40))
def test_folding_and_computing_a_cast_agree(numbers):
    for dtype in INTEGERS:
        cast(np.array(numbers, np.float32), dtype)


FAR = np.array([3e9, -3e9, 5e9, 1e20, INF, -INF, NAN])


@pytest.mark.parametrize("source", [np.float32, np.float64])
def test_floats_out_of_range_become_the_least_integer(source):
    low = np.iinfo(np.int64).min
    x = FAR.astype(source)
    assert cast(x, np.int32).tolist() == [-(2**31)] * 7
    assert cast(x, np.int64).tolist() == [3 * 10**9, -3 * 10**9, 5 * 10**9, low, low, low, low]
    assert cast(x, np.uint32).tolist() == [3 * 10**9] + [2**31] * 6
    wrapped = [3 * 10**9, 2**64 - 3 * 10**9, 5 * 10**9]
    assert cast(x, np.uint64).tolist() == wrapped + [2**63] * 4


def test_narrow_integers_take_the_low_bits():
    x = np.array([127.5, 128.0, 256.0, -129.0, 70000.0, 3e9, NAN], np.float32)
    assert cast(x, np.int8).tolist() == [127, -128, 0, 127, 112, 0, 0]
    i = np.array([127, 128, 300, -1, 2**31 - 1], np.int32)
    assert cast(i, np.int8).tolist() == [127, -128, 44, -1, -1]
    assert cast(i, np.uint8).tolist() == [127, 128, 44, 255, 255]


def test_booleans():
    assert cast(np.array([True, False]), np.float32).tolist() == [1, 0]
    assert cast(np.array([0.0, -0.0, NAN, 0.5]), np.bool_).tolist() == [False, False, True, True]
    assert cast(np.array([1 + 2j, 2j]), np.bool_).tolist() == [True, False]  # the real part decides


def test_complex_numbers_lose_their_imaginary_part():
    x = np.array([1.5 + 2j, -1.5 + 0j, complex(NAN, 0)])
    assert cast(x, np.float64)[:2].tolist() == [1.5, -1.5]
    assert cast(x, np.int32).tolist() == [1, -1, -(2**31)]
    assert cast(np.array([1.5]), np.complex64).tolist() == [1.5 + 0j]


def test_half_types_are_rounded_twice():
    """By way of float32, as TensorFlow's kernels go: the last number is not rounded up."""
    x = np.array([1 + 2.0**-8, 1 + 3 * 2.0**-8, 1 + 2.0**-8 + 2.0**-30])
    assert cast(x, ml_dtypes.bfloat16).tolist() == [1.0, 1.015625, 1.0]


def test_gradient_passes_between_floats_only():
    x = np.array([1.5, 2.5], np.float32)
    assert run_gradient("Cast", x, DstT=tf.float64).dtype == np.float32
    assert run_gradient("Cast", x, DstT=tf.int32) is None
    assert run_gradient("Cast", np.array([1, 2]), DstT=tf.float32) is None


def test_cast_to_the_same_type_makes_no_node():
    with new_graph() as graph:
        x = tf.constant(1.0)
        assert tf.cast(x, tf.float32) is x
        assert len(graph.get_operations()) == 1


# ---------------------------------------------------------------------- bits


@pytest.mark.parametrize("target", ["int32", "uint8", "int16", "float64", "complex64", "float16"])
def test_bitcast_agrees_with_numpy(target):
    x = np.arange(8, dtype=np.float32).reshape(2, 2, 2) - 3
    dtype = tf.as_dtype(target)
    expected = np.frombuffer(x.tobytes(), dtype.np)
    found = run_op("Bitcast", x, type=dtype)
    np.testing.assert_array_equal(found.reshape(-1).view(np.uint8), expected.view(np.uint8))
    with new_graph():
        assert add_op("Bitcast", tf.constant(x), type=dtype).shape.as_list() == list(found.shape)


@pytest.mark.parametrize("target", ["float32", "float64", "uint8", "int64", "complex128"])
def test_bitcast_of_complex_numbers(target):
    x = np.array([[1 + 2j, 3 - 4j]], np.complex64)
    found = run_op("Bitcast", x, type=target)
    assert found.tobytes() == x.tobytes()


def test_bitcast_wants_a_last_axis_that_fits():
    with new_graph():
        x = tf.placeholder(tf.float32, [2, 4])
        with pytest.raises(ValueError, match="4 does not match 2 for 'Bitcast'"):
            tf.bitcast(x, tf.float64)


def test_saturate_cast_keeps_to_the_range():
    with new_graph() as graph:
        x = tf.constant([-1e10, -5.0, 0.5, 300.0, 1e20])
        with tf.Session(graph=graph) as session:
            assert session.run(tf.saturate_cast(x, tf.uint8)).tolist() == [0, 0, 0, 255, 255]
            top = session.run(tf.saturate_cast(x, tf.int32))[-1]
    assert top == 2**31 - 128  # the greatest float32 that an int32 can hold
