"""Derivatives of the element-wise operations of two arguments, and of sums of many.

An argument that was stretched by broadcasting receives the sum over the axes along which it was:
`reduce_to_arguments` does that for all of them.  Each function first makes the gradients in the
shape of the result, and leaves the sums to it.
"""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.comparison import greater_equal, less_equal, not_equal
from tfgrad._src.functions.cwise_binary import div_no_nan, divide, scalar_mul
from tfgrad._src.functions.cwise_unary import conj, real
from tfgrad._src.functions.fill import ones_like, zeros_like
from tfgrad._src.functions.select import where, where_v2
from tfgrad._src.functions.shape import reshape, shape
from tfgrad._src.gradients.registry import gradient, not_differentiable
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.dtypes import float32, int32
from tfgrad._src.graph.graph import control_dependencies
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.shapes import Shape, is_fully_known

not_differentiable(
    "BroadcastGradientArgs",
    "BitwiseAnd",
    "BitwiseOr",
    "BitwiseXor",
    "LeftShift",
    "RightShift",
)


# ---------------------------------------------------------------------- broadcasting


def stretched_axes(x: Shape, y: Shape) -> tuple[list, list] | None:
    """The axes of ``x + y`` along which ``x`` was stretched, and those of ``y``.

    A length of 1 beside anything else, known or not, counts as stretched.  None if that does not
    decide it: an unknown length beside one that is unknown or above 1.
    """
    if x is None or y is None:
        return None
    rank = max(len(x), len(y))
    of_x: list[int] = []
    of_y: list[int] = []
    pairs = zip((1,) * (rank - len(x)) + x, (1,) * (rank - len(y)) + y, strict=True)
    for axis, (a, b) in enumerate(pairs):
        if a == 1 and b != 1:
            of_x.append(axis)
        elif b == 1 and a != 1:
            of_y.append(axis)
        elif a is None or b is None:
            return None
    return of_x, of_y


def reduce_to_arguments(x: Tensor, y: Tensor, gx, gy) -> tuple:
    """Sums ``gx`` and ``gy``, of the shape of ``x + y``, to the shapes of ``x`` and ``y``.

    The nodes that hold the two shapes are made even where no sum is needed.
    """
    if gx is None and gy is None:
        return None, None
    shape_x, shape_y = shape(x), shape(y)
    axes = stretched_axes(x.dims, y.dims)
    if axes is None:
        axes = add_op("BroadcastGradientArgs", shape_x, shape_y)
        sums_x = sums_y = True
    else:
        sums_x = bool(axes[0]) or len(x.dims) < len(y.dims)
        sums_y = bool(axes[1]) or len(y.dims) < len(x.dims)
    if gx is not None and sums_x:
        gx = reshape(add_op("Sum", gx, axes[0], keep_dims=True), shape_x)
    if gy is not None and sums_y:
        gy = reshape(add_op("Sum", gy, axes[1], keep_dims=True), shape_y)
    return gx, gy


def same_known_shape(x: Tensor, y: Tensor, dy) -> bool:
    """Whether nothing was stretched, so that not even nodes for the shapes are made."""
    return isinstance(dy, Tensor) and is_fully_known(x.dims) and x.dims == y.dims == dy.dims


# ---------------------------------------------------------------------- sums and products


@gradient("Add", "AddV2")
def add_grad(op: Operation, dy):
    x, y = op.inputs
    if same_known_shape(x, y, dy):
        return dy, dy
    return reduce_to_arguments(x, y, dy, dy)


@gradient("Sub")
def sub_grad(op: Operation, dy):
    x, y = op.inputs
    minus_dy = -dy
    if same_known_shape(x, y, dy):
        return dy, minus_dy
    return reduce_to_arguments(x, y, dy, minus_dy)


@gradient("Mul")
def mul_grad(op: Operation, dy):
    x, y = op.inputs
    if same_known_shape(x, y, dy) and dy.dtype in (int32, float32):
        return add_op("Mul", dy, y), add_op("Mul", dy, x)
    gx = add_op("Mul", dy, conj(y))
    gy = add_op("Mul", conj(x), dy)
    return reduce_to_arguments(x, y, gx, gy)


@gradient("MulNoNan")
def mul_no_nan_grad(op: Operation, dy):
    x, y = op.inputs
    gx = add_op("MulNoNan", dy, y)
    gy = add_op("MulNoNan", x, dy)
    if same_known_shape(x, y, dy):
        return gx, gy
    return reduce_to_arguments(x, y, gx, gy)


@gradient("SquaredDifference")
def squared_difference_grad(op: Operation, dy):
    """The result is real, also of complex numbers: only the real part of ``dy`` moves it.

    TensorFlow takes all of a complex ``dy``.
    """
    x, y = op.inputs
    with control_dependencies([dy]):
        if dy.dtype.is_complex:
            dy = cast(real(dy), dy.dtype)
        gx = scalar_mul(2.0, dy) * (x - y)
    gy = -gx
    if same_known_shape(x, y, dy):
        return gx, gy
    return reduce_to_arguments(x, y, gx, gy)


