"""`variable_scope` and `get_variable`: variables by name, made once and found again.

A graph keeps a store of variables (``variable_store.py``) and the current `VariableScope`, which
gives the prefix of names and the defaults.  Both lie in collections of the graph, so that the
graphs of functions can share them.
"""

import contextlib
import copy
import enum
import functools
import threading

from tfgrad._src.functions.collections import get_collection
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.variable_store import VariableStore
from tfgrad._src.functions.variables import VariableAggregation, VariableSynchronization
from tfgrad._src.graph.collections import VARIABLE_SCOPE_KEY, VARIABLE_STORE_KEY, GraphKeys
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.dtypes import float32
from tfgrad._src.graph.graph import get_default_graph


class _ReuseMode(enum.Enum):
    AUTO_REUSE = 1


AUTO_REUSE = _ReuseMode.AUTO_REUSE


def no_regularizer(_):
    """The regularizer that adds nothing, where a scope would otherwise give one."""
    return None


# ---------------------------------------------------------------------- scopes


class VariableScope:
    """The prefix of variable names, and the defaults of `tf.get_variable`; see `tf.variable_scope`.

    Args:
      reuse: True: variables must exist; False or None: they must not; `tf.AUTO_REUSE`: either.
      name: the prefix without a trailing slash.
      initializer, regularizer, caching_device, partitioner, custom_getter, dtype, use_resource,
        constraint: the defaults.
      name_scope: the name scope that was opened with it.
    """

    def __init__(
        self, reuse, name="", initializer=None, regularizer=None, caching_device=None,
        partitioner=None, custom_getter=None, name_scope="", dtype=float32, use_resource=None,
        constraint=None,
    ):  # fmt: skip
        self._name = name
        self._initializer = initializer
        self._regularizer = regularizer
        self._reuse = reuse
        self._caching_device = caching_device
        self._partitioner = partitioner
        self._custom_getter = custom_getter
        self._name_scope = name_scope
        self._dtype = dtype
        self._use_resource = use_resource
        self._constraint = constraint

    # fmt: off
    name = property(lambda self: self._name, doc="The prefix of variable names.")
    original_name_scope = property(lambda self: self._name_scope, doc="Its name scope.")
    reuse = property(lambda self: self._reuse, doc="Whether variables are found, made, or either.")
    initializer = property(lambda self: self._initializer, doc="The default initializer.")
    dtype = property(lambda self: self._dtype, doc="The default element type.")
    use_resource = property(lambda self: self._use_resource, doc="The default kind of variable.")
    regularizer = property(lambda self: self._regularizer, doc="The default regularizer.")
    caching_device = property(lambda self: self._caching_device, doc="The default device of reads.")
    partitioner = property(lambda self: self._partitioner, doc="The default partitioner.")
    custom_getter = property(lambda self: self._custom_getter, doc="The default custom getter.")
    constraint = property(lambda self: self._constraint, doc="The default constraint.")
    # fmt: on

    def reuse_variables(self) -> None:
        """From now on, variables of this scope must exist."""
        self._reuse = True

    def set_initializer(self, initializer) -> None:
        """Sets the default initializer."""
        self._initializer = initializer

    def set_dtype(self, dtype) -> None:
        """Sets the default element type."""
        self._dtype = dtype

    def set_use_resource(self, use_resource) -> None:
        """Sets the default kind of variable."""
        self._use_resource = use_resource

    def set_regularizer(self, regularizer) -> None:
        """Sets the default regularizer."""
        self._regularizer = regularizer

    def set_caching_device(self, caching_device) -> None:
        """Sets the default device of reads."""
        self._caching_device = caching_device

    def set_partitioner(self, partitioner) -> None:
        """Sets the default partitioner."""
        self._partitioner = partitioner

    def set_custom_getter(self, custom_getter) -> None:
        """Sets the default custom getter."""
        self._custom_getter = custom_getter

    def get_collection(self, name) -> list:
        """The members of a collection whose names begin with this scope's."""
        return get_collection(name, f"{self._name}/" if self._name else "")

    def trainable_variables(self) -> list:
        """The trainable variables of this scope."""
        return self.get_collection(GraphKeys.TRAINABLE_VARIABLES)

    def global_variables(self) -> list:
        """The global variables of this scope."""
        return self.get_collection(GraphKeys.GLOBAL_VARIABLES)

    def local_variables(self) -> list:
        """The local variables of this scope."""
        return self.get_collection(GraphKeys.LOCAL_VARIABLES)

    def get_variable(
        self, var_store, name, shape=None, dtype=None, initializer=None, regularizer=None,
        reuse=None, trainable=None, collections=None, caching_device=None, partitioner=None,
        validate_shape=True, use_resource=None, custom_getter=None, constraint=None,
        synchronization=VariableSynchronization.AUTO, aggregation=VariableAggregation.NONE,
    ):  # fmt: skip
        """The variable of that name in this scope, from a store; see `tf.get_variable`."""
        full_name = f"{self._name}/{name}" if self._name else name
        with name_scope(None):  # a variable's name ignores name scopes
            if dtype is not None and initializer is not None and not callable(initializer):
                found = convert_to_tensor(initializer).dtype.base_dtype
                if found != dtype:
                    raise ValueError(
                        f"Initializer type '{found}' and explicit dtype '{dtype}' don't match."
                    )
            return var_store.get_variable(
                full_name,
                shape=shape,
                dtype=self._dtype if dtype is None else dtype,
                initializer=self._initializer if initializer is None else initializer,
                regularizer=self._regularizer if regularizer is None else regularizer,
                reuse=self._reuse if reuse is None else reuse,
                trainable=trainable,
                collections=collections,
                caching_device=self._caching_device if caching_device is None else caching_device,
                partitioner=self._partitioner if partitioner is None else partitioner,
                validate_shape=validate_shape,
                use_resource=self._use_resource if use_resource is None else use_resource,
                custom_getter=self._custom_getter if custom_getter is None else custom_getter,
                constraint=self._constraint if constraint is None else constraint,
                synchronization=synchronization,
                aggregation=aggregation,
            )


