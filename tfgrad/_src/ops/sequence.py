"""Ops on rows of different lengths, and on rows in order: reversing, searching, choosing.

The derivatives are in ``gradients/sequence.py``.
"""

import numpy as np
from jax import lax

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.constant_value import known_value
from tfgrad._src.graph.dtypes import INDEX, REAL
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import (
    Shape,
    ShapeError,
    merge_dim,
    num_elements,
    same_as_input,
    with_rank,
    with_rank_at_least,
)
from tfgrad._src.ops.broadcasting import constant_like, invalid, is_known, shape_list, types
from tfgrad._src.ops.checks import require

# ---------------------------------------------------------------------- reversing


def _reverse_sequence_shape(node, x: Shape, lengths: Shape) -> Shape:
    lengths = with_rank(lengths, 1)
    if x is None:
        return None
    batch, axis = node.attrs["batch_dim"], node.attrs["seq_dim"]
    if batch < 0:
        raise ShapeError(f"batch_dim must be >=0, got {batch}")
    for name, value in (("batch_dim", batch), ("seq_dim", axis)):
        if value >= len(x):
            raise ShapeError(f"{name} must be < input rank: {value} vs. {len(x)}")
    return (*x[:batch], merge_dim(x[batch], lengths[0]), *x[batch + 1 :])


def _check_sequences(node, x, lengths) -> tuple[int, int]:
    batch, axis = node.attrs["batch_dim"], node.attrs["seq_dim"]
    shape = np.shape(x)
    if batch == axis:
        raise invalid(node, f"batch_dim == seq_dim == {axis}")
    for name, value in (("seq_dim", axis), ("batch_dim", batch)):
        if not 0 <= value < len(shape):
            raise invalid(node, f"Invalid {name} {value}")
    if np.shape(lengths) != (shape[batch],):
        found = np.shape(lengths)
        raise invalid(
            node, f"Length of seq_lengths != input.dims({batch}), ({found[0]} vs. {shape[batch]})"
        )

    def explain(lengths) -> None:
        for i, n in enumerate(lengths.tolist()):
            if n < 0:
                raise invalid(node, f"seq_lens({i}) < 0")
            if n > shape[axis]:
                raise invalid(node, f"seq_lens({i}) > input.dims({axis})")

    def failed(lengths):
        wrong = lax.bitwise_or(
            lax.lt(lengths, constant_like(lengths, 0)),
            lax.gt(lengths, constant_like(lengths, shape[axis])),
        )
        return lax.reduce_or(wrong, (0,))

    require(node, explain, failed, lengths)
    return batch, axis


def _reversed_places(lengths, length: int, first_is_batch: bool):
    """Per row and place, the place from which the element comes."""
    shape = (lengths.shape[0], length) if first_is_batch else (length, lengths.shape[0])
    at = lax.broadcasted_iota(lengths.dtype, shape, int(first_is_batch))
    n = lax.broadcast_in_dim(lengths, shape, (0 if first_is_batch else 1,))
    return lax.select(lax.lt(at, n), lax.sub(lax.sub(n, at), constant_like(n, 1)), at)


def _reverse_sequence_host(node, x, lengths):
    batch, axis = _check_sequences(node, x, lengths)
    result = x.copy()
    for i, n in enumerate(lengths.tolist()):
        row = np.moveaxis(result, (batch, axis), (0, 1))[i]
        row[:n] = row[:n][::-1].copy()
    return result


@defop(
    "ReverseSequence(input: T, seq_lengths: Tlen; seq_dim: int, batch_dim: int = 0) -> output: T",
    Tlen=INDEX,
    default_types={"Tlen": dt.int64},
    shape=_reverse_sequence_shape,
    host=_reverse_sequence_host,
)
def reverse_sequence(node, x, lengths):
    batch, axis = _check_sequences(node, x, lengths)
    places = _reversed_places(lengths, x.shape[axis], batch < axis)
    others = tuple(i for i in range(x.ndim) if i not in (batch, axis))
    numbers = lax.GatherDimensionNumbers(
        offset_dims=others,
        collapsed_slice_dims=(axis,),
        start_index_map=(axis,),
        operand_batching_dims=(batch,),
        start_indices_batching_dims=(0 if batch < axis else 1,),
    )
    sizes = tuple(1 if i in (batch, axis) else n for i, n in enumerate(x.shape))
    places = lax.expand_dims(places, (2,))
    return lax.gather(x, places, numbers, sizes, mode=lax.GatherScatterMode.PROMISE_IN_BOUNDS)


