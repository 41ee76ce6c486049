"""Joining and splitting: ``concat``, ``stack``, ``split``.

The axis, and the sizes of the pieces, must be numbers when a program is compiled.  Pieces are
static slices, never masks or padded sums.  Every op also runs in numpy, because shapes are put
together from pieces of other shapes.

The derivatives are in ``gradients/join.py``.
"""

import numpy as np
from jax import lax

from tfgrad._src.graph import errors
from tfgrad._src.graph.constant_value import known_value
from tfgrad._src.graph.dtypes import INDEX, int8, int32, int64
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import (
    Shape,
    ShapeError,
    concatenate,
    dims_must_be_equal,
    merge,
    with_rank,
    with_rank_at_least,
)
from tfgrad._src.ops.checks import invalid


def _known_axis(tensor) -> int | None:
    value = known_value(tensor)
    return None if value is None or np.ndim(value) else int(value)


# ---------------------------------------------------------------------- concat


def concat_shape(shapes, axis: int | None, axis_shape: Shape) -> Shape:
    """The shape of the concatenation; an unknown ``axis`` leaves only the rank."""
    with_rank(axis_shape, 0)
    rank = next((len(s) for s in shapes if s is not None), None)
    if rank == 0:
        raise ShapeError("Can't concatenate scalars (use tf.stack instead)")
    if rank is not None:
        for s in shapes:
            with_rank(s, rank)
    if axis is None:
        return None if rank is None else (None,) * rank
    least = -axis if axis < 0 else axis + 1
    before: Shape = None
    after: Shape = () if axis == -1 else None
    middle: int | None = 0
    for s in reversed(shapes):
        with_rank_at_least(s, least)
        if s is None:
            middle = None
            continue
        before = merge(s[:axis], before)
        if axis != -1:
            after = merge(s[axis + 1 :], after)
        middle = None if middle is None or s[axis] is None else middle + s[axis]
    return concatenate(concatenate(before, (middle,)), after)


@defop(
    "ConcatV2(values: N * T, axis: Tidx) -> output: T",
    Tidx=INDEX,
    default_types={"Tidx": int32},
    shape=lambda node, *s: concat_shape(s[:-1], _known_axis(node.inputs[-1]), s[-1]),
    host=lambda node, *v: np.concatenate(v[:-1], _checked_axis(node, v[:-1], v[-1])),
    host_inputs=("axis",),
)
def concat_v2(node, *values):
    *values, axis = values
    return _concatenate(node, values, axis)


@defop(
    "Concat(concat_dim: int32, values: N * T) -> output: T",
    shape=lambda node, *s: concat_shape(s[1:], _known_axis(node.inputs[0]), s[0]),
    host=lambda node, axis, *v: np.concatenate(v, _checked_axis(node, v, axis)),
    host_inputs=("concat_dim",),
)
def concat(node, axis, *values):
    return _concatenate(node, values, axis)


def _concatenate(node, values, axis):
    return lax.concatenate(values, _checked_axis(node, values, axis))


def _checked_axis(node, values, axis) -> int:
    first = np.shape(values[0])
    rank = len(first)
    if np.ndim(axis):
        raise invalid(
            node, f"ConcatOp : Concat dim tensor should be a scalar, but got shape "
            f"{_brackets(np.shape(axis))}"
        )  # fmt: skip
    if not rank:
        raise invalid(node, "ConcatOp : Can't concatenate scalars (use tf.stack instead)")
    if not -rank <= axis < rank:
        raise invalid(
            node,
            f"ConcatOp : Expected concatenating dimensions in the range [{-rank}, {rank}), but got "
            f"{axis}",
        )
    axis = int(axis) % rank
    for i, v in enumerate(values):
        shapes = f"shape[0] = {_brackets(first)} vs. shape[{i}] = {_brackets(np.shape(v))}"
        if np.ndim(v) != rank:
            raise invalid(node, f"ConcatOp : Ranks of all input tensors should match: {shapes}")
        for k, (m, n) in enumerate(zip(first, np.shape(v), strict=True)):
            if m != n and k != axis:
                raise invalid(
                    node, f"ConcatOp : Dimension {k} in both shapes must be equal: {shapes}"
                )
    return axis


