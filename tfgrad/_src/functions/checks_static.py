"""Checks of types, ranks and shapes, most of which are decided while the graph is built.

The checks of values are in ``checks.py``.
"""

from collections.abc import Callable, Mapping

import numpy as np

from tfgrad._src.functions.checks import Assert, message_prefix
from tfgrad._src.functions.comparison import equal, greater_equal, logical_or
from tfgrad._src.functions.control import group, with_dependencies
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import rank as rank_of
from tfgrad._src.functions.shape import shape
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.dtypes import DType, as_dtype, float32, int32
from tfgrad._src.graph.graph import control_dependencies
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.tensor_shape import TensorShape

# ---------------------------------------------------------------------- types


def assert_type(tensor, tf_type, message=None, name=None) -> Operation:
    """Raises unless the element type of ``tensor`` is ``tf_type``.

    Args:
      tensor: a tensor.
      tf_type: a type.
      message: what the error begins with.
      name: the name scope of the nodes; default ``"assert_type"``.

    Returns:
      An operation that does nothing.

    Raises:
      TypeError: it is another type.
    """
    tf_type = as_dtype(tf_type)
    with name_scope(name, "assert_type", [tensor]):
        tensor = convert_to_tensor(tensor, name="tensor")
        if tensor.dtype != tf_type:
            raise TypeError(
                f"{message_prefix(message)}{tensor.name} must be of type {tf_type!r}; got "
                f"{tensor.dtype!r}"
            )
        return add_op("NoOp", name="statically_determined_correct_type")


def assert_integer(x, message=None, name=None) -> Operation:
    """Raises unless ``x`` has an integer type; see `tf.debugging.assert_type`."""
    with name_scope(name, "assert_integer", [x]):
        x = convert_to_tensor(x, name="x")
        if not x.dtype.is_integer:
            raise TypeError(
                f'{message_prefix(message)}Expected "x" to be integer type.  Found: {x.name} of '
                f"dtype <dtype: '{x.dtype.name}'>"
            )
        return add_op("NoOp", name="statically_determined_was_integer")


def assert_proper_iterable(values) -> None:
    """Raises ``TypeError`` unless ``values`` is a list or the like: no tensor, array or string."""
    if isinstance(values, Tensor | np.ndarray | str | bytes):
        raise TypeError(
            f'Expected argument "values" to be a "proper" iterable.  Found: {type(values)}'
        )
    if not hasattr(values, "__iter__"):
        raise TypeError(f'Expected argument "values" to be iterable.  Found: {type(values)}')


def assert_same_float_dtype(tensors=None, dtype=None) -> DType:
    """The common floating type of ``tensors``.

    Args:
      tensors: tensors; None among them is passed over.
      dtype: the type that they must have; None: that of the first.

    Returns:
      The type; ``float32`` if nothing says one.

    Raises:
      ValueError: the types differ, or are not floating.
    """
    first = None
    for item in tensors or ():
        if item is None:
            continue
        found = item.dtype.base_dtype
        if dtype is None:
            dtype, first = found, item
        elif found != dtype:
            origin = f" as {getattr(first, 'name', first)}" if first is not None else ""
            raise ValueError(
                f"{getattr(item, 'name', item)}, type={found}, must be of the same type "
                f"({dtype}){origin}."
            )
    if dtype is None:
        return float32
    if not dtype.is_floating:
        raise ValueError(f"Expected floating point type, got {dtype}.")
    return dtype


# ---------------------------------------------------------------------- ranks


def assert_scalar(tensor, name=None, message=None) -> Tensor:
    """``tensor``, if its static shape is that of a scalar.

    Raises:
      ValueError: it is not, or is not known to be.
    """
    with name_scope(name, "assert_scalar", [tensor]) as scope:
        tensor = convert_to_tensor(tensor, name=scope)
        if tensor.dims != ():
            raise ValueError(
                f"{message_prefix(message)}Expected scalar shape for {tensor.name}, saw shape: "
                f"{tensor.shape}."
            )
        return tensor