@gradient("AddN", "AccumulateNV2")
def add_n_grad(op: Operation, dy):
    return [dy] * len(op.inputs)


# ---------------------------------------------------------------------- division


def _quotient_grad(op: Operation, dy, quotient):
    """``dy / y`` and ``dy * -x / y / y``: two divisions overflow later than one by ``y**2``."""
    x, y = op.inputs
    cx, cy = conj(x), conj(y)
    gx = quotient(dy, cy)
    gy = dy * quotient(quotient(-cx, cy), cy)
    return reduce_to_arguments(x, y, gx, gy)


@gradient("Div")
def div_grad(op: Operation, dy):
    return _quotient_grad(op, dy, divide)


@gradient("RealDiv")
def real_div_grad(op: Operation, dy):
    return _quotient_grad(op, dy, lambda a, b: add_op("RealDiv", a, b))


@gradient("DivNoNan")
def div_no_nan_grad(op: Operation, dy):
    x, y = (conj(t) for t in op.inputs)
    gx = div_no_nan(dy, y)
    gy = dy * div_no_nan(div_no_nan(-x, y), y)
    return reduce_to_arguments(x, y, gx, gy)  # TensorFlow takes the shapes of the conjugates


@gradient("FloorMod")
def floor_mod_grad(op: Operation, dy):
    x, y = op.inputs
    floor = add_op("FloorDiv", x, y)
    return reduce_to_arguments(x, y, dy, dy * add_op("Neg", floor))


@gradient("FloorDiv", "TruncateDiv")
def constant_almost_everywhere(op: Operation, dy):
    return None, None


# ---------------------------------------------------------------------- powers, logarithms, angles


@gradient("Pow")
def pow_grad(op: Operation, dy):
    x, y = op.inputs
    cx, cy = conj(x), conj(y)
    gx = dy * cy * add_op("Pow", cx, cy - 1)
    # The logarithm only where it exists, and of 1 elsewhere, so that no NaN arises beside it.
    mask = not_equal(cx, 0) if x.dtype.is_complex else cx > 0
    safe = where(mask, cx, ones_like(x))
    log_x = where(mask, add_op("Log", safe), zeros_like(x))
    gy = dy * conj(op.outputs[0]) * log_x
    return reduce_to_arguments(x, y, gx, gy)


@gradient("Atan2")
def atan2_grad(op: Operation, dy):
    y, x = op.inputs
    with control_dependencies([dy]):
        scaled = dy / (add_op("Square", y) + add_op("Square", x))
        gy = x * scaled
        gx = -y * scaled
        return reduce_to_arguments(y, x, gy, gx)


def _guarded_grad(op: Operation, dy, op_type: str, partial_y):
    """For ``x * f(y)`` that is 0 where ``x`` is: ``f(y)`` there counts as 0 too.

    TensorFlow has not moved these to `reduce_to_arguments`.
    """
    x, y = op.inputs
    shape_x, shape_y = shape(x), shape(y)
    axes_x, axes_y = add_op("BroadcastGradientArgs", shape_x, shape_y)
    with control_dependencies([dy]):
        not_zero = cast(not_equal(x, cast(0.0, dtype=x.dtype)), dtype=x.dtype)
        partials = add_op(op_type, not_zero, y), partial_y(x, y)
        gx = reshape(add_op("Sum", partials[0] * dy, axes_x), shape_x)
        gy = reshape(add_op("Sum", partials[1] * dy, axes_y), shape_y)
        return gx, gy


@gradient("Xlogy")
def xlogy_grad(op: Operation, dy):
    return _guarded_grad(op, dy, "Xlogy", lambda x, y: add_op("Xdivy", x, y))


@gradient("Xlog1py")
def xlog1py_grad(op: Operation, dy):
    return _guarded_grad(op, dy, "Xlog1py", lambda x, y: add_op("Xdivy", x, y + 1.0))


@gradient("Xdivy")
def xdivy_grad(op: Operation, dy):
    return _guarded_grad(op, dy, "Xdivy", lambda x, y: add_op("Xdivy", add_op("Neg", x), y**2))


# ---------------------------------------------------------------------- the larger or smaller


def _extremum_grad(op: Operation, dy, first_wins):
    x, y = op.inputs
    zeros = zeros_like(dy)
    mask = first_wins(x, y)
    gx = where_v2(mask, dy, zeros)
    gy = where_v2(mask, zeros, dy)
    return reduce_to_arguments(x, y, gx, gy)


@gradient("Maximum")
def maximum_grad(op: Operation, dy):
    return _extremum_grad(op, dy, greater_equal)


@gradient("Minimum")
def minimum_grad(op: Operation, dy):
    return _extremum_grad(op, dy, less_equal)
