"""Losses of `tf.nn`, one number per example.  Those of `tf.losses` are in ``functions/losses.py``.

The op types are in ``ops/loss.py``, the derivatives in ``gradients/loss.py``.  All losses are in
nats, and none takes the mean over the batch.
"""

import math

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.comparison import logical_and
from tfgrad._src.functions.control import stop_gradient
from tfgrad._src.functions.fill import ones_like, zeros_like
from tfgrad._src.functions.fill import range as range_
from tfgrad._src.functions.join import concat
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.select import where
from tfgrad._src.functions.shape import either, rank, reshape, shape, transpose
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.graph import control_dependencies
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.shapes import is_fully_known


def _require(function: str, sentinel, labels, logits) -> None:
    if sentinel is not None:
        raise ValueError(
            f"Only call `{function}` with named arguments (labels=..., logits=..., ...)"
        )
    if labels is None or logits is None:
        raise ValueError(
            f"Both `labels` and `logits` must be provided for {function}"
            f"Received: labels={labels} and logits={logits}"
        )


def _same_shapes(labels_name: str, labels: Tensor, logits_name: str, logits: Tensor) -> None:
    if not labels.shape.is_compatible_with(logits.shape):
        raise ValueError(
            f"`{logits_name}` and `{labels_name}` must have the same shape, "
            f"received ({logits.shape} vs {labels.shape})."
        )


# ---------------------------------------------------------------------- softmax


def _as_matrix(x: Tensor) -> Tensor:
    """``x`` with all axes but the last made one."""
    n = rank(x)
    last = add_op("Slice", shape(x), [add_op("Sub", n, 1)], [1])
    result = reshape(x, concat([[-1], last], 0))
    dims = x.dims
    if dims is not None and None not in dims[:-1]:
        result.set_shape([math.prod(dims[:-1]), dims[-1]])
    return result


def _to_end(x: Tensor, axis: int, n: Tensor) -> Tensor:
    """Moves an axis behind all others."""
    return transpose(x, concat([range_(axis), range_(axis + 1, n), [axis]], 0))


def softmax_cross_entropy_with_logits_v2(
    labels, logits, axis: int | None = None, name: str | None = None, dim: int | None = None
) -> Tensor:
    """Cross entropy between two distributions over classes, per example.

    With ``p`` the labels and ``x`` the logits::

        loss[i] = sum_j p[i, j] * (log(sum_k exp(x[i, k])) - x[i, j])

    computed after subtracting the row's maximum, so that large logits do not overflow.  Where each
    example has one class, `tf.nn.sparse_softmax_cross_entropy_with_logits` needs less memory.

    Args:
      labels: probabilities, shape ``[..., classes]``, that sum to 1 along ``axis`` (not checked).
      logits: unscaled log probabilities of the same shape: ``half``, ``bfloat16``, ``float32`` or
        ``float64``.  Do not pass the output of a softmax.
      axis: the axis of the classes; default the last one.
      name: the scope of the nodes; default ``"softmax_cross_entropy_with_logits"``.
      dim: the deprecated name of ``axis``.

    Returns:
      The loss: the shape without ``axis``, the type of ``logits``; 16-bit types are computed in
      ``float32``.

    Raises:
      ValueError: the shapes contradict each other.

    Gradient:
      With respect to ``logits``, ``dy[i] * (softmax(x)[i, j] - p[i, j])``; with respect to
      ``labels``, ``-dy[i] * log_softmax(x)[i, j]``.

    Example:
      >>> loss = tf.nn.softmax_cross_entropy_with_logits_v2(
      ...     labels=[[1.0, 0.0], [0.5, 0.5]], logits=[[2.0, 0.0], [0.0, 0.0]])
      >>> tf.Session().run(loss)
      array([0.12692805, 0.6931472 ], dtype=float32)
    """
    axis = either("axis", axis, "dim", dim)
    axis = -1 if axis is None else axis
    with name_scope(name, "softmax_cross_entropy_with_logits", [logits, labels]) as scope:
        logits = convert_to_tensor(logits, name="logits")
        labels = convert_to_tensor(labels, name="labels")
        is_short = logits.dtype.base_dtype in (dt.float16, dt.bfloat16)
        x = cast(logits, dt.float32) if is_short else logits
        labels = cast(labels, x.dtype)
        n = rank(x)
        if axis != -1:
            x = _to_end(x, axis, n)
            labels = _to_end(labels, axis, n)
        lengths = shape(x)
        x = _as_matrix(x)
        labels = _as_matrix(labels)
        loss, _ = add_op("SoftmaxCrossEntropyWithLogits", x, labels, name=scope)
        loss = reshape(loss, add_op("Slice", lengths, [0], [add_op("Sub", n, 1)]))
        if logits.dims is not None:
            dims = list(logits.dims)
            del dims[axis]
            loss.set_shape(dims)
        return cast(loss, logits.dtype) if is_short else loss


