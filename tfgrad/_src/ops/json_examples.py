"""Records in JSON as records in bytes.

The public description is "ProtoJSON format".  Elements are written in the order of the text, each
with a tag of its own, as TensorFlow does.
"""

import base64
import json
import math
import struct

from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import same_as_input
from tfgrad._src.graph.wire import FIXED32, LENGTH, VARINT, delimited, write_varint
from tfgrad._src.ops.broadcasting import invalid
from tfgrad._src.ops.strings import each


class _Wrong(Exception):
    """What is wrong with the text."""


def _tag(number: int, wire: int) -> bytes:
    return write_varint(number << 3 | wire)


def _object(value, path: str) -> dict:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _Wrong(f" @ {path}: expected '{{'")
    return value


def _int64(value, path: str) -> bytes:
    try:
        number = int(value) if isinstance(value, str) else value
        if isinstance(number, float):
            if number % 1:
                raise _Wrong(
                    f" @ {path}: int64: expected integer, but JSON number had fractional part"
                )
            number = int(number)
        if isinstance(number, bool) or not -(1 << 63) <= number < 1 << 63:
            raise ValueError
    except (ValueError, TypeError):
        raise _Wrong(f" @ {path}: int64: invalid number: '{value}'") from None
    return _tag(1, VARINT) + write_varint(number)


def _float(value, path: str) -> bytes:
    try:
        number = float(value)
        data = struct.pack("<f", number)
    except (ValueError, TypeError):
        raise _Wrong(f" @ {path}: float: invalid number: '{value}'") from None
    except OverflowError:
        raise _Wrong(f" @ {path}: float: float out of range") from None
    if math.isnan(number):
        data = b"\x00\x00\xc0\x7f"
    return _tag(1, FIXED32) + data


def _bytes(value, path: str) -> bytes:
    """Base 64, of either alphabet and with or without padding."""
    try:
        text = value.replace("-", "+").replace("_", "/").rstrip("=")
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (ValueError, AttributeError):
        raise _Wrong(f" @ {path}: bytes: corrupt base64") from None
    return _tag(1, LENGTH) + delimited(data)


_KINDS = {"bytesList": (1, _bytes), "floatList": (2, _float), "int64List": (3, _int64)}
_KINDS |= {"bytes_list": (1, _bytes), "float_list": (2, _float), "int64_list": (3, _int64)}


def _only(value: dict, names: tuple, path: str) -> None:
    for name in value:
        if name not in names:
            raise _Wrong(f"{' @ ' if path else ''}{path}: no such field: '{name}'")


def _feature(value, path: str) -> bytes:
    value = {k: v for k, v in _object(value, path).items() if v is not None}
    _only(value, tuple(_KINDS), path)
    if len(value) > 1:
        second = list(value)[1]
        raise _Wrong(f" @ {path}.{second}: '{second}' has already been set (either directly or as "
                     "part of a oneof)")  # fmt: skip
    out = b""
    for name, content in value.items():
        number, write = _KINDS[name]
        content = _object(content, f"{path}.{name}")
        _only(content, ("value",), f"{path}.{name}")
        items = content.get("value")
        items = [] if items is None else items if isinstance(items, list) else [items]
        data = b"".join(write(v, f"{path}.{name}.value[{i}]") for i, v in enumerate(items))
        out += _tag(number, LENGTH) + delimited(data)
    return out


def _example(text: bytes) -> bytes:
    try:
        record = json.loads(text)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise _Wrong(f": {error}" if text.strip() else "") from None
    if not isinstance(record, dict):
        raise _Wrong(": expected '{'")
    _only(record, ("features",), "")
    if record.get("features") is None:
        return b""
    features = _object(record["features"], "features")
    _only(features, ("feature",), "features")
    out = b""
    for i, (key, value) in enumerate(_object(features.get("feature"), "features.feature").items()):
        if value is None:
            raise _Wrong(f" @ features.feature[{i}]: expected '{{'")
        feature = _feature(value, f"features.feature[{i}]")
        entry = _tag(1, LENGTH) + delimited(key.encode()) + _tag(2, LENGTH) + delimited(feature)
        out += _tag(1, LENGTH) + delimited(entry)
    return _tag(1, LENGTH) + delimited(out)


def _decode(node, text: bytes) -> bytes:
    try:
        return _example(text)
    except _Wrong as error:
        where = f"invalid JSON in type.googleapis.com/tensorflow.Example{error}"
        what = where if text.strip() else "unexpected EOF"
        raise invalid(node, f"Error while parsing JSON: {what}") from None


defop(
    "DecodeJSONExample(json_examples: string) -> binary_examples: string",
    shape=same_as_input,
    step=lambda node, x: each(lambda s: _decode(node, s), x),
)(None)
