"""Recurrent cells as one op: LSTM, over one step or all of them, and GRU.

An LSTM's step, with gates of which each is a product with ``[x, h]``, and peepholes ``w`` if there
are any::

    i = sigmoid(i' + w_ci cs),   f = sigmoid(f' + forget_bias + w_cf cs),   ci = tanh(ci')
    cs = i ci + f cs,  clipped,  o = sigmoid(o' + w_co cs),   co = tanh(cs),   h = o co

The gates lie in the columns in the order i, ci, f, o; in the second version, i, f, ci, o.  The
derivative does not see that ``cs`` was clipped, as in TensorFlow.  The derivatives are in
``gradients/rnn_blocks.py``.
"""

import numpy as np
from jax import lax

from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, with_rank
from tfgrad._src.ops.broadcasting import constant_like, invalid, shape_list, types

_SMALL = types("half float")


def _rows(v, like):
    """A vector for each row."""
    return lax.broadcast_in_dim(v, like.shape, (1,))


def _product(a, b, transpose_a: bool = False, transpose_b: bool = False):
    contract = ((0 if transpose_a else 1,), (1 if transpose_b else 0,))
    return lax.dot_general(a, b, (contract, ((), ())))


def _columns(x, start: int, stop: int):
    return lax.slice_in_dim(x, start, stop, axis=1)


def _parts(x, order: tuple) -> list:
    """Four groups of columns, as i, ci, f, o."""
    n = x.shape[1] // 4
    return [_columns(x, k * n, (k + 1) * n) for k in order]


_ICFO, _IFCO = (0, 1, 2, 3), (0, 2, 1, 3)  # where i, ci, f and o are


def _one(x):
    return constant_like(x, 1)


def _lstm_step(attrs, order, x, cs, h, w, wci, wcf, wco, b) -> list:
    """``[i, cs, f, o, ci, co, h]``."""
    gates = _product(lax.concatenate((x, h), 1), w)
    i, ci, f, o = _parts(lax.add(gates, _rows(b, gates)), order)
    peeps, bias = attrs["use_peephole"], attrs.get("forget_bias", 0.0)
    if peeps:
        i = lax.add(i, lax.mul(cs, _rows(wci, cs)))
        f = lax.add(f, lax.mul(cs, _rows(wcf, cs)))
    if bias:
        f = lax.add(f, constant_like(f, bias))
    i, f, ci = lax.logistic(i), lax.logistic(f), lax.tanh(ci)
    cs = lax.add(lax.mul(ci, i), lax.mul(cs, f))
    clip = attrs["cell_clip"]
    if clip > 0:
        cs = lax.clamp(np.asarray(-clip, cs.dtype), cs, np.asarray(clip, cs.dtype))
    if peeps:
        o = lax.add(o, lax.mul(cs, _rows(wco, cs)))
    o, co = lax.logistic(o), lax.tanh(cs)
    return [i, cs, f, o, ci, co, lax.mul(o, co)]


def _slope(y):
    """Of the logistic function where it is ``y``."""
    return lax.mul(y, lax.sub(_one(y), y))


def _tanh_slope(y):
    return lax.sub(_one(y), lax.mul(y, y))


def _lstm_step_grad(peeps, order, cs_prev, wci, wcf, wco, i, cs, f, o, ci, co, dcs, dh) -> list:
    """``[dcs_prev, dgates, dwci, dwcf, dwco]``; the last three per row."""
    do = lax.mul(lax.mul(_slope(o), dh), co)
    dcs = lax.add(lax.mul(lax.mul(_tanh_slope(co), dh), o), dcs)
    if peeps:
        dcs = lax.add(dcs, lax.mul(do, _rows(wco, do)))
    dci = lax.mul(lax.mul(_tanh_slope(ci), dcs), i)
    df = lax.mul(lax.mul(_slope(f), dcs), cs_prev)
    di = lax.mul(lax.mul(_slope(i), dcs), ci)
    dcs_prev = lax.mul(dcs, f)
    if peeps:
        dcs_prev = lax.add(dcs_prev, lax.mul(di, _rows(wci, di)))
        dcs_prev = lax.add(dcs_prev, lax.mul(df, _rows(wcf, df)))
    placed = [None] * 4
    for place, part in zip(order, (di, dci, df, do), strict=True):
        placed[place] = part
    peeped = [lax.mul(di, cs_prev), lax.mul(df, cs_prev), lax.mul(do, cs)]
    if not peeps:
        peeped = [lax.full(v.shape, 0, v.dtype) for v in peeped]
    return [dcs_prev, lax.concatenate(placed, 1), *peeped]


def _sum_rows(x):
    return lax.reduce(x, np.zeros((), x.dtype), lax.add, (0,))


# ---------------------------------------------------------------------- one step


