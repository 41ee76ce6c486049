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
from tfgrad._src.functions.conv import (
    conv1d,
    conv2d,
    conv3d_v2,
)
from tfgrad._src.functions.conv import (
    conv3d as conv3d_v1,
)
from tfgrad._src.functions.conv_depthwise import (
    depthwise_conv2d_native,
    depthwise_conv2d_native_backprop_filter,
    depthwise_conv2d_native_backprop_input,
)
from tfgrad._src.functions.conv_dilated import (
    atrous_conv2d,
    atrous_conv2d_transpose,
    convolution,
    convolution_v2,
    with_space_to_batch,
)
from tfgrad._src.functions.conv_transpose import (
    conv1d_transpose,
    conv2d_backprop_filter,
    conv2d_backprop_input,
    conv2d_transpose,
    conv2d_transpose_v2,
    conv3d_backprop_filter_v2,
    conv3d_transpose,
    conv3d_transpose_v2,
    conv_transpose,
)
from tfgrad._src.functions.conv_transpose import (
    conv3d_backprop_filter_v2 as conv3d_backprop_filter,
)
from tfgrad._src.functions.dropout import (
    dropout,
)
from tfgrad._src.functions.isotonic import isotonic_regression
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
from tfgrad._src.functions.morphology import (
    dilation2d as dilation2d_v1,
)
from tfgrad._src.functions.morphology import (
    erosion2d,
)
from tfgrad._src.functions.norm import (
    local_response_normalization,
    lrn,
)
from tfgrad._src.functions.pool import (
    avg_pool,
    avg_pool1d,
    avg_pool3d,
    avg_pool_v2,
    max_pool,
    max_pool1d,
    max_pool2d,
    max_pool3d,
    max_pool_v2,
    max_pool_with_argmax_v1,
    max_pool_with_argmax_v2,
    pool,
)
from tfgrad._src.functions.pool import avg_pool as avg_pool2d
from tfgrad._src.functions.pool import max_pool_with_argmax_v1 as max_pool_with_argmax
from tfgrad._src.functions.pool_fractional import (
    fractional_avg_pool,
    fractional_max_pool,
)
from tfgrad._src.functions.quantized import (
    quantized_avg_pool,
    quantized_conv2d,
    quantized_max_pool,
    quantized_relu_x,
)
from tfgrad._src.functions.reduce import (
    l2_loss,
)
from tfgrad._src.functions.sequence import (
    nth_element,
)
from tfgrad._src.functions.top_k import (
    approx_max_k,
    approx_min_k,
    in_top_k,
    top_k,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "approx_max_k",
    "approx_min_k",
    "atrous_conv2d",
    "atrous_conv2d_transpose",
    "avg_pool",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "avg_pool_v2",
    "bias_add",
    "conv1d",
    "conv1d_transpose",
    "conv2d",
    "conv2d_backprop_filter",
    "conv2d_backprop_input",
    "conv2d_transpose",
    "conv2d_transpose_v2",
    "conv3d_backprop_filter",
    "conv3d_backprop_filter_v2",
    "conv3d_transpose",
    "conv3d_transpose_v2",
    "conv3d_v1",
    "conv3d_v2",
    "conv_transpose",
    "convolution",
    "convolution_v2",
    "crelu",
    "depthwise_conv2d_native",
    "depthwise_conv2d_native_backprop_filter",
    "depthwise_conv2d_native_backprop_input",
    "dilation2d_v1",
    "dropout",
    "elu",
    "erosion2d",
    "fractional_avg_pool",
    "fractional_max_pool",
    "in_top_k",
    "isotonic_regression",
    "l2_loss",
    "leaky_relu",
    "local_response_normalization",
    "log_softmax",
    "lrn",
    "max_pool",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "max_pool_v2",
    "max_pool_with_argmax",
    "max_pool_with_argmax_v1",
    "max_pool_with_argmax_v2",
    "nth_element",
    "pool",
    "quantized_avg_pool",
    "quantized_conv2d",
    "quantized_max_pool",
    "quantized_relu_x",
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
    "with_space_to_batch",
    "xw_plus_b",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
