"""Connectionist temporal classification: the sparse loss, its gradient, decoders, helpers."""

import numpy as np

_X = (np.arange(6 * 3 * 4) * 7919 % 23 / 6 - 1.5).reshape(6, 3, 4)


def _labels(tf, rows):
    indices = [[b, i] for b, row in enumerate(rows) for i in range(len(row))]
    values = np.array([v for row in rows for v in row], np.int32)
    return tf.SparseTensor(indices, values, [len(rows), max(map(len, rows))])


def _loss(
    rows, dtype="float32", lengths=(6, 5, 4), shape=(6, 3, 4), major=True, run=True, **options
):
    def case(tf):
        x = tf.placeholder(dtype, shape, name="x")
        if not major:
            options["time_major"] = False
        loss = tf.nn.ctc_loss(_labels(tf, rows), x, list(lengths), **options)
        value = _X if major else _X.transpose(1, 0, 2)
        out = {"loss": loss, "g": tf.gradients(loss * loss, x)[0]}
        if not run:  # TensorFlow has no more than the digits of float32
            out = {k: t.op for k, t in out.items()}
        return out, {x: value.astype(dtype)}

    return case


def sparse_v2(tf):
    x = tf.placeholder(tf.float32, [6, 3, 4], name="x")
    out = {}
    for blank in (-1, 0, 1):
        labels = _labels(tf, [[2, 3], [3, 3], [2]] if blank != -1 else [[0, 2], [1, 1], [2]])
        loss = tf.nn.ctc_loss_v2(labels, x, None, [6, 5, 4], blank_index=blank)
        out[str(blank)] = loss
        out[f"g{blank}"] = tf.gradients(loss, x)[0]
    return out, {x: _X}


def decoders(tf):
    x = tf.placeholder(tf.float32, [6, None, 4], name="x")
    out = {}
    for merge in (True, False):
        (d,), score = tf.nn.ctc_greedy_decoder(x, [6, 5, 4], merge)
        out.update({f"{merge} i": d.indices, f"{merge} v": d.values, f"{merge} d": d.dense_shape,
                    f"{merge} s": score})  # fmt: skip
    for width in (3, 100):
        ds, score = tf.nn.ctc_beam_search_decoder(x, [6, 5, 4], width, 2, merge_repeated=False)
        for j, d in enumerate(ds):
            out.update({f"{width} {j} i": d.indices, f"{width} {j} v": d.values})
        out[f"{width} s"] = score
    (d,), _ = tf.nn.ctc_beam_search_decoder(x, [6, 5, 4])
    out.update({"merged": d.values, "merged shape": d.dense_shape})
    (d,), _ = tf.nn.ctc_beam_search_decoder_v2(x, [6, 5, 4], 8)
    out["v2"] = d.values
    return out, {x: _X}


def collapse(tf):
    x = tf.placeholder(tf.int32, [2, None], name="x")
    a, n = tf.nn.collapse_repeated(x, [5, 3])
    b, m = tf.nn.collapse_repeated([[1, 1, 2], [3, 2, 2]], [3, 2], name="c")
    return {"a": a, "n": n, "b": b, "m": m}, {x: [[3, 4, 4, 3, 1], [5, 5, 5, 0, 2]]}


CASES = {
    "loss": _loss([[0, 1], [2, 2], [1]]),
    "double": _loss([[0, 1, 2, 2], [2], [1, 0]], "float64", run=False),
    "half": _loss([[0, 1], [2, 2], [1]], "float16"),
    "dynamic": _loss([[0, 1], [2, 2], [1]], shape=(None, None, 4)),
    "batch_major": _loss([[0, 1], [2, 2], [1]], shape=(3, 6, 4), major=False),
    "labels_last": _loss([[0, 1], [2, 2], [1]], ctc_merge_repeated=False),
    "collapsed": _loss([[0, 1, 1], [2, 2], [1]], preprocess_collapse_repeated=True),
    "ended_by_blank": _loss([[0, 1], [2, 3], [1]]),
    "impossible": _loss([[0, 1], [2, 2, 2], [1]], lengths=(6, 3, 4)),
    "too_long": _loss([[0, 1], [2, 2, 2], [1]], lengths=(6, 2, 4)),
    "too_long_ignored": _loss(
        [[0, 1], [2, 2, 2], [1]], lengths=(6, 2, 4), ignore_longer_outputs_than_inputs=True
    ),
    "sparse_v2": sparse_v2,
    "decoders": decoders,
    "collapse": collapse,
}
