"""Bytes that hold numbers, tables and tensors; and files.

See ``strings.py``.  Examples, the records of `tf.train`, are in ``examples.py``.
"""

import base64
import glob
import os
import sys
import zlib
from pathlib import Path

import numpy as np

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph import errors
from tfgrad._src.graph.constant_value import known_value
from tfgrad._src.graph.proto import TensorProto
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import (
    Shape,
    ShapeError,
    same_as_input,
    scalar,
    unknown,
    with_rank,
    with_rank_at_least,
    with_rank_at_most,
)
from tfgrad._src.graph.tensor_proto import make_ndarray, make_tensor_proto
from tfgrad._src.graph.wire import DecodeError
from tfgrad._src.ops.broadcasting import invalid, shape_list, types
from tfgrad._src.ops.fingerprint import fingerprint64
from tfgrad._src.ops.strings import each, number, text

# ---------------------------------------------------------------------- base 64


def _encode64(node, s: bytes) -> bytes:
    found = base64.urlsafe_b64encode(s)
    return found if node.attrs["pad"] else found.rstrip(b"=")


_ALPHABET = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def _decode64(node, s: bytes) -> bytes:
    """Groups of four characters; the last one may be shorter, or filled up with ``=``."""
    whole = max(len(s) - 1, 0) // 4 * 4
    rest = s[whole:]
    if len(rest) == 4:
        rest = rest[:2] if rest.endswith(b"==") else rest.removesuffix(b"=")
    if not _ALPHABET.issuperset(s[:whole]):
        raise invalid(node, "Invalid character found in base64.")
    if len(rest) == 1:
        raise invalid(node, "Base64 string length cannot be 1 modulo 4.")
    if not _ALPHABET.issuperset(rest):
        raise invalid(node, "Invalid character found in base64.")
    return base64.urlsafe_b64decode(s[:whole] + rest + b"=" * (-len(rest) % 4))


defop(
    "EncodeBase64(input: string; pad: bool = False) -> output: string",
    shape=same_as_input,
    step=lambda node, x: each(lambda s: _encode64(node, s), x),
)(None)
defop(
    "DecodeBase64(input: string) -> output: string",
    shape=same_as_input,
    step=lambda node, x: each(lambda s: _decode64(node, s), x),
)(None)


# ---------------------------------------------------------------------- numbers in memory

_NAMES = {"float32": "float", "float64": "double", "float16": "half"}  # in run-time messages


def _read(node, data: bytes, shape: tuple) -> np.ndarray:
    dtype = node.attrs["out_type"]
    array = np.frombuffer(data, dtype.np)
    if node.attrs["little_endian"] == (sys.byteorder == "big") and dtype.size > 1:
        array = array.byteswap()
    return array.reshape(shape)


