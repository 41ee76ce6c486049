"""What is known of shapes of linear algebra while building, as texts; errors too."""

N = "?"  # an unknown length; p(None) is of unknown rank


def _texts(rows):
    def case(tf):
        def p(*dims, dtype=tf.float32):
            if dims == (None,):
                return tf.placeholder(dtype, None)
            return tf.placeholder(dtype, [None if d == N else d for d in dims])

        lines = []
        with tf.Graph().as_default():  # these nodes need not be recorded
            for row in rows:
                try:
                    y = row(tf, p)
                    ys = y if isinstance(y, list | tuple) else [y]
                    text = " ".join(str(t.shape) for t in ys)
                except ValueError as error:
                    text = "ValueError: " + str(error).split("\n")[0].split(" for '")[0]
                lines.append(text)
        return {"texts": tf.constant("\n".join(lines))}, {}

    return case


def _raw(op_type, *shapes, **attrs):
    """A node of that type on placeholders of these shapes, given by argument."""

    def row(tf, p):
        tensors = {}
        for name, shape in attrs["args"].items():
            tensors[name] = p(*shape) if isinstance(shape, tuple) else shape(tf, p)
        more = {k: v for k, v in attrs.items() if k != "args"}
        if "Tout" in more:
            more["Tout"] = tf.as_dtype(more["Tout"])
        return getattr(tf.raw_ops, op_type)(**tensors, **more)

    return row


SQUARES = [(2, 2), (2, 3), (N, 3), (3, N), (N, N), (5, 2, 2), (N, 2, N), (3,), (), (None,), (0, 0)]
MATRICES = [
    (2, 3),
    (3, 2),
    (N, 3),
    (3, N),
    (N, N),
    (5, 2, 3),
    (3,),
    (None,),
    (0, 3),
    (0, N),
    (1, N),
]
OF_SQUARES = [
    "Cholesky",
    "MatrixInverse",
    "MatrixDeterminant",
    "LogMatrixDeterminant",
    "MatrixSquareRoot",
    "Lu",
]

SYSTEMS = [
    ((2, 2), (2, 3)),
    ((2, 2), (3, 3)),
    ((2, 3), (2, 3)),
    ((N, N), (2, 3)),
    ((2, N), (N, 3)),
    ((N, 4), (N, 3)),
    ((5, 2, 2), (5, 2, 3)),
    ((5, 2, 2), (2, 3)),
    ((5, 2, 2), (1, 2, 3)),
    ((N, 2, 2), (5, 2, N)),
    ((5, 2, 2), (6, 2, 3)),
    ((None,), (2, 3)),
    ((2, 2), (None,)),
    ((None,), (None,)),
    ((2, 2), (2,)),
    ((2,), (2, 3)),
]

BANDS = [
    ((2, 4), (4, 3)),
    ((5, 4), (4, 3)),
    ((2, 4), (3, 3)),
    ((N, 4), (4, 3)),
    ((2, N), (4, 3)),
    ((5, 2, 4), (4, 3)),
    ((5, 2, 4), (1, 4, 3)),
    ((5, 2, 4), (6, 4, 3)),
    ((None,), (4, 3)),
    ((2, 4), (None,)),
    ((4,), (4, 3)),
    ((0, 4), (4, 3)),
]

TRIDIAGONAL = [
    ((3, 4), (4, 2)),
    ((2, 4), (4, 2)),
    ((N, 4), (4, N)),
    ((3, N), (4, 2)),
    ((3, 4), (5, 2)),
    ((5, 3, 4), (5, 4, 2)),
    ((N, 3, 4), (5, 4, 2)),
    ((5, 3, 4), (6, 4, 2)),
    ((None,), (4, 2)),
    ((3, 4), (None,)),
    ((3, 4), (4,)),
]

PRODUCTS = [
    ((1, 4), (1, 4), (1, 4), (4, 2)),
    ((2, 4), (1, 4), (1, 4), (4, 2)),
    ((1, 4), (1, 5), (1, 4), (4, 2)),
    ((1, N), (1, N), (1, N), (4, 2)),
    ((1, 4), (1, N), (N, N), (N, N)),
    ((5, 1, 4), (N, 1, 4), (5, 1, 4), (5, 4, 2)),
    ((5, 1, 4), (6, 1, 4), (5, 1, 4), (5, 4, 2)),
    ((None,), (1, 4), (1, 4), (4, 2)),
    ((1, 4), (1, 4), (1, 4), (None,)),
    ((4,), (1, 4), (1, 4), (4, 2)),
]

CROSSED = [
    ((3,), (3,)), ((2, 3), (2, 3)), ((2, 3), (N, 3)), ((2, N), (N, 3)), ((2, 3), (3, 3)),
    ((2,), (2,)), ((2, 3), (3,)), ((None,), (2, 3)), ((None,), (None,)), ((), ()), ((N,), (N,)),
]  # fmt: skip

