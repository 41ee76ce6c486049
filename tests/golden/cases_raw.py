"""Op types that no function adds any more, or none of those recorded elsewhere does: by name.

A row has the arguments by name, arrays and attributes alike, and the version of the graph that may
hold the op type, if TensorFlow has removed it.
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from old_graphs import old

_DRAW = np.random.default_rng(6)


def numbers(*shape, dtype="float64"):
    return (_DRAW.integers(-9, 10, shape) / 4).astype(dtype)


def definite(dtype="float64"):
    a = numbers(2, 3, 3)
    return (a @ a.transpose(0, 2, 1) + 4 * np.eye(3)).astype(dtype)


def row(op_type, version=0, order=0, shapes=None, outputs=None, **given):
    """``order`` 1: the gradient of the first output, with respect to all floating arguments.

    Of the outputs only the first ``outputs`` are fetched: others are left unset by the kernel.
    """

    def case(tf):
        if version:
            old(tf, version - 1)
        feeds, arguments, xs = {}, dict(given), []
        for name, value in given.items():
            if isinstance(value, np.ndarray):
                shape = (shapes or {}).get(name, value.shape)
                arguments[name] = x = tf.placeholder(value.dtype, shape, name=name)
                feeds[x] = value
                if value.dtype.kind in "fc":
                    xs.append(x)
        found = getattr(tf.raw_ops, op_type)(**arguments)
        ys = list(found) if isinstance(found, tuple) else [found]
        out = {f"y{i}": y for i, y in enumerate(ys[:outputs])}
        if order:
            for i, g in enumerate(tf.gradients(ys[0], xs, grad_ys=ys[0])):
                out[f"g{i}"] = tf.convert_to_tensor(g)
        return out, feeds

    return case


A, X, W = numbers(2, 3, 3), numbers(2, 3), numbers(2, 3)
F = X.astype("float32")
S = definite()
LOWER = np.tril(numbers(2, 3, 3)) + 5 * np.eye(3)
PLACES = np.array([[2], [0]], np.int32)
TIES = np.array([[1, 3, 3, -np.inf], [2, 2, 0, 1], [np.inf, 5, 1, 1]], np.float32)
UNKNOWN = {"x": None, "input": None, "value": None}

CASES = {
    # Of old graphs.
    "BatchCholesky": row("BatchCholesky", 13, input=definite()),
    "BatchCholeskyGrad": row(
        "BatchCholeskyGrad", 13, l=np.linalg.cholesky(definite()), grad=np.tril(A)
    ),
    "BatchMatrixBandPart": row(
        "BatchMatrixBandPart", 14, input=A, num_lower=np.int64(1), num_upper=np.int64(0)
    ),
    "BatchMatrixDeterminant": row("BatchMatrixDeterminant", 13, input=A),
    "BatchMatrixDiag": row("BatchMatrixDiag", 14, diagonal=X),
    "BatchMatrixDiagPart": row("BatchMatrixDiagPart", 14, input=A.astype("int32")),
    "BatchMatrixInverse": row("BatchMatrixInverse", 13, input=definite()),
    "BatchMatrixInverse-adjoint": row(
        "BatchMatrixInverse", 13, input=LOWER.astype("float32"), adjoint=True
    ),
    "BatchMatrixSetDiag": row("BatchMatrixSetDiag", 14, input=A, diagonal=X),
    "BatchMatrixSolve": row("BatchMatrixSolve", 13, matrix=LOWER, rhs=A, adjoint=True),
    "BatchMatrixSolveLs": row(
        "BatchMatrixSolveLs", 13, matrix=numbers(2, 4, 2), rhs=numbers(2, 4, 1),
        l2_regularizer=np.float64(0.5),
    ),
    "BatchMatrixTriangularSolve": row(
        "BatchMatrixTriangularSolve", 13, matrix=LOWER, rhs=A, adjoint=True
    ),
    "BatchSelfAdjointEigV2": row(
        "BatchSelfAdjointEigV2", 13, input=definite(), compute_v=False, outputs=1
    ),
    "BatchSvd": row("BatchSvd", 13, input=A, compute_uv=False, outputs=1),
    "Conv3DBackpropFilter": row(
        "Conv3DBackpropFilter", 10, input=numbers(1, 3, 3, 2, 2), filter=numbers(2, 2, 1, 2, 1),
        out_backprop=numbers(1, 2, 2, 2, 1), strides=[1] * 5, padding="VALID",
    ),
    "Conv3DBackpropInput": row(
        "Conv3DBackpropInput", 10, input=numbers(1, 3, 3, 2, 2), filter=numbers(2, 2, 1, 2, 1),
        out_backprop=numbers(1, 2, 2, 2, 1), strides=[1, 2, 2, 1, 1], padding="SAME",
    ),
    "MatrixExponential": row("MatrixExponential", 27, input=A / 4),
    "QuantizeAndDequantize": row("QuantizeAndDequantize", 22, input=F),
    "QuantizeAndDequantize-range": row(
        "QuantizeAndDequantize", 22, input=F, num_bits=4, range_given=True, input_min=-1.0,
        input_max=2.0,
    ),
    # Older versions of what functions add now.
    "Add": row("Add", x=X, y=numbers(3), order=1),
    "Add-unknown": row("Add", x=F, y=F[:1], order=1, shapes={"x": None}),
    "Add-text": row("Add", x=np.array([b"a", b"b"]), y=np.array([b"x"])),
    "ApproximateEqual": row("ApproximateEqual", x=F, y=F + np.float32([0, 1e-6, 1e-3])),
    "ApproximateEqual-wide": row(
        "ApproximateEqual", x=np.array([1.0, np.nan, np.inf, -1]),
        y=np.array([1.5, np.nan, np.inf, -1.2]), tolerance=0.3,
    ),
    "BatchMatMul": row("BatchMatMul", x=A, y=numbers(2, 3, 1), order=1),
    "BatchMatMul-adjoint": row(
        "BatchMatMul", x=A + 1j * A[::-1], y=A[:, :2] + 1j, adj_x=True, adj_y=True, order=1
    ),
    "BiasAddV1": row("BiasAddV1", value=numbers(2, 1, 3), bias=numbers(3), order=1),
    "Div": row("Div", x=X, y=numbers(3) + 10, order=1),
    "Div-whole": row("Div", x=np.array([7, -7, 8]), y=np.array([2, 2, -3])),
    "Gather": row("Gather", params=X, indices=np.array([[1, 0], [1, 1]]), order=1),
    "InTopK": row("InTopK", predictions=TIES, targets=np.array([2, 3, 7]), k=2),
    "InTopK-all": row("InTopK", predictions=TIES, targets=np.array([1, 0, 0], np.int32), k=4),
    "Inv": row("Inv", x=X + 0.125, order=1),
    "Inv-complex": row("Inv", x=X + 2j, order=1),
    "InvGrad": row("InvGrad", y=X, dy=W, order=1),
    "LinSpace": row("LinSpace", start=np.array(1.0), stop=np.array(-2.0), num=np.array(5)),
    "LinSpace-one": row(
        "LinSpace", start=np.array(1, "f"), stop=np.array(5, "f"), num=np.array(1, "i")
    ),
    "MatrixDiag": row("MatrixDiag", diagonal=X, order=1),
    "MatrixDiagPart": row("MatrixDiagPart", input=numbers(2, 2, 3), order=1),
    "MatrixSetDiag": row("MatrixSetDiag", input=numbers(2, 3, 4), diagonal=X, order=1),
    "Mod": row("Mod", x=np.array([7.5, -7.5, 3]), y=np.array([2.0, 2, -2])),
    "Mod-whole": row("Mod", x=np.array([7, -7, 8], "i"), y=np.array([2, 2, -3], "i")),
    "OnesLike": row("OnesLike", x=X, order=0),
    "OnesLike-unknown": row("OnesLike", x=np.array([True, False]), shapes=UNKNOWN),
    "Snapshot": row("Snapshot", input=X),
    "SoftplusGrad": row("SoftplusGrad", gradients=X, features=W * 20, order=1),
    "SoftplusGrad-half": row(
        "SoftplusGrad", gradients=X.astype("float16"), features=W.astype("float16")
    ),
    "TensorScatterMax": row(
        "TensorScatterMax", tensor=numbers(3, 2), indices=PLACES, updates=numbers(2, 2), order=1
    ),
    "TensorScatterMin": row(
        "TensorScatterMin", tensor=numbers(3, 2), indices=PLACES, updates=numbers(2, 2), order=1
    ),
    "TensorScatterMax-whole": row(
        "TensorScatterMax", tensor=np.array([1, 5, 3]), indices=np.array([[1], [0], [1]]),
        updates=np.array([9, 0, 7]),
    ),
}  # fmt: skip


def concat(tf):
    xs = [tf.constant(X[:, :n]) for n in (1, 2)]
    y = tf.raw_ops.Concat(concat_dim=1, values=xs)
    return {"y": y, **{f"g{i}": g for i, g in enumerate(tf.gradients(y * y, xs))}}, {}


def decompositions(tf):
    """Signs are LAPACK's: only what does not depend on them."""
    old(tf, 10)
    both = tf.raw_ops.SelfAdjointEig(input=tf.constant(S[0]))
    batch = tf.raw_ops.BatchSelfAdjointEig(input=tf.constant(S))
    s, u, v = tf.raw_ops.BatchSvd(input=tf.constant(A))
    back = tf.matmul(u * tf.expand_dims(s, -2), v, adjoint_b=True)
    return {"e": tf.abs(both), "b": tf.abs(batch), "s": s, "a": back}, {}


