"""`add_op`: from arguments as users write them to a checked node.

The usual case, tensors in and nothing unusual asked, costs a dictionary look-up: what a signature
makes of given input types is kept in ``OpDef.cache``.
"""

import contextlib
import re
from typing import Any

import numpy as np

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.convert import internal_convert_to_tensor as to_tensor
from tfgrad._src.graph.convert import is_symbolic_list
from tfgrad._src.graph.graph import Graph, get_default_graph
from tfgrad._src.graph.minimums import MINIMUM, too_few
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.registry import OPS, REQUIRED, Attr, OpDef
from tfgrad._src.graph.tensor_shape import as_tuple


def add_op(op_type: str, *inputs, name: str | None = None, **attrs) -> Any:
    """Adds a node to the default graph.

    Args:
      op_type: TensorFlow's op type.
      *inputs: one value per argument of the op type: tensors, or what `convert_to_tensor` takes;
        a list for an argument that is one.  Values that are no tensors become constants inside a
        scope named as the node, under the argument's name.
      name: the node's name; default: the op type.  With a trailing slash it is taken as it is.
      **attrs: the attributes that the inputs do not give and that differ from their defaults.

    Returns:
      The output tensor; a list of them where the op type has several or a list; the `Operation`
      where it has none.

    Raises:
      TypeError: an input has a type that the op type does not accept.
      ValueError: shapes contradict each other.
    """
    op = add_node(op_type, inputs, name, attrs)
    op_def = op.op_def_
    outputs = op.outputs
    if len(op_def.outputs) == 1 and not op_def.outputs[0].is_list:
        return outputs[0]
    if not op_def.outputs:
        return op
    if op_def.simple or len(op_def.outputs) == 1:
        return list(outputs)
    return _pack_outputs(op_def, op)


def add_node(op_type: str, inputs, name: str | None, attrs: dict) -> Operation:
    """As `add_op`, but returns the `Operation`."""
    graph = get_default_graph()
    op_def = OPS.get(op_type)
    if op_def is None:
        raise ValueError(f"No op type is called {op_type!r}.")
    if op_def.simple:
        try:
            key = tuple([t.dtype for t in inputs if type(t) is Tensor])
            if len(key) == len(op_def.inputs) == len(inputs):
                if attrs:
                    key = (key, tuple(attrs.items()))
                known = op_def.cache.get(key)
                if known is None:
                    known = resolve(op_def, inputs, attrs, inputs)
                    if len(op_def.cache) > 500:  # attributes such as seeds never repeat
                        op_def.cache.clear()
                    op_def.cache[key] = known
                for t in inputs:
                    if t.op.graph is not graph:
                        graph = graph_of(inputs)
                        break
                full = (
                    graph.unique_name(op_type) if name is None else graph.node_name(name, op_type)
                )
                return graph._add_node(op_def, inputs, known[0], known[1], full)
        except TypeError as error:
            if "unhashable" not in str(error):
                raise
    if len(inputs) != len(op_def.inputs):
        raise TypeError(
            f"{op_type} takes {len(op_def.inputs)} inputs "
            f"({', '.join(a.name for a in op_def.inputs)}), got {len(inputs)}."
        )
    owner = graph_of(inputs)
    with contextlib.nullcontext() if owner is graph else owner.as_default():
        full = owner.unique_name(op_type) if name is None else owner.node_name(name, op_type)
        flat, known = _convert_inputs(owner, op_def, inputs, attrs, full)
        flat = tuple(flat)
        if any(t.op.graph is not owner for t in flat):
            graph_of(flat)  # raises, unless the owner captures
        return owner._add_node(op_def, flat, known[0], known[1], full)


