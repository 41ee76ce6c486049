"""The image files that are simple enough to be read and written in numpy: PNG, GIF, BMP.

Each function takes or gives bytes and arrays of shape ``[height, width, channels]``.  Nothing here
knows of graphs.  A file that cannot be read raises `BadFile`.

Sources: the specifications of PNG (ISO 15948), GIF89a and Windows bitmaps.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np


class BadFile(ValueError):
    """The bytes are no such file; the message is TensorFlow's where it has one."""


# ---------------------------------------------------------------------- PNG

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
# Of interlaced files, the seven passes: first row and column, steps down and right.
_PASSES = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2),
           (1, 0, 2, 1))  # fmt: skip


def _chunks(data: bytes) -> dict[bytes, bytes]:
    """The contents by name; those of equal names one after another."""
    found: dict[bytes, list[bytes]] = {}
    at = len(PNG_SIGNATURE)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        name = data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + length]
        if len(body) < length or name == b"IEND":
            break
        found.setdefault(name, []).append(body)
        at += 12 + length
    return {name: b"".join(parts) for name, parts in found.items()}


def _paeth(left, up, corner):
    """Whichever of the three is nearest to ``left + up - corner``."""
    by_left, by_up = np.abs(up - corner), np.abs(left - corner)
    by_corner = np.abs(left + up - 2 * corner)
    return np.where(
        (by_left <= by_up) & (by_left <= by_corner), left, np.where(by_up <= by_corner, up, corner)
    )


def _without_filters(raw: np.ndarray, step: int) -> np.ndarray:
    """The bytes of rows that are stored as differences.

    Args:
      raw: shape ``[rows, 1 + bytes]``; the first byte tells the kind of difference.
      step: how many bytes to the left the left neighbour is.

    An element depends on those to the left and above, so that all elements of a diagonal can be
    computed together.
    """
    kinds = raw[:, 0]
    rows, width = raw.shape[0], (raw.shape[1] - 1) // step
    if kinds.max(initial=0) > 4:
        raise BadFile("Invalid PNG. Failed to read image.")
    cells = raw[:, 1:].reshape(rows, width, step).astype(np.int16)
    if not kinds.any():
        return cells.reshape(rows, -1).astype(np.uint8)
    full = np.zeros((rows + 1, width + 1, step), np.int16)
    if not np.isin(kinds, (0, 1, 2)).all():
        kinds = kinds[:, None]
        for d in range(rows + width - 1):
            y = np.arange(max(0, d - width + 1), min(rows, d + 1))
            x = d - y
            left, up, corner = full[y + 1, x], full[y, x + 1], full[y, x]
            kind = kinds[y]
            guess = np.where(kind == 1, left, np.where(kind == 2, up, 0))
            guess = np.where(kind == 3, (left + up) >> 1, guess)
            guess = np.where(kind == 4, _paeth(left, up, corner), guess)
            full[y + 1, x + 1] = (cells[y, x] + guess) & 255
    else:  # whole rows at once
        for y in range(rows):
            line = cells[y]
            if kinds[y] == 1:
                line = np.cumsum(line, axis=0, dtype=np.int64) & 255
            elif kinds[y] == 2:
                line = (line + full[y, 1:]) & 255
            full[y + 1, 1:] = line
    return full[1:, 1:].reshape(rows, -1).astype(np.uint8)


def _samples(data: np.ndarray, width: int, channels: int, depth: int) -> np.ndarray:
    """Rows of bytes as samples ``[rows, width, channels]`` of ``depth`` bits."""
    rows = len(data)
    if depth == 16:
        wide = data.reshape(rows, width, channels, 2).astype(np.uint16)
        return wide[..., 0] << 8 | wide[..., 1]
    if depth == 8:
        return data.reshape(rows, width, channels)
    bits = np.unpackbits(data, axis=1)[:, : width * channels * depth]
    bits = bits.reshape(rows, width, channels, depth)
    weights = 1 << np.arange(depth - 1, -1, -1)
    return (bits * weights).sum(-1).astype(np.uint8)


