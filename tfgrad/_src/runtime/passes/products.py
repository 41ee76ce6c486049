"""A sum of matrix products becomes one product of stacked matrices.

    x1.T @ d1 + x2.T @ d2 + ...  ->  [x1; x2; ...].T @ [d1; d2; ...]

It is the gradient of a weight that is used several times, as in every step of an unrolled
recurrence: the large result is written once instead of every time.  That pays where the rows that
are stacked are few against it: a row of ``c + m`` numbers is copied, of ``c * m`` the result
consists.  (To stack the batches of a weight that is applied several times, and cut the product into
pieces, was measured too: the copies cost what the larger product saves.)
"""

from jax import lax

from tfgrad._src.runtime.passes.equations import Equation, Equations, Value, freeze
from tfgrad._src.runtime.passes.sums import Sums

DTYPES = frozenset({"float32", "float64"})
FEWEST_NUMBERS = 1 << 14  # of the large matrix; with smaller ones a product costs next to nothing


def is_product(program: Equations, e: Equation | None) -> bool:
    """Whether it is a plain product of two matrices of one type."""
    if e is None or e.name != "dot_general" or e.avals[0].dtype.name not in DTYPES:
        return False
    (of_a, of_b), (batch, _) = e.params["dimension_numbers"]
    avals = [program.aval(a) for a in e.args]
    return (
        not batch
        and len(of_a) == len(of_b) == 1
        and all(len(a.shape) == 2 and a.dtype == e.avals[0].dtype for a in avals)
    )


def _pays(rows: int, c: int, m: int) -> bool:
    return c * m >= FEWEST_NUMBERS and rows * (c + m) <= c * m


def _stack(xs, axis: int):
    return lax.concatenate(xs, axis) if len(xs) > 1 else xs[0]


def stack_products(program: Equations) -> None:
    """Stacks products that nothing but their sum uses."""
    sums = Sums(program)
    order = program.needed(program.results)
    users = program.users(order)
    fetched = set(program.results)
    new: dict[Value, Value] = {}
    for node in reversed(order):
        v = (node, 0)
        if v in new or not sums.is_sum(v):
            continue
        user, *others = users.get(v, [-1])
        if not others and user >= 0 and v not in fetched and sums.is_sum((user, 0)):
            continue  # part of a longer sum, which was seen before
        groups: dict[tuple, list[Value]] = {}
        terms = sums.terms(v)
        for t in terms:
            e = program.of(t)
            if is_product(program, e) and len(users[t]) == 1 and t not in fetched:
                key = (freeze(e.params), *_free_sizes(program, e))
                groups.setdefault(key, []).append(t)
        merged = {}
        for members in groups.values():
            e = program.of(members[0])
            (i,), _ = e.params["dimension_numbers"][0]
            rows = max(program.shape(program.of(t).args[0])[i] for t in members)
            if len(members) > 1 and _pays(rows, *e.avals[0].shape):
                merged.update((t, members) for t in members)
        if not merged:
            continue
        total = None
        done: set[int] = set()
        for t in terms:
            members = merged.get(t)
            if members is None:
                part = t
            elif id(members) in done:
                continue
            else:
                done.add(id(members))
                part = _product_of_stacks(program, members)
            total = part if total is None else program.apply(lax.add, total, part)
        new[v] = total
    program.replace(new)


def _free_sizes(program: Equations, e: Equation) -> tuple:
    (i,), (j,) = e.params["dimension_numbers"][0]
    a, b = (program.shape(x) for x in e.args)
    return a[1 - i], b[1 - j]


def _product_of_stacks(program: Equations, members: list[Value]) -> Value:
    e = program.of(members[0])
    (i,), (j,) = e.params["dimension_numbers"][0]
    n = len(members)

    def product(*values):
        a, b = _stack(values[:n], i), _stack(values[n:], j)
        return e.primitive.bind(a, b, **e.params)

    pairs = [program.of(t).args for t in members]
    return program.apply(product, *[a for a, _ in pairs], *[b for _, b in pairs])
