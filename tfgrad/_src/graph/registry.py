"""The table of op types: what each takes, what it gives, its shape rule and its lowering.

An op type is defined once, by a signature in the form of TensorFlow's op definitions::

    @defop("MatMul(a: T, b: T; transpose_a: bool = False, transpose_b: bool = False) -> product: T",
           T=FLOATING, shape=_matmul_shape)
    def matmul(node, a, b): ...

An argument is ``name: X`` where ``X`` is

    float32         one tensor of that type
    T               one tensor; its type is the attribute ``T``
    N * T           ``N`` tensors of one type (``N * float32`` too)
    list(T)         tensors of the types listed in the attribute ``T``
    Ref(T)          a reference variable

After ``;`` come the other attributes, ``name: kind`` or ``name: kind = default``, where kind is one
of type, int, float, bool, string, shape, tensor, func, list(kind).  Type attributes that occur in
arguments need not be listed; the keyword of the same name gives the accepted types (default: any),
and ``default_types={"T": int32}`` the type that a Python value gets when nothing else says.
"""

import functools
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from tfgrad._src.graph import dtypes
from tfgrad._src.graph.dtypes import DType

REQUIRED = object()


class Arg(NamedTuple):
    """One argument of an op type: exactly one of dtype, type_attr and list_attr says its type."""

    name: str
    dtype: DType | None
    type_attr: str | None
    number_attr: str | None
    list_attr: str | None
    is_ref: bool

    @property
    def is_list(self) -> bool:
        return self.number_attr is not None or self.list_attr is not None


class Attr(NamedTuple):
    name: str
    kind: str
    default: Any
    allowed: tuple | None
    inferred: bool  # from the inputs


class OpDef:
    """An op type.  See `defop` for the meaning of the fields."""

    __slots__ = (
        "attrs", "cache", "host", "host_inputs", "inputs", "is_stateful", "lower", "outputs",
        "reads", "shape", "simple", "step", "type", "writes",
    )  # fmt: skip

    type: str
    inputs: tuple[Arg, ...]
    outputs: tuple[Arg, ...]
    attrs: dict[str, Attr]
    shape: Callable | None
    lower: Callable | None
    host: Callable | None
    step: Callable | None
    host_inputs: Any  # positions, or ``f(node) -> positions``
    is_stateful: bool
    reads: tuple[int, ...]
    writes: tuple[int, ...]
    simple: bool
    cache: dict

    def __repr__(self) -> str:
        return f"<OpDef {self.type}>"


OPS: dict[str, OpDef] = {}

_KINDS = {"type", "int", "float", "bool", "string", "shape", "tensor", "func"}
_SIGNATURE = re.compile(r"(\w+)\((.*)\)", re.DOTALL)
_SPLIT = re.compile(r",(?!')\s*(?![^()\[\]]*[)\]])")  # a comma, but no "','"
_CONSTANTS = {"True": True, "False": False, "None": None}


@functools.cache  # most are `x: T`
def _parse_arg(text: str) -> Arg:
    name, _, kind = (part.strip() for part in text.partition(":"))
    number = list_attr = dtype = type_attr = None
    is_ref = kind.startswith("Ref(")
    if is_ref:
        kind = kind[4:-1].strip()
    if kind.startswith("list("):
        list_attr = kind[5:-1].strip()
    else:
        if "*" in kind:
            number, kind = (part.strip() for part in kind.split("*"))
        dtype = dtypes._BY_NAME.get(kind)
        if dtype is None:
            type_attr = kind
    return Arg(name, dtype, type_attr, number, list_attr, is_ref)


def _parse_default(kind: str, text: str):
    text = text.strip()
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if kind == "type":
        return dtypes.as_dtype(text)
    if kind == "int":
        return int(text)
    if kind == "float":
        return float(text)
    if kind == "string":
        return text.strip("'\"").encode()
    if kind == "shape" and text == "[]":
        return ()
    if kind.startswith("list("):
        inner = text.strip("[]")
        return [_parse_default(kind[5:-1], part) for part in inner.split(",") if part.strip()]
    raise ValueError(f"no default {text!r} for an attribute of kind {kind}")


