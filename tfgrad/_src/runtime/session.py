"""`Session` and `InteractiveSession`: running a graph.

A run looks up the runner of its fetches and feeds (`_Entry`), checks the fed values (``feed.py``),
and executes.  Runners belong to the graph, so that a second session does not compile again;
variables and random streams belong to the session.
"""

import contextlib
import itertools
import sys
import threading
import weakref

import jax
import numpy as np

from tfgrad._src.graph import errors, sessions
from tfgrad._src.graph.graph import Graph, get_default_graph
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.running import Run
from tfgrad._src.graph.sessions import TensorHandle
from tfgrad._src.runtime import devices, feed, fetch, passes
from tfgrad._src.runtime.config import ConfigProto, RunMetadata, RunOptions
from tfgrad._src.runtime.partial_run import PartialRun
from tfgrad._src.runtime.randomness import Streams
from tfgrad._src.runtime.runner import Runner


class _Entry:
    """What a call of ``run`` with certain fetches and feed keys does."""

    __slots__ = ("edits", "handles", "rebuild", "runner", "specs")

    def __init__(self, runner: Runner, rebuild, specs: list, edits: int):
        self.runner = runner
        self.rebuild = rebuild
        self.specs = specs  # (tensor, numpy dtype, static shape or None if any will do)
        self.edits = edits
        self.handles = [  # fetched handles of kept tensors, and the types of these
            (i, f.op.inputs[0].dtype)
            for i, f in enumerate(runner.fetches)
            if isinstance(f, Tensor) and f.op.type in ("GetSessionHandle", "GetSessionHandleV2")
        ]


class _Plans:
    """The entries and runners of one graph."""

    def __init__(self):
        self.entries: dict = {}
        self.runners: dict = {}
        self.lock = threading.Lock()


_plans_lock = threading.Lock()
_open_sessions: weakref.WeakSet = weakref.WeakSet()


def _plans_of(graph: Graph, device, names: tuple[str, ...]) -> _Plans:
    """The plans of a graph for sessions that use one device (None: JAX's own) and these passes."""
    with _plans_lock:
        return graph.__dict__.setdefault("_plans", {}).setdefault((device, names), _Plans())


