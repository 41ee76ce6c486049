"""Text: an element is a ``bytes`` object, and all of this runs on the host, between programs.

A step receives numpy arrays of objects.  The common case is `_each`: one element gives one element.
Regular expressions are in ``regex.py``, Unicode in ``unicode.py``, numbers in bytes in
``decode.py``; hashes come from ``fingerprint.py``.  Nothing here has a derivative.
"""

import logging
import sys

import numpy as np

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph import errors
from tfgrad._src.graph.constant_value import known_value
from tfgrad._src.graph.dtypes import INDEX
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import (
    Shape,
    ShapeError,
    broadcast,
    canonical_axis,
    merge,
    merge_dim,
    same_as_input,
    scalar,
    with_rank,
)
from tfgrad._src.ops.broadcasting import invalid, shape_list, types
from tfgrad._src.ops.fingerprint import fingerprint64, hash64, sip_hash


def text(values, shape: tuple) -> np.ndarray:
    """``bytes`` objects as an array of text."""
    result = np.empty(len(values), object)
    result[:] = values
    return result.reshape(shape)


def each(function, x: np.ndarray, dtype=object) -> np.ndarray:
    """``function`` of every element."""
    values = [function(e) for e in x.ravel().tolist()]
    return text(values, x.shape) if dtype is object else np.array(values, dtype).reshape(x.shape)


def _each(signature: str, function, **options) -> None:
    """Defines an op with ``y[i] = function(node, x[i])``."""

    def step(node, x):
        return each(lambda e: function(node, e), x, node.outputs[0].dtype.np)

    defop(signature, shape=same_as_input, step=step, **options)(None)


# ---------------------------------------------------------------------- element by element


def _encoding(node) -> bool:
    """Whether text is UTF-8, and not bytes of ASCII."""
    found = node.attrs["encoding"]
    if found not in (b"", b"utf-8"):
        raise invalid(
            node,
            f"only utf-8 or '' (no encoding) is supported, received {found.decode()}",
        )
    return bool(found)


def _lower(node, s: bytes) -> bytes:
    return s.decode("utf-8", "replace").lower().encode() if _encoding(node) else s.lower()


def _upper(node, s: bytes) -> bytes:
    return s.decode("utf-8", "replace").upper().encode() if _encoding(node) else s.upper()


def _length(node, s: bytes) -> int:
    if node.attrs["unit"] == b"BYTE":
        return len(s)
    return sum(byte & 0xC0 != 0x80 for byte in s)  # all but those which continue a character


def _strong(node, s: bytes) -> int:
    key = node.attrs["key"]
    if len(key) != 2:
        raise invalid(node, "Key must have 2 elements")
    return sip_hash(s, *key) % node.attrs["num_buckets"]


UNITS = ("BYTE", "UTF8_CHAR")
# fmt: off
_each("StringLower(input: string; encoding: string = '') -> output: string", _lower)
_each("StringUpper(input: string; encoding: string = '') -> output: string", _upper)
_each("StringStrip(input: string) -> output: string", lambda node, s: s.strip())
_each("StringLength(input: string; unit: string = 'BYTE') -> output: int32", _length, unit=UNITS)
_each("StringToHashBucket(string_tensor: string; num_buckets: int) -> output: int64",
      lambda node, s: hash64(s) % node.attrs["num_buckets"])
_each("StringToHashBucketFast(input: string; num_buckets: int) -> output: int64",
      lambda node, s: fingerprint64(s) % node.attrs["num_buckets"])
_each("StringToHashBucketStrong(input: string; num_buckets: int, key: list(int)) -> output: int64",
      _strong)
# fmt: on


# ---------------------------------------------------------------------- numbers

_RANGES = {
    t: np.iinfo(t) for t in (np.dtype(np.int32), np.dtype(np.int64), np.dtype(np.uint32),
                             np.dtype(np.uint64))
}  # fmt: skip


