"""`tf.nest`: nested structures of users.

A structure is a list, tuple, named tuple, dictionary or another sequence that is no string;
anything else is a leaf.  A dictionary counts in the order of its sorted keys.  Values of type
`tf.SparseTensor` and `tf.IndexedSlices` are leaves, or with ``expand_composites`` the tensors that
they consist of.
"""

from collections.abc import Callable, Iterator, Mapping, MappingView, Sequence

from tfgrad._src.functions.indexed_slices import IndexedSlices
from tfgrad._src.graph.sparse_tensor import SparseTensor


def is_nested(seq) -> bool:
    """Whether a value is a structure and no leaf.

    Example:
      >>> tf.nest.is_nested([1, 2]), tf.nest.is_nested("ab")
      (True, False)
    """
    if isinstance(seq, Sequence):
        return not isinstance(seq, (str, bytes, bytearray))
    return isinstance(seq, (Mapping, MappingView))


def is_sequence_or_composite(o) -> bool:
    """Whether a value is a structure, or a tensor that consists of others."""
    return is_nested(o) or isinstance(o, (SparseTensor, IndexedSlices))


def _parts(value) -> list[tuple] | None:
    """(key, child) of each child of a structure; None of a leaf."""
    if isinstance(value, Mapping):
        return [(key, value[key]) for key in sorted(value)]
    if hasattr(value, "_fields") and isinstance(value, tuple):
        return list(zip(value._fields, value, strict=True))
    return list(enumerate(value)) if is_nested(value) else None


def _parts_of_all(value) -> list[tuple] | None:
    """The same, composites included."""
    if isinstance(value, SparseTensor):
        return list(enumerate((value.indices, value.values, value.dense_shape)))
    if isinstance(value, IndexedSlices):
        given = (value.values, value.indices, value.dense_shape)
        return list(enumerate(part for part in given if part is not None))
    return _parts(value)


def _splitter(expand_composites: bool) -> Callable:
    return _parts_of_all if expand_composites else _parts


def _leaves(value, parts_of: Callable) -> Iterator:
    parts = parts_of(value)
    if parts is None:
        yield value
    else:
        for _, child in parts:
            yield from _leaves(child, parts_of)


def _like(structure, children: list):
    """A structure of the type and the keys of ``structure``, with other children."""
    if isinstance(structure, Mapping):
        values = dict(zip(sorted(structure), children, strict=True))
        ordered = [(key, values[key]) for key in structure]
        if hasattr(structure, "default_factory"):  # collections.defaultdict
            return type(structure)(structure.default_factory, ordered)
        return type(structure)(ordered)
    if isinstance(structure, tuple) and hasattr(structure, "_fields"):
        return type(structure)(*children)
    if isinstance(structure, SparseTensor):
        return SparseTensor(*children)
    if isinstance(structure, IndexedSlices):
        return IndexedSlices(*children)
    if isinstance(structure, (range, MappingView)):
        return list(children)
    return type(structure)(children)


def flatten(structure, expand_composites=False) -> list:
    """The leaves of a structure, from left to right.

    Args:
      structure: a structure; of a leaf, the list of it alone is returned.
      expand_composites: whether sparse tensors are taken apart, too.

    Returns:
      A list.

    Raises:
      TypeError: the keys of a dictionary cannot be sorted.

    Example:
      >>> tf.nest.flatten({"b": [1, (2, 3)], "a": 4})
      [4, 1, 2, 3]
    """
    return list(_leaves(structure, _splitter(expand_composites)))


def _pack(structure, flat: Iterator, parts_of: Callable):
    parts = parts_of(structure)
    if parts is None:
        return next(flat)
    return _like(structure, [_pack(child, flat, parts_of) for _, child in parts])


def pack_sequence_as(structure, flat_sequence, expand_composites=False):
    """A structure of the same form with other leaves.

    Args:
      structure: what gives the form.
      flat_sequence: the leaves, a list.
      expand_composites: whether sparse tensors are taken apart, too.

    Returns:
      A new structure; of a leaf, the only element of ``flat_sequence``.

    Raises:
      ValueError: the number of leaves is another.
      TypeError: ``flat_sequence`` is no sequence.

    Example:
      >>> tf.nest.pack_sequence_as({"b": [0, (0, 0)], "a": 0}, [1, 2, 3, 4])
      {'b': [2, (3, 4)], 'a': 1}
    """
    if not is_nested(flat_sequence):
        raise TypeError("flat_sequence must be a sequence")
    parts_of = _splitter(expand_composites)
    if parts_of(structure) is None:
        if len(flat_sequence) != 1:
            raise ValueError(
                f"Structure is a scalar but len(flat_sequence) == {len(flat_sequence)} > 1"
            )
        return flat_sequence[0]
    wanted = sum(1 for _ in _leaves(structure, parts_of))
    if wanted != len(flat_sequence):
        raise ValueError(
            f"Could not pack sequence. Structure had {wanted} elements, but flat_sequence had "
            f"{len(flat_sequence)} elements.  Structure: {structure}, flat_sequence: "
            f"{flat_sequence}."
        )
    return _pack(structure, iter(flat_sequence), parts_of)


