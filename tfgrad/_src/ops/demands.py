"""What kernels demand of the shapes that they get, in TensorFlow's words.

Shape rules look at what is known while a graph is built. A placeholder of unknown shape passes
them; and of some arguments they say nothing.  The tables are looked at before a lowering or a host
step sees the values, so that it may rely on what they say.
"""

from collections.abc import Callable
from typing import NoReturn

import numpy as np

from tfgrad._src.graph import errors
from tfgrad._src.graph.node import Operation
from tfgrad._src.ops.broadcasting import shape_list

# op types: (input, least rank, largest rank, message).  In a message {n} is the shape of input n
# and {rank} the rank that is wrong.
_SQUARES = "input must be at least 2-dim, received shape: {0}"
_INPUT = "Input tensor 0 must have rank >= 2, got {rank}"
_SEGMENTS = [
    (0, 1, None, "Shape must be at least rank 1"),
    (1, 1, 1, "indices should be a vector."),
    (2, 1, 1, "segment_ids should be a vector."),
]
_COUNTED = [*_SEGMENTS, (3, 0, 0, "num_segments should be a scalar, not shape {3}")]
_COUNT = [(2, 0, 0, "num_segments should be a scalar, not shape {2}")]
_IMAGE, _PAIR = (
    [(0, 4, 4, "input must be 4-dimensional{0}")],
    [(0, 3, 3, "inputs is not a 3-Tensor")],
)
_TWO = [(0, 4, 4, "tensor_in_shape must have 2 spatial dimensions. {rank} 0")]
_THREE = [(0, 5, 5, "tensor_in must be 5-dimensional")]
_FUSED = [
    (0, 4, 5, "input must be 4 or 5-dimensional{0}"),
    (1, 1, 1, "scale must be 1-dimensional{1}"),
    (2, 1, 1, "offset must be 1-dimensional{2}"),
    (3, 1, 1, "estimated_mean must be 1-dimensional{3}"),
    (4, 1, 1, "estimated_variance must be 1-dimensional{4}"),
]
_LOGITS = [
    (0, 2, 2, "logits should be a matrix, got shape {0}"),
    (1, 0, 0, "num_samples should be a scalar, got shape {1}"),
]
_SCATTER = [(1, 1, None, "Indices shape must have rank at least one. Found:{1}")]
_UNIQUE = [(0, 1, 1, "unique expects a 1D vector.")]
_BLOCK = [
    (0, 0, 0, "`seq_len_max_tensor` must be rank 0 but is rank {rank}"),
    (1, 3, 3, "x must be 3D"),
]
# fmt: off
_RANKS: dict[str, list] = {
    "MatrixBandPart BatchMatrixBandPart": [
        (0, 2, None, _SQUARES),
        (1, 0, 0, "num_lower must be scalar, got shape {1}"),
        (2, 0, 0, "num_upper must be scalar, got shape {2}"),
    ],
    "MatrixDiagPart MatrixDiagPartV2 MatrixDiagPartV3 "
    "MatrixSetDiag MatrixSetDiagV2 MatrixSetDiagV3":
        [(0, 2, None, _SQUARES)],
    "MatrixDiag MatrixDiagV2 MatrixDiagV3":
        [(0, 1, None, "diagonal must be at least 1-dim, received shape: {0}")],
    "Diag": [(0, 1, None, "Input must be at least rank 1, got 0")],
    "Qr": [(0, 2, None, _INPUT)],
    "MatrixTriangularSolve": [
        (0, 2, None, "In[0] ndims must be >= 2: {rank}"),
        (1, 2, None, "In[1] ndims must be >= 2: {rank}"),
    ],
    "Softmax LogSoftmax": [(0, 1, None, "logits must have >= 1 dimension, got {0}")],
    "FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3": _FUSED,
    "LRN": [(0, 4, 4, "in must be 4-dimensional")],
    "MaxPool AvgPool": _TWO,
    "MaxPool3D AvgPool3D": _THREE,
    "MaxPoolWithArgmax": [(0, 4, 4, "tensor_in must be 4-dimensional (2)")],
    "Conv2D": [(1, 4, 4, "convolution filter must be 4-dimensional: {1}")],
    "Conv3D": [(0, 5, 5, "input must be 5-dimensional"), (1, 5, 5, "filter must be 5-dimensional")],
    "Conv3DBackpropInputV2": [(2, 5, 5, "out_backprop tensor must have 5 dimensions")],
    "DepthwiseConv2dNative ExtractImagePatches Dilation2D": _IMAGE,
    "ExtractVolumePatches": [(0, 5, 5, "input must be 5-dimensional{0}")],
    "CTCLoss CTCGreedyDecoder CTCBeamSearchDecoder": _PAIR,
    "SparseToDense": [
        (1, 1, 1, "output_shape must be rank 1, got shape {1}"),
        (3, 0, 0, "default_value should be a scalar."),
    ],
    "SparseTensorDenseMatMul": [(3, 2, 2, "Tensor 'b' is not a matrix")],
    "SparseFillEmptyRows": [(3, 0, 0, "default_value must be a scalar, saw: {3}")],
    "SparseSegmentSum SparseSegmentMean SparseSegmentSqrtN": _SEGMENTS,
    "SparseSegmentSumWithNumSegments SparseSegmentMeanWithNumSegments "
    "SparseSegmentSqrtNWithNumSegments": _COUNTED,
    "SegmentSum SegmentMean SegmentMax SegmentMin SegmentProd":
        [(0, 1, None, "input must be at least rank 1")],
    "UnsortedSegmentSum UnsortedSegmentMax UnsortedSegmentMin UnsortedSegmentProd": _COUNT,
    "RandomUniformInt": [
        (1, 0, 0, "minval must be 0-D, got shape {1}"),
        (2, 0, 0, "maxval must be 0-D, got shape {2}"),
    ],
    "Multinomial StatelessMultinomial": _LOGITS,
    "ScatterNd": [(2, 1, 1, "Shape must be a vector")],
    "TensorScatterUpdate TensorScatterAdd TensorScatterSub TensorScatterMax TensorScatterMin":
        _SCATTER,
    "OneHot": [
        (2, 0, 0, "on_value must be a scalar, but got: {2}"),
        (3, 0, 0, "off_value must be a scalar, but got: {3}"),
    ],
    "ReverseSequence": [(1, 1, 1, "seq_lengths must be 1-dim, not {rank}")],
    "Unique UniqueWithCounts": _UNIQUE,
    "LSTMBlockCell": [(0, 2, 2, "x must be 2D")],
    "BlockLSTM BlockLSTMV2": _BLOCK,
    "GRUBlockCell": [(0, 2, 2, "Rank of x must be 2, got {rank}")],
    "CombinedNonMaxSuppression":
        [(0, 4, 4, "boxes must be 4-D{0}"), (1, 3, 3, "scores must be 3-D{1}")],
}
# fmt: on

