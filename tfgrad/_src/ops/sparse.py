"""Ops of sparse and dense tensors: products, sums, conversions, reductions.

A sparse tensor comes as three inputs: positions ``[n, rank]``, values ``[n]``, shape ``[rank]``.
Gathers and scatter-adds do the work; no product makes a dense matrix of a sparse one.  As in
``ops/gather.py``, XLA moves a position out of range to the nearest place where a value is read and
drops it where one is written, so that every lowering demands that there are none.

Ops from sparse to sparse are in ``ops/sparse_layout.py``, those of them whose results have a size
that depends on the positions in ``ops/sparse_host.py``.  The derivatives are in
``gradients/sparse.py``.
"""

import math

import numpy as np
from jax import lax

from tfgrad._src.graph.constant_value import known_value, partial_shape
from tfgrad._src.graph.dtypes import INDEX, NUMBER, REAL, int64
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, merge_dim, with_rank
from tfgrad._src.ops.broadcasting import is_known, shape_list, types
from tfgrad._src.ops.checks import invalid, is_out_of_range, require
from tfgrad._src.ops.gather import scatter

Dim = int | None


def check_ranks(*pairs: tuple[Shape, int]) -> None:
    for shape, rank in pairs:
        with_rank(shape, rank)


def dim(shape: Shape, i: int) -> Dim:
    return None if shape is None else shape[i]


def number_of(shape: Shape) -> Dim:
    """The number of elements of a vector."""
    return None if shape is None or None in shape else math.prod(shape)


def column(indices, i: int):
    """The ``i``-th coordinates."""
    if is_known(indices):
        return indices[:, i]
    return lax.reshape(lax.slice_in_dim(indices, i, i + 1, axis=1), (np.shape(indices)[0],))


def wide(dtype: np.dtype) -> np.dtype:
    """The type in which sums of ``dtype`` are made."""
    return np.dtype(np.float32) if dtype.itemsize == 2 and dtype.kind in "fV" else dtype


def convert(x, dtype: np.dtype):
    return x if x.dtype == dtype else lax.convert_element_type(x, dtype)


def outside(indices, lengths) -> np.ndarray:
    """Which rows of known positions are not inside ``lengths``."""
    return ((indices < 0) | (indices >= np.asarray(lengths))).any(axis=1)


# ---------------------------------------------------------------------- products with a matrix


def _matmul_shape(node, indices: Shape, values: Shape, a: Shape, b: Shape) -> Shape:
    check_ranks((indices, 2), (values, 1), (a, 1))
    lengths = with_rank(partial_shape(node.inputs[2]), 2)
    b = with_rank(b, 2)
    i, j = int(node.attrs["adjoint_a"]), int(node.attrs["adjoint_b"])
    merge_dim(lengths[1 - i], b[j])
    return (lengths[i], b[1 - j])


@defop(
    "SparseTensorDenseMatMul(a_indices: Tindices, a_values: T, a_shape: int64, b: T; "
    "adjoint_a: bool = False, adjoint_b: bool = False) -> product: T",
    Tindices=INDEX,
    default_types={"Tindices": int64},
    shape=_matmul_shape,
    host_inputs=("a_shape",),
)
def sparse_tensor_dense_matmul(node, indices, values, shape, b):
    """Rows of ``b`` are gathered, scaled, and added to the rows of the product."""
    i, j = int(node.attrs["adjoint_a"]), int(node.attrs["adjoint_b"])
    rows, cols = column(indices, i), column(indices, 1 - i)
    m, k = int(shape[i]), int(shape[1 - i])
    dtype = node.outputs[0].dtype.np
    if b.shape[j] != k:
        raise invalid(
            node, f"Cannot multiply A and B because inner dimension does not match: {k} vs. "
            f"{b.shape[j]}.  Did you forget a transpose?  Dimensions of A: [{m}, {k}).  Dimensions "
            f"of B: {shape_list(b.shape)}"
        )  # fmt: skip
    _check_matrix(node, indices, (int(shape[0]), int(shape[1])), i)
    conjugate = dtype.kind == "c"
    if i and conjugate:
        values = lax.conj(values)
    if j:
        b = lax.transpose(lax.conj(b) if conjugate else b, (1, 0))
    n, width = np.shape(values)[0], b.shape[1]
    total = lax.full((m, width), 0, wide(dtype))
    if n and width and m and k:
        found = gather_rows(b, cols)
        scale = lax.broadcast_in_dim(convert(values, wide(dtype)), (n, width), (0,))
        terms = lax.mul(convert(found, wide(dtype)), scale)
        total = scatter(lax.scatter_add, total, lax.expand_dims(rows, (1,)), terms)
    return convert(total, dtype)


