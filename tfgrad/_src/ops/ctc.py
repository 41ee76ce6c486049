"""Connectionist temporal classification: the loss of unaligned labels, and two decoders.

The ops run on the host, between compiled programs: the number of labels differs from batch to
batch, and a program that took them would be compiled each time.  The loss itself is a compiled
program for labels of up to a power of two.

In ``CTCLoss`` and the decoders the blank is the last class; in ``CTCLossV2``, for which TensorFlow
has no CPU kernel, it is class 0, and examples may have no label.

The derivative is in ``gradients/ctc.py``, the public functions in ``functions/ctc.py``.

Source: A. Graves et al., "Connectionist Temporal Classification", ICML 2006.
"""

import functools

import jax
import numpy as np
from jax import lax
from jax import numpy as jnp

from tfgrad._src.graph import errors
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, merge_dim, with_rank
from tfgrad._src.ops.broadcasting import invalid, types

_T = types("float double")
_FLOAT = types("float")[0]

# ---------------------------------------------------------------------- the loss


@functools.partial(jax.jit, static_argnames=("blank", "merge_repeated"))
def _losses(logits, labels, counts, lengths, blank: int, merge_repeated: bool):
    """Loss and gradient of each example.

    The states of an example are its labels with a blank before, between and after them.

    Args:
      logits: of shape ``[time, batch, classes]``.
      labels: of shape ``[batch, most]``, of which ``counts`` are meant.
      counts: of shape ``[batch]``.
      lengths: how many steps of time each example has.
      blank: the class that stands for no label.
      merge_repeated: whether a label may last, so that equal neighbours need a blank between.
    """
    time, batch, _ = logits.shape
    states = 2 * labels.shape[1] + 1
    dtype = logits.dtype
    never = jnp.asarray(-jnp.inf, dtype)
    log_y = jax.nn.log_softmax(logits)
    kinds = jnp.full((batch, states), blank, np.int32).at[:, 1::2].set(labels)
    is_label = jnp.arange(states) % 2 == 1
    before = jnp.pad(kinds, ((0, 0), (2, 0)), constant_values=blank)[:, :states]
    may_skip = is_label & (jnp.arange(states) > 1) & ~((kinds == before) & merge_repeated)
    may_stay = jnp.broadcast_to(~is_label | merge_repeated, (batch, states))
    exists = jnp.arange(states) < 2 * counts[:, None] + 1
    emitted = jnp.take_along_axis(log_y, jnp.broadcast_to(kinds, (time, batch, states)), axis=2)

    def where(mask, x):
        return jnp.where(mask, x, never)

    def moved(x, n: int):  # towards later states, or earlier ones
        wide = jnp.pad(x, ((0, 0), (2, 2)), constant_values=never)
        return lax.slice_in_dim(wide, 2 - n, 2 - n + states, axis=1)

    def sum3(a, b, c):
        return jnp.logaddexp(jnp.logaddexp(a, b), c)

    def forward(alpha, step):
        t, y = step
        new = y + sum3(where(may_stay, alpha), moved(alpha, 1), where(may_skip, moved(alpha, 2)))
        new = where(exists, new)
        alpha = jnp.where((t < lengths)[:, None], new, alpha)
        return alpha, alpha

    first = where(exists & (jnp.arange(states) < 2), emitted[0])
    times = jnp.arange(time)
    last, rest = lax.scan(forward, first, (times[1:], emitted[1:]))
    alphas = jnp.concatenate([first[None], rest])
    ends = exists & (jnp.arange(states) >= 2 * counts[:, None] - 1)
    at_end = where(ends, jnp.zeros((batch, states), dtype))
    total = jax.nn.logsumexp(last + at_end, axis=1)

    def backward(beta, step):
        t, y = step  # of the next moment
        onward = beta + y
        skip = where(may_skip, onward)
        new = sum3(where(may_stay, onward), moved(onward, -1), moved(skip, -2))
        beta = jnp.where((t < lengths)[:, None], where(exists, new), at_end)
        return beta, beta

    _, rest = lax.scan(backward, at_end, (times[1:], emitted[1:]), reverse=True)
    betas = jnp.concatenate([rest, at_end[None]])
    shares = jnp.exp(alphas + betas - jnp.where(jnp.isfinite(total), total, 0)[:, None])
    rows = jnp.arange(batch)[:, None]
    per_class = jnp.zeros_like(logits).at[:, rows, kinds].add(shares)
    grad = jnp.exp(log_y) - jnp.where(jnp.isfinite(total)[:, None], per_class, 0)
    grad = jnp.where((times[:, None] < lengths)[:, :, None], grad, 0)
    return -total, grad


