"""`tf.make_template`: a function whose variables are made once."""

import functools
import sys

from tfgrad._src.functions import log_messages
from tfgrad._src.functions.collections import get_collection_ref
from tfgrad._src.functions.variable_scope import (
    VariableScope,
    _get_unique_variable_scope,
    _pure_variable_scope,
    variable_scope,
)
from tfgrad._src.graph import explain
from tfgrad._src.graph.collections import GraphKeys


def make_template(
    name_, func_, create_scope_now_=False, unique_name_=None, custom_getter_=None, **kwargs
) -> "Template":
    """A function that makes the variables of ``func_`` when first called and shares them later.

    Each call runs ``func_`` in one variable scope, from the second call on with ``reuse=True``.

    Args:
      name_: the name of the variable scope, made unique.
      func_: a function that makes its variables by `tf.get_variable`.
      create_scope_now_: whether the scope is inside the one that is open now; default: inside the
        one that is open at the first call.
      unique_name_: the name of the variable scope as it is; two templates may not have the same.
      custom_getter_: ``f(getter, name, ...)``, called instead of the getter of variables.
      **kwargs: arguments for ``func_`` in each call.

    Returns:
      A `Template`, to be called with the other arguments of ``func_``.

    Raises:
      ValueError: a call after the first makes a variable to be trained.

    Example:
      >>> def line(x):
      ...     return x * tf.get_variable("w", []) + tf.get_variable("b", [])
      >>> line = tf.make_template("line", line)
      >>> y, z = line(1.0), line(2.0)
      >>> [v.name for v in line.variables]
      ['line/w:0', 'line/b:0']
    """
    if kwargs:
        func_ = functools.partial(func_, **kwargs)
    return Template(name_, func_, create_scope_now_, unique_name_, custom_getter_)


def _place_of_user() -> str:
    """The line, outside of this file, that makes the template."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    return explain.where(frame.f_code, frame.f_lasti)


class Template:
    """What `tf.make_template` returns."""

    def __init__(
        self,
        name,
        func,
        create_scope_now=False,
        unique_name=None,
        custom_getter=None,
        create_graph_function=False,
    ):
        if name is None:
            raise ValueError("name cannot be None.")
        if create_graph_function:
            raise NotImplementedError("A template does not make a graph function of its own here.")
        self._func = func
        self._place = _place_of_user()
        self._name = name
        self._unique_name = unique_name
        self._custom_getter = custom_getter
        self._variable_scope: VariableScope | None = None
        self._variables_created = False
        if create_scope_now:
            unique = unique_name or _get_unique_variable_scope(name)
            with _pure_variable_scope(unique, custom_getter=custom_getter) as scope:
                self._variable_scope = scope

    def __call__(self, *args, **kwargs):
        if self._variable_scope is None:  # made now, inside the scope of the first call
            opened = variable_scope(
                self._unique_name, self._name, custom_getter=self._custom_getter
            )
        else:
            opened = variable_scope(self._variable_scope, reuse=self._variables_created)
        with opened as scope:
            if self._variable_scope is None:
                self._variable_scope = scope
            return self._call(args, kwargs)

    def _call(self, args, kwargs):
        try:
            if not self._variables_created:
                result = self._func(*args, **kwargs)
                self._variables_created = True
                return result
            trainable = get_collection_ref(GraphKeys.TRAINABLE_VARIABLES)
            variables = get_collection_ref(GraphKeys.GLOBAL_VARIABLES)
            trainable_before, before = len(trainable), len(variables)
            result = self._func(*args, **kwargs)
            if len(trainable) != trainable_before:
                raise ValueError(
                    "Trainable variable created when calling a template after the first time, "
                    "perhaps you used tf.Variable when you meant tf.get_variable: "
                    f"{trainable[trainable_before:]}"
                )
            if len(variables) != before:
                log_messages.info(
                    "New variables created when calling a template after the first time, perhaps "
                    "you used tf.Variable when you meant tf.get_variable: %s",
                    variables[before:],
                )
            return result
        except Exception as error:
            error.add_note(f"in the template {self._name!r}, made at {self._place}")
            raise

    @property
    def name(self) -> str:
        """The name that was given."""
        return self._name

    @property
    def func(self):
        """The function."""
        return self._func

    @property
    def variable_scope(self):
        """The variable scope; None before the first call unless it was made at once."""
        return self._variable_scope

    @property
    def variable_scope_name(self) -> str | None:
        """The name of the variable scope, with a slash at its end."""
        if self._variable_scope is None:
            return None
        name = self._variable_scope.name
        return name if not name or name.endswith("/") else name + "/"

    @property
    def var_scope(self):
        """See `variable_scope`."""
        return self._variable_scope

    def _in_scope(self, kind: str) -> list:
        return [] if self._variable_scope is None else getattr(self._variable_scope, kind)()

    @property
    def global_variables(self) -> list:
        """The global variables that were made."""
        return self._in_scope("global_variables")

    @property
    def local_variables(self) -> list:
        """The local variables that were made."""
        return self._in_scope("local_variables")

    @property
    def trainable_variables(self) -> list:
        """The variables that were made and are to be trained."""
        return self._in_scope("trainable_variables")

    @property
    def variables(self) -> list:
        """The variables that were made."""
        return self.global_variables + self.local_variables

    @property
    def non_trainable_variables(self) -> list:
        """The variables that were made and are not to be trained."""
        trainable = {id(v) for v in self.trainable_variables}
        return [v for v in self.variables if id(v) not in trainable]

    @property
    def weights(self) -> list:
        """See `variables`."""
        return self.variables

    @property
    def trainable_weights(self) -> list:
        """See `trainable_variables`."""
        return self.trainable_variables

    @property
    def non_trainable_weights(self) -> list:
        """See `non_trainable_variables`."""
        return self.non_trainable_variables
