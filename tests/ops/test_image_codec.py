"""Image files: every kind of PNG, GIF and BMP file, errors, JPEG where Pillow is there.

Oracles: writers that follow the formats byte by byte; what TensorFlow makes of such files was
compared when the readers were written, and of PNG files is in ``golden/image_boxes.json``.
"""

import struct
import sys
import zlib

import numpy as np
import pytest

import tfgrad as tf
from tests.helpers import run_op
from tfgrad._src.ops import image_files

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
PASSES = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2),
          (1, 0, 2, 1))  # fmt: skip
PALETTE = np.random.default_rng(9).integers(0, 256, (8, 3)).astype(np.uint8)


def filtered(line, above, step, kind):
    """One row as differences."""
    out = [kind]
    for i, x in enumerate(line):
        a = line[i - step] if i >= step else 0
        b = above[i]
        c = above[i - step] if i >= step else 0
        nearest = min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]
        out.append((x - (0, a, b, (a + b) // 2, nearest)[kind]) % 256)
    return bytes(out)


def png(image, kind, depth, draw, interlaced=False, hidden=b""):
    raw = b""
    step = max(1, CHANNELS[kind] * depth // 8)
    for y, x, down, right in PASSES if interlaced else ((0, 0, 1, 1),):
        part = image[y::down, x::right]
        above = None
        for row in part if part.size else ():
            bits = "".join(f"{v:0{depth}b}" for v in row.ravel())
            bits += "0" * (-len(bits) % 8)
            line = [int(bits[i : i + 8], 2) for i in range(0, len(bits), 8)]
            raw += filtered(line, above or [0] * len(line), step, int(draw.integers(5)))
            above = line

    def chunk(name, body):
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    height, width = image.shape[:2]
    data = zlib.compress(raw)
    return b"".join([
        b"\x89PNG\r\n\x1a\n",
        chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlaced)),
        chunk(b"PLTE", PALETTE.tobytes()) if kind == 3 else b"",
        chunk(b"tRNS", hidden) if hidden else b"",
        chunk(b"IDAT", data[:5]),
        chunk(b"IDAT", data[5:]),
        chunk(b"IEND", b""),
    ])  # fmt: skip


def decode(op_type, data, **attrs):
    return run_op(op_type, data, **attrs)


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize(
    ("kind", "depth"),
    [(0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8),
     (4, 8), (4, 16), (6, 8), (6, 16)],
)  # fmt: skip
def test_every_kind_of_png_file(kind, depth, interlaced):
    draw = np.random.default_rng(depth * 7 + kind)
    image = draw.integers(0, min(2**depth, 8 if kind == 3 else 2**depth), (7, 11, CHANNELS[kind]))
    data = png(image, kind, depth, draw, interlaced)
    most = 65535 if depth == 16 else 255
    expected = PALETTE[image[..., 0]] if kind == 3 else image * (most // (2**depth - 1))
    narrow = expected >> 8 if depth == 16 else expected
    np.testing.assert_array_equal(decode("DecodePng", data), narrow)
    wide = expected if depth == 16 else expected.astype(np.int64) * 257
    found = decode("DecodePng", data, dtype=tf.uint16)
    np.testing.assert_array_equal(found, wide)
    assert found.dtype == np.uint16
    found = decode("DecodeImage", data, dtype=tf.float32)
    np.testing.assert_allclose(found, expected / most, rtol=1e-6)
    colours = narrow[..., : -1 if kind in (4, 6) else None]
    if kind in (0, 4):
        colours = np.repeat(colours, 3, 2)
    np.testing.assert_array_equal(decode("DecodePng", data, channels=3), colours)
    np.testing.assert_array_equal(decode("DecodeGif", data), colours[None])
    if kind not in (4, 6):
        opaque = decode("DecodePng", data, channels=4)
        np.testing.assert_array_equal(opaque[..., :3], colours)
        assert (opaque[..., 3] == 255).all()


def test_colours_in_grey():
    image = np.random.default_rng(0).integers(0, 256, (5, 6, 3)).astype(np.uint8)
    data = image_files.write_png(image, -1)
    found = decode("DecodePng", data, channels=1)[..., 0]
    np.testing.assert_allclose(found, image @ [0.299, 0.587, 0.114], atol=1)


def test_transparent_colours():
    draw = np.random.default_rng(1)
    image = draw.integers(0, 8, (4, 5, 1))
    found = decode("DecodePng", png(image, 3, 4, draw, hidden=bytes([0, 100])))
    table = np.array([0, 100, *[255] * 6])
    np.testing.assert_array_equal(found[..., 3], table[image[..., 0]])
    found = decode("DecodePng", png(image, 0, 8, draw, hidden=b"\0\3"), channels=4)
    np.testing.assert_array_equal(found[..., 3] == 0, image[..., 0] == 3)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("shape", [(1, 1), (9, 7), (40, 60)])
def test_png_files_are_read_as_they_were_written(shape, channels, dtype):
    most = np.iinfo(dtype).max
    image = np.random.default_rng(2).integers(0, most, (*shape, channels), dtype, endpoint=True)
    smooth = np.add.outer(np.arange(shape[0]), np.arange(shape[1]))[..., None].repeat(channels, 2)
    for x in (image, smooth.astype(dtype)):
        for compression in (-1, 0, 9):
            data = run_op("EncodePng", x, compression=compression)
            assert zlib.decompress(data[data.index(b"IDAT") + 4 : -16])
            found = decode("DecodePng", data, dtype=tf.as_dtype(dtype))
            np.testing.assert_array_equal(found, x)
    assert run_op("EncodePng", np.stack([image, image])).shape == (2,)


def bmp(image, top_down=False):
    """8 bits: grey."""
    height, width, channels = image.shape
    pixels = image[..., [2, 1, 0, 3][:channels]] if channels > 1 else image
    rows = pixels if top_down else pixels[::-1]
    line = (width * channels + 3) // 4 * 4
    body = b"".join(row.tobytes().ljust(line, b"\7") for row in rows)
    height = -height if top_down else height
    header = struct.pack(
        "<IiiHHIIiiII", 40, width, height, 1, 8 * channels, 0, len(body), 0, 0, 0, 0
    )
    return b"BM" + struct.pack("<IHHI", 54 + len(body), 0, 0, 54) + header + body


@pytest.mark.parametrize("top_down", [False, True])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_bitmaps(channels, top_down):
    image = np.random.default_rng(3).integers(0, 256, (5, 7, channels)).astype(np.uint8)
    data = bmp(image, top_down)
    np.testing.assert_array_equal(decode("DecodeBmp", data), image)
    found = decode("DecodeImage", data, channels=4)
    colours = np.repeat(image, 3, 2) if channels == 1 else image[..., :3]
    np.testing.assert_array_equal(found[..., :3], colours)
    np.testing.assert_array_equal(found[..., 3:], image[..., 3:] if channels == 4 else 255)
    np.testing.assert_array_equal(decode("DecodeBmp", data, channels=3), colours)


def packed(numbers, bits):
    """By Lempel, Ziv and Welch's method."""
    clear = 1 << bits
    out, have, number = [], 0, 0

    def emit(code, width):
        nonlocal have, number
        number |= code << have
        have += width
        while have >= 8:
            out.append(number & 255)
            number >>= 8
            have -= 8

    table, width, known = {}, bits + 1, b""
    emit(clear, width)
    table = {bytes([k]): k for k in range(clear)}
    for value in numbers:
        longer = known + bytes([value])
        if longer in table:
            known = longer
            continue
        emit(table[known], width)
        if len(table) + 2 < 4096:
            table[longer] = len(table) + 2
            width += len(table) + 1 == 1 << width and width < 12
        else:
            emit(clear, width)
            table, width = {bytes([k]): k for k in range(clear)}, bits + 1
        known = bytes([value])
    emit(table[known], width)
    emit(clear + 1, width)
    emit(0, 7)
    data = bytes(out)
    blocks = [data[i : i + 255] for i in range(0, len(data), 255)]
    return bytes([bits]) + b"".join(bytes([len(b)]) + b for b in blocks) + b"\0"


def gif(frames, table, size, interlaced=False):
    """Frames are ``(left, top, numbers, transparent number or None)``."""
    bits = len(table).bit_length() - 1
    data = b"GIF89a" + struct.pack("<HHBBB", *size, 0x80 | (bits - 1), 0, 0) + table.tobytes()
    for left, top, numbers, hidden in frames:
        if hidden is not None:
            data += b"\x21\xf9\x04\x01\0\0" + bytes([hidden]) + b"\0"
        data += b"\x21\xfe\3abc\0"  # a remark
        rows, columns = numbers.shape
        data += b"," + struct.pack("<HHHHB", left, top, columns, rows, 0x40 * interlaced)
        if interlaced:
            order = [*range(0, rows, 8), *range(4, rows, 8), *range(2, rows, 4), *range(1, rows, 2)]
            numbers = numbers[order]
        data += packed(numbers.ravel().tolist(), max(2, bits))
    return data + b";"


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("bits", [1, 3, 8])
def test_gif_files(bits, interlaced):
    draw = np.random.default_rng(bits)
    table = draw.integers(0, 256, (1 << bits, 3)).astype(np.uint8)
    first = draw.integers(0, 1 << bits, (90, 110))
    second = draw.integers(0, 1 << bits, (20, 30))
    data = gif([(0, 0, first, None), (5, 7, second, 1)], table, (110, 90), interlaced)
    expected = np.stack([table[first]] * 2)
    part = expected[1, 7:27, 5:35]
    part[second != 1] = table[second][second != 1]
    np.testing.assert_array_equal(decode("DecodeGif", data), expected)
    np.testing.assert_array_equal(decode("DecodeImage", data), expected)
    found = decode("DecodeImage", data, expand_animations=False)
    np.testing.assert_array_equal(found, expected[0])
    with pytest.raises(tf.errors.InvalidArgumentError, match="Got 2 frames, but animated gifs"):
        decode("DecodePng", data)
    np.testing.assert_array_equal(decode("DecodeGif", data[:-40]), expected[:1])  # cut short


PNG = image_files.write_png(np.zeros((2, 3, 3), np.uint8), -1)


@pytest.mark.parametrize(
    ("op_type", "data", "message"),
    [
        ("DecodePng", b"", "Input is empty."),
        ("DecodePng", b"abcdef", "Unknown image file format. One of JPEG"),
        ("DecodePng", PNG[:20], "Invalid PNG. Failed to initialize decoder."),
        ("DecodePng", PNG[:50], "Invalid PNG data, size 50"),
        ("DecodePng", b"BMabc", "Trying to decode BMP format using a wrong op"),
        ("DecodeBmp", b"BMabc", "Incomplete bmp content, requires at least 32 bytes"),
        ("DecodeBmp", PNG, "Trying to decode PNG format using DecodeBmp op. Use `decode_png`"),
        ("DecodeBmp", bmp(np.zeros((2, 2, 3), np.uint8))[:-3], "but they differ by -3"),
        ("DecodeGif", b"GIF89a", "failed to open gif file: No screen descriptor detected"),
        ("ExtractJpegShape", PNG, f"Invalid JPEG data, size {len(PNG)}"),
    ],
)
def test_what_is_no_such_file_raises_when_run(op_type, data, message):
    with pytest.raises(tf.errors.InvalidArgumentError) as found:
        decode(op_type, data)
    assert message in str(found.value)


@pytest.mark.parametrize(
    ("op_type", "attrs", "message"),
    [
        ("DecodePng", {"channels": 2}, "`channels` must be 0, 1, 3 or 4 but got 2"),
        ("EncodePng", {"compression": 10}, r"compression should be in \[-1,9\], got 10"),
        ("EncodeJpeg", {"quality": 101}, r"quality must be in \[0,100\], got 101"),
        ("EncodeJpeg", {"format": "grayscale"}, r"format grayscale expects 1 channels, got \[2"),
    ],
)
def test_wrong_attributes_raise_when_run(op_type, attrs, message):
    value = PNG if op_type.startswith("Decode") else np.zeros((2, 3, 3), np.uint8)
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        run_op(op_type, value, **attrs)


def test_static_shapes():
    data = tf.placeholder(tf.string, [])
    image = tf.image
    assert image.decode_png(data).dims == (None, None, None)
    assert image.decode_jpeg(data, channels=3).dims == (None, None, 3)
    assert image.decode_gif(data).dims == (None, None, None, 3)
    assert image.decode_image(data).dims is None
    assert image.decode_image(data, 3, expand_animations=False).dims == (None, None, 3)
    assert image.decode_and_crop_jpeg(data, [1, 2, 3, 4]).dims == (3, 4, None)
    assert image.extract_jpeg_shape(data).dims == (3,)
    with pytest.raises(ValueError, match="Shape must be rank 0 but is rank 1"):
        image.decode_png(tf.placeholder(tf.string, [2]))
    with pytest.raises(ValueError, match="channels must be non-negative, got -1"):
        image.decode_png(data, channels=-1)
    assert image.encode_png(tf.zeros([4, 2, 3, 3], tf.uint8)).dims == (4,)


def test_jpeg_without_pillow_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    for op_type in ("EncodeJpeg", "DecodeJpeg"):
        value = np.zeros((2, 3, 3), np.uint8) if op_type[0] == "E" else b"\xff\xd8\xff\xe0"
        with pytest.raises(tf.errors.UnimplementedError, match=r"pip install tfgrad\[image\]"):
            run_op(op_type, value)


def test_size_of_a_jpeg_file():
    start = b"\xff\xd8\xff\xe0\0\4ab\xff\xff\xc4\0\3x\xff\xc2\0\x0b\x08\0\x10\0\x20\x03"
    assert run_op("ExtractJpegShape", start + bytes(9)).tolist() == [16, 32, 3]


def test_jpeg_files():
    pytest.importorskip("PIL")
    y, x = np.mgrid[:48, :64]
    image = np.stack([y * 4, x * 3, x + y], -1).astype(np.uint8)
    data = run_op("EncodeJpeg", image, quality=95)
    assert run_op("ExtractJpegShape", data).tolist() == [48, 64, 3]
    found = run_op("DecodeJpeg", data)
    np.testing.assert_allclose(found, image, atol=12)  # with loss
    np.testing.assert_array_equal(run_op("DecodeImage", data), found)
    np.testing.assert_array_equal(run_op("DecodeGif", data), found[None])
    assert run_op("DecodeJpeg", data, ratio=2).shape == (24, 32, 3)
    grey = run_op("DecodeJpeg", data, channels=1)
    np.testing.assert_allclose(grey[..., 0], image @ [0.299, 0.587, 0.114], atol=8)
    part = run_op("DecodeAndCropJpeg", data, np.array([8, 16, 10, 20], np.int32))
    np.testing.assert_array_equal(part, found[8:18, 16:36])
    small = run_op("EncodeJpegVariableQuality", image, np.int32(5))
    assert len(small) < len(data)
    single = run_op("EncodeJpeg", image[..., :1], format="grayscale", progressive=True)
    assert run_op("DecodeJpeg", single).shape == (48, 64, 1)
    with pytest.raises(tf.errors.InvalidArgumentError, match="jpeg::Uncompress failed"):
        run_op("DecodeJpeg", data[:40])
