"""Derivatives of gathering and scattering: each is the other's.

Of a gather along axis 0 the gradient is an `IndexedSlices`: the rows of ``dy`` and where they
belong.
"""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.comparison import equal
from tfgrad._src.functions.control import identity
from tfgrad._src.functions.fill import ones, zeros, zeros_like
from tfgrad._src.functions.fill import range as range_
from tfgrad._src.functions.gather import gather, gather_nd, scatter_nd, tensor_scatter_update
from tfgrad._src.functions.indexed_slices import IndexedSlices, dense
from tfgrad._src.functions.join import concat
from tfgrad._src.functions.segment import unsorted_segment_sum
from tfgrad._src.functions.shape import (
    expand_dims,
    rank,
    reshape,
    shape,
    size,
    squeeze,
    tile,
    transpose,
)
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import constant
from tfgrad._src.graph.graph import colocate_with
from tfgrad._src.graph.node import Operation
from tfgrad._src.graph.resource import handle_shape


def _rows(params_shape, indices, count, dy, to_tensor=dense) -> IndexedSlices:
    """The rows of ``dy``, in the order of the flattened ``indices``."""
    values_shape = concat([count, params_shape[1:]], 0)
    values = reshape(to_tensor(dy), values_shape)
    return IndexedSlices(values, reshape(indices, count), params_shape)


@gradient("Gather")
def gather_grad(op: Operation, dy):
    params, indices = op.inputs
    with colocate_with(params):
        params_shape = shape(params)
    count = expand_dims(size(indices), 0)
    return _rows(params_shape, indices, count, dy), None


@gradient("ResourceGather")
def resource_gather_grad(op: Operation, dy):
    handle, indices = op.inputs
    params_shape = _variable_shape(handle, dt.int32)
    count = expand_dims(size(indices), 0)
    # Slices become dense in the scope of the Reshape here.
    return _rows(params_shape, indices, count, dy, lambda x: x), None


def _variable_shape(handle, out_type):
    """The shape of the variable behind ``handle``, a constant if it is known."""
    dims = handle_shape(handle)
    if dims is None or None in dims:
        return add_op("VariableShape", handle, out_type=out_type)
    return constant(list(dims), dtype=out_type)


@gradient("GatherV2")
def gather_v2_grad(op: Operation, dy):
    """Along another axis than 0 that axis is moved to the front, summed into, and moved back."""
    params, indices, axis = op.inputs
    with colocate_with(params):
        params_shape = shape(params)
    count = expand_dims(size(indices), 0)
    batch_dims = op.attrs["batch_dims"]
    if batch_dims < 0:
        if indices.dims is None:
            raise ValueError(
                f"Currently, it is unsupported to take the gradient of tf.gather when "
                f"batch_dims < 0 and the rank of the indices is unknown. Please pass a positive "
                f"batch_dims or use tf.ensure_shape to update the shape of indices when calling "
                f"tf.gather. Got batch_dims={batch_dims} and indices={indices}"
            )
        batch_dims += len(indices.dims)
    if constant_value(axis) == 0:
        return _rows(params_shape, indices, count, dy), None, None
    outer, inner = params_shape[:axis], params_shape[axis:][1:]
    values_shape = concat([outer, [-1], inner], 0)
    ndims, before = size(values_shape), size(outer)
    batch_axes = range_(batch_dims)
    outer_axes = range_(batch_dims, before)
    inner_axes = range_(before + 1, ndims)
    values = reshape(dense(dy), values_shape)
    front = concat([batch_axes, [before], outer_axes, inner_axes], 0)
    values = transpose(values, front)
    moved_shape = gather(params_shape, front)
    result = _batch_gather_grad(moved_shape, values, indices, batch_dims, params_shape[axis])
    back = concat([batch_axes, outer_axes + 1, [batch_dims], inner_axes], 0)
    result = reshape(transpose(result, back), shape(params))
    return result, None, None


