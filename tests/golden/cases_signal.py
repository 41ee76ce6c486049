"""Cosine transforms, frames, windows, short spectra: graphs, values, derivatives."""

import numpy as np

A = np.random.default_rng(5).integers(-20, 20, 96).astype(np.float64) / 8


def real_values(shape, dtype="float32"):
    return A[: int(np.prod(shape))].reshape(shape).astype(dtype)


def cosine(type, norm=None, n=None, shape=(2, 6), dtype="float32", inverse=False):
    def case(tf):
        x = tf.placeholder(dtype, shape, name="x")
        f = tf.signal.idct if inverse else tf.signal.dct
        y = f(x, type=type, norm=norm, n=n)
        return {"y": y, "g": tf.gradients(y * y, x)[0]}, {x: real_values([2, 6], dtype)}

    return case


def windows(tf):
    out = {}
    for name in ("hann_window", "hamming_window"):
        f = getattr(tf.signal, name)
        out[name] = f(6)
        out[f"{name} odd"] = f(5, dtype=tf.float64)
        out[f"{name} closed"] = f(6, periodic=False, name="named")
        out[f"{name} 1"] = f(1)
        out[f"{name} half"] = f(4, dtype=tf.float16)
        out[f"{name} tensor"] = f(tf.constant(4), periodic=tf.constant(False))
    return out, {}


def vorbis(tf):
    return {
        "even": tf.signal.vorbis_window(6),
        "odd": tf.signal.vorbis_window(5, dtype=tf.float64, name="named"),
    }, {}


def frames(true, shape, *args, **kwargs):
    def case(tf):
        x = tf.placeholder("float32", shape, name="x")
        y = tf.signal.frame(x, *args, **kwargs)
        g = tf.gradients(y * y, x)[0]
        return {"y": y, "g": g}, {x: real_values(true)}

    return case


def frame_step_tensor(tf):
    x = tf.placeholder("float32", [2, None], name="x")
    length, step = tf.constant(4), tf.constant(6)
    y = tf.signal.frame(x, length, step, pad_end=True, pad_value=2.5)
    return {"y": y}, {x: real_values([2, 9])}


def added(true, shape, step, placed=False):
    def case(tf):
        x = tf.placeholder("float32", shape, name="x")
        feeds = {x: real_values(true)}
        frame_step = step
        if placed:
            frame_step = tf.placeholder("int32", [], name="step")
            feeds[frame_step] = step
        y = tf.signal.overlap_and_add(x, frame_step)
        return {"y": y, "g": tf.gradients(y * y, x)[0]}, feeds

    return case


def spectra(shape, window=True, pad_end=False):
    def case(tf):
        x = tf.placeholder("float32", shape, name="x")
        f = tf.signal.hamming_window if window else None
        y = tf.signal.stft(x, 6, 2, window_fn=f, pad_end=pad_end)
        inverse = tf.signal.inverse_stft_window_fn(2, f) if window else None
        z = tf.signal.inverse_stft(y, 6, 2, window_fn=inverse)
        out = {"y": y, "z": z}
        if window:
            out["g"] = tf.gradients(tf.abs(y), x)[0]
        return out, {x: real_values([2, 12])}

    return case


def modified(norm=None, window=True):
    def case(tf):
        x = tf.placeholder("float32", [2, 16], name="x")
        f = tf.signal.vorbis_window if window else None
        y = tf.signal.mdct(x, 8, window_fn=f, norm=norm)
        z = tf.signal.inverse_mdct(y, window_fn=f, norm=norm)
        return {"y": y, "z": z}, {x: real_values([2, 16])}

    return case


def mel(tf):
    x = tf.placeholder("float32", [None, 6], name="x")
    y = tf.signal.mfccs_from_log_mel_spectrograms(x)
    return {
        "matrix": tf.signal.linear_to_mel_weight_matrix(4, 9, dtype=tf.float64, name="named"),
        "mfcc": y,
    }, {x: real_values([2, 6])}


CASES = {
    "dct1": cosine(1),
    "dct2": cosine(2),
    "dct2-ortho": cosine(2, "ortho", dtype="float64"),
    "dct2-longer": cosine(2, n=9),
    "dct2-dynamic": cosine(2, "ortho", shape=[None, None]),
    "dct3": cosine(3, shape=[None, 6]),
    "dct4-ortho": cosine(4, "ortho"),
    "idct2": cosine(2, "ortho", inverse=True),
    "windows": windows,
    "vorbis": vorbis,
    "frame": frames([2, 9], [2, 9], 4, 2),
    "frame-padded": frames([2, 9], [None, 9], 4, 3, pad_end=True),
    "frame-dynamic": frames([2, 9], [2, None], 3, 3),
    "frame-axis": frames([7, 2], [7, 2], 3, 2, axis=0),
    "frame-step-tensor": frame_step_tensor,
    "overlap": added([2, 3, 5], [2, 3, 5], 2),
    "overlap-none": added([2, 3, 4], [None, 3, 4], 4),
    "overlap-gaps": added([3, 2], [3, 2], 3),
    "overlap-dynamic": added([2, 3, 4], [None, None, 4], 2),
    "stft": spectra([2, 12]),
    "stft-dynamic": spectra([None, None], window=False, pad_end=True),
    "mdct-ortho": modified("ortho", window=False),
    "mel": mel,
}  # fmt: skip
