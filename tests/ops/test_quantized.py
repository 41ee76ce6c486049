"""Quantised arrays: what users give and get, values, ranges, shapes, and mistakes.

Oracles: TensorFlow's recordings, compared to the last bit, and numpy in float64, to which the
results are as near as the steps of a range allow.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.golden import form
from tests.golden.cases_quantized import CASES as ARRAYS
from tests.golden.cases_quantized import TYPES, integers
from tests.golden.cases_quantized_layers import CASES as LAYERS
from tests.golden.cases_uniform_quantized import CASES as UNIFORM
from tests.golden.cases_uniform_quantized import limited
from tests.helpers import forget_dims, is_compatible
from tfgrad._src.graph.build import add_node, add_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS

GOLDEN = Path(__file__).parents[1] / "golden"
each_type = pytest.mark.parametrize("name", list(TYPES))


def quantised(name: str, array):
    return tf.constant(np.asarray(array), getattr(tf, name))


def run(build):
    """What ``build()`` gives in a graph of its own."""
    with new_graph() as graph:
        fetches = build()
        with tf.Session(graph=graph) as session:
            return session.run(fetches)


# ---------------------------------------------------------------------- arrays of these types


@each_type
def test_elements_are_tuples_of_one_integer(name):
    q = getattr(tf, name)
    x = run(lambda: tf.constant([[(1,), (2,)]], q))
    assert x.dtype == TYPES[name]
    assert x.tolist() == [[1, 2]]
    for wrong in (1, [1, 2], [np.int8(1)], 1.5, (1.5,)):
        with pytest.raises(TypeError, match=f"^Expected {name}, but got .* of type "):
            tf.constant(wrong, q)
    with pytest.raises(ValueError, match="None values not supported"):
        tf.constant(None, q)
    with pytest.raises((OverflowError, ValueError)):
        tf.constant([(2**40,)], q)


@each_type
def test_arrays_are_of_integers_inside_and_records_where_numpy_types_are_asked_for(name):
    q, dtype = getattr(tf, name), TYPES[name]
    records = np.array([(3,), (4,)], q.as_numpy_dtype)
    assert tf.constant(records).dtype is q
    assert run(lambda: tf.constant(records, tf.int32)).tolist() == [3, 4]
    x = tf.constant(records)
    assert tf.make_ndarray(x.op.get_attr("value")).dtype == records.dtype
    assert tf.get_static_value(x).tolist() == [(3,), (4,)]
    with tf.Session() as session:
        p = tf.placeholder(q, [None])
        for value in ([1, 2], [(1,), (2,)], np.array([1, 2]), np.float32([1, 2])):
            fetched, fed = session.run([tf.identity(p), p], {p: value})
            assert fetched.dtype == fed.dtype == dtype
            assert fetched.tolist() == fed.tolist() == [1, 2]
        with pytest.raises(ValueError, match="Cannot feed value of shape"):
            session.run(p, {p: [[1]]})


def test_a_graph_with_quantised_constants_is_written_and_read():
    with new_graph() as graph:
        x = tf.constant([(-3,), (7,)], tf.qint8)
        value = x.op.node_def.attr["value"].tensor
        assert (value.dtype, value.tensor_content) == (11, b"\xfd\x07")
        assert tf.make_ndarray(graph.as_graph_def().node[0].attr["value"].tensor).tolist() == [
            (-3,), (7,),
        ]  # fmt: skip


# ---------------------------------------------------------------------- values


FAMILIES = {"quantized": ARRAYS, "quantized_layers": LAYERS, "uniform_quantized": UNIFORM}
ALL_CASES = [
    pytest.param(f, n, id=f"{f}-{n}") for f, cases in FAMILIES.items() for n in cases
    if n != "instance norm"  # of which TensorFlow sums floats in another order
]  # fmt: skip


@pytest.mark.parametrize(("family", "name"), ALL_CASES)
def test_values_are_those_of_tensorflow_to_the_last_bit(family, name):
    recorded = json.loads((GOLDEN / f"{family}.json").read_text())[name]["values"]
    found = form.record(tf, FAMILIES[family][name])["values"]
    for key, wanted in recorded.items():
        a, b = (form.values(v).astype(np.float32) for v in (found[key], wanted))
        np.testing.assert_array_equal(a, b, err_msg=key)


@each_type
@pytest.mark.parametrize("mode", ["MIN_COMBINED", "MIN_FIRST", "SCALED"])
def test_floats_come_back_but_for_a_step(name, mode):
    x = np.random.default_rng(0).uniform(-1.5, 2.5, 50).astype(np.float32)

    def there_and_back():
        q = tf.quantization.quantize(x, -1.5, 2.5, getattr(tf, name), mode)
        return [*q, tf.quantization.dequantize(*q, mode)]

    _, low, high, back = run(there_and_back)
    steps = np.iinfo(TYPES[name]).max - np.iinfo(TYPES[name]).min
    step = (high - low) / min(steps, 2**23)  # float32 has no finer ones
    outside = max(0, low + 1.5, 2.5 - high)  # SCALED may cut one side
    assert np.max(np.abs(back - x)) <= 1.01 * step + outside


def test_what_is_no_number_becomes_the_least_integer():
    x = np.float32([np.nan, np.inf, -np.inf])
    for mode in ("MIN_COMBINED", "SCALED"):
        q = run(lambda mode=mode: tf.quantization.quantize(x, -1.0, 1.0, tf.qint8, mode)[0])
        assert q.tolist() == [-128, 127, -128]


def test_range_is_made_wider_and_holds_zero():
    for low, high, wanted in ((0.5, 9.0, (0, 9)), (-3.0, -0.5, (-3, 0)), (0.0, 0.0, (0, 0.01))):
        y = run(lambda low=low, high=high: tf.quantize(np.float32([1]), low, high, tf.quint8))
        np.testing.assert_allclose(y[1:], wanted, rtol=1e-6)


def test_zero_is_kept_exactly_where_the_mode_says_so():
    for mode in ("MIN_FIRST", "SCALED"):
        q = tf.quantization.quantize([0.0], -1.7, 3.3, tf.qint8, mode)
        assert run_here(tf.quantization.dequantize(*q, mode)).tolist() == [0.0]


def run_here(t):
    with tf.Session() as session:
        return session.run(t)


def real(q, low, high, name):
    """What the integers stand for, in float64."""
    info = np.iinfo(TYPES[name])
    return low + (np.float64(q) - info.min) * (high - low) / (info.max - info.min)


@pytest.mark.parametrize("seed", range(4))
def test_sums_and_products_are_those_of_the_floats(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 256, (2, 3, 4)), rng.integers(0, 256, 4)
    low, high = np.sort(rng.normal(size=2)) * 3 + [-0.1, 0.1]
    a, b = real(x, -1, 2, "quint8"), real(y, low, high, "quint8")
    keys = {"min_x": -1.0, "max_x": 2.0, "min_y": low, "max_y": high}
    for op, exact in (("QuantizedAdd", a + b), ("QuantizedMul", a * b)):
        z, *ends = run(lambda op=op: add_op(
            op, quantised("quint8", x), quantised("quint8", y), *keys.values()
        ))  # fmt: skip
        # Zero is moved to the next integer of 8 bits.
        wide = (high - low) / 255 + 3 / 255
        np.testing.assert_allclose(real(z, *ends, "qint32"), exact, atol=wide * (3 + abs(b).max()))
    m, *ends = run(lambda: add_op(
        "QuantizedMatMul", quantised("quint8", x[0]), quantised("quint8", x[1]), -1.0, 2.0, -1.0,
        2.0, transpose_b=True,
    ))  # fmt: skip
    shift = np.int64(85)  # which stands for 0
    assert (m == (x[0] - shift) @ (x[1] - shift).T).all()


def test_convolution_is_that_of_integers():
    rng = np.random.default_rng(0)
    x, w = rng.integers(0, 256, (2, 5, 6, 3)), rng.integers(0, 256, (2, 3, 3, 4))
    y = run(lambda: tf.nn.quantized_conv2d(
        quantised("quint8", x), quantised("quint8", w), 0.0, 255.0, 0.0, 255.0, [1, 1, 1, 1],
        "SAME",
    ))  # fmt: skip
    wanted = run(lambda: tf.nn.conv2d(x.astype(np.float64), w.astype(np.float64), 1, "SAME"))
    assert (y[0] == wanted).all()
    assert run(lambda: tf.nn.quantized_conv2d(  # what is left over is split
        quantised("quint8", x[..., :1]), quantised("quint8", [[[[1]]]]), 0.0, 255.0, 0.0, 255.0,
        [1, 5, 5, 1], "VALID",
    ))[0][..., 0].tolist() == x[:, 1::5, ::5, 0].tolist()  # fmt: skip


def test_limit_of_six_is_that_of_relu_x():
    x = integers("quint8", 50)
    for low, high in ((-1.0, 1.0), (0.0, 8.0), (-10.0, 20.0)):
        six = run(lambda low=low, high=high: add_op(
            "QuantizedRelu6", quantised("quint8", x), low, high
        ))  # fmt: skip
        found = run(lambda low=low, high=high: tf.nn.quantized_relu_x(
            quantised("quint8", x), 6.0, low, high
        ))  # fmt: skip
        assert (six[0] == found[0]).all()
        assert tuple(six[1:]) == found[1:]
    words = run(lambda: add_op(
        "QuantizedReluX", quantised("qint32", [-9, 7, 2**30]), 0.25, -1.0, 1.0, out_type=tf.qint32
    ))  # fmt: skip
    assert words[0].tolist() == [0, 7, 2**29]


def test_any_shapes_that_stretch_are_added():
    """TensorFlow's kernels take a column for a row, or refuse."""
    x, y = integers("quint8", 3, 1), integers("quint8", 1, 4)
    z = run(lambda: add_op(
        "QuantizedMul", quantised("quint8", x), quantised("quint8", y), 0.0, 255.0, 0.0, 255.0
    ))[0]  # fmt: skip
    assert (z == np.int32(x) * np.int32(y)).all()


