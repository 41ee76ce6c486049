"""Variables and their scopes."""

from .harness import ph


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
    return tf.Variable(ph(tf))


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
