"""Losses over some of many classes, and the samplers that choose them.

The op types are in ``ops/candidate_sampling.py``.
"""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.control import stop_gradient
from tfgrad._src.functions.cwise_unary import log
from tfgrad._src.functions.embedding import embedding_lookup
from tfgrad._src.functions.fill import ones, ones_like, zeros_like
from tfgrad._src.functions.index import slice as slice_
from tfgrad._src.functions.join import concat, stack
from tfgrad._src.functions.linalg import matmul
from tfgrad._src.functions.loss import (
    sigmoid_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits_v2,
)
from tfgrad._src.functions.partitions import PartitionedVariable
from tfgrad._src.functions.results import add_named
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import expand_dims, reshape, shape
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.seeds import get_seed

# ---------------------------------------------------------------------- samplers


def _sample(
    op_type: str, true_classes, num_true, num_sampled, unique, seed, name, **attrs
) -> tuple:
    a, b = get_seed(seed)
    return add_named(
        op_type, true_classes, num_true=num_true, num_sampled=num_sampled, unique=unique, seed=a,
        seed2=b, name=name, **attrs,
    )  # fmt: skip


def uniform_candidate_sampler(
    true_classes, num_true, num_sampled, unique, range_max, seed=None, name: str | None = None
) -> tuple:
    """Draws classes, each as likely.

    Args:
      true_classes: ``int64`` of shape ``[batch, num_true]``, each in ``[0, range_max)``.
      num_true: how many true classes an example has.
      num_sampled: how many classes are drawn.
      unique: draw no class twice.
      range_max: the number of classes.
      seed: chooses the numbers, with the graph's seed.
      name: the node's name; default ``"UniformCandidateSampler"``.

    Returns:
      ``(sampled_candidates, true_expected_count, sampled_expected_count)``: the classes, ``int64``
      of shape ``[num_sampled]``, in the order in which they were drawn; and how often each true
      class and each drawn one was to be expected, ``float32`` of shape ``[batch, num_true]`` and
      ``[num_sampled]``.

    Raises:
      InvalidArgumentError: a true class is out of range, or ``num_sampled`` exceeds ``range_max``
        though no class may occur twice.

    Example:
      >>> classes, _, counts = tf.nn.uniform_candidate_sampler([[0]], 1, 2, True, 4, seed=1)
      >>> tf.Session().run(counts)
      array([0.5, 0.5], dtype=float32)
    """
    return _sample(
        "UniformCandidateSampler", true_classes, num_true, num_sampled, unique, seed, name,
        range_max=range_max,
    )  # fmt: skip


def log_uniform_candidate_sampler(
    true_classes, num_true, num_sampled, unique, range_max, seed=None, name: str | None = None
) -> tuple:
    """Draws classes, the first ones more often.

    ``P(k) = (log(k + 2) - log(k + 1)) / log(range_max + 1)``, as with words that are numbered by
    their frequency.  For arguments, results and errors see `tf.random.uniform_candidate_sampler`.
    """
    return _sample(
        "LogUniformCandidateSampler", true_classes, num_true, num_sampled, unique, seed, name,
        range_max=range_max,
    )  # fmt: skip


def learned_unigram_candidate_sampler(
    true_classes, num_true, num_sampled, unique, range_max, seed=None, name: str | None = None
) -> tuple:
    """Draws classes as often as they were true in earlier runs of the session.

    Every class counts once before the first run.  For arguments, results and errors see
    `tf.random.uniform_candidate_sampler`.
    """
    return _sample(
        "LearnedUnigramCandidateSampler", true_classes, num_true, num_sampled, unique, seed, name,
        range_max=range_max,
    )  # fmt: skip


