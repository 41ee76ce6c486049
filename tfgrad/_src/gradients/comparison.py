"""Comparisons and logical operations are constant almost everywhere: no gradient flows."""

from tfgrad._src.gradients.registry import not_differentiable

not_differentiable(
    "Equal",
    "NotEqual",
    "Less",
    "LessEqual",
    "Greater",
    "GreaterEqual",
    "ApproximateEqual",
    "LogicalAnd",
    "LogicalOr",
)
