"""Numbers and strings as protobuf writes them: in bytes, and in its text format.

The public description is "Protocol Buffers: Encoding".  A field is a tag (its number and a wire
type) and a payload: a varint, four or eight bytes, or a length and that many bytes.  The fields of
messages, and messages inside messages, are in ``message.py``.
"""

import math
import operator
import struct
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

# The public numbering of element types: the number is the position.  Reference types add 100.
DATA_TYPE_NAMES = (  # noqa: SIM905  (a row of words is easier to read than a column of strings)
    "INVALID FLOAT DOUBLE INT32 UINT8 INT16 INT8 STRING COMPLEX64 INT64 BOOL QINT8 QUINT8 QINT32 "
    "BFLOAT16 QINT16 QUINT16 UINT16 COMPLEX128 HALF RESOURCE VARIANT UINT32 UINT64"
).split()

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5  # wire types
_WORD = (1 << 64) - 1


class DecodeError(ValueError):
    """The bytes are not a message: cut short, or not in protobuf's format."""


# --------------------------------------------------------------------------
# Scalars: how a value of each kind is checked, written and read.


class Scalar(NamedTuple):
    default: Any
    wire: int
    check: Callable[[Any], Any]  # what the user gave -> what is stored
    write: Callable[[Any], bytes]
    read: Callable[[Any], Any]  # an int (varints) or bytes (all others) -> what is stored

    def is_default(self, value) -> bool:
        """Compares bytes, not values, because -0.0 is not the default and NaN equals itself."""
        return self.write(value) == self.write(self.default)


def write_varint(n: int) -> bytes:
    n &= _WORD  # a negative number is written as 64 bits of two's complement, even an int32
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def read_varint(data: bytes, pos: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if pos >= len(data) or shift > 63:
            raise DecodeError("The message ends inside a number, or a number is too long.")
        byte = data[pos]
        pos += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & _WORD, pos
        shift += 7


def _integer(bits: int, signed: bool) -> Scalar:
    low, high = (-(1 << bits - 1), 1 << bits - 1) if signed else (0, 1 << bits)

    def check(value):
        value = operator.index(value)
        if not low <= value < high:
            raise ValueError(f"Value out of range: {value}")
        return value

    def read(value):
        value &= (1 << bits) - 1
        return value - (1 << bits) if value >= high else value

    return Scalar(0, VARINT, check, write_varint, read)


def _floating(code: str, wire: int) -> Scalar:
    size, pack, unpack = struct.calcsize(code), struct.Struct(code).pack, struct.Struct(code).unpack

    def check(value):
        if isinstance(value, str | bytes):
            raise TypeError(f"must be real number, not {type(value).__name__}")
        value = float(value)
        try:
            return unpack(pack(value))[0]  # a float field keeps 32 bits
        except OverflowError:
            return math.copysign(math.inf, value)

    def read(data):
        if len(data) != size:
            raise DecodeError("A packed list of numbers is cut short.")
        return unpack(data)[0]

    return Scalar(0.0, wire, check, pack, read)


def delimited(data: bytes) -> bytes:
    return write_varint(len(data)) + data


def _check_bytes(value) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError(f"A bytes field was given {value!r}, a {type(value).__name__}.")
    return value


def _check_text(value) -> str:
    if isinstance(value, bytes):
        return value.decode()
    if not isinstance(value, str):
        raise TypeError(f"A string field was given {value!r}, a {type(value).__name__}.")
    return value


def _read_text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise DecodeError(f"A string field is not UTF-8: {data[:40]!r}") from error


def _fixed64() -> Scalar:
    pack, unpack = struct.Struct("<Q").pack, struct.Struct("<Q").unpack
    return _integer(64, signed=False)._replace(
        wire=FIXED64, write=pack, read=lambda data: unpack(data)[0]
    )


SCALARS = {
    "int32": _integer(32, signed=True),
    "int64": _integer(64, signed=True),
    "uint32": _integer(32, signed=False),
    "uint64": _integer(64, signed=False),
    "fixed64": _fixed64(),
    "DataType": _integer(32, signed=True),
    "bool": Scalar(False, VARINT, lambda v: bool(operator.index(v)), write_varint, bool),
    "float": _floating("<f", FIXED32),
    "double": _floating("<d", FIXED64),
    "bytes": Scalar(b"", LENGTH, _check_bytes, delimited, bytes),
    "string": Scalar("", LENGTH, _check_text, lambda v: delimited(v.encode()), _read_text),
}


ENUMS: dict[str, dict[int, str]] = {}  # per kind, what the numbers are called


def define_enum(kind: str, members: dict[str, int]) -> None:
    """Makes ``kind`` one of the `SCALARS`: a number that may be given, and is printed, by name."""
    number = SCALARS["int32"]

    def check(value):
        if isinstance(value, str):
            if value not in members:
                raise ValueError(f'unknown enum label "{value}"')
            return members[value]
        return number.check(value)

    SCALARS[kind] = number._replace(check=check)
    ENUMS[kind] = {number: name for name, number in reversed(members.items())}


def read_payload(data: bytes, pos: int, wire: int) -> tuple[Any, int]:
    if wire == VARINT:
        return read_varint(data, pos)
    if wire == LENGTH:
        size, pos = read_varint(data, pos)
    elif wire in (FIXED32, FIXED64):
        size = 4 if wire == FIXED32 else 8
    else:
        raise DecodeError(f"Wire type {wire} is not supported.")
    if pos + size > len(data):
        raise DecodeError("The message ends inside a field.")
    return data[pos : pos + size], pos + size


def read_packed(scalar: Scalar, data: bytes) -> Iterator:
    pos = 0
    if scalar.wire != VARINT:
        step = 4 if scalar.wire == FIXED32 else 8
        for pos in range(0, len(data), step):
            yield scalar.read(data[pos : pos + step])
        return
    while pos < len(data):
        value, pos = read_varint(data, pos)
        yield scalar.read(value)


# --------------------------------------------------------------------------
# Text.


def scalar_text(kind: str, value) -> str:
    if kind == "bool":
        return "true" if value else "false"
    if kind == "float":
        return str(_shortest_float32(value))
    if kind == "DataType":
        base, is_ref = value % 100, value > 100
        known = 0 <= value < 200 and value != 100 and base < len(DATA_TYPE_NAMES)
        return f"DT_{DATA_TYPE_NAMES[base]}{'_REF' * is_ref}" if known else str(value)
    if kind in ENUMS:
        return ENUMS[kind].get(value, str(value))
    if kind == "bytes":
        return '"' + "".join(map(_escaped, value)) + '"'
    if kind == "string":
        return '"' + "".join(_escaped(ord(c)) if ord(c) < 128 else c for c in value) + '"'
    return str(value)


def _shortest_float32(value: float) -> float:
    """The number of fewest digits (at least 6) that is ``value`` in 32 bits."""
    check = SCALARS["float"].check
    candidates = (float(f"{value:.{digits}g}") for digits in (6, 7, 8))
    return next((c for c in candidates if check(c) == value), value)


def _escaped(byte: int) -> str:
    named = {9: r"\t", 10: r"\n", 13: r"\r", 34: r"\"", 39: r"\'", 92: r"\\"}
    return named.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}")
