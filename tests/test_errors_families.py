"""Wrong programs of many families: TensorFlow's class of error and first line.

As `test_errors`: the programs are the tables in ``golden/errors/families``, what TensorFlow said to
them is in ``golden/errors_families.json``, and the tables below are the exceptions.  ``x*`` stands
for ``x`` and ``x_fed``.
"""

import json
from pathlib import Path

import pytest

import tfgrad as tf
from tests.golden import errors
from tests.golden.errors import families

_GOLDEN = json.loads((Path(__file__).parent / "golden" / "errors_families.json").read_text())
CASES = families.cases()
RECORDED = families.unfolded(_GOLDEN["errors"], CASES)
pytestmark = pytest.mark.filterwarnings("ignore")  # some of the programs are warned of

# Only the class is compared, with the reason why.
# fmt: off
CLASS_ALONE = {
    "the words are Python's": """
        linalg/tensordot_axes_range pool/max_pool_padding_missing* pool/max_pool_ksize_missing*
        norm_loss/moments_no_axes* random/stateless_no_seed random/normal_seed
        random/set_seed_string""",
    "the path of TensorFlow's class": """
        linalg/global_norm_tensor* special/clip_global_none* lookup/text_file_key""",
    "which of two wrong nodes runs first": """
        norm_loss/sigmoid_shapes_fed norm_loss/log_poisson_shapes_fed
        norm_loss/weighted_moments_shapes_fed special/sort_axis_fed random/normal_broadcast_fed
        linalg/tensordot_too_many_fed""",
    "a node is not the one that TensorFlow puts there": """
        linalg/matmul_sparse_flag_fed linalg/expm_not_square* linalg/expm_vector
        linalg/norm_axis_pair_range* linalg/eye_fed_negative""",
    "tfgrad says what was wrong where it went wrong": """
        image/resize_with_pad_rank_fed image/crop_or_pad_rank_fed image/crop_or_pad_negative_fed
        image/crop_box_large_fed image/crop_box_fed_fed image/pad_box_small_fed
        image/pad_box_width_fed image/sobel_rank_fed image/psnr_rank_fed image/nms_padded_rank*
        index/gather_axis_fed index/gather_batch_axis_fed index/repeat_axis_fed
        index/scatter_nd_empty_fed index/tensor_update_shape_fed special/angle_string*
        pool/fractional_ratio_too_large* linalg/einsum_rank linalg/einsum_one_ellipsis_fed
        norm_loss/top_k_k_vector conv/conv2d_no_channels_fed conv/transpose3d_shape*
        quantize/and_dequantize_axis_fed sequence/assert_rank_tensor_fed examples/json*""",
    "the whole block, not its side": "conv/batch_to_space_batch conv/batch_to_space_4d",
    "the shape as it is used or as it is given": """
        sparse/matmul_adjoint_fed sparse/softmax_vector_fed image/ssim_small""",
    "has a name that TensorFlow gives to what is fed": "sequence/ensure_shape_fed",
    "one sentence for all operators": "linear_operators/kronecker_empty",
}

# Different on purpose: the class of tfgrad's answer, and why.
ON_PURPOSE = {
    ("InvalidArgumentError", "TensorFlow gives nan or the factor so far, and says nothing"):
        "linalg/cholesky_indefinite*",
    ("InvalidArgumentError", "TensorFlow takes one number in a vector for a scalar here"): """
        quantize/quantize_range_rank_fed quantize/dequantize_range_fed
        quantize/and_dequantize_range_fed""",
    ("InvalidArgumentError", "TensorFlow gives the vector back"): "linalg/expm_vector_fed",
    ("InvalidArgumentError", "TensorFlow takes a vector for the length"):
        "sequence/mask_maxlen_vector_fed",
    ("ok", "tfgrad has this layout of channels on every device"): "pool/avg_pool1d_format*",
    ("InvalidArgumentError", "has this layout, so that the next fault is found"):
        "conv/conv2d_nchw_input_fed",
    ("UnimplementedError", "has this layout, so that the next fault is found"):
        "pool/max_pool_nchw_ksize*",
    ("ok", "strides of two lengths work here"): "conv/depthwise_strides_unequal*",
    ("ok", "tfgrad differentiates convolutions in groups"):
        "conv/transpose_shape_channels* conv/backprop_filter_sizes*",
    ("ok", "tables of any pair of types"): "lookup/key_float",
    ("ok", "TensorFlow's process ends; the time is cut to what is there"):
        "sequence/block_length_long*",
    ("ValueError", "TensorFlow's own check of its arguments stumbles"): """
        conv/atrous_transpose_padding_fed norm_loss/sparse_positional_fed""",
    ("TypeError", "TensorFlow's own check of its arguments stumbles"): "random/gamma_integers*",
    ("ValueError", "arguments by keyword, as in 1.15"): "norm_loss/sparse_positional",
    ("ValueError", "known while the graph is built"): """
        random/gamma_shape signal/irfft_length image/ssim_multiscale_small""",
    ("InvalidArgumentError", "the sizes are known when it runs"): "lookup/lengths_computed",
    ("UnimplementedError", "Substr broadcasts nothing but scalars"): "strings/substr_shapes_fed",
    ("NotImplementedError", "tfgrad splits vectors of text"): "strings/split_v2_separator_fed",
    ("InvalidArgumentError", "the type is that of the data, which is looked at first"):
        "examples/fixed_bad_type*",
}

