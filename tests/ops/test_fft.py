"""Fourier transforms: values, lengths that differ from the argument's, shapes, errors.

Oracle: numpy's transforms, in float64.  Graphs and values of TensorFlow are in ``golden/fft.json``;
gradients are in ``tests/gradients/orders_signal.py``.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import forget_dims, is_compatible, lowered_shape, run_op
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS

SUFFIXES = {1: "", 2: "2D", 3: "3D"}


def axes(rank: int) -> tuple:
    return tuple(range(-rank, 0))


def real(*shape: int) -> np.ndarray:
    return np.random.default_rng(3).normal(size=shape)


def complex_(*shape: int) -> np.ndarray:
    return real(*shape) + 1j * np.random.default_rng(4).normal(size=shape)


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("shape", [(2, 3, 4), (2, 2, 3, 5), (1, 1, 1)])
def test_complex_transforms_agree_with_numpy(rank, shape):
    x = complex_(*shape)
    # A sum of up to 30 terms of size 1, rounded at 2e-16.
    np.testing.assert_allclose(
        run_op(f"FFT{SUFFIXES[rank]}", x), np.fft.fftn(x, axes=axes(rank)), atol=1e-13
    )
    np.testing.assert_allclose(
        run_op(f"IFFT{SUFFIXES[rank]}", x), np.fft.ifftn(x, axes=axes(rank)), atol=1e-13
    )


@pytest.mark.parametrize("lengths", [(4,), (5,), (3, 4), (2, 3), (2, 3, 4), (1, 3, 3)])
def test_real_transforms_agree_with_numpy_and_use_the_start_of_their_argument(lengths):
    n = np.array(lengths, np.int32)
    rank, suffix = len(lengths), SUFFIXES[len(lengths)]
    x = real(2, 2, 3, 6)
    found = run_op(f"RFFT{suffix}", x, n, Tcomplex=tf.complex128)
    np.testing.assert_allclose(found, np.fft.rfftn(x, lengths, axes(rank)), atol=1e-13)
    y = complex_(2, 2, 3, 6)
    found = run_op(f"IRFFT{suffix}", y, n, Treal=tf.float64)
    np.testing.assert_allclose(found, np.fft.irfftn(y, lengths, axes(rank)), atol=1e-13)


def test_single_precision_stays_single():
    x = complex_(2, 64).astype(np.complex64)
    found = run_op("FFT", x)
    assert found.dtype == np.complex64
    np.testing.assert_allclose(found, np.fft.fft(x), atol=2e-5)  # 64 terms at 1e-7


@pytest.mark.parametrize(
    ("op_type", "x", "lengths", "shape"),
    [
        ("FFT", np.zeros((0, 4), complex), None, (0, 4)),
        ("FFT2D", np.zeros((2, 0), complex), None, (2, 0)),
        ("RFFT", np.zeros((0, 4)), [4], (0, 3)),
        ("RFFT", np.ones((2, 4)), [0], (2, 0)),
        ("RFFT", np.zeros((2, 0)), [4], (2, 3)),
        ("IRFFT", np.ones((2, 3), complex), [0], (2, 0)),
        ("IRFFT", np.zeros((0, 3), complex), [4], (0, 4)),
    ],
)
def test_nothing_to_transform_gives_zeros(op_type, x, lengths, shape):
    if lengths is None:
        found = run_op(op_type, x)
    else:
        attr = "Tcomplex" if op_type == "RFFT" else "Treal"
        dtype = tf.complex128 if op_type == "RFFT" else tf.float64
        found = run_op(op_type, x, np.array(lengths, np.int32), **{attr: dtype})
    np.testing.assert_array_equal(found, np.zeros(shape))


@pytest.mark.parametrize(
    ("x", "lengths", "message"),
    [
        (
            np.ones(4, np.float32),
            [5],
            "Input dimension 0 must have length of at least 5 but got: 4",
        ),
        (np.ones(4, np.float32), [-1], r"fft_length\[0\] must >= 0, but got: -1"),
        (np.ones(4, np.float32), [2, 2], r"fft_length must have shape \[1\]"),
        (np.float32(1), [1], r"Input must have rank of at least 1 but got: \[\]"),
    ],
)
def test_error_of_a_run(x, lengths, message):
    with new_graph() as graph:
        a, b = tf.placeholder(tf.float32), tf.placeholder(tf.int32)
        y = add_op("RFFT", a, b)
        with (
            tf.Session(graph=graph) as session,
            pytest.raises(tf.errors.InvalidArgumentError, match=message),
        ):
            session.run(y, {a: x, b: lengths})


@pytest.mark.parametrize(
    ("op_type", "shape", "lengths", "message"),
    [
        ("FFT", [], None, "Shape must be at least rank 1 but is rank 0"),
        ("IFFT3D", [2, None], None, "Shape must be at least rank 3 but is rank 2"),
        ("RFFT2D", [], [4], "Shape must be at least rank 2 but is rank 0"),
        ("RFFT2D", None, [4], "Dimension must be 2 but is 1"),
        ("IRFFT", None, 5, "Shape must be rank 1 but is rank 0"),
        ("IRFFT", [3], [-5], "Dimension -5 must be >= 0"),
    ],
)
def test_error_while_building(op_type, shape, lengths, message):
    with new_graph():
        x = tf.placeholder(tf.float32 if op_type.startswith("R") else tf.complex64, shape)
        with pytest.raises(ValueError, match=message):
            add_op(op_type, *([x] if lengths is None else [x, lengths]))


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_shape_rule_agrees_with_lowering(data):
    rank = data.draw(st.integers(1, 3))
    kind = data.draw(st.sampled_from(["FFT", "IFFT", "RFFT", "IRFFT"]))
    shape = tuple(data.draw(st.lists(st.integers(1, 4), min_size=rank, max_size=4)))
    known = data.draw(forget_dims(shape))
    op_type = kind + SUFFIXES[rank]
    with new_graph():
        dtype = np.float32 if kind == "RFFT" else np.complex64
        x = tf.placeholder(dtype, known)
        if "R" not in kind:
            node = add_op(op_type, x).op
            true = lowered_shape(op_type, node, (shape, dtype))
        else:
            lengths = [data.draw(st.integers(1, d)) for d in shape[-rank:]]
            if kind == "IRFFT":
                lengths[-1] = data.draw(st.integers(1, 2 * shape[-1] - 1))
            n = np.array(lengths, np.int32)
            given_ = n if data.draw(st.booleans()) else tf.placeholder(np.int32)
            node = add_op(op_type, x, given_).op
            abstract = np.zeros(shape, dtype)
            true = np.shape(OPS[op_type].lower(node, abstract, n))
        assert is_compatible(node.outputs[0].dims, true)
