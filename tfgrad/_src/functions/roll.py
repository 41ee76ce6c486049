"""Elements moved around along axes."""

from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Tensor


def roll(input, shift, axis, name: str | None = None) -> Tensor:
    """Moves elements along axes; what leaves at one end enters at the other.

    ::

        y[(i + shift) mod n] = x[i]

    Args:
      input: a tensor with at least one axis.
      shift: by how many places, an integer; a vector of them for several axes.
      axis: along which axis; a vector as long as ``shift``.
      name: the name of the node; default ``"Roll"``.

    Returns:
      A tensor like ``input``.

    Raises:
      ValueError: ``input`` is a scalar, or ``shift`` and ``axis`` differ in shape.
      InvalidArgumentError: when run, there is no such axis.

    Gradient:
      ``dy`` moved back.

    Example:
      >>> tf.Session().run(tf.roll([0, 1, 2, 3], shift=1, axis=0))
      array([3, 0, 1, 2], dtype=int32)
    """
    return add_op("Roll", input, shift, axis, name=name)
