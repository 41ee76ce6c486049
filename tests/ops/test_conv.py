"""Convolutions: values, both formulations, gradients as transposes, static shapes, errors.

Oracle: the definition, in float64 (``convolutions.py``); the gradients are the transposes of the
forward map, element by element.  ``tests/golden`` compares with TensorFlow's graphs and values.
"""

import itertools
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import forget_dims, is_compatible, run_op
from tests.ops import convolutions as oracle
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.ops import platform

BOTH = {
    "cpu": {"Conv": "fitted", "DepthwiseConv2dNative": "shifted"},
    "elsewhere": {"Conv": "library", "DepthwiseConv2dNative": "library"},
}


@pytest.fixture(params=BOTH)
def platform_(request, monkeypatch):
    """What runs on a CPU, and what runs elsewhere."""
    for op_type, name in BOTH[request.param].items():
        monkeypatch.setitem(platform.CHOICES, op_type, platform.Choice(name, name))


class Case(NamedTuple):
    """A convolution; two or three spatial axes, channels last."""

    x: tuple
    w: tuple
    strides: tuple
    dilations: tuple
    padding: str | list
    depthwise: bool = False

    def attrs(self, channels_first: bool) -> dict:
        n = len(self.strides)

        def lay(v, one=1):
            return [one, one, *v] if channels_first else [one, *v, one]

        attrs = {"strides": lay(self.strides), "dilations": lay(self.dilations)}
        attrs["padding"] = self.padding
        if not isinstance(self.padding, str):
            attrs["padding"] = "EXPLICIT"
            attrs["explicit_paddings"] = [e for p in lay(self.padding, (0, 0)) for e in p]
        formats = {2: ("NHWC", "NCHW"), 3: ("NDHWC", "NCDHW")}[n]
        return {**attrs, "data_format": formats[channels_first]}

    def types(self) -> tuple[str, str, str]:
        if self.depthwise:
            t = "DepthwiseConv2dNative"
            return t, f"{t}BackpropInput", f"{t}BackpropFilter"
        if len(self.strides) == 2:
            return "Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter"
        return "Conv3D", "Conv3DBackpropInputV2", "Conv3DBackpropFilterV2"

    def value(self, x, w):
        f = oracle.depthwise if self.depthwise else oracle.conv
        return f(x, w, self.strides, self.dilations, self.padding)


CASES = [
    Case((2, 5, 4, 2), (3, 2, 2, 3), (1, 1), (1, 1), "SAME"),
    Case((1, 6, 5, 3), (3, 3, 3, 2), (2, 3), (1, 1), "VALID"),
    Case((2, 6, 5, 1), (2, 3, 1, 2), (1, 1), (2, 2), "SAME"),
    Case((1, 5, 5, 2), (2, 2, 2, 2), (2, 1), (2, 1), [(3, 0), (1, 4)]),
    Case((1, 4, 3, 2), (1, 1, 2, 3), (1, 1), (1, 1), "VALID"),
    Case((1, 5, 3, 2), (1, 1, 2, 3), (2, 2), (1, 1), "SAME"),
    Case((1, 3, 3, 2), (1, 1, 2, 2), (2, 1), (1, 1), [(1, 1), (0, 2)]),
    Case((1, 4, 4, 6), (2, 2, 2, 6), (1, 2), (1, 1), "SAME"),  # three groups
    Case((1, 4, 4, 3), (2, 2, 1, 6), (2, 1), (1, 1), "SAME"),  # each channel a group
    Case((1, 2, 3, 2), (3, 4, 2, 2), (1, 1), (1, 1), "SAME"),  # a filter larger than the image
    Case((1, 4, 3, 4, 2), (2, 2, 3, 2, 2), (1, 1, 1), (1, 1, 1), "SAME"),
    Case((2, 4, 5, 3, 1), (2, 3, 1, 1, 2), (2, 1, 2), (1, 2, 1), "VALID"),
    Case((1, 3, 3, 2, 2), (1, 1, 1, 2, 2), (2, 1, 1), (1, 1, 1), "SAME"),
    Case((2, 5, 4, 2), (3, 2, 2, 2), (1, 1), (1, 1), "SAME", True),
    Case((1, 5, 5, 3), (2, 3, 3, 1), (2, 2), (1, 1), "VALID", True),
    Case((1, 5, 6, 2), (2, 2, 2, 3), (1, 1), (2, 3), [(1, 0), (2, 2)], True),
]
each_case = pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.types()[0]}-{c.x}-{c.w}")


