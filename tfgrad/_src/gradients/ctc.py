"""Derivative of the loss of connectionist temporal classification.

The forward op gives the gradient as its second output.  It says nothing of the second derivative,
which a ``PreventGradient`` node refuses.
"""

from tfgrad._src.functions.shape import expand_dims
from tfgrad._src.gradients.registry import gradient, not_differentiable
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Operation, Tensor

not_differentiable("CTCGreedyDecoder", "CTCBeamSearchDecoder")


@gradient("CTCLoss", "CTCLossV2")
def ctc_loss_grad(op: Operation, dy: Tensor, _) -> list:
    message = (
        "Currently there is no way to take the second  derivative of ctc_loss due to the fused "
        "implementation's interaction  with tf.gradients()"
    )
    grad = add_op("PreventGradient", op.outputs[1], message=message)
    return [expand_dims(dy, -1) * grad, None, None, None]