def _rows(node, indices, values, batch: int) -> list[list[int]]:
    """The labels of each example."""
    rows: list[list[int]] = [[] for _ in range(batch)]
    width = int(indices[:, 1].max()) + 1 if len(indices) else 0
    previous = (-1, -1)
    for i, (b, j) in enumerate(indices.tolist()):
        where = f"label SparseTensor is not valid: indices[{i}] = [{b},{j}] is"
        if not (0 <= b < batch and j >= 0):
            raise invalid(node, f"{where} out of bounds: need 0 <= index < [{batch},{width}]")
        if (b, j) < previous:
            raise invalid(node, f"{where} out of order. Many sparse ops require sorted indices.")
        if (b, j) == previous:
            raise invalid(node, f"{where} repeated")
        previous = (b, j)
        rows[b].append(int(values[i]))
    return rows


def _checked(node, row: list[int], b: int, classes: int, length: int) -> list[int] | None:
    """The labels before the first blank; None for an example that is passed over."""
    a, is_v2 = node.attrs, node.type == "CTCLossV2"
    if not row and not is_v2:
        raise invalid(node, f"Labels length is zero in batch {b}")
    labels = ",".join(map(str, row))
    if any(label < 0 for label in row):
        raise invalid(node, f"All labels must be nonnegative integers, batch: {b} labels: {labels}")
    kept: list[int] = []
    ended = False
    for label in row:
        if label == 0 if is_v2 else label >= classes - 1:
            ended = True
        elif ended:
            seen = ",".join(map(str, kept))
            raise invalid(
                node,
                "Saw a non-null label (index >= num_classes - 1) following a null label, "
                f"batch: {b} num_classes: {classes} labels: {labels} labels seen so far: {seen}",
            )
        elif not (a["preprocess_collapse_repeated"] and kept and kept[-1] == label):
            kept.append(label)
    if len(kept) > length and not is_v2:
        if a["ignore_longer_outputs_than_inputs"]:
            return None
        raise invalid(
            node,
            f"Not enough time for target transition sequence (required: {len(kept)}, available: "
            f"{length}){b}You can turn this error into a warning by using the flag "
            "ignore_longer_outputs_than_inputs",
        )
    return kept


def _loss(node, logits, indices, values, lengths):
    time, batch, classes = logits.shape
    for b, n in enumerate(lengths.tolist()):
        if not 0 <= n <= time:
            raise invalid(node, f"sequence_length({b}) <= {time}")
    rows = [
        _checked(node, row, b, classes, int(lengths[b]))
        for b, row in enumerate(_rows(node, indices, values, batch))
    ]
    most = max((len(row) for row in rows if row is not None), default=0)
    width = 1 << (most - 1).bit_length() if most else 1  # so that few programs are compiled
    labels = np.zeros((batch, width), np.int32)
    counts = np.zeros(batch, np.int32)
    for b, row in enumerate(rows):
        labels[b, : len(row or ())] = row or ()
        counts[b] = len(row or ())
    if 0 in logits.shape:
        return np.zeros(batch, logits.dtype), np.zeros_like(logits)
    with jax.enable_x64(True):
        loss, grad = _losses(
            logits, labels, counts, lengths.astype(np.int32),
            blank=0 if node.type == "CTCLossV2" else classes - 1,
            merge_repeated=node.attrs["ctc_merge_repeated"],
        )  # fmt: skip
    kept = np.array([row is not None for row in rows]) & (lengths > 0)
    # Without any step of time the empty sequence is certain.
    loss = np.where(kept, loss, 0).astype(logits.dtype)
    return loss, np.where(kept[:, None], grad, 0).astype(logits.dtype)


