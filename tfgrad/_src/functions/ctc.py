"""Connectionist temporal classification: learning and reading labels without their places in time.

The op types are in ``ops/ctc.py``, the derivative in ``gradients/ctc.py``.
"""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.comparison import equal, logical_and, not_equal
from tfgrad._src.functions.fill import ones_like, sequence_mask, zeros_like
from tfgrad._src.functions.fill import range as range_
from tfgrad._src.functions.gather import scatter_nd
from tfgrad._src.functions.index import boolean_mask, one_hot
from tfgrad._src.functions.join import concat, stack
from tfgrad._src.functions.reduce import argmax, cumsum, reduce_max, reduce_sum
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.select import where
from tfgrad._src.functions.shape import either, expand_dims, reshape, shape, transpose
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.sparse_tensor import SparseTensor

_SHORT = (dt.float16, dt.bfloat16)


def _length(x: Tensor, axis: int):
    """A length as a number if it is known, else as a tensor."""
    return (x.dims[axis] if x.dims is not None else None) or shape(x)[axis]


# ---------------------------------------------------------------------- losses


def ctc_loss(
    labels, inputs=None, sequence_length=None, preprocess_collapse_repeated: bool = False,
    ctc_merge_repeated: bool = True, ignore_longer_outputs_than_inputs: bool = False,
    time_major: bool = True, logits=None,
) -> Tensor:  # fmt: skip
    """Minus the log probability of unaligned labels.

    ``loss[b] = -log(sum over paths p of prod over t of softmax(inputs[t, b])[p[t]])``, over the
    paths that give the labels of example ``b`` when equal neighbours are made one and then blanks,
    the last class, are left out.

    Args:
      labels: a `tf.SparseTensor` of ``int32`` of shape ``[batch, most]``; row ``b`` holds the
        labels of example ``b``, in ``[0, classes - 1)``, at least one.
      inputs: unscaled log probabilities of shape ``[time, batch, classes]``.
      sequence_length: how many steps of time each example has, ``int32`` of shape ``[batch]``.
      preprocess_collapse_repeated: make equal neighbours among the labels one.
      ctc_merge_repeated: False: a label lasts one step, and a path's equal neighbours stay two.
      ignore_longer_outputs_than_inputs: give the loss 0 to examples with more labels than steps.
      time_major: False: ``inputs`` have the shape ``[batch, time, classes]``.
      logits: another name of ``inputs``.

    Returns:
      The losses, of shape ``[batch]``; infinite where no path gives the labels.

    Raises:
      TypeError: ``labels`` are not sparse.
      InvalidArgumentError: an example has no label, or more than steps of time; labels are out of
        range or order.

    Gradient:
      With respect to ``inputs``; its own derivative raises ``LookupError``, as in TensorFlow.

    Example:
      >>> labels = tf.SparseTensor([[0, 0]], [1], [1, 1])
      >>> loss = tf.nn.ctc_loss(labels, tf.zeros([2, 1, 3]), [2])  # 11, 1-, -1 of 9 paths
      >>> tf.Session().run(loss)  # log(3)
      array([1.0986123], dtype=float32)

    Source: A. Graves et al., "Connectionist Temporal Classification", ICML 2006.
    """
    if not isinstance(labels, SparseTensor):
        raise TypeError(
            f"Expected argument `labels` to be a SparseTensor. Received labels={labels} of type: "
            f"{type(labels).__name__}"
        )
    inputs = convert_to_tensor(either("logits", logits, "inputs", inputs), name="logits")
    if not time_major:
        inputs = transpose(inputs, [1, 0, 2])
    dtype = inputs.dtype
    if dtype in _SHORT:
        inputs = cast(inputs, dt.float32)
    loss, _ = add_op(
        "CTCLoss", inputs, labels.indices, labels.values, sequence_length,
        preprocess_collapse_repeated=preprocess_collapse_repeated,
        ctc_merge_repeated=ctc_merge_repeated,
        ignore_longer_outputs_than_inputs=ignore_longer_outputs_than_inputs,
    )  # fmt: skip
    return cast(loss, dtype) if dtype in _SHORT else loss


