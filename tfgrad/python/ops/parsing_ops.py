"""`tf.python.ops.parsing_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.decode import (
    decode_compressed,
    decode_csv,
    decode_raw,
    parse_tensor,
    serialize_tensor,
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
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "FixedLenFeature",
    "FixedLenSequenceFeature",
    "SparseFeature",
    "VarLenFeature",
    "decode_compressed",
    "decode_csv",
    "decode_json_example",
    "decode_raw",
    "parse_example",
    "parse_sequence_example",
    "parse_single_example",
    "parse_single_sequence_example",
    "parse_tensor",
    "serialize_tensor",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