def _parallel_concat_shape(node, *shapes: Shape) -> Shape:
    shape = node.attrs["shape"]
    if shape is None or None in shape:
        raise ShapeError("shape attr must be fully defined.")
    for i, s in enumerate(shapes):
        if s is None or None in s:
            raise ShapeError("All input shapes must be fully defined.")
        if s[0] != 1:
            raise ShapeError("Size of first dimension must be 1.")
        try:
            merge(s, (1, *shape[1:]))
        except ShapeError as error:
            raise ShapeError(
                f"{error.message}\n\tFrom merging shape {i} with other shapes.", error.hint
            ) from None
    return shape


@defop(
    "ParallelConcat(values: N * T; shape: shape) -> output: T",
    shape=_parallel_concat_shape,
    host=lambda node, *values: np.concatenate(values),
)
def parallel_concat(node, *values):
    """The rows of ``values``, in the order of the arguments; nothing here runs in parallel."""
    return lax.concatenate(values, 0)


def _concat_offset(node, axis, *shapes):
    """For each piece, where it starts in the concatenation: zeros but for the axis."""
    rank = len(shapes[0])
    position = int(axis) % rank if -rank <= axis < rank else None
    if position is None:
        raise errors.InvalidArgumentError(
            None, node, f"Concat dim is out of range: {axis} vs. {rank}"
        )
    offsets, start = [], 0
    for i, s in enumerate(shapes):
        if len(s) != rank:
            raise errors.InvalidArgumentError(
                None, node, f"input {i} should contain {rank} elements, but got {len(s)}"
            )
        different = [j for j in range(rank) if j != position and s[j] != shapes[0][j]]
        if different:
            raise errors.InvalidArgumentError(
                None,
                node,
                f"All dimensions except {position} must match. Input {i} has shape "
                f"[{' '.join(map(str, s))}] and doesn't match input 0 with shape "
                f"[{' '.join(map(str, shapes[0]))}].",
            )
        offset = np.zeros(rank, s.dtype)
        offset[position] = start
        offsets.append(offset)
        start += int(s[position])
    return offsets


defop(
    "ConcatOffset(concat_dim: int32, shape: N * shape_type) -> offset: N * shape_type",
    shape_type=INDEX,
    default_types={"shape_type": int32},
    shape=lambda node, axis, *shapes: list(shapes),
    host=_concat_offset,
    host_inputs=("concat_dim", "shape"),
)(_concat_offset)


# ---------------------------------------------------------------------- stack


def _pack_axis(node, rank: int) -> int:
    axis = node.attrs["axis"]
    if not -rank <= axis < rank:
        raise ShapeError(f"Invalid axis: {axis}; must be in [{-rank},{rank})")
    return axis % rank


def _new_axis(node, values) -> int:
    first = np.shape(values[0])
    for i, v in enumerate(values):
        if np.shape(v) != first:
            raise invalid(
                node,
                f"Shapes of all inputs must match: values[0].shape = {_brackets(first)} != "
                f"values[{i}].shape = {_brackets(np.shape(v))}",
            )
    return _axis_in(node, len(first) + 1)


def _axis_in(node, rank: int) -> int:
    axis = node.attrs["axis"]
    if not -rank <= axis < rank:
        raise invalid(node, f"axis = {axis} not in [{-rank}, {rank})")
    return axis % rank


def _pack_shape(node, *shapes: Shape) -> Shape:
    one = shapes[-1]
    for i in range(len(shapes) - 2, -1, -1):
        try:
            one = merge(shapes[i], one)
        except ShapeError as error:
            raise ShapeError(
                f"{error.message}\n\tFrom merging shape {i} with other shapes.", error.hint
            ) from None
    if one is None:
        return None
    axis = _pack_axis(node, len(one) + 1)
    return (*one[:axis], len(shapes), *one[axis:])


