"""Sound: files in the WAVE format, spectrograms, and cepstral coefficients.

Files are read and written between programs.  Spectrograms are computed in float64, as TensorFlow's
kernels do: a frame at a time there, all frames at once here.  None of the ops has a derivative in
TensorFlow; those of ``tf.signal`` have.

Sources: the description of "Multimedia Programming Interface and Data Specifications 1.0" for
files; Davis and Mermelstein (1980) for the coefficients.
"""

import struct

import numpy as np
from jax import lax

from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, with_rank
from tfgrad._src.ops.broadcasting import invalid, shape_list

# ---------------------------------------------------------------------- files

_PCM = 1  # samples are whole numbers
_BITS = 16
_FULL = 32768.0  # the number of 1.0


class _Reader:
    """Takes a file apart from its beginning on."""

    def __init__(self, node, data: bytes):
        self.node = node
        self.data = data
        self.at = 0

    def skip(self, length: int) -> bytes:
        part = self.data[self.at : self.at + length]
        if len(part) < length:
            raise invalid(self.node, "Data too short when trying to read string")
        self.at += length
        return part

    def numbers(self, code: str) -> tuple:
        return struct.unpack(code, self.skip(struct.calcsize(code)))

    def expect(self, text: bytes) -> None:
        found = self.skip(4)
        if found != text:
            shown = found.decode("utf-8", "replace")
            raise invalid(
                self.node, f"Header mismatch: Expected {text.decode()} but found {shown}"
            )  # fmt: skip


def _read_format(node, file: _Reader) -> tuple[int, int, int]:
    """The number of channels, the rate, and the bytes of one time."""
    file.expect(b"RIFF")
    file.skip(4)
    file.expect(b"WAVE")
    file.expect(b"fmt ")
    (size,) = file.numbers("<I")
    if size not in (16, 18):
        raise invalid(node, f"Bad format chunk size for WAV: Expected 16 or 18, but got{size}")
    kind, channels = file.numbers("<HH")
    if kind != _PCM:
        raise invalid(node, f"Bad audio format for WAV: Expected 1 (PCM), but got{kind}")
    if channels < 1:
        raise invalid(
            node, f"Bad number of channels for WAV: Expected at least 1, but got {channels}"
        )
    rate, per_second, per_time, bits = file.numbers("<IIHH")
    if bits != _BITS:
        raise invalid(node, f"Can only read 16-bit WAV files, but received {bits}")
    if per_time != 2 * channels:
        raise invalid(
            node, f"Bad bytes per sample in WAV header: Expected {2 * channels} but got {per_time}"
        )
    if per_second != per_time * rate:
        raise invalid(
            node, f"Bad bytes per second in WAV header: Expected {per_time * rate} but got "
            f"{per_second} (sample_rate={rate}, bytes_per_sample={per_time})"
        )  # fmt: skip
    file.skip(size - 16)
    return channels, rate, per_time


