"""A run in parts: feeds and fetches come one after the other, and each node runs once.

Each part is a run of its own, of the nodes that its fetches need and that have not run yet.  What
it computes for nodes that come later is kept as arrays, and fed to the part that needs it.
"""

import threading

import numpy as np

from tfgrad._src.graph import errors
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.runtime import feed, fetch, state
from tfgrad._src.runtime.plan import is_handle


def _invalid(message: str) -> errors.InvalidArgumentError:
    return errors.InvalidArgumentError(None, None, message)


class PartialRun:
    """One run in parts; see `tf.Session.partial_run_setup`.

    Attributes:
      handle: what the user calls it by.
    """

    def __init__(self, session, fetches, feeds):
        self._session = session
        elements, _ = fetch.flatten(session.graph, fetches)
        self._feeds: list[Tensor] = [
            session._feed_tensor(t, "feed_list") for x in feeds or () for t in fetch.feed_tensors(x)
        ]
        if not elements:
            raise _invalid("Must specify at least one target to fetch or execute.")
        self._fetches = {f for f in elements if isinstance(f, Tensor)}
        self._targets = [f for f in elements if isinstance(f, Operation)]
        self._values: dict[Tensor, np.ndarray] = {}  # fed, or computed for a later part
        self._fed: set[Tensor] = set()
        self._fetched: set[Tensor] = set()
        self._done: set[Operation] = set()
        self._needed = self._behind(elements, set(self._feeds))
        self._lock = threading.Lock()
        inputs = ",".join(sorted(t.name for t in self._feeds))
        outputs = ",".join(f.name for f in elements if isinstance(f, Tensor))
        targets = ",".join(f.name for f in self._targets)
        number = len(session._partial_runs)
        while (handle := f"{inputs}->{outputs}/{targets}/1/;{number}") in session._partial_runs:
            number += 1
        self.handle = handle
        session._partial_runs[handle] = self

    def _behind(self, elements, given) -> set[Operation]:
        """The nodes that ``elements`` need, not behind ``given`` tensors or nodes that have run."""
        done = self._done
        found: set[Operation] = set()
        stack = [f.op for f in elements if f not in given]
        while stack:
            op = stack.pop()
            if op not in found and op not in done:
                found.add(op)
                stack += [t.op for t in op.inputs if t not in given]
                stack += op._control_inputs
        return found

    def run(self, fetches, feed_dict):
        """See `tf.Session.partial_run`."""
        with self._lock:
            return self._run(fetches, feed_dict)

    def _run(self, fetches, feed_dict):
        session = self._session
        elements, rebuild = fetch.flatten(session.graph, fetches)
        targets = [f for f in elements if isinstance(f, Operation)]
        if targets:
            raise RuntimeError(
                f"partial_run() requires empty `target_list`. Received: target_list={targets} "
                "(non-empty)\n  Operations that were given to partial_run_setup run as soon as "
                "what they need has been fed."
            )
        values = self._checked_feeds(feed_dict or {})
        for f in elements:
            if f not in self._fetches:
                raise _invalid(f"The fetch {f.name} was not specified in partial_run_setup.")
            if f in self._fetched:
                raise _invalid(f"The fetch {f.name} has already been fetched.")
        given = {**self._values, **values}
        missing = self._lacks(elements, given)
        if missing is not None:
            raise _invalid(
                f"Fetch {missing.name} can't be computed from the feeds that have been fed so far."
                f"\n  It is to be fed by a call of partial_run. made at   {missing.op.where}"
            )
        ready = [
            op for op in self._targets
            if op not in self._done and self._lacks([op], given) is None
        ]  # fmt: skip
        results = self._compute([*elements, *ready], given)
        self._values.update(values)
        self._fed.update(values)
        self._fetched.update(elements)
        if self._fetches <= self._fetched and self._done.issuperset(self._targets):
            session._partial_runs.pop(self.handle, None)
        return rebuild(results[: len(elements)])

    def _checked_feeds(self, feed_dict) -> dict[Tensor, np.ndarray]:
        session = self._session
        values: dict[Tensor, np.ndarray] = {}
        for key, value in fetch.flatten_feeds(feed_dict).items():
            t = session._feed_tensor(key)
            array = np.array(feed.value_of(session, t, t.dtype.np, value))
            feed.check_shape(t, array)
            if t not in self._feeds:
                raise _invalid(f"The feed {t.name} was not specified in partial_run_setup.")
            if t in self._fed:
                raise _invalid(f"The feed {t.name} has already been fed.")
            values[t] = array
        return values

    def _lacks(self, elements, given) -> Tensor | None:
        """A tensor that is still to be fed and without which ``elements`` cannot be computed."""
        waiting = set(self._feeds) - set(given)
        if not waiting:
            return None
        found = self._behind(elements, {*given, *waiting})
        ends = [f for f in elements if f in waiting]
        ends += [t for op in found for t in op.inputs if t in waiting]
        return min(ends, key=lambda t: t.op.id, default=None)

    def _compute(self, elements: list, given: dict) -> list:
        """Runs what ``elements`` need, and keeps what later parts need of it."""
        new = self._behind(elements, given)
        later = self._needed - new - self._done
        wanted = self._fetches - self._fetched - set(elements)
        kept: list[Tensor] = []
        used: dict[Tensor, None] = {f: None for f in elements if f in given}
        for op in sorted(new, key=lambda op: op.id):
            for i, t in enumerate(op.inputs):
                if t in given:
                    used[t] = None
                    if is_handle(t) and i in op.op_def_.writes:
                        raise errors.UnimplementedError(
                            None, op,
                            f"{op.name!r} changes a variable by way of {t.name!r}, which has run "
                            f"in an earlier part of the run.\n  made at   {op.where}",
                        )  # fmt: skip
            if _is_anew(op):
                continue
            for t in op.outputs:
                if t in given or t in elements or t.dtype.name == "resource":
                    continue
                if t in wanted or any(c in later for c in t.consumers()):
                    kept.append(t)
        feeds = list(used)
        session = self._session
        runner = session._runner([*elements, *kept], feeds, frozenset(self._done))
        values = session._run_with(runner, [np.asarray(given[t]) for t in feeds], None, None)
        ran = {op for op in new if not _is_anew(op)}
        self._done |= ran
        for t, value in zip([*elements, *kept], values, strict=True):
            if isinstance(t, Tensor) and t.op in ran:
                self._values[t] = np.asarray(value)
        return values


def _is_anew(op: Operation) -> bool:
    """Whether ``op`` belongs to every part that needs it: it has no effect and costs nothing."""
    return op.type == "Const" or op.type in state.VARIABLE_TYPES
