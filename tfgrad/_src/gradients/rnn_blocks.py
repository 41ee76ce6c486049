"""Derivatives of recurrent cells that are one op; see ``ops/rnn_blocks.py``.

Those of single steps are what `tf.contrib.rnn` of TensorFlow 1.15 registers.
"""

from tfgrad._src.functions.index import slice as slice_
from tfgrad._src.functions.join import concat
from tfgrad._src.functions.linalg import matmul
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Operation, Tensor


@gradient("BlockLSTM", "BlockLSTMV2")
def block_lstm_grad(op: Operation, *dys: Tensor) -> tuple:
    """TensorFlow's takes the gates of the second version in the order of the first."""
    _, dcs, _, _, _, _, dh = dys
    op_type = "BlockLSTMGradV2" if op.type == "BlockLSTMV2" else "BlockLSTMGrad"
    found = add_op(
        op_type, *op.inputs, *op.outputs, dcs, dh, use_peephole=op.get_attr("use_peephole")
    )
    return (None, *found)


def _size(x: Tensor, axis: int) -> int:
    return x.shape.with_rank(2).dims[axis].value or -1


@gradient("LSTMBlockCell")
def lstm_block_cell_grad(op: Operation, *dys: Tensor) -> tuple:
    x, cs_prev, h_prev, w, _, _, _, _ = op.inputs
    _, dcs, _, _, _, _, dh = dys
    dcs_prev, dgates, dwci, dwcf, dwco = add_op(
        "LSTMBlockCellGrad", *op.inputs, *op.outputs[:6], dcs, dh,
        use_peephole=op.get_attr("use_peephole"),
    )  # fmt: skip
    dxh = matmul(dgates, w, transpose_b=True)
    batch, inputs, cells = _size(x, 0), _size(x, 1), _size(cs_prev, 1)
    dx = slice_(dxh, (0, 0), (batch, inputs))
    dh_prev = slice_(dxh, (0, inputs), (batch, cells))
    dw = matmul(concat([x, h_prev], 1), dgates, transpose_a=True)
    return dx, dcs_prev, dh_prev, dw, dwci, dwcf, dwco, add_op("BiasAddGrad", dgates)


@gradient("GRUBlockCell")
def gru_block_cell_grad(op: Operation, *dys: Tensor) -> tuple:
    x, h_prev = op.inputs[:2]
    r, u, c, _ = op.outputs
    dx, dh_prev, dc, dru = add_op("GRUBlockCellGrad", *op.inputs, r, u, c, dys[3])
    dw_ru = matmul(concat([x, h_prev], 1), dru, transpose_a=True)
    db_ru = add_op("BiasAddGrad", dru)
    dw_c = matmul(concat([x, h_prev * r], 1), dc, transpose_a=True)
    return dx, dh_prev, dw_ru, dw_c, db_ru, add_op("BiasAddGrad", dc)
