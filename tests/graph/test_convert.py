"""From Python values to tensors: types, shapes, lists, and conversions of the user's.

Every expected type, name and message was read off TensorFlow; where tfgrad refuses what TensorFlow
changes silently, the test says so.
"""

import ml_dtypes
import numpy as np
import pytest

import tfgrad as tf
from tfgrad._src.graph import convert


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def value(tensor):
    return tensor.op.attrs["value"]


# ---------------------------------------------------------------------- the type of a constant


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (1, "int32"), (1.5, "float32"), (True, "bool"), (1j, "complex128"), ("a", "string"),
        ([1, 2.5], "float32"), ([2.5, 1], "float32"), ([1j, 2.0], "complex128"), ([], "float32"),
        ([1.5, True], "float32"), ([1, True], "int32"), (["a", b"b"], "string"),
        (2**31, "int64"), (-(2**63), "int64"), (2**63, "uint64"), ([1, 2**40], "int64"),
        ([2**31, 1.5], "float32"), (range(3), "int32"),
        (np.float64(1), "float64"), (np.float16(1), "float16"), (np.arange(3), "int64"),
        ([np.float64(1), 2], "float32"), ([np.int64(1)], "int32"),
        (ml_dtypes.bfloat16(1), "bfloat16"), (np.array(["a"]), "string"),
    ],
)  # fmt: skip
def test_python_values_have_the_type_that_tensorflow_gives_them(given, name):
    assert tf.convert_to_tensor(given).dtype.name == name


@pytest.mark.parametrize(
    ("given", "dtype", "expected"),
    [
        (True, tf.float32, 1.0),
        (True, tf.int32, 1),
        ([True, 2], tf.int32, [1, 2]),
        (1.5, tf.complex64, 1.5),
        (2**63, tf.uint64, 2**63),
        (2**70, tf.float32, 2.0**70),
        (1.5, tf.bfloat16, 1.5),
        (np.float32(1.5), tf.int32, 1),  # numpy values are converted, Python's and lists are not
        (np.array([1.7]), tf.int32, [1]),
        ("ä", tf.string, "ä".encode()),
    ],
)
def test_values_that_fit_a_wanted_type(given, dtype, expected):
    t = tf.constant(given, dtype)
    assert t.dtype is dtype
    np.testing.assert_array_equal(value(t), expected)


@pytest.mark.parametrize(
    ("given", "dtype", "message"),
    [
        (1.5, tf.int32, "Expected int32, but got 1.5 of type 'float'."),
        ([[1, 2], [3, "x"]], tf.int32, "Expected int32, but got x of type 'str'."),
        (1, tf.bool, "Expected bool, but got 1 of type 'int'."),
        (1j, tf.float32, "Expected float32, but got 1j of type 'complex'."),
        (2.5, tf.string, "Expected string, but got 2.5 of type 'float'."),
        ([None, 2], tf.int32, "Expected int32, but got None of type 'NoneType'."),
        ([np.float32(1.5)], tf.int32, "Expected int32, but got 1.5 of type 'float32'."),
        ([np.bool_(True)], tf.int32, "Expected int32, but got True of type 'bool'."),
        (np.array([1.5]), tf.string, "Expected binary or unicode string, got 1.5"),
    ],
)
def test_values_that_do_not_fit_a_wanted_type(given, dtype, message):
    with pytest.raises(TypeError) as caught:
        tf.constant(given, dtype)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "given", [[1, "a"], ["a", None], {}, {1, 2}, object(), [object()], 2**64, [None, 2]]
)
def test_values_without_a_common_type(given):
    with pytest.raises(TypeError, match=r"Failed to convert elements of .* to Tensor\. Consider"):
        tf.convert_to_tensor(given)


@pytest.mark.parametrize("given", [-1, 256, [0, 300]])
def test_whole_numbers_out_of_range_are_refused(given):
    """TensorFlow stores another number."""
    with pytest.raises(TypeError, match="out of range"):
        tf.constant(given, tf.uint8)


