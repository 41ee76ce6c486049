"""What `tf.Session.run` does with fetches that are several tensors in one object."""

from tfgrad._src.functions.indexed_slices import IndexedSlices, IndexedSlicesValue
from tfgrad._src.runtime.fetch import register_expansion

register_expansion(
    IndexedSlices,
    lambda s: [s.values, s.indices, s.dense_shape],
    lambda values: IndexedSlicesValue(*values),
)
