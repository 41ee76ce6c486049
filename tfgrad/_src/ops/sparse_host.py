"""Ops from sparse to sparse tensors whose results have a size that depends on the positions.

They run between programs, in numpy.  The derivatives are in ``gradients/sparse.py``.
"""

import functools
import itertools

import numpy as np

from tfgrad._src.graph.constant_value import partial_shape
from tfgrad._src.graph.dtypes import NUMBER, REAL, int64, string
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, merge_dim
from tfgrad._src.ops.checks import invalid
from tfgrad._src.ops.fingerprint import concatenated, fingerprint64, sip_hash
from tfgrad._src.ops.sparse import check_ranks, dim, kept_axes, number_of, wide
from tfgrad._src.ops.sparse_layout import sorted_order

# ---------------------------------------------------------------------- two in step


def _increases(rows: np.ndarray) -> bool:
    """Whether each row of positions comes after the one before it."""
    after = np.zeros(max(len(rows) - 1, 0), bool)
    same = ~after
    for c in range(rows.shape[1]):
        step = np.diff(rows[:, c])
        after |= same & (step > 0)
        same &= step == 0
    return bool(after.all())


def _merge(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The union of sorted positions: per entry its row in ``a`` and in ``b``, or -1.

    Unsorted ones are walked in step all the same, as TensorFlow does.
    """
    if _increases(a) and _increases(b):
        rows = np.concatenate([a, b])
        order = sorted_order(rows)
        rows = rows[order]
        first = np.ones(len(rows), bool)
        first[1:] = (rows[1:] != rows[:-1]).any(axis=1)
        entry = np.cumsum(first) - 1
        n = int(entry[-1]) + 1 if len(entry) else 0
        of_a, of_b = np.full(n, -1), np.full(n, -1)
        is_a = order < len(a)
        of_a[entry[is_a]] = order[is_a]
        of_b[entry[~is_a]] = order[~is_a] - len(a)
        return of_a, of_b
    pairs = []
    left, right = a.tolist(), b.tolist()
    i = j = 0
    while i < len(left) or j < len(right):
        take_a = j == len(right) or (i < len(left) and left[i] <= right[j])
        take_b = i == len(left) or (j < len(right) and right[j] <= left[i])
        pairs.append((i if take_a else -1, j if take_b else -1))
        i, j = i + take_a, j + take_b
    return tuple(np.array(pairs, np.int64).reshape(-1, 2).T)  # type: ignore[return-value]


def _union(node, operands) -> tuple:
    """The positions of either side, both sides' values there (0 for none), and which both have."""
    a, x, a_shape, b, y, b_shape = operands
    if len(a_shape) != len(b_shape):
        if node.type == "SparseAdd":
            message = f"Input indices must have the same dimension, got {a.shape[1]} and "
            raise invalid(node, message + str(b.shape[1]))
        lists = [" ".join(map(str, s)) for s in (a_shape, b_shape)]
        raise invalid(
            node, f"Operands do not have the same ranks; got shapes: {lists[0]} and {lists[1]}"
        )
    for i, (m, n) in enumerate(zip(a_shape.tolist(), b_shape.tolist(), strict=True)):
        if m != n:
            raise invalid(
                node, f"Operands' shapes do not match: got {m} and {n} for dimension {i}"
            )  # fmt: skip
    of_a, of_b = _merge(a, b)
    if not len(of_a):
        return a, x, x, np.zeros(0, bool)
    # An index of -1 would take the last element; a zero behind the values is what it finds.
    zero = np.zeros(1, x.dtype)
    x, y = np.concatenate([x, zero])[of_a], np.concatenate([y, zero])[of_b]
    places = np.concatenate([a, b])
    both = (of_a >= 0) & (of_b >= 0)
    return places[np.where(of_a >= 0, of_a, of_b + len(a))], x, y, both


def _add_shape(node, a: Shape, x: Shape, a_shape: Shape, *others: Shape) -> list:
    check_ranks((a_shape, 1))
    return [(None, dim(a_shape, 0)), (None,), a_shape]


def _add(node, *inputs) -> list:
    """Sums; those of two entries that are below the threshold are dropped."""
    indices, x, y, both = _union(node, inputs[:6])
    total = x + y
    kept = ~both | (inputs[6] <= np.abs(total))
    return [indices[kept], total[kept], inputs[2]]


defop(
    "SparseAdd(a_indices: int64, a_values: T, a_shape: int64, b_indices: int64, b_values: T, "
    "b_shape: int64, thresh: Treal) -> sum_indices: int64, sum_values: T, sum_shape: int64",
    T=NUMBER,
    Treal=REAL,
    shape=_add_shape,
    step=_add,
)(None)


def _add_grad_shape(node, grads: Shape, a: Shape, b: Shape, total: Shape) -> list:
    check_ranks((a, 2), (b, 2))
    return [(dim(a, 0),), (dim(b, 0),)]


def _add_grad(node, grads, a, b, total) -> list:
    """Each entry has the gradient of the sum at its position, 0 where that was dropped."""
    results = []
    for side in (a, b):
        both = np.concatenate([total, side])
        order = sorted_order(both)
        rows = both[order]
        first = np.ones(len(rows), bool)
        first[1:] = (rows[1:] != rows[:-1]).any(axis=1)
        leader = order[np.maximum.accumulate(np.where(first, np.arange(len(rows)), 0))]
        found = np.empty(len(both), np.int64)
        found[order] = leader  # the first of its run, which is of the sum if any is: stable sort
        found = found[len(total) :]
        padded = np.concatenate([grads, np.zeros(1, grads.dtype)])
        results.append(padded[np.where(found < len(total), found, len(grads))])
    return results


defop(
    "SparseAddGrad(backprop_val_grad: T, a_indices: int64, b_indices: int64, sum_indices: int64)"
    " -> a_val_grad: T, b_val_grad: T",
    T=NUMBER,
    shape=_add_grad_shape,
    step=_add_grad,
)(None)


def _extreme_shape(node, a: Shape, x: Shape, a_shape: Shape, *others: Shape) -> list:
    check_ranks((a, 2), (x, 1), (a_shape, 1))
    check_ranks(*zip(others, (2, 1, 1), strict=True))
    return [(None, None), (None,)]


def _extreme(op_type: str, kernel, accepts: tuple) -> None:
    def step(node, *inputs) -> list:
        indices, x, y, _ = _union(node, inputs)
        return [indices, kernel(x, y)]

    defop(
        f"{op_type}(a_indices: int64, a_values: T, a_shape: int64, b_indices: int64, "
        "b_values: T, b_shape: int64) -> output_indices: int64, output_values: T",
        T=accepts,
        shape=_extreme_shape,
        step=step,
    )(None)


_extreme("SparseSparseMaximum", np.maximum, REAL)
_extreme("SparseSparseMinimum", np.minimum, NUMBER)


# ---------------------------------------------------------------------- reductions


def _unknown(node, *inputs: Shape) -> list:
    return [None, None, None]


def _reduce(op_type: str, kernel, accepts: tuple) -> None:
    """Defines a reduction to a sparse tensor: an entry per group that has any."""

    def step(node, indices, values, lengths, axes) -> list:
        n, rank = indices.shape
        kept = kept_axes(node, axes, rank)
        keys = indices[:, kept]
        order = sorted_order(keys)
        keys = keys[order]
        first = np.ones(n, bool)
        first[1:] = (keys[1:] != keys[:-1]).any(axis=1)
        starts = np.flatnonzero(first)
        found = values[order].astype(wide(values.dtype), copy=False)
        total = kernel.reduceat(found, starts) if n else found
        where, shape = keys[starts], lengths[kept]
        if node.attrs["keep_dims"]:
            full = np.zeros((len(where), rank), np.int64)
            full[:, kept] = where
            where = full
            shape = np.array([lengths[i] if i in kept else 1 for i in range(rank)], np.int64)
        return [where, total.astype(values.dtype, copy=False), shape]

    defop(
        f"{op_type}(input_indices: int64, input_values: T, input_shape: int64, "
        "reduction_axes: int32; keep_dims: bool = False)"
        " -> output_indices: int64, output_values: T, output_shape: int64",
        T=accepts,
        shape=_unknown,
        step=step,
    )(None)


_reduce("SparseReduceSumSparse", np.add, NUMBER)
_reduce("SparseReduceMaxSparse", np.maximum, REAL)


# ---------------------------------------------------------------------- rows


def _fill_shape(node, indices: Shape, values: Shape, shape: Shape, default: Shape) -> list:
    check_ranks((indices, 2), (values, 1), (shape, 1), (default, 0))
    n = merge_dim(dim(indices, 0), dim(values, 0))
    merge_dim(dim(indices, 1), dim(shape, 0))
    rows = dim(partial_shape(node.inputs[2]), 0)
    return [(None, number_of(shape)), (None,), (rows,), (n,)]


def _fill_empty_rows(node, indices, values, shape, default) -> list:
    """Entries sorted by row, with one of the default in the first column of each empty row."""
    n, rank = indices.shape
    rows = int(shape[0])
    if not rows and n:
        raise invalid(
            node, f"Received SparseTensor with dense_shape[0] = 0 but indices.shape[0] = {n}"
        )
    row = indices[:, 0]
    wrong = np.flatnonzero((row < 0) | (row >= rows))
    if wrong.size:
        i = int(wrong[0])
        sign = "< 0" if row[i] < 0 else f">= {rows}"
        raise invalid(node, f"indices({i}, 0) is invalid: {row[i]} {sign}")
    empty = np.ones(rows, bool)
    empty[row] = False
    added = np.zeros((int(empty.sum()), rank), np.int64)
    added[:, 0] = np.flatnonzero(empty)
    extra = np.empty(len(added), values.dtype)
    extra[...] = default[()]
    order = np.argsort(np.concatenate([row, added[:, 0]]), kind="stable")
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    return [
        np.concatenate([indices, added])[order],
        np.concatenate([values, extra])[order],
        empty,
        places[:n],
    ]


defop(
    "SparseFillEmptyRows(indices: int64, values: T, dense_shape: int64, default_value: T)"
    " -> output_indices: int64, output_values: T, empty_row_indicator: bool, "
    "reverse_index_map: int64",
    shape=_fill_shape,
    step=_fill_empty_rows,
)(None)


# ---------------------------------------------------------------------- parts


def _part_shape(node, indices: Shape, values: Shape, shape: Shape, *bounds: Shape) -> list:
    return [(None, number_of(shape)), (None,), shape]


def _inside(indices, begin, end) -> np.ndarray:
    return ((indices >= begin) & (indices < end)).all(axis=1)


def _slice(node, indices, values, shape, start, size) -> list:
    for name, given in (("start", start), ("size", size)):
        if given.size != shape.size:
            raise invalid(
                node, f"Expected {name} to be a vector of length {shape.size} but got length "
                f"{given.size}"
            )  # fmt: skip
    if (size < 0).any():
        raise invalid(node, f"Expected a non-negative size, got {size[size < 0][0]}")
    kept = _inside(indices, start, start + size)
    lengths = np.where(start < shape - size, size, np.maximum(shape - start, 0))
    return [indices[kept] - start, values[kept], lengths]


defop(
    "SparseSlice(indices: int64, values: T, shape: int64, start: int64, size: int64)"
    " -> output_indices: int64, output_values: T, output_shape: int64",
    shape=_part_shape,
    step=_slice,
)(None)


def _slice_grad_shape(node, grads: Shape, indices: Shape, start: Shape, found: Shape) -> Shape:
    check_ranks((indices, 2))
    return (dim(indices, 0),)


def _slice_grad(node, grads, indices, start, found) -> np.ndarray:
    """The gradients of the part at the entries it was made of, 0 at the others."""
    if len(grads) != len(found):
        raise invalid(
            node, f"# elements in backprop_val_grad and rows in output_indices should match (#1): "
            f"got {len(grads)}, {len(found)}"
        )  # fmt: skip
    result = np.zeros(len(indices), grads.dtype)
    wanted = found + start
    if not len(found):
        return result
    # The part is what lies in a box; the entries in the smallest box around it are those of it,
    # unless others lie between.  Then they are looked for one by one.
    kept = np.flatnonzero(_inside(indices, wanted.min(axis=0), wanted.max(axis=0) + 1))
    if len(kept) != len(found) or (indices[kept] != wanted).any():
        rows = {tuple(r): i for i, r in enumerate(indices.tolist())}
        kept = np.array([rows[tuple(r)] for r in wanted.tolist()])
    result[kept] = grads
    return result


defop(
    "SparseSliceGrad(backprop_val_grad: T, input_indices: int64, input_start: int64, "
    "output_indices: int64) -> val_grad: T",
    T=NUMBER,
    shape=_slice_grad_shape,
    step=_slice_grad,
)(None)


def _split_shape(node, axis: Shape, indices: Shape, values: Shape, shape: Shape) -> list:
    parts = node.attrs["num_split"]
    return [(None, number_of(shape))] * parts + [(None,)] * parts + [shape] * parts


def _split(node, axis, indices, values, shape) -> list:
    """Parts along an axis, the first ones longer by one where it does not come out even."""
    parts, rank = node.attrs["num_split"], len(shape)
    axis = int(axis.reshape(-1)[0])
    if not -rank <= axis < rank:
        raise invalid(node, f"Input axis should be in range [{-rank}, {rank}), got {axis}")
    length = int(shape[axis])
    if not 1 <= parts <= length:
        raise invalid(
            node, f"Input num_split should be between 1 and the splitting dimension size "
            f"({length}), got {parts}"
        )  # fmt: skip
    each, longer = divmod(length, parts)
    ends = np.cumsum([each + (k < longer) for k in range(parts)])
    where, what, shapes = [], [], []
    for k in range(parts):
        begin = int(ends[k - 1]) if k else 0
        kept = (indices[:, axis] >= begin) & (indices[:, axis] < ends[k])
        moved, lengths = indices[kept], shape.copy()
        moved[:, axis] -= begin
        lengths[axis] = ends[k] - begin
        where.append(moved)
        what.append(values[kept])
        shapes.append(lengths)
    return [*where, *what, *shapes]


defop(
    "SparseSplit(split_dim: int64, indices: int64, values: T, shape: int64; num_split: int)"
    " -> output_indices: num_split * int64, output_values: num_split * T, "
    "output_shape: num_split * int64",
    shape=_split_shape,
    step=_split,
)(None)


# ---------------------------------------------------------------------- crosses


def _cross_shape(node, *inputs: Shape) -> list:
    return [(None, 2), (None,), (2,)]


def _columns(node, inputs) -> list[list[list]]:
    """Per feature, per row of the batch, what it holds."""
    n = node.attrs["N"]
    indices, values, shapes = inputs[:n], inputs[n : 2 * n], inputs[2 * n : 3 * n]
    dense = inputs[3 * n : 3 * n + len(node.attrs["dense_types"])]
    sizes = [(int(s[0]), f"position {i}") for i, s in enumerate(shapes)]
    sizes += [(len(d), f"dense tensor {i}") for i, d in enumerate(dense)]
    batch = sizes[0][0] if sizes else 0
    for size, place in sizes:
        if size != batch:
            raise invalid(node, f"Expected batch size {batch} got {size} at {place}")
    columns = []
    for at, what in zip(indices, values, strict=True):
        rows: list[list] = [[] for _ in range(batch)]
        for row, value in zip(at[:, 0].tolist(), what.tolist(), strict=True):
            rows[row].append(value)
        columns.append(rows)
    return [*columns, *[d.tolist() for d in dense]]


def _text(value) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _crossed(node, inputs, join, dtype) -> list:
    """All combinations, one of each feature, per row of the batch, each made one by ``join``."""
    where, what, width = [], [], 0
    columns = _columns(node, inputs)
    rows = list(zip(*columns, strict=True))
    for i, row in enumerate(rows):
        found = [join(combination) for combination in itertools.product(*row)]
        where += [(i, j) for j in range(len(found))]
        what += found
        width = max(width, len(found))
    indices = np.array(where, np.int64).reshape(-1, 2)
    return [indices, np.array(what, dtype), np.array([len(rows), width])]


def _cross(node, *inputs) -> list:
    if not node.attrs["hashed_output"]:
        return _crossed(node, inputs, lambda row: b"_X_".join(map(_text, row)), object)
    key, buckets = node.attrs["hash_key"], node.attrs["num_buckets"]
    modulus = buckets if buckets > 0 else (1 << 63) - 1

    def join(row) -> int:
        result = key
        for x in row:
            number = fingerprint64(x) if isinstance(x, bytes) else x & ((1 << 64) - 1)
            result = concatenated(result, number)
        return result % modulus

    return _crossed(node, inputs, join, np.int64)


_CROSSED = {"sparse_types": (int64, string), "dense_types": (int64, string)}

defop(
    "SparseCross(indices: N * int64, values: list(sparse_types), shapes: N * int64, "
    "dense_inputs: list(dense_types); hashed_output: bool, num_buckets: int, hash_key: int, "
    "out_type: type, internal_type: type)"
    " -> output_indices: int64, output_values: out_type, output_shape: int64",
    **_CROSSED,
    out_type=(int64, string),
    internal_type=(int64, string),
    shape=_cross_shape,
    step=_cross,
)(None)

defop(
    "SparseCrossV2(indices: N * int64, values: list(sparse_types), shapes: N * int64, "
    "dense_inputs: list(dense_types), sep: string)"
    " -> output_indices: int64, output_values: string, output_shape: int64",
    **_CROSSED,
    shape=_cross_shape,
    step=lambda node, *inputs: _crossed(
        node, inputs[:-1], lambda row: inputs[-1][()].join(map(_text, row)), object
    ),
)(None)


def _cross_hashed(node, *inputs) -> list:
    """As ``SparseCross``, but the key is that of a strong hash and the first one stands alone.

    TensorFlow crashes on whole numbers with a strong hash; here they stand for themselves.
    """
    *features, buckets, strong, salt = inputs
    if salt.size != 2:
        raise invalid(node, f'Input "salt" must have length 2 but has length {salt.size}')
    modulus = int(buckets) if buckets > 0 else (1 << 63) - 1

    def number(x) -> int:
        if isinstance(x, bytes):
            return sip_hash(x, *salt.tolist()) if strong else fingerprint64(x)
        return x & ((1 << 64) - 1)

    def join(row) -> int:
        return functools.reduce(concatenated, map(number, row)) % modulus

    return _crossed(node, features, join, np.int64)


defop(
    "SparseCrossHashed(indices: N * int64, values: list(sparse_types), shapes: N * int64, "
    "dense_inputs: list(dense_types), num_buckets: int64, strong_hash: bool, salt: int64)"
    " -> output_indices: int64, output_values: int64, output_shape: int64",
    **_CROSSED,
    shape=_cross_shape,
    step=_cross_hashed,
)(None)
