"""`tf.python.ops.string_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.strings import (
    as_string,
    decode_base64,
    encode_base64,
    reduce_join,
    regex_full_match,
    regex_replace,
    string_split,
    substr,
    unsorted_segment_join,
)
from tfgrad._src.functions.strings import (
    format as string_format,
)
from tfgrad._src.functions.strings import (
    join as string_join,
)
from tfgrad._src.functions.strings import (
    length as string_length,
)
from tfgrad._src.functions.strings import (
    lower as string_lower,
)
from tfgrad._src.functions.strings import (
    strip as string_strip,
)
from tfgrad._src.functions.strings import (
    to_hash_bucket as string_to_hash_bucket,
)
from tfgrad._src.functions.strings import (
    to_hash_bucket_fast as string_to_hash_bucket_fast,
)
from tfgrad._src.functions.strings import (
    to_hash_bucket_strong as string_to_hash_bucket_strong,
)
from tfgrad._src.functions.strings import (
    to_number as string_to_number,
)
from tfgrad._src.functions.strings import (
    upper as string_upper,
)
from tfgrad._src.functions.unicode import (
    unicode_script,
    unicode_transcode,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "as_string",
    "decode_base64",
    "encode_base64",
    "reduce_join",
    "regex_full_match",
    "regex_replace",
    "string_format",
    "string_join",
    "string_length",
    "string_lower",
    "string_split",
    "string_strip",
    "string_to_hash_bucket",
    "string_to_hash_bucket_fast",
    "string_to_hash_bucket_strong",
    "string_to_number",
    "string_upper",
    "substr",
    "unicode_script",
    "unicode_transcode",
    "unsorted_segment_join",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
