"""Derivatives of the ops on sparse tensors: with respect to values, never to positions or shapes.

Where positions of one sparse tensor are to be found among those of another, ``SparseAddGrad`` looks
them up: it is the gradient of ``SparseAdd``, and takes whole numbers too.
"""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.comparison import equal, logical_and
from tfgrad._src.functions.cwise_unary import conj, logical_not, square
from tfgrad._src.functions.fill import ones, ones_like, zeros_like
from tfgrad._src.functions.fill import range as range_
from tfgrad._src.functions.gather import gather, gather_nd, scatter_nd
from tfgrad._src.functions.index import slice as slice_
from tfgrad._src.functions.join import concat
from tfgrad._src.functions.linalg import matmul
from tfgrad._src.functions.reduce import reduce_sum
from tfgrad._src.functions.segment import unsorted_segment_sum
from tfgrad._src.functions.select import where_v2
from tfgrad._src.functions.shape import (
    expand_dims,
    invert_permutation,
    matrix_transpose,
    reshape,
    shape,
    size,
    squeeze,
    transpose,
)
from tfgrad._src.functions.sparse import sparse_add, sparse_dense_cwise_add, sparse_reduce_sum
from tfgrad._src.functions.sparse_layout import sparse_reorder
from tfgrad._src.gradients.reduce import reduced_shape
from tfgrad._src.gradients.registry import gradient, not_differentiable
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.sparse_tensor import SparseTensor

not_differentiable(
    "SparseConcat",
    "SetSize",
    "DenseToDenseSetOperation",
    "DenseToSparseSetOperation",
    "SparseToSparseSetOperation",
)

# ---------------------------------------------------------------------- places


def _count(values: Tensor) -> Tensor:
    return shape(values)[0]


def _look_up(values: Tensor, indices: Tensor, among: Tensor) -> Tensor:
    """For each row of ``indices`` the value at that row of ``among``, 0 where there is none."""
    found, _ = add_op("SparseAddGrad", values, indices, indices, among)
    found.set_shape(indices.shape[:1])
    return found


def _places(indices: Tensor, among: Tensor) -> Tensor:
    """For each row of ``indices`` the number of that row of ``among``, -1 where there is none."""
    numbers = range_(1, _count(among) + 1)
    return _look_up(numbers, indices, among) - 1


def _put(values: Tensor, places: Tensor, number) -> Tensor:
    """``number`` sums of the values at each place; a place of -1 is none."""
    return unsorted_segment_sum(values, places, number)


# ---------------------------------------------------------------------- sums, larger and smaller


@gradient("SparseAdd")
def sparse_add_grad(op: Operation, *dys):
    a, b, total = op.inputs[0], op.inputs[3], op.outputs[0]
    da, db = add_op("SparseAddGrad", dys[1], a, b, total)
    da.set_shape(op.inputs[1].shape)
    db.set_shape(op.inputs[4].shape)
    return None, da, None, None, db, None, None


@gradient("SparseAddGrad")
def sparse_add_grad_grad(op: Operation, da, db):
    """A gradient goes back to where it was looked up; TensorFlow stops it."""
    grads, a, b, total = op.inputs
    n = _count(grads)
    back = _put(da, _places(a, total), n) + _put(db, _places(b, total), n)
    return back, None, None, None


@gradient("SparseSparseMaximum", "SparseSparseMinimum")
def sparse_extreme_grad(op: Operation, _, dy):
    """To the side whose value was taken, the first where they tie; TensorFlow has none."""
    a, x, _, b, y, _ = op.inputs
    indices, taken = op.outputs
    n = _count(taken)
    of_a, of_b = _places(a, indices), _places(b, indices)
    from_a = equal(x, gather(taken, of_a))
    whose = add_op("Greater", _put(cast(from_a, dt.int32), of_a, n), 0)
    from_b = logical_and(equal(y, gather(taken, of_b)), logical_not(gather(whose, of_b)))
    dx, dy = gather(dy, of_a), gather(dy, of_b)
    dx, dy = where_v2(from_a, dx, zeros_like(dx)), where_v2(from_b, dy, zeros_like(dy))
    return None, dx, None, None, dy, None


@gradient("SparseTensorDenseAdd")
def sparse_tensor_dense_add_grad(op: Operation, dy):
    return None, gather_nd(dy, op.inputs[0]), None, dy


# ---------------------------------------------------------------------- products


