"""TensorFlow's example of an op type that a user writes."""

import numpy as np

from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import unknown


def _fact(node) -> np.ndarray:
    result = np.empty((), object)
    result[()] = b"0! == 1"
    return result


defop("Fact() -> fact: string", shape=unknown, step=_fact)(None)
