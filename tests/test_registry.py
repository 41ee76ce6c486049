"""The registry of op types as a whole, against TensorFlow's definitions and against the tests.

TensorFlow's are in ``golden/op_defs.json``, recorded by ``golden/record_op_defs.py``.
"""

import importlib.util
import json
import re
from pathlib import Path

import pytest

import tfgrad as tf  # registers all families
from tests.golden import form
from tfgrad._src.gradients.registry import GRADIENTS
from tfgrad._src.graph.registry import OPS, REQUIRED, Arg

TESTS = Path(__file__).parent
RECORDED = json.loads((TESTS / "golden/op_defs.json").read_text())
each_op_type = pytest.mark.parametrize("op_type", sorted(OPS))


def argument(arg: Arg) -> str:
    if arg.list_attr:
        kind = f"list({arg.list_attr})"
    else:
        kind = arg.dtype.name if arg.dtype else arg.type_attr
    if arg.number_attr:
        kind = f"{arg.number_attr} * {kind}"
    return f"{arg.name}: " + (f"Ref({kind})" if arg.is_ref else kind)


def plain(value):
    """A default or an accepted value as it is recorded."""
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, tf.DType):
        return value.name
    return value if value is None else form.number(value)


@each_op_type
def test_signature_is_that_of_tensorflow(op_type):
    definition = OPS[op_type]
    inputs, outputs, attrs, *_ = RECORDED[op_type]
    assert [argument(a) for a in definition.inputs] == inputs
    assert [argument(a) for a in definition.outputs] == outputs
    found = {}
    for a in definition.attrs.values():
        found[a.name] = [a.kind, plain(a.allowed)]
        if a.default is not REQUIRED:
            found[a.name].append(plain(a.default))
    assert found == attrs


@each_op_type
def test_op_is_never_folded_where_tensorflow_calls_it_stateful(op_type):
    definition = OPS[op_type]
    # What changes a reference variable is not called stateful there.
    assert definition.is_stateful == (RECORDED[op_type][3] or bool(definition.writes))


# tfgrad has a gradient where TensorFlow raises LookupError.
MORE_GRADIENTS = {
    "FakeQuantWithMinMaxArgsGradient",  # linear in the gradient that comes in
    "FakeQuantWithMinMaxVarsGradient",
    "FakeQuantWithMinMaxVarsPerChannelGradient",
    "RFFT3D",  # as in one and two dimensions
    "IRFFT3D",
    # Resizing is linear, and a bilinear crop is so between the elements of the image.
    "CropAndResizeGradBoxes",
    "CropAndResizeGradImage",
    "ResizeBicubicGrad",
    "ResizeBilinearGrad",  # TensorFlow says that it has none
    "ResizeNearestNeighborGrad",
    "ScaleAndTranslateGrad",
    "FractionalAvgPoolGrad",  # so that fractional pooling has derivatives of all orders
    "FractionalMaxPoolGrad",  # likewise
    "LRNGrad",  # so that tf.nn.lrn has derivatives of all orders
    "MapDefun",  # Jacobians are made of it, and can be differentiated again
    "MaxPoolGradGradV2",  # as its older version has
    "MaxPoolGradGradWithArgmax",  # so that MaxPoolWithArgmax has derivatives of all orders
    "MaxPoolGradWithArgmax",  # likewise
    "SoftsignGrad",  # so that Softsign has derivatives of all orders, as its neighbours have
    # So that their forward ops have derivatives of all orders.
    "SparseAddGrad",
    "SparseFillEmptyRowsGrad",
    "SparseSegmentMeanGrad",
    "SparseSegmentMeanGradV2",
    "SparseSegmentSqrtNGrad",
    "SparseSegmentSqrtNGradV2",
    "SparseSegmentSumGrad",
    "SparseSegmentSumGradV2",
    "SparseSliceGrad",
    # TensorFlow has none although there is a derivative.
    "BatchCholesky",
    "BatchCholeskyGrad",
    "BatchMatrixBandPart",
    "BatchMatrixDeterminant",
    "BatchMatrixDiag",
    "BatchMatrixDiagPart",
    "BatchMatrixInverse",
    "BatchMatrixSetDiag",
    "BatchMatrixSolve",
    "BatchMatrixSolveLs",
    "BatchMatrixTriangularSolve",
    "BatchSelfAdjointEig",
    "BatchSelfAdjointEigV2",
    "BatchSvd",
    "CholeskyGrad",
    "Lu",
    "MatrixExponential",
    "MatrixLogarithm",
    "SelfAdjointEig",
    "SparseReduceMax",
    "SparseReduceMaxSparse",
    "SparseReduceSumSparse",
    "SparseSplit",
    "Conv3DBackpropFilter",  # of old graphs
    "Conv3DBackpropInput",
    "Dilation2DBackpropFilter",
    "Dilation2DBackpropInput",
    "GRUBlockCell",  # as tf.contrib.rnn of TensorFlow 1.15 registers it
    "LSTMBlockCell",  # likewise
    # Op types of old graphs, or for one platform alone, which TensorFlow never differentiated.
    "AdjustContrast",
    "BatchFFT",
    "BatchFFT2D",
    "BatchFFT3D",
    "BatchIFFT",
    "BatchIFFT2D",
    "BatchIFFT3D",
    "BatchNormWithGlobalNormalizationGrad",
    "Conv",
    "Conv2DBackpropFilterV2",
    "Conv2DBackpropInputV2",
    "FFTND",
    "FusedPadConv2D",
    "FusedResizeAndPadConv2D",
    "IFFTND",
    "IRFFTND",
    "RFFTND",
    "SegmentMaxV2",
    "SegmentMinV2",
    "SegmentProdV2",
    "SegmentSumV2",
    "XlaOptimizationBarrier",  # hands values on; recomputed gradients can be differentiated again
}

