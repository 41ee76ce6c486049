"""`tf.python.ops.nn_impl`: a private import path of TensorFlow."""

from tfgrad._src.functions.activation import (
    swish,
)
from tfgrad._src.functions.candidate_sampling import (
    nce_loss,
    sampled_softmax_loss,
)
from tfgrad._src.functions.conv_depthwise import (
    depthwise_conv2d,
    separable_conv2d,
)
from tfgrad._src.functions.loss import (
    log_poisson_loss,
    sigmoid_cross_entropy_with_logits,
    weighted_cross_entropy_with_logits,
)
from tfgrad._src.functions.norm import (
    batch_norm_with_global_normalization,
    batch_normalization,
    fused_batch_norm,
    l2_normalize,
    moments,
    normalize_moments,
    relu_layer,
    sufficient_statistics,
    weighted_moments,
    zero_fraction,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "batch_norm_with_global_normalization",
    "batch_normalization",
    "depthwise_conv2d",
    "fused_batch_norm",
    "l2_normalize",
    "log_poisson_loss",
    "moments",
    "nce_loss",
    "normalize_moments",
    "relu_layer",
    "sampled_softmax_loss",
    "separable_conv2d",
    "sigmoid_cross_entropy_with_logits",
    "sufficient_statistics",
    "swish",
    "weighted_cross_entropy_with_logits",
    "weighted_moments",
    "zero_fraction",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
