"""Checks that run: not there yet.  What other functions need of them refuses here, saying so."""

from typing import NoReturn

from tfgrad._src.graph import errors


def _refuse(what: str) -> NoReturn:
    raise errors.UnimplementedError(
        None, None, f"tfgrad has no {what} yet, and what was called is built on it."
    )


def Assert(condition, data, summarize=None, name: str | None = None) -> NoReturn:
    """Not available yet: raises ``tf.errors.UnimplementedError``."""
    _refuse("tf.Assert")


def assert_equal(x, y, data=None, summarize=None, message=None, name=None) -> NoReturn:
    """Not available yet: raises ``tf.errors.UnimplementedError``."""
    _refuse("tf.assert_equal")
