"""`tf.sparse.bincount`; the op types are in ``ops/sparse_counts.py``."""

from tfgrad._src.functions.checks import assert_equal
from tfgrad._src.functions.control import identity
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import reshape
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.graph import control_dependencies
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.sparse_tensor import SparseTensor


def sparse_bincount(
    values, weights=None, axis: int | None = 0, minlength: int | None = None,
    maxlength: int | None = None, binary_output: bool = False, name: str | None = None,
) -> SparseTensor:  # fmt: skip
    """How often each whole number occurs, without the numbers that do not.

    Args:
      values: whole numbers that are not negative: a tensor, or a sparse one.
      weights: None, which counts 1 for each, or as ``values``: what each counts.
      axis: 0 or None counts all of ``values``; -1 counts each row of a matrix.
      minlength: the result has at least this length.
      maxlength: the result has this length; greater numbers are not counted.
      binary_output: give 1 for what occurs, however often.
      name: the name of the scope; default ``"count"``.

    Returns:
      A sparse vector whose length is the greatest number plus one, or a sparse matrix with such a
      row per row; of the type of ``weights``, or else of ``values``.

    Raises:
      ValueError: another axis, ``weights`` of another kind than ``values``, or together with
        ``binary_output``.
      tf.errors.InvalidArgumentError: when run, a number is negative.

    Example:
      >>> found = tf.sparse.bincount([[1, 5, 1], [0, 2, 2]], axis=-1)
      >>> tf.Session().run(tf.sparse.to_dense(found))
      array([[0, 2, 0, 0, 0, 1],
             [1, 0, 2, 0, 0, 0]], dtype=int32)

    Source: TensorFlow 2 has it; 1.15 has not.
    """
    with name_scope(name, "count", [values, weights]):
        if not isinstance(values, SparseTensor):
            values = convert_to_tensor(values, name="values")
        if weights is not None and not isinstance(weights, SparseTensor):
            weights = convert_to_tensor(weights, name="weights")
        if weights is not None and binary_output:
            raise ValueError(
                "Arguments `binary_output` and `weights` are mutually exclusive. Please specify "
                "only one."
            )
        if axis not in (None, 0, -1):
            raise ValueError(
                f"Unsupported value for argument axis={axis}. Only 0 and -1 are currently "
                "supported."
            )
        limits = {
            "minlength": -1 if minlength is None else minlength,
            "maxlength": -1 if maxlength is None else maxlength,
            "binary_output": binary_output,
        }
        if axis != -1:
            if isinstance(values, SparseTensor):
                weights = None if weights is None else _sparse_weights(values, weights)
                values = values.values
            else:
                weights = None if weights is None else reshape(weights, [-1])
                values = reshape(values, [-1])
        if isinstance(values, SparseTensor):
            found = add_op(
                "SparseCountSparseOutput", values.indices, values.values, values.dense_shape,
                _sparse_weights(values, weights), **limits,
            )  # fmt: skip
        else:
            if weights is None:
                weights = constant([], dtype=values.dtype)
            elif not isinstance(weights, Tensor):
                raise ValueError(
                    "Argument `weights` must be a tf.Tensor if `values` is a tf.Tensor. Received "
                    f"weights={weights} of type: {type(weights).__name__}"
                )
            found = add_op("DenseCountSparseOutput", values, weights, **limits)
        return SparseTensor(*found)


def _sparse_weights(values: SparseTensor, weights) -> Tensor:
    """The values of ``weights``, which in a run must have the positions of ``values``."""
    if weights is None:
        return constant([], dtype=values.values.dtype)
    if not isinstance(weights, SparseTensor):
        raise ValueError(
            "Argument `weights` must be a SparseTensor if `values` is a SparseTensor. Received "
            f"weights={weights} of type: {type(weights).__name__}"
        )
    checks = []
    if weights.dense_shape is not values.dense_shape:
        checks.append(
            assert_equal(
                weights.dense_shape, values.dense_shape,
                message="'weights' and 'values' must have the same dense shape.",
            )
        )  # fmt: skip
    if weights.indices is not values.indices:
        checks.append(
            assert_equal(
                weights.indices, values.indices,
                message="'weights' and 'values' must have the same indices.",
            )
        )  # fmt: skip
    if not checks:
        return weights.values
    with control_dependencies(checks):
        return identity(weights.values)
