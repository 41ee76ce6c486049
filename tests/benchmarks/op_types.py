"""Single op types and short functions with their gradients against the same written in JAX.

    python -m tests.benchmarks.op_types [NAME ...]

A row computes y and, where it lists arguments to differentiate, the gradients of sum(y * y) / 2.
Both give arrays that belong to the caller.
"""

import sys
from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

import tfgrad as tf
from tests.benchmarks.measure import in_turns, show
from tfgrad._src.runtime.passes import vectors


class Row(NamedTuple):
    """``wrt`` lists the arguments to differentiate by."""

    args: tuple
    graph: Callable
    jax: Callable
    wrt: tuple[int, ...] = (0,)


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def whole(high: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, high, shape).astype(np.int32)


def positive_definite(*shape: int) -> np.ndarray:
    a = normal(*shape)
    return (a @ np.swapaxes(a, -1, -2) / shape[-1] + np.eye(shape[-1])).astype(np.float32)


def convolution(strides=1, padding="SAME", groups=1, dims="NHWC", dilation=1):
    spatial = len(dims) - 2
    kernel = {1: "WIO", 2: "HWIO", 3: "DHWIO"}[spatial]

    def conv(x, w):
        return lax.conv_general_dilated(
            x, w, (strides,) * spatial, padding, feature_group_count=groups,
            rhs_dilation=(dilation,) * spatial, dimension_numbers=(dims, kernel, dims),
        )  # fmt: skip

    return conv


def pooled(reduce, start, size=2, stride=2, padding="VALID"):
    window, strides = (1, size, size, 1), (1, stride, stride, 1)
    return lambda x: lax.reduce_window(x, start, reduce, window, strides, padding)


def batch_norm(x, scale, offset):
    mean, var = jnp.mean(x, (0, 1, 2)), jnp.var(x, (0, 1, 2))
    return (x - mean) * lax.rsqrt(var + 1e-3) * scale + offset


def layer_norm(xp_mean, x):
    mean, var = xp_mean(x)
    return (x - mean) / ((var + 1e-5) ** 0.5)


def jax_moments(x):
    return jnp.mean(x, -1, keepdims=True), jnp.var(x, -1, keepdims=True)


def labelled(logits, labels):
    logs = jax.nn.log_softmax(logits)
    return -jnp.take_along_axis(logs, labels[:, None], 1)[:, 0]


X = normal(512, 1024)
POSITIVE = np.abs(X) + np.float32(0.1)
IMAGES = normal(16, 32, 32, 32)
ROWS_OF = whole(2000, 4096)
TABLE = normal(2000, 64)
SORTED = np.sort(whole(500, 4096))
VALUES = normal(4096, 64)
SPD = positive_definite(16, 32, 32)
PHOTO = normal(4, 64, 64, 3)

