"""Pooling: the maximum or the mean under a window that slides over images or volumes.

What is computed is in ``ops/pool_windows.py``; here are the op types, their shapes and the errors
of windows that do not fit.  Both data formats run everywhere (TensorFlow has no kernels for
channels first on a CPU).

Of equal elements the first is the maximum that gets the gradient; but in volumes each of them gets
all of it, as in TensorFlow's CPU kernels.

The derivatives are in ``gradients/pool.py``, the public functions in ``functions/pool.py``.
"""

import math
from typing import NamedTuple

import numpy as np
from jax import lax

from tfgrad._src.graph import errors
from tfgrad._src.graph.constant_value import known_value, partial_shape
from tfgrad._src.graph.dtypes import INDEX
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, merge, with_rank
from tfgrad._src.ops import pool_windows as pw
from tfgrad._src.ops.broadcasting import invalid, shape_list, types
from tfgrad._src.ops.pool_windows import Window

_PADDINGS = ("SAME", "VALID")
_FLOATING = types("half bfloat16 float double")
_REAL = types("float double int32 uint8 int16 int8 int64 bfloat16 uint16 half uint32 uint64")
_FLOAT = types("float")[0]
_POOLED = types("half bfloat16 float double int32 int64 uint8 int16 int8 uint16 qint8")

# ---------------------------------------------------------------------- layouts


class Layout(NamedTuple):
    """Where the axes of batch, channels and space are."""

    channels: int
    space: tuple[int, ...]

    @property
    def rank(self) -> int:
        return len(self.space) + 2


def _layout(node, rank: int = 4) -> Layout:
    if node.attrs.get("data_format", b"N").startswith(b"NC"):
        return Layout(1, tuple(range(2, rank)))
    return Layout(rank - 1, tuple(range(1, rank - 1)))


