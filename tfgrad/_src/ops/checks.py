"""What must hold of values that only a running program knows, such as the range of indices.

A lowering demands it by `in_range` or, in general, `require`.  For numpy values the error is raised
at once.  For values of the program the demand goes to the *collector* of the trace that is under
way (``runtime/checks.py``): it has it verified before the program runs, where the values follow
from what is fed, or inside it.  Where there is no collector, as in a function that is called by
something that does not pass its demands on, nothing is verified.

An error is always made by the same numpy function, ``explain(*values)``, which sees the values that
made the run fail: so its text is the same wherever the values came from.
"""

import contextlib
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, NamedTuple

import numpy as np
from jax import lax

from tfgrad._src.graph import errors
from tfgrad._src.graph.explain import value_str
from tfgrad._src.graph.node import Operation


class Check(NamedTuple):
    """One demand.

    Attributes:
      node: the operation that makes it.
      explain: ``explain(*arrays)`` raises the error, or returns if there is nothing wrong.
      failed: ``failed(*values)``, a boolean scalar of the program: whether something is wrong.
      values: what both take: values of the program and numpy arrays.
      ranges: for indices: ``(low, high)``, each None for any: all is well where all of them are at
        least ``low`` and less than ``high``.  One pair for all, or one per column of the last axis.
      switchable: whether it may be left out: not so what a program asks for, as `tf.Assert`.
    """

    node: Operation
    explain: Callable
    failed: Callable
    values: tuple
    ranges: tuple[tuple[int | None, int | None], ...] | None = None
    switchable: bool = True


class Collector:
    """Takes the demands of a trace."""

    def add(self, check: Check) -> None:
        """Has the demand verified."""
        raise NotImplementedError

    def protect(self, indices):
        """``indices``, or such as are out of range if a demand made before is not met.

        Used where a variable is changed at some places: then it stays as it is.
        """
        return indices

    def kept(self, new, old):
        """``new``, or ``old`` if a demand made before is not met: the value of a variable."""
        return new


_current: ContextVar[Collector | None] = ContextVar("collector", default=None)


@contextlib.contextmanager
def collecting(collector: Collector | None):
    """A block in which demands go to ``collector``; None: they are dropped."""
    token = _current.set(collector)
    try:
        yield collector
    finally:
        _current.reset(token)


def is_number(x) -> bool:
    """Whether ``x`` is known while the program is made."""
    return isinstance(x, np.ndarray | np.generic)


def require(
    node: Operation,
    explain: Callable,
    failed: Callable,
    *values: Any,
    **options: Any,
) -> None:
    """Demands something of ``values``; see `Check` for the arguments and options."""
    if all(is_number(v) for v in values):
        explain(*values)
        return
    collector = _current.get()
    if collector is not None:
        collector.add(Check(node, explain, failed, values, **options))


def protect(indices):
    """See `Collector.protect`."""
    collector = _current.get()
    return indices if collector is None else collector.protect(indices)


def kept(new, old):
    """See `Collector.kept`."""
    collector = _current.get()
    return new if collector is None else collector.kept(new, old)


def invalid(node: Operation, message: str) -> errors.InvalidArgumentError:
    """The error; where the node was made is added by whoever lets it out."""
    return errors.InvalidArgumentError(None, node, message)


# ---------------------------------------------------------------------- ranges


def not_in(place: str, value, length: int) -> str:
    """How most kernels say it."""
    return f"indices{place} = {value} is not in [0, {length})"