def test_a_constant_is_not_made_of_a_tensor():
    with pytest.raises(TypeError, match="Expected any non-tensor type, but got a tensor instead"):
        tf.constant([tf.constant(1.0)])


def test_strings_become_bytes():
    assert value(tf.constant([["a", b"b"]])).tolist() == [[b"a", b"b"]]


def test_a_constant_keeps_its_value_when_the_array_changes():
    a = np.ones(2)
    t = tf.constant(a)
    a[0] = 5.0
    assert value(t).tolist() == [1.0, 1.0]


# ---------------------------------------------------------------------- the shape of a constant


def test_the_last_value_fills_a_shape():
    assert value(tf.constant([1, 2, 3], shape=[2, 2])).tolist() == [[1, 2], [3, 3]]
    assert value(tf.constant(7.0, shape=[3])).tolist() == [7.0, 7.0, 7.0]
    assert tf.constant([1.0, 2.0], shape=[0, 3]).shape.as_list() == [0, 3]


def test_a_shape_that_is_too_small_is_refused():
    with pytest.raises(
        ValueError, match=r"^Too many elements provided. Takes at most 2, but got 3\.$"
    ):
        tf.constant([1.0, 2.0, 3.0], shape=[2])
    with pytest.raises(TypeError, match=r"Expected Tensor's shape: \(2, 1\), but got \(2,\)"):
        tf.constant([1, 2], shape=[2, 1], verify_shape=True)
    with pytest.raises(TypeError):
        tf.constant(1.0, shape=[None])


@pytest.mark.parametrize("given", [[[1, 2], [3]], [1, [2]], [[1], 2]])
def test_lists_of_unequal_lengths_are_refused(given):
    with pytest.raises(ValueError, match="must be a dense tensor"):
        tf.constant(given)


def test_the_name_of_a_constant_is_checked_as_a_whole():
    with tf.name_scope("s"):
        assert tf.constant(1.0, name="_a").op.name == "s/_a"
    with pytest.raises(
        ValueError, match=r"^`_a` is not a valid node name\. Accepted names conform"
    ):
        tf.constant(1.0, name="_a")
    assert tf.no_op(name="").name == "NoOp"


# ---------------------------------------------------------------------- lists with tensors


def test_a_list_with_tensors_is_packed(graph):
    x = tf.constant(1.0, name="x")
    y = tf.convert_to_tensor([[x, 2], [3, 4]])
    assert (y.op.type, y.name, y.dtype, y.shape.as_list()) == (
        "Pack", "packed:0", tf.float32, [2, 2],
    )  # fmt: skip
    assert [op.name for op in graph.get_operations()] == [
        "x", "packed/0/1", "packed/0", "packed/1_1", "packed",
    ]  # fmt: skip


def test_tensors_in_a_list_are_cast_to_a_wanted_type(graph):
    y = tf.convert_to_tensor([tf.constant(1.5, name="x"), 2], dtype=tf.int32)
    assert y.dtype is tf.int32
    assert [op.type for op in graph.get_operations()] == ["Const", "Cast", "Const", "Pack"]


def test_python_values_must_fit_the_tensors_beside_them():
    with pytest.raises(TypeError, match=r"Expected int32, but got 1\.5 of type 'float'"):
        tf.convert_to_tensor([tf.constant(1), 1.5])
    with pytest.raises(ValueError, match="None values not supported"):
        tf.convert_to_tensor([tf.constant(1.0), None])


# ---------------------------------------------------------------------- shapes as values


def test_shapes_and_dimensions_become_constants():
    t = tf.convert_to_tensor(tf.TensorShape([2, 3]))
    assert (t.name, t.dtype, value(t).tolist()) == ("shape_as_tensor:0", tf.int32, [2, 3])
    assert tf.convert_to_tensor(tf.TensorShape([2**40])).dtype is tf.int64
    assert tf.convert_to_tensor(tf.Dimension(2), dtype=tf.int64).dtype is tf.int64