def number(s: bytes, dtype: np.dtype):
    """The number that ``s`` writes, or None if it writes none of that type."""
    s = s.strip()
    if b"_" in s:
        return None
    try:
        if dtype.kind == "f":
            digits = s.lstrip(b"+-").lower()
            value = float.fromhex(s.decode()) if digits.startswith(b"0x") else float(s)
            with np.errstate(over="ignore", under="ignore"):
                return dtype.type(value)
        value = int(s)
    except (ValueError, UnicodeDecodeError):
        return None
    except OverflowError:  # of fromhex
        return dtype.type(np.inf)
    limits = _RANGES[dtype]
    return value if limits.min <= value <= limits.max else None


def _to_number(node, s: bytes):
    found = number(s, node.attrs["out_type"].np)
    if found is None:
        shown = s.decode("utf-8", "replace")
        raise invalid(node, f"StringToNumberOp could not correctly convert string: {shown}")
    return found


_each(
    "StringToNumber(string_tensor: string; out_type: type = float) -> output: out_type",
    _to_number,
    out_type=types("float double int32 int64 uint32 uint64"),
)


def _format(node) -> str:
    """The format of C for one element of ``node``'s type."""
    attrs, kind = node.attrs, node.inputs[0].dtype._base
    name = kind.name
    floating = kind.is_floating or kind.is_complex
    fill = attrs["fill"].decode()
    if attrs["scientific"] and attrs["shortest"]:
        raise invalid(node, "Cannot select both scientific and shortest notation")
    if not floating and (attrs["scientific"] or attrs["shortest"]):
        raise invalid(node, f"scientific and shortest format not supported for datatype {name}")
    if not floating and kind is not dt.string and attrs["precision"] >= 0:
        raise invalid(node, f"precision not supported for datatype {name}")
    if len(fill) > 1:
        raise invalid(node, "Fill string must be one or fewer characters")
    if fill not in ("", " ", "+", "-", "0", "#"):
        raise invalid(node, f'Fill argument not supported: "{fill}"')
    width = str(attrs["width"]) if attrs["width"] > -1 else ""
    precision = f".{attrs['precision']}" if attrs["precision"] > -1 else ""
    if kind is dt.string:
        return f"%{fill}{width}s"
    letter = "e" if attrs["scientific"] else "g" if attrs["shortest"] else "f"
    return f"%{fill}{width}{precision}{letter if floating else 'd'}"


def _as_string(node, x):
    kind = node.inputs[0].dtype._base
    form = _format(node)
    if kind is dt.string:
        return each(lambda e: form.encode() % e, x)
    if kind is dt.bool_:
        return each(lambda e: b"true" if e else b"false", x)
    if kind.is_complex:
        return each(lambda e: f"({_written(form, e.real)},{_written(form, e.imag)})".encode(), x)
    if kind.is_floating:
        return each(lambda e: _written(form, e).encode(), x.astype(np.float64))
    return each(lambda e: (form % e).encode(), x)


def _written(form: str, x: float) -> str:
    """As C writes it: nothing but a number is filled up with zeros."""
    return form % x if np.isfinite(x) else form.replace("%0", "%") % x


defop(
    "AsString(input: T; precision: int = -1, scientific: bool = False, shortest: bool = False, "
    "width: int = -1, fill: string = '') -> output: string",
    T=types(
        "float double int32 uint8 int16 int8 int64 bfloat16 uint16 half uint32 uint64 complex64 "
        "complex128 bool variant string"
    ),
    shape=same_as_input,
    step=_as_string,
)(None)


# ---------------------------------------------------------------------- parts


def _substr_shape(node, x: Shape, pos: Shape, length: Shape) -> Shape:
    if pos is not None and length is not None:
        if len(pos) != len(length):
            raise ShapeError(f"Shape must be rank {len(length)} but is rank {len(pos)}")
        for a, b in zip(pos, length, strict=True):
            merge_dim(a, b)
    return broadcast(x, pos)