def _png_samples(data: bytes) -> tuple[np.ndarray, int, int, dict]:
    """The stored samples, the colour type, the number of bits, and all chunks."""
    chunks = _chunks(data)
    bad = BadFile("Invalid PNG. Failed to initialize decoder.")
    if not data.startswith(PNG_SIGNATURE) or len(chunks.get(b"IHDR", b"")) != 13:
        raise bad
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    if kind not in _CHANNELS or depth not in (1, 2, 4, 8, 16) or not width or not height:
        raise bad
    channels = _CHANNELS[kind]
    incomplete = BadFile(f"Invalid PNG data, size {len(data)}")
    try:
        raw = np.frombuffer(zlib.decompressobj().decompress(chunks.get(b"IDAT", b"")), np.uint8)
    except zlib.error:
        raise incomplete from None
    step = max(1, channels * depth // 8)
    image = np.zeros((height, width, channels), np.uint16 if depth == 16 else np.uint8)
    at = 0
    for y, x, down, right in _PASSES if interlaced else ((0, 0, 1, 1),):
        rows, columns = -(-(height - y) // down), -(-(width - x) // right)
        if rows <= 0 or columns <= 0:
            continue
        line = 1 + -(-columns * channels * depth // 8)
        part = raw[at : at + rows * line]
        if len(part) < rows * line:
            raise incomplete
        at += rows * line
        part = _without_filters(part.reshape(rows, line), step)
        image[y::down, x::right] = _samples(part, columns, channels, depth)
    return image, kind, depth, chunks


def _opacity(image: np.ndarray, kind: int, hidden: bytes, most: int) -> np.ndarray:
    """The fourth channel of a file without one, of the samples as they are stored."""
    if kind == 3:
        table = np.full(256, 255, np.uint8)
        table[: len(hidden)] = np.frombuffer(hidden, np.uint8)[:256]
        return table[image]
    key = np.frombuffer(hidden, ">u2")[: image.shape[2]].astype(image.dtype)
    return np.where((image == key).all(-1, keepdims=True), 0, most).astype(image.dtype)


def _grey(colours: np.ndarray) -> np.ndarray:
    """0.299 red + 0.587 green + 0.114 blue, in whole numbers as libpng computes it."""
    red, green = 9798, 19235
    weights = np.array([red, green, 32768 - red - green], np.int64)
    rounding = 16384 if colours.dtype == np.uint16 else 0
    total = (colours.astype(np.int64) * weights).sum(-1, keepdims=True)
    return ((total + rounding) >> 15).astype(colours.dtype)


def read_png(data: bytes, channels: int, wide: bool) -> np.ndarray:
    """The image in a PNG file.

    Args:
      data: the file.
      channels: 1 to 4, or 0 for as many as the file has.
      wide: gives ``uint16``, else ``uint8``.
    """
    image, kind, depth, chunks = _png_samples(data)
    hidden = chunks.get(b"tRNS")
    has_alpha = kind in (4, 6)
    if channels == 0:
        channels = (4 if hidden is not None else 3) if kind == 3 else image.shape[2]
    most = 65535 if depth == 16 else 255
    alpha = None
    if channels % 2 == 0:
        if has_alpha:
            alpha = image[..., -1:]
        elif hidden is not None:
            alpha = _opacity(image, kind, hidden, most)
        else:
            alpha = np.full((*image.shape[:2], 1), most, image.dtype)
    if kind == 3:
        palette = np.zeros((256, 3), np.uint8)
        entries = np.frombuffer(chunks.get(b"PLTE", b""), np.uint8)
        entries = entries[: len(entries) // 3 * 3].reshape(-1, 3)[:256]
        palette[: len(entries)] = entries
        colours = palette[image[..., 0]]
    else:
        colours = image[..., : 3 if kind in (2, 6) else 1]
        if depth < 8:
            colours = colours * np.uint8(255 // (2**depth - 1))
    if channels < 3 and colours.shape[2] == 3:
        colours = _grey(colours)
    elif channels >= 3 and colours.shape[2] == 1:
        colours = np.repeat(colours, 3, axis=2)
    result = colours if alpha is None else np.concatenate([colours, alpha], axis=2)
    if wide:
        return result if depth == 16 else result.astype(np.uint16) * np.uint16(257)
    return (result >> 8).astype(np.uint8) if depth == 16 else result


def _chunk(name: bytes, body: bytes) -> bytes:
    crc = zlib.crc32(name + body)
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", crc)


def _filtered(rows: np.ndarray, step: int) -> bytes:
    """Rows as differences, each of the kind whose bytes are smallest: they compress best."""
    count, width = rows.shape
    padded = np.zeros((count + 1, width + step), np.int16)
    padded[1:, step:] = rows
    now, left, up = padded[1:, step:], padded[1:, :-step], padded[:-1, step:]
    guesses = [0, left, up, (left + up) >> 1, _paeth(left, up, padded[:-1, :-step])]
    kinds = np.stack([((now - g) & 255).astype(np.uint8) for g in guesses])
    size = np.abs(kinds.view(np.int8).astype(np.int64)).sum(-1)
    best = size.argmin(0)
    chosen = kinds[best, np.arange(count)]
    return np.concatenate([best[:, None].astype(np.uint8), chosen], axis=1).tobytes()


def _compressed(body: bytes, level: int) -> bytes:
    """``body`` compressed as libpng does it: the window is no larger than the data."""
    size, bits = len(body), 15
    while bits > 9 and size <= 16384 and size + 262 <= 1 << (bits - 1):
        bits -= 1
    packer = zlib.compressobj(level, zlib.DEFLATED, bits, 8, zlib.Z_FILTERED)
    data = bytearray(packer.compress(body) + packer.flush())
    window = data[0] >> 4
    while window > 0 and size <= 16384 and size <= 1 << (window + 7):
        window -= 1
    data[0] = (data[0] & 15) | window << 4
    data[1] &= 0xE0
    data[1] += 31 - (data[0] << 8 | data[1]) % 31  # the header is a multiple of 31
    return bytes(data)


def write_png(image: np.ndarray, compression: int) -> bytes:
    """A PNG file of an image of 1 to 4 channels, ``uint8`` or ``uint16``."""
    height, width, channels = image.shape
    depth = image.dtype.itemsize * 8
    rows = np.frombuffer(image.astype(image.dtype.newbyteorder(">")).tobytes(), np.uint8)
    rows = rows.reshape(height, -1)
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    body = _filtered(rows, channels * depth // 8)
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    return b"".join([
        PNG_SIGNATURE,
        _chunk(b"IHDR", header),
        _chunk(b"IDAT", _compressed(body, compression)),
        _chunk(b"IEND", b""),
    ])  # fmt: skip


# ---------------------------------------------------------------------- GIF


def _blocks(data: bytes, at: int) -> tuple[bytes, int]:
    """The contents of the blocks from ``at`` on, and where they end.

    Raises:
      IndexError: the file ends before.
    """
    parts = []
    while data[at]:
        parts.append(data[at + 1 : at + 1 + data[at]])
        at += 1 + data[at]
    return b"".join(parts), at + 1


def _unpacked(data: bytes, bits: int, count: int) -> np.ndarray:
    """``count`` colour numbers that were packed by Lempel, Ziv and Welch's method."""
    clear, end = 1 << bits, (1 << bits) + 1
    start = [bytes([k]) for k in range(clear)] + [b"", b""]
    table = list(start)
    width, last = bits + 1, b""
    out, length = [], 0
    number = have = 0
    for byte in data:
        number |= byte << have
        have += 8
        while have >= width:
            code = number & ((1 << width) - 1)
            number >>= width
            have -= width
            if code == clear:
                table, width, last = list(start), bits + 1, b""
                continue
            if code == end or length >= count:
                have = 0
                break
            if code < len(table):
                entry = table[code]
            elif code == len(table) and last:
                entry = last + last[:1]
            else:
                raise BadFile("Only partially decoding GIF is not possible")
            if last and len(table) < 4096:
                table.append(last + entry[:1])
                if len(table) == 1 << width and width < 12:
                    width += 1
            out.append(entry)
            length += len(entry)
            last = entry
    flat = np.frombuffer(b"".join(out)[:count], np.uint8)
    return np.pad(flat, (0, count - len(flat)))


def _colour_table(data: bytes, at: int, flags: int) -> tuple[np.ndarray | None, int]:
    if not flags & 0x80:
        return None, at
    count = 2 << (flags & 7)
    table = np.frombuffer(data[at : at + 3 * count], np.uint8)
    if len(table) < 3 * count:
        raise IndexError
    return table.reshape(count, 3), at + 3 * count


class _Frame(NamedTuple):
    """A part of the canvas: colour numbers, their colours, and which number is transparent."""

    left: int
    top: int
    numbers: np.ndarray
    colours: np.ndarray
    hidden: int | None


def _frames(data: bytes, at: int, common: np.ndarray | None) -> Iterator[_Frame]:
    """The frames of a GIF file whose blocks begin at ``at``."""
    hidden, number = None, 0
    while data[at] != 0x3B:
        if data[at] == 0x21:
            body, end = _blocks(data, at + 2)
            if data[at + 1] == 0xF9 and len(body) >= 4:
                hidden = body[3] if body[0] & 1 else None
            at = end
            continue
        if data[at] != 0x2C:
            raise IndexError
        if at + 10 > len(data):
            raise IndexError
        left, top, columns, rows, flags = struct.unpack_from("<HHHHB", data, at + 1)
        table, at = _colour_table(data, at + 10, flags)
        table = common if table is None else table
        if table is None:
            raise BadFile(f"missing color map for frame {number}")
        body, end = _blocks(data, at + 1)
        numbers = _unpacked(body, data[at], rows * columns).reshape(rows, columns)
        if flags & 0x40:  # interlaced
            order = [y for first, step in ((0, 8), (4, 8), (2, 4), (1, 2))
                     for y in range(first, rows, step)]  # fmt: skip
            numbers = numbers[np.argsort(order)]
        yield _Frame(left, top, numbers, table, hidden)
        at, hidden, number = end, None, number + 1


def read_gif(data: bytes) -> np.ndarray:
    """The frames of a GIF file, ``uint8`` of shape ``[frames, height, width, 3]``.

    Each frame is painted over the one before, except where it is transparent.  The canvas is as
    high and wide as the greatest frames.  A file that ends too soon gives the frames before.
    """
    size = len(data)
    frames: list[_Frame] = []
    try:
        flags = data[10]
        common, at = _colour_table(data, 13, flags)
    except IndexError:
        raise BadFile(
            f"Invalid GIF data (size {size}), failed to open gif file: "
            "No screen descriptor detected"
        ) from None
    try:
        frames.extend(_frames(data, at, common))
    except IndexError:
        if not frames:
            raise BadFile(
                f"Invalid GIF data (size {size}), failed to slurp gif file: "
                "Failed to read from given file"
            ) from None
    if not frames:
        raise BadFile("gif file does not contain any image")
    height = max(f.numbers.shape[0] for f in frames)
    width = max(f.numbers.shape[1] for f in frames)
    images = np.zeros((len(frames), height, width, 3), np.uint8)
    for k, frame in enumerate(frames):
        if k:
            images[k] = images[k - 1]
        numbers = frame.numbers[: max(0, height - frame.top), : max(0, width - frame.left)]
        shown = numbers != (-1 if frame.hidden is None else frame.hidden)
        if numbers.size and numbers[shown].max(initial=0) >= len(frame.colours):
            raise BadFile(
                f"found color index {numbers[shown].max()} outside of color map range "
                f"{len(frame.colours)}"
            )
        rows, columns = numbers.shape
        part = images[k, frame.top : frame.top + rows, frame.left : frame.left + columns]
        part[shown] = frame.colours[np.minimum(numbers, len(frame.colours) - 1)][shown]
    return images


# ---------------------------------------------------------------------- BMP


def read_bmp(data: bytes, channels: int) -> np.ndarray:
    """The image in an uncompressed bitmap of 8 (grey), 24 or 32 bits per element."""
    if len(data) < 32:
        raise BadFile(
            "Incomplete bmp content, requires at least 32 bytes to find the header size, width, "
            f"height, and bpp, got {len(data)} bytes"
        )
    start, width, height = (struct.unpack_from("<i", data, k)[0] for k in (10, 18, 22))
    (bits,) = struct.unpack_from("<H", data, 28)
    count, rows = bits // 8, abs(height)
    if channels not in (0, 3, 4):
        raise BadFile(f"`channels` must be 0, 3 or 4 for BMP, but got {channels}")
    if count not in (1, 3, 4):
        raise BadFile(f"Number of channels inherent in the image must be 1, 3 or 4, was {count}")
    if width <= 0 or start < 0:
        raise BadFile("Width must be positive")
    line = (bits * width + 31) // 32 * 4
    body = np.frombuffer(data, np.uint8)[start:]
    if len(body) < line * rows:
        raise BadFile(
            "Input size should match (header_size + row_size * abs_height) but they differ by "
            f"{len(data) - start - line * rows}"
        )
    image = body[: line * rows].reshape(rows, line)[:, : width * count]
    image = image.reshape(rows, width, count)
    if height > 0:  # the lowest row comes first
        image = image[::-1]
    if count > 1:
        image = image[..., [2, 1, 0, 3][:count]]
    channels = channels or count
    if count == 1:
        image = np.repeat(image, min(3, channels), axis=2)
    if channels > image.shape[2]:
        image = np.concatenate([image, np.full((rows, width, 1), 255, np.uint8)], axis=2)
    return np.ascontiguousarray(image[..., :channels])


# ---------------------------------------------------------------------- JPEG


def jpeg_shape(data: bytes) -> tuple[int, int, int]:
    """Height, width and number of channels of a JPEG file."""
    at = 2
    while data[:2] == b"\xff\xd8" and at + 9 < len(data):
        if data[at] != 0xFF:
            break
        marker = data[at + 1]
        if marker == 0xFF or 0xD0 <= marker <= 0xD9 or marker == 0x01:
            at += 1 if marker == 0xFF else 2
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width, channels = struct.unpack_from(">HHB", data, at + 5)
            return height, width, channels
        at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    raise BadFile(f"Invalid JPEG data, size {len(data)}")
