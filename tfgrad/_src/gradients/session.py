"""Tensors that a session keeps: no gradient passes through a handle."""

from tfgrad._src.gradients.registry import not_differentiable

not_differentiable(
    "DeleteSessionTensor", "GetSessionHandle", "GetSessionHandleV2", "GetSessionTensor"
)