# TensorFlow has a gradient where tfgrad raises LookupError.
FEWER_GRADIENTS = {
    "EagerPyFunc",  # it differentiates what the function computed with eager tensors
}


@each_op_type
def test_gradient_is_there_or_declared_not_to_be_as_in_tensorflow(op_type):
    found = None
    if op_type in GRADIENTS:
        found = "no" if GRADIENTS[op_type] is None else "yes"
    # None: neither, so that asking for the gradient raises LookupError.
    expected = "yes" if op_type in MORE_GRADIENTS else RECORDED[op_type][4]
    assert found == (None if op_type in FEWER_GRADIENTS else expected)


def op_types_in_tests() -> set[str]:
    """Op types that occur in the recordings, or by name in a test."""
    found: set[str] = set()
    for path in (TESTS / "golden").glob("*.json"):
        if path.stem != "op_defs":
            # A node is recorded as [name, type, inputs, control inputs, attributes].
            found.update(re.findall(r'\["[^"]*", "(\w+)", \[', path.read_text()))
    for path in TESTS.rglob("*.py"):
        if path.name not in (Path(__file__).name, "points.py", "test_shape_rules.py"):
            found.update(re.findall(r'"(\w+)"', path.read_text()))
    return found


TESTED = op_types_in_tests()


@each_op_type
def test_op_has_a_test(op_type):
    # An op on handles of variables that shares the lowering of the one on references shares its
    # test.
    twin = op_type.removeprefix("Resource")
    shares = twin in OPS and OPS[twin].lower is OPS[op_type].lower
    tested = op_type in TESTED or (shares and twin in TESTED)
    assert tested, "a row in tests/ops, or a case in tests/golden, is missing"


@each_op_type
def test_op_can_be_run(op_type):
    definition = OPS[op_type]
    is_variable = op_type in ("Variable", "VariableV2", "VarHandleOp", "TemporaryVariable")
    assert definition.lower or definition.step or is_variable


def test_the_page_of_the_documentation_is_that_of_the_registry():
    path = TESTS.parent / "docs/_ops_table.py"
    spec = importlib.util.spec_from_file_location("ops_table", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PAGE.read_text(encoding="utf-8") == module.text(), "run python docs/_ops_table.py"
