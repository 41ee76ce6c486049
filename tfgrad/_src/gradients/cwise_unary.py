"""Derivatives of the element-wise operations of one argument.

A gradient function receives the forward operation ``op`` and ``dy``, the gradient with respect to
``op.outputs[0]``; it adds nodes to the graph and returns the gradient with respect to
``op.inputs[0]``.

With respect to a complex ``x`` the gradient is ``dy * conj(f'(x))``, hence the ``conj``, which adds
no node where ``x`` is real.  Most nodes wait for ``dy`` by a control input, so that what is only
needed on the way back is not computed, and held, on the way forth.
"""

import math

from tfgrad._src.functions.cwise_unary import conj
from tfgrad._src.functions.fill import zeros_like
from tfgrad._src.functions.indexed_slices import dense
from tfgrad._src.gradients.cwise_binary import reduce_to_arguments
from tfgrad._src.gradients.registry import gradient, not_differentiable
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import constant
from tfgrad._src.graph.graph import control_dependencies
from tfgrad._src.graph.node import Operation, Tensor

not_differentiable("LogicalNot", "Invert")


@gradient("Floor", "Ceil", "Round", "Rint")
def rounding_grad(op: Operation, dy: Tensor) -> None:
    """Constant almost everywhere: no gradient flows."""


@gradient("Neg")
def neg_grad(op: Operation, dy: Tensor) -> Tensor:
    return -dy


@gradient("Abs")
def abs_grad(op: Operation, dy: Tensor) -> Tensor:
    return dy * add_op("Sign", op.inputs[0])


@gradient("Sign")
def sign_grad(op: Operation, dy: Tensor) -> Tensor:
    return zeros_like(op.inputs[0])


@gradient("Square")
def square_grad(op: Operation, dy: Tensor) -> Tensor:
    with control_dependencies([dy]):
        x = conj(op.inputs[0])
        two = constant(2.0, dtype=x.dtype)
        return add_op("Mul", dy, add_op("Mul", x, two))


@gradient("Sqrt")
def sqrt_grad(op: Operation, dy: Tensor) -> Tensor:
    return add_op("SqrtGrad", op.outputs[0], dy)


@gradient("Rsqrt")
def rsqrt_grad(op: Operation, dy: Tensor) -> Tensor:
    return add_op("RsqrtGrad", op.outputs[0], dy)


@gradient("Reciprocal", "Inv")
def reciprocal_grad(op: Operation, dy: Tensor) -> Tensor:
    return add_op("ReciprocalGrad", op.outputs[0], dy)


# ---------------------------------------------------------------------- exponential and logarithm


@gradient("Exp")
def exp_grad(op: Operation, dy: Tensor) -> Tensor:
    with control_dependencies([dy]):
        return dy * conj(op.outputs[0])


@gradient("Expm1")
def expm1_grad(op: Operation, dy: Tensor) -> Tensor:
    with control_dependencies([dy]):
        return dy * add_op("Exp", conj(op.inputs[0]))


@gradient("Log")
def log_grad(op: Operation, dy: Tensor) -> Tensor:
    with control_dependencies([dy]):
        return dy * add_op("Reciprocal", conj(op.inputs[0]))


@gradient("Log1p")
def log1p_grad(op: Operation, dy: Tensor) -> Tensor:
    with control_dependencies([dy]):
        return dy * add_op("Reciprocal", 1 + conj(op.inputs[0]))


@gradient("Sigmoid")
def sigmoid_grad(op: Operation, dy: Tensor) -> Tensor:
    with control_dependencies([dy]):
        return add_op("SigmoidGrad", conj(op.outputs[0]), dy)


# ---------------------------------------------------------------------- circular and hyperbolic


@gradient("Sin")
def sin_grad(op: Operation, dy: Tensor) -> Tensor:
    with control_dependencies([dy]):
        return dy * add_op("Cos", conj(op.inputs[0]))


@gradient("Cos")
def cos_grad(op: Operation, dy: Tensor) -> Tensor:
    with control_dependencies([dy]):
        x = conj(op.inputs[0])
        return -dy * add_op("Sin", x)


@gradient("Tan")
def tan_grad(op: Operation, dy: Tensor) -> Tensor:
    with control_dependencies([dy]):
        secant = add_op("Reciprocal", add_op("Cos", conj(op.inputs[0])))
        return add_op("Square", secant) * dy


