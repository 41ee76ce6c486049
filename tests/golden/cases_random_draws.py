"""Permutations of indices, even points, random parts of images, drawing from a state."""

import numpy as np


def permutations(tf):
    f, g = tf.raw_ops.RandomIndexShuffle, tf.random.experimental
    out = {}
    for dtype in ("int32", "uint32", "int64", "uint64"):
        for most in (0, 1, 4, 255, 65535, 65537, 10**6, 2**31 - 1):
            index = np.unique(np.linspace(0, most, 5).astype(np.int64)).astype(dtype)
            out[f"{dtype} {most}"] = f(
                index=tf.constant(index), seed=tf.constant([1, 2**31 - 1, 77], dtype),
                max_index=tf.constant(np.array(most).astype(dtype)),
            )  # fmt: skip
    out["rounds"] = f(index=tf.range(9), seed=[1, 2, 3], max_index=8, rounds=8)
    out["large"] = f(
        index=tf.constant([5, 2**60, 2**62]),
        seed=tf.constant([[1, 2, 3], [-4, 5, 6], [2**40, 8, 9]], tf.int64),
        max_index=tf.constant([2**61, 2**62 + 1, 2**63 - 1]),
    )
    out["scalar"] = g.index_shuffle(3, [5, 9], 7)
    out["vector"] = g.index_shuffle(tf.range(4), seed=[5, 9], max_index=3)
    seed = tf.placeholder("int32", [2], name="seed")
    out["fed"] = g.index_shuffle(tf.constant([3, 4]), seed, tf.constant([7, 9]))
    return out, {seed: [5, 6]}


def shuffles(tf):
    g = tf.random.experimental
    rows_ = tf.constant(np.arange(20.0).reshape(10, 2))
    return {
        "auto": g.stateless_shuffle(tf.range(11), [8, 9]),
        "philox": g.stateless_shuffle(rows_, tf.constant([8, 9], tf.int64), alg="philox"),
        "number": g.stateless_shuffle(tf.range(7), [8, 9], alg=1, name="named"),
        "of the enumeration": g.stateless_shuffle(tf.range(7), [8, 9], tf.random.Algorithm.PHILOX),
        "split": g.stateless_split([8, 9]),
        "split long": tf.random.split(tf.constant([8, -9], tf.int64), num=3, alg="philox"),
        "folded": tf.random.fold_in([8, 9], 5),
        "folded long": g.stateless_fold_in([8, 9], tf.constant(5, tf.int64)),
    }, {}


def sobol(tf):
    out = {}
    for dtype in ("float32", "float64"):
        for dim, n, skip in [(1, 5, 0), (7, 20, 3), (90, 1, 2**20), (5, 3, 2**29)]:
            kind = tf.as_dtype(dtype)
            out[f"{dtype} {dim} {n} {skip}"] = tf.math.sobol_sample(dim, n, skip, kind)
    skip = tf.placeholder("int32", [], name="skip")
    n = tf.placeholder("int32", [], name="n")
    out["fed"] = tf.raw_ops.SobolSample(dim=2, num_results=n, skip=skip)
    dim = tf.placeholder_with_default(2, None)
    out["unknown"] = tf.raw_ops.SobolSample(dim=dim, num_results=3, skip=0)
    return out, {skip: 5, n: 4}


def distorted(tf):
    f = tf.raw_ops.StatelessSampleDistortedBoundingBox
    out = {}
    boxes = tf.constant([[[0.1, 0.2, 0.5, 0.9], [0.0, 0.0, 0.3, 0.3]]])
    for dtype in ("int32", "int64", "uint8", "int16", "int8"):
        for seed in ([1, 2], [3, -4]):
            found = f(
                image_size=tf.constant([100, 120, 3], dtype), bounding_boxes=boxes,
                min_object_covered=0.3, seed=seed,
            )  # fmt: skip
            out.update({f"{dtype} {seed} {n}": getattr(found, n) for n in found._fields})
    found = f(
        image_size=[30, 50, 1], bounding_boxes=tf.zeros([1, 0, 4]), min_object_covered=0.1,
        seed=tf.constant([7, 8], tf.int64), use_image_if_no_bounding_boxes=True,
        aspect_ratio_range=[0.5, 2.0], area_range=[0.2, 0.5], max_attempts=5,
    )  # fmt: skip
    out.update({f"image {n}": getattr(found, n) for n in found._fields})
    return out, {}


def drawn(op_type, dtype, shape=(3,), runs=("run",), **bounds):
    """Drawing from a state: numbers of the second run, and the state after it."""

    def case(tf):
        state = tf.get_variable(
            "state", initializer=tf.constant([2**62, -1, 3], tf.int64), use_resource=True
        )
        kinds = {k: tf.constant(v, dtype) for k, v in bounds.items()}
        attrs = {} if bounds else {"dtype": tf.as_dtype(dtype)}
        lengths = tf.constant(np.array(shape, np.int32)) if len(shape) > 1 else list(shape)
        f = getattr(tf.raw_ops, op_type)
        x = f(resource=state.handle, algorithm=1, shape=lengths, **kinds, **attrs)
        return {"run": tf.group(x), "x": x}, {}

    case.runs = list(runs)
    return case


FILLERS = [
    *[
        (t, d)
        for t in ("StatefulUniform", "StatefulStandardNormalV2", "StatefulTruncatedNormal")
        for d in ("float16", "bfloat16", "float32", "float64")
    ],
    *[("StatefulUniformFullInt", d) for d in ("int32", "int64", "uint32", "uint64")],
]

CASES = {
    "permutations": permutations,
    "shuffles": shuffles,
    "sobol": sobol,
    "distorted": distorted,
    **{f"{t}-{d}": drawn(t, d, (2, 3) if d == "float32" else (5,)) for t, d in FILLERS},
    **{
        f"StatefulUniformInt-{d}": drawn("StatefulUniformInt", d, minval=3, maxval=90)
        for d in ("int32", "int64")
    },
}
