"""Op types that update variables, dense and sparse, on references and on resource handles.

Each rule is run twice in its four forms, each with variables of its own.  Those of the usual
optimizers are in ``cases_optimizers.py``.
"""

import numpy as np

# rule: variables | other arguments.
RULES = {
    "Adadelta": "var accum accum_update | lr rho epsilon grad",
    "AdagradDA": "var gradient_accumulator gradient_squared_accumulator "
    "| grad lr l1 l2 global_step",
    "AdagradV2": "var accum | lr epsilon grad",
    "AdaMax": "var m v | beta1_power lr beta1 beta2 epsilon grad",
    "AdamWithAmsgrad": "var m v vhat | beta1_power beta2_power lr beta1 beta2 epsilon grad",
    "AddSign": "var m | lr alpha sign_decay beta grad",
    "CenteredRMSProp": "var mg ms mom | lr rho momentum epsilon grad",
    "FtrlV2": "var accum linear | grad lr l1 l2 l2_shrinkage lr_power",
    "KerasMomentum": "var accum | lr grad momentum",
    "PowerSign": "var m | lr logbase sign_decay beta grad",
    "ProximalAdagrad": "var accum | lr l1 l2 grad",
    "ProximalGradientDescent": "var | alpha l1 l2 delta",
    "RMSProp": "var ms mom | lr rho momentum epsilon grad",
}
FORMS = ("Apply", "ResourceApply", "SparseApply", "ResourceSparseApply")
LACKING = {
    "ApplyAdamWithAmsgrad", "ApplyKerasMomentum", "SparseApplyKerasMomentum",
    *[f"{s}SparseApply{r}" for s in ("", "Resource") for r in
      ("AdaMax", "AdamWithAmsgrad", "AddSign", "PowerSign")],
}  # fmt: skip
FLAGS = {"FtrlV2": {"multiply_linear_by_lr": True}, "KerasMomentum": {"use_nesterov": True}}
NUMBERS = {
    "alpha": 0.3, "beta": 0.9, "beta1": 0.9, "beta1_power": 0.81, "beta2": 0.75,
    "beta2_power": 0.6, "epsilon": 0.01, "l1": 0.02, "l2": 0.03, "l2_shrinkage": 0.05,
    "logbase": 0.7, "lr": 0.1, "lr_power": -0.5, "momentum": 0.8, "rho": 0.9, "sign_decay": 0.5,
}  # fmt: skip
START = {
    "var": [[0.5, -1], [2, 0.01], [0, 3]],
    "mg": [[0.1, -0.2], [0.3, 0], [0, 0.1]],
    "linear": [[0.2, -0.3], [0, 0.5], [-0.5, 0]],
    "m": [[0.1, -0.2], [0.3, -0.4], [0, 0]],
    "mom": [[0.1, 0], [0, 0.2], [-0.1, 0]],
    "gradient_accumulator": [[0.5, -1], [0.25, 0], [1, 1]],
    None: [[0.5, 1], [0.25, 2], [1, 0.75]],  # squares
}
GRAD = [[0.5, -0.25], [-2, 0], [1, 0.125]]
ROWS = np.array([2, 0], np.int32)


def updated(rule, dtype="float32", flags=None):
    def case(tf):
        names, others = (part.split() for part in RULES[rule].split("|"))
        fetches = {}
        for form in FORMS:
            op_type = form + rule
            if op_type in LACKING:
                continue
            slots = {
                n: tf.Variable(
                    np.array(START.get(n, START[None]), dtype), name=n,
                    use_resource="Resource" in form,
                )
                for n in names
            }  # fmt: skip
            given = {n: tf.constant(NUMBERS[n], dtype) for n in others if n in NUMBERS}
            if "global_step" in others:
                given["global_step"] = tf.constant(3, tf.int64)
            sparse = "Sparse" in form
            name = "grad" if sparse or "grad" in others else "delta"
            given[name] = tf.constant(
                np.array(GRAD, dtype)[:2] if sparse else np.array(GRAD, dtype)
            )
            if sparse:
                given["indices"] = tf.constant(ROWS)
            for n, v in slots.items():
                given[n] = v.handle if "Resource" in form else v._variable
                fetches[f"{form}_{n}"] = v
            made = getattr(tf.raw_ops, op_type)(**given, **(flags or {}))
            fetches[form] = getattr(made, "op", made)
        return fetches, {}

    forms = [f for f in FORMS if f + rule not in LACKING]
    case.runs = [*forms, *forms]
    return case


