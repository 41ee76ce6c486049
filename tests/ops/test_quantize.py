"""Rounding to few values: to the last bit against the formulas written out with numpy.

TensorFlow's values and graphs are in ``golden/quantize.json``, derivatives in
``tests/gradients/orders_quantize.py``.
"""

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import forget_dims, is_compatible, run_gradient, run_op
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS

F = np.float32
X = (np.random.default_rng(0).normal(size=4000) * 6).astype(F)


def nudged(low, high, bits, narrow):
    least, greatest = F(narrow), F(2**bits - 1)
    scale = (F(high) - F(low)) / (greatest - least)
    zero = least - F(low) / scale
    zero = least if zero < least else greatest if zero > greatest else F(np.floor(zero + 0.5))
    return (least - zero) * scale, (greatest - zero) * scale, scale


def fake(x, low, high, bits, narrow):
    low, high, scale = nudged(low, high, bits, narrow)
    inverse = F(1) / scale
    zero = np.floor(-low * inverse + F(0.5))
    steps = (np.clip(x, low, high) - low) * inverse
    return np.floor(steps - zero + F(0.5)) * scale


RANGES = [(-6, 6, 8, False), (-6, 6, 8, True), (0, 1.3, 4, False), (-1.7, 3.3, 8, False),
          (0.5, 64, 8, False), (-3, -0.5, 5, False), (-0.3, 0.7, 16, False)]  # fmt: skip
each_range = pytest.mark.parametrize(("low", "high", "bits", "narrow"), RANGES)


@each_range
def test_fake_quantisation_is_exact(low, high, bits, narrow):
    attrs = {"num_bits": bits, "narrow_range": narrow}
    expected = fake(X, low, high, bits, narrow)
    found = run_op("FakeQuantWithMinMaxArgs", X, min=low, max=high, **attrs)
    np.testing.assert_array_equal(found, expected)
    found = run_op("FakeQuantWithMinMaxVars", X, F(low), F(high), **attrs)
    np.testing.assert_array_equal(found, expected)
    ends = np.array([low, -1], F), np.array([high, 1], F)
    found = run_op("FakeQuantWithMinMaxVarsPerChannel", X.reshape(-1, 2), *ends, **attrs)
    np.testing.assert_array_equal(found[:, 0], fake(X[::2], low, high, bits, narrow))


@each_range
def test_gradient_passes_inside(low, high, bits, narrow):
    attrs = {"num_bits": bits, "narrow_range": narrow}
    dy = np.random.default_rng(1).normal(size=X.shape).astype(F)
    first, last, _ = nudged(low, high, bits, narrow)
    found = run_op("FakeQuantWithMinMaxVarsGradient", dy, X, F(low), F(high), **attrs)
    np.testing.assert_array_equal(found[0], np.where((first <= X) & (last >= X), dy, 0))
    for g, expected in ((found[1], dy[first > X].sum()), (found[2], dy[last < X].sum())):
        np.testing.assert_allclose(g, expected, rtol=1e-4, atol=1e-4)  # sums of 4000 in float32
    found = run_op("FakeQuantWithMinMaxArgsGradient", dy, X, min=low, max=high, **attrs)
    np.testing.assert_array_equal(found, np.where((first <= X) & (last >= X), dy, 0))


def test_ends_that_are_both_zero_give_zeros_and_pass_the_gradient():
    zero = F(0)
    np.testing.assert_array_equal(run_op("FakeQuantWithMinMaxVars", X[:3], zero, zero), [0, 0, 0])
    found = run_op("FakeQuantWithMinMaxVarsGradient", X[:3], X[:3], zero, zero)
    np.testing.assert_array_equal(found[0], X[:3])
    assert found[1:] == [0, 0]
    for of in (0, 1, 2):
        g = run_gradient("FakeQuantWithMinMaxVars", X[:3], zero, zero, of=of, order=2)
        assert g is None or not g.any()


def there_and_back(x, low, high, signed, bits, given_, half_up, narrow):
    t = x.dtype.type
    low, high = (t(low), t(high)) if given_ else (x.min(), x.max())
    least = (-(1 << (bits - 1)) + narrow) if signed else 0
    greatest = (1 << (bits - 1)) - 1 if signed else (1 << bits) - 1
    big = np.finfo(t).max
    by_low = t(least) / low if least * low > 0 else big
    by_high = t(greatest) / high if greatest * high > 0 else big
    if by_low < by_high:
        scale, back = by_low, low / t(least)
        high = t(greatest) * back
    else:
        scale, back = by_high, high / t(greatest)
        low = t(least) * back
    y = np.clip(x, low, high) if given_ else x
    return (np.floor(y * scale + t(0.5)) if half_up else np.rint(y * scale)) * back


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("given_", [True, False])
@pytest.mark.parametrize("half_up", [True, False])
def test_there_and_back_is_exact(dtype, signed, given_, half_up):
    x = X.astype(dtype)
    for bits, narrow, low, high in ((8, False, -1.5, 2.5), (4, True, -4, 1), (5, False, 0, 3)):
        low = low if signed else 0
        expected = there_and_back(x, low, high, signed, bits, given_, half_up, narrow)
        attrs = {"signed_input": signed, "num_bits": bits, "range_given": given_,
                 "narrow_range": narrow,
                 "round_mode": "HALF_UP" if half_up else "HALF_TO_EVEN"}  # fmt: skip
        for version in ("V2", "V4"):
            op_type = f"QuantizeAndDequantize{version}"
            found = run_op(op_type, x, dtype(low), dtype(high), **attrs)
            np.testing.assert_array_equal(found, expected)
        if not half_up:
            del attrs["num_bits"], attrs["round_mode"]
            ends = dtype(low), dtype(high), np.int32(bits)
            found = run_op("QuantizeAndDequantizeV3", x, *ends, **attrs)
            np.testing.assert_array_equal(found, expected)


