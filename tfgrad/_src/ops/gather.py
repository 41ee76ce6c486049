"""Rows by index: gathering, and scattering into a new tensor.

XLA moves an index out of range to the nearest row when it reads, and drops it when it writes.  So
every lowering demands that there are none (``ops/checks.py``), as TensorFlow's CPU kernels do.  The
forms are those measured fastest on CPU: plain gathers and scatters, no one-hot products.

The derivatives are in ``gradients/gather.py``.
"""

import numpy as np
from jax import lax

from tfgrad._src.graph.constant_value import known_value, partial_shape
from tfgrad._src.graph.dtypes import INDEX, NUMBER, bool_, int16, int32, int64, uint16
from tfgrad._src.graph.explain import shape_str
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.resource import handle_shape
from tfgrad._src.graph.shapes import (
    Shape,
    ShapeError,
    concatenate,
    merge,
    num_elements,
    with_rank,
    with_rank_at_least,
)
from tfgrad._src.ops.broadcasting import constant_like
from tfgrad._src.ops.checks import in_range, in_shape, invalid, is_number

_INDICES = (int16, int32, int64)

# ---------------------------------------------------------------------- gather along an axis


def _gather_shape(params: Shape, indices: Shape, axis: int, batch_dims: int) -> Shape:
    with_rank_at_least(params, -axis if axis < 0 else axis + 1)
    with_rank_at_least(indices, abs(batch_dims))
    if batch_dims < 0:
        if indices is None:
            return None
        batch_dims += len(indices)
    with_rank_at_least(params, batch_dims + 1)
    if params is None or indices is None:
        return None
    return params[:axis] + indices[batch_dims:] + (() if axis == -1 else params[axis + 1 :])


def _gather_v2_shape(node, params: Shape, indices: Shape, axis_shape: Shape) -> Shape:
    with_rank_at_least(params, 1)
    with_rank(axis_shape, 0)
    axis = known_value(node.inputs[2])
    batch_dims = node.attrs["batch_dims"]
    if axis is not None:
        return _gather_shape(params, indices, int(axis), batch_dims)
    if params is None or indices is None:
        return None
    return (None,) * (len(params) + len(indices) - 1 - batch_dims)


def _axis(node, params, axis) -> int:
    rank = np.ndim(params)
    if not rank:
        raise invalid(node, "params must be at least 1 dimensional")
    if not -rank <= axis < rank:
        raise invalid(node, f"Expected axis in the range [{-rank}, {rank}), but got {axis}")
    return int(axis) % rank


def _take_host(node, params, indices, axis: int, batch_dims: int):
    indices = np.asarray(indices)
    in_range(node, indices, params.shape[axis])
    if not batch_dims:
        return np.take(params, indices, axis)
    rows = [
        _take_host(node, p, i, axis - 1, batch_dims - 1)
        for p, i in zip(params, indices, strict=True)
    ]
    if rows:
        return np.stack(rows)
    return np.zeros(_gather_shape(params.shape, indices.shape, axis, batch_dims), params.dtype)


def _take(node, params, indices, axis: int, batch_dims: int):
    """``params`` at ``indices`` along ``axis``; the first ``batch_dims`` axes run in step."""
    for i, (m, n) in enumerate(zip(np.shape(params)[:batch_dims], np.shape(indices), strict=False)):
        if m != n:
            raise invalid(
                node, f"params.shape[{i}]: {m} should be equal to indices.shape[{i}]: {n}"
            )
    shape = _gather_shape(np.shape(params), np.shape(indices), axis, batch_dims)
    length = np.shape(params)[axis]
    in_range(node, indices, length)
    if is_number(indices) and np.ndim(indices) == 0:
        i = int(indices)
        return lax.reshape(lax.slice_in_dim(params, i, i + 1, axis=axis), shape)
    if 0 in shape or length == 0:
        return lax.full(shape, 0, node.outputs[0].dtype.np)
    batch = tuple(range(batch_dims))
    inner = np.ndim(indices) - batch_dims
    numbers = lax.GatherDimensionNumbers(
        offset_dims=(*range(batch_dims, axis), *range(axis + inner, len(shape))),
        collapsed_slice_dims=(axis,),
        start_index_map=(axis,),
        operand_batching_dims=batch,
        start_indices_batching_dims=batch,
    )
    sizes = [1 if i in batch or i == axis else n for i, n in enumerate(np.shape(params))]
    return lax.gather(
        params,
        lax.expand_dims(_index_type(indices), (np.ndim(indices),)),
        numbers,
        slice_sizes=sizes,
        mode=lax.GatherScatterMode.CLIP,
    )


