"""Derivatives of functions of square matrices.

For ``f`` given by a power series, the upper right block of ``f([[x, e], [0, x]])`` is the
derivative of ``f`` at ``x`` in the direction ``e`` (Mathias, "A chain rule for matrix functions and
applications", 1996).  So the exponential and the logarithm are their own derivatives, of any order.
The square root solves ``r dr + dr r = dx``, as TensorFlow does.
"""

from tfgrad._src.functions.cwise_binary import add
from tfgrad._src.functions.cwise_unary import conj
from tfgrad._src.functions.fill import zeros_like
from tfgrad._src.functions.join import concat
from tfgrad._src.functions.linalg import adjoint
from tfgrad._src.functions.linalg_solve import matrix_solve
from tfgrad._src.functions.matrix import eye
from tfgrad._src.functions.reduce import reduce_prod
from tfgrad._src.functions.shape import matrix_transpose, reshape, shape, size, tile
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Operation, Tensor


@gradient("MatrixExponential", "MatrixLogarithm")
def block_grad(op: Operation, dy: Tensor):
    """TensorFlow has neither."""
    x = adjoint(op.inputs[0])
    above = concat([x, dy], -1)
    blocks = concat([above, concat([zeros_like(x), x], -1)], -2)
    y = add_op(op.type, blocks)
    dims = x.dims
    n = shape(x)[-1] if dims is None or dims[-1] is None else dims[-1]
    dx = y[..., :n, n:]
    dx.set_shape(dims)
    return dx


def _kronecker(a: Tensor, b: Tensor) -> Tensor:
    lengths_a, lengths_b = shape(a), shape(b)
    n_a, n_b = lengths_a[-1], lengths_b[-1]
    count = [add_op("Sub", size(lengths_a), 2)]
    batch = add_op("Slice", lengths_a, [0], count)
    shape_a = concat([batch, [n_a], [1], [n_a], [1]], 0)
    shape_b = concat([batch, [1], [n_b], [1], [n_b]], 0)
    a, b = reshape(a, shape_a), reshape(b, shape_b)
    n = n_a * n_b
    lengths = concat([batch, [n], [n]], 0)
    return reshape(a * b, lengths)


@gradient("MatrixSquareRoot")
def matrix_square_root_grad(op: Operation, dy: Tensor):
    """TensorFlow's is not conjugated where it is complex."""
    root = conj(op.outputs[0])
    lengths = shape(root)
    n = lengths[-1]
    matrices = reduce_prod(lengths[0:-2])
    flat = reshape(eye(n, dtype=root.dtype), [-1])
    ones = reshape(tile(flat, [matrices]), lengths)
    system = add(_kronecker(ones, matrix_transpose(root)), _kronecker(root, ones))
    count = [add_op("Sub", size(lengths), 2)]
    batch = add_op("Slice", lengths, [0], count)
    as_vector = concat([batch, [n * n], [1]], 0)
    right = reshape(matrix_transpose(dy), as_vector)
    return matrix_transpose(reshape(matrix_solve(system, right), lengths))
