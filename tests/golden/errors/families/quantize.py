"""Quantised numbers."""

X = [1.0, 2.0]
ROWS = [
    ("fake_args_bits", lambda tf, p: tf.fake_quant_with_min_max_args(p(X), num_bits=1)),
    ("fake_args_bits_large", lambda tf, p: tf.fake_quant_with_min_max_args(p(X), num_bits=17)),
    ("fake_args_order", lambda tf, p: tf.fake_quant_with_min_max_args(p(X), min=2.0, max=1.0)),
    ("fake_args_integers", lambda tf, p: tf.fake_quant_with_min_max_args(p([1]))),
    ("fake_vars_rank", lambda tf, p: tf.fake_quant_with_min_max_vars(p(X), p([0.0]), p(1.0))),
    (
        "fake_vars_bits",
        lambda tf, p: tf.fake_quant_with_min_max_vars(p(X), p(0.0), p(1.0), num_bits=0),
    ),
    (
        "fake_channels_length",
        lambda tf, p: tf.fake_quant_with_min_max_vars_per_channel(p(X), p([0.0] * 3), p([1.0] * 3)),
    ),
    (
        "fake_channels_scalar",
        lambda tf, p: tf.fake_quant_with_min_max_vars_per_channel(p(X), p(0.0), p(1.0)),
    ),
    (
        "fake_channels_input",
        lambda tf, p: tf.fake_quant_with_min_max_vars_per_channel(p(1.0), p([0.0]), p([1.0])),
    ),
    (
        "fake_gradient_shapes",
        lambda tf, p: tf.fake_quant_with_min_max_args_gradient(p(X), p([1.0])),
    ),
    ("quantize_type", lambda tf, p: tf.quantize(p(X), p(0.0), p(3.0), tf.int32)),
    ("quantize_mode", lambda tf, p: tf.quantize(p(X), p(0.0), p(3.0), tf.quint8, mode="MIN_MID")),
    ("quantize_round", lambda tf, p: tf.quantize(p(X), p(0.0), p(3.0), tf.quint8, round_mode="UP")),
    ("quantize_range_rank", lambda tf, p: tf.quantize(p(X), p([0.0]), p(3.0), tf.quint8)),
    ("quantize_order", lambda tf, p: tf.quantize(p(X), p(3.0), p(0.0), tf.quint8)),
    (
        "quantize_round_with_mode",
        lambda tf, p: tf.quantize(p(X), p(0.0), p(3.0), tf.quint8, round_mode="HALF_TO_EVEN"),
    ),
    ("quantize_axis", lambda tf, p: tf.quantize(p(X), p([0.0]), p([3.0]), tf.quint8, axis=1)),
    ("dequantize_type", lambda tf, p: tf.dequantize(p(X), p(0.0), p(3.0))),
    (
        "dequantize_range",
        lambda tf, p: tf.dequantize(tf.quantize(p(X), 0.0, 3.0, tf.quint8)[0], p([0.0]), p(3.0)),
    ),
    (
        "dequantize_mode",
        lambda tf, p: tf.dequantize(
            tf.quantize(p(X), 0.0, 3.0, tf.quint8)[0], p(0.0), p(3.0), mode="X"
        ),
    ),
    (
        "and_dequantize_bits",
        lambda tf, p: tf.raw_ops.QuantizeAndDequantizeV2(
            input=p(X), input_min=p(0.0), input_max=p(1.0), num_bits=0
        ),
    ),
    (
        "and_dequantize_order",
        lambda tf, p: tf.raw_ops.QuantizeAndDequantizeV2(
            input=p(X), input_min=p(1.0), input_max=p(0.0), range_given=True
        ),
    ),
    (
        "and_dequantize_axis",
        lambda tf, p: tf.raw_ops.QuantizeAndDequantizeV2(
            input=p(X), input_min=p(0.0), input_max=p(1.0), axis=3
        ),
    ),
    (
        "and_dequantize_range",
        lambda tf, p: tf.raw_ops.QuantizeAndDequantizeV3(
            input=p(X), input_min=p([0.0]), input_max=p([1.0]), num_bits=p(8), range_given=True
        ),
    ),
    (
        "and_dequantize_v3_bits",
        lambda tf, p: tf.raw_ops.QuantizeAndDequantizeV3(
            input=p(X), input_min=p(0.0), input_max=p(1.0), num_bits=p(99)
        ),
    ),
    ("bitcast_size", lambda tf, p: tf.bitcast(p(X), tf.float64)),
    ("bitcast_last", lambda tf, p: tf.bitcast(p(1, "int8"), tf.int32)),
    ("bitcast_type", lambda tf, p: tf.bitcast(p(X), tf.string)),
]