class _ScopeStore(threading.local):
    """The current scope, and how often each scope name was opened."""

    def __init__(self):
        self.current_scope = VariableScope(False)
        self.counts: dict[str, int] = {}

    def open(self, name: str) -> None:
        self.counts[name] = self.counts.get(name, 0) + 1

    def close_subscopes(self, name: str) -> None:
        for key in self.counts:
            if key.startswith(f"{name}/"):
                self.counts[key] = 0


def _from_graph(key, make):
    graph = get_default_graph()
    stored = graph.get_collection(key)
    if not stored:
        graph._collections[key] = stored = [make()]  # a finalised graph has one, too
    return stored[0]


def _scope_store() -> _ScopeStore:
    return _from_graph(VARIABLE_SCOPE_KEY, _ScopeStore)


def variable_store() -> VariableStore:
    """The default graph's store of variables."""
    return _from_graph(VARIABLE_STORE_KEY, VariableStore)


def get_variable_scope() -> VariableScope:
    """The current variable scope."""
    return _scope_store().current_scope


def _nested_getter(custom_getter, outer):
    """``custom_getter``, whose ``getter`` is the getter of the scopes around."""
    if outer is None:
        return custom_getter

    def wrapped(getter, *args, **kwargs):
        return custom_getter(functools.partial(outer, getter), *args, **kwargs)

    return wrapped


def _unique_scope(prefix: str) -> str:
    """``prefix``, with a number if a scope of that name was opened here before."""
    store = _scope_store()
    outer = store.current_scope.name
    name = f"{outer}/{prefix}" if outer else prefix
    if not store.counts.get(name):
        return prefix
    i = 1
    while store.counts.get(f"{name}_{i}"):
        i += 1
    return f"{prefix}_{i}"


