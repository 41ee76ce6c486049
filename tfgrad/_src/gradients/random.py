"""Random numbers: no gradient flows back through them, but to the parameters of gamma numbers.

A gamma number follows ``alpha`` along its own place of the distribution function
(``RandomGammaGrad``).
"""

import ml_dtypes
import numpy as np

from tfgrad._src.functions.constant import constant
from tfgrad._src.functions.cwise_unary import exp, log
from tfgrad._src.functions.fill import ones, ones_like
from tfgrad._src.functions.fill import range as numbers_to
from tfgrad._src.functions.join import concat
from tfgrad._src.functions.reduce import reduce_sum
from tfgrad._src.functions.select import clip_by_value
from tfgrad._src.functions.shape import broadcast_dynamic_shape, reshape, size
from tfgrad._src.functions.shape import rank as rank_of
from tfgrad._src.functions.shape import shape as shape_of
from tfgrad._src.gradients.registry import gradient, not_differentiable
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import control_dependencies
from tfgrad._src.graph.node import Operation, Tensor

# fmt: off
not_differentiable(
    "RandomUniform", "RandomStandardNormal", "TruncatedNormal",
    "RandomShuffle", "Multinomial", "ParameterizedTruncatedNormal", "RandomCrop",
    "RandomIndexShuffle",
    "StatelessRandomUniformV2", "StatelessRandomNormalV2", "StatelessTruncatedNormalV2",
    "StatelessRandomUniformIntV2", "StatelessRandomUniformFullIntV2",
    "StatelessRandomUniform", "StatelessRandomNormal", "StatelessTruncatedNormal",
    "StatelessRandomUniformInt", "StatelessRandomUniformFullInt",
    "StatelessMultinomial", "StatelessRandomPoisson", "StatelessRandomBinomial",
)
# fmt: on


def _of_alpha(alpha: Tensor, sample: Tensor, dy: Tensor, sample_axes) -> Tensor:
    leading = concat([ones([sample_axes], dtype=dt.int32), shape_of(alpha)], axis=0)
    slope = add_op("RandomGammaGrad", reshape(alpha, leading), sample)
    return reduce_sum(dy * slope, axis=numbers_to(sample_axes))


@gradient("RandomGamma")
def gamma_grad(op: Operation, dy: Tensor) -> tuple:
    shape, alpha = op.inputs
    with control_dependencies([dy]):
        return None, _of_alpha(alpha, op.outputs[0], dy, shape_of(shape)[0])


@gradient("StatelessRandomGammaV2", "StatelessRandomGammaV3")
def stateless_gamma_grad(op: Operation, dy: Tensor) -> tuple:
    shape, *rest, alpha = op.inputs
    with control_dependencies([dy]):
        sample_axes = shape_of(shape)[0] - rank_of(alpha)
        dx = _of_alpha(alpha, op.outputs[0], dy, sample_axes)
    return (None, *(None for _ in rest), dx)


# ---------------------------------------------------------------------- between bounds


def _normal_distribution(x: Tensor) -> Tensor:
    """The share of normal numbers below ``x``."""
    half_sqrt_2 = constant(0.5 * np.sqrt(2.0), dtype=x.dtype, name="half_sqrt_2")
    w = x * half_sqrt_2
    z = add_op("Abs", w)
    is_inner = z < half_sqrt_2
    inner = 1.0 + add_op("Erf", w)
    is_right = w > 0.0
    right = 2.0 - add_op("Erfc", z)
    outer = add_op("Select", is_right, right, add_op("Erfc", z))
    return 0.5 * add_op("Select", is_inner, inner, outer)


@gradient("StatelessParameterizedTruncatedNormal")
def truncated_normal_grad(op: Operation, dy: Tensor) -> tuple:
    """Moves each number along its own place of the distribution function.

    With the mean and the deviation the bounds move along: so a number moves as a normal one does.
    With a bound it moves by the ratio of the densities there and at the number, times its place.
    """
    shape, _, *parameters = op.inputs
    mean, deviation, low, high = parameters
    y = op.outputs[0]
    with control_dependencies([dy]):
        low, high, y = [(v - mean) / deviation for v in (low, high, y)]
        above = _normal_distribution(y) - _normal_distribution(low)
        place = above / (_normal_distribution(high) - _normal_distribution(low))
        limits = ml_dtypes.finfo(mean.dtype.np)  # so that both logarithms are finite
        place = clip_by_value(place, limits.tiny, 1 - limits.eps)
        to_high = exp(0.5 * (y**2 - high**2) + log(place))
        to_low = exp(0.5 * (y**2 - low**2) + add_op("Log1p", -place))
        slopes = [ones_like(y), y, to_low, to_high]
        shapes = [shape_of(p) for p in parameters]
        common = broadcast_dynamic_shape(shapes[0], shapes[1])
        for other in shapes[2:]:
            common = broadcast_dynamic_shape(other, common)
        extra = numbers_to(size(shape) - size(common))
        sums = [reduce_sum(dy * slope, axis=extra) for slope in slopes]
        axes = [add_op("BroadcastGradientArgs", common, s)[1] for s in shapes]
        grads = [
            reshape(reduce_sum(g, axis=a, keepdims=True), s)
            for g, a, s in zip(sums, axes, shapes, strict=True)
        ]
    return (None, None, *grads)