Shapes = list[tuple[int, ...]]
_MORE: dict[str, Callable] = {}


def _demand(types: str) -> Callable:
    def add(function: Callable) -> Callable:
        for op_type in types.split():
            _MORE[op_type] = function
        return function

    return add


def _refuse(op: Operation, message: str, error: type = errors.InvalidArgumentError) -> NoReturn:
    raise error(None, op, message)


@_demand("MatrixSolve TridiagonalSolve")
def _solve(op: Operation, shapes: Shapes) -> None:
    rank = len(shapes[0])
    if rank != len(shapes[1]):
        _refuse(op, "All input tensors must have the same rank.")
    if rank < 2:
        _refuse(op, f"Input tensor 0 must have rank >= 2, got {rank}")
    if op.type == "MatrixSolve" and shapes[0][-2] != shapes[0][-1]:
        _refuse(op, "First input (lhs) must be a square matrix.")


@_demand("MatrixTriangularSolve")
def _triangular(op: Operation, shapes: Shapes) -> None:
    a, b = shapes
    if a[-2] != a[-1]:
        _refuse(op, "In[0] matrices in the last dimensions must be square "
                f"({a[-1]} =/= {a[-2]})")  # fmt: skip
    if a[-1] != b[-2]:
        flags = f"{int(op.attrs['lower'])} {int(op.attrs['adjoint'])}"
        _refuse(op, f"In[0] mismatch In[1] shape: {a[-1]} vs. {b[-2]}: {shape_list(a)} "
                f"{shape_list(b)} {flags}")  # fmt: skip


@_demand("DiagPart")
def _diag_part(op: Operation, shapes: Shapes) -> None:
    (x,) = shapes
    n = len(x) // 2
    if len(x) % 2 or not x:
        _refuse(op, "The rank of the tensor should be" + " " * 42 + "even and positive, got "
                f"shape {shape_list(x)}")  # fmt: skip
    for i in range(n):
        if x[i] != x[i + n]:
            _refuse(op, f"Invalid shape {shape_list(x)}: dimensions {i} and {i + n} do not match.")


