"""Bessel functions and special integrals: values against independent sums and SciPy.

TensorFlow's values, edges and graphs are in ``golden/bessel.json``; derivatives are in
``tests/gradients/orders_special.py``.
"""

import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import forget_dims, is_compatible, lowered_shape, run_gradient, run_op
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph

EPS = np.finfo(np.float64).eps
# Across all boundaries between approximations, some of them on both sides.
X = np.unique(np.concatenate([np.logspace(-6, 0, 60), np.linspace(1, 60, 400), [2, 4, 8, 16, 40]]))

ORACLES = {
    "BesselI0": scipy.special.i0, "BesselI0e": scipy.special.i0e,
    "BesselI1": scipy.special.i1, "BesselI1e": scipy.special.i1e,
    "BesselJ0": scipy.special.j0, "BesselJ1": scipy.special.j1,
    "BesselK0": scipy.special.k0, "BesselK0e": scipy.special.k0e,
    "BesselK1": scipy.special.k1, "BesselK1e": scipy.special.k1e,
    "BesselY0": scipy.special.y0, "BesselY1": scipy.special.y1,
    "Dawsn": scipy.special.dawsn, "Expint": scipy.special.expi,
    "FresnelCos": lambda x: scipy.special.fresnel(x)[1],
    "FresnelSin": lambda x: scipy.special.fresnel(x)[0],
    "Spence": scipy.special.spence,
}  # fmt: skip
each = pytest.mark.parametrize("op_type", ORACLES)


def amplitude(op_type: str, y: np.ndarray) -> np.ndarray:
    """What errors are relative to: near zeros of the waves, their height."""
    if op_type.startswith(("BesselJ", "BesselY")):
        return np.maximum(np.abs(y), np.minimum(0.3, 0.5 / np.sqrt(X)))
    return np.abs(y)


@each
def test_value_agrees_with_scipy(op_type):
    expected = ORACLES[op_type](X)
    error = np.abs(run_op(op_type, X) - expected) / np.maximum(amplitude(op_type, expected), 1e-300)
    # Against sums of 45 digits tfgrad errs by up to 9 units, SciPy by up to 170 (expi).
    assert np.max(error) < 400 * EPS


@each
def test_single_precision_is_the_double_one_rounded(op_type):
    x = np.linspace(0.5, 30, 50).astype(np.float32)
    found = run_op(op_type, x)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, run_op(op_type, x.astype(np.float64)).astype(np.float32))


@pytest.mark.parametrize("op_type", ["BesselI0", "BesselI0e", "BesselJ0", "BesselI1", "BesselI1e",
                                     "BesselJ1", "Dawsn", "FresnelCos", "FresnelSin"])  # fmt: skip
def test_function_is_even_or_odd(op_type):
    sign = 1 if op_type.startswith(("BesselI0", "BesselJ0")) else -1
    np.testing.assert_array_equal(run_op(op_type, -X), sign * run_op(op_type, X))


@pytest.mark.parametrize(
    ("op_type", "at_0", "below"),
    [
        ("BesselK0", np.inf, np.inf), ("BesselK0e", np.inf, np.inf), ("BesselK1", np.inf, np.inf),
        ("BesselK1e", np.inf, np.inf), ("BesselY0", -np.inf, -np.inf),
        ("BesselY1", -np.inf, -np.inf), ("Expint", -np.inf, np.nan),
        ("Spence", np.pi**2 / 6, np.nan),
    ],
)  # fmt: skip
def test_edges_are_those_of_tensorflow(op_type, at_0, below):
    found = run_op(op_type, np.array([0.0, -1e-300, -2.0, np.nan]))
    np.testing.assert_array_equal(found, [at_0, below, below, np.nan])


def test_far_values_are_the_leading_terms():
    x = np.array([1e5, 1e9, 1e15])
    np.testing.assert_allclose(run_op("Dawsn", x), 0.5 / x, rtol=1e-10)
    np.testing.assert_allclose(run_op("BesselK0e", x), np.sqrt(np.pi / 2 / x), rtol=1e-5)
    np.testing.assert_allclose(run_op("FresnelCos", np.array([*x, np.inf, -np.inf]))[1:],
                               [0.5, 0.5, 0.5, -0.5], atol=1e-9)  # fmt: skip
    np.testing.assert_array_equal(run_op("Dawsn", np.array([np.inf])), [0.0])


def test_slope_of_i1_at_0_is_one_half():
    np.testing.assert_array_equal(run_gradient("BesselI1", np.array([0.0])), [0.5])


def test_next_number_is_that_of_numpy():
    a = np.array([1.0, 0.0, -3.5, np.inf])
    b = np.array([[2.0, -1.0, -3.5, 0.0], [-np.inf] * 4])
    for dtype in (np.float32, np.float64):
        np.testing.assert_array_equal(
            run_op("NextAfter", a.astype(dtype), b.astype(dtype)),
            np.nextafter(a.astype(dtype), b.astype(dtype)),
        )


def test_bits_are_counted():
    x = np.random.default_rng(0).integers(-(2**31), 2**31, 50).astype(np.int32)
    expected = [bin(int(v) % 2**32).count("1") for v in x]
    found = run_op("PopulationCount", x)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, expected)


@given(data=st.data(), op_type=st.sampled_from([*ORACLES, "PopulationCount"]))
@settings(max_examples=40, deadline=None)
def test_shape_rule_agrees_with_lowering(data, op_type):
    shape = tuple(data.draw(st.lists(st.integers(0, 3), max_size=3)))
    dtype = np.int32 if op_type == "PopulationCount" else np.float32
    with new_graph():
        node = add_op(op_type, tf.placeholder(dtype, data.draw(forget_dims(shape)))).op
        true = lowered_shape(op_type, node, (shape, dtype))
        assert is_compatible(node.outputs[0].dims, true)


def test_whole_numbers_are_refused():
    with new_graph(), pytest.raises(TypeError, match="DataType int32 not in list of allowed"):
        tf.math.bessel_i0(tf.constant([1]))
