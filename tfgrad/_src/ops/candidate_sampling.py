"""Samples of classes, for losses that look at some of many classes only.

A sampler draws classes of a known distribution and tells how often it expected each of them, and
each true class, to occur in such a sample.  The ops run on the host; the numbers of a seed are
those of TensorFlow's CPU kernels.

The public functions are in ``functions/candidate_sampling.py``.  No derivative: nothing flows back
through a sample.
"""

import math

import numpy as np

from tfgrad._src.graph import errors
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, with_rank
from tfgrad._src.ops.broadcasting import invalid
from tfgrad._src.ops.philox_host import Stream, Words, of_session, seeds

# ---------------------------------------------------------------------- distributions


class _Uniform:
    def __init__(self, node):
        self.range = node.attrs["range_max"]

    def draw(self, words: Words) -> int:
        return words.below(self.range)

    def probabilities(self, classes: np.ndarray) -> np.ndarray:
        return np.full(classes.shape, np.float32(1 / self.range))


class _LogUniform(_Uniform):
    """``P(k) = (log(k + 2) - log(k + 1)) / log(range + 1)``."""

    def draw(self, words: Words) -> int:
        value = int(math.exp(words.uniform() * math.log1p(self.range))) - 1
        return value % self.range

    def probabilities(self, classes: np.ndarray) -> np.ndarray:
        k = classes.astype(np.float64)
        return (np.log((k + 2) / (k + 1)) / math.log1p(self.range)).astype(np.float32)


class _Learned(_Uniform):
    """Classes are as likely as they were true in earlier runs; each counts once before."""

    def __init__(self, node):
        super().__init__(node)
        self.weights = np.ones(self.range, np.int64)

    def draw(self, words: Words) -> int:
        place = words.below(int(self.weights.sum()), 32)
        return int(np.searchsorted(np.cumsum(self.weights), place, side="right"))

    def probabilities(self, classes: np.ndarray) -> np.ndarray:
        return (self.weights[classes] / self.weights.sum()).astype(np.float32)

    def learn(self, classes: np.ndarray) -> None:
        np.add.at(self.weights, classes.reshape(-1), 1)


class _Fixed(_Uniform):
    """Classes are as likely as given weights say."""

    def __init__(self, node):
        super().__init__(node)
        a = node.attrs
        shard, shards = a["shard"], a["num_shards"]
        kept = [0.0] * len(range(shard, a["num_reserved_ids"], shards))
        first = len(kept)  # the number of the first class, in TensorFlow also with shards
        for i, w in enumerate(self._weights(node), first):
            if i % shards == shard:
                kept.append(w ** a["distortion"])
        if len(kept) != self.range:
            raise invalid(node, f"range is {self.range} must be equal to weights size  {len(kept)}")
        self.weights = np.array(kept, np.float32).astype(np.float64)
        self._prepare()

    def _weights(self, node) -> list[float]:
        path, unigrams = node.attrs["vocab_file"].decode(), node.attrs["unigrams"]
        if not path:
            if not unigrams:
                raise invalid(node, "Must provide either vocab_file or unigrams.")
            return [float(np.float32(w)) for w in unigrams]
        if unigrams:
            raise invalid(node, "Must only provide one of vocab_file and unigrams.")
        try:
            with open(path, encoding="utf-8") as file:
                return [float(np.float32(line.rsplit(",", 1)[-1])) for line in file if line.strip()]
        except OSError as error:
            raise errors.NotFoundError(None, node, f"{path}; {error.strerror}") from error

    def _prepare(self) -> None:
        """Cuts the classes into equally likely columns of at most two (Walker's alias method)."""
        share = self.weights * len(self.weights) / self.weights.sum()
        self.limit, self.other = share.copy(), np.full(len(share), -1)
        low = [i for i, p in enumerate(share) if p < 1]
        high = [i for i, p in enumerate(share) if p >= 1]
        while low and high:
            a, b = low.pop(), high.pop()
            self.limit[a], self.other[a] = share[a], b
            share[b] -= 1 - share[a]
            (low if share[b] < 1 else high).append(b)
        for i in low + high:
            self.limit[i], self.other[i] = 1.0, i

    def draw(self, words: Words) -> int:
        r = words.uniform32()
        i = words.below(self.range, 32)
        return i if r < np.float32(self.limit[i]) else int(self.other[i])

    def probabilities(self, classes: np.ndarray) -> np.ndarray:
        return (self.weights[classes] / self.weights.sum()).astype(np.float32)


# ---------------------------------------------------------------------- samples


def _expected(p: np.ndarray, sampled: int, tries: int) -> np.ndarray:
    if tries == sampled:
        return (p * np.float32(sampled)).astype(np.float32)
    with np.errstate(divide="ignore"):
        return (-np.expm1(tries * np.log1p(-p.astype(np.float64)))).astype(np.float32)


