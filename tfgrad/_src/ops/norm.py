"""Normalisation of images in one op: per channel over the batch, and across channels.

The statistics of batch normalisation are taken in two passes, ``mean((x - mean(x))**2)``, and
``x`` is centred before it is scaled: the shorter ``x * k + c`` and ``mean(x**2) - mean(x)**2`` lose
digits where the mean is large against the deviation.  It is centred twice, behind a barrier, once
for the sums and once for the result: an array that both use would have to be stored, and cost more
than the subtraction (on a CPU 0.13 of 0.5 ms for 1M numbers; so it costs what the shorter form
does).

The derivatives are in ``gradients/norm.py``, the public functions in ``functions/norm.py``.
"""

import math

import numpy as np
from jax import lax

from tfgrad._src.graph.dtypes import NUMBER
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, dims_must_be_equal, merge_dim, with_rank
from tfgrad._src.ops.broadcasting import invalid, types

_X = types("half bfloat16 float")
_FLOAT = types("float")
_IMAGES = ("NHWC", "NCHW")
_VOLUMES = (*_IMAGES, "NDHWC", "NCDHW")

# ---------------------------------------------------------------------- batch normalisation


def _rank(node) -> int:
    return len(node.attrs["data_format"])


def _channel_axis(node) -> int:
    return 1 if node.attrs["data_format"].startswith(b"NC") else _rank(node) - 1


def _shape(node, x: Shape, *vectors: Shape) -> list:
    """All vectors have one number per channel; those of the statistics may be empty in training."""
    x = with_rank(x, _rank(node))
    axis = _channel_axis(node)
    channels = x[axis]
    for i, vector in enumerate(vectors):
        (n,) = with_rank(vector, 1)
        if i < 2 or not node.attrs["is_training"]:
            channels = merge_dim(channels, n)
    y = (*x[:axis], channels, *x[axis + 1 :])
    outputs = [y, *[(channels,)] * 4]
    return [*outputs, None] if node.type == "FusedBatchNormV3" else outputs


def _work(x):
    return lax.convert_element_type(x, np.float32) if x.dtype.itemsize == 2 else x


def _others(node, x) -> tuple[int, ...]:
    axis = _channel_axis(node)
    return tuple(i for i in range(x.ndim) if i != axis)


def _spread(node, vector, like):
    return lax.broadcast_in_dim(vector, like.shape, (_channel_axis(node),))


def _centred(node, x, mean):
    return lax.sub(x, _spread(node, mean, x))


def _scaled(vector, number: float):
    return lax.mul(vector, lax.full_like(vector, number))


def _over(vector, n: int):
    """``vector / n``; nan if there is nothing to divide."""
    return lax.div(vector, lax.full_like(vector, n))


def _inverse_deviation(node, variance):
    return lax.rsqrt(lax.add(variance, lax.full_like(variance, node.attrs["epsilon"])))


def _batch_norm(node, x, scale, offset, mean, variance):
    axis = _channel_axis(node)
    stat_dtype = node.outputs[1].dtype.np
    n = math.prod(x.shape[i] for i in range(x.ndim) if i != axis)
    wide = _work(x)
    scale, offset, mean, variance = (_work(v) for v in (scale, offset, mean, variance))
    _check_vectors(node, x.shape[axis], scale, offset)
    if node.attrs["is_training"]:
        factor = node.attrs["exponential_avg_factor"]
        others = _others(node, x)
        m = _over(lax.reduce_sum(wide, others), n)
        total = lax.reduce_sum(lax.square(_centred(node, wide, m)), others)
        v, unbiased = _over(total, n), _over(total, n - 1 if n > 1 else n)
        new_mean, new_variance = m, unbiased
        if factor != 1:
            _check_vectors(node, x.shape[axis], mean, variance)
            new_mean = lax.add(_scaled(mean, 1 - factor), _scaled(m, factor))
            new_variance = lax.add(_scaled(variance, 1 - factor), _scaled(unbiased, factor))
    else:
        _check_vectors(node, x.shape[axis], mean, variance)
        m = new_mean = mean
        v = new_variance = variance
    k = lax.mul(scale, _inverse_deviation(node, v))
    centred = _centred(node, wide, lax.optimization_barrier(m))
    y = lax.add(lax.mul(centred, _spread(node, k, wide)), _spread(node, offset, wide))
    outputs = [lax.convert_element_type(y, x.dtype)]
    outputs += [lax.convert_element_type(a, stat_dtype) for a in (new_mean, new_variance, m, v)]
    if node.type == "FusedBatchNormV3":
        outputs.append(lax.full((), 0, stat_dtype))
    return outputs