def _one_and_square(op: Operation, dy: Tensor) -> tuple[Tensor, Tensor]:
    """The nodes ``1`` and ``x**2``, the square first."""
    x2 = add_op("Square", conj(op.inputs[0]))
    return constant(1, dtype=dy.dtype), x2


@gradient("Asin")
def asin_grad(op: Operation, dy: Tensor) -> Tensor:
    with control_dependencies([dy]):
        one, x2 = _one_and_square(op, dy)
        return dy * add_op("Reciprocal", add_op("Sqrt", add_op("Sub", one, x2)))


@gradient("Acos")
def acos_grad(op: Operation, dy: Tensor) -> Tensor:
    with control_dependencies([dy]):
        one, x2 = _one_and_square(op, dy)
        inverse = add_op("Reciprocal", add_op("Sqrt", add_op("Sub", one, x2)))
        return -dy * inverse


@gradient("Atan")
def atan_grad(op: Operation, dy: Tensor) -> Tensor:
    with control_dependencies([dy]):
        one, x2 = _one_and_square(op, dy)
        return dy * add_op("Reciprocal", add_op("AddV2", one, x2, name="Add"))


@gradient("Atanh")
def atanh_grad(op: Operation, dy: Tensor) -> Tensor:
    with control_dependencies([dy]):
        one, x2 = _one_and_square(op, dy)
        return dy * add_op("Reciprocal", add_op("Sub", one, x2))


@gradient("Sinh")
def sinh_grad(op: Operation, dy: Tensor) -> Tensor:
    with control_dependencies([dy]):
        return dy * add_op("Cosh", conj(op.inputs[0]))


@gradient("Cosh")
def cosh_grad(op: Operation, dy: Tensor) -> Tensor:
    with control_dependencies([dy]):
        return dy * add_op("Sinh", conj(op.inputs[0]))


@gradient("Tanh")
def tanh_grad(op: Operation, dy: Tensor) -> Tensor:
    with control_dependencies([dy]):
        return add_op("TanhGrad", conj(op.outputs[0]), dy)


@gradient("Asinh")
def asinh_grad(op: Operation, dy: Tensor) -> Tensor:
    """In terms of ``y``: ``1 / cosh(y)``."""
    with control_dependencies([dy]):
        return dy / add_op("Cosh", conj(op.outputs[0]))


@gradient("Acosh")
def acosh_grad(op: Operation, dy: Tensor) -> Tensor:
    with control_dependencies([dy]):
        return dy / add_op("Sinh", conj(op.outputs[0]))


# ---------------------------------------------------------------------- special functions


def _erf_like(op: Operation, dy: Tensor, factor: float) -> Tensor:
    """``factor * dy * exp(-x**2)``."""
    scale = constant(factor, dtype=dy.dtype)
    with control_dependencies([dy]):
        scaled = dy * scale
        return scaled * add_op("Exp", add_op("Neg", add_op("Square", op.inputs[0])))


@gradient("Erf")
def erf_grad(op: Operation, dy: Tensor) -> Tensor:
    return _erf_like(op, dy, 2 / math.sqrt(math.pi))


@gradient("Erfc")
def erfc_grad(op: Operation, dy: Tensor) -> Tensor:
    return _erf_like(op, dy, -2 / math.sqrt(math.pi))


@gradient("Erfinv")
def erfinv_grad(op: Operation, dy: Tensor) -> Tensor:
    factor = constant(math.sqrt(math.pi) / 2, dtype=dy.dtype)
    with control_dependencies([dy]):
        scaled = dy * factor
        return scaled * add_op("Exp", add_op("Square", op.outputs[0]))


@gradient("Ndtri")
def ndtri_grad(op: Operation, dy: Tensor) -> Tensor:
    """``dy / density(y)``, the density of the normal distribution."""
    factor = constant(math.sqrt(2 * math.pi), dtype=dy.dtype)
    with control_dependencies([dy]):
        scaled = dy * factor
        return scaled * add_op("Exp", add_op("Square", op.outputs[0]) / 2.0)


