"""Several results of one function have the names that they have in TensorFlow, where it has names.

The names were read off TensorFlow 2.21.
"""

import numpy as np
import pytest

import tfgrad as tf

TRUE = np.array([[1]])
FRACTIONS = [1.0, 1.4, 1.4, 1.0]
SAMPLED = ("sampled_candidates", "true_expected_count", "sampled_expected_count")
POOLED = ("output", "row_pooling_sequence", "col_pooling_sequence")
QUANTIZED = ("output", "output_min", "output_max")


def image():
    return tf.zeros([1, 8, 8, 3])


def small():
    return tf.zeros([1, 4, 4, 1], tf.quint8)


ONES = [1, 1, 1, 1]
CASES = {
    "unique": (lambda: tf.unique([1, 2]), ("y", "idx")),
    "top_k": (lambda: tf.nn.top_k([1.0, 2.0]), ("values", "indices")),
    "setdiff1d": (lambda: tf.setdiff1d([1], [2]), ("out", "idx")),
    "qr": (lambda: tf.qr(np.eye(2)), ("q", "r")),
    "slogdet": (lambda: tf.linalg.slogdet(np.eye(2)), ("sign", "log_abs_determinant")),
    "max_pool_with_argmax": (
        lambda: tf.nn.max_pool_with_argmax(image(), [1, 2, 2, 1], [1, 2, 2, 1], "SAME"),
        ("output", "argmax"),
    ),
    "fractional_max_pool": (lambda: tf.nn.fractional_max_pool(image(), FRACTIONS), POOLED),
    "fractional_avg_pool": (lambda: tf.nn.fractional_avg_pool(image(), FRACTIONS), POOLED),
    "uniform": (lambda: tf.random.uniform_candidate_sampler(TRUE, 1, 2, True, 5), SAMPLED),
    "log": (lambda: tf.random.log_uniform_candidate_sampler(TRUE, 1, 2, True, 5), SAMPLED),
    "all": (lambda: tf.random.all_candidate_sampler(TRUE, 1, 2, True), SAMPLED),
    "hits": (
        lambda: tf.nn.compute_accidental_hits(TRUE, np.array([1, 2]), 1),
        ("indices", "ids", "weights"),
    ),
    "quantize": (lambda: tf.quantize([0.5], 0.0, 1.0, tf.quint8), QUANTIZED),
    "quantized_concat": (
        lambda: tf.quantized_concat(0, [small(), small()], [0.0, 0.0], [1.0, 1.0]), QUANTIZED
    ),
    "quantized_relu_x": (
        lambda: tf.nn.quantized_relu_x(small(), 1.0, 0.0, 1.0),
        ("activations", "min_activations", "max_activations"),
    ),
    "quantized_max_pool": (
        lambda: tf.nn.quantized_max_pool(small(), 0.0, 1.0, [1, 2, 2, 1], ONES, "SAME"),
        ("output", "min_output", "max_output"),
    ),
    "quantized_conv2d": (
        lambda: tf.nn.quantized_conv2d(
            small(), small()[:, :1, :1], 0.0, 1.0, 0.0, 1.0, ONES, "SAME"
        ),
        ("output", "min_output", "max_output"),
    ),
    "decode_wav": (lambda: tf.audio.decode_wav(""), ("audio", "sample_rate")),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_results_have_names(name):
    build, names = CASES[name]
    with tf.Graph().as_default():
        found = build()
        assert found._fields == names
        assert [t.op for t in found] == [found[0].op] * len(names)
