"""What is known of shapes while building, as texts: TensorFlow's shape rules, errors too.

Each row makes a tensor from placeholders; its static shape, or the error, becomes a string
constant.
"""


def _texts(*rows):
    def case(tf):
        def p(*dims, dtype=tf.float32):
            return tf.placeholder(dtype, None if dims == (None,) else list(dims))

        def i(*dims):
            return p(*dims, dtype=tf.int32)

        out = {}
        for k, row in enumerate(rows):
            try:
                y = row(tf, p, i)
                text = str(y.shape)
            except ValueError as error:
                text = "ValueError: " + str(error).split("\n")[0].split(" for '")[0]
            out[str(k)] = tf.constant(text)
        return out, {}

    return case


N = "?"  # an unknown length in the rows; p(None) is a placeholder of unknown rank


def _some(*dims):
    return [None if d == N else d for d in dims]


def reshape_rows():
    shapes = [(2, 3), (N, 3), (N, N), (2, N, 3), (0, 3), (N, 0), ()]
    wanted = [[3, 2], [-1], [4, -1], [-1, 3], [-1, -1], [6], [0, -1], [], [5, 5], [-2, 3], [2, N]]
    for s in shapes:
        for w in wanted:
            yield lambda tf, p, i, s=s, w=w: tf.reshape(
                tf.placeholder(tf.float32, _some(*s)),
                [i() if d == N else d for d in w] if w else tf.constant([], tf.int32),
            )
    for w in wanted[:4]:
        yield lambda tf, p, i, w=w: tf.reshape(p(None), w)
    yield lambda tf, p, i: tf.reshape(p(None), i(3))
    yield lambda tf, p, i: tf.reshape(p(2, 3), i(None))
    yield lambda tf, p, i: tf.reshape(p(2, 3), i(1))
    yield lambda tf, p, i: tf.reshape(p(2, 3), [[3, 2]])
    yield lambda tf, p, i: tf.reshape(p(2, 3), 6)
    yield lambda tf, p, i: tf.reshape(p(2, 3), tf.shape(tf.placeholder(tf.float32, [None, 2])))
    yield lambda tf, p, i: tf.reshape(p(None), tf.concat([tf.shape(p(None))[:1], [3]], 0))


def place_rows():
    for d in (0, 1, 2, -1, -3, 3, -4, [1], [0, 1]):
        yield lambda tf, p, i, d=d: tf.expand_dims(tf.placeholder(tf.float32, [None, 3]), d)
    yield lambda tf, p, i: tf.expand_dims(p(None), 0)
    yield lambda tf, p, i: tf.expand_dims(p(2, 3), i())
    yield lambda tf, p, i: tf.expand_dims(p(None), i())
    for a in (None, 0, [0, 2], -1, [2], [-3], [1], [5], [0, -4], []):
        yield lambda tf, p, i, a=a: tf.squeeze(p(1, 2, 1, 3), a)
        yield lambda tf, p, i, a=a: tf.squeeze(tf.placeholder(tf.float32, [1, None, 1, 3]), a)
        yield lambda tf, p, i, a=a: tf.squeeze(p(None), a)


def transpose_rows():
    for w in ([1, 0, 2], [0, 1], [0, 0, 1], [2, 1, 3], [-1, 0, 1], [-3, 0, 1], [0], [[0, 1, 2]]):
        yield lambda tf, p, i, w=w: tf.transpose(tf.placeholder(tf.float32, [2, None, 3]), w)
        yield lambda tf, p, i, w=w: tf.transpose(p(None), w)
    yield lambda tf, p, i: tf.transpose(p(2, 3), i(2))
    yield lambda tf, p, i: tf.transpose(p(2, 3), i(None))
    yield lambda tf, p, i: tf.transpose(p(None), i(3))
    yield lambda tf, p, i: tf.transpose(p(None), i(1))
    yield lambda tf, p, i: tf.transpose(p(None), i(None))
    yield lambda tf, p, i: tf.invert_permutation(i(None))
    yield lambda tf, p, i: tf.invert_permutation(i(3))
    yield lambda tf, p, i: tf.invert_permutation(i(3, 1))