def _check_vectors(node, channels: int, *vectors) -> None:
    for v in vectors:
        if v.shape != (channels,):
            raise invalid(
                node, f"Must have one number per channel, {channels}, but got {list(v.shape)}"
            )


def _batch_norm_grad(node, dy, x, scale, mean, variance, *unused):
    """``k * (dy - mean(dy) - xc * mean(dy * xc) / (v + epsilon))`` with ``xc = x - m``."""
    axis = _channel_axis(node)
    n = math.prod(x.shape[i] for i in range(x.ndim) if i != axis)
    wide, dy_wide, scale, mean, variance = (_work(a) for a in (x, dy, scale, mean, variance))
    _check_vectors(node, x.shape[axis], scale, mean, variance)
    if dy.shape != x.shape:
        raise invalid(
            node,
            f"x and y_backprop must have same shape, but x has shape {list(x.shape)} and "
            f"y_backprop has shape {list(dy.shape)}",
        )
    others = _others(node, x)
    r = _inverse_deviation(node, variance)
    k = lax.mul(scale, r)
    d_offset = lax.reduce_sum(dy_wide, others)
    product = lax.reduce_sum(lax.mul(dy_wide, _centred(node, wide, mean)), others)
    d_scale = lax.mul(product, r)
    if node.attrs["is_training"]:
        slope = _over(lax.mul(product, lax.mul(r, r)), n)
        dx = lax.sub(dy_wide, _spread(node, _over(d_offset, n), wide))
        centred = _centred(node, wide, lax.optimization_barrier(mean))
        dx = lax.sub(dx, lax.mul(centred, _spread(node, slope, wide)))
    else:
        dx = dy_wide
    dx = lax.mul(dx, _spread(node, k, wide))
    types_ = [t.dtype.np for t in node.outputs]
    empty = [lax.full((0,), 0, t) for t in types_[3:]]
    found = [
        lax.convert_element_type(a, t)
        for a, t in zip((dx, d_scale, d_offset), types_, strict=False)
    ]
    return [*found, *empty]


def _grad_shape(node, dy: Shape, x: Shape, scale: Shape, *spaces: Shape) -> list:
    rank, axis = _rank(node), _channel_axis(node)
    dy = with_rank(dy, rank)
    channels = dy[axis]
    channels = merge_dim(channels, with_rank(x, rank)[axis])
    for vector in (scale, *spaces[:2]):
        channels = merge_dim(channels, with_rank(vector, 1)[0])
    dx = (*dy[:axis], channels, *dy[axis + 1 :])
    return [dx, (channels,), (channels,), (0,), (0,)]


_EPSILON = "epsilon: float = 0.0001"
_TRAINING = "is_training: bool = True"
_FORMAT = "data_format: string = 'NHWC'"


def _define(version: str, formats: tuple, u: str, **stat_types) -> None:
    attrs = f"{_EPSILON}, {{}}{_FORMAT}, {_TRAINING}"
    third = version == "V3"
    space = f"reserve_space_1: {u}, reserve_space_2: {u}"
    statistics = f"batch_mean: {u}, batch_variance: {u}, {space}"
    defop(
        f"FusedBatchNorm{version}(x: T, scale: {u}, offset: {u}, mean: {u}, variance: {u}; "
        + attrs.format("exponential_avg_factor: float = 1.0, ")
        + f") -> y: T, {statistics}"
        + (f", reserve_space_3: {u}" if third else ""),
        data_format=formats,
        shape=_shape,
        **stat_types,
    )(_batch_norm)
    if "U" in stat_types:
        stat_types["U"] = _FLOAT
    first = 4 if third else 3
    defop(
        f"FusedBatchNormGrad{version}(y_backprop: T, x: T, "
        f"scale: {'T' if u == 'T' else 'float32'}, {space}"
        + (f", reserve_space_3: {u}" if third else "")
        + f"; {attrs.format('')}) -> x_backprop: T, scale_backprop: {u}, offset_backprop: {u}, "
        f"reserve_space_{first}: {u}, reserve_space_{first + 1}: {u}",
        data_format=formats,
        shape=_grad_shape,
        **stat_types,
    )(_batch_norm_grad)