def _length(size, k: int, s: int, padding: bytes, before: int = 0, after: int = 0):
    """The number of windows along an axis, None if ``size`` is."""
    if size is None:
        return None
    if padding == b"SAME":
        return -(-size // s)
    size += before + after
    if size < k:
        raise ShapeError(f"Negative dimension size caused by subtracting {k} from {size}")
    return (size - k) // s + 1


def _explicit(node) -> list[int]:
    return node.attrs.get("explicit_paddings") or []


# ---------------------------------------------------------------------- shapes


def _check_paddings(node, layout: Layout) -> None:
    given = _explicit(node)
    if node.attrs["padding"] != b"EXPLICIT":
        if given:
            raise ShapeError(
                "explicit_paddings attribute must be empty if the padding attribute is not EXPLICIT"
            )
        return
    if len(given) != 2 * layout.rank:
        raise ShapeError(
            f"explicit_paddings attribute must contain {2 * layout.rank} values, "
            f"but got: {len(given)}"
        )
    if any(p < 0 for p in given):
        raise ShapeError("All elements of explicit_paddings must be nonnegative")
    if any(given[2 * i + j] for i in (0, layout.channels) for j in (0, 1)):
        raise ShapeError(
            "Nonzero explicit padding in the batch or depth dimensions is not supported"
        )


def _pooled(node, x: Shape, ksize, strides, layout: Layout, axes: tuple[int, ...]) -> Shape:
    """The shape of ``x`` after windows along ``axes``."""
    for s in strides:
        if s <= 0:
            raise ShapeError(f"Stride must be > 0, but got {s}")
    padding = node.attrs["padding"]
    explicit = _explicit(node) or [0] * (2 * layout.rank)
    lengths = list(with_rank(x, layout.rank))
    for i in axes:
        edges = explicit[2 * i : 2 * i + 2]
        lengths[i] = _length(lengths[i], ksize[i], strides[i], padding, *edges)
    return tuple(lengths)


def _check_attrs(node, what: str, rank: int, stride: str = "stride") -> None:
    for attr, name in (("strides", stride), ("ksize", "ksize")):
        n = len(node.attrs[attr])
        if n != rank:
            raise ShapeError(f"{what} the {name} attribute to contain {rank} values, but got: {n}")


def _vector_of_channels(node, x: Shape) -> Shape:
    """For ``NCHW_VECT_C``, whose channels are split into a second axis at the end."""
    n, c, h, w, inner = with_rank(x, 5)
    if inner not in (None, 4, 32):
        raise ShapeError(f"VECT_C dimension must be 4 or 32, but is {inner}")
    layout = Layout(1, (2, 3))
    a = node.attrs
    pooled = _pooled(node, (n, c, h, w), a["ksize"], a["strides"], layout, (2, 3))
    return (*pooled, inner)


def _max_pool_shape(node, x: Shape) -> Shape:
    is_split = node.attrs.get("data_format") == b"NCHW_VECT_C"
    with_rank(x, 5 if is_split else 4)
    _check_attrs(node, "MaxPool requires", 4)
    layout = _layout(node)
    _check_paddings(node, layout)
    if is_split:
        return _vector_of_channels(node, x)
    a = node.attrs
    axes = (*layout.space, layout.channels)
    return _pooled(node, x, a["ksize"], a["strides"], layout, axes)


def _avg_pool_shape(node, x: Shape) -> Shape:
    with_rank(x, 4)
    _check_attrs(node, "AvgPool requires", 4)
    layout = _layout(node)
    return _pooled(node, x, node.attrs["ksize"], node.attrs["strides"], layout, layout.space)


def _pool_3d_shape(node, x: Shape) -> Shape:
    with_rank(x, 5)
    _check_attrs(node, "Pool3D ops require", 5)
    layout = _layout(node, 5)
    return _pooled(node, x, node.attrs["ksize"], node.attrs["strides"], layout, layout.space)


def _max_pool_v2_shape(node, x: Shape, ksize: Shape, strides: Shape) -> Shape:
    with_rank(x, 5 if node.attrs["data_format"] == b"NCHW_VECT_C" else 4)
    for shape in (ksize, strides):
        (n,) = with_rank(shape, 1)
        if n not in (None, 4):
            raise ShapeError(f"Dimension must be 4 but is {n}")
    known = [known_value(t) for t in node.inputs[1:]]
    if any(v is None for v in known):
        return (None,) * 4
    layout = _layout(node)
    k, s = ([int(v) for v in np.reshape(a, -1)] for a in known)
    return _pooled(node, x, k, s, layout, (*layout.space, layout.channels))


def _as_input(rank: int):
    def rule(node, x: Shape, *rest: Shape) -> Shape:
        return with_rank(x, rank)

    return rule


def _grad_grad_shape(rank: int, *same: int):
    """The shape of the pooled array; the gradient has that of the input."""

    def rule(node, *shapes: Shape) -> Shape:
        x, y = with_rank(shapes[0], rank), with_rank(shapes[same[0]], rank)
        merge(x, with_rank(shapes[same[1]], rank))
        return y

    return rule


def _shape_input(rank: int):
    """The first input is the shape of the result."""

    def rule(node, shape: Shape, dy: Shape) -> Shape:
        with_rank(dy, rank)
        return with_rank(partial_shape(node.inputs[0]), rank)

    return rule


# ---------------------------------------------------------------------- windows


def _unimplemented(node, message: str) -> errors.UnimplementedError:
    return errors.UnimplementedError(None, node, f"{message}\n\t [[{{{{node {node.name}}}}}]]")


def _windows(node, shape: tuple, ksize=None, strides=None, rank: int = 4) -> list[Window]:
    """The windows of ``node`` on an input of ``shape``.

    Raises:
      InvalidArgumentError: the windows do not fit.
      UnimplementedError: windows along the batch, or across channels where they overlap.
    """
    layout = _layout(node, rank)
    ksize = node.attrs["ksize"] if ksize is None else [int(k) for k in np.reshape(ksize, -1)]
    strides = (
        node.attrs["strides"] if strides is None else [int(s) for s in np.reshape(strides, -1)]
    )
    for what, values in (("ksize", ksize), ("strides", strides)):
        if any(v <= 0 for v in values):
            raise invalid(
                node,
                f"Sliding window {what} must be positive. The specified or inferred {what} is: "
                + ",".join(map(str, values)),
            )
    if ksize[0] != 1 or strides[0] != 1:
        raise _unimplemented(node, "Pooling is not yet supported on the batch dimension.")
    _check_depth(node, shape, ksize, strides, layout)
    padding, explicit = node.attrs["padding"], _explicit(node)
    found = []
    for i in sorted((*layout.space, layout.channels)):
        n, k, s = shape[i], ksize[i], strides[i]
        low = high = 0
        if padding == b"SAME":
            out = -(-n // s)
            low = max((out - 1) * s + k - n, 0) // 2
        else:
            if padding == b"EXPLICIT" and i in layout.space:
                low, high = explicit[2 * i : 2 * i + 2]
                _check_explicit(node, low, high, k, layout.space.index(i))
            out = int((n + low + high - k + s) / s)  # towards zero, as in C
            if out < 0:
                raise invalid(
                    node,
                    f"Computed output size would be negative: {out} [input_size: {n}, "
                    f"effective_filter_size: {k}, stride: {s}]",
                )
        if k > 1 or s > 1 or low or high:
            found.append(Window(i, n, k, s, low, out))
    return found


def _check_depth(node, shape, ksize, strides, layout: Layout) -> None:
    """Channels are pooled alone, and by windows that lie side by side."""
    k, s = ksize[layout.channels], strides[layout.channels]
    if k == s == 1:
        return
    if node.type == "AvgPool" and k != s:
        raise _unimplemented(
            node, "Depthwise max pooling requires the depth window to equal the depth stride"
        )
    if node.type.startswith("Avg") or layout.rank == 5:
        raise _unimplemented(node, "Non-spatial pooling is not yet supported. Volunteers? :)")
    if any(ksize[i] != 1 for i in layout.space):
        raise _unimplemented(
            node,
            "MaxPooling supports exactly one of pooling across depth or pooling across "
            "width/height.",
        )
    if shape[layout.channels] % k:
        raise _unimplemented(
            node,
            "Depthwise max pooling requires the depth window to evenly divide the input depth",
        )
    if k != s:
        raise _unimplemented(
            node, "Depthwise max pooling requires the depth window to equal the depth stride"
        )


def _check_explicit(node, low: int, high: int, k: int, i: int) -> None:
    names = (("Top", "Bottom"), ("Left", "Right"))[i]
    for name, p in zip(names, (low, high), strict=True):
        if p >= k:
            raise invalid(node, f"{name} padding {p} needs to be smaller than the window size {k}")


def _check_shape(node, what: str, wanted: tuple, found: tuple) -> None:
    if tuple(wanted) != tuple(found):
        raise invalid(
            node,
            f"Expected {what} shape to be {shape_list(wanted)}, but got {shape_list(found)}",
        )


# ---------------------------------------------------------------------- maxima of images

_WINDOW = "ksize: list(int), strides: list(int), padding: string"
_FORMAT = "data_format: string = 'NHWC'"
_EXPLICIT = "explicit_paddings: list(int) = []"
_IMAGES = {"padding": _PADDINGS, "data_format": ("NHWC", "NCHW")}
_POOL_FORMATS = ("NHWC", "NCHW", "NCHW_VECT_C")


def _split_channels(node, x) -> None:
    if node.attrs["data_format"] == b"NCHW_VECT_C":
        raise _unimplemented(node, "NCHW_VECT_C is not supported: quantized channels.")


@defop(
    f"MaxPool(input: T; {_WINDOW}, {_EXPLICIT}, {_FORMAT}) -> output: T",
    T=_POOLED,
    default_types={"T": _FLOAT},
    padding=(*_PADDINGS, "EXPLICIT"),
    data_format=_POOL_FORMATS,
    shape=_max_pool_shape,
)
def max_pool(node, x):
    _split_channels(node, x)
    return pw.max_pool(x, _windows(node, x.shape))


@defop(
    f"MaxPoolV2(input: T, ksize: int32, strides: int32; padding: string, {_FORMAT}) -> output: T",
    T=_POOLED,
    default_types={"T": _FLOAT},
    padding=_PADDINGS,
    data_format=_POOL_FORMATS,
    shape=_max_pool_v2_shape,
    host_inputs=("ksize", "strides"),
)
def max_pool_v2(node, x, ksize, strides):
    _split_channels(node, x)
    return pw.max_pool(x, _windows(node, x.shape, ksize, strides))


def _max_grad(node, x, y, dy, *window):
    """The largest elements are searched again: ``y`` is not used but must have the right shape."""
    windows = _windows(node, x.shape, *window)
    pooled = pw.out_shape(x.shape, windows)
    _check_shape(node, "orig_output", pooled, y.shape)
    _check_shape(node, "grad", pooled, dy.shape)
    return pw.max_pool_grad(x, dy, windows)


def _max_grad_grad(node, x, y, grad, *window):
    windows = _windows(node, x.shape, *window)
    _check_shape(node, "orig_output", pw.out_shape(x.shape, windows), y.shape)
    _check_shape(node, "grad", x.shape, grad.shape)
    return pw.max_pool_grad_grad(x, y, grad, windows)


_GRAD = "orig_input: T, orig_output: T, grad: T"

defop(
    f"MaxPoolGrad({_GRAD}; {_WINDOW}, {_EXPLICIT}, {_FORMAT}) -> output: T",
    T=_REAL,
    default_types={"T": _FLOAT},
    padding=(*_PADDINGS, "EXPLICIT"),
    data_format=("NHWC", "NCHW"),
    shape=_as_input(4),
)(_max_grad)

defop(
    f"MaxPoolGradV2({_GRAD}, ksize: int32, strides: int32; padding: string, {_FORMAT})"
    " -> output: T",
    T=_REAL,
    default_types={"T": _FLOAT},
    shape=_as_input(4),
    host_inputs=("ksize", "strides"),
    **_IMAGES,
)(_max_grad)

defop(
    f"MaxPoolGradGrad({_GRAD}; {_WINDOW}, {_FORMAT}) -> output: T",
    T=_REAL,
    shape=_grad_grad_shape(4, 1, 2),
    **_IMAGES,
)(_max_grad_grad)

defop(
    f"MaxPoolGradGradV2({_GRAD}, ksize: int32, strides: int32; padding: string, {_FORMAT})"
    " -> output: T",
    T=_REAL,
    shape=_grad_grad_shape(4, 1, 2),
    host_inputs=("ksize", "strides"),
    **_IMAGES,
)(_max_grad_grad)

# ---------------------------------------------------------------------- maxima and their places

_BATCH = "include_batch_in_index: bool = False"


def _argmax_shape(node, x: Shape) -> list:
    y = _max_pool_shape(node, x)
    return [y, y]


def _strides_of(shape: tuple, with_batch: bool) -> list[int]:
    """What one step along each axis adds to the flat index."""
    _, h, w, c = shape
    return [h * w * c if with_batch else 0, w * c, c, 1]


@defop(
    f"MaxPoolWithArgmax(input: T; {_WINDOW}, Targmax: type = int64, {_BATCH})"
    " -> output: T, argmax: Targmax",
    T=_REAL,
    Targmax=INDEX,
    padding=_PADDINGS,
    shape=_argmax_shape,
)
def max_pool_with_argmax(node, x):
    """``argmax`` is ``(h * width + w) * channels + c``, with the batch before if that is asked."""
    windows = _windows(node, x.shape)
    step = _strides_of(x.shape, node.attrs["include_batch_in_index"])
    inside = {w.axis: w for w in windows}
    within = np.asarray(
        [sum(p * step[w.axis] for w, p in zip(windows, place, strict=True))
         for place in pw.places(windows)], np.int32
    )  # fmt: skip
    shape = pw.out_shape(x.shape, windows)
    y, index = pw.first_maximum(x, windows, within)
    for i in range(4):
        start = np.arange(shape[i])
        if i in inside:
            start = start * inside[i].s - inside[i].low
        start = lax.broadcast_in_dim((start * step[i]).astype(np.int32), shape, (i,))
        index = lax.add(index, start)
    return y, lax.convert_element_type(index, node.outputs[1].dtype.np)


def _flat(node, argmax, shape: tuple):
    """Positions in the flattened input; those out of range are beyond its end."""
    size = math.prod(shape)
    index = lax.convert_element_type(argmax, np.int64)
    if not node.attrs["include_batch_in_index"]:
        image = math.prod(shape[1:])
        start = (np.arange(argmax.shape[0]) * image).astype(np.int64)
        index = lax.add(index, lax.broadcast_in_dim(start, argmax.shape, (0,)))
    outside = lax.bitwise_or(
        lax.lt(index, lax.full_like(index, 0)), lax.ge(index, lax.full_like(index, size))
    )
    return lax.select(outside, lax.full_like(index, size), index)


_ARGMAX = f"({{}}; {_WINDOW}, {_BATCH}) -> output: T"


@defop(
    "MaxPoolGradWithArgmax" + _ARGMAX.format("input: T, grad: T, argmax: Targmax"),
    T=_REAL,
    Targmax=INDEX,
    padding=_PADDINGS,
    shape=_as_input(4),
)
def max_pool_grad_with_argmax(node, x, dy, argmax):
    return pw.scatter(dy, _flat(node, argmax, x.shape), x.shape)


@defop(
    "MaxPoolGradGradWithArgmax" + _ARGMAX.format("input: T, grad: T, argmax: Targmax"),
    T=_REAL,
    Targmax=INDEX,
    padding=_PADDINGS,
    shape=_grad_grad_shape(4, 2, 1),
)
def max_pool_grad_grad_with_argmax(node, x, grad, argmax):
    """``grad`` at the places in ``argmax``; 0 where there is no such place."""
    index = _flat(node, argmax, x.shape)
    flat = lax.concatenate(
        [lax.reshape(grad, (math.prod(grad.shape),)), lax.full((1,), 0, grad.dtype)], 0
    )
    numbers = lax.GatherDimensionNumbers((), (0,), (0,))
    rows = lax.reshape(index, (math.prod(index.shape), 1))
    found = lax.gather(flat, rows, numbers, (1,), mode="clip")
    return lax.reshape(found, argmax.shape)


# ---------------------------------------------------------------------- means of images


@defop(
    f"AvgPool(value: T; {_WINDOW}, {_FORMAT}) -> output: T",
    T=_FLOATING,
    shape=_avg_pool_shape,
    **_IMAGES,
)
def avg_pool(node, x):
    return pw.avg_pool(x, _windows(node, x.shape))


def _avg_grad(node, shape, dy):
    shape = tuple(int(d) for d in shape)
    windows = _windows(node, shape, rank=len(shape))
    _check_shape(node, "out_backprop", pw.out_shape(shape, windows), dy.shape)
    return pw.avg_pool_grad(dy, windows, shape)


defop(
    f"AvgPoolGrad(orig_input_shape: int32, grad: T; {_WINDOW}, {_FORMAT}) -> output: T",
    T=_FLOATING,
    shape=_shape_input(4),
    host_inputs=("orig_input_shape",),
    **_IMAGES,
)(_avg_grad)

# ---------------------------------------------------------------------- volumes

_FORMAT_3D = "data_format: string = 'NDHWC'"
_VOLUMES = {"padding": _PADDINGS, "data_format": ("NDHWC", "NCDHW")}
_MAX_3D = types("half bfloat16 float")


@defop(
    f"MaxPool3D(input: T; {_WINDOW}, {_FORMAT_3D}) -> output: T",
    T=_MAX_3D,
    shape=_pool_3d_shape,
    **_VOLUMES,
)
def max_pool_3d(node, x):
    return pw.max_pool(x, _windows(node, x.shape, rank=5), -np.inf)


@defop(
    f"MaxPool3DGrad(orig_input: TInput, orig_output: TInput, grad: T; {_WINDOW}, {_FORMAT_3D})"
    " -> output: T",
    T=_MAX_3D,
    TInput=_MAX_3D,
    default_types={"T": _FLOAT, "TInput": _FLOAT},
    shape=_as_input(5),
    **_VOLUMES,
)
def max_pool_3d_grad(node, x, y, dy):
    """Each element that equals the maximum gets the gradient, not only the first."""
    windows = _windows(node, x.shape, rank=5)
    pooled = pw.out_shape(x.shape, windows)
    _check_shape(node, "orig_output", pooled, y.shape)
    _check_shape(node, "grad", pooled, dy.shape)
    return pw.max_pool_grad_to_all(x, y, dy, windows)


@defop(
    f"MaxPool3DGradGrad({_GRAD}; {_WINDOW}, {_FORMAT_3D}) -> output: T",
    T=_REAL,
    shape=_grad_grad_shape(5, 1, 2),
    **_VOLUMES,
)
def max_pool_3d_grad_grad(node, x, y, grad):
    windows = _windows(node, x.shape, rank=5)
    _check_shape(node, "orig_output", pw.out_shape(x.shape, windows), y.shape)
    _check_shape(node, "grad", x.shape, grad.shape)
    return pw.max_pool_grad_grad(x, y, grad, windows)


@defop(
    f"AvgPool3D(input: T; {_WINDOW}, {_FORMAT_3D}) -> output: T",
    T=_FLOATING,
    shape=_pool_3d_shape,
    **_VOLUMES,
)
def avg_pool_3d(node, x):
    return pw.avg_pool(x, _windows(node, x.shape, rank=5))


defop(
    f"AvgPool3DGrad(orig_input_shape: int32, grad: T; {_WINDOW}, {_FORMAT_3D}) -> output: T",
    T=_FLOATING,
    shape=_shape_input(5),
    host_inputs=("orig_input_shape",),
    **_VOLUMES,
)(_avg_grad)
