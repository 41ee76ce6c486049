"""Patches of images and volumes: values, types, gradients as transposes, static shapes.

Oracle: `convolutions.windows`; elements are moved, so that everything is exact.
"""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import forget_dims, is_compatible, run_op
from tests.ops.convolutions import transposed, windows
from tfgrad._src.graph.graph import new_graph


class Case(NamedTuple):
    x: tuple
    ksizes: tuple
    strides: tuple
    rates: tuple
    padding: str

    @property
    def op_type(self) -> str:
        return "ExtractImagePatches" if len(self.x) == 4 else "ExtractVolumePatches"

    def attrs(self) -> dict:
        attrs = {"ksizes": [1, *self.ksizes, 1], "strides": [1, *self.strides, 1]}
        if len(self.x) == 4:
            attrs["rates"] = [1, *self.rates, 1]
        return {**attrs, "padding": self.padding}

    def value(self, x):
        seen = windows(x, self.ksizes, self.strides, self.rates, self.padding)
        return seen.reshape(*seen.shape[: len(self.ksizes) + 1], -1)


CASES = [
    Case((2, 5, 4, 2), (3, 2), (1, 1), (1, 1), "SAME"),
    Case((1, 6, 5, 3), (2, 3), (2, 3), (1, 1), "VALID"),
    Case((1, 6, 5, 1), (2, 2), (1, 2), (3, 2), "SAME"),
    Case((2, 4, 4, 2), (2, 2), (2, 2), (1, 1), "VALID"),
    Case((1, 3, 3, 2), (1, 1), (2, 1), (1, 1), "SAME"),
    Case((1, 2, 2, 2), (3, 4), (1, 1), (1, 1), "SAME"),
    Case((1, 3, 4, 3, 2), (2, 2, 1), (1, 2, 1), (1, 1, 1), "SAME"),
    Case((2, 3, 4, 5, 1), (2, 1, 3), (1, 1, 2), (1, 1, 1), "VALID"),
]
each_case = pytest.mark.parametrize("case", CASES, ids=str)


def _numbers(case: Case) -> np.ndarray:
    return np.arange(1.0, np.prod(case.x) + 1).reshape(case.x)


@each_case
def test_value_agrees_with_the_definition(case):
    x = _numbers(case)
    np.testing.assert_array_equal(run_op(case.op_type, x, **case.attrs()), case.value(x))


@each_case
@pytest.mark.parametrize("is_static", [True, False])
def test_gradient_is_the_transpose(case, is_static):
    x = _numbers(case)
    y = case.value(x)
    dy = np.random.default_rng(0).normal(size=y.shape)
    with new_graph() as graph, tf.Session(graph=graph) as session:
        x_ = tf.placeholder(tf.float64, case.x if is_static else [None] * len(case.x))
        found = getattr(tf.raw_ops, case.op_type)(**{_input(case): x_}, **case.attrs())
        (g,) = tf.gradients(found, x_, tf.constant(dy))
        found = session.run(g, {x_: x})
    np.testing.assert_allclose(found, transposed(case.value, x, dy), rtol=0, atol=1e-13)


def _input(case: Case) -> str:
    return "images" if len(case.x) == 4 else "input"


@pytest.mark.parametrize(
    "dtype", ["bool", "int8", "int16", "uint8", "int64", "float16", "bfloat16", "complex64"]
)
def test_every_type_is_cut(dtype):
    case = CASES[0]
    x = _numbers(case).astype(tf.as_dtype(dtype).as_numpy_dtype)
    np.testing.assert_array_equal(run_op(case.op_type, x, **case.attrs()), case.value(x))


@given(case=st.sampled_from(CASES), data=st.data())
def test_static_shape_never_contradicts_the_value(case, data):
    with new_graph():
        x = tf.placeholder(tf.float64, data.draw(forget_dims(case.x)))
        y = getattr(tf.raw_ops, case.op_type)(**{_input(case): x}, **case.attrs())
        assert is_compatible(y.dims, case.value(_numbers(case)).shape)


BUILT_WRONG = [
    ([8, 8, 2], {}, "Shape must be rank 4 but is rank 3 for"),
    ([1, 8, 8, 2], {"ksizes": [1, 2, 2]},
     "Attr 'ksizes' of 'ExtractImagePatches' Op passed list of length 3 less than minimum 4."),
    ([1, 8, 8, 2], {"rates": [1, 2, 2]},
     "Attr 'rates' of 'ExtractImagePatches' Op passed list of length 3 less than minimum 4."),
]  # fmt: skip


@pytest.mark.parametrize(("x", "attrs", "message"), BUILT_WRONG)
def test_wrong_arguments_say_what_tensorflow_says(x, attrs, message):
    attrs = {**CASES[0].attrs(), **attrs}
    with new_graph(), pytest.raises(ValueError, match="^" + message):
        tf.raw_ops.ExtractImagePatches(images=tf.ones(x), **attrs)


def test_patches_of_several_images_are_refused():
    attrs = {**CASES[0].attrs(), "ksizes": [2, 3, 3, 1]}
    with pytest.raises(tf.errors.UnimplementedError, match="Only support ksizes across space"):
        run_op("ExtractImagePatches", np.ones((2, 4, 4, 1)), **attrs)
