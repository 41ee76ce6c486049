"""Cases of sound, for TensorFlow and tfgrad alike."""

import struct

import numpy as np

RNG = np.random.default_rng(5)
SOUND = (RNG.normal(size=(23, 2)) * 0.5).astype(np.float32)


def _audio_ops(tf):
    if hasattr(tf, "contrib"):
        from tfgrad.contrib.framework.python.ops import audio_ops

        return audio_ops
    from tensorflow.python.ops import gen_audio_ops

    return gen_audio_ops


def wave(channels=1, rate=8000, bits=16, kind=1, data=None, extra=b"", size=16) -> bytes:
    """A file, with a chunk ``extra`` before the samples."""
    if data is None:
        data = np.array([0, 1, 32767, -32768], "<i2").tobytes()
    head = struct.pack(
        "<HHIIHH", kind, channels, rate, rate * channels * bits // 8, channels * bits // 8, bits
    ) + b"\0" * (size - 16)
    body = b"WAVEfmt " + struct.pack("<I", size) + head + extra
    body += b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


FILES = {
    "plain": wave(),
    "stereo": wave(2, 44100),
    "another_chunk": wave(extra=b"LIST" + struct.pack("<I", 3) + b"abc"),
    "longer_format": wave(size=18),
    "empty": wave(data=b""),
    "bits": wave(bits=8),
    "not_pcm": wave(kind=3),
    "format_size": wave(size=40),
    "no_channels": wave(0),
    "cut": wave()[:-3],
    "not_riff": b"RIFX",
    "no_data": wave().split(b"data")[0],
}


def _decoded(data: bytes, shape=(), **options):
    def build(tf):
        x = tf.placeholder(tf.string, shape, name="x")
        audio, rate = tf.audio.decode_wav(x, **options)
        return {"audio": audio, "rate": rate}, {x: np.array(data, object)}

    return build


def _encoded(audio, rate=8000, shape=(None, None)):
    def build(tf):
        x = tf.placeholder(tf.float32, shape, name="x")
        file = tf.audio.encode_wav(x, rate)
        return {"size": tf.strings.length(file), "bytes": tf.decode_raw(file, tf.uint8)}, {x: audio}

    return build


def _spectrogram(window, stride, shape=None, squared=False, sound=SOUND):
    def build(tf):
        x = tf.placeholder(tf.float32, shape, name="x")
        y = _audio_ops(tf).audio_spectrogram(x, window, stride, magnitude_squared=squared)
        return {"y": y}, {x: sound}

    return build


SQUARES = (np.abs(RNG.normal(size=(2, 3, 33))) * 10).astype(np.float32)


def _mfcc(rate=8000, shape=None, squares=SQUARES, **options):
    def build(tf):
        x = tf.placeholder(tf.float32, shape, name="x")
        return {"y": _audio_ops(tf).mfcc(x, rate, **options)}, {x: squares}

    return build


def mfcc_of_a_file(tf):
    ops = _audio_ops(tf)
    sound = np.sin(np.arange(1200.0) ** 1.3).astype(np.float32)[:, None] * 0.7
    x = tf.placeholder(tf.float32, [None, 1], name="x")
    audio, rate = ops.decode_wav(ops.encode_wav(x, 16000), desired_channels=1, name="decoded")
    squares = ops.audio_spectrogram(audio, 480, 240, magnitude_squared=True)
    return {"y": ops.mfcc(squares, rate, dct_coefficient_count=10)}, {x: sound}


CASES = {
    **{f"decode_{name}": _decoded(data) for name, data in FILES.items()},
    "decode_unknown": _decoded(FILES["plain"], None),
    "decode_more_channels": _decoded(FILES["stereo"], desired_channels=3),
    "decode_fewer_channels": _decoded(FILES["stereo"], desired_channels=1, desired_samples=1),
    "decode_longer": _decoded(FILES["plain"], desired_samples=6, name="named"),
    "encode": _encoded([[0.0, 1.0], [0.5, -1.0], [-0.25, 2.0], [1e-5, -3.0]]),
    "encode_one": _encoded([[0.3287], [-0.5525], [1.5 / 32768], [-2.5 / 32768]], 44100, None),
    "encode_nothing": _encoded(np.zeros((0, 2), np.float32)),
    "encode_no_channels": _encoded(np.zeros((3, 0), np.float32)),
    "encode_no_rate": _encoded([[0.0]], 0),
    "spectrogram": _spectrogram(8, 4),
    "spectrogram_odd": _spectrogram(5, 3, (23, 2), squared=True),
    "spectrogram_gaps": _spectrogram(4, 6, (None, 2)),
    "spectrogram_uneven": _spectrogram(7, 3, (23, None)),
    "spectrogram_two": _spectrogram(2, 1),
    "spectrogram_short": _spectrogram(32, 1, (23, 2)),
    "spectrogram_exact": _spectrogram(23, 1, (23, 2)),
    "mfcc": _mfcc(),
    "mfcc_known": _mfcc(16000, (2, 3, 33), dct_coefficient_count=3, filterbank_channel_count=5),
    "mfcc_range": _mfcc(
        8000, (None, None, None), upper_frequency_limit=3000.0, lower_frequency_limit=100.0,
        filterbank_channel_count=10, dct_coefficient_count=10,
    ),
    "mfcc_too_high": _mfcc(8000, upper_frequency_limit=9000.0),
    "mfcc_no_range": _mfcc(upper_frequency_limit=10.0),
    "mfcc_no_rate": _mfcc(0),
    "mfcc_too_many": _mfcc(dct_coefficient_count=41),
    "mfcc_of_a_file": mfcc_of_a_file,
}  # fmt: skip
