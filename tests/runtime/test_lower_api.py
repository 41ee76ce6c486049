"""`tfgrad.lower`: a part of a graph as a JAX function gives what sessions give."""

import jax
import numpy as np
import pytest
from jax.sharding import PartitionSpec

import tfgrad as tf

SHAPE = (8, 3)


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def batch():
    return np.random.default_rng(0).normal(size=SHAPE).astype(np.float32)


def model():
    """A small model with random initial values and dropout: its input, loss and training step."""
    x = tf.placeholder(tf.float32, SHAPE)
    w = tf.get_variable("w", [3, 1], initializer=tf.random_normal_initializer())
    hidden = tf.nn.dropout(tf.matmul(x, w), keep_prob=0.5)
    loss = tf.reduce_mean(tf.square(hidden - 1.0))
    return x, loss, tf.train.AdamOptimizer(0.1).minimize(loss)


def by_session(seed: int, steps: int) -> list[float]:
    """The losses of a session on a graph with that seed."""
    with tf.Graph().as_default():
        tf.set_random_seed(seed)
        x, loss, step = model()
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            return [session.run([step, loss], {x: batch()})[1] for _ in range(steps)]


def test_training_is_that_of_a_session():
    tf.set_random_seed(4)
    x, loss, step = model()
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    lowered = tf.lower([step, {"loss": loss}], [x], session=session)
    function, state = jax.jit(lowered.function), lowered.state
    got = []
    for _ in range(4):
        (none, value), state = function(state, batch())
        assert none is None
        got.append(value["loss"])
    np.testing.assert_allclose(got, by_session(4, 4), rtol=1e-6)
    assert sorted(state) == [
        "beta1_power", "beta2_power", "dropout/random_uniform/RandomUniform", "w", "w/Adam",
        "w/Adam_1",
    ]  # fmt: skip
    # The session has not moved.
    np.testing.assert_array_equal(session.run("w:0"), lowered.state["w"])
    np.testing.assert_allclose(session.run([step, loss], {x: batch()})[1], got[0], rtol=1e-6)


def test_a_whole_model_is_mapped_over_seeds():
    x, loss, step = model()
    init = tf.lower(tf.global_variables_initializer())
    train = tf.lower([step, loss], [x])

    def losses(seed, x):
        _, state = init.function(init.streams(seed))

        def one(state, _):
            (_, value), state = train.function(state, x)
            return state, value

        return jax.lax.scan(one, {**state, **train.streams(seed)}, length=3)[1]

    got = jax.jit(jax.vmap(losses, (0, None)))(np.arange(3), batch())
    for seed in range(3):
        np.testing.assert_allclose(got[seed], by_session(seed, 3), rtol=1e-5)


def test_gradients_of_the_graph_are_mapped_over_examples():
    """Nothing is differentiated by JAX: the gradient nodes are part of what is lowered."""
    x = tf.placeholder(tf.float32, [3])
    y = tf.reduce_prod(x)
    lowered = tf.lower([y, tf.gradients(y, x)[0]], [x])
    points = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    (values, slopes), _ = jax.vmap(lambda p: lowered.function({}, p))(points)
    np.testing.assert_allclose(values, points.prod(1), rtol=1e-6)
    np.testing.assert_allclose(slopes, points.prod(1)[:, None] / points, rtol=1e-5)


def test_a_batch_is_divided_over_devices():
    x = tf.placeholder(tf.float32, [None, 3])
    w = tf.Variable(np.ones((3, 1), np.float32), name="w")
    loss = tf.reduce_mean(tf.square(tf.matmul(x, w)))
    slope = tf.gradients(loss, w)[0]
    lowered = tf.lower([loss, slope], [x])
    n = len(jax.devices())
    mesh = jax.make_mesh((n,), ("batch",), axis_types=(jax.sharding.AxisType.Auto,))
    split, whole = PartitionSpec("batch"), PartitionSpec()

    def mean(state, x):
        return jax.lax.pmean(lowered.function(state, x)[0], "batch")

    mapped = jax.shard_map(mean, mesh=mesh, in_specs=(whole, split), out_specs=whole)
    data = np.random.default_rng(0).normal(size=(4 * n, 3)).astype(np.float32)
    got = jax.jit(mapped)(lowered.state, data)
    session = tf.Session()
    session.run(w.initializer)
    for a, b in zip(got, session.run([loss, slope], {x: data}), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6)


def test_a_state_is_passed_on_by_functions_that_use_a_part_of_it():
    a, b = tf.Variable(1.0, name="a"), tf.Variable(10.0, name="b")
    up_a = tf.lower(tf.assign_add(a, b))
    up_b = tf.lower(tf.assign_add(b, 1.0).op)
    state = {"mine": 3, **up_a.state, **up_b.state}
    value, state = up_a.function(state)
    none, state = up_b.function(state)
    assert (value, none) == (11.0, None)
    assert state == {"mine": 3, "a": 11.0, "b": 11.0}


def test_values_come_from_the_default_session_where_it_has_them():
    a, b = tf.Variable(1.0, name="a"), tf.Variable(2.0, name="b", use_resource=True)
    with tf.Session() as session:
        session.run(a.initializer)
        session.run(tf.assign(a, 5.0))
        state = tf.lower(a + b).state
    assert state == {"a": 5.0, "b": 2.0}
    assert tf.lower(a + b).state == {"a": 1.0, "b": 2.0}


def test_a_variable_without_a_value_is_named():
    v = tf.Variable(1.0, name="v")
    with pytest.raises(tf.errors.FailedPreconditionError, match="uninitialized value v"):
        tf.lower(v + 1.0).function({})
    asked = tf.lower(tf.is_variable_initialized(v))
    assert not asked.function({})[0]
    assert asked.function({"v": np.float32(1)})[0]


