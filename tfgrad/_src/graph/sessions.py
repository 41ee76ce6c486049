"""The stack of default sessions, one per thread.

It is on this floor because ``tensor.eval()`` needs it; the sessions themselves are the runtime's.
"""

import contextlib
import threading


class _Stack(threading.local):
    def __init__(self):
        self.items = []


_stack = _Stack()


def get_default_session():
    """The session of the innermost ``with session:`` or ``with session.as_default():``, or None."""
    return _stack.items[-1] if _stack.items else None


@contextlib.contextmanager
def default_session(session):
    """Makes ``session`` the default inside a ``with`` block."""
    push(session)
    try:
        yield session
    finally:
        pop(session)


def push(session) -> None:
    _stack.items.append(session)


def pop(session) -> None:
    """Takes away the innermost entry of ``session``, if there is one."""
    for i in range(len(_stack.items) - 1, -1, -1):
        if _stack.items[i] is session:
            del _stack.items[i]
            return


def resolve(session, graph, noun: str, verb: str):
    """``session``, or the default session, checked to be one of ``graph``.

    Args:
      session: a session or None.
      graph: the graph of what is to be evaluated.
      noun, verb: ``"tensor", "evaluate"`` or ``"operation", "execute"``, for the messages.
    """
    call = "eval" if noun == "tensor" else "run"
    given = "given"
    if session is None:
        given = "default"
        session = get_default_session()
        if session is None:
            colon = "" if noun == "tensor" else ":"
            raise ValueError(
                f"Cannot {verb} {noun} using `{call}()`: No default session is registered. Use "
                f"`with sess.as_default(){colon}` or pass an explicit session to "
                f"`{call}(session=sess)`"
            )
    if session.graph is not graph:
        tick = "`" if call == "eval" else ""
        hint = f" Pass an explicit session to {tick}{call}(session=sess){tick}."
        hint = hint if given == "default" else ""
        raise ValueError(
            f"Cannot use the {given} session to {verb} {noun}: the {noun}'s graph is different "
            f"from the session's graph.{hint}"
        )
    return session