def _reverse_shape(node, x: Shape, dims: Shape) -> Shape:
    n = with_rank(dims, 1)[0]
    if n is not None:
        x = with_rank(x, n)
    if x is not None and len(x) > 8:
        raise ShapeError("reverse does not work on tensors with more than 8 dimensions")
    return x


def _chosen(node, x, dims) -> tuple[int, ...]:
    if dims.ndim != 1:
        raise invalid(node, f"'dims' must be 1-dimension, not {dims.ndim}")
    if np.ndim(x) != dims.size:
        raise invalid(
            node, "'dims' must have the same number of values as 'input' has dimensions. 'input' "
            f"has {np.ndim(x)}'dims' has {dims.size} values"
        )  # fmt: skip
    return tuple(np.flatnonzero(dims).tolist())


@defop(
    "Reverse(tensor: T, dims: bool) -> output: T",
    T=types(
        "uint8 int8 uint16 int16 uint32 int32 uint64 int64 bool bfloat16 half float double "
        "complex64 complex128 string"
    ),
    shape=_reverse_shape,
    host=lambda node, x, dims: np.flip(x, _chosen(node, x, dims)),
    host_inputs=("dims",),
)
def reverse(node, x, dims):
    return lax.rev(x, _chosen(node, x, dims))


# ---------------------------------------------------------------------- searching


def _bound_shape(node, rows: Shape, values: Shape) -> Shape:
    with_rank(rows, 2)
    return with_rank(values, 2)


def _bound(op_type: str, side: str) -> None:
    """Defines an op: how many elements of a sorted row are less than a value (or not greater)."""

    def below(element, value):
        return lax.lt(element, value) if side == "left" else lax.bitwise_not(lax.lt(value, element))

    def check(node, rows, values) -> None:
        for name, x in (("sorted_inputs", rows), ("values", values)):
            if np.ndim(x) != 2:
                raise invalid(
                    node, f"Shape must be rank 2 but is rank {np.ndim(x)} for `{name}` argument"
                )
        if np.shape(rows)[0] != np.shape(values)[0]:
            raise invalid(node, "Leading dim_size of both tensors must match.")

    def on_host(node, rows, values):
        check(node, rows, values)
        found = [np.searchsorted(r, v, side) for r, v in zip(rows, values, strict=True)]
        found = np.array(found, node.attrs["out_type"].np).reshape(values.shape)
        if side == "left":
            found[values != values] = 0  # nothing is less than nan
        return found

    def lower(node, rows, values):
        """By halving: the last step may go over the end, so each is checked."""
        check(node, rows, values)
        n = rows.shape[1]
        found = lax.full(values.shape, 0, np.int32)
        step = 1 << max(n.bit_length() - 1, 0)
        numbers = lax.GatherDimensionNumbers(
            offset_dims=(), collapsed_slice_dims=(1,), start_index_map=(1,),
            operand_batching_dims=(0,), start_indices_batching_dims=(0,),
        )  # fmt: skip
        while step and n:
            ahead = lax.add(found, constant_like(found, step))
            last = lax.sub(lax.min(ahead, constant_like(found, n)), constant_like(found, 1))
            element = lax.gather(
                rows, lax.expand_dims(last, (2,)), numbers, (1, 1),
                mode=lax.GatherScatterMode.PROMISE_IN_BOUNDS,
            )  # fmt: skip
            goes = lax.bitwise_and(lax.le(ahead, constant_like(found, n)), below(element, values))
            found = lax.select(goes, ahead, found)
            step >>= 1
        return lax.convert_element_type(found, node.attrs["out_type"].np)

    defop(
        f"{op_type}(sorted_inputs: T, values: T; out_type: type = int32) -> output: out_type",
        out_type=INDEX,
        shape=_bound_shape,
        host=on_host,
    )(lower)


_bound("LowerBound", "left")
_bound("UpperBound", "right")


# ---------------------------------------------------------------------- choosing one


def _nth_element_shape(node, x: Shape, n: Shape) -> Shape:
    if n:
        raise ShapeError(f"Input must be scalar but has rank {len(n)}")
    value = known_value(node.inputs[1])
    if value is not None and value < 0:
        raise ShapeError(
            f"Dimension size, given by scalar input 1, must be non-negative but is {value}"
        )
    x = with_rank_at_least(x, 1)
    if x is None:
        return None
    if value is not None and x[-1] is not None and x[-1] <= value:
        raise ShapeError(f"Input must have last dimension > n = {value} but is {x[-1]}")
    return x[:-1]