def softmax_cross_entropy_with_logits(
    _sentinel=None, labels=None, logits=None, dim: int = -1, name: str | None = None, axis=None
) -> Tensor:
    """Cross entropy between two distributions, whose labels are taken as constant (deprecated).

    As `tf.nn.softmax_cross_entropy_with_logits_v2`, but no gradient flows into ``labels``.

    Args:
      _sentinel: nothing may be passed by position.
      labels: see there.
      logits: see there.
      dim: the axis of the classes.
      name: the scope of the nodes; default ``"softmax_cross_entropy_with_logits_sg"``.
      axis: accepted by TensorFlow's signature; since ``dim`` has a value, passing it is an error.

    Returns:
      The loss, one number per example.

    Raises:
      ValueError: an argument is passed by position, missing, or passed twice.
    """
    axis = either("axis", axis, "dim", dim)
    _require("softmax_cross_entropy_with_logits", _sentinel, labels, logits)
    with name_scope(name, "softmax_cross_entropy_with_logits_sg", [logits, labels]) as scope:
        labels = stop_gradient(labels, name="labels_stop_gradient")
    return softmax_cross_entropy_with_logits_v2(labels, logits, axis=axis, name=scope)


def sparse_softmax_cross_entropy_with_logits(
    _sentinel=None, labels=None, logits=None, name: str | None = None
) -> Tensor:
    """Cross entropy between a predicted distribution and one known class, per example.

    With ``k = labels[i]``::

        loss[i] = log(sum_j exp(logits[i, j])) - logits[i, k]

    computed after subtracting the row's maximum, so that large logits do not overflow.  Use it when
    each example has exactly one class; for probabilities over classes see
    `tf.nn.softmax_cross_entropy_with_logits_v2`.

    Args:
      _sentinel: nothing may be passed by position.
      labels: class indices, ``int32`` or ``int64``, of shape ``[d0, ..., dr]``, each in
        ``[0, classes)``.
      logits: unscaled log probabilities, ``half``, ``bfloat16``, ``float32`` or ``float64``, of
        shape ``[d0, ..., dr, classes]``.  Do not pass the output of a softmax.
      name: the scope of the nodes; default ``"SparseSoftmaxCrossEntropyWithLogits"``.

    Returns:
      The loss in nats (divide by ``log(2)`` for bits): the shape of ``labels``, the type of
      ``logits``, never negative.  The mean over a batch is not taken.

    Raises:
      ValueError: ``labels`` and ``logits`` are not passed by keyword, or the rank of ``labels`` is
        not one less than that of ``logits``.
      TypeError: ``labels`` are not integers.
      tf.errors.InvalidArgumentError: when run, a label is not in ``[0, num_classes)``.

    Gradient:
      With respect to ``logits``, ``dy[i] * (softmax(logits)[i, j] - (j == k))``; the forward node
      computes it as its second output.  None with respect to ``labels``.

    Example:
      >>> logits = tf.constant([[2.0, 0.0], [0.0, 0.0]])
      >>> loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[0, 1], logits=logits)
      >>> tf.Session().run(loss)
      array([0.12692805, 0.6931472 ], dtype=float32)
    """
    _require("sparse_softmax_cross_entropy_with_logits", _sentinel, labels, logits)
    op_type = "SparseSoftmaxCrossEntropyWithLogits"
    with name_scope(name, op_type, [labels, logits]):
        labels = convert_to_tensor(labels)
        logits = convert_to_tensor(logits)
        is_half = logits.dtype.base_dtype is dt.float16
        x = cast(logits, dt.float32) if is_half else logits
        lengths = shape(labels)
        are_known = _check_sparse_shapes(labels, logits)
        if logits.dims is not None and len(logits.dims) == 2:
            loss, _ = add_op(op_type, x, labels, name=name)
            return cast(loss, dt.float16) if is_half else loss
        checks = []
        if not are_known:
            from tfgrad._src.functions.checks import assert_equal

            checks.append(assert_equal(shape(labels), shape(logits)[:-1]))
        with control_dependencies(checks):
            classes = shape(logits)[rank(logits) - 1]
            x = reshape(x, [-1, classes])
            loss, _ = add_op(op_type, x, reshape(labels, [-1]), name=name)
            loss = reshape(loss, lengths)
            loss.set_shape(labels.shape)
            return cast(loss, dt.float16) if is_half else loss


