"""Cases of printing, for TensorFlow and tfgrad alike."""

import collections


def print_(tf):
    x = tf.placeholder("float32", [None], name="x")
    s = tf.SparseTensor([[0]], [1.0], [2])
    pair = collections.OrderedDict([("b", x), ("a", 2)])
    results = {
        "text": tf.print(tf.constant("only text")),
        "named": tf.print("x:", x, [x, "deep", 3], name="named", summarize=1),
        "mark": tf.print("{} taken", x, sep=", ", end="!"),
        "dict": tf.print({"k": x}, pair, (1, "two"), s),
        "all": tf.print(x, summarize=-1),
    }
    with tf.control_dependencies(list(results.values())):
        return {**results, "y": x * 2.0}, {x: [1.0, 2.5]}


CASES = {"print": print_}