@gradient("Lgamma")
def lgamma_grad(op: Operation, dy: Tensor) -> Tensor:
    with control_dependencies([dy]):
        return dy * add_op("Digamma", op.inputs[0])


@gradient("Digamma")
def digamma_grad(op: Operation, dy: Tensor) -> Tensor:
    x = op.inputs[0]
    with control_dependencies([dy]):
        return dy * add_op("Polygamma", constant(1, dtype=x.dtype), x)


# ---------------------------------------------------------------------- complex numbers


@gradient("Complex")
def complex_grad(op: Operation, dy: Tensor) -> tuple:
    x, y = op.inputs
    parts = [add_op(part, dy, Tout=x.dtype.base_dtype) for part in ("Real", "Imag")]
    return reduce_to_arguments(x, y, *parts)


def _complex(real: Tensor, imag: Tensor) -> Tensor:
    dtype = "complex64" if real.dtype.size == 4 else "complex128"
    return add_op("Complex", real, imag, Tout=dtype)


@gradient("Real")
def real_grad(op: Operation, dy: Tensor) -> Tensor:
    return _complex(dy, constant(0, dtype=dy.dtype))


@gradient("Imag")
def imag_grad(op: Operation, dy: Tensor) -> Tensor:
    return _complex(constant(0, dtype=dy.dtype), dy)


@gradient("Angle")
def angle_grad(op: Operation, dy: Tensor) -> Tensor:
    """``-dy / (im(x) + i re(x))``."""
    x = op.inputs[0]
    with control_dependencies([dy]):
        real = add_op("Real", x, Tout=dy.dtype.base_dtype)
        imag = add_op("Imag", x, Tout=dy.dtype.base_dtype)
        inverse = add_op("Reciprocal", _complex(imag, real))
        return -_complex(dy, constant(0, dtype=dy.dtype)) * inverse


@gradient("Conj")
def conj_grad(op: Operation, dy: Tensor) -> Tensor:
    return conj(dy)


@gradient("ComplexAbs")
def complex_abs_grad(op: Operation, dy: Tensor) -> Tensor:
    """``dy * x / abs(x)``, and 0 at 0."""
    y = op.outputs[0]
    towards_x = _complex(dy, zeros_like(dy)) * op.inputs[0]
    return add_op("DivNoNan", towards_x, _complex(y, zeros_like(y)), name="div_no_nan")


# ---------------------------------------------------------------------- of the gradient nodes

# Second derivatives: ``dz`` is the gradient with respect to ``z = g(y, dy)``.  Two results, for y
# and dy.


@gradient("SigmoidGrad")
def sigmoid_grad_grad(op: Operation, dz: Tensor) -> tuple:
    with control_dependencies([dz]):
        y, dy = conj(op.inputs[0]), conj(op.inputs[1])
        slope = dz * dy
        return slope - 2.0 * slope * y, add_op("SigmoidGrad", y, dz)


@gradient("TanhGrad")
def tanh_grad_grad(op: Operation, dz: Tensor) -> tuple:
    with control_dependencies([dz]):
        y, dy = conj(op.inputs[0]), conj(op.inputs[1])
        dz = dense(dz)  # TensorFlow raises TypeError for slices
        return dz * -2.0 * dy * y, add_op("TanhGrad", y, dz)


@gradient("SqrtGrad")
def sqrt_grad_grad(op: Operation, dz: Tensor) -> tuple:
    with control_dependencies([dz]):
        ratio = dz / op.inputs[0]
        return -conj(ratio) * op.outputs[0], 0.5 * ratio


@gradient("RsqrtGrad")
def rsqrt_grad_grad(op: Operation, dz: Tensor) -> tuple:
    dy = op.inputs[1]
    with control_dependencies([dz]):
        y, conj_dz = conj(op.inputs[0]), conj(dz)
        scaled = -1.5 * conj_dz * dy
        return scaled * add_op("Square", y), add_op("RsqrtGrad", y, dz)


@gradient("ReciprocalGrad", "InvGrad")
def reciprocal_grad_grad(op: Operation, dz: Tensor) -> tuple:
    dy = op.inputs[1]
    with control_dependencies([dz]):
        y, conj_dz = conj(op.inputs[0]), conj(dz)
        return conj_dz * -2.0 * dy * y, add_op("ReciprocalGrad", y, dz)
