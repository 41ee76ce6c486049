"""Optimizers: the nodes of a step on both kinds of variable, dense and sparse, and what it does."""

import numpy as np


def _make(tf):
    """Name -> a function that makes the optimizer."""
    train = tf.train
    return {
        "sgd": lambda: train.GradientDescentOptimizer(0.1),
        "momentum": lambda: train.MomentumOptimizer(0.1, 0.9),
        "nesterov": lambda: train.MomentumOptimizer(0.1, 0.9, use_nesterov=True),
        "adam": lambda: train.AdamOptimizer(0.1),
        "rmsprop": lambda: train.RMSPropOptimizer(0.1, momentum=0.5),
        "centered": lambda: train.RMSPropOptimizer(0.1, centered=True, epsilon=0.1),
        "adagrad": lambda: train.AdagradOptimizer(0.1),
        "adadelta": lambda: train.AdadeltaOptimizer(1.0, epsilon=1e-3),
        "ftrl": lambda: train.FtrlOptimizer(0.5, l1_regularization_strength=0.01),
        "shrinking": lambda: train.FtrlOptimizer(
            0.5,
            learning_rate_power=-0.7,
            l2_regularization_strength=0.1,
            l2_shrinkage_regularization_strength=0.2,
            accum_name="acc",
        ),
        "proximal": lambda: train.ProximalGradientDescentOptimizer(0.1, 0.3, 0.2),
        "proximal_adagrad": lambda: train.ProximalAdagradOptimizer(0.1, 0.2, 0.3, 0.2),
        "adagrad_da": lambda: train.AdagradDAOptimizer(
            0.5, tf.train.get_or_create_global_step(), l1_regularization_strength=0.01
        ),
    }


OPTIMIZERS = (
    "sgd", "momentum", "nesterov", "adam", "rmsprop", "centered", "adagrad", "adadelta", "ftrl",
    "shrinking", "proximal", "proximal_adagrad", "adagrad_da",
)  # fmt: skip

# On handles, one of each way to write the update: one op, or several, with and without slots.
ON_HANDLES = ("sgd", "momentum", "adam", "ftrl")


def dense(name: str, use_resource: bool):
    def build(tf):
        w = tf.get_variable("w", initializer=tf.constant([1.0, -2.0]), use_resource=use_resource)
        b = tf.get_variable("b", initializer=0.5, use_resource=use_resource)
        loss = tf.reduce_sum(tf.square(w * [1.0, 2.0] + b))
        optimizer = _make(tf)[name]()
        step = optimizer.minimize(loss)
        slots = {
            f"{s}_{v.op.name}": optimizer.get_slot(v, s)
            for s in optimizer.get_slot_names()
            for v in (w, b)
        }
        return {"step": step, "w": w, "b": b, **slots}, {}

    build.runs = ("step",) * 3
    return build


def sparse(name: str, use_resource: bool):
    def build(tf):
        value = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
        e = tf.get_variable("e", initializer=value, use_resource=use_resource)
        rows = tf.constant([[1.0, -1.0], [2.0, 0.5], [0.5, 1.0]])
        grad = tf.IndexedSlices(rows, tf.constant([0, 2, 0]), tf.constant([3, 2]))
        step = _make(tf)[name]().apply_gradients([(grad, e)])
        return {"step": step, "e": e}, {}

    build.runs = ("step",) * 2
    return build


def adam_with_everything(tf):
    tf.train.get_or_create_global_step()
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    w = tf.get_variable("z", initializer=tf.constant([[1.0], [2.0]]))
    c = tf.get_variable("a", initializer=tf.constant([0.5]), constraint=lambda v: tf.abs(v))
    frozen = tf.get_variable("frozen", initializer=1.0, trainable=False)
    with tf.name_scope("loss"):
        loss = tf.reduce_sum(tf.square(tf.matmul(x, w) + c * frozen))
    rate = tf.placeholder_with_default(0.1, [], name="rate")
    optimizer = tf.train.AdamOptimizer(rate, beta1=lambda: 0.8, name="Opt")
    step = optimizer.minimize(
        loss,
        global_step=tf.train.get_global_step(),
        colocate_gradients_with_ops=True,
        gate_gradients=tf.train.Optimizer.GATE_GRAPH,
    )
    names = [v.op.name for v in optimizer.variables()]
    count = tf.constant(len(names))
    return {
        "step": step, "w": w, "c": c, "n": tf.train.get_global_step(), "count": count
    }, {x: np.array([[1.0, -2.0]], np.float32)}  # fmt: skip


adam_with_everything.runs = ("step", "step")


