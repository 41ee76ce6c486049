"""`TensorShape` and `Dimension`.  Every expected value was read off TensorFlow."""

import pickle

import numpy as np
import pytest

import tfgrad as tf


def shape(*dims):
    return tf.TensorShape(dims)


# ---------------------------------------------------------------------- making shapes


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([2, None], [2, None]),
        ((2, 3), [2, 3]),
        (3, [3]),
        ([], []),
        ("", []),
        (np.array([1, 2]), [1, 2]),
        ([np.int64(3), tf.Dimension(4)], [3, 4]),
        (tf.TensorShape([5]), [5]),
        (tf.TensorShape([2, None]).as_proto(), [2, None]),
    ],
)
def test_a_shape_is_made_of_whatever_lists_its_lengths(given, expected):
    assert tf.TensorShape(given).as_list() == expected


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ([2, -1], ValueError, "Dimension -1 must be >= 0"),
        (-2, ValueError, "Dimension -2 must be >= 0"),
        ([2.5], TypeError, "must be integer or None or have an __index__ method, got value '2.5'"),
        ([[1]], TypeError, "must be integer or None or have an __index__ method"),
        ("ab", TypeError, "Failed to convert ''ab'' to a shape"),
    ],
)
def test_a_length_is_a_whole_number_that_is_not_negative(given, error, message):
    with pytest.raises(error, match=message):
        tf.TensorShape(given)


def test_a_placeholder_says_that_its_shape_is_wrong():
    with pytest.raises(ValueError, match="Error converting shape to a TensorShape: Dimension -1"):
        tf.placeholder(tf.float32, [-1, 2])


@pytest.mark.parametrize(
    ("dims", "written"),
    [(None, "<unknown>"), ([], "()"), ([2], "(2,)"), ([None, 3], "(?, 3)")],
)
def test_a_shape_is_written_as_a_tuple_with_question_marks(dims, written):
    assert str(tf.TensorShape(dims)) == written


def test_a_shape_survives_pickling():
    for s in (shape(2, None), tf.TensorShape(None)):
        assert repr(pickle.loads(pickle.dumps(s))) == repr(s)


# ---------------------------------------------------------------------- comparing


def test_shapes_are_equal_when_they_say_the_same():
    assert shape(2, None) == [2, None]
    assert shape(None) == shape(None)
    assert shape(2) != [3]
    assert shape(2) == 2
    assert tf.TensorShape(None) == tf.TensorShape(None)
    assert hash(shape(1, None)) == hash(shape(1, None))
    assert shape(1) != object()


def test_shapes_of_unknown_rank_cannot_be_told_to_differ():
    with pytest.raises(ValueError, match="The inequality of unknown TensorShapes is undefined"):
        tf.TensorShape(None) != shape(1)  # noqa: B015


def test_compatible_shapes_may_be_one_shape():
    assert shape(1, None).is_compatible_with([1, 3])
    assert tf.TensorShape(None).is_compatible_with([1, 3])
    assert not shape(1, None).is_compatible_with([2, 3])
    assert not shape(1).is_compatible_with([1, 1])
    with pytest.raises(ValueError, match=r"Shapes \(2, 3\) and \[2, 4\] are incompatible"):
        shape(2, 3).assert_is_compatible_with([2, 4])


# ---------------------------------------------------------------------- combining


def test_merging_keeps_what_either_knows():
    assert shape(2, None).merge_with([None, 3]).as_list() == [2, 3]
    assert tf.TensorShape(None).merge_with([1]).as_list() == [1]
    with pytest.raises(ValueError, match=r"Shapes \(1, 2\) and \(1,\) are not compatible"):
        shape(1, 2).merge_with([1])


def test_the_common_shape_forgets_what_differs():
    assert shape(1, 3).most_specific_compatible_shape([2, 3]).as_list() == [None, 3]
    assert shape(1).most_specific_compatible_shape([2, 3]).dims is None


