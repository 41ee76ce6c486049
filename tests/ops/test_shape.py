"""Ops that ask for shapes and move elements about: values, shape rules, errors, derivatives.

Oracles: numpy for values, the lowering itself for shape rules (``golden/static_shapes.json`` has
TensorFlow's answers), central differences for derivatives.  The words of errors were read off
TensorFlow.
"""

from typing import NamedTuple

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import central_difference, forget_dims, is_compatible, run_gradient, run_op
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS


def ints(*values) -> np.ndarray:
    return np.array(values, np.int32)


class Case(NamedTuple):
    op_type: str
    shape: tuple
    operand: np.ndarray
    oracle: object  # a function of the array


CASES = [
    Case("Reshape", (2, 3), ints(3, -1), lambda x: x.reshape(3, 2)),
    Case("Reshape", (0, 3), ints(5, -1), lambda x: x.reshape(5, 0)),
    Case("Reshape", (1, 1), ints()[:0], lambda x: x.reshape(())),
    # TensorFlow leaves the lengths of 0 out of the division.
    Case("Reshape", (2, 0, 6), ints(5, -1, 0), lambda x: x.reshape(5, 2, 0)),
    Case("ExpandDims", (2, 3), ints(-2)[0], lambda x: x[:, None]),
    Case("Transpose", (2, 3, 4), ints(2, 0, 1), lambda x: x.transpose(2, 0, 1)),
    Case("Transpose", (2, 3), ints(-1, 0), lambda x: x.T),
    Case("Tile", (2, 1, 3), ints(2, 4, 1), lambda x: np.tile(x, (2, 4, 1))),
    Case("Tile", (2, 3), ints(1, 1), lambda x: x),
    Case("Tile", (2, 3), ints(0, 2), lambda x: np.tile(x, (0, 2))),
    Case("BroadcastTo", (2, 1), ints(3, 2, 4), lambda x: np.broadcast_to(x, (3, 2, 4))),
    Case("BroadcastTo", (1, 3), ints(0, 3), lambda x: np.broadcast_to(x, (0, 3))),
]
each_case = pytest.mark.parametrize(
    "case", CASES, ids=lambda c: f"{c.op_type}-{c.shape}-{c.operand.tolist()}"
)


def points(shape) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape)


def fed(op_type: str, *arrays, **attrs):
    """The op on placeholders of unknown shape: what is wrong is found when it runs."""
    with new_graph() as graph:
        xs = [tf.placeholder(np.asarray(a).dtype, None) for a in arrays]
        y = add_op(op_type, *xs, **attrs)
        with tf.Session(graph=graph) as session:
            return session.run(y, dict(zip(xs, arrays, strict=True)))


@each_case
def test_value_agrees_with_numpy(case):
    x = points(case.shape)
    np.testing.assert_array_equal(run_op(case.op_type, x, case.operand), case.oracle(x))


@each_case
def test_value_is_the_same_when_nothing_is_known(case):
    x = points(case.shape)
    np.testing.assert_array_equal(fed(case.op_type, x, case.operand), case.oracle(x))


@each_case
def test_host_kernel_and_lowering_agree(case):
    with new_graph():
        node = add_op(case.op_type, tf.placeholder(tf.int32, case.shape), case.operand).op
    x = np.arange(np.prod(case.shape), dtype=np.int32).reshape(case.shape)
    op = OPS[case.op_type]
    host, lowered = (
        op.host(node, x, case.operand),
        op.lower(node, jax.numpy.asarray(x), case.operand),
    )
    assert host.dtype == lowered.dtype
    np.testing.assert_array_equal(host, lowered)


@each_case
def test_gradient_agrees_with_central_differences(case):
    if case.op_type == "Transpose" and (case.operand < 0).any():
        pytest.skip("TensorFlow inverts the permutation in a node that takes no negative entries")
    x = points(case.shape)
    w = points(np.shape(case.oracle(x)))
    expected = central_difference(case.oracle, x, step=1.0, weights=w)  # linear: any step is exact
    found = run_gradient(case.op_type, x, case.operand, weights=w)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(case=st.sampled_from(CASES), known_operand=st.booleans(), data=st.data())
