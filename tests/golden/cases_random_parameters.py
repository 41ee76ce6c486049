"""Random numbers with parameters, and the older stateless op types: nodes, numbers, gradients."""

import numpy as np


def gamma(dtype):
    def case(tf):
        alpha = tf.constant([0.05, 0.5, 1.0, 2.5, 60.0], dtype)
        beta = tf.constant([[0.5], [2.0]], dtype)
        return {
            "x": tf.random_gamma([4], alpha, dtype=dtype, seed=1),
            "scaled": tf.random.gamma([3], alpha, beta, dtype=dtype, seed=2, name="named"),
            "scalar": tf.random_gamma([], 3.0, dtype=dtype, seed=3),
            "many": tf.random_gamma((2, 3), [0.7], dtype=dtype, seed=4),
            "empty": tf.random_gamma([0], alpha, dtype=dtype, seed=5),
        }, {}

    return case


def gamma_slopes(shape_alpha, shape_beta, known=True):
    def case(tf):
        alpha = tf.placeholder("float32", shape_alpha, name="alpha")
        beta = tf.placeholder("float32", shape_beta, name="beta")
        shape = [3] if known else tf.placeholder("int32", [1], name="shape")
        x = tf.random_gamma(shape, alpha, beta, seed=7)
        ga, gb = tf.gradients(tf.log(x), [alpha, beta])
        feeds = {alpha: [0.3, 2.0], beta: [[1.0, 3.0], [2.0, 0.5]]}
        if not known:
            feeds[shape] = [3]
        return {"x": x, "ga": ga, "gb": gb}, feeds

    return case


def slope_alone(tf):
    alpha = tf.constant([[0.1], [1.0], [5.0]], tf.float64)
    sample = tf.constant([0.05, 1.0, 6.0], tf.float64)
    return {"y": tf.raw_ops.RandomGammaGrad(alpha=alpha, sample=sample)}, {}


def poisson(tf):
    rate = tf.constant([[0.0, 0.3, 4.0], [9.9, 10.0, 2345.6]])
    out = {"x": tf.random_poisson(rate, [5], seed=1), "named": tf.random.poisson(2.0, [3], seed=2)}
    for dtype in ("float16", "float64", "int32", "int64"):
        out[dtype] = tf.random_poisson([3.0, 30.0], [4], dtype=dtype, seed=3, name=dtype)
    out["of whole"] = tf.random.poisson(tf.constant([2, 20]), [3], seed=4)
    out["none"] = tf.random.poisson([2.0], [0], seed=4)
    return out, {}


def second_run(tf):
    """Each run goes on where the last one ended."""
    x = tf.random_gamma([3], [0.5, 2.0], seed=5)
    y = tf.random_poisson([3.0, 30.0], [2], seed=6)
    return {"run": tf.group(x, y), "x": x, "y": y}, {}


second_run.runs = ["run"]


def stateless(tf):
    r = tf.random
    return {
        "gamma": r.stateless_gamma([3, 2], [1, 2], alpha=[0.4, 3.0]),
        "gamma scaled": r.stateless_gamma([2, 2], [1, 2], 3.0, [[1.0, 2.0], [3.0, 4.0]], name="g"),
        "poisson": r.stateless_poisson([4, 3], [3, 4], [0.5, 8.0, 80.0]),
        "poisson floats": r.stateless_poisson([3], [3, 4], 5.0, dtype=tf.float32, name="p"),
        "binomial": r.stateless_binomial([4, 2], [5, 6], [10.0, 200.0], [0.3, 0.45]),
        "binomial whole": r.stateless_binomial([3], [5, 6], 7, 0.8, output_dtype=tf.int64),
    }, {}


def binomial(tf):
    counts = tf.constant([[1.0], [10.0], [100.0], [1000.0], [0.0]], tf.float64)
    probs = tf.constant([0.05, 0.3, 0.5, 0.7, 0.99, 0.0, 1.0], tf.float64)
    f = tf.raw_ops.StatelessRandomBinomial
    return {"x": f(shape=[6, 5, 7], seed=[5, 6], counts=counts, probs=probs)}, {}


def stateless_slopes(tf):
    alpha = tf.placeholder("float64", [None], name="alpha")
    x = tf.random.stateless_gamma([3, 2], [1, 2], alpha, dtype=tf.float64)
    y = tf.raw_ops.StatelessRandomGammaV2(shape=[3, 2], seed=[3, 4], alpha=alpha)
    out = {"x": x, "y": y, "gx": tf.gradients(x, alpha)[0], "gy": tf.gradients(y, alpha)[0]}
    return out, {alpha: np.array([0.3, 4.0])}


def older(tf):
    r = tf.raw_ops
    seed = tf.constant([5, -6], tf.int64)
    key, counter, alg = r.StatelessRandomGetKeyCounterAlg(seed=seed)
    out = {
        "uniform": r.StatelessRandomUniform(shape=[6], seed=[5, 6]),
        "uniform double": r.StatelessRandomUniform(shape=[2, 3], seed=seed, dtype=tf.float64),
        "normal": r.StatelessRandomNormal(shape=[6], seed=seed),
        "truncated": r.StatelessTruncatedNormal(shape=[9], seed=seed),
        "int": r.StatelessRandomUniformInt(shape=[6], seed=seed, minval=-3, maxval=99),
        "full": r.StatelessRandomUniformFullInt(shape=[3], seed=seed, dtype=tf.int32),
        "key": key, "counter": counter, "alg": alg, "auto": r.StatelessRandomGetAlg(),
    }  # fmt: skip
    x = tf.reshape(tf.range(24), [12, 2])
    out["shuffled"] = r.StatelessShuffle(value=x, key=key, counter=counter, alg=alg)
    out["uniform placed"] = r.StatelessRandomUniform(
        shape=tf.placeholder_with_default([2, 2], None),
        seed=tf.placeholder_with_default(seed, None),
    )
    return out, {}


CASES = {
    "gamma": gamma("float32"),
    "gamma-double": gamma("float64"),
    "gamma-half": gamma("float16"),
    "gamma-slopes": gamma_slopes([2], [2, 2]),
    "gamma-slopes-unknown": gamma_slopes(None, [None, 2], known=False),
    "gamma-slope": slope_alone,
    "poisson": poisson,
    "second_run": second_run,
    "stateless": stateless,
    "stateless-slopes": stateless_slopes,
    "binomial": binomial,
    "older": older,
}