# What a later version is to say.
NOT_YET = {
    "no control flow yet": """
        linalg/least_squares_rows_fed linalg/least_squares_vector_fed norm_loss/losses_shapes_fed
        norm_loss/losses_weights_shape_fed norm_loss/losses_weights_rank_fed
        norm_loss/losses_softmax_shapes_fed norm_loss/losses_sparse_rank_fed
        norm_loss/losses_cosine_dim_fed norm_loss/losses_huber_shapes_fed image/flip_rank_fed
        image/flip_up_vector_fed image/random_flip_rank_fed image/rot90_rank_fed
        image/rot90_k_fed image/transpose_rank_fed image/ssim_multiscale_small_fed
        signal/frame_length_vector_fed signal/frame_step_zero_fed signal/stft_length_vector_fed
        signal/hann_vector_fed signal/hamming_negative_fed special/confusion_range_fed
        special/confusion_negative_fed special/confusion_lengths_fed
        special/confusion_weights_fed""",
    "the function is missing": "strings/ngrams_width* strings/bytes_split_number*",
    "a range that only the running program knows": "quantize/and_dequantize_order_fed",
}
# fmt: on


def _names(text: str) -> list[str]:
    found = []
    for name in text.split():
        found += [name[:-1], name[:-1] + "_fed"] if name.endswith("*") else [name]
    return found


FOREIGN = {name for text in CLASS_ALONE.values() for name in _names(text)}
PURPOSE = {name: kind for (kind, _), text in ON_PURPOSE.items() for name in _names(text)}
LATER = {name for text in NOT_YET.values() for name in _names(text)}


def outcome(name):
    found = errors.outcome(tf, CASES[name])
    tf.reset_default_graph()
    return found


def disagreement(name, found):
    expected = dict(RECORDED[name])
    if name in FOREIGN:
        expected.pop("message")
    return errors.disagreement(expected, found)


@pytest.mark.parametrize("name", [n for n in CASES if n not in {*PURPOSE, *LATER}])
def test_error_is_tensorflows(name):
    found = outcome(name)
    if RECORDED[name]["class"] == "crash":
        assert found["class"] != "ok"
    else:
        assert disagreement(name, found) == ""


@pytest.mark.parametrize("name", sorted(LATER))
def test_what_is_not_there_yet_is_listed(name):
    assert disagreement(name, outcome(name)) != ""


@pytest.mark.parametrize("name", PURPOSE)
def test_an_error_that_differs_on_purpose_has_its_class(name):
    found = outcome(name)
    assert found["class"] == PURPOSE[name]
    assert disagreement(name, found) != ""


def test_the_tables_list_programs_once():
    assert not {*FOREIGN, *PURPOSE, *LATER} - set(CASES)
    assert len(FOREIGN) + len(PURPOSE) + len(LATER) == len({*FOREIGN, *PURPOSE, *LATER})
    assert set(RECORDED) == set(CASES)


def test_an_error_of_a_run_names_the_node_and_its_line():
    x = tf.placeholder(tf.float32, name="x")
    y = tf.matrix_band_part(x, 0, 0, name="band")
    with tf.Session() as session, pytest.raises(tf.errors.InvalidArgumentError) as caught:
        session.run(y, {x: [1.0]})
    assert "{{node band}}" in str(caught.value)
    assert "made at" in str(caught.value)
    assert caught.value.op is y.op
