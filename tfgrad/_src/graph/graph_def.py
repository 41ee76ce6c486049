"""From nodes to messages: ``GraphDef``, ``NodeDef``, ``AttrValue``, ``OpDef``.

The messages are those of `proto`; nothing here is imported before a program asks for one.
"""

import numpy as np

from tfgrad._src.graph import proto
from tfgrad._src.graph.dtypes import _BY_NUMBER, DType, without_records
from tfgrad._src.graph.node import Operation
from tfgrad._src.graph.registry import REQUIRED, OpDef
from tfgrad._src.graph.shapes import Shape
from tfgrad._src.graph.tensor_proto import make_ndarray, make_tensor_proto

# The version of the format that TensorFlow 2.21 writes.
PRODUCER = 2474


def versions() -> proto.VersionDef:
    return proto.VersionDef(producer=PRODUCER)


def shape_proto(shape: Shape) -> proto.TensorShapeProto:
    """A static shape as a message; -1 stands for an unknown length."""
    message = proto.TensorShapeProto()
    if shape is None:
        message.unknown_rank = True
        return message
    for d in shape:
        message.dim.add().size = -1 if d is None else d
    return message


def attr_value(kind: str, value, dtype: DType | None = None) -> proto.AttrValue:
    """An attribute of a node as a message."""
    message = proto.AttrValue()
    if kind == "type":
        message.type = value.as_datatype_enum
    elif kind == "shape":
        message.shape.CopyFrom(shape_proto(value))
    elif kind == "tensor":
        number = dtype.as_datatype_enum if dtype is not None else 0
        message.tensor.CopyFrom(make_tensor_proto(value, number))
    elif kind == "string":
        message.s = value
    elif kind == "bool":
        message.b = bool(value)
    elif kind == "int":
        message.i = int(value)
    elif kind == "float":
        message.f = float(value)
    elif kind == "func":
        message.func.name = value
    elif kind.startswith("list("):
        message.list.SetInParent()
        inner = kind[5:-1]
        field = {
            "type": "type",
            "shape": "shape",
            "string": "s",
            "bool": "b",
            "int": "i",
            "float": "f",
        }
        target = getattr(message.list, field[inner])
        for v in value:
            if inner == "type":
                target.append(v.as_datatype_enum)
            elif inner == "shape":
                target.add().CopyFrom(shape_proto(v))
            else:
                target.append(v)
    else:
        raise ValueError(f"no message for an attribute of kind {kind}")
    return message


def _kind_of(value) -> str:
    """The kind of an attribute that the op type does not declare, such as ``_class``."""
    if isinstance(value, bool | np.bool_):
        return "bool"
    if isinstance(value, int | np.integer):
        return "int"
    if isinstance(value, float):
        return "float"
    if isinstance(value, str | bytes):
        return "string"
    if isinstance(value, DType):
        return "type"
    if isinstance(value, list | tuple):
        return f"list({_kind_of(value[0])})" if value else "list(string)"
    raise TypeError(f"{value!r} cannot be an attribute of a node.")


def _attrs(op: Operation):
    declared = op.op_def_.attrs
    for name, value in op.attrs.items():
        if isinstance(value, proto.AttrValue):
            yield name, value
            continue
        if name in declared:
            kind = declared[name].kind
        else:
            kind = _kind_of(value)
            value = value.encode() if isinstance(value, str) else value
        yield name, attr_value(kind, value, op.attrs.get("dtype"))


def node_def(op: Operation) -> proto.NodeDef:
    """A node as a message."""
    message = proto.NodeDef(name=op.name, op=op.type, device=op.device)
    for t in op.inputs:
        message.input.append(t.op.name if t.value_index == 0 else t.name)
    message.input.extend("^" + c.name for c in op._control_inputs)
    for name, value in _attrs(op):
        message.attr[name].CopyFrom(value)
    return message


def graph_def(graph, from_version: int = 0, add_shapes: bool = False) -> proto.GraphDef:
    """A graph as a message; see `Graph.as_graph_def`."""
    message = proto.GraphDef()
    message.versions.CopyFrom(versions())
    for op in graph._ops[from_version:]:
        node = message.node.add()
        node.CopyFrom(node_def(op))
        if add_shapes and op.outputs:
            shapes = attr_value("list(shape)", [t.dims for t in op.outputs])
            node.attr["_output_shapes"].CopyFrom(shapes)
    if graph._functions:
        from tfgrad._src.graph.function_def import function_def  # few graphs have functions

        message.library.function.extend([function_def(f) for f in graph._functions.values()])
    return message


def plain_attr(message: proto.AttrValue):
    """The plain value of an ``AttrValue``."""
    kind = message.WhichOneof("value")
    if kind == "type":
        return _BY_NUMBER[message.type]
    if kind == "shape":
        return _plain_shape(message.shape)
    if kind == "tensor":
        return without_records(make_ndarray(message.tensor))
    if kind == "func":
        return message.func.name
    if kind == "list":
        v = message.list
        return [
            *[_BY_NUMBER[t] for t in v.type], *[_plain_shape(s) for s in v.shape],
            *v.i, *v.f, *v.b, *v.s,
        ]  # fmt: skip
    return None if kind is None else getattr(message, kind)


def _plain_shape(message) -> Shape:
    return (
        None
        if message.unknown_rank
        else tuple(d.size if d.size >= 0 else None for d in message.dim)
    )


def attr_as_tensorflow(op: Operation, name: str):
    """The value of an attribute as ``Operation.get_attr`` gives it."""
    value = op.attrs[name]
    declared = op.op_def_.attrs.get(name)
    kind = declared.kind if declared is not None else _kind_of(value)
    if kind in ("shape", "tensor", "func"):
        return getattr(attr_value(kind, value, op.attrs.get("dtype")), kind)
    if kind == "list(shape)":
        return [shape_proto(s) for s in value]
    if isinstance(value, str):
        return value.encode()
    return list(value) if isinstance(value, tuple) else value


def op_def(definition: OpDef) -> proto.OpDef:
    """The signature of an op type as a message."""
    message = proto.OpDef(name=definition.type, is_stateful=definition.is_stateful)
    for field, args in (
        (message.input_arg, definition.inputs),
        (message.output_arg, definition.outputs),
    ):
        for arg in args:
            a = field.add()
            a.name = arg.name
            a.is_ref = arg.is_ref
            if arg.dtype is not None:
                a.type = arg.dtype.as_datatype_enum
            for target, value in (
                ("type_attr", arg.type_attr), ("number_attr", arg.number_attr),
                ("type_list_attr", arg.list_attr),
            ):  # fmt: skip
                if value:
                    setattr(a, target, value)
    for attr in definition.attrs.values():
        a = message.attr.add()
        a.name, a.type = attr.name, attr.kind
        if attr.default is not REQUIRED:
            a.default_value.CopyFrom(attr_value(attr.kind, attr.default))
        if attr.allowed is not None:
            a.allowed_values.list.SetInParent()
            for v in attr.allowed:
                if attr.kind == "type":
                    a.allowed_values.list.type.append(v.as_datatype_enum)
                else:
                    a.allowed_values.list.s.append(v.encode() if isinstance(v, str) else v)
    return message
