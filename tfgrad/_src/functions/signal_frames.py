"""A signal cut into frames that overlap, and put together again."""

import builtins
import math

import numpy as np

from tfgrad._src.functions.cwise_binary import maximum
from tfgrad._src.functions.fill import range as numbers_to
from tfgrad._src.functions.fill import zeros, zeros_like
from tfgrad._src.functions.gather import gather
from tfgrad._src.functions.index import strided_slice
from tfgrad._src.functions.join import concat, split
from tfgrad._src.functions.pad import pad
from tfgrad._src.functions.reduce import reduce_sum
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import rank as rank_of
from tfgrad._src.functions.shape import reshape, transpose
from tfgrad._src.functions.shape import shape as shape_of
from tfgrad._src.functions.shape import size as size_of
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph import errors
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.node import Tensor

# Within a signal's frames: segments first.
_ORDER = np.array([1, 0, 2], np.int32)


def scalar(value, name: str) -> Tensor:
    value = convert_to_tensor(value, name=name)
    value.shape.assert_has_rank(0)
    return value


def known_or_tensor(tensor: Tensor):
    """The value of ``tensor`` if it is known while building, else itself."""
    value = constant_value(tensor)
    return tensor if value is None else value


def _greatest_common_divisor(a: Tensor, b: Tensor) -> Tensor:
    with name_scope(None, "gcd", [a, b]):
        for letter, t in (("a", a), ("b", b)):
            if not t.dtype.is_integer:
                raise ValueError(f"{letter} must be an integer type. Got: {t.dtype}")
        known_a, known_b = constant_value(a), constant_value(b)
        if known_a is None or known_b is None:
            raise errors.UnimplementedError(
                None, None, "tf.signal.frame needs its lengths as numbers: tfgrad has no loop here."
            )
        return convert_to_tensor(math.gcd(int(known_a), int(known_b)))


