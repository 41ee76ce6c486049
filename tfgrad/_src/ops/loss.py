"""Cross entropy of a softmax, each with its gradient as a second output.

Both ops compute the softmax once for the loss and for the derivative with respect to the logits,
``backprop``, by which ``gradients/loss.py`` multiplies.
"""

import numpy as np
from jax import lax

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.dtypes import FLOATING, INDEX
from tfgrad._src.graph.errors import InvalidArgumentError
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, broadcast, merge, merge_dim, with_rank
from tfgrad._src.ops.broadcasting import (
    common_shape,
    constant_like,
    invalid,
    shape_list,
    stretch,
)
from tfgrad._src.ops.checks import in_range


def _rows(v, shape: tuple):
    """One number per row, repeated along the row."""
    return lax.broadcast_in_dim(v, shape, (0,))


def _softmax_parts(logits) -> tuple:
    """``x - max x`` (float32 at least), its exponential, and the sum of that, per row."""
    if np.dtype(logits.dtype).itemsize == 2:
        logits = lax.convert_element_type(logits, np.float32)
    zero = np.zeros((), logits.dtype)
    top = lax.reduce(logits, np.asarray(-np.inf, logits.dtype), lax.max, (1,))
    shifted = lax.sub(logits, _rows(top, logits.shape))
    e = lax.exp(shifted)
    return shifted, e, lax.reduce(e, zero, lax.add, (1,))


def _as_outputs(node, *values) -> list:
    return [
        lax.convert_element_type(v, output.dtype.np)
        for v, output in zip(values, node.outputs, strict=True)
    ]


# ---------------------------------------------------------------------- against probabilities


def _softmax_xent_shape(node, logits: Shape, labels: Shape) -> list[Shape]:
    """Matrices of one shape; else two shapes that stretch to that of a matrix."""
    try:
        both = merge(with_rank(logits, 2), labels)
    except ShapeError:
        both = broadcast(logits, labels)
        if both is None:
            raise ShapeError(
                "Shape must be broadcasted with rank 2, but is rank is unknown."
            ) from None
        if len(both) != 2:
            raise ShapeError(
                f"Shape must be broadcasted with rank 2, but is rank {len(both)}"
            ) from None
    return [(both[0],), both]


@defop(
    "SoftmaxCrossEntropyWithLogits(features: T, labels: T) -> loss: T, backprop: T",
    T=FLOATING,
    shape=_softmax_xent_shape,
)
def softmax_cross_entropy(node, logits, labels):
    """``sum_j p[j] (log sum_k exp x[k] - x[j])`` and ``softmax(x) - p``, per row."""
    if logits.shape != labels.shape:
        try:
            shape = common_shape(None, logits.shape, labels.shape)
        except InvalidArgumentError:
            raise invalid(
                node,
                f"logits and labels must be broadcastable: "
                f"logits_size={shape_list(logits.shape)} labels_size={shape_list(labels.shape)}",
            ) from None
        logits, labels = stretch(logits, shape), stretch(labels, shape)
    if len(logits.shape) != 2:
        raise invalid(
            node,
            "logits and labels must be either 2-dimensional, or broadcasted to be 2-dimensional",
        )
    shifted, e, total = _softmax_parts(logits)
    labels = lax.convert_element_type(labels, shifted.dtype)
    log_total = _rows(lax.log(total), e.shape)
    loss = lax.reduce(
        lax.mul(labels, lax.sub(log_total, shifted)), np.zeros((), e.dtype), lax.add, (1,)
    )
    return _as_outputs(node, loss, lax.sub(_softmax(e, total), labels))


def _softmax(e, total):
    """``e / total``, by one division per row."""
    return lax.mul(e, _rows(lax.div(constant_like(total, 1), total), e.shape))


# ---------------------------------------------------------------------- against one class


def _sparse_xent_shape(node, logits: Shape, labels: Shape) -> list[Shape]:
    logits, labels = with_rank(logits, 2), with_rank(labels, 1)
    batch = merge_dim(logits[0], labels[0])
    return [(batch,), (batch, logits[1])]


def _check_classes(node, logits, labels) -> None:
    if len(logits.shape) != 2:
        raise invalid(node, f"logits must be 2-D, but got shape {shape_list(logits.shape)}")
    if len(labels.shape) != 1:
        raise invalid(node, f"labels must be 1-D, but got shape {shape_list(labels.shape)}")
    if logits.shape[0] != labels.shape[0]:
        raise invalid(
            node,
            f"logits and labels must have the same first dimension, got logits shape "
            f"{shape_list(logits.shape)} and labels shape {shape_list(labels.shape)}",
        )
    if logits.shape[1] == 0:
        raise invalid(
            node, f"Must have at least one class, but got logits shape {shape_list(logits.shape)}"
        )
    in_range(
        node, labels, logits.shape[1],
        lambda place, value, n: (
            f"Received a label value of {value} which is outside the valid range of [0, {n})."
        ),
        listed="  Label values: ",
    )  # fmt: skip


@defop(
    "SparseSoftmaxCrossEntropyWithLogits(features: T, labels: Tlabels) -> loss: T, backprop: T",
    T=FLOATING,
    Tlabels=INDEX,
    default_types={"Tlabels": dt.int64},
    shape=_sparse_xent_shape,
)
def sparse_softmax_cross_entropy(node, logits, labels):
    """``log sum_k exp x[k] - x[label]`` and ``softmax(x) - onehot(label)``, per row.

    Where labels are not checked (``TFGRAD_CHECKS=0``), a row whose label is out of range becomes
    nan, as in TensorFlow on a GPU.
    """
    _check_classes(node, logits, labels)
    rows, classes = logits.shape
    shifted, e, total = _softmax_parts(logits)
    # A gather and a scatter: with ``label == class`` in a sum and a difference instead, a training
    # step took 1.3 times as long on two cores.
    place = lax.concatenate(
        [lax.broadcasted_iota(labels.dtype, (rows, 1), 0), lax.expand_dims(labels, [1])], 1
    )
    numbers = lax.GatherDimensionNumbers(
        offset_dims=(), collapsed_slice_dims=(0, 1), start_index_map=(0, 1)
    )
    chosen = lax.gather(shifted, place, numbers, (1, 1), mode=lax.GatherScatterMode.CLIP)
    valid = lax.bitwise_and(
        lax.ge(labels, constant_like(labels, 0)), lax.lt(labels, constant_like(labels, classes))
    )
    one = lax.select(valid, constant_like(total, 1), constant_like(total, np.nan))
    loss = lax.mul(lax.sub(lax.log(total), chosen), one)
    softmax = lax.mul(e, _rows(lax.div(one, total), e.shape))
    backprop = lax.scatter_add(
        softmax,
        place,
        lax.full((rows,), -1, e.dtype),
        lax.ScatterDimensionNumbers(
            update_window_dims=(),
            inserted_window_dims=(0, 1),
            scatter_dims_to_operand_dims=(0, 1),
        ),
        indices_are_sorted=True,
        unique_indices=True,
        mode=lax.GatherScatterMode.FILL_OR_DROP,
    )
    return _as_outputs(node, loss, backprop)
