"""Matrix products of linear combinations, where the products of their parts are needed anyway.

    x1 @ w, x2 @ w, (s1 * x1 + s2 * x2) @ w    the third is  s1 * (x1 @ w) + s2 * (x2 @ w)
    x1.T @ d1 + x2.T @ d2 + (s1 * x1 + s2 * x2).T @ d
        ->  x1.T @ (d1 + s1 * d) + x2.T @ (d2 + s2 * d)

with factors ``s`` per row, or one number.  A gradient penalty takes the critic of a mixture of real
and generated images next to that of each: its first layer and that layer's gradient cost nothing
more.
"""

from typing import NamedTuple

from jax import lax

from tfgrad._src.runtime.passes.equations import Equations, Value, freeze
from tfgrad._src.runtime.passes.products import is_product
from tfgrad._src.runtime.passes.sums import Sums

SMALLEST = 32  # length of the sums of a product that is worth it


class Part(NamedTuple):
    """A summand ``scale * value``; the scale has one axis, none, or is left out."""

    scale: Value | None
    value: Value


def _parts(sums: Sums, v: Value, axis: int) -> list[Part]:
    """The linear combination that ``v`` is, with scales along ``axis``; itself if it is none."""
    program, result = sums.program, []
    for t in sums.terms(v):
        e = program.of(t)
        part = Part(None, t)
        if e is not None and e.name == "mul":
            for place in (0, 1):
                scale = _scale(program, e.args[place], axis)
                if scale is not None and program.shape(e.args[1 - place]) == e.avals[0].shape:
                    part = Part(scale, e.args[1 - place])
        result.append(part)
    return result


def _scale(program: Equations, v: Value, axis: int) -> Value | None:
    """``v`` as a vector along ``axis`` or a number, if it is the same along the other axis."""
    shape = program.shape(v)
    if shape == ():
        return v
    source, axes, e = v, range(len(shape)), program.of(v)
    if e is not None and e.name == "broadcast_in_dim" and len(e.args) == 1:
        (source,), axes = e.args, e.params["broadcast_dimensions"]
    varying = [d for d, n in zip(axes, program.shape(source), strict=True) if n != 1]
    if varying not in ([], [axis]):
        return None
    length = (shape[axis],) if varying else ()
    return program.apply(lambda x: lax.reshape(x, length), source)


def _scaled(program: Equations, scale: Value | None, v: Value, axis: int) -> Value:
    """``scale * v`` with the scale along ``axis``."""
    if scale is None:
        return v
    dims = (axis,) if program.shape(scale) else ()

    def product(s, x):
        return lax.mul(lax.broadcast_in_dim(s, x.shape, dims), x)

    return program.apply(product, scale, v)


def _is_long(program: Equations, node: int) -> bool:
    """Whether an equation is a product of matrices with long sums."""
    e = program.all[node] if node >= 0 else None
    if e is None or e.name != "dot_general" or not is_product(program, e):
        return False
    return program.shape(e.args[0])[e.params["dimension_numbers"][0][0][0]] >= SMALLEST


def _reuse_products_of_parts(program: Equations) -> None:
    """The first form."""
    sums = Sums(program)
    order = program.needed(program.results)
    there: dict[tuple, Value] = {}
    products = [n for n in order if _is_long(program, n)]
    for node in products:
        e = program.all[node]
        for side in (0, 1):
            there[side, e.args[side], e.args[1 - side], freeze(e.params)] = (node, 0)
    new: dict[Value, Value] = {}
    for node in products:
        e = program.all[node]
        for side in (0, 1):
            v, other = e.args[side], e.args[1 - side]
            contracted = e.params["dimension_numbers"][0][side][0]
            if (node, 0) in new:
                continue
            parts = _parts(sums, v, 1 - contracted)
            found = [there.get((side, p.value, other, freeze(e.params))) for p in parts]
            if len(parts) < 2 or None in found or any(f in new or f == (node, 0) for f in found):
                continue
            scaled = [_scaled(program, p.scale, f, side) for p, f in zip(parts, found, strict=True)]
            new[node, 0] = _total(program, scaled)
    program.replace(new)


def _total(program: Equations, values: list[Value]) -> Value:
    total = values[0]
    for v in values[1:]:
        total = program.apply(lax.add, total, v)
    return total


def _add_to_products_of_parts(program: Equations) -> None:
    """The second form."""
    sums = Sums(program)
    order = program.needed(program.results)
    users = program.users(order)
    fetched = set(program.results)
    new: dict[Value, Value] = {}
    for node in order:
        v = (node, 0)
        if not sums.is_sum(v) or any(sums.is_sum((u, 0)) for u in users.get(v, ())):
            continue
        terms = sums.terms(v)
        own = {
            t
            for t in terms
            if t not in fetched
            and len(users[t]) == 1
            and _is_long(program, t[0])
            and terms.count(t) == 1
        }
        changed = _distribute(program, sums, terms, own)
        if changed is not None:
            new[v] = _total(program, changed)
    program.replace(new)


def _distribute(program: Equations, sums: Sums, terms: list, own: set) -> list[Value] | None:
    """The terms without the products that the others of ``own`` can take up; None if none can."""
    for t in terms:
        if t not in own:
            continue
        e = program.of(t)
        for side in (0, 1):
            of = e.params["dimension_numbers"][0]
            v, d = e.args[side], e.args[1 - side]
            parts = _parts(sums, v, of[side][0])
            taking = [
                next(
                    (
                        o
                        for o in terms
                        if o in own
                        and o != t
                        and program.of(o).args[side] == p.value
                        and freeze(program.of(o).params) == freeze(e.params)
                    ),
                    None,
                )
                for p in parts
            ]
            if len(parts) < 2 or None in taking or len(set(taking)) < len(taking):
                continue
            result = [x for x in terms if x != t]
            for p, o in zip(parts, taking, strict=True):
                args = list(program.of(o).args)
                more = _scaled(program, p.scale, d, of[1 - side][0])
                args[1 - side] = program.apply(lax.add, args[1 - side], more)
                o_ = program.of(o)
                (product,) = program.add(o_.primitive, o_.params, args, o_.avals)
                result[result.index(o)] = product
            return result
    return None


def reuse_products(program: Equations) -> None:
    """Both forms."""
    _reuse_products_of_parts(program)
    _add_to_products_of_parts(program)