def _cell_shape(node, x: Shape, cs: Shape, *rest: Shape) -> list:
    batch = with_rank(x, 2)[0]
    return [(batch, with_rank(cs, 2)[1])] * 7


_WEIGHTS = "w: T, wci: T, wcf: T, wco: T, b: T"
_STATES = "i: T, cs: T, f: T, o: T, ci: T, co: T"
_CLIPPED = "forget_bias: float = 1.0, cell_clip: float = 3.0, use_peephole: bool = False"


@defop(
    f"LSTMBlockCell(x: T, cs_prev: T, h_prev: T, {_WEIGHTS}; {_CLIPPED}) -> {_STATES}, h: T",
    T=_SMALL,
    shape=_cell_shape,
)
def lstm_block_cell(node, x, cs_prev, h_prev, *weights):
    _check(node, x, cs_prev, h_prev, weights[0])
    return _lstm_step(node.attrs, _ICFO, x, cs_prev, h_prev, *weights)


def _check(node, x, cs_prev, h_prev, w) -> None:
    wanted = (np.shape(x)[-1] + np.shape(h_prev)[-1], 4 * np.shape(cs_prev)[-1])
    if np.shape(w) != wanted:
        raise invalid(
            node, f"w must have shape {shape_list(wanted)}, but it has {shape_list(np.shape(w))}"
        )


def _cell_grad_shape(node, x: Shape, cs: Shape, *rest: Shape) -> list:
    batch, n = with_rank(x, 2)[0], with_rank(cs, 2)[1]
    wide = None if n is None else 4 * n
    return [(batch, n), (batch, wide), (n,), (n,), (n,)]


@defop(
    f"LSTMBlockCellGrad(x: T, cs_prev: T, h_prev: T, {_WEIGHTS}, {_STATES}, cs_grad: T, h_grad: T; "
    "use_peephole: bool) -> cs_prev_grad: T, dicfo: T, wci_grad: T, wcf_grad: T, wco_grad: T",
    T=_SMALL,
    shape=_cell_grad_shape,
)
def lstm_block_cell_grad(node, x, cs_prev, h_prev, w, wci, wcf, wco, b, *rest):
    peeps = node.attrs["use_peephole"]
    dcs, dgates, *peeped = _lstm_step_grad(peeps, _ICFO, cs_prev, wci, wcf, wco, *rest)
    return [dcs, dgates, *map(_sum_rows, peeped)]


# ---------------------------------------------------------------------- all steps


