"""Reductions: ops that combine the elements along some axes, and running sums.

Axes are host operands.  Sums of ``half`` and ``bfloat16`` are made in ``float32`` and rounded once;
TensorFlow does so except along the first axes, where it adds in the type itself and stops growing
(4,096 ones in ``half`` give 2,048 there).

``Max`` and ``Min`` must show a nan.  XLA's CPU library for large reductions loses it, so that on a
CPU they are written with a comparison which that library does not take (2 to 3 times slower than
the library on 1M elements, and right).

The derivatives are in ``gradients/reduce.py``.
"""

import math

import numpy as np
from jax import lax

from tfgrad._src.graph.constant_value import known_value
from tfgrad._src.graph.dtypes import (
    FLOATING,
    INDEX,
    NUMBER,
    QUANTIZED,
    REAL,
    bfloat16,
    bool_,
    float16,
    float32,
    float64,
    int16,
    int32,
    int64,
    uint16,
)
from tfgrad._src.graph.explain import shape_str
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import (
    Shape,
    ShapeError,
    canonical_axis,
    same_as_input,
    scalar,
    with_rank,
    with_rank_at_most,
)
from tfgrad._src.ops.broadcasting import invalid
from tfgrad._src.ops.platform import formulation

# ---------------------------------------------------------------------- axes


def _reduced_shape(node, x: Shape, axes: Shape) -> Shape:
    with_rank_at_most(axes, 1)
    value = known_value(node.inputs[1])
    keep = node.attrs["keep_dims"]
    if x is None or value is None:
        return (None,) * len(x) if keep and x is not None else None
    gone = {canonical_axis(int(a), len(x)) for a in value.reshape(-1)}
    if keep:
        return tuple([1 if i in gone else d for i, d in enumerate(x)])
    return tuple([d for i, d in enumerate(x) if i not in gone])


def _axes(node, x, axes) -> tuple[int, ...]:
    """The axes counted from the front, in increasing order."""
    rank, found = x.ndim, []
    for a in np.reshape(axes, -1):
        a = int(a)
        if not -rank <= a < rank:
            raise invalid(
                node, f"Invalid reduction dimension ({a} for input with {rank} dimension(s)"
            )
        if a % rank in found:
            raise invalid(
                node,
                f"Invalid reduction arguments: Axes contains duplicate dimension: {a % rank}",
            )
        found.append(a % rank)
    return tuple(sorted(found))


def _kept(node, x, axes: tuple[int, ...]) -> list[int]:
    """The lengths of the result."""
    if node.attrs["keep_dims"]:
        return [1 if i in axes else d for i, d in enumerate(x.shape)]
    return [d for i, d in enumerate(x.shape) if i not in axes]


def _reduction(op_type: str, dtypes: tuple, kernel, on_host) -> None:
    """Defines a reduction by ``kernel(x, axes)`` for JAX and ``on_host(x, axis)`` for numpy."""

    def lower(node, x, axes):
        axes = _axes(node, x, axes)
        y = kernel(x, axes)
        return lax.reshape(y, _kept(node, x, axes)) if node.attrs["keep_dims"] else y

    def host(node, x, axes):
        axes = _axes(node, x, axes)
        with np.errstate(all="ignore"):
            return np.reshape(on_host(x, axis=axes), _kept(node, x, axes))

    types = {} if dtypes is None else {"T": dtypes}
    argument = "bool" if dtypes is None else "T"
    defop(
        f"{op_type}(input: {argument}, reduction_indices: Tidx; keep_dims: bool = False)"
        f" -> output: {argument}",
        Tidx=INDEX,
        default_types={"Tidx": int32},
        shape=_reduced_shape,
        host=host if on_host is not None else None,
        host_inputs=("reduction_indices",),
        **types,
    )(lower)


# ---------------------------------------------------------------------- kernels


def _wide(x):
    """``x`` in the type in which its elements are summed."""
    return lax.convert_element_type(x, np.float32) if x.dtype.itemsize == 2 and _is_float(x) else x


def _is_float(x) -> bool:
    return np.issubdtype(x.dtype, np.floating) or x.dtype.name == "bfloat16"


def _sum(x, axes):
    return lax.convert_element_type(lax.reduce_sum(_wide(x), axes), x.dtype)


def _prod(x, axes):
    return lax.convert_element_type(lax.reduce_prod(_wide(x), axes), x.dtype)


def _mean(x, axes):
    """Integers are summed in 64 bits and divided towards zero; only of floats is no mean nan."""
    n = math.prod(x.shape[a] for a in axes)
    if not _is_float(x):
        n = max(n, 1)
    wide = {"i": np.int64, "u": np.uint64}.get(x.dtype.kind)
    total = lax.reduce_sum(_wide(x) if wide is None else lax.convert_element_type(x, wide), axes)
    return lax.convert_element_type(lax.div(total, lax.full_like(total, n)), x.dtype)


