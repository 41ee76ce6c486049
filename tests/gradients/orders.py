"""Per op type with a gradient: where its derivatives are tested, and up to which order.

``test_orders.py`` tests the rows, ``docs/_gradients_table.py`` writes them into
``docs/gradients.md``.  A family of op types adds its rows here; the rows of element-wise ops of one
and two arguments are made from the tables of their own tests.
"""

import numpy as np

import tfgrad as tf
from tests.gradients import (
    orders_arrays,
    orders_conv,
    orders_ctc,
    orders_image,
    orders_linalg,
    orders_norm,
    orders_numeric,
    orders_pool,
    orders_quantize,
    orders_random,
    orders_signal,
    orders_sparse,
    orders_special,
)
from tests.gradients.rows import Row, c, far, i, n, p, r
from tests.ops import test_cwise_binary, test_cwise_unary
from tfgrad._src.graph.func_graph import FuncGraph


def a_function() -> dict:
    """The attributes that name a function of two arguments and a captured tensor."""
    f = FuncGraph("f")
    with f.as_default():
        x, y = f.add_input(tf.float64, (2,), "x"), f.add_input(tf.float64, (), "y")
        c = f.add_input(tf.float64, (2,), "c")
        f.outputs = [tf.sin(x * y) * c, tf.reduce_sum(c**3) * y]
    shapes = [t.shape for t in f.outputs]
    return {"f": f.register(), "output_types": [tf.float64] * 2, "output_shapes": shapes}


CONSTANT = "constant almost everywhere"
LOG_OF_ZERO = "`nan` in the third, as in TensorFlow: it takes logarithms of gradients that are zero"
DIVIDES = "where an element is 0 the second is wrong, as in TensorFlow: `Cumprod`'s divides by it"
NO_PARAMETER = "no second derivative with respect to `a`, as in TensorFlow"


def _unary() -> list[Row]:
    constant = ("Floor", "Ceil", "Round", "Rint", "Sign")
    rows = []
    for case in test_cwise_unary.CASES:
        x = np.linspace(case.low + 0.05, case.high - 0.1, 5)
        order, why = (1, CONSTANT) if case.op_type in constant else (3, "")
        rows.append(Row(case.op_type, (x,), order=order, why=why))
    return rows


def _binary() -> list[Row]:
    """Stretched along the first axis."""
    return [
        Row(case.op_type, (p(2, 3), p(3) * 0.9))
        for case in test_cwise_binary.CASES
        if case.op_type not in ("FloorDiv", "TruncateDiv", "Mod", "TruncateMod")
    ]


# Of whole numbers no gradient is asked.
NOWHERE = [
    Row("ArgMax", (far(2, 3), n(1)), order=0, why="whole numbers: no gradient passes"),
    Row("ArgMin", (far(2, 3), n(1)), order=0, why="whole numbers: no gradient passes"),
    Row(
        "PreventGradient", (r(3),), {"message": "no"}, order=0, why="exists to raise `LookupError`"
    ),
]

