"""Ops that move the entries of sparse tensors and keep their number: they are compiled.

`SparseFillEmptyRowsGrad` is here too; its forward op, and all others whose results have a size that
depends on the positions, are in ``ops/sparse_host.py``.  The derivatives are in
``gradients/sparse.py``.
"""

import math

import numpy as np
from jax import lax

from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, merge, merge_dim, with_rank
from tfgrad._src.ops.broadcasting import is_known, shape_list
from tfgrad._src.ops.checks import in_range, invalid, require
from tfgrad._src.ops.gather import scatter
from tfgrad._src.ops.sparse import check_ranks, column, convert, dim, gather_rows, take, wide

# ---------------------------------------------------------------------- order


def _reorder_shape(node, indices: Shape, values: Shape, shape: Shape) -> list:
    check_ranks((shape, 1))
    return [with_rank(indices, 2), with_rank(values, 1)]


def sorted_order(indices: np.ndarray) -> np.ndarray:
    """The permutation that sorts the rows of known positions; equal rows keep their order."""
    if not indices.shape[1]:
        return np.arange(len(indices))
    return np.lexsort(indices.T[::-1])


def _reorder_host(node, indices, values, shape):
    order = sorted_order(indices)
    return indices[order], values[order]


def _sort(indices, lengths, *others):
    """Sorts the rows of positions, and other vectors with them.

    Where position and number fit into one ``int64`` these are sorted: that takes a quarter of the
    time of sorting columns.
    """
    n, rank = np.shape(indices)
    if n < 2 or not rank:
        return (indices, *others)
    bits = max(4, (n - 1).bit_length())  # few values: one program may serve many sizes
    places = lax.iota(np.int64, n)

    def by_columns(indices, lengths):
        columns = [column(indices, i) for i in range(rank)]
        return lax.sort([*columns, places], num_keys=rank, is_stable=True)[-1]

    def by_number(indices, lengths):
        key = lax.full((n,), 0, np.int64)
        for i in range(rank):
            length = lax.broadcast_in_dim(_entry(lengths, i), (n,), ())
            key = lax.add(lax.mul(key, length), column(indices, i))
        key = lax.add(lax.mul(key, lax.full((n,), 1 << bits, np.int64)), places)
        mask = lax.full((n,), (1 << bits) - 1, np.int64)
        return lax.bitwise_and(lax.sort(key, is_stable=False), mask)

    bound = 2.0 ** (62 - bits)
    if is_known(lengths) and math.prod(map(float, lengths)) > bound:
        order = by_columns(indices, lengths)
    else:
        size = lax.reduce_prod(convert(lengths, np.dtype(np.float64)), (0,))
        largest = lax.reduce_max(indices, (0,))
        inside = lax.bitwise_and(
            lax.reduce_and(lax.lt(largest, lengths), (0,)),
            lax.ge(lax.reduce_min(indices, (0, 1)), np.int64(0)),
        )
        fits = lax.bitwise_and(inside, lax.lt(size, np.float64(bound)))
        order = lax.cond(fits, by_number, by_columns, indices, lengths)
    at = lax.expand_dims(order, (1,))
    return (gather_rows(indices, order), *[take(x, at) for x in others])


@defop(
    "SparseReorder(input_indices: int64, input_values: T, input_shape: int64)"
    " -> output_indices: int64, output_values: T",
    shape=_reorder_shape,
    host=_reorder_host,
)
def sparse_reorder(node, indices, values, shape):
    return _sort(indices, shape, values)


def _concat_shape(node, *shapes: Shape) -> list:
    n = node.attrs["N"]
    rows, cols, lengths = 0, None, None
    for indices, values, shape in zip(shapes[:n], shapes[n : 2 * n], shapes[2 * n :], strict=True):
        check_ranks((indices, 2), (values, 1), (shape, 1))
        count = merge_dim(dim(indices, 0), dim(values, 0))
        rows = None if rows is None or count is None else rows + count
        cols = merge_dim(cols, dim(indices, 1))
        lengths = merge(lengths, shape)
    return [(rows, cols), (rows,), lengths]


