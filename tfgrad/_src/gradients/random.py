"""Random numbers: no gradient flows back through them."""

from tfgrad._src.gradients.registry import not_differentiable

# fmt: off
not_differentiable(
    "RandomUniform", "RandomStandardNormal", "TruncatedNormal",
    "RandomShuffle", "Multinomial",
    "StatelessRandomUniformV2", "StatelessRandomNormalV2", "StatelessTruncatedNormalV2",
    "StatelessRandomUniformIntV2", "StatelessRandomUniformFullIntV2",
    "StatelessMultinomial",
)
# fmt: on