def defop(
    signature: str,
    *,
    shape: Callable | None = None,
    host: Callable | None = None,
    host_inputs: tuple[str, ...] = (),
    step: Callable | None = None,
    stateful: bool = False,
    reads: tuple[str, ...] = (),
    writes: tuple[str, ...] = (),
    default_types: dict[str, DType] | None = None,
    **allowed: tuple,
):
    """Defines an op type; decorates its lowering ``lower(node, *values)``.

    Args:
      signature: see the module's docstring.
      shape: the shape rule ``rule(node, *input_shapes)``; None: the shapes are unknown.
      host: ``host(node, *arrays)``, the same computation on numpy arrays.  With it the op can be
        folded before a program is compiled.  It must give exactly what the lowering gives.
      host_inputs: names of the inputs that must be numbers when the op is lowered (host operands).
      step: ``step(node, *arrays)`` for an op that has no lowering and runs between programs.
      stateful: never folded, merged or dropped when it is needed twice.
      reads, writes: names of the inputs that are variables, whose value the op takes or changes.
      default_types: per type attribute, what a Python number becomes when no other input says.
      **allowed: per type attribute or string attribute, the accepted values.
    """
    head, _, results = signature.partition("->")
    match = _SIGNATURE.fullmatch(head.strip())
    if not match:
        raise ValueError(f"not a signature: {signature!r}")
    name, args = match.groups()
    args, _, extra = args.partition(";")
    op = OpDef()
    op.type = name
    op.inputs = tuple(_parse_arg(a) for a in _SPLIT.split(args) if a.strip())
    op.outputs = tuple(_parse_arg(a) for a in _SPLIT.split(results) if a.strip())
    defaults = default_types or {}
    inferred: dict[str, str] = {}
    for arg in op.inputs:
        if arg.number_attr:
            inferred[arg.number_attr] = "int"
        if arg.type_attr:
            inferred[arg.type_attr] = "type"
        if arg.list_attr:
            inferred[arg.list_attr] = "list(type)"
    op.attrs = {}
    for attr_name, kind in inferred.items():
        default = defaults.get(attr_name, REQUIRED)
        op.attrs[attr_name] = Attr(attr_name, kind, default, allowed.pop(attr_name, None), True)
    for text in _SPLIT.split(extra):
        if not text.strip():
            continue
        attr_name, _, rest = (part.strip() for part in text.partition(":"))
        kind, equals, default = (part.strip() for part in rest.partition("="))
        if kind not in _KINDS and not (kind.startswith("list(") and kind[5:-1] in _KINDS):
            raise ValueError(f"{name}: unknown attribute kind {kind!r}")
        value = _parse_default(kind, default) if equals else REQUIRED
        op.attrs[attr_name] = Attr(attr_name, kind, value, allowed.pop(attr_name, None), False)
    for arg in op.outputs:  # an output type that nothing gives must be passed by the caller
        for attr_name, kind in (
            (arg.type_attr, "type"),
            (arg.list_attr, "list(type)"),
            (arg.number_attr, "int"),
        ):
            if attr_name and attr_name not in op.attrs:
                op.attrs[attr_name] = Attr(
                    attr_name, kind, REQUIRED, allowed.pop(attr_name, None), False
                )
    if allowed:
        raise ValueError(f"{name}: no attributes {sorted(allowed)}")
    index = {arg.name: i for i, arg in enumerate(op.inputs)}
    op.shape, op.host, op.step = shape, host, step
    op.host_inputs = host_inputs if callable(host_inputs) else tuple(index[n] for n in host_inputs)
    op.reads = tuple(index[n] for n in reads)
    op.writes = tuple(index[n] for n in writes)
    op.is_stateful = stateful or bool(op.writes)
    op.simple = not any(a.is_list for a in (*op.inputs, *op.outputs))
    op.cache = {}
    op.lower = None
    if name in OPS:
        raise ValueError(f"op type {name} is defined twice")
    OPS[name] = op

    def register(lower: Callable) -> Callable:
        op.lower = lower
        return lower

    return register


def host_operands(node) -> tuple[int, ...]:
    """The positions among ``node.inputs`` of the inputs that must be numbers when it is lowered."""
    op = node.op_def_
    if callable(op.host_inputs):
        return tuple(op.host_inputs(node))
    if op.simple or not op.host_inputs:
        return op.host_inputs
    positions: list[int] = []
    start = 0
    for i, arg in enumerate(op.inputs):
        count = 1
        if arg.number_attr:
            count = node.attrs[arg.number_attr]
        elif arg.list_attr:
            count = len(node.attrs[arg.list_attr])
        if i in op.host_inputs:
            positions += range(start, start + count)
        start += count
    return tuple(positions)
