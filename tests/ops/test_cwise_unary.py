"""Element-wise ops of one argument: values, types, shapes, derivatives, unusual points.

Oracles: numpy and the C library for values (IEEE float64, so the two agree to a few ulp), central
differences for derivatives.  The graphs are compared with TensorFlow's in ``test_golden.py``.
"""

import math
import statistics
from collections.abc import Callable
from typing import NamedTuple

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import forget_dims, is_compatible, lowered_shape, run_gradient
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS


def of_floats(f) -> Callable:
    return np.vectorize(f, otypes=[np.float64])


NORMAL = statistics.NormalDist()


class Case(NamedTuple):
    op_type: str
    oracle: Callable
    low: float = -3.0  # the interval on which f is smooth and real
    high: float = 3.0
    rtol: float = 1e-13  # XLA's float64 functions are not correctly rounded
    order: int = 2  # how many derivatives are tested


CASES = [
    Case("Abs", np.abs, low=0.1),
    Case("Neg", np.negative),
    Case("Square", np.square),
    Case("Sqrt", np.sqrt, low=0.1),
    Case("Rsqrt", lambda x: 1 / np.sqrt(x), low=0.5),
    Case("Reciprocal", np.reciprocal, low=0.5),
    Case("Inv", np.reciprocal, low=0.5),
    Case("Exp", np.exp),
    Case("Expm1", np.expm1),
    Case("Log", np.log, low=0.5),
    Case("Log1p", np.log1p, low=-0.5),
    Case("Sin", np.sin),
    Case("Cos", np.cos),
    Case("Tan", np.tan, low=-1.0, high=1.0),
    Case("Asin", np.arcsin, low=-0.8, high=0.8),
    Case("Acos", np.arccos, low=-0.8, high=0.8),
    Case("Atan", np.arctan),
    Case("Sinh", np.sinh),
    Case("Cosh", np.cosh),
    Case("Tanh", np.tanh),
    Case("Asinh", np.arcsinh),
    Case("Acosh", np.arccosh, low=1.5),
    Case("Atanh", np.arctanh, low=-0.8, high=0.8),
    Case("Sigmoid", lambda x: 1 / (1 + np.exp(-x))),
    Case("Erf", of_floats(math.erf)),
    Case("Erfc", of_floats(math.erfc)),
    Case(
        "Erfinv", of_floats(lambda x: NORMAL.inv_cdf((x + 1) / 2) / math.sqrt(2)), -0.8, 0.8, 1e-12
    ),
    Case("Ndtri", of_floats(NORMAL.inv_cdf), 0.1, 0.9, 1e-12),
    Case("Lgamma", of_floats(math.lgamma), 2.5, 5.0, 1e-12, order=1),
    Case("Floor", np.floor, order=0),
    Case("Ceil", np.ceil, order=0),
    Case("Round", np.rint, order=0),
    Case("Rint", np.rint, order=0),
    Case("Sign", np.sign, order=0),
]
each_case = pytest.mark.parametrize("case", CASES, ids=lambda c: c.op_type)
STEP = 1e-4
TYPES = {"bfloat16": dt.bfloat16, "float16": dt.float16, "float32": dt.float32}


def points(case: Case) -> np.ndarray:
    return np.random.default_rng(0).uniform(case.low, case.high, 12)


def lowered(op_type: str, *arrays, **attrs) -> np.ndarray:
    """The compiled op; a session would compute some ops on constants by numpy."""
    with new_graph():
        inputs = [tf.placeholder(dt.as_dtype(a.dtype), a.shape) for a in arrays]
        node = add_op(op_type, *inputs, **attrs).op
    with jax.enable_x64(True):
        return np.asarray(jax.jit(lambda *xs: OPS[op_type].lower(node, *xs))(*arrays))


def slope(f, x: np.ndarray) -> np.ndarray:
    """Central differences of an element-wise function.

    They err by ``STEP**2 |f'''| / 6``, 2e-9 times a third derivative of some tens at worst, and by
    rounding, 1e-12.
    """
    up, down = np.split(np.asarray(f(np.concatenate([x + STEP, x - STEP]))), 2)
    return (up - down) / (2 * STEP)


@each_case
def test_value_agrees_with_numpy(case):
    x = points(case)
    np.testing.assert_allclose(lowered(case.op_type, x), case.oracle(x), rtol=case.rtol, atol=1e-15)