ELEMENT_WISE: dict[str, tuple] = {
    "tanh": (tf.tanh, jnp.tanh),
    "sigmoid": (tf.sigmoid, jax.nn.sigmoid),
    "softplus": (tf.nn.softplus, jax.nn.softplus),
    "elu": (tf.nn.elu, jax.nn.elu),
    "relu": (tf.nn.relu, jax.nn.relu),
    "leaky_relu": (tf.nn.leaky_relu, lambda x: jax.nn.leaky_relu(x, 0.2)),
    "swish": (tf.nn.swish, jax.nn.swish),
    "erf": (tf.erf, lax.erf),
    "exp": (tf.exp, jnp.exp),
    "sin": (tf.sin, jnp.sin),
    "square": (tf.square, jnp.square),
    "abs": (tf.abs, jnp.abs),
    "clip": (lambda x: tf.clip_by_value(x, -1.0, 1.0), lambda x: jnp.clip(x, -1.0, 1.0)),
    "maximum": (lambda x: tf.maximum(x, 0.3), lambda x: jnp.maximum(x, 0.3)),
    "where": (lambda x: tf.where(x > 0, x, x * x), lambda x: jnp.where(x > 0, x, x * x)),
    "softmax": (tf.nn.softmax, jax.nn.softmax),
    "log_softmax": (tf.nn.log_softmax, jax.nn.log_softmax),
    "l2_normalize": (
        lambda x: tf.nn.l2_normalize(x, 1),
        lambda x: x * lax.rsqrt(jnp.maximum(jnp.sum(x * x, 1, keepdims=True), 1e-12)),
    ),
    "layer_norm": (
        lambda x: layer_norm(lambda a: tf.nn.moments(a, [-1], keep_dims=True), x),
        lambda x: layer_norm(jax_moments, x),
    ),
    "sum_0": (lambda x: tf.reduce_sum(x, 0), lambda x: jnp.sum(x, 0)),
    "sum_1": (lambda x: tf.reduce_sum(x, 1), lambda x: jnp.sum(x, 1)),
    "mean": (tf.reduce_mean, jnp.mean),
    "max_0": (lambda x: tf.reduce_max(x, 0), lambda x: jnp.max(x, 0)),
    "max_1": (lambda x: tf.reduce_max(x, 1), lambda x: jnp.max(x, 1)),
    "prod_1": (lambda x: tf.reduce_prod(x, 1), lambda x: jnp.prod(x, 1)),
    "logsumexp": (
        lambda x: tf.reduce_logsumexp(x, 1), lambda x: jax.scipy.special.logsumexp(x, 1)
    ),
    "norm": (tf.norm, lambda x: jnp.sqrt(jnp.sum(x * x))),
    "cumsum_0": (lambda x: tf.cumsum(x, 0), lambda x: jnp.cumsum(x, 0)),
    "cumsum_1": (lambda x: tf.cumsum(x, 1), lambda x: jnp.cumsum(x, 1)),
    "cumprod_1": (lambda x: tf.cumprod(x, 1), lambda x: jnp.cumprod(x, 1)),
    "transpose": (lambda x: tf.transpose(x) * 2.0, lambda x: x.T * 2),
    "reverse": (lambda x: tf.reverse(x, [1]), lambda x: jnp.flip(x, 1)),
    "tile": (lambda x: tf.tile(x, [2, 2]), lambda x: jnp.tile(x, (2, 2))),
    "pad": (lambda x: tf.pad(x, [[1, 2], [3, 4]]), lambda x: jnp.pad(x, [(1, 2), (3, 4)])),
    "slice": (lambda x: x[::2, 3:-3], lambda x: x[::2, 3:-3]),
    "split": (
        lambda x: tf.concat(tf.split(x, 4, 1)[::-1], 1),
        lambda x: jnp.concatenate(jnp.split(x, 4, 1)[::-1], 1),
    ),
    "stack": (lambda x: tf.stack([x, x * 2.0], 1), lambda x: jnp.stack([x, x * 2], 1)),
    "band_part": (lambda x: tf.matrix_band_part(x, -1, 0), jnp.tril),
    "clip_by_norm": (
        lambda x: tf.clip_by_norm(x, 1.0),
        lambda x: x / jnp.maximum(jnp.sqrt(jnp.sum(x * x)), 1.0),
    ),
}  # fmt: skip

