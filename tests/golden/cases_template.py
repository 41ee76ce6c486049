"""`tf.make_template`: the names of variables and nodes over several calls."""


def _line(tf):
    def line(x, k=1.0):
        w = tf.get_variable("w", [2], initializer=tf.ones_initializer())
        return tf.add(x * w, k, name="out")

    return line


def calls(tf):
    x = tf.constant([1.0, 2.0], name="x")
    line = tf.make_template("T", _line(tf))
    a, b = line(x), line(x, k=2.0)
    with tf.name_scope("ns"):
        c = line(x)
    with tf.variable_scope("vs"):
        d = line(x)
    e = tf.make_template("T", _line(tf))(x)
    return {"a": a, "b": b, "c": c, "d": d, "e": e}, {}


def scope_now(tf):
    x = tf.constant([1.0, 2.0], name="x")
    first = tf.make_template("N", _line(tf), create_scope_now_=True)
    with tf.variable_scope("outer"):
        second = tf.make_template("N", _line(tf), create_scope_now_=True, k=3.0)
        third = tf.make_template("L", _line(tf))
    results = [template(x) for template in (first, first, second, second, third)]
    return dict(zip("abcde", results, strict=True)), {}


def nested(tf):
    x = tf.constant([1.0, 2.0], name="x")
    inner = tf.make_template("inner", _line(tf))
    outer = tf.make_template("outer", lambda x: inner(x) * 2.0, unique_name_="own")
    y = outer(x)
    (dw,) = tf.gradients(y + outer(x), tf.trainable_variables())
    return {"y": y, "z": inner(x), "dw": dw}, {}


CASES = {f.__name__: f for f in (calls, scope_now, nested)}
