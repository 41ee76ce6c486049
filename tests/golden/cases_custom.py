"""Cases of functions that bring their own gradient, for TensorFlow and tfgrad alike."""


def log1pexp(tf):
    @tf.custom_gradient
    def f(x):
        e = tf.exp(x)
        return tf.log(1 + e), lambda dy: dy * (1 - 1 / (1 + e))

    return f


def second_order(tf):
    """The gradient function's nodes are differentiated like others."""
    x = tf.placeholder("float32", [None], name="x")
    y = log1pexp(tf)(x)
    d = tf.gradients(y, x)[0]
    return {"y": y, "d": d, "dd": tf.gradients(d, x)[0]}, {x: [1.0, -2.0, 50.0]}


def several(tf):
    """Two results of which one is unused, constants as arguments, None for a gradient."""

    @tf.custom_gradient
    def f(x, y, z):
        return (x * y, x + z), lambda a, b: (a * 10.0, b * 100.0, None)

    x = tf.placeholder("float32", [2], name="x")
    a, b = f(x, x * 2.0, 3.0)
    return {
        "both": tf.gradients([a, b], x)[0],
        "first": tf.gradients(a, x)[0],
    }, {x: [1.0, 2.0]}


def structures(tf):
    """Lists and dictionaries, of arguments and results."""

    @tf.custom_gradient
    def f(xs, y):
        a, b = xs

        def grad(p, q):
            return [p * 2.0, q * 3.0], p * 5.0 + q * 7.0

        return {"sum": a + y, "product": b * y}, grad

    x = tf.placeholder("float32", [2], name="x")
    y = tf.placeholder("float32", [2], name="y")
    out = f([x, tf.exp(x)], y)
    g = tf.gradients([out["sum"], out["product"]], [x, y])
    return {"s": out["sum"], "p": out["product"], "x": g[0], "y": g[1]}, {
        x: [1.0, 2.0], y: [3.0, 4.0]
    }  # fmt: skip


def nested(tf):
    """A gradient with its own gradient, as TensorFlow's documentation has it."""

    @tf.custom_gradient
    def f(x):
        def first(dy):
            @tf.custom_gradient
            def inner(unused):
                return 2.0 * x, lambda ddy: ddy * 30.0

            return dy * inner(x)

        return tf.square(x), first

    x = tf.placeholder("float32", [2], name="x")
    d = tf.gradients(f(x), x)[0]
    return {"d": d, "dd": tf.gradients(d, x)[0]}, {x: [1.0, 2.0]}


def decorated_gradient(tf):
    """The gradient function itself has a gradient with respect to ``dy``."""

    @tf.custom_gradient
    def f(x):
        @tf.custom_gradient
        def grad(dy):
            return dy * tf.cos(x), lambda ddy: ddy * 100.0

        return tf.sin(x), grad

    x = tf.placeholder("float32", [2], name="x")
    dy = tf.placeholder("float32", [2], name="dy")
    d = tf.gradients(f(x), x, dy)[0]
    return {"d": d, "ddy": tf.gradients(d, dy)[0]}, {x: [1.0, 2.0], dy: [3.0, 4.0]}


def method(tf):
    class Layer:
        scale = 3.0

        @tf.custom_gradient
        def __call__(self, x):
            return x * self.scale, lambda dy: dy * self.scale * 2.0

        @tf.custom_gradient
        def other(self, x, y):
            return x * y, lambda dy: (dy, dy * self.scale)

    x = tf.placeholder("float32", [2], name="x")
    layer = Layer()
    y = layer.other(layer(x), x)
    return {"y": y, "d": tf.gradients(y, x)[0]}, {x: [1.0, 2.0]}


def resource_variable(tf):
    """A variable from outside, read by the function."""
    w = tf.get_variable("w", initializer=[2.0, 3.0], use_resource=True)

    @tf.custom_gradient
    def f(x):
        def grad(dy, variables=None):
            return dy * 10.0, [dy * 100.0 for _ in variables]

        return x * w, grad

    x = tf.placeholder("float32", [2], name="x")
    y = f(x)
    g = tf.gradients(y, [x, w])
    return {"y": y, "x": g[0], "w": g[1]}, {x: [1.0, 2.0]}