def _options(kwargs: dict) -> tuple[bool, bool]:
    """``check_types`` and ``expand_composites`` of functions that take any number of structures."""
    for name in kwargs:
        if name not in ("check_types", "expand_composites"):
            raise ValueError(
                "Only valid keyword arguments are `check_types` and `expand_composites`, not: "
                f"`{name}`"
            )
    return kwargs.get("check_types", True), kwargs.get("expand_composites", False)


def map_structure(func, *structure, **kwargs):
    """A structure of the same form with ``func(x, y, ...)`` of the leaves of all.

    Args:
      func: a function of as many arguments as there are structures.
      *structure: structures of one form.
      **kwargs: ``check_types``: whether lists and tuples are different, default true;
        ``expand_composites``: whether sparse tensors are taken apart, too.

    Returns:
      A structure of the form of the first.

    Raises:
      TypeError: ``func`` cannot be called, or types differ.
      ValueError: there is no structure, or their forms differ.

    Example:
      >>> tf.nest.map_structure(lambda x, y: x + y, [1, {"a": 2}], [10, {"a": 20}])
      [11, {'a': 22}]
    """
    if not callable(func):
        raise TypeError(f"func must be callable, got: {func}")
    if not structure:
        raise ValueError("Must provide at least one structure")
    check_types, expand_composites = _options(kwargs)
    for other in structure[1:]:
        assert_same_structure(structure[0], other, check_types, expand_composites)
    parts_of = _splitter(expand_composites)
    columns = zip(*(_leaves(s, parts_of) for s in structure), strict=True)
    return _pack(structure[0], iter([func(*leaves) for leaves in columns]), parts_of)


def _about(value) -> str:
    return f"type={type(value).__name__} str={value}"


def _same_type(first, second) -> bool:
    """Whether two structures may stand for each other: dictionaries may, lists and tuples not."""
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return True
    if type(first) is type(second):
        return True
    fields = getattr(first, "_fields", None)
    same_name = type(first).__name__ == type(second).__name__
    return fields is not None and same_name and fields == getattr(second, "_fields", None)


def _difference(first, second, check_types: bool, parts_of: Callable) -> Exception | None:
    """What distinguishes two structures, as an error; None if nothing does."""
    one, two = parts_of(first), parts_of(second)
    if one is None and two is None:
        return None
    if one is None or two is None:
        nested, leaf = (first, second) if two is None else (second, first)
        return ValueError(
            f'Substructure "{_about(nested)}" is a sequence, while substructure "{_about(leaf)}" '
            "is not"
        )
    if check_types and not _same_type(first, second):
        return TypeError(
            "The two namedtuples don't have the same sequence type. First structure "
            f"{_about(first)} has type {type(first).__name__}, while second structure "
            f"{_about(second)} has type {type(second).__name__}"
        )
    if isinstance(first, Mapping) and isinstance(second, Mapping) and set(first) != set(second):
        return ValueError(
            "The two dictionaries don't have the same set of keys. First structure has keys "
            f"{_about(list(first))}, while second structure has keys {_about(list(second))}"
        )
    if len(one) != len(two):
        return ValueError(
            "The two structures don't have the same number of elements. First structure: "
            f"{_about(first)}. Second structure: {_about(second)}"
        )
    for (_, x), (_, y) in zip(one, two, strict=True):
        error = _difference(x, y, check_types, parts_of)
        if error is not None:
            return error
    return None


class _Dot:
    """A leaf in messages."""

    def __repr__(self) -> str:
        return "."


def assert_same_structure(nest1, nest2, check_types=True, expand_composites=False) -> None:
    """Raises an error unless two structures have one form.

    Args:
      nest1: a structure.
      nest2: a structure.
      check_types: whether lists and tuples are different; dictionaries of different types and
        named tuples of one name and one set of fields are not.
      expand_composites: whether sparse tensors are taken apart, too.

    Raises:
      ValueError: they differ in form.
      TypeError: they differ in types.
    """
    parts_of = _splitter(expand_composites)
    error = _difference(nest1, nest2, check_types, parts_of)
    if error is None:
        return
    forms = []
    for nest in (nest1, nest2):
        dots = iter(_Dot, None)
        forms.append(f"{_pack(nest, dots, parts_of)}")
    raise type(error)(
        "The two structures don't have the same nested structure.\n\n"
        f"First structure: {_about(nest1)}\n\nSecond structure: {_about(nest2)}\n\n"
        f"More specifically: {error}\n"
        f"Entire first structure:\n{forms[0]}\nEntire second structure:\n{forms[1]}"
    )


