"""Per op type on sparse tensors: where its derivatives are tested."""

import numpy as np

from tests.gradients.rows import Row, c, far, i, n, p, r

I = np.array([[0, 1], [1, 0], [1, 3], [2, 2]])  # noqa: E741 - the positions of the examples
J = np.array([[0, 0], [1, 0], [2, 2], [2, 3]])
BOTH = np.array([[0, 0], [0, 1], [1, 0], [1, 3], [2, 2], [2, 3]])
S = np.array([3, 4])
PART = np.array([[0, 0], [0, 3], [1, 2]])  # the rows of I from [1, 0] on, moved there
PLACES = (i(2, 0, 2, 3), i(0, 0, 2, 2))


def _segments() -> list[Row]:
    rows = []
    for kind in ("Sum", "Mean", "SqrtN"):
        op_type = f"SparseSegment{kind}"
        rows += [
            Row(op_type, (r(4, 2), *PLACES)),
            Row(op_type, (r(4, 2), *PLACES), {"sparse_gradient": True}),
            Row(f"{op_type}WithNumSegments", (r(4, 2), *PLACES, n(4))),
            Row(f"{op_type}Grad", (r(3, 2), *PLACES, n(5))),
            Row(f"{op_type}GradV2", (r(3, 2), *PLACES, n(5))),
        ]
    return rows


def _matmul(draw, **flags) -> Row:
    shape = (3, 2) if flags.get("adjoint_a") else (4, 2)
    shape = shape[::-1] if flags.get("adjoint_b") else shape
    return Row("SparseTensorDenseMatMul", (I, draw(4), S, draw(*shape)), flags)


ROWS = [
    *[
        _matmul(draw, adjoint_a=a, adjoint_b=b)
        for draw in (r, c)
        for a in (False, True)
        for b in (False, True)
    ],
    Row("SparseDenseCwiseMul", (I, r(4), S, r(3, 4))),
    Row("SparseDenseCwiseMul", (I, c(4), S, c(3, 1))),
    Row("SparseDenseCwiseMul", (I, r(4), S, r(4))),
    Row("SparseDenseCwiseDiv", (I, r(4), S, p(1, 4))),
    Row("SparseDenseCwiseDiv", (I, c(4), S, c(3, 4))),
    Row("SparseDenseCwiseAdd", (I, r(4), S, r(3, 1))),
    Row("SparseTensorDenseAdd", (I, r(4), S, r(3, 4))),
    Row("SparseSoftmax", (I, r(4), S)),
    Row("SparseToDense", (I, S, r(4), np.float64(0.3))),
    Row("SparseToDense", (np.array([1, 3]), np.array([5]), r(2), np.float64(0.3))),
    Row("SparseToDense", (I, S, np.float64(0.7), np.float64(0.3))),
    Row("SparseReduceSum", (I, r(4), S, i(1))),
    Row("SparseReduceSum", (I, r(4), S, i(0, 1)), {"keep_dims": True}),
    Row("SparseReduceMax", (I, far(4), S, i(-1))),
    Row("SparseReduceMax", (I, far(4), S, i(0, 1)), {"keep_dims": True}),
    Row("SparseReduceSumSparse", (I, r(4), S, i(0))),
    Row("SparseReduceSumSparse", (I, r(4), S, i(1)), {"keep_dims": True}),
    Row("SparseReduceMaxSparse", (I, far(4), S, i(1))),
    Row("SparseAdd", (I, r(4), S, J, r(4), S, np.float64(0))),
    Row("SparseAddGrad", (r(6), I, J, BOTH)),
    Row("SparseSparseMaximum", (I, far(4), S, J, far(4) + 0.02, S)),
    Row("SparseSparseMinimum", (I, far(4), S, J, far(4) + 0.02, S)),
    Row("SparseReorder", (I[::-1], r(4), S)),
    Row("SparseFillEmptyRows", (I, r(4), np.array([5, 4]), np.float64(0.3))),
    Row("SparseFillEmptyRowsGrad", (np.array([0, 3, 2]), r(5))),
    Row("SparseSlice", (I, r(4), S, np.array([1, 0]), np.array([2, 4]))),
    Row("SparseSliceGrad", (r(3), I, np.array([1, 0]), PART)),
    Row("SparseSplit", (np.array(1), I, r(4), S), {"num_split": 3}),
    *_segments(),
]

# The thresholds of sums are compared with, not differentiated.
ROWS = [row._replace(of=(1, 4)) if row.op_type == "SparseAdd" else row for row in ROWS]

REMARKS = {
    "SparseTensorDenseMatMul": "of the sparse side, with respect to the values that are there",
    "SparseReduceMax": "entries that tie share it",
    "SparseReduceMaxSparse": "entries that tie share it",
}

CONJUGATE = "of complex numbers: TensorFlow does not conjugate"
NONE = "TensorFlow has none"
STOPS = "TensorFlow lets no gradient pass"
DIFFERENCES = {
    "SparseAddGrad": STOPS,
    "SparseDenseCwiseAdd": "TensorFlow raises `NotImplementedError`",
    "SparseDenseCwiseDiv": CONJUGATE,
    "SparseDenseCwiseMul": CONJUGATE,
    "SparseFillEmptyRowsGrad": NONE,
    "SparseReduceMax": NONE,
    "SparseReduceMaxSparse": NONE,
    "SparseReduceSumSparse": NONE,
    "SparseSliceGrad": NONE,
    "SparseSparseMaximum": "TensorFlow raises `NotImplementedError`",
    "SparseSparseMinimum": "TensorFlow raises `NotImplementedError`",
    "SparseSplit": NONE,
    "SparseToDense": "TensorFlow has none where positions are a vector or one value is for all",
    **{f"SparseSegment{k}Grad": NONE for k in ("Sum", "Mean", "SqrtN")},
    **{f"SparseSegment{k}GradV2": NONE for k in ("Sum", "Mean", "SqrtN")},
}
