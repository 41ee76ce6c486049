"""Feeds, fetches and sessions."""

import contextlib

import numpy as np

from .harness import ph, run

# --------------------------------------------------------------------------------------------------
# Feeds


def case_feed_missing(tf):
    x = ph(tf, [2, 3])
    return run(tf, x * 2.0)


def case_feed_missing_unknown_shape(tf):
    return run(tf, ph(tf) * 2.0)


def case_feed_missing_int_partial(tf):
    return run(tf, tf.identity(ph(tf, [None, 3], "ids", tf.int32)))


def case_feed_missing_fetched_itself(tf):
    return run(tf, ph(tf, []))


def case_feed_shape(tf):
    x = ph(tf, [2, 3])
    return run(tf, x * 2.0, {x: np.ones([3, 2])})


def case_feed_shape_partial(tf):
    x = ph(tf, [None, 3])
    return run(tf, x * 2.0, {x: np.ones([5, 4])})


def case_feed_shape_rank(tf):
    x = ph(tf, [None, 3])
    return run(tf, x * 2.0, {x: 1.0})


def case_feed_string_to_float(tf):
    x = ph(tf, [])
    return run(tf, x * 2.0, {x: "a"})


def case_feed_float_to_int(tf):
    x = ph(tf, [], "x", tf.int32)
    return run(tf, x * 2, {x: 1.5})


def case_feed_float_array_to_int(tf):
    x = ph(tf, [2], "x", tf.int32)
    return run(tf, x * 2, {x: np.array([1.7, 2.2])})


def case_feed_int_too_large(tf):
    x = ph(tf, [], "x", tf.int32)
    return run(tf, x * 2, {x: 2**40})


def case_feed_none(tf):
    x = ph(tf, [])
    return run(tf, x * 2.0, {x: None})


def case_feed_ragged(tf):
    x = ph(tf)
    return run(tf, x * 2.0, {x: [[1.0], [2.0, 3.0]]})


def case_feed_tensor(tf):
    x = ph(tf, [])
    return run(tf, x * 2.0, {x: tf.constant(1.0)})


def case_feed_unknown_name(tf):
    return run(tf, tf.constant(1.0), {"nothing:0": 1.0})


def case_feed_name_without_index(tf):
    x = ph(tf, [])
    return run(tf, x * 2.0, {"x": 1.0})


def case_feed_operation(tf):
    x = ph(tf, [])
    return run(tf, x * 2.0, {x.op: 1.0})


def case_feed_key_of_wrong_type(tf):
    return run(tf, tf.constant(1.0), {3: 1.0})


def case_feed_key_none(tf):
    return run(tf, tf.constant(1.0), {None: 1.0})


def case_feed_not_a_dict(tf):
    return run(tf, tf.constant(1.0), [1.0])


def case_feed_other_graph(tf):
    other = tf.Graph()
    with other.as_default():
        x = ph(tf, [])
    return run(tf, tf.constant(1.0), {x: 1.0})


def case_feed_not_feedable(tf):
    x = tf.constant(1.0)
    tf.get_default_graph().prevent_feeding(x)
    return run(tf, x * 2.0, {x: 3.0})


def case_feed_any_tensor(tf):
    x = tf.constant(1.0) + 1.0
    return run(tf, x * 2.0, {x: 3.0})


def case_feed_constant(tf):
    x = tf.constant(1.0)
    return run(tf, x * 2.0, {x: 3.0})


def case_feed_intermediate(tf):
    y = ph(tf, []) + 1.0
    return run(tf, y * 2.0, {y: 3.0})


def case_feed_fetched(tf):
    x = ph(tf, [])
    return run(tf, x, {x: 3.0})


def case_feed_variable(tf):
    v = tf.Variable(1.0, name="v")
    return run(tf, v * 2.0, {v: 3.0})


# --------------------------------------------------------------------------------------------------
# Fetches and sessions


def case_fetch_uninitialised(tf):
    return run(tf, tf.Variable([1.0, 2.0], name="w") * 2.0)


def case_fetch_uninitialised_itself(tf):
    return run(tf, tf.Variable([1.0, 2.0], name="w"))


def case_fetch_uninitialised_resource(tf):
    v = tf.get_variable("w", [2], use_resource=True)
    return run(tf, v * 2.0)


def case_fetch_uninitialised_assign_add(tf):
    return run(tf, tf.assign_add(tf.Variable(1.0, name="w"), 1.0))


def case_fetch_none(tf):
    tf.constant(1.0, name="c")
    return run(tf, None)


def case_fetch_none_in_list(tf):
    return run(tf, [tf.constant(1.0), None])


def case_fetch_int(tf):
    tf.constant(1.0, name="c")
    return run(tf, 3)


def case_fetch_empty_list(tf):
    tf.constant(1.0, name="c")
    return run(tf, [])


def case_fetch_empty_dict(tf):
    tf.constant(1.0, name="c")
    return str(run(tf, {}))


def case_fetch_unknown_name(tf):
    tf.constant(1.0, name="c")
    return run(tf, "nothing:0")


def case_fetch_unknown_output(tf):
    tf.constant(1.0, name="c")
    return run(tf, "c:1")


def case_fetch_name_of_operation(tf):
    tf.constant(1.0, name="c")
    return run(tf, "c")


def case_fetch_other_graph(tf):
    other = tf.Graph()
    with other.as_default():
        c = tf.constant(1.0, name="c")
    tf.constant(1.0, name="c")
    return run(tf, c)


def case_fetch_other_graph_operation(tf):
    tf.constant(1.0, name="c")
    other = tf.Graph()
    with other.as_default():
        op = tf.no_op()
    return run(tf, op)


def case_fetch_array(tf):
    tf.constant(1.0, name="c")
    return run(tf, np.ones(2))


def case_session_closed(tf):
    c = tf.constant(1.0)
    session = tf.Session()
    session.close()
    return session.run(c)


def case_session_empty_graph(tf):
    return run(tf, "x:0")


def case_session_empty_graph_no_fetch(tf):
    return run(tf, [])


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
    x = ph(tf, [])
    with tf.Session() as session:
        return session.make_callable(x * 2.0, [x])(1.0, 2.0)


def case_after_error_session_works(tf):
    v = tf.Variable(1.0, name="v")
    x = ph(tf, [])
    up = tf.assign_add(v, x)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        with contextlib.suppress(tf.errors.InvalidArgumentError):
            session.run(up)
        return float(session.run(up, {x: 2.0}))
