"""Nested structures as users pass them: lists, tuples, named tuples and dictionaries.

A dictionary counts in the order of its sorted keys; everything else is a leaf.
"""

from collections.abc import Iterator, Mapping


def is_nested(value) -> bool:
    """Whether ``value`` is a structure and no leaf."""
    return isinstance(value, list | tuple | Mapping)


def leaves(value) -> Iterator:
    """The leaves of a structure, from left to right."""
    if isinstance(value, Mapping):
        for key in sorted(value):
            yield from leaves(value[key])
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def flatten(value) -> list:
    """The leaves of a structure as a list; of a leaf, the list of it alone."""
    return list(leaves(value))


def _pack(structure, flat: Iterator):
    if isinstance(structure, Mapping):
        values = {key: _pack(structure[key], flat) for key in sorted(structure)}
        ordered = {key: values[key] for key in structure}
        return ordered if type(structure) is dict else type(structure)(ordered)
    if isinstance(structure, list | tuple):
        items = [_pack(item, flat) for item in structure]
        if hasattr(structure, "_fields"):
            return type(structure)(*items)
        return type(structure)(items)
    return next(flat)


def pack(structure, flat):
    """A structure of the form of ``structure`` with the leaves of ``flat``."""
    return _pack(structure, iter(flat))


def map_leaves(function, structure):
    """A structure of the same form with ``function`` of each leaf."""
    return pack(structure, [function(leaf) for leaf in leaves(structure)])
