"""Derivatives of activation functions and of softmax.

Some are in terms of the output of the forward operation, some in terms of its input, as
TensorFlow's gradient kernels want them.  All are functions of real numbers.
"""

from tfgrad._src.functions.cwise_unary import sigmoid, square
from tfgrad._src.functions.fill import zeros_like
from tfgrad._src.functions.reduce import reduce_sum
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import control_dependencies
from tfgrad._src.graph.node import Operation, Tensor


@gradient("Relu")
def relu_grad(op: Operation, dy: Tensor) -> Tensor:
    return add_op("ReluGrad", dy, op.outputs[0])


@gradient("Relu6")
def relu6_grad(op: Operation, dy: Tensor) -> Tensor:
    return add_op("Relu6Grad", dy, op.outputs[0])


@gradient("LeakyRelu")
def leaky_relu_grad(op: Operation, dy: Tensor) -> Tensor:
    return add_op("LeakyReluGrad", dy, op.inputs[0], alpha=op.attrs["alpha"])


@gradient("Elu")
def elu_grad(op: Operation, dy: Tensor) -> Tensor:
    return add_op("EluGrad", dy, op.outputs[0])


@gradient("Selu")
def selu_grad(op: Operation, dy: Tensor) -> Tensor:
    return add_op("SeluGrad", dy, op.outputs[0])


@gradient("Softplus")
def softplus_grad(op: Operation, dy: Tensor) -> Tensor:
    return dy * sigmoid(op.inputs[0])


@gradient("Softsign")
def softsign_grad(op: Operation, dy: Tensor) -> Tensor:
    return add_op("SoftsignGrad", dy, op.inputs[0])


@gradient("CustomGradient-swish")
def swish_grad(op: Operation, dy: Tensor, *unused: Tensor) -> list:
    """Of the ``IdentityN`` of ``y``, ``x`` and ``beta`` that `tf.nn.swish` makes."""
    _, x, beta = op.inputs
    with control_dependencies([dy]):  # or the forward sigmoid would be kept for this one
        s = sigmoid(beta * x)
    slope = s * (1.0 + (beta * x) * (1.0 - s))
    of_beta = reduce_sum(dy * square(x) * s * (1.0 - s))
    return [None, dy * slope, of_beta]


# ---------------------------------------------------------------------- softmax


@gradient("Softmax")
def softmax_grad(op: Operation, dy: Tensor) -> Tensor:
    """``(dy - sum(dy * y)) * y``."""
    y = op.outputs[0]
    total = reduce_sum(dy * y, -1, keepdims=True)
    return (dy - total) * y


@gradient("LogSoftmax")
def log_softmax_grad(op: Operation, dy: Tensor) -> Tensor:
    """``dy - sum(dy) * softmax(x)``."""
    softmax = add_op("Exp", op.outputs[0])
    return dy - reduce_sum(dy, -1, keepdims=True) * softmax


# ---------------------------------------------------------------------- of the gradient nodes

# Second derivatives: ``dz`` is the gradient with respect to ``z = g(dy, x)``.  Two results, for dy
# and x.


@gradient("ReluGrad")
def relu_grad_grad(op: Operation, dz: Tensor) -> tuple:
    x = op.inputs[1]
    return add_op("ReluGrad", dz, x), zeros_like(x)


@gradient("Relu6Grad")
def relu6_grad_grad(op: Operation, dz: Tensor) -> tuple:
    x = op.inputs[1]
    return add_op("Relu6Grad", dz, x), zeros_like(x)


@gradient("LeakyReluGrad")
def leaky_relu_grad_grad(op: Operation, dz: Tensor) -> tuple:
    x = op.inputs[1]
    return add_op("LeakyReluGrad", dz, x, alpha=op.attrs["alpha"]), zeros_like(x)


def _where_below_0(op: Operation, dz: Tensor, y: Tensor) -> Tensor:
    """``dz * dy`` where ``y < 0``, else 0."""
    return add_op("Select", y < 0, dz * op.inputs[0], zeros_like(y))


@gradient("EluGrad")
def elu_grad_grad(op: Operation, dz: Tensor) -> tuple:
    y = op.inputs[1]
    return add_op("EluGrad", dz, y), _where_below_0(op, dz, y)


@gradient("SeluGrad")
def selu_grad_grad(op: Operation, dz: Tensor) -> tuple:
    y = op.inputs[1]
    return add_op("SeluGrad", dz, y), _where_below_0(op, dz, y)


@gradient("SoftsignGrad")
def softsign_grad_grad(op: Operation, dz: Tensor) -> tuple:
    """Of ``dy / (1 + abs(x))**2``; TensorFlow has none."""
    dy, x = op.inputs
    with control_dependencies([dz]):
        of_x = -2.0 * add_op("Sign", x) * add_op("SoftsignGrad", dz * dy, x)
        return add_op("SoftsignGrad", dz, x), of_x / (1.0 + add_op("Abs", x))


@gradient("SoftplusGrad")
def softplus_grad_grad(op: Operation, dz: Tensor) -> tuple:
    dy, x = op.inputs
    with control_dependencies([dz]):
        of_dy = add_op("SoftplusGrad", dz, x)
        return of_dy, dz * dy / (add_op("Exp", -x) + 2.0 + add_op("Exp", x))
