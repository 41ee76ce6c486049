"""The number of insertions, deletions and replacements that make one sequence another.

It runs on the host; it has no derivative.
"""

import numpy as np

from tfgrad._src.graph import errors
from tfgrad._src.graph.constant_value import known_value
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, with_rank
from tfgrad._src.ops.broadcasting import invalid, shape_list


def _shape(node, *inputs: Shape) -> Shape:
    for start in (0, 3):
        for shape, rank in zip(inputs[start : start + 3], (2, 1, 1), strict=True):
            with_rank(shape, rank)
    ours, theirs = known_value(node.inputs[2]), known_value(node.inputs[5])
    for name, given in (("Hypothesis", ours), ("Truth", theirs)):
        if given is not None and given.size < 2:
            raise ShapeError(
                f"Input {name} SparseTensors must have rank at least 2, but "
                f"{name.lower()}_shape rank is: {given.size}"
            )
    if ours is None or theirs is None:
        return None
    if ours.size != theirs.size:
        raise ShapeError(
            f"Num elements of hypothesis_shape does not match truth_shape: {ours.size} vs. "
            f"{theirs.size}"
        )
    return tuple(np.maximum(ours, theirs)[:-1].tolist())


def _sequences(indices, values) -> dict[tuple, list]:
    found: dict[tuple, list] = {}
    for place, value in zip(indices[:, :-1].tolist(), values.tolist(), strict=True):
        found.setdefault(tuple(place), []).append(value)
    return found


def distance(a: list, b: list) -> int:
    """Levenshtein's distance, row by row of its table."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row = row, [i]
        for j, y in enumerate(b, 1):
            row.append(min(last[j] + 1, row[-1] + 1, last[j - 1] + (x != y)))
    return row[-1]


def _distances(node, *inputs):
    for name, shape in (("truth", inputs[5]), ("hypothesis", inputs[2])):
        if shape.ndim == 1 and shape.size < 2:
            raise invalid(
                node, "Input SparseTensors must have rank at least 2, but "
                f"{name}_shape rank is: {shape.size}"
            )  # fmt: skip
    for name, (indices, values, _) in (("hypothesis", inputs[:3]), ("truth", inputs[3:])):
        if indices.ndim != 2:
            raise invalid(
                node, f"{name}_indices should be a matrix, but got shape: "
                f"{shape_list(indices.shape)}"
            )  # fmt: skip
        if values.ndim != 1:
            raise invalid(
                node, f"{name}_values should be a vector, but got shape: {shape_list(values.shape)}"
            )
    ours, theirs = inputs[2], inputs[5]
    if ours.shape != theirs.shape:
        raise invalid(
            node, "Expected truth and hypothesis to have matching ranks, but their shapes are: "
            f"{shape_list(theirs.shape)} and {shape_list(ours.shape)}"
        )  # fmt: skip
    shape = tuple(np.maximum(ours, theirs)[:-1].tolist())
    result = np.zeros(shape, np.float32)
    hypotheses, truths = _sequences(*inputs[:2]), _sequences(*inputs[3:5])
    for place in {**hypotheses, **truths}:
        if not all(0 <= i < n for i, n in zip(place, shape, strict=True)):
            number = int(np.dot(place, np.cumprod((*shape[1:], 1)[::-1])[::-1]))
            raise errors.InternalError(
                None, node,
                f"Got an inner product {number} which would require writing to outside of the "
                f"buffer for the output tensor (max elements {result.size})",
            )  # fmt: skip
        a, b = hypotheses.get(place, []), truths.get(place, [])
        steps = distance(a, b)
        if node.attrs["normalize"]:
            steps = steps / len(b) if b else np.inf
        result[place] = steps
    return result


defop(
    "EditDistance(hypothesis_indices: int64, hypothesis_values: T, hypothesis_shape: int64, "
    "truth_indices: int64, truth_values: T, truth_shape: int64; normalize: bool = True)"
    " -> output: float32",
    shape=_shape,
    step=_distances,
)(None)