class BaseSession:
    """What `Session` and `InteractiveSession` share."""

    def __init__(self, target: str = "", graph: Graph | None = None, config=None):
        if graph is None:
            graph = get_default_graph()
        elif not isinstance(graph, Graph):
            raise TypeError(
                f'Argument `graph` must be a tf.Graph, but got "{type(graph).__name__}"'
            )
        if not isinstance(target, str | bytes):
            raise TypeError(
                f'Argument `target` must be a string, but got "{type(target).__name__}"'
            )
        if config is not None and not isinstance(config, ConfigProto):
            raise TypeError(
                f'Argument `config` must be a tf.ConfigProto, but got "{type(config).__name__}"'
            )
        self._graph = graph
        self._target = target
        self._config = config
        self._closed = False
        if config is not None:
            devices.apply_gpu_options(config)
        self._was_reset = False
        self._store: dict[str, jax.Array] = {}
        self._streams = Streams()
        self._run_lock = threading.RLock()  # see ``runner.py``
        self._runs: set[Run] = set()  # those that can be stopped
        self._handles: dict[str, np.ndarray] = {}  # tensors kept by `tf.get_session_handle`
        self._tables: dict[str, object] = {}  # see ``ops/lookup.py``
        self._handle_ids = itertools.count()
        self._partial_runs: dict[str, PartialRun] = {}
        self._device = devices.chosen_device(config)
        self._devices: list[devices.Device] | None = None
        self._placed: set | None = None  # the nodes whose placement was written
        self._timeout = 0
        if config is not None:
            self._configure(config)
        self._passes = passes.enabled(config)
        self._plans = plans = _plans_of(graph, self._device, self._passes)
        if self._looks_at_plans:  # at those that others have made, too
            self._plans = _Plans()
            self._plans.runners, self._plans.lock = plans.runners, plans.lock
        _open_sessions.add(self)

    def _configure(self, config: ConfigProto) -> None:
        self._timeout = config.operation_timeout_in_ms
        if config.log_device_placement:
            self._placed = set()
            print(devices.mapping(self._all_devices()), file=sys.stderr)

    def _all_devices(self) -> list[devices.Device]:
        if self._devices is None:
            self._devices = devices.session_devices(self._config)
        return self._devices

    @property
    def graph(self) -> Graph:
        """The graph of the session."""
        return self._graph

    @property
    def graph_def(self):
        """The graph as a ``GraphDef`` message."""
        return self._graph.as_graph_def()

    @property
    def sess_str(self) -> str:
        """The target, as given."""
        return self._target if isinstance(self._target, str) else self._target.decode()

    def close(self) -> None:
        """Frees the variables; the session cannot be used any more.

        A run of another thread that waits, for a queue say, ends with ``CancelledError``.
        """
        self._closed = True
        for run in list(self._runs):
            run.cancel(errors.CancelledError, "Session has been closed.")
        self._store = {}  # not cleared: a run in another thread may just be reading it
        self._handles.clear()
        self._tables.clear()
        self._partial_runs.clear()

    def _keep(self, name: str, value: np.ndarray) -> str:
        """Keeps a tensor for `tf.get_session_handle`; gives its handle."""
        handle = f"{name};{next(self._handle_ids)};{devices.HOST}"
        self._handles[handle] = value
        return handle

    def _kept(self, handle: str) -> np.ndarray:
        """The tensor behind a handle."""
        value = self._handles.get(handle)
        if value is None:
            raise errors.InvalidArgumentError(
                None, None, f"The tensor with handle '{handle}' is not in the session store."
            )
        return value

    def as_default(self):
        """A block in which this is the session of ``tensor.eval()`` and ``operation.run()``."""
        return sessions.default_session(self)

    # ------------------------------------------------------------------ run

    def run(
        self, fetches, feed_dict=None, options=None, run_metadata=None, *, check_numerics=False
    ):
        """Computes ``fetches``, with the tensors of ``feed_dict`` replaced by given values.

        Args:
          fetches: a tensor, operation, variable or name, or nested lists, tuples, namedtuples and
            dictionaries of them.
          feed_dict: tensor (or name) -> number, list, numpy or JAX array; a `tf.SparseTensor` ->
            a `tf.SparseTensorValue`, or a tuple of its parts.
          options: a `tf.RunOptions` message: a time limit, and whether to trace.
          run_metadata: a `tf.RunMetadata` message, which is filled in.
          check_numerics: whether to look for the first node that gives NaN or Inf though all of its
            inputs are finite; such a run is slower, and compiled apart.  Only tfgrad has this.

        Returns:
          The same structure with numpy arrays (scalars for rank 0) in place of tensors and None in
          place of operations.

        Raises:
          RuntimeError: the session is closed, or its graph empty.
          TypeError: a fetch or the key of a feed is no part of a graph.
          ValueError: a fed value has a wrong shape; a fetch is unknown or of another graph.
          tf.errors.InvalidArgumentError: a placeholder is not fed.
          tf.errors.InvalidArgumentError: an operation cannot work on the values that it gets; the
            message begins as TensorFlow's.  With ``check_numerics``: NaN or Inf appear; the message
            names the node and the ranges of its inputs.
          tf.errors.FailedPreconditionError: a variable is not initialised.
          tf.errors.DeadlineExceededError: the run took longer than its options allow.

        A run that raises changes neither variables nor random streams.  Any number of threads can
        run one session; see ``docs/runtime.md``.

        Example:
          >>> x = tf.placeholder(tf.float32, [None])
          >>> tf.Session().run([tf.reduce_sum(x), {"twice": 2 * x}], {x: [1.0, 2.0]})
          [3.0, {'twice': array([2., 4.], dtype=float32)}]
        """
        entry = None
        try:
            names = tuple(feed_dict) if feed_dict else ()
            entry = self._plans.entries.get((fetch.key_of(fetches), names))
        except TypeError:
            names = None  # something is not hashable; `_prepare` says what is wrong with it
        if check_numerics:
            entry = names = None
        if entry is None or entry.edits != self._graph._edits or self._closed:
            if feed_dict and hasattr(feed_dict, "items"):
                flat = fetch.flatten_feeds(feed_dict)
                if flat is not feed_dict:
                    return self.run(
                        fetches, flat, options, run_metadata, check_numerics=check_numerics
                    )
            entry = self._prepare(fetches, feed_dict, names, check_numerics)
        values = []
        if feed_dict:
            for (tensor, dtype, dims), value in zip(entry.specs, feed_dict.values(), strict=True):
                if type(value) is not np.ndarray or value.dtype != dtype or dtype.kind == "O":
                    value = feed.value_of(self, tensor, dtype, value)
                if dims is None or value.shape != dims:
                    feed.check_shape(tensor, value)
                values.append(value)
        return self._execute(entry, values, options, run_metadata)

    def _execute(self, entry: _Entry, values: list, options=None, run_metadata=None):
        if options or run_metadata is not None or self._timeout or self._device is not None:
            results = self._run_with(entry.runner, values, options or None, run_metadata)
        else:
            results = entry.runner.run(self, values)
        for i, dtype in entry.handles:
            results[i] = TensorHandle(results[i], dtype, self)
        return entry.rebuild(results)

    def _run_with(self, runner: Runner, values: list, options, run_metadata) -> list:
        """A run with a time limit, a report, or a device of its own."""
        if options is not None and not isinstance(options, RunOptions):
            raise AttributeError(
                f"{type(options).__name__!r} object has no attribute 'SerializeToString': "
                "options must be a tf.RunOptions."
            )
        if run_metadata is not None and not isinstance(run_metadata, RunMetadata):
            raise AttributeError(
                f"{type(run_metadata).__name__!r} object has no attribute 'ParseFromString': "
                "run_metadata must be a tf.RunMetadata."
            )
        steps = run = None
        timeout = (options.timeout_in_ms if options is not None else 0) or self._timeout
        reports = options is not None and run_metadata is not None
        if run_metadata is not None:
            run_metadata.Clear()
        if reports and options.trace_level > 0:
            from tfgrad._src.runtime.metadata import Steps  # few programs ask for it

            steps = Steps(devices.default_device_name(self._device))
        explains = options is not None and options.report_tensor_allocations_upon_oom
        if timeout > 0 or steps is not None or explains:
            run = Run(self, timeout, steps, explains)
        with contextlib.nullcontext() if self._device is None else jax.default_device(self._device):
            results = runner.run(self, values, run)
        if steps is not None:
            steps.fill(run_metadata)
        if reports and options.output_partition_graphs:
            from tfgrad._src.runtime.metadata import partition_graphs

            run_metadata.partition_graphs.extend(partition_graphs(runner.plan))
        return results

    def _check_open(self) -> None:
        if self._was_reset:
            raise errors.CancelledError(None, None, "Session has been closed.")
        if self._closed:
            raise RuntimeError("Attempted to use a closed Session.")
        if not self._graph._ops:
            raise RuntimeError(
                "The Session graph is empty. Add operations to the graph before calling run()."
            )

    def _prepare(self, fetches, feed_dict, names, check_numerics: bool = False) -> _Entry:
        self._check_open()
        feed_dict = {} if feed_dict is None else feed_dict
        if not hasattr(feed_dict, "items"):
            raise TypeError(
                f"FlattenDictItems: 'dict' must be a dictionary or collection.Mapping type object, "
                f"instead of '{type(feed_dict).__name__}'."
            )
        elements, rebuild = fetch.flatten(self._graph, fetches)
        feeds = [self._feed_tensor(k) for k in feed_dict]
        if len(set(feeds)) != len(feeds):
            raise ValueError("A tensor is fed twice, under two names.")
        edits = self._graph._edits
        runner = self._runner(elements, feeds, check_numerics=check_numerics)
        specs = [(t, t.dtype.np, t.dims) for t in feeds]
        entry = _Entry(runner, rebuild, specs, edits)
        if names is not None:
            with contextlib.suppress(TypeError):  # an unhashable fetch is looked up every time
                self._plans.entries[(fetch.key_of(fetches), names)] = entry
        return entry

    @property
    def _looks_at_plans(self) -> bool:
        """Whether the configuration asks to check or to write where nodes run."""
        return self._placed is not None or devices.is_hard(self._config)

    def _runner(
        self, elements: list, feeds: list[Tensor], done: frozenset = frozenset(),
        check_numerics: bool = False,
    ) -> Runner:  # fmt: skip
        """The runner of a plan, made if it is the first time; see `Runner`."""
        plans = self._plans
        edits = self._graph._edits
        with plans.lock:
            key = (tuple(elements), tuple(feeds), done, check_numerics)
            runner = plans.runners.get(key)
            if runner is None or runner.edits != edits:
                runner = plans.runners[key] = Runner(
                    self._graph, elements, feeds, self._passes, done, check_numerics
                )
        if self._config is not None and self._looks_at_plans:
            plan = runner.plan
            if devices.is_hard(self._config):
                ops = [op for item in plan.items for op in item.ops]
                devices.check_placement(ops, self._all_devices())
            if self._placed is not None:
                devices.log_placement(plan, self._device, self._placed)
        return runner

    def _feed_tensor(self, key, what: str = "feed_dict") -> Tensor:
        try:
            tensor = self._graph.as_graph_element(key, allow_operation=False)
        except (TypeError, ValueError, KeyError) as error:
            text = error.args[0] if isinstance(error, KeyError) else error
            raise TypeError(f"Cannot interpret {what} key as Tensor: {text}") from None
        if not self._graph.is_feedable(tensor):
            raise ValueError(f"Tensor {tensor.name} may not be fed.")
        return tensor

    def make_callable(
        self, fetches, feed_list=None, accept_options: bool = False, *, check_numerics: bool = False
    ):
        """A function that runs ``fetches`` again and again, with less work per call than `run`.

        Args:
          fetches: as in `run`.
          feed_list: the tensors that the function's arguments feed, in this order.
          accept_options: let the function take ``options`` and ``run_metadata`` by keyword.
          check_numerics: as in `run`.

        Returns:
          ``f(*values)``, which returns what ``run(fetches, dict(zip(feed_list, values)))`` returns.

        Raises:
          TypeError: ``feed_list`` is not a list or tuple.
        """
        if feed_list is not None and not isinstance(feed_list, list | tuple):
            raise TypeError(
                f"Argument `feed_list` must be a list or tuple. Received: feed_list={feed_list}"
            )
        keys = list(feed_list or ())
        fetch.flatten(self._graph, fetches)  # a mistake in them is told here
        entries: dict[int, _Entry] = {}

        def call(*values, options=None, run_metadata=None):
            given = min(len(values), len(keys))  # more are ignored, fewer may do
            entry = entries.get(given)
            if entry is None or entry.edits != self._graph._edits or self._closed:
                fed = dict.fromkeys(keys[:given])
                entry = self._prepare(fetches, fed, None, check_numerics)
                entries[given] = entry
            fed = []
            for (tensor, dtype, dims), value in zip(entry.specs, values, strict=False):
                if type(value) is not np.ndarray or value.dtype != dtype or dtype.kind == "O":
                    value = feed.value_of(self, tensor, dtype, value)
                if dims is None or value.shape != dims:
                    feed.check_shape(tensor, value)
                fed.append(value)
            if not accept_options:
                return self._execute(entry, fed)
            return self._execute(entry, fed, options, run_metadata)

        return call

    # ------------------------------------------------------------------ partial runs

    def partial_run_setup(self, fetches, feeds=None) -> str:
        """Begins a run whose feeds and fetches come in parts, by `partial_run`.

        Args:
          fetches: all that will be fetched.
          feeds: the tensors that will be fed.

        Returns:
          A handle for `partial_run`.

        Raises:
          RuntimeError: the session is closed, or its graph empty.
          TypeError: an element of ``feeds`` is no tensor.
          tf.errors.InvalidArgumentError: there are no fetches.

        Example:
          >>> a, b = tf.placeholder(tf.float32, []), tf.placeholder(tf.float32, [])
          >>> noise = a + tf.random_normal([])
          >>> scaled = noise * b
          >>> session = tf.Session()
          >>> handle = session.partial_run_setup([noise, scaled], [a, b])
          >>> x = session.partial_run(handle, noise, {a: 1.0})
          >>> y = session.partial_run(handle, scaled, {b: 2.0})  # of the same random number
          >>> bool(y == 2 * x)
          True
        """
        self._check_open()
        return PartialRun(self, fetches, feeds).handle

    def partial_run(self, handle: str, fetches, feed_dict=None):
        """Goes on with a run that `partial_run_setup` has begun.

        Each node runs once in all parts together: random numbers stay, and variables are updated
        once.  What this part changes is stored when it has succeeded.

        Args:
          handle: what `partial_run_setup` has returned.
          fetches: tensors among those of the setup, not fetched before.
          feed_dict: values for tensors among those of the setup, not fed before.

        Returns:
          As `run`.

        Raises:
          RuntimeError: an operation is fetched, or the session is closed.
          tf.errors.InvalidArgumentError: a fetch or feed is not in the setup, comes a second time,
            or a fetch needs a value that was not fed yet; all have been fetched.
        """
        self._check_open()
        part = self._partial_runs.get(handle)
        if part is None:
            raise errors.InvalidArgumentError(
                None, None, "Must run 'setup' before performing partial runs!"
            )
        return part.run(fetches, feed_dict)

    # ------------------------------------------------------------------ devices

    def list_devices(self) -> list[devices.Device]:
        """The devices of the session, with ``name``, ``device_type`` and ``memory_limit_bytes``.

        Example:
          >>> [d.device_type for d in tf.Session().list_devices()][:1]
          ['CPU']
        """
        return list(self._all_devices())


