"""Products of matrices: values against numpy, shapes against lowering, derivatives."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import (
    central_difference,
    forget_dims,
    is_compatible,
    lowered_shape,
    run_gradient,
    run_op,
)
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS

FLAGS = list(itertools.product([False, True], repeat=2))


def numbers(shape, dtype=np.float64):
    draw = np.random.default_rng(len(shape) + sum(shape))
    x = draw.normal(size=shape)
    if np.issubdtype(dtype, np.complexfloating):
        x = x + 1j * draw.normal(size=shape)
    return (x * 4 if np.issubdtype(dtype, np.integer) else x).astype(dtype)


def last_two(x):
    return np.conj(np.swapaxes(x, -1, -2))


def factors(ta, tb, batch_a=(), batch_b=(), dtype=np.float64):
    a = numbers((*batch_a, 3, 2) if ta else (*batch_a, 2, 3), dtype)
    b = numbers((*batch_b, 4, 3) if tb else (*batch_b, 3, 4), dtype)
    return a, b


@pytest.mark.parametrize(("ta", "tb"), FLAGS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int32, np.int64, np.complex64])
def test_matmul_agrees_with_numpy(ta, tb, dtype):
    a, b = factors(ta, tb, dtype=dtype)
    expected = (a.T if ta else a) @ (b.T if tb else b)
    found = run_op("MatMul", a, b, transpose_a=ta, transpose_b=tb)
    assert found.dtype == dtype
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)  # sums of 3 in float32


BATCHES = [
    ((), ()), ((2,), (2,)), ((2,), ()), ((), (2,)), ((2, 1), (5,)), ((1,), (3,)), ((3,), (1,)),
    ((2, 3), (1, 1)), ((2, 1, 3), (4, 1)), ((0,), (0,)), ((1, 1), (2,)),
]  # fmt: skip


@pytest.mark.parametrize(("x", "y"), BATCHES)
@pytest.mark.parametrize(("ta", "tb"), FLAGS)
@pytest.mark.parametrize("dtype", [np.float64, np.complex128])
def test_batches_broadcast(x, y, ta, tb, dtype):
    a, b = factors(ta, tb, x, y, dtype)
    expected = (last_two(a) if ta else a) @ (last_two(b) if tb else b)
    found = run_op("BatchMatMulV2", a, b, adj_x=ta, adj_y=tb)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("ta", "tb"), FLAGS)
@pytest.mark.parametrize("of", [0, 1])
def test_gradient_agrees_with_central_differences(ta, tb, of):
    a, b = factors(ta, tb)
    weights = numbers((2, 4))

    def f(z):
        x, y = (z, b) if of == 0 else (a, z)
        return (x.T if ta else x) @ (y.T if tb else y)

    expected = central_difference(f, (a, b)[of], weights=weights)
    found = run_gradient("MatMul", a, b, of=of, weights=weights, transpose_a=ta, transpose_b=tb)
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize(("x", "y"), [((2,), ()), ((2, 1), (5,)), ((1,), (3,)), ((), (2,))])
@pytest.mark.parametrize(("ta", "tb"), FLAGS)
@pytest.mark.parametrize("of", [0, 1])
def test_gradient_of_batches_sums_over_stretched_axes(x, y, ta, tb, of):
    a, b = factors(ta, tb, x, y)

    def f(z):
        p, q = (z, b) if of == 0 else (a, z)
        return (last_two(p) if ta else p) @ (last_two(q) if tb else q)

    weights = numbers(f((a, b)[of]).shape)
    expected = central_difference(f, (a, b)[of], weights=weights)
    for shapes in (None, [(None,) * a.ndim, (None,) * b.ndim]):
        found = run_gradient(
            "BatchMatMulV2", a, b, of=of, weights=weights, shapes=shapes, adj_x=ta, adj_y=tb
        )
        np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-8)


class Node:
    """Enough of a node for a rule that reads attributes."""

    def __init__(self, **attrs):
        self.attrs, self.name, self.type = attrs, "n", "BatchMatMulV2"


@settings(deadline=None)
@given(batches=st.sampled_from(BATCHES), ta=st.booleans(), tb=st.booleans(), data=st.data())
def test_shape_rule_agrees_with_lowering(batches, ta, tb, data):
    """Whatever dimensions are forgotten, the rule never contradicts what JAX computes."""
    a, b = (v.shape for v in factors(ta, tb, *batches))
    node = Node(adj_x=ta, adj_y=tb)
    true = lowered_shape("BatchMatMulV2", node, (a, np.float32), (b, np.float32))
    known = [data.draw(forget_dims(s)) for s in (a, b)]
    assert is_compatible(OPS["BatchMatMulV2"].shape(node, *known), true)


@pytest.mark.parametrize(
    ("a", "b", "op_type", "result"),
    [
        ([None, 3], [3, None], "MatMul", [None, None]),
        ([2, 3, 4], [4, 5], "BatchMatMulV2", [2, 3, 5]),
        ([None, 3, 4], [4, 5], "BatchMatMulV2", [None, 3, 5]),
        ([2, 1, 3, 4], [5, 4, 6], "BatchMatMulV2", [2, 5, 3, 6]),
        (None, [3, 4], "BatchMatMulV2", None),
    ],
)
def test_rank_decides_the_op_type(a, b, op_type, result):
    with new_graph():
        y = tf.matmul(tf.placeholder(tf.float32, a), tf.placeholder(tf.float32, b))
        assert y.op.type == op_type
        assert (y.shape.as_list() if result else y.shape.ndims) == result


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        ([2, 3], [4, 5], "Dimensions must be equal, but are 3 and 4 for 'MatMul'"),
        ([2], [2, 3], "Shape must be rank 2 but is rank 1 for 'MatMul'"),
        ([2, 3, 4], [3, 4, 5], "Dimensions must be equal, but are 2 and 3 for 'MatMul'"),
        ([2, 3, 4], [4], "Shape must be at least rank 2 but is rank 1 for 'MatMul'"),
    ],
)
def test_shapes_that_do_not_fit_are_refused_while_building(a, b, message):
    with new_graph(), pytest.raises(ValueError, match=message):
        tf.matmul(tf.placeholder(tf.float32, a), tf.placeholder(tf.float32, b))


def test_shapes_that_do_not_fit_are_refused_while_running():
    with new_graph() as graph:
        x = tf.placeholder(tf.float32, None)
        y = tf.matmul(x, tf.ones([2, 3]))
        session = tf.Session(graph=graph)
        with pytest.raises(tf.errors.InvalidArgumentError) as error:
            session.run(y, {x: np.ones((2, 3))})
    assert "Matrix size-incompatible: In[0]: [2,3], In[1]: [2,3]" in str(error.value)


def test_a_matrix_is_transposed_or_adjoined_not_both():
    with new_graph(), pytest.raises(ValueError, match="Only one of `transpose_a` and `adjoint_a`"):
        tf.matmul([[1.0]], [[1.0]], transpose_a=True, adjoint_a=True)


def test_a_batch_in_the_first_version_must_be_the_same():
    a, b = factors(False, False, (2,), (2,))
    np.testing.assert_allclose(run_op("BatchMatMul", a, b), a @ b)
    rule = OPS["BatchMatMul"].shape
    assert rule(Node(adj_x=False, adj_y=False), None, (5, 3, 4)) == (5, None, 4)
    with pytest.raises(ValueError, match="Shapes are \\[1\\] and \\[5\\]"):
        rule(Node(adj_x=False, adj_y=False), (1, 2, 3), (5, 3, 4))


@pytest.mark.parametrize(
    ("a", "b", "axes"),
    [
        ((2, 3, 4), (4, 5), 1),
        ((2, 3, 4), (3, 4, 5), 2),
        ((2, 3), (4,), 0),
        ((2, 3, 4), (5, 4, 2), ([0, 2], [2, 1])),
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_tensordot_agrees_with_numpy(a, b, axes, known):
    x, y = numbers(a), numbers(b)
    with new_graph() as graph:
        p = tf.placeholder(tf.float64, a if known else (None,) * len(a))
        q = tf.placeholder(tf.float64, b)
        z = tf.tensordot(p, q, axes)
        with tf.Session(graph=graph) as session:
            found = session.run(z, {p: x, q: y})
    np.testing.assert_allclose(found, np.tensordot(x, y, axes), rtol=1e-13)


@pytest.mark.parametrize("axes", [-1, [[0]], [[0, 1], [0]], 4])
def test_tensordot_refuses_axes_that_do_not_pair(axes):
    with new_graph(), pytest.raises(ValueError, match="axes"):
        tf.tensordot(tf.ones([2, 2]), tf.ones([2, 2]), axes)


@pytest.mark.parametrize(
    ("order", "axis"),
    [
        (2, None),
        (2, 0),
        (1, 1),
        (np.inf, 0),
        (3, 1),
        ("fro", (0, 1)),
        (1, (0, 1)),
        (np.inf, (0, 1)),
    ],
)
@pytest.mark.parametrize("keep", [False, True])
def test_norm_agrees_with_numpy(order, axis, keep):
    x = numbers((3, 4))
    with new_graph() as graph:
        y = tf.norm(tf.constant(x), ord=order, axis=axis, keepdims=keep)
        with tf.Session(graph=graph) as session:
            found = session.run(y)
    flat = x.reshape(-1) if axis is None else x
    expected = np.linalg.norm(flat, ord=order, axis=axis, keepdims=keep)
    np.testing.assert_allclose(found, expected.reshape(found.shape), rtol=1e-13)


@pytest.mark.parametrize(
    ("order", "axis"), [(0, None), ("x", 0), (3, (0, 1)), (2, (0, 0)), (2, 0.5)]
)
def test_norm_refuses_other_orders(order, axis):
    with new_graph(), pytest.raises(ValueError, match=r"'ord' must be|'axis' must be"):
        tf.norm(tf.ones([2, 2]), ord=order, axis=axis)


def test_hints_of_sparse_matrices_change_the_node_not_the_result():
    a, b = factors(False, True, dtype=np.float32)
    found = run_op("SparseMatMul", a, b, transpose_b=True, a_is_sparse=True)
    np.testing.assert_allclose(found, a @ b.T, rtol=1e-5)
    with new_graph():
        assert tf.matmul(a, a, transpose_b=True, b_is_sparse=True).op.type == "SparseMatMul"
        wide = a.astype(np.float64)
        assert tf.matmul(wide, wide, transpose_b=True, b_is_sparse=True).op.type == "MatMul"
