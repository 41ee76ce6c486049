"""Flipping, turning and transposing images, also at random."""

from collections.abc import Callable

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.comparison import equal, less
from tfgrad._src.functions.cond import case, cond
from tfgrad._src.functions.cwise_binary import floormod
from tfgrad._src.functions.cwise_unary import round as round_
from tfgrad._src.functions.image_checks import checked_image, wrong_rank
from tfgrad._src.functions.index import reverse
from tfgrad._src.functions.random import random_uniform
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import rank as rank_of
from tfgrad._src.functions.shape import reshape
from tfgrad._src.functions.shape import shape as shape_of
from tfgrad._src.functions.shape import transpose as transpose_
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph import errors
from tfgrad._src.graph.constant_value import known_value
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor


def _with_shape_of(image: Tensor, result: Tensor) -> Tensor:
    """``result``, known to have the static shape of ``image``."""
    result.set_shape([None] * 3 if image.shape.ndims is None else image.shape)
    return result


def _by_rank(image: Tensor, of_image: Callable, of_batch: Callable, gap: str = " ") -> Tensor:
    """What the rank chooses; decided when run if it is not known."""
    ndims = image.shape.ndims
    if ndims is None:
        return cond(equal(rank_of(image), 3), of_image, of_batch)
    if ndims not in (3, 4):
        raise wrong_rank(image.shape, gap)
    return of_image() if ndims == 3 else of_batch()


def _random_flip(image, axis: int, seed, default_name: str) -> Tensor:
    with name_scope(None, default_name, [image]) as scope:
        image = convert_to_tensor(image, name="image")
        image = checked_image(image)

        def of_image():
            flips = less(random_uniform(shape=[], minval=0, maxval=1.0, seed=seed), 0.5)
            result = cond(flips, lambda: reverse(image, [axis]), lambda: image, name=scope)
            return _with_shape_of(image, result)

        def of_batch():
            count = shape_of(image)[0]
            draw = random_uniform(shape=[count], minval=0, maxval=1.0, seed=seed)
            flips = cast(round_(reshape(draw, [count, 1, 1, 1])), image.dtype)
            flipped = reverse(image, [axis + 1])
            return flips * flipped + (1 - flips) * image

        return _by_rank(image, of_image, of_batch)


def random_flip_up_down(image, seed=None) -> Tensor:
    """Images of which each is turned upside down with probability 1/2.

    Args:
      image: an image of shape ``[height, width, channels]``, or a batch of them.
      seed: a whole number; see `tf.set_random_seed`.

    Raises:
      ValueError: another rank.
      UnimplementedError: a single image: that takes `tf.cond`, while it is missing.
    """
    return _random_flip(image, 0, seed, "random_flip_up_down")


def random_flip_left_right(image, seed=None) -> Tensor:
    """Images of which each is mirrored with probability 1/2; see `tf.image.random_flip_up_down`."""
    return _random_flip(image, 1, seed, "random_flip_left_right")


def _flip(image, axis: int, default_name: str) -> Tensor:
    with name_scope(None, default_name, [image]):
        image = convert_to_tensor(image, name="image")
        image = checked_image(image)
        return _by_rank(
            image,
            lambda: _with_shape_of(image, reverse(image, [axis])),
            lambda: reverse(image, [axis + 1]),
            gap="",
        )


def flip_left_right(image) -> Tensor:
    """Images mirrored.

    Args:
      image: an image of shape ``[height, width, channels]``, or a batch of them.

    Raises:
      ValueError: another rank.

    Example:
      >>> tf.Session().run(tf.image.flip_left_right([[[1], [2], [3]]]))[0, :, 0]
      array([3, 2, 1], dtype=int32)
    """
    return _flip(image, 1, "flip_left_right")


def flip_up_down(image) -> Tensor:
    """Images upside down; see `tf.image.flip_left_right`."""
    return _flip(image, 0, "flip_up_down")


def rot90(image, k=1, name: str | None = None) -> Tensor:
    """Images turned to the left by quarters.

    Args:
      image: an image of shape ``[height, width, channels]``, or a batch of them.
      k: by how many quarters, a whole number.
      name: the scope of the nodes; default ``"rot90"``.

    Raises:
      ValueError: another rank.

    Example:
      >>> tf.Session().run(tf.image.rot90([[[1], [2]], [[3], [4]]]))[:, :, 0]
      array([[2, 4],
             [1, 3]], dtype=int32)
    """
    with name_scope(name, "rot90", [image, k]) as scope:
        image = convert_to_tensor(image, name="image")
        image = checked_image(image)
        k = convert_to_tensor(k, dtype=dt.int32, name="k")
        k.shape.assert_has_rank(0)
        k = floormod(k, 4)
        return _by_rank(
            image, lambda: _turned(image, k, 0, scope), lambda: _turned(image, k, 1, scope)
        )


def _turned(image: Tensor, k: Tensor, first: int, scope: str) -> Tensor:
    """The axes of height and width are ``first`` and ``first + 1``."""
    swapped = [1, 0, 2] if first == 0 else [0, 2, 1, 3]
    turns = [
        lambda: transpose_(reverse(image, [first + 1]), swapped),
        lambda: reverse(image, [first, first + 1]),
        lambda: reverse(transpose_(image, swapped), [first + 1]),
    ]
    cases = [(equal(k, n), turn) for n, turn in enumerate(turns, 1)]
    try:
        result = case(cases, default=lambda: image, exclusive=True, name=scope)
    except errors.UnimplementedError:
        number = known_value(k)
        if number is None:
            raise
        result = [lambda: image, *turns][int(number)]()
    if first == 0:
        result.set_shape([None, None, image.shape[2]])
    else:
        dims = result.shape
        result.set_shape([dims[0], None, None, dims[3]])
    return result


def transpose(image, name: str | None = None) -> Tensor:
    """Images with rows and columns exchanged.

    Args:
      image: an image of shape ``[height, width, channels]``, or a batch of them.
      name: the scope of the nodes; default ``"transpose"``.

    Raises:
      ValueError: another rank.
    """
    with name_scope(name, "transpose", [image]):
        image = convert_to_tensor(image, name="image")
        image = checked_image(image)
        return _by_rank(
            image,
            lambda: transpose_(image, [1, 0, 2], name=name),
            lambda: transpose_(image, [0, 2, 1, 3], name=name),
        )