def test_wide_types_need_no_switch():
    v = tf.Variable(np.float64(1) / 3, name="v")
    n = tf.Variable(2**40, dtype=tf.int64, name="n")
    lowered = tf.lower([v * 3.0, tf.assign_add(n, 1)])
    (a, b), state = jax.jit(lowered.function)(lowered.state)
    assert (a.dtype, float(a)) == (np.float64, 1.0)
    assert int(b) == int(state["n"]) == 2**40 + 1
    with pytest.raises(TypeError, match="The state has 'v' as float32, the variable is float64"):
        lowered.function({**lowered.state, "v": np.float32(1)})


def test_streams_move_on_as_in_a_session():
    """Also past a word of the counter."""
    noise = tf.random_uniform([2], seed=7)
    lowered = tf.lower(noise)
    (name,) = lowered.state
    session = tf.Session()
    state = lowered.state
    for _ in range(3):
        value, state = jax.jit(lowered.function)(state)
        np.testing.assert_array_equal(value, session.run(noise))
    start = np.asarray(state[name]).copy()
    start[:2] = 0xFFFFFFFF
    _, moved = lowered.function({name: start})
    number = sum(int(w) << 32 * i for i, w in enumerate(moved[name][:4]))
    assert number == sum(int(w) << 32 * i for i, w in enumerate(start[:4])) + 2 * 256
    with pytest.raises(KeyError, match="has no random stream"):
        lowered.function({})


# ---------------------------------------------------------------------- looking at it


def test_the_program_can_be_looked_at():
    x = tf.placeholder(tf.float32, [4, 4])
    lowered = tf.lower(tf.tanh(tf.matmul(x, x)), [x])
    assert [e.primitive.name for e in lowered.jaxpr.eqns] == ["dot_general", "tanh"]
    assert "stablehlo.dot_general" in lowered.stablehlo()
    assert lowered.cost_analysis()["flops"] >= 2 * 4**3
    value, state = lowered.compile()(lowered.state, np.eye(4, dtype=np.float32))
    np.testing.assert_allclose(value, np.tanh(np.eye(4)), rtol=1e-6)
    assert state == {}


def test_examples_say_shapes_and_numbers():
    x = tf.placeholder(tf.float32, [None], name="x")
    n = tf.placeholder(tf.int32, [], name="n")
    y = tf.reshape(x, [n, -1])
    with pytest.raises(ValueError, match=r"The shape of 'x:0' is not known: \[\?\]"):
        _ = tf.lower(x * 2.0, [x]).jaxpr
    with pytest.raises(ValueError, match="The value of 'n:0' decides about a shape"):
        _ = tf.lower(y, [n, x]).jaxpr
    lowered = tf.lower(y, {n: 2, x: jax.ShapeDtypeStruct((6,), np.float32)})
    assert lowered.jaxpr.out_avals[0].shape == (2, 3)
    value, _ = lowered.compile()({}, np.arange(6, dtype=np.float32))
    np.testing.assert_array_equal(value, [[0, 1, 2], [3, 4, 5]])
    # As a function it takes both, the number from outside of what is traced.
    value, _ = jax.jit(lambda a: lowered.function({}, 3, a))(np.arange(6, dtype=np.float32))
    assert value.shape == (3, 2)
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        jax.jit(lowered.function)({}, 3, np.arange(6, dtype=np.float32))
    first, *rest = caught.value.message.split("\n")
    assert first.startswith("The value of 'n:0' decides about a shape")
    assert "test_lower_api.py" in rest[0]


# ---------------------------------------------------------------------- what cannot be lowered


def test_a_step_on_the_host_is_named():
    x = tf.placeholder(tf.float32, [3])
    y = tf.py_func(lambda a: a, [x], tf.float32, name="mine")
    with pytest.raises(tf.errors.UnimplementedError) as caught:
        tf.lower(y * 2.0, [x])
    first, made = caught.value.message.split("\n")[:2]
    assert first.startswith("'mine' (op: 'PyFunc') runs on the host, between compiled programs")
    assert "test_lower_api.py" in made
    assert 'name="mine"' in made
    tf.lower(tf.shape(y), [x, y])  # what is fed need not run


def test_a_shape_that_is_computed_is_named():
    x = tf.placeholder(tf.float32, [3])
    n = tf.cast(tf.exp(tf.reduce_sum(x)), tf.int32, name="n")
    with pytest.raises(tf.errors.UnimplementedError) as caught:
        tf.lower(tf.fill([n], 1.0, name="filled"), [x])
    first = caught.value.message.split("\n")[0]
    assert first.startswith("'filled' (op: 'Fill') is compiled for the value of")
    assert "test_lower_api.py" in caught.value.message


def test_arguments_are_checked():
    x = tf.placeholder(tf.float32, [3], name="x")
    with pytest.raises(tf.errors.InvalidArgumentError, match="You must feed a value"):
        tf.lower(x * 2.0)
    with pytest.raises(TypeError, match="Cannot interpret feeds key as Tensor"):
        tf.lower(x * 2.0, [5])
    function = tf.lower(x * 2.0, [x]).function
    with pytest.raises(TypeError, match=r"takes a state and 1 feeds \(x:0\), got 0"):
        function({})
    with pytest.raises(ValueError, match=r"Cannot feed value of shape \(2,\) for Tensor x:0"):
        function({}, [1.0, 2.0])
    with pytest.raises(TypeError, match="The argument for 'x:0' is int32, the tensor float32"):
        jax.jit(function)({}, np.arange(3, dtype=np.int32))
