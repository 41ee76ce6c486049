"""Cosine transforms, frames, windows and short spectra.

Oracles: SciPy's transforms and windows, and sums written out.  Graphs and values of TensorFlow are
in ``golden/signal.json``.
"""

import numpy as np
import pytest
import scipy.fft
import scipy.signal

import tfgrad as tf
from tests.helpers import central_difference
from tfgrad._src.graph.graph import new_graph

X = np.random.default_rng(0).normal(size=(2, 12))


def value(build, *feeds):
    """``build(*tensors)`` at the arrays ``feeds``."""
    with new_graph() as graph:
        return tf.Session(graph=graph).run(build(*[tf.constant(f) for f in feeds]))


@pytest.mark.parametrize(
    ("type_", "norm"),
    [(1, None), (2, None), (3, None), (4, None), (2, "ortho"), (3, "ortho"), (4, "ortho")],
)
@pytest.mark.parametrize("n", [None, 8, 15])
def test_cosine_transforms_agree_with_scipy(type_, norm, n):
    for ours, theirs in ((tf.signal.dct, scipy.fft.dct), (tf.signal.idct, scipy.fft.idct)):
        found = value(lambda x, f=ours: f(x, type=type_, norm=norm, n=n), X)
        factor = 1
        if norm is None and ours is tf.signal.idct:  # scipy's inverse is exact
            length = n or X.shape[1]
            factor = 2 * (length - 1 if type_ == 1 else length)
        np.testing.assert_allclose(found, factor * theirs(X, type_, n, norm=norm), atol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"axis": 0}, NotImplementedError, "axis must be -1. Got: 0"),
        ({"n": 0}, ValueError, "n should be a positive integer or None"),
        ({"type": 5}, ValueError, "Types I, II, III and IV"),
        ({"type": 1, "norm": "ortho"}, ValueError, "not supported for the Type-I DCT"),
        (
            {"norm": "other"},
            ValueError,
            "Unknown normalization. Expected None or 'ortho', got: oth",
        ),
    ],
)
def test_cosine_transform_refuses(arguments, error, message):
    with new_graph(), pytest.raises(error, match=message):
        tf.signal.dct(tf.constant(X), **arguments)


@pytest.mark.parametrize("n", [2, 5, 8])
@pytest.mark.parametrize("name", ["hann", "hamming"])
def test_windows_agree_with_scipy(name, n):
    f = getattr(tf.signal, f"{name}_window")
    found = value(lambda: f(n, dtype=tf.float64))
    # For odd lengths TensorFlow's periodic window is the symmetric one.
    expected = scipy.signal.get_window(name, n, fftbins=n % 2 == 0)
    np.testing.assert_allclose(found, expected, atol=1e-15)
    found = value(lambda: f(n, periodic=False, dtype=tf.float64))
    np.testing.assert_allclose(found, scipy.signal.get_window(name, n, fftbins=False), atol=1e-15)


def test_window_refuses_whole_numbers():
    with new_graph(), pytest.raises(ValueError, match="dtype must be a floating point type"):
        tf.signal.hann_window(4, dtype=tf.int32)


def frames_of(x, length, step):
    starts = range(0, x.shape[-1] - length + 1, step)
    return np.stack([x[..., s : s + length] for s in starts], -2)


@pytest.mark.parametrize(("length", "step"), [(4, 2), (3, 3), (5, 2), (2, 5), (12, 1)])
def test_frames_are_pieces_and_add_up_again(length, step):
    found = value(lambda x: tf.signal.frame(x, length, step), X)
    expected = frames_of(X, length, step)
    np.testing.assert_array_equal(found, expected)
    total = np.zeros((2, (expected.shape[1] - 1) * step + length))
    for i in range(expected.shape[1]):
        total[:, i * step : i * step + length] += expected[:, i]
    found = value(lambda x: tf.signal.overlap_and_add(x, step), expected)
    np.testing.assert_allclose(found, total, atol=1e-14)


def test_short_spectra_agree_with_numpy_and_can_be_inverted():
    x = np.random.default_rng(1).normal(size=(3, 64))
    window = scipy.signal.get_window("hann", 16)

    def build(x):
        y = tf.signal.stft(x, 16, 4)
        window_fn = tf.signal.inverse_stft_window_fn(4)
        return y, tf.signal.inverse_stft(y, 16, 4, window_fn=window_fn)

    y, z = value(build, x)
    np.testing.assert_allclose(y, np.fft.rfft(frames_of(x, 16, 4) * window), atol=1e-12)
    np.testing.assert_allclose(z[:, 16:-16], x[:, 16:-16], atol=1e-12)


def test_modified_cosine_transform_can_be_inverted():
    x = np.random.default_rng(1).normal(size=64)
    for norm in (None, "ortho"):

        def build(x, norm=norm):
            y = tf.signal.mdct(x, 8, norm=norm)
            return y, tf.signal.inverse_mdct(y, norm=norm)

        y, z = value(build, x)
        assert y.shape == (15, 4)
        np.testing.assert_allclose(z[4:-4], x[4:-4], atol=1e-12)
    with new_graph(), pytest.raises(ValueError, match="must be a multiple of 4"):
        tf.signal.mdct(tf.constant(x), 6)


def test_columns_of_the_mel_matrix_are_triangles():
    m = value(lambda: tf.signal.linear_to_mel_weight_matrix(10, 513, dtype=tf.float64))
    assert m.shape == (513, 10)
    assert m.min() == 0
    assert (m.max(0) > 0.9).all()
    between = m[m[:, 0].argmax() + 1 : m[:, -1].argmax()]
    np.testing.assert_allclose(between.sum(1), 1, atol=1e-12)  # neighbours overlap by half


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"num_mel_bins": 0}, "num_mel_bins must be positive. Got: 0"),
        ({"lower_edge_hertz": -1.0}, "lower_edge_hertz must be non-negative. Got: -1.0"),
        ({"lower_edge_hertz": 3900.0}, "lower_edge_hertz 3900.0 >= upper_edge_hertz 3800.0"),
        ({"sample_rate": 0}, "sample_rate must be positive. Got: 0"),
        ({"sample_rate": 7000}, "must not be larger than the Nyquist frequency"),
        ({"dtype": tf.int32}, "dtype must be a floating point type. Got:"),
    ],
)
def test_mel_matrix_refuses(arguments, message):
    with new_graph(), pytest.raises(ValueError, match=message):
        tf.signal.linear_to_mel_weight_matrix(**arguments)


def test_gradient_of_a_spectrogram_agrees_with_central_differences():
    x = np.random.default_rng(1).normal(size=16)
    with new_graph() as graph:
        p = tf.placeholder(tf.float64, [16])
        y = tf.reduce_sum(tf.square(tf.abs(tf.signal.stft(p, 8, 3))) ** 1.5)
        (g,) = tf.gradients(y, p)
        session = tf.Session(graph=graph)
        expected = central_difference(lambda v: session.run(y, {p: v}), x, step=1e-5)
        np.testing.assert_allclose(session.run(g, {p: x}), expected, rtol=1e-6, atol=1e-6)