@defop(
    "NthElement(input: T, n: int32; reverse: bool = False) -> values: T",
    T=REAL,
    shape=_nth_element_shape,
)
def nth_element(node, x, n):
    if np.ndim(n):
        raise invalid(node, f"N must be scalar but has rank {np.ndim(n)}")
    if not np.ndim(x):
        raise invalid(node, "Input must be at least rank 1 but is rank 0")
    length = np.shape(x)[-1]

    def explain(n) -> None:
        if n < 0:
            raise invalid(node, f"n must be non-negative but is {n}")
        if n >= length:
            raise invalid(node, f"Input must have last dimension > n = {n}")

    def failed(n):
        return lax.bitwise_or(lax.lt(n, np.int32(0)), lax.ge(n, np.int32(length)))

    require(node, explain, failed, n)
    ordered = lax.sort(x, dimension=np.ndim(x) - 1)
    at = lax.sub(np.int32(length - 1), n) if node.attrs["reverse"] else n
    if is_known(at):
        return lax.index_in_dim(ordered, int(at), np.ndim(x) - 1, keepdims=False)
    return lax.dynamic_index_in_dim(ordered, at, np.ndim(x) - 1, keepdims=False)


# ---------------------------------------------------------------------- numbers of places


def _unravel_shape(node, indices: Shape, dims: Shape) -> Shape:
    dims = with_rank(dims, 1)
    if indices is None:
        return None
    return (dims[0],) if indices == () else (dims[0], num_elements(indices))


@defop(
    "UnravelIndex(indices: Tidx, dims: Tidx) -> output: Tidx",
    Tidx=INDEX,
    default_types={"Tidx": dt.int32},
    shape=_unravel_shape,
    host=lambda node, indices, dims: _unravel(node, indices, dims, np),
)
def unravel_index(node, indices, dims):
    return _unravel(node, indices, dims, lax)


def _unravel(node, indices, dims, kernels):
    """The last axis varies fastest; negative numbers keep their sign, as C's remainder does."""
    if np.ndim(dims) != 1:
        raise invalid(node, f'The indices can only be 1-D, got "{shape_list(np.shape(dims))}"')
    if np.ndim(indices) > 1:
        raise invalid(
            node,
            f'The indices can only be scalar or vector, got "{shape_list(np.shape(indices))}"',
        )

    def explain(indices, dims) -> None:
        for i, d in enumerate(dims.tolist()):
            if d == 0:
                raise invalid(
                    node, "Input dims cannot contain a dim of zero, but dims contains zero at "
                    f"index {i}"
                )  # fmt: skip
        if (indices >= np.prod(dims)).any():
            raise invalid(node, "index is out of bound as with dims")

    def failed(indices, dims):
        whole = lax.reduce_prod(dims, (0,))
        over = lax.ge(indices, lax.broadcast(whole, np.shape(indices)))
        none = lax.eq(dims, constant_like(dims, 0))
        return lax.bitwise_or(
            lax.reduce_or(over, tuple(range(np.ndim(indices)))), lax.reduce_or(none, (0,))
        )

    require(node, explain, failed, indices, dims)
    parts = []
    rest = indices
    on_host = kernels is np
    for k in reversed(range(dims.shape[0])):
        if on_host:
            d = dims[k]
            quotient = (np.abs(rest) // d * np.sign(rest)).astype(rest.dtype)
            parts.append(rest - quotient * d)
            rest = quotient
        else:
            d = lax.broadcast(lax.index_in_dim(dims, k, keepdims=False), np.shape(rest))
            parts.append(lax.rem(rest, d))
            rest = lax.div(rest, d)
    parts.reverse()
    if on_host:
        return np.stack(parts).astype(indices.dtype)
    return lax.concatenate([lax.expand_dims(p, (0,)) for p in parts], 0)


# ---------------------------------------------------------------------- putting into a part


def _put(node, x, begin, end, strides, value):
    from tfgrad._src.ops.state import _assign_slice

    return _assign_slice(node, x, begin, end, strides, value)[0]


defop(
    "TensorStridedSliceUpdate(input: T, begin: Index, end: Index, strides: Index, value: T; "
    "begin_mask: int = 0, end_mask: int = 0, ellipsis_mask: int = 0, new_axis_mask: int = 0, "
    "shrink_axis_mask: int = 0) -> output: T",
    Index=INDEX,
    shape=same_as_input,
    host_inputs=("begin", "end", "strides"),
)(_put)
