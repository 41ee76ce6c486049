"""`tf.print`: tensors written into a text when the graph runs."""

import logging
import os
import pprint
import random
import sys

from tfgrad._src.functions import log_messages, strings
from tfgrad._src.functions.nest import flatten, map_leaves, pack
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.sparse_tensor import is_sparse

_LEVELS = {
    logging.INFO: "log(info)",
    logging.WARNING: "log(warning)",
    logging.ERROR: "log(error)",
    logging.info: "log(info)",
    logging.warning: "log(warning)",
    logging.error: "log(error)",
    log_messages.info: "log(info)",
    log_messages.warning: "log(warning)",
    log_messages.warn: "log(warning)",
    log_messages.error: "log(error)",
}


def _stream_name(stream) -> str:
    if isinstance(stream, str) and stream.startswith("file://"):
        return stream
    if stream is sys.stdout:
        return "stdout"
    if stream is sys.stderr:
        return "stderr"
    try:
        return _LEVELS[stream]
    except (KeyError, TypeError):
        raise ValueError(
            f"Unsupported output stream, logging level, or file.{stream}. Supported streams are "
            f"sys.stdout, sys.stderr, tf.logging.info, tf.logging.warning, tf.logging.error. File "
            f"needs to be in the form of 'file://<filepath>'."
        ) from None


def _is_tensor(x) -> bool:
    return is_sparse(x) or (hasattr(x, "op") and hasattr(x, "dtype"))


def _placeholder(taken: str) -> str:
    """What stands for a tensor: nothing that occurs in the text."""
    draw = random.Random(5)
    found = "{}"
    while found in taken:
        found += str(draw.randint(0, 9))
    return found


def _template(value, mark: str, tensors: list) -> str:
    """``value`` as text with ``mark`` for its tensors, which are added to ``tensors``."""
    if isinstance(value, str):
        return value
    shown: list = []
    for leaf in flatten(value):
        if is_sparse(leaf):
            tensors.extend([leaf.indices, leaf.values, leaf.dense_shape])
            shown.append(f"SparseTensor(indices={mark}, values={mark}, shape={mark})")
        elif _is_tensor(leaf):
            tensors.append(leaf)
            shown.append(mark)
        else:
            shown.append(leaf)
    return pprint.pformat(pack(value, shown))


def print_v2(*inputs, **kwargs) -> Operation:
    """An operation that prints when it runs.

    Args:
      *inputs: tensors, other things, and lists and dicts of them.
      output_stream: ``sys.stderr`` (the default), ``sys.stdout``, a level such as
        ``tf.logging.info``, or ``"file://"`` and a path.
      summarize: how many elements at the ends of each axis are written; default 3, -1: all.
      sep: what stands between the inputs; default a space.
      end: what stands behind them; default a new line.
      name: the name of the node; default ``"PrintV2"``.

    Returns:
      The operation.  It runs only if something depends on it: use `tf.control_dependencies`.

    Raises:
      ValueError: another stream, or an unknown argument.

    Example:
      >>> import sys
      >>> x = tf.constant([1.0, 2.5])
      >>> tf.Session().run(tf.print("x is", x, output_stream=sys.stdout))
      x is [1 2.5]
    """
    stream = kwargs.pop("output_stream", sys.stderr)
    name = kwargs.pop("name", None)
    summarize = kwargs.pop("summarize", 3)
    separator = kwargs.pop("sep", " ")
    end = kwargs.pop("end", os.linesep)
    if kwargs:
        raise ValueError(f"Unrecognized keyword arguments for tf.print: {kwargs}")
    stream = _stream_name(stream)
    first = inputs[0] if len(inputs) == 1 else None
    if isinstance(first, Tensor) and first.shape.ndims == 0 and first.dtype == dt.string:
        text = first
    else:
        plain = map_leaves(lambda x: "" if _is_tensor(x) else x, list(inputs))
        mark = _placeholder(" ".join(pprint.pformat(x) for x in plain))
        tensors: list = []
        template = separator.join([_template(v, mark, tensors) for v in inputs])
        text = strings.format(
            template.replace(f"'{mark}'", mark), tensors, placeholder=mark,
            summarize=3 if summarize is None else summarize,
            name=f"{name}_format" if name else None,
        )  # fmt: skip
    return add_op("PrintV2", text, output_stream=stream, end=end, name=name)
