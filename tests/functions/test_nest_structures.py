"""Nested structures: forms, paths and messages, all written down from TensorFlow 1.15."""

import collections

import pytest

import tfgrad as tf
from tfgrad.contrib.framework import nest

P = collections.namedtuple("P", "a b")
Q = collections.namedtuple("Q", "a b")
OTHER_P = collections.namedtuple("P", "a b")
Ordered = collections.OrderedDict
DEEP = {"b": [1, (2, 3)], "a": P(4, {"x": 5})}


@pytest.mark.parametrize(
    ("structure", "leaves"),
    [
        (DEEP, [4, 5, 1, 2, 3]),
        (3, [3]),
        ("abc", ["abc"]),
        (None, [None]),
        ([[], ()], []),
        (Ordered([("b", 1), ("a", 2)]), [2, 1]),
        ([tf.TensorShape([1, 2])], [tf.TensorShape([1, 2])]),
    ],
    ids=str,
)
def test_flatten(structure, leaves):
    assert nest.flatten(structure) == leaves


def test_pack():
    packed = nest.pack_sequence_as(DEEP, [10, 20, 30, 40, 50])
    assert packed == {"b": [30, (40, 50)], "a": P(10, {"x": 20})}
    assert isinstance(packed["a"], P)
    ordered = nest.pack_sequence_as(Ordered([("b", 1), ("a", 2)]), [7, 8])
    assert list(ordered.items()) == [("b", 8), ("a", 7)]
    assert nest.pack_sequence_as(3, [5]) == 5


@pytest.mark.parametrize(
    ("structure", "flat", "kind", "message"),
    [
        (3, [5, 6], ValueError, "Structure is a scalar but len(flat_sequence) == 2 > 1"),
        ([1, 2], 5, TypeError, "flat_sequence must be a sequence"),
        (
            [1, 2],
            [1, 2, 3],
            ValueError,
            "Could not pack sequence. Structure had 2 elements, but flat_sequence had 3 elements."
            "  Structure: [1, 2], flat_sequence: [1, 2, 3].",
        ),
    ],
    ids=["scalar", "no sequence", "length"],
)
def test_pack_refuses(structure, flat, kind, message):
    with pytest.raises(kind) as caught:
        nest.pack_sequence_as(structure, flat)
    assert str(caught.value) == message


def test_map():
    assert nest.map_structure(lambda x: x + 1, DEEP) == {"b": [2, (3, 4)], "a": P(5, {"x": 6})}
    assert nest.map_structure(lambda x, y: x + y, [1, (2,)], [3, (4,)]) == [4, (6,)]
    assert nest.map_structure(lambda x, y: x + y, [1, 2], (3, 4), check_types=False) == [4, 6]
    assert tf.nest.map_structure(lambda x: x + 1, 1) == 2


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: nest.map_structure(len), ValueError, "Must provide at least one structure"),
        (lambda: nest.map_structure(3, [1]), TypeError, "func must be callable, got: 3"),
        (
            lambda: nest.map_structure(len, [1], foo=1),
            ValueError,
            "Only valid keyword arguments are `check_types` and `expand_composites`, not: `foo`",
        ),
    ],
    ids=["nothing", "no function", "keyword"],
)
def test_map_refuses(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("one", "two"),
    [(DEEP, DEEP), (P(1, 2), OTHER_P(3, 4)), ({"a": 1}, Ordered(a=1)), (1, 2)],
    ids=str,
)
def test_same_structure(one, two):
    nest.assert_same_structure(one, two)


@pytest.mark.parametrize(
    ("one", "two", "kind", "detail"),
    [
        (
            [1, 2],
            [1],
            ValueError,
            "The two structures don't have the same number of elements. First structure: type=list "
            "str=[1, 2]. Second structure: type=list str=[1]\nEntire first structure:\n[., .]\n"
            "Entire second structure:\n[.]",
        ),
        (
            1,
            [1],
            ValueError,
            'Substructure "type=list str=[1]" is a sequence, while substructure "type=int str=1" is'
            " not\nEntire first structure:\n.\nEntire second structure:\n[.]",
        ),
        (
            [1],
            (1,),
            TypeError,
            "The two namedtuples don't have the same sequence type. First structure type=list "
            "str=[1] has type list, while second structure type=tuple str=(1,) has type tuple\n"
            "Entire first structure:\n[.]\nEntire second structure:\n(.,)",
        ),
        (
            P(1, 2),
            Q(1, 2),
            TypeError,
            "The two namedtuples don't have the same sequence type. First structure type=P "
            "str=P(a=1, b=2) has type P, while second structure type=Q str=Q(a=1, b=2) has type Q\n"
            "Entire first structure:\nP(a=., b=.)\nEntire second structure:\nQ(a=., b=.)",
        ),
        (
            {"a": 1},
            {"b": 1},
            ValueError,
            "The two dictionaries don't have the same set of keys. First structure has keys "
            "type=list str=['a'], while second structure has keys type=list str=['b']\n"
            "Entire first structure:\n{'a': .}\nEntire second structure:\n{'b': .}",
        ),
    ],
    ids=["length", "leaf", "list and tuple", "named tuples", "keys"],
)
def test_different_structures(one, two, kind, detail):
    with pytest.raises(kind) as caught:
        nest.assert_same_structure(one, two)
    about = "\n\n".join(
        f"{place} structure: type={type(x).__name__} str={x}"
        for place, x in (("First", one), ("Second", two))
    )
    assert str(caught.value) == (
        "The two structures don't have the same nested structure.\n\n"
        f"{about}\n\nMore specifically: {detail}"
    )


