"""Graphs, names, scopes."""


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