ELEMENTWISE = [
    *_unary(),
    *_binary(),
    Row("FloorDiv", (p(2, 3), p(3)), order=1, why=CONSTANT),
    Row("TruncateDiv", (p(2, 3), p(3)), order=1, why=CONSTANT),
    Row("AddN", ([r(3), r(3), r(3)],)),
    Row("AccumulateNV2", ([r(3), r(3)],), {"shape": (3,)}),
    Row("ClipByValue", (far(7), np.float64(-0.6), np.float64(0.8))),
    Row("Select", (np.array([True, False, True]), r(3), r(3))),
    Row("SelectV2", (np.array([[True], [False]]), r(2, 3), r(3))),
    Row("Relu", (far(6),)),
    Row("Relu6", (far(6) * 9,)),
    Row("LeakyRelu", (far(6),), {"alpha": 0.3}),
    Row("Elu", (far(6),)),
    Row("Selu", (far(6),)),
    Row("Softplus", (r(5),)),
    Row("Softsign", (far(5),)),
    Row("SqrtGrad", (p(3), r(3))),
    Row("RsqrtGrad", (p(3), r(3))),
    Row("ReciprocalGrad", (p(3), r(3))),
    Row("InvGrad", (p(3), r(3))),
    Row("SigmoidGrad", (p(3), r(3))),
    Row("TanhGrad", (p(3), r(3))),
    Row("ReluGrad", (r(6), far(6))),
    Row("Relu6Grad", (r(6), far(6) * 9)),
    Row("LeakyReluGrad", (r(6), far(6)), {"alpha": 0.3}),
    Row("EluGrad", (r(4), np.array([-0.8, -0.3, 0.4, 2.0]))),
    Row("SeluGrad", (r(4), np.array([-1.2, -0.3, 0.4, 2.0]))),
    Row("SoftplusGrad", (r(4), r(4))),
    Row("SoftsignGrad", (r(5), far(5))),
    Row("BiasAdd", (r(2, 3), r(3)), {"data_format": "NHWC"}),
    Row("BiasAdd", (r(2, 3, 2), r(3)), {"data_format": "NCHW"}),
    Row("BiasAddV1", (r(2, 3), r(3))),
    Row("BiasAddGrad", (r(2, 3),)),
    Row("BiasAddGrad", (r(2, 3, 2),), {"data_format": "NCHW"}),
    Row("Cast", (r(3),), {"DstT": tf.complex128}),
]

SPECIAL = [
    Row("Digamma", (p(4),)),
    Row("Polygamma", (np.float64(1), p(4)), of=(1,)),
    Row("Zeta", (np.float64(3), p(4)), of=(1,)),
    Row("Igamma", (p(3), p(3)), of=(1,)),
    Row("Igamma", (p(3), p(3)), of=(0,), order=1, why=NO_PARAMETER),
    Row("Igammac", (p(3), p(3)), of=(1,)),
    Row("Igammac", (p(3), p(3)), of=(0,), order=1, why=NO_PARAMETER),
    Row("Betainc", (p(3), p(3), p(3) / 2), of=(2,)),
]

HOLOMORPHIC = (
    "Neg Square Sqrt Rsqrt Reciprocal Inv Exp Expm1 Log Log1p Sin Cos Tan Sinh Cosh Tanh Sigmoid "
    "Asinh Acosh Atanh Conj Identity"
)
OF_TWO = "AddV2 Sub Mul RealDiv Pow SquaredDifference DivNoNan"

# Functions of complex numbers; the op types have rows of real numbers above.
COMPLEX = [
    *[Row(t, (c(3),)) for t in HOLOMORPHIC.split()],
    *[Row(t, (c(2, 3), c(3))) for t in OF_TWO.split()],
    Row("Complex", (r(2, 3), r(3)), {"Tout": tf.complex128}),
    Row("Real", (c(3),), {"Tout": tf.float64}),
    Row("Imag", (c(3),), {"Tout": tf.float64}),
    Row("Angle", (c(3),), {"Tout": tf.float64}),
    Row("ComplexAbs", (c(3),), {"Tout": tf.float64}),
    Row("Sum", (c(2, 3), i(1))),
    Row("Mean", (c(2, 3), i(0))),
    Row("Prod", (c(2, 3), i(1))),
    Row("Cumsum", (c(2, 3), n(1))),
    Row("Cumprod", (c(2, 3), n(1))),
    Row("MatMul", (c(2, 3), c(3, 2))),
    Row("MatMul", (c(3, 2), c(2, 3)), {"transpose_a": True, "transpose_b": True}),
    Row("BatchMatMulV2", (c(2, 2, 3), c(2, 3)), {"adj_y": True}),
    Row("MatrixDiagPart", (c(3, 3),)),
    Row("MatrixTriangularSolve", (c(2, 2) + 3 * np.eye(2), c(2, 1))),
    Row("ConjugateTranspose", (c(2, 3), i(1, 0))),
    Row("Transpose", (c(2, 3), i(1, 0))),
    Row("L2Loss", (r(3),)),
]