def _decode_raw(node, x):
    strings = x.ravel().tolist()
    size = node.attrs["out_type"].size
    if not strings:
        return np.zeros((*x.shape, 0), node.attrs["out_type"].np)
    length = len(strings[0])
    for i, s in enumerate(strings):
        if len(s) != length:
            raise invalid(
                node, "DecodeRaw requires input strings to all be the same size, but element "
                f"{i} has size {length} != {len(s)}"
            )  # fmt: skip
    if length % size:
        name = node.attrs["out_type"].name
        raise invalid(
            node, f"Input to DecodeRaw has length {length} that is not a multiple of {size}, the "
            f"size of {_NAMES.get(name, name)}"
        )  # fmt: skip
    return _read(node, b"".join(strings), (*x.shape, length // size))


defop(
    "DecodeRaw(bytes: string; out_type: type, little_endian: bool = True) -> output: out_type",
    out_type=types(
        "half float double int32 uint16 uint8 int16 int8 int64 complex64 complex128 bool bfloat16"
    ),
    shape=lambda node, x: None if x is None else (*x, None),
    step=_decode_raw,
)(None)


def _padded_shape(node, x: Shape, length: Shape) -> Shape:
    with_rank(length, 0)
    value = known_value(node.inputs[1])
    size = node.attrs["out_type"].size
    if value is not None:
        value = int(value)
        if value < 0:
            raise ShapeError(
                f"Dimension size, given by scalar input 1, must be non-negative but is {value}"
            )
        if value % size:
            raise ShapeError(f"Dimension size must be evenly divisible by {size} but is {value}")
        value //= size
    return None if x is None else (*x, value)


def _decode_padded(node, x, length):
    if length.ndim:
        raise invalid(node, f"k must be scalar, got shape {shape_list(length.shape)}")
    n, size = length.item(), node.attrs["out_type"].size
    if n <= 0:
        raise invalid(node, f"fixed_length ({n}) must be greater than zero.")
    if n % size:
        raise invalid(
            node, f"fixed_length ({n}) must be a multiple of the size of out_type ({size})"
        )
    data = b"".join(s[:n].ljust(n, b"\0") for s in x.ravel().tolist())
    return _read(node, data, (*x.shape, n // size))


defop(
    "DecodePaddedRaw(input_bytes: string, fixed_length: int32; out_type: type, "
    "little_endian: bool = True) -> output: out_type",
    out_type=types("half float double int32 uint16 uint8 int16 int8 int64 bfloat16"),
    shape=_padded_shape,
    step=_decode_padded,
)(None)


# ---------------------------------------------------------------------- tables


def _fields(node, s: bytes) -> list[bytes]:
    """The chosen fields of a line; a quoted one may hold delimiters, and quotes written twice."""
    delimiter = node.attrs["field_delim"][0]
    quotes = node.attrs["use_quote_delim"]
    chosen = node.attrs["select_cols"]
    quote, breaks = 34, (10, 13)
    result: list[bytes] = []
    at = count = 0
    while at < len(s):
        if s[at] in breaks:
            at += 1
            continue
        start = at
        if quotes and s[at] == quote:
            field = bytearray()
            at += 1
            while at < len(s) - 1 and not (s[at] == quote and s[at + 1] == delimiter):
                if s[at] == quote:
                    if s[at + 1] != quote:
                        raise invalid(
                            node, "Quote inside a string has to be escaped by another quote"
                        )
                    at += 1
                field.append(s[at])
                at += 1
            if at >= len(s) or s[at] != quote:
                raise invalid(node, "Quoted field has to end with quote followed by delim or end")
            at += 2
            found = bytes(field)
        else:
            while at < len(s) and s[at] != delimiter:
                if s[at] in breaks or (quotes and s[at] == quote):
                    raise invalid(node, "Unquoted fields cannot have quotes/CRLFs inside")
                at += 1
            found = s[start:at]
            at += 1
        if not chosen or count == chosen[len(result)]:
            result.append(found)
            if len(result) == len(chosen):
                return result
        count += 1
    if s and s[-1] == delimiter and (not chosen or count == chosen[len(result)]):
        result.append(b"")
    return result


def _decode_csv(node, records, *defaults) -> list:
    attrs = node.attrs
    wanted = attrs["OUT_TYPE"]
    if len(attrs["field_delim"]) != 1:
        raise invalid(node, "field_delim should be only 1 char")
    for i, default in enumerate(defaults):
        if default.size > 1:
            raise invalid(node, f"There should only be 1 default per field but field {i} has "
                          f"{default.size}")  # fmt: skip
    columns: list[list] = [[] for _ in wanted]
    for r, record in enumerate(records.ravel().tolist()):
        fields = _fields(node, record)
        if len(fields) != len(wanted):
            raise invalid(node, f"Expect {len(wanted)} fields but have {len(fields)} in record {r}")
        for f, (field, default, kind) in enumerate(zip(fields, defaults, wanted, strict=True)):
            if not field or field == attrs["na_value"]:
                if not default.size:
                    raise invalid(node, f"Field {f} is required but missing in record {r}!")
                value = default.item()
            elif kind is dt.string:
                value = field
            else:
                value = number(field, kind.np)
                if value is None:
                    name = _NAMES.get(kind.name, kind.name)
                    raise invalid(
                        node, f"Field {f} in record {r} is not a valid {name}: "
                        f"{field.decode('utf-8', 'replace')}"
                    )  # fmt: skip
            columns[f].append(value)
    return [
        text(column, records.shape)
        if kind is dt.string
        else np.array(column, kind.np).reshape(records.shape)
        for column, kind in zip(columns, wanted, strict=True)
    ]


def _csv_shape(node, records: Shape, *defaults: Shape) -> list:
    for s in defaults:
        with_rank_at_most(s, 1)
        if s is not None and (len(s) > 1 or (len(s) == 1 and s[0] is not None and s[0] > 1)):
            raise ShapeError(
                "Shape of a default must be a length-0 or length-1 vector, or a scalar."
            )
    return [records] * len(node.outputs)


defop(
    "DecodeCSV(records: string, record_defaults: list(OUT_TYPE); field_delim: string = ',', "
    "use_quote_delim: bool = True, na_value: string = '', select_cols: list(int) = [])"
    " -> output: list(OUT_TYPE)",
    OUT_TYPE=types("float double int32 int64 string"),
    shape=_csv_shape,
    step=_decode_csv,
)(None)


# ---------------------------------------------------------------------- compressed bytes

_WINDOW = {b"ZLIB": zlib.MAX_WBITS, b"GZIP": zlib.MAX_WBITS | 16}


def _first_lower(error: zlib.error) -> str:
    """Without what Python adds: ``error -3: incorrect header check``."""
    return str(error).replace("Error", "error", 1).replace(" while decompressing data", "")


def _decompress(node, s: bytes) -> bytes:
    kind = node.attrs["compression_type"]
    if kind == b"":
        return s
    if kind not in _WINDOW:
        raise invalid(node, "Only ZLIB, ZSTD, GZIP or NONE are supported compressions")
    try:
        return zlib.decompress(s, _WINDOW[kind])
    except zlib.error as error:
        raise errors.DataLossError(
            None, node, f"inflate() failed with {_first_lower(error)}"
        ) from None


defop(
    "DecodeCompressed(bytes: string; compression_type: string = '') -> output: string",
    shape=same_as_input,
    step=lambda node, x: each(lambda s: _decompress(node, s), x),
)(None)


# ---------------------------------------------------------------------- tensors


def _parse_tensor(node, serialized):
    if serialized.ndim:
        raise invalid(
            node, f"Expected `serialized` to be a scalar, got shape: {shape_list(serialized.shape)}"
        )
    try:
        proto = TensorProto.FromString(serialized.item())
    except DecodeError:
        shown = base64.b64encode(serialized.item()).decode()
        raise invalid(
            node, f"Could not parse `serialized` as TensorProto, base64: {shown}"
        ) from None
    found = dt.as_dtype(proto.dtype) if proto.dtype else None
    if found is not node.attrs["out_type"]:
        raise invalid(
            node, f"Type mismatch between parsed tensor ({_name(found)}) and dtype "
            f"({_name(node.attrs['out_type'])})"
        )  # fmt: skip
    return dt.without_records(make_ndarray(proto))


def _name(dtype):
    return "INVALID" if dtype is None else _NAMES.get(dtype.name, dtype.name)


defop(
    "ParseTensor(serialized: string; out_type: type) -> output: out_type",
    shape=unknown,
    step=_parse_tensor,
)(None)


def _serialize_tensor(node, x):
    """Elements lie in ``tensor_content`` even where a list would be shorter, but for text."""
    dtype = node.inputs[0].dtype._base
    proto = make_tensor_proto(x, dtype.as_datatype_enum)
    if dtype is not dt.string:
        content = TensorProto(dtype=dtype.as_datatype_enum)
        content.tensor_shape.CopyFrom(proto.tensor_shape)
        content.tensor_content = np.ascontiguousarray(x).tobytes()
        proto = content
    return text([proto.SerializeToString()], ())


defop("SerializeTensor(tensor: T) -> serialized: string", shape=scalar, step=_serialize_tensor)(
    None
)


def _fingerprint_shape(node, x: Shape, method: Shape) -> Shape:
    x = with_rank_at_least(x, 1)
    with_rank(method, 0)
    value = known_value(node.inputs[1])
    if value is not None and value.item() != b"farmhash64":
        raise ShapeError(f"Unsupported method: {value.item().decode()}")
    return (None if x is None else x[0], None if value is None else 8)


def _fingerprint(node, x, method):
    if method.item() != b"farmhash64":
        raise invalid(node, f"Unsupported data type: {method.item().decode()}")
    if not x.ndim:
        raise invalid(node, f"`data` should have at least one dimension: {shape_list(x.shape)}")
    rows = x.reshape(len(x), -1) if x.size else x.reshape(len(x), 0)
    if x.dtype == object and x.size == len(x):
        codes = [fingerprint64(row[0]) for row in rows.tolist()]
    elif x.dtype == object:
        codes = [
            fingerprint64(b"".join(fingerprint64(s).to_bytes(8, "little") for s in row))
            for row in rows.tolist()
        ]
    else:
        codes = [fingerprint64(np.ascontiguousarray(row).tobytes()) for row in rows]
    return np.array([list(c.to_bytes(8, "little")) for c in codes], np.uint8).reshape(-1, 8)


defop(
    "Fingerprint(data: T, method: string) -> fingerprint: uint8",
    shape=_fingerprint_shape,
    step=_fingerprint,
)(None)


# ---------------------------------------------------------------------- files


def _path(node, x) -> str:
    if x.ndim:
        raise invalid(
            node, f"Input filename tensor must be scalar, but had shape: {shape_list(x.shape)}"
        )
    return os.fsdecode(x.item())


def _as_op_error(node, path: str, error: OSError) -> errors.OpError:
    cls = {
        FileNotFoundError: errors.NotFoundError,
        PermissionError: errors.PermissionDeniedError,
        IsADirectoryError: errors.FailedPreconditionError,
    }.get(type(error), errors.UnknownError)
    return cls(None, node, f"{path}; {error.strerror}")


def _read_file(node, filename):
    path = _path(node, filename)
    try:
        return text([Path(path).read_bytes()], ())
    except OSError as error:
        raise _as_op_error(node, path, error) from None


def _write_file(node, filename, contents) -> list:
    path = _path(node, filename)
    if contents.ndim:
        raise invalid(
            node, f"Contents tensor must be scalar, but had shape: {shape_list(contents.shape)}"
        )
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(contents.item())
    except OSError as error:
        raise _as_op_error(node, path, error) from None
    return []


def _matching_files(node, patterns):
    found: set[str] = set()
    for pattern in patterns.ravel().tolist():
        found.update(glob.glob(os.fsdecode(pattern)))
    names = [os.fsencode(name) for name in sorted(found)]
    return text(names, (len(names),))


def _both_scalars(node, *shapes: Shape) -> list:
    for s in shapes:
        with_rank(s, 0)
    return []


def _files_shape(node, patterns: Shape) -> Shape:
    with_rank_at_most(patterns, 1)
    return (None,)


defop(
    "ReadFile(filename: string) -> contents: string",
    shape=lambda node, s: with_rank(s, 0),
    step=_read_file,
)(None)
defop(
    "WriteFile(filename: string, contents: string)",
    shape=_both_scalars,
    stateful=True,
    step=_write_file,
)(None)
defop(
    "MatchingFiles(pattern: string) -> filenames: string",
    shape=_files_shape,
    step=_matching_files,
)(None)