def repeat_rows():
    for m in ([2, 1], [0, 2], [1], [-1, 2], [2, N]):
        for s in ((2, 3), (N, 3), (0, N)):
            yield lambda tf, p, i, m=m, s=s: tf.tile(
                tf.placeholder(tf.float32, _some(*s)), [i() if d == N else d for d in m]
            )
        yield lambda tf, p, i, m=m: tf.tile(p(None), [i() if d == N else d for d in m])
    yield lambda tf, p, i: tf.tile(p(2, 3), i(None))
    yield lambda tf, p, i: tf.tile(p(None), i(3))
    yield lambda tf, p, i: tf.tile(p(None), [[2, 3]])
    for w in ([4, 2, 3], [2, 3], [4, 3], [3], [-1, 3], [N, 2, 3], [0, 3]):
        for s in ((2, 3), (1, 3), (N, 3)):
            yield lambda tf, p, i, w=w, s=s: tf.broadcast_to(
                tf.placeholder(tf.float32, _some(*s)), [i() if d == N else d for d in w]
            )
        yield lambda tf, p, i, w=w: tf.broadcast_to(p(None), [i() if d == N else d for d in w])
    yield lambda tf, p, i: tf.broadcast_to(p(2, 3), i(None))
    yield lambda tf, p, i: tf.broadcast_to(p(2, 3), i(3))
    yield lambda tf, p, i: tf.broadcast_dynamic_shape(i(2), i(3))
    yield lambda tf, p, i: tf.broadcast_dynamic_shape(i(None), i(3))
    yield lambda tf, p, i: tf.broadcast_to(p(3), tf.broadcast_dynamic_shape([2, 1], [3]))


def fill_rows():
    for w in ([2, 3], [0, 2], [-1, 2], [N, 2], []):
        yield lambda tf, p, i, w=w: tf.fill(
            [i() if d == N else d for d in w] if w else tf.constant([], tf.int32), 1.0
        )
    yield lambda tf, p, i: tf.fill(i(None), 1.0)
    yield lambda tf, p, i: tf.fill(i(3), 1.0)
    yield lambda tf, p, i: tf.fill(i(3, 1), 1.0)
    yield lambda tf, p, i: tf.fill(3, 1.0)
    yield lambda tf, p, i: tf.fill([2], [1.0])
    yield lambda tf, p, i: tf.fill(tf.shape(tf.placeholder(tf.float32, [None, 4])), 1.0)
    for a in ((3,), (3, 1), (1, 9, 3), (5, 0, -2), (0, 1, 0), (1, 3, -1), (0.0, 1.0, 0.3), (3, 3)):
        yield lambda tf, p, i, a=a: tf.range(*a)
    yield lambda tf, p, i: tf.range(i())
    yield lambda tf, p, i: tf.range(i(1))
    yield lambda tf, p, i: tf.range(i(None))
    yield lambda tf, p, i: tf.range(tf.rank(p(2, 3)))
    yield lambda tf, p, i: tf.zeros_like(p(None))
    yield lambda tf, p, i: tf.ones_like(tf.placeholder(tf.float32, [None, 2]))
    yield lambda tf, p, i: tf.shape(p(None))
    yield lambda tf, p, i: tf.shape(tf.placeholder(tf.float32, [None, 2]))
    yield lambda tf, p, i: tf.linspace(0.0, 1.0, i())
    yield lambda tf, p, i: tf.meshgrid(p(3), p(4))[0]


def reduce_rows():
    for a in (None, 0, [1], [-1, 0], [0, 0], [], 3, -4, [[0]], N):
        for keep in (False, True):
            for s in ((2, 3), (N, 3), None):
                yield lambda tf, p, i, a=a, keep=keep, s=s: tf.reduce_sum(
                    tf.placeholder(tf.float32, None if s is None else _some(*s)),
                    i(1) if a == N else a, keep,
                )  # fmt: skip
    for a in (0, 1, -1, 2, -3, [0]):
        for s in ((2, 3), (N, 3), (3,), (), None):
            yield lambda tf, p, i, a=a, s=s: tf.arg_max(
                tf.placeholder(tf.float32, None if s is None else _some(*s)), a
            )
    yield lambda tf, p, i: tf.argmax(p(2, 3), i())
    yield lambda tf, p, i: tf.argmax(p(2, 3), i(None))
    yield lambda tf, p, i: tf.cumsum(tf.placeholder(tf.float32, [None, 3]), i())
    yield lambda tf, p, i: tf.cumsum(p(2, 3), 5)
    yield lambda tf, p, i: tf.nn.l2_loss(p(None))
    yield lambda tf, p, i: tf.reduce_logsumexp(tf.placeholder(tf.float32, [None, 3]), 0)
    yield lambda tf, p, i: tf.reduce_mean(p(2, 3), tf.range(tf.rank(p(2, 3))))
    yield lambda tf, p, i: tf.reduce_mean(p(None), tf.range(1, tf.rank(p(2, 3))))


