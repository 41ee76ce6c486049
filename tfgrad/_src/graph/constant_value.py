"""What is known of a tensor's value while the graph is built.

Three questions, from narrow to wide:

`constant_value` answers for the few op types for which TensorFlow's Python code does; gradients ask
it, and which nodes they create depends on the answer, so it must not know more than TensorFlow.

`known_value` computes anything that has a host kernel and depends on constants alone; shape rules
ask it, as TensorFlow's C++ does.

`partial_shape` is `known_value` for a tensor that holds a shape, some of whose entries may be
unknown.

`Questions` finds out which of these a shape rule asked before it failed; error messages list the
answers.
"""

import threading

import numpy as np

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph import errors
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.shapes import Shape, ShapeError, is_fully_known, num_elements

_LARGEST = 4096  # elements; larger values are not worth computing twice
_MOST_NODES = 1000  # nodes looked at per question

# The op types that TensorFlow's Python code sees through.
_PYTHON_TYPES = frozenset({
    "Const", "Shape", "Size", "Rank", "Range", "Cast", "Concat", "ConcatV2", "Pack", "Unpack",
    "Split", "Fill", "Equal", "NotEqual", "StopGradient", "Identity",
})  # fmt: skip


def constant_value(tensor: Tensor, partial: bool = False) -> np.ndarray | None:
    """The value of ``tensor`` where TensorFlow's Python code knows it, or None.

    Args:
      tensor: a tensor.
      partial: accepted for TensorFlow's sake; nothing partial is returned.
    """
    value = _evaluate(tensor, _PYTHON_TYPES)
    if value is not None and tensor.dtype.is_quantized:  # as the functions of users see it
        return value.view(tensor.dtype.as_numpy_dtype)
    return value


def known_value(tensor: Tensor) -> np.ndarray | None:
    """The value of ``tensor`` if it follows from constants and static shapes, or None."""
    questions = _listening.questions
    if questions is not None and not questions.answers(tensor):
        return None
    return _evaluate(tensor, None)


def _evaluate(tensor: Tensor, types) -> np.ndarray | None:
    op = tensor.op
    if op.type == "Const":
        return op.attrs["value"]
    if op.op_def_.host is None:
        return None
    values: dict[Tensor, np.ndarray] = {}
    stack = [tensor]
    budget = _MOST_NODES
    while stack:
        t = stack[-1]
        if t in values:
            stack.pop()
            continue
        budget -= 1
        op = t.op
        if op.type == "Const":
            values[t] = op.attrs["value"]
            stack.pop()
            continue
        if budget < 0 or op.op_def_.host is None or op.op_def_.is_stateful:
            return None
        if types is not None and op.type not in types:
            return None
        if op.type in _SHAPE_OPS:
            if not _SHAPE_OPS[op.type](op):
                return None
            arrays = [_Dims(i.dims) for i in op.inputs]
        else:
            n = num_elements(t.dims)
            if n is not None and n > _LARGEST:
                return None
            entry = _entry_of_shape(t) if types is None and t.dims == () else None
            if entry is not None:
                values[t] = np.asarray(entry, t.dtype.np)
                stack.pop()
                continue
            missing = [i for i in op.inputs if i not in values]
            if missing:
                stack.extend(missing)
                continue
            arrays = [values[i] for i in op.inputs]
        try:
            results = op.op_def_.host(op, *arrays)
        except errors.OpError:  # wrong values are the business of the run
            return None
        if len(op.outputs) == 1:
            results = (results,)
        for output, result in zip(op.outputs, results, strict=True):
            values[output] = np.asarray(result, output.dtype.np)
        stack.pop()
    return values[tensor]


class _Dims:
    """Stands for an array of which only the shape is known, for the host kernels of shape ops."""

    __slots__ = ("ndim", "shape", "size")

    def __init__(self, dims):
        self.shape = dims
        self.ndim = None if dims is None else len(dims)
        self.size = num_elements(dims)


# Ops that need no value of their input, and what must be known of its shape.
_SHAPE_OPS = {
    "Shape": lambda op: is_fully_known(op.inputs[0].dims),
    "ShapeN": lambda op: False,  # TensorFlow sees through it in `partial_shape` alone
    "Size": lambda op: is_fully_known(op.inputs[0].dims),
    "Rank": lambda op: op.inputs[0].dims is not None,
}


def partial_shape(tensor: Tensor) -> Shape:
    """The shape that the integer vector ``tensor`` describes; -1 and unknown entries give None.

    A tensor of which nothing is known but its length gives that many unknown dimensions.

    Raises:
      ValueError: an entry is below -1.
    """
    entries = partial_entries(tensor)
    if entries is None:
        return None
    for d in entries:
        if d is not None and d < -1:
            raise ValueError(f"Invalid value in tensor used for shape: {d}")
    return tuple([None if d is None or d < 0 else d for d in entries])