# --------------------------------------------------------------------------
# Paths.


def _paths(value, path: tuple, parts_of: Callable) -> Iterator[tuple]:
    parts = parts_of(value)
    if parts is None:
        yield path
    else:
        for key, child in parts:
            yield from _paths(child, (*path, key), parts_of)


def yield_flat_paths(nest, expand_composites=False) -> Iterator[tuple]:
    """The path of each leaf: the keys, field names and indices that lead to it."""
    return _paths(nest, (), _splitter(expand_composites))


def _joined(path: tuple, separator: str = "/") -> str:
    return separator.join(str(key) for key in path)


def flatten_with_tuple_paths(structure, expand_composites=False) -> list[tuple]:
    """``(path, leaf)`` of each leaf."""
    leaves = flatten(structure, expand_composites)
    return list(zip(yield_flat_paths(structure, expand_composites), leaves, strict=True))


def flatten_with_joined_string_paths(
    structure, separator="/", expand_composites=False
) -> list[tuple]:
    """``("a/0/b", leaf)`` of each leaf."""
    pairs = flatten_with_tuple_paths(structure, expand_composites)
    return [(_joined(path, separator), leaf) for path, leaf in pairs]


def map_structure_with_tuple_paths(func, *structure, **kwargs):
    """`map_structure` with a function whose first argument is the leaf's path."""
    return map_structure_with_tuple_paths_up_to(structure[0], func, *structure, **kwargs)


def map_structure_with_paths(func, *structure, **kwargs):
    """`map_structure` with a function whose first argument is the leaf's path, joined by ``/``."""
    return map_structure_with_tuple_paths(
        lambda path, *leaves: func(_joined(path), *leaves), *structure, **kwargs
    )


# --------------------------------------------------------------------------
# Structures that are deeper than another.


def assert_shallow_structure(
    shallow_tree,
    input_tree,
    check_types=True,
    expand_composites=False,
    check_subtrees_length=True,
) -> None:
    """Raises an error unless ``input_tree`` has the form of ``shallow_tree`` or goes deeper.

    Args:
      shallow_tree: a structure.
      input_tree: a structure whose parts may be structures where the other's are leaves.
      check_types: whether lists and tuples are different.
      expand_composites: whether sparse tensors are taken apart, too.
      check_subtrees_length: whether the numbers of parts must agree.

    Raises:
      ValueError: numbers of parts or keys differ.
      TypeError: types differ, or a part of ``input_tree`` is a leaf that should be none.
    """
    parts_of = _splitter(expand_composites)
    shallow, deep = parts_of(shallow_tree), parts_of(input_tree)
    if shallow is None:
        return
    if deep is None:
        raise TypeError(
            "If shallow structure is a sequence, input must also be a sequence. Input has type: "
            f"{type(input_tree)}."
        )
    if check_types and not _same_type(shallow_tree, input_tree):
        raise TypeError(
            "The two structures don't have the same sequence type. Input structure has type "
            f"{type(input_tree)}, while shallow structure has type {type(shallow_tree)}."
        )
    if check_subtrees_length and len(shallow) != len(deep):
        raise ValueError(
            "The two structures don't have the same sequence length. Input structure has length "
            f"{len(deep)}, while shallow structure has length {len(shallow)}."
        )
    if isinstance(shallow_tree, Mapping):
        missing = sorted(set(shallow_tree) - set(input_tree))
        if missing:
            raise ValueError(
                "The shallow_tree's keys are not a subset of the input_tree's keys. The "
                f"shallow_tree has the following keys that are not in the input_tree: {missing}."
            )
        children = [(child, input_tree[key]) for key, child in shallow]
    else:
        children = [(x, y) for (_, x), (_, y) in zip(shallow, deep, strict=False)]
    for x, y in children:
        assert_shallow_structure(x, y, check_types, expand_composites, check_subtrees_length)


def _up_to(shallow, deep, path: tuple, parts_of: Callable) -> Iterator[tuple]:
    """(path, part) of each part of ``deep`` where ``shallow`` has a leaf."""
    parts = parts_of(shallow)
    if parts is None:
        yield path, deep
        return
    below = dict(parts_of(deep)) if isinstance(shallow, Mapping) else None
    values = [v for _, v in parts_of(deep)]
    for i, (key, child) in enumerate(parts):
        part = values[i] if below is None else below[key]
        yield from _up_to(child, part, (*path, key), parts_of)