def _batch(inputs: Shape, lengths: Shape):
    inputs, lengths = with_rank(inputs, 3), with_rank(lengths, 1)
    return inputs, merge_dim(inputs[1], lengths[0])


def _loss_shape(node, inputs: Shape, indices: Shape, values: Shape, lengths: Shape) -> list:
    with_rank(inputs, 3)
    merge_dim(with_rank(indices, 2)[0], with_rank(values, 1)[0])
    inputs, batch = _batch(inputs, lengths)
    return [(batch,), (inputs[0], batch, inputs[2])]


_LABELS = "labels_indices: int64, labels_values: int32, sequence_length: int32"
_OPTIONS = (
    "preprocess_collapse_repeated: bool = False, ctc_merge_repeated: bool = True,"
    " ignore_longer_outputs_than_inputs: bool = False"
)

defop(
    f"CTCLoss(inputs: T, {_LABELS}; {_OPTIONS}) -> loss: T, gradient: T",
    T=_T,
    default_types={"T": _FLOAT},
    shape=_loss_shape,
    step=_loss,
)(None)  # type: ignore[arg-type]

defop(
    f"CTCLossV2(inputs: float32, {_LABELS}; {_OPTIONS}) -> loss: float32, gradient: float32",
    shape=_loss_shape,
    step=_loss,
)(None)  # type: ignore[arg-type]

# ---------------------------------------------------------------------- decoders


def _check_lengths(node, inputs, lengths) -> None:
    for b, n in enumerate(lengths.tolist()):
        if not n <= inputs.shape[0]:
            raise errors.FailedPreconditionError(
                None, node,
                f"sequence_length({b}) <= {inputs.shape[0]}\n\t [[{{{{node {node.name}}}}}]]",
            )  # fmt: skip


