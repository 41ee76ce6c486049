"""Runs of neighbouring words, of rows of words that are given by where they begin and end."""

import itertools

import numpy as np

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, with_rank
from tfgrad._src.ops.broadcasting import invalid, types
from tfgrad._src.ops.strings import text


def _ngrams_shape(node, data: Shape, splits: Shape) -> list:
    with_rank(data, 1)
    return [(None,), with_rank(splits, 1)]


def _check_splits(node, count: int, splits: list[int]) -> None:
    if splits[0] != 0:
        raise invalid(node, f"First split value must be 0, got {splits[0]}")
    for before, split in itertools.pairwise(splits):
        if not before <= split <= count:
            raise invalid(
                node, f"Invalid split value {split}, must be in [{before}, {count}]"
            )  # fmt: skip
    if splits[-1] != count:
        raise invalid(
            node, f"Last split value must be data size. Expected {count}, got {splits[-1]}"
        )


def _runs(words: list[bytes], width: int, pad: int, node) -> list[bytes]:
    """All runs of ``width`` words, with ``pad`` fillers before and after the row."""
    attrs = node.attrs
    row = [attrs["left_pad"]] * pad + words + [attrs["right_pad"]] * pad
    return [
        attrs["separator"].join(row[i : i + width]) for i in range(max(0, len(row) - width + 1))
    ]


def _ngrams(node, data, splits) -> list:
    attrs = node.attrs
    widths, pad = attrs["ngram_widths"], attrs["pad_width"]
    if any(w <= 0 for w in widths):
        raise invalid(node, "ngram_widths must contain positive values")
    if not splits.size or not data.size:
        return [text([b""] * len(data), data.shape), np.zeros_like(splits)]
    ends = splits.ravel().tolist()
    _check_splits(node, len(data), ends)
    words = data.tolist()
    found: list[bytes] = []
    counts = [0]
    for i, j in itertools.pairwise(ends):
        row = words[i:j]
        runs = []
        for width in widths:  # a run never consists of fillers only, but in an empty row
            runs += _runs(row, width, width - 1 if pad < 0 else min(pad, width - 1), node)
        if not runs and row and attrs["preserve_short_sequences"] and pad >= 0:
            runs = _runs(row, len(row) + 2 * pad, pad, node)
        found += runs
        counts.append(len(found))
    return [text(found, (len(found),)), np.array(counts, splits.dtype).reshape(splits.shape)]


defop(
    "StringNGrams(data: string, data_splits: Tsplits; separator: string, ngram_widths: list(int), "
    "left_pad: string, right_pad: string, pad_width: int, preserve_short_sequences: bool)"
    " -> ngrams: string, ngrams_splits: Tsplits",
    Tsplits=types("int32 int64"),
    default_types={"Tsplits": dt.int64},
    shape=_ngrams_shape,
    step=_ngrams,
)(None)
