"""Checks that run: `tf.Assert`, `tf.check_numerics`, and the ``tf.assert_...`` functions.

A check is an operation: nothing waits for it unless it is a control dependency.  What static values
decide is decided while the graph is built.

TensorFlow puts the ``Assert`` node into a branch that only a failure takes, unless all its data are
strings or ``int32``.  Here the node stands by itself.  The checks of static properties
(`assert_rank`, `assert_type`, ...) are in ``checks_static.py``.
"""

from collections.abc import Callable

import numpy as np

from tfgrad._src.functions import comparison
from tfgrad._src.functions.control import group, with_dependencies
from tfgrad._src.functions.cwise_unary import abs as abs_
from tfgrad._src.functions.reduce import reduce_all
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import reshape
from tfgrad._src.graph import errors
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.dtypes import float16, float32, float64, int32, string
from tfgrad._src.graph.graph import colocate_with, control_dependencies, get_default_graph
from tfgrad._src.graph.node import Operation, Tensor


def Assert(condition, data, summarize=None, name: str | None = None) -> Operation:
    """An operation that fails unless ``condition`` is true.

    Args:
      condition: a boolean scalar.
      data: a list of tensors that the error shows.
      summarize: how many elements of each it shows; default 3, all if negative.
      name: the name scope of the nodes; default ``"Assert"``.

    Returns:
      The operation.  When it runs on a false condition it raises ``InvalidArgumentError`` with the
      message ``assertion failed: [DATA] [DATA] ...``.

    Example:
      >>> x = tf.placeholder(tf.float32, [None])
      >>> with tf.control_dependencies([tf.Assert(tf.reduce_all(x > 0), [x])]):
      ...     y = tf.log(x)
      >>> tf.Session().run(y, {x: [1.0]})
      array([0.], dtype=float32)
    """
    with name_scope(name, "Assert", [condition, data]):
        if not isinstance(data, list | tuple | np.ndarray):
            raise TypeError("values must be a sequence.")
        tensors = [convert_to_tensor(d) for d in data]
        if not all(t.dtype.base_dtype in (string, int32) for t in tensors):
            condition, data = convert_to_tensor(condition, name="Condition"), tensors
        summarize = 3 if summarize is None else summarize
        return add_op("Assert", condition, list(data), name="Assert", summarize=summarize)


# ---------------------------------------------------------------------- finite numbers


def check_numerics(tensor, message: str, name: str | None = None) -> Tensor:
    """``tensor``, after a check that it is finite.

    Args:
      tensor: floating numbers.
      message: what the error begins with.
      name: the name of the node; default ``"CheckNumerics"``.

    Returns:
      A tensor of the same value.  When it runs on an infinity or nan it raises
      ``InvalidArgumentError``: ``MESSAGE : Tensor had Inf and NaN values``.

    Gradient:
      ``dy``, checked in the same way.

    Example:
      >>> y = tf.check_numerics(tf.constant([1.0, 2.0]), "activations")
      >>> tf.Session().run(y)
      array([1., 2.], dtype=float32)
    """
    return add_op("CheckNumerics", tensor, name=name, message=message)


def verify_tensor_all_finite(t=None, msg=None, name=None, x=None, message=None) -> Tensor:
    """``t``, which waits for a check that it is finite.

    Args:
      t: floating numbers.
      msg: what the error begins with.
      name: the name scope of the nodes; default ``"VerifyFinite"``.
      x: another name of ``t``.
      message: another name of ``msg``.

    Raises:
      ValueError: both names of an argument are used.

    Gradient:
      Passes unchanged, and unchecked.
    """
    if x is not None and t is not None:
        raise ValueError("Cannot specify both 'x' and 't'.")
    if message is not None and msg is not None:
        raise ValueError("Cannot specify both 'message' and 'msg'.")
    x, message = t if x is None else x, msg if message is None else message
    with name_scope(name, "VerifyFinite", [x]):
        x = convert_to_tensor(x, name="x")
        with colocate_with(x):
            return with_dependencies([check_numerics(x, message)], x)


def assert_all_finite(t=None, msg=None, name=None, x=None, message=None) -> Tensor:
    """See `tf.verify_tensor_all_finite`."""
    return verify_tensor_all_finite(t, msg, name, x, message)


def add_check_numerics_ops() -> Operation:
    """Adds a check to every floating tensor of the default graph.

    Returns:
      An operation that runs all the checks; a failing one names its tensor.

    Example:
      >>> x = tf.constant([1.0])
      >>> tf.Session().run([tf.log(x), tf.add_check_numerics_ops()])[0]
      array([0.], dtype=float32)
    """
    checks: list = []
    for op in list(get_default_graph().get_operations()):
        for t in op.outputs:
            if t.dtype in (float16, float32, float64):
                with control_dependencies(checks):
                    checks = [check_numerics(t, f"{op.name}:{t.value_index}")]
    return group(*checks)