def _assert_rank(
    x: Tensor, ranks: list[Tensor], holds: Callable, condition: Callable, wanted: str,
    data, summarize, message,
) -> Operation:  # fmt: skip
    """The check that ``holds(rank, *ranks)``, now if all are known, or else when it runs."""
    prefix = message_prefix(message)
    if data is None:
        sentence = f"Tensor {x.name} must have rank {wanted}".rstrip()
        data = [prefix, sentence, *ranks, "Received shape: ", shape(x)]
    for rank in ranks:
        assert_type(rank, int32)
    known = [constant_value(rank) for rank in ranks]
    if all(k is not None for k in known):
        if any(k.ndim for k in known):
            raise ValueError("Rank must be a scalar.")
        if x.dims is not None:
            numbers = tuple(int(k) for k in known)
            if not holds(len(x.dims), *numbers):
                shown = numbers if wanted == "in" else numbers[0]
                words = f"{wanted} {shown}".lstrip()
                raise ValueError(
                    f"{prefix}Tensor {x.name} must have rank {words}.  Received rank "
                    f"{len(x.dims)}, shape {TensorShape._of(x.dims)}"
                )
            return add_op("NoOp", name="static_checks_determined_all_ok")
    result = condition(rank_of(x), *ranks)
    for rank, value in zip(ranks, known, strict=True):
        if value is None:
            check = assert_rank(rank, 0, data=["Rank must be a scalar. Received rank: ", rank])
            result = with_dependencies([check], result)
    return Assert(result, data, summarize=summarize)


def assert_rank(x, rank, data=None, summarize=None, message=None, name=None) -> Operation:
    """Checks that ``x`` has as many dimensions as ``rank`` says.

    Args:
      x: a tensor.
      rank: a whole number or ``int32`` scalar tensor.
      data: what the error shows; default: a sentence, the rank and the shape.
      summarize: how many elements of each tensor it shows; default 3.
      message: what the error begins with.
      name: the name scope of the nodes; default that of the function.

    Returns:
      An operation; it does nothing if the static shape decides, or else raises
      ``InvalidArgumentError`` when it fails.

    Raises:
      ValueError: the static shape says that it fails.

    Example:
      >>> tf.assert_rank(tf.zeros([2, 3]), 2).type
      'NoOp'
    """
    with name_scope(name, "assert_rank", (x, rank, *(data or ()))):
        x, rank = convert_to_tensor(x, name="x"), convert_to_tensor(rank, name="rank")
        return _assert_rank(
            x, [rank], lambda found, given: found == given, equal, "", data, summarize, message
        )


def assert_rank_at_least(x, rank, data=None, summarize=None, message=None, name=None) -> Operation:
    """Checks that ``x`` has at least as many dimensions as ``rank`` says; see `tf.assert_rank`."""
    with name_scope(name, "assert_rank_at_least", (x, rank, *(data or ()))):
        x, rank = convert_to_tensor(x, name="x"), convert_to_tensor(rank, name="rank")
        return _assert_rank(
            x, [rank], lambda found, given: found >= given, greater_equal, "at least",
            data, summarize, message,
        )  # fmt: skip


def _is_one_of(rank: Tensor, *ranks: Tensor) -> Tensor:
    if not ranks:
        return convert_to_tensor(False)
    result = equal(ranks[0], rank)
    for other in ranks[1:]:
        result = logical_or(result, equal(other, rank))
    return result


def assert_rank_in(x, ranks, data=None, summarize=None, message=None, name=None) -> Operation:
    """Checks that the rank of ``x`` is one of the list ``ranks``; see `tf.assert_rank`."""
    with name_scope(name, "assert_rank_in", (x, *ranks, *(data or ()))):
        x = convert_to_tensor(x, name="x")
        ranks = [convert_to_tensor(rank, name="rank") for rank in ranks]
        return _assert_rank(
            x, ranks, lambda found, *given: found in given, _is_one_of, "in",
            data, summarize, message,
        )  # fmt: skip


# ---------------------------------------------------------------------- shapes


