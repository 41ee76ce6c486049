"""`tf.nn`: neural networks: activations, losses, convolutions, embeddings."""

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
from tfgrad._src.functions.candidate_sampling import (
    all_candidate_sampler,
    compute_accidental_hits,
    fixed_unigram_candidate_sampler,
    learned_unigram_candidate_sampler,
    log_uniform_candidate_sampler,
    nce_loss,
    sampled_softmax_loss,
    uniform_candidate_sampler,
)
from tfgrad._src.functions.conv import (
    conv1d,
    conv2d,
    conv3d,
)
from tfgrad._src.functions.conv_depthwise import (
    depthwise_conv2d,
    depthwise_conv2d_native,
    depthwise_conv2d_native_backprop_filter,
    depthwise_conv2d_native_backprop_input,
    separable_conv2d,
)
from tfgrad._src.functions.conv_depthwise import (
    depthwise_conv2d_native_backprop_filter as depthwise_conv2d_backprop_filter,
)
from tfgrad._src.functions.conv_depthwise import (
    depthwise_conv2d_native_backprop_input as depthwise_conv2d_backprop_input,
)
from tfgrad._src.functions.conv_dilated import (
    atrous_conv2d,
    atrous_conv2d_transpose,
    convolution,
    with_space_to_batch,
)
from tfgrad._src.functions.conv_transpose import (
    conv1d_transpose,
    conv2d_backprop_filter,
    conv2d_backprop_input,
    conv2d_transpose,
    conv3d_backprop_filter_v2,
    conv3d_transpose,
    conv_transpose,
)
from tfgrad._src.functions.conv_transpose import (
    conv3d_backprop_filter_v2 as conv3d_backprop_filter,
)
from tfgrad._src.functions.ctc import (
    collapse_repeated,
    ctc_beam_search_decoder,
    ctc_beam_search_decoder_v2,
    ctc_greedy_decoder,
    ctc_loss,
    ctc_loss_v2,
    ctc_unique_labels,
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
from tfgrad._src.functions.embedding_sparse import (
    embedding_lookup_sparse,
    safe_embedding_lookup_sparse,
)
from tfgrad._src.functions.isotonic import isotonic_regression
from tfgrad._src.functions.linalg import (
    xw_plus_b,
)
from tfgrad._src.functions.loss import (
    log_poisson_loss,
    sigmoid_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits_v2,
    sparse_softmax_cross_entropy_with_logits,
    weighted_cross_entropy_with_logits,
)
from tfgrad._src.functions.morphology import (
    dilation2d,
    erosion2d,
)
from tfgrad._src.functions.norm import (
    batch_norm_with_global_normalization,
    batch_normalization,
    fused_batch_norm,
    l2_normalize,
    local_response_normalization,
    lrn,
    moments,
    normalize_moments,
    relu_layer,
    sufficient_statistics,
    weighted_moments,
    zero_fraction,
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
from tfgrad._src.functions.space_batch import (
    depth_to_space,
    space_to_batch,
    space_to_depth,
)
from tfgrad._src.functions.top_k import (
    approx_max_k,
    approx_min_k,
    in_top_k,
    top_k,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "all_candidate_sampler",
    "approx_max_k",
    "approx_min_k",
    "atrous_conv2d",
    "atrous_conv2d_transpose",
    "avg_pool",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "avg_pool_v2",
    "batch_norm_with_global_normalization",
    "batch_normalization",
    "bias_add",
    "collapse_repeated",
    "compute_accidental_hits",
    "conv1d",
    "conv1d_transpose",
    "conv2d",
    "conv2d_backprop_filter",
    "conv2d_backprop_input",
    "conv2d_transpose",
    "conv3d",
    "conv3d_backprop_filter",
    "conv3d_backprop_filter_v2",
    "conv3d_transpose",
    "conv_transpose",
    "convolution",
    "crelu",
    "ctc_beam_search_decoder",
    "ctc_beam_search_decoder_v2",
    "ctc_greedy_decoder",
    "ctc_loss",
    "ctc_loss_v2",
    "ctc_unique_labels",
    "depth_to_space",
    "depthwise_conv2d",
    "depthwise_conv2d_backprop_filter",
    "depthwise_conv2d_backprop_input",
    "depthwise_conv2d_native",
    "depthwise_conv2d_native_backprop_filter",
    "depthwise_conv2d_native_backprop_input",
    "dilation2d",
    "dropout",
    "elu",
    "embedding_lookup",
    "embedding_lookup_sparse",
    "erosion2d",
    "fixed_unigram_candidate_sampler",
    "fractional_avg_pool",
    "fractional_max_pool",
    "fused_batch_norm",
    "in_top_k",
    "isotonic_regression",
    "l2_loss",
    "l2_normalize",
    "leaky_relu",
    "learned_unigram_candidate_sampler",
    "local_response_normalization",
    "log_poisson_loss",
    "log_softmax",
    "log_uniform_candidate_sampler",
    "lrn",
    "max_pool",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "max_pool_v2",
    "max_pool_with_argmax",
    "moments",
    "nce_loss",
    "normalize_moments",
    "pool",
    "quantized_avg_pool",
    "quantized_conv2d",
    "quantized_max_pool",
    "quantized_relu_x",
    "relu",
    "relu6",
    "relu_layer",
    "safe_embedding_lookup_sparse",
    "sampled_softmax_loss",
    "selu",
    "separable_conv2d",
    "sigmoid",
    "sigmoid_cross_entropy_with_logits",
    "softmax",
    "softmax_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits_v2",
    "softplus",
    "softsign",
    "space_to_batch",
    "space_to_depth",
    "sparse_softmax_cross_entropy_with_logits",
    "sufficient_statistics",
    "swish",
    "tanh",
    "top_k",
    "uniform_candidate_sampler",
    "weighted_cross_entropy_with_logits",
    "weighted_moments",
    "with_space_to_batch",
    "xw_plus_b",
    "zero_fraction",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
