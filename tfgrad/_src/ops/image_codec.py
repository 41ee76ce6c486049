"""Reading and writing image files.  Every op runs between programs, in numpy.

PNG, GIF and BMP files are read by ``ops/image_files.py``; JPEG and WebP files by Pillow, which is
imported when a file is read or written and is an extra of this package: ``pip install
tfgrad[image]``; JPEG XL files if Pillow has a plugin for them.
"""

import io

import numpy as np

from tfgrad._src.graph import errors
from tfgrad._src.graph.constant_value import known_value
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, with_rank, with_rank_at_least
from tfgrad._src.ops import image_files
from tfgrad._src.ops.broadcasting import invalid, shape_list, types


def _pillow(node, kind: str = "JPEG"):
    """Pillow's module ``Image``."""
    try:
        from PIL import Image
    except ImportError:
        raise errors.UnimplementedError(
            None, node,
            f"{node.type} needs the package Pillow for {kind} files: pip install tfgrad[image]"
        ) from None  # fmt: skip
    return Image


def _as_bytes(value: bytes) -> np.ndarray:
    result = np.empty((), object)
    result[()] = value
    return result


# ---------------------------------------------------------------------- reading


def read_jpeg(node, data: bytes, channels: int, ratio: int) -> np.ndarray:
    """The image in a JPEG file, a ``ratio``-th of its size."""
    if channels == 4:
        raise invalid(node, "JPEG does not support 4 channels")
    image_module = _pillow(node)
    try:
        with image_module.open(io.BytesIO(data)) as image:
            wanted = {1: "L", 3: "RGB"}.get(channels, "L" if image.mode == "L" else "RGB")
            if ratio > 1 or (wanted == "L" and image.mode != "L"):
                # The decoder gives a smaller image, or its brightness, by itself.
                width, height = image.size
                image.draft(wanted, (max(1, width // ratio), max(1, height // ratio)))
            pixels = np.asarray(image.convert(wanted))
    except (OSError, SyntaxError, ValueError):
        raise invalid(node, "jpeg::Uncompress failed. Invalid JPEG data or crop window.") from None
    pixels = pixels if pixels.ndim == 3 else pixels[:, :, None]
    return np.array(pixels)


def read_webp(node, data: bytes, channels: int) -> np.ndarray:
    """The frames in a WebP file, of shape ``[frames, height, width, channels]``."""
    if channels == 1:
        raise invalid(node, "WebP only supports 3 or 4 channels")
    image_module = _pillow(node, "WebP")
    try:
        with image_module.open(io.BytesIO(data), formats=["WEBP"]) as image:
            count = getattr(image, "n_frames", 1)
            if count > 1 and channels == 3:
                raise invalid(node, "WebP Animation must be 4 channel RGBA")
            found = "RGBA" if count > 1 or "A" in image.mode else "RGB"
            if channels and len(found) != channels:
                raise invalid(node, "Number of channels requested does not match input")
            frames = []
            for i in range(count):
                image.seek(i)
                frames.append(np.asarray(image.convert(found)))
    except (OSError, SyntaxError, ValueError):
        raise invalid(node, "Failed to decode WebP image.") from None
    return np.stack(frames)


def read_jxl(node, data: bytes, channels: int) -> np.ndarray:
    """The image in a JPEG XL file."""
    image_module = _pillow(node, "JPEG XL")
    try:
        with image_module.open(io.BytesIO(data)) as image:
            modes = {0: image.mode, 1: "L", 3: "RGB", 4: "RGBA"}
            pixels = np.asarray(image.convert(modes[channels]))
    except (OSError, SyntaxError, ValueError):
        raise errors.UnimplementedError(
            None, node, f"{node.type} needs a plugin of Pillow for JPEG XL files."
        ) from None
    return np.array(pixels if pixels.ndim == 3 else pixels[:, :, None])


_KINDS = (
    (image_files.PNG_SIGNATURE[:4], "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF", "GIF"),
    (b"BM", "BMP"), (b"\xff\x0a", "JXL"), (b"\0\0\0\x0cJXL ", "JXL"),
)  # fmt: skip
_READERS = {"PNG": "decode_png", "JPEG": "decode_jpeg", "GIF": "decode_gif"}


def _contents(node, contents) -> bytes:
    if np.ndim(contents):
        raise invalid(node, f"`contents` must be scalar but got shape{shape_list(contents.shape)}")
    return contents[()]


def _scaled(image: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Numbers of 8 bits as another type."""
    if dtype == np.float32:
        return image.astype(np.float32) * np.float32(1 / 255)
    return image.astype(dtype) * np.uint16(256) if dtype == np.uint16 else image


def _decode(node, contents) -> np.ndarray:
    """Whatever the file is; the op type decides the rank of the result."""
    data = _contents(node, contents)
    if not data:
        raise invalid(node, "Input is empty.")
    channels = node.attrs.get("channels", 0)
    if channels not in (0, 1, 3, 4):
        raise invalid(node, f"`channels` must be 0, 1, 3 or 4 but got {channels}")
    kind = next((name for start, name in _KINDS if data.startswith(start)), None)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        kind = "WEBP"
    if kind is None:
        raise invalid(
            node,
            "Unknown image file format. One of JPEG, JPEG XL, PNG, GIF, BMP, WebP required.",
        )
    if node.type == "DecodeBmp" and kind in _READERS:
        raise invalid(
            node,
            f"Trying to decode {kind} format using DecodeBmp op. Use `{_READERS[kind]}` or "
            "`decode_image` instead.",
        )
    if kind == "BMP" and node.type not in ("DecodeBmp", "DecodeImage"):
        raise invalid(
            node,
            "Trying to decode BMP format using a wrong op. Use `decode_bmp` or `decode_image` "
            f"instead. Op used: {node.type}",
        )
    try:
        return _read(node, data, kind, channels)
    except image_files.BadFile as error:
        raise invalid(node, str(error)) from None


def _read(node, data: bytes, kind: str, channels: int) -> np.ndarray:
    dtype = node.outputs[0].dtype.np
    only_one = node.type not in ("DecodeGif", "DecodeImage", "DecodeWebP")
    if kind == "GIF":
        if channels not in (0, 3):
            raise invalid(node, f"channels must be 0 or 3 for GIF, got {channels}")
        frames = image_files.read_gif(data)
        if only_one and len(frames) > 1:
            raise invalid(
                node,
                f"Got {len(frames)} frames, but animated gifs can only be decoded by "
                "tf.io.decode_gif or tf.io.decode_image",
            )
        expand = node.attrs.get("expand_animations", not only_one)
        return _scaled(frames if expand else frames[0], dtype)
    if kind == "WEBP":
        frames = read_webp(node, data, 3 if node.type == "DecodeGif" else channels)
        expand = node.attrs.get("expand_animations", node.type in ("DecodeGif", "DecodeWebP"))
        return _scaled(frames if expand else frames[0], dtype)
    if kind == "PNG":
        if node.type == "DecodeGif":
            channels = 3
        if dtype == np.float32:  # of the precision that the file has
            wide = data[24:25] == b"\x10"
            image = image_files.read_png(data, channels, wide)
            image = image.astype(np.float32) * np.float32(1 / (65535 if wide else 255))
        else:
            image = image_files.read_png(data, channels, dtype == np.uint16)
    elif kind == "JXL":
        image = _scaled(read_jxl(node, data, channels), dtype)
    elif kind == "JPEG":
        ratio = node.attrs.get("ratio", 1)
        image = read_jpeg(node, data, 3 if node.type == "DecodeGif" else channels, ratio)
        image = _scaled(image, dtype)
    else:
        image = _scaled(image_files.read_bmp(data, channels), dtype)
    return image[None] if node.type in ("DecodeGif", "DecodeWebP") else image


def _one_image_shape(node, contents: Shape, *window: Shape) -> Shape:
    with_rank(contents, 0)
    channels = node.attrs["channels"]
    if channels < 0:
        raise ShapeError(f"channels must be non-negative, got {channels}")
    return (None, None, channels or None)


def _gif_shape(node, contents: Shape) -> Shape:
    with_rank(contents, 0)
    return (None, None, None, 3)


def _any_shape(node, contents: Shape) -> Shape:
    with_rank(contents, 0)
    channels = node.attrs["channels"]
    if channels < 0:
        raise ShapeError(f"channels must be non-negative, got {channels}")
    return None if node.attrs["expand_animations"] else (None, None, channels or None)


_JPEG_ATTRS = (
    "channels: int = 0, ratio: int = 1, fancy_upscaling: bool = True,"
    " try_recover_truncated: bool = False, acceptable_fraction: float = 1.0,"
    " dct_method: string = ''"
)
defop(
    f"DecodeJpeg(contents: string; {_JPEG_ATTRS}) -> image: uint8",
    shape=_one_image_shape, step=_decode,
)(None)  # fmt: skip
defop(
    "DecodePng(contents: string; channels: int = 0, dtype: type = uint8) -> image: dtype",
    dtype=types("uint8 uint16"), shape=_one_image_shape, step=_decode,
)(None)  # fmt: skip
defop(
    "DecodeBmp(contents: string; channels: int = 0) -> image: uint8",
    shape=_one_image_shape, step=_decode,
)(None)  # fmt: skip
defop("DecodeGif(contents: string) -> image: uint8", shape=_gif_shape, step=_decode)(None)


def _webp_shape(node, contents: Shape) -> Shape:
    return (None, *_one_image_shape(node, contents))


defop(
    "DecodeWebP(contents: string; channels: int = 0, dtype: type = uint8) -> image: dtype",
    dtype=types("uint8"), shape=_webp_shape, step=_decode,
)(None)  # fmt: skip
defop(
    "DecodeJxl(contents: string; channels: int = 0, dtype: type = uint8) -> image: dtype",
    dtype=types("uint8"), shape=_one_image_shape, step=_decode,
)(None)  # fmt: skip
defop(
    "DecodeImage(contents: string; channels: int = 0, dtype: type = uint8,"
    " expand_animations: bool = True) -> image: dtype",
    dtype=types("uint8 uint16 float"), shape=_any_shape, step=_decode,
)(None)  # fmt: skip


def _cropped_shape(node, contents: Shape, window: Shape) -> Shape:
    rows, columns, channels = _one_image_shape(node, contents)
    if with_rank(window, 1)[0] not in (4, None):
        raise ShapeError(f"Dimension must be 4 but is {window[0]}")
    value = known_value(node.inputs[1])
    if value is not None:
        rows, columns = int(value[2]), int(value[3])
    return (rows, columns, channels)


def _decode_and_crop(node, contents, window) -> np.ndarray:
    if window.shape != (4,):
        raise invalid(node, f"crop_window must have four elements {shape_list(window.shape)}")
    data = _contents(node, contents)
    image = read_jpeg(node, data, node.attrs["channels"], node.attrs["ratio"])
    y, x, rows, columns = (int(v) for v in window)
    if min(y, x) < 0 or min(rows, columns) <= 0:
        raise invalid(node, "jpeg::Uncompress failed. Invalid JPEG data or crop window.")
    part = image[y : y + rows, x : x + columns]
    if part.shape[:2] != (rows, columns):
        raise invalid(node, "jpeg::Uncompress failed. Invalid JPEG data or crop window.")
    return np.ascontiguousarray(part)


defop(
    f"DecodeAndCropJpeg(contents: string, crop_window: int32; {_JPEG_ATTRS}) -> image: uint8",
    shape=_cropped_shape, step=_decode_and_crop,
)(None)  # fmt: skip


def _jpeg_shape_shape(node, contents: Shape) -> Shape:
    with_rank(contents, 0)
    return (3,)


def _extract_jpeg_shape(node, contents) -> np.ndarray:
    if np.ndim(contents):
        raise invalid(node, f"contents must be scalar, got shape {shape_list(contents.shape)}")
    try:
        found = image_files.jpeg_shape(contents[()])
    except image_files.BadFile as error:
        raise invalid(node, str(error)) from None
    return np.array(found, node.outputs[0].dtype.np)


defop(
    "ExtractJpegShape(contents: string; output_type: type = int32) -> image_shape: output_type",
    output_type=types("int32 int64"), shape=_jpeg_shape_shape, step=_extract_jpeg_shape,
)(None)  # fmt: skip

# ---------------------------------------------------------------------- writing


def _png_shape(node, image: Shape) -> Shape:
    with_rank_at_least(image, 3)
    return None if image is None else image[:-3]


def _encode_png(node, image) -> np.ndarray:
    compression = node.attrs["compression"]
    if not -1 <= compression <= 9:
        raise invalid(node, f"compression should be in [-1,9], got {compression}")
    if image.ndim < 3:
        raise invalid(node, f"images must be at least rank 3{shape_list(image.shape)}")
    if 0 in image.shape[-3:-1]:
        raise invalid(node, "images must not be empty")
    if not 1 <= image.shape[-1] <= 4:
        raise invalid(node, f"image must have 1, 2, 3, or 4 channels, got {image.shape[-1]}")
    result = np.empty(image.shape[:-3], object)
    for i in np.ndindex(*result.shape):
        result[i] = image_files.write_png(image[i], compression)
    return result


defop(
    "EncodePng(image: T; compression: int = -1) -> contents: string",
    T=types("uint8 uint16"), shape=_png_shape, step=_encode_png,
    default_types={"T": types("uint8")[0]},
)(None)  # fmt: skip


def _jpeg_bytes(node, image, quality: int, **options) -> np.ndarray:
    if image.ndim != 3:
        raise invalid(node, f"image must be 3-dimensional{shape_list(image.shape)}")
    if image.shape[2] not in (1, 3):
        raise invalid(node, f"image must have 1 or 3 channels, got {shape_list(image.shape)}")
    if not 0 <= quality <= 100:
        raise invalid(node, f"quality must be in [0,100], got {quality}")
    pixels = image[:, :, 0] if image.shape[2] == 1 else image
    out = io.BytesIO()
    # 1 is the least that the encoder knows.
    _pillow(node).fromarray(np.ascontiguousarray(pixels)).save(
        out, "JPEG", quality=max(1, quality), **options
    )
    return _as_bytes(out.getvalue())


def _encode_jpeg(node, image) -> np.ndarray:
    a = node.attrs
    wanted = {b"grayscale": 1, b"rgb": 3}.get(a["format"])
    if wanted is not None and image.ndim == 3 and image.shape[2] != wanted:
        raise invalid(
            node,
            f"format {a['format'].decode()} expects {wanted} channels, got "
            f"{shape_list(image.shape)}",
        )
    inches = 1.0 if a["density_unit"] == b"in" else 2.54
    options = {"dpi": (a["x_density"] * inches, a["y_density"] * inches)}
    if a["xmp_metadata"]:
        options["xmp"] = a["xmp_metadata"]
    return _jpeg_bytes(
        node, image, a["quality"], progressive=a["progressive"], optimize=a["optimize_size"],
        subsampling=2 if a["chroma_downsampling"] else 0, **options,
    )  # fmt: skip


def _scalar_of_image(node, image: Shape, *quality: Shape) -> Shape:
    with_rank(image, 3)
    for value in quality:
        with_rank(value, 0)
    return ()


defop(
    "EncodeJpeg(image: uint8; format: string = '', quality: int = 95, progressive: bool = False,"
    " optimize_size: bool = False, chroma_downsampling: bool = True, density_unit: string = 'in',"
    " x_density: int = 300, y_density: int = 300, xmp_metadata: string = '') -> contents: string",
    format=("", "grayscale", "rgb"), density_unit=("in", "cm"), shape=_scalar_of_image,
    step=_encode_jpeg,
)(None)  # fmt: skip
defop(
    "EncodeJpegVariableQuality(images: uint8, quality: int32) -> contents: string",
    shape=_scalar_of_image,
    step=lambda node, image, quality: _jpeg_bytes(
        node, image, int(quality), subsampling=2, dpi=(300, 300)
    ),
)(None)  # fmt: skip
