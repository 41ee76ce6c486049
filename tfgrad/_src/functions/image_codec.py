"""Reading and writing image files.  The op types are in ``ops/image_codec.py``.

All of it happens on the host, between compiled programs.  JPEG files need the package Pillow.
"""

from tfgrad._src.functions.comparison import equal
from tfgrad._src.functions.image_checks import is_tensor
from tfgrad._src.functions.image_color import convert_image_dtype
from tfgrad._src.functions.random import random_uniform
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor


def decode_png(contents, channels: int = 0, dtype=dt.uint8, name: str | None = None) -> Tensor:
    """The image in a PNG file; also a JPEG file, or a GIF file of one frame.

    Args:
      contents: the bytes of the file, a string scalar.
      channels: 1 (grey), 3 or 4 (with opacity), or 0 for as many as the file has.
      dtype: ``uint8`` or ``uint16``.
      name: the name of the node; default ``"DecodePng"``.

    Returns:
      A tensor of shape ``[height, width, channels]``.

    Raises:
      InvalidArgumentError: when run, the bytes are no such file.

    Example:
      >>> file = tf.image.encode_png(tf.constant([[[1], [2]]], tf.uint8))
      >>> tf.Session().run(tf.image.decode_png(file))[0, :, 0]
      array([1, 2], dtype=uint8)
    """
    return add_op("DecodePng", contents, name=name, channels=channels, dtype=dtype)


def decode_jpeg(
    contents, channels: int = 0, ratio: int = 1, fancy_upscaling: bool = True,
    try_recover_truncated: bool = False, acceptable_fraction: float = 1, dct_method: str = "",
    name: str | None = None,
) -> Tensor:  # fmt: skip
    """The image in a JPEG file; also a PNG file, or a GIF file of one frame.

    Args:
      contents: the bytes of the file, a string scalar.
      channels: 1 (grey) or 3, or 0 for as many as the file has.
      ratio: 1, 2, 4 or 8: gives an image of that part of the size.
      fancy_upscaling, try_recover_truncated, acceptable_fraction, dct_method: have no effect.
      name: the name of the node; default ``"DecodeJpeg"``.

    Returns:
      ``uint8`` of shape ``[height, width, channels]``.

    Raises:
      UnimplementedError: when run, Pillow is missing.
      InvalidArgumentError: when run, the bytes are no such file.
    """
    return add_op(
        "DecodeJpeg", contents, name=name,
        channels=channels, ratio=ratio, fancy_upscaling=fancy_upscaling,
        try_recover_truncated=try_recover_truncated, acceptable_fraction=acceptable_fraction,
        dct_method=dct_method,
    )  # fmt: skip


def decode_and_crop_jpeg(
    contents, crop_window, channels: int = 0, ratio: int = 1, fancy_upscaling: bool = True,
    try_recover_truncated: bool = False, acceptable_fraction: float = 1, dct_method: str = "",
    name: str | None = None,
) -> Tensor:  # fmt: skip
    """A part of the image in a JPEG file; see `tf.image.decode_jpeg`.

    Args:
      contents: the bytes of the file, a string scalar.
      crop_window: four whole numbers, ``[y, x, height, width]``.
      channels, ratio: as there.
      fancy_upscaling, try_recover_truncated, acceptable_fraction, dct_method: have no effect.
      name: the name of the node; default ``"DecodeAndCropJpeg"``.
    """
    return add_op(
        "DecodeAndCropJpeg", contents, crop_window, name=name,
        channels=channels, ratio=ratio, fancy_upscaling=fancy_upscaling,
        try_recover_truncated=try_recover_truncated, acceptable_fraction=acceptable_fraction,
        dct_method=dct_method,
    )  # fmt: skip


def decode_bmp(contents, channels: int = 0, name: str | None = None) -> Tensor:
    """The image in an uncompressed bitmap.

    Args:
      contents: the bytes of the file, a string scalar.
      channels: 3 or 4 (with opacity), or 0 for as many as the file has.
      name: the name of the node; default ``"DecodeBmp"``.

    Returns:
      ``uint8`` of shape ``[height, width, channels]``.
    """
    return add_op("DecodeBmp", contents, name=name, channels=channels)


def decode_gif(contents, name: str | None = None) -> Tensor:
    """The frames of a GIF file.

    Args:
      contents: the bytes of the file, a string scalar.
      name: the name of the node; default ``"DecodeGif"``.

    Returns:
      ``uint8`` of shape ``[frames, height, width, 3]``.
    """
    return add_op("DecodeGif", contents, name=name)


def decode_image(
    contents, channels=None, dtype=dt.uint8, name: str | None = None, expand_animations: bool = True
) -> Tensor:
    """The image in a PNG, JPEG, GIF or BMP file.

    Args:
      contents: the bytes of the file, a string scalar.
      channels: 1, 3 or 4, or None for as many as the file has.
      dtype: the type of the result; whole numbers fill its range, floating ones [0, 1].
      name: the scope of the nodes; default ``"decode_image"``.
      expand_animations: a GIF file gives all frames, else the first one.

    Returns:
      A tensor of shape ``[height, width, channels]``, or ``[frames, height, width, 3]``.  Its rank
      is only known while building if not ``expand_animations``.

    Raises:
      InvalidArgumentError: when run, the bytes are no such file.
    """
    with name_scope(name, "decode_image"):
        channels = 0 if channels is None else channels
        read_as = dtype if dtype in (dt.float32, dt.uint8, dt.uint16) else dt.uint16
        image = add_op(
            "DecodeImage", contents,
            channels=channels, dtype=read_as, expand_animations=expand_animations,
        )  # fmt: skip
        if read_as != dtype:
            image = convert_image_dtype(image, dtype)
        if not expand_animations:
            image.set_shape([None, None, channels or None])
        return image