def test_first_version_takes_the_range_as_attributes():
    attrs = {"range_given": True, "input_min": -2.0, "input_max": 1.0, "num_bits": 4}
    expected = there_and_back(X, -2, 1, True, 4, True, False, False)
    np.testing.assert_array_equal(run_op("QuantizeAndDequantize", X, **attrs), expected)


def test_each_place_along_an_axis_can_have_a_range_of_its_own():
    x = X[:24].reshape(2, 3, 4)
    zeros = np.zeros(3, F)
    found = run_op("QuantizeAndDequantizeV2", x, zeros, zeros, axis=1, num_bits=4)
    for i in range(3):
        expected = there_and_back(x[:, i], 0, 0, True, 4, False, False, False)
        np.testing.assert_array_equal(found[:, i], expected)


@pytest.mark.parametrize(
    ("op_type", "arrays", "attrs", "message"),
    [
        ("FakeQuantWithMinMaxArgs", [X[:2]], {"num_bits": 1}, "num_bits must be between 2 and 16"),
        ("FakeQuantWithMinMaxArgs", [X[:2]], {"min": 1.0, "max": 1.0},
         "min has to be smaller than max, was: 1 >= 1"),
        ("FakeQuantWithMinMaxVars", [X[:2], F(0), F(1)], {"num_bits": 17}, "num_bits must be betw"),
        ("QuantizeAndDequantizeV2", [X[:2], F(0), F(1)], {"num_bits": 62},
         "num_bits is out of range: 62 with signed_input_ 1"),
        ("QuantizeAndDequantizeV2", [X[:2], F(2), F(1)], {"range_given": True},
         "Invalid range: input_min 2 > input_max 1"),
        ("Bucketize", [X[:2]], {"boundaries": [2.0, 1.0]}, "Expected sorted boundaries"),
    ],
)  # fmt: skip
def test_error_of_a_run(op_type, arrays, attrs, message):
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        run_op(op_type, *arrays, **attrs)


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (([2, 3], [1], []), "Shape must be rank 0 but is rank 1"),
        (([2, 3], None, [2]), "Shape must be rank 0 but is rank 1"),
    ],
)
def test_ends_must_be_scalars(shapes, message):
    with new_graph(), pytest.raises(ValueError, match=message):
        tf.fake_quant_with_min_max_vars(*[tf.placeholder(F, s) for s in shapes])


def test_channels_must_be_as_many_as_the_ends():
    with new_graph():
        x = tf.placeholder(F, [2, 3])
        with pytest.raises(ValueError, match="Dimensions must be equal, but are 3 and 2"):
            tf.fake_quant_with_min_max_vars_per_channel(x, [0.0, 0.0], [1.0, 1.0])
        with pytest.raises(ValueError, match="Dimensions must be equal, but are 2 and 3"):
            tf.quantization.quantize_and_dequantize(x, [0.0, 0.0], [1.0, 1.0], axis=1)
        with pytest.raises(ValueError, match="axis should be at least -1, got -2"):
            add_op("QuantizeAndDequantizeV2", x, [F(0)], [F(1)], axis=-2)


def test_buckets_agree_with_numpy():
    boundaries = [-2.0, 0.0, 0.5, 7.0]
    found = run_op("Bucketize", X, boundaries=boundaries)
    np.testing.assert_array_equal(found, np.searchsorted(boundaries, X, side="right"))


@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_shape_rule_agrees_with_lowering(data):
    shape = tuple(data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=3)))
    ends = [np.full(shape[-1:], v, F) for v in (-1, 1)]
    op_type = data.draw(st.sampled_from([
        "FakeQuantWithMinMaxVarsPerChannelGradient", "QuantizeAndDequantizeV4Grad",
    ]))  # fmt: skip
    attrs = {"axis": len(shape) - 1} if op_type.startswith("Q") else {}
    with new_graph():
        args = [tf.placeholder(F, data.draw(forget_dims(s))) for s in (shape, shape)]
        args += [tf.placeholder(F, data.draw(forget_dims(shape[-1:]))) for _ in ends]
        node = add_op(op_type, *args, **attrs)[0].op
        x = np.ones(shape, F)
        with jax.enable_x64(True):
            values = OPS[op_type].lower(node, x, x, *ends)
        for output, value in zip(node.outputs, values, strict=True):
            assert is_compatible(output.dims, np.shape(value))
