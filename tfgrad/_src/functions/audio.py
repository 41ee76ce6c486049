"""Sound; the op types are in ``ops/audio.py``."""

from typing import NamedTuple

from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Tensor


class _Wave(NamedTuple):
    audio: Tensor
    sample_rate: Tensor


def decode_wav(
    contents, desired_channels: int = -1, desired_samples: int = -1, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """The sound in a WAVE file of 16-bit samples.

    Args:
      contents: the bytes of the file, a scalar.
      desired_channels: as many channels: the last one of the file stands for those that it lacks;
        -1: those of the file.
      desired_samples: as many times: the sound is cut, or filled up with zeros; -1: all.
      name: the name of the node; default ``"DecodeWav"``.

    Returns:
      The sound, ``float32`` in ``[-1, 1)`` of shape ``[samples, channels]``, and the number of
      samples per second, ``int32``.

    Raises:
      tf.errors.InvalidArgumentError: when run, the bytes are no such file.

    Example:
      >>> file = tf.audio.encode_wav([[0.0], [0.5], [-1.0]], 8000)
      >>> sound, rate = tf.audio.decode_wav(file)
      >>> tf.Session().run(sound)[:, 0]
      array([ 0. ,  0.5, -1. ], dtype=float32)
    """
    audio, rate = add_op(
        "DecodeWav", contents, desired_channels=desired_channels, desired_samples=desired_samples,
        name=name,
    )  # fmt: skip
    return _Wave(audio, rate)


def encode_wav(audio, sample_rate, name: str | None = None) -> Tensor:
    r"""A sound as a WAVE file of 16-bit samples.

    Args:
      audio: ``float32`` of shape ``[samples, channels]``; what lies outside ``[-1, 1)`` is cut.
      sample_rate: the number of samples per second, a scalar ``int32``.
      name: the name of the node; default ``"EncodeWav"``.

    Returns:
      The bytes of the file, a scalar.

    Raises:
      tf.errors.InvalidArgumentError: when run, there are no channels, or the rate is not positive.

    Example:
      >>> tf.Session().run(tf.audio.encode_wav([[0.0], [0.5]], 8000))[:12]
      b'RIFF(\x00\x00\x00WAVE'
    """
    return add_op("EncodeWav", audio, sample_rate, name=name)


def audio_spectrogram(
    input, window_size: int, stride: int, magnitude_squared: bool = False, name: str | None = None
) -> Tensor:
    """How strong each frequency is in a sound over time.

    Args:
      input: ``float32`` of shape ``[samples, channels]``.
      window_size: how many samples a frequency is looked for in; at least 2.
      stride: how many samples lie between the beginnings of two windows.
      magnitude_squared: give squares, which costs less.
      name: the name of the node; default ``"AudioSpectrogram"``.

    Returns:
      ``float32`` of shape ``[channels, frames, 1 + m / 2]``: the magnitude of the Fourier transform
      of length ``m``, the least power of two that is not below ``window_size``, of each window,
      weighted by a periodic Hann window.

    Raises:
      ValueError: the window or the stride is too small.

    It has no gradient, as in TensorFlow; `tf.signal.stft` has one.

    Example:
      >>> from tfgrad.contrib.framework.python.ops import audio_ops
      >>> sound = tf.sin(tf.range(16.0) * (3.14159265 / 2))[:, None]
      >>> found = audio_ops.audio_spectrogram(sound, window_size=8, stride=8)
      >>> tf.Session().run(tf.argmax(found, axis=2))
      array([[2, 2]])
    """
    return add_op(
        "AudioSpectrogram", input, window_size=window_size, stride=stride,
        magnitude_squared=magnitude_squared, name=name,
    )  # fmt: skip


def mfcc(
    spectrogram, sample_rate, upper_frequency_limit: float = 4000,
    lower_frequency_limit: float = 20, filterbank_channel_count: int = 40,
    dct_coefficient_count: int = 13, name: str | None = None,
) -> Tensor:  # fmt: skip
    """Mel-frequency cepstral coefficients: what the colour of a sound is recognised by.

    The cosine transform of ``log(sum_f w[f, c] * sqrt(spectrogram[..., f]))``, with triangular
    filters ``w`` that are evenly spaced on the mel scale, ``1127 * log(1 + hertz / 700)``.

    Args:
      spectrogram: squared magnitudes, from `audio_spectrogram` with ``magnitude_squared=True``, of
        shape ``[channels, frames, frequencies]``.
      sample_rate: the number of samples per second of the sound, a scalar ``int32``.
      upper_frequency_limit, lower_frequency_limit: in hertz, the range of the filters.
      filterbank_channel_count: the number of filters.
      dct_coefficient_count: how many coefficients are kept.
      name: the name of the node; default ``"Mfcc"``.

    Returns:
      ``float32`` of shape ``[channels, frames, dct_coefficient_count]``.

    Raises:
      tf.errors.InvalidArgumentError: when run, the range is empty, or there are fewer filters than
        coefficients.

    It has no gradient, as in TensorFlow; `tf.signal.mfccs_from_log_mel_spectrograms` has one.

    Example:
      >>> from tfgrad.contrib.framework.python.ops import audio_ops
      >>> sound = tf.sin(tf.range(512.0))[:, None]
      >>> squares = audio_ops.audio_spectrogram(sound, 256, 128, magnitude_squared=True)
      >>> audio_ops.mfcc(squares, 8000).shape.as_list()
      [1, 3, 13]
    """
    return add_op(
        "Mfcc", spectrogram, sample_rate, upper_frequency_limit=upper_frequency_limit,
        lower_frequency_limit=lower_frequency_limit,
        filterbank_channel_count=filterbank_channel_count,
        dct_coefficient_count=dct_coefficient_count, name=name,
    )  # fmt: skip