def graph_of(values) -> Graph:
    """The graph to which a node that reads ``values`` goes: theirs, or else the default graph.

    Args:
      values: tensors, operations, variables, lists of them; anything else is passed over.

    Raises:
      ValueError: two of them are of different graphs.
    """
    default = get_default_graph()
    if default.building_function:
        return default  # which captures what is of a graph around it
    first = None
    stack = list(reversed(values))
    while stack:
        value = stack.pop()
        if isinstance(value, list | tuple):
            stack.extend(reversed(value))
            continue
        if hasattr(value, "_as_graph_element"):
            value = value._as_graph_element()
        if not isinstance(value, Tensor | Operation):
            continue
        if first is None:
            first = value
        elif value.graph is not first.graph:
            raise ValueError(
                f"{value} must be from the same graph as {first}.\n"
                f"  {value.name} belongs to {value.graph!r}, made at {value.op.where}\n"
                f"  {first.name} belongs to {first.graph!r}, made at {first.op.where}"
            )
    return default if first is None else first.graph


# ---------------------------------------------------------------------- attributes


def python_name(op_type: str) -> str:
    """The name of the generated function: ``max_pool3d`` for ``MaxPool3D``."""
    name = re.sub(r"([A-Z]+|\d)([A-Z][a-z])", r"\1_\2", op_type)
    return re.sub(r"([a-z\d])([A-Z])(?=[a-z])|([a-z])([A-Z])", r"\1\3_\2\4", name).lower()


def _plain_attr(op_type: str, attr: Attr, value):
    """``value`` in the form that nodes store."""
    kind = attr.kind
    if kind.startswith("list("):
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            raise TypeError(
                f"Expected list for '{attr.name}' argument to '{python_name(op_type)}' Op, not "
                f"{value!r}."
            )
        one = Attr(attr.name, kind[5:-1], None, attr.allowed, False)
        return [_plain_attr(op_type, one, v) for v in value]
    if kind == "type":
        value = dt.as_dtype(value).base_dtype
        if attr.allowed is not None and value not in attr.allowed:
            raise TypeError(
                f"Value passed to parameter '{attr.name}' has DataType {value.name} not in list of "
                f"allowed values: {', '.join(d.name for d in attr.allowed)}"
            )
        return value
    if kind == "string":
        value = value.encode() if isinstance(value, str) else value
        if not isinstance(value, bytes):
            raise TypeError(f"Expected string for argument '{attr.name}' not {value!r}.")
        if attr.allowed is not None and value.decode() not in attr.allowed:
            names = '", "'.join(attr.allowed)
            raise ValueError(
                f"Attr '{attr.name}' of '{op_type}' Op passed string '{value.decode()}' not in: "
                f'"{names}".'
            )
        return value
    if kind in ("int", "float") and isinstance(value, str | bytes):
        raise TypeError(f"Expected {kind} for argument '{attr.name}' not {value!r}.")
    if kind == "int":
        try:
            return int(value.__index__()) if hasattr(value, "__index__") else int(value)
        except (TypeError, ValueError):
            raise TypeError(f"Expected int for argument '{attr.name}' not {value!r}.") from None
    if kind == "float":
        try:
            return float(value)
        except (TypeError, ValueError):
            raise TypeError(f"Expected float for argument '{attr.name}' not {value!r}.") from None
    if kind == "bool":
        if not isinstance(value, bool | np.bool_):
            raise TypeError(f"Expected bool for argument '{attr.name}' not {value!r}.")
        return bool(value)
    if kind == "shape":
        try:
            return as_tuple(value)
        except (TypeError, ValueError) as error:
            raise type(error)(f"Error converting {attr.name} to a TensorShape: {error}.") from None
    return value


def _types_of_list(op_def: OpDef, name: str, dtypes: list) -> str:
    names = ", ".join(d.base_dtype.name for d in dtypes)
    return (
        f"Tensors in list passed to '{name}' of '{op_def.type}' Op have types [{names}] "
        f"that don't all match."
    )


