"""Python functions that nodes call, by the token that stands for one in a node's attributes."""

import itertools
import weakref
from collections.abc import Callable


class HostFunction:
    """A Python function under a token.  Whoever made it keeps it alive: the node does."""

    __slots__ = ("__weakref__", "call", "token")

    def __init__(self, call: Callable, token: str):
        self.call = call
        self.token = token


_functions: "weakref.WeakValueDictionary[str, HostFunction]" = weakref.WeakValueDictionary()
_numbers = itertools.count()


def register_function(call: Callable) -> HostFunction:
    """Gives ``call`` a token; it is forgotten when the returned object is."""
    function = HostFunction(call, f"pyfunc_{next(_numbers)}")
    _functions[function.token] = function
    return function


def find_function(token: str) -> HostFunction | None:
    """The function of a token, while some graph has a node that calls it."""
    return _functions.get(token)
