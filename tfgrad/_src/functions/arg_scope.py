"""Default arguments for functions inside a ``with`` block: ``tf.contrib.framework.arg_scope``."""

import contextlib
import functools
import inspect

# The stack of {key of a function: {argument: value}}; the last entry holds.
_scopes: list[dict] = [{}]
_arguments: dict = {}  # by key: the names of the arguments that have defaults


def arg_scope_func_key(op) -> str:
    """What stands for a function in a scope."""
    return getattr(op, "_key_op", None) or str(op)


def _name_of(op) -> tuple:
    return op.__module__, op.__name__


def has_arg_scope(func) -> bool:
    """Whether a function is decorated with `add_arg_scope`."""
    return arg_scope_func_key(func) in _arguments


def arg_scoped_arguments(func) -> tuple[str, ...]:
    """The arguments of a decorated function that have defaults; all if it takes ``**kwargs``.

    Raises:
      ValueError: it is not decorated.
    """
    _check(func)
    return _arguments[arg_scope_func_key(func)]


def current_arg_scope() -> dict:
    """The scope of the innermost block: what `arg_scope` takes to open it again."""
    return _scopes[-1]


def add_arg_scope(func):
    """Decorates a function so that `arg_scope` can give it default arguments.

    Args:
      func: a function.

    Returns:
      A function that adds, to the arguments it is called with, those of the innermost `arg_scope`.

    Example:
      >>> @tf.contrib.framework.add_arg_scope
      ... def layer(x, width=1):
      ...     return x, width
      >>> with tf.contrib.framework.arg_scope([layer], width=3):
      ...     print(layer(0), layer(0, width=5))
      (0, 3) (0, 5)
      >>> layer(0)
      (0, 1)
    """

    @functools.wraps(func)
    def with_scope(*args, **kwargs):
        defaults = _scopes[-1].get(with_scope._key_op)
        return func(*args, **({**defaults, **kwargs} if defaults else kwargs))

    with_scope._key_op = str(func)
    parameters = inspect.signature(func).parameters.values()
    named = [p.name for p in parameters if p.default is not p.empty]
    positional = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters)
    _arguments[with_scope._key_op] = tuple(named or (positional if takes_any else ()))
    return with_scope


def _check(op) -> None:
    if not has_arg_scope(op):
        raise ValueError("%s is not decorated with @add_arg_scope", _name_of(op))


@contextlib.contextmanager
def arg_scope(list_ops_or_scope, **kwargs):
    """Gives functions default arguments inside a ``with`` block.

    Args:
      list_ops_or_scope: functions decorated with `add_arg_scope`; or a scope that an earlier block
        yielded, which then holds again and alone.
      **kwargs: the arguments, for each of the functions in addition to those of outer blocks.

    Yields:
      The scope.

    Raises:
      TypeError: the first argument is neither a list, a tuple nor a dictionary.
      ValueError: a function is not decorated, or there are arguments with a scope.
    """
    if isinstance(list_ops_or_scope, dict):
        if kwargs:
            raise ValueError(
                "When attempting to re-use a scope by suppling adictionary, kwargs must be empty."
            )
        scope = list_ops_or_scope.copy()
    elif isinstance(list_ops_or_scope, (list, tuple)):
        scope = dict(_scopes[-1])
        for op in list_ops_or_scope:
            _check(op)
            key = arg_scope_func_key(op)
            scope[key] = {**scope.get(key, {}), **kwargs}
    else:
        raise TypeError("list_ops_or_scope must either be a list/tuple or reused scope (i.e. dict)")
    _scopes.append(scope)
    try:
        yield scope
    finally:
        _scopes.pop()
