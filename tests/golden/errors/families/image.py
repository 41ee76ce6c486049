"""Images: ranks, sizes, boxes, channels, methods, files."""

import numpy as np


def z(*shape):
    return np.ones(shape)


I4, I3, G4 = z(1, 4, 4, 3), z(4, 4, 3), z(1, 4, 4, 1)
BOX = [[0.0, 0.0, 1.0, 1.0]]
ROWS = [
    ("resize_rank", lambda tf, p: tf.image.resize_images(p(z(4, 4)), [2, 2])),
    ("resize_size_length", lambda tf, p: tf.image.resize_images(p(I4), p([2, 2, 2]))),
    ("resize_size_negative", lambda tf, p: tf.image.resize_images(p(I4), p([-2, 2]))),
    ("resize_size_zero", lambda tf, p: tf.image.resize_images(p(I4), p([0, 2]))),
    ("resize_size_scalar", lambda tf, p: tf.image.resize_images(p(I4), p(2))),
    ("resize_size_float", lambda tf, p: tf.image.resize_images(p(I4), p([2.0, 2.0]))),
    ("resize_method", lambda tf, p: tf.image.resize_images(p(I4), [2, 2], method="nearby")),
    ("resize_method_number", lambda tf, p: tf.image.resize_images(p(I4), [2, 2], method=9)),
    ("resize_bilinear_rank", lambda tf, p: tf.image.resize_bilinear(p(I3), [2, 2])),
    ("resize_bilinear_size", lambda tf, p: tf.image.resize_bilinear(p(I4), p([2]))),
    ("resize_bilinear_negative", lambda tf, p: tf.image.resize_bilinear(p(I4), p([0, 2]))),
    ("resize_bilinear_string", lambda tf, p: tf.image.resize_bilinear(p([["a"]]), [2, 2])),
    (
        "resize_both",
        lambda tf, p: tf.image.resize_nearest_neighbor(
            p(I4), p([2, 2]), align_corners=True, half_pixel_centers=True
        ),
    ),
    ("resize_bicubic_empty", lambda tf, p: tf.image.resize_bicubic(p(z(1, 0, 4, 3)), p([2, 2]))),
    ("resize_area_rank", lambda tf, p: tf.image.resize_area(p(I3), p([2, 2]))),
    ("resize_with_pad_rank", lambda tf, p: tf.image.resize_image_with_pad(p(z(4, 4)), 2, 2)),
    ("resize_with_pad_zero", lambda tf, p: tf.image.resize_image_with_pad(p(I4), 0, 2)),
    ("crop_or_pad_rank", lambda tf, p: tf.image.resize_image_with_crop_or_pad(p(z(4, 4)), 2, 2)),
    ("crop_or_pad_zero", lambda tf, p: tf.image.resize_image_with_crop_or_pad(p(I4), 0, 2)),
    (
        "crop_or_pad_negative",
        lambda tf, p: tf.image.resize_image_with_crop_or_pad(p(I4), p(-1), p(2)),
    ),
    ("crop_box_offset", lambda tf, p: tf.image.crop_to_bounding_box(p(I4), -1, 0, 2, 2)),
    ("crop_box_large", lambda tf, p: tf.image.crop_to_bounding_box(p(I4), 3, 0, 2, 2)),
    ("crop_box_fed", lambda tf, p: tf.image.crop_to_bounding_box(p(I4), p(0), p(3), p(2), p(2))),
    ("crop_box_zero", lambda tf, p: tf.image.crop_to_bounding_box(p(I4), 0, 0, 0, 2)),
    ("pad_box_offset", lambda tf, p: tf.image.pad_to_bounding_box(p(I4), -1, 0, 8, 8)),
    ("pad_box_small", lambda tf, p: tf.image.pad_to_bounding_box(p(I4), 1, 1, 4, 8)),
    ("pad_box_width", lambda tf, p: tf.image.pad_to_bounding_box(p(I4), p(1), p(6), p(8), p(8))),
    ("central_fraction", lambda tf, p: tf.image.central_crop(p(I4), 1.5)),
    ("central_fraction_zero", lambda tf, p: tf.image.central_crop(p(I4), 0.0)),
    ("central_rank", lambda tf, p: tf.image.central_crop(p(z(4, 4)), 0.5)),
    (
        "crop_and_resize_boxes",
        lambda tf, p: tf.image.crop_and_resize(p(I4), p([[0.0, 1.0]]), p([0]), p([2, 2])),
    ),
    (
        "crop_and_resize_index",
        lambda tf, p: tf.image.crop_and_resize(p(I4), p(BOX), p([1]), p([2, 2])),
    ),
    (
        "crop_and_resize_count",
        lambda tf, p: tf.image.crop_and_resize(p(I4), p(BOX), p([0, 0]), p([2, 2])),
    ),
    (
        "crop_and_resize_size",
        lambda tf, p: tf.image.crop_and_resize(p(I4), p(BOX), p([0]), p([2, 0])),
    ),
    (
        "crop_and_resize_rank",
        lambda tf, p: tf.image.crop_and_resize(p(I3), p(BOX), p([0]), p([2, 2])),
    ),
    (
        "crop_and_resize_method",
        lambda tf, p: tf.image.crop_and_resize(p(I4), p(BOX), p([0]), p([2, 2]), method="cubic"),
    ),
    ("glimpse_size", lambda tf, p: tf.image.extract_glimpse(p(I4), p([2]), p([[0.0, 0.0]]))),
    (
        "glimpse_offsets",
        lambda tf, p: tf.image.extract_glimpse(p(I4), p([2, 2]), p([[0.0, 0.0]] * 2)),
    ),
    ("flip_rank", lambda tf, p: tf.image.flip_left_right(p(z(4, 4)))),
    ("flip_up_vector", lambda tf, p: tf.image.flip_up_down(p(z(4)))),
    ("random_flip_rank", lambda tf, p: tf.image.random_flip_left_right(p(z(4, 4)), seed=1)),
    ("rot90_rank", lambda tf, p: tf.image.rot90(p(z(4, 4)))),
    ("rot90_k", lambda tf, p: tf.image.rot90(p(I3), k=p([1]))),
    ("transpose_rank", lambda tf, p: tf.image.transpose_image(p(z(4, 4)))),
    ("brightness_delta", lambda tf, p: tf.image.random_brightness(p(I3), -0.5)),
    ("contrast_order", lambda tf, p: tf.image.random_contrast(p(I3), 1.0, 0.5)),
    ("contrast_negative", lambda tf, p: tf.image.random_contrast(p(I3), -1.0, 0.5)),
    ("contrast_rank", lambda tf, p: tf.image.adjust_contrast(p(z(4, 4)), 2.0)),
    ("contrast_factor", lambda tf, p: tf.image.adjust_contrast(p(I3), p([2.0]))),
    ("hue_channels", lambda tf, p: tf.image.adjust_hue(p(G4), 0.1)),
    ("hue_delta_range", lambda tf, p: tf.image.random_hue(p(I3), 0.6)),
    ("hue_delta_negative", lambda tf, p: tf.image.random_hue(p(I3), -0.1)),
    ("hue_delta", lambda tf, p: tf.image.adjust_hue(p(I3), p([0.1, 0.2]))),
    ("saturation_channels", lambda tf, p: tf.image.adjust_saturation(p(G4), 0.1)),
    ("saturation_rank", lambda tf, p: tf.image.adjust_saturation(p([1.0, 2.0, 3.0]), 0.1)),
    ("random_saturation_order", lambda tf, p: tf.image.random_saturation(p(I3), 1.0, 0.5)),
    ("gamma_negative", lambda tf, p: tf.image.adjust_gamma(p(I3), p(-1.0))),
    ("quality_range", lambda tf, p: tf.image.random_jpeg_quality(p(I3), 10, 200)),
    ("rgb_to_gray_channels", lambda tf, p: tf.image.rgb_to_grayscale(p(G4))),
    ("rgb_to_hsv_channels", lambda tf, p: tf.image.rgb_to_hsv(p(G4))),
    ("rgb_to_hsv_scalar", lambda tf, p: tf.image.rgb_to_hsv(p(1.0))),
    ("rgb_to_hsv_integers", lambda tf, p: tf.image.rgb_to_hsv(p([[1, 2, 3]]))),
    ("hsv_to_rgb_channels", lambda tf, p: tf.image.hsv_to_rgb(p(G4))),
    ("rgb_to_yuv_channels", lambda tf, p: tf.image.rgb_to_yuv(p(G4))),
    ("gray_to_rgb_channels", lambda tf, p: tf.image.grayscale_to_rgb(p(I4))),
    ("convert_to_bool", lambda tf, p: tf.image.convert_image_dtype(p(I3), tf.string)),
    ("standardization_rank", lambda tf, p: tf.image.per_image_standardization(p(z(4, 4)))),
    ("sobel_rank", lambda tf, p: tf.image.sobel_edges(p(I3))),
    ("gradients_rank", lambda tf, p: tf.image.image_gradients(p(I3))),
    ("total_variation_rank", lambda tf, p: tf.image.total_variation(p(z(4, 4)))),
    ("psnr_shapes", lambda tf, p: tf.image.psnr(p(I3), p(z(4, 4, 1)), 1.0)),
    ("psnr_rank", lambda tf, p: tf.image.psnr(p(z(4, 4)), p(z(4, 4)), 1.0)),
    ("ssim_shapes", lambda tf, p: tf.image.ssim(p(z(1, 12, 12, 1)), p(z(1, 12, 13, 1)), 1.0)),
    ("ssim_small", lambda tf, p: tf.image.ssim(p(I4), p(I4), 1.0)),
    ("ssim_rank", lambda tf, p: tf.image.ssim(p(z(12, 12)), p(z(12, 12)), 1.0)),
    (
        "ssim_multiscale_small",
        lambda tf, p: tf.image.ssim_multiscale(p(z(1, 16, 16, 1)), p(z(1, 16, 16, 1)), 1.0),
    ),
    ("nms_boxes", lambda tf, p: tf.image.non_max_suppression(p([[0.0, 1.0]]), p([1.0]), p(1))),
    ("nms_scores", lambda tf, p: tf.image.non_max_suppression(p(BOX), p([1.0, 2.0]), p(1))),
    ("nms_scores_rank", lambda tf, p: tf.image.non_max_suppression(p(BOX), p([[1.0]]), p(1))),
    (
        "nms_threshold",
        lambda tf, p: tf.image.non_max_suppression(p(BOX), p([1.0]), p(1), iou_threshold=1.5),
    ),
    ("nms_size_vector", lambda tf, p: tf.image.non_max_suppression(p(BOX), p([1.0]), p([1]))),
    ("nms_size_negative", lambda tf, p: tf.image.non_max_suppression(p(BOX), p([1.0]), p(-1))),
    (
        "nms_padded_rank",
        lambda tf, p: tf.image.non_max_suppression_padded(p([0.0] * 4), p([1.0]), p(1)),
    ),
    (
        "nms_overlaps_square",
        lambda tf, p: tf.image.non_max_suppression_overlaps(p(z(2, 3)), p([1.0, 2.0]), p(1)),
    ),
    (
        "combined_nms_rank",
        lambda tf, p: tf.image.combined_non_max_suppression(p([BOX]), p([[[1.0]]]), p(1), p(1)),
    ),
    ("draw_boxes_rank", lambda tf, p: tf.image.draw_bounding_boxes(p(I3), p([BOX]))),
    ("draw_boxes_boxes", lambda tf, p: tf.image.draw_bounding_boxes(p(I4), p(BOX))),
    ("draw_boxes_batch", lambda tf, p: tf.image.draw_bounding_boxes(p(I4), p([BOX, BOX]))),
    ("draw_boxes_channels", lambda tf, p: tf.image.draw_bounding_boxes(p(z(1, 4, 4, 2)), p([BOX]))),
    (
        "sample_box_range",
        lambda tf, p: tf.image.sample_distorted_bounding_box(
            p([4, 4, 3]), p([BOX]), seed=1, area_range=[0.5, 1.5]
        ),
    ),
    (
        "sample_box_size",
        lambda tf, p: tf.image.sample_distorted_bounding_box(p([4, 4]), p([BOX]), seed=1),
    ),
    (
        "sample_box_none",
        lambda tf, p: tf.image.sample_distorted_bounding_box(p([4, 4, 3]), p(z(1, 0, 4)), seed=1),
    ),
    (
        "sample_box_outside",
        lambda tf, p: tf.image.sample_distorted_bounding_box(
            p([4, 4, 3]), p([[[0.0, 0.0, 1.0, 2.0]]]), seed=1
        ),
    ),
    ("decode_png_data", lambda tf, p: tf.image.decode_png(p("abc"))),
    ("decode_png_vector", lambda tf, p: tf.image.decode_png(p(["abc"]))),
    ("decode_png_channels", lambda tf, p: tf.image.decode_png(p("abc"), channels=2)),
    ("decode_png_dtype", lambda tf, p: tf.image.decode_png(p("abc"), dtype=tf.float32)),
    ("decode_jpeg_data", lambda tf, p: tf.image.decode_jpeg(p("abc"))),
    ("decode_jpeg_ratio", lambda tf, p: tf.image.decode_jpeg(p("abc"), ratio=3)),
    ("decode_gif_data", lambda tf, p: tf.image.decode_gif(p("abc"))),
    ("decode_bmp_data", lambda tf, p: tf.image.decode_bmp(p("abc"))),
    ("decode_image_data", lambda tf, p: tf.image.decode_image(p("abc"))),
    ("decode_image_channels", lambda tf, p: tf.image.decode_image(p("abc"), channels=2)),
    ("decode_number", lambda tf, p: tf.image.decode_png(p(1))),
    ("encode_png_rank", lambda tf, p: tf.image.encode_png(p(z(4, 4), "uint8"))),
    ("encode_png_channels", lambda tf, p: tf.image.encode_png(p(z(4, 4, 5), "uint8"))),
    ("encode_png_float", lambda tf, p: tf.image.encode_png(p(I3))),
    ("encode_jpeg_channels", lambda tf, p: tf.image.encode_jpeg(p(z(4, 4, 2), "uint8"))),
    (
        "encode_jpeg_quality",
        lambda tf, p: tf.image.encode_jpeg(p(z(4, 4, 3), "uint8"), quality=200),
    ),
    (
        "encode_jpeg_format",
        lambda tf, p: tf.image.encode_jpeg(p(z(4, 4, 3), "uint8"), format="cmyk"),
    ),
    ("is_jpeg_number", lambda tf, p: tf.image.is_jpeg(p(1))),
]
