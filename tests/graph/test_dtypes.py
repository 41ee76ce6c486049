"""`DType` and `as_dtype`.  Every expected value was read off TensorFlow."""

import pickle

import ml_dtypes
import numpy as np
import pytest

import tfgrad as tf

NAMES = [
    "float16", "bfloat16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8",
    "uint16", "uint32", "uint64", "bool", "complex64", "complex128", "string", "resource",
    "variant", "qint8", "quint8", "qint16", "quint16", "qint32",
]  # fmt: skip
each_type = pytest.mark.parametrize("dtype", [tf.as_dtype(n) for n in NAMES], ids=NAMES)

# ---------------------------------------------------------------------- finding a type


@each_type
def test_a_type_is_found_by_its_name_its_number_and_itself(dtype):
    assert tf.as_dtype(dtype.name) is dtype
    assert tf.as_dtype(dtype.as_datatype_enum) is dtype
    assert tf.as_dtype(dtype) is dtype
    assert pickle.loads(pickle.dumps(dtype)) is dtype


@each_type
def test_a_reference_type_is_another_type_of_the_same_values(dtype):
    ref = dtype._as_ref
    assert (ref.name, ref.as_datatype_enum) == (dtype.name + "_ref", dtype.as_datatype_enum + 100)
    assert ref.base_dtype is dtype
    assert ref != dtype
    assert dtype.is_compatible_with(ref)
    assert not ref.is_compatible_with(dtype)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (float, "float32"), (bool, "bool"), (object, "string"), ("half", "float16"),
        ("float", "float32"), ("double", "float64"), (np.int64, "int64"), (np.str_, "string"),
        (np.dtype("S3"), "string"), (np.dtype("U3"), "string"), (np.dtype("uint8"), "uint8"),
        (np.zeros(2), "float64"), (ml_dtypes.bfloat16, "bfloat16"), (3, "int32"),
    ],
)  # fmt: skip
def test_what_names_a_type(value, name):
    assert tf.as_dtype(value).name == name


@pytest.mark.parametrize(
    "value", [int, str, bytes, complex, list, "int", "str", "i4", 99, None, [2, 3], np.datetime64]
)
def test_what_names_no_type(value):
    with pytest.raises(
        TypeError, match=r"Cannot convert the argument `type_value`: .* to a Tensor"
    ):
        tf.as_dtype(value)


def test_a_type_equals_what_names_it():
    assert tf.float32 == "float32"
    assert tf.float32 == np.float32
    assert tf.float32 == float  # noqa: E721
    assert tf.float32 != tf.float64
    assert tf.float32 != "nothing"
    assert tf.float32 != int  # noqa: E721
    assert tf.float32 != None  # noqa: E711


def test_how_types_are_written():
    assert (str(tf.float32), repr(tf.float32)) == ("<dtype: 'float32'>", "tf.float32")


# ---------------------------------------------------------------------- what a type is


def test_kinds_of_types():
    assert tf.bfloat16.is_floating
    assert tf.float32._as_ref.is_floating
    assert tf.uint8.is_unsigned
    assert tf.quint8.is_quantized
    assert not tf.quint8.is_integer
    assert tf.bool.is_bool
    assert not tf.resource.is_numpy_compatible
    assert tf.string.is_numpy_compatible


def test_real_types_of_complex_ones():
    assert tf.complex64.real_dtype is tf.float32
    assert tf.complex128._as_ref.real_dtype is tf.float64
    assert tf.bool.real_dtype is tf.bool


def test_sizes_in_bytes():
    sizes = {"string": 0, "resource": 0, "bool": 1, "qint8": 1, "bfloat16": 2, "complex128": 16}
    assert {n: tf.as_dtype(n).size for n in sizes} == sizes


def test_numpy_types():
    assert tf.string.as_numpy_dtype is object
    assert tf.bfloat16.as_numpy_dtype is ml_dtypes.bfloat16
    assert tf.float32._as_ref.as_numpy_dtype is np.float32
    assert tf.qint8.as_numpy_dtype == np.dtype([("qint8", "i1")])


# ---------------------------------------------------------------------- limits


def test_the_least_and_greatest_values():
    assert (tf.int8.min, tf.int8.max) == (-128, 127)
    assert tf.uint64.max == 2**64 - 1
    assert tf.float32._as_ref.max == np.finfo(np.float32).max
    assert float(tf.bfloat16.max) == pytest.approx(3.38953e38, rel=1e-5)


@pytest.mark.parametrize("name", ["bool", "string", "complex64"])
def test_not_every_type_has_a_least_value(name):
    dtype = tf.as_dtype(name)
    with pytest.raises(TypeError, match=f"^Cannot find minimum value of {dtype} with type {dtype}"):
        dtype.min  # noqa: B018
    with pytest.raises(TypeError, match="with quantized type <dtype: 'qint8'>"):
        tf.qint8.max  # noqa: B018


def test_limits_are_those_of_images():
    assert tf.float32.limits == (0, 1)
    assert tf.int8.limits == (0, 127)
    assert tf.uint8.limits == (0, 255)
    assert tf.bool.limits == (0, True)
    for dtype in (tf.complex64, tf.string, tf.bfloat16):
        with pytest.raises(ValueError, match="does not have defined limits"):
            dtype.limits  # noqa: B018
