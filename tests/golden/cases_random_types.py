"""Random numbers of every type, seed and shape that each op type takes."""

import numpy as np

FLOATS = "float16", "bfloat16", "float32", "float64"
SAMPLED = "float16", "float32", "float64"
COUNTED = "float16", "float32", "float64", "int32", "int64"
WORDS = "int32", "int64", "uint32", "uint64"


def floats(tf):
    r = tf.raw_ops
    out = {}
    for d in FLOATS:
        for t in ("RandomUniform", "RandomStandardNormal", "TruncatedNormal"):
            out[f"{t} {d}"] = getattr(r, t)(shape=[9], dtype=tf.as_dtype(d), seed=3, seed2=5)
            long = tf.constant([3, 1], tf.int64)
            out[f"{t} {d} long"] = getattr(r, t)(
                shape=long, dtype=tf.as_dtype(d), seed=-1, seed2=2**40 + 1
            )
        for t in ("StatelessRandomUniform", "StatelessRandomNormal", "StatelessTruncatedNormal"):
            f = getattr(r, t)
            out[f"{t} {d}"] = f(shape=[9], seed=[-3, 5], dtype=tf.as_dtype(d))
    return out, {}


def keyed(tf):
    """The second version of each stateless op type: counters that carry, and both shape types."""
    r = tf.raw_ops
    key = tf.constant(np.array([2**63 + 5], np.uint64))
    counter = tf.constant(np.array([2**64 - 2, 2**64 - 1], np.uint64))
    given = {"key": key, "counter": counter, "alg": 1}
    out = {}
    for d in FLOATS:
        for t in ("Uniform", "Normal"):
            f = getattr(r, f"StatelessRandom{t}V2")
            out[f"{t} {d}"] = f(shape=[13], **given, dtype=tf.as_dtype(d))
        f = r.StatelessTruncatedNormalV2
        shape = tf.constant([13], tf.int64)
        out[f"truncated {d}"] = f(shape=shape, **given, dtype=tf.as_dtype(d))
    for d in WORDS[:2]:
        low, high = tf.constant(3, d), tf.constant(100, d)
        out[f"int {d}"] = r.StatelessRandomUniformIntV2(shape=[7], **given, minval=low, maxval=high)
    for d in WORDS:
        out[f"full {d}"] = r.StatelessRandomUniformFullIntV2(
            shape=[7], **given, dtype=tf.as_dtype(d)
        )
    for d in SAMPLED:
        alpha = tf.constant([0.3, 1.0, 7.0], d)
        out[f"gamma {d}"] = r.StatelessRandomGammaV3(shape=[4, 3], **given, alpha=alpha)
    return out, {}


def integers(tf):
    r = tf.raw_ops
    out = {}
    for d in ("int32", "int64"):
        low, high = tf.constant(-3, d), tf.constant(2**31 - 1, d)
        for s in ("int32", "int64"):
            shape = tf.constant([5], s)
            seed = tf.constant([2**31 - 1, -7], s)
            out[f"{d} {s}"] = r.RandomUniformInt(shape=shape, minval=low, maxval=high, seed=1)
            out[f"stateless {d} {s}"] = r.StatelessRandomUniformInt(
                shape=shape, seed=seed, minval=low, maxval=high
            )
    for d in WORDS:
        seed = tf.constant([7, 2**31 - 1], d if d.startswith("i") else "int64")
        out[f"full {d}"] = r.StatelessRandomUniformFullInt(
            shape=[5], seed=seed, dtype=tf.as_dtype(d)
        )
    return out, {}


def counted(tf):
    r = tf.raw_ops
    out = {}
    for rate in COUNTED:
        mean = tf.constant([2, 30], rate)
        for d in COUNTED:
            kind = tf.as_dtype(d)
            out[f"poisson {rate} {d}"] = r.RandomPoissonV2(shape=[2], rate=mean, seed=4, dtype=kind)
            out[f"stateless poisson {rate} {d}"] = r.StatelessRandomPoisson(
                shape=[2, 2], seed=[4, 5], lam=mean, dtype=kind
            )
    for d in COUNTED:
        kind = tf.as_dtype(d)
        for given in ("float32", "float64"):
            counts, probs = tf.constant([9, 200], given), tf.constant([0.3, 0.6], given)
            out[f"binomial {given} {d}"] = r.StatelessRandomBinomial(
                shape=[3, 2], seed=[4, 5], counts=counts, probs=probs, dtype=kind
            )
    return out, {}


