"""Sources of values: placeholders.  `tf.constant` itself is in ``graph/convert.py``."""

from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import constant
from tfgrad._src.graph.dtypes import as_dtype
from tfgrad._src.graph.node import Tensor


def _dtype_argument(dtype):
    try:
        return as_dtype(dtype)
    except TypeError:
        raise TypeError(f"Expected DataType for argument 'dtype' not {dtype!r}.") from None


def placeholder(dtype, shape=None, name: str | None = None) -> Tensor:
    """A tensor whose value is given when the graph is run, by ``feed_dict``.

    Args:
      dtype: the element type.
      shape: the static shape of what may be fed; None (anything), or with None for lengths that
        may vary.
      name: the name of the node; default ``"Placeholder"``.

    Returns:
      The tensor to be used as a key of ``feed_dict``.  Evaluating what depends on it without
      feeding it is an ``InvalidArgumentError``.

    Raises:
      TypeError: ``dtype`` is not an element type.

    Example:
      >>> x = tf.placeholder(tf.float32, [None])
      >>> tf.Session().run(x + 1.0, {x: [1.0, 2.0]})
      array([2., 3.], dtype=float32)
    """
    return add_op("Placeholder", name=name, dtype=_dtype_argument(dtype), shape=shape)


def placeholder_with_default(input, shape, name: str | None = None) -> Tensor:
    """A tensor that has the value of ``input`` unless it is fed.

    Args:
      input: the default.
      shape: the static shape of what may be fed; that of ``input`` must agree with it.
      name: the name of the node; default ``"PlaceholderWithDefault"``.

    Raises:
      ValueError: the shapes contradict each other.

    Gradient:
      Passes to ``input``.
    """
    return add_op("PlaceholderWithDefault", input, name=name, shape=shape)


__all__ = ["constant", "placeholder", "placeholder_with_default"]
