"""Branches: not there yet.  What other functions need of them refuses here, saying so."""

from typing import Any, NoReturn

from tfgrad._src.graph import errors


def _refuse(what: str) -> NoReturn:
    raise errors.UnimplementedError(
        None, None, f"tfgrad has no control flow yet, and what was called is built on {what}."
    )


def cond(pred, true_fn=None, false_fn=None, name: str | None = None) -> Any:
    """Not available yet: raises ``tf.errors.UnimplementedError``."""
    _refuse("tf.cond")


def case(pred_fn_pairs, default=None, exclusive=False, strict=False, name="case") -> Any:
    """Not available yet: raises ``tf.errors.UnimplementedError``."""
    _refuse("tf.case")