# ---------------------------------------------------------------------- comparisons


def message_prefix(message: str | None) -> str:
    """``message`` as the beginning of a sentence."""
    return f"{message}.  " if message else ""


def _check_static(condition, data: list) -> None:
    """Raises at once where the values are known while the graph is built."""
    if condition:
        return
    lines = []
    for item in data:
        value = constant_value(item) if isinstance(item, Tensor) else None
        lines.append(str(item if value is None else value))
    raise errors.InvalidArgumentError(None, None, "\n".join(lines))


def _compare(
    sign: str, default: str, compare: Callable, static: Callable,
    x, y, data, summarize, message, name,
) -> Operation:  # fmt: skip
    with name_scope(name, default, [x, y, data]):
        x = convert_to_tensor(x, name="x")
        y = convert_to_tensor(y, name="y")
        if data is None:
            data = [
                f"Condition x {sign} y did not hold element-wise:",
                f"x ({x.name}) = ", x, f"y ({y.name}) = ", y,
            ]  # fmt: skip
        if message is not None:
            data = [message, *data]
        condition = reduce_all(compare(x, y))
        known_x, known_y = constant_value(x), constant_value(y)
        if known_x is not None and known_y is not None:
            _check_static(np.all(static(known_x, known_y)), data)
        return Assert(condition, data, summarize=summarize)


def assert_equal(x, y, data=None, summarize=None, message=None, name=None) -> Operation:
    """An operation that fails unless ``x == y`` for all elements.

    Args:
      x: a tensor.
      y: a tensor of the same type; shapes broadcast.
      data: what the error shows; default: a sentence, ``x`` and ``y``.
      summarize: how many elements of each tensor it shows; default 3.
      message: what the error begins with.
      name: the name scope of the nodes; default that of the function.

    Returns:
      The operation; it raises ``InvalidArgumentError`` when it fails.

    Raises:
      InvalidArgumentError: both values are known while the graph is built, and the condition does
        not hold.

    Example:
      >>> with tf.control_dependencies([tf.assert_equal(tf.constant([1, 2]), [1, 2])]):
      ...     y = tf.constant(3)
      >>> int(tf.Session().run(y))
      3
    """
    with name_scope(name, "assert_equal", [x, y, data]):
        if x is y:
            return add_op("NoOp")
    return _compare(
        "==", "assert_equal", comparison.equal, np.equal, x, y, data, summarize, message, name
    )


def assert_none_equal(x, y, data=None, summarize=None, message=None, name=None) -> Operation:
    """An operation that fails unless ``x != y`` for all elements; see `tf.assert_equal`."""
    return _compare(
        "!=", "assert_none_equal", comparison.not_equal, np.not_equal, x, y, data, summarize,
        message, name,
    )  # fmt: skip


def assert_less(x, y, data=None, summarize=None, message=None, name=None) -> Operation:
    """An operation that fails unless ``x < y`` for all elements; see `tf.assert_equal`."""
    return _compare(
        "<", "assert_less", comparison.less, np.less, x, y, data, summarize, message, name
    )


def assert_less_equal(x, y, data=None, summarize=None, message=None, name=None) -> Operation:
    """An operation that fails unless ``x <= y`` for all elements; see `tf.assert_equal`."""
    return _compare(
        "<=", "assert_less_equal", comparison.less_equal, np.less_equal, x, y, data, summarize,
        message, name,
    )  # fmt: skip


def assert_greater(x, y, data=None, summarize=None, message=None, name=None) -> Operation:
    """An operation that fails unless ``x > y`` for all elements; see `tf.assert_equal`."""
    return _compare(
        ">", "assert_greater", comparison.greater, np.greater, x, y, data, summarize, message, name
    )


def assert_greater_equal(x, y, data=None, summarize=None, message=None, name=None) -> Operation:
    """An operation that fails unless ``x >= y`` for all elements; see `tf.assert_equal`."""
    return _compare(
        ">=", "assert_greater_equal", comparison.greater_equal, np.greater_equal, x, y, data,
        summarize, message, name,
    )  # fmt: skip


def _sign(default: str, sentence: list, is_left: bool, check, x, data, summarize, message, name):
    """Compares ``x`` with zero; ``is_left`` says on which side zero stands."""
    prefix = message_prefix(message)
    with name_scope(name, default, [x, data]):
        x = convert_to_tensor(x, name="x")
        if data is None:
            data = [prefix, *(part.format(x.name) for part in sentence), x]
        zero = convert_to_tensor(0, dtype=x.dtype)
        left, right = (zero, x) if is_left else (x, zero)
        return check(left, right, data=data, summarize=summarize)


