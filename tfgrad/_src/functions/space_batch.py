"""Moving blocks of space into the batch or the channels, and back.

The op types are in ``ops/space_batch.py``, the derivatives in ``gradients/space_batch.py``.
"""

import numpy as np

from tfgrad._src.functions.fill import zeros
from tfgrad._src.functions.join import stack
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import either
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor


def space_to_batch_nd(input, block_shape, paddings, name: str | None = None) -> Tensor:
    """Cuts space into interleaved grids and makes each of them an example of the batch.

    ``y[(p, b), i] = padded[b, i * block_shape + p]``: grid ``p`` has every ``block_shape``-th
    element, starting at ``p``.  A dilated convolution is an ordinary one of all grids.

    Args:
      input: a tensor of shape ``[batch, n1, ..., nm, ...]``.
      block_shape: integers of shape ``[m]``, each at least 1.
      paddings: integers of shape ``[m, 2]``: how many zeros go before and after along each axis.
        The padded lengths must be multiples of ``block_shape``.
      name: the node's name; default ``"SpaceToBatchND"``.

    Returns:
      A tensor of shape ``[batch * prod(block_shape), (padding + n1) / block_shape[0], ...]``.

    Raises:
      ValueError: the shapes do not fit, or a length is no multiple.

    Gradient:
      `tf.batch_to_space_nd` of ``dy``.

    Example:
      >>> x = tf.reshape(tf.range(6), [1, 6])
      >>> tf.Session().run(tf.space_to_batch_nd(x, [2], [[0, 0]]))
      array([[0, 2, 4],
             [1, 3, 5]], dtype=int32)
    """
    return add_op("SpaceToBatchND", input, block_shape, paddings, name=name)


def batch_to_space_nd(input, block_shape, crops, name: str | None = None) -> Tensor:
    """The inverse of `tf.space_to_batch_nd`.

    Args:
      input: a tensor of shape ``[batch * prod(block_shape), n1, ..., nm, ...]``.
      block_shape: integers of shape ``[m]``, each at least 1.
      crops: integers of shape ``[m, 2]``: how much is cut off before and after along each axis.
      name: the node's name; default ``"BatchToSpaceND"``.

    Returns:
      A tensor of shape ``[batch, n1 * block_shape[0] - crop, ...]``.

    Raises:
      ValueError: the shapes do not fit, or the batch is no multiple of ``prod(block_shape)``.

    Gradient:
      `tf.space_to_batch_nd` of ``dy``.
    """
    return add_op("BatchToSpaceND", input, block_shape, crops, name=name)


def _block(block_size) -> np.ndarray:
    return np.array([block_size, block_size], dtype=np.int64)


def space_to_batch(
    input, paddings, block_size=None, name: str | None = None, block_shape=None
) -> Tensor:
    """`tf.space_to_batch_nd` of images, with square blocks.

    Args:
      input: images of shape ``[batch, height, width, channels]``.
      paddings: integers of shape ``[2, 2]``.
      block_size: the side of a block.
      name: the node's name; default ``"SpaceToBatchND"``.
      block_shape: another name of ``block_size``.

    Raises:
      ValueError: both names are given, or the shapes do not fit.
    """
    block_size = either("block_shape", block_shape, "block_size", block_size)
    result = space_to_batch_nd(input, paddings=paddings, block_shape=_block(block_size), name=name)
    result.set_shape(result.get_shape().with_rank(4))
    return result


def batch_to_space(input, crops, block_size, name: str | None = None, block_shape=None) -> Tensor:
    """The inverse of `tf.space_to_batch`.

    Args:
      input: images of shape ``[batch * block_size**2, height, width, channels]``.
      crops: integers of shape ``[2, 2]``.
      block_size: the side of a block.
      name: the node's name; default ``"BatchToSpaceND"``.
      block_shape: another name of ``block_size``.

    Raises:
      ValueError: both names are given, or the shapes do not fit.
    """
    block_size = either("block_shape", block_shape, "block_size", block_size)
    result = batch_to_space_nd(input, crops=crops, block_shape=_block(block_size), name=name)
    result.set_shape(result.get_shape().with_rank(4))
    return result