class variable_scope:
    """Opens a variable scope, for a ``with`` block: a prefix of variable names, with defaults.

    Inside, `tf.get_variable` puts the scope's name before the variable's.  A name scope of the same
    name is opened, too; it is made unique on each entry, the variable scope is not.

    Args:
      name_or_scope: the name, or a `tf.VariableScope` to go on with.
      default_name: the name, made unique, where ``name_or_scope`` is None.
      values: the tensors that the block works on.
      initializer, regularizer, caching_device, partitioner, dtype, use_resource, constraint: the
        defaults of `tf.get_variable` inside.
      custom_getter: ``f(getter, name, ...)``, called instead of the getter of variables.
      reuse: True: variables must exist; `tf.AUTO_REUSE`: they are made if they do not; default: as
        in the scope around, or else they must not exist.
      auxiliary_name_scope: False: open no name scope.

    Raises:
      ValueError: ``reuse`` is none of these, or is given with ``default_name`` alone.
      TypeError: there is no name, or it is neither a string nor a scope.

    Example:
      >>> with tf.variable_scope("layer", reuse=tf.AUTO_REUSE):
      ...     v = tf.get_variable("v", [2])
      ...     same = tf.get_variable("v", [2])
      >>> v.name, same is v
      ('layer/v:0', True)
    """

    def __init__(
        self, name_or_scope, default_name=None, values=None, initializer=None, regularizer=None,
        caching_device=None, partitioner=None, custom_getter=None, reuse=None, dtype=None,
        use_resource=None, constraint=None, auxiliary_name_scope=True,
    ):  # fmt: skip
        if default_name is None and name_or_scope is None:
            raise TypeError("If default_name is None then name_or_scope is required")
        if reuse is False:
            reuse = None
        if not (reuse is True or reuse is None or reuse is AUTO_REUSE):
            raise ValueError("The reuse parameter must be True or False or None.")
        if not isinstance(auxiliary_name_scope, bool):
            raise TypeError(
                f"The auxiliary_name_scope must be `True` or `False`, while get "
                f"{auxiliary_name_scope}"
            )
        self._name_or_scope = name_or_scope
        self._default_name = default_name
        self._reuse = reuse
        self._settings = {
            "initializer": initializer,
            "regularizer": regularizer,
            "caching_device": caching_device,
            "partitioner": partitioner,
            "dtype": dtype,
            "use_resource": use_resource,
        }
        self._custom_getter = custom_getter
        self._constraint = constraint
        self._auxiliary_name_scope = auxiliary_name_scope
        tensors = [v for v in values or () if hasattr(v, "graph")]
        self._graph = tensors[0].graph if tensors else get_default_graph()
        self._entered: list = []  # one record per entry, as a scope object can be entered again
        self._scope_name: str | None = None

    def __enter__(self) -> VariableScope:
        graph = get_default_graph()
        graph_block = None
        if not graph.building_function and graph is not self._graph:
            graph_block = self._graph.as_default()
            graph_block.__enter__()
        try:
            return self._enter(graph_block)
        except BaseException:
            if graph_block is not None:
                graph_block.__exit__(None, None, None)
            raise

    def _enter(self, graph_block) -> VariableScope:
        given = self._name_or_scope
        if given is not None and not isinstance(given, VariableScope | str):
            raise TypeError("VariableScope: name_or_scope must be a string or VariableScope.")
        if given is None and self._reuse:
            raise ValueError("reuse=True cannot be used without a name_or_scope")
        names, opened = self._open_name_scope()
        try:
            if given is None:
                if self._scope_name is None:
                    self._scope_name = _unique_scope(self._default_name)
                scope = self._open(self._scope_name, opened, None)
            else:
                scope = self._open(given, opened, self._reuse)
        except BaseException:
            if names is not None:
                names.__exit__(None, None, None)
            raise
        self._entered[-1] += (names, graph_block)
        return scope

    def _open_name_scope(self):
        """Opens the name scope that goes with it: the block and its name, or two None."""
        given = self._name_or_scope
        if not self._auxiliary_name_scope:
            current = get_default_graph().get_name_scope()
            names = name_scope(f"{current}/" if current else "")
        else:
            last = self._default_name if given is None else given
            if isinstance(last, VariableScope):
                last = last.name.split("/")[-1]
            if given is not None and not last:
                return None, None
            names = name_scope(last)
        return names, names.__enter__()

    def _open(self, name_or_scope, opened: str | None, reuse) -> VariableScope:
        store = _scope_store()
        old = store.current_scope
        old_counts = None
        if isinstance(name_or_scope, VariableScope):
            base = name_or_scope
            name = base.name
            scope_of_names = base.original_name_scope
            reuse = reuse or base.reuse
            store.open(name)
            old_counts = copy.copy(store.counts)
        else:
            base = old
            name = f"{old.name}/{name_or_scope}" if old.name else name_or_scope
            scope_of_names = name_or_scope if opened is None else opened
            reuse = reuse or old.reuse
            store.open(name)
        scope = VariableScope(
            reuse,
            name=name,
            initializer=base.initializer,
            regularizer=base.regularizer,
            caching_device=base.caching_device,
            partitioner=base.partitioner,
            dtype=base.dtype,
            custom_getter=base.custom_getter,
            name_scope=scope_of_names,
            use_resource=base.use_resource,
            constraint=self._constraint,
        )
        for key, value in self._settings.items():
            if value is not None:
                getattr(scope, f"set_{key}")(value)
        if self._custom_getter is not None:
            scope.set_custom_getter(_nested_getter(self._custom_getter, base.custom_getter))
        store.current_scope = scope
        self._entered.append((store, scope, old, old_counts))
        return scope

    def __exit__(self, *error) -> None:
        store, scope, old, old_counts, names, graph_block = self._entered.pop()
        try:
            if store.current_scope is not scope:
                raise RuntimeError("Improper nesting of variable_scope.")
            if old_counts is not None:
                store.counts = old_counts
            else:
                store.close_subscopes(scope.name)
            store.current_scope = old
        finally:
            if names is not None:
                names.__exit__(*error)
            if graph_block is not None:
                graph_block.__exit__(*error)


class _pure_variable_scope(variable_scope):
    """A `variable_scope` that leaves the scope of names alone; libraries use it though private."""

    def __init__(
        self, name_or_scope, reuse=None, initializer=None, regularizer=None, caching_device=None,
        partitioner=None, custom_getter=None, old_name_scope=None, dtype=float32,
        use_resource=None, constraint=None,
    ):  # fmt: skip
        super().__init__(
            name_or_scope, None, None, initializer, regularizer, caching_device, partitioner,
            custom_getter, reuse, dtype, use_resource, constraint,
        )  # fmt: skip
        self._old_name_scope = old_name_scope

    def _open_name_scope(self):
        return None, self._old_name_scope