def test_shape_rule_agrees_with_lowering(case, known_operand, data):
    """Whatever is forgotten, the rule never contradicts what the lowering makes."""
    known = data.draw(forget_dims(case.shape))
    with new_graph():
        operand = tf.constant(case.operand) if known_operand else tf.placeholder(tf.int32, None)
        y = add_op(case.op_type, tf.placeholder(tf.float32, known), operand)
    x = jax.ShapeDtypeStruct(case.shape, np.float32)
    true = jax.eval_shape(lambda x: OPS[case.op_type].lower(y.op, x, case.operand), x).shape
    assert is_compatible(y.dims, true)


def test_squeeze():
    x = points((1, 2, 1))
    np.testing.assert_array_equal(run_op("Squeeze", x), x[0, :, 0])
    np.testing.assert_array_equal(run_op("Squeeze", x, squeeze_dims=[-1, -1]), x[:, :, 0])
    np.testing.assert_array_equal(run_gradient("Squeeze", x, weights=np.ones(2)), np.ones_like(x))


def test_conjugate_transpose():
    x = points((2, 3)) + 1j * points((2, 3))
    np.testing.assert_array_equal(run_op("ConjugateTranspose", x, ints(1, 0)), x.conj().T)
    np.testing.assert_array_equal(run_op("ConjugateTranspose", x.real, ints(1, 0)), x.real.T)


@pytest.mark.parametrize("out_type", [tf.int32, tf.int64])
def test_shape_size_and_rank(out_type):
    x = points((2, 0, 3))
    for op_type, expected in [("Shape", [2, 0, 3]), ("Size", 0)]:
        y = run_op(op_type, x, out_type=out_type)
        np.testing.assert_array_equal(y, expected)
        assert y.dtype == out_type.as_numpy_dtype
    assert run_op("Rank", x) == 3
    a, b = run_op("ShapeN", [x, x[0]], out_type=out_type)
    np.testing.assert_array_equal(a, [2, 0, 3])
    np.testing.assert_array_equal(b, [0, 3])
    np.testing.assert_array_equal(run_op("ShapeN", [x])[0], [2, 0, 3])


def test_inverse_of_a_permutation():
    perm = ints(2, 0, 3, 1)
    np.testing.assert_array_equal(run_op("InvertPermutation", perm), np.argsort(perm))
    np.testing.assert_array_equal(
        OPS["InvertPermutation"].lower(None, jax.numpy.asarray(perm)), np.argsort(perm)
    )


@pytest.mark.parametrize(
    ("perm", "words"),
    [((0, 0), "0 is duplicated in the input."), ((0, 2), "2 is not between 0 and 2")],
)
def test_inverse_of_no_permutation(perm, words):
    with pytest.raises(tf.errors.InvalidArgumentError) as error:
        run_op("InvertPermutation", ints(*perm))
    assert str(error.value).split("\n")[0] == words


def test_difference_of_lists():
    x, y = ints(3, 1, 2, 1, 4), ints(2, 3)
    for run in (fed, run_op):
        out, where = run("ListDiff", x, y)
        np.testing.assert_array_equal(out, [1, 1, 4])
        np.testing.assert_array_equal(where, [1, 3, 4])
    with pytest.raises(tf.errors.InvalidArgumentError, match="x should be a 1D vector"):
        fed("ListDiff", x[None], y)


def test_broadcast_of_shapes():
    np.testing.assert_array_equal(fed("BroadcastArgs", ints(2, 1), ints(5, 1, 3)), [5, 2, 3])
    np.testing.assert_array_equal(fed("BroadcastArgs", ints(), ints(4)), [4])
    shape = tf.TensorShape
    assert tf.broadcast_static_shape(shape([None, 1, 3]), shape([5, 1])).as_list() == [None, 5, 3]
    assert tf.broadcast_static_shape(shape([None]), shape([4])).as_list() == [4]
    assert tf.broadcast_static_shape(shape(None), shape([4])).dims is None
    with pytest.raises(ValueError, match="Incompatible shapes for broadcasting"):
        tf.broadcast_static_shape(shape([2]), shape([3]))


