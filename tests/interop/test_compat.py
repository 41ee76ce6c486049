"""`tf.compat`, and modules that legacy code asks for the environment."""

import pathlib

import numpy as np
import pytest

import tfgrad as tf
from tfgrad._src.graph.proto import TensorProto


def test_text_and_bytes():
    c = tf.compat
    assert c.as_bytes("é") == "é".encode()
    assert c.as_bytes(bytearray(b"a")) == c.as_bytes(b"a") == b"a"
    assert c.as_bytes("é", "latin-1") == b"\xe9"
    assert c.as_text(b"\xe9", encoding="latin-1") == c.as_str("é") == "é"
    assert c.as_str_any(b"a") == "a"
    assert c.as_str_any(None) == "None"
    assert c.path_to_str(pathlib.PurePosixPath("a/b")) == c.path_to_str("a/b") == "a/b"
    assert c.path_to_str(3) == 3
    for function in (c.as_bytes, c.as_text, c.as_str):
        with pytest.raises(TypeError, match="Expected binary or unicode string, got 3"):
            function(3)


def test_kinds_of_numbers():
    c = tf.compat
    assert isinstance(np.int8(1), c.integral_types)
    assert isinstance(np.float16(1), c.real_types)
    assert not isinstance(1.0, c.integral_types)
    assert isinstance(1j, c.complex_types)
    assert not isinstance(1j, c.real_types)
    assert isinstance(b"", c.bytes_or_text_types)
    assert isinstance("", c.bytes_or_text_types)


def test_dates(monkeypatch):
    c = tf.compat
    assert c.forward_compatible(2019, 8, 20)
    assert not c.forward_compatible(2019, 8, 21)
    with c.forward_compatibility_horizon(2030, 1, 1):
        assert c.forward_compatible(2029, 12, 31)
    assert not c.forward_compatible(2029, 12, 31)
    monkeypatch.setenv("TF_FORWARD_COMPATIBILITY_DELTA_DAYS", "30")
    assert c.forward_compatible(2019, 9, 1)


def test_files_beside_a_program():
    here = pathlib.Path(__file__)
    loader = tf.resource_loader
    assert loader.get_data_files_path() == str(here.parent)
    assert loader.get_path_to_datafile("x.txt") == str(here.parent / "x.txt")
    assert loader.readahead_file_path("x") == "x"
    assert loader.load_resource("tfgrad/version.py").startswith(b'"""`tf.version`')
    with pytest.raises(FileNotFoundError):
        loader.load_resource("tfgrad/no_such_file")
    assert pathlib.Path(loader.get_root_dir_with_all_resources()).is_dir()


@pytest.mark.parametrize("name", ["get_include", "get_lib", "get_compile_flags", "get_link_flags"])
def test_there_is_nothing_to_compile_against(name):
    with pytest.raises(tf.errors.UnimplementedError, match="tfgrad has no"):
        getattr(tf.sysconfig, name)()


def test_versions():
    assert tf.version.VERSION == tf.VERSION == "1.15.5"
    assert tf.version.GRAPH_DEF_VERSION == tf.GRAPH_DEF_VERSION
    assert tf.GRAPH_DEF_VERSION_MIN_PRODUCER == 0


def test_switches():
    assert tf.control_flow_v2_enabled()
    for switch in (tf.enable_tensor_equality, tf.enable_v2_tensorshape):
        with pytest.raises(tf.errors.UnimplementedError, match="builds graphs as TensorFlow 1"):
            switch()
    assert tf.get_logger().name == "tensorflow"


# Bytes that TensorFlow writes.
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (([1, 2],), "080312041202080222080100000002000000"),
        ((1.5,), "080112002a040000c03f"),
        (([1.0, 2.0], tf.float64), "08021204120208022210000000000000f03f0000000000000040"),
        ((["a", b"b"],), "0807120412020802420161420162"),
        (([1, 2], None, [3]), "08031204120208033a020102"),
        ((7, tf.int64, [2, 2]), "080912081202080212020802520107"),
    ],
)
def test_messages_are_those_of_tensorflow(arguments, expected):
    proto = tf.make_tensor_proto(*arguments)
    assert proto.SerializeToString().hex() == expected
    assert tf.make_tensor_proto(proto) is proto


def test_values_come_back_from_messages():
    x = np.arange(6.0).reshape(2, 3)
    proto = TensorProto.FromString(tf.make_tensor_proto(x).SerializeToString())
    np.testing.assert_array_equal(tf.make_ndarray(tensor=proto), x)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"values": None}, ValueError, "None values not supported"),
        ({"values": [1, 2], "shape": [3], "verify_shape": True}, TypeError,
         r"Expected Tensor's shape: \(3,\), but got \(2,\)"),
        ({"values": [1, 2], "shape": [1]}, ValueError,
         "Too many elements provided. Takes at most 1, but got 2"),
        ({"values": [1, 2], "shape": [3], "allow_broadcast": True}, TypeError,
         r"Expected Tensor's shape: \(3,\)"),
        ({"values": 1, "verify_shape": True, "allow_broadcast": True}, ValueError,
         "allow_broadcast and verify_shape are not both allowed"),
        ({"values": "a", "dtype": tf.int32}, TypeError, "Expected int32, but got a of type 'str'"),
    ],
)  # fmt: skip
def test_wrong_message(arguments, error, message):
    with pytest.raises(error, match=message):
        tf.make_tensor_proto(**arguments)


def test_signatures():
    assert tf.as_dtype(type_value="half") is tf.float16
    with pytest.raises(TypeError, match="as_ref"):
        tf.convert_to_tensor(1.0, as_ref=True)
    assert tf.dtypes.QUANTIZED_DTYPES is tf.QUANTIZED_DTYPES
