"""Jacobians in two ways, by `tf.gradients` and by central differences, to check one by the other.

Rows are elements of ``x``, columns elements of ``y``.  A complex element counts as two real ones,
its real part before its imaginary part, because a graph need not be holomorphic.
"""

import math
from collections.abc import Sequence

import numpy as np

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.control import identity
from tfgrad._src.functions.indexed_slices import IndexedSlices
from tfgrad._src.gradients.algorithm import gradients
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph import sessions
from tfgrad._src.graph.convert import constant
from tfgrad._src.graph.node import Tensor

_ALLOWED = (dt.float16, dt.bfloat16, dt.float32, dt.float64, dt.complex64, dt.complex128)


def compute_gradient(
    x,
    x_shape,
    y: Tensor,
    y_shape,
    x_init_value=None,
    delta: float = 1e-3,
    init_targets=None,
    extra_feed_dict: dict | None = None,
):
    """Computes the Jacobian ``dy/dx`` by `tf.gradients` and by central differences.

    It runs the default session: once per element of ``y`` and twice per element of ``x``.  Nodes
    are added to the graph of ``x``.

    Args:
      x: a tensor, or a list of tensors, of a floating or complex type.
      x_shape: the shape of ``x``; a list of shapes if ``x`` is a list.
      y: a tensor.
      y_shape: the shape of ``y``.
      x_init_value: the point at which to differentiate, an array of the shape of ``x``, or a list
        of arrays; default: random numbers in [0, 1).
      delta: the step; the difference is taken over twice of it.
      init_targets: operations to be run first, for example initializers.
      extra_feed_dict: values of other tensors.

    Returns:
      A pair ``(theoretical, numerical)`` of real arrays of shape ``[size of x, size of y]``; a list
      of pairs if ``x`` is a list.  A complex tensor of ``n`` elements has size ``2 n``: for each
      element a row or column of its real part, then one of its imaginary part.

    Raises:
      ValueError: there is no default session, or an empty ``y`` has a gradient that is not zero.
      AssertionError: a type is not supported, ``x_init_value`` has another shape than
        ``x_shape``, or ``y`` does not depend on ``x``.

    Example:
      >>> x = tf.placeholder(tf.float64, [2], name="x")
      >>> y = x * x
      >>> with tf.Session():
      ...     theoretical, numerical = tf.test.compute_gradient(
      ...         x, [2], y, [2], x_init_value=np.array([1.0, 3.0]))
      >>> theoretical
      array([[2., 0.],
             [0., 6.]])
      >>> np.allclose(theoretical, numerical, rtol=1e-9)
      True
    """
    xs = x if isinstance(x, list) else [x]
    shapes = x_shape if isinstance(x, list) else [x_shape]
    values = x_init_value if isinstance(x, list) and x_init_value is not None else [x_init_value]
    values = list(values) * (len(xs) if x_init_value is None else 1)
    # All nodes are made before anything runs.
    parts = [_gradient_and_seed(xi, y, y_shape) for xi in xs]
    if init_targets is not None:
        assert isinstance(init_targets, list | tuple), "init_targets is a list of operations"
        for target in init_targets:
            target.run()
    found = []
    for xi, shape, value, (dx, dy) in zip(xs, shapes, values, parts, strict=True):
        point = _starting_point(xi, y, tuple(shape), value)
        feeds = dict(extra_feed_dict or {})
        theoretical = _theoretical(xi, point, dx, dy, tuple(y_shape), feeds)
        found.append((theoretical, _numerical(xi, point, y, tuple(y_shape), delta, feeds)))
    return found if isinstance(x, list) else found[0]


def compute_gradient_error(
    x,
    x_shape,
    y: Tensor,
    y_shape,
    x_init_value=None,
    delta: float = 1e-3,
    init_targets=None,
    extra_feed_dict: dict | None = None,
) -> float:
    """The largest difference between the two Jacobians of `tf.test.compute_gradient`.

    Args:
      x: see `tf.test.compute_gradient`, as for all other arguments.
      x_shape: see there.
      y: see there.
      y_shape: see there.
      x_init_value: see there.
      delta: see there.
      init_targets: see there.
      extra_feed_dict: see there.

    Returns:
      The largest absolute difference; 0 if ``x`` or ``y`` is empty.

    Raises:
      ValueError: see `tf.test.compute_gradient`.
      AssertionError: see there.

    Example:
      >>> x = tf.placeholder(tf.float64, [2], name="x")
      >>> with tf.Session():
      ...     error = tf.test.compute_gradient_error(x, [2], tf.sin(x), [2])
      >>> error < 1e-6
      True
    """
    found = compute_gradient(
        x, x_shape, y, y_shape, x_init_value, delta, init_targets, extra_feed_dict
    )
    pairs = found if isinstance(found, list) else [found]
    return max([np.abs(a - b).max() for a, b in pairs if a.size], default=0)