_define("", _IMAGES, "T", T=_FLOAT)
_define("V2", _IMAGES, "U", T=_X, U=_FLOAT)
_define("V3", _VOLUMES, "U", T=_X, U=types("bfloat16 float"))

# ---------------------------------------------------------------------- across channels


def _lrn_shape(node, *shapes: Shape) -> Shape:
    """All inputs have one shape."""
    result = with_rank(shapes[0], 4)
    for shape in shapes[1:]:
        other = with_rank(shape, 4)
        result = tuple(merge_dim(a, b) for a, b in zip(result, other, strict=True))
    return result


_LRN = (
    "depth_radius: int = 5, bias: float = 1.0, alpha: float = 1.0, beta: float = 0.5) -> output: T"
)


def _near_sum(x, radius: int):
    """The sum over the channels not farther than ``radius``."""
    channels = x.shape[3]
    radius = min(radius, channels - 1)
    if 2 * radius + 1 <= 64:
        x = lax.pad(x, np.zeros((), x.dtype), [(0, 0, 0)] * 3 + [(radius, radius, 0)])
        total = None
        for start in range(2 * radius + 1):
            part = lax.slice_in_dim(x, start, start + channels, axis=3)
            total = part if total is None else lax.add(total, part)
        return total
    pads = [(0, 0)] * 3 + [(radius, radius)]
    window = (1, 1, 1, 2 * radius + 1)
    return lax.reduce_window(x, np.zeros((), x.dtype), lax.add, window, (1,) * 4, pads)


def _lrn_norm(node, x):
    a = node.attrs
    if a["depth_radius"] < 0:
        raise invalid(node, f"depth_radius = {a['depth_radius']} larger than int max")
    total = _near_sum(lax.square(x), a["depth_radius"])
    return lax.add(_scaled(total, a["alpha"]), lax.full_like(total, a["bias"]))


def _power(x, exponent: float):
    if exponent == -0.5:
        return lax.rsqrt(x)
    return lax.pow(x, lax.full_like(x, exponent))


@defop(f"LRN(input: T; {_LRN}", T=_X, default_types={"T": _FLOAT[0]}, shape=_lrn_shape)
def lrn(node, x):
    """``x / (bias + alpha * sum(x**2))**beta``, the sum over the channels near each."""
    if 0 in x.shape:
        return x
    wide = _work(x)
    y = lax.mul(wide, _power(_lrn_norm(node, wide), -node.attrs["beta"]))
    return lax.convert_element_type(y, x.dtype)


@defop(
    f"LRNGrad(input_grads: T, input_image: T, output_image: T; {_LRN}",
    T=_X,
    default_types={"T": _FLOAT[0]},
    shape=_lrn_shape,
)
def lrn_grad(node, dy, x, y):
    """``dy / norm**beta - 2 alpha beta x * sum(dy * y / norm)``, the sum over the channels near."""
    if 0 in x.shape:
        return dy
    dtype, beta = dy.dtype, node.attrs["beta"]
    dy, x, y = _work(dy), _work(x), _work(y)
    norm = _lrn_norm(node, x)
    near = _near_sum(lax.div(lax.mul(dy, y), norm), node.attrs["depth_radius"])
    back = _scaled(lax.mul(x, near), 2 * node.attrs["alpha"] * beta)
    return lax.convert_element_type(lax.sub(lax.mul(dy, _power(norm, -beta)), back), dtype)


# ---------------------------------------------------------------------- of old graphs

_GLOBAL = "variance_epsilon: float, scale_after_normalization: bool"