def in_range(
    node: Operation,
    indices,
    length: int,
    say: Callable = not_in,
    *,
    or_negative: bool = False,
    listed: str = "",
) -> None:
    """Demands that ``0 <= i < length`` for all ``indices``; negative ones are allowed if so said.

    Args:
      node: the operation.
      indices: integers.
      length: what each must be less than.
      say: ``say(place, value, length)`` gives the message for the first wrong one; ``place`` is
        ``"[2,0]"``, or "" for a scalar.
      or_negative: whether negative numbers are allowed.
      listed: what comes before all indices, if the message ends with a list of them.
    """

    def explain(indices) -> None:
        wrong = indices >= length
        if not or_negative:
            wrong |= indices < 0
        if wrong.any():
            at = tuple(np.argwhere(wrong)[0])
            place = f"[{','.join(map(str, at))}]" if at else ""
            all_of_them = value_str(indices, indices.size) if listed else ""
            raise invalid(node, say(place, indices[at], length) + listed + all_of_them)

    if np.size(indices):
        require(
            node,
            explain,
            lambda i: is_out_of_range(i, length, or_negative),
            indices,
            ranges=((None if or_negative else 0, length),),
        )


def is_out_of_range(indices, length: int, or_negative: bool = False):
    """Whether any index is out of range: one comparison of the largest one.

    Read as an unsigned number, a negative one is larger than any length.
    """
    wide = np.dtype(np.int64 if indices.dtype in (np.int64, np.uint32, np.uint64) else np.int32)
    indices = lax.convert_element_type(indices, wide)
    if not or_negative:
        wide = np.dtype(f"u{wide.name}")
        indices = lax.bitcast_convert_type(indices, wide)
    largest = lax.reduce_max(indices, tuple(range(np.ndim(indices))))
    if length > np.iinfo(wide).max:
        return np.False_
    return lax.ge(largest, np.asarray(length, wide))


def in_shape(node: Operation, indices, shape: tuple, say: Callable, *, last: bool = False) -> None:
    """Demands that each row of ``indices``, along its last axis, is a position in ``shape``.

    Args:
      node: the operation.
      indices: integers, ``[..., n]``, of which the first ``n`` axes of ``shape`` are meant.
      shape: the shape.
      say: ``say(place, row)`` gives the message, ``place`` as in `in_range`.
      last: the message is about the last wrong row, not about the first.
    """
    depth = np.shape(indices)[-1]
    bounds = np.array(shape[:depth], np.int64)

    def explain(indices) -> None:
        wrong = ((indices < 0) | (indices >= bounds)).any(-1)
        if wrong.any():
            at = tuple(np.argwhere(wrong)[-1 if last else 0])
            place = f"[{','.join(map(str, at))}]" if at else ""
            raise invalid(node, say(place, f"[{', '.join(map(str, indices[at]))}]"))

    def failed(indices):
        found = None
        for k in range(depth):
            column = lax.index_in_dim(indices, k, indices.ndim - 1)
            wrong = is_out_of_range(column, shape[k])
            found = wrong if found is None else lax.bitwise_or(found, wrong)
        return found

    if np.size(indices):
        require(node, explain, failed, indices, ranges=tuple([(0, n) for n in shape[:depth]]))


# ---------------------------------------------------------------------- inside functions


class Inner(Collector):
    """Takes the demands of a function that is traced inside something else, as in ``vmap``.

    Whoever traces it hands the `results` out, with those of the function, and passes them to
    `forward` outside.
    """

    def __init__(self):
        self.checks: list[Check] = []
        self._results: list = []

    def add(self, check: Check) -> None:
        self.checks.append(check._replace(values=()))
        self._results.append((check.failed(*check.values), check.values))

    def results(self) -> list:
        """Per demand whether it is not met, and the values that it is about."""
        return self._results


def forward(inner: Inner, results: list) -> None:
    """Passes on the demands of a mapped function; ``results`` have a new first axis."""
    for check, (failed, values) in zip(inner.checks, results, strict=True):

        def explain(failed, *values, check=check) -> None:
            i = int(np.argmax(failed))
            check.explain(*[v[i] for v in values])

        require(
            check.node,
            explain,
            lambda failed, *values: lax.reduce_or(failed, (0,)),
            failed,
            *values,
            switchable=check.switchable,
        )
