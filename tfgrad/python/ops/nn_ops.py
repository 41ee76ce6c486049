"""`tf.python.ops.nn_ops`: a private import path of TensorFlow."""

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
)
from tfgrad._src.functions.bias import (
    bias_add,
)
from tfgrad._src.functions.dropout import (
    dropout,
)
from tfgrad._src.functions.linalg import (
    xw_plus_b,
)
from tfgrad._src.functions.loss import (
    softmax_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits_v2,
    sparse_softmax_cross_entropy_with_logits,
)
from tfgrad._src.functions.loss import (
    softmax_cross_entropy_with_logits_v2 as softmax_cross_entropy_with_logits_v2_helper,
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
    "bias_add",
    "crelu",
    "dropout",
    "elu",
    "in_top_k",
    "l2_loss",
    "leaky_relu",
    "log_softmax",
    "relu",
    "relu6",
    "selu",
    "softmax",
    "softmax_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits_v2",
    "softmax_cross_entropy_with_logits_v2_helper",
    "softplus",
    "softsign",
    "sparse_softmax_cross_entropy_with_logits",
    "top_k",
    "xw_plus_b",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
