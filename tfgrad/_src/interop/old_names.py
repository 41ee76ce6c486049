"""Names from before TensorFlow 1.0, which old code still uses: they work, and say once what is new.

Each stands for a function of today with the same arguments.
"""

import logging

_log = logging.getLogger("tfgrad")

NEW_NAMES = {
    "batch_fft": "fft",
    "batch_fft2d": "fft2d",
    "batch_fft3d": "fft3d",
    "batch_ifft": "ifft",
    "batch_ifft2d": "ifft2d",
    "batch_ifft3d": "ifft3d",
    "complex_abs": "abs",
    "inv": "reciprocal",
    "listdiff": "setdiff1d",
    "mul": "multiply",
    "neg": "negative",
    "pack": "stack",
    "select": "where",
    "sub": "subtract",
    "unpack": "unstack",
}

_said: set[str] = set()


def current_name(name: str) -> str | None:
    """What ``tf.name`` is called now, after saying so once; None if it is no old name."""
    new = NEW_NAMES.get(name)
    if new is not None and name not in _said:
        _said.add(name)
        _log.warning(
            "tf.%s is a name from before TensorFlow 1.0: it is called tf.%s now.", name, new
        )
    return new
