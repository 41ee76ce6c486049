"""`Session` and `InteractiveSession`: running a graph.

A run looks up the runner of its fetches and feeds (`_Entry`), checks the fed values, and executes.
Runners belong to the graph, so that a second session does not compile again; variables and random
streams belong to the session.
"""

import contextlib
import threading

import jax
import numpy as np

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph import errors, sessions
from tfgrad._src.graph.graph import Graph, get_default_graph
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.tensor_shape import TensorShape
from tfgrad._src.runtime import fetch
from tfgrad._src.runtime.config import ConfigProto
from tfgrad._src.runtime.execute import Runner
from tfgrad._src.runtime.randomness import Streams


class _Entry:
    """What a call of ``run`` with certain fetches and feed keys does."""

    __slots__ = ("edits", "rebuild", "runner", "specs")

    def __init__(self, runner: Runner, rebuild, specs: list, edits: int):
        self.runner = runner
        self.rebuild = rebuild
        self.specs = specs  # (tensor, numpy dtype, static shape or None if any will do)
        self.edits = edits


class _Plans:
    """The entries and runners of one graph."""

    def __init__(self):
        self.entries: dict = {}
        self.runners: dict = {}
        self.lock = threading.Lock()


_plans_lock = threading.Lock()


def _plans_of(graph: Graph) -> _Plans:
    with _plans_lock:
        plans = graph.__dict__.get("_plans")
        if plans is None:
            plans = graph.__dict__["_plans"] = _Plans()
        return plans


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
        self._store: dict[str, jax.Array] = {}
        self._streams = Streams()
        self._plans = _plans_of(graph)
        self._run_lock = threading.RLock()

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
        """Frees the variables; the session cannot be used any more."""
        self._closed = True
        self._store.clear()

    def as_default(self):
        """A block in which this is the session of ``tensor.eval()`` and ``operation.run()``."""
        return sessions.default_session(self)

    # ------------------------------------------------------------------ run

    def run(self, fetches, feed_dict=None, options=None, run_metadata=None):
        """Computes ``fetches``, with the tensors of ``feed_dict`` replaced by given values.

        Args:
          fetches: a tensor, operation, variable or name, or nested lists, tuples, namedtuples and
            dictionaries of them.
          feed_dict: tensor (or name) -> number, list, numpy or JAX array.
          options: a ``RunOptions`` message; accepted.
          run_metadata: a ``RunMetadata`` message; accepted.

        Returns:
          The same structure with numpy arrays (scalars for rank 0) in place of tensors and None in
          place of operations.

        Raises:
          RuntimeError: the session is closed, or its graph empty.
          TypeError: a fetch or the key of a feed is no part of a graph.
          ValueError: a fed value has a wrong shape; a fetch is unknown or of another graph.
          tf.errors.InvalidArgumentError: a placeholder is not fed.
          tf.errors.FailedPreconditionError: a variable is not initialised.

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
        if entry is None or entry.edits != self._graph._edits or self._closed:
            entry = self._prepare(fetches, feed_dict, names)
        values = []
        if feed_dict:
            for (tensor, dtype, dims), value in zip(entry.specs, feed_dict.values(), strict=True):
                if type(value) is not np.ndarray or value.dtype != dtype:
                    value = _feed_value(tensor, dtype, value)
                if dims is None or value.shape != dims:
                    _check_shape(tensor, value)
                values.append(value)
        with self._run_lock:
            results = entry.runner.run(self, values)
        return entry.rebuild(results)

    def _prepare(self, fetches, feed_dict, names) -> _Entry:
        if self._closed:
            raise RuntimeError("Attempted to use a closed Session.")
        if not self._graph._ops:
            raise RuntimeError(
                "The Session graph is empty. Add operations to the graph before calling run()."
            )
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
        plans = self._plans
        edits = self._graph._edits
        with plans.lock:
            key = (tuple(elements), tuple(feeds))
            runner = plans.runners.get(key)
            if runner is None or runner.edits != edits:
                runner = plans.runners[key] = Runner(self._graph, elements, feeds)
        specs = [(t, t.dtype.np, t.dims) for t in feeds]
        entry = _Entry(runner, rebuild, specs, edits)
        if names is not None:
            with contextlib.suppress(TypeError):  # an unhashable fetch is looked up every time
                plans.entries[(fetch.key_of(fetches), names)] = entry
        return entry

    def _feed_tensor(self, key) -> Tensor:
        try:
            tensor = self._graph.as_graph_element(key, allow_operation=False)
        except (TypeError, ValueError, KeyError) as error:
            text = error.args[0] if isinstance(error, KeyError) else error
            raise TypeError(f"Cannot interpret feed_dict key as Tensor: {text}") from None
        if not self._graph.is_feedable(tensor):
            raise ValueError(f"Tensor {tensor.name} may not be fed.")
        return tensor

    def make_callable(self, fetches, feed_list=None, accept_options: bool = False):
        """A function that runs ``fetches`` again and again, with less work per call than `run`.

        Args:
          fetches: as in `run`.
          feed_list: the tensors that the function's arguments feed, in this order.
          accept_options: let the function take ``options`` and ``run_metadata`` by keyword.

        Returns:
          ``f(*values)``, which returns what ``run(fetches, dict(zip(feed_list, values)))`` returns.

        Raises:
          TypeError: ``feed_list`` is not a list or tuple.
        """
        if feed_list is not None and not isinstance(feed_list, list | tuple):
            raise TypeError("Argument `feed_list` must be a list or tuple.")
        keys = list(feed_list or ())
        entry = self._prepare(fetches, dict.fromkeys(keys), None)

        def call(*values, options=None, run_metadata=None):
            nonlocal entry
            if entry.edits != self._graph._edits or self._closed:
                entry = self._prepare(fetches, dict.fromkeys(keys), None)
            if len(values) < len(entry.specs):
                raise TypeError(f"the callable takes {len(entry.specs)} values, got {len(values)}.")
            given = []
            for (tensor, dtype, dims), value in zip(entry.specs, values, strict=False):
                if type(value) is not np.ndarray or value.dtype != dtype:
                    value = _feed_value(tensor, dtype, value)
                if dims is None or value.shape != dims:
                    _check_shape(tensor, value)
                given.append(value)
            with self._run_lock:
                results = entry.runner.run(self, given)
            return entry.rebuild(results)

        return call

    def partial_run(self, handle, fetches, feed_dict=None):
        """Not available yet: raises ``tf.errors.UnimplementedError``."""
        raise errors.UnimplementedError(None, None, "tfgrad has no partial_run yet.")

    def partial_run_setup(self, fetches, feeds=None):
        """Not available yet: raises ``tf.errors.UnimplementedError``."""
        raise errors.UnimplementedError(None, None, "tfgrad has no partial_run_setup yet.")

    def list_devices(self) -> list[str]:
        """The names of the devices that JAX has, in TensorFlow's form."""
        kinds = {"cpu": "CPU", "gpu": "GPU", "cuda": "GPU", "tpu": "TPU"}
        named = [(kinds.get(d.platform, d.platform.upper()), d.id) for d in jax.devices()]
        return [f"/job:localhost/replica:0/task:0/device:{kind}:{i}" for kind, i in named]


