"""`tf.python.ops.nn`: a private import path of TensorFlow."""

from tfgrad._src.functions.activation import (
    crelu,
    elu,
    leaky_relu,
    log_softmax,
    relu,
    relu6,
    selu,
    softmax,
    softplus,
    softsign,
    swish,
)
from tfgrad._src.functions.bias import (
    bias_add,
)
from tfgrad._src.functions.cwise_unary import (
    sigmoid,
    tanh,
)
from tfgrad._src.functions.dropout import (
    dropout,
)
from tfgrad._src.functions.embedding import (
    embedding_lookup,
)
from tfgrad._src.functions.linalg import (
    xw_plus_b,
)
from tfgrad._src.functions.loss import (
    log_poisson_loss,
    sigmoid_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits,
    sparse_softmax_cross_entropy_with_logits,
    weighted_cross_entropy_with_logits,
)
from tfgrad._src.functions.loss import (
    softmax_cross_entropy_with_logits_v2 as softmax_cross_entropy_with_logits_v2_helper,
)
from tfgrad._src.functions.norm import (
    batch_norm_with_global_normalization,
    batch_normalization,
    l2_normalize,
    moments,
    normalize_moments,
    relu_layer,
    sufficient_statistics,
    weighted_moments,
    zero_fraction,
)
from tfgrad._src.functions.reduce import (
    l2_loss,
)
from tfgrad._src.functions.top_k import (
    in_top_k,
    top_k,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "batch_norm_with_global_normalization",
    "batch_normalization",
    "bias_add",
    "crelu",
    "dropout",
    "elu",
    "embedding_lookup",
    "in_top_k",
    "l2_loss",
    "l2_normalize",
    "leaky_relu",
    "log_poisson_loss",
    "log_softmax",
    "moments",
    "normalize_moments",
    "relu",
    "relu6",
    "relu_layer",
    "selu",
    "sigmoid",
    "sigmoid_cross_entropy_with_logits",
    "softmax",
    "softmax_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits_v2_helper",
    "softplus",
    "softsign",
    "sparse_softmax_cross_entropy_with_logits",
    "sufficient_statistics",
    "swish",
    "tanh",
    "top_k",
    "weighted_cross_entropy_with_logits",
    "weighted_moments",
    "xw_plus_b",
    "zero_fraction",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
