"""Cases of recurrent cells that are one op, for TensorFlow and tfgrad alike."""

import numpy as np


def _numbers(*shape) -> np.ndarray:
    """The same at every call, so that they need not be recorded."""
    n = int(np.prod(shape))
    return (np.sin(np.arange(n) * 1.7 + len(shape)) * 0.6).reshape(shape).astype(np.float32)


def _weights(tf, inputs: int, cells: int) -> dict:
    shapes = {"w": (inputs + cells, 4 * cells), "wci": (cells,), "wcf": (cells,), "wco": (cells,),
              "b": (4 * cells,)}  # fmt: skip
    return {k: tf.constant(_numbers(*s) + 0.1) for k, s in shapes.items()}


def _block(op_type: str, peephole: bool, clip: float):
    def build(tf):
        x = tf.placeholder("float32", [None, 2, 3], name="x")
        n = tf.placeholder("int64", [], name="n")
        cs, h = tf.constant(_numbers(2, 2)), tf.constant(_numbers(2, 2) * 0.5)
        weights = _weights(tf, 3, 2)
        found = getattr(tf.raw_ops, op_type)(
            seq_len_max=n, x=x, cs_prev=cs, h_prev=h, cell_clip=clip, use_peephole=peephole,
            **weights,
        )  # fmt: skip
        results = {k: v[:3] for k, v in found._asdict().items()}  # TensorFlow leaves out the rest
        names = ["dx", "dcs", "dh", *("d" + k for k in weights)]
        if op_type.endswith("V2"):  # its gradient in TensorFlow takes the gates in the wrong order
            back = tf.raw_ops.BlockLSTMGradV2(
                seq_len_max=n, x=x, cs_prev=cs, h_prev=h, **weights, **found._asdict(),
                cs_grad=tf.cos(found.cs), h_grad=found.h * 2.0, use_peephole=peephole,
            )  # fmt: skip
            return {**results, **dict(zip(names, back, strict=True))}, {x: _numbers(4, 2, 3), n: 3}
        variables = [x, cs, h, *weights.values()]
        loss = tf.reduce_sum(found.h * found.h) + tf.reduce_sum(tf.sin(found.cs))
        results.update(zip(names, tf.gradients(loss, variables), strict=True))
        return results, {x: _numbers(4, 2, 3), n: 3}

    return build


def lstm_cell(tf):
    x = tf.placeholder("float32", [None, 3], name="x")
    cs, h = tf.constant(_numbers(2, 2)), tf.constant(_numbers(2, 2) * 0.5)
    weights = _weights(tf, 3, 2)
    found = tf.raw_ops.LSTMBlockCell(
        x=x, cs_prev=cs, h_prev=h, use_peephole=True, cell_clip=0.3, **weights
    )
    back = tf.raw_ops.LSTMBlockCellGrad(
        x=x, cs_prev=cs, h_prev=h, **weights, **dict(list(found._asdict().items())[:6]),
        cs_grad=tf.ones_like(cs), h_grad=found.h, use_peephole=True,
    )  # fmt: skip
    plain = tf.raw_ops.LSTMBlockCell(x=x, cs_prev=cs, h_prev=h, forget_bias=0.5, **weights)
    return {**found._asdict(), **back._asdict(), "plain": plain.h}, {x: _numbers(2, 3)}


def gru_cell(tf):
    x = tf.placeholder("float32", [None, 3], name="x")
    weights = {"w_ru": _numbers(5, 4), "w_c": _numbers(5, 2), "b_ru": _numbers(4),
               "b_c": _numbers(2)}  # fmt: skip
    h = tf.constant(_numbers(2, 2))
    found = tf.raw_ops.GRUBlockCell(x=x, h_prev=h, **weights)
    back = tf.raw_ops.GRUBlockCellGrad(
        x=x, h_prev=h, **weights, r=found.r, u=found.u, c=found.c, d_h=found.h
    )
    return {**found._asdict(), **back._asdict()}, {x: _numbers(2, 3)}


CASES = {
    "block": _block("BlockLSTM", False, 3.0),
    "block_peephole": _block("BlockLSTM", True, 0.4),
    "block_v2": _block("BlockLSTMV2", False, 0.0),
    "block_v2_peephole": _block("BlockLSTMV2", True, 0.5),
    "lstm_cell": lstm_cell,
    "gru_cell": gru_cell,
}