def assert_negative(x, data=None, summarize=None, message=None, name=None) -> Operation:
    """An operation that fails unless ``x < 0`` for all elements; see `tf.assert_equal`."""
    sentence = ["Condition x < 0 did not hold element-wise:", "x ({}) = "]
    return _sign("assert_negative", sentence, False, assert_less, x, data, summarize, message, name)


def assert_positive(x, data=None, summarize=None, message=None, name=None) -> Operation:
    """An operation that fails unless ``x > 0`` for all elements; see `tf.assert_equal`."""
    sentence = ["Condition x > 0 did not hold element-wise:", "x ({}) = "]
    return _sign("assert_positive", sentence, True, assert_less, x, data, summarize, message, name)


def assert_non_negative(x, data=None, summarize=None, message=None, name=None) -> Operation:
    """An operation that fails unless ``x >= 0`` for all elements; see `tf.assert_equal`."""
    sentence = ["Condition x >= 0 did not hold element-wise:", "x ({}) = "]
    return _sign(
        "assert_non_negative", sentence, True, assert_less_equal, x, data, summarize, message, name
    )


def assert_non_positive(x, data=None, summarize=None, message=None, name=None) -> Operation:
    """An operation that fails unless ``x <= 0`` for all elements; see `tf.assert_equal`."""
    sentence = ["Condition x <= 0 did not hold element-wise:x ({}) = "]
    return _sign(
        "assert_non_positive", sentence, False, assert_less_equal, x, data, summarize, message, name
    )


def assert_near(
    x, y, rtol=None, atol=None, data=None, summarize=None, message=None, name=None
) -> Operation:
    """An operation that fails unless ``abs(x - y) < atol + rtol * abs(y)`` for all elements.

    Args:
      x: floating or complex numbers.
      y: numbers of the same type; shapes broadcast.
      rtol: the relative tolerance; default 10 times the machine epsilon of the type.
      atol: the absolute tolerance; default the same.
      data, summarize, message, name: see `tf.assert_equal`.
    """
    prefix = message_prefix(message)
    with name_scope(name, "assert_near", [x, y, rtol, atol, data]):
        x = convert_to_tensor(x, name="x")
        y = convert_to_tensor(y, name="y", dtype=x.dtype)
        dtype = x.dtype.real_dtype if x.dtype.is_complex else x.dtype
        eps = np.finfo(dtype.as_numpy_dtype).eps
        rtol = convert_to_tensor(10 * eps if rtol is None else rtol, name="rtol", dtype=dtype)
        atol = convert_to_tensor(10 * eps if atol is None else atol, name="atol", dtype=dtype)
        if data is None:
            data = [
                prefix, f"x and y not equal to tolerance rtol = {rtol}, atol = {atol}",
                f"x ({x.name}) = ", x, f"y ({y.name}) = ", y,
            ]  # fmt: skip
        tolerance = atol + rtol * abs_(y)
        condition = reduce_all(comparison.less(abs_(x - y), tolerance))
        return Assert(condition, data, summarize=summarize)


# ---------------------------------------------------------------------- orders


def _steps(compare: Callable, x) -> Tensor:
    """``compare`` of every element but the first with the one before it."""
    x = reshape(x, [-1])
    if not is_numeric_tensor(x):
        raise TypeError(f"Expected x to be numeric, instead found: {x}")
    return compare(x[1:], x[:-1])


def is_numeric_tensor(tensor) -> bool:
    """Whether ``tensor`` is a tensor of numbers that are not quantized."""
    return isinstance(tensor, Tensor) and (
        tensor.dtype.is_floating or tensor.dtype.is_integer or tensor.dtype.is_complex
    )


def is_non_decreasing(x, name: str | None = None) -> Tensor:
    """Whether no element of ``x`` is less than the one before it, row after row; a boolean scalar.

    Raises:
      TypeError: ``x`` is not numeric.

    Example:
      >>> [bool(b) for b in tf.Session().run(list(map(tf.is_non_decreasing, [[1, 1, 2], [2, 1]])))]
      [True, False]
    """
    with name_scope(name, "is_non_decreasing", [x]):
        return reduce_all(_steps(comparison.greater_equal, x))


def is_strictly_increasing(x, name: str | None = None) -> Tensor:
    """Whether each element of ``x`` is above the one before it, row after row; a boolean scalar.

    Raises:
      TypeError: ``x`` is not numeric.
    """
    with name_scope(name, "is_strictly_increasing", [x]):
        return reduce_all(_steps(comparison.greater, x))
