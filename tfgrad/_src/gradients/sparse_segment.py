"""Derivatives of combining groups of gathered rows.

Each sum has a gradient op of its own, which divides as the sum did.  The gradient of that is the
sum again.
"""

from functools import partial

from tfgrad._src.functions.gather import scatter_nd
from tfgrad._src.functions.indexed_slices import IndexedSlices
from tfgrad._src.functions.join import concat
from tfgrad._src.functions.shape import expand_dims, shape
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Operation


def _forward(kind: str, op: Operation, dy):
    data, indices, ids, *rest = op.inputs
    none = (None,) * (2 + len(rest))
    if op.attrs["sparse_gradient"]:
        lengths = shape(data)
        values, rows = add_op(f"SparseSegment{kind}GradV2", dy, indices, ids, lengths[0])
        return (IndexedSlices(values, rows, lengths), *none)
    rows = shape(data)[0]
    return (add_op(f"SparseSegment{kind}Grad", dy, indices, ids, rows), *none)


def _backward(kind: str, op: Operation, dy):
    grads, indices, ids, _ = op.inputs
    rows = shape(grads)[0]
    found = add_op(f"SparseSegment{kind}WithNumSegments", dy, indices, ids, rows)
    return found, None, None, None


def _backward_v2(kind: str, op: Operation, dy, _):
    """The rows that are listed are put into a whole table first."""
    grads, _, _, rows = op.inputs
    at = expand_dims(op.outputs[1], 1)
    lengths = concat([expand_dims(rows, 0), shape(grads)[1:]], 0)
    if at.dtype is not lengths.dtype:
        lengths = add_op("Cast", lengths, DstT=at.dtype)
    return _backward(kind, op, scatter_nd(at, dy, lengths))


for _kind in ("Sum", "Mean", "SqrtN"):
    gradient(f"SparseSegment{_kind}", f"SparseSegment{_kind}WithNumSegments")(
        partial(_forward, _kind)
    )
    gradient(f"SparseSegment{_kind}Grad")(partial(_backward, _kind))
    gradient(f"SparseSegment{_kind}GradV2")(partial(_backward_v2, _kind))