def scattered(kind, dtype="float32"):
    """Into elements and rows, one of them twice where that has a meaning."""

    def case(tf):
        fetches = {}
        places = np.array([[2], [0], [2]] if kind != "Update" else [[2], [0]], np.int32)
        rows = np.array([[1, -2], [0.5, 4], [3, 0]], dtype)[: len(places)]
        for resource in (False, True):
            v = tf.Variable(np.array(START["var"], dtype), use_resource=resource)
            function = getattr(tf.raw_ops, f"{'Resource' * resource}ScatterNd{kind}")
            ref = v.handle if resource else v._variable
            made = function(ref=ref, indices=places, updates=rows)
            again = function(ref=ref, indices=np.array([[1, 1]]), updates=np.array([2], dtype))
            again = getattr(again, "op", again)
            fetches |= {f"v{resource}": v, f"b{resource}": again}
            fetches[f"a{resource}"] = getattr(made, "op", made)
        return fetches, {}

    case.runs = ("aFalse", "bFalse", "aTrue", "bTrue")
    return case


def counted(dtype):
    def case(tf):
        out = {}
        for resource in (False, True):
            v = tf.Variable(np.array(3, dtype), use_resource=resource)
            if resource:
                y = tf.raw_ops.ResourceCountUpTo(resource=v.handle, limit=6, T=dtype)
            else:
                y = tf.raw_ops.CountUpTo(ref=v._variable, limit=6)
            out |= {f"v{resource}": v, f"y{resource}": y.op}
        return out, {}

    case.runs = ("yFalse", "yTrue", "yTrue")
    return case


def counted_too_far(tf):
    v = tf.Variable(3)
    return {"y": tf.raw_ops.CountUpTo(ref=v._variable, limit=3)}, {}


def sliced(tf):
    v = tf.Variable(np.array(START["var"], np.float32), use_resource=True)
    a = tf.raw_ops.ResourceStridedSliceAssign(
        ref=v.handle, begin=[2, 0], end=[0, 2], strides=[-1, 1], value=[[7.0, 8.0], [9.0, 1.0]]
    )
    b = tf.raw_ops.ResourceStridedSliceAssign(
        ref=v.handle, begin=[0, 1], end=[0, 2], strides=[1, 1], value=-4.0, shrink_axis_mask=3
    )
    return {"v": v, "a": a, "b": b}, {}


sliced.runs = ("a", "b")


def old_variable(tf):
    """The first kind of variable: a shape of `[]` is unknown."""
    v = tf.raw_ops.Variable(shape=[2], dtype=tf.float32, shared_name="v")
    w = tf.raw_ops.Variable(shape=[], dtype=tf.int32, shared_name="w")
    y = tf.assign_add(tf.assign(v, [1.0, 2.0]), [0.5, 0.5])
    return {"y": y * 2, "w": tf.assign(w, 3)}, {}


def skipped(tf):
    """Of a generator: Philox's counter grows by 256 numbers' worth."""
    v = tf.Variable(np.array([1, 2, 3], np.int64), use_resource=True)
    a = tf.raw_ops.RngSkip(resource=v.handle, algorithm=np.int64(1), delta=np.int64(10))
    return {"v": v, "a": a}, {}


skipped.runs = ("a", "a")

CASES = {
    **{rule: updated(rule) for rule in RULES},
    **{f"{rule}-flag": updated(rule, flags=FLAGS[rule]) for rule in FLAGS},
    **{f"{r}-half": updated(r, "float16") for r in ("PowerSign",)},
    **{f"scatter-{k}": scattered(k) for k in ("Update", "Add", "Sub", "Max", "Min")},
    "scatter-Max-int64": scattered("Max", "int64"),
    "count": counted("int32"),
    "count-int64": counted("int64"),
    "count-too far": counted_too_far,
    "slice": sliced,
    "old variable": old_variable,
    "skip": skipped,
}