@_demand("FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3")
def _fused(op: Operation, shapes: Shapes) -> None:
    channels = shapes[0][-1 if op.attrs["data_format"].endswith(b"C") else 1]
    for name, shape in zip(("scale", "offset"), shapes[1:3], strict=True):
        if shape[0] != channels:
            _refuse(op, f"{name} must have the same number of elements as the channels of x, got "
                    f"{shape[0]} and {channels}")  # fmt: skip
    for name, shape in zip(("mean", "variance"), shapes[3:5], strict=True):
        if not op.attrs["is_training"] and shape[0] != channels:
            _refuse(op, f"When is_training=false, {name} must have the same number of elements as "
                    f"the channels of x, got {shape[0]} and {channels}")  # fmt: skip


@_demand("CTCLoss CTCGreedyDecoder CTCBeamSearchDecoder")
def _ctc(op: Operation, shapes: Shapes) -> None:
    (n, *_), batch = shapes[-1] or (1,), shapes[0][1]
    if n != batch:
        message = "len(sequence_length) != batch_size.  " \
            f"len(sequence_length):  {n} batch_size: {batch}"  # fmt: skip
        loss = op.type == "CTCLoss"
        _refuse(
            op, message, errors.InvalidArgumentError if loss else errors.FailedPreconditionError
        )


@_demand(
    "SparseSegmentSum SparseSegmentMean SparseSegmentSqrtN SparseSegmentSumWithNumSegments "
    "SparseSegmentMeanWithNumSegments SparseSegmentSqrtNWithNumSegments"
)
def _sparse_segment(op: Operation, shapes: Shapes) -> None:
    if shapes[1] != shapes[2]:
        _refuse(op, "segment_ids and indices should have same size.")


@_demand("HistogramFixedWidth")
def _histogram(op: Operation, shapes: Shapes) -> None:
    if shapes[1] != (2,):
        _refuse(op, "value_range should be a vector of 2 elements.")


@_demand("StridedSlice")
def _strided(op: Operation, shapes: Shapes) -> None:
    begin, end, strides = shapes[1:]
    if len(begin) != 1 or not begin == end == strides:
        a, b, c = map(shape_list, shapes[1:])
        _refuse(op, "Expected begin, end, and strides to be 1D equal size tensors, but got "
                f"shapes {a}, {b}, and {c} instead.")  # fmt: skip


@_demand("OneHot")
def _one_hot(op: Operation, shapes: Shapes) -> None:
    axis, rank = op.attrs["axis"], len(shapes[0]) + 1
    if not -1 <= axis < rank:
        _refuse(op, f"Expected axis to be -1 or between [0, {rank}).  But received: {axis}")


@_demand("ReverseSequence")
def _reverse(op: Operation, shapes: Shapes) -> None:
    rank = len(shapes[0])
    for name in ("batch_dim", "seq_dim"):
        if op.attrs[name] >= rank:
            _refuse(op, f"{name} must be < input rank ( {op.attrs[name]} vs. {rank})")


@_demand("TensorScatterUpdate TensorScatterAdd TensorScatterSub TensorScatterMax TensorScatterMin")
def _tensor_scatter(op: Operation, shapes: Shapes) -> None:
    x, indices, updates = shapes
    if indices[-1] > len(x):
        _refuse(op, "Inner dimensions of output shape must match inner dimensions of updates "
                f"shape. Output: {shape_list(x)} updates: {shape_list(updates)}")  # fmt: skip


@_demand("GatherNd")
def _gather_nd(op: Operation, shapes: Shapes) -> None:
    # TensorFlow refuses to take all of a scalar too, which a gradient asks for.
    params, indices = shapes
    if not params and indices[-1:] != (0,):
        _refuse(op, "params must be at least a vector")


@_demand("GatherV2")
def _gather(op: Operation, shapes: Shapes) -> None:
    params, indices, _ = shapes
    n = op.attrs["batch_dims"]
    n = n + len(indices) if n < 0 else n
    for i in range(min(n, len(params), len(indices))):
        if params[i] != indices[i]:
            _refuse(op, f"params.shape[{i}]: {params[i]} should be equal to indices.shape[{i}]: "
                    f"{indices[i]}")  # fmt: skip


@_demand("SparseReorder")
def _sparse_reorder(op: Operation, shapes: Shapes) -> None:
    indices, values = shapes[:2]
    if indices[:1] != values[:1]:
        _refuse(op, f"Number of elements in indices ({indices[0]}) and values ({values[0]}) do "
                "not match")  # fmt: skip