def _check_matrix(node, indices, shape: tuple[int, int], adjoint: int) -> None:
    """Demands that all positions are inside; the column is looked at first."""

    def explain(indices) -> None:
        for e in np.flatnonzero(outside(indices, shape))[:1].tolist():
            for name, c in (("k", 1 - adjoint), ("m", adjoint)):
                i = int(indices[e, c])
                if not 0 <= i < shape[c]:
                    raise invalid(
                        node, f"{name} ({i}) from index[{e},{c}] out of bounds (>={shape[c]})"
                    )

    if np.size(indices):
        require(
            node, explain, lambda i: _any_outside(i, shape), indices,
            ranges=tuple([(0, n) for n in shape]),
        )  # fmt: skip


def _any_outside(indices, lengths):
    """`outside`, of a program's values: whether any is."""
    found = None
    for i, n in enumerate(lengths):
        wrong = is_out_of_range(column(indices, i), n)
        found = wrong if found is None else lax.bitwise_or(found, wrong)
    return np.False_ if found is None else found


def gather_rows(x, at):
    """The rows ``at`` of a matrix."""
    numbers = lax.GatherDimensionNumbers(
        offset_dims=(1,), collapsed_slice_dims=(0,), start_index_map=(0,)
    )
    return lax.gather(
        x,
        lax.expand_dims(at, (1,)),
        numbers,
        slice_sizes=(1, x.shape[1]),
        mode=lax.GatherScatterMode.CLIP,
    )


# ---------------------------------------------------------------------- element by element


def _at_positions_shape(node, indices: Shape, values: Shape, shape: Shape, *dense: Shape) -> Shape:
    check_ranks((indices, 2))
    return (dim(indices, 0),)


def _dense_at(node, indices, shape, dense):
    """The elements of ``dense``, stretched to the sparse side's shape, at the positions."""
    n, rank = np.shape(indices)
    own = np.shape(dense)

    def explain(indices, lengths) -> None:
        pairs = zip(lengths[rank - len(own) :].tolist(), own, strict=False)
        if len(own) > rank or any(d not in (1, s) for s, d in pairs):
            raise invalid(
                node, f"SparseDenseBinaryOpShared broadcasts dense to sparse only; got incompatible"
                f" shapes: {shape_list(lengths)} vs. {shape_list(own)}"
            )  # fmt: skip
        if outside(indices, lengths).any():
            raise invalid(
                node, "Provided indices are out-of-bounds w.r.t. dense side with broadcasted shape"
            )

    def failed(indices, lengths):
        if len(own) > rank:
            return np.True_
        wrong = differs(lengths, (None,) * (rank - len(own)) + own, or_one=True)
        if not n:
            return wrong
        bounds = lax.broadcast_in_dim(lengths, (n, rank), (1,))
        low = lax.lt(indices, np.zeros((n, rank), np.int64))
        bad = lax.bitwise_or(low, lax.ge(indices, bounds))
        return lax.bitwise_or(wrong, lax.reduce_or(bad, (0, 1)))

    require(node, explain, failed, indices, shape)
    kept = [i for i, d in enumerate(own) if d != 1]
    dense = lax.reshape(dense, [own[i] for i in kept])
    if not kept:
        return lax.broadcast_in_dim(dense, (n,), ())
    if 0 in dense.shape or not n:
        return lax.full((n,), 0, dense.dtype)
    first = rank - len(own)
    at = lax.concatenate(
        [lax.expand_dims(column(indices, first + i), (1,)) for i in kept], dimension=1
    )
    numbers = lax.GatherDimensionNumbers(
        offset_dims=(),
        collapsed_slice_dims=tuple(range(len(kept))),
        start_index_map=tuple(range(len(kept))),
    )
    sizes = (1,) * len(kept)
    return lax.gather(dense, at, numbers, slice_sizes=sizes, mode=lax.GatherScatterMode.CLIP)


def _cwise(op_type: str, kernel) -> None:
    """Defines ``kernel(values, dense)`` at the positions of the sparse side alone."""

    def lower(node, indices, values, shape, dense):
        dense = _dense_at(node, indices, shape, dense)
        if kernel is lax.div:
            _demand_no_zero(node, dense)
        return kernel(values, dense)

    defop(
        f"{op_type}(sp_indices: int64, sp_values: T, sp_shape: int64, dense: T) -> output: T",
        T=NUMBER,
        shape=_at_positions_shape,
    )(lower)


