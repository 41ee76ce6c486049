"""Wrong programs: the class of the error and its first line are TensorFlow's.

The programs are in ``golden/errors``, what TensorFlow said to them in ``golden/errors.json``.
"""

import json
from pathlib import Path

import pytest

import tfgrad as tf
from tests.golden import errors

RECORDED = json.loads((Path(__file__).parent / "golden" / "errors.json").read_text())["errors"]

# Where TensorFlow 2.21 is wrong, and 1.15 ("tf115" in the recording) is the reference.
WRONG_IN_TF221 = {
    "feed_any_tensor": "grappler folds `constant + constant` and ignores that its result is fed",
}
FOREIGN_MESSAGES = frozenset(
    """feed_string_to_float feed_ragged convert_ragged convert_ragged_depth constant_unknown_shape
    name_scope_number graph_name_scope_number name_number control_dependencies_not_a_list
    device_type graph_unique_name_number graph_seed_type tensor_float tensor_int tensor_as_index
    shape_item_out_of_range gradients_x_none gradients_x_none_in_list gradients_y_none
    dimension_int_unknown unknown_attribute""".split()
)
FIRST_SENTENCE = {}
NOT_YET = {}
ON_PURPOSE = {}
