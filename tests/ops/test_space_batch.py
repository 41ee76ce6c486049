"""Blocks of space in batch and channels: values, round trips, types, static shapes, errors.

Oracle: strided slices of numpy arrays; elements are moved, so that everything is exact.
"""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import forget_dims, is_compatible, run_op
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph

X = np.arange(1.0, 2 * 4 * 6 * 3 + 1).reshape(2, 4, 6, 3)
MOVES = [
    ([2, 3], [[0, 0], [0, 0]]),
    ([2, 3], [[1, 1], [2, 1]]),
    ([4], [[3, 1]]),
    ([1, 1, 3], [[0, 0], [1, 2], [0, 0]]),
    ([2, 1], [[0, 2], [0, 0]]),
]
each_move = pytest.mark.parametrize(("block", "edges"), MOVES, ids=str)


def _to_batch(x, block, edges):
    m = len(block)
    x = np.pad(x, [(0, 0), *edges, *[(0, 0)] * (x.ndim - m - 1)])
    grids = [
        x[(slice(None), *(slice(p, None, b) for p, b in zip(place, block, strict=True)))]
        for place in itertools.product(*map(range, block))
    ]
    return np.concatenate(grids, 0)


def _cropped(x, edges):
    return x[(slice(None), *(slice(a, n - b) for (a, b), n in zip(edges, x.shape[1:])))]  # noqa: B905


def _i(values):
    return np.array(values, np.int32)


@each_move
def test_moving_to_the_batch_and_back_agrees_with_slices(block, edges):
    y = run_op("SpaceToBatchND", X, _i(block), _i(edges))
    np.testing.assert_array_equal(y, _to_batch(X, block, edges))
    np.testing.assert_array_equal(run_op("BatchToSpaceND", y, _i(block), _i(edges)), X)


@each_move
def test_blocks_may_be_computed(block, edges):
    with new_graph() as graph, tf.Session(graph=graph) as session:
        x = tf.placeholder(tf.float64, None)
        b, e = tf.placeholder(tf.int64, [len(block)]), tf.placeholder(tf.int32, None)
        y = tf.space_to_batch_nd(x, b, e)
        z = tf.batch_to_space_nd(y, b, e)
        y, z = session.run([y, z], {x: X, b: block, e: edges})
    np.testing.assert_array_equal(y, _to_batch(X, block, edges))
    np.testing.assert_array_equal(z, X)


def test_square_blocks_are_those_of_two_equal_numbers():
    edges = _i([[0, 0], [1, 1]])
    y = run_op("SpaceToBatch", X, edges, block_size=2)
    np.testing.assert_array_equal(y, _to_batch(X, [2, 2], edges))
    np.testing.assert_array_equal(run_op("BatchToSpace", y, edges, block_size=2), X)


def _to_depth(x, b):
    rows = [x[:, p::b, q::b] for p in range(b) for q in range(b)]
    return np.concatenate(rows, -1)


@pytest.mark.parametrize("data_format", ["NHWC", "NCHW"])
def test_moving_to_the_channels_and_back_agrees_with_slices(data_format):
    first = data_format == "NCHW"

    def lay(a):
        return np.moveaxis(a, -1, 1) if first else a

    attrs = {"block_size": 2, "data_format": data_format}
    y = run_op("SpaceToDepth", lay(X), **attrs)
    np.testing.assert_array_equal(y, lay(_to_depth(X, 2)))
    np.testing.assert_array_equal(run_op("DepthToSpace", y, **attrs), lay(X))


def test_channels_in_vectors_are_moved_as_a_whole():
    attrs = {"block_size": 2, "data_format": "NCHW_VECT_C"}
    whole = np.arange(1 * 4 * 4 * 8.0).reshape(1, 4, 4, 8)
    x = np.moveaxis(whole.reshape(1, 4, 4, 2, 4), 3, 1)
    y = run_op("SpaceToDepth", x, **attrs)
    moved = _to_depth(whole, 2).reshape(1, 2, 2, 8, 4)
    np.testing.assert_array_equal(y, np.moveaxis(moved, 3, 1))
    np.testing.assert_array_equal(run_op("DepthToSpace", y, **attrs), x)


@pytest.mark.parametrize("dtype", ["bool", "int8", "int64", "uint16", "bfloat16", "complex128"])
def test_every_type_is_moved(dtype):
    x = (X % 5).astype(tf.as_dtype(dtype).as_numpy_dtype)
    y = run_op("SpaceToBatchND", x, _i([2]), _i([[2, 0]]))
    np.testing.assert_array_equal(y, _to_batch(x, [2], [[2, 0]]))
    np.testing.assert_array_equal(run_op("SpaceToDepth", x, block_size=2), _to_depth(x, 2))


def test_required_paddings_make_multiples():
    with new_graph() as graph, tf.Session(graph=graph) as session:
        sizes = tf.placeholder(tf.int32, [2])
        both = tf.required_space_to_batch_paddings(sizes, [4, 3], [[1, 1], [0, 2]])
        paddings, crops = session.run(both, {sizes: [7, 7]})
    np.testing.assert_array_equal(paddings, [[1, 4], [0, 2]])
    np.testing.assert_array_equal(crops, [[0, 3], [0, 0]])