def _sparse(rows: list[list[int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Indices, values and shape of lists of unequal lengths."""
    indices = [(b, i) for b, row in enumerate(rows) for i in range(len(row))]
    values = [v for row in rows for v in row]
    shape = (len(rows), max(map(len, rows), default=0))
    return (
        np.array(indices, np.int64).reshape(-1, 2),
        np.array(values, np.int64),
        np.array(shape, np.int64),
    )


def _greedy(node, inputs, lengths):
    """The best class of each moment, without blanks."""
    _check_lengths(node, inputs, lengths)
    blank = node.attrs["blank_index"] % inputs.shape[2] if inputs.shape[2] else 0
    best = inputs.argmax(2) if inputs.size else np.zeros(inputs.shape[:2], int)
    score = -inputs.max(2, initial=-np.inf)
    rows = []
    for b, n in enumerate(lengths.tolist()):
        row, previous = [], -1
        for label in best[: max(n, 0), b].tolist():
            if label != blank and not (node.attrs["merge_repeated"] and label == previous):
                row.append(label)
            previous = label
        rows.append(row)
    used = np.arange(inputs.shape[0])[:, None] < lengths
    total = np.where(used, score, 0).sum(0).astype(inputs.dtype)
    return [*_sparse(rows), total[:, None]]


_NEVER = -np.inf


class _Beam:
    """A sequence of labels: the probability that it ended with a blank, with a label, or either."""

    __slots__ = ("blank", "children", "label", "old", "parent", "sum", "symbol")

    def __init__(self, parent: "_Beam | None", symbol: int):
        self.parent, self.symbol = parent, symbol
        self.children: dict[int, _Beam] = {}
        self.sum = self.blank = self.label = _NEVER
        self.old = (_NEVER, _NEVER, _NEVER)

    def forget(self) -> None:
        self.sum = self.blank = self.label = _NEVER

    def sequence(self, merge_repeated: bool) -> list[int]:
        found, beam, previous = [], self, -1
        while beam.parent is not None:
            if not (merge_repeated and beam.symbol == previous):
                found.append(beam.symbol)
            previous, beam = beam.symbol, beam.parent
        return found[::-1]


def _search(log_y: np.ndarray, width: int) -> list[_Beam]:
    """The most probable sequences, best first; ``log_y`` has the shape ``[time, classes]``."""
    root = _Beam(None, -1)
    root.sum = root.blank = 0.0
    beams = [root]
    blank = log_y.shape[1] - 1
    for y in log_y.tolist():
        beams.sort(key=lambda b: -b.sum)
        branches = beams
        for b in branches:
            b.old = (b.sum, b.blank, b.label)
        for b in branches:
            if b.parent is not None:
                if b.parent.sum != _NEVER:
                    same = b.symbol == b.parent.symbol
                    b.label = np.logaddexp(b.label, b.parent.old[1 if same else 0])
                b.label += y[b.symbol]
            b.blank = b.old[0] + y[blank]
            b.sum = np.logaddexp(b.blank, b.label)
        beams = list(branches)
        least = min(beams, key=lambda b: b.sum)
        for b in branches:
            if not (b.old[0] > _NEVER and (len(beams) < width or b.old[0] > least.sum)):
                continue
            for symbol in range(blank):
                child = b.children.get(symbol)
                if child is None:
                    child = b.children[symbol] = _Beam(b, symbol)
                if child.sum != _NEVER:  # is in the beam
                    continue
                total = y[symbol] + b.old[1 if symbol == b.symbol else 0]
                if not (total > _NEVER and (len(beams) < width or total > least.sum)):
                    child.old = (_NEVER, _NEVER, _NEVER)
                    continue
                if len(beams) == width:
                    beams.remove(least)
                    least.forget()
                child.blank, child.label, child.sum = _NEVER, total, total
                beams.append(child)
                least = min(beams, key=lambda b: b.sum)
    return sorted(beams, key=lambda b: -b.sum)


def _beam_search(node, inputs, lengths):
    _check_lengths(node, inputs, lengths)
    a = node.attrs
    paths = a["top_paths"]
    if paths > a["beam_width"]:
        raise invalid(node, "requested more paths than the beam width.")
    wide = inputs.astype(np.float64)
    top = wide.max(2, keepdims=True, initial=-np.inf)
    log_y = wide - (np.log(np.exp(wide - top).sum(2, keepdims=True)) + top)
    rows: list[list[list[int]]] = [[] for _ in range(paths)]
    scores = np.zeros((inputs.shape[1], paths), inputs.dtype)
    for b, n in enumerate(lengths.tolist()):
        found = _search(log_y[: max(n, 0), b], a["beam_width"])
        if len(found) < paths:
            raise invalid(node, "Less leaves in the beam search than requested.")
        for j, beam in enumerate(found[:paths]):
            rows[j].append(beam.sequence(a["merge_repeated"]))
            scores[b, j] = beam.sum
    parts = [_sparse(r) for r in rows]
    return [*(p[0] for p in parts), *(p[1] for p in parts), *(p[2] for p in parts), scores]


def _greedy_shape(node, inputs: Shape, lengths: Shape) -> list:
    _, batch = _batch(inputs, lengths)
    return [(None, 2), (None,), (2,), (batch, 1)]


def _beam_shape(node, inputs: Shape, lengths: Shape) -> list:
    _, batch = _batch(inputs, lengths)
    n = node.attrs["top_paths"]
    return [*[(None, 2)] * n, *[(None,)] * n, *[(2,)] * n, (batch, n)]


defop(
    "CTCGreedyDecoder(inputs: T, sequence_length: int32; merge_repeated: bool = False,"
    " blank_index: int = -1) -> decoded_indices: int64, decoded_values: int64,"
    " decoded_shape: int64, log_probability: T",
    T=_T,
    default_types={"T": _FLOAT},
    shape=_greedy_shape,
    step=_greedy,
)(None)  # type: ignore[arg-type]

defop(
    "CTCBeamSearchDecoder(inputs: T, sequence_length: int32; beam_width: int, top_paths: int,"
    " merge_repeated: bool = True) -> decoded_indices: top_paths * int64,"
    " decoded_values: top_paths * int64, decoded_shape: top_paths * int64, log_probability: T",
    T=_T,
    default_types={"T": _FLOAT},
    shape=_beam_shape,
    step=_beam_search,
)(None)  # type: ignore[arg-type]