def assert_shapes(shapes, data=None, summarize=None, message=None, name=None) -> Operation:
    """Checks shapes against each other, lengths named by symbols.

    Args:
      shapes: a dictionary or list of pairs: tensor -> its shape, a tuple of whole numbers, symbols
        (equal symbols are equal lengths), and None or ``"."`` for any length; ``"*"`` or ``...`` as
        the first entry stands for any number of leading dimensions.  A shape of one entry also
        stands for a scalar.
      data, summarize, message, name: see `tf.assert_rank`.

    Returns:
      An operation that runs the checks which static shapes do not decide.

    Raises:
      ValueError: static shapes contradict ``shapes``, or these are not understood.

    A tensor of unknown rank must not be a scalar where its shape has one entry.

    Example:
      >>> x, y = tf.zeros([5, 3]), tf.zeros([5])
      >>> tf.debugging.assert_shapes({x: ("N", "Q"), y: ("N",)}).type
      'NoOp'
    """
    pairs = list(shapes.items() if isinstance(shapes, Mapping) else shapes)
    prefix = message_prefix(message)
    with name_scope(name, "assert_shapes", [shapes, data]):
        wanted = []
        for x, symbols in [(convert_to_tensor(x), s) for x, s in pairs if s is not None]:
            wanted.append((x, *_symbols(x, symbols, prefix), _lengths(x)))
        ranks = []
        options = {"data": data, "summarize": summarize, "message": message, "name": name}
        for x, symbols, is_open, _ in wanted:
            if len(symbols) > 1:
                check = assert_rank_at_least if is_open else assert_rank
                ranks.append(check(x, len(symbols), **options))
            elif not is_open:
                ranks.append(assert_rank_in(x, [0, 1], **options))
        lengths = _check_lengths(wanted, ranks, data, summarize, prefix)
    with control_dependencies(ranks):
        return group(*lengths)


def _symbols(x: Tensor, symbols, prefix: str) -> tuple[tuple, bool]:
    """The entries of a wanted shape, and whether more dimensions may precede them."""
    if not (hasattr(symbols, "__iter__") or hasattr(symbols, "__getitem__")):
        raise ValueError(
            f"{prefix}Tensor {x.name}.  Specified shape must be an iterable.  An iterable has the "
            f"attribute `__iter__` or `__getitem__`.  Received specified shape: {symbols}"
        )
    symbols = tuple(symbols)
    is_open = False
    for i, symbol in enumerate(symbols):
        if symbol is not Ellipsis and symbol != "*":
            continue
        if i:
            raise ValueError(
                f"{prefix}Tensor {x.name} specified shape index {i}.  Symbol `...` or `*` for a "
                "variable number of unspecified dimensions is only allowed as the first entry"
            )
        is_open = True
    return (symbols[1:] if is_open else symbols) or (1,), is_open


def _lengths(x: Tensor):
    """The lengths of ``x``: whole numbers, and scalars where they are not known."""
    dynamic = shape(x)
    if x.dims is None:
        return dynamic
    if not x.dims:
        return (1,)
    return [dynamic[i] if d is None else d for i, d in enumerate(x.dims)]


def _number(value) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _check_lengths(wanted: list, ranks: list, data, summarize, prefix: str) -> list:
    seen: dict = {}  # symbol -> (length, tensor, axis)
    checks = []
    for x, symbols, is_open, lengths in wanted:
        for i, symbol in enumerate(symbols):
            if symbol is None or symbol == ".":
                continue
            axis = i - len(symbols) if is_open else i
            with control_dependencies(ranks):
                length = lengths[axis]
            given = _number(symbol)
            if given is not None:
                origin = "Specified explicitly"
            elif symbol in seen:
                given, other, at = seen[symbol]
                origin = f"Specified by tensor {other.name} dimension {at}"
            else:
                seen[symbol] = (length, x, axis)
                continue
            if isinstance(length, int) and isinstance(given, int):
                if length != given:
                    raise ValueError(
                        f"{prefix}{origin}.  Tensor {x.name} dimension {axis} must have size "
                        f"{given}.  Received size {length}, shape {x.shape}"
                    )
                continue
            condition = equal(convert_to_tensor(length), convert_to_tensor(given))
            shown = data
            if data is None:
                shown = [
                    prefix, origin, f"Tensor {x.name} dimension", axis, "must have size", given,
                    "Received shape: ", shape(x),
                ]  # fmt: skip
            checks.append(Assert(condition, shown, summarize=summarize))
    return checks