def _extreme(op_type: str, reduce, compare, least: bool):
    """A maximum or minimum that is nan where there is one; see the head of the file."""

    def kernel(x, axes):
        if not _is_float(x) or formulation(op_type) == "library":
            return reduce(x, axes)
        start = np.asarray(-np.inf if least else np.inf, x.dtype)

        def first_or_second(a, b):
            return lax.select(lax.bitwise_or(lax.ne(a, a), compare(a, b)), a, b)

        # One axis at a time and a barrier between: XLA's loop over several axes is 5 times slower.
        for i, axis in enumerate(sorted(axes, reverse=True)):
            if i:
                x = lax.optimization_barrier(x)
            x = lax.reduce(x, start, first_or_second, (axis,))
        return x

    return kernel


def _norm(x, axes):
    if np.issubdtype(x.dtype, np.integer):  # TensorFlow takes the root in double precision
        total = lax.reduce_sum(lax.mul(x, x), axes)
        root = lax.sqrt(lax.convert_element_type(total, np.float64))
        return lax.convert_element_type(root, x.dtype)
    if np.issubdtype(x.dtype, np.complexfloating):
        square = lax.add(lax.square(lax.real(x)), lax.square(lax.imag(x)))
        root = lax.sqrt(lax.reduce_sum(square, axes))
        return lax.complex(root, lax.full_like(root, 0))
    return lax.sqrt(_sum(lax.mul(x, x), axes))


def _numpy(f):
    """A numpy reduction whose result has the type of its input; half sums in more precision."""

    def on_host(x, axis):
        if x.dtype.kind in "iub":
            return f(x, axis=axis, dtype=x.dtype)
        wide = np.complex128 if x.dtype.kind == "c" else np.float64
        return f(x.astype(wide), axis=axis).astype(x.dtype)

    return on_host


def _numpy_extreme(f, least: bool):
    def on_host(x, axis):
        if np.issubdtype(x.dtype, np.integer):
            info = np.iinfo(x.dtype)
            return f(x, axis=axis, initial=info.min if least else info.max)
        return f(x, axis=axis, initial=-np.inf if least else np.inf).astype(x.dtype)

    return on_host


_max = _extreme("Max", lax.reduce_max, lax.gt, True)
_min = _extreme("Min", lax.reduce_min, lax.lt, False)
_ORDERED = REAL + QUANTIZED
_np_max, _np_min = _numpy_extreme(np.max, True), _numpy_extreme(np.min, False)

# fmt: off
#          op type          accepts       kernel           on the host
_reduction("Sum",           NUMBER,       _sum,            _numpy(np.sum))
_reduction("Prod",          NUMBER,       _prod,           _numpy(np.prod))
_reduction("Mean",          NUMBER,       _mean,           None)
_reduction("EuclideanNorm", NUMBER,       _norm,           None)
_reduction("Max",           _ORDERED,     _max,            _np_max)
_reduction("Min",           _ORDERED,     _min,            _np_min)
_reduction("All",           None,         lax.reduce_and,  np.all)
_reduction("Any",           None,         lax.reduce_or,   np.any)
# fmt: on


@defop("L2Loss(t: T) -> output: T", T=FLOATING, shape=scalar)
def l2_loss(node, t):
    """``sum(t**2) / 2``."""
    total = lax.reduce_sum(_wide(lax.mul(t, t)), tuple(range(t.ndim)))
    return lax.convert_element_type(lax.mul(total, lax.full_like(total, 0.5)), t.dtype)


# ---------------------------------------------------------------------- places


def _place_shape(node, x: Shape, axis: Shape) -> Shape:
    with_rank(axis, 0)
    if x is None:
        return None
    rank = len(x)
    if rank <= 1:
        return ()
    value = known_value(node.inputs[1])
    if value is None:
        return (None,) * (rank - 1)
    i = int(value.reshape(()))
    if not -rank <= i < rank:
        raise ShapeError(
            f"Dimension ({i}) must be in the range [{-rank}, {rank}), where {rank} is the number "
            f"of dimensions in the input."
        )
    return (*x[: i % rank], *x[i % rank + 1 :])


def _checked_axis(node, x, axis) -> int:
    if np.ndim(axis):
        raise invalid(
            node, f"dim must be a scalar, but received tensor of shape: {shape_str(np.shape(axis))}"
        )
    i, rank = int(axis), x.ndim
    if not -rank <= i < rank:
        raise invalid(node, f"Expected dimension in the range [{-rank}, {rank}), but got {i}")
    i %= rank
    if x.shape[i] == 0:
        raise invalid(node, f"Reduction axis {i} is empty in shape {shape_str(x.shape)}")
    return i