def resolve(op_def: OpDef, inputs, attrs: dict, groups) -> tuple[dict, tuple]:
    """Checks types and completes the attributes.

    Args:
      op_def: the op type.
      inputs: the flat input tensors.
      attrs: the attributes passed by the caller.
      groups: per argument, its tensor or list of tensors.

    Returns:
      The node's attributes and the types of its outputs.
    """
    found: dict = {}
    first: dict[str, str] = {}
    for arg, group in zip(op_def.inputs, groups, strict=True):
        tensors = group if arg.is_list else (group,)
        if arg.is_ref and not all(t.dtype._is_ref_dtype for t in tensors):
            raise TypeError(
                f"'{op_def.type}' Op requires that input '{arg.name}' be a mutable tensor "
                f"(e.g.: a tf.Variable)"
            )
        if arg.number_attr:
            number = found.setdefault(arg.number_attr, len(tensors))
            if number != len(tensors):
                raise ValueError(
                    f"List argument '{arg.name}' to '{python_name(op_def.type)}' Op with length "
                    f"{len(tensors)} "
                    f"must match length {number} of argument '{first[arg.number_attr]}'."
                )
            first.setdefault(arg.number_attr, arg.name)
            if number < (low := MINIMUM.get((op_def.type, arg.number_attr), 0)):
                raise ValueError(
                    f"List argument '{arg.name}' to '{op_def.type}' Op with length {number} "
                    f"shorter than minimum length {low}."
                )
        if arg.list_attr:
            types = [t.dtype.base_dtype for t in tensors]
            if found.setdefault(arg.list_attr, types) != types:
                raise TypeError(
                    f"Input '{arg.name}' of '{op_def.type}' Op has types that do not match "
                    f"those of argument '{first[arg.list_attr]}'."
                )
            first.setdefault(arg.list_attr, arg.name)
            continue
        type_attr = arg.type_attr or ""  # not looked at where the op type fixes the type
        for t in tensors:
            base = t.dtype.base_dtype
            if arg.dtype is not None:
                if base is not arg.dtype and arg.is_list:
                    names = ", ".join(u.dtype.base_dtype.name for u in tensors)
                    raise TypeError(
                        f"Tensors in list passed to '{arg.name}' of '{op_def.type}' Op have types "
                        f"[{names}] that do not match expected type {arg.dtype.name}."
                    )
                if base is not arg.dtype:
                    raise TypeError(
                        f"Input '{arg.name}' of '{op_def.type}' Op has type {base.name} that does "
                        f"not match expected type of {arg.dtype.name}."
                    )
            elif type_attr not in found:
                found[type_attr] = base
                first[type_attr] = arg.name
                allowed = op_def.attrs[type_attr].allowed
                if allowed is not None and base not in allowed:
                    raise TypeError(
                        f"Value passed to parameter '{arg.name}' has DataType {base.name} not in "
                        f"list of allowed values: {', '.join(d.name for d in allowed)}"
                    )
            elif found[type_attr] is not base:
                if first[type_attr] == arg.name:
                    raise TypeError(_types_of_list(op_def, arg.name, [u.dtype for u in tensors]))
                raise TypeError(
                    f"Input '{arg.name}' of '{op_def.type}' Op has type {base.name} that does not "
                    f"match type {found[type_attr].name} of argument '{first[type_attr]}'."
                )
    result: dict = {}
    for attr in op_def.attrs.values():
        if attr.name in found:
            result[attr.name] = found[attr.name]
        elif attr.name in attrs and attrs[attr.name] is not None:
            result[attr.name] = _plain_attr(op_def.type, attr, attrs[attr.name])
            if wrong := too_few(op_def.type, attr.name, result[attr.name]):
                raise ValueError(wrong)
        elif attr.default is not REQUIRED:
            result[attr.name] = attr.default
        elif attr.kind == "shape":
            result[attr.name] = None
        else:
            if attr.name in attrs and attr.kind in ("string", "int", "float", "bool"):
                raise TypeError(f"Expected {attr.kind} for argument '{attr.name}' not None.")
            if attr.name in attrs and attr.kind.startswith("list("):
                raise TypeError(
                    f"Expected list for '{attr.name}' argument to '{python_name(op_def.type)}' Op, "
                    f"not None."
                )
            raise TypeError(f"{op_def.type} needs the attribute '{attr.name}'.")
    for key, value in attrs.items():
        if key not in op_def.attrs:
            if not key.startswith("_"):
                raise TypeError(f"{op_def.type} has no attribute {key!r}.")
            result[key] = value
    return result, output_dtypes(op_def, result)


