"""What `tf.Session.run` does with fetches and feeds that are several tensors in one object."""

from tfgrad._src.functions.indexed_slices import IndexedSlices, IndexedSlicesValue
from tfgrad._src.graph.sparse_tensor import SparseTensor, SparseTensorValue
from tfgrad._src.runtime.fetch import register_expansion, register_feed

register_expansion(
    IndexedSlices,
    lambda s: [s.values, s.indices, s.dense_shape],
    lambda values: IndexedSlicesValue(*values),
)
register_expansion(
    SparseTensor,
    lambda s: [s.indices, s.values, s.dense_shape],
    lambda values: SparseTensorValue(*values),
)

register_feed(
    IndexedSlices,
    lambda s: [t for t in (s.values, s.indices, s.dense_shape) if t is not None],
)
register_feed(SparseTensor, lambda s: [s.indices, s.values, s.dense_shape])
