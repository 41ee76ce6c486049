"""`Variable`: state that is kept between runs, and the choice of its kind.

`Variable` is what users name; calling it makes a `RefVariable` (the kind of TensorFlow 1, in
``ref_variable.py``) or a `ResourceVariable` (``resource_variable.py``).  Both stand for an entry of
the session's store, and differ in the nodes that read and change it.
"""

import enum

from tfgrad._src.functions.operators import install_operators
from tfgrad._src.graph.graph import get_default_graph
from tfgrad._src.graph.node import Tensor


class VariableSynchronization(enum.Enum):
    """When copies of a distributed variable are brought together; recorded, without effect here."""

    AUTO = 0
    NONE = 1
    ON_WRITE = 2
    ON_READ = 3


class VariableAggregation(enum.Enum):
    """How copies of a distributed variable are combined; recorded, without effect here."""

    NONE = 0
    SUM = 1
    MEAN = 2
    ONLY_FIRST_REPLICA = 3
    ONLY_FIRST_TOWER = 3  # its first name

    def __hash__(self) -> int:
        return hash(self.value)


def check_distribution(synchronization, aggregation, trainable, name) -> tuple:
    """Completes the three arguments.

    Raises:
      ValueError: one of them is not a value of its enumeration.
    """
    if aggregation is None:
        aggregation = VariableAggregation.NONE
    else:
        try:
            aggregation = VariableAggregation(aggregation)
        except ValueError:
            raise ValueError(
                f"Invalid variable aggregation mode: {aggregation} for variable: {name}"
            ) from None
    if synchronization is None:
        synchronization = VariableSynchronization.AUTO
    else:
        try:
            synchronization = VariableSynchronization(synchronization)
        except ValueError:
            raise ValueError(
                f"Invalid variable synchronization mode: {synchronization} for variable: {name}"
            ) from None
    if trainable is None:
        trainable = synchronization is not VariableSynchronization.ON_READ
    return synchronization, aggregation, trainable


# ---------------------------------------------------------------------- which kind

_use_resource_variables = False


def enable_resource_variables() -> None:
    """Makes `tf.Variable` and `tf.get_variable` give resource variables unless told otherwise."""
    global _use_resource_variables
    _use_resource_variables = True


def disable_resource_variables() -> None:
    """Makes `tf.Variable` and `tf.get_variable` give reference variables unless told otherwise."""
    global _use_resource_variables
    _use_resource_variables = False


def resource_variables_enabled() -> bool:
    """Whether variables are resource variables unless told otherwise."""
    return _use_resource_variables


def _default_creator(**kwargs):
    """Makes a variable of the kind asked for, by the variable scope if not by the caller."""
    from tfgrad._src.functions import ref_variable, resource_variable, variable_scope  # subclasses

    use_resource = kwargs.pop("use_resource", None)
    if use_resource is None:
        use_resource = variable_scope.get_variable_scope().use_resource
    if use_resource is None:
        use_resource = _use_resource_variables
    if use_resource:
        kwargs.pop("expected_shape", None)
        return resource_variable.ResourceVariable(**kwargs)
    return ref_variable.RefVariable(**kwargs)


def _create(
    initial_value=None,
    trainable=None,
    collections=None,
    validate_shape=True,
    caching_device=None,
    name=None,
    variable_def=None,
    dtype=None,
    expected_shape=None,
    import_scope=None,
    constraint=None,
    use_resource=None,
    synchronization=VariableSynchronization.AUTO,
    aggregation=VariableAggregation.NONE,
    shape=None,
):
    arguments = dict(locals())
    create = _default_creator
    for _, creator in getattr(get_default_graph(), "_variable_creators", ()):
        create = _bind_creator(creator, create)
    return create(**arguments)


def _bind_creator(creator, following):
    return lambda **kwargs: creator(following, **kwargs)


class _VariableType(type):
    """Calling `Variable` itself makes a variable of the kind in use, as `_create` chooses it."""

    def __call__(cls, *args, **kwargs):
        if cls.__dict__.get("_chooses_kind"):
            return _create(*args, **kwargs)
        return super().__call__(*args, **kwargs)


class SaveSliceInfo:
    """Which part of a larger variable a variable is, for savers.

    Attributes:
      full_name: the name of the larger variable.
      full_shape: its shape, a list.
      var_offset: where the part begins, a list.
      var_shape: the shape of the part, a list.
    """

    def __init__(
        self, full_name=None, full_shape=None, var_offset=None, var_shape=None,
        save_slice_info_def=None, import_scope=None,
    ):  # fmt: skip
        self.full_name = full_name
        self.full_shape = full_shape
        self.var_offset = var_offset
        self.var_shape = var_shape

    @property
    def spec(self) -> str:
        """The part as savers write it: ``"4 10 0,2:0,10"``."""
        full = " ".join(str(d) for d in self.full_shape) + " "
        return full + ":".join(
            f"{o},{s}" for o, s in zip(self.var_offset, self.var_shape, strict=True)
        )