def _check_sparse_shapes(labels: Tensor, logits: Tensor) -> bool:
    """Whether the two shapes are known but for the classes; they are compared as far as known."""
    a, b = labels.dims, logits.dims
    if b == ():
        raise ValueError(f"`logits` cannot be a scalar. Received logits={logits}`")
    if a is not None and b is not None and len(a) != len(b) - 1:
        raise ValueError(
            f"`labels.shape.rank` must equal `logits.shape.rank - 1`. "
            f"Received: labels.shape={labels.shape} of rank {len(a)} "
            f"and logits.shape={logits.shape} of rank {len(b)}"
        )
    are_known = is_fully_known(a) and b is not None and None not in b[:-1]
    if are_known and a != b[:-1]:
        raise ValueError(
            f"`labels.shape` must equal `logits.shape` except for the last dimension. "
            f"Received: labels.shape={labels.shape} and logits.shape={logits.shape}"
        )
    return are_known


# ---------------------------------------------------------------------- sigmoid and others


def sigmoid_cross_entropy_with_logits(
    _sentinel=None, labels=None, logits=None, name: str | None = None
) -> Tensor:
    """Cross entropy of independent yes-or-no classes, per element.

    With ``z`` the labels and ``x`` the logits::

        loss = -z * log(sigmoid(x)) - (1 - z) * log(1 - sigmoid(x))
             = max(x, 0) - x * z + log(1 + exp(-abs(x)))

    of which the second line is computed; it does not overflow.

    Args:
      _sentinel: nothing may be passed by position.
      labels: probabilities of yes, in [0, 1], shape ``[...]``.
      logits: log odds, the shape and type of ``labels``.
      name: the scope of the nodes; default ``"logistic_loss"``.

    Returns:
      The loss, of the same shape and type.

    Raises:
      ValueError: ``labels`` and ``logits`` are not passed by keyword, or differ in shape.

    Gradient:
      With respect to ``logits``, ``dy * (sigmoid(x) - z)``, also at 0.

    Example:
      >>> loss = tf.nn.sigmoid_cross_entropy_with_logits(labels=[1.0, 0.0], logits=[0.0, 3.0])
      >>> tf.Session().run(loss)
      array([0.6931472, 3.0485873], dtype=float32)
    """
    _require("sigmoid_cross_entropy_with_logits", _sentinel, labels, logits)
    with name_scope(name, "logistic_loss", [logits, labels]) as scope:
        logits = convert_to_tensor(logits, name="logits")
        labels = convert_to_tensor(labels, name="labels")
        _same_shapes("labels", labels, "logits", logits)
        # max and abs written with where: their derivatives at 0 then give sigmoid(0) - z.
        zeros = zeros_like(logits, dtype=logits.dtype)
        is_positive = logits >= zeros
        positive_part = where(is_positive, logits, zeros)
        minus_abs = where(is_positive, -logits, logits)
        return add_op(
            "AddV2",
            positive_part - logits * labels,
            add_op("Log1p", add_op("Exp", minus_abs)),
            name=scope,
        )