def _concat_parts(node, inputs) -> tuple:
    """Positions, values and shapes of the parts, and the axis, checked."""
    n = node.attrs["N"]
    indices, values, shapes = inputs[:n], inputs[n : 2 * n], inputs[2 * n :]
    rank = np.shape(shapes[0])[0]
    axis = node.attrs["concat_dim"]
    if not -rank <= axis < rank:
        raise invalid(
            node, f"Concat dimension must be in range [{-rank}, {rank}), got {axis}"
        )  # fmt: skip
    axis %= rank

    def explain(first, *others) -> None:
        for k, s in enumerate(others, 1):
            for d in range(rank):
                if d != axis and s[d] != first[d]:
                    raise invalid(
                        node, f"Input shapes must match: expected {first[d]} for dimension {d} but "
                        f"got {s[d]} at position {k}"
                    )  # fmt: skip

    def failed(first, *others):
        wrong, on_axis = np.False_, np.arange(rank) == axis
        for s in others:
            bad = lax.bitwise_and(lax.ne(s, first), ~on_axis)
            wrong = lax.bitwise_or(wrong, lax.reduce_or(bad, (0,)))
        return wrong

    require(node, explain, failed, *shapes)
    return indices, values, shapes, axis


def _concat_host(node, *inputs):
    indices, values, shapes, axis = _concat_parts(node, inputs)
    moved, total = [], 0
    for at, shape in zip(indices, shapes, strict=True):
        at = at.copy()
        at[:, axis] += total
        total += shape[axis]
        moved.append(at)
    found = np.concatenate(moved)
    order = sorted_order(found)
    lengths = shapes[0].copy()
    lengths[axis] = total
    return found[order], np.concatenate(values)[order], lengths


@defop(
    "SparseConcat(indices: N * int64, values: N * T, shapes: N * int64; concat_dim: int)"
    " -> output_indices: int64, output_values: T, output_shape: int64",
    shape=_concat_shape,
    host=_concat_host,
)
def sparse_concat(node, *inputs):
    """The positions move along the axis by the lengths before them, and are sorted."""
    indices, values, shapes, axis = _concat_parts(node, inputs)
    rank = np.shape(shapes[0])[0]
    unit = np.eye(rank, dtype=np.int64)[axis]
    moved, total = [indices[0]], shapes[0]
    for at, shape in zip(indices[1:], shapes[1:], strict=True):
        offset = lax.mul(total, unit)
        moved.append(lax.add(at, lax.broadcast_in_dim(offset, np.shape(at), (1,))))
        total = lax.add(total, lax.mul(shape, unit))
    values = lax.concatenate(values, 0)
    found, kept = _sort(lax.concatenate(moved, 0), total, values)
    return found, kept, total


def _reshape_shape(node, indices: Shape, old: Shape, new: Shape) -> list:
    check_ranks((indices, 2), (old, 1))
    return [(dim(indices, 0), dim(new, 0)), with_rank(new, 1)]