def fixed_unigram_candidate_sampler(
    true_classes, num_true, num_sampled, unique, range_max, vocab_file="", distortion=1.0,
    num_reserved_ids=0, num_shards=1, shard=0, unigrams=(), seed=None, name: str | None = None,
) -> tuple:  # fmt: skip
    """Draws classes as often as given weights say.

    Args:
      true_classes: ``int64`` of shape ``[batch, num_true]``, each in ``[0, range_max)``.
      num_true: how many true classes an example has.
      num_sampled: how many classes are drawn.
      unique: draw no class twice.
      range_max: the number of classes.
      vocab_file: a file with a weight behind the last comma of each line.
      distortion: the power to which weights are raised: 1 for none, 0 makes all classes as likely.
      num_reserved_ids: how many classes of weight 0 come first.
      num_shards: draw only every ``num_shards``-th class,
      shard: from this one on.
      unigrams: a list of weights, instead of a file.
      seed: chooses the numbers, with the graph's seed.
      name: the node's name; default ``"FixedUnigramCandidateSampler"``.

    Returns:
      See `tf.random.uniform_candidate_sampler`.

    Raises:
      InvalidArgumentError: there are no weights, or not ``range_max`` of them.
    """
    return _sample(
        "FixedUnigramCandidateSampler", true_classes, num_true, num_sampled, unique, seed, name,
        range_max=range_max, vocab_file=vocab_file, distortion=distortion,
        num_reserved_ids=num_reserved_ids, num_shards=num_shards, shard=shard,
        unigrams=list(unigrams),
    )  # fmt: skip


def all_candidate_sampler(
    true_classes, num_true, num_sampled, unique, seed=None, name: str | None = None
) -> tuple:
    """All classes, ``0`` to ``num_sampled - 1``, each expected once.

    For arguments and results see `tf.random.uniform_candidate_sampler`.
    """
    return _sample("AllCandidateSampler", true_classes, num_true, num_sampled, unique, seed, name)


def compute_accidental_hits(
    true_classes, sampled_candidates, num_true, seed=None, name: str | None = None
) -> tuple:
    """Where a drawn class is one of the true classes of an example.

    Args:
      true_classes: ``int64`` of shape ``[batch, num_true]``.
      sampled_candidates: ``int64`` of shape ``[num_sampled]``.
      num_true: how many true classes an example has.
      seed: not used.
      name: the node's name; default ``"ComputeAccidentalHits"``.

    Returns:
      ``(indices, ids, weights)`` of one length: examples, places in the sample, and the lowest
      ``float32``, to be added to the logit there.

    Example:
      >>> hits = tf.nn.compute_accidental_hits([[3], [5]], [4, 5, 6], 1)
      >>> tf.Session().run([hits.indices, hits.ids])
      [array([1], dtype=int32), array([1])]
    """
    a, b = get_seed(seed)
    return add_named(
        "ComputeAccidentalHits", true_classes, sampled_candidates, num_true=num_true, seed=a,
        seed2=b, name=name,
    )  # fmt: skip


# ---------------------------------------------------------------------- losses


def _sum_rows(x: Tensor) -> Tensor:
    columns = shape(x)[1]
    return reshape(matmul(x, ones(stack([columns, 1]), x.dtype)), [-1])


