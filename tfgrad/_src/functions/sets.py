"""Sets: not there yet.  What other functions need of them refuses here, saying so."""

from typing import NoReturn

from tfgrad._src.graph import errors


def set_difference(a, b, aminusb: bool = True, validate_indices: bool = True) -> NoReturn:
    """Not available yet: raises ``tf.errors.UnimplementedError``."""
    raise errors.UnimplementedError(
        None, None, "tfgrad has no tf.sets yet, and what was called is built on it."
    )
