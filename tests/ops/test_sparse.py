"""Sparse tensors: values, shapes, unusual positions, errors.

Oracle: dense numpy arrays.  Sums of a few float64 numbers agree to a few units in the last place;
everything else is exact.
"""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import forget_dims, is_compatible, run_op
from tfgrad._src.graph.build import add_node
from tfgrad._src.graph.graph import new_graph

RNG = np.random.default_rng(0)
S = np.array([3, 4])
I = np.array([[0, 1], [1, 0], [1, 3], [2, 2]])  # noqa: E741
J = np.array([[0, 0], [1, 0], [2, 2], [2, 3]])
V, W = RNG.normal(size=4), RNG.normal(size=4)
D = RNG.normal(size=(3, 4))
NONE = (np.zeros((0, 2), np.int64), np.zeros(0), S)


def dense(indices, values, shape) -> np.ndarray:
    result = np.zeros(shape, np.asarray(values).dtype)
    np.add.at(result, tuple(np.asarray(indices).T), values)
    return result


def listed(x: np.ndarray, present=None) -> list:
    """The parts of a dense array: the elements that are not zero, or those that are ``present``."""
    where = np.argwhere(x != 0 if present is None else present)
    return [where, x[tuple(where.T)], np.array(x.shape)]


A, B = dense(I, V, S), dense(J, W, S)
IN_A, IN_B = A != 0, B != 0


class Case(NamedTuple):
    """An op on arrays, and what it must give."""

    op_type: str
    args: tuple
    expected: list
    attrs: dict = {}  # noqa: RUF012 - never changed


def _softmax() -> np.ndarray:
    e = np.where(IN_A, np.exp(A), 0)
    return (e / e.sum(1, keepdims=True))[IN_A]


M = RNG.normal(size=(4, 2))
FILLED_SHAPE = np.array([5, 4])
FILLED = np.concatenate([A, [[7, 0, 0, 0], [7, 0, 0, 0]]])
SHUFFLED = np.array([2, 0, 3, 1])

