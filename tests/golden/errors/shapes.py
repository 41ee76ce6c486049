"""Shapes that do not fit, found while building or at run time."""

import numpy as np

from .harness import ph, run

# --------------------------------------------------------------------------------------------------
# Shapes that do not fit, while building


def case_shape_add(tf):
    return ph(tf, [2, 3], "a") + ph(tf, [4, 3], "b")


def case_shape_tf_add_named(tf):
    return tf.add(ph(tf, [2, 3], "a"), ph(tf, [2, 4], "b"), name="sum")


def case_shape_mul_in_scope(tf):
    with tf.name_scope("layer1"):
        return tf.multiply(ph(tf, [None, 3], "x"), ph(tf, [None, 4], "mask"))


def case_shape_sub_constant(tf):
    return ph(tf, [2, 3]) - [1.0, 2.0]


def case_shape_less(tf):
    return ph(tf, [2], "a") < ph(tf, [3], "b")


def case_shape_matmul(tf):
    return tf.matmul(ph(tf, [2, 3], "a"), ph(tf, [2, 3], "b"))


def case_shape_matmul_transposed(tf):
    return tf.matmul(ph(tf, [2, 3], "a"), ph(tf, [3, 4], "b"), transpose_b=True)


def case_shape_matmul_rank1(tf):
    return tf.matmul(ph(tf, [3], "a"), ph(tf, [3, 4], "b"))


def case_shape_matmul_rank1_right(tf):
    return tf.matmul(ph(tf, [3, 4], "a"), ph(tf, [4], "b"))


def case_shape_matmul_batch(tf):
    return tf.matmul(ph(tf, [2, 3, 4], "a"), ph(tf, [5, 4, 6], "b"))


def case_shape_matmul_both_adjoint_and_transpose(tf):
    a = ph(tf, [3, 3])
    return tf.matmul(a, a, transpose_a=True, adjoint_a=True)


def case_shape_concat(tf):
    return tf.concat([ph(tf, [2, 3], "a"), ph(tf, [4, 5], "b")], axis=0)


def case_shape_concat_ranks(tf):
    return tf.concat([ph(tf, [2, 3], "a"), ph(tf, [4], "b")], axis=0)


def case_shape_concat_axis(tf):
    return tf.concat([ph(tf, [2, 3], "a"), ph(tf, [2, 3], "b")], axis=2)


def case_shape_concat_scalars(tf):
    return tf.concat([tf.constant(1.0), tf.constant(2.0)], axis=0)


def case_shape_reshape(tf):
    return tf.reshape(ph(tf, [2, 3]), [4, 2])


def case_shape_reshape_minus_one(tf):
    return tf.reshape(ph(tf, [2, 3]), [-1, 4])


def case_shape_reshape_two_unknown(tf):
    return str(tf.reshape(ph(tf, [2, 3]), [-1, -1]).shape)


def case_shape_reshape_float(tf):
    return tf.reshape(ph(tf, [2, 3]), [3.0, 2.0])


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
    return tf.nn.bias_add(ph(tf, [2, 3]), ph(tf, [4], "b"))


def case_shape_bias_add_rank(tf):
    return tf.nn.bias_add(ph(tf, [3]), ph(tf, [3], "b"))


def case_shape_softmax_xent(tf):
    return tf.nn.softmax_cross_entropy_with_logits(
        labels=ph(tf, [2, 3], "labels"), logits=ph(tf, [2, 4], "logits")
    )


def case_shape_softmax_xent_v2(tf):
    return tf.nn.softmax_cross_entropy_with_logits_v2(
        labels=ph(tf, [2, 3], "labels"), logits=ph(tf, [5, 3], "logits")
    )


def case_softmax_xent_positional(tf):
    a = ph(tf, [2, 3])
    return tf.nn.softmax_cross_entropy_with_logits(a, a)


def case_softmax_xent_missing_labels(tf):
    return tf.nn.softmax_cross_entropy_with_logits(logits=ph(tf, [2, 3]))


def case_shape_sparse_xent_rank(tf):
    return tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=ph(tf, [2, 3], "labels", tf.int32), logits=ph(tf, [2, 3], "logits")
    )


