"""Normalisation in one op: values in all layouts, accuracy, shapes and errors.

Oracle: numpy in float64.  The graphs, and values of TensorFlow, are in ``golden/norm_fused.json``;
derivatives of higher order are tested in ``gradients/test_orders.py``.
"""

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

SCALE, OFFSET = np.array([1.5, -2.0, 0.5], np.float32), np.array([0.5, 1.0, -1.0], np.float32)
MEAN, VARIANCE = np.array([0.1, 0.2, -0.3], np.float32), np.array([2.0, 0.5, 1.0], np.float32)
NONE = np.zeros(0, np.float32)
VERSIONS = [("", "NHWC"), ("V2", "NCHW"), ("V3", "NHWC"), ("V3", "NCHW"), ("V3", "NDHWC"),
            ("V3", "NCDHW")]  # fmt: skip
each_version = pytest.mark.parametrize(("version", "data_format"), VERSIONS)


def images(data_format: str, mean: float = 0.0):
    """Images or volumes with channels last, as float64 values of float32 numbers."""
    shape = (2, 3, 2, 3) if len(data_format) == 4 else (2, 2, 2, 2, 3)
    x = np.random.default_rng(0).normal(size=shape) * 2 + mean
    return x.astype(np.float32).astype(np.float64)


def placed(x, data_format: str) -> np.ndarray:
    moved = np.moveaxis(x, -1, 1) if data_format.startswith("NC") else x
    return moved.astype(np.float32)


def normalised(x, mean, variance, epsilon=1e-4):
    return (x - mean) / np.sqrt(variance + epsilon)


def gradients(dy, x, mean, variance, training, epsilon=1e-4):
    """Of ``x``, ``scale`` and ``offset``."""
    axes = tuple(range(x.ndim - 1))
    h, k = normalised(x, mean, variance), SCALE / np.sqrt(variance + epsilon)
    dx = k * (dy - dy.mean(axes) - h * (dy * h).mean(axes)) if training else k * dy
    return dx, (dy * h).sum(axes), dy.sum(axes)


@each_version
def test_training_agrees_with_numpy(version, data_format):
    x = images(data_format)
    axes, n = tuple(range(x.ndim - 1)), x.size // 3
    mean, variance = x.mean(axes), x.var(axes)
    found = run_op(
        f"FusedBatchNorm{version}", placed(x, data_format), SCALE, OFFSET, NONE, NONE,
        data_format=data_format,
    )  # fmt: skip
    y = placed(normalised(x, mean, variance) * SCALE + OFFSET, data_format)
    expected = [y, mean, variance * n / (n - 1), mean, variance]
    for a, b in zip(found[:5], expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-6, atol=2e-6)  # float32, a few operations deep
    dy = np.cos(np.arange(x.size)).reshape(x.shape)
    space = [found[3], found[4], *found[5:]]
    back = run_op(
        f"FusedBatchNormGrad{version}", placed(dy, data_format), placed(x, data_format), SCALE,
        *space, data_format=data_format,
    )  # fmt: skip
    dx, *rest = gradients(dy, x, mean, variance, True)
    for a, b in zip(back[:3], [placed(dx, data_format), *rest], strict=True):
        np.testing.assert_allclose(a, b, rtol=5e-6, atol=5e-6)
    assert [a.shape for a in back[3:]] == [(0,), (0,)]


@each_version
def test_inference_agrees_with_numpy(version, data_format):
    x = images(data_format)
    options = {"data_format": data_format, "is_training": False}
    found = run_op(
        f"FusedBatchNorm{version}", placed(x, data_format), SCALE, OFFSET, MEAN, VARIANCE, **options
    )
    y = normalised(x, MEAN, VARIANCE) * SCALE + OFFSET
    np.testing.assert_allclose(found[0], placed(y, data_format), rtol=2e-6, atol=2e-6)
    np.testing.assert_array_equal(found[1], MEAN)
    np.testing.assert_array_equal(found[2], VARIANCE)
    dy = np.sin(np.arange(x.size)).reshape(x.shape)
    more = [np.float32(0)] if version == "V3" else []
    back = run_op(
        f"FusedBatchNormGrad{version}", placed(dy, data_format), placed(x, data_format), SCALE,
        MEAN, VARIANCE, *more, **options,
    )  # fmt: skip
    dx, *rest = gradients(dy, x, MEAN, VARIANCE, False)
    for a, b in zip(back[:3], [placed(dx, data_format), *rest], strict=True):
        np.testing.assert_allclose(a, b, rtol=5e-6, atol=5e-6)


