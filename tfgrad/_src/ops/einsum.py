"""`Einsum`: sums of products over named axes.

``...`` stands for axes without a name, which broadcast, aligned at the last.  A name that occurs
twice in one argument takes its diagonal; twice in the result, it fills one.  What remains of two
arguments is one ``dot_general``, or a product of elements if nothing is summed.

The derivative, of the same type, is in ``gradients/einsum.py``.
"""

from typing import NamedTuple

import numpy as np
from jax import lax

from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import (
    Shape,
    ShapeError,
    broadcast,
    merge_dim,
    with_rank,
    with_rank_at_least,
    with_rank_at_most,
)
from tfgrad._src.ops.broadcasting import invalid, shape_list, stretch

DOTS = "..."


class Equation(NamedTuple):
    """The names of the axes; ``...`` is one of them."""

    inputs: list[list[str]]
    output: list[str]


def _names(text: str) -> list[str]:
    before, dots, after = text.partition(DOTS)
    if "." in before + after:
        raise ShapeError(f"Invalid equation: {text}")
    return [*before, *([DOTS] if dots else []), *after]


def parse(equation: bytes, count: int) -> Equation:
    inputs, arrow, output = equation.decode().replace(" ", "").partition("->")
    if not arrow or "->" in output:
        raise ShapeError(f"Expecting exactly one '->' in einsum equation: {equation.decode()}")
    parts = inputs.split(",")
    if len(parts) not in (1, 2):
        raise ShapeError(
            f"Expecting 1 or 2 input subscripts in equation '{equation.decode()}' but got: "
            f"{len(parts)}"
        )
    if len(parts) != count:
        raise ShapeError(f"Expected {len(parts)} inputs but got: {count}")
    found = Equation([_names(p) for p in parts], _names(output))
    for name in found.output:
        if name != DOTS and not any(name in names for names in found.inputs):
            raise ShapeError(
                f"Label '{name}' in the output subscripts of '{equation.decode()}' is not in the "
                "input subscripts"
            )
    return found


# ---------------------------------------------------------------------- shapes


def _einsum_shape(node, *shapes: Shape) -> Shape:
    equation = parse(node.attrs["equation"], len(shapes))
    lengths: dict[str, int | None] = {}
    free: Shape = ()
    for names, shape in zip(equation.inputs, shapes, strict=True):
        named = len([n for n in names if n != DOTS])
        if DOTS in names:
            with_rank_at_least(shape, named)
        else:
            shape = with_rank(shape, named)
        if shape is None:
            for name in names:
                lengths.setdefault(name, None)
            free = None
            continue
        place = names.index(DOTS) if DOTS in names else len(names)
        after = len(names) - place - 1 if DOTS in names else 0
        for name, d in zip(
            [n for n in names if n != DOTS], shape[:place] + shape[len(shape) - after :],
            strict=True,
        ):  # fmt: skip
            lengths[name] = merge_dim(lengths.get(name), d)
        free = broadcast(free, shape[place : len(shape) - after])
    if DOTS not in equation.output:
        with_rank_at_most(free, 0)
        return tuple(lengths[n] for n in equation.output)
    if free is None:
        return None
    result: list = []
    for name in equation.output:
        result += list(free) if name == DOTS else [lengths[name]]
    return tuple(result)


# ---------------------------------------------------------------------- values


def _axes(node, names: list[str], number: int, shape: tuple) -> list:
    """One name per axis; those of ``...`` are counted from the last, ``0``, ``1``, ..."""
    named = len([n for n in names if n != DOTS])
    if len(shape) < named if DOTS in names else len(shape) != named:
        least = "at least " if DOTS in names else ""
        raise invalid(
            node, f"Expected input {number} to have rank {least}{named} but got: {len(shape)}"
        )
    result: list = []
    for name in names:
        result += reversed(range(len(shape) - named)) if name == DOTS else [name]
    return result


def _lengths(node, labels: list[list], shapes: list[tuple]) -> dict:
    found: dict = {}
    for names, shape in zip(labels, shapes, strict=True):
        for axis, (name, d) in enumerate(zip(names, shape, strict=True)):
            known = found.setdefault(name, d)
            if isinstance(name, int) and 1 in (known, d):
                found[name] = d if known == 1 else known
            elif isinstance(name, int) and known != d:
                texts = " vs. ".join(map(shape_list, shapes))
                raise invalid(node, f"Invalid broadcasting dimensions: {texts}")
            elif known != d:
                raise invalid(
                    node,
                    f"Expected dimension {known} at axis {axis} of the input shaped "
                    f"{shape_list(shape)} but got dimension {d}",
                )
    return found


