"""`tf.python.ops.sparse_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.sparse import (
    from_dense,
    sparse_add,
    sparse_dense_cwise_add,
    sparse_expand_dims,
    sparse_eye,
    sparse_maximum,
    sparse_minimum,
    sparse_reduce_max,
    sparse_reduce_max_sparse,
    sparse_reduce_sum,
    sparse_reduce_sum_sparse,
    sparse_softmax,
    sparse_tensor_dense_matmul,
    sparse_tensor_to_dense,
    sparse_to_dense,
)
from tfgrad._src.functions.sparse_features import (
    sparse_cross,
    sparse_cross_hashed,
    sparse_merge,
    sparse_to_indicator,
)
from tfgrad._src.functions.sparse_layout import (
    KeywordRequired,
    sparse_concat,
    sparse_fill_empty_rows,
    sparse_reorder,
    sparse_reset_shape,
    sparse_reshape,
    sparse_retain,
    sparse_slice,
    sparse_split,
    sparse_transpose,
)
from tfgrad._src.functions.sparse_serial import (
    add_many_sparse_to_tensors_map as _add_many_sparse_to_tensors_map,
)
from tfgrad._src.functions.sparse_serial import (
    add_sparse_to_tensors_map as _add_sparse_to_tensors_map,
)
from tfgrad._src.functions.sparse_serial import (
    deserialize_many_sparse,
    serialize_many_sparse,
    serialize_sparse,
)
from tfgrad._src.functions.sparse_serial import (
    take_many_sparse_from_tensors_map as _take_many_sparse_from_tensors_map,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "KeywordRequired",
    "deserialize_many_sparse",
    "from_dense",
    "serialize_many_sparse",
    "serialize_sparse",
    "sparse_add",
    "sparse_concat",
    "sparse_cross",
    "sparse_cross_hashed",
    "sparse_dense_cwise_add",
    "sparse_expand_dims",
    "sparse_eye",
    "sparse_fill_empty_rows",
    "sparse_maximum",
    "sparse_merge",
    "sparse_minimum",
    "sparse_reduce_max",
    "sparse_reduce_max_sparse",
    "sparse_reduce_sum",
    "sparse_reduce_sum_sparse",
    "sparse_reorder",
    "sparse_reset_shape",
    "sparse_reshape",
    "sparse_retain",
    "sparse_slice",
    "sparse_softmax",
    "sparse_split",
    "sparse_tensor_dense_matmul",
    "sparse_tensor_to_dense",
    "sparse_to_dense",
    "sparse_to_indicator",
    "sparse_transpose",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
