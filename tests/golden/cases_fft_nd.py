"""Fourier transforms of any number of axes: graphs, as TensorFlow has no kernels for a CPU."""

import numpy as np

R = np.random.default_rng(5).integers(-20, 20, 24).reshape(2, 3, 4).astype(np.float32) / 8
C = (R + 1j * R[::-1]).astype(np.complex64)


def transform(function, x, **kwargs):
    def case(tf):
        t = tf.placeholder(x.dtype, x.shape, name="x")
        return {"y": getattr(tf.signal, function)(t, **kwargs)}, {t: x}

    return case


def raw(tf):
    n, axes = tf.constant([3, 4]), tf.constant([-2, -1])
    r = tf.raw_ops
    return {
        "fft": r.FFTND(input=C, fft_length=n, axes=axes),
        "ifft": r.IFFTND(input=C, fft_length=n, axes=axes),
        "rfft": r.RFFTND(input=R, fft_length=n, axes=axes, Tcomplex=tf.complex64),
        "irfft": r.IRFFTND(input=C, fft_length=[3, 4], axes=axes, Treal=tf.float32),
    }, {}


CASES = {
    "fftnd": transform("fftnd", C),
    "fftnd-two axes": transform("fftnd", C, fft_length=[3, 4], axes=[1, 2]),
    "fftnd-longer": transform("fftnd", C, fft_length=[4, 4], axes=[-2, -1], name="named"),
    "fftnd-shorter": transform("fftnd", C.astype(np.complex128), fft_length=[2], axes=[2]),
    "ifftnd": transform("ifftnd", C),
    "ifftnd-one axis": transform("ifftnd", C, fft_length=[4], axes=[2]),
    "rfftnd": transform("rfftnd", R),
    "rfftnd-double": transform("rfftnd", R.astype(np.float64), fft_length=[5], axes=[-1]),
    "irfftnd": transform("irfftnd", C),
    "irfftnd-lengths": transform("irfftnd", C, fft_length=[3, 5], axes=[1, 2]),
    "raw": raw,
}

for _case in CASES.values():
    _case.is_run = False