def two_steps_one_graph(tf):
    w = tf.get_variable("w", initializer=tf.constant([1.0, 2.0]), dtype=tf.float32)
    v = tf.get_variable("v", initializer=tf.constant(3.0, tf.float64))
    loss = tf.reduce_sum(tf.cast(w, tf.float64) * v)
    a = tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss, var_list=[w])
    b = tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss, var_list={"v": v}, name="other")
    same = tf.train.RMSPropOptimizer(tf.constant(0.1))
    gv = same.compute_gradients(loss, gate_gradients=tf.train.Optimizer.GATE_NONE)
    c = same.apply_gradients([(g, u) for g, u in gv] + [(None, w)], name="applied")
    return {"a": a, "b": b, "c": c, "w": w, "v": v}, {}


two_steps_one_graph.runs = ("a", "b", "c")


def global_step_resource(tf):
    step = tf.Variable(0, name="n", use_resource=True, trainable=False)
    w = tf.Variable(1.0, name="w", use_resource=True)
    train = tf.train.GradientDescentOptimizer(0.1).minimize(w * w, global_step=step)
    return {"train": train, "w": w, "n": step}, {}


global_step_resource.runs = ("train", "train")


def custom_optimizer(tf):
    class Sign(tf.train.Optimizer):
        def __init__(self, rate):
            super().__init__(False, "Sign")
            self._rate = rate

        def _create_slots(self, var_list):
            for v in var_list:
                self._zeros_slot(v, "m", self._name)
                self._get_or_make_slot(v, v.initial_value * 2.0, "start", "start")

        def _prepare(self):
            self._rate_t = tf.convert_to_tensor(self._call_if_callable(self._rate), name="rate")

        def _apply_dense(self, grad, var):
            m = self.get_slot(var, "m")
            m_t = m.assign(0.5 * m + grad)
            update = tf.assign_sub(var, self._rate_t * tf.sign(m_t))
            return tf.group(update, m_t)

        def _apply_sparse(self, grad, var):
            raise NotImplementedError

    w = tf.Variable([1.0, -2.0], name="w")
    step = Sign(0.25).minimize(tf.reduce_sum(tf.square(w)))
    return {"step": step, "w": w}, {}


custom_optimizer.runs = ("step", "step")


def gradient_of_embedding(tf):
    e = tf.get_variable("e", initializer=tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    y = tf.reduce_sum(tf.square(tf.gather(e, [0, 2, 0])))
    step = tf.train.AdagradOptimizer(0.1).minimize(y)
    return {"step": step, "e": e}, {}


gradient_of_embedding.runs = ("step",)


def _decay(make):
    def build(tf):
        n = tf.get_variable("n", initializer=tf.constant(7, tf.int64), trainable=False)
        return {"rate": make(tf, n)}, {}

    return build


DECAYS = {
    "exponential": lambda tf, n: tf.train.exponential_decay(0.1, n, 5, 0.5),
    "staircase": lambda tf, n: tf.train.exponential_decay(0.1, n, 5, 0.5, staircase=True, name="d"),
    "natural_exp": lambda tf, n: tf.train.natural_exp_decay(0.1, n, 5, 0.5),
    "inverse_time": lambda tf, n: tf.train.inverse_time_decay(0.1, n, 5, 0.5, staircase=True),
    "polynomial": lambda tf, n: tf.train.polynomial_decay(0.1, n, 5, power=2.0),
    "cycle": lambda tf, n: tf.train.polynomial_decay(0.1, n, 5, cycle=True),
    "cosine": lambda tf, n: tf.train.cosine_decay(0.1, n, 20, alpha=0.1),
    "linear_cosine": lambda tf, n: tf.train.linear_cosine_decay(0.1, n, 20),
}


def moving_average_of_tensors(tf):
    x = tf.constant([1.0, 2.0], name="x")
    ema = tf.train.ExponentialMovingAverage(0.9, num_updates=3, zero_debias=True)
    step = ema.apply([x])
    return {"step": step, "average": ema.average(x)}, {}


moving_average_of_tensors.runs = ("step", "step")

CASES = {
    **{f"dense_{n}": dense(n, False) for n in OPTIMIZERS},
    **{f"dense_resource_{n}": dense(n, True) for n in ON_HANDLES},
    **{f"sparse_{n}": sparse(n, False) for n in OPTIMIZERS},
    **{f"sparse_resource_{n}": sparse(n, True) for n in ON_HANDLES},
    **{f"decay_{n}": _decay(f) for n, f in DECAYS.items()},
    "adam_with_everything": adam_with_everything,
    "two_steps_one_graph": two_steps_one_graph,
    "global_step_resource": global_step_resource,
    "custom_optimizer": custom_optimizer,
    "gradient_of_embedding": gradient_of_embedding,
    "moving_average_of_tensors": moving_average_of_tensors,
}