@gradient("SparseTensorDenseMatMul")
def sparse_tensor_dense_matmul_grad(op: Operation, dy):
    """Of the matrix that is sparse only the entries that are there have a gradient."""
    indices, values, lengths, b = op.inputs
    adjoint_a, adjoint_b = op.attrs["adjoint_a"], op.attrs["adjoint_b"]
    db = add_op("SparseTensorDenseMatMul", indices, values, lengths, dy, adjoint_a=not adjoint_a)
    if adjoint_b:
        db = matrix_transpose(db, conjugate=True)
    rows, cols = indices[:, 0], indices[:, 1]
    if adjoint_a:
        rows, cols = cols, rows
    left = gather(dy, rows)
    right = gather(transpose(b) if adjoint_b else b, cols)
    left = expand_dims(left, -1 if adjoint_a else -2)
    right = expand_dims(right, -1 if adjoint_a != adjoint_b else -2)
    dots = matmul(left, right, adjoint_a=adjoint_a, adjoint_b=adjoint_a == adjoint_b)
    return None, squeeze(dots, axis=[-2, -1]), None, db


def _dense_indices(op: Operation) -> tuple[Tensor, Tensor]:
    """The positions on the dense side that a sparse side's positions mean, and its shape."""
    indices, _, lengths, dense = op.inputs
    own = cast(shape(dense), dt.int64)
    added = expand_dims(size(lengths) - size(own), 0)
    augmented = concat([ones(added, dt.int64), own], 0)
    scaling = lengths // augmented
    scaled = indices // scaling
    return slice_(scaled, concat([[0], added], 0), [-1, -1]), own


def _to_dense(op: Operation, values: Tensor, at: Tensor, lengths: Tensor) -> Tensor:
    return sparse_add(zeros_like(op.inputs[3]), SparseTensor(at, values, lengths))


@gradient("SparseDenseCwiseMul")
def sparse_dense_cwise_mul_grad(op: Operation, dy):
    """The conjugates, which add no node of real numbers, are left out in TensorFlow."""
    at, lengths = _dense_indices(op)
    dense = gather_nd(op.inputs[3], at)
    dx = dy * conj(dense)
    return None, dx, None, _to_dense(op, dy * conj(op.inputs[1]), at, lengths)


@gradient("SparseDenseCwiseDiv")
def sparse_dense_cwise_div_grad(op: Operation, dy):
    at, lengths = _dense_indices(op)
    dense = gather_nd(op.inputs[3], at)
    dx = dy / conj(dense)
    slope = conj(-op.inputs[1] / square(dense))
    return None, dx, None, _to_dense(op, dy * slope, at, lengths)


@gradient("SparseDenseCwiseAdd")
def sparse_dense_cwise_add_grad(op: Operation, dy):
    """TensorFlow has none."""
    at, lengths = _dense_indices(op)
    return None, dy, None, _to_dense(op, dy, at, lengths)


@gradient("SparseSoftmax")
def sparse_softmax_grad(op: Operation, dy):
    indices, lengths = op.inputs[0], op.inputs[2]
    y = SparseTensor(indices, op.outputs[0], lengths)
    dy = SparseTensor(indices, dy, lengths)
    product = SparseTensor(indices, y.values * dy.values, lengths)
    total = -sparse_reduce_sum(product, [-1], keepdims=True)
    difference = sparse_dense_cwise_add(dy, total)
    return None, difference.values * y.values, None


# ---------------------------------------------------------------------- dense results


@gradient("SparseToDense")
def sparse_to_dense_grad(op: Operation, dy):
    """Positions that are a vector, and one value for all of them, TensorFlow does not allow for."""
    indices, lengths, values, _ = op.inputs
    if indices.dims is not None and len(indices.dims) < 2:
        found = gather(dy, indices)
    else:
        found = gather_nd(dy, indices)
    rest = reduce_sum(dy) - reduce_sum(found)
    if values.dims == () and found.dims != ():
        found = reduce_sum(found)
    return zeros_like(indices), zeros_like(lengths), found, rest


def _groups(op: Operation) -> tuple:
    """The shape with the axes that are reduced as 1, and each entry's position in it."""
    indices, _, lengths, axes = op.inputs
    kept = reduced_shape(lengths, axes)
    scale = lengths // cast(kept, dt.int64)
    return kept, indices // scale


