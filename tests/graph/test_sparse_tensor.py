"""`SparseTensor`: its parts, static shapes, operators; feeding, fetching and differentiating it."""

import numpy as np
import pytest

import tfgrad as tf
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.sparse_tensor import constant_value_as_shape

AT, V, S = [[0, 1], [1, 0]], [2.0, 3.0], [2, 3]


@pytest.fixture(autouse=True)
def graph():
    with new_graph() as g:
        yield g


def run(fetches, feeds=None):
    return tf.Session(graph=tf.get_default_graph()).run(fetches, feeds)


def test_parts():
    s = tf.SparseTensor(AT, V, S)
    assert (s.indices.name, s.values.name) == ("SparseTensor/indices:0", "SparseTensor/values:0")
    assert s.dense_shape.name == "SparseTensor/dense_shape:0"
    assert s.shape.as_list() == s.get_shape().as_list() == S
    assert (s.dtype, s.op, s.graph) == (tf.float32, s.values.op, tf.get_default_graph())
    assert (s.indices.dtype, s.dense_shape.dtype) == (tf.int64, tf.int64)
    assert str(s) == (
        f"SparseTensor(indices={s.indices}, values={s.values}, dense_shape={s.dense_shape})"
    )


def test_consumers_are_those_of_all_parts():
    s = tf.SparseTensor(AT, V, S)
    users = [tf.identity(t).op for t in (s.values, s.indices, s.dense_shape)]
    assert set(s.consumers()) == set(users)


def test_from_value():
    s = tf.SparseTensor.from_value(tf.SparseTensorValue(AT, V, S))
    assert isinstance(tf.SparseTensor.from_value(s), tf.SparseTensor)
    with pytest.raises(TypeError, match="is neither a SparseTensor nor SparseTensorValue"):
        tf.SparseTensor.from_value([1])


@pytest.mark.parametrize(
    ("parts", "kind", "message"),
    [
        (([0, 1], V, S), ValueError, "Shape (2,) must have rank 2"),
        ((AT, [V], S), ValueError, "Shape (1, 2) must have rank 1"),
        ((AT, V, [S]), ValueError, "Shape (1, 2) must have rank 1"),
        ((AT, [1.0], S), ValueError, "Dimensions 2 and 1 are not compatible"),
        ((AT, V, [2]), ValueError, "Dimensions 2 and 1 are not compatible"),
        (([[0.5, 1.0]], [1.0], S), TypeError, "Expected int64, but got 0.5 of type 'float'."),
    ],
)
def test_parts_that_do_not_fit(parts, kind, message):
    with pytest.raises(kind) as caught:
        tf.SparseTensor(*parts)
    assert str(caught.value).startswith(message)


def test_static_shapes():
    x = tf.placeholder(tf.float32, [None, 3])
    n = tf.placeholder(tf.int64, [])
    lengths = tf.shape(x, out_type=tf.int64)
    for given, wanted in (
        (lengths, (None, 3)),
        (tf.cast(tf.shape(x), tf.int64), (None, 3)),
        (tf.concat([lengths, [4]], 0), (None, 3, 4)),
        (lengths[1:], (3,)),
        (tf.stack([n, tf.constant(5, tf.int64)]), (None, 5)),
        (tf.placeholder(tf.int64, [2]), (None, None)),
        (tf.placeholder(tf.int64, [None]), None),
        (tf.placeholder_with_default(np.array([2, 3]), [2]), (None, None)),
        (tf.constant([2, -1], tf.int64), (2, None)),
        (tf.zeros([0], tf.int64), ()),
    ):
        assert constant_value_as_shape(given) == wanted
    s = tf.SparseTensor(tf.placeholder(tf.int64, [None, 2]), [1.0], tf.placeholder(tf.int64, [2]))
    s.set_shape([None, 3])
    assert s.shape.as_list() == [None, 3]
    with pytest.raises(ValueError, match="not compatible"):
        s.set_shape([None, 4])


def test_convert_to_tensor_or_sparse_tensor():
    s = tf.SparseTensor(AT, V, S)
    assert tf.convert_to_tensor_or_sparse_tensor(s) is s
    made = tf.convert_to_tensor_or_sparse_tensor(tf.SparseTensorValue(AT, V, S), tf.float32)
    assert isinstance(made, tf.SparseTensor)
    assert tf.convert_to_tensor_or_sparse_tensor([1.0]).shape == [1]
    with pytest.raises(RuntimeError, match="Sparse dtype mismatch"):
        tf.convert_to_tensor_or_sparse_tensor(s, tf.int32)


def test_sparse_tensors_are_no_tensors():
    s = tf.SparseTensor(AT, V, S)
    with pytest.raises(TypeError, match="Failed to convert elements of SparseTensor"):
        tf.convert_to_tensor(s)
    with pytest.raises(TypeError):
        tf.nn.relu(s)