def space_to_depth(
    input, block_size: int, name: str | None = None, data_format: str = "NHWC"
) -> Tensor:
    """Makes each block of an image one pixel, whose channels are those of the block one by one.

    Args:
      input: images of shape ``[batch, height, width, channels]``, or with ``"NCHW"`` ``[batch,
        channels, height, width]``.
      block_size: the side ``b`` of a block, at least 2; it divides height and width.
      name: the node's name; default ``"SpaceToDepth"``.
      data_format: ``"NHWC"``, ``"NCHW"`` or ``"NCHW_VECT_C"``.

    Returns:
      A tensor of shape ``[batch, height / b, width / b, channels * b * b]``; channels of the first
      row of the block come first.

    Raises:
      ValueError: the block is too small, or a length is no multiple of it.

    Gradient:
      `tf.depth_to_space` of ``dy``.

    Example:
      >>> x = tf.reshape(tf.range(4), [1, 2, 2, 1])
      >>> tf.Session().run(tf.space_to_depth(x, 2))
      array([[[[0, 1, 2, 3]]]], dtype=int32)
    """
    return add_op("SpaceToDepth", input, block_size=block_size, data_format=data_format, name=name)


def depth_to_space(
    input, block_size: int, name: str | None = None, data_format: str = "NHWC"
) -> Tensor:
    """The inverse of `tf.space_to_depth`.

    Args:
      input: images whose number of channels is a multiple of ``block_size**2``.
      block_size: the side of a block, at least 2.
      name: the node's name; default ``"DepthToSpace"``.
      data_format: ``"NHWC"``, ``"NCHW"`` or ``"NCHW_VECT_C"``.

    Raises:
      ValueError: the block is too small, or the channels are no multiple.

    Gradient:
      `tf.space_to_depth` of ``dy``.
    """
    return add_op("DepthToSpace", input, block_size=block_size, data_format=data_format, name=name)


def required_space_to_batch_paddings(
    input_shape, block_shape, base_paddings=None, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """The paddings that make lengths multiples of a block, and the crops that undo the excess.

    Args:
      input_shape: ``int32`` of shape ``[m]``: the spatial lengths.
      block_shape: ``int32`` of shape ``[m]``.
      base_paddings: ``int32`` of shape ``[m, 2]``: padding that is wanted anyway; default none.
      name: the scope of the nodes; default ``"required_space_to_batch_paddings"``.

    Returns:
      ``(paddings, crops)``, both ``int32`` of shape ``[m, 2]``; constants if all arguments are.

    Raises:
      ValueError: the shape of ``block_shape`` is not known, or the shapes do not fit.

    Example:
      >>> paddings, crops = tf.required_space_to_batch_paddings([5], [2], [[1, 1]])
      >>> tf.Session().run([paddings, crops])
      [array([[1, 2]], dtype=int32), array([[0, 1]], dtype=int32)]
    """
    with name_scope(name, "required_space_to_batch_paddings", [input_shape, block_shape]):
        input_shape = convert_to_tensor(input_shape, dtype=dt.int32, name="input_shape")
        block_shape = convert_to_tensor(block_shape, dtype=dt.int32, name="block_shape")
        block_shape.get_shape().assert_is_fully_defined()
        block_shape.get_shape().assert_has_rank(1)
        m = block_shape.dims[0]
        if m == 0:
            return zeros([0, 2], dt.int32), zeros([0, 2], dt.int32)
        input_shape.get_shape().assert_is_compatible_with([m])
        if base_paddings is not None:
            base = convert_to_tensor(base_paddings, dtype=dt.int32, name="base_paddings")
            base.get_shape().assert_is_compatible_with([m, 2])
        else:
            base = zeros([m, 2], dt.int32)
        known = [constant_value(t) for t in (block_shape, input_shape, base)]
        if all(k is not None for k in known):
            block_shape, input_shape, base = known
        start, wanted_end = base[:, 0], base[:, 1]
        whole = input_shape + start + wanted_end
        excess = (block_shape - whole % block_shape) % block_shape
        end = wanted_end + excess
        paddings = stack([[start[i], end[i]] for i in range(m)], name="paddings")
        crops = stack([[0, excess[i]] for i in range(m)], name="crops")
        return paddings, crops
