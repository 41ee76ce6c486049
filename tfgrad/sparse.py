"""`tf.sparse`: tensors given by their entries that are not zero."""

from tfgrad._src.functions.segment import (
    sparse_segment_mean as segment_mean,
)
from tfgrad._src.functions.segment import (
    sparse_segment_sqrt_n as segment_sqrt_n,
)
from tfgrad._src.functions.segment import (
    sparse_segment_sum as segment_sum,
)
from tfgrad._src.functions.sparse import (
    from_dense,
)
from tfgrad._src.functions.sparse import (
    sparse_add as add,
)
from tfgrad._src.functions.sparse import (
    sparse_expand_dims as expand_dims,
)
from tfgrad._src.functions.sparse import (
    sparse_eye as eye,
)
from tfgrad._src.functions.sparse import (
    sparse_maximum as maximum,
)
from tfgrad._src.functions.sparse import (
    sparse_minimum as minimum,
)
from tfgrad._src.functions.sparse import (
    sparse_placeholder as placeholder,
)
from tfgrad._src.functions.sparse import (
    sparse_reduce_max as reduce_max,
)
from tfgrad._src.functions.sparse import (
    sparse_reduce_max_sparse as reduce_max_sparse,
)
from tfgrad._src.functions.sparse import (
    sparse_reduce_sum as reduce_sum,
)
from tfgrad._src.functions.sparse import (
    sparse_reduce_sum_sparse as reduce_sum_sparse,
)
from tfgrad._src.functions.sparse import (
    sparse_softmax as softmax,
)
from tfgrad._src.functions.sparse import (
    sparse_tensor_dense_matmul as matmul,
)
from tfgrad._src.functions.sparse import (
    sparse_tensor_dense_matmul as sparse_dense_matmul,
)
from tfgrad._src.functions.sparse import (
    sparse_tensor_to_dense as to_dense,
)
from tfgrad._src.functions.sparse_counts import (
    sparse_bincount as bincount,
)
from tfgrad._src.functions.sparse_features import (
    sparse_cross as cross,
)
from tfgrad._src.functions.sparse_features import (
    sparse_cross_hashed as cross_hashed,
)
from tfgrad._src.functions.sparse_features import (
    sparse_merge as merge,
)
from tfgrad._src.functions.sparse_features import (
    sparse_to_indicator as to_indicator,
)
from tfgrad._src.functions.sparse_layout import (
    sparse_concat as concat,
)
from tfgrad._src.functions.sparse_layout import (
    sparse_fill_empty_rows as fill_empty_rows,
)
from tfgrad._src.functions.sparse_layout import (
    sparse_mask as mask,
)
from tfgrad._src.functions.sparse_layout import (
    sparse_reorder as reorder,
)
from tfgrad._src.functions.sparse_layout import (
    sparse_reset_shape as reset_shape,
)
from tfgrad._src.functions.sparse_layout import (
    sparse_reshape as reshape,
)
from tfgrad._src.functions.sparse_layout import (
    sparse_retain as retain,
)
from tfgrad._src.functions.sparse_layout import (
    sparse_slice as slice,
)
from tfgrad._src.functions.sparse_layout import (
    sparse_split as split,
)
from tfgrad._src.functions.sparse_layout import (
    sparse_transpose as transpose,
)
from tfgrad._src.graph.sparse_tensor import (
    SparseTensor,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "SparseTensor",
    "add",
    "bincount",
    "concat",
    "cross",
    "cross_hashed",
    "expand_dims",
    "eye",
    "fill_empty_rows",
    "from_dense",
    "mask",
    "matmul",
    "maximum",
    "merge",
    "minimum",
    "placeholder",
    "reduce_max",
    "reduce_max_sparse",
    "reduce_sum",
    "reduce_sum_sparse",
    "reorder",
    "reset_shape",
    "reshape",
    "retain",
    "segment_mean",
    "segment_sqrt_n",
    "segment_sum",
    "slice",
    "softmax",
    "sparse_dense_matmul",
    "split",
    "to_dense",
    "to_indicator",
    "transpose",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