def output_dtypes(op_def: OpDef, attrs: dict) -> tuple:
    """The types of the outputs of a node with these attributes."""
    types: list = []
    for arg in op_def.outputs:
        if arg.list_attr:
            types.extend(attrs[arg.list_attr])
            continue
        dtype = arg.dtype or attrs[arg.type_attr]
        if arg.is_ref:
            dtype = dtype._as_ref
        types.extend([dtype] * (attrs[arg.number_attr] if arg.number_attr else 1))
    return tuple(types)


# ---------------------------------------------------------------------- inputs


def _convert_inputs(graph: Graph, op_def: OpDef, inputs, attrs: dict, scope: str):
    """Makes tensors of the inputs, inside the scope of the node that is about to be made."""
    known: dict = {}
    for attr in op_def.attrs.values():
        if attr.kind == "type" and attrs.get(attr.name) is not None:
            known[attr.name] = dt.as_dtype(attrs[attr.name]).base_dtype
    groups: list = []
    flat: list[Tensor] = []
    old, graph._name_stack = graph._name_stack, scope
    try:
        for arg, value in zip(op_def.inputs, inputs, strict=True):
            if arg.is_list:
                group = _convert_list(op_def, arg, value, known)
                flat.extend(group)
            else:
                group = _convert_one(op_def, arg, value, known)
                flat.append(group)
            groups.append(group)
    finally:
        graph._name_stack = old
    explicit = {
        k: v for k, v in attrs.items() if k not in op_def.attrs or not op_def.attrs[k].inferred
    }
    return flat, resolve(op_def, flat, explicit, groups)


def _convert_one(op_def: OpDef, arg, value, known: dict) -> Tensor:
    if type(value) is Tensor:
        tensor = value
    else:
        wanted = arg.dtype or known.get(arg.type_attr)
        if wanted is None:
            tensor = _convert_untyped(op_def, arg, value)
        else:
            tensor = _convert_typed(op_def, arg, value, wanted)
    if arg.type_attr is not None:
        known.setdefault(arg.type_attr, tensor.dtype.base_dtype)
    return tensor


def _convert_untyped(op_def: OpDef, arg, value) -> Tensor:
    """A value whose type nothing else decides: as it is, or of the default type if it must be.

    A value that converts to a type which is not accepted leaves that node in the graph, as in
    TensorFlow (an empty list for a shape makes a float ``shape`` and an integer ``shape_1``).
    """
    attr = op_def.attrs[arg.type_attr]
    if value is None:
        raise ValueError(
            f"Tried to convert '{arg.name}' to a tensor and failed. Error: None values not "
            f"supported."
        )
    if attr.default is REQUIRED:
        return to_tensor(value, name=arg.name, as_ref=arg.is_ref)
    if attr.allowed is not None:
        try:
            tensor = to_tensor(value, name=arg.name, as_ref=arg.is_ref)
        except TypeError:
            tensor = None
        if tensor is not None and tensor.dtype.base_dtype in attr.allowed:
            return tensor
    return to_tensor(value, name=arg.name, as_ref=arg.is_ref, preferred_dtype=attr.default)


def _convert_typed(op_def: OpDef, arg, value, wanted) -> Tensor:
    try:
        return to_tensor(value, dtype=wanted, name=arg.name, as_ref=arg.is_ref)
    except TypeError as error:
        raise TypeError(
            f"Expected {wanted.name} passed to parameter '{arg.name}' of op '{op_def.type}', got "
            f"{value!r} of type '{type(value).__name__}' instead. Error: {error}"
        ) from None
    except ValueError as error:
        try:  # what it is by itself makes the clearer message
            observed = to_tensor(value, as_ref=arg.is_ref).dtype.name
        except ValueError:
            raise ValueError(
                f"Tried to convert '{arg.name}' to a tensor and failed. Error: {error}"
            ) from None
        prefix = f"Input '{arg.name}' of '{op_def.type}' Op has type {observed} that does not match"
        if arg.dtype is not None:
            raise TypeError(f"{prefix} expected type of {arg.dtype.name}.") from None
        other = next(
            (a.name for a in op_def.inputs if a.type_attr == arg.type_attr and a is not arg), None
        )
        if other is None:
            raise TypeError(f"{prefix} type {wanted.name} asked for.") from None
        raise TypeError(f"{prefix} type {wanted.name} of argument '{other}'.") from None