@defop(
    "Pack(values: N * T; axis: int = 0) -> output: T",
    shape=_pack_shape,
    host=lambda node, *values: np.stack(values, _new_axis(node, values)),
)
def pack(node, *values):
    axis = _new_axis(node, values)
    rows = [lax.expand_dims(v, (axis,)) for v in values]
    return rows[0] if len(rows) == 1 else lax.concatenate(rows, axis)


def _unpack_shape(node, x: Shape) -> list[Shape]:
    num = node.attrs["num"]
    if x is None:
        return [None] * num
    axis = _pack_axis(node, len(x))
    if x[axis] not in (None, num):
        raise ShapeError(f"Dimension must be {num} but is {x[axis]}")
    return [(*x[:axis], *x[axis + 1 :])] * num


def _unpack_host(node, x):
    return _outputs(list(np.moveaxis(x, _axis_in(node, x.ndim), 0)))


def _outputs(pieces: list):
    """An op with one output gives it bare."""
    return pieces[0] if len(pieces) == 1 else pieces


@defop(
    "Unpack(value: T; num: int, axis: int = 0) -> output: num * T",
    shape=_unpack_shape,
    host=_unpack_host,
)
def unpack(node, x):
    axis, num = _axis_in(node, x.ndim), node.attrs["num"]
    if x.shape[axis] != num:
        raise errors.InvalidArgumentError(
            None, node, f"Input shape axis {axis} must equal {num}, got shape {_brackets(x.shape)}"
        )
    rest = (*x.shape[:axis], *x.shape[axis + 1 :])
    return _outputs([lax.reshape(_piece(x, axis, i, i + 1), rest) for i in range(num)])


def _piece(x, axis: int, start: int, stop: int):
    return lax.slice_in_dim(x, start, stop, axis=axis)


def _brackets(shape) -> str:
    return "[" + ",".join(map(str, shape)) + "]"


# ---------------------------------------------------------------------- split


def _split_axis(tensor, rank: int | None) -> int | None:
    """The axis to split along, from the front; None where it is not known."""
    axis = known_value(tensor)
    if axis is None or (axis < 0 and rank is None):
        return None
    axis = int(axis)
    if rank is None:
        return axis
    if not -rank <= axis < rank:
        raise ShapeError(
            f"Dimension size, given by scalar input {axis} must be in range [-{rank}, {rank})"
        )
    return axis % rank