def test_what_is_nested():
    values = [1, "a", [1], (1,), {}, P(1, 2), {1, 2}, range(3), None, b"x", {}.values(), iter([])]
    nested = [False, False, True, True, True, True, False, True, False, False, True, False]
    assert [nest.is_sequence(x) for x in values] == nested


def test_up_to():
    assert nest.flatten_up_to([1, [2]], [[7, 8], [9]]) == [[7, 8], 9]
    assert nest.flatten_up_to(1, [1, 2]) == [[1, 2]]
    assert nest.flatten_up_to([1], [1, 2], check_subtrees_length=False) == [1]
    pairs = nest.map_structure_up_to([1, 1], lambda x, y: (x, y), [[1], 2], [3, 4])
    assert pairs == [([1], 3), (2, 4)]
    paths = nest.flatten_with_tuple_paths_up_to([1, 1], [[1, 2], 3])
    assert paths == [((0,), [1, 2]), ((1,), 3)]


@pytest.mark.parametrize(
    ("shallow", "deep", "kind", "message"),
    [
        (
            [1, 2],
            [1],
            ValueError,
            "The two structures don't have the same sequence length. Input structure has length 1, "
            "while shallow structure has length 2.",
        ),
        (
            [1, 2],
            5,
            TypeError,
            "If shallow structure is a sequence, input must also be a sequence. Input has type: "
            "<class 'int'>.",
        ),
        (
            [1],
            (1,),
            TypeError,
            "The two structures don't have the same sequence type. Input structure has type "
            "<class 'tuple'>, while shallow structure has type <class 'list'>.",
        ),
        (
            {"a": 1},
            {"b": 1},
            ValueError,
            "The shallow_tree's keys are not a subset of the input_tree's keys. The shallow_tree "
            "has the following keys that are not in the input_tree: ['a'].",
        ),
    ],
    ids=["length", "leaf", "type", "keys"],
)
def test_up_to_refuses(shallow, deep, kind, message):
    with pytest.raises(kind) as caught:
        nest.flatten_up_to(shallow, deep)
    assert str(caught.value) == message


def test_paths():
    paths = [("a", "a"), ("a", "b", "x"), ("b", 0), ("b", 1, 0), ("b", 1, 1)]
    assert list(nest.yield_flat_paths(DEEP)) == paths
    assert nest.flatten_with_tuple_paths(DEEP) == list(zip(paths, [4, 5, 1, 2, 3], strict=True))
    assert nest.flatten_with_joined_string_paths([1, [2]], separator=".") == [("0", 1), ("1.0", 2)]
    assert nest.flatten_with_joined_string_paths(3) == [("", 3)]
    named = nest.map_structure_with_paths(lambda path, x: (path, x), {"a": [1]})
    assert named == {"a": [("a/0", 1)]}
    triples = nest.map_structure_with_tuple_paths(lambda *x: x, {"a": [1]}, {"a": [2]})
    assert triples == {"a": [(("a", 0), 1, 2)]}


def test_traversal():
    lists_only = nest.get_traverse_shallow_structure(
        lambda x: isinstance(x, list), [1, (2, 3), [4]]
    )
    assert lists_only == [False, False, [False]]
    assert nest.get_traverse_shallow_structure(lambda x: True, [1, (2, 3)]) == [True, (True, True)]


def test_dictionaries_of_structures():
    flat = nest.flatten_dict_items({(4, 5, (6, 8)): ("a", "b", ("c", "d"))})
    assert flat == {4: "a", 5: "b", 6: "c", 8: "d"}
    with pytest.raises(ValueError, match="Could not flatten dictionary: key 1 is not unique"):
        nest.flatten_dict_items({(1, 2): (1, 2), 1: 3})
    with pytest.raises(ValueError, match="Key had 2 elements, but value had 1 elements"):
        nest.flatten_dict_items({(1, 2): 3})
    with pytest.raises(TypeError, match="input must be a dictionary"):
        nest.flatten_dict_items([1])


def test_sparse_tensors_are_leaves_until_they_are_expanded():
    with tf.Graph().as_default():
        sparse = tf.SparseTensor([[0]], [1.0], [1])
        assert nest.flatten(sparse) == [sparse]
        parts = nest.flatten(sparse, expand_composites=True)
        assert parts == [sparse.indices, sparse.values, sparse.dense_shape]
        again = nest.pack_sequence_as(sparse, parts, expand_composites=True)
        assert isinstance(again, tf.SparseTensor)