def _sampled_logits(
    weights, biases, labels, inputs, num_sampled, num_classes, num_true, sampled_values,
    remove_accidental_hits, partition_strategy, name, seed=None,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """Logits of the true classes and, behind them, of the drawn ones; and labels for them."""
    if isinstance(weights, PartitionedVariable):
        weights = list(weights)
    if not isinstance(weights, list):
        weights = [weights]
    with name_scope(name, "compute_sampled_logits", [*weights, biases, inputs, labels]):
        if labels.dtype != dt.int64:
            labels = cast(labels, dt.int64)
        flat = reshape(labels, [-1])
        if sampled_values is None:
            sampled_values = log_uniform_candidate_sampler(
                labels, num_true, num_sampled, unique=True, range_max=num_classes, seed=seed
            )
        sampled, true_counts, sampled_counts = (stop_gradient(s) for s in sampled_values)
        sampled = cast(sampled, dt.int64)
        ids = concat([flat, sampled], 0)
        all_w = embedding_lookup(weights, ids, partition_strategy=partition_strategy)
        if all_w.dtype != inputs.dtype:
            all_w = cast(all_w, inputs.dtype)
        true_w = slice_(all_w, [0, 0], stack([shape(flat)[0], -1]))
        sampled_w = slice_(all_w, stack([shape(flat)[0], 0]), [-1, -1])
        sampled_logits = matmul(inputs, sampled_w, transpose_b=True)
        all_b = embedding_lookup(biases, ids, partition_strategy=partition_strategy)
        if all_b.dtype != inputs.dtype:
            all_b = cast(all_b, inputs.dtype)
        true_b = slice_(all_b, [0], shape(flat))
        sampled_b = slice_(all_b, shape(flat), [-1])
        dim = shape(true_w)[1:2]
        per_example = concat([[-1, num_true], dim], 0)
        products = add_op("Mul", expand_dims(inputs, 1), reshape(true_w, per_example))
        products = reshape(products, concat([[-1], dim], 0))
        true_logits = reshape(_sum_rows(products), [-1, num_true])
        true_b = reshape(true_b, [-1, num_true])
        true_logits += true_b
        sampled_logits += sampled_b
        if remove_accidental_hits:
            rows, columns, lowest = compute_accidental_hits(labels, sampled, num_true)
            rows = reshape(rows, [-1, 1])
            columns = reshape(cast(columns, dt.int32), [-1, 1])
            places = concat([rows, columns], 1, "sparse_indices")
            size = concat([shape(labels)[:1], expand_dims(num_sampled, 0)], 0)
            if sampled_logits.dtype != lowest.dtype:
                lowest = cast(lowest, sampled_logits.dtype)
            sampled_logits += add_op(
                "SparseToDense", places, size, lowest, 0.0, validate_indices=False
            )
        true_logits -= log(true_counts)
        sampled_logits -= log(sampled_counts)
        logits = concat([true_logits, sampled_logits], 1)
        return logits, concat([ones_like(true_logits) / num_true, zeros_like(sampled_logits)], 1)


def nce_loss(
    weights, biases, labels, inputs, num_sampled, num_classes, num_true=1, sampled_values=None,
    remove_accidental_hits=False, partition_strategy="mod", name: str | None = "nce_loss",
) -> Tensor:  # fmt: skip
    """The loss of telling true classes from drawn ones (noise-contrastive estimation).

    ``loss[b] = sum over true and drawn classes k of the cross entropy between whether k is true and
    sigmoid(inputs[b] @ weights[k] + biases[k] - log(expected count of k))``.

    Args:
      weights: of shape ``[num_classes, dim]``, or a list of parts of it.
      biases: of shape ``[num_classes]``.
      labels: true classes, ``int64`` of shape ``[batch, num_true]``.
      inputs: of shape ``[batch, dim]``.
      num_sampled: how many classes are drawn for the batch.
      num_classes: the number of classes.
      num_true: how many true classes an example has.
      sampled_values: what a sampler gives; default `tf.nn.log_uniform_candidate_sampler`, unique.
      remove_accidental_hits: leave out drawn classes that are true.
      partition_strategy: how classes are spread over parts, ``"mod"`` or ``"div"``.
      name: the scope of the nodes; default ``"nce_loss"``.

    Returns:
      The losses, of shape ``[batch]``.

    Source: M. Gutmann and A. Hyvarinen, "Noise-contrastive estimation", AISTATS 2010.
    """
    logits, labels = _sampled_logits(
        weights, biases, labels, inputs, num_sampled, num_classes, num_true, sampled_values,
        remove_accidental_hits, partition_strategy, name,
    )  # fmt: skip
    losses = sigmoid_cross_entropy_with_logits(labels=labels, logits=logits, name="sampled_losses")
    return _sum_rows(losses)


def sampled_softmax_loss(
    weights, biases, labels, inputs, num_sampled, num_classes, num_true=1, sampled_values=None,
    remove_accidental_hits=True, partition_strategy="mod",
    name: str | None = "sampled_softmax_loss", seed=None,
) -> Tensor:  # fmt: skip
    """The cross entropy of a softmax over the true classes and some drawn ones.

    For training only: it is below the cross entropy over all classes.  The logits are
    ``inputs[b] @ weights[k] + biases[k] - log(expected count of k)``.

    Args:
      weights, biases, labels, inputs, num_sampled, num_classes, num_true, sampled_values,
        partition_strategy: see `tf.nn.nce_loss`.
      remove_accidental_hits: leave out drawn classes that are true.
      name: the scope of the nodes; default ``"sampled_softmax_loss"``.
      seed: of the sampler.

    Returns:
      The losses, of shape ``[batch]``.

    Source: S. Jean et al., "On Using Very Large Target Vocabulary for Neural Machine Translation",
    ACL 2015.
    """
    logits, labels = _sampled_logits(
        weights, biases, labels, inputs, num_sampled, num_classes, num_true, sampled_values,
        remove_accidental_hits, partition_strategy, name, seed,
    )  # fmt: skip
    labels = stop_gradient(labels, name="labels_stop_gradient")
    return softmax_cross_entropy_with_logits_v2(labels=labels, logits=logits)
