"""Activation functions: element-wise ones, and softmax along the last axis.

The op types named ``...Grad`` occur in gradient graphs alone; TensorFlow writes some in terms of
the input (``features``) and some in terms of the output.

The derivatives are in ``gradients/activation.py``.
"""

from collections.abc import Callable

import numpy as np
from jax import lax

from tfgrad._src.graph.dtypes import (
    FLOATING,
    bfloat16,
    float16,
    float32,
    float64,
    int8,
    int16,
    int32,
    int64,
    qint8,
    uint8,
    uint16,
    uint32,
    uint64,
)
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, merge_inputs, same_as_input, with_rank_at_least

# In the order in which TensorFlow's messages list them.
ORDERED = (
    float32, float64, int32, uint8, int16, int8, int64, bfloat16, uint16, float16, uint32, uint64,
)  # fmt: skip

# The fixed point of self-normalising networks (Klambauer et al. 2017, arXiv:1706.02515).
SELU_SCALE = 1.0507009873554805
SELU_SCALE_ALPHA = 1.7580993408473768  # scale * 1.6732632423543772


def _alpha(node) -> np.float32:
    """TensorFlow keeps the attribute in single precision, whatever the tensor's is."""
    return np.float32(node.attrs["alpha"])


def _like(x, number):
    """``number`` as a scalar of the type of ``x``; `lax` stretches scalars."""
    return np.asarray(number).astype(x.dtype)


def _below(x, number, then, otherwise):
    """``then`` where ``x < number``, else ``otherwise``, at nan too."""
    return lax.select(lax.lt(x, _like(x, number)), then, otherwise)


def _above(x, number, then, otherwise):
    """``then`` where ``x > number``, else ``otherwise``, at nan too."""
    return lax.select(lax.gt(x, _like(x, number)), then, otherwise)


def _relu(x):
    return lax.max(x, _like(x, 0))


def _relu6(x):
    return lax.min(lax.max(x, _like(x, 0)), _like(x, 6))


def _elu(x):
    return _below(x, 0, lax.expm1(x), x)


def _selu(x):
    return _below(
        x, 0, lax.mul(_like(x, SELU_SCALE_ALPHA), lax.expm1(x)), lax.mul(_like(x, SELU_SCALE), x)
    )


def _softplus(x):
    """``log(1 + exp(x))``, without overflow, and without losing small values."""
    return lax.add(lax.max(x, _like(x, 0)), lax.log1p(lax.exp(lax.neg(lax.abs(x)))))


def _one_plus_abs(x):
    return lax.add(_like(x, 1), lax.abs(x))


def _activation(op_type: str, dtypes: tuple, kernel: Callable) -> None:
    defop(f"{op_type}(features: T) -> activations: T", T=dtypes, shape=same_as_input)(
        lambda node, x: kernel(x)
    )


def _activation_grad(op_type: str, dtypes: tuple, second: str, kernel: Callable) -> None:
    """Defines ``backprops = kernel(gradients, x)``; ``second`` says what ``x`` is."""
    defop(f"{op_type}(gradients: T, {second}: T) -> backprops: T", T=dtypes, shape=merge_inputs)(
        lambda node, dy, x: kernel(dy, x)
    )


# fmt: off
_activation("Relu",     (*ORDERED, qint8), _relu)
_activation("Relu6",    ORDERED,           _relu6)
_activation("Elu",      FLOATING,          _elu)
_activation("Selu",     FLOATING,          _selu)
_activation("Softplus", FLOATING,          _softplus)
_activation("Softsign", FLOATING,          lambda x: lax.div(x, _one_plus_abs(x)))
# fmt: on


@defop(
    "LeakyRelu(features: T; alpha: float = 0.20000000298023224) -> activations: T",
    T=FLOATING,
    default_types={"T": float32},
    shape=same_as_input,
)
def leaky_relu(node, x):
    return _above(x, 0, x, lax.mul(_like(x, _alpha(node)), x))


# ---------------------------------------------------------------------- ops of gradient graphs


# Relu's gradients are products with 0 or 1 as in TensorFlow's CPU kernels: where the unit is off,
# an infinite or nan ``dy`` becomes nan.  XLA makes a selection of such a product, hence this form.


def _where_on(on, dy):
    return lax.select(on, dy, lax.mul(dy, _like(dy, 0)))


def _relu_grad(dy, x):
    return _where_on(lax.gt(x, _like(x, 0)), dy)


def _relu6_grad(dy, x):
    above, below = lax.gt(x, _like(x, 0)), lax.lt(x, _like(x, 6))
    return _where_on(lax.bitwise_and(above, below), dy)


def _elu_grad(dy, y):
    """``dy (y + 1)`` where ``y < 0``: there ``y = exp(x) - 1``."""
    return _below(y, 0, lax.mul(lax.add(y, _like(y, 1)), dy), dy)


def _selu_grad(dy, y):
    return _below(
        y,
        0,
        lax.mul(lax.add(y, _like(y, SELU_SCALE_ALPHA)), dy),
        lax.mul(_like(y, SELU_SCALE), dy),
    )


def _softsign_grad(dy, x):
    return lax.div(dy, lax.square(_one_plus_abs(x)))


# fmt: off
_activation_grad("ReluGrad",     ORDERED,  "features", _relu_grad)
_activation_grad("Relu6Grad",    ORDERED,  "features", _relu6_grad)
_activation_grad("EluGrad",      FLOATING, "outputs",  _elu_grad)
_activation_grad("SeluGrad",     FLOATING, "outputs",  _selu_grad)
_activation_grad("SoftplusGrad", FLOATING, "features", lambda dy, x: lax.mul(dy, lax.logistic(x)))
_activation_grad("SoftsignGrad", FLOATING, "features", _softsign_grad)
# fmt: on


@defop(
    "LeakyReluGrad(gradients: T, features: T; alpha: float = 0.20000000298023224) -> backprops: T",
    T=FLOATING,
    default_types={"T": float32},
    shape=merge_inputs,
)
def leaky_relu_grad(node, dy, x):
    return _above(x, 0, dy, lax.mul(_like(dy, _alpha(node)), dy))


# ---------------------------------------------------------------------- softmax


def _in_float32(kernel: Callable) -> Callable:
    """A lowering that computes 16-bit types in float32, because their sums would lose digits."""

    def lower(node, x):
        if x.dtype.itemsize > 2:
            return kernel(x)
        wide = lax.convert_element_type(x, np.dtype(np.float32))
        return lax.convert_element_type(kernel(wide), x.dtype)

    return lower


def _at_least_a_vector(node, x: Shape) -> Shape:
    return with_rank_at_least(x, 1)


def _over_last(reduction: Callable, x):
    """``reduction`` of ``x`` along its last axis, stretched to the shape of ``x`` again."""
    axis = len(x.shape) - 1
    return lax.broadcast_in_dim(reduction(x, (axis,)), x.shape, tuple(range(axis)))


def _softmax(x):
    e = lax.exp(lax.sub(x, _over_last(lax.reduce_max, x)))
    return lax.div(e, _over_last(lax.reduce_sum, e))


def _log_softmax(x):
    shifted = lax.sub(x, _over_last(lax.reduce_max, x))
    return lax.sub(shifted, lax.log(_over_last(lax.reduce_sum, lax.exp(shifted))))


defop("Softmax(logits: T) -> softmax: T", T=FLOATING, shape=_at_least_a_vector)(
    _in_float32(_softmax)
)
defop("LogSoftmax(logits: T) -> logsoftmax: T", T=FLOATING, shape=_at_least_a_vector)(
    _in_float32(_log_softmax)
)