def test_shapes_are_concatenated_with_a_plus():
    assert (shape(2) + [4]).as_list() == [2, 4]  # noqa: RUF005
    assert ((2,) + shape(3)).as_list() == [2, 3]  # noqa: RUF005
    assert shape(1).concatenate(tf.Dimension(3)).as_list() == [1, 3]
    assert shape(1).concatenate(None).dims is None


def test_a_slice_of_an_unknown_shape_has_the_length_it_must_have():
    unknown = tf.TensorShape(None)
    assert unknown[1:].dims is None
    assert unknown[1:3].as_list() == [None, None]
    assert unknown[:-1].dims is None
    assert unknown[0].value is None
    assert shape(1, 2, 3)[1:].as_list() == [2, 3]


def test_the_number_of_elements_needs_every_length():
    assert shape(2, 3).num_elements() == 6
    assert shape(None, 3).num_elements() is None
    assert tf.TensorShape(None).num_elements() is None


def test_ranks_are_checked():
    assert shape(1, 2).with_rank(2).as_list() == [1, 2]
    assert tf.TensorShape(None).with_rank(2).as_list() == [None, None]
    for check in (shape(2).with_rank, shape(2).assert_has_rank):
        with pytest.raises(ValueError, match=r"Shape \(2,\) must have rank 3"):
            check(3)


def test_what_needs_a_rank_says_so():
    unknown = tf.TensorShape(None)
    with pytest.raises(ValueError, match="as_list\\(\\) is not defined on an unknown TensorShape"):
        unknown.as_list()
    with pytest.raises(ValueError, match="Cannot take the length of shape with unknown rank"):
        len(unknown)
    assert not unknown


# ---------------------------------------------------------------------- dimensions


def test_arithmetic_with_an_unknown_length_is_unknown():
    two, unknown = tf.Dimension(2), tf.Dimension(None)
    assert ((two + 3).value, (3 * two).value, (7 % two).value, (7 // two).value) == (5, 6, 1, 3)
    assert [d.value for d in (two + unknown, unknown - 1, 5 // unknown)] == [None, None, None]
    with pytest.raises(ValueError, match="Dimension -1 must be >= 0"):
        two - 3


def test_comparing_with_an_unknown_length_gives_none():
    two, unknown = tf.Dimension(2), tf.Dimension(None)
    assert (two == 2, two != 2, two < 3) == (True, False, True)
    assert ((two == unknown), (two < unknown), (unknown == None)) == (None, None, None)  # noqa: E711
    assert (two == "a") is False
    with pytest.raises(TypeError, match="must be integer or None"):
        two < "a"  # noqa: B015


def test_a_length_counts_as_a_python_number():
    assert list(range(tf.Dimension(3))) == [0, 1, 2]
    assert [1, 2, 3][tf.Dimension(1)] == 2
    with pytest.raises(TypeError, match="please use // instead"):
        tf.Dimension(4) / 2


# ---------------------------------------------------------------------- the shape of a tensor


def test_setting_a_shape_refines_it():
    x = tf.placeholder(tf.float32, [None, 3])
    x.set_shape([2, None])
    assert x.shape.as_list() == [2, 3]
    x.set_shape(None)
    assert x.shape.as_list() == [2, 3]


@pytest.mark.parametrize(
    ("dims", "message"),
    [
        ([2, 4], r"^Dimension 1 in both shapes must be equal, but are 3 and 4\. Shapes are "),
        ([2], "^Shapes must be equal rank, but are 2 and 1"),
        ([-2, 3], "^Dimension -2 must be >= 0"),
    ],
)  # fmt: skip
def test_setting_a_shape_cannot_contradict(dims, message):
    x = tf.placeholder(tf.float32, [None, 3])
    with pytest.raises(ValueError, match=message):
        x.set_shape(dims)
    assert x.shape.as_list() == [None, 3]
