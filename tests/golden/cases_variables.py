"""Variables of both kinds, their scopes, and what changes them."""

import numpy as np


def _runs(*names):
    """The operations that are run before the values are fetched."""

    def mark(build):
        build.runs = names
        return build

    return mark


def create_by_value(tf):
    a = tf.Variable([1.0, 2.0], name="a")
    b = tf.Variable(3, trainable=False, name="b")
    c = tf.Variable(tf.constant([[1.0, 2.0]]), name="c")
    d = tf.Variable(lambda: tf.zeros([2, 2]), dtype=tf.float32, name="d")
    e = tf.Variable(np.arange(3.0))
    f = tf.Variable([1, 2], dtype=tf.float64)
    return {"a": a, "b": b + 1, "c": c * 2.0, "d": d - c, "e": e, "f": -f}, {}


def create_resource(tf):
    a = tf.Variable([1.0, 2.0], name="a", use_resource=True)
    b = tf.Variable(tf.constant(3.0), use_resource=True)
    c = tf.Variable(lambda: tf.ones([2]), dtype=tf.float32, name="c", use_resource=True)
    with tf.name_scope("net"):
        y = a * b + c
    return {"y": y, "read": a.read_value(), "value": a.value(), "one": a[0]}, {}


def creation_under_control_dependencies(tf):
    gate = tf.no_op(name="gate")
    with tf.control_dependencies([gate]):
        v = tf.Variable(1.0, name="v")
        r = tf.Variable(2.0, name="r", use_resource=True)
        y = tf.add(v, r)
    return {"y": y}, {}


@_runs("sub")
def assign_reference(tf):
    v = tf.Variable([1.0, 2.0], name="v")
    i = tf.Variable(0, name="i")
    new = tf.assign(v, [3.0, 4.0])
    with tf.control_dependencies([new]):
        added = v.assign_add([1.0, 1.0])
        with tf.control_dependencies([added]):
            r = v.read_value()
    sub = tf.assign_sub(i, 2, name="less")
    any_shape = tf.Variable(1.0, validate_shape=False, name="any")
    wide = tf.assign(any_shape, [1.0, 2.0], validate_shape=False)
    return {"r": r, "sub": sub, "wide": wide}, {}


def assign_resource(tf):
    v = tf.Variable([1.0, 2.0], name="v", use_resource=True)
    new = v.assign([3.0, 4.0])
    with tf.control_dependencies([new]):
        added = tf.assign_add(v, [1.0, 1.0])
        with tf.control_dependencies([added]):
            less = v.assign_sub([0.5, 0.5], read_value=False)
            with tf.control_dependencies([less]):
                r = v.read_value()
    later = new.assign_add([1.0, 1.0])
    return {"r": r, "op": later.op}, {}


def _scatter(tf, v):
    order = [
        ("scatter_update", [0], [[9.0, 8.0]]),
        ("scatter_add", [1, 1], [[1.0, 2.0], [3.0, 4.0]]),
        ("scatter_sub", [2], [[1.0, 1.0]]),
        ("scatter_mul", [0, 0], [[2.0, 1.0], [3.0, 1.0]]),
        ("scatter_div", [1], [[2.0, 4.0]]),
        ("scatter_min", [0], [[1.0, 100.0]]),
        ("scatter_max", [2], [[0.0, 100.0]]),
    ]
    done = []
    for name, indices, updates in order:
        with tf.control_dependencies(done):
            done = [getattr(tf, name)(v, indices, updates).op]
    with tf.control_dependencies(done):
        return {"r": v.read_value()}, {}


def scatter_reference(tf):
    return _scatter(tf, tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], name="v"))


def scatter_resource(tf):
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], name="v", use_resource=True)
    return _scatter(tf, v)


def scatter_slices(tf):
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0]], name="v")
    delta = tf.IndexedSlices(tf.constant([[1.0, 1.0]]), tf.constant([1]))
    first = v.scatter_add(delta)
    with tf.control_dependencies([first]):
        second = v.scatter_sub(delta, use_locking=True)
        with tf.control_dependencies([second]):
            rows = tf.scatter_update(v, [[0], [1]], 7.0)
    return {"rows": rows}, {}


