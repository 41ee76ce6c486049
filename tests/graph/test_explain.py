"""What the messages of shape rules list.  Every expected line was read off TensorFlow."""

import numpy as np
import pytest

import tfgrad as tf
from tfgrad._src.graph import explain


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (5, "5"),
        ([1, 2], "1 2"),
        ([[1, 2], [3, 4]], "[1 2][3 4]"),
        (0.5, "0.5"),
        (1e-10, "1e-10"),
        (True, "1"),
        (np.zeros(0, np.int32), ""),
        (np.zeros(257, np.int32), " ".join(["0"] * 256) + "..."),
    ],
)
def test_values_are_written_as_tensorflow_writes_them(value, written):
    assert explain.value_str(np.asarray(value)) == written


def x(*dims):
    return tf.placeholder(tf.float32, dims)


def number():
    return tf.placeholder(tf.int32, [])


FIVE_BY_THREE = " and with input tensors computed as partial shapes: input[1] = [5,3]."

LISTED = {  # what is wrong, and what follows the input shapes
    "no value asked": (lambda: x(2) + x(3), "."),
    "a value": (lambda: tf.argmax(x(2, 3), 2), " and with computed input tensors: input[1] = <2>."),
    "a matrix": (
        lambda: tf.pad(x(2, 3), [[1, 1], [1, -9]]),
        " and with computed input tensors: input[1] = <[1 1][1 -9]>.",
    ),
    "several values": (
        lambda: tf.range(0.5, -1.25, 1e-10),
        " and with computed input tensors: input[0] = <0.5>, input[1] = <-1.25>, "
        "input[2] = <1e-10>.",
    ),
    "a shape": (lambda: tf.reshape(x(2, 3), tf.shape(x(5, 3))), FIVE_BY_THREE),
    "a shape with unknown lengths": (
        lambda: tf.reshape(x(2, 3), [tf.shape(x(None, 3))[0], 4]),
        " and with input tensors computed as partial shapes: input[1] = [?,4].",
    ),
    # TensorFlow first calls a shape function without values; it stops at the first call that fails:
    # the begin and the end of the slice were not asked for yet.
    "only what was asked before it failed": (
        lambda: x(3, 4)[0, 0, 0],
        " and with computed input tensors: input[3] = <1 1 1>.",
    ),
    "values that are unknown are left out": (
        lambda: x(3, 4)[number(), 0, 0],
        " and with computed input tensors: input[3] = <1 1 1>.",
    ),
}


@pytest.mark.parametrize("what", LISTED)
def test_a_shape_error_lists_the_values_that_its_rule_asked_for(what):
    make, listed = LISTED[what]
    with pytest.raises(ValueError, match="with input shapes: ") as caught:
        make()
    first = str(caught.value).split("\n")[0]
    shapes = first.split("with input shapes: ")[1]
    rest = shapes.removesuffix(listed)
    assert rest != shapes
    assert "input[" not in rest


def test_a_shape_with_an_entry_below_minus_one_is_no_shape():
    for make in (lambda: tf.reshape(x(2, 3), [-2, 3]), lambda: tf.fill([-2], 1.0)):
        with pytest.raises(ValueError, match=r"^Invalid value in tensor used for shape: -2$"):
            make()


def test_a_failed_node_leaves_no_trace(graph):
    a, b = x(2), x(3)
    before = len(graph.get_operations())
    with pytest.raises(ValueError, match="Dimensions must be equal"):
        tf.add(a, b)
    assert len(graph.get_operations()) == before
    assert a.consumers() == []
