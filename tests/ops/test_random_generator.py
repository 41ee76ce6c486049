"""Generators whose state is a variable.

Nodes and numbers are compared with TensorFlow in ``golden/random_generator.json``.
"""

import numpy as np
import pytest

import tfgrad as tf
from tests.helpers import run_op
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph

Generator = tf.random.experimental.Generator


def test_each_run_draws_other_numbers_and_moves_the_state_on():
    with new_graph() as graph:
        g = Generator.from_state([1, 2, 3], "philox")
        x = g.uniform([5])
        with tf.Session(graph=graph) as session:
            session.run(tf.global_variables_initializer())
            first, second = session.run(x), session.run(x)
            np.testing.assert_array_equal(session.run(g.state), [1 + 2 * 5 * 256, 2, 3])
            session.run(g.state.initializer)
            np.testing.assert_array_equal(session.run(x), first)
    assert (first != second).all()


def test_counter_carries():
    with new_graph() as graph:
        g = Generator.from_state([2**64 - 256, 2, 3], 1)
        before = g.skip(3)
        with tf.Session(graph=graph) as session:
            session.run(tf.global_variables_initializer())
            np.testing.assert_array_equal(session.run(before), [-256, 2, 3])
            np.testing.assert_array_equal(session.run(g.state), [512, 3, 3])
            session.run(add_op("RngSkip", g.state.handle, 1, 2))
            np.testing.assert_array_equal(session.run(g.state), [1024, 3, 3])


def test_generator_of_chance_differs_between_sessions():
    with new_graph() as graph:
        x = Generator.from_non_deterministic_state().uniform_full_int([2])
        found = []
        for _ in range(2):
            with tf.Session(graph=graph) as session:
                session.run(tf.global_variables_initializer())
                found.append(session.run(x))
    assert (found[0] != found[1]).all()


def test_a_copy_begins_with_the_state_of_the_original():
    with new_graph() as graph:
        g = Generator.from_seed(5)
        h = Generator(copy_from=g)
        with tf.Session(graph=graph) as session:
            session.run(g.state.initializer)
            session.run(h.state.initializer)
            np.testing.assert_array_equal(session.run(h.state), [5, 0, 0])


def test_state_can_be_set_again():
    with new_graph() as graph:
        g = Generator.from_seed(5)
        before = len(graph.get_operations())
        g.reset_from_seed(6)
        g.reset_from_key_counter(9, [7, 8])
        g.reset([1, 1, 1])
        sets = [op for op in graph.get_operations()[before:] if op.type == "AssignVariableOp"]
        with tf.Session(graph=graph) as session:
            for op, expected in zip(sets, ([6, 0, 0], [7, 8, 9], [1, 1, 1]), strict=True):
                session.run(op)
                np.testing.assert_array_equal(session.run(g.state), expected)


def test_global_generator_is_kept():
    with new_graph():
        tf.random.experimental.set_global_generator(None)
        g = tf.random.experimental.get_global_generator()
        assert tf.random.experimental.get_global_generator() is g
        tf.random.experimental.set_global_generator(None)


def test_only_philox_is_there():
    with new_graph():
        with pytest.raises(tf.errors.UnimplementedError, match="ThreeFry"):
            Generator.from_seed(1, "threefry")
        with pytest.raises(ValueError, match="got unsupported string value other"):
            Generator.from_seed(1, "other")
        with pytest.raises(ValueError, match="are incompatible"):
            Generator.from_state([1, 2], 1)


def test_bounds_of_whole_numbers_are_both_given_or_not():
    with new_graph():
        g = Generator.from_seed(1)
        with pytest.raises(ValueError, match="both `None` or both non-`None`"):
            g.uniform([2], 0, dtype=tf.int32)


def test_seeds_can_be_drawn():
    with new_graph() as graph:
        g = Generator.from_seed([4, 5])
        seeds = g.make_seeds(3)
        with tf.Session(graph=graph) as session:
            session.run(g.state.initializer)
            found = session.run(seeds)
    assert found.shape == (2, 3)
    assert (found[1] == 0).all()


def test_binomial_numbers_differ_between_runs():
    """In TensorFlow the state does not move."""
    with new_graph() as graph:
        g = Generator.from_seed(1)
        x = g.binomial([50], 100.0, 0.4)
        with tf.Session(graph=graph) as session:
            session.run(g.state.initializer)
            assert (session.run(x) != session.run(x)).any()


@pytest.mark.parametrize("dtype", [tf.int32, tf.int64, tf.uint64, tf.uint8])
def test_numbers_of_chance_have_all_bits(dtype):
    x = run_op("NonDeterministicInts", np.array([50, 8]), dtype=dtype)
    assert x.shape == (50, 8)
    assert x.dtype == dtype.as_numpy_dtype
    assert np.bitwise_or.reduce(x.ravel()).view() == np.array(-1).astype(x.dtype)
