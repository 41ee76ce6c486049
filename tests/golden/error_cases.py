"""Small wrong programs, whose errors are recorded from TensorFlow in ``errors.json``.

At the end: Python expressions on tensors, and what they make (section "operators").

Plain TF1 code that never imports TensorFlow: every ``case_*`` gets the module to test, and runs in
a fresh default graph.  Used by ``record_errors.py`` and by the tests of tfgrad, through `outcome`.
A case that raises nothing is recorded as class ``"ok"``; the message is then the repr of what it
returned, if that is a string, number, list, tuple, ... of such.
"""

import builtins
import contextlib
import re

import numpy as np

# Cases whose message is Python's or NumPy's own and changes with their versions: compare the class.
FOREIGN_MESSAGES = frozenset(
    """feed_string_to_float feed_ragged convert_ragged convert_ragged_depth constant_unknown_shape
    name_scope_number graph_name_scope_number name_number control_dependencies_not_a_list
    device_type graph_unique_name_number graph_seed_type tensor_float tensor_int tensor_as_index
    shape_item_out_of_range gradients_x_none gradients_x_none_in_list gradients_y_none
    dimension_int_unknown unknown_attribute""".split()
)

# Where TensorFlow 2.21 is wrong, and 1.15 ("tf115" in the recording) is the reference.
WRONG_IN_TF221 = {
    "feed_any_tensor": "grappler folds `constant + constant` and ignores that its result is fed",
}

# --------------------------------------------------------------------------------------------------
# Harness


def cases():
    """All cases of this module: name without ``case_`` -> function, in the order of the file."""
    return {n[5:]: f for n, f in globals().items() if n.startswith("case_") and callable(f)}


def error_class(tf, error):
    """Public name of the class of an exception: its first base which Python or `tf.errors` has."""
    for cls in type(error).__mro__:
        if getattr(builtins, cls.__name__, None) is cls:
            return cls.__name__
        if getattr(tf.errors, cls.__name__, None) is cls:
            return cls.__name__
    return type(error).__name__


def first_line(text):
    """First line of a message that says what is wrong; no addresses, no source files.

    At run time TensorFlow 2 puts "Graph execution error:" and a stack trace first: the line that
    counts comes after "Node: 'name'".
    """
    text = text.strip()
    if text.startswith("Graph execution error:"):
        found = re.search(r"^Node: '.*'$\n(.*)", text, re.MULTILINE)
        text = found.group(1) if found else text.split("\n", 1)[-1].strip()
    line = (text.splitlines() or [""])[0].rstrip()
    return re.sub(r"\S+\.py:\d+", "FILE", re.sub(r"0x[0-9a-f]+", "0x..", line))