EQUATIONS = [
    ("ij,jk->ik", (2, N), (3, 4)),
    ("ij,jk->ik", (2, 5), (3, 4)),
    ("ij,jk->ik", (None,), (3, 4)),
    ("ij,jk->ik", (2, 3, 4), (3, 4)),
    ("ij,jk->ik", (2, 3)),
    ("ij,j->ii", (2, 3), (3,)),
    ("ij->k", (2, 3)),
    ("ij->", (2, 3)),
    ("", ()),
    ("i1", (2, 3)),
    ("i.j", (2, 3)),
    ("...ij", (2,)),
    ("...ij", (None,)),
    ("...i->i", (2, 3)),
    ("...i->i", (3,)),
    ("...i,...i->...", (2, 3), (4, 3)),
    ("...i,...i->...", (N, 3), (4, 3)),
    ("...i,...i->...", (1, N, 3), (4, N, 3)),
    ("...i,...i->...", (None,), (4, 3)),
    ("...i,...j->ij", (2, 3), (4,)),
    ("ii->i", (2, 3)),
    ("ii->i", (2, N)),
    ("i,i->i", (None,), (4,)),
    ("ij,jk,kl->il", (2, 3), (3, 4), (5, 4)),
    ("ij,jk,kl->il", (2, 3), (3, 4), (4,)),
    ("ij,jk,...->i", (2, 3), (3, 4), (4,)),
    ("i...,j...k->...", (2, 3), (3, 3, 4)),
    ("ij->ji->ij", (2, 3)),
]


def _einsum(equation, *shapes):
    return lambda tf, p: tf.einsum(equation, *[p(*s) for s in shapes])


def squares():
    for op_type in OF_SQUARES:
        for s in SQUARES:
            yield _raw(op_type, args={"input": s})
    for s in SQUARES:
        for compute_v in (True, False):
            yield _raw("SelfAdjointEigV2", args={"input": s}, compute_v=compute_v)
        yield _raw("Eig", args={"input": s}, Tout="complex64")
        yield _raw("CholeskyGrad", args={"l": s, "grad": (2, 2)})


def matrices():
    for s in MATRICES:
        yield _raw("Svd", args={"input": s}, compute_uv=False)
        for full in (True, False):
            yield _raw("Svd", args={"input": s}, full_matrices=full)
            yield _raw("Qr", args={"input": s}, full_matrices=full)


def systems():
    for a, b in SYSTEMS:
        yield _raw("MatrixSolve", args={"matrix": a, "rhs": b})
        yield _raw("MatrixTriangularSolve", args={"matrix": a, "rhs": b})
        number = lambda tf, p: tf.constant(0.5, tf.float64)  # noqa: E731
        yield _raw("MatrixSolveLs", args={"matrix": a, "rhs": b, "l2_regularizer": number})
    for a, b in BANDS:
        yield _raw("BandedTriangularSolve", args={"matrix": a, "rhs": b})
    for a, b in TRIDIAGONAL:
        yield _raw("TridiagonalSolve", args={"diagonals": a, "rhs": b})
    for a, b, c, x in PRODUCTS:
        args = {"superdiag": a, "maindiag": b, "subdiag": c, "rhs": x}
        yield _raw("TridiagonalMatMul", args=args)
    for a, b in CROSSED:
        yield _raw("Cross", args={"a": a, "b": b})


def _scalar(value):
    return lambda tf, p: tf.constant(value)


def diagonals():
    unknown = lambda tf, p: p(dtype=tf.int32)  # noqa: E731
    for k in (_scalar(1), _scalar([-1, 1]), _scalar([[1]]), _scalar([1, -1]), unknown):
        # TensorFlow takes an unknown length for -1, and a band of rank 1 for a batch of them.
        for s in ((2, 3), (3, 3), (None,), ()):
            for rows in (_scalar(-1), _scalar(4), unknown, _scalar([4])):
                args = {"diagonal": s, "k": k, "num_rows": rows, "num_cols": _scalar(-1)}
                args["padding_value"] = _scalar(0.0)
                yield _raw("MatrixDiagV3", args=args)
        for s in ((2, 3), (N, 3), (5, 3, 3), (None,), (3,)):
            args = {"input": s, "k": k, "padding_value": _scalar(0.0)}
            yield _raw("MatrixDiagPartV2", args=args)
            for d in ((2,), (N,), (3, 2), (None,)):
                yield _raw("MatrixSetDiagV2", args={"input": s, "diagonal": d, "k": k})


CASES = {
    "squares": _texts(list(squares())),
    "matrices": _texts(list(matrices())),
    "systems": _texts(list(systems())),
    "diagonals": _texts(list(diagonals())),
    "einsum": _texts([_einsum(*row) for row in EQUATIONS]),
}