CASES = [
    Case("SparseTensorDenseMatMul", (I, V, S, M), [A @ M]),
    Case("SparseTensorDenseMatMul", (I, V, S, M.T), [A @ M], {"adjoint_b": True}),
    Case("SparseTensorDenseMatMul", (I, V, S, D), [A.T @ D], {"adjoint_a": True}),
    Case("SparseTensorDenseMatMul", (I.astype(np.int32), V, S, M), [A @ M]),
    Case("SparseTensorDenseMatMul", (*NONE, M), [np.zeros((3, 2))]),
    Case("SparseTensorDenseMatMul", (I[[0, 0]], V[:2], S, M), [dense(I[[0, 0]], V[:2], S) @ M]),
    Case("SparseDenseCwiseMul", (I, V, S, D), [(A * D)[IN_A]]),
    Case("SparseDenseCwiseMul", (I, V, S, D[:, :1]), [(A * D[:, :1])[IN_A]]),
    Case("SparseDenseCwiseAdd", (I, V, S, D[0]), [(A + D[0])[IN_A]]),
    Case("SparseDenseCwiseDiv", (I, V, S, np.float64(4)), [V / 4]),
    Case("SparseDenseCwiseMul", (*NONE, D), [np.zeros(0)]),
    Case("SparseTensorDenseAdd", (I, V, S, D), [A + D]),
    Case("SparseTensorDenseAdd", (*NONE, D), [D]),
    Case("SparseToDense", (I, S, V, np.float64(0)), [A]),
    Case("SparseToDense", (I, S, np.float64(2), np.float64(5)), [np.where(IN_A, 2.0, 5.0)]),
    Case("SparseToDense", (np.array([1, 3]), np.array([4]), V[:2], np.float64(0)),
         [np.array([0, V[0], 0, V[1]])]),
    Case("SparseToDense", (np.int64(2), np.array([4]), V[0], np.float64(1)),
         [np.array([1, 1, V[0], 1])]),
    Case("SparseToDense", (NONE[0], S, NONE[1], np.float64(3)), [np.full(S, 3.0)]),
    Case("SparseReduceSum", (I, V, S, np.int32([1])), [A.sum(1)]),
    Case("SparseReduceSum", (I, V, S, np.int32(-2)), [A.sum(0)]),
    Case("SparseReduceSum", (I, V, S, np.int32([0, 1])), [A.sum()]),
    Case("SparseReduceSum", (I, V, S, np.int32([0, 1, 0])), [A.sum(keepdims=True)],
         {"keep_dims": True}),
    Case("SparseReduceSum", (I, V, S, np.zeros(0, np.int32)), [A]),
    Case("SparseReduceSum", (*NONE, np.int32([1])), [np.zeros(3)]),
    Case("SparseReduceMax", (I, -abs(V), S, np.int32([1])),
         [np.where(IN_A, -abs(A), -np.inf).max(1)]),
    Case("SparseReduceMax", (I[:3], V[:3], S, np.int32([1])),
         [np.append(np.where(IN_A, A, -np.inf).max(1)[:2], 0)]),
    Case("SparseReduceMax", (*NONE, np.int32([0, 1])), [np.float64(0)]),
    Case("SparseReduceSumSparse", (I, V, S, np.int32([0])), listed(A.sum(0))),
    Case("SparseReduceSumSparse", (I, V, S, np.int32([1])), listed(A.sum(1, keepdims=True)),
         {"keep_dims": True}),
    Case("SparseReduceMaxSparse", (I, V, S, np.int32([0])),
         listed(np.where(IN_A, A, -np.inf).max(0))),
    Case("SparseReduceMaxSparse", (*NONE, np.int32([0])),
         [np.zeros((0, 1), np.int64), np.zeros(0), np.array([4])]),
    Case("SparseSoftmax", (I, V, S), [_softmax()]),
    Case("SparseSoftmax", (I, np.array([1e30, 0, 800.0, 5]), S), [np.array([1, 0, 1, 1.0])]),
    Case("SparseSoftmax", NONE, [np.zeros(0)]),
    Case("SparseAdd", (I, V, S, J, W, S, np.float64(0)), listed(A + B, IN_A | IN_B)),
    Case("SparseAdd", (I, V, S, *NONE, np.float64(9)), listed(A)),
    Case("SparseAdd", (I, V, S, I, -V, S, np.float64(1e-9)), list(NONE)),
    Case("SparseAddGrad", (np.arange(1.0, 7.0), I, J, np.argwhere(IN_A | IN_B)),
         [np.array([2.0, 3, 4, 5]), np.array([1.0, 3, 5, 6])]),
    Case("SparseAddGrad", (np.ones(1), I, J, I[:1]), [np.array([1.0, 0, 0, 0]), np.zeros(4)]),
    Case("SparseSparseMaximum", (I, V, S, J, W, S), listed(np.maximum(A, B), IN_A | IN_B)[:2]),
    Case("SparseSparseMinimum", (I, V, S, J, W, S), listed(np.minimum(A, B), IN_A | IN_B)[:2]),
    Case("SparseReorder", (I[SHUFFLED], V[SHUFFLED], S), [I, V]),
    Case("SparseReorder", NONE, [NONE[0], NONE[1]]),
    Case("SparseReorder", (I[[1, 0, 1]], V[:3], S), [I[[0, 1, 1]], V[[1, 0, 2]]]),
    Case("SparseReshape", (I, S, np.array([2, -1, 3])), [np.argwhere(A.reshape(2, 2, 3) != 0),
         np.array([2, 2, 3])]),
    Case("SparseReshape", (NONE[0], S, np.array([12])), [np.zeros((0, 1), int), np.array([12])]),
    Case("SparseReshape", (NONE[0], np.array([0, 4]), np.array([2, 0])),
         [NONE[0], np.array([2, 0])]),
    Case("SparseConcat", ([I, J], [V, W], [S, S]), listed(np.concatenate([A, B])),
         {"concat_dim": 0}),
    Case("SparseConcat", ([I, NONE[0], J], [V, NONE[1], W], [S, S, S]),
         listed(np.concatenate([A, 0 * A, B], 1)), {"concat_dim": -1}),
    Case("SparseFillEmptyRows", (I, V, FILLED_SHAPE, np.float64(7)),
         [*listed(FILLED)[:2], np.array([False] * 3 + [True] * 2), np.arange(4)]),
    Case("SparseFillEmptyRows", (*NONE, np.float64(7)),
         [np.array([[0, 0], [1, 0], [2, 0]]), np.full(3, 7.0), np.full(3, True),
          np.zeros(0, int)]),
    Case("SparseFillEmptyRowsGrad", (np.array([0, 3]), np.array([1.0, 2, 4, 8])),
         [np.array([1.0, 8]), np.float64(6)]),
    Case("SparseFillEmptyRowsGrad", (np.zeros(0, int), np.array([1.0, 2])),
         [np.zeros(0), np.float64(3)]),
    Case("SparseSlice", (I, V, S, np.array([1, 1]), np.array([9, 2])), listed(A[1:, 1:3])),
    Case("SparseSlice", (I, V, S, np.array([3, 0]), np.array([1, 4])),
         [*NONE[:2], np.array([0, 4])]),
    Case("SparseSliceGrad", (V[:2], I, np.array([1, 1]), I[2:] - 1), [np.array([0, 0, *V[:2]])]),
    # Where more entries lie in the smallest box around those of the part.
    Case("SparseSliceGrad", (V[:2], I, np.array([0, 0]), I[[0, 3]]),
         [np.array([V[0], 0, 0, V[1]])]),
    Case("SparseSplit", (np.int64(1), I, V, S),
         [listed(part)[k] for k in range(3) for part in (A[:, :2], A[:, 2:3], A[:, 3:])],
         {"num_split": 3}),
]  # fmt: skip