REDUCTIONS = [
    Row("Sum", (r(2, 3), i(1))),
    Row("Sum", (r(2, 3), i(0, 1)), {"keep_dims": True}),
    Row("Mean", (r(2, 3), i(0))),
    Row("Prod", (p(2, 3), i(1))),
    Row("Prod", (np.array([[2.0, 0.0, 3.0], [0.0, 0.0, 4.0]]), i(1)), order=1, why=DIVIDES),
    Row("Max", (far(2, 3), i(1))),
    Row("Min", (far(2, 3), i(-1)), {"keep_dims": True}),
    Row("EuclideanNorm", (p(2, 3), i(1))),
    Row("L2Loss", (r(3),)),
    Row("Cumsum", (r(2, 3), n(1)), {"exclusive": True}),
    Row("Cumprod", (p(2, 3), n(1)), {"reverse": True}),
    Row("Cumprod", (p(2, 3), n(0)), {"exclusive": True}),
    Row("CumulativeLogsumexp", (r(2, 3), n(1)), order=2, why=LOG_OF_ZERO),
    Row("CumulativeLogsumexp", (r(2, 3), n(0)), {"reverse": True}, order=2, why=LOG_OF_ZERO),
    Row("Softmax", (r(2, 3),)),
    Row("LogSoftmax", (r(2, 3),)),
    Row(
        "SoftmaxCrossEntropyWithLogits", (r(2, 3), np.array([[0.2, 0.5, 0.3], [0, 1, 0]])), of=(0,)
    ),
    Row("SoftmaxCrossEntropyWithLogits", (r(2, 3), p(2, 3)), of=(1,), outputs=(0,)),
    Row("SparseSoftmaxCrossEntropyWithLogits", (r(2, 3), i(2, 0))),
    Row("SegmentSum", (r(4, 2), i(0, 0, 2, 2))),
    Row("SegmentMean", (r(4, 2), i(0, 0, 1, 1))),
    Row("SegmentMax", (far(4, 2), i(0, 0, 1, 1))),
    Row("SegmentMin", (far(4, 2), i(0, 0, 1, 1))),
    Row("SegmentProd", (p(4), i(0, 0, 0, 1))),
    Row("UnsortedSegmentSum", (r(4, 2), i(1, 0, 1, -1), n(3))),
    Row("UnsortedSegmentMax", (far(4, 2), i(1, 0, 1, -1), n(2))),
    Row("UnsortedSegmentMin", (far(4, 2), i(1, 0, 1, -1), n(2))),
    Row("UnsortedSegmentProd", (p(4), i(1, 0, 1, 1), n(2))),
]

ALGEBRA = [
    Row("MatMul", (r(2, 3), r(3, 2))),
    Row("MatMul", (r(2, 3), r(2, 3)), {"transpose_b": True}),
    Row("MatMul", (r(3, 2), r(3, 2)), {"transpose_a": True}),
    Row("BatchMatMul", (r(2, 2, 3), r(2, 3, 1))),
    Row("BatchMatMulV2", (r(2, 2, 3), r(3, 1))),
    # Computed in float32; a product is linear in each factor, so that large steps are exact.
    Row(
        "SparseMatMul",
        (r(2, 3).astype(np.float32), r(3, 2).astype(np.float32)),
        step=0.5,
        rtol=1e-5,
    ),
    Row("Diag", (r(2, 2),)),
    Row("DiagPart", (r(2, 2, 2, 2),)),
    Row("MatrixDiag", (r(2, 3),)),
    Row("MatrixDiagPart", (r(2, 3, 3),)),
    Row("MatrixDiagPart", (r(2, 3),)),
    Row("MatrixDiagV3", (r(2, 3), i(0, 1), n(-1), n(-1), np.float64(0)), of=(0,)),
    Row("MatrixDiagPartV3", (r(3, 4), i(-1, 1), np.float64(0)), of=(0,)),
    Row("MatrixSetDiag", (r(2, 3), r(2))),
    Row("MatrixSetDiagV3", (r(2, 3), r(2), n(1))),
    Row("MatrixBandPart", (r(3, 4), np.int64(1), np.int64(0))),
    Row("MatrixTriangularSolve", (r(2, 2) + 3 * np.eye(2), r(2, 2))),
    Row(
        "MatrixTriangularSolve",
        (r(2, 2) + 3 * np.eye(2), r(2, 1)),
        {"lower": False, "adjoint": True},
    ),
    Row("Qr", (r(3, 2),)),
    Row("Qr", (r(2, 3),)),
]

