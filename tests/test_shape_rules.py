"""Every op type: whatever is forgotten of its inputs, the shape rule never contradicts the run.

Oracle: the shapes that lowerings and host steps give at the points of ``points.py``.  Of the inputs
of a point lengths, ranks and values are forgotten; what the rule then says must admit the true
shapes, and it must not raise.
"""

import itertools
import random
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import is_compatible
from tests.points import Point, points_of_all_op_types
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.registry import OPS
from tfgrad._src.graph.resource import variable_op

BITS = 61  # prime, so that long nodes do not see the same bits in the same places
EVERYTHING = 2**BITS - 1


FILE = "the contents of image files are read and written by Pillow, which may be missing"
SESSION = "it names a value that a session keeps, of a shape that only the session knows"

OLD_TABLE = "the shapes are those of the op on resource handles, which is tested"

OLD = "TensorFlow refuses to build it, so there is no recording"

# Op types without a point.
MAP = "it reads or fills a map that a session keeps"
WITHOUT = {
    "Abort": "it has no result, and ends the run",
    "AddManySparseToTensorsMap": MAP,
    "AddSparseToTensorsMap": MAP,
    "DecodeAndCropJpeg": FILE,
    "DecodeBmp": FILE,
    "DecodeJpeg": FILE,
    "DecodeJxl": FILE,
    "DeleteSessionTensor": SESSION,
    "EagerPyFunc": "what is called has any shape: there is no rule",
    "EncodeJpeg": FILE,
    "EncodeJpegVariableQuality": FILE,
    "ExtractJpegShape": FILE,
    "GetSessionHandle": SESSION,
    "GetSessionHandleV2": SESSION,
    "GetSessionTensor": SESSION,
    "ImmutableConst": "its value is in a file",
    "InitializeTableFromTextFile": OLD_TABLE,
    "MutableDenseHashTable": OLD_TABLE,
    "RandomCrop": OLD,
    "RandomPoisson": OLD,
    "StatefulStandardNormal": OLD,
    "TakeManySparseFromTensorsMap": MAP,
    "TileGrad": OLD,
    "Timestamp": "a scalar that is another one each time",
    "WriteFile": "it has no result, and writes a file",
}


DEMANDED = "the rule demands that so much is known"
LEAST = "a number of rows that is not known is taken for the least that holds the diagonals"
SINGLE = "`k` that is not known is taken for a single diagonal"

# Where a rule contradicts what runs, and TensorFlow's does the same: what is wrong, and why.
CONTRADICTS = {
    "BatchToSpaceND": ("block_shape must have", DEMANDED),
    "Conv2D": ("Negative dimension size", "a window larger than a known image is a mistake"),
    "GatherV2": ("output 0", "a negative `batch_dims` is not counted if the axis is not known"),
    "MatrixDiagV2": ("output 0", LEAST),
    "MatrixDiagV3": ("output 0", LEAST),
    "MatrixSetDiagV2": ("", SINGLE),
    "MatrixSetDiagV3": ("", SINGLE),
    "ParallelConcat": ("All input shapes must be fully defined", DEMANDED),
    "RandomIndexShuffle": ("Seed must have shape", DEMANDED),
    "SpaceToBatchND": ("block_shape must have", DEMANDED),
    "SplitV": ("", "an axis that is not known is taken for the last"),
}


@pytest.fixture(scope="module")
def points() -> dict[str, list[Point]]:
    return points_of_all_op_types()


# ---------------------------------------------------------------------- forgetting


def forgotten(shape: tuple, forget: Iterator[bool]) -> tuple | None:
    if next(forget) and next(forget):
        return None
    return tuple([None if next(forget) else d for d in shape])


def tensor_like(value, original: Tensor, forget: Iterator[bool]) -> Tensor:
    """A tensor of which less is known than of ``value``: an array, or a shape and type."""
    if original.dtype is tf.resource:
        made_by = variable_op(original)
        if made_by is not None:
            attrs = made_by.attrs
            shape = forgotten(attrs["shape"], forget) if attrs["shape"] is not None else None
            return add_op("VarHandleOp", dtype=attrs["dtype"], shape=shape)
    dtype = original.dtype.base_dtype
    if isinstance(value, np.ndarray) and value.size <= 64 and not original.dtype._is_ref_dtype:
        if not next(forget):
            return tf.constant(value, dtype)
        if dtype in (tf.int32, tf.int64) and value.ndim == 1 and value.size and not next(forget):
            if value.min() >= 0 and next(forget):
                unknown = tf.placeholder(tf.float32, forgotten(tuple(value.tolist()), forget))
                return add_op("Shape", unknown, out_type=dtype)
            return tf.stack([
                tf.placeholder(dtype, ()) if next(forget) else tf.constant(v, dtype) for v in value
            ])  # fmt: skip
    t = tf.placeholder(dtype, forgotten(np.shape(value), forget))
    t.dtype = original.dtype  # a reference, perhaps
    return t


def contradiction(point: Point, mask: int) -> str:
    """What the rule says that is not so, or an empty string."""
    forget = itertools.cycle([bool(mask >> i & 1) for i in range(BITS)])
    op = point.op
    with new_graph() as graph:
        inputs = [tensor_like(v, t, forget) for v, t in zip(point.inputs, op.inputs, strict=True)]
        dtypes = tuple([t.dtype for t in op.outputs])
        known = [t.dims for t in inputs]
        try:
            again = graph._add_node(op.op_def_, tuple(inputs), op.attrs, dtypes, "node")
        except ValueError as error:
            return f"with {known} the rule raises {error}"
    for t, true in zip(again.outputs, point.shapes, strict=True):
        if not is_compatible(t.dims, true):
            return f"with {known} output {t.value_index} is {t.dims}, not {true}"
    return ""


@pytest.mark.parametrize("op_type", sorted(OPS))
def test_rule_never_contradicts_what_runs(op_type, points):
    allowed = CONTRADICTS[op_type][0] if op_type in CONTRADICTS else None

    @settings(max_examples=12, deadline=None, database=None)
    @given(st.integers(0, EVERYTHING))
    @example(0)
    @example(EVERYTHING)
    def check(mask):
        for point in points[op_type]:
            found = contradiction(point, mask)
            if found and (allowed is None or allowed not in found):
                pytest.fail(f"{op_type} of {point.source}, {point.op.attrs}: {found}")

    check()


@pytest.mark.parametrize("op_type", CONTRADICTS)
def test_a_contradiction_that_is_allowed_is_there(op_type, points):
    draw = random.Random(0)
    masks = [EVERYTHING, *[draw.getrandbits(BITS) for _ in range(300)]]
    assert any(contradiction(point, mask) for mask in masks for point in points[op_type])


def test_every_op_type_has_a_point_or_a_reason(points):
    assert {t for t in OPS if not points[t]} == set(WITHOUT)
