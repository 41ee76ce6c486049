"""`hessians`: all second derivatives of a sum, by one mapped node per ``x``."""

from tfgrad._src.functions.indexed_slices import dense
from tfgrad._src.gradients.algorithm import UnconnectedGradients, gradients
from tfgrad._src.gradients.forward import as_list
from tfgrad._src.gradients.jacobian import jacobian
from tfgrad._src.graph.build import graph_of


def hessians(
    ys,
    xs,
    name: str = "hessians",
    colocate_gradients_with_ops: bool = False,
    gate_gradients: bool = False,
    aggregation_method: int | None = None,
) -> list:
    """Adds nodes that compute the second derivatives of the sum of ``ys`` by each of ``xs``.

    ::

        result[i1, ..., in, j1, ..., jn] = d2 sum(ys) / (d x[i1, ..., in] d x[j1, ..., jn])

    Derivatives that mix two of ``xs`` are not computed.

    Args:
      ys: a tensor or list of tensors.
      xs: a tensor, variable, or list of them, of any rank.
      name: the name scope of the new nodes.
      colocate_gradients_with_ops, gate_gradients, aggregation_method: for the first derivatives,
        see `tf.gradients`.

    Returns:
      A list as long as ``xs``: tensors of shape ``x.shape + x.shape``; None for an ``x`` on which
        no ``y`` depends, zeros where the dependence is linear (TensorFlow raises for both).

    Raises:
      LookupError: an operation between, or one of its gradient, has no registered gradient.

    The rows are computed together by one ``MapDefun`` node, see `tfgrad.jacobian`; TensorFlow's
    graph has a loop over the elements of ``x`` in its place.  For the product of a Hessian with a
    vector use `tfgrad.hessian_vector_product`, which does not make the matrix.

    Example:
      >>> x = tf.constant([1.0, 2.0])
      >>> tf.Session().run(tf.hessians(x[0] ** 2 * x[1], x)[0])
      array([[4., 2.],
             [2., 0.]], dtype=float32)
    """
    xs = as_list(xs)
    graph = graph_of([*as_list(ys), *xs])
    with graph.as_default(), graph._one_origin(), graph.name_scope(name):
        slopes = gradients(
            ys, xs, colocate_gradients_with_ops=colocate_gradients_with_ops,
            gate_gradients=gate_gradients, aggregation_method=aggregation_method,
        )  # fmt: skip
        zero = UnconnectedGradients.ZERO
        return [
            None if g is None else jacobian(dense(g), x, unconnected_gradients=zero)
            for x, g in zip(xs, slopes, strict=True)
        ]


def hessians_v2(
    ys,
    xs,
    gate_gradients: bool = False,
    aggregation_method: int | None = None,
    name: str = "hessians",
) -> list:
    """See `tf.hessians`; the arguments of TensorFlow 2."""
    return hessians(
        ys, xs, name=name, gate_gradients=gate_gradients, aggregation_method=aggregation_method
    )