WITHOUT_GRADIENT: dict[str, tuple] = {
    "argmax_0": ((X,), lambda x: tf.argmax(x, 0), lambda x: jnp.argmax(x, 0)),
    "argmax_1": ((X,), lambda x: tf.argmax(x, 1), lambda x: jnp.argmax(x, 1)),
    "one_hot": ((ROWS_OF,), lambda i: tf.one_hot(i, 200), lambda i: jax.nn.one_hot(i, 200)),
    "sort": ((X,), lambda x: tf.sort(x), lambda x: jnp.sort(x)),
    "argsort": ((X,), lambda x: tf.argsort(x), lambda x: jnp.argsort(x)),
    "bincount": (
        (ROWS_OF,), lambda i: tf.bincount(i, minlength=2000, maxlength=2000),
        lambda i: jnp.bincount(i, length=2000),
    ),
    "in_top_k": (
        (X, whole(1024, 512)), lambda x, i: tf.nn.in_top_k(x, i, 5),
        lambda x, i: jnp.sum(x > jnp.take_along_axis(x, i[:, None], 1), 1) < 5,
    ),
    "floormod": ((whole(10**6, 512, 1024),), lambda i: i % 7, lambda i: i % 7),
    "floordiv": ((whole(10**6, 512, 1024),), lambda i: i // 7, lambda i: i // 7),
    "cast": ((X,), lambda x: tf.cast(x, tf.int32), lambda x: x.astype(jnp.int32)),
    "searchsorted": (
        (np.sort(X[0]), X[1:101].ravel()), lambda a, v: tf.searchsorted(a, v),
        lambda a, v: jnp.searchsorted(a, v),
    ),
}  # fmt: skip

TABLE_OF_ROWS: dict[str, Row] = {
    **{name: Row((X,), *pair) for name, pair in ELEMENT_WISE.items()},
    **{name: Row(*row, ()) for name, row in WITHOUT_GRADIENT.items()},
    "log": Row((POSITIVE,), tf.log, jnp.log),
    "sqrt": Row((POSITIVE,), tf.sqrt, jnp.sqrt),
    "rsqrt": Row((POSITIVE,), tf.rsqrt, lax.rsqrt),
    "lgamma": Row((POSITIVE,), tf.lgamma, lax.lgamma),
    "pow": Row((POSITIVE,), lambda x: tf.pow(x, 1.7), lambda x: x**1.7),
    "cube": Row((X,), lambda x: x**3, lambda x: x**3),
    "atan2": Row((X, POSITIVE), tf.atan2, jnp.arctan2, (0, 1)),
    "divide": Row((X, POSITIVE), lambda a, b: a / b, lambda a, b: a / b, (0, 1)),
    "bias": Row((X, normal(1024)), lambda a, b: a + b, lambda a, b: a + b, (0, 1)),
    "scale": Row((X, normal(512, 1)), lambda a, b: a * b, lambda a, b: a * b, (0, 1)),
    "matmul": Row((normal(256, 512), normal(512, 128)), tf.matmul, jnp.matmul, (0, 1)),
    "matmul_batch": Row(
        (normal(32, 64, 64), normal(32, 64, 64)), tf.matmul, jnp.matmul, (0, 1)
    ),
    "einsum": Row(
        (normal(8, 64, 4, 16), normal(8, 64, 4, 16)),
        lambda a, b: tf.einsum("bthd,bshd->bhts", a, b),
        lambda a, b: jnp.einsum("bthd,bshd->bhts", a, b), (0, 1),
    ),
    "tensordot": Row(
        (normal(32, 64, 64), normal(64, 32)), lambda a, b: tf.tensordot(a, b, 1),
        lambda a, b: jnp.tensordot(a, b, 1), (0, 1),
    ),
    "gather": Row((TABLE, ROWS_OF), tf.gather, lambda t, i: t[i]),
    "gather_1": Row(
        (TABLE.T.copy(), ROWS_OF), lambda t, i: tf.gather(t, i, axis=1), lambda t, i: t[:, i]
    ),
    "gather_nd": Row(
        (TABLE, np.stack([ROWS_OF, ROWS_OF % 64], 1)), tf.gather_nd,
        lambda t, i: t[i[:, 0], i[:, 1]],
    ),
    "scatter_nd": Row(
        (VALUES, ROWS_OF[:, None]), lambda v, i: tf.scatter_nd(i, v, [2000, 64]),
        lambda v, i: jnp.zeros((2000, 64), np.float32).at[i[:, 0]].add(v),
    ),
    "segment_sum": Row(
        (VALUES, SORTED), tf.segment_sum,
        lambda v, i: jax.ops.segment_sum(v, i, int(SORTED[-1]) + 1, indices_are_sorted=True),
    ),
    "segment_mean": Row(
        (VALUES, SORTED), tf.segment_mean,
        lambda v, i: jax.ops.segment_sum(v, i, int(SORTED[-1]) + 1, indices_are_sorted=True)
        / jnp.maximum(
            jax.ops.segment_sum(v[:, :1] * 0 + 1, i, int(SORTED[-1]) + 1), 1
        ),
    ),
    "unsorted_segment_sum": Row(
        (VALUES, ROWS_OF), lambda v, i: tf.unsorted_segment_sum(v, i, 2000),
        lambda v, i: jax.ops.segment_sum(v, i, 2000),
    ),
    "unsorted_segment_max": Row(
        (VALUES, ROWS_OF), lambda v, i: tf.unsorted_segment_max(v, i, 2000),
        lambda v, i: jax.ops.segment_max(v, i, 2000),
    ),
    "top_k": Row((X,), lambda x: tf.nn.top_k(x, 10)[0], lambda x: lax.top_k(x, 10)[0]),
    "sparse_cross_entropy": Row(
        (X, whole(1024, 512)),
        lambda x, i: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=i, logits=x), labelled,
    ),
    "cross_entropy": Row(
        (X, np.eye(1024, dtype=np.float32)[whole(1024, 512)]),
        lambda x, p: tf.nn.softmax_cross_entropy_with_logits(labels=p, logits=x),
        lambda x, p: -jnp.sum(jax.nn.log_softmax(x) * p, 1),
    ),
    "sigmoid_cross_entropy": Row(
        (X, (X > 0).astype(np.float32)),
        lambda x, p: tf.nn.sigmoid_cross_entropy_with_logits(labels=p, logits=x),
        lambda x, p: jnp.maximum(x, 0) - x * p + jnp.log1p(jnp.exp(-jnp.abs(x))),
    ),
    "conv_3x3": Row(
        (IMAGES, normal(3, 3, 32, 32)), lambda x, w: tf.nn.conv2d(x, w, 1, "SAME"),
        convolution(), (0, 1),
    ),
    "conv_1x1": Row(
        (IMAGES, normal(1, 1, 32, 64)), lambda x, w: tf.nn.conv2d(x, w, 1, "SAME"),
        convolution(), (0, 1),
    ),
    "conv_5x5_stride": Row(
        (IMAGES, normal(5, 5, 32, 32)), lambda x, w: tf.nn.conv2d(x, w, 2, "SAME"),
        convolution(2), (0, 1),
    ),
    "conv_dilated": Row(
        (IMAGES, normal(3, 3, 32, 32)),
        lambda x, w: tf.nn.conv2d(x, w, 1, "SAME", dilations=[1, 2, 2, 1]),
        convolution(dilation=2), (0, 1),
    ),
    "conv_few_channels": Row(
        (normal(16, 64, 64, 3), normal(7, 7, 3, 32)), lambda x, w: tf.nn.conv2d(x, w, 2, "SAME"),
        convolution(2), (0, 1),
    ),
    "conv1d": Row(
        (normal(16, 256, 32), normal(5, 32, 32)), lambda x, w: tf.nn.conv1d(x, w, 1, "SAME"),
        convolution(dims="NWC"), (0, 1),
    ),
    "conv3d": Row(
        (normal(4, 16, 16, 16, 8), normal(3, 3, 3, 8, 16)),
        lambda x, w: tf.nn.conv3d(x, w, [1] * 5, "SAME"), convolution(dims="NDHWC"), (0, 1),
    ),
    "depthwise": Row(
        (IMAGES, normal(3, 3, 32, 1)),
        lambda x, w: tf.nn.depthwise_conv2d(x, w, [1, 1, 1, 1], "SAME"),
        lambda x, w: convolution(groups=32)(x, w.reshape(3, 3, 1, 32)), (0, 1),
    ),
    "conv_transpose": Row(
        (IMAGES, normal(4, 4, 16, 32)),
        lambda x, w: tf.nn.conv2d_transpose(x, w, [16, 64, 64, 16], 2, "SAME"),
        lambda x, w: lax.conv_transpose(
            x, w, (2, 2), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"), transpose_kernel=True
        ), (0, 1),
    ),
    "max_pool": Row(
        (IMAGES,), lambda x: tf.nn.max_pool(x, 2, 2, "VALID"), pooled(lax.max, -np.inf)
    ),
    "max_pool_overlapping": Row(
        (IMAGES,), lambda x: tf.nn.max_pool(x, 3, 2, "SAME"),
        pooled(lax.max, -np.inf, 3, 2, "SAME"),
    ),
    "avg_pool": Row(
        (IMAGES,), lambda x: tf.nn.avg_pool(x, 2, 2, "VALID"),
        lambda x: pooled(lax.add, 0.0)(x) / 4,
    ),
    "batch_norm": Row(
        (IMAGES, normal(32), normal(32)), lambda x, s, o: tf.nn.fused_batch_norm(x, s, o)[0],
        batch_norm, (0, 1, 2),
    ),
    "lrn": Row(
        (IMAGES,), lambda x: tf.nn.lrn(x, 2, alpha=1e-4, beta=0.75),
        lambda x: x / (1 + 1e-4 * lax.reduce_window(
            x * x, 0.0, lax.add, (1, 1, 1, 5), (1, 1, 1, 1), "SAME")) ** 0.75,
    ),
    "space_to_depth": Row(
        (IMAGES,), lambda x: tf.space_to_depth(x, 2),
        lambda x: x.reshape(16, 16, 2, 16, 2, 32).swapaxes(2, 3).reshape(16, 16, 16, 128),
    ),
    "resize_bilinear": Row(
        (PHOTO,), lambda x: tf.image.resize_bilinear(x, [128, 128], half_pixel_centers=True),
        lambda x: jax.image.resize(x, (4, 128, 128, 3), "bilinear"),
    ),
    "resize_nearest": Row(
        (PHOTO,), lambda x: tf.image.resize_nearest_neighbor(x, [128, 128]),
        lambda x: jax.image.resize(x, (4, 128, 128, 3), "nearest"),
    ),
    "cholesky": Row((SPD,), tf.cholesky, jnp.linalg.cholesky),
    "inverse": Row((SPD,), tf.matrix_inverse, jnp.linalg.inv),
    "solve": Row((SPD, normal(16, 32, 4)), tf.matrix_solve, jnp.linalg.solve, (0, 1)),
    "triangular_solve": Row(
        (SPD, normal(16, 32, 4)), lambda a, b: tf.matrix_triangular_solve(a, b),
        lambda a, b: lax.linalg.triangular_solve(a, b, left_side=True, lower=True), (0, 1),
    ),
    "logdet": Row((SPD,), tf.linalg.logdet, lambda a: jnp.linalg.slogdet(a)[1]),
    "eigh": Row((SPD,), lambda a: tf.self_adjoint_eig(a)[0], lambda a: jnp.linalg.eigvalsh(a)),
    "svd": Row(
        (normal(16, 32, 16),), lambda a: tf.svd(a, compute_uv=False),
        lambda a: jnp.linalg.svd(a, compute_uv=False),
    ),
    "fft": Row(
        (normal(64, 1024),), lambda x: tf.abs(tf.signal.rfft(x)), lambda x: jnp.abs(jnp.fft.rfft(x))
    ),
}  # fmt: skip


