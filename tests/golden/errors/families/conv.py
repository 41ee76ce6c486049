"""Convolutions and their kind, and moved blocks."""

import numpy as np


def z(*shape):
    return np.ones(shape)


I1, I2, I3 = z(1, 6, 2), z(1, 6, 6, 2), z(1, 4, 4, 4, 2)
F1, F2, F3 = z(3, 2, 4), z(3, 3, 2, 4), z(2, 2, 2, 2, 4)
ONES4, ONES5 = [1] * 4, [1] * 5
ROWS = [
    ("conv1d_rank", lambda tf, p: tf.nn.conv1d(p(I2), p(F1), 1, "SAME")),
    ("conv1d_filter_rank", lambda tf, p: tf.nn.conv1d(p(I1), p(F2), 1, "SAME")),
    ("conv1d_channels", lambda tf, p: tf.nn.conv1d(p(z(1, 6, 3)), p(F1), 1, "SAME")),
    ("conv1d_padding", lambda tf, p: tf.nn.conv1d(p(I1), p(F1), 1, "same")),
    ("conv1d_too_short", lambda tf, p: tf.nn.conv1d(p(z(1, 2, 2)), p(F1), 1, "VALID")),
    ("conv1d_stride_zero", lambda tf, p: tf.nn.conv1d(p(I1), p(F1), 0, "SAME")),
    ("conv1d_no_filter", lambda tf, p: tf.nn.conv1d(p(I1), stride=1, padding="SAME")),
    ("conv2d_rank3", lambda tf, p: tf.nn.conv2d(p(I1), p(F2), ONES4, "SAME")),
    ("conv2d_filter_rank", lambda tf, p: tf.nn.conv2d(p(I2), p(F1), ONES4, "SAME")),
    ("conv2d_channels", lambda tf, p: tf.nn.conv2d(p(z(1, 6, 6, 3)), p(F2), ONES4, "SAME")),
    ("conv2d_too_small", lambda tf, p: tf.nn.conv2d(p(z(1, 2, 2, 2)), p(F2), ONES4, "VALID")),
    ("conv2d_strides_three", lambda tf, p: tf.nn.conv2d(p(I2), p(F2), [1, 1, 1], "SAME")),
    ("conv2d_strides_of_batch", lambda tf, p: tf.nn.conv2d(p(I2), p(F2), [2, 1, 1, 1], "SAME")),
    ("conv2d_strides_of_channels", lambda tf, p: tf.nn.conv2d(p(I2), p(F2), [1, 1, 1, 2], "SAME")),
    ("conv2d_strides_zero", lambda tf, p: tf.nn.conv2d(p(I2), p(F2), [1, 0, 1, 1], "SAME")),
    ("conv2d_strides_negative", lambda tf, p: tf.nn.conv2d(p(I2), p(F2), [1, -1, -1, 1], "SAME")),
    ("conv2d_strides_five", lambda tf, p: tf.nn.conv2d(p(I2), p(F2), ONES5, "SAME")),
    ("conv2d_strides_string", lambda tf, p: tf.nn.conv2d(p(I2), p(F2), "1", "SAME")),
    (
        "conv2d_dilations_zero",
        lambda tf, p: tf.nn.conv2d(p(I2), p(F2), ONES4, "SAME", dilations=[1, 0, 0, 1]),
    ),
    (
        "conv2d_dilations_of_batch",
        lambda tf, p: tf.nn.conv2d(p(I2), p(F2), ONES4, "SAME", dilations=[2, 1, 1, 1]),
    ),
    (
        "conv2d_dilations_three",
        lambda tf, p: tf.nn.conv2d(p(I2), p(F2), ONES4, "SAME", dilations=[1, 1, 1]),
    ),
    ("conv2d_padding_lower", lambda tf, p: tf.nn.conv2d(p(I2), p(F2), ONES4, "valid")),
    ("conv2d_padding_none", lambda tf, p: tf.nn.conv2d(p(I2), p(F2), ONES4, None)),
    (
        "conv2d_padding_negative",
        lambda tf, p: tf.nn.conv2d(p(I2), p(F2), ONES4, [[0, 0], [-1, 0], [0, 0], [0, 0]]),
    ),
    (
        "conv2d_padding_three",
        lambda tf, p: tf.nn.conv2d(p(I2), p(F2), ONES4, [[0, 0], [1, 0], [0, 0]]),
    ),
    (
        "conv2d_nchw_input",
        lambda tf, p: tf.nn.conv2d(p(I2), p(F2), ONES4, "SAME", data_format="NCHW"),
    ),
    (
        "conv2d_nchw_strides",
        lambda tf, p: tf.nn.conv2d(
            p(z(1, 2, 6, 6)), p(F2), [1, 2, 2, 1], "SAME", data_format="NCHW"
        ),
    ),
    (
        "conv2d_format_case",
        lambda tf, p: tf.nn.conv2d(p(I2), p(F2), ONES4, "SAME", data_format="nhwc"),
    ),
    ("conv2d_dtypes", lambda tf, p: tf.nn.conv2d(p(I2), p(F2, "float64"), ONES4, "SAME")),
    ("conv2d_integers", lambda tf, p: tf.nn.conv2d(p(I2, "int64"), p(F2, "int64"), ONES4, "SAME")),
    ("conv2d_empty_filter", lambda tf, p: tf.nn.conv2d(p(I2), p(z(0, 3, 2, 4)), ONES4, "SAME")),
    (
        "conv2d_no_channels",
        lambda tf, p: tf.nn.conv2d(p(z(1, 6, 6, 0)), p(z(3, 3, 0, 4)), ONES4, "SAME"),
    ),
    ("conv3d_rank", lambda tf, p: tf.nn.conv3d(p(I2), p(F3), ONES5, "SAME")),
    ("conv3d_channels", lambda tf, p: tf.nn.conv3d(p(z(1, 4, 4, 4, 3)), p(F3), ONES5, "SAME")),
    ("conv3d_strides_four", lambda tf, p: tf.nn.conv3d(p(I3), p(F3), ONES4, "SAME")),
    ("conv3d_strides_int", lambda tf, p: tf.nn.conv3d(p(I3), p(F3), 1, "SAME")),
    ("conv3d_strides_of_batch", lambda tf, p: tf.nn.conv3d(p(I3), p(F3), [2, 1, 1, 1, 1], "SAME")),
    ("conv3d_format", lambda tf, p: tf.nn.conv3d(p(I3), p(F3), ONES5, "SAME", data_format="NHWC")),
    ("conv3d_padding", lambda tf, p: tf.nn.conv3d(p(I3), p(F3), ONES5, "EXPLICIT")),
    (
        "transpose_shape_length",
        lambda tf, p: tf.nn.conv2d_transpose(p(z(1, 6, 6, 4)), p(F2), p([1, 12, 12]), [1, 2, 2, 1]),
    ),
    (
        "transpose_shape_size",
        lambda tf, p: tf.nn.conv2d_transpose(
            p(z(1, 6, 6, 4)), p(F2), p([1, 9, 9, 2]), [1, 2, 2, 1]
        ),
    ),
    (
        "transpose_shape_channels",
        lambda tf, p: tf.nn.conv2d_transpose(
            p(z(1, 6, 6, 4)), p(F2), p([1, 12, 12, 4]), [1, 2, 2, 1]
        ),
    ),
    (
        "transpose_shape_batch",
        lambda tf, p: tf.nn.conv2d_transpose(
            p(z(1, 6, 6, 4)), p(F2), p([2, 12, 12, 2]), [1, 2, 2, 1]
        ),
    ),
    (
        "transpose_channels",
        lambda tf, p: tf.nn.conv2d_transpose(
            p(z(1, 6, 6, 3)), p(F2), p([1, 12, 12, 2]), [1, 2, 2, 1]
        ),
    ),
    (
        "transpose_strides_missing",
        lambda tf, p: tf.nn.conv2d_transpose(p(z(1, 6, 6, 4)), p(F2), p([1, 12, 12, 2])),
    ),
    (
        "transpose_no_shape",
        lambda tf, p: tf.nn.conv2d_transpose(p(z(1, 6, 6, 4)), p(F2), strides=2),
    ),
    (
        "transpose_padding",
        lambda tf, p: tf.nn.conv2d_transpose(p(z(1, 6, 6, 4)), p(F2), [1, 12, 12, 2], 2, "FULL"),
    ),
    (
        "transpose_format",
        lambda tf, p: tf.nn.conv2d_transpose(
            p(z(1, 6, 6, 4)), p(F2), [1, 12, 12, 2], 2, data_format="HWNC"
        ),
    ),
    (
        "transpose1d_shape",
        lambda tf, p: tf.nn.conv1d_transpose(p(z(1, 6, 4)), p(F1), p([1, 12, 3]), 2),
    ),
    (
        "transpose1d_length",
        lambda tf, p: tf.nn.conv1d_transpose(p(z(1, 6, 4)), p(F1), p([1, 15, 2]), 2),
    ),
    (
        "transpose1d_format",
        lambda tf, p: tf.nn.conv1d_transpose(
            p(z(1, 6, 4)), p(F1), p([1, 12, 2]), 2, data_format="WNC"
        ),
    ),
    (
        "transpose3d_shape",
        lambda tf, p: tf.nn.conv3d_transpose(p(z(1, 2, 2, 2, 4)), p(F3), p([1, 4, 4, 4, 3]), 2),
    ),
    (
        "transpose3d_rank",
        lambda tf, p: tf.nn.conv3d_transpose(p(z(1, 2, 2, 4)), p(F3), p([1, 4, 4, 4, 2]), 2),
    ),
    ("transpose_rank", lambda tf, p: tf.nn.conv_transpose(p(z(2, 3)), p(F2), [1, 2], 1)),
    ("depthwise_rank", lambda tf, p: tf.nn.depthwise_conv2d(p(I1), p(F2), ONES4, "SAME")),
    (
        "depthwise_channels",
        lambda tf, p: tf.nn.depthwise_conv2d(p(z(1, 6, 6, 3)), p(F2), ONES4, "SAME"),
    ),
    (
        "depthwise_strides_three",
        lambda tf, p: tf.nn.depthwise_conv2d(p(I2), p(F2), [1, 1, 1], "SAME"),
    ),
    (
        "depthwise_strides_unequal",
        lambda tf, p: tf.nn.depthwise_conv2d(p(I2), p(F2), [1, 1, 2, 1], "SAME"),
    ),
    (
        "depthwise_strides_of_batch",
        lambda tf, p: tf.nn.depthwise_conv2d(p(I2), p(F2), [2, 1, 1, 1], "SAME"),
    ),
    (
        "depthwise_rate_and_strides",
        lambda tf, p: tf.nn.depthwise_conv2d(p(I2), p(F2), [1, 2, 2, 1], "SAME", rate=[2, 2]),
    ),
    (
        "depthwise_rate_zero",
        lambda tf, p: tf.nn.depthwise_conv2d(p(I2), p(F2), ONES4, "SAME", rate=[0, 1]),
    ),
    ("depthwise_padding", lambda tf, p: tf.nn.depthwise_conv2d(p(I2), p(F2), ONES4, "FULL")),
    (
        "depthwise_native_rank",
        lambda tf, p: tf.nn.depthwise_conv2d_native(p(I2), p(F1), ONES4, "SAME"),
    ),
    (
        "separable_pointwise_rows",
        lambda tf, p: tf.nn.separable_conv2d(p(I2), p(F2), p(z(2, 1, 8, 4)), ONES4, "SAME"),
    ),
    (
        "separable_pointwise_channels",
        lambda tf, p: tf.nn.separable_conv2d(p(I2), p(F2), p(z(1, 1, 7, 4)), ONES4, "SAME"),
    ),
    (
        "separable_pointwise_rank",
        lambda tf, p: tf.nn.separable_conv2d(p(I2), p(F2), p(z(8, 4)), ONES4, "SAME"),
    ),
    (
        "separable_channels",
        lambda tf, p: tf.nn.separable_conv2d(
            p(z(1, 6, 6, 3)), p(F2), p(z(1, 1, 8, 4)), ONES4, "SAME"
        ),
    ),
    ("atrous_rate", lambda tf, p: tf.nn.atrous_conv2d(p(I2), p(F2), 0, "SAME")),
    ("atrous_channels", lambda tf, p: tf.nn.atrous_conv2d(p(z(1, 6, 6, 3)), p(F2), 2, "SAME")),
    ("atrous_too_small", lambda tf, p: tf.nn.atrous_conv2d(p(I2), p(F2), 4, "VALID")),
    (
        "atrous_transpose_padding",
        lambda tf, p: tf.nn.atrous_conv2d_transpose(
            p(I2), p(z(3, 3, 4, 2)), [1, 6, 6, 4], 2, "FULL"
        ),
    ),
    (
        "dilation2d_channels",
        lambda tf, p: tf.nn.dilation2d(p(I2), p(z(3, 3, 3)), ONES4, ONES4, "SAME"),
    ),
    ("dilation2d_rank", lambda tf, p: tf.nn.dilation2d(p(I1), p(z(3, 3, 2)), ONES4, ONES4, "SAME")),
    (
        "dilation2d_strides",
        lambda tf, p: tf.nn.dilation2d(p(I2), p(z(3, 3, 2)), [1, 1], ONES4, "SAME"),
    ),
    (
        "dilation2d_rates",
        lambda tf, p: tf.nn.dilation2d(p(I2), p(z(3, 3, 2)), ONES4, [2, 1, 1, 1], "SAME"),
    ),
    (
        "dilation2d_padding",
        lambda tf, p: tf.nn.dilation2d(p(I2), p(z(3, 3, 2)), ONES4, ONES4, "FULL"),
    ),
    (
        "dilation2d_too_small",
        lambda tf, p: tf.nn.dilation2d(p(z(1, 2, 2, 2)), p(z(3, 3, 2)), ONES4, ONES4, "VALID"),
    ),
    (
        "erosion2d_strides",
        lambda tf, p: tf.nn.erosion2d(p(I2), p(z(3, 3, 2)), [2, 1, 1, 1], ONES4, "SAME"),
    ),
    (
        "convolution_format",
        lambda tf, p: tf.nn.convolution(p(I2), p(F2), "SAME", data_format="NCDHW"),
    ),
    ("convolution_filter_rank", lambda tf, p: tf.nn.convolution(p(I2), p(F1), "SAME")),
    (
        "convolution_strides",
        lambda tf, p: tf.nn.convolution(p(I2), p(F2), "SAME", strides=[1, 1, 1]),
    ),
    (
        "convolution_strides_zero",
        lambda tf, p: tf.nn.convolution(p(I2), p(F2), "SAME", strides=[0, 1]),
    ),
    (
        "backprop_input_sizes",
        lambda tf, p: tf.nn.conv2d_backprop_input(
            p([1, 6, 6, 3]), p(F2), p(z(1, 6, 6, 4)), ONES4, "SAME"
        ),
    ),
    (
        "backprop_filter_sizes",
        lambda tf, p: tf.nn.conv2d_backprop_filter(
            p(I2), p([3, 3, 1, 4]), p(z(1, 6, 6, 4)), ONES4, "SAME"
        ),
    ),
    (
        "backprop_filter_out",
        lambda tf, p: tf.nn.conv2d_backprop_filter(
            p(I2), p([3, 3, 2, 4]), p(z(1, 5, 6, 4)), ONES4, "SAME"
        ),
    ),
    (
        "space_to_batch_block",
        lambda tf, p: tf.space_to_batch_nd(p(I2), p([0, 2]), p([[0, 0], [0, 0]])),
    ),
    (
        "space_to_batch_paddings",
        lambda tf, p: tf.space_to_batch_nd(p(I2), p([2, 2]), p([[0, -2], [0, 0]])),
    ),
    (
        "space_to_batch_paddings_shape",
        lambda tf, p: tf.space_to_batch_nd(p(I2), p([2, 2]), p([[0, 0]])),
    ),
    ("space_to_batch_rank", lambda tf, p: tf.space_to_batch_nd(p([1.0]), p([2]), p([[0, 0]]))),
    (
        "space_to_batch_multiple",
        lambda tf, p: tf.space_to_batch_nd(p(I2), p([4, 2]), p([[0, 0], [0, 0]])),
    ),
    (
        "space_to_batch_float",
        lambda tf, p: tf.space_to_batch_nd(p(I2), p([2.0, 2.0]), p([[0, 0], [0, 0]])),
    ),
    ("space_to_batch_4d", lambda tf, p: tf.space_to_batch(p(I2), p([[0, 0], [0, 1]]), 2)),
    ("space_to_batch_one", lambda tf, p: tf.space_to_batch(p(I2), p([[0, 0], [0, 0]]), 1)),
    (
        "batch_to_space_batch",
        lambda tf, p: tf.batch_to_space_nd(p(I2), p([2, 2]), p([[0, 0], [0, 0]])),
    ),
    (
        "batch_to_space_crops",
        lambda tf, p: tf.batch_to_space_nd(p(z(4, 2, 2, 1)), p([2, 2]), p([[3, 3], [0, 0]])),
    ),
    (
        "batch_to_space_crops_negative",
        lambda tf, p: tf.batch_to_space_nd(p(z(4, 2, 2, 1)), p([2, 2]), p([[-1, 0], [0, 0]])),
    ),
    (
        "batch_to_space_4d",
        lambda tf, p: tf.batch_to_space(p(z(3, 2, 2, 1)), p([[0, 0], [0, 0]]), 2),
    ),
    ("space_to_depth_rank", lambda tf, p: tf.space_to_depth(p(I1), 2)),
    ("space_to_depth_block", lambda tf, p: tf.space_to_depth(p(I2), 0)),
    ("space_to_depth_size", lambda tf, p: tf.space_to_depth(p(I2), 4)),
    ("space_to_depth_format", lambda tf, p: tf.space_to_depth(p(I2), 2, data_format="CHWN")),
    ("depth_to_space_channels", lambda tf, p: tf.depth_to_space(p(I2), 2)),
    ("depth_to_space_rank", lambda tf, p: tf.depth_to_space(p(I3), 2)),
]