def scatter_nd(tf):
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0]], name="v")
    a = tf.scatter_nd_add(v, [[0, 1], [0, 1]], [1.0, 2.0])
    with tf.control_dependencies([a]):
        b = tf.scatter_nd_update(v, [[1]], [[7.0, 8.0]])
        with tf.control_dependencies([b]):
            c = tf.scatter_nd_sub(v, [[1, 0]], [1.0])
    return {"c": c}, {}


def slice_assign(tf):
    v = tf.Variable([1.0, 2.0, 3.0, 4.0], name="v")
    a = v[1:3].assign([7.0, 8.0])
    with tf.control_dependencies([a]):
        b = v[0].assign(9.0)
    return {"b": b}, {}


def is_initialized(tf):
    v = tf.Variable(1.0, name="v")
    r = tf.Variable(1.0, name="r", use_resource=True)
    return {"v": tf.is_variable_initialized(v), "r": tf.is_variable_initialized(r)}, {}


def report_uninitialized(tf):
    tf.Variable(1.0, name="v")
    tf.Variable(1.0, name="r", use_resource=True)
    local = tf.Variable(1.0, name="l", collections=[tf.GraphKeys.LOCAL_VARIABLES])
    return {"r": tf.report_uninitialized_variables(), "init": local.initializer}, {}


def references_of_references(tf):
    v = tf.Variable([1.0, 2.0], name="v")
    a = tf.assign(v, [3.0, 4.0])
    t = tf.tuple([a, v])
    return {"a": tf.identity(a), "t0": t[0], "t1": t[1].op, "g": tf.group(a, v)}, {}


def caching_and_devices(tf):
    with tf.device("/cpu:0"):
        v = tf.Variable([1.0], name="v")
        r = tf.Variable([1.0], name="r", use_resource=True)
        with tf.device("/device:CPU:0"):
            y = tf.add(v, r)
        a = tf.assign(v, [2.0])
    g = tf.group(a, y.op, name="g")
    return {"g": g}, {}


# ---------------------------------------------------------------------- by name


def get_variable_values(tf):
    a = tf.get_variable("a", initializer=tf.constant([1.0, 2.0]))
    b = tf.get_variable("b", initializer=3.0)
    c = tf.get_variable("c", initializer=np.float64(2.0), dtype=tf.float64)
    d = tf.get_variable("d", [2], initializer=lambda shape, dtype=None, **_: tf.ones(shape, dtype))
    e = tf.get_variable("e", initializer=lambda: tf.zeros([2]))
    return {"a": a, "b": b, "c": c, "d": d + e}, {}


def get_variable_initializers(tf):
    z = tf.get_variable("z", [2], initializer=tf.zeros_initializer())
    o = tf.get_variable("o", [2], initializer=tf.ones_initializer)
    c = tf.get_variable("c", [2], initializer=tf.constant_initializer(2.5))
    i = tf.get_variable("i", [2], dtype=tf.int32)
    g = tf.get_variable("g", [3, 4])
    r = tf.get_variable("r", [2], initializer=tf.zeros_initializer(), use_resource=True)
    return {"y": z + o + c, "i": i, "n": tf.shape(g), "r": r * 2.0}, {}


def scopes(tf):
    out = {}
    with tf.variable_scope("a") as a:
        v = tf.get_variable("v", initializer=1.0)
        out["in_a"] = tf.add(v, 1.0)
        with tf.variable_scope("b", reuse=tf.AUTO_REUSE):
            w = tf.get_variable("w", initializer=2.0)
            out["same"] = tf.add(w, tf.get_variable("w", initializer=2.0))
    with tf.variable_scope(a, reuse=True):
        out["again"] = tf.add(tf.get_variable("v"), 2.0)
    with tf.variable_scope("a", reuse=True):
        out["third"] = tf.add(tf.get_variable("v"), 3.0)
    with tf.variable_scope(None, "auto"):
        out["auto"] = tf.identity(tf.get_variable("v", initializer=4.0))
    with tf.variable_scope(None, "auto"):
        out["auto_1"] = tf.identity(tf.get_variable("v", initializer=5.0))
        with tf.variable_scope(None, "inner"):
            out["inner"] = tf.identity(tf.get_variable("v", initializer=6.0))
    with tf.name_scope("ns"), tf.variable_scope("vs"):
        out["ns"] = tf.identity(tf.get_variable("m", initializer=7.0), name="read_m")
    with tf.variable_scope("quiet", auxiliary_name_scope=False):
        out["quiet"] = tf.identity(tf.get_variable("q", initializer=8.0), name="read_q")
    with tf.variable_scope(""):
        out["root"] = tf.identity(tf.get_variable("root", initializer=9.0))
    with tf.variable_scope(a, auxiliary_name_scope=False), tf.name_scope(a.original_name_scope):
        out["reopened"] = tf.constant(1.0, name="reopened")
    return out, {}