@each_case
@pytest.mark.parametrize("name", TYPES)
def test_narrow_types_are_kept_and_near(case, name):
    x = points(case).astype(TYPES[name].np)
    y = lowered(case.op_type, x)
    assert y.dtype == x.dtype
    # Lgamma has an absolute error of 5e-7 near its zeros; the others a few units in the last place.
    eps = {"bfloat16": 2**-8, "float16": 2**-11, "float32": 1e-6}[name]
    expected = case.oracle(x.astype(np.float64))
    np.testing.assert_allclose(y.astype(np.float64), expected, rtol=4 * eps, atol=4 * eps)


@pytest.mark.parametrize("case", [c for c in CASES if c.order], ids=lambda c: c.op_type)
def test_gradient_agrees_with_central_differences(case):
    x = points(case)
    found = run_gradient(case.op_type, x)
    np.testing.assert_allclose(found, slope(case.oracle, x), rtol=1e-6, atol=1e-7)


# Abs, Neg and Square are linear or nearly so: their second derivatives are in the recordings.
CURVED = [c for c in CASES if c.order == 2 and c.op_type not in ("Abs", "Neg", "Square")]


@pytest.mark.parametrize("case", CURVED, ids=lambda c: c.op_type)
def test_second_gradient_agrees_with_central_differences_of_the_first(case):
    x = points(case)
    found = run_gradient(case.op_type, x, order=2)
    expected = slope(lambda x: run_gradient(case.op_type, x), x)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


@given(case=st.sampled_from(CASES), data=st.data())
def test_shape_rule_agrees_with_lowering(case, data):
    """Whatever dimensions are forgotten, the rule never contradicts what JAX computes."""
    shape = tuple(data.draw(st.lists(st.integers(0, 4), max_size=4)))
    known = data.draw(forget_dims(shape))
    true_shape = lowered_shape(case.op_type, None, (shape, np.float32))
    assert is_compatible(OPS[case.op_type].shape(None, known), true_shape)


HOSTS = ["Abs", "Neg", "Square", "Round", "Rint", "Floor", "Ceil", "IsNan", "IsInf", "IsFinite"]
UNUSUAL = [np.nan, np.inf, -np.inf, 0.0, -0.0, 0.5, -0.5, 1.5, 2.5, -2.5, 1e30, 3e-5]


@pytest.mark.parametrize("op_type", HOSTS)
@pytest.mark.parametrize("name", ["bfloat16", "float16", "float32", "float64"])
def test_host_gives_exactly_what_the_program_gives(op_type, name):
    with np.errstate(over="ignore"):
        x = np.array(UNUSUAL).astype(dt.as_dtype(name).np)
    expected = lowered(op_type, x)
    found = OPS[op_type].host(None, x)
    assert found.dtype == expected.dtype
    a, b = found.astype(np.float64), expected.astype(np.float64)
    np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(np.signbit(a[3:]), np.signbit(b[3:]))


@pytest.mark.parametrize("op_type", ["Abs", "Neg", "Square", "Invert", "Round"])
@pytest.mark.parametrize("dtype", [np.int8, np.int32, np.int64])
def test_host_wraps_integers_as_the_program_does(op_type, dtype):
    limits = np.iinfo(dtype)
    x = np.array([limits.min, -3, 0, 5, limits.max], dtype)
    expected = lowered(op_type, x)
    found = OPS[op_type].host(None, x)
    assert found.dtype == expected.dtype == dtype
    np.testing.assert_array_equal(found, expected)


# ---------------------------------------------------------------------- unusual points


def check(op_type, x, y):
    found = lowered(op_type, np.array(x, np.float32))
    np.testing.assert_array_equal(found, np.array(y, found.dtype))


def test_round_and_rint_round_halves_to_even():
    for op_type in ("Round", "Rint"):
        check(op_type, [-1.5, -0.5, 0.5, 1.5, 2.5, np.nan], [-2, 0, 0, 2, 2, np.nan])


def test_round_of_integers_adds_no_node():
    with new_graph():
        x = tf.placeholder(tf.int32, [3])
        assert tf.round(x) is x


def test_sign_of_zero_is_plus_zero_and_of_nan_is_nan():
    check("Sign", [-2, 0, np.inf, np.nan], [-1, 0, 1, np.nan])
    assert not np.signbit(lowered("Sign", np.array([-0.0]))).any()


