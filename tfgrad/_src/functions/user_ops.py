"""TensorFlow's example of an op type that a user writes; it is in ``ops/user.py``."""

from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Tensor


def my_fact() -> Tensor:
    """A fact about factorials, a text.

    Example:
      >>> tf.Session().run(tf.user_ops.my_fact())
      b'0! == 1'
    """
    return add_op("Fact")
