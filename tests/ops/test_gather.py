"""Gathers and scatters: values, shapes, derivatives, sliced gradients, indices out of range.

Oracles: numpy's indexing for values (exact, except where rows are added), central differences for
derivatives.  The graphs are compared in ``test_golden.py``.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import central_difference, forget_dims, is_compatible, run_op
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS

X = np.sin(np.arange(24.0)).reshape(2, 3, 4)
IDS = np.array([[1, 0], [1, 1]])


def _take(x, ids, axis, batch_dims=0):
    """`tf.gather`, written with numpy for one batch at a time."""
    if batch_dims == 0:
        return np.take(x, ids, axis)
    return np.stack([_take(a, b, axis - 1, batch_dims - 1) for a, b in zip(x, ids, strict=True)])


def _run(fetches, feeds=None):
    with tf.Session(graph=tf.get_default_graph()) as session:
        return session.run(fetches, feeds)


# ---------------------------------------------------------------------- gather

CASES = [(0, 0), (1, 0), (2, 0), (-1, 0), (-3, 0), (1, 1), (2, 1), (-1, 1)]
each_case = pytest.mark.parametrize(("axis", "batch_dims"), CASES)


@each_case
@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.int64])
def test_gather_agrees_with_numpy(axis, batch_dims, dtype):
    expected = _take(X, IDS, axis % 3, batch_dims)
    args = X, IDS.astype(dtype), np.int32(axis)
    np.testing.assert_array_equal(run_op("GatherV2", *args, batch_dims=batch_dims), expected)
    with new_graph():
        x, i = tf.placeholder(tf.float64, None), tf.placeholder(dtype, None)
        y = tf.gather(x, i, axis=axis, batch_dims=batch_dims)
        np.testing.assert_array_equal(_run(y, {x: X, i: IDS}), expected)


def test_gather_of_old_graphs_takes_rows():
    np.testing.assert_array_equal(run_op("Gather", X, IDS), X[IDS])


@each_case
def test_numpy_kernel_gives_what_the_lowering_gives(axis, batch_dims):
    x, ids, axis = (X * 100).astype(np.int64), IDS.astype(np.int32), np.array(axis)
    with new_graph(), jax.enable_x64(True):
        node = tf.gather(
            tf.placeholder(tf.int64, x.shape), tf.placeholder(tf.int32, ids.shape), axis=axis,
            batch_dims=batch_dims,
        ).op  # fmt: skip
        host = OPS["GatherV2"].host(node, x, ids, axis)
        lowered = OPS["GatherV2"].lower(node, jnp.asarray(x), jnp.asarray(ids), axis)
    assert host.dtype == lowered.dtype
    np.testing.assert_array_equal(host, lowered)


@given(case=st.sampled_from(CASES), data=st.data())
def test_static_shape_never_contradicts_the_value(case, data):
    axis, batch_dims = case
    x_shape, i_shape = data.draw(forget_dims(X.shape)), data.draw(forget_dims(IDS.shape))
    with new_graph():
        x, i = tf.placeholder(tf.float64, x_shape), tf.placeholder(tf.int32, i_shape)
        y = tf.gather(x, i, axis=axis, batch_dims=batch_dims)
        assert is_compatible(y.dims, _take(X, IDS, axis % 3, batch_dims).shape)


@each_case
def test_gradient_of_gather_agrees_with_central_differences(axis, batch_dims):
    with new_graph():
        x, i = tf.placeholder(tf.float64, (None, 3, 4)), tf.placeholder(tf.int32, IDS.shape)
        y = tf.gather(x, i, axis=axis, batch_dims=batch_dims)
        (g,) = tf.gradients(y * y * y, x)
        assert isinstance(g, tf.IndexedSlices) == (axis == 0)
        found = _run(tf.convert_to_tensor(g), {x: X, i: IDS})

    def cubes(x):
        return _take(x, IDS, axis % 3, batch_dims) ** 3

    # Central differences of x**3 err by h**2 and eps / h: under 1e-9 here, times 4 equal indices.
    expected = central_difference(cubes, X, step=1e-5)
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-8)


def test_gather_of_constant_indices_is_static():
    with new_graph():
        x = tf.placeholder(tf.float64, X.shape)
        np.testing.assert_array_equal(_run(tf.gather(x, 1), {x: X}), X[1])
        np.testing.assert_array_equal(_run(tf.gather(x, [2, 0], axis=1), {x: X}), X[:, [2, 0]])


def test_without_checks_indices_out_of_range_read_the_nearest_row(monkeypatch):
    monkeypatch.setenv("TFGRAD_CHECKS", "0")
    with new_graph():
        x, i = tf.placeholder(tf.float64, [2]), tf.placeholder(tf.int32, [3])
        found = _run(tf.gather(x, i), {x: [5.0, 6.0], i: [-1, 1, 7]})
        np.testing.assert_array_equal(found, [5, 6, 6])


def test_constant_indices_out_of_range_are_an_error():
    with new_graph():
        x = tf.placeholder(tf.float64, [2])
        with pytest.raises(
            tf.errors.InvalidArgumentError, match=r"indices\[1\] = 7 is not in \[0, 2\)"
        ):
            _run(tf.gather(x, [0, 7]), {x: [5.0, 6.0]})


def test_gather_of_nothing():
    none = np.zeros((0, 2), np.int32)
    assert run_op("GatherV2", X, none, np.int32(1)).shape == (2, 0, 2, 4)
    assert run_op("GatherV2", X[:, :0], none, np.int32(1)).shape == (2, 0, 2, 4)
    assert run_op("GatherNd", X, none).shape == (0, 4)


# ---------------------------------------------------------------------- by full positions


@pytest.mark.parametrize("depth", [0, 1, 2, 3])
def test_gather_nd_agrees_with_numpy(depth):
    ids = np.array([[0, 1, 3], [1, 2, 0]])[:, None, :depth]
    expected = X[tuple(np.moveaxis(ids, -1, 0))] if depth else np.broadcast_to(X, (2, 1, *X.shape))
    np.testing.assert_array_equal(run_op("GatherNd", X, ids), expected)
    with new_graph():
        x = tf.placeholder(tf.float64, X.shape)
        assert tf.gather_nd(x, ids).dims == expected.shape


@pytest.mark.parametrize("batch_dims", [1, 2])
def test_gather_nd_in_step_agrees_with_numpy(batch_dims):
    if batch_dims == 1:
        ids = np.array([[[2], [0]], [[1], [1]]])
        expected = X[np.arange(2)[:, None], ids[..., 0]]
    else:
        ids, expected = np.full((2, 3, 1), 3), X[..., 3]
    with new_graph():
        x, i = tf.placeholder(tf.float64, [None] * 3), tf.placeholder(tf.int32, ids.shape)
        found = _run(tf.gather_nd(x, i, batch_dims=batch_dims), {x: X, i: ids})
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.complex64, np.bool_])
def test_scatter_nd_adds_equal_positions(dtype):
    ids, updates = np.array([[1], [3], [1]]), np.array([1, 2, 4]).astype(dtype)
    result = run_op("ScatterNd", ids, updates, np.array([5]))
    expected = np.zeros(5, dtype)
    np.add.at(expected, ids[:, 0], updates)
    np.testing.assert_array_equal(result, expected)
    assert result.dtype == dtype


def test_without_checks_scattered_positions_out_of_range_are_dropped(monkeypatch):
    monkeypatch.setenv("TFGRAD_CHECKS", "0")
    places = np.array([[-1], [1], [2]])
    with new_graph():
        ids = tf.placeholder(tf.int64, [3, 1])
        sums = tf.scatter_nd(ids, tf.ones([3]), tf.constant([2], tf.int64))
        np.testing.assert_array_equal(_run(sums, {ids: places}), [0, 1])
        changed = tf.tensor_scatter_add(tf.ones([2]), ids, tf.ones([3]))
        np.testing.assert_array_equal(_run(changed, {ids: places}), [1, 2])


@pytest.mark.parametrize(
    ("op_type", "ufunc"),
    [
        ("TensorScatterUpdate", lambda a, b: b),
        ("TensorScatterAdd", np.add),
        ("TensorScatterSub", np.subtract),
        ("TensorScatterMax", np.maximum),
        ("TensorScatterMin", np.minimum),
    ],
)
def test_tensor_scatter_changes_only_its_positions(op_type, ufunc):
    ids, updates = np.array([[1, 2], [0, 0]]), np.array([X[0], -X[0]])[:, 0] * 0.5
    expected = X.copy()
    for (i, j), u in zip(ids, updates, strict=True):
        expected[i, j] = ufunc(X[i, j], u)
    np.testing.assert_array_equal(run_op(op_type, X, ids, updates), expected)


@pytest.mark.parametrize(("kind", "sign"), [("Max", 1.0), ("Min", -1.0)])
def test_extremes_share_their_gradient_among_ties(kind, sign):
    with new_graph():
        x, u = tf.placeholder(tf.float64, [3]), tf.placeholder(tf.float64, [2])
        y = add_op(f"TensorScatter{kind}", x, [[0], [2]], u)
        feeds = {x: sign * np.array([1.0, 2.0, 3.0]), u: sign * np.array([1.0, 5.0])}
        gx, gu = _run(tf.gradients(y, [x, u]), feeds)
        np.testing.assert_array_equal(gx, [0.5, 1, 0])
        np.testing.assert_array_equal(gu, [0.5, 1])


ERRORS = [
    (lambda x: tf.gather(x, [0], axis=3), "Shape must be at least rank 4 but is rank 3"),
    (lambda x: tf.gather(x[0, 0, 0], [0]), "Shape must be at least rank 1 but is rank 0"),
    (lambda x: tf.gather(x, [[0]], batch_dims=3), "Shape must be at least rank 4 but is rank 3"),
    (
        lambda x: tf.gather_nd(x, [[0, 0, 0, 0]]),
        "indices.shape[-1] must be <= params.rank, but saw indices shape: [1,4] and params shape: "
        "[2,3,4]",
    ),
    (
        lambda x: tf.scatter_nd([[0]], x, [2, 3, 4]),
        "Dimensions [0,1) of indices[shape=[1,1]] = [1] must match dimensions [0,1) of "
        "updates[shape=[2,3,4]] = [2]",
    ),
    (
        lambda x: tf.tensor_scatter_add(x, [[0], [1]], x[:, :, 1:]),
        "Dimensions [1,3) of input[shape=[2,3,4]] = [3,4] must match dimensions [1,3) of "
        "updates[shape=[2,3,3]] = [3,3]",
    ),
    (lambda x: tf.scatter_nd([[0]], [[1.0]], [0, 1]), "Indices and updates specified for empty"),
]  # fmt: skip


@pytest.mark.parametrize(("build", "message"), ERRORS, ids=[m[:40] for _, m in ERRORS])
def test_wrong_arguments_say_what_tensorflow_says(build, message):
    with new_graph():
        x = tf.placeholder(tf.float32, [2, 3, 4])
        with pytest.raises(ValueError, match=r"^.") as caught:
            build(x)
    assert str(caught.value).startswith(message)


FUNCTIONS = {
    "gather_nd": (
        lambda x: tf.gather_nd(x, [[0, 1], [1, 2], [0, 1]]),
        lambda x: x[[0, 1, 0], [1, 2, 1]],
    ),
    "gather_nd_rows": (lambda x: tf.gather_nd(x, [[1], [1]]), lambda x: x[[1, 1]]),
    "scatter_nd": (
        lambda x: tf.scatter_nd([[2], [2]], x, [4, 3, 4]),
        lambda x: np.stack([0 * x[0], 0 * x[0], x[0] + x[1], 0 * x[0]]),
    ),
    "tensor_scatter_update": (
        lambda x: tf.tensor_scatter_update(x, [[0]], x[1:] * 2.0),
        lambda x: np.stack([x[1] * 2, x[1]]),
    ),
    "tensor_scatter_sub": (
        lambda x: tf.tensor_scatter_sub(x, [[0]], x[1:] * 2.0),
        lambda x: np.stack([x[0] - x[1] * 2, x[1]]),
    ),
    "batch_gather": (
        lambda x: tf.batch_gather(x, [[2, 0], [1, 1]]),
        lambda x: np.stack([x[0, [2, 0]], x[1, [1, 1]]]),
    ),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_gradient_agrees_with_central_differences(name):
    build, oracle = FUNCTIONS[name]
    with new_graph():
        x = tf.placeholder(tf.float64, X.shape)
        y = build(x)
        np.testing.assert_array_equal(_run(y, {x: X}), oracle(X))
        (g,) = tf.gradients(y * y * y, x)
        found = _run(tf.convert_to_tensor(g), {x: X})
    expected = central_difference(lambda x: oracle(x) ** 3, X, step=1e-5)
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-8)


# ---------------------------------------------------------------------- sliced gradients


def test_indexed_slices_show_their_parts():
    with new_graph() as graph:
        values, indices = tf.placeholder(tf.float32, [2, 3], name="v"), tf.constant([1, 1])
        s = tf.IndexedSlices(values, indices, tf.constant([4, 3]))
        assert (s.name, s.dtype, s.op, s.graph) == ("v:0", tf.float32, values.op, graph)
        assert s.shape.as_list() == [4, 3]
        assert tf.IndexedSlices(values, indices).shape.dims is None
        assert str(s).startswith('IndexedSlices(indices=Tensor("Const:0"')
        negative = -s
        assert (negative.indices, negative.dense_shape) == (s.indices, s.dense_shape)
        assert tf.convert_to_tensor_or_indexed_slices(s) is s


def test_indexed_slices_become_dense_where_a_tensor_is_wanted():
    with new_graph():
        s = tf.IndexedSlices(tf.constant([[1.0], [2.0]]), tf.constant([1, 1]), tf.constant([3, 1]))
        np.testing.assert_array_equal(_run(tf.multiply(s, 2.0)), [[0], [6], [0]])
        found = _run(s)
        np.testing.assert_array_equal(found.values, [[1], [2]])
        np.testing.assert_array_equal(found.indices, [1, 1])


def test_indexed_slices_that_cannot_become_dense_are_an_error():
    with new_graph():
        s = tf.IndexedSlices(tf.constant([1.0]), tf.constant([1]))
        with pytest.raises(ValueError, match="without dense_shape"):
            tf.convert_to_tensor(s)
        with pytest.raises(ValueError, match="Incompatible tensor conversion requested to `dtype`"):
            tf.convert_to_tensor_or_indexed_slices(s, dtype=tf.int32)


def test_a_large_dense_tensor_from_slices_warns():
    with new_graph():
        s = tf.IndexedSlices(tf.constant([1.0]), tf.constant([1]), tf.constant([10**8]))
        with pytest.warns(UserWarning, match="dense Tensor with 100000000 elements"):
            tf.convert_to_tensor(s)


# ---------------------------------------------------------------------- lookups


@pytest.mark.parametrize("strategy", ["mod", "div"])
@pytest.mark.parametrize("lengths", [(4,), (3, 2), (2, 2, 1)])
def test_a_divided_table_gives_the_rows_of_the_whole(strategy, lengths):
    n = sum(lengths)
    table = np.arange(2.0 * n).reshape(n, 2)
    if strategy == "mod":
        parts = [table[k :: len(lengths)] for k in range(len(lengths))]
    else:
        parts = np.split(table, np.cumsum(lengths)[:-1])
    ids = np.array([[n - 1, 0], [2, 2]])
    with new_graph():
        tables = [tf.constant(p) for p in parts]
        found = _run(tf.nn.embedding_lookup(tables, ids, partition_strategy=strategy))
    np.testing.assert_array_equal(found, table[ids])


def test_long_rows_are_shortened_to_max_norm():
    with new_graph():
        found = _run(
            tf.nn.embedding_lookup(tf.constant([[3.0, 4.0], [0.3, 0.4]]), [0, 1], max_norm=1.0)
        )
    np.testing.assert_allclose(found, [[0.6, 0.8], [0.3, 0.4]], rtol=1e-6)  # float32