class Variable(metaclass=_VariableType):
    """State of a graph that is kept from one run of a session to the next.

    A variable has a fixed type and, usually, a fixed shape.  It takes its initial value when
    ``initializer`` is run, and afterwards whatever is assigned to it.  It can be used wherever a
    tensor can.

    Args:
      initial_value: the initial value: a tensor, anything that becomes one, or a function without
        arguments that makes it.
      trainable: whether optimizers change the variable by default; default True.
      collections: the collections that it is added to; default ``[GraphKeys.GLOBAL_VARIABLES]``,
        and ``GraphKeys.TRAINABLE_VARIABLES`` for a trainable one.
      validate_shape: False: the shape of the initial value need not be known.
      caching_device: a device string for the read.
      name: the name; default ``"Variable"``.
      variable_def: a ``VariableDef`` message of a variable whose nodes are in the graph already.
      dtype: the element type; default: that of the initial value.
      expected_shape: ignored, as in TensorFlow.
      import_scope: the scope of the names in ``variable_def``.
      constraint: a function from the value to an allowed one, applied by optimizers after each
        update.
      use_resource: make a resource variable; default: by the variable scope, or else
        `tf.enable_resource_variables`.
      synchronization, aggregation: recorded, without effect.
      shape: the static shape; default: that of the initial value.

    Raises:
      ValueError: there is no initial value, or its shape is not known although
        ``validate_shape`` is set.

    Example:
      >>> v = tf.Variable([1.0, 2.0])
      >>> with tf.Session() as sess:
      ...     sess.run(v.initializer)
      ...     sess.run(v.assign_add([0.5, 0.5]))
      array([1.5, 2.5], dtype=float32)
    """

    _chooses_kind = True
    _in_graph_mode = True
    _save_slice_info = None

    # numpy must leave ``array + variable`` to the variable.
    __array_priority__ = 100

    SaveSliceInfo = SaveSliceInfo

    def __init__(
        self, initial_value=None, trainable=None, collections=None, validate_shape=True,
        caching_device=None, name=None, variable_def=None, dtype=None, expected_shape=None,
        import_scope=None, constraint=None, use_resource=None,
        synchronization=VariableSynchronization.AUTO, aggregation=VariableAggregation.NONE,
        shape=None,
    ):  # fmt: skip
        raise NotImplementedError("a subclass says how the variable is made")

    # ------------------------------------------------------------------ what it is

    def __repr__(self) -> str:
        return f"<tf.Variable {self.name!r} shape={self.get_shape()} dtype={self.dtype.name}>"

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other) -> bool:
        return self is other

    def __ne__(self, other) -> bool:
        return self is not other

    def __copy__(self):
        return self

    def __iter__(self):
        """Always fails, but must exist: Python would otherwise try ``variable[0]``, ``[1]``, ..."""
        raise TypeError(
            "Iterating over a symbolic `tf.Tensor` is not allowed. You can attempt the following "
            "resolutions to the problem: If you are running in Graph mode, use Eager execution "
            "mode or decorate this function with @tf.function. If you are using AutoGraph, you can "
            "try decorating this function with @tf.function. If that does not work, then you may "
            "be using an unsupported feature or your source code may not be visible to AutoGraph. "
            "See "
            "https://github.com/tensorflow/tensorflow/blob/master/tensorflow/python/autograph/g3doc/"
            "reference/limitations.md#access-to-source-code for more information."
        )

    @property
    def trainable(self) -> bool:
        """Whether optimizers change the variable by default."""
        return self._trainable

    @property
    def synchronization(self):
        """The argument of that name."""
        return self._synchronization

    @property
    def aggregation(self):
        """The argument of that name."""
        return self._aggregation

    @property
    def constraint(self):
        """The argument of that name."""
        return self._constraint

    @property
    def initializer(self):
        """The operation that gives the variable its initial value."""
        return self._initializer_op

    @property
    def initial_value(self):
        """The tensor of the initial value."""
        return self._initial_value

    @property
    def _shared_name(self) -> str:
        """The name without the output number."""
        return self.name.partition(":")[0]

    @property
    def _distribute_strategy(self):
        return None

    def get_shape(self):
        """See `shape`."""
        return self.shape

    def ref(self):
        """A key for dictionaries; the variable itself is one too."""
        return self

    experimental_ref = ref

    def _set_save_slice_info(self, save_slice_info) -> None:
        self._save_slice_info = save_slice_info

    def _get_save_slice_info(self):
        return self._save_slice_info

    # ------------------------------------------------------------------ its value

    def initialized_value(self) -> Tensor:
        """The variable's value if it has one, else its initial value.

        For the initial value of another variable that depends on this one.
        """
        from tfgrad._src.functions.cond import cond  # it is built on functions of this floor
        from tfgrad._src.functions.control import init_scope
        from tfgrad._src.functions.state import is_variable_initialized

        with init_scope():
            return cond(is_variable_initialized(self), self.read_value, lambda: self.initial_value)

    def load(self, value, session=None) -> None:
        """Gives the variable the value of a numpy array, without adding a node.

        Args:
          value: the new value.
          session: the session; default: the one of the innermost ``with session:`` block.

        Raises:
          ValueError: there is no session.
        """
        from tfgrad._src.graph import sessions

        session = session or sessions.get_default_session()
        if session is None:
            raise ValueError(
                "Either session argument should be provided or default session should be "
                "established"
            )
        session.run(self.initializer, {self.initializer.inputs[1]: value})

    def __getitem__(self, key) -> Tensor:
        """A slice of the value; its method ``assign`` changes that part of the variable."""
        result = Tensor.__getitem__(self.value(), key)
        node = result.op

        def assign(value, name: str | None = None):
            """Assigns to the slice of the variable."""
            return self._assign_slice(node, value, name or f"{node.name}/_assign")

        result.assign = assign
        return result

    @staticmethod
    def from_proto(variable_def, import_scope: str | None = None):
        """The variable that a ``VariableDef`` message describes; its nodes must exist."""
        from tfgrad._src.functions import ref_variable, resource_variable

        kind = (
            resource_variable.ResourceVariable
            if variable_def.is_resource
            else ref_variable.RefVariable
        )
        return kind(variable_def=variable_def, import_scope=import_scope)


install_operators(Variable, lambda variable: variable.value())
