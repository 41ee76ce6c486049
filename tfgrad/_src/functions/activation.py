"""Activation functions, and softmax along any axis.

The op types are in ``ops/activation.py``, the derivatives in ``gradients/activation.py``.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.cwise_unary import sigmoid
from tfgrad._src.functions.fill import range as range_
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import rank, transpose
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph import errors
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor


def relu(features, name: str | None = None) -> Tensor:
    """``max(features, 0)``, element-wise.

    Args:
      features: real numbers, of any shape; nan stays nan.
      name: the name of the node; default ``"Relu"``.

    Gradient:
      ``dy`` where ``features > 0``, else 0; at 0 it is 0.

    Example:
      >>> tf.Session().run(tf.nn.relu([-2.0, 3.0]))
      array([0., 3.], dtype=float32)
    """
    return add_op("Relu", features, name=name)


def relu6(features, name: str | None = None) -> Tensor:
    """``min(max(features, 0), 6)``, element-wise.

    Args:
      features: real numbers, of any shape.
      name: the name of the node; default ``"Relu6"``.

    Example:
      >>> tf.Session().run(tf.nn.relu6([-2.0, 3.0, 10.0]))
      array([0., 3., 6.], dtype=float32)
    """
    with name_scope(name, "Relu6", [features]) as scope:
        return add_op("Relu6", convert_to_tensor(features, name="features"), name=scope)


def crelu(features, name: str | None = None, axis: int = -1) -> Tensor:
    """``relu(features)`` and ``relu(-features)`` joined along ``axis``, which gets twice as long.

    Args:
      features: real numbers, of any shape but ``[]``.
      name: the scope of the nodes; default ``"CRelu"``.
      axis: the axis to join along.

    Example:
      >>> tf.Session().run(tf.nn.crelu([-2.0, 3.0]))
      array([0., 3., 2., 0.], dtype=float32)

    Source: Shang et al. 2016, arXiv:1603.05201.
    """
    with name_scope(name, "CRelu", [features]) as scope:
        features = convert_to_tensor(features, name="features")
        both = add_op("ConcatV2", [features, add_op("Neg", features)], axis, name=scope)
        return add_op("Relu", both)


def leaky_relu(features, alpha=0.2, name: str | None = None) -> Tensor:
    """``features`` where positive, else ``alpha * features``.

    Args:
      features: floating numbers, of any shape; integers are cast to float32.
      alpha: the slope below 0, a Python number, kept in single precision.
      name: the name of the node; default ``"LeakyRelu"``.

    Raises:
      TypeError: ``alpha`` is not a number.

    Example:
      >>> tf.Session().run(tf.nn.leaky_relu([-2.0, 3.0], alpha=0.5))
      array([-1.,  3.], dtype=float32)
    """
    with name_scope(name, "LeakyRelu", [features, alpha]) as scope:
        features = convert_to_tensor(features, name="features")
        if features.dtype.is_integer:
            features = cast(features, dt.float32)
        if isinstance(alpha, np.ndarray):
            alpha = alpha.item()
        return add_op("LeakyRelu", features, alpha=alpha, name=scope)


def elu(features, name: str | None = None) -> Tensor:
    """``features`` where positive, else ``exp(features) - 1``.

    Args:
      features: floating numbers, of any shape.
      name: the name of the node; default ``"Elu"``.

    Example:
      >>> tf.Session().run(tf.nn.elu([-np.inf, 3.0]))
      array([-1.,  3.], dtype=float32)

    Source: Clevert et al. 2015, arXiv:1511.07289.
    """
    return add_op("Elu", features, name=name)


def selu(features, name: str | None = None) -> Tensor:
    """``scale * features`` where positive, else ``scale * alpha * (exp(features) - 1)``.

    ``scale = 1.0507...`` and ``alpha = 1.6733...`` keep mean 0 and variance 1 from layer to layer.

    Args:
      features: floating numbers, of any shape.
      name: the name of the node; default ``"Selu"``.

    Source: Klambauer et al. 2017, arXiv:1706.02515.
    """
    return add_op("Selu", features, name=name)


def softplus(features, name: str | None = None) -> Tensor:
    """``log(exp(features) + 1)``, element-wise, without overflow.

    Args:
      features: floating numbers, of any shape.
      name: the name of the node; default ``"Softplus"``.

    Gradient:
      ``dy * sigmoid(features)``.

    Example:
      >>> tf.Session().run(tf.nn.softplus([-1000.0, 1000.0]))
      array([   0., 1000.], dtype=float32)
    """
    return add_op("Softplus", features, name=name)


def softsign(features, name: str | None = None) -> Tensor:
    """``features / (1 + abs(features))``, element-wise.

    Args:
      features: floating numbers, of any shape.
      name: the name of the node; default ``"Softsign"``.

    Example:
      >>> tf.Session().run(tf.nn.softsign([-1.0, 3.0]))
      array([-0.5 ,  0.75], dtype=float32)
    """
    return add_op("Softsign", features, name=name)


def log_sigmoid(x, name: str | None = None) -> Tensor:
    """``log(sigmoid(x))``, computed as ``-softplus(-x)`` so that small values are not lost.

    Args:
      x: floating numbers, of any shape.
      name: the scope of the nodes; default ``"LogSigmoid"``.

    Example:
      >>> tf.Session().run(tf.log_sigmoid([-1000.0, 1000.0]))
      array([-1000.,    -0.], dtype=float32)
    """
    with name_scope(name, "LogSigmoid", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        return add_op("Neg", add_op("Softplus", add_op("Neg", x)), name=scope)


def swish(features, beta=1.0) -> Tensor:
    """``features * sigmoid(beta * features)``, element-wise.

    Args:
      features: floating numbers, of any shape.
      beta: a scalar.

    Gradient:
      Written out by hand: ``sigmoid(beta * features)`` is computed again and need not be kept.

    Example:
      >>> tf.Session().run(tf.nn.swish([0.0, 1000.0]))
      array([   0., 1000.], dtype=float32)

    Source: Ramachandran et al. 2017, arXiv:1710.05941.
    """
    features = convert_to_tensor(features, name="features")
    beta = cast(convert_to_tensor(beta, name="beta"), features.dtype)
    y = features * sigmoid(beta * features)
    # The nodes of `tf.custom_gradient`; the gradient, on IdentityN, needs no closure here.
    add_op("Identity", y)
    with y.graph.gradient_override_map({"IdentityN": "CustomGradient-swish"}):
        return add_op("IdentityN", [y, features, beta])[0]


# ---------------------------------------------------------------------- softmax


def _exchange(x: Tensor, axis, last: Tensor, name: str | None = "transpose") -> Tensor:
    """``x`` with axes ``axis`` and ``last`` exchanged."""
    order = [range_(axis), [last], range_(axis + 1, last), [axis]]
    return transpose(x, add_op("ConcatV2", order, 0, name="concat"), name=name)


def along_axis(compute: Callable, what: str, x, axis, name: str | None) -> Any:
    """A function of the last axis, applied along another.

    Args:
      compute: ``compute(x, name=name)`` gives a tensor, or a tuple of them, of the shape of ``x``.
      what: its name, for messages.
      x: the argument.
      axis: a number or a tensor.
      name: the name of what comes last.
    """
    x = convert_to_tensor(x)
    dims = x.dims
    if isinstance(axis, np.integer):
        axis = int(axis)
    if not isinstance(axis, Tensor) and axis == -1:
        return compute(x, name=name)
    if dims is None:
        raise TypeError(
            "unsupported operand type(s) for -: 'NoneType' and 'int'\n"
            f"  {what} along axis {axis} needs the rank of {x.name}, which is not known; "
            f"give it by `set_shape`, or use axis=-1."
        )
    n = len(dims)
    if not isinstance(axis, Tensor) and axis == n - 1:
        return compute(x, name=name)
    known = constant_value(axis) if isinstance(axis, Tensor) else axis
    if known is not None and not -n <= known < n:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"`dim` must be in the range [{-n}, {n}) where {n} is the number of dimensions in the "
            f"input. Received: dim={known}",
        )
    r = rank(x)
    if isinstance(axis, Tensor):
        axis = add_op("Select", add_op("Less", axis, 0), axis + r, axis)
    elif axis < 0:
        axis = axis + r
    r = rank(x)  # TensorFlow makes the node twice
    axis = axis % n
    ys = compute(_exchange(x, axis, add_op("Sub", r, 1)))
    found = []
    for y in ys if isinstance(ys, tuple) else (ys,):
        found.append(_exchange(y, axis, add_op("Sub", r, 1), name=name))
        found[-1].set_shape(dims)  # a computed permutation loses it
    return tuple(found) if isinstance(ys, tuple) else found[0]


def _along_axis(op_type: str, x, axis, name: str | None) -> Tensor:
    """An op that works along the last axis, applied along another."""

    def compute(x: Tensor, name: str | None = None) -> Tensor:
        return add_op(op_type, x, name=name)

    return along_axis(compute, op_type, x, axis, name)


def _one_axis(axis, dim):
    """``axis`` or its older name ``dim``; -1 if neither is given."""
    if dim is not None:
        if axis is not None:
            raise ValueError("Cannot specify both 'dim' and 'axis'.")
        axis = dim
    return -1 if axis is None else axis


def softmax(logits, axis=None, name: str | None = None, dim=None) -> Tensor:
    """``exp(logits) / sum(exp(logits))``, the sum along ``axis``.

    Computed after subtracting the largest of each row, so that large logits do not overflow.

    Args:
      logits: floating numbers, of any shape but ``[]``.
      axis: the axis along which the results sum to 1; default -1.  Another than the last is brought
        there and back by transpositions.
      name: the name of the node; default ``"Softmax"``.
      dim: the older name of ``axis``.

    Returns:
      A tensor of the type and shape of ``logits``.

    Raises:
      tf.errors.InvalidArgumentError: ``axis`` is not an axis of ``logits``.
      TypeError: ``axis`` is not -1 and the rank of ``logits`` is not known.
      ValueError: both ``axis`` and ``dim`` are given, or ``logits`` has shape ``[]``.

    Example:
      >>> tf.Session().run(tf.nn.softmax([[0.0, 0.0], [0.0, 1000.0]]))
      array([[0.5, 0.5],
             [0. , 1. ]], dtype=float32)
    """
    return _along_axis("Softmax", logits, _one_axis(axis, dim), name)


def log_softmax(logits, axis=None, name: str | None = None, dim=None) -> Tensor:
    """``logits - log(sum(exp(logits)))``, the sum along ``axis``: the logarithm of `tf.nn.softmax`.

    Args:
      logits: floating numbers, of any shape but ``[]``.
      axis: the axis; default -1.
      name: the name of the node; default ``"LogSoftmax"``.
      dim: the older name of ``axis``.

    Returns:
      A tensor of the type and shape of ``logits``.

    Raises:
      tf.errors.InvalidArgumentError: ``axis`` is not an axis of ``logits``.
      TypeError: ``axis`` is not -1 and the rank of ``logits`` is not known.
      ValueError: both ``axis`` and ``dim`` are given, or ``logits`` has shape ``[]``.

    Example:
      >>> tf.Session().run(tf.nn.log_softmax([0.0, 1000.0]))
      array([-1000.,     0.], dtype=float32)
    """
    return _along_axis("LogSoftmax", logits, _one_axis(axis, dim), name)