def test_a_mean_that_is_large_against_the_deviation_costs_no_digits():
    """Numbers of size 2,000 are given to 1e-4: more is not lost.  ``x * k + c`` would be worse."""
    x = images("NHWC", mean=2000.0)
    mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2))
    y, _, _, m, v, r = run_op("FusedBatchNormV3", x.astype(np.float32), SCALE, OFFSET, NONE, NONE)
    expected = normalised(x, mean, variance) * SCALE + OFFSET
    # The mean itself is rounded to 1e-4; all elements move by that, divided by the deviation.
    np.testing.assert_allclose(y, expected, rtol=0, atol=2e-4)
    differences = y - y[:1, :1, :1]
    np.testing.assert_allclose(differences, expected - expected[:1, :1, :1], rtol=0, atol=2e-6)
    dy = np.cos(np.arange(x.size)).reshape(x.shape).astype(np.float32)
    dx, d_scale, _, _, _ = run_op("FusedBatchNormGradV3", dy, x.astype(np.float32), SCALE, m, v, r)
    wanted, of_scale, _ = gradients(dy.astype(np.float64), x, mean, variance, True)
    np.testing.assert_allclose(dx, wanted, rtol=0, atol=1e-4)
    np.testing.assert_allclose(d_scale, of_scale, rtol=0, atol=1e-3)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_short_floats_are_computed_in_float32(dtype):
    with new_graph() as graph:
        x = tf.cast(tf.constant(images("NHWC"), tf.float32), dtype)
        y, mean, _ = tf.nn.fused_batch_norm(x, SCALE, OFFSET)
        g = tf.gradients(tf.cast(y, tf.float32) ** 2, x)[0]
        same = tf.nn.fused_batch_norm(tf.cast(x, tf.float32), SCALE, OFFSET)
        with tf.Session(graph=graph) as session:
            found = session.run([tf.cast(y, tf.float32), mean, tf.cast(g, tf.float32), *same])
    assert (y.dtype, mean.dtype, g.dtype) == (x.dtype, tf.float32, x.dtype)
    np.testing.assert_allclose(found[0], found[3], rtol=1e-2)
    np.testing.assert_array_equal(found[1], found[4])


def test_running_averages():
    x = images("NHWC").astype(np.float32)
    found = run_op(
        "FusedBatchNormV3", x, SCALE, OFFSET, MEAN, VARIANCE, exponential_avg_factor=0.25
    )
    n = x.size // 3
    unbiased = found[4] * n / (n - 1)
    np.testing.assert_allclose(found[1], 0.75 * MEAN + 0.25 * found[3], rtol=1e-6)
    np.testing.assert_allclose(found[2], 0.75 * VARIANCE + 0.25 * unbiased, rtol=1e-6)


# ---------------------------------------------------------------------- across channels


def lrn(x, radius, bias, alpha, beta):
    near = [(x[..., max(0, c - radius) : c + radius + 1] ** 2).sum(-1) for c in range(x.shape[-1])]
    return x / (bias + alpha * np.stack(near, -1)) ** beta


@pytest.mark.parametrize(("radius", "channels"), [(5, 7), (1, 4), (0, 3), (2, 1), (40, 90)])
def test_normalisation_across_channels_agrees_with_numpy(radius, channels):
    x = np.random.default_rng(0).normal(size=(1, 2, 1, channels)).astype(np.float32)
    options = {"bias": 2.0, "alpha": 0.5, "beta": 0.75}
    y = run_op("LRN", x, depth_radius=radius, **options)
    expected = lrn(x.astype(np.float64), radius, *options.values())
    np.testing.assert_allclose(y, expected, rtol=3e-6)
    # The gradient by differences in float64 of the same formula.
    dy = np.cos(np.arange(x.size)).reshape(x.shape).astype(np.float32)
    dx = run_op("LRNGrad", dy, x, y, depth_radius=radius, **options)
    wanted = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = 1e-5
        both = [lrn(x + s * step, radius, *options.values()) for s in (1, -1)]
        wanted[i] = np.sum(dy * (both[0] - both[1])) / 2e-5
    np.testing.assert_allclose(dx, wanted, rtol=0, atol=2e-6)


# ---------------------------------------------------------------------- shapes and errors