PLACES = [
    Row("Identity", (r(3),)),
    Row("IdentityN", ([r(3), r(2)],)),
    Row("MapDefun", ([r(3, 2), r(3)], [r(2)]), a_function),
    Row("XlaOptimizationBarrier", ([r(3), r(2)],)),
    Row("CheckNumerics", (r(3),), {"message": "not finite"}),
    Row("Print", (r(3), [r(2)]), {"first_n": 0}, of=(0,)),
    Row("EnsureShape", (r(3),), {"shape": (None,)}),
    Row("PlaceholderWithDefault", (r(3),), {"shape": (3,)}),
    Row("Reshape", (r(2, 3), i(3, 2))),
    Row("ExpandDims", (r(3), n(0))),
    Row("Squeeze", (r(1, 3, 1),), {"squeeze_dims": [0]}),
    Row("Transpose", (r(2, 3), i(1, 0))),
    Row("ConjugateTranspose", (r(2, 3), i(1, 0))),
    Row("Tile", (r(2, 2), i(2, 1))),
    Row("BroadcastTo", (r(3), i(2, 3))),
    Row("Fill", (i(2, 2), np.float64(0.7))),
    Row("Concat", (n(1), [r(2, 1), r(2, 2)])),
    Row("ConcatV2", ([r(1, 2), r(2, 2)], n(0))),
    Row("Pack", ([r(2), r(2), r(2)],), {"axis": 1}),
    Row("Unpack", (r(2, 3),), {"num": 3, "axis": 1}),
    Row("Split", (n(1), r(2, 4)), {"num_split": 2}),
    Row("SplitV", (r(4, 2), i(1, 3), n(0)), {"num_split": 2}),
    Row("DynamicPartition", (r(4, 2), i(1, 0, 1, 1)), {"num_partitions": 2}),
    Row("DynamicStitch", ([i(2, 0), i(1)], [r(2, 2), r(1, 2)])),
    Row("ParallelDynamicStitch", ([i(2, 0), i(1)], [r(2, 2), r(1, 2)])),
    Row("Slice", (r(3, 4), i(1, 0), i(2, 3))),
    Row("StridedSlice", (r(4, 3), i(3, 1), i(0, 2), i(-2, 1)), {"shrink_axis_mask": 2}),
    Row("StridedSliceGrad", (i(4, 3), i(0, 0), i(4, 2), i(2, 1), r(2, 2))),
    Row("ReverseV2", (r(2, 3), i(1))),
    Row("Pad", (r(2, 2), np.array([[1, 0], [0, 2]], np.int32))),
    Row("PadV2", (r(2, 2), np.array([[1, 0], [0, 2]], np.int32), np.float64(5)), of=(0,)),
    Row("MirrorPad", (r(3), np.array([[1, 2]], np.int32)), {"mode": "REFLECT"}),
    Row("MirrorPadGrad", (r(6), np.array([[1, 2]], np.int32)), {"mode": "SYMMETRIC"}),
    Row("Gather", (r(3, 2), i(2, 0, 2))),
    Row("GatherV2", (r(3, 2), i(2, 0, 2), n(0))),
    Row("GatherV2", (r(2, 3), i(2, 0, 2), n(1))),
    Row("GatherV2", (r(2, 3), np.array([[2, 0], [1, 1]], np.int32), n(1)), {"batch_dims": 1}),
    Row("GatherNd", (r(2, 3), np.array([[1, 2], [0, 0], [1, 2]], np.int32))),
    Row("GatherNd", (r(3, 2), np.array([[2], [2]], np.int32))),
    Row("ScatterNd", (np.array([[1], [3], [1]], np.int32), r(3), i(4))),
    Row("TensorScatterUpdate", (r(4), np.array([[1], [3]], np.int32), r(2))),
    Row("TensorScatterAdd", (r(4), np.array([[1], [1]], np.int32), r(2))),
    Row("TensorScatterSub", (r(4), np.array([[1], [1]], np.int32), r(2))),
    Row("TensorScatterMax", (far(4), np.array([[1], [3]], np.int32), far(2) + 0.02)),
    Row("TensorScatterMin", (far(4), np.array([[1], [3]], np.int32), far(2) + 0.02)),
    Row("TopKV2", (far(2, 4), n(2))),
]