def _place(op_type: str, reduce, np_arg, worst: float, types: tuple, out_types: tuple) -> None:
    """Defines the place of the best element: the first of equal ones, and never a nan."""

    def lower(node, x, axis):
        # The least index among the elements that equal the best: 7 times faster than lax.argmax.
        i, dtype = _checked_axis(node, x, axis), node.outputs[0].dtype.np
        if x.dtype == np.bool_:
            x = lax.convert_element_type(x, np.int32)
        if _is_float(x):
            x = lax.select(lax.ne(x, x), lax.full_like(x, worst), x)
        best = lax.expand_dims(reduce(x, (i,)), (i,))
        index = lax.broadcasted_iota(np.int32, x.shape, i)
        none = lax.full_like(index, x.shape[i])
        hit = lax.eq(x, lax.broadcast_in_dim(best, x.shape, range(x.ndim)))
        found = lax.reduce_min(lax.select(hit, index, none), (i,))
        return lax.convert_element_type(found, dtype)

    def host(node, x, axis):
        i = _checked_axis(node, x, axis)
        if _is_float(x):
            x = np.where(np.isnan(x), np.asarray(worst, x.dtype), x)
        return np_arg(x, axis=i).astype(node.outputs[0].dtype.np)

    defop(
        f"{op_type}(input: T, dimension: Tidx; output_type: type = int64) -> output: output_type",
        T=(*REAL, *QUANTIZED, bool_),
        Tidx=types,
        output_type=out_types,
        default_types={"Tidx": int32},
        shape=_place_shape,
        host=host,
        host_inputs=("dimension",),
    )(lower)


_place("ArgMax", lax.reduce_max, np.argmax, -np.inf, (int16, *INDEX), (int16, uint16, *INDEX))
_place("ArgMin", lax.reduce_min, np.argmin, np.inf, INDEX, INDEX)

# ---------------------------------------------------------------------- running sums


def _scan_axis(node, x, axis) -> int:
    if np.ndim(axis) != 0:
        raise invalid(node, f"ScanOp: axis must be a scalar, not {shape_str(np.shape(axis))}")
    i, rank = int(axis), x.ndim
    if not -rank <= i < rank:
        raise invalid(
            node, f"ScanOp: Expected scan axis in the range [{-rank}, {rank}), but got {i}"
        )
    return i % rank


def _shifted(x, axis: int, reverse: bool, filler):
    """``x`` moved one place along ``axis``, away from where the scan starts."""
    n = x.shape[axis]
    if n == 0:
        return x
    first = lax.full((*x.shape[:axis], 1, *x.shape[axis + 1 :]), filler, x.dtype)
    if reverse:
        return lax.concatenate([lax.slice_in_dim(x, 1, n, axis=axis), first], axis)
    return lax.concatenate([first, lax.slice_in_dim(x, 0, n - 1, axis=axis)], axis)


def _scan(op_type: str, dtypes: tuple, kernel, filler, np_scan=None) -> None:
    """Defines a running sum or product; ``filler`` is the value of an empty one."""

    def lower(node, x, axis):
        i = _scan_axis(node, x, axis)
        reverse, exclusive = node.attrs["reverse"], node.attrs["exclusive"]
        # Shifted before, not after: no number must be subtracted again, it may be infinite.
        if exclusive:
            x = _shifted(x, i, reverse, filler)
        return lax.convert_element_type(kernel(_wide(x), axis=i, reverse=reverse), x.dtype)

    def host(node, x, axis):
        i = _scan_axis(node, x, axis)
        reverse, exclusive = node.attrs["reverse"], node.attrs["exclusive"]
        y = np.flip(x, i) if reverse else x
        if exclusive:
            y = np.roll(y, 1, i)
            y[(slice(None),) * i + (slice(0, 1),)] = filler
        wide = y.dtype if y.dtype.kind in "iuc" else np.float64
        with np.errstate(all="ignore"):
            y = np_scan(y, axis=i, dtype=wide).astype(x.dtype)
        return np.flip(y, i) if reverse else y

    defop(
        f"{op_type}(x: T, axis: Tidx; exclusive: bool = False, reverse: bool = False) -> out: T",
        T=dtypes,
        Tidx=INDEX,
        default_types={"Tidx": int32},
        shape=same_as_input,
        host=host if np_scan is not None else None,
        host_inputs=("axis",),
    )(lower)


_scan("Cumsum", NUMBER, lax.cumsum, 0, np.cumsum)
_scan("Cumprod", NUMBER, lax.cumprod, 1, np.cumprod)
_scan("CumulativeLogsumexp", (bfloat16, float16, float32, float64), lax.cumlogsumexp, -np.inf)
