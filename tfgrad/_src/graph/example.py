"""The messages of records: ``Example`` and ``SequenceExample``, with TensorFlow's fields.

`features_of` reads a record without making messages, which is what parsing many of them needs.
"""

from collections.abc import Iterator

import numpy as np

from tfgrad._src.graph.message import Message
from tfgrad._src.graph.wire import (
    FIXED32,
    LENGTH,
    VARINT,
    DecodeError,
    read_payload,
    read_varint,
)


class BytesList(Message):
    """A list of texts."""

    FIELDS = "value  1  bytes*"


class FloatList(Message):
    """A list of numbers with 32 bits."""

    FIELDS = "value  1  float*"


class Int64List(Message):
    """A list of whole numbers."""

    FIELDS = "value  1  int64*"


class Feature(Message):
    """One of three lists."""

    ONEOF = "kind"
    FIELDS = """
        bytes_list  1   BytesList?
        float_list  2   FloatList?
        int64_list  3   Int64List?
    """


class Features(Message):
    """Lists by name."""

    FIELDS = "feature  1  string -> Feature"


class Example(Message):
    """A record: lists by name; see `tf.parse_example`."""

    FIELDS = "features  1  Features"


class FeatureList(Message):
    """One list per step."""

    FIELDS = "feature  1  Feature*"


class FeatureLists(Message):
    """Lists per step, by name."""

    FIELDS = "feature_list  1  string -> FeatureList"


class SequenceExample(Message):
    """A record of a sequence: what belongs to all of it, and lists per step."""

    FIELDS = """
        context        1   Features
        feature_lists  2   FeatureLists
    """


# ---------------------------------------------------------------------- reading many


def _fields(data: bytes) -> Iterator[tuple[int, int, object]]:
    """The number, the wire type and the payload of each field."""
    at = 0
    while at < len(data):
        tag, at = read_varint(data, at)
        payload, at = read_payload(data, at, tag & 7)
        yield tag >> 3, tag & 7, payload


def _parts(data: bytes, number: int) -> list:
    return [p for n, wire, p in _fields(data) if n == number and wire == LENGTH]


_KINDS = {1: "string", 2: "float", 3: "int64"}


def features_of(data: bytes) -> dict[bytes, tuple[str, list]]:
    """The type and the values of each feature of an ``Example``; those without a list are left out.

    Raises:
      DecodeError: the bytes are no message.
    """
    found: dict[bytes, tuple[str, list]] = {}
    for features in _parts(data, 1):
        for key, feature in _entries(features):
            kind, values = _values(feature)
            if kind is not None:
                found[key] = kind, values
    return found


def lists_of(data: bytes) -> dict[bytes, list[tuple[str | None, list]]]:
    """The type and the values of each step of each feature list of a ``SequenceExample``.

    The context of one is read by `features_of`: it has the number of an example's features.

    Raises:
      DecodeError: the bytes are no message.
    """
    return {
        key: [_values(feature) for feature in _parts(features, 1)]
        for lists in _parts(data, 2)
        for key, features in _entries(lists)
    }


def _entries(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The keys and the values of a map of messages."""
    for entry in _parts(data, 1):
        key, value = b"", b""
        for number, wire, payload in _fields(entry):
            if wire != LENGTH or not isinstance(payload, bytes):
                continue
            if number == 1:
                key = payload
            elif number == 2:
                value = payload
        yield key, value


def _values(feature: bytes) -> tuple[str | None, list]:
    """The type and the values of a ``Feature``; None if it has no list."""
    found: tuple[str | None, list] = None, []
    for number, wire, payload in _fields(feature):
        if wire == LENGTH and number in _KINDS:
            kind = _KINDS[number]
            found = kind, _READERS[kind](payload)
    return found


def _floats(data: bytes) -> list:
    found: list[float] = []
    for number, wire, payload in _fields(data):
        if number == 1 and wire == LENGTH:
            if len(payload) % 4:
                raise DecodeError("A list of numbers ends inside a number.")
            found += np.frombuffer(payload, "<f4").tolist()
        elif number == 1 and wire == FIXED32:
            found += np.frombuffer(payload, "<f4").tolist()
    return found


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def _integers(data: bytes) -> list:
    found: list[int] = []
    for number, wire, payload in _fields(data):
        if number != 1:
            continue
        if wire == VARINT:
            found.append(_signed(payload))
        elif wire == LENGTH:
            at = 0
            while at < len(payload):
                value, at = read_varint(payload, at)
                found.append(_signed(value))
    return found


_READERS = {"string": lambda data: _parts(data, 1), "float": _floats, "int64": _integers}
