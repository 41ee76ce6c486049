"""Seeds of random operations: what the graph's and the op's own seed make together.

The rule, with g the graph seed and o the op seed (``tests/golden`` has TensorFlow's numbers):

    g and o unset    (0, 0): different numbers in every session
    only o           (87654321, o)
    both             (g, o)
    only g           (g, number of earlier ops of this graph that came to this line)

both modulo 2^31 - 1; (0, 0) that comes out of it becomes (0, 2^31 - 1).
"""

from tfgrad._src.graph.graph import get_default_graph

_DEFAULT_GRAPH_SEED = 87654321
_MODULUS = 2**31 - 1


def get_seed(op_seed: int | None) -> tuple[int | None, int | None]:
    """The attributes ``(seed, seed2)`` of a random op made now; (None, None) for no seed.

    Args:
      op_seed: the seed given to the op, or None.
    """
    graph = get_default_graph()
    if graph.seed is not None:
        if op_seed is None:
            op_seed = graph._seeds_given
            graph._seeds_given += 1
        seeds = graph.seed, op_seed
    elif op_seed is not None:
        seeds = _DEFAULT_GRAPH_SEED, op_seed
    else:
        return None, None
    a, b = (_whole(s) % _MODULUS for s in seeds)
    return (0, _MODULUS) if (a, b) == (0, 0) else (a, b)


def _whole(seed) -> int:
    try:
        return int(seed)
    except ValueError:
        raise TypeError(f"A seed must be a whole number, not {seed!r}.") from None


def set_random_seed(seed: int | None) -> None:
    """Sets the seed of the default graph, from which ops without a seed of their own take theirs.

    Args:
      seed: a whole number, or None for none.

    Example:
      >>> tf.set_random_seed(1)
      >>> a = tf.random_uniform([1])   # the same number in every session
    """
    get_default_graph().seed = seed
