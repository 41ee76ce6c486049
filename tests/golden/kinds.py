"""The file ``kinds.npz``: op types in every type that they accept, at odd points.

`make_kinds` writes the inputs, ``record_kinds.py`` adds what TensorFlow makes of them, and
``tests/test_kinds.py`` compares.  It holds the bytes of all arrays in one row, and JSON that says
what they are.  Nothing here needs tfgrad or TensorFlow.
"""

import inspect
import json
from pathlib import Path
from typing import NamedTuple

import ml_dtypes
import numpy as np

FILE = Path(__file__).parent / "kinds.npz"


class Point(NamedTuple):
    """A node to be built.

    Attributes:
      op_type: its type.
      label: what was done to the inputs.
      attrs: its attributes, types by name.
      inputs: per argument an array, or a list of them.
      fed: whether the argument is fed; else it is a constant.
      outputs: what TensorFlow made of them; an error class by name, or None if not run.
      gradients: for each input that is a floating or complex number the gradient of the sum of such
        outputs, or None where there is none; an error class by name, or None if not taken.
    """

    op_type: str
    label: str
    attrs: dict
    inputs: list
    fed: list
    outputs: list | str | None = None
    gradients: list | str | None = None


def numpy_type(name: str) -> np.dtype:
    return np.dtype(ml_dtypes.bfloat16 if name == "bfloat16" else name)


def attributes(op) -> dict:
    """The attributes of a node as JSON; types by name."""

    def plain(value):
        if hasattr(value, "as_datatype_enum"):
            return value.base_dtype.name
        if isinstance(value, bytes):
            return value.decode()
        return [plain(v) for v in value] if isinstance(value, list | tuple) else value

    return {k: plain(v) for k, v in op.attrs.items() if not k.startswith("_")}


def write(points: list[Point]) -> None:
    pieces: list[bytes] = []

    def index(value):
        if isinstance(value, np.ndarray | np.generic):
            pieces.append(np.ascontiguousarray(value).tobytes())
            return {"array": value.dtype.name, "shape": np.shape(value)}
        return [index(v) for v in value] if isinstance(value, list) else value

    rows = [[*p[:3], *(index(v) for v in p[3:])] for p in points]
    np.savez_compressed(
        FILE,
        index=np.frombuffer(json.dumps(rows).encode(), np.uint8),
        data=np.frombuffer(b"".join(pieces), np.uint8),
    )


def read() -> list[Point]:
    with np.load(FILE) as file:
        rows, data = json.loads(file["index"].tobytes()), file["data"].tobytes()
    place = 0

    def value(entry):
        nonlocal place
        if isinstance(entry, dict):
            dtype, shape = numpy_type(entry["array"]), tuple(entry["shape"])
            count = int(np.prod(shape))
            found = np.frombuffer(data, dtype, count, place).reshape(shape)
            place += count * dtype.itemsize
            return found
        return [value(e) for e in entry] if isinstance(entry, list) else entry

    return [Point(*row[:3], *(value(e) for e in row[3:])) for row in rows]


def build(tf, point: Point) -> tuple:
    """Adds the node of a point to the default graph of ``tf``, TensorFlow or tfgrad.

    Returns:
      The outputs; the gradients, or an error class; the placeholders, with what to feed.
    """
    feeds = {}

    def tensor(x, is_fed: bool):
        if not is_fed:
            return tf.constant(x)
        t = tf.placeholder(tf.as_dtype(x.dtype), x.shape)
        feeds[t] = x
        return t

    tensors = [
        [tensor(x, is_fed) for x in arg] if isinstance(arg, list) else tensor(arg, is_fed)
        for arg, is_fed in zip(point.inputs, point.fed, strict=True)
    ]
    function = getattr(tf.raw_ops, point.op_type)
    names = list(inspect.signature(function).parameters)
    given = dict(zip(names, tensors, strict=False))
    attrs = {"axis" if k == "squeeze_dims" else k: v for k, v in point.attrs.items()}
    given |= {k: v for k, v in attrs.items() if k in names}
    made = function(**given)
    while isinstance(made, list | tuple):
        made = made[0]
    outputs = list(made.op.outputs)
    xs = [t for t in feeds if t.dtype.is_floating or t.dtype.is_complex]
    ys = [t for t in outputs if t.dtype.is_floating or t.dtype.is_complex]
    if not xs or not ys:
        return outputs, None, feeds
    try:
        gradients = [g if g is None else tf.convert_to_tensor(g) for g in tf.gradients(ys, xs)]
    except Exception as e:
        return outputs, type(e).__name__, feeds
    return outputs, gradients, feeds