def _check_classes(node, classes) -> None:
    wanted = node.attrs["num_true"]
    if classes.ndim != 2:
        raise invalid(node, "true_classes must be a matrix")
    if classes.shape[1] != wanted:
        raise invalid(
            node,
            f"true_classes must have num_true columns, expected: {classes.shape[1]} was: {wanted}",
        )


def _sampler(distribution: type):
    def step(node, classes):
        a = node.attrs
        _check_classes(node, classes)
        count = a["num_sampled"]
        known, stream = of_session(node, lambda: (distribution(node), Stream(*seeds(node))))
        if a["unique"] and count > known.range:
            raise invalid(node, "Sampler's range is too small.")
        for k in classes.reshape(-1):
            if not 0 <= k < known.range:
                raise invalid(
                    node, f"`true_candidate` out of range [0, {known.range}), received {k}"
                )
        words = stream.reserve(512 * count)
        drawn: list[int] = []
        seen: set[int] = set()
        tries = 0
        while len(drawn) < count:
            k = known.draw(words)
            tries += 1
            if a["unique"]:
                if k in seen:
                    continue
                seen.add(k)
            drawn.append(k)
        sample = np.array(drawn, np.int64)
        found = [
            sample,
            *(_expected(known.probabilities(k), count, tries) for k in (classes, sample)),
        ]
        if isinstance(known, _Learned):
            known.learn(classes)
        return found

    return step


def _all(node, classes):
    """Every class once."""
    _check_classes(node, classes)
    count = node.attrs["num_sampled"]
    return [np.arange(count), np.ones(classes.shape, np.float32), np.ones(count, np.float32)]


def _sample_shape(node, classes: Shape) -> list:
    rows, _ = with_rank(classes, 2)
    count = node.attrs["num_sampled"]
    return [(count,), (rows, node.attrs["num_true"]), (count,)]


_RESULT = "sampled_candidates: int64, true_expected_count: float32, sampled_expected_count: float32"
_SEEDS = "seed: int = 0, seed2: int = 0"
_UNIGRAMS = (
    "vocab_file: string = '', distortion: float = 1.0, num_reserved_ids: int = 0,"
    " num_shards: int = 1, shard: int = 0, unigrams: list(float) = [], "
)

# fmt: off
_SAMPLERS = [
    ("LogUniformCandidateSampler",          "range_max: int, ",             _sampler(_LogUniform)),
    ("UniformCandidateSampler",             "range_max: int, ",             _sampler(_Uniform)),
    ("LearnedUnigramCandidateSampler",      "range_max: int, ",             _sampler(_Learned)),
    ("ThreadUnsafeUnigramCandidateSampler", "range_max: int, ",             _sampler(_Learned)),
    ("FixedUnigramCandidateSampler",        "range_max: int, " + _UNIGRAMS, _sampler(_Fixed)),
    ("AllCandidateSampler",                 "",                             _all),
]
# fmt: on

for _type, _attrs, _step in _SAMPLERS:
    defop(
        f"{_type}(true_classes: int64; num_true: int, num_sampled: int, unique: bool, {_attrs}"
        f"{_SEEDS}) -> {_RESULT}",
        shape=_sample_shape,
        stateful=True,
        step=_step,
    )(None)  # type: ignore[arg-type]

# ---------------------------------------------------------------------- accidental hits


def _hits(node, classes, sample):
    """Where a class of the sample is one of the true ones."""
    _check_classes(node, classes)
    if sample.ndim != 1:
        raise invalid(node, "sampled_candidates must be a vector")
    places = {int(k): i for i, k in enumerate(sample)}
    found = [(b, places[k]) for b, row in enumerate(classes.tolist()) for k in row if k in places]
    pairs = np.array(found, np.int64).reshape(-1, 2)
    weights = np.full(len(found), -np.finfo(np.float32).max, np.float32)
    return [pairs[:, 0].astype(np.int32), pairs[:, 1], weights]


def _hits_shape(node, classes: Shape, sample: Shape) -> list:
    _, n = with_rank(classes, 2)
    with_rank(sample, 1)
    if n not in (None, node.attrs["num_true"]):
        raise ShapeError(f"Dimension must be {node.attrs['num_true']} but is {n}")
    return [(None,), (None,), (None,)]


defop(
    "ComputeAccidentalHits(true_classes: int64, sampled_candidates: int64; num_true: int, "
    f"{_SEEDS})"
    " -> indices: int32, ids: int64, weights: float32",
    shape=_hits_shape,
    step=_hits,
)(None)  # type: ignore[arg-type]