def ctc_loss_v2(
    labels, logits, label_length, logit_length, logits_time_major: bool = True, unique=None,
    blank_index=None, name: str | None = None,
) -> Tensor:  # fmt: skip
    """Minus the log probability of unaligned labels, which may be dense.

    See `tf.nn.ctc_loss` for the formula.

    Args:
      labels: ``int32`` of shape ``[batch, most]``, or a `tf.SparseTensor`.
      logits: unscaled log probabilities of shape ``[time, batch, classes]``.
      label_length: how many labels each example has, of shape ``[batch]``; may be 0; not used for
        sparse labels.
      logit_length: how many steps of time each example has, of shape ``[batch]``.
      logits_time_major: False: ``logits`` have the shape ``[batch, time, classes]``.
      unique: not needed; TensorFlow computes faster with what `tf.nn.ctc_unique_labels` gives.
      blank_index: the class that stands for no label, from the end if negative; default 0, and
        needed for sparse labels.
      name: the scope of the nodes; default ``"ctc_loss_dense"``.

    Returns:
      The losses, of shape ``[batch]``; of dense labels that no path gives it is infinite.

    Raises:
      ValueError: ``blank_index`` is missing with sparse labels.

    Of dense labels the node is ``CTCLossV2``; TensorFlow has a loop there.
    """
    if isinstance(labels, SparseTensor):
        return _sparse_loss(labels, logits, logit_length, logits_time_major, blank_index)
    blank = blank_index or 0
    with name_scope(name, "ctc_loss_dense", [logits, labels, label_length, logit_length]):
        logits = convert_to_tensor(logits, name="logits")
        labels = convert_to_tensor(labels, name="labels")
        label_length = convert_to_tensor(label_length, name="label_length")
        logit_length = convert_to_tensor(logit_length, name="logit_length")
        dtype = logits.dtype
        if dtype is not dt.float32:
            logits = cast(logits, dt.float32)
        if not logits_time_major:
            logits = transpose(logits, [1, 0, 2])
        if blank < 0:
            blank += _length(logits, 2)
        if blank_index:
            parts = [
                logits[:, :, blank : blank + 1],
                logits[:, :, :blank],
                logits[:, :, blank + 1 :],
            ]
            logits = concat(parts, axis=2)
            labels = where(labels < blank, labels + 1, labels)
        # Class 0 is the blank: labels behind the last one become blanks, which end a row.
        batch, most = _length(labels, 0), _length(labels, 1)
        mask = sequence_mask(label_length, maxlen=most)
        labels = where(mask, cast(labels, dt.int32), zeros_like(labels, dtype=dt.int32))
        places = cast(range_(batch * most), dt.int64)
        width = cast(most, dt.int64)
        indices = stack([places // width, places % width], axis=1)
        loss, _ = add_op(
            "CTCLossV2", logits, indices, reshape(labels, [-1]), cast(logit_length, dt.int32)
        )
        return loss if dtype is dt.float32 else cast(loss, dtype)


def _sparse_loss(labels, logits, logit_length, time_major: bool, blank) -> Tensor:
    if blank is None:
        raise ValueError("Argument `blank_index` must be provided when labels is a SparseTensor.")
    logits = convert_to_tensor(logits)
    classes = _length(logits, 2)
    if blank < 0:
        blank += classes
    if isinstance(classes, Tensor) or isinstance(blank, Tensor) or blank != classes - 1:
        parts = [logits[:, :, :blank], logits[:, :, blank + 1 :], logits[:, :, blank : blank + 1]]
        logits = concat(parts, axis=2)
        values = where(labels.values < blank, labels.values, labels.values - 1)
        labels = SparseTensor(labels.indices, values, labels.dense_shape)
    return ctc_loss(labels, logits, logit_length, time_major=time_major)


# ---------------------------------------------------------------------- decoders


def ctc_greedy_decoder(
    inputs, sequence_length, merge_repeated: bool = True, blank_index=None
) -> tuple:
    """The labels of the most probable class of each moment.

    Args:
      inputs: unscaled log probabilities of shape ``[time, batch, classes]``.
      sequence_length: how many steps of time each example has, of shape ``[batch]``.
      merge_repeated: make equal neighbours one before blanks are left out.
      blank_index: the class that stands for no label; default the last.

    Returns:
      ``([decoded], scores)``: a `tf.SparseTensor` of ``int64`` labels of shape ``[batch, most]``,
      and of shape ``[batch, 1]`` minus the sums of the largest ``inputs``.

    Raises:
      FailedPreconditionError: a length exceeds ``time``.

    Example:
      >>> inputs = tf.constant([[[1.0, 0.0, 0.0]], [[1.0, 0.0, 0.0]], [[0.0, 2.0, 0.0]]])
      >>> (decoded,), scores = tf.nn.ctc_greedy_decoder(inputs, [3])
      >>> tf.Session().run([decoded.values, scores])
      [array([0, 1]), array([[-4.]], dtype=float32)]
    """
    indices, values, dims, scores = add_op(
        "CTCGreedyDecoder", inputs, sequence_length, merge_repeated=merge_repeated,
        blank_index=blank_index,
    )  # fmt: skip
    return [SparseTensor(indices, values, dims)], scores


def ctc_beam_search_decoder(
    inputs, sequence_length, beam_width: int = 100, top_paths: int = 1, merge_repeated: bool = True
) -> tuple:
    """The most probable sequences of labels, by a search that keeps the best beginnings.

    Args:
      inputs: unscaled log probabilities of shape ``[time, batch, classes]``; the last class is the
        blank.
      sequence_length: how many steps of time each example has, of shape ``[batch]``.
      beam_width: how many beginnings are kept.
      top_paths: how many sequences are given.
      merge_repeated: make equal neighbours in the result one, which changes what it says.

    Returns:
      ``(decoded, scores)``: ``top_paths`` `tf.SparseTensor` of ``int64`` labels of shape ``[batch,
      most]``, best first, and the log probabilities, of shape ``[batch, top_paths]``.

    Raises:
      InvalidArgumentError: more paths are asked for than are kept or found.
      FailedPreconditionError: a length exceeds ``time``.

    Example:
      >>> inputs = tf.math.log([[[0.4, 0.6]], [[0.4, 0.6]]])  # no label: 0.36, one: 0.64
      >>> (decoded,), scores = tf.nn.ctc_beam_search_decoder(inputs, [2])
      >>> tf.Session().run([decoded.values, tf.exp(scores)])
      [array([0]), array([[0.64]], dtype=float32)]
    """
    indices, values, dims, scores = add_op(
        "CTCBeamSearchDecoder", inputs, sequence_length, beam_width=beam_width,
        top_paths=top_paths, merge_repeated=merge_repeated,
    )  # fmt: skip
    parts = zip(indices, values, dims, strict=True)
    return [SparseTensor(i, v, d) for i, v, d in parts], scores


def ctc_beam_search_decoder_v2(
    inputs, sequence_length, beam_width: int = 100, top_paths: int = 1
) -> tuple:
    """See `tf.nn.ctc_beam_search_decoder`, with ``merge_repeated=False``."""
    return ctc_beam_search_decoder(inputs, sequence_length, beam_width, top_paths, False)


# ---------------------------------------------------------------------- labels


def collapse_repeated(labels, seq_length, name: str | None = None) -> tuple[Tensor, Tensor]:
    """Makes equal neighbours in each row one.

    Args:
      labels: of shape ``[batch, most]``.
      seq_length: how many labels of each row count, of shape ``[batch]``.
      name: the scope of the nodes; default ``"collapse_repeated_labels"``.

    Returns:
      The labels that are left, filled up with 0, of shape ``[batch, new_most]``, and their numbers.

    Example:
      >>> labels, lengths = tf.nn.collapse_repeated([[3, 3, 4], [5, 6, 6]], [3, 2])
      >>> tf.Session().run([labels, lengths])
      [array([[3, 4],
             [5, 6]], dtype=int32), array([2, 2], dtype=int32)]
    """
    with name_scope(name, "collapse_repeated_labels", [labels, seq_length]):
        labels = convert_to_tensor(labels, name="labels")
        seq_length = convert_to_tensor(seq_length, name="seq_length")
        starts = [ones_like(labels[:, :1], dt.bool_), not_equal(labels[:, 1:], labels[:, :-1])]
        kept = concat(starts, axis=1)
        kept = logical_and(kept, sequence_mask(seq_length, maxlen=_length(labels, 1)))
        lengths = reduce_sum(cast(kept, dt.int32), axis=1)
        most = reduce_max(lengths)
        places = sequence_mask(lengths, maxlen=most)
        flat_labels, flat_kept = reshape(labels, [-1]), reshape(kept, [-1])
        flat_places = reshape(places, [-1])
        numbers = range_(_length(flat_places, 0))
        flat = scatter_nd(
            expand_dims(boolean_mask(numbers, flat_places), axis=1),
            boolean_mask(flat_labels, flat_kept),
            shape(flat_places),
        )
        batch = _length(labels, 0)
        return reshape(flat, [batch, most]), cast(lengths, seq_length.dtype)


def ctc_unique_labels(labels, name: str | None = None) -> tuple[Tensor, Tensor]:
    """The different labels of each row, and which of them each label is.

    Args:
      labels: whole numbers of shape ``[batch, most]``.
      name: the scope of the nodes; default ``"ctc_unique_labels"``.

    Returns:
      ``(unique, places)`` with ``labels[b, i] = unique[b, places[b, i]]``; ``unique`` are ``int64``
      in the order in which they first occur, filled up with 0.  The nodes are not TensorFlow's.

    Example:
      >>> unique, places = tf.nn.ctc_unique_labels([[3, 4, 4, 3]])
      >>> tf.Session().run([unique, places])
      [array([[3, 4, 0, 0]]), array([[0, 1, 1, 0]], dtype=int32)]
    """
    with name_scope(name, "ctc_unique_labels", [labels]):
        labels = convert_to_tensor(labels, name="labels")
        most = _length(labels, 1)
        same = cast(equal(expand_dims(labels, 2), expand_dims(labels, 1)), dt.int32)
        first = argmax(same, axis=2, output_type=dt.int32)
        is_first = equal(first, range_(most))
        rank = cumsum(cast(is_first, dt.int32), axis=1) - 1
        # The rank of the first label that is equal.
        places = reduce_sum(one_hot(first, most, dtype=dt.int32) * expand_dims(rank, 1), axis=2)
        at_rank = logical_and(equal(expand_dims(range_(most), 1), expand_dims(rank, 1)),
                              expand_dims(is_first, 1))  # fmt: skip
        unique = reduce_sum(
            cast(at_rank, dt.int64) * expand_dims(cast(labels, dt.int64), 1), axis=2
        )
        return unique, places