def _batch_gather_grad(params_shape, values, indices, batch_dims: int, length):
    count = expand_dims(size(indices), 0)
    if batch_dims:
        values_shape = shape(values)
        outer, inner = values_shape[:batch_dims], values_shape[batch_dims:][1:]
        batches = add_op("Prod", outer, [0], keep_dims=False)
        flat_shape = concat([[-1], inner], 0)
        length = length * batches
        indices = _count_through(params_shape, indices, batch_dims)
        values = reshape(values, flat_shape)
    result = unsorted_segment_sum(values, reshape(indices, count), length)
    if batch_dims:
        result = reshape(result, concat([outer, flat_shape], 0))
    return result


def _count_through(params_shape, indices, batch_dims: int):
    """``indices`` into the rows of all batches, one batch after the other."""
    dtype = indices.dtype.base_dtype
    lengths = cast(params_shape, dtype)
    result = indices
    stride = ones((), dtype=dtype)
    for axis in range(batch_dims, 0, -1):
        length = lengths[axis - 1]
        stride = stride * lengths[axis]
        start, step = zeros((), dtype=dtype), ones((), dtype=dtype)
        offsets = range_(start, length, step) * stride
        before, after = tile([1], [axis - 1]), tile([1], [rank(indices) - axis])
        result = result + reshape(offsets, concat([before, [length], after], axis=0))
    return result


def _is_column(indices) -> bool:
    """Whether the positions are plain row numbers: of shape ``[n, 1]``."""
    return indices.dims is not None and len(indices.dims) == 2 and indices.dims[1] == 1


@gradient("GatherNd")
def gather_nd_grad(op: Operation, dy):
    params, indices = op.inputs
    params_shape = shape(params, out_type=indices.dtype)
    if _is_column(indices):
        return IndexedSlices(dy, squeeze(indices, axis=-1), params_shape), None
    return scatter_nd(indices, dy, params_shape), None


@gradient("ResourceGatherNd")
def resource_gather_nd_grad(op: Operation, dy):
    handle, indices = op.inputs
    params_shape = add_op("VariableShape", handle, out_type=indices.dtype)
    if _is_column(indices):
        return IndexedSlices(dy, squeeze(indices, axis=-1), params_shape), None
    return scatter_nd(indices, dy, params_shape), None


@gradient("ScatterNd")
def scatter_nd_grad(op: Operation, dy):
    return None, gather_nd(dy, op.inputs[0]), None


@gradient("TensorScatterUpdate")
def tensor_scatter_update_grad(op: Operation, dy):
    _, indices, updates = op.inputs
    updates_grad = gather_nd(dy, indices)
    rest = identity(dy)
    gaps = zeros_like(updates, dtype=dy.dtype)
    return tensor_scatter_update(rest, indices, gaps), None, updates_grad


@gradient("TensorScatterAdd")
def tensor_scatter_add_grad(op: Operation, dy):
    updates_grad = gather_nd(dy, op.inputs[1])
    return identity(dy), None, updates_grad


@gradient("TensorScatterSub")
def tensor_scatter_sub_grad(op: Operation, dy):
    updates_grad = gather_nd(dy, op.inputs[1])
    x_grad = identity(dy)
    return x_grad, None, -updates_grad


@gradient("TensorScatterMax", "TensorScatterMin")
def tensor_scatter_extreme_grad(op: Operation, dy):
    """Elements that tie for the result share its gradient."""
    x, indices, updates = op.inputs
    y = op.outputs[0]
    kept = cast(equal(x, y), dy.dtype)
    put = cast(equal(updates, gather_nd(y, indices)), dy.dtype)
    puts = scatter_nd(indices, put, shape(x, out_type=indices.dtype))
    ties = kept + puts
    x_grad = dy * kept / ties
    updates_grad = gather_nd(dy / ties, indices) * put
    return x_grad, None, updates_grad
