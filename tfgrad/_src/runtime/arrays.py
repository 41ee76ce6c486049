"""From JAX's arrays to numpy's."""

import numpy as np


def on_host(value) -> np.ndarray:
    """The numpy array of a value, which may be the same memory.

    A program that did not get memory for its result raises when it is waited for.  If it is copied
    without that, jaxlib ends the process (``Check failed: buffer_.IsConcrete()``, in 0.10.2).
    """
    if type(value) is np.ndarray:
        return value
    if not isinstance(value, np.generic):
        value.block_until_ready()
    return np.asarray(value)
