"""Pooling and patches."""

import numpy as np


def z(*shape):
    return np.ones(shape)


I1, I2, I3 = z(1, 6, 2), z(1, 6, 6, 2), z(1, 4, 4, 4, 2)
ONES4, TWO4 = [1] * 4, [1, 2, 2, 1]
ROWS = [
    ("max_pool_rank", lambda tf, p: tf.nn.max_pool(p(I1), TWO4, TWO4, "SAME")),
    ("max_pool_ksize_three", lambda tf, p: tf.nn.max_pool(p(I2), [1, 2, 2], TWO4, "SAME")),
    ("max_pool_ksize_zero", lambda tf, p: tf.nn.max_pool(p(I2), [1, 0, 2, 1], TWO4, "SAME")),
    ("max_pool_ksize_negative", lambda tf, p: tf.nn.max_pool(p(I2), [1, -2, 2, 1], TWO4, "SAME")),
    ("max_pool_ksize_of_batch", lambda tf, p: tf.nn.max_pool(p(I2), [2, 2, 2, 1], TWO4, "SAME")),
    ("max_pool_ksize_of_channels", lambda tf, p: tf.nn.max_pool(p(I2), [1, 2, 2, 2], TWO4, "SAME")),
    (
        "max_pool_channels_alone",
        lambda tf, p: tf.nn.max_pool(p(I2), [1, 1, 1, 2], [1, 1, 1, 1], "SAME"),
    ),
    (
        "max_pool_channels_odd",
        lambda tf, p: tf.nn.max_pool(p(z(1, 2, 2, 3)), [1, 1, 1, 2], [1, 1, 1, 2], "VALID"),
    ),
    ("max_pool_ksize_float", lambda tf, p: tf.nn.max_pool(p(I2), [1, 2.5, 2, 1], TWO4, "SAME")),
    ("max_pool_strides_three", lambda tf, p: tf.nn.max_pool(p(I2), TWO4, [1, 2, 2], "SAME")),
    ("max_pool_strides_zero", lambda tf, p: tf.nn.max_pool(p(I2), TWO4, [1, 0, 2, 1], "SAME")),
    ("max_pool_strides_of_batch", lambda tf, p: tf.nn.max_pool(p(I2), TWO4, [2, 2, 2, 1], "SAME")),
    ("max_pool_too_small", lambda tf, p: tf.nn.max_pool(p(z(1, 1, 1, 2)), TWO4, TWO4, "VALID")),
    ("max_pool_padding", lambda tf, p: tf.nn.max_pool(p(I2), TWO4, TWO4, "FULL")),
    ("max_pool_padding_lower", lambda tf, p: tf.nn.max_pool(p(I2), TWO4, TWO4, "same")),
    ("max_pool_padding_missing", lambda tf, p: tf.nn.max_pool(p(I2), TWO4, TWO4)),
    ("max_pool_ksize_missing", lambda tf, p: tf.nn.max_pool(p(I2), strides=TWO4, padding="SAME")),
    (
        "max_pool_format",
        lambda tf, p: tf.nn.max_pool(p(I2), TWO4, TWO4, "SAME", data_format="NCDHW"),
    ),
    (
        "max_pool_nchw_ksize",
        lambda tf, p: tf.nn.max_pool(p(z(1, 2, 6, 6)), TWO4, TWO4, "SAME", data_format="NCHW"),
    ),
    (
        "max_pool_bool",
        lambda tf, p: tf.nn.max_pool(p(np.ones((1, 2, 2, 1), bool)), TWO4, TWO4, "SAME"),
    ),
    ("max_pool_name_twice", lambda tf, p: tf.nn.max_pool(p(I2), TWO4, TWO4, "SAME", input=p(I2))),
    (
        "max_pool_explicit",
        lambda tf, p: tf.nn.max_pool(p(I2), TWO4, TWO4, [[0, 0], [3, 0], [0, 0], [0, 0]]),
    ),
    ("avg_pool_rank", lambda tf, p: tf.nn.avg_pool(p(I1), TWO4, TWO4, "SAME")),
    ("avg_pool_integers", lambda tf, p: tf.nn.avg_pool(p(I2, "int32"), TWO4, TWO4, "SAME")),
    ("avg_pool_ksize_of_batch", lambda tf, p: tf.nn.avg_pool(p(I2), [2, 1, 1, 1], ONES4, "SAME")),
    (
        "avg_pool_ksize_of_channels",
        lambda tf, p: tf.nn.avg_pool(p(I2), [1, 1, 1, 2], ONES4, "SAME"),
    ),
    ("avg_pool_ksize_zero", lambda tf, p: tf.nn.avg_pool(p(I2), [1, 0, 0, 1], ONES4, "SAME")),
    ("avg_pool_too_small", lambda tf, p: tf.nn.avg_pool(p(I2), [1, 7, 7, 1], ONES4, "VALID")),
    ("avg_pool_padding", lambda tf, p: tf.nn.avg_pool(p(I2), TWO4, TWO4, "EXPLICIT")),
    ("max_pool1d_rank", lambda tf, p: tf.nn.max_pool1d(p(I2), 2, 2, "SAME")),
    ("max_pool1d_ksize", lambda tf, p: tf.nn.max_pool1d(p(I1), [2, 2], 2, "SAME")),
    ("avg_pool1d_ksize", lambda tf, p: tf.nn.avg_pool1d(p(I1), 0, 2, "SAME")),
    ("avg_pool1d_format", lambda tf, p: tf.nn.avg_pool1d(p(I1), 2, 2, "SAME", data_format="NHWC")),
    (
        "max_pool3d_rank",
        lambda tf, p: tf.nn.max_pool3d(p(I2), [1, 2, 2, 2, 1], [1, 2, 2, 2, 1], "SAME"),
    ),
    (
        "max_pool3d_ksize",
        lambda tf, p: tf.nn.max_pool3d(p(I3), [1, 2, 2, 1], [1, 2, 2, 2, 1], "SAME"),
    ),
    (
        "max_pool3d_ksize_of_batch",
        lambda tf, p: tf.nn.max_pool3d(p(I3), [2, 2, 2, 2, 1], [1] * 5, "SAME"),
    ),
    (
        "max_pool3d_strides_zero",
        lambda tf, p: tf.nn.max_pool3d(p(I3), [1, 2, 2, 2, 1], [1, 0, 0, 0, 1], "SAME"),
    ),
    (
        "avg_pool3d_too_small",
        lambda tf, p: tf.nn.avg_pool3d(p(I3), [1, 5, 5, 5, 1], [1] * 5, "VALID"),
    ),
    (
        "avg_pool3d_format",
        lambda tf, p: tf.nn.avg_pool3d(p(I3), [1] * 5, [1] * 5, "VALID", data_format="NCHW"),
    ),
    ("argmax_batch", lambda tf, p: tf.nn.max_pool_with_argmax(p(I2), [2, 2, 2, 1], TWO4, "SAME")),
    ("argmax_rank", lambda tf, p: tf.nn.max_pool_with_argmax(p(I1), TWO4, TWO4, "SAME")),
    ("argmax_format", lambda tf, p: tf.nn.max_pool_with_argmax(p(I2), TWO4, TWO4, "SAME", "NCHW")),
    ("pool_type", lambda tf, p: tf.nn.pool(p(I2), [2, 2], "MIN", "SAME")),
    ("pool_window", lambda tf, p: tf.nn.pool(p(I2), [2, 2, 2], "MAX", "SAME")),
    ("pool_window_int", lambda tf, p: tf.nn.pool(p(I2), 2, "MAX", "SAME")),
    ("pool_padding", lambda tf, p: tf.nn.pool(p(I2), [2, 2], "MAX", "FULL")),
    ("pool_strides", lambda tf, p: tf.nn.pool(p(I2), [2, 2], "MAX", "SAME", strides=[1])),
    (
        "pool_strides_rates",
        lambda tf, p: tf.nn.pool(
            p(I2), [2, 2], "MAX", "SAME", strides=[2, 2], dilation_rate=[2, 2]
        ),
    ),
    ("pool_strides_window", lambda tf, p: tf.nn.pool(p(I2), [1, 1], "MAX", "SAME", strides=[2, 2])),
    ("pool_rank", lambda tf, p: tf.nn.pool(p([1.0]), [2, 2], "MAX", "SAME")),
    (
        "fractional_ratio_below_one",
        lambda tf, p: tf.nn.fractional_max_pool(p(I2), [1.0, 0.5, 1.5, 1.0], seed=1),
    ),
    (
        "fractional_ratio_of_batch",
        lambda tf, p: tf.nn.fractional_max_pool(p(I2), [2.0, 1.5, 1.5, 1.0], seed=1),
    ),
    (
        "fractional_ratio_length",
        lambda tf, p: tf.nn.fractional_max_pool(p(I2), [1.0, 1.5, 1.5], seed=1),
    ),
    (
        "fractional_ratio_too_large",
        lambda tf, p: tf.nn.fractional_avg_pool(p(I2), [1.0, 9.0, 1.5, 1.0], seed=1),
    ),
    (
        "fractional_rank",
        lambda tf, p: tf.nn.fractional_avg_pool(p(I1), [1.0, 1.5, 1.5, 1.0], seed=1),
    ),
    (
        "fractional_seed",
        lambda tf, p: tf.nn.fractional_max_pool(p(I2), [1.0, 1.5, 1.5, 1.0], deterministic=True),
    ),
    (
        "patches_sizes_zero",
        lambda tf, p: tf.extract_image_patches(p(I2), [1, 0, 0, 1], ONES4, ONES4, "SAME"),
    ),
    (
        "patches_sizes_of_batch",
        lambda tf, p: tf.extract_image_patches(p(I2), [2, 2, 2, 1], ONES4, ONES4, "SAME"),
    ),
    (
        "patches_sizes_three",
        lambda tf, p: tf.extract_image_patches(p(I2), [1, 2, 2], ONES4, ONES4, "SAME"),
    ),
    (
        "patches_rates",
        lambda tf, p: tf.extract_image_patches(p(I2), TWO4, ONES4, [1, 0, 0, 1], "SAME"),
    ),
    ("patches_rank", lambda tf, p: tf.extract_image_patches(p(I1), TWO4, ONES4, ONES4, "SAME")),
    (
        "patches_too_small",
        lambda tf, p: tf.extract_image_patches(p(I2), [1, 7, 7, 1], ONES4, ONES4, "VALID"),
    ),
    (
        "patches_no_sizes",
        lambda tf, p: tf.extract_image_patches(p(I2), None, ONES4, ONES4, "VALID"),
    ),
    ("volume_rank", lambda tf, p: tf.extract_volume_patches(p(I2), [1] * 5, [1] * 5, "SAME")),
    ("volume_sizes", lambda tf, p: tf.extract_volume_patches(p(I3), [1] * 4, [1] * 5, "SAME")),
    (
        "volume_too_small",
        lambda tf, p: tf.extract_volume_patches(p(I3), [1, 5, 5, 5, 1], [1] * 5, "VALID"),
    ),
]