def flatten_with_tuple_paths_up_to(
    shallow_tree, input_tree, check_types=True, expand_composites=False, check_subtrees_length=True
) -> list[tuple]:
    """``(path, part)`` of each part of ``input_tree`` where ``shallow_tree`` has a leaf.

    See `flatten_up_to`.
    """
    assert_shallow_structure(
        shallow_tree, input_tree, check_types, expand_composites, check_subtrees_length
    )
    return list(_up_to(shallow_tree, input_tree, (), _splitter(expand_composites)))


def flatten_up_to(
    shallow_tree, input_tree, check_types=True, expand_composites=False, check_subtrees_length=True
) -> list:
    """The parts of ``input_tree`` where ``shallow_tree`` has a leaf.

    Args:
      shallow_tree: a structure.
      input_tree: a structure of that form, or a deeper one.
      check_types: whether lists and tuples are different.
      expand_composites: whether sparse tensors are taken apart, too.
      check_subtrees_length: whether the numbers of parts must agree.

    Returns:
      A list.

    Raises:
      ValueError: numbers of parts or keys differ.
      TypeError: types differ.
    """
    pairs = flatten_with_tuple_paths_up_to(
        shallow_tree, input_tree, check_types, expand_composites, check_subtrees_length
    )
    return [part for _, part in pairs]


def map_structure_with_tuple_paths_up_to(shallow_tree, func, *inputs, **kwargs):
    """`map_structure_up_to` with a function whose first argument is the part's path."""
    if not inputs:
        raise ValueError("Cannot map over no sequences")
    check_types, expand_composites = _options(kwargs)
    flat = [
        flatten_with_tuple_paths_up_to(shallow_tree, x, check_types, expand_composites)
        for x in inputs
    ]
    results = []
    for pairs in zip(*flat, strict=True):
        results.append(func(pairs[0][0], *(part for _, part in pairs)))
    return _pack(shallow_tree, iter(results), _splitter(expand_composites))


def map_structure_up_to(shallow_tree, func, *inputs, **kwargs):
    """A structure of the form of ``shallow_tree`` with ``func`` of the parts of the inputs there.

    See `map_structure` and `flatten_up_to`.
    """
    return map_structure_with_tuple_paths_up_to(
        shallow_tree, lambda _, *parts: func(*parts), *inputs, **kwargs
    )


def get_traverse_shallow_structure(traverse_fn, structure, expand_composites=False):
    """A structure of booleans: where to go deeper.

    Args:
      traverse_fn: a function of a part; True, False, or a structure of these for its children.
      structure: a structure.
      expand_composites: whether sparse tensors are taken apart, too.

    Returns:
      A structure that is at most as deep.

    Raises:
      TypeError: ``traverse_fn`` returns something else.
    """
    parts = _splitter(expand_composites)(structure)
    answer = traverse_fn(structure)
    if parts is None:
        if not isinstance(answer, bool):
            raise TypeError(f"traverse_fn returned {answer} for a non-sequence input {structure}")
        return answer
    if isinstance(answer, bool):
        if not answer:
            return False
        return _like(
            structure,
            [get_traverse_shallow_structure(traverse_fn, x, expand_composites) for _, x in parts],
        )
    assert_shallow_structure(answer, structure, expand_composites=expand_composites)
    return map_structure_up_to(
        answer,
        lambda deeper, x: (
            get_traverse_shallow_structure(traverse_fn, x, expand_composites) if deeper else False
        ),
        answer,
        structure,
    )


def flatten_dict_items(dictionary):
    """A dictionary whose keys and values are structures of one form as one of their leaves.

    Args:
      dictionary: a dictionary.

    Returns:
      A dictionary of the same type.

    Raises:
      TypeError: the argument is no dictionary.
      ValueError: a key occurs twice, or a key and its value differ in the number of leaves.

    Example:
      >>> tf.contrib.framework.nest.flatten_dict_items({(4, 5): ("a", "b"), 6: "c"})
      {4: 'a', 5: 'b', 6: 'c'}
    """
    if not isinstance(dictionary, Mapping):
        raise TypeError("input must be a dictionary")
    result = {}
    for key, value in dictionary.items():
        keys, values = flatten(key), flatten(value) if is_nested(key) else [value]
        if len(keys) != len(values):
            raise ValueError(
                f"Could not flatten dictionary. Key had {len(keys)} elements, but value had "
                f"{len(values)} elements. Key: {keys}, value: {values}."
            )
        for k, v in zip(keys, values, strict=True):
            if k in result:
                raise ValueError(f"Could not flatten dictionary: key {k} is not unique.")
            result[k] = v
    return dictionary.__class__(result)
