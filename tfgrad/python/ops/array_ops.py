"""`tf.python.ops.array_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.cast import (
    bitcast,
)
from tfgrad._src.functions.checks import (
    check_numerics,
)
from tfgrad._src.functions.constant import (
    placeholder,
    placeholder_with_default,
)
from tfgrad._src.functions.control import (
    ensure_shape,
    identity,
    identity_n,
    stop_gradient,
)
from tfgrad._src.functions.decode import (
    fingerprint,
)
from tfgrad._src.functions.fill import (
    fill,
    meshgrid,
    ones,
    ones_like,
    sequence_mask,
    zeros,
    zeros_like,
)
from tfgrad._src.functions.gather import (
    batch_gather,
    gather,
    gather_nd,
    scatter_nd,
    tensor_scatter_add,
    tensor_scatter_sub,
    tensor_scatter_update,
)
from tfgrad._src.functions.index import (
    boolean_mask,
    one_hot,
    reverse,
    slice,
    strided_slice,
    unique,
    unique_with_counts,
)
from tfgrad._src.functions.index import (
    reverse as reverse_v2,
)
from tfgrad._src.functions.join import (
    concat,
    parallel_stack,
    split,
    stack,
    unstack,
)
from tfgrad._src.functions.matrix import (
    diag,
    diag_part,
    matrix_band_part,
    matrix_diag,
    matrix_diag_part,
    matrix_set_diag,
)
from tfgrad._src.functions.pad import (
    pad,
)
from tfgrad._src.functions.patches import (
    extract_image_patches,
    extract_volume_patches,
)
from tfgrad._src.functions.patches import (
    extract_patches as extract_image_patches_v2,
)
from tfgrad._src.functions.quantized import (
    dequantize,
    quantize,
    quantize_v2,
    quantized_concat,
)
from tfgrad._src.functions.select import (
    where,
    where_v2,
)
from tfgrad._src.functions.sequence import (
    edit_distance,
    guarantee_const,
    repeat,
    reverse_sequence,
    searchsorted,
    unravel_index,
)
from tfgrad._src.functions.shape import (
    broadcast_dynamic_shape,
    broadcast_static_shape,
    broadcast_to,
    expand_dims,
    invert_permutation,
    matrix_transpose,
    rank,
    rank_internal,
    reshape,
    setdiff1d,
    shape,
    shape_internal,
    shape_n,
    size,
    squeeze,
    tile,
    transpose,
)
from tfgrad._src.functions.space_batch import (
    batch_to_space,
    batch_to_space_nd,
    depth_to_space,
    required_space_to_batch_paddings,
    space_to_batch,
    space_to_batch_nd,
    space_to_depth,
)
from tfgrad._src.functions.sparse import (
    sparse_placeholder,
)
from tfgrad._src.functions.sparse_layout import (
    sparse_mask,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "batch_gather",
    "batch_to_space",
    "batch_to_space_nd",
    "bitcast",
    "boolean_mask",
    "broadcast_dynamic_shape",
    "broadcast_static_shape",
    "broadcast_to",
    "check_numerics",
    "concat",
    "depth_to_space",
    "dequantize",
    "diag",
    "diag_part",
    "edit_distance",
    "ensure_shape",
    "expand_dims",
    "extract_image_patches",
    "extract_image_patches_v2",
    "extract_volume_patches",
    "fill",
    "fingerprint",
    "gather",
    "gather_nd",
    "guarantee_const",
    "identity",
    "identity_n",
    "invert_permutation",
    "matrix_band_part",
    "matrix_diag",
    "matrix_diag_part",
    "matrix_set_diag",
    "matrix_transpose",
    "meshgrid",
    "one_hot",
    "ones",
    "ones_like",
    "pad",
    "parallel_stack",
    "placeholder",
    "placeholder_with_default",
    "quantize",
    "quantize_v2",
    "quantized_concat",
    "rank",
    "rank_internal",
    "repeat",
    "required_space_to_batch_paddings",
    "reshape",
    "reverse",
    "reverse_sequence",
    "reverse_v2",
    "scatter_nd",
    "searchsorted",
    "sequence_mask",
    "setdiff1d",
    "shape",
    "shape_internal",
    "shape_n",
    "size",
    "slice",
    "space_to_batch",
    "space_to_batch_nd",
    "space_to_depth",
    "sparse_mask",
    "sparse_placeholder",
    "split",
    "squeeze",
    "stack",
    "stop_gradient",
    "strided_slice",
    "tensor_scatter_add",
    "tensor_scatter_sub",
    "tensor_scatter_update",
    "tile",
    "transpose",
    "unique",
    "unique_with_counts",
    "unravel_index",
    "unstack",
    "where",
    "where_v2",
    "zeros",
    "zeros_like",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