# ---------------------------------------------------------------------- errors

X = np.ones((2, 3), np.float32)

SIX = "Input to reshape is a tensor with 6 values, but the requested shape"
WRONG = [
    ("Reshape", (X, ints(4, 4)), f"{SIX} has 16"),
    ("Reshape", (X, ints(4, -1)), f"{SIX} requires a multiple of 4"),
    ("Reshape", (X, ints(-1, -1)), "Only one input size may be -1, not both 0 and 1"),
    ("Reshape", (X, ints(-2, 3)), "Size 0 must be non-negative, not -2"),
    ("Reshape", (X, ints([3, 2])), "sizes input must be 1-D, not [1,2]"),
    ("ExpandDims", (X, ints(3)[0]), "Tried to expand dim index 3 for tensor with 2 dimensions."),
    ("Transpose", (X, ints(0, 0)), "1 is missing from {0,0}."),
    ("Transpose", (X, ints(0, 2)), "2 is out of range [0 .. 2)"),
    ("Transpose", (X, ints(0)), "transpose expects a vector of size 2. But input(1) is a "
        "vector of size 1"),
    ("Tile", (X, ints(2, -1)), "Expected multiples[1] >= 0, but got -1"),
    ("Tile", (X, ints(2)), "Expected multiples argument to be a vector of length 2 but "
        "got length 1"),
    ("BroadcastTo", (X, ints(4, 3)), "Incompatible shapes: [2,3] vs. [4,3]"),
    ("BroadcastTo", (X, ints(3)), "Rank of input (2) must be no greater than rank of output "
        "shape (1)."),
    ("BroadcastTo", (X, ints(-1, 3)), "Dimension -1 must be >= 0"),
    ("BroadcastArgs", (ints(2, 3), ints(4, 3)), "Incompatible shapes: [2,3] vs. [4,3]"),
    ("InvertPermutation", (ints([0, 1]),), "invert_permutation expects a 1D vector."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("op_type", "inputs", "words"), WRONG, ids=lambda v: v if isinstance(v, str) else ""
)
def test_error_when_run_is_that_of_tensorflow(op_type, inputs, words):
    with pytest.raises(tf.errors.InvalidArgumentError) as error:
        fed(op_type, *inputs)
    assert str(error.value).split("\n")[0] == words


def test_squeezing_a_length_other_than_one():
    with pytest.raises(
        tf.errors.InvalidArgumentError,
        match="expected a dimension of 1, got 2",
    ):
        fed("Squeeze", X, squeeze_dims=[0])
    with pytest.raises(
        tf.errors.InvalidArgumentError, match="Tried to squeeze dim index 2 for tensor with 2 dim"
    ):
        fed("Squeeze", X, squeeze_dims=[2])


def test_both_names_of_an_argument():
    with new_graph():
        with pytest.raises(ValueError, match="Cannot specify both 'dim' and 'axis'"):
            tf.expand_dims(X, axis=0, dim=1)
        with pytest.raises(ValueError, match="Must specify an axis argument"):
            tf.expand_dims(X)
        with pytest.raises(ValueError, match="Cannot specify both 'squeeze_dims' and 'axis'"):
            tf.squeeze(X, axis=0, squeeze_dims=1)


def test_message_of_a_wrong_reshape_names_both_tensors():
    with new_graph():
        x = tf.placeholder(tf.float32, [2, 3], name="x")
        with pytest.raises(ValueError, match="Cannot reshape") as error:
            tf.reshape(x, [4, 4])
    first, *rest = str(error.value).split("\n")
    assert first.startswith(
        "Cannot reshape a tensor with 6 elements to shape [4,4] (16 elements) for 'Reshape'"
    )
    assert any("x:0" in line for line in rest)


@pytest.mark.parametrize("op_type", ["Shape", "ShapeN", "Size", "Rank", "InvertPermutation"])
def test_no_gradient_is_declared(op_type):
    from tfgrad._src.gradients.registry import GRADIENTS

    assert op_type in GRADIENTS
    assert GRADIENTS[op_type] is None