def _split_shape(node, axis_shape: Shape, x: Shape) -> list[Shape]:
    num = node.attrs["num_split"]
    axis = _split_axis(node.inputs[0], None if x is None else len(x))
    if x is None:
        return [None] * num
    if axis is None:
        return [(None,) * len(x)] * num
    length = x[axis]
    if length is not None and length % num:
        raise ShapeError(
            f"Dimension size must be evenly divisible by {num} but is {length}\n"
            f"\tNumber of ways to split should evenly divide the split dimension"
        )
    return [(*x[:axis], None if length is None else length // num, *x[axis + 1 :])] * num


def _check_split_axis(node, x, axis) -> None:
    rank = np.ndim(x)
    if not -rank <= axis < rank:
        raise invalid(
            node, f"-input rank(-{rank}) <= split_dim < input rank ({rank}), but got {axis}"
        )


def _equal_pieces(node, axis, x) -> list[int]:
    _check_split_axis(node, x, axis)
    num, length = node.attrs["num_split"], np.shape(x)[int(axis)]
    if length % num:
        raise errors.InvalidArgumentError(
            None,
            node,
            f"Number of ways to split should evenly divide the split dimension, but got split_dim "
            f"{int(axis)} (size = {length}) and num_split {num}",
        )
    return [length // num] * num


def _split_host(node, axis, x):
    return _outputs(np.split(x, len(_equal_pieces(node, axis, x)), int(axis)))


@defop(
    "Split(split_dim: int32, value: T; num_split: int) -> output: num_split * T",
    shape=_split_shape,
    host=_split_host,
    host_inputs=("split_dim",),
)
def split(node, axis, x):
    return _cut(x, _equal_pieces(node, axis, x), int(axis))


def _cut(x, sizes, axis: int):
    axis %= x.ndim
    stops = np.cumsum(sizes).tolist()
    return _outputs([_piece(x, axis, e - int(n), e) for n, e in zip(sizes, stops, strict=True)])


def _split_v_shape(node, x: Shape, sizes_shape: Shape, axis_shape: Shape) -> list[Shape]:
    num = node.attrs["num_split"]
    rank = None if x is None else len(x)
    axis = _split_axis(node.inputs[2], rank) if rank != 0 else None
    if x is None:
        return [None] * num
    if rank == 0:
        raise ShapeError("Can't split scalars")
    sizes = known_value(node.inputs[1])
    if sizes is None:
        if axis is None:
            return [(None,) * len(x)] * num
        return [(*x[:axis], None, *x[axis + 1 :])] * num
    if axis is None:
        axis = len(x) - 1  # TensorFlow's rule takes the unknown axis for -1
    pieces = _complete(sizes.tolist(), x[axis], num, ShapeError)
    return [(*x[:axis], n, *x[axis + 1 :]) for n in pieces]


def _complete(sizes: list, length: int | None, num: int, error) -> list:
    """``sizes`` with the one -1 replaced by what remains of ``length``."""
    if len(sizes) != num:
        raise error("Length of size_splits should be equal to num_outputs")
    if sizes.count(-1) > 1:
        raise error("size_splits can only have one -1")
    total = sum(n for n in sizes if n != -1)
    result = []
    for i, n in enumerate(sizes):
        if n == -1 and length is not None:
            n = length - total
        if n < -1 or (n == -1 and length is not None):
            raise error(f"Split size at index {i} must be >= 0. Got: {n}")
        result.append(None if n == -1 else n)
    if length is not None and -1 not in sizes and total != length:
        pieces = ",".join(map(str, sizes))
        raise error(f"can't split axis of size {length} into pieces of size [{pieces}]")
    return result


def _pieces(node, x, sizes, axis) -> list[int]:
    _check_split_axis(node, x, axis)
    num, length = node.attrs["num_split"], np.shape(x)[int(axis)]
    if np.shape(sizes) != (num,):
        raise invalid(
            node,
            f"size of the split_tensor must be 1-D and have the same elements as outputs got "
            f"{np.ndim(sizes)} -D and {np.size(sizes)} elements",
        )
    sizes = sizes.tolist()
    if sizes.count(-1) > 1:
        raise invalid(node, "There can only be one -1 in the input.")
    total = sum(n for n in sizes if n != -1)
    if total > length or (total != length and -1 not in sizes):
        raise invalid(
            node,
            f"Determined shape must either match input shape along split_dim exactly if fully "
            f"specified, or be less than the size of the input along split_dim if not fully "
            f"specified.  Got: {total}",
        )
    sizes = [length - total if n == -1 else n for n in sizes]
    for i, n in enumerate(sizes):
        if n < 0:
            raise invalid(node, f"Split size at index {i} must be >= 0. Got: {n}")
    return sizes


def _split_v_host(node, x, sizes, axis):
    stops = np.cumsum(_pieces(node, x, sizes, axis))
    return _outputs(np.split(x, stops[:-1], int(axis)))


@defop(
    "SplitV(value: T, size_splits: Tlen, split_dim: int32; num_split: int) "
    "-> output: num_split * T",
    Tlen=(int8, *INDEX),
    default_types={"Tlen": int64},
    shape=_split_v_shape,
    host=_split_v_host,
    host_inputs=("size_splits", "split_dim"),
)
def split_v(node, x, sizes, axis):
    return _cut(x, _pieces(node, x, sizes, axis), int(axis))