def graph_call(row: Row) -> Callable:
    graph = tf.Graph()
    with graph.as_default():
        inputs = [tf.placeholder(tf.as_dtype(a.dtype), a.shape) for a in row.args]
        y = row.graph(*inputs)
        fetches = [y]
        if row.wrt:
            gradients = tf.gradients(tf.nn.l2_loss(y), [inputs[i] for i in row.wrt])
            fetches += [tf.convert_to_tensor(g) for g in gradients]
        call = tf.Session(graph=graph).make_callable(fetches, inputs)
    return lambda: call(*row.args)


def jax_call(row: Row) -> Callable:
    def loss(*args):
        y = row.jax(*args)
        return jnp.sum(y * y) / 2, y

    def both(*args):
        gradients, y = jax.grad(loss, row.wrt, has_aux=True)(*args)
        return [y, *gradients]

    compiled = jax.jit(both if row.wrt else row.jax, compiler_options=vectors.options())
    return lambda: [np.array(v) for v in jax.tree.leaves(compiled(*row.args))]


if __name__ == "__main__":
    for name in sys.argv[1:] or list(TABLE_OF_ROWS):
        row = TABLE_OF_ROWS[name]
        calls = {"jax": jax_call(row), "tfgrad": graph_call(row)}
        apart = [
            np.max(np.abs(np.subtract(a, b, dtype=np.float64)), initial=0)
            / np.max(np.abs(a), initial=1e-9)
            for a, b in zip(*[jax.tree.leaves(f()) for f in calls.values()], strict=True)
        ]
        show(f"{name:22} {max(apart):8.1e}", in_turns(calls, 7, 0.05))