def _demand_no_zero(node, x) -> None:
    """As TensorFlow's kernel does, of floats too."""

    def explain(x) -> None:
        if (x == 0).any():
            raise invalid(
                node, "SparseDenseCwiseDiv cannot divide by zero,but input dense tensor contains "
                "zero "
            )  # fmt: skip

    def failed(x):
        return lax.reduce_or(lax.eq(x, lax.full(np.shape(x), 0, x.dtype)), (0,))

    require(node, explain, failed, x)


_cwise("SparseDenseCwiseAdd", lax.add)
_cwise("SparseDenseCwiseMul", lax.mul)
_cwise("SparseDenseCwiseDiv", lax.div)


def differs(lengths, shape: tuple, *, or_one: bool = False):
    """Whether a program's vector is not ``shape``; where that is None, or 1 if so said, it may."""
    wrong = np.False_
    for i, d in enumerate(shape):
        if d is not None and not (or_one and d == 1):
            one = lax.index_in_dim(lengths, i, keepdims=False)
            wrong = lax.bitwise_or(wrong, lax.ne(one, np.asarray(d, lengths.dtype)))
    return wrong


def _softmax_shape(node, indices: Shape, values: Shape, shape: Shape) -> Shape:
    check_ranks((indices, 2), (values, 1), (shape, 1))
    return with_rank(values, 1)


@defop(
    "SparseSoftmax(sp_indices: int64, sp_values: T, sp_shape: int64) -> output: T",
    T=types("half float double"),
    shape=_softmax_shape,
)
def sparse_softmax(node, indices, values, shape):
    """Rows are runs of positions that agree but in the last coordinate."""
    n, rank = np.shape(indices)
    if rank < 2:
        lengths = " ".join(str(d) for d in shape) if is_known(shape) else "?"
        raise invalid(node, f"Input should have rank >= 2, but received shape: {lengths}")
    if not n:
        return values
    head = lax.slice_in_dim(indices, 0, rank - 1, axis=1)
    differs = lax.ne(lax.slice_in_dim(head, 1, n), lax.slice_in_dim(head, 0, n - 1))
    begins = convert(lax.reduce_or(differs, (1,)), np.dtype(np.int32))
    begins = lax.concatenate([lax.full((1,), 0, np.int32), begins], dimension=0)
    row = lax.expand_dims(lax.cumsum(begins, axis=0), (1,))
    dtype = node.outputs[0].dtype.np
    x = convert(values, wide(dtype))
    low = lax.full((n,), -np.inf, x.dtype)
    top = take(scatter(lax.scatter_max, low, row, x), row)
    e = lax.exp(lax.sub(x, top))
    total = take(scatter(lax.scatter_add, lax.full((n,), 0, x.dtype), row, e), row)
    return convert(lax.div(e, total), dtype)


def take(x, at):
    """Elements of a vector at positions ``[n, 1]``."""
    numbers = lax.GatherDimensionNumbers(
        offset_dims=(), collapsed_slice_dims=(0,), start_index_map=(0,)
    )
    return lax.gather(x, at, numbers, slice_sizes=(1,), mode=lax.GatherScatterMode.CLIP)


# ---------------------------------------------------------------------- into dense tensors


def _to_dense_shape(node, indices: Shape, lengths: Shape, values: Shape, default: Shape) -> Shape:
    check_ranks((lengths, 1))
    return partial_shape(node.inputs[1])


def _check_to_dense(node, indices, lengths, values) -> tuple:
    """The positions as a matrix, the number of values, the shape; or the kernel's error."""
    shape = np.shape(indices)
    if len(shape) > 2:
        raise invalid(
            node, f"sparse_indices should be a scalar, vector, or matrix, got shape "
            f"{shape_list(shape)}"
        )  # fmt: skip
    n = shape[0] if shape else 1
    rank = shape[1] if len(shape) > 1 else 1
    if len(lengths) != rank:
        raise invalid(
            node, f"output_shape has incorrect number of elements: {len(lengths)} should be: {rank}"
        )
    if np.shape(values) not in ((), (n,)):
        raise invalid(
            node, f"sparse_values has incorrect shape {shape_list(np.shape(values))}, should be [] "
            f"or [{n}]"
        )  # fmt: skip
    lengths = tuple([int(d) for d in lengths])
    flat = np.reshape(indices, (n, rank)) if is_known(indices) else indices.reshape((n, rank))
    if n:
        _demand_positions(node, flat, lengths)
    return flat, n, lengths


