"""Linear equations after sums: what is linear is applied once, to the sum of its arguments.

Gradients of gradients go back through the nodes of the first gradients.  Where several calls of
`tf.gradients` have made equal nodes, or one node is used in several ways, each use sends its own
adjoint through the same matrix products, and the results are added::

    f(a) + f(b)  ->  f(a + b)        f linear: a product, a transpose, a sum along axes, ...

Applied again to ``a + b`` this merges whole chains, and the separate ones are no longer needed.
XLA merges equal operations, but does not do this; TensorFlow's optimizer does for products of
numbers.  It changes rounding as any other order of a sum would, and as there a sum formed earlier
can leave the range of its type where the scaled terms do not.
"""

from tfgrad._src.runtime.passes.equations import Equations, Value, freeze

# Ranges and precisions in which a + b is as good as f(a) + f(b): in 16 bits a + b may overflow.
DTYPES = frozenset({"float32", "float64", "complex64", "complex128"})

# Primitives that are linear in their first argument and have no other.
OF_ONE = frozenset(
    {"neg", "reduce_sum", "transpose", "reshape", "squeeze", "broadcast_in_dim", "slice", "rev"}
)
# Primitives that are linear in each of their arguments.
OF_TWO = frozenset({"mul", "dot_general", "conv_general_dilated"})
PRODUCTS = frozenset({"dot_general", "conv_general_dilated"})
DEEPEST = 200  # chains are followed so far by recursion
ROUNDS = 10
LARGEST = 20_000  # equations; beyond, the time to find merges exceeds what they save


class Sums:
    """The sums of a program, and those that replace them."""

    def __init__(self, program: Equations):
        self.program = program
        self.known: dict[tuple, Value] = {}  # what is added -> the sum
        self.merges: list[tuple[int, list[Value]]] = []  # what was made, and what it replaces
        self.needed_anyway: set[Value] = set()

    def is_sum(self, v: Value) -> bool:
        """Whether ``v`` is a sum of two values of its own shape."""
        e = self.program.of(v)
        if e is None or e.name != "add":
            return False
        (aval,) = e.avals
        shape = self.program.shape
        return aval.dtype.name in DTYPES and all(shape(a) == aval.shape for a in e.args)

    def terms(self, v: Value) -> list[Value]:
        """What is added to give ``v``: itself, unless it is a sum."""
        found, stack = [], [v]
        while stack:
            v = stack.pop()
            if self.is_sum(v):
                stack += reversed(self.program.all[v[0]].args)
            else:
                found.append(v)
        return found

    def sum(self, add: tuple, parts: list[Value], depth: int = 0) -> Value:
        """The sum of ``parts``, with linear operations after the additions.

        Args:
          add: the primitive and the parameters of an addition.
          parts: values of one shape and dtype.
          depth: how many linear operations this sum is inside of.
        """
        key = tuple(parts)
        if key not in self.known:
            terms = [t for p in parts for t in self.terms(p)]
            rounds = 0
            while depth < DEEPEST and (fewer := self._merged(add, terms, depth)):
                terms = fewer
                rounds += 1
            total, *rest = terms if rounds else parts
            for t in rest:
                (total,) = self.program.add(*add, [total, t], [self.program.aval(total)])
            self.known[key] = total
        return self.known[key]

    def _merged(self, add: tuple, terms: list[Value], depth: int) -> list[Value] | None:
        """The terms, those with a common linear operation made one; None if there are none."""
        alike: dict[tuple, dict[int, int]] = {}  # operation -> term -> place of what differs
        for k, t in enumerate(terms):
            for place, operation in self._linear(t) if t not in self.needed_anyway else ():
                alike.setdefault(operation, {}).setdefault(k, place)
        left = dict.fromkeys(range(len(terms)))
        result = []
        for group in sorted(alike.values(), key=len, reverse=True):
            members = [k for k in group if k in left]
            if len(members) > 1:
                for k in members:
                    del left[k]
                differing = [self.program.all[terms[k][0]].args[group[k]] for k in members]
                first = members[0]
                e = self.program.all[terms[first][0]]
                args = list(e.args)
                args[group[first]] = self.sum(add, differing, depth + 1)
                result += self.program.add(e.primitive, e.params, args, e.avals)
                self.merges.append((result[-1][0], [terms[k] for k in members]))
        return [*[terms[k] for k in left], *result] if result else None

    def _linear(self, v: Value) -> list[tuple]:
        """Places of arguments in which ``v`` is linear, each with a key of all the rest."""
        e = self.program.of(v)
        rest = None if e is None or e.avals[0].dtype.name not in DTYPES else freeze(e.params)
        if rest is None:
            return []
        args, name = e.args, e.name
        avals = [self.program.aval(a) for a in args]
        if name in OF_ONE or name == "div" or (name == "pad" and self.program.is_zero(args[1])):
            return [(0, (e.primitive, rest, 0, *args[1:], avals[0].shape, avals[0].dtype))]
        if name == "select_n" and len(args) == 3:
            return [
                (k, (e.primitive, rest, k, args[0]))
                for k in (1, 2)
                if self.program.is_zero(args[3 - k])
            ]
        if name in OF_TWO and avals[0].dtype == avals[1].dtype:
            side = (lambda k: 0) if name == "mul" else (lambda k: k)
            return [(k, (e.primitive, rest, side(k), args[1 - k], avals[k].shape)) for k in (0, 1)]
        return []

    def rewritten(self) -> list[Value]:
        """The program's results, with all sums rewritten."""
        program = self.program
        order = program.needed(program.results)
        users = program.users(order)
        kept = set(program.results)
        new: dict[Value, Value] = {}
        for node in order:
            e, args = program.all[node], program.all[node].args
            if self.is_sum((node, 0)):
                user, *others = users.get((node, 0), [-1])
                if not others and (node, 0) not in kept and self.is_sum((user, 0)):
                    continue  # one of the terms of a longer sum
                args = [new.get(a, a) for a in self.terms((node, 0))]
                values = [self.sum((e.primitive, e.params), args)]
            else:
                changed = [new.get(a, a) for a in args]
                if changed == args:
                    continue
                values = program.add(e.primitive, e.params, changed, e.avals)
            new.update(((node, k), v) for k, v in enumerate(values))
        return [new.get(v, v) for v in program.results]


def merge_sums(program: Equations) -> None:
    """Rewrites sums where that saves equations and costs no matrix product.

    What is merged but needed for something else too has saved nothing: it is then left as it is,
    and the rest is tried again.
    """
    before = program.needed(program.results)
    if len(before) > LARGEST:
        return
    sums = Sums(program)
    for _ in range(ROUNDS):
        sums.known.clear()
        sums.merges.clear()
        results = sums.rewritten()
        after = program.needed(results)
        alive = set(after)
        wasted = {
            t for made, members in sums.merges if made in alive for t in members if t[0] in alive
        }
        if not wasted:
            break
        sums.needed_anyway |= wasted
    if len(after) < len(before) and _products(program, after) <= _products(program, before):
        program.results = results


def _products(program: Equations, order: list[int]) -> int:
    return sum(program.all[node].name in PRODUCTS for node in order)