def _substr(node, x, pos, length):
    if pos.shape != length.shape:
        raise invalid(
            node, f"pos and len should have the same shape, got: {shape_list(pos.shape)} vs. "
            f"{shape_list(length.shape)}"
        )  # fmt: skip
    try:
        x, pos, length = np.broadcast_arrays(x, pos, length)
    except ValueError:
        raise errors.UnimplementedError(None, node, "Substr broadcast not implemented") from None
    in_bytes = node.attrs["unit"] == b"BYTE"
    values = []
    parts = zip(x.ravel().tolist(), pos.ravel().tolist(), length.ravel().tolist(), strict=True)
    for i, (s, p, n) in enumerate(parts):
        starts = range(len(s) + 1)
        if not in_bytes:
            starts = [k for k, byte in enumerate(s) if byte & 0xC0 != 0x80] + [len(s)]
        count = len(starts) - 1
        if not -count <= p <= count:
            shown = f" b'{s.decode('utf-8', 'replace')}'" if in_bytes else ""
            raise invalid(node, f"pos {p} out of range for string{shown} at index {i}")
        first = p + count if p < 0 else p
        last = count if n < 0 and in_bytes else min(max(first + n, first), count)
        values.append(s[starts[first] : starts[last]])
    return text(values, x.shape)


defop(
    "Substr(input: string, pos: T, len: T; unit: string = 'BYTE') -> output: string",
    T=INDEX,
    unit=UNITS,
    shape=_substr_shape,
    step=_substr,
)(None)


def _vector(node, x, what: str, separator) -> bytes:
    if x.ndim != 1:
        raise invalid(node, f"input must be a vector, got shape: {shape_list(x.shape)}")
    if separator.ndim:
        raise invalid(node, f"{what} must be a scalar, got shape: {shape_list(separator.shape)}")
    return separator.item()


def _rows(rows: list[list[bytes]]) -> list:
    """Rows of different lengths as a sparse matrix."""
    places = [(i, j) for i, row in enumerate(rows) for j in range(len(row))]
    values = [s for row in rows for s in row]
    widest = max(map(len, rows), default=0)
    return [
        np.array(places, np.int64).reshape(-1, 2),
        text(values, (len(values),)),
        np.array([len(rows), widest], np.int64),
    ]


def _split_at_any(s: bytes, delimiters: bytes) -> list[bytes]:
    if not s:
        return []
    if not delimiters:
        return [s[i : i + 1] for i in range(len(s))]
    for other in delimiters[1:]:
        s = s.replace(bytes([other]), delimiters[:1])
    return s.split(delimiters[:1])


def _split(node, x, delimiter):
    delimiters = _vector(node, x, "delimiter", delimiter)
    rows = [_split_at_any(s, delimiters) for s in x.tolist()]
    if node.attrs["skip_empty"]:
        rows = [[part for part in row if part] for row in rows]
    return _rows(rows)


def _split_once(s: bytes, separator: bytes, most: int) -> list[bytes]:
    if most == 0:
        return [s]
    if separator:
        return s.split(separator, most)
    parts = s.split(None, most)
    if most > 0 and len(parts) == most and s.strip() and len(parts) <= most:
        parts.append(b"")  # what is left, though it is nothing
    return parts


def _split_v2(node, x, separator):
    at = _vector(node, x, "sep", separator)
    most = node.attrs["maxsplit"]
    return _rows([_split_once(s, at, most) for s in x.tolist()])


def _split_shape(node, x: Shape, separator: Shape) -> list:
    with_rank(x, 1)
    with_rank(separator, 0)
    return [(None, 2), (None,), (2,)]


for _signature, _step in (
    ("StringSplit(input: string, delimiter: string; skip_empty: bool = True)", _split),
    ("StringSplitV2(input: string, sep: string; maxsplit: int = -1)", _split_v2),
):
    defop(
        f"{_signature} -> indices: int64, values: string, shape: int64",
        shape=_split_shape,
        step=_step,
    )(None)


# ---------------------------------------------------------------------- joining


def _join_shape(node, *shapes: Shape) -> Shape:
    if all(s == () for s in shapes):
        return ()
    result = None
    for s in shapes:
        if s:
            result = merge(result, s)
    return result


