"""A run while it lasts: what ops that run on the host may ask of the session that runs them.

It is on this floor because such ops know nothing of sessions.  An op that waits for another
thread, as a queue does, waits by `Run.wait`, so that its wait ends when the session is closed, or
when the time allowed is over.
"""

import threading
import time
from collections.abc import Callable

from tfgrad._src.graph import errors


class Run:
    """One call of ``session.run``.

    Attributes:
      session: the session.
      deadline: when the time allowed is over, as ``time.monotonic()`` counts; None: never.
      timeout: the time allowed in milliseconds, for the message.
      steps: collects the timings of what is run (see ``runtime/metadata.py``), or None.
      explains_memory: whether a run that does not fit into the memory lists what is in it.
      program: the compiled program of the stage that has run last.
    """

    def __init__(self, session, timeout: int = 0, steps=None, explains_memory: bool = False):
        self.session = session
        self.timeout = timeout
        self.deadline = time.monotonic() + timeout / 1000 if timeout > 0 else None
        self.steps = steps
        self.explains_memory = explains_memory
        self.program = None
        self._error: tuple[type[errors.OpError], str] | None = None
        self._waits_on: threading.Condition | None = None

    def cancel(self, cls: type[errors.OpError], message: str) -> None:
        """Makes the run end with that error as soon as it can; called from another thread."""
        if self._error is None:
            self._error = cls, message
        condition = self._waits_on
        if condition is not None:
            with condition:
                condition.notify_all()

    def check(self, op=None) -> None:
        """Raises if the run was cancelled or its time is over.

        Args:
          op: the node that is about to run, for the message.
        """
        if self._error is not None:
            cls, message = self._error
            raise cls(None, op, message)
        if self.deadline is not None and time.monotonic() > self.deadline:
            at = f"  The run had come to   {op.name} (op: {op.type!r}), {op.where}\n" if op else ""
            raise errors.DeadlineExceededError(
                None, op,
                f"Timed out waiting for notification\n{at}"
                f"  It was allowed {self.timeout} ms (timeout_in_ms of tf.RunOptions, or "
                f"operation_timeout_in_ms of tf.ConfigProto). Nothing has changed.",
            )  # fmt: skip

    def wait(self, condition: threading.Condition, ready: Callable[[], bool], op=None) -> None:
        """Waits until ``ready()``; the caller holds ``condition``, which is notified of changes.

        Raises:
          tf.errors.CancelledError: the session was closed.
          tf.errors.DeadlineExceededError: the time allowed is over.
        """
        self._waits_on = condition
        try:
            while not ready():
                self.check(op)
                left = None if self.deadline is None else self.deadline - time.monotonic()
                if left is None or left > 0:
                    condition.wait(left)
        finally:
            self._waits_on = None


class _Current(threading.local):
    run: Run | None = None


_current = _Current()


def current() -> Run | None:
    """The run whose host step this thread is computing, or None."""
    return _current.run


def begin(run: Run) -> Run | None:
    """Makes ``run`` the current one; gives the one before, for `end`: a step may run a session."""
    before, _current.run = _current.run, run
    return before


def end(before: Run | None) -> None:
    _current.run = before