def _get_unique_variable_scope(prefix: str) -> str:
    """A name for a scope in the current one; libraries use it though it is private."""
    return _unique_scope(prefix)


@contextlib.contextmanager
def variable_op_scope(
    values, name_or_scope, default_name=None, initializer=None, regularizer=None,
    caching_device=None, partitioner=None, custom_getter=None, reuse=None, dtype=None,
    use_resource=None, constraint=None,
):  # fmt: skip
    """See `tf.variable_scope`, whose arguments are in another order."""
    with variable_scope(
        name_or_scope,
        default_name=default_name,
        values=values,
        initializer=initializer,
        regularizer=regularizer,
        caching_device=caching_device,
        partitioner=partitioner,
        custom_getter=custom_getter,
        reuse=reuse,
        dtype=dtype,
        use_resource=use_resource,
        constraint=constraint,
    ) as scope:
        yield scope


@contextlib.contextmanager
def variable_creator_scope(variable_creator):
    """Inside the block, ``variable_creator`` decides how variables are made.

    Args:
      variable_creator: ``f(next_creator, **kwargs)``, which gets the arguments of `tf.Variable` and
        returns a variable, usually ``next_creator(**kwargs)`` with other arguments.  Of nested
        blocks the innermost is asked first.
    """
    graph = get_default_graph()
    old = getattr(graph, "_variable_creators", ())
    graph._variable_creators = [*old, (100, variable_creator)]
    try:
        yield
    finally:
        graph._variable_creators = old


# ---------------------------------------------------------------------- by name


def get_variable(
    name, shape=None, dtype=None, initializer=None, regularizer=None, trainable=None,
    collections=None, caching_device=None, partitioner=None, validate_shape=True, use_resource=None,
    custom_getter=None, constraint=None, synchronization=VariableSynchronization.AUTO,
    aggregation=VariableAggregation.NONE,
):  # fmt: skip
    """The variable of that name in the current scope, made now or found again.

    Args:
      name: the name within the current `tf.variable_scope`.
      shape: the shape; not with an ``initializer`` that is a value.
      dtype: the element type; default: that of the scope, ``float32``.
      initializer: a value, or a function ``f(shape, dtype)`` that makes one; default: that of the
        scope, else uniform by the rule of Glorot for floating types, zeros for whole numbers.
      regularizer: a function from the variable to a loss, which is added to the collection
        ``GraphKeys.REGULARIZATION_LOSSES``; default: that of the scope.
      trainable: see `tf.Variable`.
      collections: see `tf.Variable`.
      caching_device: see `tf.Variable`.
      validate_shape: see `tf.Variable`.
      use_resource: see `tf.Variable`.
      constraint: see `tf.Variable`.
      synchronization: see `tf.Variable`.
      aggregation: see `tf.Variable`.
      partitioner: a function from the shape to the number of parts along each axis.
      custom_getter: ``f(getter, name, ...)``, called instead; default: that of the scope.

    Returns:
      A `tf.Variable`, or a `PartitionedVariable` if there is a partitioner.

    Raises:
      ValueError: the variable exists although the scope does not reuse, or does not although it
        does; or shape, type and initializer do not go together.

    Example:
      >>> with tf.variable_scope("layer"):
      ...     w = tf.get_variable("w", [3, 2])
      >>> w.name
      'layer/w:0'
    """
    return get_variable_scope().get_variable(
        variable_store(),
        name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        trainable=trainable,
        collections=collections,
        caching_device=caching_device,
        partitioner=partitioner,
        validate_shape=validate_shape,
        use_resource=use_resource,
        custom_getter=custom_getter,
        constraint=constraint,
        synchronization=synchronization,
        aggregation=aggregation,
    )


def get_local_variable(
    name, shape=None, dtype=None, initializer=None, regularizer=None, trainable=False,
    collections=None, caching_device=None, partitioner=None, validate_shape=True, use_resource=None,
    custom_getter=None, constraint=None, synchronization=VariableSynchronization.AUTO,
    aggregation=VariableAggregation.NONE,
):  # fmt: skip
    """As `tf.get_variable`, for a variable that is local: neither trainable nor saved."""
    return get_variable(
        name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        trainable=False,
        collections=[*(collections or ()), GraphKeys.LOCAL_VARIABLES],
        caching_device=caching_device,
        partitioner=partitioner,
        validate_shape=validate_shape,
        use_resource=use_resource,
        custom_getter=custom_getter,
        constraint=constraint,
        synchronization=synchronization,
        aggregation=aggregation,
    )