# The first argument is a variable, which the row's array is assigned to.
OF_VARIABLES = [
    Row("ReadVariableOp", (r(3),), {"dtype": tf.float64}),
    Row("RefIdentity", (r(3),)),
    Row("ResourceGather", (r(3, 2), i(2, 0, 2)), {"dtype": tf.float64}),
    Row("ResourceGatherNd", (r(3, 2), np.array([[2], [0]], np.int32)), {"dtype": tf.float64}),
    Row("ResourceGatherNd", (r(2, 3), np.array([[1, 2], [0, 0]], np.int32)), {"dtype": tf.float64}),
]

# The families that have tables of their own.
TABLES = [
    orders_arrays,
    orders_conv,
    orders_signal,
    orders_special,
    orders_quantize,
    orders_random,
    orders_sparse,
    orders_linalg,
    orders_norm,
    orders_numeric,
    orders_pool,
    orders_ctc,
    orders_image,
]

ROWS = [*NOWHERE, *ELEMENTWISE, *SPECIAL, *COMPLEX, *REDUCTIONS, *ALGEBRA, *PLACES, *OF_VARIABLES]
ROWS += [row for table in TABLES for row in table.ROWS]

OVERWRITTEN = "a row that a later one overwrites gets a gradient all the same, as in TensorFlow"

# What is surprising: a derivative that is TensorFlow's and not the mathematical one, or missing.
REMARKS = {
    "Cumprod": "0 with respect to an element that is 0, as in TensorFlow",
    "DynamicStitch": OVERWRITTEN,
    "ParallelDynamicStitch": OVERWRITTEN,
    "MatrixDiagV3": "none with respect to `padding_value`, as in TensorFlow",
    "MatrixDiagPartV3": "none with respect to `padding_value`, as in TensorFlow",
    "PadV2": "none with respect to `constant_values`, as in TensorFlow",
    "Max": "elements that tie share it",
    "Min": "elements that tie share it",
    "Maximum": "where the arguments tie the first one has it",
    "Minimum": "where the arguments tie the first one has it",
    "SoftmaxCrossEntropyWithLogits": "takes rows of `labels` to sum to 1; "
    "no mixed second derivative of logits and labels, as in TensorFlow",
    "SparseMatMul": "tested in float32, to 1e-5",
    "Polygamma": "with respect to `x`; none with respect to `a`, as in TensorFlow",
    "Zeta": "with respect to `q`; none with respect to `x`, as in TensorFlow",
    "Betainc": "with respect to `x`; none with respect to `a` and `b`, as in TensorFlow",
}

# Where a derivative is not TensorFlow's.
DIFFERENCES = {
    "Cumprod": "of complex numbers: TensorFlow does not conjugate",
    "MapDefun": "TensorFlow has none",
    "SquaredDifference": "of complex numbers: TensorFlow takes the imaginary part of `dy` for real",
    "Softsign": "TensorFlow has no second derivative",
    "SoftsignGrad": "TensorFlow has none",
}

for _table in TABLES:
    REMARKS |= _table.REMARKS
    DIFFERENCES |= _table.DIFFERENCES
