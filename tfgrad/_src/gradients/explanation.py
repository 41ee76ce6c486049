"""What `explain_gradient` returns, and how it is written."""

import html
from typing import NamedTuple

from tfgrad._src.graph import explain
from tfgrad._src.graph.node import Operation, Tensor

_LONGEST = 12  # operations written of a path
_WIDEST = 100  # characters of a place and its source line

_ADVICE = {
    "stop_gradient": "If a gradient is wanted there, take the tf.stop_gradient away.",
    "stop_gradients": "If a gradient is wanted there, take it out of stop_gradients.",
    "dtype": "Only real and complex numbers have gradients: use them all the way, or define one "
    "for the conversion with tf.custom_gradient.",
    "not differentiable": "Its output does not change, or jumps, when its input does: use another "
    "function, or define a gradient with tf.custom_gradient.",
    "override": "Give gradient_override_map another name, or none.",
    "no gradient for this input": "To define one, use tf.custom_gradient.",
    "prevent_gradient": "Its author found no right gradient; its attribute 'message' says why.",
    "zero": "It is flat almost everywhere: use a smooth function, or define a gradient with "
    "tf.custom_gradient.",
}


class GradientBlock(NamedTuple):
    """A path on which a gradient is stopped.

    Attributes:
      reason: why, one of the words that `tfgrad.explain_gradient` lists.
      blocked_at: the operation that stops it.
      path: the operations from x to y.
      sentence: the reason in words.
    """

    reason: str
    blocked_at: Operation
    path: tuple[Operation, ...]
    sentence: str


class GradientExplanation:
    """Why a gradient is what it is; made by `tfgrad.explain_gradient`.

    Attributes:
      ys: what is differentiated, tensors.
      x: with respect to what, a tensor.
      result: what `tf.gradients` does: ``"gradient"``, ``"zero"``, ``"none"`` or ``"error"``.
      reason: one of the words that `tfgrad.explain_gradient` lists.
      path: the operations from x to y, those of the shortest path; empty if there is none.
      blocks: the blocked paths, shortest first.
      notes: sentences on what else was seen.
    """

    def __init__(self, ys, x, result: str, reason: str, path, blocks, notes):
        self.ys: list[Tensor] = ys
        self.x: Tensor = x
        self.result: str = result
        self.reason: str = reason
        self.path: tuple[Operation, ...] = tuple(path)
        self.blocks: list[GradientBlock] = blocks
        self.notes: list[str] = notes

    @property
    def blocked_at(self) -> Operation | None:
        """The operation that stops the gradient, or None."""
        return self.blocks[0].blocked_at if self.blocks else None

    def _first_line(self) -> str:
        ys = ", ".join(repr(t.op.name) for t in self.ys)
        pair = f"from {ys} to {self.x.op.name!r}"
        if self.result == "gradient":
            steps = len(self.path) - 1
            return f"There is a gradient {pair}, through {steps} operation{'s' * (steps != 1)}."
        if self.reason == "no path":
            return f"No gradient {pair}: there is no path, {ys} does not depend on it."
        head = {
            "none": f"No gradient {pair}: ",
            "zero": f"The gradient {pair} is zero: ",
            "error": f"tf.gradients {pair} raises LookupError: ",
        }[self.result]
        return f"{head}{self.blocks[0].sentence}."

    def _advice(self, block: GradientBlock) -> str:
        if block.reason == "no gradient registered":
            override = block.blocked_at.attrs.get("_gradient_op_type", b"").decode()
            name = override or block.blocked_at.type
            return (
                "If no gradient should pass here, wrap its input in tf.stop_gradient; to define "
                f'one, use @tf.RegisterGradient("{name}").'
            )
        return _ADVICE.get(block.reason, "")

    def __str__(self) -> str:
        lines = [self._first_line()]
        if not self.blocks and self.path:
            lines += _table(self.path, None)
        for i, block in enumerate(self.blocks):
            if i > 0:
                lines.append(f"  Another path: {block.sentence}.")
            lines += _table(block.path, block.blocked_at)
            if i == 0 or block.reason != self.blocks[0].reason:
                lines.append(f"  {self._advice(block)}")
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])

    def __repr__(self) -> str:
        at = f", blocked at {self.blocked_at.name!r}" if self.blocked_at else ""
        return f"<GradientExplanation {self.result}: {self.reason}{at}>"

    def _repr_html_(self) -> str:
        parts = [f"<p>{html.escape(self._first_line())}</p>"]
        if not self.blocks and self.path:
            parts.append(_html_table(self.path, None))
        for i, block in enumerate(self.blocks):
            if i > 0:
                parts.append(f"<p>Another path: {html.escape(block.sentence)}.</p>")
            parts.append(_html_table(block.path, block.blocked_at))
            if i == 0 or block.reason != self.blocks[0].reason:
                parts.append(f"<p>{html.escape(self._advice(block))}</p>")
        parts += [f"<p>{html.escape(note)}</p>" for note in self.notes]
        return "".join(parts)


def _shown(path: tuple[Operation, ...], at: Operation | None) -> list[Operation | None]:
    """The operations to be written; None stands for those left out."""
    if len(path) <= _LONGEST:
        return list(path)
    middle = path.index(at) if at is not None else 0
    keep = {*range(3), *range(middle - 2, middle + 3), *range(len(path) - 3, len(path))}
    rows: list[Operation | None] = []
    for i, op in enumerate(path):
        if i in keep:
            rows.append(op)
        elif rows[-1] is not None:
            rows.append(None)
    return rows


def _cells(op: Operation, at: Operation | None) -> tuple[str, ...]:
    outputs = ", ".join(f"{t.dtype.name} {explain.shape_str(t.dims)}" for t in op.outputs[:2])
    more = ", ..." if len(op.outputs) > 2 else ""
    where = op.where if len(op.where) <= _WIDEST else op.where[: _WIDEST - 3] + "..."
    return (">" if op is at else "", op.name, op.type, outputs + more, where)


def _table(path: tuple[Operation, ...], at: Operation | None) -> list[str]:
    """From x down to y; the operation that blocks has a ``>`` before it."""
    rows = [None if op is None else _cells(op, at) for op in _shown(path, at)]
    widths = [min(30, max(len(r[i]) for r in rows if r)) for i in range(4)]
    lines = []
    for row in rows:
        if row is None:
            lines.append(f"  {'':<{widths[0]}} ...")
        else:
            padded = "  ".join(f"{c:<{w}}" for c, w in zip(row[1:4], widths[1:], strict=True))
            lines.append(f"  {row[0]:<{widths[0]}} {padded}  {row[4]}".rstrip())
    return lines


def _html_table(path: tuple[Operation, ...], at: Operation | None) -> str:
    head = "".join(f"<th>{c}</th>" for c in ("", "node", "op", "output", "made at"))
    body = []
    for op in _shown(path, at):
        if op is None:
            body.append('<tr><td></td><td colspan="4">...</td></tr>')
            continue
        cells = ("\N{MULTIPLICATION SIGN}" if op is at else "", *_cells(op, at)[1:])
        style = ' style="font-weight: bold"' if op is at else ""
        body.append(f"<tr{style}>" + "".join(f"<td>{html.escape(c)}</td>" for c in cells) + "</tr>")
    return f"<table><tr>{head}</tr>{''.join(body)}</table>"