def test_rounding_has_no_gradient_and_sign_has_zeros():
    for op_type in ("Floor", "Ceil", "Round", "Rint"):
        assert run_gradient(op_type, np.ones(3)) is None
    np.testing.assert_array_equal(run_gradient("Sign", np.ones(3)), np.zeros(3))


def test_gradient_of_abs_at_zero_is_zero():
    np.testing.assert_array_equal(run_gradient("Abs", np.array([-2.0, 0.0, 2.0])), [-1, 0, 1])


def test_questions():
    x = [np.nan, np.inf, -np.inf, 0.0]
    check("IsNan", x, [True, False, False, False])
    check("IsInf", x, [False, True, True, False])
    check("IsFinite", x, [False, False, False, True])


def test_functions_outside_their_domain():
    inf, nan = np.inf, np.nan
    check("Sqrt", [-1, 0, inf], [nan, 0, inf])
    check("Rsqrt", [-1, 0, inf], [nan, inf, 0])
    check("Log", [-1, 0, inf], [nan, -inf, inf])
    check("Log1p", [-2, -1, inf], [nan, -inf, inf])
    check("Atanh", [-2, -1, 1], [nan, -inf, inf])
    check("Erfinv", [-2, -1, 1], [nan, -inf, inf])
    check("Ndtri", [-0.5, 0, 1, 1.5, nan], [nan, -inf, inf, nan, nan])
    check("Lgamma", [-1, 0, inf], [inf, inf, inf])
    check("Digamma", [-1, 0], [nan, nan])


def test_expm1_and_log1p_keep_the_digits_of_small_arguments():
    x = np.array([1e-12, -1e-12])
    np.testing.assert_allclose(lowered("Expm1", x), np.expm1(x), rtol=1e-15)
    np.testing.assert_allclose(lowered("Log1p", x), np.log1p(x), rtol=1e-15)


def test_ndtri_keeps_its_digits_in_the_tails():
    p = np.array([1e-300, 1e-100, 1e-20, 1e-5, 0.04, 0.06, 0.5 + 1e-9, 1 - 1e-10])
    expected = [NORMAL.inv_cdf(q) for q in p]
    # The oracle's own error is 1e-13 near the middle and about 1e-15 in the tails.
    np.testing.assert_allclose(lowered("Ndtri", p)[1:6], expected[1:6], rtol=1e-14)
    np.testing.assert_allclose(lowered("Ndtri", p)[6], 1e-9 * math.sqrt(2 * math.pi), rtol=1e-7)
    np.testing.assert_allclose(lowered("Ndtri", p)[7], expected[7], rtol=1e-7)
    q = np.array([1e-30, 1e-10, 1e-3], np.float32)
    np.testing.assert_allclose(lowered("Ndtri", q), of_floats(NORMAL.inv_cdf)(q), rtol=1e-6)


def test_digamma_at_known_points():
    gamma = 0.5772156649015329  # Euler's constant
    x = np.array([1.0, 2.0, 0.5, -0.5])
    expected = [-gamma, 1 - gamma, -gamma - 2 * math.log(2), 2 - gamma - 2 * math.log(2)]
    np.testing.assert_allclose(lowered("Digamma", x), expected, rtol=1e-13, atol=1e-14)


def test_sigmoid_of_half_precision_keeps_its_tail():
    y = lowered("Sigmoid", np.array([-12.0, 12.0], np.float16))
    np.testing.assert_allclose(y.astype(float), [6.14e-6, 1.0], rtol=0.01)


def test_bitwise_and_logical_inversion():
    np.testing.assert_array_equal(lowered("Invert", np.array([0, 5, 255], np.uint8)), [255, 250, 0])
    np.testing.assert_array_equal(lowered("LogicalNot", np.array([True, False])), [False, True])


# ---------------------------------------------------------------------- complex numbers

Z = np.array([0.5 + 0.25j, -0.75 + 0.5j, 2.0 - 1.0j])


@pytest.mark.parametrize(
    ("op_type", "oracle"),
    [("Real", np.real), ("Imag", np.imag), ("Angle", np.angle), ("ComplexAbs", np.abs)],
)
def test_parts_of_complex_numbers(op_type, oracle):
    for z, result in ((Z, dt.float64), (Z.astype(np.complex64), dt.float32)):
        y = lowered(op_type, z, Tout=result)
        assert y.dtype == result.np
        np.testing.assert_allclose(y, oracle(z), rtol=1e-6)