def _check_reshape(node, old: list, new: list) -> None:
    """The kernel's errors about known shapes."""
    free = [i for i, d in enumerate(new) if d == -1]
    if len(free) > 1:
        both = f"{free[0]} and {free[1]}"
        raise invalid(node, f"only one output dimension may be -1, not both {both}")
    for i, d in enumerate(new):
        if d < -1:
            raise invalid(node, f"size {i} must be non-negative, not {d}")
    size, rest = math.prod(old), math.prod([d for d in new if d != -1])
    lists = f"input_shape={shape_list(old)} output_shape="
    if free and not rest:
        raise invalid(
            node, "reshape cannot infer the missing input size for an empty tensor unless all "
            "specified input sizes are non-zero"
        )  # fmt: skip
    if free and size % rest:
        found = [size // rest if d == -1 else d for d in new]
        raise invalid(
            node, f"Input to reshape is a SparseTensor with {size} dense values, but the requested "
            f"shape requires a multiple of {rest}. {lists}{shape_list(found)}"
        )  # fmt: skip
    if not free and size != rest:
        raise invalid(
            node, f"Input to reshape is a tensor with {size} dense values, but the requested shape "
            f"has {rest}. {lists}{shape_list(new)}"
        )  # fmt: skip


def _demand_reshape(node, old, new) -> None:
    def failed(old, new):
        is_free = lax.eq(new, np.full(np.shape(new), -1))
        free = lax.reduce_sum(convert(is_free, np.dtype(np.int64)), (0,))
        wrong = lax.reduce_or(lax.lt(new, np.full(np.shape(new), -1)), (0,))
        rest = lax.reduce_prod(lax.select(is_free, np.ones(np.shape(new), np.int64), new), (0,))
        size = lax.reduce_prod(old, (0,))
        some = lax.gt(free, np.int64(0))
        left = lax.rem(size, lax.max(rest, np.int64(1)))
        uneven = lax.bitwise_or(lax.eq(rest, np.int64(0)), lax.ne(left, np.int64(0)))
        wrong = lax.bitwise_or(wrong, lax.gt(free, np.int64(1)))
        return lax.bitwise_or(wrong, lax.select(some, uneven, lax.ne(size, rest)))

    require(
        node, lambda old, new: _check_reshape(node, old.tolist(), new.tolist()), failed, old, new
    )


def _reshaped(node, indices, old, new) -> list:
    """The same places under another shape, from numpy arrays."""
    _check_reshape(node, old.tolist(), new.tolist())
    rest = math.prod([d for d in new.tolist() if d != -1])
    new = np.array([math.prod(old.tolist()) // rest if d == -1 else d for d in new.tolist()], "i8")
    flat = np.zeros(len(indices), np.int64)
    for i, d in enumerate(old.tolist()):
        flat = flat * d + indices[:, i]
    found = np.empty((len(indices), len(new)), np.int64)
    for i in range(len(new) - 1, -1, -1):
        flat, found[:, i] = np.divmod(flat, max(int(new[i]), 1))
    return [found, new]


@defop(
    "SparseReshape(input_indices: int64, input_shape: int64, new_shape: int64)"
    " -> output_indices: int64, output_shape: int64",
    shape=_reshape_shape,
    host=_reshaped,
)
def sparse_reshape(node, indices, old, new):
    """As `_reshaped`, where some of the numbers are values of the program."""
    n, rank = np.shape(indices)
    one, zero = np.int64(1), np.int64(0)
    _demand_reshape(node, old, new)
    size, rest = one, one
    for i in range(rank):
        size = lax.mul(size, _entry(old, i))
    entries = [_entry(new, i) for i in range(np.shape(new)[0])]
    for d in entries:
        rest = lax.mul(rest, lax.select(lax.lt(d, zero), one, d))
    free = lax.div(size, lax.max(rest, one))
    entries = [lax.select(lax.lt(d, zero), free, d) for d in entries]
    flat = lax.full((n,), 0, np.int64)
    for i in range(rank):
        length = lax.broadcast_in_dim(_entry(old, i), (n,), ())
        flat = lax.add(lax.mul(flat, length), column(indices, i))
    found = []
    for d in reversed(entries):
        length = lax.broadcast_in_dim(lax.max(d, one), (n,), ())
        found.append(lax.expand_dims(lax.rem(flat, length), (1,)))
        flat = lax.div(flat, length)
    if not found:
        return lax.full((n, 0), 0, np.int64), lax.full((0,), 0, np.int64)
    lengths = lax.concatenate([lax.reshape(d, (1,)) for d in entries], dimension=0)
    return lax.concatenate(found[::-1], dimension=1), lengths


def _entry(vector, i: int):
    if is_known(vector):
        return vector[i]
    return lax.reshape(lax.slice_in_dim(vector, i, i + 1), ())


# ---------------------------------------------------------------------- what gradients need


def _fill_grad_shape(node, places: Shape, grads: Shape) -> list:
    check_ranks((grads, 1))
    return [with_rank(places, 1), ()]


@defop(
    "SparseFillEmptyRowsGrad(reverse_index_map: int64, grad_values: T)"
    " -> d_values: T, d_default_value: T",
    shape=_fill_grad_shape,
)
def sparse_fill_empty_rows_grad(node, places, grads):
    """Values that were there take their gradients; the default has the sum of the others."""
    n, size = np.shape(places)[0], np.shape(grads)[0]
    in_range(
        node, places, size,
        lambda place, value, size: f"Elements in reverse index must be in [0, {size}) but got "
        f"{value}",
    )  # fmt: skip
    dtype = node.outputs[0].dtype.np
    if not size:
        return lax.full((n,), 0, dtype), lax.full((), 0, dtype)
    at = lax.expand_dims(places, (1,))
    kept = grads if not n else scatter(lax.scatter, grads, at, lax.full((n,), 0, dtype))
    total = lax.reduce_sum(convert(kept, wide(dtype)), (0,))
    return take(grads, at), convert(total, dtype)