def name(case: Case) -> str:
    sizes = [np.shape(a) for a in case.args if not isinstance(a, list)]
    return f"{case.op_type}-{'-'.join(map(str, sizes))}-{case.attrs}"


def flat(result) -> list:
    if isinstance(result, list | tuple):
        return [x for part in result for x in flat(part)]
    return [result]


each_case = pytest.mark.parametrize("case", CASES, ids=name)


@each_case
def test_value_is_that_of_dense_arrays(case):
    found = flat(run_op(case.op_type, *case.args, **case.attrs))
    assert len(found) == len(case.expected)
    for got, wanted in zip(found, case.expected, strict=True):
        assert np.shape(got) == np.shape(wanted)
        np.testing.assert_allclose(got, wanted, rtol=1e-14, atol=1e-15)


@each_case
def test_value_is_the_same_where_everything_is_fed(case):
    """Constants are folded while a program is made; fed arrays are not."""
    with new_graph() as graph:
        feeds, inputs = {}, []
        for a in case.args:
            group = [np.asarray(x) for x in (a if isinstance(a, list) else [a])]
            tensors = [tf.placeholder(x.dtype, [None] * x.ndim) for x in group]
            feeds.update(zip(tensors, group, strict=True))
            inputs.append(tensors if isinstance(a, list) else tensors[0])
        op = add_node(case.op_type, inputs, None, case.attrs)
        with tf.Session(graph=graph) as session:
            found = session.run(list(op.outputs), feeds)
    for got, wanted in zip(found, case.expected, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-14, atol=1e-15)


@given(case=st.sampled_from(CASES), data=st.data())
def test_shape_rule_never_contradicts_the_value(case, data):
    with new_graph():
        inputs = []
        for a in case.args:
            group = []
            for x in a if isinstance(a, list) else [a]:
                x = np.asarray(x)
                if x.ndim < 2 and x.dtype.kind == "i" and data.draw(st.booleans()):
                    group.append(tf.constant(x))
                else:
                    group.append(tf.placeholder(x.dtype, data.draw(forget_dims(x.shape))))
            inputs.append(group if isinstance(a, list) else group[0])
        op = add_node(case.op_type, inputs, None, case.attrs)
        for output, wanted in zip(op.outputs, case.expected, strict=True):
            assert is_compatible(output.dims, np.shape(wanted))


# ---------------------------------------------------------------------- types


@pytest.mark.parametrize("dtype", ["int8", "uint16", "int64", "float16", "bfloat16", "complex64"])
def test_types(dtype):
    dtype = tf.as_dtype(dtype).as_numpy_dtype
    v, m = np.array([1, 2, 3, 4]).astype(dtype), np.ones((4, 2)).astype(dtype)
    a = dense(I, [1.0, 2, 3, 4], S)
    for found, wanted in (
        (run_op("SparseTensorDenseMatMul", I, v, S, m), a @ np.ones((4, 2))),
        (run_op("SparseTensorDenseAdd", I, v, S, np.ones((3, 4)).astype(dtype)), a + 1),
        (run_op("SparseReduceSum", I, v, S, np.int32([0])), a.sum(0)),
        (run_op("SparseToDense", I, S, v, np.array(0).astype(dtype)), a),
        (run_op("SparseAdd", I, v, S, J, v, S, np.zeros((), v.real.dtype))[1][:2], [1, 1]),
    ):
        assert found.dtype == dtype
        np.testing.assert_array_equal(found.astype(complex), wanted)


