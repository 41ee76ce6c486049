"""Every op type in the types that it accepts, at odd points, against TensorFlow.

Nan, infinities, the largest and the smallest numbers, whole numbers at both ends of
their range, arrays without rows or columns; values and gradients.  Of whole numbers of 16 bits and
unsigned ones of 32 bits there are no points: their code is that of other widths.  The points are in
``golden/kinds.npz``, see `tests.golden.kinds`.  What is not compared is in `EXCEPT`, with reasons.
"""

import functools
from collections import defaultdict
from typing import NamedTuple

import numpy as np
import pytest

import tfgrad as tf
from tests.golden import kinds

# As in `test_golden`: a few units in the last place per operation, some ten operations deep.
TOLERANCE = {
    "float16": 4e-3, "bfloat16": 3e-2, "float32": 2e-5, "float64": 1e-10, "complex64": 2e-5,
    "complex128": 1e-10,
}  # fmt: skip


class Except(NamedTuple):
    """Differences that may be: those with ``words`` in them, of these op types."""

    words: str
    reason: str
    op_types: str


ODD = ", odd numbers"
EXCEPT = [
    Except(ODD, "nan and infinities times the zeros of padding, and of windows in another order",
           "Conv Conv2D Conv2DBackpropFilter Conv2DBackpropInput Conv3D Conv3DBackpropFilterV2 "
           "Conv3DBackpropInputV2 DepthwiseConv2dNative DepthwiseConv2dNativeBackpropInput "
           "FusedPadConv2D FusedResizeAndPadConv2D Dilation2DBackpropFilter"),
    Except(ODD, "one product with a matrix of weights: 0 times nan or infinity is nan",
           "AudioSpectrogram ResizeArea ResizeBicubicGrad ResizeBilinearGrad "
           "ResizeNearestNeighborGrad ScaleAndTranslate FractionalAvgPool MirrorPadGrad Einsum"),
    Except(ODD, "nan is passed on; TensorFlow compares with it, and what comes first wins",
           "CumulativeLogsumexp MaxPool3D SparseReduceMax TensorScatterMax TensorScatterMin TopKV2 "
           "RGBToHSV HSVToRGB AdjustHue AdjustSaturation NonMaxSuppression NonMaxSuppressionV3 "
           "NonMaxSuppressionV4 CTCGreedyDecoder CTCBeamSearchDecoder CTCLoss DrawBoundingBoxes "
           "LRNGrad UnsortedSegmentProd BlockLSTM BlockLSTMV2"),
    Except(ODD, "XLA turns a product with a mask into a choice: 0 where it was 0 times nan",
           "FakeQuantWithMinMaxArgsGradient FakeQuantWithMinMaxVarsGradient Min "
           "FakeQuantWithMinMaxVarsPerChannelGradient QuantizeAndDequantizeV4Grad"),
    Except(ODD, "matrices with nan, infinities or the largest numbers are not factorised alike",
           "BandedTriangularSolve CholeskyGrad Lu MatrixInverse MatrixSolve MatrixSolveLs "
           "MatrixTriangularSolve Qr TridiagonalMatMul TridiagonalSolve"),
    Except(ODD, "TensorFlow 1.15 raises, 2.21 gives nan", "Cholesky"),
    Except(ODD, "sums that overflow: 32 bits instead of 16, or another order",
           "AvgPool AvgPool3D FusedBatchNormGradV2 FusedBatchNormV2 FusedBatchNormV3 "
           "SparseSoftmaxCrossEntropyWithLogits ImageProjectiveTransformV3"),
    Except(ODD, "complex numbers with an infinite or a largest part; they have no order either",
           "Angle Atanh BatchMatMul ClipByValue DivNoNan Inv Log1p RealDiv Reciprocal RsqrtGrad "
           "SigmoidGrad Sin Sqrt Tan TanhGrad Xlogy"),
    Except(ODD, "ours has the limit where TensorFlow's series gives nan",
           "BesselY0 Erf Spence StatelessRandomGammaV3"),
    Except(ODD, "nan and infinities turned into integers: 0 or the nearest, as in XLA",
           "ImageProjectiveTransformV2 ImageProjectiveTransformV3"),
    Except(ODD, "rows that are not sorted", "LowerBound UpperBound"),
    Except(ODD, "Round of integers gives zeros for some in TensorFlow 2.21", "Round"),
    Except(ODD, "the threshold is read as a number of the values' type", "SparseAdd"),
    Except(ODD, "a number of columns that int64 does not hold",
           "DenseCountSparseOutput SparseCountSparseOutput"),
    Except("gradient", "zero but for rounding",
           "FusedBatchNorm FusedBatchNormGrad FusedBatchNormGradV2 FusedBatchNormGradV3 "
           "FusedBatchNormV2 FusedBatchNormV3 Softmax"),
    Except("gradient", "TensorFlow reads the diagonals as aligned to the other side",
           "MatrixDiagV2 MatrixSetDiagV2"),
    Except("gradient", "TensorFlow takes the gates in the order of BlockLSTM", "BlockLSTMV2"),
    Except("", "signs and phases of eigenvectors, and what follows from them",
           "Eig SelfAdjointEigV2"),
    Except("no rows", "TensorFlow does not look at the shape that it was told",
           "AccumulateNV2 AvgPoolGrad"),
    Except("no columns", "TensorFlow does not look at the shape that it was told",
           "AccumulateNV2 AvgPoolGrad"),
    Except("no rows", "TensorFlow leaves the memory as it was; ours is 0",
           "DepthwiseConv2dNativeBackpropFilter IRFFT3D RFFT3D"),
    Except("no columns", "TensorFlow leaves the memory as it was; ours is 0",
           "Conv3DBackpropInputV2 DepthwiseConv2dNativeBackpropInput RFFT2D"),
]  # fmt: skip