def _join(node, *inputs):
    separator = node.attrs["separator"]
    full = [x for x in inputs if x.ndim]
    for x in full:
        if x.shape != full[0].shape:
            raise invalid(
                node, f"Input shapes do not match: {shape_list(full[0].shape)} vs. "
                f"{shape_list(x.shape)}"
            )  # fmt: skip
    shape = full[0].shape if full else ()
    columns = [np.broadcast_to(x, shape).ravel().tolist() for x in inputs]
    if not columns:
        return text([b""], ())
    return text([separator.join(row) for row in zip(*columns, strict=True)], shape)


defop(
    "StringJoin(inputs: N * string; separator: string = '') -> output: string",
    shape=_join_shape,
    step=_join,
)(None)


def _reduce_join_shape(node, x: Shape, axes: Shape) -> Shape:
    value = known_value(node.inputs[1])
    keep = node.attrs["keep_dims"]
    if x is None or value is None:
        return (None,) * len(x) if keep and x is not None else None
    gone = {canonical_axis(int(a), len(x)) for a in np.ravel(value)}
    if keep:
        return tuple(1 if i in gone else d for i, d in enumerate(x))
    return tuple(d for i, d in enumerate(x) if i not in gone)


def _reduce_join(node, x, axes):
    """Over ``axes`` in the order given: the first of them varies fastest."""
    gone: list[int] = []
    for axis in axes.ravel().tolist():
        if not -x.ndim <= axis < x.ndim:
            raise errors.OutOfRangeError(
                None, node,
                f"Invalid reduction dimension {axis} for input with {x.ndim} dimension(s)",
            )  # fmt: skip
        if axis % x.ndim in gone:
            raise invalid(node, f"Duplicate reduction dimension {axis}")
        gone.append(axis % x.ndim)
    kept = [i for i in range(x.ndim) if i not in gone]
    rows = x.transpose(*kept, *gone[::-1])
    shape = tuple(x.shape[i] for i in kept)
    count = int(np.prod([x.shape[i] for i in gone], dtype=np.int64))
    rows = rows.reshape(int(np.prod(shape, dtype=np.int64)), count)
    joined = [node.attrs["separator"].join(row) for row in rows.tolist()]
    if node.attrs["keep_dims"]:
        shape = tuple(1 if i in gone else n for i, n in enumerate(x.shape))
    return text(joined, shape)


defop(
    "ReduceJoin(inputs: string, reduction_indices: int32; keep_dims: bool = False, "
    "separator: string = '') -> output: string",
    shape=_reduce_join_shape,
    step=_reduce_join,
)(None)


def _segment_join_shape(node, x: Shape, ids: Shape, num: Shape) -> Shape:
    with_rank(num, 0)
    if x is None or ids is None:
        return None
    if len(ids) > len(x):
        raise ShapeError(f"Shape must be at least rank {len(ids)} but is rank {len(x)}")
    for a, b in zip(x, ids, strict=False):
        merge_dim(a, b)
    value = known_value(node.inputs[2])
    if value is not None and value < 0:
        raise ShapeError(
            f"Dimension size, given by scalar input 2, must be non-negative but is {int(value)}"
        )
    return (None if value is None else int(value), *x[len(ids) :])


def _not_a_prefix(ids: tuple, x: tuple) -> str:
    for i, n in enumerate(ids[: len(x)]):
        if n != x[i]:
            return f"Segment dimension is {n} while input dimension is {len(x)} in rank {i}"
    return f"segment_ids' shape must be a prefix of inputs' shape: {shape_list(ids)} vs. " \
        f"{shape_list(x)}"  # fmt: skip


def _segment_join(node, x, ids, num):
    if num.ndim:
        raise invalid(node, "Number of segments should be a scalar.")
    if num.item() < 0:
        raise invalid(node, f"Number of segments must be non-negative but got {num.item()}")
    if x.shape[: ids.ndim] != ids.shape:
        raise invalid(
            node, _not_a_prefix(ids.shape, x.shape)
        )  # fmt: skip
    if ids.size and not 0 <= ids.min() <= ids.max() < num.item():
        raise invalid(
            node, "segment_ids are not allowed to exceed num_segments or to have negative values."
        )
    rest = x.shape[ids.ndim :]
    columns = x.reshape(ids.size, int(np.prod(rest, dtype=np.int64))).T.tolist()
    table = []
    for i in range(num.item()):
        rows = np.flatnonzero(ids.ravel() == i).tolist()
        table += [node.attrs["separator"].join(column[r] for r in rows) for column in columns]
    return text(table, (num.item(), *rest))