@gradient("SparseReduceSum")
def sparse_reduce_sum_grad(op: Operation, dy):
    indices, _, lengths, axes = op.inputs
    kept = reduced_shape(lengths, axes)
    dy = reshape(dy, kept)
    scale = lengths // cast(kept, dt.int64)
    return None, gather_nd(dy, indices // scale), None, None


def _shared(chosen: Tensor, dy: Tensor, number: Tensor) -> Tensor:
    """Equal shares of ``dy`` for the chosen ones."""
    return where_v2(chosen, dy / number, zeros_like(dy))


@gradient("SparseReduceMax")
def sparse_reduce_max_grad(op: Operation, dy):
    """Entries that tie for the maximum share its gradient; TensorFlow has none."""
    indices, values, lengths, axes = op.inputs
    kept, group = _groups(op)
    chosen = equal(values, gather_nd(reshape(op.outputs[0], kept), group))
    inputs = (indices, cast(chosen, values.dtype), lengths, axes)
    number = add_op("SparseReduceSum", *inputs, keep_dims=True)
    dy = gather_nd(reshape(dy, kept), group)
    return None, _shared(chosen, dy, gather_nd(number, group)), None, None


def _sparse_groups(op: Operation) -> tuple[Tensor, Tensor]:
    """Of a reduction to a sparse tensor: each entry's position, and those of the results."""
    kept, group = _groups(op)
    results, _, lengths = op.outputs
    found, _ = add_op("SparseReshape", results, lengths, cast(kept, dt.int64))
    return group, found


@gradient("SparseReduceSumSparse")
def sparse_reduce_sum_sparse_grad(op: Operation, _, dy, __):
    """TensorFlow has none."""
    return None, _look_up(dy, *_sparse_groups(op)), None, None


@gradient("SparseReduceMaxSparse")
def sparse_reduce_max_sparse_grad(op: Operation, _, dy, __):
    """Entries that tie for the maximum share its gradient; TensorFlow has none."""
    indices, values, lengths, axes = op.inputs
    group, among = _sparse_groups(op)
    chosen = equal(values, _look_up(op.outputs[1], group, among))
    inputs = (indices, cast(chosen, values.dtype), lengths, axes)
    _, number, _ = add_op("SparseReduceSumSparse", *inputs, keep_dims=op.attrs["keep_dims"])
    dy, number = _look_up(dy, group, among), _look_up(number, group, among)
    return None, _shared(chosen, dy, number), None, None


# ---------------------------------------------------------------------- the entries elsewhere


@gradient("SparseReorder")
def sparse_reorder_grad(op: Operation, _, dy):
    """Numbers, reordered in the same way, say where each entry went."""
    indices, lengths = op.inputs[0], op.inputs[2]
    numbers = range_(shape(indices)[0])
    ordered = sparse_reorder(SparseTensor(indices, numbers, lengths))
    return None, gather(dy, invert_permutation(ordered.values)), None


@gradient("SparseFillEmptyRows")
def sparse_fill_empty_rows_grad(op: Operation, _, dy, __, ___):
    values, default = add_op("SparseFillEmptyRowsGrad", op.outputs[3], dy)
    return None, values, None, default


@gradient("SparseFillEmptyRowsGrad")
def sparse_fill_empty_rows_grad_grad(op: Operation, dvalues, ddefault):
    """TensorFlow has none."""
    places, grads = op.inputs
    at, n = expand_dims(places, 1), shape(grads, out_type=dt.int64)
    there = scatter_nd(at, ones_like(dvalues), n)
    return None, scatter_nd(at, dvalues, n) + (1 - there) * ddefault


@gradient("SparseSlice")
def sparse_slice_grad(op: Operation, *dys):
    indices, values, _, start, _ = op.inputs
    found = add_op("SparseSliceGrad", dys[1], indices, start, op.outputs[0])
    found.set_shape(values.shape)
    return None, found, None, None, None


@gradient("SparseSliceGrad")
def sparse_slice_grad_grad(op: Operation, dy):
    """Numbers, spread in the same way, say where each gradient went; TensorFlow has none."""
    grads, indices, start, found = op.inputs
    n = _count(grads)
    places = add_op("SparseSliceGrad", range_(1, n + 1), indices, start, found) - 1
    return _put(dy, places, n), None, None, None


@gradient("SparseSplit")
def sparse_split_grad(op: Operation, *dys):
    """The pieces are moved back to where they were; TensorFlow has none."""
    axis, indices, _, lengths = op.inputs
    parts = op.attrs["num_split"]
    outputs, total, offset = op.outputs, None, None
    unit = cast(equal(range_(size(lengths, out_type=dt.int64)), _positive(axis, lengths)), dt.int64)
    for k in range(parts):
        moved = outputs[k] if offset is None else outputs[k] + offset
        found = _look_up(dys[parts + k], indices, moved)
        total = found if total is None else total + found
        step = outputs[2 * parts + k] * unit
        offset = step if offset is None else offset + step
    return None, None, total, None


def _positive(axis: Tensor, lengths: Tensor) -> Tensor:
    """``axis`` counted from the front."""
    return reshape(axis, []) % size(lengths, out_type=dt.int64)