def _demand_positions(node, indices, lengths: tuple) -> None:
    """Demands that positions are inside and, unless that is waived, increase."""
    strict = node.attrs["validate_indices"] and np.shape(indices)[0] > 1

    def failed(indices):
        wrong = _any_outside(indices, lengths)
        return lax.bitwise_or(wrong, _any_not_after(indices)) if strict else wrong

    require(
        node, lambda i: _check_positions(node, i, lengths), failed, indices,
        ranges=None if strict else tuple([(0, n) for n in lengths]),
    )  # fmt: skip


def _any_not_after(indices):
    """Whether any row of a program's positions does not come after the one before it."""
    n, rank = np.shape(indices)
    after, same = lax.full((n - 1,), False, np.bool_), lax.full((n - 1,), True, np.bool_)
    for i in range(rank):
        c = column(indices, i)
        this, last = lax.slice_in_dim(c, 1, n), lax.slice_in_dim(c, 0, n - 1)
        after = lax.bitwise_or(after, lax.bitwise_and(same, lax.gt(this, last)))
        same = lax.bitwise_and(same, lax.eq(this, last))
    return lax.bitwise_not(lax.reduce_and(after, (0,)))


def _check_positions(node, indices, lengths) -> None:
    bad = outside(indices, lengths)
    if not node.attrs["validate_indices"]:
        if bad.any():
            raise invalid(
                node, f"Indices are not valid (out of bounds).  Shape: {shape_list(lengths)}"
            )
        return
    order = np.zeros(len(indices), np.int8)  # -1 before the one above, 0 the same, 1 after
    order[0] = 1
    for c in range(indices.shape[1]):
        step = np.sign(np.diff(indices[:, c])).astype(np.int8)
        order[1:] = np.where(order[1:] == 0, step, order[1:])
    wrong = np.flatnonzero(bad | (order <= 0))
    if not wrong.size:
        return
    i = int(wrong[0])
    at = f"indices[{i}] = {shape_list(indices[i])} is"
    if bad[i]:
        message = f"{at} out of bounds: need 0 <= index < {shape_list(lengths)}"
    elif order[i] == 0:
        message = f"{at} repeated"
    else:
        message = (
            f"{at} out of order. Many sparse ops require sorted indices.\n"
            f"  Use `tf.sparse.reorder` to create a correctly ordered copy."
        )
    raise invalid(node, message)


def _to_dense_host(node, indices, lengths, values, default):
    flat, _, lengths = _check_to_dense(node, indices, lengths, values)
    result = np.empty(lengths, values.dtype)
    result[...] = default[()]
    result[tuple(flat[:, c] for c in range(flat.shape[1]))] = values
    return result


@defop(
    "SparseToDense(sparse_indices: Tindices, output_shape: Tindices, sparse_values: T, "
    "default_value: T; validate_indices: bool = True) -> dense: T",
    Tindices=INDEX,
    shape=_to_dense_shape,
    host=_to_dense_host,
    host_inputs=("output_shape",),
)
def sparse_to_dense(node, indices, lengths, values, default):
    """Where a position occurs twice the last value stands."""
    flat, n, lengths = _check_to_dense(node, indices, lengths, values)
    result = lax.broadcast_in_dim(default, lengths, ())
    if np.shape(values) == ():
        values = lax.broadcast_in_dim(values, (n,), ())
    if not n or 0 in lengths:
        return result
    return scatter(lax.scatter, result, flat, values)


