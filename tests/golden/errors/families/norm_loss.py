# ruff: noqa: B008 - a default is an array that nothing changes
"""Normalisation, losses, CTC, candidate sampling, lookups of embeddings."""

import numpy as np


def z(*shape):
    return np.ones(shape)


X, L = z(2, 3), [0, 2]
IMAGE = z(1, 2, 2, 3)
V3 = z(3)


def _ctc(
    tf,
    p,
    indices=((0, 0), (1, 0)),
    values=(0, 1),
    shape=(2, 1),
    inputs=z(4, 2, 3),
    lengths=(4, 4),
    **o,
):
    labels = tf.SparseTensor(p(indices, "int64"), p(values), p(shape, "int64"))
    return tf.nn.ctc_loss(labels, p(inputs), p(lengths), **o)


def _sparse(tf, p, ids=(0, 1), **o):
    sparse = tf.SparseTensor(p([[0, 0], [1, 0]], "int64"), p(ids, "int64"), p([2, 1], "int64"))
    return tf.nn.embedding_lookup_sparse(p(X), sparse, None, **o)


def _sampled(
    tf,
    p,
    weights=z(5, 3),
    biases=z(5),
    labels=((0,), (1,)),
    inputs=z(2, 3),
    sampled=2,
    classes=5,
    **o,
):
    loss = o.pop("loss", tf.nn.sampled_softmax_loss)
    return loss(p(weights), p(biases), p(labels, "int64"), p(inputs), sampled, classes, **o)