@functools.cache
def points() -> dict[str, list[kinds.Point]]:
    found = defaultdict(list)
    for point in kinds.read():
        if isinstance(point.outputs, list):
            found[point.op_type].append(point)
    return found


def difference(found: np.ndarray, wanted: np.ndarray) -> str | None:
    """The first difference in words."""
    if (found.shape, found.dtype) != (wanted.shape, wanted.dtype):
        return f"{found.dtype}{list(found.shape)} instead of {wanted.dtype}{list(wanted.shape)}"
    if wanted.dtype.kind in "iub":
        wrong = found != wanted
    else:
        wide = np.complex128 if wanted.dtype.kind == "c" else np.float64
        wrong = far(found.astype(wide), wanted.astype(wide), TOLERANCE[wanted.dtype.name])
    if not wrong.any():
        return None
    place = tuple(int(i) for i in np.argwhere(wrong)[0])
    return f"{found[place]} instead of {wanted[place]} at {place}"


def far(a: np.ndarray, b: np.ndarray, tolerance: float) -> np.ndarray:
    """Which numbers differ by too much; of both parts of a complex one together."""
    with np.errstate(all="ignore"):
        finite = np.abs(b[np.isfinite(b)])
        # Sums of terms that cancel: relative to what is usual in the array.
        usual = min(finite.max(), 100 * np.median(finite)) if finite.size else 0.0
        wrong = np.abs(a - b) > tolerance * (np.abs(b) + usual) + np.finfo(np.float32).tiny
    same = [(x == y) | (np.isnan(x) & np.isnan(y)) for x, y in ((a.real, b.real), (a.imag, b.imag))]
    return np.where(np.isfinite(b) & np.isfinite(a), wrong, ~(same[0] & same[1]))


def built(batch: list) -> list:
    """What the points give, from one run if that succeeds; errors as they come."""
    with tf.Graph().as_default(), tf.Session() as session:
        nodes, feeds = [], {}
        for point in batch:
            try:
                outputs, gradients, fed = kinds.build(tf, point)
            except (ValueError, TypeError, tf.errors.OpError) as e:
                nodes.append(e)
                continue
            feeds |= fed
            wanted = point.gradients if isinstance(point.gradients, list) else []
            known = gradients if isinstance(gradients, list) else [None] * len(wanted)
            # Where TensorFlow has no gradient there is nothing to compare, and ours may not exist.
            taken = [None if w is None else g for g, w in zip(known, wanted, strict=False)]
            nodes.append((outputs, taken, [g for g in taken if g is not None]))
        fetches = [[] if isinstance(n, Exception) else [n[0], n[2]] for n in nodes]
        try:
            values = session.run(fetches, feeds)
        except tf.errors.OpError as e:
            if len(batch) == 1:
                return [e]
            half = len(batch) // 2
            return built(batch[:half]) + built(batch[half:])
    results: list = []
    for node, value in zip(nodes, values, strict=True):
        if isinstance(node, Exception):
            results.append(node)
            continue
        found = iter(value[1])
        results.append((value[0], [g if g is None else next(found) for g in node[1]]))
    return results


def differences(op_type: str) -> list[str]:
    batch = points()[op_type]
    found = []
    for point, result in zip(batch, built(batch), strict=True):

        def tell(what: str, difference, point=point):
            found.append(f"{point.label}: {what}: {difference}")

        if isinstance(result, Exception):
            tell("error", f"{type(result).__name__}: {str(result).splitlines()[0]}")
            continue
        for k, (a, b) in enumerate(zip(result[0], point.outputs, strict=True)):
            if d := difference(np.asarray(a), b):
                tell(f"output {k}", d)
        if isinstance(point.gradients, list):
            for k, (a, b) in enumerate(zip(result[1], point.gradients, strict=True)):
                if b is not None and (d := "none" if a is None else difference(np.asarray(a), b)):
                    tell(f"gradient {k}", d)
    return found


@pytest.mark.parametrize("op_type", sorted(points()))
def test_values_and_gradients_are_those_of_tensorflow(op_type):
    passed = [e.words for e in EXCEPT if op_type in e.op_types.split()]
    found = [d for d in differences(op_type) if not any(words in d for words in passed)]
    assert not found, "\n".join(found)