def _draw(case: Case):
    draw = np.random.default_rng(3)
    x, w = draw.normal(size=case.x), draw.normal(size=case.w)
    y = case.value(x, w)
    return x, w, y, draw.normal(size=y.shape)


def _format(a: np.ndarray, channels_first: bool) -> np.ndarray:
    return np.moveaxis(a, -1, 1) if channels_first else a


def _run_three(case: Case, x, w, dy, channels_first: bool) -> list:
    forward, of_input, of_filter = case.types()
    attrs = case.attrs(channels_first)
    x, dy = _format(x, channels_first), _format(dy, channels_first)
    return [
        run_op(forward, x, w, **attrs),
        run_op(of_input, np.array(x.shape, np.int32), w, dy, **attrs),
        run_op(of_filter, x, np.array(w.shape, np.int32), dy, **attrs),
    ]


@each_case
@pytest.mark.parametrize("channels_first", [False, True])
def test_value_and_gradients_agree_with_the_definition(case, channels_first, platform_):
    x, w, y, dy = _draw(case)
    dx = oracle.transposed(lambda v: case.value(v, w), x, dy)
    dw = oracle.transposed(lambda v: case.value(x, v), w, dy)
    expected = [_format(y, channels_first), _format(dx, channels_first), dw]
    found = _run_three(case, x, w, dy, channels_first)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)


# Sums of some tens of products of numbers near 1, each rounded.
PRECISION = {"float16": 1e-2, "bfloat16": 1e-1, "float32": 1e-5}


@pytest.mark.parametrize("dtype", PRECISION)
@pytest.mark.parametrize("case", [CASES[0], CASES[10], CASES[13]], ids=lambda c: c.types()[0])
def test_every_type_is_computed(case, dtype, platform_):
    dtype = tf.as_dtype(dtype).as_numpy_dtype
    x, w, _, dy = (a.astype(dtype) for a in _draw(case))
    exact = [a.astype(np.float64) for a in (x, w, dy)]
    expected = _run_three(case, *exact, False)
    for a, b in zip(_run_three(case, x, w, dy, False), expected, strict=True):
        assert a.dtype == dtype
        tolerance = PRECISION[np.dtype(dtype).name]
        np.testing.assert_allclose(a.astype(np.float64), b, rtol=tolerance, atol=tolerance)


# Numbers of channels (in, out) and images that the CPU formulation treats differently.
CHANNELS = [
    (1, 4, 2), (1, 32, 2), (3, 8, 2), (3, 20, 1), (5, 32, 3), (8, 16, 2), (9, 24, 2), (2, 40, 5)
]  # fmt: skip


