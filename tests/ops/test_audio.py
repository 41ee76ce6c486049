"""Sound: files that come back, spectrograms and coefficients against numpy.

What TensorFlow gives is in ``golden/audio.json``.
"""

import io
import wave

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import forget_dims, is_compatible, run_op
from tfgrad._src.graph.graph import new_graph
from tfgrad.contrib.framework.python.ops import audio_ops

RNG = np.random.default_rng(0)


def run(build, feeds=None):
    with new_graph() as graph:
        return tf.Session(graph=graph).run(build(), feeds)


@pytest.mark.parametrize("channels", [1, 2, 5])
def test_files_are_those_of_pythons_own_module(channels):
    whole = RNG.integers(-32768, 32768, (11, channels)).astype("<i2")
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(22050)
        file.writeframes(whole.tobytes())
    sound, rate = run(lambda: tf.audio.decode_wav(out.getvalue()))
    assert rate == 22050
    np.testing.assert_array_equal(sound, whole / np.float32(32768))
    assert run(lambda: tf.audio.encode_wav(sound, 22050)) == out.getvalue()


@given(st.integers(-1, 4), st.integers(-1, 9), st.integers(1, 3))
@settings(max_examples=20, deadline=None)
def test_shape_of_a_file_that_is_read(wanted, length, channels):
    with new_graph() as graph:
        file = tf.audio.encode_wav(tf.zeros([5, channels]), 8000)
        sound = tf.audio.decode_wav(file, wanted, length).audio
        found = tf.Session(graph=graph).run(sound)
    assert is_compatible(sound.dims, found.shape)
    assert found.shape == (5 if length < 0 else length, channels if wanted < 0 else wanted)


def spectrogram(x: np.ndarray, window: int, stride: int) -> np.ndarray:
    size = 1 << (window - 1).bit_length()
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
    starts = range(0, len(x) - window + 1, stride)
    rows = [np.abs(np.fft.rfft(x[i : i + window] * hann[:, None], size, axis=0)).T for i in starts]
    return np.stack(rows, axis=1) if rows else np.zeros((x.shape[1], 0, 1 + size // 2))


@given(st.integers(0, 20), st.integers(0, 2), st.integers(2, 9), st.integers(1, 12))
@settings(max_examples=25, deadline=None)
def test_spectrogram_is_that_of_numpy(length, channels, window, stride):
    x = RNG.normal(size=(length, channels)).astype(np.float32)
    expected = spectrogram(x.astype(np.float64), window, stride)
    found = run_op("AudioSpectrogram", x, window_size=window, stride=stride)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-7)
    found = run_op("AudioSpectrogram", x, window_size=window, stride=stride, magnitude_squared=True)
    np.testing.assert_allclose(found, expected**2, rtol=1e-6, atol=1e-12)


@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_shape_rule_of_a_spectrogram_is_never_contradicted(data):
    shape = (data.draw(st.integers(0, 12)), data.draw(st.integers(1, 3)))
    with new_graph() as graph:
        x = tf.placeholder(tf.float32, data.draw(forget_dims(shape)))
        y = audio_ops.audio_spectrogram(x, 5, data.draw(st.integers(1, 6)))
        found = tf.Session(graph=graph).run(y, {x: np.ones(shape, np.float32)})
    assert is_compatible(y.dims, found.shape)


def mfcc(squares, rate, channels, kept, low, high):
    """By sums over triangles, each between the centres of its neighbours."""
    n = squares.shape[-1]
    mel = lambda f: 1127 * np.log1p(f / 700)  # noqa: E731
    edges = np.linspace(mel(low), mel(high), channels + 2)
    step = rate / 2 / (n - 1)
    out = np.zeros((*squares.shape[:-1], channels))
    for f in range(int(1.5 + low / step), int(high / step) + 1):
        m = mel(f * step)
        for c in range(channels):
            up = (m - edges[c]) / (edges[c + 1] - edges[c])
            down = (edges[c + 2] - m) / (edges[c + 2] - edges[c + 1])
            if edges[c] < m <= edges[c + 2]:
                out[..., c] += min(up, down) * np.sqrt(squares[..., f])
    out = np.log(np.maximum(out, 1e-12))
    k, c = np.arange(kept)[:, None], np.arange(channels)
    return out @ (np.sqrt(2 / channels) * np.cos(np.pi * k * (c + 0.5) / channels)).T


@pytest.mark.parametrize(
    ("rate", "channels", "kept"), [(8000, 40, 13), (16000, 7, 7), (9000, 3, 1)]
)
def test_coefficients_are_those_of_sums(rate, channels, kept):
    squares = RNG.uniform(0.5, 9, (2, 3, 65)).astype(np.float32)
    found = run(
        lambda: audio_ops.mfcc(
            squares, rate, filterbank_channel_count=channels, dct_coefficient_count=kept
        )
    )
    expected = mfcc(squares.astype(np.float64), rate, channels, kept, 20.0, 4000.0)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("op_type", "attrs", "shape", "message"),
    [
        ("AudioSpectrogram", {"window_size": 1, "stride": 1}, [4, 1], "window size must be > 1"),
        ("AudioSpectrogram", {"window_size": 4, "stride": 0}, [4, 1], "stride must be strictly"),
        ("AudioSpectrogram", {"window_size": 4, "stride": 1}, [4], "Shape must be rank 2 but is"),
    ],
)
def test_wrong_spectrogram(op_type, attrs, shape, message):
    with new_graph(), pytest.raises(ValueError, match=message):
        getattr(tf.raw_ops, op_type)(input=tf.zeros(shape), **attrs)


def test_wrong_arguments():
    with new_graph(), pytest.raises(ValueError, match="channels must be non-negative, got -2"):
        tf.audio.decode_wav("", desired_channels=-2)
    with pytest.raises(
        tf.errors.InvalidArgumentError, match="Mfcc initialization failed for chann"
    ):
        run(lambda: audio_ops.mfcc(tf.ones([1, 1, 9]), 0))
    with pytest.raises(tf.errors.InvalidArgumentError, match="Header mismatch: Expected RIFF"):
        run(lambda: tf.audio.decode_wav("RIFX"))


def test_there_is_no_gradient():
    with new_graph():
        x = tf.ones([8, 1])
        with pytest.raises(LookupError, match="AudioSpectrogram"):
            tf.gradients(audio_ops.audio_spectrogram(x, 4, 2), x)
