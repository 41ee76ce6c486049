"""Layers of networks on quantised arrays: sums, products, convolutions, pooling, norms, resizing.

They compute with whole numbers wherever TensorFlow's CPU kernels do, and give the range of the
result.  A range decides which integer stands for zero; it is taken off before integers are
multiplied.  See ``quantized.py``; none of these ops has a derivative.
"""

import math

import numpy as np
from jax import lax

from tfgrad._src.graph import errors
from tfgrad._src.graph.dtypes import QUANTIZED, DType, float32, qint32, quint8
from tfgrad._src.graph.registry import OPS, defop
from tfgrad._src.graph.shapes import Shape, broadcast, merge_dim, with_rank
from tfgrad._src.ops import pool_windows
from tfgrad._src.ops.broadcasting import common_shape, shape_list, types
from tfgrad._src.ops.checks import invalid
from tfgrad._src.ops.conv_kernels import forward
from tfgrad._src.ops.conv_windows import Axis, check_rank
from tfgrad._src.ops.exact import F32, I32, I64, Exact, choose, clipped, greater, lesser
from tfgrad._src.ops.image_resize import Mode, Taps, bilinear, resized_size, take
from tfgrad._src.ops.pool import _windows
from tfgrad._src.ops.quantized import (
    RANK_0,
    demand,
    demand_kernel,
    like,
    outputs,
    ranged,
    scalars,
)
from tfgrad._src.ops.quantized_numbers import (
    from_floats,
    from_numbers,
    greatest,
    least,
    number,
    place_of_zero,
    range_of_products,
    range_of_sums,
    to_floats,
    to_numbers,
    unlimited,
    whole,
)

_PAIR = {"T1": QUANTIZED, "T2": QUANTIZED}
_EIGHT = "quint8 quint8 qint32"


def _two_ranges(node, message: str, **values) -> tuple[list, list]:
    found = scalars(node, message, **values)
    return found[:2], found[2:]


def _demand_range(node, message: str, low: Exact, high: Exact) -> None:
    demand(node, message, lambda a, b: ~(b > a), low.value, high.value)


def _without_zero(x, zero: Exact) -> Exact:
    return Exact(x).to(I32) - zero


# ---------------------------------------------------------------------- element by element


def _in_sum(x: Exact, old: tuple, new: tuple, is_one: bool) -> Exact:
    """8 bits as 32 bits in another range; for many numbers the step is rounded once for all."""
    if is_one:
        return from_numbers(to_numbers(x, *old, quint8), *new, qint32)
    at_0, at_1 = (
        unlimited(to_numbers(Exact(np.asarray(n, np.uint8)), *old, quint8), *new, qint32)
        for n in (0, 1)
    )
    step = (at_1 - at_0).to(I32).to(I64)
    return clipped(at_0 + x.to(I64) * step, least(qint32), greatest(qint32)).to(I32)


_BINARY = "x: T1, y: T2, min_x: float32, max_x: float32, min_y: float32, max_y: float32"
_Z = "z: Toutput, min_z: float32, max_z: float32"


def _binary_shape(node, x: Shape, y: Shape, *rest: Shape) -> list[Shape]:
    return [broadcast(x, y), (), ()]


@defop(
    f"QuantizedAdd({_BINARY}; Toutput: type = qint32) -> {_Z}",
    **_PAIR, Toutput=QUANTIZED,
    shape=ranged(lambda node, x, y: broadcast(x, y), 0, 0, 0, 0),
)  # fmt: skip
def quantized_add(node, x, y, min_x, max_x, min_y, max_y):
    demand_kernel(node, "T1 T2 Toutput", _EIGHT)
    of_x, of_y = _two_ranges(
        node, RANK_0, min_x=min_x, max_x=max_x, min_y=min_y, max_y=max_y
    )  # fmt: skip
    common_shape(node, x.shape, y.shape)
    _demand_range(node, "max_x must be larger than min_x.", *of_x)
    _demand_range(node, "max_y must be larger than min_y.", *of_y)
    # A symmetric range with room to spare, so that adding zero changes nothing.
    size = greater(abs(lesser(of_x[0], of_y[0])), abs(greater(of_x[1], of_y[1])))
    new = -(size * float(1 << 14)), size * float(1 << 14)
    x, y = Exact(x), Exact(y)
    one_x = math.prod(x.shape) == 1
    one_y = math.prod(y.shape) == 1 and not one_x
    return outputs(_in_sum(x, of_x, new, one_x) + _in_sum(y, of_y, new, one_y), *new)


