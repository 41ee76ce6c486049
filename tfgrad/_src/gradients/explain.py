"""Paths through the graph, for messages about gradients."""

from tfgrad._src.graph.node import Operation

_LONGEST = 12  # names written out


def _search(start: list[Operation], goal: set, step) -> list[Operation]:
    """A shortest path from one of ``start`` to one of ``goal``, or what there is."""
    came: dict[Operation, Operation | None] = dict.fromkeys(start)
    queue = list(start)
    for op in queue:
        if op in goal:
            path = []
            at: Operation | None = op
            while at is not None:
                path.append(at)
                at = came[at]
            return path[::-1]
        for other in step(op):
            if other not in came:
                came[other] = op
                queue.append(other)
    return start[:1]


def path_through(op: Operation, between: set, y_ops: list, x_ops: list) -> str:
    """``loss depends on w through it:  w -> Reshape -> Unique -> Sum -> loss``."""
    back = _search([op], set(x_ops), lambda o: [t.op for t in o.inputs if t.op in between])
    ahead = _search(
        [op],
        set(y_ops),
        lambda o: [c for t in o.outputs for c in t.consumers() if c in between],
    )
    path = [o.name for o in (*back[::-1], *ahead[1:])]
    if len(path) > _LONGEST:
        path = [*path[: _LONGEST // 2], "...", *path[-_LONGEST // 2 :]]
    return f"  {ahead[-1].name} depends on {back[-1].name} through it:  {' -> '.join(path)}"