@given(move=st.sampled_from(MOVES), is_known=st.booleans(), data=st.data())
def test_static_shape_never_contradicts_the_value(move, is_known, data):
    block, edges = move
    true = _to_batch(X, block, edges)
    with new_graph():
        b = tf.constant(block) if is_known else tf.placeholder(tf.int32, [len(block)])
        e = tf.constant(edges) if data.draw(st.booleans()) else tf.placeholder(tf.int32, None)
        y = tf.space_to_batch_nd(tf.placeholder(tf.float64, data.draw(forget_dims(X.shape))), b, e)
        assert is_compatible(y.dims, true.shape)
        y = tf.placeholder(tf.float64, data.draw(forget_dims(true.shape)))
        assert is_compatible(tf.batch_to_space_nd(y, b, e).dims, X.shape)
        x = tf.placeholder(tf.float64, data.draw(forget_dims(X.shape)))
        assert is_compatible(tf.space_to_depth(x, 2).dims, (2, 2, 3, 12))


N = None
SHAPES = [
    (lambda: tf.space_to_batch_nd(_p(N, 4, 6, 3), [2, 3], [[0, 0], [1, 2]]), (N, 2, 3, 3)),
    (lambda: tf.space_to_batch_nd(_p(2, 4, 6, 3), tf.placeholder(tf.int32, [2]), [[0, 0]] * 2),
     (N, N, N, 3)),
    (lambda: tf.space_to_batch_nd(_p(2, 4, 6, 3), [2, 3], tf.placeholder(tf.int32, N)),
     (12, N, N, 3)),
    (lambda: tf.batch_to_space_nd(_p(12, 4, 6, 3), [2, 3], [[0, 0], [1, 2]]), (2, 8, 15, 3)),
    (lambda: tf.depth_to_space(_p(N, 12, 4, 6), 2, data_format="NCHW"), (N, 3, 8, 12)),
    (lambda: tf.space_to_depth(tf.placeholder(tf.float32, N), 2), (N, N, N, N)),
]  # fmt: skip


def _p(*dims):
    return tf.placeholder(tf.float32, dims)


@pytest.mark.parametrize(("build", "dims"), SHAPES, ids=range(len(SHAPES)))
def test_static_shape_is_that_of_tensorflow(build, dims):
    with new_graph():
        assert build().dims == dims


BUILT_WRONG = [
    (lambda: tf.space_to_batch_nd(_p(2, 5, 6, 3), [2, 3], [[0, 0], [1, 2]]),
     "Dimension size must be evenly divisible by 2 but is 5 for"),
    (lambda: tf.space_to_batch_nd(_p(2, 4, 6, 3), tf.placeholder(tf.int32, [N]), [[0, 0]]),
     "block_shape must have known size. for"),
    (lambda: tf.space_to_batch_nd(_p(4, 6), [2, 3], [[0, 0], [1, 2]]),
     "Shape must be at least rank 3 but is rank 2 for"),
    (lambda: tf.space_to_batch_nd(_p(1, 4, 6), [0, 3], [[0, 0], [1, 2]]),
     "block_shape must be positive for"),
    (lambda: tf.space_to_batch_nd(_p(1, 4, 6), [1, 3], [[0, 0], [-1, 2]]),
     "paddings cannot be negative for"),
    (lambda: tf.space_to_batch_nd(_p(1, 4, 6), [1, 3], [[0, 0]] * 3),
     "Dimension 0 in both shapes must be equal, but are 3 and 2. Shapes are [3,2] and [2,2]. for"),
    (lambda: tf.batch_to_space_nd(_p(12, 1, 1, 3), [2, 3], [[0, 0], [3, 2]]),
     "Negative dimension size caused by subtracting 2 from 0 for"),
    (lambda: tf.batch_to_space_nd(_p(5, 1, 1, 3), [2, 3], [[0, 0], [0, 2]]),
     "Dimension size must be evenly divisible by 6 but is 5 for"),
    (lambda: tf.space_to_depth(_p(1, 4, 7, 3), 2),
     "Dimension size must be evenly divisible by 2 but is 7 for"),
    (lambda: tf.depth_to_space(_p(1, 4, 7, 3), 1),
     "Attr 'block_size' of 'DepthToSpace' Op passed 1 less than minimum 2."),
]  # fmt: skip


@pytest.mark.parametrize(("build", "message"), BUILT_WRONG, ids=[m[:40] for _, m in BUILT_WRONG])
def test_wrong_arguments_say_what_tensorflow_says(build, message):
    with new_graph(), pytest.raises(ValueError, match=r"^.") as caught:
        build()
    assert str(caught.value).startswith(message)


RUN_WRONG = [
    ("SpaceToBatchND", (1, 6, 6), [4, 2], "padded_shape.0.=6 is not divisible by block_shape.0.=4"),
    ("BatchToSpaceND", (3, 6, 6), [4, 2],
     "Input batch dimension .3. is not divisible by product of block sizes .8."),
]  # fmt: skip


@pytest.mark.parametrize(("op_type", "shape", "block", "message"), RUN_WRONG)
def test_wrong_lengths_at_run_time_say_what_tensorflow_says(op_type, shape, block, message):
    with new_graph() as graph, tf.Session(graph=graph) as session:
        x = tf.placeholder(tf.float32, N)
        y = add_op(op_type, x, block, [[0, 0], [0, 0]])
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            session.run(y, {x: np.ones(shape)})