def _decode_wav(node, contents) -> list:
    if contents.ndim:
        raise invalid(node, f"contents must be scalar, got shape {shape_list(contents.shape)}")
    file = _Reader(node, contents.item())
    channels, rate, per_time = _read_format(node, file)
    samples = None
    while file.at < len(file.data):
        name = file.skip(4)
        (size,) = file.numbers("<I")
        if name != b"data":
            file.at += size
            continue
        if samples is not None:
            raise invalid(node, "More than one data chunk found in WAV")
        found = np.frombuffer(file.skip(size // per_time * per_time), "<i2")
        samples = found.reshape(-1, channels)
    if samples is None:
        raise invalid(node, "No data chunk found in WAV")
    audio = samples.astype(np.float32) / np.float32(_FULL)
    wanted = node.attrs["desired_channels"]
    if wanted >= 0:  # the last channel stands for those that are missing
        audio = audio[:, np.minimum(np.arange(wanted), channels - 1)]
    length = node.attrs["desired_samples"]
    if length >= 0:
        audio = np.pad(audio[:length], ((0, max(0, length - len(audio))), (0, 0)))
    return [audio, np.array(rate).astype(np.int32)]


def _decode_wav_shape(node, contents: Shape) -> list:
    with_rank(contents, 0)
    wanted = []
    for what in ("samples", "channels"):
        n = node.attrs[f"desired_{what}"]
        if n < -1:
            raise ShapeError(f"{what} must be non-negative, got {n}")
        wanted.append(None if n == -1 else n)
    return [tuple(wanted), ()]


defop(
    "DecodeWav(contents: string; desired_channels: int = -1, desired_samples: int = -1)"
    " -> audio: float32, sample_rate: int32",
    shape=_decode_wav_shape,
    step=_decode_wav,
)(None)


def _encode_wav(node, audio, rate) -> np.ndarray:
    if audio.ndim != 2:
        raise invalid(node, f"audio must be 2-dimensional{shape_list(audio.shape)}")
    if rate.ndim:
        raise invalid(
            node, "Input sample_rate should be a scalar tensor, got "
            f"{shape_list(rate.shape)} instead."
        )  # fmt: skip
    rate, channels = int(rate), audio.shape[1]
    if rate <= 0:
        raise invalid(node, f"sample_rate must be in (0, 2^32), got: {rate % (1 << 64)}")
    if not 0 < channels < 1 << 16:
        raise invalid(node, f"num_channels must be in (0, 2^16), got: {channels}")
    scaled = np.nan_to_num(audio * np.float32(_FULL), nan=0.0)
    whole = np.copysign(np.floor(np.abs(scaled) + np.float32(0.5)), scaled)  # halves away from zero
    body = np.clip(whole, -_FULL, _FULL - 1).astype("<i2").tobytes()
    per_time = 2 * channels
    result = np.empty((), object)
    result[()] = b"".join([
        b"RIFF", struct.pack("<I", 36 + len(body)), b"WAVEfmt ",
        struct.pack("<IHHIIHH", 16, _PCM, channels, rate, rate * per_time, per_time, _BITS),
        b"data", struct.pack("<I", len(body)), body,
    ])  # fmt: skip
    return result


def _encode_wav_shape(node, audio: Shape, rate: Shape) -> Shape:
    with_rank(audio, 2)
    with_rank(rate, 0)
    return ()


defop(
    "EncodeWav(audio: float32, sample_rate: int32) -> contents: string",
    shape=_encode_wav_shape,
    step=_encode_wav,
)(None)


# ---------------------------------------------------------------------- spectrograms


def _transform_length(window: int) -> int:
    """The least power of two that holds a window."""
    return 1 << (window - 1).bit_length()


def _spectrogram_shape(node, x: Shape) -> Shape:
    length, channels = with_rank(x, 2)
    window, stride = node.attrs["window_size"], node.attrs["stride"]
    if window <= 1:
        raise ShapeError(f"window size must be > 1, got {window}")
    if stride <= 0:
        raise ShapeError(f"stride must be strictly positive, got {stride}")
    frames = None if length is None else max(0, 1 + (length - window) // stride)
    return (channels, frames, 1 + _transform_length(window) // 2)


@defop(
    "AudioSpectrogram(input: float32; window_size: int, stride: int, "
    "magnitude_squared: bool = False) -> spectrogram: float32",
    shape=_spectrogram_shape,
)
def audio_spectrogram(node, x):
    """The magnitudes of the Fourier transforms of windows, weighted by a periodic Hann window."""
    if np.ndim(x) != 2:
        raise invalid(node, f"input must be 2-dimensional{shape_list(np.shape(x))}")
    window, stride = node.attrs["window_size"], node.attrs["stride"]
    size = _transform_length(window)
    length, channels = np.shape(x)
    frames = max(0, 1 + (length - window) // stride)
    if frames == 0 or channels == 0:
        return lax.full((channels, frames, 1 + size // 2), 0, np.float32)
    x = lax.convert_element_type(lax.transpose(x, (1, 0)), np.float64)
    # A window is cut into pieces of the stride: of all frames, a piece is a slice.
    pieces = []
    for start in range(0, window, stride):
        width = min(stride, window - start)
        end = start + (frames - 1) * stride + width
        part = lax.slice(x, (0, start), (channels, end))
        part = lax.pad(part, np.float64(0), ((0, 0, 0), (0, frames * stride - (end - start), 0)))
        part = lax.reshape(part, (channels, frames, stride))
        pieces.append(lax.slice_in_dim(part, 0, width, axis=2))
    rows = lax.concatenate(pieces, 2) if len(pieces) > 1 else pieces[0]
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
    rows = lax.mul(rows, np.broadcast_to(hann, rows.shape))
    rows = lax.pad(rows, np.float64(0), ((0, 0, 0), (0, 0, 0), (0, size - window, 0)))
    found = lax.fft(rows, "RFFT", (size,))
    real, imag = lax.real(found), lax.imag(found)
    squared = lax.add(lax.mul(real, real), lax.mul(imag, imag))
    squared = lax.convert_element_type(squared, np.float32)
    return squared if node.attrs["magnitude_squared"] else lax.sqrt(squared)


# ---------------------------------------------------------------------- coefficients

_FLOOR = 1e-12  # of what the logarithm is taken


def _mel(frequency):
    return 1127.0 * np.log1p(frequency / 700.0)


def _filters(node, count: int, rate: int) -> np.ndarray | None:
    """The weight of each frequency in each channel: triangles that overlap by half.

    None: the upper limit lies above the frequencies that there are.
    """
    attrs = node.attrs
    channels = attrs["filterbank_channel_count"]
    low, high = attrs["lower_frequency_limit"], attrs["upper_frequency_limit"]
    step = 0.5 * rate / (count - 1)
    first, last = int(1.5 + low / step), int(high / step)  # never frequency zero
    if last >= count:
        return None
    spacing = (_mel(high) - _mel(low)) / (channels + 1)
    centers = _mel(low) + spacing * np.arange(1, channels + 2)
    edges = np.concatenate([[_mel(low)], centers])
    place = np.arange(first, last + 1)
    mel = _mel(place * step)
    above = np.minimum(np.searchsorted(centers, mel, "left"), channels)  # first center not below
    weight = (edges[above + 1] - mel) / (edges[above + 1] - edges[above])
    result = np.zeros((count, channels))
    right = above >= 1
    result[place[right], above[right] - 1] += weight[right]
    left = above < channels
    result[place[left], above[left]] += 1 - weight[left]
    return result


def _mfcc_shape(node, spectrogram: Shape, rate: Shape) -> Shape:
    channels, frames, _ = with_rank(spectrogram, 3)
    with_rank(rate, 0)
    return (channels, frames, node.attrs["dct_coefficient_count"])


@defop(
    "Mfcc(spectrogram: float32, sample_rate: int32; upper_frequency_limit: float = 4000.0, "
    "lower_frequency_limit: float = 20.0, filterbank_channel_count: int = 40, "
    "dct_coefficient_count: int = 13) -> output: float32",
    shape=_mfcc_shape,
    host_inputs=("sample_rate",),
)
def mfcc(node, spectrogram, rate):
    """The cosine transform of the logarithm of what passes each filter."""
    attrs = node.attrs
    if np.ndim(spectrogram) != 3:
        raise invalid(node, f"spectrogram must be 3-dimensional{shape_list(np.shape(spectrogram))}")
    if np.ndim(rate):
        raise invalid(
            node, "Input sample_rate should be a scalar tensor, got "
            f"{shape_list(np.shape(rate))} instead."
        )  # fmt: skip
    channels, count = attrs["filterbank_channel_count"], np.shape(spectrogram)[2]
    low, high = attrs["lower_frequency_limit"], attrs["upper_frequency_limit"]
    kept = attrs["dct_coefficient_count"]
    if not (rate > 0 and count >= 2 and 0 <= low < high and 1 <= kept <= channels):
        raise invalid(
            node, f"Mfcc initialization failed for channel count {count}, sample rate {rate} and "
            f"filterbank_channel_count {channels}"
        )  # fmt: skip
    lead = np.shape(spectrogram)[:2]
    filters = _filters(node, count, int(rate))
    if filters is None or 0 in lead:
        return lax.full((*lead, kept), 0, np.float32)
    used = np.flatnonzero(filters.any(axis=1))
    first, end = (int(used[0]), int(used[-1]) + 1) if len(used) else (0, 0)
    rows = lax.slice_in_dim(spectrogram, first, end, axis=2)
    rows = lax.sqrt(lax.convert_element_type(rows, np.float64))

    def product(x, matrix: np.ndarray):
        return lax.dot_general(x, matrix, (((2,), (0,)), ((), ())), precision=lax.Precision.HIGHEST)

    passed = product(rows, filters[first:end])
    passed = lax.log(lax.max(passed, lax.full_like(passed, _FLOOR)))
    angles = np.pi / channels * np.outer(np.arange(channels) + 0.5, np.arange(kept))
    found = product(passed, np.sqrt(2.0 / channels) * np.cos(angles))
    return lax.convert_element_type(found, np.float32)