def test_complex_stretches_its_parts():
    z = lowered("Complex", np.array([[1.0], [2.0]]), np.array([3.0, 4.0]), Tout=dt.complex128)
    np.testing.assert_array_equal(z, [[1 + 3j, 1 + 4j], [2 + 3j, 2 + 4j]])


@pytest.mark.parametrize(
    "case",
    [c for c in CASES if c.op_type in ("Exp", "Sin", "Tanh", "Sqrt", "Log", "Reciprocal", "Asin")],
    ids=lambda c: c.op_type,
)
def test_gradient_of_a_complex_function_is_conjugate(case):
    """``dy * conj(f'(z))``; f' by central differences along the real axis, as f is analytic."""
    found = run_gradient(case.op_type, Z, weights=np.ones(3, complex))
    np.testing.assert_allclose(found, np.conj(slope(case.oracle, Z)), rtol=1e-6)


def test_gradient_nodes_of_complex_arguments():
    y, dy = Z, np.array([1j, 2.0 + 1j, -1.0])
    c = np.conj(y)
    for op_type, expected in [
        ("TanhGrad", dy * (1 - y * y)),
        ("SigmoidGrad", dy * y * (1 - y)),
        ("SqrtGrad", 0.5 * dy / c),
        ("RsqrtGrad", -0.5 * dy * c**3),
        ("ReciprocalGrad", -dy * c**2),
        ("InvGrad", -dy * c**2),
    ]:
        np.testing.assert_allclose(lowered(op_type, y, dy), expected, rtol=1e-13, err_msg=op_type)


@pytest.mark.parametrize("op_type", ["TanhGrad", "SigmoidGrad", "SqrtGrad", "RsqrtGrad", "InvGrad"])
@pytest.mark.parametrize("of", [0, 1])
def test_gradients_of_gradient_nodes(op_type, of):
    y, dy = np.array([0.3, -0.6, 0.9]), np.array([1.0, 2.0, -1.5])
    arguments = [y, dy]

    def f(x):
        repeated = [np.tile(a, 2) for a in arguments]
        repeated[of] = x
        return lowered(op_type, *repeated)

    found = run_gradient(op_type, y, dy, of=of)
    np.testing.assert_allclose(found, slope(f, arguments[of]), rtol=1e-6, atol=1e-7)


def test_gradient_nodes_have_the_shape_of_their_first_input():
    with new_graph():
        y, dy = tf.placeholder(tf.float32, [3, None]), tf.placeholder(tf.float32, [None, 4])
        assert add_op("TanhGrad", y, dy).shape.as_list() == [3, None]


# ---------------------------------------------------------------------- functions


def test_conj_of_real_numbers_adds_no_node():
    with new_graph() as graph:
        x = tf.placeholder(tf.float32)
        assert tf.conj(x) is x
        assert tf.real(x) is x
        assert len(graph.get_operations()) == 1


def test_abs_of_complex_numbers_is_real():
    with new_graph():
        y = tf.abs(tf.placeholder(tf.complex64, [2]))
        assert (y.op.type, y.op.name, y.dtype) == ("ComplexAbs", "Abs", tf.float32)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            lambda: tf.exp([1, 2]),
            "Value passed to parameter 'x' has DataType int32 not in list of allowed values: "
            "bfloat16, float16, float32, float64, complex64, complex128",
        ),
        (
            lambda: tf.complex([1.0], np.ones(1)),
            "The `real` and `imag` components have incorrect types: float32 float64. "
            "They must be consistent, and one of [tf.float32, tf.float64]",
        ),
        (
            lambda: tf.real("a"),
            "input must be a numeric tensor, but got tensor with dtype <dtype: 'string'>",
        ),
        (lambda: tf.conj(True), "Expected numeric or variant tensor, got dtype tf.bool."),
        (
            lambda: tf.logical_not(tf.placeholder(tf.float32)),
            "Input 'x' of 'LogicalNot' Op has type float32 that does not match expected type of "
            "bool.",
        ),
    ],
)
def test_wrong_types_raise_as_in_tensorflow(build, message):
    with new_graph(), pytest.raises(TypeError) as raised:
        build()
    assert str(raised.value).splitlines()[0] == message


def test_parts_of_different_lengths_raise():
    with new_graph(), pytest.raises(ValueError, match="must be equal, but are 2 and 3"):
        tf.complex(tf.placeholder(tf.float32, [2]), tf.placeholder(tf.float32, [3]))