def is_jpeg(contents, name: str | None = None) -> Tensor:
    """Whether the bytes begin as a JPEG file does.

    Args:
      contents: a string scalar.
      name: the scope of the nodes; default ``"is_jpeg"``.

    Returns:
      A boolean scalar.
    """
    with name_scope(name, "is_jpeg"):
        start = add_op("Substr", contents, 0, 3)
        return equal(start, b"\xff\xd8\xff", name=name)


def extract_jpeg_shape(contents, output_type=dt.int32, name: str | None = None) -> Tensor:
    """Height, width and number of channels of a JPEG file, which is not decoded.

    Args:
      contents: the bytes of the file, a string scalar.
      output_type: ``int32`` or ``int64``.
      name: the name of the node; default ``"ExtractJpegShape"``.
    """
    return add_op("ExtractJpegShape", contents, name=name, output_type=output_type)


def encode_png(image, compression: int = -1, name: str | None = None) -> Tensor:
    """A PNG file of an image.

    Args:
      image: ``uint8`` or ``uint16`` of shape ``[..., height, width, channels]``, of 1 (grey), 2
        (grey with opacity), 3 or 4 channels.
      compression: how hard to try, 0 to 9; -1 for a compromise.
      name: the name of the node; default ``"EncodePng"``.

    Returns:
      The bytes of the file, a string scalar; of several images a tensor of them.
    """
    return add_op("EncodePng", convert_to_tensor(image), name=name, compression=compression)


def encode_jpeg(
    image, format: str = "", quality: int = 95, progressive: bool = False,
    optimize_size: bool = False, chroma_downsampling: bool = True, density_unit: str = "in",
    x_density: int = 300, y_density: int = 300, xmp_metadata: str = "", name: str | None = None,
) -> Tensor:  # fmt: skip
    """A JPEG file of an image.

    Args:
      image: ``uint8`` of shape ``[height, width, channels]``, of 1 or 3 channels.
      format: ``"grayscale"``, ``"rgb"`` or ``""``: what the channels say.
      quality: 0 to 100.
      progressive: the file shows a rough image first.
      optimize_size: a smaller file, of the same quality.
      chroma_downsampling: colours are stored at half the size.
      density_unit: ``"in"`` or ``"cm"``.
      x_density, y_density: how many elements to a unit; a remark in the file.
      xmp_metadata: another remark.
      name: the name of the node; default ``"EncodeJpeg"``.

    Returns:
      The bytes of the file, a string scalar.

    Raises:
      UnimplementedError: when run, Pillow is missing.
    """
    return add_op(
        "EncodeJpeg", image, name=name,
        format=format, quality=quality, progressive=progressive, optimize_size=optimize_size,
        chroma_downsampling=chroma_downsampling, density_unit=density_unit, x_density=x_density,
        y_density=y_density, xmp_metadata=xmp_metadata,
    )  # fmt: skip


def adjust_jpeg_quality(image, jpeg_quality, name: str | None = None) -> Tensor:
    """An image written as a JPEG file and read again.

    Args:
      image: an image of shape ``[height, width, channels]``, of any type.
      jpeg_quality: 0 to 100.
      name: the scope of the nodes; default ``"adjust_jpeg_quality"``.

    Returns:
      A tensor of the type of ``image``.

    Raises:
      UnimplementedError: when run, Pillow is missing.
    """
    with name_scope(name, "adjust_jpeg_quality", [image]):
        image = convert_to_tensor(image, name="image")
        channels = image.shape.as_list()[-1]
        dtype = image.dtype
        image = convert_image_dtype(image, dt.uint8, saturate=True)
        if not is_tensor(jpeg_quality):
            jpeg_quality = convert_to_tensor(jpeg_quality, dtype=dt.int32)
        data = add_op("EncodeJpegVariableQuality", image, jpeg_quality)
        image = decode_jpeg(data, channels=channels)
        return convert_image_dtype(image, dtype, saturate=True)


def random_jpeg_quality(image, min_jpeg_quality, max_jpeg_quality, seed=None) -> Tensor:
    """`tf.image.adjust_jpeg_quality` to a random quality.

    Args:
      image: an image of shape ``[height, width, channels]``, of any type.
      min_jpeg_quality: the least quality.
      max_jpeg_quality: a greater number; qualities are below it.
      seed: a whole number; see `tf.set_random_seed`.

    Raises:
      ValueError: the numbers are not ``0 <= min < max <= 100``.
    """
    if not (0 <= min_jpeg_quality <= 100 and 0 <= max_jpeg_quality <= 100):
        raise ValueError("jpeg encoding range must be between 0 and 100.")
    if min_jpeg_quality >= max_jpeg_quality:
        raise ValueError("`min_jpeg_quality` must be less than `max_jpeg_quality`.")
    quality = random_uniform([], min_jpeg_quality, max_jpeg_quality, seed=seed, dtype=dt.int32)
    return adjust_jpeg_quality(image, quality)