def case_shape_sparse_xent_batch(tf):
    return tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=ph(tf, [5], "labels", tf.int32), logits=ph(tf, [2, 3], "logits")
    )


def case_sparse_xent_scalar_logits(tf):
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tf.constant(1), logits=ph(tf, []))


def case_sparse_xent_float_labels(tf):
    return tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=ph(tf, [2], "labels"), logits=ph(tf, [2, 3], "logits")
    )


def case_sparse_xent_positional(tf):
    return tf.nn.sparse_softmax_cross_entropy_with_logits(tf.constant([1]), tf.constant([[1.0]]))


def case_sparse_xent_label_out_of_range(tf):
    return run(
        tf,
        tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[0, 3], logits=[[1.0, 2.0, 3.0]] * 2),
    )


def case_shape_sigmoid_xent(tf):
    return tf.nn.sigmoid_cross_entropy_with_logits(
        labels=ph(tf, [2, 3], "labels"), logits=ph(tf, [2, 4], "logits")
    )


def case_shape_add_n(tf):
    return tf.add_n([ph(tf, [2], "a"), ph(tf, [3], "b")])


def case_add_n_empty(tf):
    return tf.add_n([])


def case_add_n_dtypes(tf):
    return tf.add_n([tf.constant(1.0), tf.constant(1)])


def case_add_n_not_a_list(tf):
    return tf.add_n(tf.constant(1.0))


def case_shape_where(tf):
    return tf.where(ph(tf, [2], "c", tf.bool), ph(tf, [3], "a"), ph(tf, [3], "b"))


def case_where_one_branch(tf):
    return tf.where(ph(tf, [2], "c", tf.bool), ph(tf, [2], "a"))


def case_shape_broadcast_to(tf):
    return tf.broadcast_to(ph(tf, [2, 3]), [3, 2])


def case_shape_tile(tf):
    return tf.tile(ph(tf, [2, 3]), [2])


def case_shape_pad(tf):
    return tf.pad(ph(tf, [2, 3]), [[1, 1]])


def case_shape_placeholder_with_default(tf):
    return tf.placeholder_with_default([1.0, 2.0], [3])


# --------------------------------------------------------------------------------------------------
# Shapes that do not fit, at run time


def case_run_shape_add(tf):
    a, b = ph(tf, None, "a"), ph(tf, None, "b")
    return run(tf, tf.add(a, b, name="sum"), {a: [1.0, 2.0], b: [1.0, 2.0, 3.0]})


def case_run_shape_matmul(tf):
    a, b = ph(tf, [None, None], "a"), ph(tf, [None, None], "b")
    return run(tf, tf.matmul(a, b, name="mm"), {a: np.ones([2, 3]), b: np.ones([2, 3])})


def case_run_shape_reshape(tf):
    x = ph(tf, [None])
    return run(tf, tf.reshape(x, [2, -1], name="r"), {x: [1.0, 2.0, 3.0]})


def case_run_shape_concat(tf):
    a, b = ph(tf, [None, None], "a"), ph(tf, [None, None], "b")
    return run(tf, tf.concat([a, b], 0, name="c"), {a: np.ones([2, 3]), b: np.ones([2, 4])})


def case_run_gather_out_of_range(tf):
    i = ph(tf, [None], "i", tf.int32)
    return run(tf, tf.gather([1.0, 2.0, 3.0], i, name="g"), {i: [0, 3]})


def case_run_division_by_zero(tf):
    i = ph(tf, [], "i", tf.int32)
    return run(tf, tf.floordiv(7, i, name="d"), {i: 0})


def case_run_check_numerics(tf):
    x = ph(tf, [])
    return run(tf, tf.check_numerics(x, "bad loss", name="check"), {x: float("nan")})


def case_run_strided_slice_index(tf):
    x, i = ph(tf, [3]), ph(tf, [], "i", tf.int32)
    return run(tf, x[i], {x: [1.0, 2.0, 3.0], i: 3})


def case_run_assign_shape(tf):
    v = tf.get_variable("v", [2], initializer=tf.zeros_initializer())
    x = ph(tf)
    op = tf.assign(v, x)
    return run(tf, op, {x: [1.0, 2.0, 3.0]})
