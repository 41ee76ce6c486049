"""Generators whose state is a variable: nodes and numbers."""


def draws(tf):
    g = tf.random.experimental.Generator.from_seed(123)
    return {
        "normal": g.normal([3]),
        "scaled": g.normal([2, 2], 1.0, [2.0, 3.0], dtype=tf.float64, name="named"),
    }, {}


def one(method, *args, **kwargs):
    """One draw in the second run."""

    def case(tf):
        kinds = {k: getattr(tf, v) if k == "dtype" else v for k, v in kwargs.items()}
        g = tf.random.experimental.Generator.from_state([1, 2, 3], "philox")
        x = getattr(g, method)(*args, **kinds)
        return {"run": tf.group(x), "x": x}, {}

    case.runs = ["run"]
    return case


def binomial(tf):
    """The first run: TensorFlow forgets to move the state on."""
    g = tf.random.experimental.Generator.from_state([1, 2, 3], "philox")
    return {"x": g.binomial([4], [10.0, 100.0, 3.0, 50.0], 0.4)}, {}


def states(tf):
    e = tf.random.experimental
    g = e.Generator.from_key_counter(7, [1, 2**64 - 1], 1)
    return {
        "large": e.create_rng_state(2**65 + 5, "philox"),
        "pair": e.create_rng_state([5, 6], "philox"),
        "negative": e.create_rng_state(-1, 1),
        "g": tf.identity(g.state),
        "key": g.key,
    }, {}


CASES = {
    "draws": draws,
    "uniform": one("uniform", [4], -1.0, 3.0),
    "whole": one("uniform", [4], 0, 10, dtype="int32"),
    "all": one("uniform", [3], None, dtype="int64"),
    "full": one("uniform_full_int", [3]),
    "truncated": one("truncated_normal", [5]),
    "binomial": binomial,
    "skip": one("skip", 7),
    "states": states,
}
