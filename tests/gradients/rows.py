"""What the tables ``orders*.py`` are made of: rows, and arguments for them."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class Row(NamedTuple):
    """One op type at one point.

    Attributes:
      op_type: TensorFlow's name.
      args: numpy arrays; a list of them for an argument that is a list.
      attrs: attributes, or a function that makes them in the graph of the test.
      of: positions (in the flattened arguments) that are differentiated; default: all that are real
        or complex.
      order: up to which order; 0: there is no derivative to test.
      why: why not to order 3.
      outputs: which outputs are differentiated; default all.
      step: the largest step of the differences.
      rtol: of the largest derivative.
      before: ``before(tensors)``, what the op gets, made of the arguments: where it must not be
        given just anything, as a symmetric matrix.
      after: ``after(outputs)``, what is differentiated: where outputs are free, as signs are.
    """

    op_type: str
    args: tuple
    attrs: dict | Callable[[], dict] = {}  # noqa: RUF012 - never changed
    of: tuple | None = None
    order: int = 3
    why: str = ""
    outputs: tuple | None = None
    step: float = 1e-3
    rtol: float = 1e-7
    before: Callable[[list], list] | None = None
    after: Callable[[list], list] | None = None


_draw = np.random.default_rng(7)


def r(*shape: int) -> np.ndarray:
    """Numbers of both signs."""
    return _draw.normal(size=shape)


def p(*shape: int) -> np.ndarray:
    """Numbers in [0.4, 1.6]."""
    return _draw.uniform(0.4, 1.6, shape)


def far(*shape: int) -> np.ndarray:
    """Numbers that differ by at least 0.1 and are none of them near a whole number."""
    n = int(np.prod(shape))
    return (_draw.permutation(n).reshape(shape) - n // 2 + 0.3) * 0.35


def c(*shape: int) -> np.ndarray:
    """Complex numbers of absolute value in [0.4, 1.6]."""
    return p(*shape) * np.exp(3j * r(*shape))


def i(*values) -> np.ndarray:
    """Whole numbers, as int32."""
    return np.array(values, np.int32)


def n(value: int) -> np.ndarray:
    """One whole number, as int32."""
    return np.array(value, np.int32)