def test_text_is_moved_on_the_host():
    text = np.array([b"d", b"a", b"b"], object)
    found = run_op("SparseReorder", I[[3, 0, 1]], text, S)
    assert found[1].tolist() == [b"a", b"b", b"d"]
    with new_graph():
        s = tf.sparse_placeholder(tf.string)
        y = tf.sparse.to_dense(tf.sparse.concat(0, [s, s]), default_value="-")
        fed = tf.SparseTensorValue([[0], [2]], ["x", "y"], [3])
        found = tf.Session().run(y, {s: fed})
    assert b"".join(found.tolist()) == b"x-yx-y"


def test_crosses_are_text():
    a, b = np.array([[b"a"], [b"b"]], object), np.array([[1, 2], [3, 4]])
    attrs = {"hashed_output": False, "num_buckets": 0, "hash_key": 0, "out_type": tf.string}
    with new_graph():
        inputs = [[], [], [], [tf.constant(a), tf.constant(b)]]
        op = add_node("SparseCross", inputs, None, {**attrs, "internal_type": tf.string, "N": 0})
        indices, values, shape = tf.Session().run(list(op.outputs))
    assert values.tolist() == [b"a_X_1", b"a_X_2", b"b_X_3", b"b_X_4"]
    assert indices.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert shape.tolist() == [2, 2]


def test_unsorted_sums_walk_both_sides_in_step():
    """As TensorFlow does; the result is recorded."""
    found = run_op("SparseAdd", I[[3, 1, 0]], V[:3], S, I[[1, 3]], -V[1:3], S, np.float64(0))
    assert found[0].tolist() == [[1, 0], [2, 2], [1, 0], [0, 1]]


def test_lengths_that_do_not_fit_are_an_error_when_run():
    with new_graph():
        s, d = tf.sparse_placeholder(tf.float64), tf.placeholder(tf.float64, [3, 4])
        message = (
            "Cannot multiply A and B because inner dimension does not match: 4 vs. 3.  Did you "
            "forget a transpose?  Dimensions of A: [3, 4).  Dimensions of B: [3,4]"
        )
        with pytest.raises(tf.errors.InvalidArgumentError) as caught:
            tf.Session().run(tf.sparse.matmul(s, d), {s: (I, V, S), d: D})
        assert str(caught.value).startswith(message)


# ---------------------------------------------------------------------- errors


def moved(*by: int) -> np.ndarray:
    return I + np.array(by)


