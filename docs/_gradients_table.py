"""Writes ``gradients.md``: to which order derivatives are tested, and what to know of them.

    python docs/_gradients_table.py

The op types come from the registry, the orders from the rows in ``tests/gradients/orders.py``.  A
test compares the page with what this writes.
"""

import sys
from pathlib import Path

PAGE = Path(__file__).parent / "gradients.md"

HEAD = """\
# Gradients

Every op type through which `tf.gradients` passes, with the order to which the tests compare its
derivatives with central differences in float64, each order with the one before, to 1e-7 of the
largest. Order 3 is where the tests stop; a gradient can be differentiated as often as
wanted. `tests/gradients/test_random_graphs.py` does the same for random graphs of them.

This page is written by `docs/_gradients_table.py`.

| op type | order tested | differs from TensorFlow | remark |
|---|---|---|---|
"""

DECLARED = """
## Declared without a gradient

`tf.gradients` stops here without a word and the result is `None`:
"""

ABSENT = """
## Neither

`tf.gradients` raises `LookupError` where it would have to pass one of these:
"""


def text() -> str:
    """The whole page."""
    from tests.gradients.orders import DIFFERENCES, REMARKS, ROWS
    from tfgrad._src.gradients.registry import GRADIENTS
    from tfgrad._src.graph.registry import OPS

    lines = []
    for op_type in sorted(t for t, f in GRADIENTS.items() if f is not None and t in OPS):
        rows = [row for row in ROWS if row.op_type == op_type]
        order = max(row.order for row in rows)
        remarks = [REMARKS[op_type]] if op_type in REMARKS else []
        remarks += dict.fromkeys(row.why for row in rows if row.why)
        difference = DIFFERENCES.get(op_type, "no")
        lines.append(f"| `{op_type}` | {order or '–'} | {difference} | {'; '.join(remarks)} |\n")
    declared = sorted(t for t, f in GRADIENTS.items() if f is None and t in OPS)
    absent = sorted(t for t in OPS if t not in GRADIENTS and has_results(OPS[t]))
    return HEAD + "".join(lines) + DECLARED + names(declared) + ABSENT + names(absent)


def has_results(op) -> bool:
    """Whether there is something to differentiate: a result that is no changed variable."""
    return any(not arg.is_ref for arg in op.outputs)


def names(op_types: list[str]) -> str:
    """The names, set as code, in lines."""
    lines = [""]
    for t in op_types:
        piece = f"`{t}`" + ("." if t == op_types[-1] else ",")
        if len(lines[-1]) + len(piece) > 98:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + piece
    return "\n" + "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    PAGE.write_text(text(), encoding="utf-8")
