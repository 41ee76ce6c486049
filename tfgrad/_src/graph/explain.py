"""Sentences about nodes, for error messages and tables.  Nothing here imports more than shapes."""

import linecache
import sys

from tfgrad._src.graph.shapes import Shape


def shape_str(shape: Shape) -> str:
    """Writes a static shape as TensorFlow's C++ does: ``[?,3]``, or ``<unknown>``."""
    if shape is None:
        return "<unknown>"
    return "[" + ",".join("?" if d is None else str(d) for d in shape) + "]"


def line_of(code, instruction: int) -> int:
    """The line number of one byte-code offset; nodes keep the offset because that costs nothing."""
    for start, end, line in code.co_lines():
        if start <= instruction < end and line is not None:
            return line
    return code.co_firstlineno


def where(code, instruction: int) -> str:
    """``file.py, line 12:  y = tf.sin(x)`` or, in a notebook, ``cell 5, line 3:  ...``."""
    if code is None:
        return "an unknown place"
    line = line_of(code, instruction)
    source = linecache.getline(code.co_filename, line).strip()
    place = f"{_file_or_cell(code.co_filename)}, line {line}"
    return f"{place}:  {source}" if source else place


def _file_or_cell(filename: str) -> str:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        named = shell.compile.format_code_name(filename)
        if named:
            return f"cell {named[1].removeprefix('In[').removesuffix(']')}"
    return filename


def describe_inputs(node) -> list[str]:
    """One line per input: its name, dtype, shape, op type and the user's line that made it."""
    lines = []
    for i, t in enumerate(node.inputs):
        what = f"{t.name:<14} {t.dtype.name:<8} {shape_str(t.dims):<8} {t.op.type}"
        lines.append(f"  input {i}   {what}, {t.op.where}")
    return lines


def node_details(node, hint: str = "") -> str:
    """Everything after the first line of a message about ``node``."""
    lines = [f"  made at   {node.where}", *describe_inputs(node)]
    if hint:
        lines.append(f"  {hint}")
    return "\n".join(lines)


def value_str(array, most: int = 256) -> str:
    """Writes ``most`` elements as TensorFlow's C++ does: ``5``, ``1 2``, ``[1 2][3 4]``."""
    left = most

    def written(a) -> str:
        nonlocal left
        if a.ndim <= 1:
            items = a.reshape(-1)
            head = items[:left]
            cut = "..." if len(head) < len(items) and array.ndim > 1 else ""
            left -= len(head)
            return " ".join(_element_str(x) for x in head.tolist()) + cut
        return "".join(f"[{written(row)}]" for row in a if left > 0)

    return written(array) + ("..." if array.size > most else "")


def _element_str(x) -> str:
    if isinstance(x, bytes):
        return x.decode("utf-8", "replace")
    return f"{x:g}" if isinstance(x, float) else str(int(x))


def shape_error(node, questions) -> str:
    """The message for a `ShapeError` raised by the shape rule of ``node``.

    The first line is TensorFlow's, word for word, because ported tests match it.

    Args:
      node: the operation.
      questions: what its shape rule asked, see `constant_value.Questions`.
    """
    error = questions.error
    shapes = ", ".join(shape_str(t.dims) for t in node.inputs)
    first = f"{error.message} for {node.name!r} (op: {node.type!r}) with input shapes: {shapes}"
    if questions.values:
        listed = [f"input[{i}] = <{value_str(v)}>" for i, v in questions.values.items()]
        first += " and with computed input tensors: " + ", ".join(listed)
    if questions.shapes:
        listed = [f"input[{i}] = {shape_str(s)}" for i, s in questions.shapes.items()]
        first += " and with input tensors computed as partial shapes: " + ",".join(listed)
    return first + ".\n" + node_details(node, error.hint)


def frame(code, instruction: int) -> list[tuple]:
    """``[(file, line, function, source)]``, the form of ``Operation.traceback``."""
    if code is None:
        return []
    line = line_of(code, instruction)
    source = linecache.getline(code.co_filename, line).strip()
    return [(code.co_filename, line, code.co_name, source)]


def unused_override(op_types: list[str], gradient: str, made: set[str]) -> str:
    """The warning that a gradient of `Graph.gradient_override_map` has found no node."""
    wanted = " or ".join(repr(t) for t in op_types)
    return (
        f"gradient_override_map: no node of type {wanted} was made inside the block, so that the "
        f"gradient {gradient!r} has no effect.\n"
        f"  Types made inside: {', '.join(sorted(made)) or 'none'}."
    )