def weighted_cross_entropy_with_logits(
    labels=None, logits=None, pos_weight=None, name: str | None = None, targets=None
) -> Tensor:
    """Cross entropy of yes-or-no classes, in which the yes counts ``pos_weight`` times.

    With ``z`` the labels, ``x`` the logits and ``q`` the weight::

        loss = -q * z * log(sigmoid(x)) - (1 - z) * log(1 - sigmoid(x))
             = (1 - z) * x + (1 + (q - 1) * z) * (log(1 + exp(-abs(x))) + max(-x, 0))

    of which the second line is computed.

    Args:
      labels: probabilities of yes, shape ``[...]``.
      logits: log odds, the shape and type of ``labels``.
      pos_weight: a number, or a tensor that broadcasts against them.
      name: the scope of the nodes; default ``"logistic_loss"``.
      targets: the deprecated name of ``labels``.

    Returns:
      The loss, of the same shape and type.

    Raises:
      ValueError: ``labels`` and ``logits`` differ in shape.
    """
    labels = either("labels", labels, "targets", targets)
    with name_scope(name, "logistic_loss", [logits, labels]) as scope:
        logits = convert_to_tensor(logits, name="logits")
        labels = convert_to_tensor(labels, name="labels")
        _same_shapes("labels", labels, "logits", logits)
        weight = 1 + (pos_weight - 1) * labels
        left = (1 - labels) * logits
        log_part = add_op("Log1p", add_op("Exp", -add_op("Abs", logits)))
        return add_op("AddV2", left, weight * (log_part + add_op("Relu", -logits)), name=scope)


def log_poisson_loss(
    targets, log_input, compute_full_loss: bool = False, name: str | None = None
) -> Tensor:
    """Negative log likelihood of counts under a Poisson distribution of given log mean.

    With ``z`` the targets and ``c = log_input``, ``loss = exp(c) - z * c``, which leaves out the
    constant ``log(z!)``.  The full loss adds Stirling's approximation
    ``z * log(z) - z + 0.5 * log(2 * pi * z)`` for ``z > 1``.

    Args:
      targets: the counts, shape ``[...]``.
      log_input: the log means, the shape and type of ``targets``.
      compute_full_loss: add Stirling's approximation.
      name: the scope of the nodes; default ``"log_poisson_loss"``.

    Returns:
      The loss, of the same shape and type.

    Raises:
      ValueError: the shapes differ.
    """
    with name_scope(name, "log_poisson_loss", [log_input, targets]):
        log_input = convert_to_tensor(log_input, name="log_input")
        targets = convert_to_tensor(targets, name="targets")
        _same_shapes("targets", targets, "log_input", log_input)
        result = add_op("Exp", log_input) - log_input * targets
        if compute_full_loss:
            half = constant(0.5, dtype=targets.dtype)
            two_pi = constant(2 * math.pi, dtype=targets.dtype)
            stirling = (targets * add_op("Log", targets)) - targets
            stirling = stirling + half * add_op("Log", two_pi * targets)
            zeros = zeros_like(targets, dtype=targets.dtype)
            ones = ones_like(targets, dtype=targets.dtype)
            is_small = logical_and(targets >= zeros, targets <= ones)
            result = result + where(is_small, zeros, stirling)
        return result