def box(seed):
    """Random, with a seed of its own."""

    def case(tf):
        boxes = np.array([[[0.1, 0.2, 0.6, 0.7], [0.5, 0.5, 0.9, 0.9]]], np.float32)
        begin, size, found = tf.raw_ops.SampleDistortedBoundingBox(
            image_size=np.array([40, 50, 3]), bounding_boxes=boxes, seed=seed, seed2=7
        )
        return {"begin": begin, "size": size, "box": found}, {}

    return case


def candidates(tf):
    found = tf.raw_ops.ThreadUnsafeUnigramCandidateSampler(
        true_classes=np.array([[0], [2]]), num_true=1, num_sampled=4, unique=False, range_max=5,
        seed=3, seed2=4,
    )  # fmt: skip
    return {f"y{i}": y for i, y in enumerate(found)}, {}


def files(tf):
    """Which exist nowhere, and one that is written and read."""
    return {"none": tf.raw_ops.MatchingFiles(pattern="no/such/file*")}, {}


def file_missing(tf):
    return {"y": tf.raw_ops.ReadFile(filename="no/such/file")}, {}


def tables(tf):
    """Tables on references."""
    r = tf.raw_ops
    table = r.HashTable(key_dtype=tf.string, value_dtype=tf.int64, shared_name="words")
    made = r.InitializeTable(table_handle=table, keys=["a", "b"], values=np.array([1, 2]))
    find = r.LookupTableFind(table_handle=table, keys=["b", "c"], default_value=np.int64(-1))
    size = r.LookupTableSize(table_handle=table)
    return {"made": made, "find": find, "size": size}, {}


