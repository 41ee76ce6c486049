"""`tensorflow.python...`: the import paths that programs take although they are private.

Each statement is one that public programs of TensorFlow 1 contain.
"""

import importlib
import inspect
import pkgutil

import numpy as np
import pytest

import tfgrad as tf
import tfgrad.python


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


STATEMENTS = """
from tfgrad.python.framework import ops
from tfgrad.python.framework import constant_op, dtypes, tensor_shape, tensor_util, errors_impl
from tfgrad.python.framework import random_seed, test_util
from tfgrad.python.framework.ops import RegisterGradient, IndexedSlices, GraphKeys
from tfgrad.python.framework.tensor_util import constant_value
from tfgrad.python.framework.errors_impl import InvalidArgumentError
from tfgrad.python.ops import array_ops, math_ops, nn_ops, gen_nn_ops, control_flow_ops
from tfgrad.python.ops import variables, variable_scope, init_ops, gradients_impl, state_ops
from tfgrad.python.ops import random_ops, resource_variable_ops, clip_ops, check_ops, nn, linalg_ops
from tfgrad.python.ops import gradients, standard_ops, gradient_checker, embedding_ops
from tfgrad.python.ops.gradients import gradients
from tfgrad.python.ops.init_ops import VarianceScaling
from tfgrad.python.ops.losses import losses
from tfgrad.python.training import optimizer, training_util, moving_averages, slot_creator, adam
from tfgrad.python.training import learning_rate_decay
from tfgrad.python.training.optimizer import Optimizer
from tfgrad.python.client import session
from tfgrad.python.client.session import Session
from tfgrad.python.client import device_lib, timeline
from tfgrad.python.client.device_lib import list_local_devices
from tfgrad.python.framework import device
from tfgrad.python.ops import session_ops
from tfgrad.core.protobuf import config_pb2, rewriter_config_pb2
from tfgrad.core.protobuf.rewriter_config_pb2 import RewriterConfig
from tfgrad.core.framework import graph_pb2, node_def_pb2, step_stats_pb2
from tfgrad.python.platform import test, googletest
from tfgrad.python.util import nest
from tfgrad.python.util.nest import is_sequence
from tfgrad.python.util import deprecation, tf_contextlib, tf_decorator, tf_inspect
from tfgrad.python.platform import app, flags, gfile, tf_logging as logging
from tfgrad.python.ops import template
from tfgrad.python.ops.init_ops import Initializer, _compute_fans, _assert_float_dtype
from tfgrad.python.ops.variable_scope import _pure_variable_scope, _get_unique_variable_scope
from tfgrad.python.framework.ops import register_proto_function
from tfgrad.contrib.framework import add_arg_scope, arg_scope, nest
from tfgrad.contrib.framework.python.ops import add_arg_scope, arg_scope
from tfgrad.contrib.framework.python.ops import variables as contrib_variables
from tfgrad.contrib.eager.python import tfe
from tfgrad.contrib.training import HParams
import tfgrad.contrib.graph_editor as ge
""".strip().splitlines()


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_statement_of_a_program(statement):
    exec(statement, {})


# Functions that have the name of an operation.
OTHERS = {"tf_logging": {"log"}, "tf_inspect": {"stack"}}


def modules():
    return [
        importlib.import_module(info.name)
        for info in pkgutil.walk_packages(tfgrad.python.__path__, "tfgrad.python.")
    ]


@pytest.mark.parametrize("module", modules(), ids=lambda m: m.__name__)
def test_a_name_is_the_public_one_where_there_is_one(module):
    """So that ``isinstance`` and replaced gradients agree whichever path was taken."""
    public = {}
    for namespace in (
            tf, tf.nn, tf.math, tf.linalg, tf.train, tf.losses, tf.errors, tf.image, tf.sparse,
        ):  # fmt: skip
        for name in namespace.__all__:
            public.setdefault(name, set()).add(id(getattr(namespace, name)))
    for name in set(module.__all__) - OTHERS.get(module.__name__.split(".")[-1], set()):
        value = getattr(module, name)
        assert inspect.ismodule(value) or name not in public or id(value) in public[name], name


def test_an_unknown_name_is_told():
    from tfgrad.python.ops import array_ops

    with pytest.raises(
        AttributeError, match=r"no attribute 'zeros_lik'\n  Did you mean .*zeros_like"
    ):
        _ = array_ops.zeros_lik
    with pytest.raises(AttributeError, match="has no attribute 'nowhere'"):
        _ = tfgrad.python.nowhere


def test_packages_are_imported_when_they_are_used():
    import subprocess
    import sys

    code = "import sys, tfgrad; assert 'tfgrad.python.ops' not in sys.modules; tfgrad.python.ops.nn"
    subprocess.run([sys.executable, "-c", code], check=True)


# ---------------------------------------------------------------------- a function per op type


def test_guided_backpropagation():
    """The classic of those who import ``gen_nn_ops``."""
    from tfgrad.python.framework import ops
    from tfgrad.python.ops import gen_nn_ops, math_ops

    @ops.RegisterGradient("GuidedReluPrivate")
    def _guided(op, grad):
        return math_ops.maximum(0.0, gen_nn_ops.relu_grad(grad, op.outputs[0]))

    with tf.get_default_graph().gradient_override_map({"Relu": "GuidedReluPrivate"}):
        x = tf.constant([-1.0, 2.0, 3.0])
        y = tf.nn.relu(x)
    (g,) = tf.gradients(y, x, grad_ys=tf.constant([5.0, -6.0, 7.0]))
    np.testing.assert_array_equal(tf.Session().run(g), [0.0, 0.0, 7.0])


def test_names_of_a_raw_function(graph):
    from tfgrad.python.ops import gen_array_ops, gen_math_ops

    a = tf.constant([[1.0, 2.0]])
    assert gen_math_ops.mat_mul(a, a, transpose_b=True, name="m").op.type == "MatMul"
    assert gen_math_ops._sum(a, [1], True).op.attrs["keep_dims"] is True
    assert gen_math_ops.add_v2(a, a).op.type == "AddV2"
    assert gen_array_ops.unique(tf.constant([1, 1])).idx.dtype is tf.int32
    assert str(inspect.signature(gen_math_ops.mat_mul)) == (
        "(a, b, transpose_a=False, transpose_b=False, grad_a=False, grad_b=False, name=None)"
    )
    with pytest.raises(TypeError):
        gen_math_ops.mat_mul(a)
    with pytest.raises(AttributeError):
        _ = gen_math_ops.no_such_op
