"""Derivatives of the ops that move elements about: ``dy`` is moved back, copies are summed."""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.fill import range as range_
from tfgrad._src.functions.indexed_slices import IndexedSlices
from tfgrad._src.functions.reduce import reduce_sum
from tfgrad._src.functions.shape import invert_permutation, reshape, shape, size, transpose
from tfgrad._src.gradients.registry import gradient, not_differentiable
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import known_value
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.node import Operation, Tensor

not_differentiable("Shape", "ShapeN", "Size", "Rank", "InvertPermutation")


def _dense(dy) -> Tensor:
    return convert_to_tensor(dy) if isinstance(dy, IndexedSlices) else dy


def _back(op: Operation, dy) -> Tensor:
    """``dy`` under the shape of the input."""
    return reshape(_dense(dy), shape(op.inputs[0]))


@gradient("Reshape")
def reshape_grad(op: Operation, dy):
    """With one unknown length a -1 stands for it, which needs no node to compute the shape."""
    dims = op.inputs[0].dims
    if dims is not None and dims.count(None) == 1 and 0 not in dims:
        return reshape(_dense(dy), [-1 if d is None else d for d in dims]), None
    return _back(op, dy), None


@gradient("ExpandDims")
def expand_dims_grad(op: Operation, dy):
    return _back(op, dy), None


@gradient("Squeeze")
def squeeze_grad(op: Operation, dy):
    return _back(op, dy)


@gradient("Transpose")
def transpose_grad(op: Operation, dy: Tensor):
    return transpose(dy, invert_permutation(op.inputs[1])), None


@gradient("ConjugateTranspose")
def conjugate_transpose_grad(op: Operation, dy: Tensor):
    return transpose(dy, invert_permutation(op.inputs[1]), conjugate=True), None


@gradient("Tile")
def tile_grad(op: Operation, dy):
    """Axis ``i`` of length ``m * d`` is read as two axes ``m, d``, and ``m`` is summed.

    Sliced gradients are first added up in the first copy; then only the other axes are summed.
    """
    x, multiples = op.inputs
    lengths = shape(x, out_type=multiples.dtype)
    pairs = transpose(add_op("Pack", [multiples, lengths], name="stack"))
    split = reshape(pairs, [-1])
    axes = range_(0, size(split), 2)
    if isinstance(dy, IndexedSlices):
        first = cast(lengths[0], dy.indices.dtype)
        where = add_op("FloorMod", dy.indices, first, name="mod")
        dy = add_op("UnsortedSegmentSum", dy.values, where, first)
        split = add_op("ConcatV2", [[1], split[1:]], 0, name="concat")
    dx = reduce_sum(reshape(dy, split), axes)
    dx.set_shape(x.shape)
    return dx, None


@gradient("BroadcastTo")
def broadcast_to_grad(op: Operation, dy: Tensor):
    x, target = op.inputs
    lengths = shape(x, out_type=target.dtype)
    known = known_value(target)  # TensorFlow asks its C++ here, which knows more
    if known is not None and (known >= 0).all():
        target = constant(known.tolist(), target.dtype)
    _, axes = add_op("BroadcastGradientArgs", target, lengths)
    return reshape(reduce_sum(dy, axes, keepdims=True), lengths), None
