"""Decorators that TensorFlow's own libraries are written with, and questions about functions.

What legacy code imports from ``tensorflow.python.util``: `make_decorator` and `unwrap` of
``tf_decorator``, the functions of ``tf_inspect``, ``deprecated`` and its kin.
"""

import functools
import inspect
from collections import namedtuple

from tfgrad._src.functions import log_messages

ArgSpec = namedtuple("ArgSpec", "args varargs keywords defaults")
FullArgSpec = inspect.FullArgSpec


class TFDecorator:
    """What `make_decorator` notes about a function: the function below it and its arguments."""

    def __init__(self, decorator_name, target, decorator_doc="", decorator_argspec=None):
        self.decorated_target = target
        self.decorator_name = decorator_name
        self.decorator_doc = decorator_doc
        self.decorator_argspec = decorator_argspec


def make_decorator(
    target, decorator_func, decorator_name=None, decorator_doc="", decorator_argspec=None
):
    """Gives a function that wraps another the name and the documentation of that.

    Args:
      target: the function that is wrapped.
      decorator_func: the function that wraps it.
      decorator_name: the decorator's name; default the caller's.
      decorator_doc: its documentation.
      decorator_argspec: the arguments, where they differ from those of ``target``.

    Returns:
      ``decorator_func``, changed.
    """
    if decorator_name is None:
        decorator_name = inspect.stack()[1].function
    decorator_func._tf_decorator = TFDecorator(
        decorator_name, target, decorator_doc, decorator_argspec
    )
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        if hasattr(target, name):
            setattr(decorator_func, name, getattr(target, name))
    if hasattr(target, "__dict__"):
        for name, value in target.__dict__.items():
            decorator_func.__dict__.setdefault(name, value)
    decorator_func.__wrapped__ = target
    return decorator_func


def unwrap(maybe_tf_decorator) -> tuple[list[TFDecorator], object]:
    """The decorators of a function, the outermost first, and the function below them."""
    decorators = []
    target = maybe_tf_decorator
    while True:
        noted = (
            target if isinstance(target, TFDecorator) else getattr(target, "_tf_decorator", None)
        )
        if noted is None:
            return decorators, target
        decorators.append(noted)
        target = noted.decorated_target


def rewrap(decorator_func, previous_target, new_target):
    """Puts another function below decorators.

    Args:
      decorator_func: a decorated function.
      previous_target: the function below some of its decorators.
      new_target: the function to put there.

    Returns:
      ``decorator_func``, changed; ``new_target`` if there are no decorators.
    """
    current = decorator_func
    innermost = None
    while current is not previous_target and hasattr(current, "_tf_decorator"):
        innermost = current
        current = current._tf_decorator.decorated_target
    if innermost is None:
        return new_target
    innermost._tf_decorator.decorated_target = new_target
    innermost.__wrapped__ = new_target
    return decorator_func


def contextmanager(target):
    """`contextlib.contextmanager`; the result shows the arguments of ``target``."""
    import contextlib

    return make_decorator(target, contextlib.contextmanager(target), "contextmanager")


# --------------------------------------------------------------------------
# Questions: those of `inspect`, about the function below the decorators.


def getfullargspec(obj) -> inspect.FullArgSpec:
    """The arguments of a function; of a class those of ``__init__``, of an object ``__call__``."""
    decorators, target = unwrap(obj)
    for decorator in decorators:
        if decorator.decorator_argspec is not None:
            return decorator.decorator_argspec
    if isinstance(target, functools.partial):
        return _argspec_of_partial(target)
    if inspect.isclass(target):
        target = target.__init__
    elif not inspect.isroutine(target) and callable(target):
        target = type(target).__call__
    return inspect.getfullargspec(unwrap(target)[1])


def _argspec_of_partial(target: functools.partial) -> inspect.FullArgSpec:
    """The arguments that a partial function still takes, with the defaults that it sets."""
    spec = getfullargspec(target.func)
    args = spec.args[len(target.args) :]
    first = len(args) - len(spec.defaults or ())
    defaults = {a: (spec.defaults or ())[i - first] for i, a in enumerate(args) if i >= first}
    defaults.update({k: v for k, v in target.keywords.items() if k in args})
    start = next((i for i, a in enumerate(args) if a in defaults), len(args))
    keyword_only = [a for a in args[start:] if a not in defaults]
    kept = args[:start] + [a for a in args[start:] if a in defaults]
    return spec._replace(
        args=kept,
        defaults=tuple(defaults[a] for a in kept if a in defaults) or None,
        kwonlyargs=spec.kwonlyargs + keyword_only,
    )


def getargspec(obj) -> ArgSpec:
    """The arguments of a function: ``args``, ``varargs``, ``keywords`` and ``defaults``."""
    spec = getfullargspec(obj)
    return ArgSpec(spec.args, spec.varargs, spec.varkw, spec.defaults)