def _convert_list(op_def: OpDef, arg, values, known: dict) -> list[Tensor]:
    if not isinstance(values, list | tuple):
        raise TypeError(
            f"Expected list for '{arg.name}' argument to '{op_def.type}' Op, not {values!r}."
        )
    if arg.list_attr:
        return [
            v if type(v) is Tensor else to_tensor(v, name=f"{arg.name}_{i}", as_ref=arg.is_ref)
            for i, v in enumerate(values)
        ]
    wanted = arg.dtype or known.get(arg.type_attr)
    if wanted is None:  # the first tensor decides for the Python values among them
        wanted = next(
            (v.dtype.base_dtype for v in values if hasattr(v, "op") and hasattr(v, "dtype")), None
        )
    preferred = None
    if wanted is None and arg.type_attr is not None:
        attr = op_def.attrs[arg.type_attr]
        preferred = attr.default if attr.default is not REQUIRED else None
    result: list[Tensor] = []
    for i, v in enumerate(values):
        if type(v) is not Tensor:
            v = to_tensor(
                v,
                dtype=wanted,
                name=f"{arg.name}_{i}",
                as_ref=arg.is_ref,
                preferred_dtype=preferred,
            )
            wanted = wanted or v.dtype.base_dtype
        result.append(v)
    if arg.type_attr is not None and result:
        bases = {t.dtype.base_dtype for t in result}
        if len(bases) > 1:
            raise TypeError(_types_of_list(op_def, arg.name, [t.dtype for t in result]))
        known.setdefault(arg.type_attr, result[0].dtype.base_dtype)
    return result


def _pack_outputs(op_def: OpDef, op: Operation) -> list:
    """Outputs of which some are lists, grouped by argument."""
    result: list = []
    rest = list(op.outputs)
    for arg in op_def.outputs:
        if arg.list_attr:
            n = len(op.attrs[arg.list_attr])
        elif arg.number_attr:
            n = op.attrs[arg.number_attr]
        else:
            result.append(rest.pop(0))
            continue
        result.append(rest[:n])
        rest = rest[n:]
    return result


def create_op(
    graph: Graph, op_type: str, inputs, dtypes, name: str | None, attrs: dict
) -> Operation:
    """The body of `Graph.create_op`: flat tensors in, an `Operation` out."""
    from tfgrad._src.graph.graph_def import plain_attr  # only for AttrValue messages

    op_def = OPS.get(op_type)
    if op_def is None:
        raise ValueError(f"No op type is called {op_type!r}.")
    attrs = {k: plain_attr(v) if hasattr(v, "WhichOneof") else v for k, v in attrs.items()}
    groups: list = []
    rest = list(inputs)
    for i, arg in enumerate(op_def.inputs):
        if not arg.is_list:
            groups.append(rest.pop(0))
            continue
        length = attrs.get(arg.number_attr or arg.list_attr)
        after = sum(not a.is_list for a in op_def.inputs[i + 1 :])
        n = length if isinstance(length, int) else len(length) if length else len(rest) - after
        groups.append(rest[:n])
        rest = rest[n:]
    with graph.as_default():
        op = add_node(
            op_type, groups, name, {k: v for k, v in attrs.items() if not _is_inferred(op_def, k)}
        )
    if dtypes is not None and [dt.as_dtype(d).base_dtype for d in dtypes] != [
        t.dtype.base_dtype for t in op.outputs
    ]:
        raise TypeError(
            f"{op_type} gives {[t.dtype.name for t in op.outputs]}, not {list(dtypes)}."
        )
    return op


def _is_inferred(op_def: OpDef, name: str) -> bool:
    return name in op_def.attrs and op_def.attrs[name].inferred


__all__ = ["add_node", "add_op", "create_op", "is_symbolic_list", "output_dtypes", "resolve"]