def sampled(tf):
    r = tf.raw_ops
    out = {}
    for d in SAMPLED:
        alpha = tf.constant([[0.01, 0.4, 0.999], [1.0, 1.5, 300.0]], d)
        for s in ("int32", "int64"):
            shape = tf.constant([3], s)
            out[f"gamma {d} {s}"] = r.RandomGamma(shape=shape, alpha=alpha, seed=9, seed2=8)
        out[f"stateless gamma {d}"] = r.StatelessRandomGammaV2(
            shape=[2, 2, 3], seed=[1, 0], alpha=alpha
        )
    return out, {}


def classes(tf):
    r = tf.raw_ops
    out = {}
    for d in FLOATS:
        logits = tf.constant(np.array([[0, 1, 2], [3, 0, 1]]), d)
        for o in ("int32", "int64"):
            kind = tf.as_dtype(o)
            out[f"{d} {o}"] = r.Multinomial(logits=logits, num_samples=7, seed=3, output_dtype=kind)
            out[f"stateless {d} {o}"] = r.StatelessMultinomial(
                logits=logits, num_samples=7, seed=[3, 4], output_dtype=kind
            )
    return out, {}


def shuffled(tf):
    r = tf.raw_ops
    out = {}
    for d in ("bool", "complex64", "float16", "uint8", "int64", "bfloat16"):
        out[d] = r.RandomShuffle(value=tf.cast([0, 1, 2, 3], d), seed=2)
    x = tf.placeholder("float32", None, name="x")
    out["fed"] = r.RandomShuffle(value=x, seed=2)
    return out, {x: np.arange(12.0).reshape(6, 2)}


def seeds(graph_seed, op_seed):
    """Two runs: seeds of the graph, of the op, of both, of neither."""

    def case(tf):
        tf.set_random_seed(graph_seed)
        f = tf.random
        out = {
            "uniform": f.uniform([2], seed=op_seed),
            "normal": f.normal([2], seed=op_seed),
            "truncated": tf.truncated_normal([2], seed=op_seed),
            "int": f.uniform([2], maxval=99, dtype=tf.int64, seed=op_seed),
            "shuffle": f.shuffle([1, 2, 3, 4, 5], seed=op_seed),
            "gamma": f.gamma([2], 0.5, seed=op_seed),
            "poisson": f.poisson([5.0], [2], seed=op_seed),
            "categorical": f.categorical([[0.0, 1.0, 2.0]], 4, seed=op_seed),
        }
        return {"run": tf.group(*out.values()), **out}, {}

    case.runs = ["run"]
    return case


def generators(tf):
    b = tf.random.experimental.Generator.from_key_counter(-3, [2**63, 1], "philox")
    return {
        "key": b.key,
        "skipped": b.skip(2**40),
    }, {}


def draws(method, *args, **kwargs):
    """One draw of each type, in the second run."""

    def case(tf):
        kinds = {k: getattr(tf, v) if k == "dtype" else v for k, v in kwargs.items()}
        g = tf.random.experimental.Generator.from_state([2**64 - 300, -1, 9], 1)
        x = getattr(g, method)(*args, **kinds)
        return {"run": tf.group(x), "x": x}, {}

    case.runs = ["run"]
    return case


CASES = {
    "floats": floats,
    "keyed": keyed,
    "integers": integers,
    "counted": counted,
    "sampled": sampled,
    "classes": classes,
    "shuffled": shuffled,
    **{
        f"seeds {g} {o}": seeds(g, o)
        for g, o in [
            (None, 5),
            (0, None),
            (7, None),
            (7, -1),
            (-5, 2**40),
        ]
    },
    "generators": generators,
    "seeds drawn": draws("make_seeds", 3),
    **{f"normal {d}": draws("normal", [3], dtype=d) for d in FLOATS},
    **{f"truncated {d}": draws("truncated_normal", [3], dtype=d) for d in FLOATS},
    **{f"uniform {d}": draws("uniform", [3], dtype=d) for d in FLOATS},
    **{f"uniform {d}": draws("uniform", [3], -5, 7, dtype=d) for d in ("int32", "int64")},
    **{f"full {d}": draws("uniform_full_int", [3], dtype=d) for d in WORDS},
}
