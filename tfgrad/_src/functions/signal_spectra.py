"""Spectra of short pieces of a signal, and the signal made of them again."""

import math
from collections.abc import Callable

import numpy as np

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.cwise_binary import maximum, pow
from tfgrad._src.functions.cwise_unary import ceil, log, square
from tfgrad._src.functions.fft import irfft, rfft
from tfgrad._src.functions.fill import zeros, zeros_like
from tfgrad._src.functions.index import reverse
from tfgrad._src.functions.join import concat, split
from tfgrad._src.functions.pad import pad
from tfgrad._src.functions.reduce import reduce_sum
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.select import where
from tfgrad._src.functions.shape import rank as rank_of
from tfgrad._src.functions.shape import reshape, tile
from tfgrad._src.functions.shape import shape as shape_of
from tfgrad._src.functions.signal_cosine import dct
from tfgrad._src.functions.signal_frames import frame, overlap_and_add, scalar
from tfgrad._src.functions.signal_windows import hann_window, vorbis_window
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.node import Tensor


def _enclosing_power_of_two(n: Tensor) -> Tensor:
    """The least power of two that is not less than ``n``."""
    known = constant_value(n)
    if known is not None:
        return constant(int(2 ** np.ceil(np.log(known) / np.log(2.0))), n.dtype)
    exponent = ceil(log(cast(n, dt.float32)) / log(2.0))
    return cast(pow(2.0, exponent), n.dtype)


def stft(
    signals, frame_length, frame_step, fft_length=None, window_fn: Callable | None = hann_window,
    pad_end=False, name: str | None = None,
) -> Tensor:  # fmt: skip
    """The short-time Fourier transform: the spectrum of each frame, times a window.

    Args:
      signals: real numbers, of shape ``[..., samples]``.
      frame_length: the length of a frame.
      frame_step: how far the next one starts behind it.
      fft_length: the length ``N`` of the transforms; default the least power of two that is not
        below ``frame_length``.
      window_fn: ``f(frame_length, dtype=...)`` that gives the weights; None for none.
      pad_end: whether the last frames are filled up with zeros.
      name: the scope of the nodes; default ``"stft"``.

    Returns:
      Complex numbers of shape ``[..., frames, N // 2 + 1]``.

    Raises:
      ValueError: a length is no scalar.

    Example:
      >>> x = tf.ones([8])
      >>> tf.Session().run(tf.signal.stft(x, frame_length=4, frame_step=4)).real
      array([[ 2., -1.,  0.],
             [ 2., -1.,  0.]], dtype=float32)
    """
    with name_scope(name, "stft", [signals, frame_length, frame_step]):
        signals = convert_to_tensor(signals, name="signals")
        signals.shape.with_rank_at_least(1)
        frame_length = scalar(frame_length, "frame_length")
        frame_step = scalar(frame_step, "frame_step")
        if fft_length is None:
            fft_length = _enclosing_power_of_two(frame_length)
        else:
            fft_length = convert_to_tensor(fft_length, name="fft_length")
        frames = frame(signals, frame_length, frame_step, pad_end=pad_end)
        if window_fn is not None:
            frames *= window_fn(frame_length, dtype=frames.dtype)
        return rfft(frames, [fft_length])