tables.runs = ("made",)


def mutable_tables(tf):
    r = tf.raw_ops
    out = {}
    plain = r.MutableHashTable(key_dtype=tf.int64, value_dtype=tf.float32)
    rows = r.MutableHashTableOfTensors(key_dtype=tf.int64, value_dtype=tf.float32, value_shape=[2])
    keys = np.array([3, 5])
    for name, table, values, default in (
        ("plain", plain, np.float32([1, 2]), np.float32(-1)),
        ("rows", rows, np.float32([[1, 2], [3, 4]]), np.float32([0, -1])),
    ):
        out[f"{name} in"] = r.LookupTableInsert(table_handle=table, keys=keys, values=values)
        out[f"{name} again"] = r.LookupTableImport(
            table_handle=table, keys=keys[1:], values=np.array(values)[1:]
        )
        out[name] = r.LookupTableFind(
            table_handle=table, keys=np.array([5, 4]), default_value=default
        )
        out[f"{name} keys"], out[f"{name} values"] = r.LookupTableExport(
            table_handle=table, Tkeys=tf.int64, Tvalues=tf.float32
        )
    return out, {}


mutable_tables.runs = ("plain in", "plain again", "rows in", "rows again")


def accumulated(tf):
    xs = [tf.constant(x) for x in (X, W, -X)]
    y = tf.raw_ops.AccumulateNV2(inputs=xs, shape=[2, 3])
    return {"y": y, **{f"g{i}": g for i, g in enumerate(tf.gradients(y, xs, grad_ys=y))}}, {}


CASES |= {
    "AccumulateNV2": accumulated,
    "Concat": concat,
    "decompositions": decompositions,
    "box": box(3),
    "box-other": box(11),
    "candidates": candidates,
    "files": files,
    "file missing": file_missing,
    "tables": tables,
    "mutable tables": mutable_tables,
}