def partial_entries(tensor: Tensor, depth: int = 50) -> list[int | None] | None:
    """The entries of an integer vector, None where unknown; None if even the length is."""
    length = tensor.dims[0] if tensor.dims is not None and len(tensor.dims) == 1 else None
    unknown = None if length is None else [None] * length
    questions = _listening.questions
    if questions is not None and not questions.answers(tensor, as_shape=True):
        return unknown
    value = known_value(tensor)
    if value is not None and not np.ndim(value):
        if value == -1:
            return None
        raise ValueError(
            f"Received a scalar value '{value}' as shape; require a statically known scalar with "
            f"value '-1' to describe an unknown shape."
        )
    if value is not None:
        return [int(v) for v in np.reshape(value, -1)]
    op = tensor.op
    if depth == 0:
        return unknown
    if op.type in ("Shape", "ShapeN"):
        dims = op.inputs[tensor.value_index if op.type == "ShapeN" else 0].dims
        return unknown if dims is None else list(dims)
    if op.type == "Cast" and op.inputs[0].dtype in (dt.int32, dt.int64):
        return partial_entries(op.inputs[0], depth - 1)
    if op.type == "Pack" and all(t.dims == () for t in op.inputs):
        return [partial_scalar(t) for t in op.inputs]
    if op.type == "ConcatV2":
        parts = [partial_entries(t, depth - 1) for t in op.inputs[:-1]]
        if any(p is None for p in parts):
            return unknown
        return [e for p in parts if p is not None for e in p]
    if op.type == "StridedSlice":
        entries = partial_entries(op.inputs[0], depth - 1)
        sliced = _slice_of(op, entries)
        return sliced if isinstance(sliced, list) else unknown
    return unknown


def partial_scalar(tensor: Tensor) -> int | None:
    """The value of an integer scalar, or None."""
    value = known_value(tensor)
    return None if value is None else int(value)


def _entry_of_shape(t: Tensor) -> int | None:
    """A length that a ``Shape`` node gives, of a shape of which only that much is known."""
    if t.op.type not in ("StridedSlice", "Unpack"):
        return None
    source = t.op.inputs[0].op
    dims = source.inputs[0].dims if source.type == "Shape" else None
    if dims is None:
        return None
    if t.op.type == "Unpack":
        return dims[t.value_index]
    found = _slice_of(t.op, list(dims))
    return found if isinstance(found, int) else None


def _slice_of(op, entries: list[int | None] | None):
    """``entries[begin:end:stride]`` for a StridedSlice of a vector, or None if it is not known."""
    bounds = [known_value(t) for t in op.inputs[1:4]]
    if entries is None or any(b is None or np.size(b) != 1 for b in bounds):
        return None
    begin, end, stride = (int(np.reshape(b, ())) for b in bounds if b is not None)
    a = op.attrs
    if a["ellipsis_mask"] or a["new_axis_mask"]:
        return None
    if a["shrink_axis_mask"] & 1:
        return entries[begin] if -len(entries) <= begin < len(entries) else None
    return entries[
        slice(None if a["begin_mask"] & 1 else begin, None if a["end_mask"] & 1 else end, stride)
    ]


# ---------------------------------------------------------------------- what a shape rule asked


class _Listening(threading.local):
    questions: "Questions | None" = None  # those that are being asked in this thread


_listening = _Listening()


class Questions:
    """A shape rule that failed, asked again to find out what it asked.

    TensorFlow first calls a shape function with no input value at all.  As long as the function
    asks for values that are known and were not given, it is called again with these.  Which values
    a message lists depends on that order: it stops at the first call that fails.

    Attributes:
      error: the `ShapeError` that TensorFlow would report.
      values: input number -> value, for those that were asked for and known.
      shapes: input number -> `Shape`, for those asked for as shapes whose length is known.
    """

    def __init__(self, node, error: ShapeError):
        self.error = error
        self._inputs = node.inputs
        self._given: set[tuple[Tensor, bool]] = set()
        self._asked: dict[tuple[Tensor, bool], None] = {}
        shapes: dict[Tensor, Shape] = {}
        _listening.questions = self
        try:
            while True:
                node.op_def_.shape(node, *[t.dims for t in node.inputs])
                new = self._asked.keys() - self._given
                if not new:
                    break
                _listening.questions = None
                shapes.update({t: partial_shape(t) for t, as_shape in new if as_shape})
                _listening.questions = self
                self._given |= new
        except ShapeError as found:
            self.error = found
        finally:
            _listening.questions = None
        self.values: dict[int, np.ndarray] = {}
        self.shapes: dict[int, tuple] = {}
        for i, t in enumerate(node.inputs):
            shape = shapes.get(t)
            if shape is not None:
                self.shapes[i] = shape
            elif (t, False) in self._given or (t, True) in self._given:
                value = known_value(t)
                if value is not None:
                    self.values[i] = value

    def answers(self, tensor: Tensor, as_shape: bool = False) -> bool:
        """Notes a question; whether it may be answered in this call of the rule."""
        if all(t is not tensor for t in self._inputs):
            return True  # a question about a producer, inside the answer to another one
        self._asked[tensor, as_shape] = None
        return (tensor, as_shape) in self._given or (tensor, True) in self._given