class Session(BaseSession):
    """Runs the operations of a graph and holds its variables.

    Args:
      target: accepted for TensorFlow's sake; there is one process.
      graph: the graph; default: the default graph.
      config: a `tf.ConfigProto`.

    Raises:
      TypeError: an argument is of another kind.

    Example:
      >>> with tf.Session() as session:
      ...     session.run(tf.constant(2.0) * 3.0)
      6.0
    """

    def __init__(self, target: str = "", graph: Graph | None = None, config=None):
        super().__init__(target, graph, config)
        self._blocks: tuple | None = None

    def __enter__(self) -> "Session":
        if self._blocks is not None:
            raise RuntimeError(
                "Session context managers are not re-entrant. Use `Session.as_default()` if you "
                "want to enter a session multiple times."
            )
        self._blocks = graph_block, block = self._graph.as_default(), self.as_default()
        graph_block.__enter__()
        block.__enter__()
        return self

    def __exit__(self, *error) -> None:
        assert self._blocks is not None
        graph_block, block = self._blocks
        self._blocks = None
        try:
            block.__exit__(None, None, None)
        finally:
            graph_block.__exit__(None, None, None)
            self.close()

    @staticmethod
    def reset(target: str, containers=None, config=None) -> None:
        """Closes all sessions of this process and clears their variables.

        Args:
          target: accepted for TensorFlow's sake.
          containers: a list of names; a session that is closed forgets all its variables, in
            whatever container they are (see `tf.container`).
          config: accepted for TensorFlow's sake.

        Raises:
          TypeError: ``target`` or a name is not a string.

        A later run of such a session is a ``tf.errors.CancelledError``.
        """
        for name in (target, *(containers or ())):
            if not isinstance(name, str | bytes):
                raise TypeError(f"Expected binary or unicode string, got {name!r}")
        for session in list(_open_sessions):
            session.close()
            session._was_reset = True


class InteractiveSession(BaseSession):
    """A session that is the default one from its making to its closing, for notebooks.

    Args:
      target, graph, config: as for `tf.Session`.

    Example:
      >>> session = tf.InteractiveSession()
      >>> tf.constant(2.0).eval()
      2.0
      >>> session.close()
    """

    def __init__(self, target: str = "", graph: Graph | None = None, config=None):
        super().__init__(target, graph, config)
        sessions.push(self)
        self._graph_block = None
        if graph is not None:
            self._graph_block = graph.as_default()
            self._graph_block.__enter__()

    def close(self) -> None:
        """Frees the variables and stops being the default session."""
        if not self._closed:
            sessions.pop(self)
            if self._graph_block is not None:
                self._graph_block.__exit__(None, None, None)
        super().close()