def test_instance_norm_has_mean_zero_and_variance_one():
    x = integers("quint8", 2, 7, 5, 3)
    y, low, high = run(lambda: add_op("QuantizedInstanceNorm", quantised("quint8", x), -1.0, 3.0))
    y = real(y, low, high, "quint8")
    np.testing.assert_allclose(y.mean((1, 2)), 0, atol=0.02)
    np.testing.assert_allclose(y.var((1, 2)), 1, atol=0.02)


@pytest.mark.parametrize("ratio", [1e-9, 1e-3, 0.4999, 0.5, 1.0, 3.0, 1e4])
def test_scales_are_changed_by_one_rounding(ratio):
    x = np.arange(-128, 128)
    y = run(lambda: add_op(
        "UniformRequantize", quantised("qint8", x), np.float32(ratio), 0, np.float32(1), 0,
        Tout=tf.qint8, **limited("input_", "output_"),
    ))  # fmt: skip
    exact = x * np.float64(np.float32(ratio))
    wanted = np.clip(np.floor(exact + 0.5), -128, 127)
    at_tie = np.abs(exact % 1 - 0.5) < 1e-6
    assert (y == wanted)[~at_tie].all()


def test_results_do_not_depend_on_what_is_known_while_a_program_is_made():
    """Known values are computed by numpy, others by the program, which must not round otherwise."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=500).astype(np.float32) * 3
    ends = np.sort(rng.normal(size=(20, 2)), axis=1).astype(np.float32) * 10
    with tf.Session() as session:
        p, low, high = tf.placeholder(tf.float32), tf.placeholder(tf.float32), 0
        low, high = tf.placeholder(tf.float32, []), tf.placeholder(tf.float32, [])
        for mode in ("MIN_COMBINED", "MIN_FIRST", "SCALED"):
            fed = tf.quantize(p, low, high, tf.qint16, mode)
            fed = [*fed, tf.dequantize(*fed, mode)]
            for a, b in ends:
                known = tf.quantize(x, a, b, tf.qint16, mode)
                known = session.run([*known, tf.dequantize(*known, mode)])
                found = session.run(fed, {p: x, low: a, high: b})
                for u, v in zip(known, found, strict=True):
                    np.testing.assert_array_equal(u, v)


# ---------------------------------------------------------------------- shapes and mistakes


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_shape_rules_admit_the_true_shape(data):
    op_type, shapes, attrs = data.draw(st.sampled_from([
        ("QuantizeV2", [(2, 3), (3,), (3,)], {"T": tf.qint8, "axis": 1}),
        ("Dequantize", [(2, 3), (3,), (3,)], {"axis": 1}),
        ("QuantizedAdd", [(2, 3), (3,), (), (), (), ()], {}),
        ("QuantizedMatMul", [(2, 3), (3, 4), (), (), (), ()], {}),
        ("QuantizedBiasAdd", [(2, 3), (3,), (), (), (), ()], {"out_type": tf.qint32}),
        ("QuantizedConv2D", [(1, 4, 5, 2), (2, 2, 2, 3), (), (), (), ()],
         {"strides": [1, 1, 1, 1], "padding": "VALID"}),
        ("QuantizedMaxPool", [(1, 4, 5, 2), (), ()],
         {"ksize": [1, 2, 2, 1], "strides": [1, 2, 2, 1], "padding": "SAME"}),
        ("UniformQuantizedDotHybrid", [(2, 3), (3, 4), (), ()],
         {"Tout": tf.float32, **limited("rhs_")}),
    ]))  # fmt: skip
    kinds = {"QuantizeV2": tf.float32, "UniformQuantizedDotHybrid": tf.float32}
    with new_graph() as graph:
        inputs = []
        for i, (shape, a) in enumerate(zip(shapes, OPS[op_type].inputs, strict=True)):
            default = tf.qint8 if op_type.startswith("Uniform") else tf.quint8
            dtype = a.dtype or (kinds.get(op_type, default) if i == 0 else default)
            known = data.draw(forget_dims(shape))
            value = np.full(shape, i, dtype.np)  # an upper end comes after its lower one
            inputs.append(tf.placeholder_with_default(tf.constant(value, dtype), known))
        node = add_node(op_type, tuple(inputs), None, attrs)
        with tf.Session(graph=graph) as session:
            true = session.run(node.outputs)
        for t, v in zip(node.outputs, true, strict=True):
            assert is_compatible(t.dims, np.shape(v))


U8 = np.ones((2, 3), np.uint8)
Q32 = np.array([5, 2**30], np.int32)
MISTAKES = {
    "requested_output_min must be <= 0, but got 1": lambda: add_op(
        "Requantize", quantised("qint32", Q32), -1.0, 1.0, 1.0, 2.0, out_type=tf.quint8),
    "requested_output_max must be >= requested_output_min, but got -2 and -1": lambda: add_op(
        "Requantize", quantised("qint32", Q32), -1.0, 1.0, -1.0, -2.0, out_type=tf.quint8),
    "input_max_range must be larger than input_min_range.": lambda: tf.quantize(
        [1.0], 1.0, 0.0, tf.qint8),
    "max_a must be larger than min_a.": lambda: add_op(
        "QuantizedMatMul", quantised("quint8", U8), quantised("quint8", U8.T), 1.0, 1.0, 0.0, 1.0),
    "max_x must be larger than min_x.": lambda: add_op(
        "QuantizedAdd", quantised("quint8", U8), quantised("quint8", U8), 1.0, 0.0, 0.0, 1.0),
    "input_min must be less than input_max : 1 >= 0": lambda: add_op(
        "QuantizedInstanceNorm", quantised("quint8", np.ones((1, 1, 1, 1))), 1.0, 0.0),
    "ConcatOp : Expected concatenating dimensions in the range [0, 2), but got -1": lambda: (
        tf.quantized_concat(-1, [quantised("quint8", U8)] * 2, [0.0, 0.0], [1.0, 1.0])),
    "Round mode 'HALF_TO_EVEN' only supported for mode 'SCALED', but mode is 'MIN_FIRST'.": lambda:
        tf.quantize([1.0], 0.0, 1.0, tf.qint8, "MIN_FIRST", "HALF_TO_EVEN"),
    "Current implementation only supports equal length strides in the row and column dimensions.":
        lambda: tf.nn.quantized_conv2d(
            quantised("quint8", np.ones((1, 4, 4, 1))), quantised("quint8", np.ones((2, 2, 1, 1))),
            0.0, 1.0, 0.0, 1.0, [1, 1, 2, 1], "SAME"),
    "rhs scales elements must be all positive.": lambda: add_op(
        "UniformDequantize", quantised("qint8", [1]), 0.0, 0, Tout=tf.float32, **limited("")),
    "quantization_axis must be -1 or in range [0, input.rank), but given 2": lambda: add_op(
        "UniformQuantize", [1.0], 1.0, 0, Tout=tf.qint8, quantization_axis=2, **limited("")),
    "lhs_quantization_axis Attr must be -1 (per-tensor).": lambda: add_op(
        "UniformQuantizedDot", quantised("qint8", U8), quantised("qint8", U8.T), 1.0, 0, 1.0, 0,
        1.0, 0, Tout=tf.qint32, lhs_quantization_axis=0,
        **limited("lhs_", "rhs_", "output_")),
    "No OpKernel was registered to support Op 'QuantizedRelu' used by {{node QuantizedRelu}} with "
    "these attrs: [Tinput=DT_QINT8, out_type=DT_QUINT8]": lambda: add_op(
        "QuantizedRelu", quantised("qint8", U8), 0.0, 1.0),
}  # fmt: skip


@pytest.mark.parametrize("message", list(MISTAKES))
def test_mistake_that_shows_when_run_is_named_as_in_tensorflow(message):
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        run(MISTAKES[message])
    assert str(caught.value).split("\n")[0] == message


def test_mistake_is_found_in_what_is_fed():
    low = tf.placeholder(tf.float32, [])
    y = tf.quantize([1.0], low, 0.5, tf.qint8)
    with tf.Session() as session:
        session.run(y, {low: 0.0})
        with pytest.raises(tf.errors.InvalidArgumentError, match="must be larger than"):
            session.run(y, {low: 1.0})


def test_mistake_that_shows_while_building_is_named_as_in_tensorflow():
    rows = [
        (ValueError, "axis should be at least -1, got -2", lambda: add_op(
            "QuantizeV2", [1.0], 0.0, 1.0, T=tf.qint8, axis=-2)),
        (ValueError, "Shape must be rank 0 but is rank 1", lambda: tf.quantize(
            [1.0], [0.0], 1.0, tf.qint8)),
        (ValueError, "Dimensions must be equal, but are 2 and 3", lambda: tf.quantize(
            U8.astype(np.float32), [0.0, 0.0], [1.0, 1.0], tf.qint8, axis=1)),
        (TypeError, "Value passed to parameter 'input' has DataType float32 not in list of allowed "
         "values: qint8, quint8, qint32, qint16, quint16", lambda: tf.dequantize([1.0], 0.0, 1.0)),
        (ValueError, "input should have known rank to use negative axis.", lambda: tf.quantize(
            tf.placeholder(tf.float32), [0.0], [1.0], tf.qint8, axis=-1)),
    ]  # fmt: skip
    for error, message, build in rows:
        with pytest.raises(error) as caught:
            build()
        assert str(caught.value).startswith(message)


def test_no_gradient_flows_through_integers():
    x = tf.constant([0.3])
    back = tf.dequantize(*tf.quantize(x, 0.0, 1.0, tf.quint8))
    with pytest.raises(LookupError, match="Dequantize"):
        tf.gradients(back, x)
