"""Parts of tensors by position: slices.

TensorFlow's ``x[...]`` is one op, ``StridedSlice``, whose *sparse* specification (with an ellipsis,
new and dropped axes) is expanded to one range per axis of ``x`` by `expand`; the shape rule, the
lowering and the gradient's op share it.

The derivatives are in ``gradients/index.py``.
"""

from typing import Any, NamedTuple

import numpy as np
from jax import lax

from tfgrad._src.graph import errors
from tfgrad._src.graph.constant_value import known_value, partial_entries, partial_scalar
from tfgrad._src.graph.dtypes import (
    INDEX,
    int16,
    int32,
    int64,
)
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, merge, with_rank
from tfgrad._src.ops.broadcasting import shape_list
from tfgrad._src.ops.checks import invalid, require

# ---------------------------------------------------------------------- Slice


def _slice_shape(node, x: Shape, begin_shape: Shape, size_shape: Shape) -> Shape:
    ndims = merge(with_rank(begin_shape, 1), with_rank(size_shape, 1))[0]
    if ndims is not None and x is not None and len(x) != ndims:
        raise ShapeError(f"Shape must be rank {ndims} but is rank {len(x)}")
    begin = _as_shape(partial_entries(node.inputs[1]))
    size = known_value(node.inputs[2])
    if size is None:
        entries = _as_shape(partial_entries(node.inputs[2]))
        if entries is not None:
            return tuple(entries)
        return None if x is None else (None,) * len(x)
    return tuple(
        [
            _slice_length(None if x is None else x[i], None if begin is None else begin[i], n)
            for i, n in enumerate(size.tolist())
        ]
    )


def _as_shape(entries):
    """-1 stands for an unknown length, and nothing is smaller."""
    if entries is None:
        return None
    for e in entries:
        if e is not None and e < -1:
            raise ValueError(f"Invalid value in tensor used for shape: {e}")
    return [None if e == -1 else e for e in entries]


def _slice_length(length: int | None, begin: int | None, size: int) -> int | None:
    if size != -1:
        if size < -1:
            raise ValueError(f"Invalid value in tensor used for shape: {size}")
        return size
    if length is None or begin is None:
        return None
    if begin > length:
        raise ShapeError(f"Negative dimension size caused by subtracting {begin} from {length}")
    return length - begin


def _check_slice(node, shape, begin, size) -> list[int]:
    """The lengths of the slice, which must lie inside ``shape``."""
    if np.shape(begin) != np.shape(size) or np.shape(begin) != (len(shape),):
        given = f"{shape_list(np.shape(begin))} and {shape_list(np.shape(size))}"
        raise invalid(
            node,
            f"Expected begin and size arguments to be 1-D tensors of size {len(shape)}, but got "
            f"shapes {given} instead.",
        )
    result = []
    for i, (n, b, s) in enumerate(zip(shape, begin, size, strict=True)):
        b, s = int(b), int(s)
        length = n - b if s == -1 else s
        if n == 0 and (b, length) != (0, 0):
            raise errors.InvalidArgumentError(
                None, node, f"Expected begin[{i}] == 0 (got {b}) and size[{i}] == 0 (got {s}) when "
                f"input.dim_size({i}) == 0"
            )  # fmt: skip
        if not 0 <= b <= n:
            raise errors.InvalidArgumentError(
                None, node, f"Expected begin[{i}] in [0, {n}], but got {b}"
            )
        if not 0 <= length <= n - b:
            raise errors.InvalidArgumentError(
                None, node, f"Expected size[{i}] in [0, {n - b}], but got {s}"
            )
        result.append(length)
    return result


def _slice_host(node, x, begin, size):
    lengths = _check_slice(node, x.shape, begin, size)
    return x[tuple(slice(b, b + n) for b, n in zip(begin.tolist(), lengths, strict=True))]


def slice_operands(node) -> tuple[int, ...]:
    """Which inputs of one ``Slice`` must be numbers: ``begin`` is one of them for a size of -1."""
    size = known_value(node.inputs[2])
    return (1, 2) if size is None or (size < 0).any() else (2,)


