"""Fetches: from the nested structures that users pass to ``run`` to a flat list of nodes and back.

A structure is a tensor, operation, variable or name, or a list, tuple, namedtuple or dictionary of
structures.  `flatten` gives the unique elements and a function that puts their values in place.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping

from tfgrad._src.graph.graph import Graph
from tfgrad._src.graph.node import Operation, Tensor

_expansions: list[tuple[type, Callable, Callable]] = []
_feeds: list[tuple[type, Callable]] = []
_converters: dict[type, tuple] = {}  # the user's, see `register_session_run_conversion_functions`


def register_expansion(cls: type, parts: Callable, build: Callable) -> None:
    """Says how a ``cls`` is fetched: as the structures ``parts(x)``, put together by ``build``."""
    _expansions.append((cls, parts, build))


def register_feed(cls: type, tensors: Callable) -> None:
    """Says how a ``cls`` is fed: by a tuple of values, one for each of ``tensors(x)``."""
    _feeds.append((cls, tensors))


def register_session_run_conversion_functions(
    tensor_type, fetch_function, feed_function=None, feed_function_for_partial_run=None
) -> None:
    """Teaches `tf.Session.run` to fetch and feed objects of a class.

    Args:
      tensor_type: the class.
      fetch_function: ``f(x)`` gives a list of tensors, and a function from the list of their values
        to what the fetch gives.
      feed_function: ``f(x, value)`` gives pairs of a tensor and its value.
      feed_function_for_partial_run: ``f(x)`` gives the tensors that are fed.

    Raises:
      ValueError: the class, or one that it derives from, is registered already.
    """
    if any(issubclass(tensor_type, cls) for cls in _converters):
        raise ValueError(f"{tensor_type} has already been registered so ignore it.")
    _converters[tensor_type] = (fetch_function, feed_function, feed_function_for_partial_run)


def _converter(x) -> tuple | None:
    return next((found for cls, found in _converters.items() if isinstance(x, cls)), None)


def _leaves(x) -> list:
    if isinstance(x, list | tuple):
        return [leaf for part in x for leaf in _leaves(part)]
    if isinstance(x, Mapping):
        return [leaf for key in sorted(x) for leaf in _leaves(x[key])]
    return [x]


def flatten_feeds(feed_dict) -> dict:
    """``feed_dict`` with tensors alone as its keys; itself if it has no others.

    A key that is a tuple, of tuples perhaps, is fed by a value of the same structure.

    Raises:
      ValueError: a value has more or fewer parts than its key, or a key comes twice.
    """
    kinds = (tuple, *[cls for cls, _ in _feeds], *_converters)
    if not any(isinstance(k, kinds) for k in feed_dict):
        return feed_dict
    nested: dict = {}
    for key, value in feed_dict.items():
        keys, values = (
            (_leaves(key), _leaves(value)) if isinstance(key, tuple) else ([key], [value])
        )
        if len(keys) != len(values):
            raise ValueError(
                f"Could not flatten dictionary. Key had {len(keys)} elements, but value had "
                f"{len(values)} elements. Key: {keys}, value: {values}."
            )
        for k, v in zip(keys, values, strict=True):
            if k in nested:
                raise ValueError(f"Cannot flatten dict because this key is not unique: {k}")
            nested[k] = v
    flat: dict = {}
    for key, value in nested.items():
        converter = _converter(key)
        if converter is not None:
            if converter[1] is None:
                raise TypeError(f"Feed argument {key!r} has invalid type {type(key).__name__!r}")
            flat.update(converter[1](key, value))
            continue
        for cls, tensors in _feeds:
            if isinstance(key, cls):
                flat.update(zip(tensors(key), value, strict=False))  # a missing shape has a default
                break
        else:
            flat[key] = value
    return flat


def feed_tensors(key) -> list:
    """The tensors that a key of a feed dictionary stands for."""
    converter = _converter(key)
    if converter is not None and converter[2] is not None:
        return list(converter[2](key))
    if isinstance(key, tuple):
        return [t for leaf in _leaves(key) for t in feed_tensors(leaf)]
    return next((tensors(key) for cls, tensors in _feeds if isinstance(key, cls)), [key])


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
            if isinstance(f, defaultdict):
                return lambda values: kind(
                    f.default_factory, zip(names, [p(values) for p in parts], strict=True)
                )
            return lambda values: kind([(n, p(values)) for n, p in zip(names, parts, strict=True)])
        for cls, parts_of, build in _expansions:
            if isinstance(f, cls):
                inner = [visit(x) if x is not None else _none for x in parts_of(f)]
                return lambda values: build([p(values) for p in inner])
        converter = _converter(f)
        if converter is not None:
            tensors, contract = converter[0](f)
            inner = [visit(x) for x in tensors]
            return lambda values: contract([p(values) for p in inner])
        fields = getattr(type(f), "__attrs_attrs__", None)
        if fields is not None:  # a class of the attrs package
            inner = [visit(getattr(f, field.name)) for field in fields]
            return lambda values: type(f)(*[p(values) for p in inner])
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