def _gradient_and_seed(x, y: Tensor, y_shape: Sequence[int]):
    """The gradient with respect to ``x``, and the tensor to be fed with what arrives at ``y``.

    There is an identity in between, for a gradient that is handed on unchanged could not be fetched
    and fed at once.
    """
    with x.graph.as_default():
        seed = constant(1.0, shape=y_shape, dtype=y.dtype.base_dtype)
        (dx,) = gradients(y, x, identity(seed))
    return dx, seed


def _starting_point(x, y: Tensor, shape: tuple, value) -> np.ndarray:
    for name, dtype in (("x", x.dtype.base_dtype), ("y", y.dtype.base_dtype)):
        assert dtype in _ALLOWED, f"Don't support type {dtype.name} for {name}"
    dtype = x.dtype.as_numpy_dtype
    if value is not None:
        value = np.asarray(value)
        assert shape == value.shape, f"x_shape = {shape}, init_data shape = {value.shape}"
        return np.array(value, dtype)
    point = np.random.random_sample(shape).astype(dtype)
    if x.dtype.is_complex:
        point.imag = np.random.random_sample(shape)
    return point


def _size(tensor, shape: tuple) -> int:
    return math.prod(shape) * (2 if tensor.dtype.is_complex else 1)


def _reals(array, dtype) -> np.ndarray:
    """The elements as a vector of real numbers of type ``dtype``."""
    flat = np.ascontiguousarray(array).reshape(-1)
    if np.iscomplexobj(flat):
        flat = flat.view(flat.real.dtype)
    return flat.astype(dtype)


def _theoretical(x, point: np.ndarray, dx, dy: Tensor, y_shape: tuple, feeds: dict) -> np.ndarray:
    """One column per element of ``y``, by feeding a gradient of 1 for that element alone."""
    assert dx is not None, f"y does not depend on x = {x}"
    session = sessions.resolve(None, dy.graph, "tensor", "evaluate")
    real = x.dtype.real_dtype.as_numpy_dtype
    jacobian = np.zeros((_size(x, point.shape), _size(dy, y_shape)), real)
    seed = np.zeros(y_shape, dy.dtype.as_numpy_dtype)
    flat_seed = seed.reshape(-1).view(dy.dtype.real_dtype.as_numpy_dtype)
    for column in range(flat_seed.size):
        flat_seed[column] = 1
        found = session.run(dx, {**feeds, x: point, dy: seed})
        if isinstance(dx, IndexedSlices):
            found = _densified(found, point)
        jacobian[:, column] = _reals(found, real)
        flat_seed[column] = 0
    if not flat_seed.size:  # nothing to differentiate: the gradient must still be there, and zero
        found = session.run(dx, {**feeds, x: point, dy: seed})
        if isinstance(dx, IndexedSlices):
            found = _densified(found, point)
        if found.shape != point.shape:
            raise ValueError(
                f"Empty gradient has wrong shape: expected {point.shape}, got {found.shape}"
            )
        if np.any(found):
            raise ValueError("Empty tensor with nonzero gradients")
    return jacobian


def _densified(slices, like: np.ndarray) -> np.ndarray:
    whole = np.zeros_like(like)
    np.add.at(whole, slices.indices, slices.values)
    return whole


def _numerical(x, point: np.ndarray, y: Tensor, y_shape: tuple, delta: float, feeds: dict):
    """One row per element of ``x``, by central differences."""
    session = sessions.resolve(None, y.graph, "tensor", "evaluate")
    if y.dtype.base_dtype is dt.bfloat16:  # too few bits to hold a small difference
        with y.graph.as_default():
            y = cast(y, dt.float32)
    real = x.dtype.real_dtype.as_numpy_dtype
    real_y = y.dtype.real_dtype.as_numpy_dtype
    jacobian = np.zeros((_size(x, point.shape), _size(y, y_shape)), real)
    for row in range(jacobian.shape[0]):
        values, positions = [], []
        for step in (delta, -delta):
            moved = point.copy()
            flat = moved.reshape(-1).view(real)
            flat[row] += real(step)
            positions.append(flat[row])
            values.append(_reals(session.run(y, {**feeds, x: moved}), real_y))
        step = real_y(2 * delta)
        if x.dtype.base_dtype is dt.bfloat16:  # the step is not what was asked for
            step = real_y(positions[0]) - real_y(positions[1])
        jacobian[row] = ((values[0] - values[1]) / step).astype(real)
    return jacobian