def _index_type(indices):
    """Narrow integers cannot count the rows of a large tensor."""
    if indices.dtype in (np.int32, np.int64):
        return indices
    return lax.convert_element_type(indices, np.dtype(np.int32))


def _batch_dims(node, indices) -> int:
    n = node.attrs["batch_dims"]
    return n + np.ndim(indices) if n < 0 else n


@defop(
    "GatherV2(params: Tparams, indices: Tindices, axis: Taxis; batch_dims: int = 0) "
    "-> output: Tparams",
    Tindices=_INDICES,
    Taxis=INDEX,
    shape=_gather_v2_shape,
    host=lambda node, x, i, a: _take_host(node, x, i, _axis(node, x, a), _batch_dims(node, i)),
    host_inputs=("axis",),
)
def gather_v2(node, params, indices, axis):
    return _take(node, params, indices, _axis(node, params, axis), _batch_dims(node, indices))


def _gather_rows_shape(node, params: Shape, indices: Shape) -> Shape:
    with_rank_at_least(params, 1)
    return concatenate(indices, None if params is None else params[1:])


@defop(
    "Gather(params: Tparams, indices: Tindices; validate_indices: bool = True) -> output: Tparams",
    Tindices=INDEX,
    shape=_gather_rows_shape,
    host=lambda node, x, i: _take_host(node, x, i, 0, 0),
)
def gather(node, params, indices):
    return _take(node, params, indices, 0, 0)


def _resource_gather_shape(node, resource: Shape, indices: Shape) -> Shape:
    params = with_rank_at_least(handle_shape(node.inputs[0]), 1)
    batch_dims = node.attrs["batch_dims"]
    with_rank_at_least(indices, abs(batch_dims))
    if indices is None:
        return None
    if batch_dims < 0:
        batch_dims += len(indices)
    with_rank_at_least(params, batch_dims + 1)
    if params is None:
        return None
    return params[:batch_dims] + indices[batch_dims:] + params[batch_dims + 1 :]


@defop(
    "ResourceGather(resource: resource, indices: Tindices; batch_dims: int = 0, "
    "validate_indices: bool = True, dtype: type) -> output: dtype",
    Tindices=INDEX,
    shape=_resource_gather_shape,
    stateful=True,
    reads=("resource",),
)
def resource_gather(node, params, indices):
    """Takes the variable's present value."""
    n = _batch_dims(node, indices)
    return _take(node, params, indices, n, n)


# ---------------------------------------------------------------------- gather by full positions


def _gather_nd_shape(node, params: Shape, indices: Shape) -> Shape:
    with_rank_at_least(indices, 1)
    if params is None or indices is None or indices[-1] is None:
        return None
    if indices[-1] > len(params):
        raise ShapeError(
            f"indices.shape[-1] must be <= params.rank, but saw indices shape: "
            f"{shape_str(indices)} and params shape: {shape_str(params)}"
        )
    return indices[:-1] + params[indices[-1] :]


def _resource_gather_nd_shape(node, resource: Shape, indices: Shape) -> Shape:
    return _gather_nd_shape(node, handle_shape(node.inputs[0]), indices)


def _check_positions(node, params, indices) -> None:
    """TensorFlow's kernel tells the last wrong one."""
    shape = np.shape(params)
    if not np.shape(indices):
        raise invalid(node, "indices must be at least a vector")
    if np.shape(indices)[-1] > len(shape):
        raise invalid(
            node,
            f"index innermost dimension length must be <= params rank; saw: "
            f"{np.shape(indices)[-1]} vs. {len(shape)}",
        )

    def say(place: str, row: str) -> str:
        end = f", node name: {node.name}" if node.type == "GatherNd" else ""
        return f"indices{place} = {row} does not index into param shape {shape_str(shape)}{end}"

    in_shape(node, indices, shape, say, last=True)


def _gather_nd_host(node, params, indices):
    _check_positions(node, params, indices)
    depth = indices.shape[-1]
    if depth == 0:
        return np.broadcast_to(params, indices.shape[:-1] + params.shape)
    return params[tuple(indices[..., k] for k in range(depth))]


