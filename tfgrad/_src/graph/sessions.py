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
    _stack.items.append(session)
    try:
        yield session
    finally:
        _stack.items.remove(session)


def push(session) -> None:
    _stack.items.append(session)


def pop(session) -> None:
    """Takes away the innermost entry of ``session``, if there is one."""
    for i in range(len(_stack.items) - 1, -1, -1):
        if _stack.items[i] is session:
            del _stack.items[i]
            return


def resolve(session, graph, what: str, how: str):
    """``session``, or the default session, checked to be one of ``graph``."""
    if session is None:
        session = get_default_session()
        if session is None:
            raise ValueError(
                f"{what}: No default session is registered. "
                f"Use `with sess.as_default()` or pass an explicit session to `{how}`"
            )
        if session.graph is not graph:
            raise ValueError(
                f"{what}: The default session's graph is different from the {what.split()[2]}'s graph. "
                f"Pass an explicit session to `{how}`."
            )
    elif session.graph is not graph:
        raise ValueError(
            f"{what}: The session's graph is different from the {what.split()[2]}'s graph."
        )
    return session
