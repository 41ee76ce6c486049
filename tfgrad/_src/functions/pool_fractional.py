"""Pooling under windows of random lengths: each axis of space shrinks by any ratio above 1.

The op types are in ``ops/pool_fractional.py``, the derivatives in ``gradients/pool_fractional.py``.
"""

from tfgrad._src.functions.results import add_named
from tfgrad._src.graph.build import add_op


def fractional_max_pool(
    value, pooling_ratio, pseudo_random: bool = False, overlapping: bool = False,
    deterministic: bool = False, seed: int = 0, seed2: int = 0, name: str | None = None,
) -> tuple:  # fmt: skip
    """The maximum under windows whose bounds are random.

    ``y[b, i, j, c] = max of value[b, rows[i]:rows[i + 1], cols[j]:cols[j + 1], c]``; with
    ``overlapping`` the bounds themselves are in both windows.

    Args:
      value: images of shape ``[batch, height, width, channels]``; ``float32``, ``float64``,
        ``int32`` or ``int64``.
      pooling_ratio: four numbers of at least 1, how much shorter each axis becomes; the first and
        the last must be 1.
      pseudo_random: choose bounds at nearly equal distances, by one random number; else windows of
        two lengths in random order.
      overlapping: windows have the first row and column of the next one too.
      deterministic: the same bounds in every run.
      seed, seed2: with ``deterministic``, choose the bounds; without it they must be 0.
      name: the node's name; default ``"FractionalMaxPool"``.

    Returns:
      ``[y, rows, cols]``: maxima of shape ``[batch, out_height, out_width, channels]``, where
      ``out_height = floor(height / pooling_ratio[1])``, and the bounds, ``out_height + 1`` and
      ``out_width + 1`` increasing ``int64``.

    Raises:
      ValueError: a ratio is below 1.
      InvalidArgumentError: there are seeds without ``deterministic``.
      UnimplementedError: the ratio of batch or channels is not 1.

    Gradient:
      To the first of the largest elements of each window.

    Example:
      >>> x = tf.reshape(tf.range(12.0), [1, 3, 4, 1])
      >>> y, rows, cols = tf.nn.fractional_max_pool(
      ...     x, [1, 1.0, 2.0, 1], deterministic=True, seed=1, seed2=2)
      >>> tf.Session().run([y[0, :, :, 0], cols])
      [array([[ 1.,  3.],
             [ 5.,  7.],
             [ 9., 11.]], dtype=float32), array([0, 2, 4])]

    Source: B. Graham, "Fractional Max-Pooling", 2015; https://arxiv.org/abs/1412.6071.
    """
    return add_named(
        "FractionalMaxPool", value, pooling_ratio=pooling_ratio, pseudo_random=pseudo_random,
        overlapping=overlapping, deterministic=deterministic, seed=seed, seed2=seed2, name=name,
    )  # fmt: skip


def fractional_avg_pool(
    value, pooling_ratio, pseudo_random: bool = False, overlapping: bool = False,
    deterministic: bool = False, seed: int = 0, seed2: int = 0, name: str | None = None,
) -> tuple:  # fmt: skip
    """The mean under windows whose bounds are random; see `tf.nn.fractional_max_pool`.

    Gradient:
      In equal parts to the elements of each window.
    """
    return add_named(
        "FractionalAvgPool", value, pooling_ratio=pooling_ratio, pseudo_random=pseudo_random,
        overlapping=overlapping, deterministic=deterministic, seed=seed, seed2=seed2, name=name,
    )  # fmt: skip