def new_variables(tf):
    """Variables made inside, in an order that is not that of their names; one not trainable."""

    @tf.custom_gradient
    def f(x):
        with tf.variable_scope("inside", use_resource=True):
            b = tf.get_variable("b", initializer=[1.0, 2.0])
            a = tf.get_variable("a", initializer=5.0)
            c = tf.get_variable("c", initializer=7.0, trainable=False)

        def grad(dy, variables):
            return dy, [tf.reduce_sum(dy) * 2.0, dy * 3.0]

        return x * b + a * c, grad

    x = tf.placeholder("float32", [2], name="x")
    y = f(x)
    g = tf.gradients(y, [x, *tf.trainable_variables()])
    return {"y": y, "x": g[0], "b": g[1], "a": g[2]}, {x: [1.0, 2.0]}


def reference_variable(tf):
    """A reference variable that existed before; behind a node made before."""
    w = tf.Variable([2.0, 3.0], name="w", use_resource=False)
    doubled = w * 2.0

    @tf.custom_gradient
    def f(x):
        def grad(dy, variables=None):
            return dy * 10.0, [dy * 100.0 for _ in variables]

        return x * doubled, grad

    x = tf.placeholder("float32", [2], name="x")
    y = f(x)
    g = tf.gradients(y, [x, w])
    return {"y": y, "x": g[0], "w": g[1]}, {x: [1.0, 2.0]}


def variable_argument(tf):
    """A variable passed as an argument is an argument."""
    w = tf.get_variable("w", initializer=[2.0, 3.0], use_resource=True)

    @tf.custom_gradient
    def f(x, w):
        return x * w, lambda dy: (dy * 10.0, dy * 100.0)

    x = tf.placeholder("float32", [2], name="x")
    y = f(x, w)
    g = tf.gradients(y, [x, w])
    return {"y": y, "x": g[0], "w": g[1]}, {x: [1.0, 2.0]}


def scopes(tf):
    """Inside name scopes and control dependencies."""
    x = tf.placeholder("float32", [2], name="x")
    with tf.name_scope("outer"), tf.control_dependencies([x]):
        y = log1pexp(tf)(x * 2.0)
    with tf.name_scope("grads"):
        return {"y": y, "d": tf.gradients(y, x)[0]}, {x: [1.0, 2.0]}


def pass_through(tf):
    x = tf.placeholder("float32", [2], name="x")
    y = tf.grad_pass_through(tf.floor)(x * 3.0)
    w = tf.get_variable("w", initializer=2.0, use_resource=True)
    z = tf.grad_pass_through(lambda x: tf.round(x * w))(y)
    return {"z": z, "d": tf.gradients(z, x)[0]}, {x: [1.5, 2.5]}


def override(tf):
    """`Graph.gradient_override_map` for two types at once, nested, and left again."""
    graph = tf.get_default_graph()
    x = tf.placeholder("float32", [3], name="x")
    with graph.gradient_override_map({"Relu": "Sigmoid", "Identity": "Neg"}):
        y = tf.nn.relu(tf.identity(x))
        with graph.gradient_override_map({"Relu": "Tanh"}):
            y = tf.nn.relu(y + 1.0)
    y = tf.nn.relu(y)
    return {"y": y, "d": tf.gradients(y, x)[0]}, {x: [-1.5, 0.5, 2.5]}


def stops(tf):
    x = tf.placeholder("float32", [3], name="x")
    y = x * tf.stop_gradient(tf.square(x))
    return {"y": y, "d": tf.gradients(y, x)[0]}, {x: [-1.5, 0.5, 2.5]}


CASES = {
    f.__name__: f
    for f in (
        second_order, several, structures, nested, decorated_gradient, method, resource_variable,
        new_variables, reference_variable, variable_argument, scopes, pass_through, override, stops,
    )
}  # fmt: skip
