"""`gradients` as version 2 of the interface spells it."""

from tfgrad._src.gradients import algorithm
from tfgrad._src.gradients.algorithm import UnconnectedGradients


def gradients_v2(
    ys,
    xs,
    grad_ys=None,
    name: str = "gradients",
    gate_gradients: bool = False,
    aggregation_method: int | None = None,
    stop_gradients=None,
    unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
) -> list:
    """See `tf.gradients`; every gradient node is placed with its forward operation.

    Args:
      ys: see `tf.gradients`, as for all other arguments.
      xs: see there.
      grad_ys: see there.
      name: see there.
      gate_gradients: see there.
      aggregation_method: see there.
      stop_gradients: see there.
      unconnected_gradients: see there.

    Returns:
      A list as long as ``xs``: tensors, `tf.IndexedSlices`, or None.

    Example:
      >>> x = tf.constant(3.0)
      >>> y = tf.square(x, name="y")
      >>> (dy_dx,) = tf.compat.v2.gradients(y, [x])
      >>> dy_dx.op.colocation_groups()
      [b'loc:@y']
    """
    return algorithm.gradients(
        ys,
        xs,
        grad_ys,
        name,
        True,
        gate_gradients,
        aggregation_method,
        stop_gradients,
        unconnected_gradients,
    )