@pytest.mark.parametrize(
    ("given", "dtype", "error", "message"),
    [
        (
            tf.TensorShape([None, 2]),
            None,
            ValueError,
            r"a partially known TensorShape \(\?, 2\) to",
        ),
        (tf.TensorShape([2]), tf.float32, TypeError, "Allowed dtypes are tf.int32 and tf.int64"),
        (tf.TensorShape([2**40]), tf.int32, ValueError, "a dimension is too large"),
        (tf.Dimension(None), None, ValueError, "Cannot convert unknown Dimension \\? to a Tensor"),
        (tf.Dimension(2), tf.float32, TypeError, "Cannot convert Dimension 2 to dtype"),
    ],
)
def test_shapes_that_are_no_values(given, dtype, error, message):
    with pytest.raises(error, match=message):
        tf.convert_to_tensor(given, dtype)


# ---------------------------------------------------------------------- asking for a type


def test_a_tensor_is_not_converted_to_another_type():
    x = tf.constant(1.0, name="x")
    assert tf.convert_to_tensor(x, tf.float32) is x
    with pytest.raises(
        ValueError, match=r"^Tensor conversion requested dtype int32 for Tensor with"
    ):
        tf.convert_to_tensor(x, tf.int32)


def test_a_preferred_type_is_taken_if_it_fits():
    assert tf.convert_to_tensor(1, preferred_dtype=tf.float32).dtype is tf.float32
    assert tf.convert_to_tensor(1.5, preferred_dtype=tf.int32).dtype is tf.float32
    with pytest.raises(TypeError, match="Cannot convert the argument `type_value`: 'nothing'"):
        tf.convert_to_tensor(1.5, preferred_dtype="nothing")


# ---------------------------------------------------------------------- the user's own types


class Metres:
    def __init__(self, number):
        self.number = number


@pytest.fixture
def registry(monkeypatch):
    """A registry whose changes are forgotten after the test."""
    monkeypatch.setattr(convert, "_registry", list(convert._registry))
    monkeypatch.setattr(convert, "_by_type", {})
    return tf.register_tensor_conversion_function


def test_a_registered_type_may_be_used_like_a_tensor(registry):
    registry(
        Metres,
        lambda v, dtype=None, name=None, as_ref=False: tf.constant(v.number, dtype, name=name),
    )
    assert value(tf.convert_to_tensor(Metres(3.0))) == 3.0
    y = tf.add(tf.constant(1.0), Metres(2.0))
    assert y.op.inputs[1].op.name == "Add/y"


def test_the_function_with_the_smaller_priority_number_is_asked_first(registry):
    asked = []

    def function(answer):
        def convert_it(v, dtype=None, name=None, as_ref=False):
            asked.append(answer)
            return NotImplemented if answer == "pass" else tf.constant(answer)

        return convert_it

    registry(Metres, function("late"), priority=50)
    registry(Metres, function("first"), priority=50)
    registry(Metres, function("pass"), priority=10)
    assert value(tf.convert_to_tensor(Metres(1))) == b"late"  # in the order of their registration
    assert asked == ["pass", "late"]


def test_a_function_that_gives_another_type_than_asked_is_told_so(registry):
    registry(Metres, lambda v, dtype=None, name=None, as_ref=False: tf.constant(1))
    with pytest.raises(
        RuntimeError, match="returned incompatible dtype: requested = float32, actual"
    ):
        tf.convert_to_tensor(Metres(1), tf.float32)


def test_only_types_and_functions_can_be_registered(registry):
    with pytest.raises(TypeError, match="must be a type or a tuple of types"):
        registry("Metres", lambda v: v)
    with pytest.raises(TypeError, match="must be callable"):
        registry(Metres, 3)
