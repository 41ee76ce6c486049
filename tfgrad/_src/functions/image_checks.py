"""What image functions ask of their arguments, statically where they can, else when run."""

from tfgrad._src.functions.checks import (
    Assert,
    assert_equal,
    assert_greater_equal,
    assert_positive,
)
from tfgrad._src.functions.control import with_dependencies
from tfgrad._src.functions.join import unstack
from tfgrad._src.functions.shape import expand_dims
from tfgrad._src.functions.shape import rank as rank_of
from tfgrad._src.functions.shape import shape as shape_of
from tfgrad._src.graph.node import Tensor


def is_tensor(x) -> bool:
    """Whether ``x`` is a tensor or a variable, not a number."""
    return isinstance(x, Tensor) or hasattr(x, "_as_graph_element")


def check(condition, message: str) -> list:
    """A check of a condition that may be a tensor: no operation if it is known to hold.

    Raises:
      ValueError: it is known not to hold.
    """
    if is_tensor(condition):
        return [Assert(condition, [message])]
    if not condition:
        raise ValueError(message)
    return []


def dimensions(image: Tensor, rank: int) -> list:
    """The lengths, as numbers where they are known, else as scalars."""
    if image.shape.is_fully_defined():
        return image.shape.as_list()
    static = image.shape.with_rank(rank).as_list()
    dynamic = unstack(shape_of(image), rank)
    return [d if s is None else s for s, d in zip(static, dynamic, strict=True)]


def check_image(image: Tensor) -> list:
    """At least three dimensions, the last three of which are not empty."""
    try:
        if image.shape.ndims is None:
            static = image.shape.with_rank(3)
        else:
            static = image.shape.with_rank_at_least(3)
    except ValueError:
        raise ValueError(
            f"'image' (shape {image.shape}) must be at least three-dimensional."
        ) from None
    if 0 in static.as_list()[-3:]:
        raise ValueError(f"inner 3 dims of 'image.shape' must be > 0: {static}")
    if static[-3:].is_fully_defined():
        return []
    return [
        assert_positive(shape_of(image)[-3:], ["inner 3 dims of 'image.shape' must be > 0."]),
        assert_greater_equal(
            rank_of(image), 3, message="'image' must be at least three-dimensional."
        ),
    ]


def checked_image(image: Tensor) -> Tensor:
    """``image`` after `check_image`."""
    return with_dependencies(check_image(image), image)


def checked_grey_image(image: Tensor) -> Tensor:
    """``image`` after a check that its last axis has length 1."""
    try:
        if image.shape.ndims is None:
            static = image.shape.with_rank(2)
        else:
            static = image.shape.with_rank_at_least(2)
    except ValueError:
        raise ValueError(
            f"A grayscale image (shape {image.shape}) must be at least two-dimensional."
        ) from None
    checks = []
    if static.is_fully_defined():
        if static[-1] != 1:
            raise ValueError("Last dimension of a grayscale image should be size 1.")
    else:
        checks = [
            assert_equal(
                shape_of(image)[-1],
                1,
                message="Last dimension of a grayscale image should be size 1.",
            ),
            assert_greater_equal(
                rank_of(image), 3, message="A grayscale image must be at least two-dimensional."
            ),
        ]
    return with_dependencies(checks, image)


def wrong_rank(shape, gap: str = " ") -> ValueError:
    return ValueError(f"'image' (shape {shape}){gap}must have either 3 or 4 dimensions.")


def as_batch(image: Tensor) -> tuple[Tensor, bool]:
    """An image, or a batch of them, as a batch; and whether it was one.

    Raises:
      ValueError: it has neither 3 nor 4 dimensions.
    """
    ndims = image.shape.ndims
    if ndims == 3:
        return expand_dims(image, 0), False
    if ndims is None:
        image = expand_dims(image, 0)
        image.set_shape([None] * 4)
        return image, False
    if ndims != 4:
        raise wrong_rank(image.shape)
    return image, True
