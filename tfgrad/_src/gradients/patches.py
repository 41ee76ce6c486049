"""Derivatives of patches: what an element was copied to is added up.

The numbers of the elements, from 1 on, are cut into patches too; that tells which element each part
of ``dy`` belongs to.  Padding has number 0, which becomes a segment of -1 that is dropped.
"""

import math

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.fill import ones
from tfgrad._src.functions.fill import range as range_
from tfgrad._src.functions.join import concat, unstack
from tfgrad._src.functions.segment import unsorted_segment_sum
from tfgrad._src.functions.shape import expand_dims, reshape, shape, transpose
from tfgrad._src.functions.sparse import sparse_tensor_dense_matmul
from tfgrad._src.functions.sparse_layout import sparse_slice
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.sparse_tensor import SparseTensor


@gradient("ExtractImagePatches")
def extract_image_patches_grad(op: Operation, dy: Tensor):
    (x,) = op.inputs
    batch, rows, columns, channels = unstack(shape(x, out_type=dt.int64))
    out_rows, out_columns = unstack(shape(op.outputs[0], out_type=dt.int64)[1:3])
    _, k_rows, k_columns, _ = op.attrs["ksizes"]
    count = rows * columns
    # float32, as TensorFlow has it for XLA's sake: exact below 2**24 pixels.
    numbers = range_(1, count + 1, dtype=dt.float32)
    attrs = {name: op.attrs[name] for name in ("ksizes", "strides", "rates", "padding")}
    patched = add_op("ExtractImagePatches", reshape(numbers, (1, rows, columns, 1)), **attrs)
    patched = cast(patched, dt.int64)
    parts = reshape(
        convert_to_tensor(dy), (batch, out_rows, out_columns, k_rows, k_columns, channels)
    )
    parts = reshape(transpose(parts, (1, 2, 3, 4, 0, 5)), (-1, batch * channels))
    segments = reshape(patched, [-1]) - 1
    dx = unsorted_segment_sum(parts, segments, num_segments=count)
    dx = reshape(dx, (rows, columns, batch, channels))
    return transpose(dx, (2, 0, 1, 3))


@gradient("ExtractVolumePatches")
def extract_volume_patches_grad(op: Operation, dy: Tensor):
    """With a sparse matrix of ones, from numbers of parts to numbers of elements."""
    (x,) = op.inputs
    space, out_space = x.shape.as_list()[1:4], op.outputs[0].shape.as_list()[1:4]
    if None in (*space, *out_space):
        return _of_unknown_volumes(op, dy)
    k = op.attrs["ksizes"][1:4]
    lengths = shape(x)
    batch, channels = lengths[0], lengths[4]
    count = 1 + math.prod(space)
    numbers = reshape(range_(1, count, dtype=dt.int64), (1, *space, 1))
    patched = add_op("ExtractVolumePatches", numbers, **_volume_attrs(op))
    parts = math.prod(out_space) * math.prod(k)
    places = reshape(range_(parts, dtype=dt.int64), (1, *out_space, math.prod(k)))
    pairs = concat([expand_dims(patched, axis=-1), expand_dims(places, axis=-1)], axis=-1)
    matrix = SparseTensor(reshape(pairs, (-1, 2)), ones([parts], dtype=dy.dtype), (count, parts))
    matrix = sparse_slice(matrix, (1, 0), (count - 1, parts))  # without the padding
    apart = reshape(convert_to_tensor(dy), (batch, *out_space, *k, channels))
    apart = transpose(apart, (1, 2, 3, 4, 5, 6, 0, 7))
    flat = reshape(apart, (-1, batch * channels))
    dx = sparse_tensor_dense_matmul(matrix, flat)
    dx.set_shape([count - 1, None])  # TensorFlow finds this out by computing the matrix
    dx = reshape(dx, (*space, batch, channels))
    return transpose(dx, (3, 0, 1, 2, 4))


def _volume_attrs(op: Operation) -> dict:
    return {name: op.attrs[name] for name in ("ksizes", "strides", "padding")}


def _of_unknown_volumes(op: Operation, dy: Tensor) -> Tensor:
    """As for images; TensorFlow raises here."""
    lengths, out = unstack(shape(op.inputs[0]), 5), unstack(shape(op.outputs[0]), 5)
    batch, *space, channels = lengths
    k = op.attrs["ksizes"][1:4]
    count = space[0] * space[1] * space[2]
    numbers = reshape(range_(1, count + 1), (1, *space, 1))
    patched = add_op("ExtractVolumePatches", numbers, **_volume_attrs(op))
    apart = reshape(convert_to_tensor(dy), (batch, *out[1:4], *k, channels))
    apart = reshape(transpose(apart, (1, 2, 3, 4, 5, 6, 0, 7)), (-1, batch * channels))
    dx = unsorted_segment_sum(apart, reshape(patched, [-1]) - 1, num_segments=count)
    return transpose(reshape(dx, (*space, batch, channels)), (3, 0, 1, 2, 4))