def _feed_value(tensor: Tensor, dtype: np.dtype, value):
    """``value`` as an array of the tensor's type."""
    if isinstance(value, Tensor):
        raise TypeError(
            f"The value of a feed cannot be a tf.Tensor object. Acceptable feed values include "
            f"Python scalars, strings, lists, numpy ndarrays, or TensorHandles. For reference, the "
            f"tensor object was {value} which was passed to the feed with key {tensor}."
        )
    if isinstance(value, jax.Array) and value.dtype == dtype:
        return value
    if isinstance(value, int) and dtype.kind in "iu":
        limits = np.iinfo(dtype)
        if not limits.min <= value <= limits.max:
            raise TypeError(
                f"Type of feed value {value} with type {type(value)} is not compatible with Tensor "
                f"type {dtype.type}. Try explicitly setting the type of the feed tensor to a "
                f"larger type (e.g. int64)."
            )
    if tensor.dtype._base is dt.string:
        array = np.asarray(value, dtype=object)
        encode = np.frompyfunc(lambda x: x.encode() if isinstance(x, str) else x, 1, 1)
        return np.asarray(encode(array), dtype=object)
    try:
        return np.asarray(value, dtype=dtype)
    except (ValueError, TypeError) as error:
        error.add_note(
            f"  while feeding {tensor.name!r} ({tensor.dtype.base_dtype.name} {tensor.shape}), "
            f"made at {tensor.op.where}"
        )
        raise


def _check_shape(tensor: Tensor, value) -> None:
    shape, dims = value.shape, tensor.dims
    if dims is None:
        return
    if len(shape) == len(dims):
        for a, b in zip(shape, dims, strict=True):
            if b is not None and a != b:
                break
        else:
            return
    raise ValueError(
        f"Cannot feed value of shape {shape} for Tensor {tensor.name}, which has shape "
        f"{TensorShape._of(dims)}\n  made at   {tensor.op.where}"
    )


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
        self._blocks: list = []

    def __enter__(self) -> "Session":
        graph_block = self._graph.as_default()
        graph_block.__enter__()
        sessions.push(self)
        self._blocks.append(graph_block)
        return self

    def __exit__(self, *error) -> None:
        graph_block = self._blocks.pop()
        sessions.pop(self)
        graph_block.__exit__(*error)
        if not self._blocks:
            self.close()

    @staticmethod
    def reset(target, containers=None, config=None) -> None:
        """Accepted for TensorFlow's sake; sessions here share nothing that could be reset."""


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