ROWS = [
    (
        "softmax_labels_shape",
        lambda tf, p: tf.nn.softmax_cross_entropy_with_logits_v2(p(z(2, 4)), p(X)),
    ),
    ("softmax_batch", lambda tf, p: tf.nn.softmax_cross_entropy_with_logits_v2(p(z(3, 3)), p(X))),
    (
        "softmax_integers",
        lambda tf, p: tf.nn.softmax_cross_entropy_with_logits_v2(p([[1, 0]]), p([[1, 2]])),
    ),
    ("softmax_axis", lambda tf, p: tf.nn.softmax(p(X), axis=2)),
    ("softmax_axis_low", lambda tf, p: tf.nn.log_softmax(p(X), axis=-3)),
    ("softmax_scalar", lambda tf, p: tf.nn.softmax(p(1.0))),
    ("softmax_of_integers", lambda tf, p: tf.nn.softmax(p([1, 2]))),
    (
        "sparse_labels_rank",
        lambda tf, p: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=p([L]), logits=p(X)),
    ),
    (
        "sparse_labels_length",
        lambda tf, p: tf.nn.sparse_softmax_cross_entropy_with_logits(
            labels=p([0, 1, 2]), logits=p(X)
        ),
    ),
    (
        "sparse_labels_float",
        lambda tf, p: tf.nn.sparse_softmax_cross_entropy_with_logits(
            labels=p([0.0, 1.0]), logits=p(X)
        ),
    ),
    (
        "sparse_labels_range",
        lambda tf, p: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=p([0, 3]), logits=p(X)),
    ),
    (
        "sparse_logits_scalar",
        lambda tf, p: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=p(0), logits=p(1.0)),
    ),
    ("sparse_positional", lambda tf, p: tf.nn.sparse_softmax_cross_entropy_with_logits(p(X), p(L))),
    (
        "sigmoid_shapes",
        lambda tf, p: tf.nn.sigmoid_cross_entropy_with_logits(labels=p(z(2, 4)), logits=p(X)),
    ),
    (
        "sigmoid_ranks",
        lambda tf, p: tf.nn.sigmoid_cross_entropy_with_logits(labels=p(z(3)), logits=p(X)),
    ),
    (
        "sigmoid_dtypes",
        lambda tf, p: tf.nn.sigmoid_cross_entropy_with_logits(labels=p([[1]]), logits=p([[1.0]])),
    ),
    (
        "weighted_shapes",
        lambda tf, p: tf.nn.weighted_cross_entropy_with_logits(p(z(2, 4)), p(X), 2.0),
    ),
    ("log_poisson_shapes", lambda tf, p: tf.nn.log_poisson_loss(p(z(4)), p(z(3)))),
    ("losses_shapes", lambda tf, p: tf.losses.mean_squared_error(p(X), p(z(2, 4)))),
    ("losses_weights_shape", lambda tf, p: tf.losses.mean_squared_error(p(X), p(X), p(z(4)))),
    ("losses_weights_rank", lambda tf, p: tf.losses.mean_squared_error(p(X), p(X), p(z(2, 3, 1)))),
    ("losses_none", lambda tf, p: tf.losses.absolute_difference(None, p(X))),
    (
        "losses_reduction",
        lambda tf, p: tf.losses.absolute_difference(p(X), p(X), reduction="average"),
    ),
    ("losses_softmax_shapes", lambda tf, p: tf.losses.softmax_cross_entropy(p(z(2, 4)), p(X))),
    (
        "losses_sparse_rank",
        lambda tf, p: tf.losses.sparse_softmax_cross_entropy(p([[0], [1], [2]]), p(X)),
    ),
    ("losses_cosine_axis", lambda tf, p: tf.losses.cosine_distance(p(X), p(X))),
    ("losses_cosine_dim", lambda tf, p: tf.losses.cosine_distance(p(X), p(X), axis=3)),
    ("losses_huber_shapes", lambda tf, p: tf.losses.huber_loss(p(X), p(z(3, 2)))),
    ("losses_hinge_none", lambda tf, p: tf.losses.hinge_loss(p(X), None)),
    ("l2_loss_integers", lambda tf, p: tf.nn.l2_loss(p([1, 2]))),
    (
        "batch_norm_scale",
        lambda tf, p: tf.nn.batch_normalization(p(X), p(z(4)), p(z(3)), None, None, 1e-3),
    ),
    (
        "batch_norm_dtype",
        lambda tf, p: tf.nn.batch_normalization(p(X), p(V3, "float64"), p(V3), None, None, 1e-3),
    ),
    ("moments_axis", lambda tf, p: tf.nn.moments(p(X), [2])),
    ("moments_integers", lambda tf, p: tf.nn.moments(p([[1, 2]]), [0])),
    ("moments_no_axes", lambda tf, p: tf.nn.moments(p(X))),
    ("weighted_moments_shapes", lambda tf, p: tf.nn.weighted_moments(p(X), [0], p(z(2, 4)))),
    ("fused_rank", lambda tf, p: tf.nn.fused_batch_norm(p(X), p(V3), p(V3))),
    ("fused_scale", lambda tf, p: tf.nn.fused_batch_norm(p(IMAGE), p(z(4)), p(z(3)))),
    ("fused_offset_rank", lambda tf, p: tf.nn.fused_batch_norm(p(IMAGE), p(V3), p(X))),
    (
        "fused_mean_in_training",
        lambda tf, p: tf.nn.fused_batch_norm(p(IMAGE), p(V3), p(V3), mean=p(z(2)), variance=p(V3)),
    ),
    (
        "fused_mean_missing",
        lambda tf, p: tf.nn.fused_batch_norm(p(IMAGE), p(V3), p(V3), is_training=False),
    ),
    (
        "fused_mean_length",
        lambda tf, p: tf.nn.fused_batch_norm(
            p(IMAGE), p(V3), p(V3), p(z(2)), p(V3), is_training=False
        ),
    ),
    (
        "fused_format",
        lambda tf, p: tf.nn.fused_batch_norm(p(IMAGE), p(V3), p(V3), data_format="CHWN"),
    ),
    ("lrn_rank", lambda tf, p: tf.nn.lrn(p(X))),
    ("lrn_integers", lambda tf, p: tf.nn.lrn(p(IMAGE, "int32"))),
    ("lrn_radius", lambda tf, p: tf.nn.lrn(p(IMAGE), depth_radius=-1)),
    ("dropout_rate", lambda tf, p: tf.nn.dropout(p(X), rate=1.5)),
    ("dropout_keep_prob", lambda tf, p: tf.nn.dropout(p(X), keep_prob=0.0)),
    ("dropout_both", lambda tf, p: tf.nn.dropout(p(X), keep_prob=0.5, rate=0.4)),
    ("dropout_none", lambda tf, p: tf.nn.dropout(p(X))),
    ("dropout_integers", lambda tf, p: tf.nn.dropout(p([1, 2]), rate=0.5)),
    ("dropout_noise_shape", lambda tf, p: tf.nn.dropout(p(X), rate=0.5, noise_shape=[2, 4])),
    ("bias_rank", lambda tf, p: tf.nn.bias_add(p(X), p(X))),
    ("bias_length", lambda tf, p: tf.nn.bias_add(p(X), p(z(4)))),
    ("bias_format", lambda tf, p: tf.nn.bias_add(p(IMAGE), p(V3), data_format="NHCW")),
    ("bias_nchw", lambda tf, p: tf.nn.bias_add(p(IMAGE), p(V3), data_format="NCHW")),
    ("relu_bool", lambda tf, p: tf.nn.relu(p([True]))),
    ("crelu_axis", lambda tf, p: tf.nn.crelu(p(X), axis=2)),
    ("xw_plus_b", lambda tf, p: tf.nn.xw_plus_b(p(X), p(z(4, 2)), p(z(2)))),
    ("xw_plus_b_bias", lambda tf, p: tf.nn.xw_plus_b(p(X), p(z(3, 2)), p(z(3)))),
    ("ctc_rank", lambda tf, p: _ctc(tf, p, inputs=z(4, 3))),
    ("ctc_lengths", lambda tf, p: _ctc(tf, p, lengths=(4, 4, 4))),
    ("ctc_length_long", lambda tf, p: _ctc(tf, p, lengths=(4, 5))),
    ("ctc_label_range", lambda tf, p: _ctc(tf, p, values=(0, 2))),
    ("ctc_label_negative", lambda tf, p: _ctc(tf, p, values=(0, -1))),
    (
        "ctc_too_many_labels",
        lambda tf, p: _ctc(
            tf, p, indices=[[0, 0], [0, 1], [1, 0]], values=(0, 0, 1), shape=(2, 2), lengths=(2, 4)
        ),
    ),
    ("ctc_missing_row", lambda tf, p: _ctc(tf, p, indices=((0, 0), (0, 1)), shape=(2, 2))),
    ("ctc_dense_labels", lambda tf, p: tf.nn.ctc_loss(p([[0], [1]]), p(z(4, 2, 3)), p([4, 4]))),
    ("ctc_greedy_rank", lambda tf, p: tf.nn.ctc_greedy_decoder(p(X), p([2]))),
    ("ctc_greedy_length", lambda tf, p: tf.nn.ctc_greedy_decoder(p(z(4, 2, 3)), p([4, 5]))),
    ("ctc_greedy_batch", lambda tf, p: tf.nn.ctc_greedy_decoder(p(z(4, 2, 3)), p([4]))),
    (
        "ctc_beam_paths",
        lambda tf, p: tf.nn.ctc_beam_search_decoder(
            p(z(4, 2, 3)), p([4, 4]), beam_width=2, top_paths=3
        ),
    ),
    ("ctc_beam_rank", lambda tf, p: tf.nn.ctc_beam_search_decoder(p(X), p([2]))),
    ("ctc_beam_lengths", lambda tf, p: tf.nn.ctc_beam_search_decoder(p(z(4, 2, 3)), p([4]))),
    (
        "sampler_range",
        lambda tf, p: tf.nn.uniform_candidate_sampler(p([[7]], "int64"), 1, 3, True, 5),
    ),
    (
        "sampler_too_many",
        lambda tf, p: tf.nn.uniform_candidate_sampler(p([[1]], "int64"), 1, 6, True, 5),
    ),
    (
        "sampler_num_true",
        lambda tf, p: tf.nn.uniform_candidate_sampler(p([[1]], "int64"), 2, 3, True, 5),
    ),
    (
        "sampler_rank",
        lambda tf, p: tf.nn.log_uniform_candidate_sampler(p([1], "int64"), 1, 3, True, 5),
    ),
    (
        "sampler_zero",
        lambda tf, p: tf.nn.log_uniform_candidate_sampler(p([[1]], "int64"), 1, 0, True, 5),
    ),
    (
        "sampler_types",
        lambda tf, p: tf.nn.learned_unigram_candidate_sampler(p([[1]], "int32"), 1, 3, True, 5),
    ),
    (
        "fixed_sampler_none",
        lambda tf, p: tf.nn.fixed_unigram_candidate_sampler(p([[1]], "int64"), 1, 3, True, 5),
    ),
    (
        "fixed_sampler_count",
        lambda tf, p: tf.nn.fixed_unigram_candidate_sampler(
            p([[1]], "int64"), 1, 3, True, 5, unigrams=[1.0, 2.0]
        ),
    ),
    ("sampled_inputs", lambda tf, p: _sampled(tf, p, inputs=z(2, 4))),
    ("sampled_labels", lambda tf, p: _sampled(tf, p, labels=((0, 1), (1, 2)))),
    ("sampled_too_many", lambda tf, p: _sampled(tf, p, sampled=9)),
    ("sampled_range", lambda tf, p: _sampled(tf, p, labels=((0,), (8,)))),
    ("nce_inputs", lambda tf, p: _sampled(tf, p, inputs=z(2, 4), loss=tf.nn.nce_loss)),
    ("sampled_partition", lambda tf, p: _sampled(tf, p, partition_strategy="mid")),
    (
        "embedding_strategy",
        lambda tf, p: tf.nn.embedding_lookup([p(X), p(X)], p(L), partition_strategy="any"),
    ),
    ("embedding_none", lambda tf, p: tf.nn.embedding_lookup(None, p(L))),
    ("embedding_empty", lambda tf, p: tf.nn.embedding_lookup([], p(L))),
    ("embedding_float_ids", lambda tf, p: tf.nn.embedding_lookup(p(X), p([0.0]))),
    ("embedding_range", lambda tf, p: tf.nn.embedding_lookup(p(X), p([2]))),
    ("embedding_parts_range", lambda tf, p: tf.nn.embedding_lookup([p(X), p(X)], p([4]))),
    ("embedding_sparse_range", lambda tf, p: _sparse(tf, p, ids=(0, 2))),
    ("embedding_sparse_negative", lambda tf, p: _sparse(tf, p, ids=(0, -1), combiner="sum")),
    ("embedding_sparse_combiner", lambda tf, p: _sparse(tf, p, combiner="prod")),
    ("in_top_k_range", lambda tf, p: tf.nn.in_top_k(p(X), p([0, 1, 2]), 1)),
    ("in_top_k_rank", lambda tf, p: tf.nn.in_top_k(p(V3), p([0]), 1)),
    ("top_k_k", lambda tf, p: tf.nn.top_k(p(X), p(4))),
    ("top_k_negative", lambda tf, p: tf.nn.top_k(p(X), p(-1))),
    ("top_k_scalar", lambda tf, p: tf.nn.top_k(p(1.0), 1)),
    ("top_k_k_vector", lambda tf, p: tf.nn.top_k(p(X), p([1]))),
    ("top_k_k_float", lambda tf, p: tf.nn.top_k(p(X), 1.5)),
    (
        "nth_element_range",
        lambda tf, p: (
            tf.nth_element(p(X), p(3))
            if hasattr(tf, "nth_element")
            else tf.raw_ops.NthElement(input=p(X), n=p(3))
        ),
    ),
    ("zero_fraction_none", lambda tf, p: tf.nn.zero_fraction(None)),
    ("normalize_moments", lambda tf, p: tf.nn.normalize_moments(p(z(3)), p(z(2)), p(z(2)), None)),
]