defop(
    "UnsortedSegmentJoin(inputs: string, segment_ids: Tindices, num_segments: Tnumsegments; "
    "separator: string = '') -> output: string",
    Tindices=INDEX,
    Tnumsegments=INDEX,
    default_types={"Tnumsegments": dt.int32},
    shape=_segment_join_shape,
    step=_segment_join,
)(None)


# ---------------------------------------------------------------------- tensors as text


def _element(x, quoted: bool = True) -> str:
    """One element as `StringFormat` writes it."""
    from tfgrad._src.ops.host import element_str

    if isinstance(x, bytes):
        return f'"{element_str(x)}"' if quoted else x.decode("utf-8", "replace")
    if isinstance(x, complex | np.complexfloating):
        return "?"
    return element_str(x)


def _brackets(x: np.ndarray, most: int) -> str:
    """The first and last ``most`` of each axis (all if negative) in brackets, a line per row."""

    def write(x, depth: int) -> str:
        n = len(x)
        cut = 0 <= 2 * most < n
        places = [*range(most), *range(n - most, n)] if cut else range(n)
        if x.ndim == 1:
            parts = [_element(x[i]) for i in places]
            if cut:
                parts.insert(most, "...")
            return f"[{' '.join(parts)}]"
        parts = [write(x[i], depth + 1) for i in places]
        if cut:
            parts.insert(most, "...")
        return "[" + ("\n" * (x.ndim - 1) + " " * depth).join(parts) + "]"

    return write(x, 1) if x.ndim else _element(x[()])


def _string_format(node, *inputs):
    pieces = node.attrs["template"].split(node.attrs["placeholder"])
    if len(pieces) != len(inputs) + 1:
        raise invalid(
            node, f"num placeholders in template and num inputs must match: {len(pieces) - 1} vs. "
            f"{len(inputs)}"
        )  # fmt: skip
    result = pieces[0]
    for x, piece in zip(inputs, pieces[1:], strict=True):
        result += _brackets(x, node.attrs["summarize"]).encode() + piece
    return text([result], ())


defop(
    "StringFormat(inputs: list(T); template: string = '%s', placeholder: string = '%s', "
    "summarize: int = 3) -> output: string",
    shape=scalar,
    step=_string_format,
)(None)


# ---------------------------------------------------------------------- printing

_LEVELS = {"log(info)": logging.INFO, "log(warning)": logging.WARNING, "log(error)": logging.ERROR}


def _print(node, x) -> list:
    """To the stream that Python has under this name now, where notebooks and tests see it."""
    if x.ndim:
        raise invalid(node, f"Input is expected to be scalar, but got {shape_list(x.shape)}")
    stream = node.attrs["output_stream"].decode()
    written = (x.item() + node.attrs["end"]).decode("utf-8", "replace")
    if stream.startswith("file://"):
        with open(stream.removeprefix("file://"), "a", encoding="utf-8") as file:
            file.write(written)
    elif stream in _LEVELS:
        logging.getLogger("tensorflow").log(_LEVELS[stream], "%s", written.rstrip("\n"))
    elif stream in ("stdout", "stderr"):
        print(written, end="", file=getattr(sys, stream), flush=True)
    else:
        raise invalid(
            node, f"Unknown output stream: {stream}, Valid streams are: stdout, stderr, log(info), "
            "log(warning), log(error)"
        )  # fmt: skip
    return []


def _print_shape(node, x: Shape) -> list:
    with_rank(x, 0)
    return []


defop(
    "PrintV2(input: string; output_stream: string = 'stderr', end: string = '\n')",
    shape=_print_shape,
    stateful=True,
    step=_print,
)(None)