@_demand("SparseConcat")
def _sparse_concat(op: Operation, shapes: Shapes) -> None:
    n = op.attrs["N"]
    ranks = [s[0] for s in shapes[2 * n :] if s]
    for i, rank in enumerate(ranks):
        if rank != ranks[0]:
            _refuse(op, "Ranks of all input tensors must match: expected "
                    f"{ranks[0]} but got {rank} at position {i}")  # fmt: skip


@_demand("AvgPool AvgPool3D")
def _average(op: Operation, shapes: Shapes) -> None:
    for k in op.attrs["ksize"]:
        if k < 1:
            _refuse(op, f"ksize must be a positive int32 value, got:{k}")


@_demand("UnicodeTranscode UnicodeDecode UnicodeDecodeWithOffsets UnicodeEncode")
def _unicode(op: Operation, shapes: Shapes) -> None:
    if not 0 <= op.attrs["replacement_char"] <= 0x10FFFF:
        _refuse(op, "replacement_char out of unicode codepoint range")


@_demand("DecodeJpeg")
def _jpeg(op: Operation, shapes: Shapes) -> None:
    if op.attrs["ratio"] not in (1, 2, 4, 8):
        _refuse(op, f"ratio must be 1, 2, 4, or 8, got {op.attrs['ratio']}")


# ---------------------------------------------------------------------- recurrent cells


def _sizes(op: Operation, *rows: tuple) -> None:
    """``(message, number, wanted)``, the first of which is unequal is the error."""
    for what, found, wanted in rows:
        if found != wanted:
            _refuse(op, f"{what}: {found} vs. {wanted}")


def _matrix(name: str, shape: tuple, rows: tuple, columns: tuple) -> list:
    sides = [rows, columns][: len(shape)]
    return [(f"{name}.dim_size({i}) != {what}", shape[i], n) for i, (what, n) in enumerate(sides)]


@_demand("LSTMBlockCell BlockLSTM BlockLSTMV2")
def _lstm(op: Operation, shapes: Shapes) -> None:
    x, cs, h, w, wci, wcf, wco, b = shapes[-8:]
    if any(len(s) != n for s, n in zip((cs, h, w, b), (2, 2, 2, 1), strict=True)):
        return  # the shape rule says it
    batch, size, n = x[-2], x[-1], cs[1]
    rows, gates = ("input_size + cell_size", size + n), ("cell_size * 4", 4 * n)
    _sizes(
        op,
        ("cs_prev.dims(0) != batch_size", cs[0], batch),
        ("h_prev.dims(0) != batch_size", h[0], batch),
        ("h_prev.dims(1) != cell_size", h[1], n),
        *_matrix("w", w, rows, gates),
        *_matrix("b", b, gates, ()),
    )
    if op.attrs["use_peephole"]:
        for name, peep in (("wci", wci), ("wcf", wcf), ("wco", wco)):
            _sizes(op, (f"{name}.dim_size(0) != cell_size", peep[0] if peep else 1, n))


@_demand("GRUBlockCell")
def _gru(op: Operation, shapes: Shapes) -> None:
    x, h, w_ru, w_c, b_ru, b_c = shapes
    ranks = zip(shapes[1:], (2, 2, 2, 1, 1), strict=True)
    if any(len(s) != n for s, n in ranks):
        return
    rows, n = ("input_size + cell_size", x[1] + h[1]), h[1]
    _sizes(
        op,
        ("h_prev.dims(0) != batch_size", h[0], x[0]),
        *_matrix("w_ru", w_ru, rows, ("cell_size * 2", 2 * n)),
        *_matrix("w_c", w_c, rows, ("cell_size", n)),
        *_matrix("b_ru", b_ru, ("cell_size * 2", 2 * n), ()),
        *_matrix("b_c", b_c, ("cell_size", n), ()),
    )


DEMANDS: dict[str, tuple[list, Callable | None]] = {
    op_type: (rows, None) for types, rows in _RANKS.items() for op_type in types.split()
}
for _type, _function in _MORE.items():
    DEMANDS[_type] = DEMANDS.get(_type, ([], None))[0], _function


def demand(op: Operation, inputs: list) -> None:
    """Raises if the kernel of a node would refuse the shapes of its inputs."""
    found = DEMANDS.get(op.type)
    if found is None:
        return
    rows, more = found
    shapes = [np.shape(v) for v in inputs[len(inputs) - len(op.inputs) :]]
    for i, low, high, message in rows:
        rank = len(shapes[i])
        if rank < low or (high is not None and rank > high):
            _refuse(op, message.format(*map(shape_list, shapes), rank=rank))
    if more is not None:
        more(op, shapes)
