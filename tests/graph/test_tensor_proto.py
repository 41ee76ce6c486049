"""Arrays in messages; the hexadecimal bytes were written by TensorFlow 2.21."""

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tfgrad._src.graph.dtypes import as_dtype
from tfgrad._src.graph.proto import TensorProto
from tfgrad._src.graph.tensor_proto import make_ndarray, make_tensor_proto

# fmt: off
WRITTEN_BY_TENSORFLOW = [
    # dtype        values            bytes
    ("float32",    1.0,              "080112002a040000803f"),
    ("float32",    [1.0],            "08011204120208012a040000803f"),
    ("float32",    [],               "080112021200"),
    ("float32",    [1, 2, 3],        "0801120412020803220c0000803f0000004000004040"),
    ("float32",    -0.0,             "080112002a0400000080"),
    ("int32",      [[1], [2]],       "080312081202080212020801" "22080100000002000000"),
    ("float64",    1.0,              "080212003208000000000000f03f"),
    ("int8",       -3,               "080612003a0afdffffffffffffffff01"),
    ("int8",       [1, 2, 3],        "08061204120208032203010203"),
    ("int32",      [1, 2, 3],        "0803120412020803220c010000000200000003000000"),
    ("int64",      1,                "08091200520101"),
    ("uint16",     [1, 2, 3],        "08111204120208033a03010203"),
    ("uint32",     [1],              "081612041202080182010101"),
    ("uint64",     1,                "081712008a010101"),
    ("bool",       [True] * 3,       "080a1204120208035a03010101"),
    ("bool",       [[False] * 2] * 2, "080a120812020802120208025a0400000000"),
    ("complex64",  1,                "080812004a080000803f00000000"),
    ("complex128", [1],              "08121204120208016210000000000000f03f0000000000000000"),
    ("float16",    1,                "081312006a028078"),
    ("float16",    [1, 2, 3],        "08131204120208032206003c00400042"),
    ("bfloat16",   1,                "080e12006a02807f"),
    ("bfloat16",   [1, 2, 3],        "080e1204120208032206803f00404040"),
    ("qint8",      [1, 2],           "080b12041202080222020102"),
    ("string",     "x",              "08071200420178"),
    ("string",     [b"a", b"bc"],    "080712041202080242016142026263"),
]
# fmt: on


@pytest.mark.parametrize(("dtype", "values", "expected"), WRITTEN_BY_TENSORFLOW)
def test_bytes_are_those_of_tensorflow(dtype, values, expected):
    proto = make_tensor_proto(values, as_dtype(dtype).as_datatype_enum)
    assert proto.SerializeToString().hex() == expected
    back = make_ndarray(TensorProto.FromString(bytes.fromhex(expected)))
    assert back.shape == np.shape(values)
    assert make_tensor_proto(back, proto.dtype) == proto


def test_one_element_fills_a_shape():
    proto = make_tensor_proto(np.float32(2), 1, shape=(2, 3))
    assert proto.SerializeToString().hex() == "0801120812020802120208032a0400000040"
    np.testing.assert_array_equal(make_ndarray(proto), np.full((2, 3), 2, np.float32))


def test_the_last_element_of_a_short_list_repeats():
    proto = TensorProto(dtype=3, int_val=[1, 2])
    proto.tensor_shape.dim.add(size=4)
    np.testing.assert_array_equal(make_ndarray(proto), np.array([1, 2, 2, 2], np.int32))


def test_an_empty_list_is_zeros():
    proto = TensorProto(dtype=1)
    proto.tensor_shape.dim.add(size=2)
    np.testing.assert_array_equal(make_ndarray(proto), np.zeros(2, np.float32))


NUMBERS = ["float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16"]
NUMBERS += ["uint32", "uint64", "bool", "complex64", "complex128"]


@given(
    st.sampled_from(NUMBERS).flatmap(
        lambda name: hnp.arrays(name, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0))
    )
)
def test_arrays_come_back_bit_for_bit(array):
    proto = make_tensor_proto(array, as_dtype(array.dtype).as_datatype_enum)
    back = make_ndarray(TensorProto.FromString(proto.SerializeToString()))
    assert back.dtype == array.dtype
    # array_equal takes nan for nan: a scalar nan passes through a Python float.
    np.testing.assert_array_equal(back, array)


@given(hnp.arrays(np.uint16, hnp.array_shapes(min_dims=0, max_dims=2, min_side=0)))
def test_all_bfloat16_bits_come_back(bits):
    array = bits.view(ml_dtypes.bfloat16)
    back = make_ndarray(make_tensor_proto(array, 14))
    assert back.dtype == ml_dtypes.bfloat16
    np.testing.assert_array_equal(back.view(np.uint16), bits)


@given(st.lists(st.text(st.characters(codec="utf-8")) | st.binary(), max_size=4))
def test_strings_come_back_as_bytes(strings):
    array = np.empty(len(strings), object)
    array[:] = strings
    back = make_ndarray(make_tensor_proto(array, 7))
    assert back.tolist() == [s.encode() if isinstance(s, str) else s for s in strings]


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match=r"3 elements do not fill a tensor of shape \[2\]"):
        make_tensor_proto(np.ones(3), 2, shape=(2,))
    with pytest.raises(TypeError, match="resource"):
        make_tensor_proto(0, 20)
    with pytest.raises(TypeError, match="string tensor was given 3"):
        make_tensor_proto(3, 7)
    too_many = TensorProto(dtype=1, float_val=[1.0, 2.0])
    with pytest.raises(ValueError, match="has 2 elements"):
        make_ndarray(too_many)