def scope_defaults(tf):
    def double(getter, name, *args, **kwargs):
        return getter(name, *args, **kwargs) * 2.0

    def rename(getter, name, *args, **kwargs):
        return getter(f"{name}_renamed", *args, **kwargs)

    with tf.variable_scope(
        "s", initializer=tf.ones_initializer(), dtype=tf.float64, custom_getter=double
    ) as s:
        a = tf.get_variable("a", [2])
        with tf.variable_scope("t", custom_getter=rename, use_resource=True):
            b = tf.get_variable("b", [2])
        s.set_dtype(tf.float32)
        c = tf.get_variable("c", [2])
    return {"a": a, "b": b, "c": c}, {}


def regularizer(tf):
    with tf.variable_scope("s", regularizer=lambda v: tf.reduce_sum(v * v)):
        a = tf.get_variable("a", initializer=tf.constant([1.0, 2.0]))
        tf.get_variable("b", initializer=tf.constant([1.0]), regularizer=tf.no_regularizer)
    (loss,) = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
    return {"a": a, "twice": tf.add(loss, loss), "more": 1.0 + loss}, {}


def local_variables(tf):
    a = tf.get_local_variable("a", initializer=1.0)
    b = tf.get_variable("b", initializer=1.0, collections=["mine", tf.GraphKeys.LOCAL_VARIABLES])
    init = tf.local_variables_initializer()
    return {"init": init, "group": tf.variables_initializer([a, b], name="both")}, {}


def creators(tf):
    def creator(next_creator, **kwargs):
        kwargs["name"] = f"made_{kwargs['name']}"
        return next_creator(**kwargs)

    with tf.variable_creator_scope(creator):
        a = tf.Variable(1.0, name="a")
        b = tf.get_variable("b", initializer=2.0)
    return {"a": a, "b": b}, {}


def partitioned(tf):
    with tf.variable_scope("s", partitioner=tf.fixed_size_partitioner(2)):
        v = tf.get_variable("v", [3, 2], initializer=tf.ones_initializer())
    y = tf.matmul(tf.constant([[1.0, 2.0, 3.0]]), v)
    return {"y": y}, {}


# ---------------------------------------------------------------------- order and hand on


def control(tf):
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    d = tf.placeholder_with_default([[1.0, 2.0]], [None, 2], name="d")
    a, b = tf.tuple([x, d], name="both", control_inputs=[tf.no_op()])
    n = tf.identity_n([a, b])
    g = tf.group([x, [a]], n[0], name="all")
    empty = tf.group()
    with tf.control_dependencies([g, empty]):
        s = tf.stop_gradient(tf.identity(b))
    e = tf.ensure_shape(s, [1, None])
    return {"s": s, "a": a, "e": e}, {x: np.ones((1, 2), np.float32)}


def gradients_through_variables(tf):
    v = tf.Variable([1.0, 2.0], name="v")
    r = tf.Variable([3.0, 4.0], name="r", use_resource=True)
    x = tf.placeholder_with_default([5.0, 6.0], [2])
    y = tf.reduce_sum(v * r * tf.stop_gradient(v) * tf.identity(x))
    dv, dr, dx = tf.gradients(y, [v, r, x])
    return {"dv": dv, "dr": dr, "dx": dx}, {}


CASES = {
    f.__name__: f
    for f in (
        create_by_value, create_resource, creation_under_control_dependencies, assign_reference,
        assign_resource, scatter_reference, scatter_resource, scatter_slices, scatter_nd,
        slice_assign, is_initialized, report_uninitialized, references_of_references,
        caching_and_devices, get_variable_values, get_variable_initializers, scopes, scope_defaults,
        regularizer, local_variables, creators, partitioned, control, gradients_through_variables,
    )
}  # fmt: skip