def inverse_stft_window_fn(
    frame_step, forward_window_fn: Callable = hann_window, name: str | None = None
) -> Callable:
    """The window with which `tf.signal.inverse_stft` gives back the signal.

    Args:
      frame_step: that of the transform.
      forward_window_fn: the window function of the transform.
      name: the scope of the nodes; default ``"inverse_stft_window_fn"``.

    Returns:
      A function ``f(frame_length, dtype)``: the forward window, divided at each sample by the sum
      of the squares of all weights that the sample gets.
    """

    def inverse_window(frame_length, dtype) -> Tensor:
        with name_scope(name, "inverse_stft_window_fn", [forward_window_fn]):
            step = scalar(frame_step, "frame_step")
            length = scalar(frame_length, "frame_length")
            window = forward_window_fn(length, dtype=dtype)
            total = square(window)
            overlaps = -(-length // step)
            total = pad(total, [(0, overlaps * step - length)])
            total = reshape(total, [overlaps, step])
            total = reduce_sum(total, 0, keepdims=True)
            total = tile(total, [overlaps, 1])
            total = reshape(total, [overlaps * step])
            total = total[:length]
            never = add_op("Equal", total, 0.0)
            return where(never, zeros_like(window), window / total)

    return inverse_window


def inverse_stft(
    stfts, frame_length, frame_step, fft_length=None, window_fn: Callable | None = hann_window,
    name: str | None = None,
) -> Tensor:  # fmt: skip
    """Puts a signal together from the spectra of its frames.

    Args:
      stfts: spectra, of shape ``[..., frames, N // 2 + 1]``.
      frame_length: the length of a frame.
      frame_step: how far the next one starts behind it.
      fft_length: the length ``N`` of the transforms; default the least power of two that is not
        below ``frame_length``.
      window_fn: ``f(frame_length, dtype=...)``; `tf.signal.inverse_stft_window_fn` gives the one
        that undoes `tf.signal.stft`.  None for none.
      name: the scope of the nodes; default ``"inverse_stft"``.

    Returns:
      Real numbers of shape ``[..., (frames - 1) * frame_step + frame_length]``.

    Raises:
      ValueError: a length is no scalar.

    Example:
      >>> x = tf.constant([0.0, 1.0, 2.0, 3.0, 2.0, 1.0])
      >>> y = tf.signal.inverse_stft(
      ...     tf.signal.stft(x, 4, 1), 4, 1, window_fn=tf.signal.inverse_stft_window_fn(1))
      >>> tf.Session().run(y)[3]  # in the middle, where all windows reach
      3.0
    """
    with name_scope(name, "inverse_stft", [stfts]):
        stfts = convert_to_tensor(stfts, name="stfts")
        stfts.shape.with_rank_at_least(2)
        frame_length = scalar(frame_length, "frame_length")
        frame_step = scalar(frame_step, "frame_step")
        if fft_length is None:
            fft_length = _enclosing_power_of_two(frame_length)
        else:
            fft_length = scalar(fft_length, "fft_length")
        frames = irfft(stfts, [fft_length])
        known = constant_value(frame_length)
        last = frames.dims[-1] if frames.dims else None
        if known is None or frames.dims is None or last is None:
            frames = frames[..., :frame_length]
            rank, dims = rank_of(frames), shape_of(frames)
            missing = [[0, maximum(0, frame_length - dims[-1])]]
            outer = zeros([rank - 1, 2], dtype=frame_length.dtype)
            frames = pad(frames, concat([outer, missing], 0))
        elif last > known:
            frames = frames[..., :known]
        elif last < known:
            frames = pad(frames, [[0, 0]] * (len(frames.dims) - 1) + [[0, known - last]])
        if known is not None and frames.dims is not None:
            frames.set_shape([None] * (len(frames.dims) - 1) + [known])
        if window_fn is not None:
            frames *= window_fn(frame_length, dtype=stfts.dtype.real_dtype)
        return overlap_and_add(frames, frame_step)


def mdct(
    signals, frame_length, window_fn: Callable | None = vorbis_window, pad_end=False, norm=None,
    name: str | None = None,
) -> Tensor:  # fmt: skip
    """The modified discrete cosine transform, of frames that overlap by half.

    Args:
      signals: real numbers, of shape ``[..., samples]``.
      frame_length: the length of a frame, a multiple of 4.
      window_fn: ``f(frame_length, dtype=...)`` that gives the weights; None for ``sqrt(1/2)``.
      pad_end: whether the last frame is filled up with zeros.
      norm: None or ``"ortho"``; see `tf.signal.dct`.
      name: the scope of the nodes; default ``"mdct"``.

    Returns:
      Real numbers of shape ``[..., frames, frame_length // 2]``.

    Raises:
      ValueError: ``frame_length`` is no multiple of 4.
    """
    with name_scope(name, "mdct", [signals, frame_length]):
        signals = convert_to_tensor(signals, name="signals")
        signals.shape.with_rank_at_least(1)
        frame_length = scalar(frame_length, "frame_length")
        known = constant_value(frame_length)
        if known is None:
            frame_step = frame_length // 2
        elif known % 4:
            raise ValueError("The frame length must be a multiple of 4.")
        else:
            frame_step = convert_to_tensor(known // 2, dtype=frame_length.dtype)
        frames = frame(signals, frame_length, frame_step, pad_end=pad_end)
        if window_fn is None:
            frames *= 1.0 / math.sqrt(2)
        else:
            frames *= window_fn(frame_length, dtype=frames.dtype)
        a, b, c, d = split(frames, 4, axis=-1)
        first = -reverse(c, [-1]) - d
        second = a - reverse(b, [-1])
        return dct(concat((first, second), axis=-1), type=4, norm=norm)


def inverse_mdct(
    mdcts, window_fn: Callable | None = vorbis_window, norm=None, name: str | None = None
) -> Tensor:
    """The inverse of `tf.signal.mdct`, but for the first and the last half of a frame.

    Args:
      mdcts: real numbers, of shape ``[..., frames, n]``; ``n`` must be known while building.
      window_fn: the window of the transform.
      norm: that of the transform.
      name: the scope of the nodes; default ``"inverse_mdct"``.

    Returns:
      Real numbers of shape ``[..., (frames + 1) * n]``.
    """
    with name_scope(name, "inverse_mdct", [mdcts]):
        mdcts = convert_to_tensor(mdcts, name="mdcts")
        mdcts.shape.with_rank_at_least(2)
        half = cast(mdcts.shape[-1], dt.int32)
        if norm is None:
            frames = 0.5 / cast(half, mdcts.dtype) * dct(mdcts, type=4)
        else:
            frames = dct(mdcts, type=4, norm="ortho")
        first, second = split(frames, 2, axis=-1)
        parts = (second, -reverse(second, [-1]), -reverse(first, [-1]), -first)
        frames = concat(parts, axis=-1)
        if window_fn is None:
            frames *= 1.0 / math.sqrt(2)
        else:
            frames *= window_fn(2 * half, dtype=mdcts.dtype)
        return overlap_and_add(frames, half)
