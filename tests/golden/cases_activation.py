"""Cases of activation functions and softmax, for TensorFlow and tfgrad alike."""

import numpy as np

POINTS = [-2.0, -0.5, 0.0, 0.25, 1.0, 7.0]
NAMES = ["relu", "relu6", "elu", "selu", "leaky_relu", "softplus", "softsign"]
ORDER = {"softsign": 1}  # TensorFlow has no second derivative


def activation(function, shape=(6,), dtype="float32", points=POINTS, order=None, **kwargs):
    def build(tf):
        x = tf.placeholder(dtype, shape, name="x")
        y = getattr(tf.nn, function)(x, **kwargs)
        out = {"y": y}
        for i in range(order or ORDER.get(function, 2)):
            y = tf.gradients(y, x)[0]
            out["d" * (i + 1)] = y
        return out, {x: points}

    return build


def softmax(function, shape, dtype="float32", order=2, fed=None, **kwargs):
    def build(tf):
        x = tf.placeholder(dtype, shape, name="x")
        y = getattr(tf.nn, function)(x, **kwargs)
        out = {"y": y}
        v = tf.constant(np.linspace(-1, 1, int(np.prod(fed or shape))), dtype, fed or shape)
        for i in range(order):
            y = tf.gradients(y, x, v)[0]
            out["d" * (i + 1)] = y
        return out, {x: np.sin(np.arange(np.prod(fed or shape))).reshape(fed or shape)}

    return build


CASES = {name: activation(name) for name in NAMES}
CASES.update({name + "_of_unknown": activation(name, None) for name in NAMES})
CASES.update({name + "_of_double": activation(name, dtype="float64") for name in NAMES})
CASES.update({name + "_of_half": activation(name, dtype="float16", order=1) for name in NAMES})
CASES["leaky_relu_slope"] = activation("leaky_relu", (None,), alpha=0.3, name="lk")
CASES["leaky_relu_array"] = activation("leaky_relu", alpha=np.array(0.5))
CASES["crelu"] = activation("crelu")
CASES["crelu_axis"] = activation("crelu", (2, 3), points=[[1.0, -2.0, 3.0]] * 2, axis=0, name="c")
CASES["relu_partly_known"] = activation("relu", (None, 3), points=[[1.0, -2.0, 3.0]] * 2)
for _name in ("softmax", "log_softmax"):
    CASES[_name + "_vector"] = softmax(_name, (4,))
    CASES[_name + "_matrix"] = softmax(_name, (2, 3))
    CASES[_name + "_partly_known"] = softmax(_name, (None, 3), fed=(2, 3))
    CASES[_name + "_unknown"] = softmax(_name, None, fed=(2, 3), order=1)
    CASES[_name + "_double"] = softmax(_name, (2, 3), "float64", axis=1)
    CASES[_name + "_half"] = softmax(_name, (2, 3), "float16", order=1, axis=-1)
    CASES[_name + "_axis_0"] = softmax(_name, (2, 3, 2), order=1, axis=0)
    CASES[_name + "_axis_1"] = softmax(_name, (2, 3, 2), order=1, axis=1, name="named")
    CASES[_name + "_axis_minus_2"] = softmax(_name, (None, 2), order=1, axis=-2, fed=(3, 2))
    CASES[_name + "_dim"] = softmax(_name, (2, 3), order=0, dim=0)


def case(build):
    CASES[build.__name__] = build
    return build


@case
def softmax_along_a_computed_axis(tf):
    x = tf.placeholder(tf.float32, [2, 3, 2], name="x")
    axis = tf.placeholder(tf.int32, [], name="axis")
    known = tf.nn.softmax(x, axis=tf.constant(1))
    return {"known": known, "fed": tf.nn.softmax(x, axis=axis)}, {x: np.ones((2, 3, 2)), axis: -3}


@case
def softmax_of_unusual_rows(tf):
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    rows = [
        [1e4, -1e4, 0],
        [np.inf, 0, 0],
        [-np.inf, 0, 0],
        [-np.inf] * 3,
        [np.nan, 1, 2],
        [1e30, 1, 2],
    ]
    return {"s": tf.nn.softmax(x), "l": tf.nn.log_softmax(x)}, {x: rows}


@case
def softmax_of_nothing(tf):
    x = tf.placeholder(tf.float32, [None, None], name="x")
    return {"s": tf.nn.softmax(x), "l": tf.nn.log_softmax(x)}, {x: np.zeros((0, 3))}


@case
def integers(tf):
    x = tf.placeholder(tf.int32, [3], name="x")
    out = {"relu": tf.nn.relu(x), "relu6": tf.nn.relu6(x), "leaky": tf.nn.leaky_relu(x)}
    out["crelu"] = tf.nn.crelu(x)
    return out, {x: [-3, 0, 9]}


@case
def unusual_points(tf):
    x = tf.placeholder(tf.float32, [None], name="x")
    dy = tf.placeholder(tf.float32, [None], name="dy")
    out = {}
    for name in NAMES:
        out[name] = y = getattr(tf.nn, name)(x)
        out["d_" + name] = tf.gradients(y, x, dy)[0]
    points = [np.nan, np.inf, -np.inf, -0.0, 6.0, -1.0, 1.0, -1.0, 1.0, 88.0, -88.0]
    return out, {x: points, dy: [1, 1, 1, 1, 1, np.inf, np.inf, np.nan, np.nan, 1, 1]}


@case
def log_sigmoid(tf):
    x = tf.placeholder(tf.float32, [None], name="x")
    y = tf.log_sigmoid(x)
    out = {"y": y, "d": tf.gradients(y, x)[0], "named": tf.log_sigmoid([0.5], name="ls")}
    return out, {x: [-100.0, -0.5, 0.0, 20.0]}


@case
def python_values(tf):
    out = {name: getattr(tf.nn, name)([0.5, -1.5]) for name in NAMES}
    out.update(
        {name + "_named": getattr(tf.nn, name)(np.array([0.5]), name="s/" + name) for name in NAMES}
    )
    out["softmax"] = tf.nn.softmax([0.5, -1.5])
    out["log_softmax"] = tf.nn.log_softmax([[0.5, -1.5]], name="n")
    out["crelu"] = tf.nn.crelu([0.5, -1.5])
    return out, {}


@case
def gradients_of_gradient_nodes(tf):
    """With respect to the gradient that comes in."""
    x = tf.placeholder(tf.float32, [6], name="x")
    dy = tf.placeholder(tf.float32, [6], name="dy")
    out = {}
    for name in NAMES:
        if name != "softsign":
            d = tf.gradients(getattr(tf.nn, name)(x), x, dy)[0]
            out[name] = tf.gradients(d, dy)[0]
    return out, {x: POINTS, dy: [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]}