@defop(
    f"QuantizedMul({_BINARY}; Toutput: type = qint32) -> {_Z}",
    **_PAIR, Toutput=QUANTIZED, shape=_binary_shape,
)  # fmt: skip
def quantized_mul(node, x, y, min_x, max_x, min_y, max_y):
    demand_kernel(node, "T1 T2 Toutput", _EIGHT)
    of_x, of_y = _two_ranges(
        node, "{name} must be a scalar", min_x=min_x, max_x=max_x, min_y=min_y, max_y=max_y
    )  # fmt: skip
    common_shape(node, x.shape, y.shape)
    _demand_range(node, "max_x must be larger than min_a.", *of_x)
    _demand_range(node, "max_x must be larger than min_b.", *of_y)
    z = _without_zero(x, place_of_zero(*of_x, quint8)) * _without_zero(
        y, place_of_zero(*of_y, quint8)
    )
    return outputs(z, *range_of_products(of_x, of_y, (quint8, quint8, qint32)))


_BIAS = "min_input: float32, max_input: float32, min_bias: float32, max_bias: float32"


@defop(
    f"QuantizedBiasAdd(input: T1, bias: T2, {_BIAS})"
    " -> output: out_type, min_out: float32, max_out: float32",
    **_PAIR, out_type=QUANTIZED, shape=ranged(like("BiasAdd"), 0, 0, 0, 0),
)  # fmt: skip
def quantized_bias_add(node, x, bias, low, high, bias_low, bias_high):
    demand_kernel(node, "T1 T2 out_type", "qint8 qint8 qint32", _EIGHT)
    if len(x.shape) < 2:
        raise invalid(node, f"Input tensor must be at least 2D: {shape_list(x.shape)}")
    if len(bias.shape) != 1:
        raise invalid(node, f"Biases must be 1D: {shape_list(bias.shape)}")
    if bias.shape[0] != x.shape[-1]:
        raise invalid(
            node, f"Must provide as many biases as the last dimension of the input tensor: "
            f"{shape_list(bias.shape)} vs. {shape_list(x.shape)}",
        )  # fmt: skip
    dtype = node.inputs[0].dtype
    of_x, of_bias = _two_ranges(
        node, RANK_0, min_input=low, max_input=high, min_bias=bias_low, max_bias=bias_high
    )  # fmt: skip
    new = range_of_sums(of_x, of_bias)
    zero = from_numbers(number(0.0), *new, qint32)
    a, b = (
        from_floats(to_floats(Exact(v), *old, dtype), *new, qint32)
        for v, old in ((x, of_x), (bias, of_bias))
    )
    return outputs(a + (b + zero), *new)


# ---------------------------------------------------------------------- products


@defop(
    "QuantizedMatMul(a: T1, b: T2, min_a: float32, max_a: float32, min_b: float32, max_b: float32;"
    " Toutput: type = qint32, transpose_a: bool = False, transpose_b: bool = False,"
    " Tactivation: type = quint8) -> out: Toutput, min_out: float32, max_out: float32",
    **_PAIR, Toutput=QUANTIZED, Tactivation=QUANTIZED, shape=ranged(like("MatMul"), 0, 0, 0, 0),
)  # fmt: skip
def quantized_matmul(node, a, b, min_a, max_a, min_b, max_b):
    demand_kernel(node, "T1 T2 Toutput", _EIGHT)
    of_a, of_b = _two_ranges(
        node, "{name} must be a scalar, but got shape{shape}",
        min_a=min_a, max_a=max_a, min_b=min_b, max_b=max_b,
    )  # fmt: skip
    _demand_range(node, "max_a must be larger than min_a.", *of_a)
    _demand_range(node, "max_b must be larger than min_b.", *of_b)
    for i, v in enumerate((a, b)):
        if len(v.shape) != 2:
            raise invalid(node, f"In[{i}] is not a matrix")
    axis_a, axis_b = int(not node.attrs["transpose_a"]), int(node.attrs["transpose_b"])
    if a.shape[axis_a] != b.shape[axis_b]:
        raise invalid(
            node, f"Matrix size-incompatible: In[0]: {shape_list(a.shape)}, In[1]: "
            f"{shape_list(b.shape)}",
        )  # fmt: skip
    a = _without_zero(a, place_of_zero(*of_a, quint8)).value
    b = _without_zero(b, place_of_zero(*of_b, quint8)).value
    y = lax.dot_general(a, b, (((axis_a,), (axis_b,)), ((), ())), preferred_element_type=I32)
    return outputs(y, *range_of_products(of_a, of_b, (quint8, quint8, qint32)))