def _block_shape(node, steps: Shape, x: Shape, *rest: Shape) -> list:
    time, batch, _ = with_rank(x, 3)
    b = with_rank(rest[-1], 1)
    if b[0] is not None and b[0] % 4:
        raise ShapeError(f"Dimension size must be evenly divisible by 4 but is {b[0]}")
    return [(time, batch, None if b[0] is None else b[0] // 4)] * 7


def _block(op_type: str, order: tuple, attrs: str) -> None:
    @defop(
        f"{op_type}(seq_len_max: int64, x: T, cs_prev: T, h_prev: T, {_WEIGHTS}; {attrs})"
        f" -> {_STATES}, h: T",
        T=_SMALL,
        shape=_block_shape,
    )
    def lower(node, steps, x, cs_prev, h_prev, *weights):
        _check(node, x, cs_prev, h_prev, weights[0])

        def step(carry, at):
            t, xt = at
            found = _lstm_step(node.attrs, order, xt, *carry, *weights)
            runs = lax.lt(t, steps)
            found = [_kept(runs, v, lax.full(v.shape, 0, v.dtype)) for v in found]
            return (_kept(runs, found[1], carry[0]), _kept(runs, found[6], carry[1])), found

        times = np.arange(x.shape[0], dtype=np.int64)
        return list(lax.scan(step, (cs_prev, h_prev), (times, x))[1])


def _kept(runs, new, old):
    return lax.select(lax.broadcast(runs, new.shape), new, old)


def _block_grad_shape(node, steps: Shape, x: Shape, *rest: Shape) -> list:
    return [with_rank(x, 3), *rest[:7]]


def _block_grad(op_type: str, order: tuple) -> None:
    @defop(
        f"{op_type}(seq_len_max: int64, x: T, cs_prev: T, h_prev: T, {_WEIGHTS}, {_STATES}, h: T, "
        "cs_grad: T, h_grad: T; use_peephole: bool) -> x_grad: T, cs_prev_grad: T, h_prev_grad: T, "
        "w_grad: T, wci_grad: T, wcf_grad: T, wco_grad: T, b_grad: T",
        T=_SMALL,
        shape=_block_grad_shape,
    )
    def lower(
        node, steps, x, cs_prev, h_prev, w, wci, wcf, wco, b, i, cs, f, o, ci, co, h, dcs, dh
    ):
        peeps = node.attrs["use_peephole"]

        def before(first, all_steps):
            """What each step starts with."""
            first = lax.expand_dims(first, (0,))
            return lax.concatenate((first, lax.slice_in_dim(all_steps, 0, x.shape[0] - 1)), 0)

        def zeros(v):
            return lax.full(np.shape(v), 0, v.dtype)

        def step(carry, at):
            t, xt, cs0, h0, *own, dcs_t, dh_t = at
            dcs_t, dh_t = lax.add(dcs_t, carry[0]), lax.add(dh_t, carry[1])
            dcs0, dgates, *peeped = _lstm_step_grad(
                peeps, order, cs0, wci, wcf, wco, *own, dcs_t, dh_t
            )
            dxh = _product(dgates, w, transpose_b=True)
            n = xt.shape[1]
            dx, dh0 = _columns(dxh, 0, n), _columns(dxh, n, dxh.shape[1])
            dw = _product(lax.concatenate((xt, h0), 1), dgates, transpose_a=True)
            sums = [dw, *map(_sum_rows, peeped), _sum_rows(dgates)]
            runs = lax.lt(t, steps)
            new = [dcs0, dh0, *map(lax.add, carry[2:], sums)]
            kept = tuple(_kept(runs, a, b) for a, b in zip(new, carry, strict=True))
            return kept, _kept(runs, dx, zeros(dx))

        start = tuple(map(zeros, (cs_prev, h_prev, w, wci, wcf, wco, b)))
        times = np.arange(x.shape[0], dtype=np.int64)
        every = (times, x, before(cs_prev, cs), before(h_prev, h), i, cs, f, o, ci, co, dcs, dh)
        last, dx = lax.scan(step, start, every, reverse=True)
        return [dx, *last]


_block("BlockLSTM", _ICFO, _CLIPPED)
_block("BlockLSTMV2", _IFCO, "cell_clip: float = 0.0, use_peephole: bool = False")
_block_grad("BlockLSTMGrad", _ICFO)
_block_grad("BlockLSTMGradV2", _IFCO)


# ---------------------------------------------------------------------- GRU

_GRU = "x: T, h_prev: T, w_ru: T, w_c: T, b_ru: T, b_c: T"
_FLOAT = types("float")


def _gru_shape(node, x: Shape, h: Shape, *rest: Shape) -> list:
    return [(with_rank(x, 2)[0], with_rank(h, 2)[1])] * 4


@defop(f"GRUBlockCell({_GRU}) -> r: T, u: T, c: T, h: T", T=_FLOAT, shape=_gru_shape)
def gru_block_cell(node, x, h, w_ru, w_c, b_ru, b_c):
    """``h = u h + (1 - u) c`` with ``c = tanh([x, r h] w_c + b_c)``."""
    n = h.shape[1]
    gates = _product(lax.concatenate((x, h), 1), w_ru)
    gates = lax.logistic(lax.add(gates, _rows(b_ru, gates)))
    r, u = _columns(gates, 0, n), _columns(gates, n, 2 * n)
    c = _product(lax.concatenate((x, lax.mul(h, r)), 1), w_c)
    c = lax.tanh(lax.add(c, _rows(b_c, c)))
    return [r, u, c, lax.add(lax.mul(u, h), lax.mul(lax.sub(_one(u), u), c))]


def _gru_grad_shape(node, x: Shape, h: Shape, w_ru: Shape, *rest: Shape) -> list:
    x, h = with_rank(x, 2), with_rank(h, 2)
    wide = None if h[1] is None else 2 * h[1]
    return [x, h, (x[0], h[1]), (x[0], wide)]


@defop(
    f"GRUBlockCellGrad({_GRU}, r: T, u: T, c: T, d_h: T)"
    " -> d_x: T, d_h_prev: T, d_c_bar: T, d_r_bar_u_bar: T",
    T=_FLOAT,
    shape=_gru_grad_shape,
)
def gru_block_cell_grad(node, x, h, w_ru, w_c, b_ru, b_c, r, u, c, dh):
    n = x.shape[1]
    du = lax.mul(lax.mul(dh, lax.sub(h, c)), _slope(u))
    dc = lax.mul(lax.mul(dh, lax.sub(_one(u), u)), _tanh_slope(c))
    through_c = _product(dc, w_c, transpose_b=True)
    dhr = _columns(through_c, n, through_c.shape[1])
    dr = lax.mul(lax.mul(dhr, h), _slope(r))
    dru = lax.concatenate((dr, du), 1)
    through = _product(dru, w_ru, transpose_b=True)
    dx = lax.add(_columns(through, 0, n), _columns(through_c, 0, n))
    dh_prev = lax.add(
        _columns(through, n, through.shape[1]), lax.add(lax.mul(dhr, r), lax.mul(dh, u))
    )
    return [dx, dh_prev, dc, dru]