@pytest.mark.parametrize(("channels", "out", "batch"), CHANNELS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_added_zeros_do_not_show(channels, out, batch, dtype):
    case = Case((batch, 4, 5, channels), (3, 2, channels, out), (1, 2), (1, 1), "SAME")
    x, w, y, dy = _draw(case)
    seen = oracle.windows(x, (3, 2), (1, 2), (1, 1), "SAME")
    dw = np.einsum("bijpqc,bijk->pqck", seen, dy)
    found = _run_three(case, x.astype(dtype), w.astype(dtype), dy.astype(dtype), False)
    tolerance = 1e-12 if dtype is np.float64 else 2e-5
    np.testing.assert_allclose(found[0], y, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(found[2], dw, rtol=tolerance, atol=tolerance * 10)
    # <x, dx> = <y, dy>, as the map is linear
    assert np.sum(found[1] * x) == pytest.approx(np.sum(y * dy), rel=1e-3, abs=1e-3)


@pytest.mark.parametrize("batch", [8, 12, 32])
def test_a_large_gradient_of_a_filter_is_the_sum_of_its_parts(batch):
    case = Case((batch, 16, 16, 16), (3, 3, 16, 32), (1, 1), (1, 1), "SAME")
    draw = np.random.default_rng(0)
    x, dy = draw.normal(size=case.x), draw.normal(size=(batch, 16, 16, 32))
    sizes = np.array(case.w, np.int32)
    found = run_op("Conv2DBackpropFilter", x, sizes, dy, **case.attrs(False))
    around = np.pad(x, [(0, 0), (1, 1), (1, 1), (0, 0)])
    for p, q in itertools.product(range(3), range(3)):
        seen = around[:, p : p + 16, q : q + 16]
        expected = np.tensordot(seen, dy, ([0, 1, 2], [0, 1, 2]))
        np.testing.assert_allclose(found[p, q], expected, rtol=1e-9, atol=1e-9)


def test_whole_numbers_wrap_around():
    x = np.full((1, 3, 3, 1), 2**30, np.int32)
    w = np.full((2, 2, 1, 1), 3, np.int32)
    attrs = {"strides": [1, 1, 1, 1], "padding": "VALID"}
    with np.errstate(over="ignore"):
        expected = (x[:, :2, :2] * np.int32(12)).astype(np.int32)
    np.testing.assert_array_equal(run_op("Conv2D", x, w, **attrs), expected)
    back = run_op("Conv2DBackpropInput", np.array([1, 3, 3, 1], np.int32), w, x[:, :2, :2], **attrs)
    np.testing.assert_array_equal(back[0, 1, 1, 0], expected[0, 0, 0, 0])


@pytest.mark.parametrize(
    ("x", "w"),
    [((0, 4, 4, 2), (2, 2, 2, 3)), ((2, 0, 4, 2), (2, 2, 2, 3)), ((2, 4, 4, 2), (2, 2, 2, 0))],
)
def test_empty_arrays_give_zeros(x, w):
    case = Case(x, w, (1, 1), (1, 1), "SAME")
    y = (*x[:3], w[3])
    found = _run_three(case, np.ones(x), np.ones(w), np.ones(y), False)
    assert [a.shape for a in found] == [y, x, w]
    assert not any(a.any() for a in found)


def test_infinities_stay_in_their_channel():
    x = np.zeros((1, 3, 3, 3), np.float32)
    x[..., 0] = np.inf
    w = np.ones((2, 2, 3, 4), np.float32)
    w[..., 0] = np.nan
    y = run_op("Conv2D", x, w, strides=[1, 1, 1, 1], padding="VALID")
    assert np.isnan(y[..., 0]).all()
    assert (y[..., 1:] == np.inf).all()


def test_old_gradients_of_volumes_take_their_shape_from_an_array():
    case = CASES[10]
    x, w, _, dy = _draw(case)
    attrs = {k: v for k, v in case.attrs(False).items() if k != "data_format"}
    _, dx, dw = _run_three(case, x, w, dy, False)
    np.testing.assert_array_equal(run_op("Conv3DBackpropInput", x, w, dy, **attrs), dx)
    np.testing.assert_array_equal(run_op("Conv3DBackpropFilter", x, w, dy, **attrs), dw)


# ---------------------------------------------------------------------- static shapes


@given(case=st.sampled_from(CASES), first=st.booleans(), data=st.data())
def test_static_shape_never_contradicts_the_value(case, first, data):
    x, w, y, dy = _draw(case)
    x, y, dy = (_format(a, first) for a in (x, y, dy))
    forward, of_input, of_filter = case.types()
    attrs = case.attrs(first)
    with new_graph():
        x_, w_, dy_ = (
            tf.placeholder(tf.float64, data.draw(forget_dims(a.shape))) for a in (x, w, dy)
        )
        raw = tf.raw_ops
        sizes = {}
        for name, a in (("x", x), ("w", w)):
            n = tf.placeholder(tf.int32, data.draw(forget_dims((a.ndim,))))
            known = [tf.placeholder(tf.int32, []), *a.shape[1:]]
            sizes[name] = data.draw(st.sampled_from([list(a.shape), known, n]))
        found = getattr(raw, forward)(input=x_, filter=w_, **attrs)
        assert is_compatible(found.dims, y.shape)
        found = getattr(raw, of_input)(input_sizes=sizes["x"], filter=w_, out_backprop=dy_, **attrs)
        assert is_compatible(found.dims, x.shape)
        found = getattr(raw, of_filter)(
            input=x_, filter_sizes=sizes["w"], out_backprop=dy_, **attrs
        )
        assert is_compatible(found.dims, w.shape)


def _of(x, w, **attrs):
    attrs = {"strides": [1, 1, 1, 1], "padding": "SAME", **attrs}
    x, w = tf.placeholder(tf.float32, x), tf.placeholder(tf.float32, w)
    return tf.raw_ops.Conv2D(input=x, filter=w, **attrs)


# What TensorFlow's shape functions know.
SHAPES = [
    (lambda: _of(None, None), (None,) * 4),
    (lambda: _of(None, [3, 3, 2, 4]), (None, None, None, 4)),
    (lambda: _of([None, 8, 8, 2], None), (None, 8, 8, None)),
    (lambda: _of([None, 8, 8, 2], None, padding="VALID"), (None,) * 4),
    (lambda: _of([None, 8, None, 2], [3, None, 2, 4], padding="VALID"), (None, 6, None, 4)),
    (lambda: _of([1, 9, 9, 2], [3, 3, 2, 3], padding="VALID", dilations=[1, 2, 3, 1]),
     (1, 5, 3, 3)),
    (lambda: tf.nn.conv2d_backprop_input(
        tf.placeholder(tf.int32, [2]), tf.ones([3, 3, 2, 4]), tf.ones([5, 8, 8, 4]), [1] * 4,
        "SAME"), (5, None, None, 2)),
    (lambda: tf.nn.conv2d_backprop_input(
        [-1, 8, 8, 2], tf.ones([3, 3, 2, 4]), tf.ones([5, 8, 8, 4]), [1] * 4, "SAME"),
     (5, 8, 8, 2)),
    (lambda: tf.nn.depthwise_conv2d_native(
        tf.placeholder(tf.float32, [None, 8, 8, None]), tf.ones([3, 3, 3, 4]), [1] * 4, "SAME"),
     (None, 8, 8, 12)),
]  # fmt: skip


@pytest.mark.parametrize(("build", "dims"), SHAPES, ids=range(len(SHAPES)))
def test_static_shape_is_that_of_tensorflow(build, dims):
    with new_graph():
        assert build().dims == dims


# ---------------------------------------------------------------------- errors

BUILT_WRONG = [
    (lambda: _of([8, 8, 2], [3, 3, 2, 4]), "Shape must be rank 4 but is rank 3 for 'Conv2D'"),
    (lambda: _of([1, 8, 8, 3], [3, 3, 2, 4]),
     "Depth of input (3) is not a multiple of input depth of filter (2) for"),
    (lambda: _of([1, 8, 8, 4], [3, 3, 2, 3]),
     "Depth of output (3) is not a multiple of the number of groups (2) for"),
    (lambda: _of([1, 8, 8, 4], [3, 3, 0, 3]), "Depth of filter must not be 0 for"),
    (lambda: _of([1, 2, 2, 2], [3, 3, 2, 3], padding="VALID"),
     "Negative dimension size caused by subtracting 3 from 2 for"),
    (lambda: _of([1, 9, 9, 2], [3, 3, 2, 3], strides=[1, 1, 1]),
     "Conv2D on data format NHWC requires the stride attribute to contain 4 values, but got: 3"),
    (lambda: _of([1, 9, 9, 2], [3, 3, 2, 3], strides=[1, 0, 1, 1]),
     "Stride must be > 0, but got 0 for"),
    (lambda: _of([1, 9, 9, 2], [3, 3, 2, 3], dilations=[1, 1, 1]),
     "Conv2D requires the dilation attribute to contain 4 values, but got: 3 for"),
    (lambda: _of([1, 9, 9, 2], [3, 3, 2, 3], dilations=[1, 0, 1, 1]),
     "Dilation rate must be >= 1, but got 0 for"),
    (lambda: _of([1, 9, 9, 2], [3, 3, 2, 3], padding="EXPLICIT"),
     "explicit_paddings attribute must contain 8 values, but got: 0 for"),
    (lambda: _of([1, 9, 9, 2], [3, 3, 2, 3], explicit_paddings=[0] * 8),
     "explicit_paddings attribute must be empty if the padding attribute is not EXPLICIT for"),
    (lambda: tf.nn.conv2d(tf.ones([1, 4, 4, 1]), tf.ones([2, 2, 1, 1]), 1, [[0, 0], [1, 1]]),
     "When padding is a list, it must be of size 4. Received: padding=[[0, 0], [1, 1]] of size 2"),
    (lambda: tf.nn.conv2d(tf.ones([1, 4, 4, 1]), tf.ones([2, 2, 1, 1]), [1, 1, 1], "SAME"),
     "strides should be of length 1, 2 or 4. Received: strides=[1, 1, 1] of length 3"),
    (lambda: tf.nn.conv2d(tf.ones([1, 4, 4, 1]), tf.ones([2, 2, 1, 1]), 1, "EXPLICIT"),
     "'EXPLICIT' is not a valid value for `padding`. To use explicit padding, `padding` must be a "
     "list."),
    (lambda: tf.nn.conv2d_backprop_input(
        [8, 8, 1], tf.ones([3, 3, 2, 4]), tf.ones([5, 8, 8, 4]), [1] * 4, "SAME"),
     "Conv2DBackpropInput requires input_sizes to contain 4 values or 2 values, but got: 3 for"),
    (lambda: tf.nn.conv2d_backprop_input(
        [2, 8, 8, 2], tf.ones([3, 3, 2, 4]), tf.ones([5, 8, 8, 4]), [1] * 4, "SAME"),
     "Dimensions must be equal, but are 2 and 5 for"),
    (lambda: tf.nn.conv3d(tf.ones([1, 4, 4, 4, 1]), tf.ones([2, 2, 2, 1, 1]), [1] * 4, "SAME"),
     "Attr 'strides' of 'Conv3D' Op passed list of length 4 less than minimum 5."),
    (lambda: tf.nn.depthwise_conv2d_native(
        tf.ones([1, 8, 8, 2]), tf.ones([3, 3, 3, 4]), [1] * 4, "SAME"),
     "Dimensions must be equal, but are 2 and 3 for"),
]  # fmt: skip


@pytest.mark.parametrize(("build", "message"), BUILT_WRONG, ids=[m[:50] for _, m in BUILT_WRONG])
def test_wrong_arguments_say_what_tensorflow_says(build, message):
    with new_graph(), pytest.raises(ValueError, match=r"^.") as caught:
        build()
    assert str(caught.value).startswith(message)


RUN_WRONG = [
    ("Conv2D", [(1, 4, 4, 3), (3, 3, 2, 4)], {},
     "input depth must be evenly divisible by filter depth: 3 vs 2"),
    ("Conv2D", [(1, 4, 4), (3, 3, 2, 4)], {},
     "convolution input must be 4-dimensional: .1,4,4."),
    ("Conv2D", [(1, 4, 4, 1), (0, 3, 1, 4)], {}, "filter must not have zero elements"),
    ("Conv2D", [(1, 4, 4, 1), (1, 3, 1, 4)], {"strides": [2, 1, 1, 1]},
     "does not yet support strides in the batch and depth dimensions"),
    ("Conv2DBackpropInput", [(1, 9, 9, 4), (3, 3, 4, 4), (1, 4, 5, 4)], {"strides": [1, 2, 2, 1]},
     "Conv2DCustomBackpropInput: Size of out_backprop doesn't match computed: actual = 4, "
     "computed = 5 spatial_dim: 1 input: 9 filter: 3 output: 4 stride: 2 dilation: 1"),
    ("Conv2DBackpropInput", [(1, 9, 9, 4), (3, 3, 4, 4), (1, 9, 9, 3)], {},
     "Conv2DCustomBackpropInput: filter and out_backprop must have the same out_depth"),
    ("DepthwiseConv2dNative", [(1, 6, 6, 3), (3, 3, 2, 1)], {},
     "input and filter must have the same depth: 3 vs 2"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("op_type", "shapes", "attrs", "message"), RUN_WRONG, ids=range(len(RUN_WRONG))
)
def test_wrong_shapes_at_run_time_say_what_tensorflow_says(op_type, shapes, attrs, message):
    attrs = {"strides": [1, 1, 1, 1], "padding": "SAME", **attrs}
    arrays = [np.ones(s, np.float32) for s in shapes]
    if "Backprop" in op_type:
        arrays[0] = np.array(shapes[0], np.int32)
    with new_graph() as graph:
        inputs = [tf.placeholder(a.dtype, None) for a in arrays]
        y = add_op(op_type, *inputs, **attrs)
        with tf.Session(graph=graph) as session, pytest.raises(tf.errors.OpError, match=message):
            session.run(y, dict(zip(inputs, arrays, strict=True)))