def _gather_nd(node, params, indices):
    _check_positions(node, params, indices)
    depth = indices.shape[-1]
    batch = indices.ndim - 1
    shape = indices.shape[:-1] + np.shape(params)[depth:]
    if depth == 0:
        return lax.broadcast_in_dim(params, shape, range(batch, len(shape)))
    if 0 in shape or 0 in np.shape(params):
        return lax.full(shape, 0, node.outputs[0].dtype.np)
    numbers = lax.GatherDimensionNumbers(
        offset_dims=tuple(range(batch, len(shape))),
        collapsed_slice_dims=tuple(range(depth)),
        start_index_map=tuple(range(depth)),
    )
    return lax.gather(
        params,
        _index_type(indices),
        numbers,
        slice_sizes=(1,) * depth + np.shape(params)[depth:],
        mode=lax.GatherScatterMode.CLIP,
    )


defop(
    "GatherNd(params: Tparams, indices: Tindices; bad_indices_policy: string = '') "
    "-> output: Tparams",
    Tindices=_INDICES,
    shape=_gather_nd_shape,
    host=_gather_nd_host,
)(_gather_nd)
defop(
    "ResourceGatherNd(resource: resource, indices: Tindices; dtype: type) -> output: dtype",
    Tindices=INDEX,
    shape=_resource_gather_nd_shape,
    stateful=True,
    reads=("resource",),
)(_gather_nd)


# ---------------------------------------------------------------------- scatter


def _check_scatter(output: Shape, indices: Shape, updates: Shape) -> None:
    """Each row of ``indices`` names a part of ``output``; ``updates`` holds such parts."""
    if num_elements(output) == 0 and (num_elements(indices) or num_elements(updates)):
        raise ShapeError("Indices and updates specified for empty input")
    if indices is None or updates is None or len(updates) == 0 or indices[-1] is None:
        return
    outer, depth = len(indices) - 1, indices[-1]
    left, right = indices[:outer], updates[:outer]
    try:
        merge(left, right)
    except ShapeError as error:
        raise ShapeError(
            f"Dimensions [0,{outer}) of indices[shape={shape_str(indices)}] = {shape_str(left)} "
            f"must match dimensions [0,{outer}) of updates[shape={shape_str(updates)}] = "
            f"{shape_str(right)}: {error.message}"
        ) from None
    if output is None or depth > len(output):
        return
    left, right = output[depth:], updates[outer:]
    try:
        merge(left, right)
    except ShapeError as error:
        raise ShapeError(
            f"Dimensions [{depth},{len(output)}) of input[shape={shape_str(output)}] = "
            f"{shape_str(left)} must match dimensions [{outer},{len(updates)}) of "
            f"updates[shape={shape_str(updates)}] = {shape_str(right)}: {error.message}"
        ) from None


def _scatter_nd_shape(node, indices: Shape, updates: Shape, shape: Shape) -> Shape:
    with_rank_at_least(indices, 1)
    with_rank_at_least(updates, 1)
    with_rank(shape, 1)
    output = partial_shape(node.inputs[2])
    _check_scatter(output, indices, updates)
    return output


def _tensor_scatter_shape(node, tensor: Shape, indices: Shape, updates: Shape) -> Shape:
    for s in (tensor, indices, updates):
        with_rank_at_least(s, 1)
    _check_scatter(tensor, indices, updates)
    return tensor


def check_places(node, indices, updates, shape: tuple) -> None:
    """Demands that the rows of ``indices`` are positions in ``shape``, to put ``updates`` there."""
    depth, outer = np.shape(indices)[-1], np.ndim(indices) - 1
    places, given = np.shape(indices), np.shape(updates)
    if places[:-1] != given[:outer]:
        if node.type.startswith("TensorScatter"):
            raise invalid(
                node,
                f"Outer dimensions of indices and update must match. Indices shape: "
                f"{shape_str(places)}, updates shape:{shape_str(given)}",
            )
        lengths = ("", "")
        if node.type != "ScatterNd":  # on variables: the lengths without brackets
            lengths = [" = " + shape_str(s)[1:-1] for s in (places[:-1], given[:outer])]
        raise invalid(
            node,
            f"Dimensions [0,{outer}) of indices[shape={shape_str(places)}]{lengths[0]} must match "
            f"dimensions [0,{outer}) of updates[shape={shape_str(given)}]{lengths[1]}",
        )
    if depth > len(shape) or shape[depth:] != given[outer:]:
        raise invalid(
            node,
            f"Dimensions [{depth},{len(shape)}) of input[shape={shape_str(shape)}] must match "
            f"dimensions [{outer if node.type == 'ScatterNd' else depth},{len(given)}) of "
            f"updates[shape={shape_str(given)}]",
        )
    in_shape(
        node, indices, shape,
        lambda place, row: f"indices{place} = {row} does not index into shape {shape_str(shape)}",
    )  # fmt: skip