class _Node:
    def __init__(self, op_type, data_format, training=True):
        self.type, self.name = op_type, "n"
        self.attrs = {
            "data_format": data_format.encode(), "is_training": training, "epsilon": 1e-4,
            "exponential_avg_factor": 1.0, "depth_radius": 2, "bias": 1.0, "alpha": 1.0,
            "beta": 0.5,
        }  # fmt: skip
        self.outputs = [type("T", (), {"dtype": tf.float32.base_dtype})] * (
            5 if "Grad" in op_type else 6
        )


@given(st.sampled_from(["NHWC", "NCHW", "NDHWC", "NCDHW"]), st.booleans(), st.data())
@settings(deadline=None, max_examples=40)
def test_shape_rule_agrees_with_lowering(data_format, training, data):
    """Whatever dimensions are forgotten, the rule never contradicts what JAX computes."""
    rank = len(data_format)
    shape = tuple(data.draw(st.lists(st.integers(0, 4), min_size=rank, max_size=rank)))
    channels = shape[1] if data_format.startswith("NC") else shape[-1]
    shapes = [shape, *[(channels,)] * 4]
    known = [data.draw(forget_dims(s)) for s in shapes]
    node = _Node("FusedBatchNormV3", data_format, training)
    arrays = [jax.ShapeDtypeStruct(s, np.float32) for s in shapes]
    results = jax.eval_shape(lambda *a: OPS[node.type].lower(node, *a), *arrays)
    for static, result in zip(OPS[node.type].shape(node, *known), results, strict=True):
        assert is_compatible(static, result.shape)
    node = _Node("FusedBatchNormGradV3", data_format, training)
    known, arrays = [known[0], *known, ()], [arrays[0], *arrays[:4]]
    results = jax.eval_shape(lambda *a: OPS[node.type].lower(node, *a), *arrays)
    for static, result in zip(OPS[node.type].shape(node, *known), results, strict=True):
        assert is_compatible(static, result.shape)


@pytest.mark.parametrize(
    ("training", "shapes", "result"),
    [
        (True, (None, None, None, None, None), [(None,) * 4, *[(None,)] * 4, None]),
        (True, ((None, 2, 2, None), None, (3,), None, None), [(None, 2, 2, 3), *[(3,)] * 4, None]),
        (True, ((1, 2, 2, 3), (3,), (3,), (0,), (0,)), [(1, 2, 2, 3), *[(3,)] * 4, None]),
        (
            False,
            ((1, 2, 2, 3), (3,), (3,), (0,), (0,)),
            "Dimensions must be equal, but are 3 and 0",
        ),
        (True, ((1, 2, 2, 3), (4,), (3,), (0,), (0,)), "Dimensions must be equal, but are 3 and 4"),
        (True, ((1, 2), (3,), (3,), (0,), (0,)), "Shape must be rank 4 but is rank 2"),
        (True, ((1, 2, 2, 3), (3, 1), (3,), (0,), (0,)), "Shape must be rank 1 but is rank 2"),
    ],
)
def test_shape_rule_is_that_of_tensorflow(training, shapes, result):
    rule, node = OPS["FusedBatchNormV3"].shape, _Node("FusedBatchNormV3", "NHWC", training)
    if isinstance(result, str):
        with pytest.raises(ShapeError, match=result):
            rule(node, *shapes)
    else:
        assert rule(node, *shapes) == result


def test_shape_rule_of_gradients():
    rule, node = OPS["FusedBatchNormGradV3"].shape, _Node("FusedBatchNormGradV3", "NHWC")
    shapes = ((1, 2, None, None), (1, None, 2, None), None, (3,), None, None)
    assert rule(node, *shapes) == [(1, 2, None, 3), (3,), (3,), (0,), (0,)]
    rule = OPS["LRNGrad"].shape
    assert rule(None, (None, 2, 3, 4), (1, None, 3, 4), None) == (1, 2, 3, 4)
    with pytest.raises(ShapeError, match="Shape must be rank 4 but is rank 2"):
        OPS["LRN"].shape(None, (1, 2))


def test_statistics_must_be_given_where_they_are_used():
    with new_graph(), pytest.raises(ValueError, match="Both `mean` and `variance` must be a 1D"):
        tf.nn.fused_batch_norm(tf.zeros([1, 1, 1, 3]), SCALE, OFFSET, is_training=False)


def test_a_negative_radius_is_refused():
    with pytest.raises(tf.errors.InvalidArgumentError, match="depth_radius = -1 larger than int"):
        run_op("LRN", np.ones((1, 1, 1, 2), np.float32), depth_radius=-1)