def getcallargs(*func_and_positional, **named) -> dict:
    """What each argument of a function is in a call."""
    func, *positional = func_and_positional
    bound = inspect.signature(unwrap(func)[1]).bind(*positional, **named)
    bound.apply_defaults()
    return dict(bound.arguments)


def getmembers(object, predicate=None):
    """See `inspect.getmembers`."""
    return inspect.getmembers(object, predicate)


def _of_target(name: str):
    function = getattr(inspect, name)

    def ask(object):
        return function(unwrap(object)[1])

    ask.__name__ = ask.__qualname__ = name
    ask.__doc__ = f"`inspect.{name}` of the function below the decorators."
    return ask


getdoc = inspect.getdoc
getfile = _of_target("getfile")
getmodule = inspect.getmodule
getmro = inspect.getmro
getsource = _of_target("getsource")
getsourcefile = _of_target("getsourcefile")
getsourcelines = _of_target("getsourcelines")
isbuiltin = _of_target("isbuiltin")
isclass = _of_target("isclass")
isfunction = _of_target("isfunction")
isframe = _of_target("isframe")
isgenerator = _of_target("isgenerator")
isgeneratorfunction = _of_target("isgeneratorfunction")
ismethod = _of_target("ismethod")
ismodule = _of_target("ismodule")
isroutine = _of_target("isroutine")
currentframe = inspect.currentframe
getframeinfo = inspect.getframeinfo
stack = inspect.stack


# --------------------------------------------------------------------------
# Deprecation.


def deprecated(date, instructions, warn_once=True):
    """A decorator for a function that is to go away: calls of it say so in the log.

    Args:
      date: when, as ``"2020-01-31"``; None for an unknown time.
      instructions: what to use instead.
      warn_once: whether only the first call says so.

    Returns:
      A decorator.

    Raises:
      ValueError: there are no instructions.
    """
    if not instructions:
        raise ValueError("Don't deprecate things without conversion instructions!")
    when = "in a future version" if date is None else f"after {date}"

    def decorate(func):
        warned = False

        @functools.wraps(func)
        def wrapper(*args, **kwargs):
            nonlocal warned
            if not (warned and warn_once):
                warned = True
                name = f"{func.__module__}.{func.__qualname__}"
                log_messages.warning(
                    "%s is deprecated and will be removed %s. %s", name, when, instructions
                )
            return func(*args, **kwargs)

        return make_decorator(func, wrapper, "deprecated")

    return decorate


def deprecated_args(date, instructions, *deprecated_arg_names_or_tuples, **kwargs):
    """A decorator for a function some of whose arguments are to go away.

    Args:
      date: when, as ``"2020-01-31"``; None for an unknown time.
      instructions: what to use instead.
      *deprecated_arg_names_or_tuples: names of arguments, or tuples of a name and the value that
        may still be given.
      **kwargs: ``warn_once``: whether only the first call says so, default true.

    Returns:
      A decorator.
    """
    warn_once = kwargs.get("warn_once", True)
    allowed = {
        entry[0] if isinstance(entry, tuple) else entry: entry[1:]
        if isinstance(entry, tuple)
        else ()
        for entry in deprecated_arg_names_or_tuples
    }
    when = "in a future version" if date is None else f"after {date}"

    def decorate(func):
        signature = inspect.signature(func)
        warned: set[str] = set()

        @functools.wraps(func)
        def wrapper(*args, **kwargs):
            given = signature.bind_partial(*args, **kwargs).arguments
            for name, ok_values in allowed.items():
                if name not in given or (name in warned and warn_once):
                    continue
                if any(given[name] is ok or given[name] == ok for ok in ok_values):
                    continue
                warned.add(name)
                log_messages.warning(
                    "calling %s with %s is deprecated and will be removed %s. %s",
                    f"{func.__module__}.{func.__qualname__}", name, when, instructions,
                )  # fmt: skip
            return func(*args, **kwargs)

        return make_decorator(func, wrapper, "deprecated")

    return decorate


def deprecated_arg_values(date, instructions, warn_once=True, **deprecated_kwargs):
    """A decorator for a function some values of whose arguments are to go away.

    Args:
      date: when, as ``"2020-01-31"``; None for an unknown time.
      instructions: what to use instead.
      warn_once: whether only the first call says so.
      **deprecated_kwargs: the values by the names of the arguments.

    Returns:
      A decorator.
    """
    when = "in a future version" if date is None else f"after {date}"

    def decorate(func):
        signature = inspect.signature(func)
        warned: set[str] = set()

        @functools.wraps(func)
        def wrapper(*args, **kwargs):
            given = signature.bind_partial(*args, **kwargs).arguments
            for name, value in deprecated_kwargs.items():
                if name in given and given[name] == value and not (name in warned and warn_once):
                    warned.add(name)
                    log_messages.warning(
                        "calling %s with %s=%s is deprecated and will be removed %s. %s",
                        f"{func.__module__}.{func.__qualname__}", name, value, when, instructions,
                    )  # fmt: skip
            return func(*args, **kwargs)

        return make_decorator(func, wrapper, "deprecated")

    return decorate
