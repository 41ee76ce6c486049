"""The form of a recorded graph: plain JSON, the same from TensorFlow and from tfgrad.

`describe` reads only what both have: ``op.name``, ``op.type``, ``op.inputs``, ``op.control_inputs``
and the ``NodeDef`` message's attributes.
"""

import numpy as np

TYPES = {
    1: "float32", 2: "float64", 3: "int32", 4: "uint8", 5: "int16", 6: "int8", 7: "string",
    8: "complex64", 9: "int64", 10: "bool", 11: "qint8", 12: "quint8", 13: "qint32",
    14: "bfloat16", 15: "qint16",
    16: "quint16", 17: "uint16", 18: "complex128", 19: "float16", 20: "resource", 21: "variant",
    22: "uint32", 23: "uint64",
}  # fmt: skip
LARGEST = 64  # elements of a constant that are written out

# Written by the registration of one TensorFlow version and without meaning for tfgrad.
IGNORED = {
    "_output_shapes",
    "debug_name",
    "allowed_devices",
    "_has_manual_control_dependencies",
    "experimental_type",
}


def number(x):
    """One element, floats with six digits."""
    if isinstance(x, bytes):
        return x.decode("utf-8", "replace")
    if isinstance(x, bool | str | int):
        return x
    if isinstance(x, complex):
        return [number(x.real), number(x.imag)]
    return float(f"{x:.6g}") if np.isfinite(x) else str(x)


def array(a, dtype: str) -> dict:
    """A constant: its values, or for a large one its head and sum."""
    if a.dtype.names:  # a quantised type: records of one integer
        a = a[a.dtype.names[0]]
    flat = a.reshape(-1)
    if dtype in ("bfloat16", "float16"):
        flat = flat.astype(np.float32)
    d = {"dtype": dtype, "shape": list(a.shape)}
    if flat.size <= LARGEST:
        return {**d, "v": [number(x) for x in flat.tolist()]}
    return {**d, "head": [number(x) for x in flat[:8].tolist()], "sum": number(float(np.sum(flat)))}


def type_name(n: int) -> str:
    return TYPES[n % 100] + ("_ref" if n > 100 else "")


def shape(message):
    if message.unknown_rank:
        return None
    return [None if d.size < 0 else int(d.size) for d in message.dim]


def attr(value, make_ndarray):
    """One attribute as JSON."""
    kind = value.WhichOneof("value")
    if kind == "type":
        return type_name(value.type)
    if kind == "shape":
        return shape(value.shape)
    if kind == "tensor":
        return array(make_ndarray(value.tensor), type_name(value.tensor.dtype))
    if kind == "list":
        v = value.list
        items = [type_name(t) for t in v.type] + [shape(s) for s in v.shape]
        items += list(v.i) + [number(f) for f in v.f] + list(v.b) + [number(s) for s in v.s]
        return items
    if kind is None:
        return []
    if kind == "func":
        return value.func.name
    return number(getattr(value, kind))


def describe(op, make_ndarray) -> list:
    """``[name, type, inputs, control inputs, attributes]``."""
    inputs = [t.name[:-2] if t.name.endswith(":0") else t.name for t in op.inputs]
    attrs = {k: attr(v, make_ndarray) for k, v in op.node_def.attr.items() if k not in IGNORED}
    if "_class" in attrs:
        attrs["_class"] = sorted(attrs["_class"])
    if "_gradient_op_type" in attrs:  # CustomGradient-12: the number counts all of a process
        attrs["_gradient_op_type"] = attrs["_gradient_op_type"].split("-")[0]
    if "memory_region_name" in attrs:  # wherever temporary files are
        attrs["memory_region_name"] = attrs["memory_region_name"].rpartition("/")[2]
    if "token" in attrs:  # pyfunc_3 likewise
        attrs["token"] = attrs["token"].split("_")[0]
    if attrs.get("shared_name", "").startswith("hash_table_"):  # and a number of its own
        attrs["shared_name"] = "hash_table"
    control = sorted(c.name for c in op.control_inputs)
    return [op.name, op.type, inputs, control, {k: attrs[k] for k in sorted(attrs)}]


def value(x) -> dict:
    """A fetched value, with all its digits."""
    a = np.asarray(x)
    name = "string" if a.dtype.kind in "OSU" else a.dtype.name
    flat = a.reshape(-1)
    if name in ("bfloat16", "float16"):
        flat = flat.astype(np.float32)
    if a.dtype.kind == "c":
        v = [[repr(float(e.real)), repr(float(e.imag))] for e in flat]
    elif a.dtype.kind == "f" or name == "bfloat16":
        v = [float(repr(float(e))) if np.isfinite(e) else str(e) for e in flat.tolist()]
        if a.dtype == np.float32:
            v = [float(f"{e:.9g}") if isinstance(e, float) else e for e in v]
    else:
        v = [e.decode("utf-8", "replace") if isinstance(e, bytes) else e for e in flat.tolist()]
    return {"dtype": name, "shape": list(a.shape), "v": v}


def values(d: dict) -> np.ndarray:
    """The array that `value` wrote, as float64, complex128 or objects."""
    if d["dtype"].startswith("complex"):
        flat = np.array([complex(float(a), float(b)) for a, b in d["v"]])
    elif d["dtype"] == "string":
        flat = np.array(d["v"], dtype=object)
    else:
        flat = np.array([float(e) for e in d["v"]], np.float64)
    return flat.reshape(d["shape"])


def record(tf, build) -> dict:
    """Builds one case in a fresh graph and runs it.

    Args:
      tf: the engine.
      build: ``f(tf) -> (fetches, feeds)``.  ``build.runs`` names operations that are run first,
        in that order; variables are initialised before.  ``build.is_run`` is False where TensorFlow
        has no kernel for a CPU, for which it refuses the graph as a whole.

    Returns:
      ``{"nodes": [...], "values": {...}}``; ``"error"`` instead of values if the run failed.
    """
    graph = tf.Graph()
    with graph.as_default():
        fetches, feeds = build(tf)
        nodes = [describe(op, tf.make_ndarray) for op in graph.get_operations()]
        out: dict = {"nodes": nodes}
        out["names"] = {k: getattr(v, "name", None) for k, v in fetches.items()}
        if not getattr(build, "is_run", True):
            return out
        init = tf.global_variables_initializer()
        tensors = {k: v for k, v in fetches.items() if hasattr(v, "dtype")}
        with tf.Session(graph=graph) as session:
            try:
                session.run(init)
                for name in getattr(build, "runs", ()):
                    session.run(fetches[name], feeds)
                got = session.run(tensors, feeds)
                out["values"] = {k: value(v) for k, v in got.items()}
            except tf.errors.OpError as error:
                out["error"] = type(error).__name__
    return out
