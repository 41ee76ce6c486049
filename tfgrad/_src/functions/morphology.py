"""Grey-scale morphology of images.

The op types are in ``ops/morphology.py``, the derivatives in ``gradients/morphology.py``.
"""

from tfgrad._src.functions.cwise_unary import negative
from tfgrad._src.functions.index import reverse
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import either
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Tensor


def dilation2d(
    input,
    filter=None,
    strides=None,
    rates=None,
    padding=None,
    name: str | None = None,
    filters=None,
    dilations=None,
) -> Tensor:
    """Grey-scale dilation: the maximum of an image under a window, plus the window's heights.

    ``y[b, i, j, c] = max over p, q of input[b, i * s + p * r, j * s + q * r, c] + filter[p, q,
    c]``.

    Args:
      input: images of shape ``[batch, height, width, channels]``, real numbers.
      filter: a tensor of shape ``[fh, fw, channels]``.
      strides: how far apart two windows are, one number per axis of ``input``.
      rates: how far apart two elements of the filter are, one number per axis of ``input``.
      padding: ``"SAME"`` or ``"VALID"``; what lies outside is never the maximum.
      name: the node's name; default ``"Dilation2D"``.
      filters: another name of ``filter``.
      dilations: another name of ``rates``.

    Returns:
      A tensor of shape ``[batch, out_height, out_width, channels]``.

    Raises:
      ValueError: the shapes do not fit, or two names of one argument are given.

    Gradient:
      ``dy`` at the first place that has the maximum, and at the height that was added there.

    Example:
      >>> image = tf.reshape([1.0, 5.0, 2.0], [1, 1, 3, 1])
      >>> y = tf.nn.dilation2d(image, tf.zeros([1, 2, 1]), [1] * 4, [1] * 4, "SAME")
      >>> tf.Session().run(y).ravel()
      array([5., 5., 2.], dtype=float32)
    """
    filter = either("filters", filters, "filter", filter)
    rates = either("dilations", dilations, "rates", rates)
    return add_op(
        "Dilation2D", input, filter, strides=strides, rates=rates, padding=padding, name=name
    )


def erosion2d(value, kernel, strides, rates, padding, name: str | None = None) -> Tensor:
    """Grey-scale erosion: the minimum of an image under a window, less the window's heights.

    ``y[b, i, j, c] = min over p, q of value[b, i * s + p * r, j * s + q * r, c] - turned[p, q,
    c]``, where ``turned`` is the kernel turned round: the negative of `tf.nn.dilation2d` of
    ``-value`` and ``turned``.

    Args:
      value: images of shape ``[batch, height, width, channels]``.
      kernel: a tensor of shape ``[kh, kw, channels]``.
      strides: how far apart two windows are, one number per axis of ``value``.
      rates: how far apart two elements of the kernel are, one number per axis of ``value``.
      padding: ``"SAME"`` or ``"VALID"``.
      name: the scope of the nodes; default ``"erosion2d"``.

    Returns:
      A tensor of shape ``[batch, out_height, out_width, channels]``.

    Raises:
      ValueError: the shapes do not fit.
    """
    with name_scope(name, "erosion2d", [value, kernel]) as scope:
        dilated = add_op(
            "Dilation2D", negative(value), reverse(kernel, [0, 1]),
            strides=strides, rates=rates, padding=padding, name=scope,
        )  # fmt: skip
        return negative(dilated)