def _frames_shape(signal: Tensor, frame_length, frame_step, pad_end: bool, axis) -> list | None:
    """The static shape of the frames."""
    length, step, axis = (constant_value(t) for t in (frame_length, frame_step, axis))
    if signal.dims is None:
        return None
    if axis is None:
        return [None] * (len(signal.dims) + 1)
    dims = list(signal.dims)
    count = None
    samples = dims[axis]
    if samples is not None:
        if step is not None and pad_end:
            count = max(0, -(-samples // step))
        elif step is not None and length is not None:
            count = max(0, (samples - length + step) // step)
    return [*dims[:axis], count, length, *dims[axis:][1:]]


def frame(
    signal, frame_length, frame_step, pad_end=False, pad_value=0, axis=-1, name: str | None = None
) -> Tensor:
    """Cuts a signal into pieces of equal length that may overlap.

    ::

        frames[..., i, j, ...] = signal[..., i * frame_step + j, ...]

    Args:
      signal: a tensor of shape ``[..., samples, ...]``.
      frame_length: the length of a frame.
      frame_step: how far the next one starts behind it.
      pad_end: whether the last frames, for which samples are missing, are filled up.
      pad_value: with what.
      axis: the axis of the samples.
      name: the scope of the nodes; default ``"frame"``.

    Returns:
      A tensor of shape ``[..., frames, frame_length, ...]``.

    Raises:
      ValueError: ``frame_length``, ``frame_step``, ``axis`` or ``pad_value`` is no scalar.

    Example:
      >>> tf.Session().run(tf.signal.frame([1, 2, 3, 4, 5], frame_length=3, frame_step=2))
      array([[1, 2, 3],
             [3, 4, 5]], dtype=int32)
    """
    with name_scope(name, "frame", [signal, frame_length, frame_step, pad_value]):
        signal = convert_to_tensor(signal, name="signal")
        frame_length = convert_to_tensor(frame_length, name="frame_length")
        frame_step = convert_to_tensor(frame_step, name="frame_step")
        axis = convert_to_tensor(axis, name="axis")
        signal.shape.with_rank_at_least(1)
        for t in (frame_length, frame_step, axis):
            t.shape.assert_has_rank(0)
        static = _frames_shape(signal, frame_length, frame_step, pad_end, axis)

        dims = shape_of(signal)
        known_dims, known_axis = constant_value(dims), constant_value(axis)
        axis = axis if known_axis is None else known_axis
        if known_dims is not None and known_axis is not None:
            dims = known_dims
            axis = builtins.range(len(dims))[axis]
            outer, samples, inner = np.split(dims, [axis, axis + 1])
            samples = samples.item()
        else:
            dims = dims if known_dims is None else known_dims
            count = rank_of(signal)
            axis = numbers_to(count)[axis]
            outer, samples, inner = split(dims, [axis, 1, count - 1 - axis])
            samples = reshape(samples, [])
        number_outer, number_inner = size_of(outer), size_of(inner)

        if pad_end:
            pad_value = convert_to_tensor(pad_value, dtype=signal.dtype)
            pad_value.shape.assert_has_rank(0)
            frames = -(-samples // frame_step)
            missing = maximum(0, frame_length + frame_step * (frames - 1) - samples)
            paddings = concat(
                [
                    zeros([number_outer, 2], dtype=missing.dtype),
                    convert_to_tensor([[0, missing]]),
                    zeros([number_inner, 2], dtype=missing.dtype),
                ],
                0,
            )
            signal = pad(signal, paddings, constant_values=pad_value)
            dims = shape_of(signal)
            samples = dims[axis]
        else:
            frames = maximum(
                constant(0, dtype=frame_length.dtype), 1 + (samples - frame_length) // frame_step
            )

        # Pieces that frames and steps are made of: the frames then are rows of a gather.
        piece = known_or_tensor(_greatest_common_divisor(frame_length, frame_step))
        per_frame, per_step = frame_length // piece, frame_step // piece
        pieces = samples // piece
        used = concat([outer, [pieces * piece], inner], 0)
        cut = concat([outer, [pieces, piece], inner], 0)
        parts = reshape(strided_slice(signal, zeros_like(dims), used), cut)
        first = reshape(numbers_to(frames, dtype=frame_length.dtype) * per_step, [frames, 1])
        next_ = reshape(numbers_to(per_frame, dtype=frame_length.dtype), [1, per_frame])
        chosen = first + next_
        outer = convert_to_tensor(outer)
        inner = convert_to_tensor(inner, dtype=outer.dtype)
        middle = convert_to_tensor([frames, frame_length], dtype=outer.dtype)
        result = reshape(gather(parts, chosen, axis=axis), concat([outer, middle, inner], 0))
        if static:
            result.set_shape(static)
        return result


def overlap_and_add(signal, frame_step, name: str | None = None) -> Tensor:
    """Puts frames together, adding where they overlap: the transpose of `tf.signal.frame`.

    ::

        result[..., t] = sum over i of signal[..., i, t - i * frame_step]

    Args:
      signal: frames, of shape ``[..., frames, frame_length]``.
      frame_step: how far the next frame starts behind one.
      name: the scope of the nodes; default ``"overlap_and_add"``.

    Returns:
      A tensor of shape ``[..., (frames - 1) * frame_step + frame_length]``.

    Raises:
      ValueError: ``signal`` has fewer than two axes, or ``frame_step`` is no whole number.

    Example:
      >>> tf.Session().run(tf.signal.overlap_and_add([[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]], 2))
      array([1., 1., 3., 2., 2.], dtype=float32)
    """
    with name_scope(name, "overlap_and_add", [signal, frame_step]):
        signal = convert_to_tensor(signal, name="signal")
        signal.shape.with_rank_at_least(2)
        frame_step = scalar(frame_step, "frame_step")
        if not frame_step.dtype.is_integer:
            raise ValueError(f"frame_step must be an integer. Got {frame_step.dtype}")
        known_step = constant_value(frame_step)
        step = frame_step if known_step is None else known_step
        dims = known_or_tensor(shape_of(signal))
        outer = dims[:-2]
        outer_rank = known_or_tensor(size_of(outer))
        frame_length, frames = dims[-1], dims[-2]
        length = frame_length + step * (frames - 1)

        if (
            known_step is not None
            and signal.dims is not None
            and known_step == signal.dims[-1]  # without overlap
        ):
            return reshape(signal, concat([outer, [length]], 0), name="fast_path")

        # Each frame is cut into segments of one step.  With as many frames of zeros behind them
        # as there are segments, and read by segments first, the segment s of frame i stands in row
        # s at i + s: a reshape to rows that are one frame shorter shifts row s by s.
        segments = -(-frame_length // step)
        paddings = [[0, segments], [0, segments * step - frame_length]]
        paddings = concat([zeros([outer_rank, 2], dtype=dt.int32), paddings], 0)
        signal = pad(signal, paddings)
        signal = reshape(signal, concat([outer, [frames + segments, segments, step]], 0))
        order = known_or_tensor(concat([numbers_to(outer_rank), outer_rank + _ORDER], 0))
        signal = transpose(signal, order)
        signal = reshape(signal, concat([outer, [(frames + segments) * segments, step]], 0))
        signal = signal[..., : (frames + segments - 1) * segments, :]
        signal = reshape(signal, concat([outer, [segments, frames + segments - 1, step]], 0))
        signal = reduce_sum(signal, -3)
        signal = reshape(signal, concat([outer, [(frames + segments - 1) * step]], 0))
        return signal[..., :length]
