"""Random numbers: no gradient flows back through them, but to the parameters of gamma numbers.

A gamma number follows ``alpha`` along its own place of the distribution function
(``RandomGammaGrad``).
"""

from tfgrad._src.functions.fill import ones
from tfgrad._src.functions.fill import range as numbers_to
from tfgrad._src.functions.join import concat
from tfgrad._src.functions.reduce import reduce_sum
from tfgrad._src.functions.shape import rank as rank_of
from tfgrad._src.functions.shape import reshape
from tfgrad._src.functions.shape import shape as shape_of
from tfgrad._src.gradients.registry import gradient, not_differentiable
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import control_dependencies
from tfgrad._src.graph.node import Operation, Tensor

# fmt: off
not_differentiable(
    "RandomUniform", "RandomStandardNormal", "TruncatedNormal",
    "RandomShuffle", "Multinomial",
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