@defop(
    "SparseTensorDenseAdd(a_indices: Tindices, a_values: T, a_shape: Tindices, b: T) -> output: T",
    T=NUMBER,
    Tindices=INDEX,
    shape=lambda node, indices, values, shape, b: b,
)
def sparse_tensor_dense_add(node, indices, values, shape, b):
    rank = np.shape(indices)[1]
    if rank != b.ndim:
        raise invalid(node, f"Two operands have different ranks; received: {rank} and {b.ndim}")

    def explain_shape(shape) -> None:
        for i, (s, d) in enumerate(zip(shape.tolist(), b.shape, strict=True)):
            if s != d:
                raise invalid(
                    node, f"Dimension {i} does not equal (no broadcasting is supported): sparse "
                    f"side {s} vs dense side {d}"
                )  # fmt: skip

    require(node, explain_shape, lambda shape: differs(shape, b.shape), shape)

    def explain(indices) -> None:
        for e, d in np.argwhere((indices < 0) | (indices >= np.array(b.shape)))[:1].tolist():
            raise invalid(
                node, f"Sparse tensor has an invalid index on dimension {d}: a_indices({e},{d}) = "
                f"{indices[e, d]}, dense tensor shape: {' '.join(map(str, b.shape))}"
            )  # fmt: skip

    if np.size(indices):
        require(
            node, explain, lambda i: _any_outside(i, b.shape), indices,
            ranges=tuple([(0, n) for n in b.shape]),
        )  # fmt: skip
    if not rank:  # every value belongs to the one element
        dtype = wide(b.dtype)
        total = lax.reduce_sum(convert(values, dtype), (0,))
        return convert(lax.add(convert(b, dtype), total), b.dtype)
    if 0 in b.shape or not np.shape(values)[0]:
        return b
    return scatter(lax.scatter_add, b, indices, values)


# ---------------------------------------------------------------------- reductions


def kept_axes(node, axes, rank: int) -> list[int]:
    """The axes that a reduction keeps."""
    gone = set()
    for a in np.reshape(axes, -1).tolist():
        if not -rank <= a < rank:
            raise invalid(
                node, f"Invalid reduction dimension {a}, for input with {rank} dimensions."
            )
        gone.add(a % rank)
    return [i for i in range(rank) if i not in gone]


def _reduce_shape(node, indices: Shape, values: Shape, shape: Shape, axes: Shape) -> Shape:
    lengths, gone = known_value(node.inputs[2]), known_value(node.inputs[3])
    if lengths is None or gone is None:
        return None
    lengths = lengths.reshape(-1).tolist()
    rank = len(lengths)
    if not rank:
        raise ShapeError("Number of dims in shape tensor must not be 0")
    out = {int(math.fmod(a + rank, rank)) for a in gone.reshape(-1).tolist()}  # as C's %
    if node.attrs["keep_dims"]:
        return tuple([1 if i in out else d for i, d in enumerate(lengths)])
    return tuple([d for i, d in enumerate(lengths) if i not in out])


def _reduce(op_type: str, kind, start, accepts: tuple) -> None:
    """Defines a reduction to a dense tensor; what has no values is 0."""

    def lower(node, indices, values, lengths, axes):
        n, rank = np.shape(indices)
        kept = kept_axes(node, axes, rank)
        shape = tuple([int(lengths[i]) for i in kept])
        dtype = node.outputs[0].dtype.np
        total = lax.full(shape, 0, dtype)
        if n and 0 not in shape:
            at = [lax.expand_dims(column(indices, i), (1,)) for i in kept]
            at = lax.concatenate(at, dimension=1) if at else lax.full((n, 0), 0, np.int64)
            wider = wide(dtype)
            total = _combine(kind, start(wider), shape, at, convert(values, wider))
            if kind is lax.scatter_max:
                ones = lax.full((n,), 1, np.int32)
                some = lax.gt(_combine(lax.scatter_add, 0, shape, at, ones), np.int32(0))
                total = lax.select(some, total, lax.full(shape, 0, wider))
            total = convert(total, dtype)
        if node.attrs["keep_dims"]:
            full = [int(lengths[i]) if i in kept else 1 for i in range(rank)]
            total = lax.reshape(total, full)
        return total

    defop(
        f"{op_type}(input_indices: int64, input_values: T, input_shape: int64, "
        "reduction_axes: int32; keep_dims: bool = False) -> output: T",
        T=accepts,
        shape=_reduce_shape,
        host_inputs=("input_shape", "reduction_axes"),
    )(lower)


def _combine(kind, start, shape: tuple, at, values):
    if shape:
        return scatter(kind, lax.full(shape, start, values.dtype), at, values)
    reduce = lax.reduce_max if kind is lax.scatter_max else lax.reduce_sum
    return reduce(values, (0,))


def lowest(dtype: np.dtype):
    return -np.inf if dtype.kind in "fV" else np.iinfo(dtype).min


_reduce("SparseReduceSum", lax.scatter_add, lambda dtype: 0, NUMBER)
_reduce("SparseReduceMax", lax.scatter_max, lowest, REAL)