@defop(
    "Slice(input: T, begin: Index, size: Index) -> output: T",
    Index=INDEX,
    shape=_slice_shape,
    host=_slice_host,
    host_inputs=slice_operands,
)
def slice_(node, x, begin, size):
    """A ``begin`` that is no number gives a dynamic slice, if no size is -1."""
    if isinstance(begin, np.ndarray | np.generic):
        lengths = _check_slice(node, x.shape, begin, size)
        stops = [int(b) + n for b, n in zip(begin, lengths, strict=True)]
        return x if tuple(lengths) == x.shape else lax.slice(x, begin.tolist(), stops)
    lengths = [n if s == -1 and n == -1 else int(s) for s, n in zip(size, x.shape, strict=True)]
    if -1 in lengths:
        raise errors.InvalidArgumentError(
            None, node, "a size of -1 needs a begin that is known when the program is compiled"
        )
    starts = [lax.index_in_dim(begin, i, keepdims=False) for i in range(x.ndim)]
    _demand(
        node,
        lambda begin: _check_slice(node, x.shape, begin, size),
        begin,
        [(0, n - k + 1) for n, k in zip(x.shape, lengths, strict=True)],
    )
    return lax.dynamic_slice(x, starts, lengths)


def _demand(node, explain, begin, ranges: list[tuple]) -> None:
    """Demands that each entry of ``begin`` is in its range."""

    def failed(begin):
        found = None
        for i, (low, high) in enumerate(ranges):
            if high is not None:
                b = lax.index_in_dim(begin, i, keepdims=False)
                number = np.dtype(b.dtype).type
                wrong = lax.bitwise_or(lax.lt(b, number(low)), lax.ge(b, number(high)))
                found = wrong if found is None else lax.bitwise_or(found, wrong)
        return found

    if any(high is not None for _, high in ranges):
        require(node, explain, failed, begin, ranges=tuple(ranges))


# ---------------------------------------------------------------------- StridedSlice


class Spec(NamedTuple):
    """An expanded specification."""

    # Per axis of x: its place in begin, end and strides; None: the axis is taken as a whole.
    entries: list[int | None]
    # Per axis of the result: the axis of x, or None for a new one.
    result: list[int | None]
    shrunk: set[int]  # the axes of x that are dropped: x[i]
    begin_masked: set[int]
    end_masked: set[int]


def expand(node, rank: int, length: int) -> Spec:
    """Gives each axis of a tensor its entry in a specification of ``length`` entries."""
    a = node.attrs
    ellipsis, new_axis, shrink = a["ellipsis_mask"], a["new_axis_mask"], a["shrink_axis_mask"]
    if ellipsis & (ellipsis - 1):
        raise ShapeError("Multiple ellipses in slice spec not allowed")
    after = 0
    if ellipsis:
        at = ellipsis.bit_length() - 1
        after = sum(bool(new_axis & 1 << i) for i in range(at + 1, length))
    else:  # one stands at the end
        ellipsis = 1 << length
        length += 1
    spec = Spec([], [], set(), set(), set())
    for i in range(length):
        bit = 1 << i
        axis = len(spec.entries)
        if ellipsis & bit:
            stop = min(rank - (length - i) + 1 + after, rank)
            for j in range(axis, stop):
                spec.entries.append(None)
                spec.result.append(j)
                spec.begin_masked.add(j)
                spec.end_masked.add(j)
        elif new_axis & bit:
            spec.result.append(None)
        else:
            if axis == rank:
                if rank == 0:
                    raise ShapeError("Attempting to slice scalar input.")
                raise ShapeError(
                    f"Index out of range using input dim {axis}; input has only {rank} dims"
                )
            spec.entries.append(i)
            if a["begin_mask"] & bit:
                spec.begin_masked.add(axis)
            if a["end_mask"] & bit:
                spec.end_masked.add(axis)
            if shrink & bit:
                spec.shrunk.add(axis)
            else:
                spec.result.append(axis)
    return spec


