"""Central differences of a scalar function of arrays, exact enough to judge higher derivatives."""

from collections.abc import Callable

import numpy as np

# Two central differences, with h and h / 2, combined so that their error h**2 / 6 f''' cancels.
# What is left, h**4 / 480 of a fifth derivative, is below 1e-12 of it; rounding adds 3 eps |f| / h,
# which is 7e-13 |f|.
STEP = 1e-3


def slopes(f: Callable, points: list[np.ndarray], step: float = STEP) -> list[np.ndarray]:
    """The derivatives of scalars with respect to every element of every array.

    Args:
      f: takes the arrays and gives a vector of scalars.
      points: real or complex arrays.
      step: the largest step.

    Returns:
      Per array one array with a leading axis for the scalars.  With respect to a complex number
      it is TensorFlow's: ``df/dRe + i df/dIm``.
    """
    result = []
    for k, point in enumerate(points):
        columns = [
            _slope(f, points, k, place, step)
            + (1j * _slope(f, points, k, place, 1j * step) if np.iscomplexobj(point) else 0)
            for place in np.ndindex(*point.shape)
        ]
        count = len(columns[0]) if columns else len(f(*points))
        result.append(np.reshape(np.transpose(columns), (count, *point.shape)))
    return result


def _slope(f: Callable, points: list, k: int, place: tuple, step) -> np.ndarray:
    def difference(h) -> np.ndarray:
        both = []
        for sign in (1, -1):
            moved = list(points)
            moved[k] = points[k].copy()
            moved[k][place] += sign * h
            both.append(np.asarray(f(*moved)))
        return (both[0] - both[1]) / (2 * abs(h))

    return (4 * difference(step / 2) - difference(step)) / 3
