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
        if not _stack.items or _stack.items[-1] is not session:
            raise AssertionError(
                f"Nesting violated for default stack of {type(session)} objects\n"
                "  A block that was opened inside this one is still open; only "
                "tf.InteractiveSession may be closed in any order."
            )
        del _stack.items[-1]


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


class TensorHandle:
    """A tensor that a session keeps: what fetching `tf.get_session_handle` gives.

    It can be fed in place of an array, without a copy.  The tensor is forgotten with its handle.

    Attributes:
      handle: the name under which the session keeps the tensor.
    """

    def __init__(self, handle, dtype, session):
        self.handle = handle.decode() if isinstance(handle, bytes) else str(handle)
        self._dtype = dtype
        self._session = session
        self._is_owner = True

    def __del__(self):
        if self._is_owner:
            self._session._handles.pop(self.handle, None)

    def __str__(self) -> str:
        return self.handle

    def get_raw_handle(self) -> str:
        """The name; from now on the tensor is kept until the session is closed."""
        self._is_owner = False
        return self.handle

    def eval(self):
        """The value of the tensor.

        Raises:
          TypeError: the tensor may have been deleted.
        """
        self._check()
        return self._session._kept(self.handle).copy()

    def delete(self) -> None:
        """Forgets the tensor.

        Raises:
          TypeError: it may have been deleted before.
        """
        self._check()
        self._is_owner = False
        self._session._handles.pop(self.handle, None)

    def to_numpy_array(self):
        """As in TensorFlow, not implemented."""
        raise NotImplementedError("Calling to_numpy_array on a TensorHandle is not supported.")

    def _check(self) -> None:
        if not self._is_owner:
            raise TypeError(f"Persistent tensor {self.handle} may have already been deleted.")