def _bounds(spec: Spec, axis: int, length: int, begin: int, end: int, stride: int, fail):
    """``(start, count)`` of the positions taken on an axis of known length.

    ``begin`` and ``end`` do not matter where they are masked.
    """
    if axis in spec.shrunk:
        start = begin + length if begin < 0 else begin
        if not 0 <= start < length:
            raise fail(f"slice index {start} of dimension {axis} out of bounds.")
        return start, 1
    low, high = (0, length) if stride > 0 else (-1, length - 1)

    def clamp(i: int) -> int:
        return min(max(i + length if i < 0 else i, low), high)

    first, last = (low, high) if stride > 0 else (high, low)
    start = first if axis in spec.begin_masked else clamp(begin)
    stop = last if axis in spec.end_masked else clamp(end)
    return start, max(0, -(-(stop - start) // stride))


def _whole(spec: Spec, axis: int) -> bool:
    return axis in spec.begin_masked and axis in spec.end_masked


def _check_strides(spec: Spec, strides, fail) -> None:
    for axis, i in enumerate(spec.entries):
        if i is None:
            continue
        if strides[i] == 0:
            raise fail(f"strides[{axis}] must be non-zero")
        if axis in spec.shrunk and strides[i] <= 0:
            raise fail("only stride 1 allowed on non-range indexing.")


def _strided_slice_shape(node, x: Shape, begin: Shape, end: Shape, strides: Shape) -> Shape:
    length = merge(merge(with_rank(begin, 1), with_rank(end, 1)), with_rank(strides, 1))[0]
    steps = known_value(node.inputs[3])
    if x is None or length is None or steps is None:
        return None
    spec = expand(node, len(x), length)
    _check_strides(spec, steps, ShapeError)
    starts, stops = known_value(node.inputs[1]), known_value(node.inputs[2])
    lengths: list[int | None] = []
    for axis, (n, i) in enumerate(zip(x, spec.entries, strict=True)):
        if i is None:
            lengths.append(n)
        elif n is None:
            lengths.append(None)
        elif starts is not None and stops is not None:
            bounds = int(starts[i]), int(stops[i]), int(steps[i])
            lengths.append(_bounds(spec, axis, n, *bounds, ShapeError)[1])
        elif _whole(spec, axis):
            lengths.append(_bounds(spec, axis, n, 0, 0, int(steps[i]), ShapeError)[1])
        else:
            lengths.append(None)
    return tuple([1 if axis is None else lengths[axis] for axis in spec.result])


class _Range(NamedTuple):
    """What is taken of one axis.  ``start`` is a number, or a scalar that the program computes."""

    start: Any
    count: int
    stride: int


def _is_number(value) -> bool:
    return isinstance(value, int | np.ndarray | np.generic)


def _ranges(node, shape, begin, end, strides) -> tuple[Spec, list[_Range]]:
    """One range per axis of a tensor of ``shape``.

    ``begin`` and ``end`` may be computed by the program where only an index is taken, ``x[i]``, or
    where the number of elements can be read off the graph, ``x[i:i+2]``; such a range must lie
    inside ``x``, or it is moved there.
    """

    def fail(message: str):
        return errors.InvalidArgumentError(None, node, message)

    try:
        spec = expand(node, len(shape), len(strides))
    except ShapeError as error:
        raise fail(error.message) from None
    _check_strides(spec, strides, fail)
    starts, stops = _entries(node.inputs[1], begin), _entries(node.inputs[2], end)
    ranges = []
    for axis, (n, i) in enumerate(zip(shape, spec.entries, strict=True)):
        if i is None:
            ranges.append(_Range(0, n, 1))
            continue
        stride = int(strides[i])
        b = 0 if axis in spec.begin_masked else starts[i]
        e = 0 if axis in spec.end_masked or axis in spec.shrunk else stops[i]
        if _is_number(b) and _is_number(e):
            ranges.append(_Range(*_bounds(spec, axis, n, int(b), int(e), stride, fail), stride))
            continue
        if axis in spec.shrunk:
            count: int | None = 1
        else:
            count = _difference(node.inputs[1], node.inputs[2], i)
        if count is None or stride != 1 or _is_number(b) or axis in spec.end_masked:
            raise fail(
                f"the slice of dimension {axis} has a length that only the running program knows"
            )
        ranges.append(_Range(b, min(max(count, 0), n), 1))
    return spec, ranges


def _demand_bounds(node, spec: Spec, ranges: list[_Range], shape, begin) -> None:
    """Demands that an index which the program computes is inside ``shape``."""
    wanted: list[tuple] = [(None, None)] * np.shape(begin)[0]
    axes = []
    for axis, (n, i) in enumerate(zip(shape, spec.entries, strict=True)):
        if i is not None and axis in spec.shrunk and not _is_number(ranges[axis].start):
            wanted[i] = (-n, n)
            axes.append((axis, i, n))

    def explain(begin) -> None:
        for axis, i, n in axes:
            start = begin[i] + n if begin[i] < 0 else begin[i]
            if not 0 <= start < n:
                raise invalid(node, f"slice index {start} of dimension {axis} out of bounds.")

    if axes:
        _demand(node, explain, begin, wanted)


def _entries(tensor: Tensor, value) -> list:
    """The entries of ``begin`` or ``end``: numbers as far as possible."""
    if _is_number(value):
        return value.tolist()
    known = partial_entries(tensor) or [None] * value.shape[0]
    return [
        lax.index_in_dim(value, i, keepdims=False) if k is None else k for i, k in enumerate(known)
    ]


def _difference(begin: Tensor, end: Tensor, i: int) -> int | None:
    """``end[i] - begin[i]`` where both are one scalar tensor plus numbers."""
    pair = []
    for t in (begin, end):
        if t.op.type != "Pack" or any(u.dims != () for u in t.op.inputs):
            return None
        pair.append(_base_and_offset(t.op.inputs[i]))
    (base, low), (other, high) = pair
    return high - low if base is other else None


def _base_and_offset(scalar: Tensor) -> tuple[Tensor, int]:
    offset = 0
    while scalar.op.type in ("AddV2", "Add", "Sub", "Identity"):
        if scalar.op.type == "Identity":
            scalar = scalar.op.inputs[0]
            continue
        x, y = scalar.op.inputs
        b = partial_scalar(y)
        if b is not None:
            scalar, offset = x, offset + (-b if scalar.op.type == "Sub" else b)
            continue
        a = partial_scalar(x)
        if a is None or scalar.op.type == "Sub":
            break
        scalar, offset = y, offset + a
    return scalar, offset


def strided_slice_operands(node) -> tuple[int, ...]:
    """Which of begin, end and strides of one ``StridedSlice`` must be numbers when it is compiled.

    The bounds need not be where they only choose an index, ``x[i]``: then a program serves every
    ``i``.
    """
    dims = node.inputs[1].dims
    a = node.attrs
    if dims is None or dims[0] is None:
        return (1, 2, 3)
    known = [partial_entries(t) or [None] * dims[0] for t in node.inputs[1:3]]
    free = a["ellipsis_mask"] | a["new_axis_mask"] | a["shrink_axis_mask"]
    for i in range(dims[0]):
        bit = 1 << i
        if free & bit:
            continue
        for mask, entries in zip((a["begin_mask"], a["end_mask"]), known, strict=True):
            if not mask & bit and entries[i] is None:
                return (1, 2, 3)
    return (3,)


def strided_slice_grad_operands(node) -> tuple[int, ...]:
    """As `strided_slice_operands`, and the shape."""
    return (0, *strided_slice_operands(node))


def _strided_slice_host(node, x, begin, end, strides):
    spec, ranges = _ranges(node, x.shape, begin, end, strides)
    index = tuple(np.s_[: r.count] for r in ranges)
    for axis, r in enumerate(ranges):
        if r.count:
            stop = r.start + r.count * r.stride
            index = (*index[:axis], np.s_[r.start : None if stop < 0 else stop : r.stride],
                     *index[axis + 1 :])  # fmt: skip
    return x[index].reshape([1 if a is None else ranges[a].count for a in spec.result])


@defop(
    "StridedSlice(input: T, begin: Index, end: Index, strides: Index; begin_mask: int = 0, "
    "end_mask: int = 0, ellipsis_mask: int = 0, new_axis_mask: int = 0, shrink_axis_mask: int = 0) "
    "-> output: T",
    Index=(int16, int32, int64),
    shape=_strided_slice_shape,
    host=_strided_slice_host,
    host_inputs=strided_slice_operands,
)
def strided_slice(node, x, begin, end, strides):
    """At most one static slice, one dynamic slice, one reversal and one reshape."""
    spec, ranges = _ranges(node, x.shape, begin, end, strides)
    _demand_bounds(node, spec, ranges, x.shape, begin)
    static = [
        r if _is_number(r.start) else _Range(0, n, 1) for r, n in zip(ranges, x.shape, strict=True)
    ]
    lows, highs, steps = [], [], []
    for r in static:
        last = r.start + (r.count - 1) * r.stride
        low, high = (min(r.start, last), max(r.start, last)) if r.count else (0, -1)
        lows.append(low)
        highs.append(high + 1)
        steps.append(abs(r.stride))
    if any(low or high != n for low, high, n in zip(lows, highs, x.shape, strict=True)) or any(
        s != 1 for s in steps
    ):
        x = lax.slice(x, lows, highs, steps)
    if any(not _is_number(r.start) for r in ranges):
        starts = [0 if _is_number(r.start) else r.start for r in ranges]
        x = lax.dynamic_slice(x, _same_type(starts), [r.count for r in ranges])
    reversed_axes = [i for i, r in enumerate(ranges) if r.stride < 0 and r.count > 1]
    if reversed_axes:
        x = lax.rev(x, reversed_axes)
    shape = tuple([1 if a is None else ranges[a].count for a in spec.result])
    return x if x.shape == shape else lax.reshape(x, shape)


def _same_type(starts: list) -> list:
    """Scalars of one integer type, as a dynamic slice wants them."""
    dtype = np.int64 if any(getattr(s, "dtype", None) == np.int64 for s in starts) else np.int32
    return [
        np.asarray(s, dtype) if _is_number(s) else lax.convert_element_type(s, dtype)
        for s in starts
    ]


def _strided_slice_grad_shape(node, shape: Shape, *rest: Shape) -> Shape:
    entries = partial_entries(node.inputs[0])
    return None if entries is None else tuple(_as_shape(entries))


@defop(
    "StridedSliceGrad(shape: Index, begin: Index, end: Index, strides: Index, dy: T; "
    "begin_mask: int = 0, end_mask: int = 0, ellipsis_mask: int = 0, new_axis_mask: int = 0, "
    "shrink_axis_mask: int = 0) -> output: T",
    Index=INDEX,
    shape=_strided_slice_grad_shape,
    host_inputs=strided_slice_grad_operands,
)
def strided_slice_grad(node, shape, begin, end, strides, dy):
    """``dy`` at the positions of the slice, zero elsewhere: one pad, with gaps for strides."""
    shape = tuple(shape.tolist())
    spec, ranges = _ranges(node, shape, begin, end, strides)
    _demand_bounds(node, spec, ranges, shape, begin)
    counts = tuple([r.count for r in ranges])
    if np.shape(dy) != counts:
        dy = lax.reshape(dy, counts)
    reversed_axes = [i for i, r in enumerate(ranges) if r.stride < 0 and r.count > 1]
    if reversed_axes:
        dy = lax.rev(dy, reversed_axes)
    padding = []
    for r, n in zip(ranges, shape, strict=True):
        if not _is_number(r.start):
            padding.append((0, 0, 0))
            continue
        last = r.start + (r.count - 1) * r.stride
        low, high = (min(r.start, last), max(r.start, last)) if r.count else (0, -1)
        padding.append((low, n - high - 1, abs(r.stride) - 1 if r.count > 1 else 0))
    if any(p != (0, 0, 0) for p in padding):
        dy = lax.pad(dy, np.zeros((), node.outputs[0].dtype.np), padding)
    if all(_is_number(r.start) for r in ranges):
        return dy
    starts = [0 if _is_number(r.start) else r.start for r in ranges]
    zeros = lax.full(shape, 0, node.outputs[0].dtype.np)
    return lax.dynamic_update_slice(zeros, dy, _same_type(starts))
