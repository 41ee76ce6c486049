"""Wrong programs: the class of the error and its first line are TensorFlow's.

The programs are in ``golden/errors``, what TensorFlow said to them in ``golden/errors.json``.  The
tables below are the exceptions; a case that is listed and agrees fails, so that no entry stays
longer than it is true.
"""

import json
from pathlib import Path

import pytest

import tfgrad as tf
from tests.golden import errors

RECORDED = json.loads((Path(__file__).parent / "golden" / "errors.json").read_text())
CASES = errors.cases()

# Where TensorFlow 2.21 is wrong, and 1.15 ("tf115" in the recording) is the reference.
WRONG_IN_TF221 = {
    "feed_any_tensor": "grappler folds `constant + constant` and ignores that its result is fed",
}

# The message is Python's or NumPy's own and changes with their versions, or tfgrad says it better
# than they do: only the class is compared.
FOREIGN_MESSAGES = {
    "feed_string_to_float", "feed_ragged", "convert_ragged", "convert_ragged_depth",
    "constant_unknown_shape", "name_scope_number", "graph_name_scope_number", "name_number",
    "control_dependencies_not_a_list", "graph_unique_name_number", "graph_seed_type",
    "tensor_float", "tensor_int", "tensor_as_index", "shape_item_out_of_range",
    "gradients_x_none", "gradients_x_none_in_list", "gradients_y_none", "dimension_int_unknown",
    "unknown_attribute", "unknown_keyword",
    "sparse_sets_float", "sparse_embedding_dense_ids",  # the order of a set, the path of a class
    "run_time_ensure_shape",  # has a name that TensorFlow gives to what is fed
}  # fmt: skip

# Only the first sentence is TensorFlow's, which goes on with what follows here.
FIRST_SENTENCE = {
    "add_n_not_a_list": "advice about eager execution and AutoGraph",
    "tensor_bool": "advice about eager execution and AutoGraph",
    "tensor_if": "advice about eager execution and AutoGraph",
    "tensor_iterate": "advice about eager execution and AutoGraph",
    "tensor_iterate_scalar": "advice about eager execution and AutoGraph",
    "tensor_iterate_unknown_length": "advice about eager execution and AutoGraph",
    "tensor_iterate_unknown_rank": "advice about eager execution and AutoGraph",
    "tensor_add_object": "the address of a web page",
    "constant_number_and_string": "the address of a web page",
    "convert_object": "the address of a web page",
    "sparse_as_tensor": "the address of a web page",
    "convert_set": "the address of a web page",
    "fetch_uninitialised_resource": "the container, which tfgrad does not have",
    "clip_by_global_norm_type": "the path of its class of tensors",
}

# What a later version is to say.
NOT_YET: dict[str, str] = {}

# Different on purpose: the class of tfgrad's error, and why.
ON_PURPOSE = {
    "constant_int_too_large": ("TypeError", "TensorFlow stores another number and says nothing"),
    "constant_negative_unsigned": ("TypeError", "TensorFlow stores another number, as above"),
    "zeros_float_shape": ("TypeError", "TensorFlow cuts 2.5 off to 2"),
    "range_string": ("TypeError", "an assertion without words in TensorFlow"),
    "device_type": ("ValueError", "TensorFlow stumbles over a missing attribute of the number"),
    "control_dependencies_other_graph": ("ValueError", "TensorFlow prints the node as a message"),
    "gradients_of_wrong_count": ("ValueError", "TensorFlow prints the node as a message"),
    "register_gradient_twice": ("KeyError", "TensorFlow names the function that registers"),
    "run_time_divide_truncatediv": ("InvalidArgumentError", "TensorFlow says it did not expect it"),
    "run_time_divide_truncatemod": ("InvalidArgumentError", "TensorFlow says it did not expect it"),
}

# The same for the expressions of the section "operators".
OPERATORS_NOT_YET = {
    "v.initialized_value()": "no control flow yet",
}
OPERATORS_ON_PURPOSE = {
    "tf.neg(x)": "the message has the path of TensorFlow's module",
    "tf.contrib.framework.is_tensor(v)": "the message has the path of TensorFlow's module",
    "str(tf.constant([1.5, 2.0], name='q').op)": "a map has no order in TensorFlow",
}


def outcome(name):
    found = errors.outcome(tf, CASES[name])
    tf.reset_default_graph()
    return found


def disagreement(name, found):
    expected = dict(RECORDED["errors"][name])
    if name in WRONG_IN_TF221:
        expected = expected["tf115"]
    if name in FOREIGN_MESSAGES:
        for entry in (expected, expected.get("tf115", {})):
            entry.pop("message", None)
    part = {"part": errors.first_sentence} if name in FIRST_SENTENCE else {}
    return errors.disagreement(expected, found, **part)


@pytest.mark.parametrize("name", [n for n in CASES if n not in {**NOT_YET, **ON_PURPOSE}])
def test_error_is_tensorflows(name):
    assert disagreement(name, outcome(name)) == ""


@pytest.mark.parametrize("name", NOT_YET)
def test_what_is_not_there_yet_is_listed(name):
    assert disagreement(name, outcome(name)) != ""


@pytest.mark.parametrize("name", ON_PURPOSE)
def test_an_error_that_differs_on_purpose_has_its_class(name):
    found = outcome(name)
    assert found["class"] == ON_PURPOSE[name][0]
    assert disagreement(name, found) != ""


def expression_disagrees(expression):
    expected = dict(RECORDED["operators"][expression])
    found = errors.operator_outcome(tf, expression)
    tf.reset_default_graph()
    for result in (expected, found):
        if "message" in result:
            result["message"] = errors.one_form(result["message"])
    return expected != found and f"{found}, wanted {expected}"


@pytest.mark.parametrize("expression", errors.EXPRESSIONS)
def test_expression_makes_the_nodes_or_text_of_tensorflow(expression):
    disagrees = expression_disagrees(expression)
    if expression in {**OPERATORS_NOT_YET, **OPERATORS_ON_PURPOSE}:
        assert disagrees
    else:
        assert not disagrees, disagrees
