"""Segments, partitions, stitching."""

import numpy as np

X = np.arange(6.0).reshape(3, 2)
ROWS = (
    [
        (
            f"{kind}_{name}",
            lambda tf, p, kind=kind, data=data, ids=ids: getattr(tf, "segment_" + kind)(
                p(data), p(ids)
            ),
        )
        for kind in ("sum", "max", "mean")
        for name, data, ids in (
            ("order", X, [1, 0, 0]),
            ("length", X, [0, 1]),
            ("rank", X, [[0, 1, 1]]),
            ("negative", X, [-1, 0, 1]),
            ("scalar", 1.0, [0]),
            ("float", X, [0.0, 0.0, 1.0]),
            ("string", ["a"], [0]),
        )
    ]
    + [
        (
            f"unsorted_{kind}_{name}",
            lambda tf, p, kind=kind, data=data, ids=ids, n=n: getattr(
                tf, "unsorted_segment_" + kind
            )(p(data), p(ids), p(n)),
        )
        for kind in ("sum", "min")
        for name, data, ids, n in (
            ("range", X, [0, 1, 2], 2),
            ("shape", X, [0, 1], 2),
            ("count", X, [0, 1, 1], -1),
            ("count_vector", X, [0, 1, 1], [2]),
            ("rank", [1.0], [[0]], 2),
            ("float", X, [0.0] * 3, 2),
            ("count_float", X, [0, 1, 1], 2.0),
        )
    ]
    + [
        ("unsorted_mean_range", lambda tf, p: tf.unsorted_segment_mean(p(X), p([0, 1, 2]), p(2))),
        ("unsorted_sqrt_n_shape", lambda tf, p: tf.unsorted_segment_sqrt_n(p(X), p([0, 1]), p(2))),
        ("unsorted_integers_mean", lambda tf, p: tf.unsorted_segment_mean(p([[1]]), p([0]), p(2))),
        ("partition_range", lambda tf, p: tf.dynamic_partition(p(X), p([0, 1, 2]), 2)),
        ("partition_negative", lambda tf, p: tf.dynamic_partition(p(X), p([0, -1, 1]), 2)),
        ("partition_shape", lambda tf, p: tf.dynamic_partition(p(X), p([0, 1]), 2)),
        ("partition_rank", lambda tf, p: tf.dynamic_partition(p([1.0]), p([[0]]), 2)),
        ("partition_none", lambda tf, p: tf.dynamic_partition(p(X), p([0, 1, 1]), 0)),
        ("partition_float", lambda tf, p: tf.dynamic_partition(p(X), p([0.0, 1.0, 1.0]), 2)),
        ("partition_count_tensor", lambda tf, p: tf.dynamic_partition(p(X), p([0, 1, 1]), p(2))),
        ("stitch_count", lambda tf, p: tf.dynamic_stitch([p([0, 1])], [p(X), p(X)])),
        ("stitch_shape", lambda tf, p: tf.dynamic_stitch([p([0, 1])], [p(X)])),
        (
            "stitch_rows",
            lambda tf, p: tf.dynamic_stitch([p([0]), p([1])], [p([[1.0, 2.0]]), p([[1.0]])]),
        ),
        ("stitch_negative", lambda tf, p: tf.dynamic_stitch([p([0, -1])], [p([1.0, 2.0])])),
        ("stitch_empty", lambda tf: tf.dynamic_stitch([], [])),
        ("stitch_float", lambda tf, p: tf.dynamic_stitch([p([0.0])], [p([1.0])])),
        ("stitch_types", lambda tf, p: tf.dynamic_stitch([p([0]), p([1])], [p([1.0]), p([1])])),
        ("parallel_stitch_range", lambda tf, p: tf.parallel_stack([p([1.0]), p([1.0, 2.0])])),
    ]
)
