# ruff: noqa: B008 - a default is an array that nothing changes
"""Sequences, blocks of recurrent networks, moving parts of graphs."""

import numpy as np


def z(*shape):
    return np.ones(shape)


X = z(2, 3, 2)


def _lstm(tf, p, x=z(1, 2), c=z(1, 3), w=z(5, 12), b=z(12), peep=z(3), h=None):
    return tf.raw_ops.LSTMBlockCell(
        x=p(x), cs_prev=p(c), h_prev=p(c if h is None else h), w=p(w), wci=p(peep), wcf=p(peep),
        wco=p(peep), b=p(b),
    )  # fmt: skip


def _block(tf, p, length=2, x=z(2, 1, 2), c=z(1, 3), w=z(5, 12), b=z(12)):
    v = p(z(3))
    return tf.raw_ops.BlockLSTM(
        seq_len_max=p(length, "int64"), x=p(x), cs_prev=p(c), h_prev=p(c), w=p(w), wci=v, wcf=v,
        wco=v, b=p(b),
    )  # fmt: skip


def _gru(tf, p, x=z(1, 2), h=z(1, 3), w=z(5, 6), wc=z(5, 3), b=z(6)):
    return tf.raw_ops.GRUBlockCell(
        x=p(x), h_prev=p(h), w_ru=p(w), w_c=p(wc), b_ru=p(b), b_c=p(z(3))
    )


def _edit(tf, p, a=((0, 0),), b=((0, 0),), shape=(1, 1), truth=(1, 1), values=(1,), normalize=True):
    first = tf.SparseTensor(p(a, "int64"), p([1] * len(a)), p(shape, "int64"))
    second = tf.SparseTensor(p(b, "int64"), p(values), p(truth, "int64"))
    return tf.edit_distance(first, second, normalize)


ROWS = [
    (
        "reverse_length",
        lambda tf, p: tf.reverse_sequence(p(X), p([1, 4]), seq_axis=1, batch_axis=0),
    ),
    (
        "reverse_negative",
        lambda tf, p: tf.reverse_sequence(p(X), p([1, -1]), seq_axis=1, batch_axis=0),
    ),
    (
        "reverse_count",
        lambda tf, p: tf.reverse_sequence(p(X), p([1, 2, 3]), seq_axis=1, batch_axis=0),
    ),
    (
        "reverse_same_axis",
        lambda tf, p: tf.reverse_sequence(p(X), p([1, 2]), seq_axis=0, batch_axis=0),
    ),
    ("reverse_axis", lambda tf, p: tf.reverse_sequence(p(X), p([1, 2]), seq_axis=3, batch_axis=0)),
    (
        "reverse_batch_axis",
        lambda tf, p: tf.reverse_sequence(p(X), p([1, 2]), seq_axis=1, batch_axis=3),
    ),
    ("reverse_no_axis", lambda tf, p: tf.reverse_sequence(p(X), p([1, 2]))),
    (
        "reverse_lengths_rank",
        lambda tf, p: tf.reverse_sequence(p(X), p([[1, 2]]), seq_axis=1, batch_axis=0),
    ),
    (
        "reverse_lengths_float",
        lambda tf, p: tf.reverse_sequence(p(X), p([1.0, 2.0]), seq_axis=1, batch_axis=0),
    ),
    ("mask_maxlen_vector", lambda tf, p: tf.sequence_mask(p([1, 2]), p([3]))),
    ("mask_float", lambda tf, p: tf.sequence_mask(p([1.5]), p(3))),
    ("mask_string", lambda tf, p: tf.sequence_mask(p(["a"]), 3)),
    ("mask_negative", lambda tf, p: tf.sequence_mask(p([1]), p(-3))),
    ("edit_ranks", lambda tf, p: _edit(tf, p, truth=(1, 1, 1), b=((0, 0, 0),))),
    ("edit_groups", lambda tf, p: _edit(tf, p, shape=(2, 1), truth=(1, 1))),
    ("edit_vector", lambda tf, p: _edit(tf, p, a=((0,),), b=((0,),), shape=(1,), truth=(1,))),
    ("edit_order", lambda tf, p: _edit(tf, p, a=((1, 0), (0, 0)), shape=(2, 1), truth=(2, 1))),
    ("edit_types", lambda tf, p: _edit(tf, p, values=(1.0,))),
    ("edit_dense", lambda tf, p: tf.edit_distance(p([[1]]), p([[1]]))),
    ("lstm_x_rank", lambda tf, p: _lstm(tf, p, x=z(2))),
    ("lstm_state_batch", lambda tf, p: _lstm(tf, p, c=z(2, 3))),
    ("lstm_weights_rows", lambda tf, p: _lstm(tf, p, w=z(4, 12))),
    ("lstm_weights_columns", lambda tf, p: _lstm(tf, p, w=z(5, 11))),
    ("lstm_bias", lambda tf, p: _lstm(tf, p, b=z(11))),
    ("lstm_h", lambda tf, p: _lstm(tf, p, h=z(1, 4))),
    ("lstm_peephole", lambda tf, p: _lstm(tf, p, peep=z(4))),
    ("block_x_rank", lambda tf, p: _block(tf, p, x=z(1, 2))),
    ("block_length_long", lambda tf, p: _block(tf, p, length=3)),
    ("block_length_vector", lambda tf, p: _block(tf, p, length=[2])),
    ("block_weights", lambda tf, p: _block(tf, p, w=z(4, 12))),
    ("block_bias", lambda tf, p: _block(tf, p, b=z(8))),
    ("gru_x_rank", lambda tf, p: _gru(tf, p, x=z(2))),
    ("gru_state", lambda tf, p: _gru(tf, p, h=z(2, 3))),
    ("gru_weights", lambda tf, p: _gru(tf, p, w=z(4, 6))),
    ("gru_candidate", lambda tf, p: _gru(tf, p, wc=z(4, 3))),
    ("gru_bias", lambda tf, p: _gru(tf, p, b=z(5))),
    ("assert_equal", lambda tf, p: tf.assert_equal(p([1]), p([2]))),
    ("assert_rank", lambda tf, p: tf.assert_rank(p([1]), 2)),
    ("assert_rank_tensor", lambda tf, p: tf.assert_rank(p([1]), p([2]))),
    ("assert_rank_in", lambda tf, p: tf.assert_rank_in(p([1]), [0, 2])),
    ("assert_positive", lambda tf, p: tf.assert_positive(p([0]))),
    ("assert_integer", lambda tf, p: tf.assert_integer(p([1.0]))),
    ("assert_type", lambda tf, p: tf.assert_type(p([1.0]), tf.int32)),
    ("assert_less_shapes", lambda tf, p: tf.assert_less(p([1, 2]), p([1, 2, 3]))),
    ("assert_text", lambda tf, p: tf.Assert(p(False), ["text", p([1])])),
    ("assert_data", lambda tf, p: tf.Assert(p(False), p([1]))),
    ("ensure_shape", lambda tf, p: tf.ensure_shape(p([1.0]), [2])),
    ("print_none", lambda tf: tf.Print(None, [1])),
    ("py_func_type", lambda tf, p: tf.py_func(lambda x: x, [p([1.0])], tf.int32)),
    ("py_func_count", lambda tf, p: tf.py_func(lambda x: (x, x), [p([1.0])], [tf.float32])),
    ("py_func_raises", lambda tf, p: tf.py_func(lambda x: {}["k"], [p([1.0])], tf.float32)),
    ("py_func_value_error", lambda tf, p: tf.py_func(lambda x: int("q"), [p([1.0])], tf.int32)),
]
