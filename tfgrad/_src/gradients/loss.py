"""Derivatives of the cross entropies.

The forward nodes give their derivative with respect to the logits as a second output, ``backprop``.
That output can be differentiated too, which is how second derivatives pass: with ``s`` the softmax
of the logits, a gradient ``g`` of ``backprop`` contributes ``(g - sum(g * s)) * s``.
"""

from tfgrad._src.functions.linalg import matmul
from tfgrad._src.functions.shape import expand_dims, squeeze
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Operation, Tensor


def _times_rows(v: Tensor, matrix: Tensor) -> Tensor:
    """One number per row times the row."""
    return expand_dims(v, -1) * matrix


def _is_unused(op: Operation, d_backprop: Tensor | None) -> bool:
    """Whether only the loss was used: then `gradients` hands over zeros like ``backprop``."""
    if d_backprop is None:
        return True
    maker = d_backprop.op
    return maker.type == "ZerosLike" and maker.inputs[0] is op.outputs[1]


def _logits_grad(op: Operation, d_loss: Tensor, d_backprop: Tensor | None) -> Tensor:
    grad = _times_rows(d_loss, op.outputs[1])
    if _is_unused(op, d_backprop):
        return grad
    softmax = add_op("Softmax", op.inputs[0])
    weighted = matmul(expand_dims(d_backprop, 1), expand_dims(softmax, 2))
    return grad + (d_backprop - squeeze(weighted, axis=1)) * softmax


@gradient("SoftmaxCrossEntropyWithLogits")
def softmax_cross_entropy_grad(op: Operation, d_loss: Tensor, d_backprop: Tensor) -> list:
    grad = _logits_grad(op, d_loss, d_backprop)
    return [grad, _times_rows(d_loss, -add_op("LogSoftmax", op.inputs[0]))]


@gradient("SparseSoftmaxCrossEntropyWithLogits")
def sparse_softmax_cross_entropy_grad(op: Operation, d_loss: Tensor, d_backprop: Tensor) -> list:
    return [_logits_grad(op, d_loss, d_backprop), None]
