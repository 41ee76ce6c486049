"""Samplers of classes, and the losses that use them: nodes, numbers of a seed, derivatives."""

import numpy as np

_TRUE = np.array([[0, 3], [1, 2], [3, 3]])


def _sampler(kind, n=5, unique=False, **options):
    def case(tf):
        tf.set_random_seed(7)
        classes = tf.placeholder(tf.int64, [None, 2], name="classes")
        function = getattr(tf.nn, f"{kind}_candidate_sampler")
        if kind != "all":
            options.setdefault("range_max", 9)
        a = function(classes, 2, n, unique, seed=3, name="named", **options)
        b = function(classes, 2, n, unique, **options)
        found = [*a, *b]
        return {str(i): t for i, t in enumerate(found)}, {classes: _TRUE}

    return case


def _loss(function, labels_type="int64", sampled=False, dtype="float32", **options):
    def case(tf):
        tf.set_random_seed(7)
        w = tf.placeholder(dtype, [9, 2], name="w")
        b = tf.placeholder(dtype, [9], name="b")
        x = tf.placeholder(dtype, [None, 2], name="x")
        labels = tf.placeholder(labels_type, [None, 2], name="labels")
        if sampled:
            options["sampled_values"] = (
                tf.constant([1, 3, 8], tf.int64), tf.constant([[0.5, 0.25]] * 3, dtype),
                tf.constant([0.5, 0.25, 1.5], dtype),
            )  # fmt: skip
        loss = getattr(tf.nn, function)(w, b, labels, x, 3, 9, num_true=2, **options)
        g = tf.gradients(loss, [b, x])
        dense = tf.convert_to_tensor(g[0])
        values = [np.cos(np.arange(n)) for n in (18, 9, 6)]
        feeds = {w: values[0].reshape(9, 2), b: values[1], x: values[2].reshape(3, 2)}
        return {"loss": loss, "gb": dense, "gx": g[1]}, {**feeds, labels: _TRUE}

    return case


def hits(tf):
    found = tf.nn.compute_accidental_hits(
        tf.constant([[0, 3], [1, 2], [7, 7]], tf.int64), tf.constant([3, 5, 1, 3, 7], tf.int64), 2
    )
    return {str(i): t for i, t in enumerate(found)}, {}


CASES = {
    "uniform": _sampler("uniform"),
    "uniform_unique": _sampler("uniform", unique=True),
    "uniform_power": _sampler("uniform", range_max=16),
    "log_uniform": _sampler("log_uniform"),
    "log_uniform_unique": _sampler("log_uniform", unique=True, n=8),
    "learned": _sampler("learned_unigram"),
    "learned_unique": _sampler("learned_unigram", unique=True),
    "fixed": _sampler("fixed_unigram", range_max=4, unigrams=[1.0, 2.0, 3.0, 4.0]),
    "fixed_distorted": _sampler(
        "fixed_unigram", range_max=4, unigrams=[1.0, 2.0, 3.0, 4.0], distortion=0.75, n=20
    ),
    "fixed_reserved": _sampler(
        "fixed_unigram", range_max=5, unigrams=[1.0, 2.0, 3.0, 4.0], num_reserved_ids=1, n=3,
        unique=True,
    ),
    "fixed_shard": _sampler(
        "fixed_unigram", range_max=4, unigrams=list(range(1, 9)), num_shards=2, shard=1
    ),
    "all": _sampler("all"),
    "too_many": _sampler("uniform", n=10, unique=True),
    "hits": hits,
    "nce": _loss("nce_loss"),
    "nce_hits": _loss("nce_loss", remove_accidental_hits=True, sampled=True),
    "softmax": _loss("sampled_softmax_loss", "int32"),
    "softmax_sampled": _loss("sampled_softmax_loss", sampled=True, seed=4, name="loss"),
}  # fmt: skip
