"""Writes the inputs of ``kinds.npz``: every op type in every type that it accepts, at odd points.

    python -m tests.golden.make_kinds

The inputs of a node come from the first recorded case that has one of its type, run here.  They are
cast to each type that the op accepts, and two fifths of the numbers are replaced by those of
`odd_numbers`; further points have no rows, or no columns.  ``record_kinds.py``, to be run under
TensorFlow next, adds what TensorFlow makes of them.
"""

import collections
import zlib
from collections.abc import Callable

import ml_dtypes
import numpy as np

import tfgrad as tf
from tests.golden import kinds
from tests.points import _recorded_cases
from tfgrad._src.graph.registry import OPS

LARGEST = 3000  # numbers in one input
WITHOUT = {"Placeholder", "PlaceholderV2", "PlaceholderWithDefault", "Const", "PyFunc"}
NUMBERS = [
    "float16", "bfloat16", "float32", "float64", "int8", "uint8", "int16", "uint16", "int32",
    "uint32", "int64", "uint64", "bool", "complex64", "complex128",
]  # fmt: skip
DATA = {"T", "SrcT", "dtype"}  # attributes: types of what an op computes with
ALIKE = {"int16", "uint16", "uint32"}  # left out: the same code as for the other widths
EMPTY_TOO = ("=int32", "=complex64")  # types in which there are points without rows, too


def odd_numbers(dtype: np.dtype) -> np.ndarray:
    """What goes wrong in one way or another."""
    if dtype.kind == "b":
        return np.array([True, False])
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        return np.array([info.min, info.max, 0, 1, info.min + 1, info.max - 1, 7], dtype)
    largest = float(ml_dtypes.finfo(np.zeros(0, dtype).real.dtype).max)
    numbers = [np.nan, np.inf, -np.inf, -0.0, 0.0, largest, -largest]
    return np.array([*numbers, -1.0, 1.0, 0.5, -2.5, 1.5, 100.0, -100.0]).astype(dtype)


def cast(x: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """``x`` in another type, its fractions not all lost."""
    kind = "f" if dtype.kind == "V" else dtype.kind
    x = x.real if x.dtype.kind == "c" else x
    fractions = x.dtype.kind in "fV"
    x = x.astype(np.float64) if fractions else x
    if kind == "c":
        return (x + 0.5j * np.roll(x, 1)).astype(dtype)
    if kind == "b":
        return x > np.median(x) if x.size else x.astype(bool)
    if kind == "f":
        return x.astype(dtype)
    x = np.nan_to_num(np.round(x * 4), posinf=9, neginf=-9) if fractions else x
    info = np.iinfo(dtype)
    x = np.abs(x) if kind == "u" else x
    return np.clip(x.astype(np.float64), max(info.min, -(2**53)), min(info.max, 2**53)).astype(
        dtype
    )


def with_odd_numbers(x: np.ndarray, rng) -> np.ndarray:
    if not x.size:
        return x
    odd = odd_numbers(x.dtype)
    flat = x.reshape(-1).copy()
    places = rng.random(flat.size) < 0.4
    count = int(places.sum())
    flat[places] = rng.permutation(np.resize(odd, max(count, len(odd))))[:count]
    return flat.reshape(x.shape)


def is_plain(op) -> bool:
    """Whether the node computes numbers from numbers alone."""
    definition = OPS[op.type]
    if definition.is_stateful or definition.reads or definition.writes or op.type in WITHOUT:
        return False
    tensors = [*op.inputs, *op.outputs]
    return bool(
        op.inputs
        and op.outputs
        and all(t.dtype.base_dtype.name in NUMBERS and not t.dtype._is_ref_dtype for t in tensors)
        and all(a.kind not in ("func", "tensor") for a in definition.attrs.values())
    )


def first_points() -> dict:
    """Op type -> attributes, and `arguments`."""
    found: dict = {}
    for _, build in _recorded_cases():
        with tf.Graph().as_default() as graph, tf.Session() as session:
            fetches, feeds = build(tf)
            new = {op.type: op for op in graph.get_operations() if is_plain(op)}
            new = {t: op for t, op in new.items() if t not in found}
            if not new:
                continue
            tables = tf.get_collection(tf.GraphKeys.TABLE_INITIALIZERS)
            session.run([tf.global_variables_initializer(), *tables])
            for run in getattr(build, "runs", ()):
                session.run(fetches[run], feeds)
            for op_type, op in new.items():
                try:
                    inputs = session.run(list(op.inputs), feeds)
                except tf.errors.OpError:  # what the case is about
                    continue
                if max(np.size(x) for x in inputs) <= LARGEST:
                    found[op_type] = kinds.attributes(op), arguments(op, inputs)
    return found


def arguments(op, inputs: list) -> list:
    """Per argument of a node the attribute that has its type, and the array or list of them."""
    rest = iter(inputs)
    result = []
    for arg in OPS[op.type].inputs:
        many = arg.number_attr or arg.list_attr
        if many:
            count = op.attrs[many] if arg.number_attr else len(op.attrs[many])
            result.append((arg.type_attr, [np.asarray(next(rest)) for _ in range(count)]))
        else:
            result.append((arg.type_attr, np.asarray(next(rest))))
    return result


def points(op_type: str, attrs: dict, args: list):
    """The points that are made of one node."""
    yield from points_of_types(op_type, "as recorded", attrs, args)
    for name in sorted({a for a, _ in args if a}):
        allowed = [t.name for t in OPS[op_type].attrs[name].allowed or ()] or NUMBERS
        for wanted in allowed:
            if wanted in NUMBERS and wanted not in {attrs[name], *ALIKE}:
                dtype = kinds.numpy_type(wanted)
                changed = [(a, each(v, cast, dtype) if a == name else v) for a, v in args]
                label = f"{name}={wanted}"
                yield from points_of_types(op_type, label, {**attrs, name: wanted}, changed)


def points_of_types(op_type: str, label: str, attrs: dict, args: list):
    """The points with these types."""
    # What is fed is the numbers that the op computes with, not sizes and places.
    fed = [a in DATA or is_fraction(v) for a, v in args]
    rng = np.random.default_rng(zlib.crc32(f"{op_type} {label}".encode()))
    recorded = label == "as recorded"

    def point(what: str, change: Callable, *more):
        values = [each(v, change, *more) if f else v for (_, v), f in zip(args, fed, strict=True)]
        return kinds.Point(op_type, label + what, attrs, values, fed)

    if recorded or not any(fed):
        yield point("", np.asarray)
    if any(fed):
        yield point(", odd numbers", with_odd_numbers, rng)
    if any(fed) and (recorded or label.endswith(EMPTY_TOO)):
        yield point(", no rows", lambda x: x[:0] if x.ndim else x)
        yield point(", no columns", lambda x: x[..., :0] if x.ndim else x)


def each(value, change: Callable, *more):
    """``change`` done to an array or to all of a list."""
    if isinstance(value, list):
        return [change(x, *more) for x in value]
    return change(value, *more)


def is_fraction(value) -> bool:
    return all(x.dtype.kind in "fcV" for x in (value if isinstance(value, list) else [value]))


def main() -> None:
    made = [p for t, first in sorted(first_points().items()) for p in points(t, *first)]
    kinds.write(made)
    counts = collections.Counter(p.op_type for p in made)
    print(len(made), "points of", len(counts), "op types")


if __name__ == "__main__":
    with np.errstate(all="ignore"):
        main()
