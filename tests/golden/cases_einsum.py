"""Recorded cases: sums of products over named axes, and their derivatives."""

import numpy as np


def _numbers(shape, dtype=np.float64, shift=0.0):
    x = np.sin(np.arange(float(np.prod(shape, dtype=int))) * 1.7 + len(shape) + shift)
    if dtype == np.complex128:
        x = x + 1j * np.cos(3 * x)
    return x.reshape(shape).astype(dtype)


# equation, per tensor (static shape, shape), type
ROWS = {
    "matrix": ("ij,jk->ik", [((2, 3), None), ((3, 4), None)]),
    "implicit": ("ij,jk", [((2, 3), None), ((3, 4), None)]),
    "implicit_order": ("ba", [((2, 3), None)]),
    "dynamic": ("ij,jk->ik", [((None, 3), (2, 3)), ((None, None), (3, 4))]),
    "batch": ("bij,bkj->bik", [((2, 2, 3), None), ((2, 4, 3), None)]),
    "outer": ("i,j->ij", [((2,), None), ((3,), None)]),
    "dot": ("i,i->", [((3,), None), ((3,), None)]),
    "elements": ("ij,ij->ij", [((2, 3), None), ((2, 3), None)]),
    "transpose": ("ijk->kij", [((2, 3, 2), None)]),
    "trace": ("ii->", [((3, 3), None)]),
    "diagonal": ("bii->bi", [((2, 3, 3), None)]),
    "sum": ("ij->i", [((2, 3), None)]),
    "sum_dynamic": ("ij->i", [((2, None), (2, 3))]),
    "sum_transposed": ("ijk->ki", [((2, 3, 4), None)]),
    "sum_diagonal": ("iij->i", [((2, 2, 3), None)]),
    "sum_in_product": ("abc,cd->ad", [((2, 3, 4), None), ((4, 2), None)]),
    "sum_in_product_transposed": ("abc,cd->da", [((2, 3, 4), None), ((4, 2), None)]),
    "diagonal_in_product": ("aab,bc->ac", [((2, 2, 3), None), ((3, 2), None)]),
    "dots": ("...ij,...jk->...ik", [((2, 2, 3), None), ((2, 3, 2), None)]),
    "dots_stretched": ("...ij,...jk->...ik", [((2, 1, 2, 3), None), ((3, 3, 2), None)]),
    "dots_one_side": ("...ij,jk->...ik", [((2, 2, 3), None), ((3, 2), None)]),
    "dots_dynamic": (
        "...ij,jk...->i...k", [((None, 2, 3), (2, 2, 3)), ((3, 2, None), (3, 2, 1))],
    ),
    "dots_unknown": ("...i,i->...", [(None, (2, 3)), ((3,), None)]),
    "dots_single": ("i...->...", [((2, 3, 2), None)]),
    "dots_single_last": ("...ij->...ji", [((2, 3, 2), None)]),
    "complex": ("ij,jk->ki", [((2, 3), None), ((3, 2), None)], np.complex128),
    "three": ("ij,jk,kl->il", [((2, 3), None), ((3, 4), None), ((4, 2), None)]),
    "three_dynamic": ("ij,jk,kl->il", [((2, None), (2, 3)), ((3, 4), None), ((4, 2), None)]),
    "four": (
        "ab,bc,cd,de->ae", [((5, 2), None), ((2, 3), None), ((3, 4), None), ((4, 2), None)],
    ),
    "three_dots": ("...i,ij,j->...", [((2, 3), None), ((3, 4), None), ((4,), None)]),
    "spaces": (" i j , j k -> i k ", [((2, 3), None), ((3, 4), None)]),
    "empty": ("ij,jk->ik", [((2, 0), None), ((0, 4), None)]),
}  # fmt: skip
SECOND = {"matrix", "dynamic", "sum", "dots_one_side", "trace"}


def _case(name, equation, tensors, dtype=np.float64):
    def case(tf):
        xs, feeds = [], {}
        for k, (static, shape) in enumerate(tensors):
            x = tf.placeholder(dtype, static, name=f"x{k}")
            xs.append(x)
            feeds[x] = _numbers(static if shape is None else shape, dtype, k)
        y = tf.einsum(equation, *xs)
        out = {"y": y}
        first = tf.gradients(y, xs, grad_ys=y)
        for k, g in enumerate(first):
            out[f"g{k}"] = g
        if name in SECOND:
            for k, g in enumerate(tf.gradients(first[0], xs, grad_ys=first[0])):
                if g is not None:
                    out[f"h{k}"] = g
        return out, feeds

    return case


def others(tf):
    a = tf.placeholder(tf.float32, [2, 3], name="a")
    out = {
        "named": tf.einsum("ij,kj->ik", a, a, name="mine"),
        "whole": tf.einsum("ij,jk->ik", tf.constant([[1, 2], [3, 4]]), tf.constant([[5], [6]])),
        "optimal": tf.einsum("ij,kj,kl->il", a, a, a, optimize="optimal", name="three"),
        "variable": tf.einsum("ij,jk", a, tf.Variable(np.ones((3, 1), np.float32), name="w")),
    }
    return out, {a: _numbers((2, 3), np.float32)}


CASES = {name: _case(name, *row) for name, row in ROWS.items()} | {"others": others}
