"""Joining and splitting: values, shapes, derivatives, and the same results in numpy.

Oracles: numpy for values (exact: elements are moved, not computed), central differences for
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
AXES = [0, 1, 2, -1, -3]
each_axis = pytest.mark.parametrize("axis", AXES)


def _node(op_type, shapes, groups, **attrs):
    """A node on placeholders: ``groups`` says which inputs form a list."""
    inputs = iter([tf.placeholder(d, s) for s, d in shapes])
    args = [[next(inputs) for _ in range(n)] if n else next(inputs) for n in groups]
    result = add_op(op_type, *args, **attrs)
    while isinstance(result, list):
        result = result[0]
    return result.op


def _host_and_lowered(op_type, arrays, groups, numbers=(), **attrs):
    """What the numpy kernel and the lowering give; ``numbers`` are the host operands."""
    with new_graph(), jax.enable_x64(True):
        node = _node(op_type, [(a.shape, a.dtype) for a in arrays], groups, **attrs)
        values = [a if i in numbers else jnp.asarray(a) for i, a in enumerate(arrays)]
        host, lowered = OPS[op_type].host(node, *arrays), OPS[op_type].lower(node, *values)
        if len(node.outputs) == 1:
            host, lowered = [host], [lowered]
        return list(host), [np.asarray(v) for v in lowered]


def _assert_same(pair):
    for host, lowered in zip(*pair, strict=True):
        assert host.dtype == lowered.dtype
        np.testing.assert_array_equal(host, lowered)


# ---------------------------------------------------------------------- values


@each_axis
def test_concat_agrees_with_numpy(axis):
    y = np.take(X, [1, 0], axis)
    expected = np.concatenate([X, y, X], axis)
    np.testing.assert_array_equal(run_op("ConcatV2", [X, y, X], np.int32(axis)), expected)
    np.testing.assert_array_equal(run_op("Concat", np.int32(axis), [X, y, X]), expected)


@pytest.mark.parametrize("axis", [*AXES, 3, -4])
def test_pack_agrees_with_numpy(axis):
    np.testing.assert_array_equal(run_op("Pack", [X, -X], axis=axis), np.stack([X, -X], axis))


@each_axis
def test_unpack_undoes_pack(axis):
    pieces = run_op("Unpack", X, num=X.shape[axis], axis=axis)
    np.testing.assert_array_equal(np.stack(pieces, axis), X)


@each_axis
def test_split_undoes_concat(axis):
    pieces = run_op("Split", np.int32(axis), X, num_split=X.shape[axis])
    assert len(pieces) == X.shape[axis]
    np.testing.assert_array_equal(np.concatenate(pieces, axis), X)


@pytest.mark.parametrize("sizes", [[1, 3], [4, 0], [-1, 1], [0, -1]])
def test_split_v_agrees_with_numpy(sizes):
    first, second = run_op("SplitV", X, np.array(sizes), np.int32(-1), num_split=2)
    n = sizes[0] if sizes[0] >= 0 else 4 - sizes[1]
    np.testing.assert_array_equal(first, X[..., :n])
    np.testing.assert_array_equal(second, X[..., n:])


@pytest.mark.parametrize(
    "dtype", ["int8", "uint64", "float16", "bfloat16", "complex64", "bool", "string"]
)
def test_elements_of_every_type_can_be_joined_and_taken_apart(dtype):
    x = tf.constant(["a", "b"] if dtype == "string" else np.array([0, 1]), dtype)
    with tf.Session() as session:
        both, rows, pieces = session.run([tf.concat([x, x], 0), tf.stack([x, x]), tf.unstack(x)])
    assert both.shape == (4,)
    assert (rows[0] == rows[1]).all()
    assert pieces == [both[0], both[3]]


def test_concat_of_empty_and_scalar_pieces():
    empty = np.zeros((0, 2), np.float32)
    full = np.ones((1, 2), np.float32)
    np.testing.assert_array_equal(run_op("ConcatV2", [empty, full, empty], np.int32(0)), full)
    np.testing.assert_array_equal(run_op("Pack", [np.float32(1), np.float32(2)]), [1, 2])


def test_concat_offset_counts_along_the_axis():
    shapes = [np.array([2, 3], np.int32), np.array([2, 5], np.int32), np.array([2, 1], np.int32)]
    offsets = run_op("ConcatOffset", np.int32(1), shapes)
    np.testing.assert_array_equal(offsets, [[0, 0], [0, 3], [0, 8]])


# ---------------------------------------------------------------------- stitch and partition


def test_stitch_puts_rows_at_their_indices():
    result = run_op("DynamicStitch", [np.array([2, 0], np.int32), np.int32(1)], [X[0, :2], X[0, 2]])
    np.testing.assert_array_equal(result, [X[0, 1], X[0, 2], X[0, 0]])


def test_stitch_keeps_the_last_of_equal_indices_and_zeros_where_there_is_none():
    indices = [np.array([3, 0], np.int32), np.array([0, 1], np.int32)]
    data = [np.array([1.0, 2.0]), np.array([3.0, 4.0])]
    np.testing.assert_array_equal(run_op("DynamicStitch", indices, data), [3, 4, 0, 1])


def test_stitch_of_nothing_is_empty():
    nothing = np.zeros(0, np.int32)
    assert run_op("DynamicStitch", [nothing], [np.zeros((0, 3))]).shape == (0, 3)


def test_partition_keeps_the_order_of_rows():
    parts = run_op("DynamicPartition", X[0], np.array([1, 0, 1], np.int32), num_partitions=3)
    np.testing.assert_array_equal(parts[0], X[0, 1:2])
    np.testing.assert_array_equal(parts[1], X[0, ::2])
    assert parts[2].shape == (0, 4)


def test_partition_and_stitch_are_inverse_for_every_partition():
    x, p = tf.placeholder(tf.float64, [3, 4]), tf.placeholder(tf.int32, [3])
    places = tf.dynamic_partition(tf.range(3), p, 2)
    back = tf.dynamic_stitch(places, tf.dynamic_partition(x, p, 2))
    with tf.Session() as session:
        for partition in ([0, 1, 0], [1, 0, 0], [1, 1, 1]):
            np.testing.assert_array_equal(session.run(back, {x: X[0], p: partition}), X[0])


def test_partition_out_of_range_is_an_error():
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"partitions\[1\] = 2 is not in \[0"):
        run_op("DynamicPartition", X[0], np.array([0, 2, 1], np.int32), num_partitions=2)


# ---------------------------------------------------------------------- numpy kernels


def test_numpy_kernels_give_what_the_lowerings_give():
    ints = np.arange(12, dtype=np.int64).reshape(3, 4)
    axis = np.array(1, np.int32)
    _assert_same(_host_and_lowered("ConcatV2", [ints, ints, axis], [2, 0], {2}))
    _assert_same(_host_and_lowered("Concat", [axis, ints, ints], [0, 2], {0}))
    _assert_same(_host_and_lowered("Pack", [ints, ints], [2], axis=-1))
    _assert_same(_host_and_lowered("ParallelConcat", [ints[:1], ints[:1]], [2], shape=[2, 4]))
    _assert_same(_host_and_lowered("Unpack", [ints], [0], num=3))
    _assert_same(_host_and_lowered("Unpack", [ints[:1]], [0], num=1))
    _assert_same(_host_and_lowered("Split", [axis, ints], [0, 0], {0}, num_split=2))
    sizes = np.array([3, -1])
    _assert_same(_host_and_lowered("SplitV", [ints, sizes, axis], [0] * 3, {1, 2}, num_split=2))
    places = [np.array([2, 0, 2], np.int32), np.array([4, 1, 2], np.int32)]
    _assert_same(_host_and_lowered("DynamicStitch", [*places, ints, -ints], [2, 2], {0, 1}))


# ---------------------------------------------------------------------- shapes


@given(axis=st.sampled_from(AXES), data=st.data())
def test_static_shapes_never_contradict_the_values(axis, data):
    """Whatever lengths are forgotten, the rules agree with what numpy gives."""
    forget = [data.draw(forget_dims(X.shape)) for _ in range(2)]
    with new_graph():
        x, y = (tf.placeholder(tf.float64, s) for s in forget)
        assert is_compatible(tf.concat([x, y], axis).dims, np.concatenate([X, X], axis).shape)
        assert is_compatible(tf.stack([x, y], axis).dims, np.stack([X, X], axis).shape)
        piece = np.take(X, 0, axis).shape
        for t in tf.unstack(x, num=X.shape[axis], axis=axis):
            assert is_compatible(t.dims, piece)
        for t, p in zip(tf.split(x, [1, -1], axis), np.split(X, [1], axis), strict=True):
            assert is_compatible(t.dims, p.shape)


def test_lengths_are_as_precise_as_in_tensorflow():
    with new_graph():
        x, y, n = (tf.placeholder(tf.float32, s) for s in ([None, 3], [2, None], None))
        axis = tf.placeholder(tf.int32, [])
        assert tf.concat([x, y], 1).dims == (2, None)
        assert tf.concat([n, y], 1).dims == (2, None)
        assert tf.concat([x, y], axis).dims == (None, None)
        assert tf.stack([n, x, y], axis=-1).dims == (2, 3, 3)
        assert tf.split(y, 2, axis)[0].dims == (None, None)
        assert [t.dims for t in tf.split(x, [1, -1], 1)] == [(None, 1), (None, 2)]
        assert tf.dynamic_stitch([[0, 4], axis], [x, y[0]]).dims == (None, 3)
        assert tf.dynamic_stitch([[0, 4]], [y]).dims == (5, None)


ERRORS = [
    (lambda x: tf.concat([x, x[:, :2]], 0), "Dimension 0 in both shapes must be equal, but are"),
    (lambda x: tf.concat([x, x[0]], 0), "Shape must be rank 2 but is rank 1 for 'concat'"),
    (lambda x: tf.concat([x[0, 0], x[0, 0]], 0), "Can't concatenate scalars (use tf.stack"),
    (lambda x: tf.concat([x, x], 2), "Shape must be at least rank 3 but is rank 2 for 'concat'"),
    (lambda x: tf.concat([x], [0]), "Shape (1,) must have rank 0"),
    (lambda x: tf.stack([x, x], axis=4), "Argument `axis` = 4 not in range [-3, 3)"),
    (lambda x: tf.stack([x, x[0]], axis=1), "Shapes must be equal rank, but are 2 and 1"),
    (lambda x: tf.unstack(x, num=3), "Dimension must be 3 but is 2 for 'unstack'"),
    (lambda x: tf.unstack(x, axis=2), "Argument `axis` = 2 not in range [-2, 2)"),
    (lambda x: tf.unstack(tf.placeholder(tf.float32, [None])), "Cannot infer argument `num` from"),
    (lambda x: tf.split(x, 2, 1), "Dimension size must be evenly divisible by 2 but is 3"),
    (lambda x: tf.split(x, 2, 2), "Dimension size, given by scalar input 2 must be in range"),
    (lambda x: tf.split(x, [1, 1], 1), "can't split axis of size 3 into pieces of size [1,1]"),
    (lambda x: tf.split(x, [-1, -1], 1), "size_splits can only have one -1"),
    (lambda x: tf.split(x, tf.constant(2)), "Rank-0 tensors are not supported as the num_or_size"),
]  # fmt: skip


@pytest.mark.parametrize(("build", "message"), ERRORS, ids=[m[:40] for _, m in ERRORS])
def test_wrong_arguments_say_what_tensorflow_says(build, message):
    with new_graph():
        x = tf.placeholder(tf.float32, [2, 3])
        with pytest.raises(ValueError, match=r"^.") as caught:
            build(x)
    assert message in str(caught.value).splitlines()[0]


# ---------------------------------------------------------------------- derivatives

FUNCTIONS = {
    "concat": (lambda x: tf.concat([x, 2.0 * x], -1), lambda x: np.concatenate([x, 2 * x], -1)),
    "stack": (lambda x: tf.stack([x, 2.0 * x], 1), lambda x: np.stack([x, 2 * x], 1)),
    "unstack": (lambda x: tf.unstack(x, axis=1)[2], lambda x: x[:, 2]),
    "split": (lambda x: tf.split(x, [1, 2], 1)[1], lambda x: x[:, 1:]),
    "stitch": (lambda x: tf.dynamic_stitch([[1, 0]], [x]), lambda x: x[::-1]),
    "partition": (lambda x: tf.dynamic_partition(x, [1, 0], 2)[1], lambda x: x[:1]),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_gradient_agrees_with_central_differences(name):
    build, oracle = FUNCTIONS[name]
    with new_graph() as graph, tf.Session(graph=graph) as session:
        x = tf.placeholder(tf.float64, [None, 3, 4])
        y = build(x)
        found = session.run(tf.gradients(y * y * y, x)[0], {x: X})
    # Central differences of x**3 err by h**2 and eps / h: under 1e-9 here.
    expected = central_difference(lambda x: oracle(x) ** 3, X, step=1e-5)
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-9)
