"""`tf.gradients` and optimizers."""

import numpy as np

from .harness import ph


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
    x = ph(tf, [3])
    return tf.gradients(tf.unique(x)[0], x)


def case_gradients_not_differentiable(tf):
    x = ph(tf, [3])
    return tf.gradients([tf.floor(x), tf.sign(x)], x)[0] is None


def case_gradients_argmax(tf):
    x = ph(tf, [3])
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


def case_gradients_xs_nested(tf):
    a, b = tf.constant(1.0), tf.constant(2.0)
    return tf.gradients(a * b, [a, [b]])


def case_gradients_xs_operation(tf):
    a = tf.constant(1.0, name="a")
    return tf.gradients(a * a, a.op)


def case_gradients_xs_name(tf):
    a = tf.constant(1.0, name="a")
    return tf.gradients(a * a, "a:0")


def case_gradients_xs_missing(tf):
    return tf.gradients(tf.constant(1.0))


def case_gradients_unknown_keyword(tf):
    a = tf.constant(1.0)
    return tf.gradients(a * a, a, order=2)


def case_gradients_v2_colocate(tf):
    a = tf.constant(1.0)
    return tf.compat.v2.gradients(a * a, a, colocate_gradients_with_ops=True)


def case_gradients_grad_ys_empty(tf):
    a = tf.constant(1.0)
    return tf.gradients([a * a], [a], grad_ys=[])


def case_gradients_grad_ys_list_for_one(tf):
    a = tf.constant([1.0, 2.0])
    return tf.gradients(a * a, a, grad_ys=[1.0, 2.0])


def case_gradients_grad_ys_numpy_double(tf):
    a = tf.constant(1.0)
    return tf.gradients(tf.sin(a) * a, a, grad_ys=np.float64(2.0))


def case_gradients_grad_ys_complex(tf):
    a = tf.constant(1.0, name="a")
    return tf.gradients(a, a, grad_ys=tf.constant(1j))


def case_gradients_grad_ys_string(tf):
    a = tf.constant(1.0, name="a")
    return tf.gradients(a, a, grad_ys=tf.constant("s"))


def case_gradients_grad_ys_real_for_complex(tf):
    z = tf.constant(1j, name="z")
    return tf.gradients(z, z, grad_ys=tf.constant(1.0))


def case_gradients_grad_ys_for_bool(tf):
    b = tf.constant(True, name="b")
    return tf.gradients(b, b, grad_ys=tf.constant(1.0))


def case_gradients_grad_ys_for_string(tf):
    s = tf.constant("s", name="s")
    return tf.gradients(s, s, grad_ys=tf.constant("s"))


def case_gradients_grad_ys_other_graph(tf):
    with tf.Graph().as_default():
        g = tf.constant(1.0, name="g")
    y = tf.constant(1.0, name="y")
    return tf.gradients(y * y, y, grad_ys=g)


def case_gradients_stop_none_in_list(tf):
    a = tf.constant(1.0)
    return tf.gradients(a * a, a, stop_gradients=[None])


def case_gradients_stop_list_in_list(tf):
    a = tf.constant(1.0)
    return tf.gradients(a * a, a, stop_gradients=[[a]])


def case_gradients_stop_number(tf):
    a = tf.constant(1.0)
    return tf.gradients(a * a, a, stop_gradients=[2.0])


def case_gradients_unconnected_upper_case(tf):
    a, b = tf.constant(1.0), tf.constant(2.0)
    return tf.gradients(a, b, unconnected_gradients="ZERO")


def case_gradients_unconnected_number(tf):
    a, b = tf.constant(1.0), tf.constant(2.0)
    return tf.gradients(a, b, unconnected_gradients=0)


def case_gradients_unconnected_none(tf):
    a, b = tf.constant(1.0), tf.constant(2.0)
    return tf.gradients(a, b, unconnected_gradients=None)


def case_gradients_unconnected_string(tf):
    a, b = tf.constant(1.0), tf.constant(2.0)
    return tf.gradients(a, b, unconnected_gradients="none")


def case_gradients_unconnected_enum(tf):
    return [tf.UnconnectedGradients.NONE.value, tf.UnconnectedGradients("zero").name]


def case_gradients_unconnected_enum_bogus(tf):
    return tf.UnconnectedGradients("nope")


def case_gradients_aggregation_name(tf):
    a = tf.constant(1.0)
    return tf.gradients(a * a, a, aggregation_method="ADD_N")


def case_gradients_aggregation_constants(tf):
    names = ["ADD_N", "DEFAULT", "EXPERIMENTAL_TREE", "EXPERIMENTAL_ACCUMULATE_N"]
    return [getattr(tf.AggregationMethod, name) for name in names]


def case_gradients_y_in_its_own_graph(tf):
    with tf.Graph().as_default():
        a = tf.constant(1.0, name="a")
        y = a * a
    return tf.gradients(y, a)[0].name


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
    x = ph(tf, [])
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