@pytest.mark.parametrize(
    ("use", "wanted"),
    [
        (lambda s: s * 2.0, [4, 6]),
        (lambda s: s / [[4.0, 4.0, 4.0]], [0.5, 0.75]),
        (lambda s: tf.constant([[2.0], [3.0]]) * s, [4, 9]),
        (lambda s: tf.cast(s, tf.int32), [2, 3]),
    ],
)
def test_operators(use, wanted):
    y = use(tf.SparseTensor(AT, V, S))
    assert isinstance(y, tf.SparseTensor)
    np.testing.assert_array_equal(run(y).values, wanted)


# ---------------------------------------------------------------------- running


def test_a_fetch_is_a_value_of_arrays():
    s = tf.SparseTensor(AT, V, S)
    found, (nested,) = run([s, [s]])
    assert isinstance(found, tf.SparseTensorValue)
    assert isinstance(nested, tf.SparseTensorValue)
    np.testing.assert_array_equal(found.indices, AT)
    np.testing.assert_array_equal(found.dense_shape, S)
    with tf.Session().as_default():
        np.testing.assert_array_equal(s.eval().values, V)


@pytest.mark.parametrize("feed", [tf.SparseTensorValue(AT, V, S), (AT, V, S), [AT, V, S]])
def test_feeds(feed):
    s, x = tf.sparse_placeholder(tf.float32), tf.placeholder(tf.float32)
    y = tf.sparse.to_dense(s) + x
    session = tf.Session()
    for k in range(2):
        found = session.run(y, {s: feed, x: k})
        np.testing.assert_array_equal(found, np.array([[0, 2, 0], [3, 0, 0]]) + k)


def test_the_shape_need_not_be_fed_where_it_is_known():
    s = tf.sparse_placeholder(tf.float32, S)
    y = tf.sparse.to_dense(s)
    assert run(y, {s: (AT, V)}).shape == (2, 3)
    assert run(y, {s: (AT, V, [4, 4])}).shape == (4, 4)


def test_a_feed_may_differ_in_length_from_run_to_run():
    s = tf.sparse_placeholder(tf.float32)
    y, session = tf.sparse.reduce_sum(s), tf.Session()
    assert session.run(y, {s: (AT, V, S)}) == 5
    assert session.run(y, {s: (AT[:1], V[:1], S)}) == 2
    assert session.run(y, {s: (np.zeros((0, 2)), [], [5, 5])}) == 0


def test_any_sparse_tensor_can_be_fed():
    s = tf.SparseTensor(AT, V, S)
    y = tf.sparse.reduce_sum(s)
    assert run(y, {s: (AT, [7.0, 8.0], S)}) == 15


def test_slices_can_be_fed():
    s = tf.IndexedSlices(tf.placeholder(tf.float32, [None, 1]), tf.placeholder(tf.int32, [None]))
    found = run(s, {s: ([[1.0]], [5])})
    assert (found.values.tolist(), found.indices.tolist()) == ([[1.0]], [5])


def test_missing_parts_and_wrong_shapes_are_errors():
    s = tf.sparse_placeholder(tf.float32)
    y = tf.sparse.to_dense(s)
    with pytest.raises(tf.errors.InvalidArgumentError, match="You must feed a value"):
        run(y)
    with pytest.raises(ValueError, match="Cannot feed value of shape"):
        run(y, {s: (AT, [V], S)})


# ---------------------------------------------------------------------- gradients


def test_gradients_are_of_values():
    """Sparse tensors among xs and ys are refused as in TensorFlow; their values are tensors."""
    s = tf.SparseTensor(AT, tf.placeholder_with_default(V, [2]), S)
    y = tf.sparse.to_dense(s) ** 2
    for ys, xs in ((y, s), (y, [s]), (s, s.values), ([y, s], s.values)):
        message = "^Type SparseTensor is not supported as a gradient source or gradient target"
        with pytest.raises(ValueError, match=message):
            tf.gradients(ys, xs)
    np.testing.assert_array_equal(run(tf.gradients(y, s.values)[0]), [4, 6])
    np.testing.assert_array_equal(run(tf.gradients(s.values, s.values)[0]), [1, 1])


def test_a_sparse_gradient_is_refused():
    s = tf.SparseTensor(AT, V, S)
    x = tf.placeholder(tf.float32, S)
    with pytest.raises(TypeError) as caught:
        tf.gradients(tf.square(x), x, grad_ys=s)
    first = str(caught.value).split("\n")[0]
    assert first.startswith('Invalid gradient [SparseTensor(indices=Tensor("gradients/Identity:0"')
    assert first.endswith(
        "[index = 0]. Gradients have to be either all Tensors or all IndexedSlices"
    )
    # One that goes nowhere is not looked at.
    assert tf.gradients(tf.square(x), s.values, grad_ys=s) == [None]


def test_sparse_tensors_can_be_constants():
    v = tf.constant(V)
    s = tf.SparseTensor(AT, v * 2.0, S)
    y = tf.sparse.reduce_sum(s * 3.0)
    assert run(tf.gradients(y, v)[0]).tolist() == [6, 6]
    assert tf.gradients(y, v, stop_gradients=[s]) == [None]
