"""`tf.einsum`: sums of products over named axes.

The op type is in ``ops/einsum.py``, its derivative in ``gradients/einsum.py``.
"""

import collections
import functools
import re
from typing import Any

import numpy as np

from tfgrad._src.functions.scope import name_scope
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor

DOTS = "0"  # stands for ``...`` while names are single letters


def einsum(equation: str, *inputs, **kwargs) -> Tensor:
    """Sums products of elements over the axes that the result does not name.

    ``einsum("ij,jk->ik", a, b)[i, k] = sum_j a[i, j] * b[j, k]``

    Args:
      equation: the axes of each tensor as letters, with commas between them, then ``->`` and the
        axes of the result; without ``->`` these are the letters that occur once, in alphabetical
        order.  ``...`` stands for any number of axes, which broadcast.  A letter that occurs twice
        in one tensor takes its diagonal.
      *inputs: the tensors.
      **kwargs: ``name``, the scope of the nodes, default ``"einsum"``; ``optimize``, how the order
        of more than two tensors is found: ``"greedy"`` (the default), ``"optimal"``,
        ``"branch-2"``, ``"branch-all"`` or ``"auto"``.

    Returns:
      One node of type ``Einsum`` for one or two tensors, for ``n`` tensors ``n - 1`` such nodes.

    Raises:
      TypeError: another keyword argument is given.
      ValueError: the equation is not of this form, or does not fit the tensors.

    Gradient:
      Nodes of type ``Einsum`` again.

    Example:
      >>> a, b = tf.constant([[1.0, 2.0]]), tf.constant([[3.0], [4.0]])
      >>> tf.Session().run(tf.einsum("ij,jk->ik", a, b))
      array([[11.]], dtype=float32)
    """
    name = kwargs.pop("name", None)
    optimize = kwargs.pop("optimize", "greedy")
    if kwargs:
        raise TypeError(
            f"Invalid keyword arguments for einsum: {', '.join(kwargs)}. Valid arguments: name, "
            "optimize, greedy."
        )
    with name_scope(name, "einsum", [equation, inputs]):
        tensors = list(inputs)
        shapes = [_dims(x) for x in tensors]
        resolved, lengths = _resolve(equation, shapes)
        if len(tensors) <= 2:
            return add_op("Einsum", tensors, equation=resolved.replace(DOTS, "..."))
        for places, part in _path(resolved, tuple(map(tuple, lengths)), optimize):
            operands = [tensors.pop(i) for i in places]
            tensors.append(add_op("Einsum", operands, equation=part.replace(DOTS, "...")))
        return tensors[0]


def _dims(x):
    if isinstance(x, Tensor):
        return None if x.dims is None else list(x.dims)
    if hasattr(x, "_as_graph_element"):
        return _dims(x._as_graph_element())
    return list(np.shape(x)) if hasattr(x, "shape") else list(convert_to_tensor(x).dims)


@functools.lru_cache(maxsize=128)
def _path(equation: str, shapes: tuple, optimize) -> tuple:
    """In which order tensors are multiplied, two at a time, and the equation of each product."""
    import opt_einsum  # jax depends on it; 5 ms that only products of three tensors need

    shaped = collections.namedtuple("shaped", ["shape"])
    found: Any = opt_einsum.contract_path(
        equation, *map(shaped, shapes), optimize=optimize, einsum_call=True, use_blas=True
    )
    return tuple((c[0], c[2]) for c in found[1])


def _resolve(equation: str, shapes: list) -> tuple:
    """The equation with its result, ``0`` for ``...``; and for three or more tensors the lengths.

    An unknown length is taken to be 1: it only decides the order of the products.
    """
    resolved = equation.replace(" ", "")
    allowed = "a-zA-Z"
    if "..." in equation:
        if DOTS in resolved:
            raise ValueError(f'Invalid character "{DOTS}" in equation: {equation}.')
        resolved = resolved.replace("...", DOTS)
        allowed += DOTS
    match = re.match(f"^([{allowed},]*)(->[{allowed}]*)?$", resolved)
    if not match:
        raise ValueError(f"Subscripts have incorrect format: {resolved}")
    labels = match.group(1).split(",")
    output = match.group(2)[2:] if match.group(2) else None
    if len(shapes) != len(labels):
        raise ValueError(
            f'Got {len(shapes)} inputs for equation "{equation}", expecting {len(labels)}'
        )
    if output is None:
        counts = collections.Counter(match.group(1))
        output = "".join(x for x in sorted(counts) if x != "," and counts[x] == 1)
        resolved += "->" + output
    _check_output(equation, output, set(match.group(1)))
    if len(shapes) <= 2:
        return resolved, None
    return resolved, _known_lengths(equation, labels, shapes)


def _check_output(equation: str, output: str, names: set) -> None:
    if len(set(output)) != len(output):
        raise ValueError(f"Output subscripts contain a label appearing more than once: {equation}")
    for name in output:
        if name != DOTS and name not in names:
            raise ValueError(
                f"Output subscripts contain the label {name} not present in the input subscripts."
            )


def _known_lengths(equation: str, labels: list[str], shapes: list) -> list:
    lengths: dict = collections.defaultdict(lambda: 1)
    for i, (names, shape) in enumerate(zip(labels, shapes, strict=True)):
        if shape is None:
            continue
        start = names.find(DOTS)
        if start != -1:
            if start != names.rfind(DOTS):
                raise ValueError(f"Too many ellipses in input label {names.replace(DOTS, '...')}.")
            if len(names) > len(shape) + 1:
                raise ValueError(
                    f"Too many named labels in {i}th subscript string of equation {equation} for "
                    f"input shape {shape} "
                )
            end = start + len(shape) + 1 - len(names)
            dots = [d for d in shape[start:end] if d]
            shape = [*shape[:start], int(np.prod(dots, dtype=np.int64)), *shape[end:]]
        elif len(names) != len(shape):
            raise ValueError(
                f"Number of named labels in input #{i} of equation {equation} must be equal to the "
                f"number of dimensions in shape {shape}"
            )
        for d, name in zip(shape, names, strict=True):
            if d is not None:
                lengths[name] = max(lengths[name], d)
    return [[lengths[name] for name in names] for names in labels]
