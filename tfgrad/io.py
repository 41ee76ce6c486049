"""`tf.io`: bytes that hold something, and files."""

from tfgrad import _io_gfile as gfile
from tfgrad._src.functions.decode import (
    decode_compressed,
    decode_csv,
    decode_raw,
    matching_files,
    parse_tensor,
    read_file,
    serialize_tensor,
    write_file,
)
from tfgrad._src.functions.image_codec import (
    decode_and_crop_jpeg,
    decode_bmp,
    decode_gif,
    decode_image,
    decode_jpeg,
    decode_png,
    encode_jpeg,
    extract_jpeg_shape,
    is_jpeg,
)
from tfgrad._src.functions.parsing import (
    FixedLenFeature,
    FixedLenSequenceFeature,
    SparseFeature,
    VarLenFeature,
    parse_example,
    parse_single_example,
)
from tfgrad._src.functions.parsing_sequences import (
    decode_json_example,
    parse_sequence_example,
    parse_single_sequence_example,
)
from tfgrad._src.functions.sparse_serial import (
    deserialize_many_sparse,
    serialize_many_sparse,
    serialize_sparse,
)
from tfgrad._src.functions.strings import decode_base64, encode_base64
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "FixedLenFeature",
    "FixedLenSequenceFeature",
    "SparseFeature",
    "VarLenFeature",
    "decode_and_crop_jpeg",
    "decode_base64",
    "decode_bmp",
    "decode_compressed",
    "decode_csv",
    "decode_gif",
    "decode_image",
    "decode_jpeg",
    "decode_json_example",
    "decode_png",
    "decode_raw",
    "deserialize_many_sparse",
    "encode_base64",
    "encode_jpeg",
    "extract_jpeg_shape",
    "gfile",
    "is_jpeg",
    "matching_files",
    "parse_example",
    "parse_sequence_example",
    "parse_single_example",
    "parse_single_sequence_example",
    "parse_tensor",
    "read_file",
    "serialize_many_sparse",
    "serialize_sparse",
    "serialize_tensor",
    "write_file",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