def _diagonals(x, names: list) -> tuple:
    """``x`` with one axis per name: of equal names only the elements of equal places remain."""
    for name in dict.fromkeys(names):
        while names.count(name) > 1:
            i = names.index(name)
            j = names.index(name, i + 1)
            rest = [k for k in range(len(names)) if k not in (i, j)]
            n = x.shape[i]
            flat = lax.reshape(
                lax.transpose(x, (*rest, i, j)), (*(x.shape[k] for k in rest), n * n)
            )
            m = len(rest)
            x = lax.slice(flat, [0] * (m + 1), flat.shape, [1] * m + [n + 1])
            names = [*(names[k] for k in rest), name]
    return x, names


def _reduced(x, names: list, keep: set, lengths: dict) -> tuple:
    """Without the axes that broadcast from length 1, and summed over those that nobody needs."""
    x, names = _diagonals(x, names)
    stretched = [k for k, n in enumerate(names) if isinstance(n, int) and x.shape[k] != lengths[n]]
    if stretched:
        x = lax.squeeze(x, stretched)
        names = [n for k, n in enumerate(names) if k not in stretched]
    summed = tuple(k for k, n in enumerate(names) if n not in keep)
    if summed:
        x = lax.reduce_sum(x, axes=summed)
        names = [n for n in names if n in keep]
    return x, names


def _product(x, names_x: list, y, names_y: list, output: set, lengths: dict) -> tuple:
    both = [n for n in names_x if n in names_y]
    batch, summed = [n for n in both if n in output], [n for n in both if n not in output]
    names = [*batch, *(n for n in names_x if n not in both), *(n for n in names_y if n not in both)]
    if not summed:
        shape = tuple(lengths[n] for n in names)
        factors = []
        for v, of_v in ((x, names_x), (y, names_y)):
            order = sorted(range(len(of_v)), key=lambda k, of_v=of_v: names.index(of_v[k]))
            places = [names.index(of_v[k]) for k in order]
            factors.append(lax.broadcast_in_dim(lax.transpose(v, order), shape, places))
        return lax.mul(*factors), names
    dims = tuple(
        tuple(tuple(of_v.index(n) for n in group) for of_v in (names_x, names_y))
        for group in (summed, batch)
    )
    return lax.dot_general(x, y, dims, preferred_element_type=x.dtype), names


def _filled(x, names: list, output: list, lengths: dict):
    """``x`` with its axes as in ``output``; a name that occurs there twice fills a diagonal."""
    unique = list(dict.fromkeys(output))
    x = lax.transpose(x, [names.index(n) for n in unique])
    shape = tuple(lengths[n] for n in output)
    if len(unique) == len(output):
        return stretch(x, shape)
    y = lax.broadcast_in_dim(x, shape, [output.index(n) for n in unique])
    for axis, name in enumerate(output):
        first = output.index(name)
        if first != axis:
            here = lax.eq(
                lax.broadcasted_iota(np.int32, shape, first),
                lax.broadcasted_iota(np.int32, shape, axis),
            )
            y = lax.select(here, y, lax.full_like(y, 0))
    return y


@defop("Einsum(inputs: N * T; equation: string) -> output: T", shape=_einsum_shape)
def einsum(node, *values):
    try:
        equation = parse(node.attrs["equation"], len(values))
    except ShapeError as error:
        raise invalid(node, error.message) from None
    labels = [
        _axes(node, names, i, v.shape)
        for i, (names, v) in enumerate(zip(equation.inputs, values, strict=True))
    ]
    lengths = _lengths(node, labels, [v.shape for v in values])
    free = sorted((n for n in lengths if isinstance(n, int)), reverse=True)
    if free and DOTS not in equation.output:
        raise invalid(
            node,
            f"Output contains {len(free)} broadcasting dimension(s) but no ellipsis (...) was "
            "found in the output subscripts.",
        )
    output: list = []
    for name in equation.output:
        output += free if name == DOTS else [name]
    kept = set(output)
    if len(values) == 1:
        x, names = _reduced(values[0], labels[0], kept, lengths)
    else:
        pairs = [
            _reduced(v, names, kept | set(labels[1 - i]), lengths)
            for i, (v, names) in enumerate(zip(values, labels, strict=True))
        ]
        x, names = _product(*pairs[0], *pairs[1], kept, lengths)
    return _filled(x, names, output, lengths)