def matrix_rows():
    def m(tf, *dims):
        return tf.placeholder(tf.float32, _some(*dims))

    yield lambda tf, p, i: tf.matrix_diag(m(tf, N, 3))
    for rows, cols in ((-1, -1), (3, -1), (5, -1), (-1, 7), (4, 4), (2, 5), (4, 7)):
        yield lambda tf, p, i, r=rows, c=cols: tf.matrix_diag(m(tf, 3), num_rows=r, num_cols=c)
        yield lambda tf, p, i, r=rows, c=cols: tf.matrix_diag(m(tf, 3), k=1, num_rows=r, num_cols=c)
    for k in ([0, 3], [0, 2], [2, 0], [-1, 2], 0):
        yield lambda tf, p, i, k=k: tf.matrix_diag(p(4, 3), k=k)
    yield lambda tf, p, i: tf.matrix_diag(p(4, 3), k=i())
    yield lambda tf, p, i: tf.matrix_diag(p(None))
    yield lambda tf, p, i: tf.matrix_diag(p())
    yield lambda tf, p, i: tf.matrix_diag(p(3), num_rows=i(), num_cols=5)
    for k in (0, 1, -2, -3, 4, [-1, 1], [1, 1], [2, -1], [0, 1, 2]):
        yield lambda tf, p, i, k=k: tf.matrix_diag_part(m(tf, N, 3, 4), k=k)
        yield lambda tf, p, i, k=k: tf.matrix_diag_part(m(tf, N, N, 4), k=k)
    yield lambda tf, p, i: tf.matrix_diag_part(p(3, 4), k=i(2))
    yield lambda tf, p, i: tf.matrix_diag_part(p(None))
    yield lambda tf, p, i: tf.matrix_diag_part(p(3))
    yield lambda tf, p, i: tf.matrix_set_diag(m(tf, N, 3, 4), p(2, 3))
    yield lambda tf, p, i: tf.matrix_set_diag(m(tf, N, N, 4), p(2, 3))
    yield lambda tf, p, i: tf.matrix_set_diag(p(None), p(2, 3))
    yield lambda tf, p, i: tf.matrix_set_diag(m(tf, N, 3, 4), p(2, 3), k=i())
    yield lambda tf, p, i: tf.matrix_band_part(m(tf, N, 3), 1, -1)
    yield lambda tf, p, i: tf.diag(m(tf, N, 3))
    yield lambda tf, p, i: tf.diag(p())
    yield lambda tf, p, i: tf.diag(p(None))
    yield lambda tf, p, i: tf.diag_part(m(tf, N, 3, 2, 3))
    yield lambda tf, p, i: tf.diag_part(p(3, 2))
    yield lambda tf, p, i: tf.diag_part(p(3))
    yield lambda tf, p, i: tf.diag_part(p(None))
    for s in ((N, 4, 3), (3, 4), (N, 3), (3, N), (3,)):
        for part in (0, 1):
            for full in (False, True):
                yield lambda tf, p, i, s=s, a=part, f=full: tf.qr(m(tf, *s), full_matrices=f)[a]
    yield lambda tf, p, i: tf.qr(p(None))[0]
    yield lambda tf, p, i: tf.eye(3, i())


CASES = {
    "reshape": _texts(*reshape_rows()),
    "place": _texts(*place_rows()),
    "transpose": _texts(*transpose_rows()),
    "repeat": _texts(*repeat_rows()),
    "fill": _texts(*fill_rows()),
    "reduce": _texts(*reduce_rows()),
    "matrix": _texts(*matrix_rows()),
}
