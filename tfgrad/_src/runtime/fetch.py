"""Fetches: from the nested structures that users pass to ``run`` to a flat list of nodes and back.

A structure is a tensor, operation, variable or name, or a list, tuple, namedtuple or dictionary of
structures.  `flatten` gives the unique elements and a function that puts their values in place.
"""

from collections.abc import Callable, Mapping

from tfgrad._src.graph.graph import Graph
from tfgrad._src.graph.node import Operation, Tensor

_expansions: list[tuple[type, Callable, Callable]] = []


def register_expansion(cls: type, parts: Callable, build: Callable) -> None:
    """Says how a ``cls`` is fetched: as the structures ``parts(x)``, put together by ``build``."""
    _expansions.append((cls, parts, build))


def key_of(fetches):
    """A hashable key of a structure; equal structures give equal keys."""
    kind = type(fetches)
    if kind is Tensor or kind is Operation:
        return fetches
    if isinstance(fetches, list | tuple):
        return (kind, *[key_of(f) for f in fetches])
    if isinstance(fetches, Mapping):
        return (kind, tuple(fetches), *[key_of(f) for f in fetches.values()])
    return fetches


def flatten(graph: Graph, fetches) -> tuple[list, Callable]:
    """The elements of a structure, each once, and how to rebuild it.

    Args:
      graph: the session's graph.
      fetches: the structure.

    Returns:
      The tensors and operations, and ``rebuild(values)``, which takes one value per element (None
      for an operation).

    Raises:
      TypeError: an element cannot be fetched.
      ValueError: an element is of another graph, or an unknown name.
    """
    elements: dict = {}

    def visit(f) -> Callable:
        if f is None:
            raise TypeError(
                f'Argument `fetch` = {f} has invalid type "{type(f).__name__}". Cannot be None'
            )
        if isinstance(f, list | tuple):
            parts = [visit(x) for x in f]
            kind = type(f)
            if hasattr(f, "_fields"):
                return lambda values: kind(*[p(values) for p in parts])
            if kind is tuple:
                return lambda values: tuple([p(values) for p in parts])
            if kind is list:
                return lambda values: [p(values) for p in parts]
            return lambda values: kind([p(values) for p in parts])
        if isinstance(f, Mapping):
            names = list(f)
            parts = [visit(x) for x in f.values()]
            kind = type(f)
            if kind is dict:
                return lambda values: {n: p(values) for n, p in zip(names, parts, strict=True)}
            return lambda values: kind([(n, p(values)) for n, p in zip(names, parts, strict=True)])
        for cls, parts_of, build in _expansions:
            if isinstance(f, cls):
                inner = [visit(x) if x is not None else _none for x in parts_of(f)]
                return lambda values: build([p(values) for p in inner])
        element = _element(graph, f)
        i = elements.setdefault(element, len(elements))
        return lambda values: values[i]

    rebuild = visit(fetches)
    return list(elements), rebuild


def _none(values):
    return None


def _element(graph: Graph, fetch):
    try:
        element = graph.as_graph_element(fetch, allow_tensor=True, allow_operation=True)
    except TypeError as error:
        raise TypeError(
            f'Argument `fetch` = {fetch} has invalid type "{type(fetch).__name__}" must be a '
            f"string or Tensor. ({error})"
        ) from None
    except ValueError as error:
        what, *more = str(error).split("\n")
        details = "".join("\n" + line for line in more)
        raise ValueError(
            f"Argument `fetch` = {fetch} cannot be interpreted as a Tensor. ({what}){details}"
        ) from None
    except KeyError as error:
        raise ValueError(
            f'Argument `fetch` = {fetch} cannot be interpreted as a Tensor. ("{error.args[0]}")'
        ) from None
    if not graph.is_fetchable(element):
        raise ValueError(f"{element!r} may not be fetched.")
    return element