def scatter(kind, operand, indices, updates):
    """``operand`` with ``updates`` put in, added, ... at the positions ``indices``.

    ``kind`` is one of jax's scatter functions; positions out of range are dropped.
    """
    depth, outer = indices.shape[-1], indices.ndim - 1
    numbers = lax.ScatterDimensionNumbers(
        update_window_dims=tuple(range(outer, np.ndim(updates))),
        inserted_window_dims=tuple(range(depth)),
        scatter_dims_to_operand_dims=tuple(range(depth)),
    )
    return kind(
        operand,
        _index_type(indices),
        updates,
        numbers,
        mode=lax.GatherScatterMode.FILL_OR_DROP,
    )


def _scatter_nd_host(node, indices, updates, shape):
    result = np.zeros(shape.tolist(), updates.dtype)
    depth = indices.shape[-1]
    np.add.at(result, tuple(indices[..., k] for k in range(depth)), updates)
    return result


@defop(
    "ScatterNd(indices: Tindices, updates: T, shape: Tindices; bad_indices_policy: string = '') "
    "-> output: T",
    Tindices=_INDICES,
    shape=_scatter_nd_shape,
    host_inputs=("shape",),
)
def scatter_nd(node, indices, updates, shape):
    """Zeros of ``shape``, with ``updates`` added in; equal indices add up."""
    for d in shape:
        if d < 0:
            raise invalid(node, f"Dimension {d} must be >= 0")
    check_places(node, indices, updates, tuple(shape.tolist()))
    dtype = node.outputs[0].dtype.np
    if dtype == np.bool_:  # the sum of truth values is their disjunction
        counts = lax.convert_element_type(updates, np.int32)
        zeros = lax.full(shape.tolist(), 0, np.int32)
        return lax.ne(scatter(lax.scatter_add, zeros, indices, counts), np.int32(0))
    return scatter(lax.scatter_add, lax.full(shape.tolist(), 0, dtype), indices, updates)


def _tensor_scatter(op_type: str, kind, *index_types) -> None:
    """Defines an op that changes a copy of its first input at some positions."""

    def lower(node, tensor, indices, updates):
        check_places(node, indices, updates, np.shape(tensor))
        return scatter(kind, tensor, indices, updates)

    defop(
        f"{op_type}(tensor: T, indices: Tindices, updates: T; bad_indices_policy: string = '') "
        f"-> output: T",
        Tindices=index_types or INDEX,
        shape=_tensor_scatter_shape,
    )(lower)


# fmt: off
_tensor_scatter("TensorScatterUpdate", lax.scatter, int16, int32, int64, uint16)
_tensor_scatter("TensorScatterAdd",    lax.scatter_add)
_tensor_scatter("TensorScatterSub",    lax.scatter_sub)
_tensor_scatter("TensorScatterMax",    lax.scatter_max)
_tensor_scatter("TensorScatterMin",    lax.scatter_min)
# fmt: on


@defop(
    "ScatterNdNonAliasingAdd(input: T, indices: Tindices, updates: T; bad_indices_policy: string "
    "= '') -> output: T",
    T=(*NUMBER, bool_),
    Tindices=INDEX,
    shape=_tensor_scatter_shape,
)
def scatter_nd_non_aliasing_add(node, x, indices, updates):
    """The sum of booleans is whether any of them is true."""
    check_places(node, indices, updates, np.shape(x))
    if x.dtype != np.bool_:
        return scatter(lax.scatter_add, x, indices, updates)
    counts = [lax.convert_element_type(v, np.int32) for v in (x, updates)]
    return lax.ne(
        scatter(lax.scatter_add, counts[0], indices, counts[1]), constant_like(counts[0], 0)
    )
