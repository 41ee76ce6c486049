"""Descriptions of values: which are equal, which fit together, and how they are written."""

import copy
import pickle

import numpy as np
import pytest

import tfgrad as tf
from tfgrad._src.graph.graph import new_graph
from tfgrad.python.framework import tensor_spec, type_spec


def test_a_tensor():
    spec = tf.TensorSpec([2, None], tf.float32, "a")
    assert repr(spec) == "TensorSpec(shape=(2, ?), dtype=tf.float32, name='a')"
    assert spec.shape.as_list() == [2, None]
    assert (spec.dtype, spec.name, spec.value_type) == (tf.float32, "a", tf.Tensor)
    assert spec == tf.TensorSpec((2, None), "float32", "a")
    assert spec != tf.TensorSpec([2, None], tf.float32)
    assert len({spec, copy.copy(spec), pickle.loads(pickle.dumps(spec))}) == 1
    assert tf.TensorSpec.from_spec(spec, "b").name == "b"
    assert tf.TensorSpec(None).shape.ndims is None
    with pytest.raises(TypeError, match="Cannot convert the argument `type_value`: 'q'"):
        tf.TensorSpec([1], "q")


def test_what_fits_a_tensor():
    spec = tf.TensorSpec([2, None], tf.float32)
    with new_graph():
        x = tf.zeros([2, 3], name="x")
        assert spec.is_compatible_with(x)
        assert not spec.is_compatible_with(tf.zeros([2, 3], tf.int32))
        assert not spec.is_compatible_with(tf.zeros([3, 3]))
        assert tf.TensorSpec.from_tensor(x) == tf.TensorSpec([2, 3], tf.float32, "x")
    assert not spec.is_compatible_with(3)
    assert spec.is_compatible_with(tf.TensorSpec(None))
    common = spec.most_specific_compatible_type(tf.TensorSpec([4, 5], name="a"))
    assert common == tf.TensorSpec([None, None])
    with pytest.raises(ValueError, match="Types are not compatible"):
        spec.most_specific_compatible_type(tf.TensorSpec([2], tf.int32))
    with pytest.raises(ValueError, match="`tensor` should be a"):
        tf.TensorSpec.from_tensor(3)


def test_bounds():
    spec = tensor_spec.BoundedTensorSpec([2, None], tf.int32, 0, [5])
    assert spec.maximum.tolist() == [5]
    assert spec == tensor_spec.BoundedTensorSpec([2, None], tf.int32, 0, [5])
    assert spec != tensor_spec.BoundedTensorSpec([2, None], tf.int32, 1, [5])
    plain = tensor_spec.BoundedTensorSpec.from_spec(tf.TensorSpec([], tf.int8))
    assert (plain.minimum, plain.maximum) == (-128, 127)
    with pytest.raises(ValueError, match="minimum and maximum must be provided"):
        tensor_spec.BoundedTensorSpec([2], tf.int32, None, 1)
    with pytest.raises(ValueError, match="maximum is not compatible with shape"):
        tensor_spec.BoundedTensorSpec([2], tf.int32, 0, [1, 2, 3])


def test_sparse_tensors_and_rows():
    sparse = tf.SparseTensorSpec([2, None])
    assert repr(sparse) == (
        "SparseTensorSpec(TensorShape([Dimension(2), Dimension(None)]), tf.float32)"
    )
    rows = tf.IndexedSlicesSpec([2, None], indices_shape=[None])
    assert rows == tf.IndexedSlicesSpec([2, None])
    assert (sparse.value_type, rows.value_type) == (tf.SparseTensor, tf.IndexedSlices)
    with new_graph():
        s = tf.SparseTensor([[0, 1]], [1.0], [2, 3])
        assert sparse.is_compatible_with(s)
        assert not tf.SparseTensorSpec([3, 3]).is_compatible_with(s)
        assert not sparse.is_compatible_with(tf.zeros([2, 3]))
        slices = tf.IndexedSlices(tf.zeros([4, 3]), tf.constant([0] * 4, tf.int64))
        assert type_spec.type_spec_from_value(slices).value_type is tf.IndexedSlices
    value = tf.SparseTensorValue(np.array([[0, 1]]), np.array([1.0]), np.array([2, 3]))
    assert tf.SparseTensorSpec.from_value(value) == tf.SparseTensorSpec([2, 3], tf.float64)
    common = sparse.most_specific_compatible_type(tf.SparseTensorSpec([3, 4]))
    assert common == tf.SparseTensorSpec([None, None])
    with pytest.raises(ValueError, match="No TypeSpec is compatible with both"):
        sparse.most_specific_compatible_type(rows)
    with pytest.raises(TypeError, match="Expected SparseTensor or SparseTensorValue"):
        tf.SparseTensorSpec.from_value(3)


def test_of_any_value():
    assert type_spec.type_spec_from_value(np.zeros(3, np.int8)) == tf.TensorSpec([3], tf.int8)
    with new_graph():
        assert type_spec.type_spec_from_value([1, 2]) == tf.TensorSpec([2], tf.int32)
        with pytest.raises(TypeError, match="Could not build a TypeSpec for"):
            type_spec.type_spec_from_value(object())
