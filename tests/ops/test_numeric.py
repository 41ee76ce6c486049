"""Single op types: isotonic regression, fused convolutions, transforms of many axes, and others.

Oracles: numpy; a slow search for the isotonic fit; the ops that a fused one is made of.  Graphs and
values of TensorFlow are in ``golden/isotonic.json``, ``fft_nd.json``, ``conv_fused.json`` and
``old.json``, derivatives are tested in ``tests/gradients/orders_numeric.py``.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import run_op
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph

draw = np.random.default_rng(2)

# ---------------------------------------------------------------------- isotonic regression


def fitted(x: np.ndarray) -> np.ndarray:
    """The non-increasing fit of a vector: the largest over b of the least mean over a <= i <= b."""
    n = len(x)
    return np.array([
        max(min(x[a : b + 1].mean() for a in range(i + 1)) for b in range(i, n)) for i in range(n)
    ])  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 4), st.integers(1, 9), st.integers(0, 1000))
def test_isotonic_regression_is_the_best_fit(rows, n, seed):
    x = np.random.default_rng(seed).integers(-4, 5, (rows, n)).astype(np.float64)
    y, segments = run_op("IsotonicRegression", x, output_dtype=tf.float64)
    np.testing.assert_allclose(y, [fitted(row) for row in x], atol=1e-12)
    steps = np.diff(segments, axis=1, prepend=segments[:, :1])
    assert (segments[:, 0] == 0).all()
    assert np.isin(steps, (0, 1)).all()
    assert (np.diff(y, axis=1)[steps[:, 1:] == 0] == 0).all()


def test_isotonic_regression_of_many_numbers():
    x = np.cumsum(draw.normal(size=(3, 500)), 1)
    y, _ = run_op("IsotonicRegression", x, output_dtype=tf.float64)
    assert (np.diff(y, axis=1) <= 1e-12).all()
    np.testing.assert_allclose(y.mean(1), x.mean(1))
    # The residual is orthogonal to the fit: that of the nearest point of a cone.
    np.testing.assert_allclose(((x - y) * y).sum(1), 0, atol=1e-8)


# ---------------------------------------------------------------------- the largest, or least


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("largest", [True, False])
def test_approximate_top_elements_are_exact_along_any_axis(axis, largest):
    x = draw.permutation(60).reshape(4, 5, 3).astype(np.float32)
    values, places = run_op("ApproxTopK", x, k=2, reduction_dimension=axis, is_max_k=largest)
    wanted = np.sort(x, axis)
    wanted = np.flip(wanted, axis) if largest else wanted
    np.testing.assert_array_equal(values, np.take(wanted, [0, 1], axis))
    np.testing.assert_array_equal(np.take_along_axis(x, places, axis), values)


# Lengths that XLA's `ApproxTopKReductionOutputSize` gives: (length, rank, k, recall, override).
CANDIDATES = [
    ((100, 2, 3, 0.95, -1), 100),
    ((5000, 2, 3, 0.5, -1), 256),
    ((3000, 2, 1, 0.95, -1), 128),
    ((3000, 2, 3, 1.0, -1), 3000),
]


@pytest.mark.parametrize(("given", "count"), CANDIDATES)
def test_candidates_are_as_many_as_on_a_tpu(given, count):
    length, rank, k, recall, override = given
    x = np.arange(length, dtype=np.float32).reshape((1,) * (rank - 1) + (length,))
    values, _ = run_op(
        "ApproxTopK", x, k=k, recall_target=recall, aggregate_to_topk=False,
        reduction_input_size_override=override,
    )  # fmt: skip
    assert values.shape[-1] == count
    np.testing.assert_array_equal(values.ravel(), length - 1 - np.arange(count))


@pytest.mark.parametrize(
    ("attrs", "message"),
    [
        ({"k": 8}, "input must have last dimension >= k = 8 but was 7"),
        ({"k": 2, "reduction_dimension": 2}, "Invalid reduction dimension: 2. Must be within"),
        ({"k": 2, "recall_target": 0.0}, "Invalid recall target: 0. Valid value range"),
        ({"k": 2, "recall_target": 1.5}, "Invalid recall target: 1.5. Valid value range"),
    ],
)
def test_approximate_top_elements_refuse_as_tensorflow(attrs, message):
    with new_graph(), pytest.raises(ValueError, match=f"^{message}"):
        add_op("ApproxTopK", tf.zeros([1, 7]), **attrs)


def test_approximate_top_elements_of_unknown_shapes_have_derivatives():
    x = np.array([[3, 1, 2], [4, 6, 5]], np.float32)
    with new_graph(), tf.Session() as session:
        t = tf.placeholder(tf.float32, [None, None])
        values, _ = tf.math.approx_max_k(t, 2)
        (g,) = tf.gradients(values**2, t)
        np.testing.assert_array_equal(session.run(g, {t: x}), [[6, 0, 4], [0, 12, 10]])


# ---------------------------------------------------------------------- transforms


@pytest.mark.parametrize("lengths", [(4,), (3, 4), (2, 3), (2, 2, 3), (2, 2, 3, 4), (2, 1, 2, 3)])
def test_transforms_of_many_axes_agree_with_numpy(lengths):
    n, rank = np.array(lengths, np.int32), len(lengths)
    axes = np.arange(-rank, 0, dtype=np.int32)
    x = draw.normal(size=(2, 2, 3, 4)) + 1j * draw.normal(size=(2, 2, 3, 4))
    a = tuple(axes.tolist())
    # Sums of up to 48 terms of size 1, rounded at 2e-16.
    np.testing.assert_allclose(run_op("FFTND", x, n, axes), np.fft.fftn(x, lengths, a), atol=1e-13)
    np.testing.assert_allclose(
        run_op("IFFTND", x, n, axes), np.fft.ifftn(x, lengths, a), atol=1e-13
    )
    found = run_op("RFFTND", x.real, n, axes, Tcomplex=tf.complex128)
    np.testing.assert_allclose(found, np.fft.rfftn(x.real, lengths, a), atol=1e-13)
    found = run_op("IRFFTND", x, n, axes, Treal=tf.float64)
    np.testing.assert_allclose(found, np.fft.irfftn(x, lengths, a), atol=1e-13)


def test_public_transforms_fill_up_and_divide():
    x = draw.normal(size=(3, 4)) + 1j * draw.normal(size=(3, 4))
    with new_graph(), tf.Session() as session:
        y = tf.signal.fftnd(tf.constant(x), fft_length=[5, 4], axes=[0, 1])
        np.testing.assert_allclose(session.run(y), np.fft.fftn(x, (5, 4), (0, 1)), atol=1e-13)
        y = tf.signal.rfftnd(tf.constant(x.real), fft_length=[3, 6])
        np.testing.assert_allclose(session.run(y), np.fft.rfftn(x.real, (3, 6), (0, 1)), atol=1e-13)
        np.testing.assert_allclose(
            session.run(tf.signal.irfftnd(tf.signal.rfftnd(tf.constant(x.real)))),
            x.real,
            atol=1e-13,
        )
        t = tf.placeholder(tf.complex128, [None, None])
        np.testing.assert_allclose(
            session.run(tf.signal.ifftnd(t), {t: x}), np.fft.ifftn(x), atol=1e-13
        )


@pytest.mark.parametrize("kind", ["FFT", "IFFT"])
@pytest.mark.parametrize(("suffix", "rank"), [("", 1), ("2D", 2), ("3D", 3)])
def test_transforms_of_old_graphs_are_those_of_new_ones(kind, suffix, rank):
    x = (draw.normal(size=(2, 2, 3, 4)) + 1j).astype(np.complex64)
    found = run_op(f"Batch{kind}{suffix}", x)
    np.testing.assert_array_equal(found, run_op(f"{kind}{suffix}", x))


@pytest.mark.parametrize(
    ("lengths", "axes", "message"),
    [
        ([2, 2], [1, 0], "axes must be successive and ascending."),
        ([2, 2], [0, 1], "The last axis to perform transform on must be -1."),
        ([2], [1, 2], r"fft_length must have shape \[2\], but got: 1."),
        ([2, 2, 2, 2], [0, 1, 2, 3], r"Input must have rank of at least 4 but got: \[2,2,2\]"),
        ([3], [2], "Input dimension 2 must have length of at least 3 but got: 2"),
        ([-1], [2], r"fft_length\[0\] must >= 0, but got: -1"),
    ],
)
def test_transforms_refuse_as_tensorflow(lengths, axes, message):
    x = np.zeros((2, 2, 2), np.complex64) + 1
    with pytest.raises((tf.errors.InvalidArgumentError, ValueError), match=f"^{message}"):
        run_op("FFTND", x, np.array(lengths, np.int32), np.array(axes, np.int32))


# ---------------------------------------------------------------------- segments


@pytest.mark.parametrize("kind", ["Sum", "Prod", "Max", "Min"])
def test_segments_of_a_given_number_take_any_order(kind):
    x, ids = draw.normal(size=(5, 2)), np.array([2, 0, 2, -1, 2], np.int32)
    found = run_op(f"Segment{kind}V2", x, ids, np.int32(4))
    np.testing.assert_array_equal(found, run_op(f"UnsortedSegment{kind}", x, ids, np.int32(4)))


# ---------------------------------------------------------------------- convolutions


@pytest.mark.parametrize("mode", ["REFLECT", "SYMMETRIC"])
def test_fused_convolutions_of_batches_are_padding_and_convolution(mode):
    x, w = draw.normal(size=(3, 4, 5, 2)), draw.normal(size=(2, 3, 2, 3))
    widths = np.array([[0, 0], [1, 2], [0, 3], [0, 0]], np.int32)
    conv = {"strides": [1, 2, 1, 1], "padding": "SAME"}
    found = run_op("FusedPadConv2D", x, widths, w, mode=mode, **conv)
    padded = run_op("MirrorPad", x, widths, mode=mode)
    np.testing.assert_allclose(found, run_op("Conv2D", padded, w, **conv), atol=1e-12)
    size = np.array([6, 4], np.int32)
    found = run_op("FusedResizeAndPadConv2D", x, size, widths, w, mode=mode, **conv)
    padded = run_op("MirrorPad", run_op("ResizeBilinear", x, size), widths, mode=mode)
    expected = run_op("Conv2D", padded.astype(np.float64), w, **conv)
    np.testing.assert_allclose(found, expected, atol=1e-5)  # the other resize is float32's


def test_convolution_in_groups_with_channels_first():
    x, w = draw.normal(size=(2, 4, 5, 6)), draw.normal(size=(2, 3, 2, 4))
    found = run_op(
        "Conv", x, w, strides=[1, 1, 2, 1], padding="SAME", groups=2, data_format="CHANNELS_FIRST"
    )
    expected = run_op("Conv2D", x.transpose(0, 2, 3, 1), w, strides=[1, 2, 1, 1], padding="SAME")
    np.testing.assert_allclose(found, expected.transpose(0, 3, 1, 2), atol=1e-12)


def test_gradients_by_example_are_those_by_shape():
    x, w = draw.normal(size=(1, 4, 5, 2)), draw.normal(size=(3, 2, 2, 3))
    dy = draw.normal(size=(1, 2, 3, 3))
    conv = {"strides": [1, 2, 2, 1], "padding": "SAME"}
    np.testing.assert_array_equal(
        run_op("Conv2DBackpropInputV2", x, w, dy, **conv),
        run_op("Conv2DBackpropInput", np.array(x.shape, np.int32), w, dy, **conv),
    )
    np.testing.assert_array_equal(
        run_op("Conv2DBackpropFilterV2", x, w, dy, **conv),
        run_op("Conv2DBackpropFilter", x, np.array(w.shape, np.int32), dy, **conv),
    )


@pytest.mark.parametrize(
    ("x", "w", "attrs", "message"),
    [
        ((2, 5, 6, 4), (3, 3, 2, 6), {}, "Input depth divided by filter input depth does not"),
        ((2, 5, 6, 4), (3, 3, 2, 6), {"groups": 3}, "Number of groups should divide input depth"),
        ((2, 5, 6, 4), (3, 3, 3, 6), {}, r"Depth of input \(4\) is not a multiple of input depth"),
        ((2, 5, 6, 4), (3, 3, 3, 4, 6), {}, "Input tensor rank must be the same as filter rank."),
        ((2, 5, 6), (3, 4, 6), {}, "Input tensor must be rank 4 or 5, excluding extra batch"),
        ((2, 5, 6, 4), (3, 3, 4, 6), {"strides": [1, 1]}, "Stride attribute should contain 4"),
        ((2, 5, 6, 4), (3, 3, 4, 6), {"batch_dims": -1}, "Batch dims must be non-negative."),
        ((2, 5, 6, 4), (3, 3, 4, 6), {"dilations": [2, 2]}, "Conv requires the dilation attribute"),
    ],
)
def test_convolution_refuses_as_tensorflow(x, w, attrs, message):
    attrs = {"strides": [1] * 4, "padding": "SAME", **attrs}
    with new_graph(), pytest.raises(ValueError, match=f"^{message}"):
        add_op("Conv", tf.zeros(x), tf.zeros(w), **attrs)


# ---------------------------------------------------------------------- proposals of boxes


def proposals(**changes):
    """Three anchors at one place of an image of 8 by 8."""
    anchors = np.array([[0, 0, 4, 4], [0, 1, 4, 5], [4, 4, 8, 8]], np.float32)
    given = {
        "scores": np.array([[[[0.5, 0.9, 0.7]]]], np.float32),
        "deltas": np.zeros((1, 1, 1, 12), np.float32),
        "info": np.array([[8, 8, 1, 0, 0]], np.float32),
        "anchors": anchors.reshape(1, 1, 12),
        "threshold": np.float32(0.5),
        "most": np.int32(10),
        "least": np.float32(1),
    } | changes
    return run_op("GenerateBoundingBoxProposals", *given.values(), post_nms_topn=3)


def test_proposals_suppress_what_overlaps():
    boxes, scores = proposals()
    np.testing.assert_array_equal(boxes[0], [[0, 1, 4, 5], [4, 4, 8, 8], [0, 0, 0, 0]])
    np.testing.assert_array_equal(scores, np.float32([[0.9, 0.7, 0]]))
    _, scores = proposals(threshold=np.float32(0.7))  # the first two share 12 of 20
    np.testing.assert_array_equal(scores, np.float32([[0.9, 0.7, 0.5]]))
    _, scores = proposals(most=np.int32(1))
    np.testing.assert_array_equal(scores, np.float32([[0.9, 0, 0]]))


def test_proposals_are_shifted_stretched_clipped_and_not_too_small():
    deltas = np.zeros((3, 4), np.float32)
    deltas[1] = [0.25, 0, np.log(0.5), np.log(2)]  # centre 2 + 1, 3; sides 2, 8
    deltas[2] = [0, 0, 100, np.log(0.2)]  # a side of at most 1000 / 16 times 4, one of 0.8
    boxes, scores = proposals(deltas=deltas.reshape(1, 1, 1, 12))
    np.testing.assert_allclose(boxes[0], [[2, 0, 4, 7], [0, 0, 4, 4], [0, 0, 0, 0]], atol=1e-6)
    np.testing.assert_array_equal(scores, np.float32([[0.9, 0.5, 0]]))
    boxes, _ = proposals(deltas=deltas.reshape(1, 1, 1, 12), least=np.float32(0.5))
    np.testing.assert_allclose(boxes[0, 1], [0, 5.6, 8, 6.4], rtol=1e-6)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"threshold": np.float32(1.5)}, "nms_threshold should be between 0 and 1. Got 1.5"),
        ({"most": np.int32(0)}, "pre_nms_topn should be greater than 0"),
    ],
)
def test_proposals_refuse_as_tensorflow(changes, message):
    with pytest.raises(tf.errors.InvalidArgumentError, match=f"^{message}"):
        proposals(**changes)


# ---------------------------------------------------------------------- without derivatives


def test_a_temporary_variable_begins_as_zeros_and_is_not_kept():
    with new_graph(), tf.Session() as session:
        v = tf.raw_ops.TemporaryVariable(shape=[2], dtype=tf.float32, var_name="sum")
        added = tf.assign_add(v, [1.0, 2.0])
        y = tf.raw_ops.DestroyTemporaryVariable(ref=added, var_name="sum")
        for _ in range(2):
            np.testing.assert_array_equal(session.run(y), [1, 2])
        assert not session._store


def test_a_temporary_variable_lives_across_the_programs_of_a_run():
    with new_graph(), tf.Session() as session:
        v = tf.raw_ops.TemporaryVariable(shape=[], dtype=tf.float32, var_name="")
        first = tf.assign(v, 3.0)
        on_host = tf.py_func(lambda x: x + 1, [first], tf.float32)
        on_host.set_shape([])
        y = tf.raw_ops.DestroyTemporaryVariable(ref=tf.assign_add(v, on_host), var_name=v.op.name)
        assert [float(session.run(y)) for _ in range(2)] == [7, 7]


def test_abort_ends_the_run_and_not_the_process():
    with new_graph(), tf.Session() as session:
        op = tf.raw_ops.Abort(error_msg="enough")
        with pytest.raises(tf.errors.AbortedError, match=r"^Abort_op intentional failure; enough"):
            session.run(op)
        with pytest.raises(SystemExit) as info:
            session.run(tf.raw_ops.Abort(exit_without_error=True))
        assert info.value.code == 0
        assert session.run(tf.constant(1)) == 1


def test_a_constant_is_the_start_of_a_file(tmp_path):
    path = tmp_path / "numbers.bin"
    np.array([1.5, 2.5, 3.5], np.float32).tofile(path)
    with new_graph(), tf.Session() as session:

        def constant(shape, dtype=tf.float32, name=str(path)):
            y = tf.raw_ops.ImmutableConst(dtype=dtype, shape=shape, memory_region_name=name)
            return session.run(y * 1)

        np.testing.assert_array_equal(constant([1, 2]), [[1.5, 2.5]])
        np.testing.assert_array_equal(constant([], tf.float64), np.fromfile(path, "f8", 1)[0])
        with pytest.raises(
            tf.errors.InternalError, match=r"wrong length \(12\) when allocating 16"
        ):
            constant([4])
        with pytest.raises(tf.errors.NotFoundError, match=r"^no/such/file; No such file"):
            constant([1], name="no/such/file")
