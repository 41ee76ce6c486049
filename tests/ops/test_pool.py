"""Pooling: values, gradients, shapes and errors, in both layouts.

Oracle: loops over windows in numpy.  The graphs, and values of TensorFlow, are in
``golden/pool.json``; derivatives of higher order are tested in ``gradients/test_orders.py``.
"""

import itertools
import re

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import forget_dims, is_compatible, run_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS
from tfgrad._src.graph.shapes import ShapeError
from tfgrad._src.ops import pool_windows as pw
from tfgrad._src.ops.pool_windows import Window

LOWEST = np.finfo(np.float64).min


def window(axis: int, size: int, k: int, s: int, padding) -> Window:
    if padding == "SAME":
        out = -(-size // s)
        return Window(axis, size, k, s, max((out - 1) * s + k - size, 0) // 2, out)
    low, high = (0, 0) if padding == "VALID" else padding
    return Window(axis, size, k, s, low, (size + low + high - k) // s + 1)


def elements(shape: tuple, windows: list):
    """Of each window, its position and the (index, place number) of its elements that exist."""
    for o in np.ndindex(*pw.out_shape(shape, windows)):
        found = []
        for number, place in enumerate(itertools.product(*(range(w.k) for w in windows))):
            index = list(o)
            for w, p in zip(windows, place, strict=True):
                index[w.axis] = o[w.axis] * w.s - w.low + p
            if all(0 <= index[w.axis] < w.size for w in windows):
                found.append((tuple(index), number))
        yield o, found


class Oracle:
    """Everything about the windows on one array, by loops."""

    def __init__(self, x, dy, grad, windows):
        shape = dy.shape
        self.max, self.mean, self.grad_grad = (np.zeros(shape) for _ in range(3))
        self.place = np.zeros(shape, int)
        self.max_grad, self.to_all, self.mean_grad = (np.zeros(x.shape) for _ in range(3))
        for o, found in elements(x.shape, windows):
            best, place = found[0]
            for index, number in found:
                if x[index] > x[best]:
                    best, place = index, number
            numbers = [x[index] for index, _ in found if x[index] > LOWEST]
            self.max[o] = max(numbers, default=LOWEST)
            self.place[o] = place
            self.max_grad[best] += dy[o]
            self.mean[o] = np.mean([x[index] for index, _ in found])
            equal = [index for index, _ in found if x[index] == self.max[o]]
            if equal:
                self.grad_grad[o] = grad[equal[0]]
            for index in equal:
                self.to_all[index] += dy[o]
            for index, _ in found:
                self.mean_grad[index] += dy[o] / len(found)


GEOMETRIES = [
    (2, 2, "SAME"), (2, 2, "VALID"), (3, 2, "SAME"), (3, 2, "VALID"), (3, 1, "SAME"),
    (2, 3, "SAME"), (1, 2, "SAME"), (3, 3, "SAME"), (3, 2, (2, 1)), (2, 1, (1, 0)),
]  # fmt: skip
IMAGES = (2, 6, 5, 2), (1, 2)


def computed(x, plain, dy, grad, windows):
    y = pw.max_pool(x, windows)
    numbers = np.arange(np.prod([w.k for w in windows]))
    return {
        "max": y,
        "place": pw.first_maximum(x, windows, numbers)[1],
        "max_grad": pw.max_pool_grad(x, dy, windows),
        "to_all": pw.max_pool_grad_to_all(x, y, dy, windows),
        "grad_grad": pw.max_pool_grad_grad(x, y, grad, windows),
        "mean": pw.avg_pool(plain, windows),
        "mean_grad": pw.avg_pool_grad(dy, windows, x.shape),
    }


def check_windows(shape, axes, geometry):
    draw = np.random.default_rng(1)
    k, s, padding = geometry
    windows = [window(a, shape[a], k, s, padding) for a in axes]
    plain = np.round(draw.normal(size=shape) * 2) / 2  # with ties
    x = plain.copy()
    x[draw.uniform(size=shape) < 0.2] = np.nan
    x[draw.uniform(size=shape) < 0.2] = -np.inf
    dy = draw.normal(size=pw.out_shape(shape, windows))
    grad = draw.normal(size=shape)
    expected, of_plain = Oracle(x, dy, grad, windows), Oracle(plain, dy, grad, windows)
    with jax.enable_x64(True):
        found = jax.jit(lambda *arrays: computed(*arrays, windows))(x, plain, dy, grad)
    for what, value in found.items():
        oracle = of_plain if what.startswith("mean") else expected
        # Sums of up to 27 numbers of size 1, in another order.
        np.testing.assert_allclose(
            value, getattr(oracle, what), rtol=0, atol=1e-13, err_msg=f"{what} {geometry} {shape}"
        )


@pytest.mark.parametrize("geometry", GEOMETRIES, ids=str)
def test_windows_agree_with_loops(geometry):
    check_windows(*IMAGES, geometry)


@pytest.mark.parametrize("geometry", [(2, 2, "SAME"), (3, 2, (2, 1)), (2, 3, "SAME")], ids=str)
def test_windows_in_volumes_and_behind_channels_agree_with_loops(geometry):
    check_windows((1, 2, 7, 6), (2, 3), geometry)
    check_windows((1, 4, 3, 4, 1), (1, 2, 3), geometry)


@pytest.mark.parametrize("geometry", [(2, 2, "VALID"), (3, 2, "SAME"), (3, 2, (2, 1))], ids=str)
def test_large_windows_agree_with_loops(geometry, monkeypatch):
    monkeypatch.setattr(pw, "LARGEST_UNROLLED", 0)  # every window counts as large
    check_windows(*IMAGES, geometry)


TWO = {"ksize": [1, 2, 2, 1], "strides": [1, 2, 2, 1], "padding": "SAME"}
FIRST = {"ksize": [1, 1, 2, 2], "strides": [1, 1, 2, 2], "padding": "SAME", "data_format": "NCHW"}


def first(x):
    return np.moveaxis(x, -1, 1)


def test_channels_first_is_channels_last_transposed():
    x = np.random.default_rng(0).normal(size=(2, 5, 4, 3))
    y, mean = run_op("MaxPool", x, **TWO), run_op("AvgPool", x, **TWO)
    np.testing.assert_array_equal(run_op("MaxPool", first(x), **FIRST), first(y))
    np.testing.assert_array_equal(run_op("AvgPool", first(x), **FIRST), first(mean))
    for op_type, args in (("MaxPoolGrad", (x, y, 1 + y)), ("MaxPoolGradGrad", (x, y, 1 + x))):
        found = run_op(op_type, *map(first, args), **FIRST)
        np.testing.assert_array_equal(found, first(run_op(op_type, *args, **TWO)))
    shape, moved = np.array([2, 5, 4, 3], np.int32), np.array([2, 3, 5, 4], np.int32)
    found = run_op("AvgPoolGrad", moved, first(y), **FIRST)
    np.testing.assert_array_equal(found, first(run_op("AvgPoolGrad", shape, y, **TWO)))


def test_volumes_with_channels_first():
    x = np.random.default_rng(0).normal(size=(1, 3, 4, 2, 2)).astype(np.float32)
    last = {"ksize": [1, 2, 2, 2, 1], "strides": [1, 1, 2, 2, 1], "padding": "SAME"}
    moved = {"ksize": [1, 1, 2, 2, 2], "strides": [1, 1, 1, 2, 2], "padding": "SAME"}
    for op_type in ("MaxPool3D", "AvgPool3D"):
        found = run_op(op_type, first(x), **moved, data_format="NCDHW")
        np.testing.assert_array_equal(found, first(run_op(op_type, x, **last)))


def test_sums_of_short_floats_are_made_in_float32():
    x = np.array([2048, 1, 1, 1], np.float16).reshape(1, 2, 2, 1)
    assert run_op("AvgPool", x, **TWO).item() == 513  # 512.75; in half the sum would stay 2048
    assert run_op("AvgPool3D", x[None], ksize=[1, 1, 2, 2, 1], strides=[1] * 5,
                  padding="VALID").item() == 513  # fmt: skip


@pytest.mark.parametrize("dtype", ["int32", "uint8", "int64", "float16", "bfloat16"])
def test_maxima_of_other_types(dtype):
    with new_graph() as graph:
        x = tf.cast(tf.constant([[[[3], [7]], [[5], [7]]]]), dtype)
        y = tf.nn.max_pool(x, 2, 2, "SAME")
        g = tf.raw_ops.MaxPoolGrad(orig_input=x, orig_output=y, grad=y, **TWO)
        with tf.Session(graph=graph) as session:
            found = session.run([y, g])
    assert found[0].dtype == tf.as_dtype(dtype).as_numpy_dtype
    assert found[1].reshape(-1).astype(int).tolist() == [0, 7, 0, 0]


def test_places_are_counted_in_the_image_or_in_the_batch():
    x = np.zeros((2, 2, 2, 1))
    x[0, 1, 0] = x[1, 0, 1] = 1
    y, places = run_op("MaxPoolWithArgmax", x, **TWO)
    assert y.reshape(-1).tolist() == [1, 1]
    assert places.reshape(-1).tolist() == [2, 1]
    _, places = run_op("MaxPoolWithArgmax", x, **TWO, include_batch_in_index=True)
    assert places.reshape(-1).tolist() == [2, 5]


def test_places_move_numbers_there_and_back():
    x, places = np.zeros((2, 2, 2, 1)), np.array([3, 0]).reshape(2, 1, 1, 1)
    dy = np.array([5.0, 7.0]).reshape(2, 1, 1, 1)
    dx = run_op("MaxPoolGradWithArgmax", x, dy, places, **TWO)
    assert dx.reshape(-1).tolist() == [0, 0, 0, 5, 7, 0, 0, 0]
    back = run_op("MaxPoolGradGradWithArgmax", x, dx, places, **TWO)
    np.testing.assert_array_equal(back, dy)


def test_windows_as_inputs():
    x = np.random.default_rng(0).normal(size=(1, 5, 4, 2))
    k = s = np.array([1, 2, 2, 1], np.int32)
    y = run_op("MaxPool", x, **TWO)
    np.testing.assert_array_equal(run_op("MaxPoolV2", x, k, s, padding="SAME"), y)
    for op_type, d in (("MaxPoolGrad", y + 1), ("MaxPoolGradGrad", x + 1)):
        found = run_op(op_type + "V2", x, y, d, k, s, padding="SAME")
        np.testing.assert_array_equal(found, run_op(op_type, x, y, d, **TWO))


# ---------------------------------------------------------------------- shapes


class _Node:
    """Stands for a node whose inputs are not known."""

    def __init__(self, op_type: str, **attrs):
        self.type, self.name = op_type, "n"
        self.attrs = {k: v.encode() if isinstance(v, str) else v for k, v in attrs.items()}


@given(
    st.sampled_from(["MaxPool", "AvgPool", "MaxPool3D", "AvgPool3D", "MaxPoolWithArgmax"]),
    st.integers(1, 4), st.integers(1, 3), st.sampled_from(["SAME", "VALID"]), st.booleans(),
    st.data(),
)  # fmt: skip
@settings(deadline=None, max_examples=40)
def test_shape_rule_agrees_with_lowering(op_type, k, s, padding, channels_first, data):
    """Whatever dimensions are forgotten, the rule never contradicts what JAX computes."""
    n = 3 if "3D" in op_type else 2
    shape = tuple(data.draw(st.lists(st.integers(0, 6), min_size=n + 2, max_size=n + 2)))
    channels_first = channels_first and op_type != "MaxPoolWithArgmax"
    if op_type in ("MaxPool", "MaxPoolWithArgmax"):
        # TensorFlow's rule windows the channels too, and refuses an image without any.
        c = 1 if channels_first else n + 1
        shape = (*shape[:c], max(shape[c], 1), *shape[c + 1 :])
    ones = ([1, 1], []) if channels_first else ([1], [1])
    node = _Node(
        op_type, ksize=[*ones[0], *[k] * n, *ones[1]], strides=[*ones[0], *[s] * n, *ones[1]],
        padding=padding, data_format=("NC" if channels_first else "N") + "DHW"[3 - n :]
        + ("" if channels_first else "C"), include_batch_in_index=False,
    )  # fmt: skip
    known = data.draw(forget_dims(shape))
    space = shape[2:] if channels_first else shape[1:-1]
    fits = padding == "SAME" or all(d >= k for d in space)
    rule = OPS[op_type].shape
    if not fits:
        with pytest.raises(ShapeError, match="Negative dimension size"):
            rule(node, shape)
        return
    static = rule(node, known)
    x = jax.ShapeDtypeStruct(shape, np.float32)
    if op_type == "MaxPoolWithArgmax":
        node.outputs = [None, type("T", (), {"dtype": tf.int32.base_dtype})]
        y, places = jax.eval_shape(lambda x: OPS[op_type].lower(node, x), x)
        assert is_compatible(static[1], places.shape)
        static = static[0]
    else:
        y = jax.eval_shape(lambda x: OPS[op_type].lower(node, x), x)
    assert is_compatible(static, y.shape)


@pytest.mark.parametrize(
    ("attrs", "x", "result"),
    [
        ({"padding": "VALID", "ksize": [1, 3, 2, 1]}, None, (None,) * 4),
        ({"padding": "SAME", "ksize": [1, 3, 2, 1]}, (2, 5, None, 3), (2, 3, None, 3)),
        ({"padding": "VALID", "ksize": [1, 3, 2, 1]}, (2, 5, None, 3), (2, 2, None, 3)),
        ({"padding": "SAME", "ksize": [1, 1, 1, 2], "strides": [1, 1, 1, 2]}, (1, 2, 2, 5),
         (1, 2, 2, 3)),
        ({"padding": "SAME", "data_format": "NCHW_VECT_C", "strides": [1, 1, 2, 2]},
         (4, 5, 6, 5, 4), (4, 5, 3, 3, 4)),
        ({"padding": "EXPLICIT", "explicit_paddings": [0, 0, 1, 1, 1, 0, 0, 0]}, (4, 5, None, 5),
         (4, 3, None, 5)),
        ({"padding": "VALID", "ksize": [1, 5, 5, 1], "strides": [1] * 4}, (1, 4, 4, 1),
         "Negative dimension size caused by subtracting 5 from 4"),
        ({"padding": "SAME"}, (1, 2, 3), "Shape must be rank 4 but is rank 3"),
        ({"padding": "SAME", "ksize": [1, 2, 2, 1, 7]}, (1, 2, 3, 1),
         "MaxPool requires the ksize attribute to contain 4 values, but got: 5"),
        ({"padding": "SAME", "strides": [1, 0, 1, 1]}, (1, 2, 3, 1),
         "Stride must be > 0, but got 0"),
        ({"padding": "SAME", "explicit_paddings": [0] * 8}, (1, 2, 3, 1),
         "explicit_paddings attribute must be empty if the padding attribute is not EXPLICIT"),
        ({"padding": "EXPLICIT", "explicit_paddings": [0] * 4}, (1, 2, 3, 1),
         "explicit_paddings attribute must contain 8 values, but got: 4"),
        ({"padding": "EXPLICIT", "explicit_paddings": [0, 0, -1, 0, 0, 0, 0, 0]}, (1, 2, 3, 1),
         "All elements of explicit_paddings must be nonnegative"),
        ({"padding": "EXPLICIT", "explicit_paddings": [0, 0, 0, 0, 0, 0, 0, 1]}, (1, 2, 3, 1),
         "Nonzero explicit padding in the batch or depth dimensions is not supported"),
        ({"padding": "SAME", "data_format": "NCHW_VECT_C"}, (4, 5, 6, 5, 3),
         "VECT_C dimension must be 4 or 32, but is 3"),
    ],
)  # fmt: skip
def test_shape_rule_of_maxima_is_that_of_tensorflow(attrs, x, result):
    given_attrs = {
        "ksize": [1, 2, 2, 1], "strides": [1, 2, 2, 1], "explicit_paddings": [],
        "data_format": "NHWC", **attrs,
    }  # fmt: skip
    rule, node = OPS["MaxPool"].shape, _Node("MaxPool", **given_attrs)
    if isinstance(result, str):
        with pytest.raises(ShapeError, match=result):
            rule(node, x)
    else:
        assert rule(node, x) == result


def test_shapes_of_gradients():
    with new_graph():

        def ph(shape, dtype=tf.float32):
            return tf.placeholder(dtype, shape)

        raw = tf.raw_ops
        x, y = ph([None, 4, 4, 1]), ph([3, 2, None, 1])
        grad = raw.MaxPoolGrad(orig_input=x, orig_output=y, grad=y, **TWO)
        assert grad.shape.as_list() == [None, 4, 4, 1]
        back = raw.MaxPoolGradGrad(orig_input=x, orig_output=y, grad=x, **TWO)
        assert back.shape.as_list() == [3, 2, None, 1]
        dx = raw.AvgPoolGrad(orig_input_shape=tf.shape(x), grad=y, **TWO)
        assert dx.shape.as_list() == [None, 4, 4, 1]
        dx = raw.AvgPoolGrad(orig_input_shape=ph([4], tf.int32), grad=y, **TWO)
        assert dx.shape.as_list() == [None] * 4
        with pytest.raises(ValueError, match="Shape must be rank 4 but is rank 3"):
            raw.AvgPoolGrad(orig_input_shape=[1, 2, 3], grad=y, **TWO)
        with pytest.raises(ValueError, match="Dimension must be 4 but is 3"):
            raw.MaxPoolV2(input=x, ksize=[1, 2, 2], strides=[1, 2, 2, 1], padding="SAME")


# ---------------------------------------------------------------------- errors


WRONG = [
    ("MaxPool", {"ksize": [1, 0, 1, 1]}, tf.errors.InvalidArgumentError,
     "Sliding window ksize must be positive. The specified or inferred ksize is: 1,0,1,1"),
    ("MaxPool", {"ksize": [2, 1, 1, 1], "strides": [2, 1, 1, 1]}, tf.errors.UnimplementedError,
     "Pooling is not yet supported on the batch dimension."),
    ("MaxPool", {"ksize": [1, 1, 1, 3], "strides": [1, 1, 1, 3]}, tf.errors.UnimplementedError,
     "Depthwise max pooling requires the depth window to evenly divide the input depth"),
    ("MaxPool", {"ksize": [1, 1, 1, 2], "strides": [1] * 4}, tf.errors.UnimplementedError,
     "Depthwise max pooling requires the depth window to equal the depth stride"),
    ("MaxPool", {"ksize": [1, 2, 1, 2], "strides": [1, 1, 1, 2]}, tf.errors.UnimplementedError,
     "MaxPooling supports exactly one of pooling across depth or pooling across width/height."),
    ("AvgPool", {"ksize": [1, 1, 1, 2], "strides": [1, 1, 1, 2]}, tf.errors.UnimplementedError,
     "Non-spatial pooling is not yet supported. Volunteers? :)"),
    ("MaxPool", {"padding": "EXPLICIT", "explicit_paddings": [0, 0, 2, 0, 0, 0, 0, 0]},
     tf.errors.InvalidArgumentError, "Top padding 2 needs to be smaller than the window size 2"),
    ("MaxPool", {"ksize": [1, 6, 6, 1], "strides": [1] * 4, "padding": "VALID"},
     tf.errors.InvalidArgumentError, "Computed output size would be negative: -1 [input_size: 4, "
     "effective_filter_size: 6, stride: 1]"),
]  # fmt: skip


@pytest.mark.parametrize(("op_type", "attrs", "cls", "message"), WRONG)
def test_windows_that_cannot_be_run(op_type, attrs, cls, message):
    with new_graph() as graph:
        x = tf.placeholder(tf.float32, [None] * 4)
        y = getattr(tf.raw_ops, op_type)(**{
            "input" if op_type == "MaxPool" else "value": x, **TWO, **attrs
        })  # fmt: skip
        with tf.Session(graph=graph) as session, pytest.raises(cls) as error:
            session.run(y, {x: np.zeros((2, 4, 4, 4))})
    assert str(error.value).splitlines()[0] == message


def test_gradients_of_the_wrong_shape():
    x, y = np.zeros((1, 4, 4, 1)), np.zeros((1, 2, 2, 1))
    for args, message in (
        ((x, y, y[:, :, :1]), "Expected grad shape to be [1,2,2,1], but got [1,2,1,1]"),
        ((x, x, y), "Expected orig_output shape to be [1,2,2,1], but got [1,4,4,1]"),
    ):
        with pytest.raises(tf.errors.InvalidArgumentError) as error:
            run_op("MaxPoolGrad", *args, **TWO)
        assert str(error.value).splitlines()[0] == message


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: tf.nn.max_pool(x, [2, 2, 2], 2, "SAME"),
         "ksize should be of length 1, 2 or 4. Received: ksize=[2, 2, 2] of length 3"),
        (lambda x: tf.nn.max_pool(x, 2, 2, [[0, 0]]),
         "When padding is a list, it must be of size 4. Received: padding=[[0, 0]] of size 1"),
        (lambda x: tf.nn.max_pool(x, 2, 2, "EXPLICIT"),
         "'EXPLICIT' is not a valid value for `padding`. To use explicit padding, `padding` must "
         "be a list."),
        (lambda x: tf.nn.max_pool(x, 2, 2, "SAME", input=x),
         "Cannot specify both 'value' and 'input'."),
        (lambda x: tf.nn.max_pool(x, 0, 2, "SAME"),
         "`ksize` cannot be zero. Received: ksize=[1, 0, 0, 1]"),
        (lambda x: tf.nn.max_pool_with_argmax(x, [1, 2, 2, 1], [1] * 4, "SAME", "NCHW"),
         "`data_format` values other  than 'NHWC' are not supported. Received: data_format=NCHW"),
        (lambda x: tf.nn.pool(x, [2, 2], "MIN", "SAME"), "2-D MIN pooling is not supported."),
        (lambda x: tf.nn.pool(x, [2], "MAX", "SAME"), "Shape (1, 4, 4, 1) must have rank 3"),
        (lambda x: tf.nn.pool(x, [2, 2], "MAX", "SAME", strides=[3, 3]),
         "`strides` > `window_shape` not supported due to inconsistency between CPU and GPU "
         "implementations. Received: strides=[3 3] and window_shape=[2, 2]"),
        (lambda x: tf.nn.max_pool_v2(x[0, 0], 2, 2, "SAME"),
         "`input.shape.rank` must be 3, 4 or 5. Received: input.shape=(4, 1) of rank 2."),
    ],
)  # fmt: skip
def test_arguments_that_do_not_fit(call, message):
    with new_graph(), pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call(tf.zeros([1, 4, 4, 1]))
