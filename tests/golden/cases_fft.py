"""Fourier transforms: graphs, values, first and second derivatives."""

import numpy as np

_DRAW = np.random.default_rng(5)
A = _DRAW.integers(-20, 20, 96).astype(np.float64) / 8
B = _DRAW.integers(-20, 20, 96).astype(np.float64) / 8


def real_values(shape, dtype="float32"):
    return A[: int(np.prod(shape))].reshape(shape).astype(dtype)


def complex_values(shape, dtype="complex64"):
    n = int(np.prod(shape))
    return (A[:n] + 1j * B[:n]).reshape(shape).astype(dtype)


def _grads(tf, y, x, out, order):
    """Of a function that is not linear, so that the second derivative is not zero."""
    loss = tf.reduce_sum(tf.square(tf.abs(y)) if y.dtype.is_complex else y * y * y)
    g = tf.gradients(loss, x)[0]
    out["g"] = g
    if order == 2:
        square = tf.square(tf.abs(g)) if g.dtype.is_complex else g * g
        out["h"] = tf.gradients(tf.reduce_sum(square), x)[0]


def transform(name, true, shape=..., dtype=None, fft_length=None, order=1, placed=False):
    is_real = name.startswith("rfft")
    dtype = dtype or ("float32" if is_real else "complex64")
    values = (real_values if is_real else complex_values)(true, dtype)

    def case(tf):
        x = tf.placeholder(dtype, true if shape is ... else shape, name="x")
        f = getattr(tf.signal, name)
        feeds = {x: values}
        if fft_length is None:
            y = f(x)
        elif placed:
            n = tf.placeholder("int32", [len(fft_length)], name="n")
            feeds[n] = fft_length
            y = f(x, n, name="named")
        else:
            y = f(x, fft_length=fft_length)
        out = {"y": y}
        _grads(tf, y, x, out, order)
        return out, feeds

    return case


def aliases(tf):
    x = tf.constant(complex_values([2, 2, 4]))
    return {
        "fft": tf.fft(x, name="named"),
        "ifft": tf.ifft(x),
        "fft2d": tf.fft2d(x),
        "ifft2d": tf.spectral.ifft2d(x),
        "fft3d": tf.fft3d(x),
        "ifft3d": tf.ifft3d(x),
        "rfft": tf.spectral.rfft([1.0, 2.0, 5.0]),
        "numbers": tf.signal.rfft([1, 2, 5]),
        "irfft": tf.spectral.irfft([1.0, 2.0, 5.0]),
        "empty": tf.signal.fft(tf.zeros([0, 4], tf.complex64)),
        "empty rows": tf.signal.rfft(tf.zeros([0, 4])),
        "no numbers": tf.signal.fft(tf.zeros([2, 0], tf.complex64)),
        "double": tf.signal.rfft(tf.constant([1.0, 3.0, -1.0], tf.float64)),
    }, {}


def three_dimensions(tf):
    x = tf.placeholder("float32", [None, 2, 4], name="x")
    y = tf.signal.rfft3d(x)
    z = tf.signal.irfft3d(y, [2, 3, 5])
    return {"y": y, "z": z, "w": tf.signal.irfft3d(y)}, {x: real_values([2, 2, 4])}


def shifts(shape):
    def case(tf):
        x = tf.placeholder("float32", shape, name="x")
        out = {
            "one": tf.signal.fftshift(x, axes=1),
            "some": tf.signal.fftshift(x, axes=[-1, 0]),
            "back": tf.signal.ifftshift(x, axes=(1,)),
            "last": tf.signal.ifftshift(x, -1, name="named"),
        }
        if shape:
            out["all"] = tf.signal.fftshift(x)
            out["all back"] = tf.signal.ifftshift(x)
        out["g"] = tf.gradients(out["one"] * out["last"], x)[0]
        return out, {x: real_values([2, 5])}

    return case


CASES = {
    "fft": transform("fft", [2, 6], order=2),
    "fft-unknown": transform("fft", [2, 5], None),
    "ifft": transform("ifft", [2, 6], [None, 6]),
    "ifft-unknown": transform("ifft", [5], None, "complex128"),
    "fft2d": transform("fft2d", [2, 3, 4], [2, None, 4]),
    "ifft2d": transform("ifft2d", [3, 4], dtype="complex128"),
    "fft3d": transform("fft3d", [2, 3, 4]),
    "ifft3d": transform("ifft3d", [2, 2, 3, 2], [None, 2, 3, 2]),
    "rfft": transform("rfft", [2, 6], order=2),
    "rfft-dynamic": transform("rfft", [2, 6], [2, None]),
    "rfft-longer": transform("rfft", [2, 6], fft_length=[9]),
    "rfft-length placed": transform("rfft", [2, 6], [2, None], fft_length=[8], placed=True),
    "irfft": transform("irfft", [2, 5]),
    "irfft-odd": transform("irfft", [2, 5], fft_length=[9]),
    "irfft-unknown": transform("irfft", [2, 5], None, "complex128", fft_length=[9]),
    "irfft-length placed": transform("irfft", [2, 5], [None, 5], fft_length=[8], placed=True),
    "rfft2d": transform("rfft2d", [2, 3, 4]),
    "rfft2d-unknown": transform("rfft2d", [2, 3, 5], [None, 3, None], "float64"),
    "irfft2d": transform("irfft2d", [2, 3, 3], fft_length=[3, 5]),
    "irfft2d-unknown": transform("irfft2d", [2, 3, 3], None, fft_length=[3, 4]),
    "rfft3d": three_dimensions,
    "shifts": shifts([2, 5]),
    "shifts-dynamic": shifts([None, 5]),
    "aliases": aliases,
}  # fmt: skip