def plain(value):
    """Repr of a result, or "" unless it reads the same in every process."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return repr(value)
    if isinstance(value, (list, tuple)):
        left, right = "[]" if isinstance(value, list) else "()"
        return left + ", ".join(plain(v) for v in value) + right
    if isinstance(value, (np.ndarray, np.generic)):
        return f"{value.dtype}{list(value.shape)} {value.tolist()}"
    return ""


def outcome(tf, case):
    """Runs a case in a fresh graph and tells how it ended: {"class": ..., "message": ...}."""
    tf.reset_default_graph()
    try:
        value = case(tf)
    except Exception as error:  # noqa: BLE001 - any class of error is a result here
        message = getattr(error, "message", None)
        message = message if isinstance(message, str) else str(error)
        return {"class": error_class(tf, error), "message": first_line(message)}
    return {"class": "ok", "message": plain(value)}


def disagreement(expected, found):
    """ "" when an outcome is the recorded one, else what differs.

    The message may be that of TensorFlow 2.21 or that of 1.15 (key "tf115"); messages of Python
    and NumPy (`FOREIGN_MESSAGES`) are the caller's business: pass ``expected`` without "message".
    """
    accepted = [expected] + ([expected["tf115"]] if "tf115" in expected else [])
    if found["class"] not in [entry["class"] for entry in accepted]:
        return f"{found['class']} ({found['message']}), wanted {expected['class']}"
    messages = [
        entry["message"].replace("SymbolicTensor", "Tensor")
        for entry in accepted
        if entry["class"] == found["class"] and "message" in entry
    ]
    if messages and found["message"].replace("SymbolicTensor", "Tensor") not in messages:
        return f"{found['message']!r}, wanted {messages[0]!r}"
    return ""


def _run(tf, fetches, feed_dict=None):
    with tf.Session() as session:
        return session.run(fetches, feed_dict)


def _ph(tf, shape=None, name="x", dtype=None):
    return tf.placeholder(dtype or tf.float32, shape, name=name)


# --------------------------------------------------------------------------------------------------
# Shapes that do not fit, while building


def case_shape_add(tf):
    return _ph(tf, [2, 3], "a") + _ph(tf, [4, 3], "b")


def case_shape_tf_add_named(tf):
    return tf.add(_ph(tf, [2, 3], "a"), _ph(tf, [2, 4], "b"), name="sum")


def case_shape_mul_in_scope(tf):
    with tf.name_scope("layer1"):
        return tf.multiply(_ph(tf, [None, 3], "x"), _ph(tf, [None, 4], "mask"))


def case_shape_sub_constant(tf):
    return _ph(tf, [2, 3]) - [1.0, 2.0]


def case_shape_less(tf):
    return _ph(tf, [2], "a") < _ph(tf, [3], "b")


def case_shape_matmul(tf):
    return tf.matmul(_ph(tf, [2, 3], "a"), _ph(tf, [2, 3], "b"))


def case_shape_matmul_transposed(tf):
    return tf.matmul(_ph(tf, [2, 3], "a"), _ph(tf, [3, 4], "b"), transpose_b=True)


def case_shape_matmul_rank1(tf):
    return tf.matmul(_ph(tf, [3], "a"), _ph(tf, [3, 4], "b"))


def case_shape_matmul_rank1_right(tf):
    return tf.matmul(_ph(tf, [3, 4], "a"), _ph(tf, [4], "b"))


def case_shape_matmul_batch(tf):
    return tf.matmul(_ph(tf, [2, 3, 4], "a"), _ph(tf, [5, 4, 6], "b"))


def case_shape_matmul_both_adjoint_and_transpose(tf):
    a = _ph(tf, [3, 3])
    return tf.matmul(a, a, transpose_a=True, adjoint_a=True)


def case_shape_concat(tf):
    return tf.concat([_ph(tf, [2, 3], "a"), _ph(tf, [4, 5], "b")], axis=0)


def case_shape_concat_ranks(tf):
    return tf.concat([_ph(tf, [2, 3], "a"), _ph(tf, [4], "b")], axis=0)


def case_shape_concat_axis(tf):
    return tf.concat([_ph(tf, [2, 3], "a"), _ph(tf, [2, 3], "b")], axis=2)


def case_shape_concat_scalars(tf):
    return tf.concat([tf.constant(1.0), tf.constant(2.0)], axis=0)


def case_shape_reshape(tf):
    return tf.reshape(_ph(tf, [2, 3]), [4, 2])


def case_shape_reshape_minus_one(tf):
    return tf.reshape(_ph(tf, [2, 3]), [-1, 4])


def case_shape_reshape_two_unknown(tf):
    return str(tf.reshape(_ph(tf, [2, 3]), [-1, -1]).shape)


def case_shape_reshape_float(tf):
    return tf.reshape(_ph(tf, [2, 3]), [3.0, 2.0])


def case_shape_assign(tf):
    return tf.assign(tf.Variable([1.0, 2.0], name="v"), [1.0, 2.0, 3.0])


def case_shape_assign_resource(tf):
    v = tf.get_variable("v", [2], use_resource=True)
    return v.assign([1.0, 2.0, 3.0])


def case_shape_assign_add(tf):
    return tf.assign_add(tf.Variable([1.0, 2.0], name="v"), [[1.0, 2.0]])


def case_shape_assign_not_a_variable(tf):
    return tf.assign(tf.constant(1.0), 2.0)


def case_shape_bias_add(tf):
    return tf.nn.bias_add(_ph(tf, [2, 3]), _ph(tf, [4], "b"))


def case_shape_bias_add_rank(tf):
    return tf.nn.bias_add(_ph(tf, [3]), _ph(tf, [3], "b"))


def case_shape_softmax_xent(tf):
    return tf.nn.softmax_cross_entropy_with_logits(
        labels=_ph(tf, [2, 3], "labels"), logits=_ph(tf, [2, 4], "logits")
    )


def case_shape_softmax_xent_v2(tf):
    return tf.nn.softmax_cross_entropy_with_logits_v2(
        labels=_ph(tf, [2, 3], "labels"), logits=_ph(tf, [5, 3], "logits")
    )


def case_softmax_xent_positional(tf):
    a = _ph(tf, [2, 3])
    return tf.nn.softmax_cross_entropy_with_logits(a, a)


def case_softmax_xent_missing_labels(tf):
    return tf.nn.softmax_cross_entropy_with_logits(logits=_ph(tf, [2, 3]))


def case_shape_sparse_xent_rank(tf):
    return tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=_ph(tf, [2, 3], "labels", tf.int32), logits=_ph(tf, [2, 3], "logits")
    )


def case_shape_sparse_xent_batch(tf):
    return tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=_ph(tf, [5], "labels", tf.int32), logits=_ph(tf, [2, 3], "logits")
    )


def case_sparse_xent_scalar_logits(tf):
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tf.constant(1), logits=_ph(tf, []))


def case_sparse_xent_float_labels(tf):
    return tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=_ph(tf, [2], "labels"), logits=_ph(tf, [2, 3], "logits")
    )


def case_sparse_xent_positional(tf):
    return tf.nn.sparse_softmax_cross_entropy_with_logits(tf.constant([1]), tf.constant([[1.0]]))


def case_sparse_xent_label_out_of_range(tf):
    return _run(
        tf,
        tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[0, 3], logits=[[1.0, 2.0, 3.0]] * 2),
    )


def case_shape_sigmoid_xent(tf):
    return tf.nn.sigmoid_cross_entropy_with_logits(
        labels=_ph(tf, [2, 3], "labels"), logits=_ph(tf, [2, 4], "logits")
    )


def case_shape_add_n(tf):
    return tf.add_n([_ph(tf, [2], "a"), _ph(tf, [3], "b")])


def case_add_n_empty(tf):
    return tf.add_n([])


def case_add_n_dtypes(tf):
    return tf.add_n([tf.constant(1.0), tf.constant(1)])


def case_add_n_not_a_list(tf):
    return tf.add_n(tf.constant(1.0))


def case_shape_where(tf):
    return tf.where(_ph(tf, [2], "c", tf.bool), _ph(tf, [3], "a"), _ph(tf, [3], "b"))


def case_where_one_branch(tf):
    return tf.where(_ph(tf, [2], "c", tf.bool), _ph(tf, [2], "a"))


def case_shape_broadcast_to(tf):
    return tf.broadcast_to(_ph(tf, [2, 3]), [3, 2])


def case_shape_tile(tf):
    return tf.tile(_ph(tf, [2, 3]), [2])


def case_shape_pad(tf):
    return tf.pad(_ph(tf, [2, 3]), [[1, 1]])


def case_shape_placeholder_with_default(tf):
    return tf.placeholder_with_default([1.0, 2.0], [3])


# --------------------------------------------------------------------------------------------------
# Shapes that do not fit, at run time


def case_run_shape_add(tf):
    a, b = _ph(tf, None, "a"), _ph(tf, None, "b")
    return _run(tf, tf.add(a, b, name="sum"), {a: [1.0, 2.0], b: [1.0, 2.0, 3.0]})


def case_run_shape_matmul(tf):
    a, b = _ph(tf, [None, None], "a"), _ph(tf, [None, None], "b")
    return _run(tf, tf.matmul(a, b, name="mm"), {a: np.ones([2, 3]), b: np.ones([2, 3])})


def case_run_shape_reshape(tf):
    x = _ph(tf, [None])
    return _run(tf, tf.reshape(x, [2, -1], name="r"), {x: [1.0, 2.0, 3.0]})


def case_run_shape_concat(tf):
    a, b = _ph(tf, [None, None], "a"), _ph(tf, [None, None], "b")
    return _run(tf, tf.concat([a, b], 0, name="c"), {a: np.ones([2, 3]), b: np.ones([2, 4])})


def case_run_gather_out_of_range(tf):
    i = _ph(tf, [None], "i", tf.int32)
    return _run(tf, tf.gather([1.0, 2.0, 3.0], i, name="g"), {i: [0, 3]})


def case_run_division_by_zero(tf):
    i = _ph(tf, [], "i", tf.int32)
    return _run(tf, tf.floordiv(7, i, name="d"), {i: 0})


def case_run_check_numerics(tf):
    x = _ph(tf, [])
    return _run(tf, tf.check_numerics(x, "bad loss", name="check"), {x: float("nan")})


def case_run_strided_slice_index(tf):
    x, i = _ph(tf, [3]), _ph(tf, [], "i", tf.int32)
    return _run(tf, x[i], {x: [1.0, 2.0, 3.0], i: 3})


def case_run_assign_shape(tf):
    v = tf.get_variable("v", [2], initializer=tf.zeros_initializer())
    x = _ph(tf)
    op = tf.assign(v, x)
    return _run(tf, op, {x: [1.0, 2.0, 3.0]})


# --------------------------------------------------------------------------------------------------
# Dtypes


def case_dtype_add(tf):
    return _ph(tf, [2], "a") + _ph(tf, [2], "b", tf.int32)


def case_dtype_tf_add(tf):
    return tf.add(_ph(tf, [2], "a"), _ph(tf, [2], "b", tf.int32))


def case_dtype_tf_add_python_int_first(tf):
    return tf.add(1, _ph(tf, [2]))


def case_dtype_int_plus_float(tf):
    return tf.constant(1) + 1.5


def case_dtype_float_plus_int(tf):
    return (tf.constant(1.0) + 1).dtype.name


def case_dtype_rsub_float_from_int(tf):
    return 1.5 - tf.constant(1)


def case_dtype_mul_float_double(tf):
    return tf.constant(1.0) * tf.constant(1.0, tf.float64)


def case_dtype_matmul(tf):
    return tf.matmul(_ph(tf, [2, 2], "a"), _ph(tf, [2, 2], "b", tf.float64))


def case_dtype_truediv(tf):
    return tf.constant(1) / tf.constant(1.0)


def case_dtype_less(tf):
    return tf.constant(1) < tf.constant(1.0)


def case_dtype_logical_and(tf):
    return tf.logical_and(tf.constant(1.0), tf.constant(True))


def case_dtype_bool_add(tf):
    return tf.constant(True) + tf.constant(False)


def case_dtype_string_mul(tf):
    return tf.constant("a") * tf.constant("b")


def case_dtype_exp_int(tf):
    return tf.exp(tf.constant(1))


def case_dtype_softmax_int(tf):
    return tf.nn.softmax(tf.constant([[1, 2]]))


def case_dtype_assign(tf):
    return tf.assign(tf.Variable(1.0, name="v"), tf.constant(1))


def case_dtype_assign_python_float_to_int(tf):
    return tf.assign(tf.Variable(1, name="v"), 1.5)


def case_dtype_assign_resource(tf):
    return tf.get_variable("v", [], use_resource=True).assign(tf.constant(1))


def case_dtype_concat(tf):
    return tf.concat([tf.constant([1.0]), tf.constant([1])], 0)


def case_dtype_stack(tf):
    return tf.stack([tf.constant(1.0), tf.constant(1)])


def case_dtype_cast_string(tf):
    return _run(tf, tf.cast(tf.constant("a"), tf.float32, name="cast"))


def case_dtype_reduce_sum_bool(tf):
    return tf.reduce_sum(tf.constant([True]))


def case_dtype_reduce_all_float(tf):
    return tf.reduce_all(tf.constant([1.0]))


def case_dtype_placeholder_none(tf):
    return tf.placeholder(None)


def case_dtype_placeholder_bad(tf):
    return tf.placeholder("float33")


def case_dtype_placeholder_object(tf):
    return tf.placeholder(object())


def case_dtype_placeholder_shape_first(tf):
    return tf.placeholder([2, 3])


def case_dtype_as_dtype_unknown(tf):
    return tf.as_dtype("real")


def case_dtype_min_of_bool(tf):
    return tf.bool.min


def case_dtype_min_of_string(tf):
    return tf.string.min


def case_dtype_random_uniform_int_without_maxval(tf):
    return tf.random_uniform([2], dtype=tf.int32)


def case_dtype_random_normal_int(tf):
    return tf.random_normal([2], dtype=tf.int32)


# --------------------------------------------------------------------------------------------------
# Feeds


def case_feed_missing(tf):
    x = _ph(tf, [2, 3])
    return _run(tf, x * 2.0)


def case_feed_missing_unknown_shape(tf):
    return _run(tf, _ph(tf) * 2.0)


def case_feed_missing_int_partial(tf):
    return _run(tf, tf.identity(_ph(tf, [None, 3], "ids", tf.int32)))


def case_feed_missing_fetched_itself(tf):
    return _run(tf, _ph(tf, []))


def case_feed_shape(tf):
    x = _ph(tf, [2, 3])
    return _run(tf, x * 2.0, {x: np.ones([3, 2])})


def case_feed_shape_partial(tf):
    x = _ph(tf, [None, 3])
    return _run(tf, x * 2.0, {x: np.ones([5, 4])})


def case_feed_shape_rank(tf):
    x = _ph(tf, [None, 3])
    return _run(tf, x * 2.0, {x: 1.0})


def case_feed_string_to_float(tf):
    x = _ph(tf, [])
    return _run(tf, x * 2.0, {x: "a"})


def case_feed_float_to_int(tf):
    x = _ph(tf, [], "x", tf.int32)
    return _run(tf, x * 2, {x: 1.5})


def case_feed_float_array_to_int(tf):
    x = _ph(tf, [2], "x", tf.int32)
    return _run(tf, x * 2, {x: np.array([1.7, 2.2])})


def case_feed_int_too_large(tf):
    x = _ph(tf, [], "x", tf.int32)
    return _run(tf, x * 2, {x: 2**40})


def case_feed_none(tf):
    x = _ph(tf, [])
    return _run(tf, x * 2.0, {x: None})


def case_feed_ragged(tf):
    x = _ph(tf)
    return _run(tf, x * 2.0, {x: [[1.0], [2.0, 3.0]]})


def case_feed_tensor(tf):
    x = _ph(tf, [])
    return _run(tf, x * 2.0, {x: tf.constant(1.0)})


def case_feed_unknown_name(tf):
    return _run(tf, tf.constant(1.0), {"nothing:0": 1.0})


def case_feed_name_without_index(tf):
    x = _ph(tf, [])
    return _run(tf, x * 2.0, {"x": 1.0})


def case_feed_operation(tf):
    x = _ph(tf, [])
    return _run(tf, x * 2.0, {x.op: 1.0})


def case_feed_key_of_wrong_type(tf):
    return _run(tf, tf.constant(1.0), {3: 1.0})


def case_feed_key_none(tf):
    return _run(tf, tf.constant(1.0), {None: 1.0})


def case_feed_not_a_dict(tf):
    return _run(tf, tf.constant(1.0), [1.0])


def case_feed_other_graph(tf):
    other = tf.Graph()
    with other.as_default():
        x = _ph(tf, [])
    return _run(tf, tf.constant(1.0), {x: 1.0})


def case_feed_not_feedable(tf):
    x = tf.constant(1.0)
    tf.get_default_graph().prevent_feeding(x)
    return _run(tf, x * 2.0, {x: 3.0})


def case_feed_any_tensor(tf):
    x = tf.constant(1.0) + 1.0
    return _run(tf, x * 2.0, {x: 3.0})


def case_feed_constant(tf):
    x = tf.constant(1.0)
    return _run(tf, x * 2.0, {x: 3.0})


def case_feed_intermediate(tf):
    y = _ph(tf, []) + 1.0
    return _run(tf, y * 2.0, {y: 3.0})


def case_feed_fetched(tf):
    x = _ph(tf, [])
    return _run(tf, x, {x: 3.0})


def case_feed_variable(tf):
    v = tf.Variable(1.0, name="v")
    return _run(tf, v * 2.0, {v: 3.0})


# --------------------------------------------------------------------------------------------------
# Fetches and sessions


def case_fetch_uninitialised(tf):
    return _run(tf, tf.Variable([1.0, 2.0], name="w") * 2.0)


def case_fetch_uninitialised_itself(tf):
    return _run(tf, tf.Variable([1.0, 2.0], name="w"))


def case_fetch_uninitialised_resource(tf):
    v = tf.get_variable("w", [2], use_resource=True)
    return _run(tf, v * 2.0)


def case_fetch_uninitialised_assign_add(tf):
    return _run(tf, tf.assign_add(tf.Variable(1.0, name="w"), 1.0))


def case_fetch_none(tf):
    tf.constant(1.0, name="c")
    return _run(tf, None)


def case_fetch_none_in_list(tf):
    return _run(tf, [tf.constant(1.0), None])


def case_fetch_int(tf):
    tf.constant(1.0, name="c")
    return _run(tf, 3)


def case_fetch_empty_list(tf):
    tf.constant(1.0, name="c")
    return _run(tf, [])


def case_fetch_empty_dict(tf):
    tf.constant(1.0, name="c")
    return str(_run(tf, {}))


def case_fetch_unknown_name(tf):
    tf.constant(1.0, name="c")
    return _run(tf, "nothing:0")


def case_fetch_unknown_output(tf):
    tf.constant(1.0, name="c")
    return _run(tf, "c:1")


def case_fetch_name_of_operation(tf):
    tf.constant(1.0, name="c")
    return _run(tf, "c")


def case_fetch_other_graph(tf):
    other = tf.Graph()
    with other.as_default():
        c = tf.constant(1.0, name="c")
    tf.constant(1.0, name="c")
    return _run(tf, c)


def case_fetch_other_graph_operation(tf):
    tf.constant(1.0, name="c")
    other = tf.Graph()
    with other.as_default():
        op = tf.no_op()
    return _run(tf, op)


def case_fetch_array(tf):
    tf.constant(1.0, name="c")
    return _run(tf, np.ones(2))


def case_session_closed(tf):
    c = tf.constant(1.0)
    session = tf.Session()
    session.close()
    return session.run(c)


def case_session_empty_graph(tf):
    return _run(tf, "x:0")


def case_session_empty_graph_no_fetch(tf):
    return _run(tf, [])


def case_session_bad_graph(tf):
    return tf.Session(graph=3)


def case_session_bad_config(tf):
    return tf.Session(config=3)


def case_session_bad_target(tf):
    return tf.Session(target=3)


def case_eval_without_session(tf):
    return tf.constant(1.0).eval()


def case_run_operation_without_session(tf):
    return tf.no_op().run()


def case_eval_variable_without_session(tf):
    return tf.Variable(1.0).eval()


def case_eval_session_of_other_graph(tf):
    c = tf.constant(1.0)
    with tf.Session(graph=tf.Graph()):
        return c.eval()


def case_eval_explicit_session_of_other_graph(tf):
    c = tf.constant(1.0)
    with tf.Session(graph=tf.Graph()) as session:
        return c.eval(session=session)


def case_run_operation_session_of_other_graph(tf):
    op = tf.no_op()
    with tf.Session(graph=tf.Graph()):
        return op.run()


def case_make_callable_too_many(tf):
    x = _ph(tf, [])
    with tf.Session() as session:
        return session.make_callable(x * 2.0, [x])(1.0, 2.0)


def case_after_error_session_works(tf):
    v = tf.Variable(1.0, name="v")
    x = _ph(tf, [])
    up = tf.assign_add(v, x)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        with contextlib.suppress(tf.errors.InvalidArgumentError):
            session.run(up)
        return float(session.run(up, {x: 2.0}))


# --------------------------------------------------------------------------------------------------
# Variables


def case_variable_exists(tf):
    tf.get_variable("v", [2])
    return tf.get_variable("v", [2])


def case_variable_exists_in_scope(tf):
    with tf.variable_scope("s"):
        tf.get_variable("v", [2])
    with tf.variable_scope("s"):
        return tf.get_variable("v", [2])


def case_variable_reuse_missing(tf):
    with tf.variable_scope("s", reuse=True):
        return tf.get_variable("v", [2])


def case_variable_reuse_shape(tf):
    tf.get_variable("v", [2])
    with tf.variable_scope("", reuse=True):
        return tf.get_variable("v", [3])


def case_variable_reuse_dtype(tf):
    tf.get_variable("v", [2])
    with tf.variable_scope("", reuse=True):
        return tf.get_variable("v", [2], tf.int32)


def case_variable_reuse_without_shape(tf):
    tf.get_variable("v", [2])
    with tf.variable_scope("", reuse=True):
        return tf.get_variable("v").name


def case_variable_without_shape(tf):
    return tf.get_variable("v")


def case_variable_partial_shape(tf):
    return tf.get_variable("v", [None, 3])


def case_variable_constant_and_shape(tf):
    return tf.get_variable("v", [2], initializer=tf.constant([1.0, 2.0]))


def case_variable_constant_initializer_shape(tf):
    return tf.get_variable("v", [2], initializer=tf.constant_initializer([1.0, 2.0, 3.0]))


def case_variable_int_default_initializer(tf):
    return tf.get_variable("v", [2], tf.int32).initializer.inputs[1].op.type


def case_variable_string_default_initializer(tf):
    return tf.get_variable("v", [2], tf.string)


def case_variable_initializer_dtype(tf):
    return tf.get_variable("v", dtype=tf.int32, initializer=tf.constant(1.0))


def case_variable_bad_initializer(tf):
    return tf.get_variable("v", [2], initializer="glorot")


def case_variable_empty_name(tf):
    return tf.get_variable("", [2])


def case_variable_name_with_space(tf):
    return tf.get_variable("a b", [2])


def case_variable_without_value(tf):
    return tf.Variable()


def case_variable_unknown_shape(tf):
    return tf.Variable(_ph(tf))


def case_variable_value_none(tf):
    return tf.Variable(None)


def case_variable_bad_trainable_collection(tf):
    return tf.Variable(1.0, collections="abc")


def case_variable_other_graph(tf):
    with tf.Graph().as_default():
        v = tf.Variable(1.0, name="v")
    return v + tf.constant(1.0)


def case_variable_iterate(tf):
    return list(tf.Variable([1.0, 2.0]))


def case_variable_bool(tf):
    return bool(tf.Variable(False))


def case_variable_set_item(tf):
    v = tf.Variable([1.0, 2.0])
    v[0] = 3.0


def case_variable_convert_wrong_dtype(tf):
    return tf.convert_to_tensor(tf.Variable(1.0, name="v"), dtype=tf.int32)


def case_variable_scope_none(tf):
    with tf.variable_scope(None):
        pass


def case_variable_scope_number(tf):
    with tf.variable_scope(3):
        pass


def case_variable_scope_reuse_number(tf):
    with tf.variable_scope("s", reuse=3):
        pass


def case_variable_scope_reuse_false_after_true(tf):
    with tf.variable_scope("a", reuse=True), tf.variable_scope("b", reuse=False) as scope:
        return scope.reuse


def case_variable_regularizer_of_none(tf):
    return tf.get_variable("v", [2], regularizer=lambda w: None).name


def case_glorot_scalar(tf):
    return tf.get_variable("v", []).shape.as_list()


def case_orthogonal_rank1(tf):
    return tf.get_variable("v", [3], initializer=tf.orthogonal_initializer())


def case_variance_scaling_bad_mode(tf):
    return tf.variance_scaling_initializer(mode="fan")


def case_variance_scaling_bad_scale(tf):
    return tf.variance_scaling_initializer(scale=-1.0)


def case_report_uninitialised(tf):
    tf.Variable(1.0, name="a")
    tf.Variable(1.0, name="b")
    with tf.Session() as session:
        return session.run(tf.report_uninitialized_variables())


# --------------------------------------------------------------------------------------------------
# Tensors as Python objects


def case_tensor_bool(tf):
    return bool(tf.constant(True))


def case_tensor_if(tf):
    x = _ph(tf, [])
    return 1 if x > 0 else 2


def case_tensor_iterate_unknown_length(tf):
    return list(_ph(tf, [None, 2]))


def case_tensor_iterate_unknown_rank(tf):
    return list(_ph(tf))


def case_tensor_iterate_scalar(tf):
    return list(tf.constant(1.0))


def case_tensor_iterate(tf):
    return [t.name for t in tf.constant([1.0, 2.0])]


def case_tensor_len(tf):
    return len(tf.constant([1.0, 2.0]))


def case_tensor_float(tf):
    return float(tf.constant(1.0))


def case_tensor_int(tf):
    return int(tf.constant(1))


def case_tensor_as_index(tf):
    return [1, 2, 3][tf.constant(1)]


def case_tensor_numpy_array(tf):
    return np.array(tf.constant([1.0, 2.0], name="c"))


def case_tensor_numpy_exp(tf):
    return np.exp(tf.constant([1.0, 2.0]))


def case_tensor_numpy_left_operand(tf):
    return (np.ones([2], np.float32) * tf.constant([1.0, 2.0])).name


def case_tensor_dict_key(tf):
    return {tf.constant(1.0): 3} and 3


def case_tensor_in_list(tf):
    a, b = tf.constant(1.0), tf.constant(1.0)
    return [a in [b], a in [b, a]]


def case_tensor_equals(tf):
    a = tf.constant(1.0)
    return [a == a, a == tf.constant(1.0), a != a, a == 1.0]


def case_tensor_set_item(tf):
    x = tf.constant([1.0, 2.0])
    x[0] = 1.0


def case_tensor_attribute(tf):
    return tf.constant(1.0).nothing


def case_tensor_add_none(tf):
    return tf.constant(1.0) + None


def case_tensor_add_string(tf):
    return tf.constant(1.0) + "a"


def case_tensor_add_object(tf):
    return tf.constant(1.0) + object()


def case_tensor_of_other_graph(tf):
    with tf.Graph().as_default():
        a = tf.constant(1.0, name="a")
    return a + tf.constant(1.0, name="b")


def case_index_string(tf):
    return tf.constant([1.0, 2.0])["a"]


def case_index_float(tf):
    return tf.constant([1.0, 2.0])[0.5]


def case_index_slice_float(tf):
    return tf.constant([1.0, 2.0])[0.0:1.0]


def case_index_none_list(tf):
    return str(tf.constant([[1.0, 2.0]])[[0, 1]].shape)


def case_index_bool_tensor(tf):
    return str(tf.constant([1.0, 2.0])[tf.constant([True, False])].shape)


def case_index_float_tensor(tf):
    return tf.constant([1.0, 2.0])[tf.constant(1.0)]


def case_index_out_of_range(tf):
    return _ph(tf, [3])[3]


def case_index_negative_out_of_range(tf):
    return _ph(tf, [3])[-4]


def case_index_slice_beyond(tf):
    return _ph(tf, [3])[2:9].shape.as_list()


def case_index_too_many(tf):
    return _ph(tf, [3, 3])[0, 0, 0]


def case_index_two_ellipses(tf):
    return _ph(tf, [3, 3])[..., ...]


def case_index_zero_stride(tf):
    return _ph(tf, [3])[::0]


def case_index_negative_stride_shrink(tf):
    return _ph(tf, [3])[::-1].shape.as_list()


# --------------------------------------------------------------------------------------------------
# Constants and conversion


def case_constant_too_many(tf):
    return tf.constant([1.0, 2.0, 3.0], shape=[2])


def case_constant_too_few(tf):
    return _run(tf, tf.constant([1.0, 2.0], shape=[3]))


def case_constant_fill(tf):
    return tf.constant([7.0], shape=[3]).shape.as_list()


def case_constant_verify_shape(tf):
    return tf.constant([[1.0, 2.0]], shape=[2], verify_shape=True)


def case_constant_unknown_shape(tf):
    return tf.constant(1.0, shape=[None])


def case_constant_none(tf):
    return tf.constant(None)


def case_constant_float_as_int(tf):
    return tf.constant(1.5, tf.int32)


def case_constant_int_too_large(tf):
    return _run(tf, tf.constant(2**40, tf.int32))


def case_constant_python_int_too_large(tf):
    return _run(tf, tf.constant(2**31))


def case_constant_string_as_float(tf):
    return tf.constant("a", tf.float32)


def case_constant_number_as_string(tf):
    return tf.constant(1, tf.string)


def case_constant_mixed_list(tf):
    return tf.constant([1, 2.5]).dtype.name


def case_constant_mixed_list_float_first(tf):
    return tf.constant([2.5, 1]).dtype.name


def case_constant_number_and_string(tf):
    return tf.constant([1, "a"])


def case_constant_bool_as_float(tf):
    return _run(tf, tf.constant(True, tf.float32))


def case_constant_bool_and_int(tf):
    return _run(tf, tf.constant([True, 2]))


def case_constant_of_tensor(tf):
    return tf.constant(tf.constant(1.0))


def case_constant_float64_array_as_int(tf):
    return _run(tf, tf.constant(np.array([1.7]), tf.int32))


def case_constant_negative_unsigned(tf):
    return _run(tf, tf.constant(-1, tf.uint8))


def case_convert_none(tf):
    return tf.convert_to_tensor(None)


def case_convert_object(tf):
    return tf.convert_to_tensor({})


def case_convert_set(tf):
    return tf.convert_to_tensor({1, 2})


def case_convert_ragged(tf):
    return tf.convert_to_tensor([[1.0], [2.0, 3.0]])


def case_convert_ragged_depth(tf):
    return tf.convert_to_tensor([1.0, [2.0]])


def case_convert_empty_list(tf):
    t = tf.convert_to_tensor([])
    return [t.dtype.name, t.shape.as_list()]


def case_convert_tensor_of_other_dtype(tf):
    return tf.convert_to_tensor(tf.constant(1.0, name="c"), dtype=tf.int32)


def case_convert_list_of_mixed_tensors(tf):
    return tf.convert_to_tensor([tf.constant(1.0), tf.constant(1)])


def case_convert_list_of_tensors_and_none(tf):
    return tf.convert_to_tensor([tf.constant(1.0), None])


def case_convert_int_for_float_tensor_in_list(tf):
    return tf.convert_to_tensor([tf.constant(1.0), 2]).dtype.name


def case_convert_operation(tf):
    return tf.convert_to_tensor(tf.no_op())


def case_convert_dimension(tf):
    return tf.convert_to_tensor(tf.Dimension(None))


def case_convert_partial_shape(tf):
    return tf.convert_to_tensor(tf.TensorShape([None, 2]))


def case_convert_shape_as_float(tf):
    return tf.convert_to_tensor(tf.TensorShape([2]), dtype=tf.float32)


def case_zeros_unknown_shape(tf):
    return tf.zeros([None, 2])


def case_zeros_float_shape(tf):
    return _run(tf, tf.zeros([2.0]))


def case_ones_negative_shape(tf):
    return tf.ones([-1])


def case_fill_rank2_dims(tf):
    return tf.fill([[2]], 1.0)


def case_make_tensor_proto_none(tf):
    return tf.make_tensor_proto(None)


# --------------------------------------------------------------------------------------------------
# Array functions


def case_reduce_axis(tf):
    return tf.reduce_sum(_ph(tf, [2, 3]), axis=2)


def case_reduce_axis_negative(tf):
    return tf.reduce_mean(_ph(tf, [2, 3]), axis=-3)


def case_reduce_axis_float(tf):
    return tf.reduce_sum(_ph(tf, [2, 3]), axis=1.0)


def case_reduce_axis_twice(tf):
    return str(tf.reduce_sum(_ph(tf, [2, 3]), axis=[0, 0]).shape)


def case_reduce_both_axis_names(tf):
    return tf.reduce_sum(_ph(tf, [2, 3]), axis=0, reduction_indices=1)


def case_argmax_axis(tf):
    return tf.argmax(_ph(tf, [2, 3]), 2)


def case_argmax_scalar(tf):
    return str(tf.argmax(_ph(tf, [])).shape)


def case_softmax_axis(tf):
    return tf.nn.softmax(_ph(tf, [2, 3]), axis=2)


def case_softmax_scalar(tf):
    return tf.nn.softmax(_ph(tf, []))


def case_transpose_perm_length(tf):
    return tf.transpose(_ph(tf, [2, 3]), [0, 1, 2])


def case_transpose_perm_twice(tf):
    return str(tf.transpose(_ph(tf, [2, 3]), [0, 0]).shape)


def case_transpose_perm_range(tf):
    return tf.transpose(_ph(tf, [2, 3]), [0, 2])


def case_expand_dims_axis(tf):
    return tf.expand_dims(_ph(tf, [2, 3]), 4)


def case_expand_dims_none(tf):
    return tf.expand_dims(_ph(tf, [2, 3]))


def case_squeeze_not_one(tf):
    return tf.squeeze(_ph(tf, [2, 3]), [0])


def case_squeeze_axis(tf):
    return tf.squeeze(_ph(tf, [1, 3]), [2])


def case_split_not_divisible(tf):
    return tf.split(_ph(tf, [2, 5]), 2, axis=1)


def case_split_sizes(tf):
    return tf.split(_ph(tf, [2, 5]), [2, 2], axis=1)


def case_split_axis(tf):
    return tf.split(_ph(tf, [2, 5]), 2, axis=2)


def case_split_unknown_number(tf):
    return tf.split(_ph(tf, [4]), _ph(tf, None, "sizes", tf.int32))


def case_stack_shapes(tf):
    return tf.stack([_ph(tf, [2], "a"), _ph(tf, [3], "b")])


def case_stack_axis(tf):
    return tf.stack([_ph(tf, [2], "a"), _ph(tf, [2], "b")], axis=2)


def case_stack_empty(tf):
    return str(tf.stack([]).shape)


def case_unstack_unknown(tf):
    return tf.unstack(_ph(tf, [None, 2]))


def case_unstack_number(tf):
    return tf.unstack(_ph(tf, [3, 2]), num=2)


def case_unstack_axis(tf):
    return tf.unstack(_ph(tf, [3, 2]), axis=2)


def case_one_hot_float_indices(tf):
    return tf.one_hot([0.0, 1.0], 3)


def case_one_hot_on_off_dtype(tf):
    return tf.one_hot([0, 1], 3, on_value=1.0, off_value=0)


def case_one_hot_dtype(tf):
    return tf.one_hot([0, 1], 3, on_value=1.0, off_value=0.0, dtype=tf.int32)


def case_one_hot_depth(tf):
    return tf.one_hot([0, 1], -1)


def case_one_hot_axis(tf):
    return str(tf.one_hot([0, 1], 3, axis=2).shape)


def case_gather_float(tf):
    return tf.gather(_ph(tf, [3]), [0.0])


def case_gather_scalar(tf):
    return tf.gather(_ph(tf, []), [0])


def case_gather_axis(tf):
    return tf.gather(_ph(tf, [3]), [0], axis=1)


def case_gather_constant_out_of_range(tf):
    return tf.gather(tf.constant([1.0, 2.0]), [5]).shape.as_list()


def case_range_zero_delta(tf):
    return tf.range(0, 3, 0)


def case_range_wrong_way(tf):
    return tf.range(3, 0)


def case_range_string(tf):
    return tf.range("a")


def case_slice_size(tf):
    return str(tf.slice(_ph(tf, [3]), [1], [5]).shape)


def case_slice_rank(tf):
    return tf.slice(_ph(tf, [3, 3]), [1], [1])


def case_clip_by_value_dtype(tf):
    return tf.clip_by_value(tf.constant([1.0]), 0, tf.constant(2))


def case_reverse_axis(tf):
    return tf.reverse(_ph(tf, [2]), [1])


def case_segment_sum_float_ids(tf):
    return tf.segment_sum(_ph(tf, [3]), [0.0, 0.0, 1.0])


def case_dropout_keep_prob(tf):
    return tf.nn.dropout(_ph(tf, [3]), keep_prob=1.5)


def case_dropout_rate(tf):
    return tf.nn.dropout(_ph(tf, [3]), rate=1.5)


def case_dropout_int(tf):
    return tf.nn.dropout(tf.constant([1]), keep_prob=0.5)


def case_matmul_none(tf):
    return tf.matmul(None, tf.constant([[1.0]]))


def case_dynamic_partition_rank(tf):
    return tf.dynamic_partition(_ph(tf, [3]), _ph(tf, [2], "p", tf.int32), 2)


def case_conv2d_channels(tf):
    return tf.nn.conv2d(
        _ph(tf, [1, 4, 4, 3]), _ph(tf, [2, 2, 4, 5], "f"), [1, 1, 1, 1], padding="SAME"
    )


def case_conv2d_padding(tf):
    return tf.nn.conv2d(
        _ph(tf, [1, 4, 4, 3]), _ph(tf, [2, 2, 3, 5], "f"), [1, 1, 1, 1], padding="same"
    )


def case_unknown_keyword(tf):
    return tf.reduce_sum(tf.constant([1.0]), dims=0)


def case_unknown_attribute(tf):
    return tf.reduce_summ


# --------------------------------------------------------------------------------------------------
# Graphs, names, scopes


def case_name_invalid(tf):
    return tf.constant(1.0, name="a b")


def case_name_starts_with_underscore(tf):
    return tf.constant(1.0, name="_a")


def case_name_underscore_in_scope(tf):
    with tf.name_scope("s"):
        return tf.constant(1.0, name="_a").name


def case_name_colon(tf):
    return tf.constant(1.0, name="a:0")


def case_name_number(tf):
    return tf.constant(1.0, name=3)


def case_name_scope_invalid(tf):
    with tf.name_scope("a b"):
        pass


def case_name_scope_number(tf):
    with tf.name_scope(3):
        pass


def case_name_scope_without_arguments(tf):
    with tf.name_scope(None, None, [tf.constant(1.0)]) as scope:
        return scope


def case_name_scope_none_with_values_only(tf):
    with tf.name_scope(None, values=[1.0]) as scope:
        return scope


def case_graph_name_scope_number(tf):
    with tf.get_default_graph().name_scope(3):
        pass


def case_control_dependencies_type(tf):
    with tf.control_dependencies([3]):
        pass


def case_control_dependencies_not_a_list(tf):
    with tf.control_dependencies(tf.no_op()):
        pass


def case_control_dependencies_string(tf):
    tf.no_op(name="n")
    with tf.control_dependencies(["n"]):
        return [op.name for op in tf.constant(1.0).op.control_inputs]


def case_control_dependencies_other_graph(tf):
    with tf.Graph().as_default():
        op = tf.no_op(name="n")
    with tf.control_dependencies([op]):
        pass


def case_group_type(tf):
    return tf.group(3)


def case_group_none(tf):
    return tf.group(None)


def case_tuple_none(tf):
    return tf.tuple([None])


def case_tuple_control_inputs(tf):
    return tf.tuple([tf.constant(1.0)], control_inputs=[3])


def case_device_type(tf):
    with tf.device(3):
        return tf.constant(1.0)


def case_device_string(tf):
    with tf.device("/gup:0"):
        return tf.constant(1.0)


def case_device_of_constant(tf):
    with tf.device("/gpu:0"):
        return tf.constant(1.0).device


def case_colocate_with_type(tf):
    with tf.colocate_with(3):
        pass


def case_colocate_with_none_and_ignore(tf):
    with tf.get_default_graph().colocate_with(None, True):
        pass


def case_graph_finalized(tf):
    tf.get_default_graph().finalize()
    return tf.constant(1.0)


def case_graph_get_operation_unknown(tf):
    return tf.get_default_graph().get_operation_by_name("nothing")


def case_graph_get_operation_tensor_name(tf):
    tf.constant(1.0, name="c")
    return tf.get_default_graph().get_operation_by_name("c:0")


def case_graph_get_operation_number(tf):
    return tf.get_default_graph().get_operation_by_name(3)


def case_graph_get_tensor_malformed(tf):
    return tf.get_default_graph().get_tensor_by_name("c")


def case_graph_get_tensor_of_existing_operation(tf):
    tf.constant(1.0, name="c")
    return tf.get_default_graph().get_tensor_by_name("c")


def case_graph_get_tensor_bad_index(tf):
    return tf.get_default_graph().get_tensor_by_name("c:x")


def case_graph_get_tensor_unknown(tf):
    return tf.get_default_graph().get_tensor_by_name("nothing:0")


def case_graph_get_tensor_output(tf):
    tf.constant(1.0, name="c")
    return tf.get_default_graph().get_tensor_by_name("c:2")


def case_graph_get_tensor_number(tf):
    return tf.get_default_graph().get_tensor_by_name(3)


def case_graph_as_element_number(tf):
    return tf.get_default_graph().as_graph_element(3)


def case_graph_as_element_nothing_allowed(tf):
    return tf.get_default_graph().as_graph_element("c", allow_tensor=False, allow_operation=False)


def case_graph_as_element_tensor_only(tf):
    op = tf.no_op()
    return tf.get_default_graph().as_graph_element(op, allow_operation=False)


def case_graph_reset_inside_with(tf):
    with tf.Graph().as_default():
        tf.reset_default_graph()


def case_graph_add_to_collection_other(tf):
    tf.add_to_collection("a", 3)
    return tf.get_collection("a")


def case_graph_get_collection_ref_type(tf):
    return tf.get_collection("nothing")


def case_graph_unique_name_number(tf):
    return tf.get_default_graph().unique_name(3)


def case_graph_seed_type(tf):
    tf.set_random_seed("a")
    return tf.random_uniform([1])


def case_operation_get_attr(tf):
    return tf.constant(1.0, name="c").op.get_attr("nothing")


def case_inputs_from_other_graph(tf):
    with tf.Graph().as_default():
        a = tf.constant([[1.0]], name="a")
    return tf.matmul(a, a).graph is a.graph


def case_inputs_from_two_graphs(tf):
    with tf.Graph().as_default():
        a = tf.constant([[1.0]], name="a")
    b = tf.constant([[1.0]], name="b")
    return tf.matmul(b, a)


# --------------------------------------------------------------------------------------------------
# Shapes as Python objects


def case_shape_merge(tf):
    return tf.TensorShape([2, 3]).merge_with([2, 4])


def case_shape_merge_ranks(tf):
    return tf.TensorShape([2, 3]).merge_with([2])


def case_dimension_merge(tf):
    return tf.Dimension(2).merge_with(3)


def case_dimension_negative(tf):
    return tf.Dimension(-1)


def case_dimension_string(tf):
    return tf.Dimension("a")


def case_dimension_float(tf):
    return tf.Dimension(1.5)


def case_dimension_truediv(tf):
    return tf.Dimension(4) / 2


def case_dimension_less_unknown(tf):
    return tf.Dimension(4) < tf.Dimension(None)


def case_dimension_equal_unknown(tf):
    return [tf.Dimension(4) == tf.Dimension(None), tf.Dimension(4) == 4, tf.Dimension(4) != 4]


def case_dimension_int_unknown(tf):
    return int(tf.Dimension(None))


def case_shape_as_list_unknown(tf):
    return tf.TensorShape(None).as_list()


def case_shape_as_list_partial(tf):
    return tf.TensorShape([None, 2]).as_list()


def case_shape_len_unknown(tf):
    return len(tf.TensorShape(None))


def case_shape_iterate_unknown(tf):
    return list(tf.TensorShape(None))


def case_shape_item_unknown(tf):
    return tf.TensorShape(None)[0].value


def case_shape_item_out_of_range(tf):
    return tf.TensorShape([2])[1]


def case_shape_assert_has_rank(tf):
    return tf.TensorShape([2]).assert_has_rank(3)


def case_shape_with_rank(tf):
    return tf.TensorShape([2]).with_rank(3)


def case_shape_with_rank_at_least(tf):
    return tf.TensorShape([2]).with_rank_at_least(3)


def case_shape_with_rank_at_most(tf):
    return tf.TensorShape([2, 2, 2]).with_rank_at_most(2)


def case_shape_assert_same_rank(tf):
    return tf.TensorShape([2]).assert_same_rank([2, 2])


def case_shape_assert_compatible(tf):
    return tf.TensorShape([2, 3]).assert_is_compatible_with([2, 4])


def case_shape_assert_fully_defined(tf):
    return tf.TensorShape([2, None]).assert_is_fully_defined()


def case_shape_equal(tf):
    s = tf.TensorShape
    return [s([2]) == [2], s([None]) == s([None]), s([2]) != [3], s(None) == s(None)]


def case_shape_not_equal_unknown(tf):
    return tf.TensorShape(None) != tf.TensorShape([1])


def case_shape_bad(tf):
    return tf.TensorShape("abc")


def case_shape_bad_dimension(tf):
    return tf.TensorShape([2, "a"])


def case_shape_negative(tf):
    return tf.TensorShape([2, -1])


def case_placeholder_negative_shape(tf):
    return _ph(tf, [-1, 2]).shape.as_list()


def case_set_shape(tf):
    _ph(tf, [None, 3]).set_shape([2, 4])


def case_set_shape_rank(tf):
    _ph(tf, [None, 3]).set_shape([2])


# --------------------------------------------------------------------------------------------------
# tf.gradients and optimizers


def case_gradients_complex(tf):
    z = tf.constant(1.0 + 2.0j)
    return tf.gradients(z * z, z)


def case_gradients_string(tf):
    x = tf.constant("a", name="s")
    return tf.gradients(tf.identity(x), x)


def case_gradients_bool(tf):
    x = tf.constant(True, name="b")
    return tf.gradients(tf.identity(x), x)


def case_gradients_int(tf):
    x = tf.constant(2)
    return tf.gradients(x * x, x)


def case_gradients_of_int_x(tf):
    x = tf.constant(2)
    return tf.gradients(tf.cast(x, tf.float32) * 2.0, x)


def case_gradients_grad_ys_length(tf):
    x = tf.constant(1.0)
    return tf.gradients([x * x], [x], grad_ys=[x, x])


def case_gradients_grad_ys_dtype(tf):
    x = tf.constant(1.0)
    return tf.gradients(x * x, x, grad_ys=tf.constant(1))


def case_gradients_grad_ys_double(tf):
    x = tf.constant(1.0)
    return tf.gradients(x * x, x, grad_ys=tf.constant(1.0, tf.float64))


def case_gradients_grad_ys_shape(tf):
    x = tf.constant([1.0, 2.0])
    return tf.gradients(x * x, x, grad_ys=tf.constant([1.0, 2.0, 3.0]))


def case_gradients_int_grad_ys_float(tf):
    x = tf.constant(1, name="i")
    return tf.gradients(x * x, x, grad_ys=tf.constant(1.0))


def case_gradients_not_registered(tf):
    x = _ph(tf, [3])
    return tf.gradients(tf.unique(x)[0], x)


def case_gradients_not_differentiable(tf):
    x = _ph(tf, [3])
    return tf.gradients([tf.floor(x), tf.sign(x)], x)[0] is None


def case_gradients_argmax(tf):
    x = _ph(tf, [3])
    return tf.gradients(tf.cast(tf.argmax(x), tf.float32), x)


def case_gradients_unconnected_bogus(tf):
    x = tf.constant(1.0)
    return tf.gradients(x * x, x, unconnected_gradients="nope")


def case_gradients_aggregation_bogus(tf):
    x = tf.constant(1.0)
    return tf.gradients(x * x + x, x, aggregation_method=77)


def case_gradients_aggregation_bogus_one_path(tf):
    x = tf.constant(1.0)
    return tf.gradients(tf.sin(x), x, aggregation_method=77)[0].name


def case_gradients_x_not_a_tensor(tf):
    x = tf.constant(1.0)
    return tf.gradients(x * x, 3.0)


def case_gradients_x_none(tf):
    x = tf.constant(1.0)
    return tf.gradients(x * x, None)


def case_gradients_x_none_in_list(tf):
    x = tf.constant(1.0)
    return tf.gradients(x * x, [None])


def case_gradients_y_none(tf):
    return tf.gradients(None, tf.constant(1.0))


def case_gradients_x_empty(tf):
    x = tf.constant(1.0)
    return tf.gradients(x * x, [])


def case_gradients_y_empty(tf):
    return tf.gradients([], tf.constant(1.0))


def case_gradients_x_other_graph(tf):
    with tf.Graph().as_default():
        x = tf.constant(1.0, name="x")
    y = tf.constant(1.0, name="y")
    return tf.gradients(y * y, x)


def case_gradients_of_wrong_count(tf):
    @tf.RegisterGradient("ErrorCaseWrongCount")
    def _grad(op, grad):
        return grad

    x = tf.constant(1.0)
    with tf.get_default_graph().gradient_override_map({"Mul": "ErrorCaseWrongCount"}):
        y = tf.multiply(x, x, name="m")
    return tf.gradients(y, x)


def case_gradients_of_wrong_shape(tf):
    @tf.RegisterGradient("ErrorCaseWrongShape")
    def _grad(op, grad):
        return tf.constant([1.0, 2.0, 3.0])

    x = tf.constant([1.0, 2.0])
    with tf.get_default_graph().gradient_override_map({"Exp": "ErrorCaseWrongShape"}):
        y = tf.exp(x, name="e")
    return tf.gradients(y, x)


def case_gradients_of_wrong_dtype(tf):
    @tf.RegisterGradient("ErrorCaseWrongDtype")
    def _grad(op, grad):
        return tf.cast(grad, tf.float64)

    x = tf.constant([1.0, 2.0])
    with tf.get_default_graph().gradient_override_map({"Exp": "ErrorCaseWrongDtype"}):
        y = tf.exp(x, name="e")
    return tf.gradients(y, x)[0].dtype.name


def case_gradients_override_unregistered(tf):
    x = tf.constant(1.0)
    with tf.get_default_graph().gradient_override_map({"Exp": "ErrorCaseNowhere"}):
        y = tf.exp(x, name="e")
    return tf.gradients(y, x)


def case_gradient_override_map_type(tf):
    with tf.get_default_graph().gradient_override_map(["Exp"]):
        pass


def case_register_gradient_twice(tf):
    @tf.RegisterGradient("Exp")
    def _grad(op, grad):
        return grad


def case_register_gradient_number(tf):
    return tf.RegisterGradient(3)


def case_no_gradient_number(tf):
    return tf.NotDifferentiable(3)


def case_hessians_shape(tf):
    x = _ph(tf, [])
    return tf.hessians(x * x, [x])[0].shape.as_list()


def case_minimize_without_variables(tf):
    return tf.train.GradientDescentOptimizer(0.1).minimize(tf.constant(1.0))


def case_minimize_no_gradients(tf):
    tf.Variable(1.0, name="v")
    return tf.train.GradientDescentOptimizer(0.1).minimize(tf.constant(1.0, name="loss"))


def case_minimize_var_list_of_tensors(tf):
    x = tf.constant(1.0)
    return tf.train.GradientDescentOptimizer(0.1).minimize(x * x, var_list=[x])


def case_minimize_int_loss(tf):
    v = tf.Variable(1.0)
    return tf.train.GradientDescentOptimizer(0.1).minimize(tf.cast(v, tf.int32))


def case_minimize_callable(tf):
    v = tf.Variable(1.0)
    return tf.train.GradientDescentOptimizer(0.1).minimize(lambda: v * v)


def case_minimize_int_variable(tf):
    v = tf.Variable(1, name="v")
    return tf.train.GradientDescentOptimizer(0.1).minimize(tf.cast(v, tf.float32), var_list=[v])


def case_compute_gradients_gating(tf):
    v = tf.Variable(1.0)
    return tf.train.GradientDescentOptimizer(0.1).compute_gradients(v * v, gate_gradients=7)


def case_apply_gradients_empty(tf):
    return tf.train.GradientDescentOptimizer(0.1).apply_gradients([])


def case_apply_gradients_all_none(tf):
    v = tf.Variable(1.0, name="v")
    return tf.train.GradientDescentOptimizer(0.1).apply_gradients([(None, v)])


def case_apply_gradients_to_tensor(tf):
    x = tf.constant(1.0)
    return tf.train.GradientDescentOptimizer(0.1).apply_gradients([(x, x)])


def case_apply_gradients_object(tf):
    v = tf.Variable(1.0, name="v")
    return tf.train.GradientDescentOptimizer(0.1).apply_gradients([(object, v)])


def case_apply_gradients_shape(tf):
    v = tf.Variable([1.0, 2.0], name="v")
    return tf.train.GradientDescentOptimizer(0.1).apply_gradients([(tf.constant([1.0]), v)])


def case_apply_gradients_dtype(tf):
    v = tf.Variable(1.0, name="v")
    return tf.train.GradientDescentOptimizer(0.1).apply_gradients([(tf.constant(1, tf.int32), v)])


def case_optimizer_bad_rate(tf):
    v = tf.Variable(1.0, name="v")
    return tf.train.GradientDescentOptimizer("fast").minimize(v * v)


def case_optimizer_get_slot_before(tf):
    v = tf.Variable(1.0, name="v")
    return tf.train.AdamOptimizer().get_slot(v, "m")


def case_clip_by_global_norm_type(tf):
    return tf.clip_by_global_norm(tf.constant(1.0), 1.0)


def case_exponential_decay_without_step(tf):
    return tf.train.exponential_decay(0.1, None, 10, 0.9)


def case_global_step_missing(tf):
    return tf.train.get_global_step()


def case_global_step_twice(tf):
    tf.train.create_global_step()
    return tf.train.create_global_step()


def case_global_step_shape(tf):
    tf.get_variable("global_step", [2], tf.int64, trainable=False)
    return tf.train.get_global_step()


def case_global_step_dtype(tf):
    tf.get_variable("global_step", [], tf.float32, trainable=False)
    return tf.train.get_global_step()


# --------------------------------------------------------------------------------------------------
# Python expressions, for the section "operators": the nodes that they make, or the text they give


def operator_scope(tf):
    """The names that an expression may use."""
    return {
        "tf": tf,
        "np": np,
        "x": tf.placeholder(tf.float32, [2, 3], name="x"),
        "y": tf.placeholder(tf.float32, [3, 2], name="y"),
        "i": tf.placeholder(tf.int32, [2, 3], name="i"),
        "b": tf.placeholder(tf.bool, [2, 3], name="b"),
        "u": tf.placeholder(tf.float32, name="u"),
        "n": tf.placeholder(tf.float32, [None, 3], name="n"),
        "c": tf.placeholder(tf.complex64, [2, 3], name="c"),
        "k": tf.placeholder(tf.int32, [], name="k"),
        "v": tf.Variable([1.0, 2.0], name="v"),
        "r": tf.get_variable("r", [2], use_resource=True),
    }


# fmt: off
_TENSORS = [
    "x + x", "x + 1", "1 + x", "x - 1", "1 - x", "x * 2", "2 * x", "x / 2", "1 / x", "x // 2",
    "7 // x", "x % 2", "7 % x", "x ** 2", "2 ** x", "x @ y", "np.ones([2, 2], np.float32) @ x",
    "-x", "+x", "abs(x)", "x < 1", "x <= 1", "x > 1", "x >= 1", "1 < x", "x == x", "x == 1",
    "x != x", "i + 1", "i / 2", "i // 2", "i % 2", "i ** 2", "-i", "abs(i)", "i & i", "i | 1",
    "i ^ i", "~i", "i << 1", "b & b", "b & True", "True & b", "b | b", "b ^ b", "b ^ True", "~b",
    "b + b", "-b", "c * 2.0", "c / 2.0", "abs(c)", "c < c", "c // c", "x * i", "x + v",
    "v + x[0, :2]", "v + 1.0", "1.0 - v", "v * v", "-v", "v[0]", "v[:1]", "v < 1.0", "v == v",
    "v @ y", "r + 1.0", "r[0]", "r == r", "x[0]", "x[-1]", "x[:, 0]", "x[0, 1]", "x[1:]",
    "x[:, ::-1]", "x[..., 0]", "x[:, None]", "x[tf.newaxis]", "x[k]", "x[k, 0]", "x[k:]",
    "x[0:k, 1]", "x[np.int64(1)]", "x[tf.constant(1)]", "x[tf.Dimension(1)]", "u[0]", "n[0]",
    "n[:5]", "n[1:, 0]", "x[:]", "x[...]", "x[1:1]", "tf.add(x, 1.0)", "tf.subtract(x, 1.0)",
    "tf.multiply(x, 2.0)", "tf.divide(x, 2.0)", "tf.div(x, 2.0)", "tf.div(i, 2)",
    "tf.realdiv(x, 2.0)", "tf.truediv(i, 2)", "tf.floordiv(x, 2.0)", "tf.floordiv(i, 2)",
    "tf.floor_div(x, 2.0)", "tf.mod(x, 2.0)", "tf.floormod(i, 2)", "tf.truncatediv(i, 2)",
    "tf.truncatemod(i, 2)", "tf.pow(x, 2.0)", "tf.square(x)", "tf.abs(x)", "tf.abs(c)",
    "tf.negative(x)", "tf.neg(x)", "tf.sign(x)", "tf.equal(x, 1.0)", "tf.not_equal(x, 1.0)",
    "tf.less(x, 1.0)", "tf.logical_xor(b, b)", "tf.matmul(x, y)",
    "tf.matmul(x, x, transpose_b=True)", "tf.maximum(x, 0.0)", "tf.squared_difference(x, 1.0)",
    "tf.scalar_mul(2.0, x)", "tf.add_n([x])", "tf.add_n([x, x])", "tf.cast(x, tf.float32)",
    "tf.cast(x, tf.int32)", "tf.to_float(i)", "tf.to_int32(x)", "tf.identity(x)",
    "tf.cast(v, tf.float32)", "tf.identity(v)", "tf.convert_to_tensor(v)",
    "tf.convert_to_tensor(x)", "tf.convert_to_tensor([x, x])", "tf.convert_to_tensor([k, 1])",
    "tf.shape(x)", "tf.shape(n)", "tf.shape(n)[0]", "tf.size(x)", "tf.size(n)", "tf.rank(x)",
    "tf.rank(u)", "tf.zeros_like(x)", "tf.zeros_like(n)", "tf.ones_like(x)", "tf.ones_like(n)",
    "tf.reduce_sum(x)", "tf.reduce_sum(x, 1)", "tf.reduce_mean(u)", "tf.reduce_sum(x, [])",
    "tf.reduce_sum(x, 0, keepdims=True)", "tf.reduce_max(x, -1)", "tf.reduce_all(b)",
    "tf.reduce_logsumexp(x, 1)", "tf.argmax(x, 1)", "tf.transpose(x)", "tf.transpose(u)",
    "tf.transpose(x, [1, 0])", "tf.reshape(x, [-1])", "tf.reshape(x, [k, -1])",
    "tf.expand_dims(x, 0)", "tf.squeeze(x)", "tf.stack([x, x])", "tf.concat([x, x], 1)",
    "tf.concat([x], 0)", "tf.split(x, 3, 1)", "tf.split(x, [1, 2], 1)", "tf.unstack(x)",
    "tf.tile(x, [1, 2])", "tf.one_hot(k, 3)", "tf.gather(x, [0])", "tf.gather(v, [0])",
    "tf.range(3)", "tf.range(k)", "tf.range(0.0, 1.0, 0.3)", "tf.fill([2, 3], 1.0)",
    "tf.zeros([2, 3])", "tf.ones([k])", "tf.eye(2)", "tf.linspace(0.0, 1.0, 3)",
    "tf.clip_by_value(x, 0.0, 1.0)", "tf.where(b, x, x)", "tf.where(b)", "tf.nn.softmax(x)",
    "tf.nn.log_softmax(x)", "tf.nn.softmax(x, axis=0)", "tf.nn.relu(x)", "tf.sigmoid(x)",
    "tf.nn.l2_loss(x)", "tf.nn.bias_add(x, v[:1] * [1.0, 1.0, 1.0])",
    "tf.nn.softmax_cross_entropy_with_logits(labels=x, logits=x)",
    "tf.nn.softmax_cross_entropy_with_logits_v2(labels=x, logits=x)",
    "tf.nn.sparse_softmax_cross_entropy_with_logits(labels=i[:, 0], logits=x)",
    "tf.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=x)",
    "tf.losses.mean_squared_error(x, x)", "tf.random_uniform([2], seed=1)",
    "tf.random_normal([2], seed=1)", "tf.truncated_normal([2], seed=1)", "tf.no_op()",
    "tf.group(x, v)", "tf.assign(v, [1.0, 2.0])", "v.assign_add([1.0, 2.0])",
    "r.assign_add([1.0, 2.0])", "tf.assign(r, [1.0, 2.0])", "v.read_value()", "r.read_value()",
    "v.value()", "r.value()", "v.initialized_value()", "tf.is_variable_initialized(v)",
    "tf.tuple([x, x])", "tf.stop_gradient(x)", "tf.global_variables_initializer()",
]
# fmt: on
# fmt: off
_TEXTS = [
    "repr(x)", "str(x)", "repr(u)", "repr(n)", "str(n)", "repr(v)", "str(v)", "repr(r)", "str(r)",
    "repr(tf.no_op())", "str(tf.no_op(name='q'))", "str(tf.constant([1.5, 2.0], name='q').op)",
    "repr(tf.float32)", "str(tf.float32)", "repr(v.dtype)", "str(v.dtype)", "repr(v._ref().dtype)",
    "str(v._ref().dtype)", "v.dtype.name", "v._ref().dtype.name", "v._ref().dtype.base_dtype.name",
    "v._ref().dtype.as_datatype_enum", "tf.float32.max", "tf.float32.limits", "tf.int8.limits",
    "tf.float32 == 'float32'", "tf.float32 == np.float32", "tf.float32 == tf.float64",
    "tf.as_dtype(float).name", "tf.as_dtype(int).name", "tf.as_dtype(bool).name",
    "tf.as_dtype('float').name", "tf.as_dtype('double').name", "tf.as_dtype('half').name",
    "tf.as_dtype(np.dtype('S3')).name", "tf.as_dtype(object).name", "tf.as_dtype(str).name",
    "tf.float32.is_floating", "tf.bfloat16.is_floating", "tf.quint8.is_integer",
    "tf.bool.is_numpy_compatible", "tf.float32.real_dtype.name", "tf.complex64.real_dtype.name",
    "tf.float32.size", "tf.string.size", "repr(x.shape)", "str(x.shape)", "repr(u.shape)",
    "str(u.shape)", "repr(n.shape)", "str(n.shape)", "repr(x.shape[0])", "str(x.shape[0])",
    "repr(n.shape[0])", "str(n.shape[0])", "repr(tf.TensorShape([]))", "str(tf.TensorShape([]))",
    "repr(tf.TensorShape([2]))", "str(tf.TensorShape([2]))", "repr(x.shape[:1])",
    "type(x.shape[0]).__name__", "x.shape[0] == 2", "n.shape[0] == 2", "n.shape[0] == None",
    "x.shape[0] * 2", "x.shape[0] + n.shape[0]", "x.shape[0] // 2", "x.shape[0] % 2",
    "x.shape[0] > 1", "n.shape[0] > 1", "2 - x.shape[0]", "range(x.shape[0])", "bool(n.shape[0])",
    "bool(x.shape[0])", "hash(x) == hash(x)", "x.shape.ndims", "u.shape.ndims",
    "x.shape.num_elements()", "n.shape.num_elements()", "u.get_shape().dims",
    "x.shape.concatenate([4])", "x.shape + [4]", "[4] + x.shape",
    "tf.TensorShape([2, 3]) == (2, 3)", "bool(tf.TensorShape(None))", "bool(tf.TensorShape([]))",
    "x.name", "x.op.name", "x.op.type", "x.value_index", "x.device", "x.consumers()",
    "x.graph is tf.get_default_graph()", "v.name", "v.op.name", "v.op.type", "r.op.type",
    "r.handle.op.type", "v.initializer.name", "v.initial_value.name", "v.shape", "v.get_shape()",
    "v.trainable", "v._shared_name", "v._as_graph_element().name", "r._shared_name",
    "r.initializer.name", "r.initial_value.name", "tf.trainable_variables()",
    "tf.get_variable_scope().name", "tf.get_default_session()",
    "tf.get_default_graph().get_name_scope()", "tf.get_default_graph().version",
    "tf.get_default_graph().building_function",
    "sorted(tf.get_default_graph().get_all_collection_keys())",
    "tf.get_default_graph().graph_def_versions.producer", "tf.constant([1.0]).op.get_attr('dtype')",
    "tf.constant([1.0]).op.get_attr('value').dtype", "tf.constant([1.0]).op.node_def.op",
    "tf.Tensor.__array_priority__", "isinstance(v, tf.Tensor)", "tf.is_tensor(v)",
    "tf.contrib.framework.is_tensor(v)", "tf.get_static_value(tf.constant(3))",
    "tf.GraphKeys.TRAINABLE_VARIABLES", "tf.GraphKeys.GLOBAL_VARIABLES", "tf.GraphKeys.LOSSES",
    "tf.GraphKeys.UPDATE_OPS", "tf.GraphKeys.GLOBAL_STEP", "tf.AUTO_REUSE",
    "tf.UnconnectedGradients.ZERO", "tf.AggregationMethod.DEFAULT",
    "tf.AggregationMethod.EXPERIMENTAL_ACCUMULATE_N", "tf.train.Optimizer.GATE_OP",
    "tf.errors.InvalidArgumentError.__mro__[1].__name__", "tf.errors.OpError.__mro__[1].__name__",
    "tf.errors.InvalidArgumentError(None, None, 'm').error_code",
    "tf.errors.InvalidArgumentError(None, None, 'm').message",
    "str(tf.errors.InvalidArgumentError(None, None, 'm'))",
    "repr(tf.errors.InvalidArgumentError(None, None, 'm'))",
    "str(tf.errors.InvalidArgumentError(None, x.op, 'm')).splitlines()[0]",
]
# fmt: on
EXPRESSIONS = _TENSORS + _TEXTS


def _nodes(graph, start):
    """``name = Type(inputs) dtype shape`` of the nodes from number `start` on."""
    rows = []
    for op in graph.get_operations()[start:]:
        inputs = [t.name[:-2] if t.name.endswith(":0") else t.name for t in op.inputs]
        inputs += ["^" + o.name for o in op.control_inputs]
        outputs = [f"{t.dtype.name}{t.shape}" for t in op.outputs]
        rows.append(f"{op.name} = {op.type}({', '.join(inputs)}) -> {', '.join(outputs)}")
    return rows


def operator_outcome(tf, expression):
    """What an expression gives: {"value": repr or tensor name, "nodes": [...]}, or its error."""
    tf.reset_default_graph()
    names = operator_scope(tf)
    graph = tf.get_default_graph()
    start = len(graph.get_operations())
    try:
        value = eval(expression, names)  # noqa: S307 - our own strings
        if value is NotImplemented:
            text = "NotImplemented"
        elif isinstance(value, (list, tuple)) and value and hasattr(value[0], "op"):
            text = "[" + ", ".join(v.name for v in value) + "]"
        else:
            text = (
                getattr(value, "name", None)
                if hasattr(value, "op") or hasattr(value, "inputs")
                else None
            )
            text = text if isinstance(text, str) else repr(value)
        result = {"value": first_line(text)}
    except Exception as error:  # noqa: BLE001 - any class of error is a result here
        result = {"class": error_class(tf, error), "message": first_line(str(error))}
    nodes = _nodes(graph, start)
    if nodes:
        result["nodes"] = nodes
    return result