ZERO = np.float64(0)
WRONG = [
    ("SparseTensorDenseMatMul", (moved(0, 9), V, S, M), {}, "k (10) from index[0,1] out of bounds"),
    ("SparseTensorDenseMatMul", (moved(9, 0), V, S, M), {}, "m (9) from index[0,0] out of bounds"),
    ("SparseDenseCwiseAdd", (I, V, S, D[:2]), {},
     "SparseDenseBinaryOpShared broadcasts dense to sparse only; got incompatible shapes: [3,4]"),
    ("SparseDenseCwiseMul", (I + 3, V, S, D), {}, "Provided indices are out-of-bounds w.r.t."),
    ("SparseDenseCwiseDiv", (I, V, S, D * 0), {}, "SparseDenseCwiseDiv cannot divide by zero,but"),
    ("SparseTensorDenseAdd", (I, V, S, D[:2]), {}, "Dimension 0 does not equal"),
    ("SparseTensorDenseAdd", (I, V, S, D[0]), {}, "Two operands have different ranks; received: 2"),
    ("SparseTensorDenseAdd", (moved(0, 3), V, S, D), {},
     "Sparse tensor has an invalid index on dimension 1: a_indices(0,1) = 4, dense tensor shape"),
    ("SparseToDense", (I[::-1], S, V, ZERO), {}, "indices[1] = [1,3] is out of order."),
    ("SparseToDense", (I[[0, 0, 1, 2]], S, V, ZERO), {}, "indices[1] = [0,1] is repeated"),
    ("SparseToDense", (moved(1, 0), S, V, ZERO), {},
     "indices[3] = [3,2] is out of bounds: need 0 <= index < [3,4]"),
    ("SparseToDense", (moved(1, 0), S, V, ZERO), {"validate_indices": False},
     "Indices are not valid (out of bounds).  Shape: [3,4]"),
    ("SparseToDense", (I, S[:1], V, ZERO), {}, "output_shape has incorrect number of elements: 1"),
    ("SparseToDense", (I, S, V[:2], ZERO), {}, "sparse_values has incorrect shape [2], should be"),
    ("SparseReduceSum", (I, V, S, np.int32([2])), {}, "Invalid reduction dimension 2, for input"),
    ("SparseSoftmax", (I[:, :1], V, S[:1]), {}, "Input should have rank >= 2, but received shape"),
    ("SparseAdd", (I, V, S, J, W, S + 1, ZERO), {}, "Operands' shapes do not match: got 3 and 4"),
    ("SparseAdd", (I, V, S, J[:, :1], W, S[:1], ZERO), {},
     "Input indices must have the same dimension, got 2 and 1"),
    ("SparseSparseMaximum", (I, V, S, J[:, :1], W, S[:1]), {},
     "Operands do not have the same ranks; got shapes: 3 4 and 3"),
    ("SparseReshape", (I, S, np.array([5, -1])), {},
     "Input to reshape is a SparseTensor with 12 dense values, but the requested shape requires"),
    ("SparseReshape", (I, S, np.array([5, 2])), {},
     "Input to reshape is a tensor with 12 dense values, but the requested shape has 10."),
    ("SparseReshape", (I, S, np.array([-1, -1])), {}, "only one output dimension may be -1, not"),
    ("SparseReshape", (I, S, np.array([3, -4])), {}, "size 1 must be non-negative, not -4"),
    ("SparseConcat", ([I, J], [V, W], [S, S + 1]), {"concat_dim": 0},
     "Input shapes must match: expected 4 for dimension 1 but got 5 at position 1"),
    ("SparseConcat", ([I, J], [V, W], [S, S]), {"concat_dim": 2},
     "Concat dimension must be in range [-2, 2), got 2"),
    ("SparseFillEmptyRows", (moved(1, 0), V, S, ZERO), {}, "indices(3, 0) is invalid: 3 >= 3"),
    ("SparseFillEmptyRows", (I, V, np.array([0, 4]), ZERO), {},
     "Received SparseTensor with dense_shape[0] = 0 but indices.shape[0] = 4"),
    ("SparseFillEmptyRowsGrad", (np.array([0, 9]), V), {},
     "Elements in reverse index must be in [0, 4) but got 9"),
    ("SparseSlice", (I, V, S, np.array([0, 0]), np.array([1, -1])), {},
     "Expected a non-negative size, got -1"),
    ("SparseSplit", (np.int64(0), I, V, S), {"num_split": 4},
     "Input num_split should be between 1 and the splitting dimension size (3), got 4"),
]  # fmt: skip


@pytest.mark.parametrize(("op_type", "args", "attrs", "message"), WRONG)
def test_wrong_values_are_an_error_when_run(op_type, args, attrs, message):
    """The messages are TensorFlow's."""
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        run_op(op_type, *args, **attrs)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(("op_type", "args", "attrs", "message"), WRONG)
def test_wrong_values_that_are_fed_are_an_error_too(op_type, args, attrs, message):
    with new_graph() as graph:
        feeds, inputs = {}, []
        for a in args:
            group = [np.asarray(x) for x in (a if isinstance(a, list) else [a])]
            tensors = [tf.placeholder(x.dtype, [None] * x.ndim) for x in group]
            feeds.update(zip(tensors, group, strict=True))
            inputs.append(tensors if isinstance(a, list) else tensors[0])
        op = add_node(op_type, inputs, None, attrs)
        with (
            tf.Session(graph=graph) as session,
            pytest.raises(tf.errors.InvalidArgumentError) as caught,
        ):
            session.run(list(op.outputs), feeds)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("shape", [(1000, 1000), (2**40, 2**40)])
def test_order_of_many_entries(shape):
    """Short positions are sorted as numbers, long ones by their columns."""
    at = RNG.integers(0, 900, (2000, 2))
    values = np.arange(2000.0)
    order = np.lexsort((at[:, 1], at[:, 0]))
    with new_graph():
        s = tf.sparse_placeholder(tf.float64)
        found = tf.Session().run(tf.sparse.reorder(s), {s: (at, values, shape)})
    np.testing.assert_array_equal(found.indices, at[order])
    np.testing.assert_array_equal(found.values, values[order])
