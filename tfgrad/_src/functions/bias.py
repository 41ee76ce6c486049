"""Adding a bias.  The op types are in ``ops/bias.py``, the derivatives in ``gradients/bias.py``."""

from tfgrad._src.functions.scope import name_scope
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor


def bias_add(value, bias, data_format: str | None = None, name: str | None = None) -> Tensor:
    """Adds one number to each channel.

    ``y[..., c] = value[..., c] + bias[c]``, or with channels first ``value[n, c, ...] + bias[c]``.

    Args:
      value: a tensor of numbers of shape ``[n, ..., c]`` or ``[n, c, ...]``, of rank 2 at least.
      bias: a vector of shape ``[c]`` and the type of ``value``.
      data_format: ``"N...C"`` (the default) or ``"NC..."``, for example ``"NHWC"`` or ``"NCHW"``.
      name: the node's name; default ``"BiasAdd"``.

    Returns:
      A tensor like ``value``.

    Raises:
      ValueError: the format is none of these, or the numbers of channels differ.

    Example:
      >>> y = tf.nn.bias_add([[1.0, 2.0], [3.0, 4.0]], [10.0, 20.0])
      >>> tf.Session().run(y)
      array([[11., 22.],
             [13., 24.]], dtype=float32)
    """
    with name_scope(name, "BiasAdd", [value, bias]) as scope:
        if data_format is not None:
            if data_format.startswith("NC"):
                data_format = "NCHW"
            elif data_format.startswith("N") and data_format.endswith("C"):
                data_format = "NHWC"
            else:
                raise ValueError(
                    f"`data_format` must be of the form `N...C` or `NC...`. "
                    f"Received: data_format={data_format}"
                )
        value = convert_to_tensor(value, name="input")
        bias = convert_to_tensor(bias, dtype=value.dtype, name="bias")
        return add_op("BiasAdd", value, bias, data_format=data_format, name=scope)