def _global_channels(shapes) -> int | None:
    """The length of the last axis of all ``shapes``, images and vectors."""
    channels = None
    for shape in shapes:
        channels = merge_dim(channels, shape[-1])
    return channels


def _global_shape(node, x: Shape, *vectors: Shape) -> Shape:
    x = with_rank(x, 4)
    return (*x[:3], _global_channels([x, *[with_rank(v, 1) for v in vectors]]))


def _global_grad_shape(node, x: Shape, m: Shape, v: Shape, gamma: Shape, dy: Shape) -> list:
    x, dy = with_rank(x, 4), with_rank(dy, 4)
    channels = _global_channels([x, *[with_rank(s, 1) for s in (m, v, gamma)], dy])
    dx = tuple([merge_dim(a, b) for a, b in zip(x[:3], dy[:3], strict=True)])
    return [(*dx, channels), *[(channels,)] * 4]


def _last_axis(vector, like):
    return lax.broadcast_in_dim(vector, like.shape, (like.ndim - 1,))


def _global_inputs(node, x, *vectors) -> list:
    """All inputs in the type in which they are computed, and the inverse of the deviation."""
    if x.ndim != 4:
        raise invalid(node, f"input must be 4-dimensional{list(x.shape)}")
    names = [arg.name for arg in node.op_def_.inputs[1:]]
    for name, v in zip(names, vectors, strict=False):
        if v.ndim != 1:
            raise invalid(node, f"{name} must be 1-dimensional{list(v.shape)}")
        if v.shape[0] != x.shape[3]:
            raise invalid(node, f"Must have one number per channel, {x.shape[3]}, in {name}")
    wide = [_work(a) for a in (x, *vectors)]
    variance = wide[2]
    epsilon = lax.full_like(variance, node.attrs["variance_epsilon"])
    return [*wide, lax.rsqrt(lax.add(variance, epsilon))]


@defop(
    "BatchNormWithGlobalNormalization(t: T, m: T, v: T, beta: T, gamma: T; "
    f"{_GLOBAL}) -> result: T",
    T=NUMBER, shape=_global_shape,
)  # fmt: skip
def batch_norm_with_global_normalization(node, x, mean, variance, beta, gamma):
    """``(t - m) / sqrt(v + epsilon) * gamma + beta``; ``gamma`` counts only if so said."""
    wide, mean, _, beta, gamma, k = _global_inputs(node, x, mean, variance, beta, gamma)
    if node.attrs["scale_after_normalization"]:
        k = lax.mul(k, gamma)
    centred = lax.sub(wide, _last_axis(mean, wide))
    y = lax.add(lax.mul(centred, _last_axis(k, wide)), _last_axis(beta, wide))
    return lax.convert_element_type(y, x.dtype)


@defop(
    "BatchNormWithGlobalNormalizationGrad(t: T, m: T, v: T, gamma: T, backprop: T; "
    f"{_GLOBAL}) -> dx: T, dm: T, dv: T, db: T, dg: T",
    T=NUMBER, shape=_global_grad_shape,
)  # fmt: skip
def batch_norm_with_global_normalization_grad(node, x, mean, variance, gamma, dy):
    """The mean and the variance count as given, not as those of ``t``."""
    if dy.shape != x.shape:
        raise invalid(node, f"t and backprop must have same shape: {x.shape} vs {dy.shape}")
    wide, mean, variance, gamma, r = _global_inputs(node, x, mean, variance, gamma)
    dy, scaled = _work(dy), node.attrs["scale_after_normalization"]
    k = lax.mul(r, gamma) if scaled else r
    total = lax.reduce_sum(dy, (0, 1, 2))
    product = lax.reduce_sum(lax.mul(dy, lax.sub(wide, _last_axis(mean, wide))), (0, 1, 2))
    results = [
        lax.mul(dy, _last_axis(k, dy)),
        lax.neg(lax.mul(total, k)),
        _scaled(lax.mul(product, lax.mul(k, lax.mul(r, r))), -0.5),
        total,
        lax.mul(product, r) if scaled else lax.full_like(gamma, 0),
    ]
    return [lax.convert_element_type(a, x.dtype) for a in results]
