"""Convolutions, patches and moved blocks: ranks, channels, lists of wrong length, formats."""

from .harness import ph, run


def _x(tf, *shape):
    return ph(tf, list(shape) or [1, 8, 8, 2])


def _w(tf, *shape):
    return ph(tf, list(shape) or [3, 3, 2, 4], "w")


def case_conv2d_rank(tf):
    return tf.nn.conv2d(_x(tf, 8, 8, 2), _w(tf), 1, "SAME")


def case_conv2d_groups(tf):
    return tf.nn.conv2d(_x(tf, 1, 8, 8, 3), _w(tf), 1, "SAME")


def case_conv2d_too_small(tf):
    return tf.nn.conv2d(_x(tf, 1, 2, 8, 2), _w(tf), 1, "VALID")


def case_conv2d_padding_name(tf):
    return tf.nn.conv2d(_x(tf), _w(tf), 1, "FULL")


def case_conv2d_padding_missing(tf):
    return tf.nn.conv2d(_x(tf), _w(tf), 1)


def case_conv2d_strides_missing(tf):
    return str(tf.nn.conv2d(_x(tf), _w(tf), padding="SAME").shape)


def case_conv2d_strides_length(tf):
    return tf.nn.conv2d(_x(tf), _w(tf), [1, 1, 1], "SAME")


def case_conv2d_strides_float(tf):
    return tf.nn.conv2d(_x(tf), _w(tf), [1.5, 1.5], "SAME")


def case_conv2d_filter_twice(tf):
    return tf.nn.conv2d(_x(tf), _w(tf), 1, "SAME", filters=_w(tf))


def case_conv2d_format(tf):
    return tf.nn.conv2d(_x(tf), _w(tf), 1, "SAME", data_format="CHWN")


def case_conv2d_types(tf):
    return tf.nn.conv2d(_x(tf), tf.cast(_w(tf), tf.float64), 1, "SAME")


def case_conv2d_integers(tf):
    return tf.nn.conv2d(ph(tf, [1, 8, 8, 2], dtype=tf.int64), _w(tf), 1, "SAME")


def case_conv2d_padding_pairs(tf):
    return tf.nn.conv2d(_x(tf), _w(tf), 1, [[0, 0], [1], [1, 1], [0, 0]])


def case_conv2d_padding_of_batch(tf):
    return tf.nn.conv2d(_x(tf), _w(tf), 1, [[1, 0], [1, 1], [1, 1], [0, 0]])


def case_conv1d_format(tf):
    return tf.nn.conv1d(_x(tf, 1, 8, 2), _w(tf, 3, 2, 4), 1, "SAME", data_format="CWN")


def case_conv1d_stride_length(tf):
    return tf.nn.conv1d(_x(tf, 1, 8, 2), _w(tf, 3, 2, 4), [1, 1], "SAME")


def case_conv_transpose_length(tf):
    return tf.nn.conv_transpose(_x(tf), _w(tf), [1, 2], 1)


def case_conv2d_transpose_channels(tf):
    return tf.nn.conv2d_transpose(_x(tf, 1, 8, 8, 3), _w(tf), [1, 8, 8, 2], 1)


def case_conv3d_rank(tf):
    return tf.nn.conv3d(_x(tf), _w(tf, 3, 3, 3, 2, 4), [1] * 5, "SAME")


def case_convolution_strides_and_dilations(tf):
    return tf.nn.convolution(_x(tf), _w(tf), "SAME", strides=[2, 2], dilation_rate=[2, 2])


def case_convolution_rates_length(tf):
    return tf.nn.convolution(_x(tf), _w(tf), "SAME", dilation_rate=[2, 2, 2])


def case_convolution_rank_unknown(tf):
    return tf.nn.convolution(ph(tf), ph(tf, None, "w"), "SAME")


def case_convolution_channels(tf):
    return tf.nn.convolution(_x(tf, 1, 8, 8, 3), _w(tf), "SAME", dilation_rate=[2, 2])


def case_convolution_padding_name(tf):
    return tf.nn.convolution(_x(tf), _w(tf), "FULL", dilation_rate=[2, 2])


def case_with_space_to_batch_axes(tf):
    return tf.nn.with_space_to_batch(_x(tf), [2, 2], "VALID", lambda x, n, p: x, None, [2, 1])


def case_with_space_to_batch_rate(tf):
    return tf.nn.with_space_to_batch(_x(tf), [0, 2], "VALID", lambda x, n, p: x)


def case_with_space_to_batch_no_filter(tf):
    return tf.nn.with_space_to_batch(_x(tf), [2, 2], "SAME", lambda x, n, p: x)


def case_atrous_transpose_rate(tf):
    return tf.nn.atrous_conv2d_transpose(_x(tf), _w(tf, 3, 3, 4, 2), [1, 8, 8, 4], 0, "SAME")


def case_atrous_transpose_channels(tf):
    return tf.nn.atrous_conv2d_transpose(_x(tf), _w(tf, 3, 3, 4, 2), [1, 8, 8, 5], 2, "SAME")


def case_depthwise_channels(tf):
    return tf.nn.depthwise_conv2d(_x(tf, 1, 8, 8, 3), _w(tf), [1] * 4, "SAME")


def case_separable_pointwise(tf):
    p = ph(tf, [2, 1, 8, 4], "p")
    return tf.nn.separable_conv2d(_x(tf), _w(tf), p, [1] * 4, "SAME")


def case_dilation2d_filter_rank(tf):
    return tf.nn.dilation2d(_x(tf), _w(tf), [1] * 4, [1] * 4, "SAME")


def case_patches_rank(tf):
    ones = [1, 1, 1, 1]
    return tf.extract_image_patches(_x(tf, 8, 8, 2), ones, ones, ones, "SAME")


def case_patches_sizes_twice(tf):
    ones = [1, 1, 1, 1]
    return tf.extract_image_patches(_x(tf), ones, ones, ones, "SAME", sizes=ones)


def case_patches_list_length(tf):
    return tf.extract_image_patches(_x(tf), [3, 3], [1, 1], [1, 1], "SAME")


def case_space_to_batch_multiple(tf):
    return tf.space_to_batch_nd(_x(tf, 1, 7, 8, 2), [2, 2], [[0, 0], [0, 0]])


def case_space_to_batch_names(tf):
    return tf.space_to_batch(_x(tf), [[0, 0], [0, 0]], 2, block_shape=2)


def case_space_to_depth_multiple(tf):
    return tf.space_to_depth(_x(tf, 1, 7, 8, 2), 2)


def case_depth_to_space_block(tf):
    return tf.depth_to_space(_x(tf), 1)


def case_conv2d_channels_fed(tf):
    x = ph(tf)
    return run(tf, tf.nn.conv2d(x, tf.ones([3, 3, 2, 4]), 1, "SAME"), {x: [[[[1, 2, 3]]]]})


def case_space_to_batch_multiple_fed(tf):
    x = ph(tf)
    return run(tf, tf.space_to_batch_nd(x, [2], [[0, 0]]), {x: [[1, 2, 3]]})
