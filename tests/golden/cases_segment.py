"""Groups of rows: values and derivatives, of the sorted and unsorted ops."""

import numpy as np

A = np.sin(np.arange(1.0, 9.0)).reshape(4, 2).astype(np.float32)
Z = np.array([[0.0, 2.0], [3.0, 0.0], [0.0, 0.0], [5.0, 1.0]], np.float32)


def _x(tf, shape=(4, 2), name="x", dtype=None):
    return tf.placeholder(dtype or tf.float32, shape, name=name)


def _with_gradients(tf, y, xs, order=1):
    fetches = {"y": y}
    gs = tf.gradients(tf.reduce_sum(y * y * y), xs)
    fetches.update({f"g{i}": g for i, g in enumerate(gs)})
    if order == 2:
        hs = tf.gradients(tf.reduce_sum(gs[0] * gs[0]), xs)
        fetches.update({f"h{i}": h for i, h in enumerate(hs)})
    return fetches


def _sorted(kind, shape=(4, 2), feed=A, order=1, ids=(0, 0, 1, 3)):
    def case(tf):
        x = _x(tf, shape)
        y = getattr(tf, f"segment_{kind}")(x, tf.constant(ids))
        return _with_gradients(tf, y, [x], order), {x: feed}

    return case


def _unsorted(kind, shape=(4, 2), feed=A, order=1, ids=(2, 0, -1, 2)):
    def case(tf):
        x = _x(tf, shape)
        y = getattr(tf, f"unsorted_segment_{kind}")(x, tf.constant(ids), 4)
        return _with_gradients(tf, y[:1] if kind in ("max", "min") else y, [x], order), {x: feed}

    return case


def sum_of_fed_ids(tf):
    x, i = _x(tf, (None, 2)), _x(tf, (None,), "ids", tf.int64)
    return _with_gradients(tf, tf.segment_sum(x, i, name="s"), [x]), {x: A, i: [0, 1, 1, 2]}


def unsorted_sum_of_fed_ids(tf):
    x, i, n = _x(tf, (None, 2)), _x(tf, (None,), "ids", tf.int64), _x(tf, (), "n", tf.int32)
    y = tf.unsorted_segment_sum(x, i, n)
    return _with_gradients(tf, y, [x]), {x: A, i: [3, 0, 0, -1], n: 5}


def unsorted_sum_of_matrix_ids(tf):
    x, i = _x(tf, (2, 2, 3)), _x(tf, (2, 2), "ids", tf.int32)
    y = tf.math.unsorted_segment_sum(x, i, 3)
    feed = np.arange(12.0).reshape(2, 2, 3)
    return _with_gradients(tf, y, [x]), {x: feed, i: [[0, 2], [2, -1]]}


def unsorted_empty_groups(tf):
    """What a group without rows gives, by type."""
    i = tf.constant([1, 1])
    f, n = tf.constant([2.0, 3.0]), tf.constant([2, 3])
    return {
        f"{kind}_{what}": getattr(tf, f"unsorted_segment_{kind}")(x, i, 3)
        for kind in ("sum", "max", "min", "prod")
        for what, x in (("float", f), ("int", n))
    }, {}


def sorted_empty_groups(tf):
    i = tf.constant([1, 3])
    f, n = tf.constant([-2.0, -3.0]), tf.constant([7, 3])
    return {
        f"{kind}_{what}": getattr(tf, f"segment_{kind}")(x, i)
        for kind in ("sum", "mean", "max", "min", "prod")
        for what, x in (("float", f), ("int", n))
    }, {}


CASES = {k: v for k, v in list(globals().items()) if callable(v) and not k.startswith("_")}
CASES.update({f"sorted_{k}": _sorted(k) for k in ("mean", "max", "min", "prod")})
CASES.update({f"unsorted_{k}": _unsorted(k) for k in ("max", "min", "prod", "mean", "sqrt_n")})
CASES.update(
    sorted_sum=_sorted("sum"),
    sorted_max_ties=_sorted("max", feed=np.ones((4, 2), np.float32)),
    sorted_prod_zeros=_sorted("prod", (None, 2), Z),
    unsorted_sum=_unsorted("sum", order=2),
    unsorted_sum_dynamic=_unsorted("sum", (None, None)),
    unsorted_prod_zeros=_unsorted("prod", feed=Z, ids=(1, 0, 1, 0)),
)
