"""From functions to messages: ``FunctionDef``.

Inside one a tensor is called ``argument``, or ``node:output argument:index`` after the definition
of the op type. Arguments and results have names in lower case, with ``_`` for every other
character; a node that would be called as one of them gets a number.
"""

import re

from tfgrad._src.graph import proto
from tfgrad._src.graph.func_graph import FuncGraph
from tfgrad._src.graph.graph_def import attr_value, node_def
from tfgrad._src.graph.node import Operation, Tensor


def function_def(graph: FuncGraph) -> proto.FunctionDef:
    """A finished function as a message."""
    message = proto.FunctionDef()
    signature = message.signature
    signature.name = graph.name
    names: set[str] = set()
    called: dict[Tensor, str] = {}  # what the tensor is called inside the message
    for i, t in enumerate(graph.inputs):
        called[t] = _argument(t.op.name, names)
        signature.input_arg.add(name=called[t], type=t.dtype.base_dtype.as_datatype_enum)
        attrs = message.arg_attr[i].attr
        attrs["_user_specified_name"].CopyFrom(attr_value("string", t.op.name.encode()))
        attrs["_output_shapes"].CopyFrom(attr_value("list(shape)", [t.dims]))
    results = []
    for t in graph.outputs:
        results.append(_argument(t.op.name, names))
        signature.output_arg.add(name=results[-1], type=t.dtype.base_dtype.as_datatype_enum)
    nodes: dict[Operation, str] = {}
    inputs = set(graph.inputs)
    for op in graph._ops:
        if op.outputs and op.outputs[0] in inputs:
            continue
        nodes[op] = _unique(op.name, names, 0)
        called.update(zip(op.outputs, _outputs(op, nodes[op]), strict=True))
    for op, name in nodes.items():
        node = message.node_def.add()
        node.CopyFrom(node_def(op))
        node.name = name
        del node.input[:]
        node.input.extend([called[t] for t in op.inputs])
        node.input.extend(["^" + nodes[c] for c in op._control_inputs if c in nodes])
    for name, t in zip(results, graph.outputs, strict=True):
        message.ret[name] = called[t]
    return message


def _argument(name: str, taken: set[str]) -> str:
    plain = re.sub(r"[^a-z0-9]", "_", name.lower())
    return _unique(plain if plain[:1].isalpha() else f"arg{plain}", taken, 1)


def _unique(name: str, taken: set[str], count: int) -> str:
    found = name
    while found in taken:
        found = f"{name}_{count}"
        count += 1
    taken.add(found)
    return found


def _outputs(op: Operation, name: str) -> list[str]:
    """What the outputs of a node are called."""
    found = []
    for arg in op.op_def_.outputs:
        n = 1
        if arg.list_attr:
            n = len(op.attrs[arg.list_attr])
        elif arg.number_attr:
            n = op.attrs[arg.number_attr]
        found += [f"{name}:{arg.name}:{i}" for i in range(n)]
    return found