_FILTER = "min_input: float32, max_input: float32, min_filter: float32, max_filter: float32"


def _slid(node, n: int, k: int, stride: int) -> Axis:
    """How a filter slides: what the windows leave over is split between both ends."""
    is_same = node.attrs["padding"] == b"SAME"
    out = -(-n // stride) if is_same else -(-(n - k + 1) // stride)
    if out <= 0:
        raise invalid(
            node, f"Computed output size would be negative: {out} [input_size: {n}, "
            f"effective_filter_size: {k}, stride: {stride}]",
        )  # fmt: skip
    over = (out - 1) * stride + k - n + (0 if is_same else 1)
    return Axis(n, k, stride, 1, int(over / 2), out)


@defop(
    f"QuantizedConv2D(input: Tinput, filter: Tfilter, {_FILTER}; out_type: type = qint32,"
    " strides: list(int), padding: string, dilations: list(int) = [1, 1, 1, 1])"
    " -> output: out_type, min_output: float32, max_output: float32",
    Tinput=QUANTIZED, Tfilter=QUANTIZED, out_type=QUANTIZED, padding=("SAME", "VALID"),
    shape=ranged(like("Conv2D"), 0, 0, 0, 0),
)  # fmt: skip
def quantized_conv_2d(node, x, w, low, high, w_low, w_high):
    demand_kernel(node, "Tinput Tfilter out_type", _EIGHT)
    strides = node.attrs["strides"]
    if len(strides) != 4:
        raise invalid(node, "Sliding window strides field must specify 4 dimensions")
    if strides[1] != strides[2]:
        raise invalid(
            node, "Current implementation only supports equal length strides in the row and column "
            "dimensions.",
        )  # fmt: skip
    if strides[0] != 1 or strides[3] != 1:
        raise invalid(
            node, "Current implementation does not yet support strides in the batch and depth "
            "dimensions.",
        )  # fmt: skip
    dilations = node.attrs["dilations"]
    if dilations[0] != 1 or dilations[3] != 1:
        raise invalid(
            node, "Current implementation does not yet support dilations in the batch and depth "
            "dimensions.",
        )  # fmt: skip
    if dilations[1] != 1 or dilations[2] != 1:
        raise invalid(
            node, "Current implementation only supports dilated rate as 1 in the row and column "
            "dimensions.",
        )  # fmt: skip
    check_rank(node, "input", x, 4)
    check_rank(node, "filter", w, 4)
    if x.shape[3] != w.shape[2]:
        raise invalid(
            node, f"input and filter must have the same depth: {x.shape[3]} vs {w.shape[2]}"
        )  # fmt: skip
    of_x, of_w = _two_ranges(
        node, "{name} must be rank 0 but is rank {rank}",
        min_input=low, max_input=high, min_filter=w_low, max_filter=w_high,
    )  # fmt: skip
    zero = place_of_zero(*of_x, quint8)
    axes = [_slid(node, x.shape[i], w.shape[i - 1], strides[i]) for i in (1, 2)]
    # Around the image is the zero's place, or what 8 bits hold of it.
    place = choose(zero < 0, zero, zero.to(np.dtype(np.uint8)).to(I32))
    x = _surrounded(_without_zero(x, zero).value, axes, (place - zero).value)
    axes = [Axis(a.span, a.k, a.stride, 1, 0, a.out) for a in axes]
    y = forward(x, _without_zero(w, place_of_zero(*of_w, quint8)).value, axes)
    return outputs(y, *range_of_products(of_x, of_w, (quint8, quint8, qint32)))


def _surrounded(x, axes: list[Axis], value):
    """What all windows see: parts of ``x``, and ``value`` around it."""
    config = [(0, 0, 0), *[(a.low, a.high, 0) for a in axes], (0, 0, 0)]
    return lax.pad(x, value, config)


# ---------------------------------------------------------------------- pooling

_WINDOW = "ksize: list(int), strides: list(int), padding: string"


def _pool(op_type: str, like_type: str, lower) -> None:
    def pooled(node, x, low, high):
        demand_kernel(node, "T", "qint8", "quint8")
        check_rank(node, "tensor_in", x, 4)
        old = scalars(
            node, "{name} shape must be rank 0 but is rank {rank}, received shape: {shape}",
            min_input=low, max_input=high,
        )  # fmt: skip
        return outputs(lower(node, x), *old)

    defop(
        f"{op_type}(input: T, min_input: float32, max_input: float32; {_WINDOW})"
        " -> output: T, min_output: float32, max_output: float32",
        T=QUANTIZED, padding=("SAME", "VALID"), shape=ranged(like(like_type), 0, 0),
    )(pooled)  # fmt: skip


def _mean(node, x):
    """The mean of whole numbers, cut towards zero."""
    if node.attrs["ksize"][3] != 1:
        raise errors.UnimplementedError(
            None, node, "Non-spatial pooling is not yet supported. Volunteers? :)"
        )
    y = pool_windows.avg_pool(lax.convert_element_type(x, I32), _windows(node, x.shape))
    return lax.convert_element_type(y, x.dtype)


_pool("QuantizedAvgPool", "AvgPool", _mean)
_pool(
    "QuantizedMaxPool", "MaxPool",
    lambda node, x: pool_windows.max_pool(x, _windows(node, x.shape)),
)  # fmt: skip


# ---------------------------------------------------------------------- norms


_OF_NORM = ("t", "m", "v", "beta", "gamma")


def _batch_norm_shape(node, *shapes: Shape) -> list[Shape]:
    x = with_rank(shapes[0], 4)
    depth = x[3]
    for i in (3, 6, 9, 12):
        (n,) = with_rank(shapes[i], 1)
        depth = merge_dim(depth, n)
    return [(*x[:3], depth), (), ()]


@defop(
    "QuantizedBatchNormWithGlobalNormalization("
    + ", ".join(f"{n}: Tinput, {n}_min: float32, {n}_max: float32" for n in _OF_NORM)
    + "; out_type: type, variance_epsilon: float, scale_after_normalization: bool)"
    " -> result: out_type, result_min: float32, result_max: float32",
    Tinput=QUANTIZED, out_type=QUANTIZED, shape=_batch_norm_shape,
)  # fmt: skip
def quantized_batch_norm(node, *inputs):
    """Up to a million with ten bits behind the point, in 32 bits."""
    demand_kernel(node, "Tinput out_type", "quint8 qint32")
    for i, (name, rank) in enumerate(zip(("input", "mean", "var", "beta", "gamma"), (4, 1, 1, 1, 1),
                                         strict=True)):  # fmt: skip
        if len(inputs[3 * i].shape) != rank:
            raise invalid(
                node, f"{name} must be {rank}-dimensional{shape_list(inputs[3 * i].shape)}"
            )  # fmt: skip
    names = ("input", "mean", "var", "beta", "gamma")
    x, mean, variance, beta, gamma = (
        to_numbers(
            Exact(inputs[3 * i]),
            *scalars(node, "{name} must have 1 element", **{
                f"{name}_min": inputs[3 * i + 1], f"{name}_max": inputs[3 * i + 2],
            }), quint8,
        )
        for i, name in enumerate(names)
    )  # fmt: skip
    new = number(-float(1 << 20)), number(float(1 << 20))
    scale = 1.0 / (variance + float(np.float32(node.attrs["variance_epsilon"]))).sqrt()
    if node.attrs["scale_after_normalization"]:
        scale = scale * gamma
    offset = (-mean * scale) + beta
    x, scale, offset, one = (from_numbers(v, *new, qint32) for v in (x, scale, offset, number(1.0)))
    y = x * scale.along(3, x.shape) / one + offset.along(3, x.shape)
    return outputs(y, *new)


def _instance_norm_shape(node, x: Shape, low: Shape, high: Shape) -> list[Shape]:
    with_rank(x, 4)
    return [x, with_rank(low, 0), with_rank(high, 0)]


@defop(
    "QuantizedInstanceNorm(x: T, x_min: float32, x_max: float32; output_range_given: bool = False,"
    " given_y_min: float = 0.0, given_y_max: float = 0.0,"
    " variance_epsilon: float = 9.999999747378752e-06,"
    " min_separation: float = 0.0010000000474974513)"
    " -> y: T, y_min: float32, y_max: float32",
    T=QUANTIZED, shape=_instance_norm_shape,
)  # fmt: skip
def quantized_instance_norm(node, x, low, high):
    """Each image and channel for itself, with the mean 0 and the variance 1."""
    demand_kernel(node, "T", "quint8")
    given = [np.float32(node.attrs[n]) for n in ("given_y_min", "given_y_max")]
    is_given = node.attrs["output_range_given"]
    if is_given and not given[0] < given[1]:
        raise invalid(
            node, f"given_y_min must be less than given_y_max : {given[0]:g} >= {given[1]:g}"
        )  # fmt: skip
    low, high = scalars(node, RANK_0, x_min=low, x_max=high)
    demand(
        node, lambda a, b: f"input_min must be less than input_max : {a:g} >= {b:g}",
        lambda a, b: ~(a < b), low.value, high.value,
    )  # fmt: skip
    scale = (high - low) / 255.0
    x = Exact(lax.convert_element_type(x, F32))
    n = float(x.shape[1] * x.shape[2])

    def per_image(v: Exact):
        total = lax.reduce(v.value, np.float32(0), lax.add, (1, 2))
        return Exact(lax.broadcast_in_dim((Exact(total) / n).value, x.shape, (0, 3)))

    centred = scale * (x - per_image(x))
    variance = per_image(centred * centred)
    epsilon = float(np.float32(node.attrs["variance_epsilon"]))
    y = centred * Exact(lax.rsqrt((variance + epsilon).value))
    if is_given:
        new = number(given[0]), number(given[1])
    else:
        ends_of = ((lax.min, np.inf), (lax.max, -np.inf))
        new = [Exact(lax.reduce(y.value, np.float32(s), f, (0, 1, 2, 3))) for f, s in ends_of]
    apart = float(np.float32(node.attrs["min_separation"]))
    high = choose(new[1] - new[0] < apart, new[0] + apart, new[1])
    return outputs(from_floats(y, new[0], high, quint8), new[0], high)


# ---------------------------------------------------------------------- resizing


def _between(x: Exact, axis: int, taps: Taps) -> tuple[Exact, Exact, np.ndarray]:
    """The neighbours along an axis, and where between them the new elements lie."""
    low, high = (Exact(take(x.value, taps.places[:, i], axis)) for i in (0, 1))
    place = [1] * len(x.shape)
    place[axis] = -1
    return low, high, taps.weights[:, 1].reshape(place)


def _resized(dtype: DType, x, rows: Taps, columns: Taps):
    """Of integers with as many bits behind the point as their type has room for."""
    wide, bits = (I64, 30) if dtype is qint32 else (I32, 7)
    if dtype is float32:
        wide, bits = F32, 0
    one = 1 << bits
    x = whole(Exact(x), dtype).to(wide)
    left, right, part = _between(x, 2, columns)
    part = part if dtype is float32 else (part * F32.type(one)).astype(wide)
    x = left * one + (right - left) * part
    top, bottom, part = _between(x, 1, rows)
    part = part if dtype is float32 else (part * F32.type(one)).astype(wide)
    if dtype is float32:
        return (top + (bottom - top) * part).value
    y = top + (bottom - top) / one * part
    return ((y + one // 2) / one).to(I32).to(dtype.np).value


@defop(
    "QuantizedResizeBilinear(images: T, size: int32, min: float32, max: float32;"
    " align_corners: bool = False, half_pixel_centers: bool = False)"
    " -> resized_images: T, out_min: float32, out_max: float32",
    T=types("quint8 qint32 float"), host_inputs=("size",),
    shape=ranged(like("ResizeBilinear"), 0, 0),
)  # fmt: skip
def quantized_resize_bilinear(node, images, size, low, high):
    height, width = resized_size(node, images, size)
    old = scalars(node, "{name} must be a scalar", min=low, max=high)
    mode = Mode(node.attrs["align_corners"], node.attrs["half_pixel_centers"])
    if images.shape[1:3] != (height, width):
        rows = bilinear(images.shape[1], height, mode)
        columns = bilinear(images.shape[2], width, mode)
        images = _resized(node.outputs[0].dtype, images, rows, columns)
    return outputs(images, *old)
