"""From the words of one vocabulary to those of another.

``LoadAndRemapMatrix``, which applies it to a matrix of a checkpoint, is not here.
"""

import os

import numpy as np

from tfgrad._src.graph import errors
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, with_rank
from tfgrad._src.ops.broadcasting import invalid


def _lines(node, path: str, most: int = -1) -> list[bytes]:
    """The lines of a file, or the first ``most`` of them; none may be empty."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise errors.NotFoundError(None, node, f"{path}; {error.strerror}") from None
    if not data:
        raise errors.OutOfRangeError(None, node, "Read less bytes than requested")
    lines = data.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    if most > len(lines):
        raise invalid(node, f"Invalid vocab_size in {path}: expected {most} but got {len(lines)}")
    if most == 0:
        raise errors.OutOfRangeError(None, node, f"Finished reading 0 of lines from {path}")
    lines = lines if most < 0 else lines[:most]
    if b"" in lines:
        position = sum(len(line) + 1 for line in lines[: lines.index(b"") + 1])
        raise invalid(node, f"Invalid content in {path}: empty line found at position {position}.")
    return lines


def _remapping(node, new_file, old_file) -> list:
    attrs = node.attrs
    start, count = attrs["new_vocab_offset"], attrs["num_new_vocab"]
    new = _lines(node, os.fsdecode(new_file.item()))
    if start + count > len(new):
        raise invalid(node, "lookup table size must be larger than last new vocab entry's line")
    places: dict[bytes, int] = {}
    for i, word in enumerate(_lines(node, os.fsdecode(old_file.item()), attrs["old_vocab_size"])):
        if word in places:
            raise errors.FailedPreconditionError(
                None, node, "HashTable has different value for same key. Key "
                f"{word.decode('utf-8', 'replace')} has {places[word]} and trying to add value {i}",
            )  # fmt: skip
        places[word] = i
    found = np.array([places.get(word, -1) for word in new[start : start + count]], np.int64)
    return [found, np.array((found >= 0).sum(), np.int32)]


def _remapping_shape(node, new_file: Shape, old_file: Shape) -> list:
    with_rank(new_file, 0)
    with_rank(old_file, 0)
    return [(node.attrs["num_new_vocab"],), ()]


defop(
    "GenerateVocabRemapping(new_vocab_file: string, old_vocab_file: string; "
    "new_vocab_offset: int, num_new_vocab: int, old_vocab_size: int = -1)"
    " -> remapping: int64, num_present: int32",
    shape=_remapping_shape,
    step=_remapping,
)(None)
