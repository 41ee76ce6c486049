"""Printing when a graph runs."""

from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Tensor


def Print(input_, data, message=None, first_n=None, summarize=None, name=None) -> Tensor:
    """``input_``, and prints ``data`` to the standard error stream whenever it runs.

    Args:
      input_: a tensor, passed on.
      data: a list of tensors to print, each in brackets.
      message: a string printed before them.
      first_n: print only this many times; default always.
      summarize: how many elements of each tensor to print; default 3, all if negative.
      name: the name of the node; default ``"Print"``.

    Returns:
      A tensor of the value of ``input_``.

    Printing happens between compiled programs, so that it costs some speed.

    Gradient:
      ``dy`` for ``input_``, and none for ``data``.

    Example:
      >>> x = tf.constant([1.0, 2.0])
      >>> y = tf.Print(x, [x], "x = ")  # prints "x = [1 2]" when it runs
      >>> tf.Session().run(y)
      array([1., 2.], dtype=float32)
    """
    return add_op(
        "Print",
        input_,
        list(data),
        name=name,
        message="" if message is None else message,
        first_n=-1 if first_n is None else first_n,
        summarize=3 if summarize is None else summarize,
    )
