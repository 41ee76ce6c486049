"""``tf.raw_ops.NAME`` for every op type: its arguments against TensorFlow's, and that it builds.

TensorFlow's arguments are in ``golden/raw_ops.json``, recorded by ``golden/record_raw_ops.py``.
"""

import inspect
import json
from pathlib import Path

import numpy as np
import pytest

import tfgrad as tf
from tests.golden import form
from tests.points import points_of_all_op_types
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.registry import OPS

RECORDED = json.loads((Path(__file__).parent / "golden/raw_ops.json").read_text())
each_op_type = pytest.mark.parametrize("op_type", sorted(OPS))


def plain(default):
    """A default as it is recorded."""
    if isinstance(default, list | tuple):
        return [plain(d) for d in default]
    if isinstance(default, tf.DType):
        return default.name
    if isinstance(default, np.ndarray):
        return form.array(default, default.dtype.name)
    return default if default is None else form.number(default)


@pytest.mark.parametrize("op_type", sorted(RECORDED.keys() & OPS.keys()))
def test_arguments_are_those_of_tensorflow(op_type):
    parameters = inspect.signature(getattr(tf.raw_ops, op_type)).parameters.values()
    found = [p.name if p.default is p.empty else [p.name, plain(p.default)] for p in parameters]
    assert found == [*RECORDED[op_type], ["name", None]]


def test_every_op_type_is_there():
    assert set(tf.raw_ops.__all__) == set(OPS)
    assert OPS.keys() - RECORDED.keys() == {"XlaOptimizationBarrier"}  # not in TensorFlow's module


def groups(op: Operation) -> list:
    """The inputs of ``op``, one tensor or list of tensors per argument."""
    rest = iter(op.inputs)
    result: list = []
    for arg in op.op_def_.inputs:
        if arg.is_list:
            n = op.attrs[arg.number_attr] if arg.number_attr else len(op.attrs[arg.list_attr])
            result.append([next(rest) for _ in range(n)])
        else:
            result.append(next(rest))
    return result


@each_op_type
def test_builds_by_keyword_what_the_other_functions_build(op_type):
    function = getattr(tf.raw_ops, op_type)
    names = list(inspect.signature(function).parameters)[:-1]
    for point in points_of_all_op_types()[op_type][:2]:
        op = point.op
        inputs = groups(op)
        given = dict(zip(names, inputs, strict=False))
        for n in names[len(inputs) :]:
            given[n] = op.attrs["squeeze_dims" if op_type == "Squeeze" else n]
        with op.graph.as_default():
            found = function(**given, name="again")
        parts = found if isinstance(found, tuple) else [found]
        made = [t for part in parts for t in (part if isinstance(part, list) else [part])]
        again = made[0].op if isinstance(made[0], Tensor) else made[0]
        assert again.type == op_type
        assert again.inputs == op.inputs
        assert [t.dtype for t in again.outputs] == [t.dtype for t in op.outputs]
        for name in op.op_def_.attrs:
            assert repr(again.attrs[name]) == repr(op.attrs[name])
        if isinstance(found, tuple):
            assert list(found._fields) == [arg.name for arg in op.op_def_.outputs]


def test_arguments_must_be_named():
    with pytest.raises(TypeError, match=r"^mat_mul only takes keyword args"):
        tf.raw_ops.MatMul(tf.ones([1, 1]), tf.ones([1, 1]))
