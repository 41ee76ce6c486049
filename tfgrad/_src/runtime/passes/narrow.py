"""Narrow matrices are kept transposed: products with them are then up to several times faster.

A network of few units on many points, as physics-informed ones are, works on matrices of thousands
of rows and twenty columns.  XLA's products on CPU take rows as the unit of vector instructions, so
that with few columns most of each vector is empty; the same product with the points along the rows
fills it.  CPU time of one product of float32, transposed against plain (AVX-512, jax 0.10.2):

    points x units     x @ w    x.T @ d over the points
    5000 x 3            0.08      0.26
    5000 x 20           0.65      0.69
    5000 x 64           1.1       0.4
    5000 x 128          1.1       0.7

The pass transposes arguments and constants of that shape, carries the other layout through
element-wise equations, broadcasts, reductions and products, and transposes back where something
else needs the value.
"""

import math

import numpy as np
from jax import lax

from tfgrad._src.runtime.passes.equations import ARGUMENT, CONSTANT, Equation, Equations, Value

WIDEST = 128  # columns
LONGEST_RATIO = 8  # rows per column, at least
SHORTEST = 512  # rows
DTYPES = frozenset({"float32"})

# Time saved per multiplication, as a part of what a plain product takes.
SAVED_FEW_COLUMNS = 0.4  # x @ w, up to FEW columns
FEW = 24
SAVED_MANY_COLUMNS = -0.1  # x @ w, more columns
SAVED_OVER_ROWS = 0.3  # x.T @ d
TRANSPOSE = 8.0  # multiplications that take as long as to transpose an element


def is_narrow(aval) -> bool:
    """Whether a value is kept transposed, going by its shape."""
    if len(aval.shape) != 2:
        return False
    n, k = aval.shape
    return 0 < k <= WIDEST and n >= SHORTEST and n >= LONGEST_RATIO * k


# Element by element, in arguments of one shape or scalars.
POINTWISE = frozenset(
    """add sub mul div max min neg sign abs exp exp2 expm1 log log1p tanh sin cos tan asin acos
    atan atan2 sinh cosh asinh acosh atanh sqrt rsqrt cbrt logistic erf erfc erf_inv pow
    integer_pow square floor ceil round is_finite eq ne lt le gt ge and or not xor select_n
    convert_element_type nextafter lgamma digamma rem clamp stop_gradient copy add_any""".split()  # noqa: SIM905 - a table
)


class _Layouts:
    """Rewrites a program; ``flipped`` has the transposed values that it needs."""

    def __init__(self, program: Equations, order: list[int]):
        self.program = program
        self.order = order
        self.flipped: dict[Value, Value] = {}  # value of the old program -> transposed, new one
        self.plain: dict[Value, Value] = {}  # value of the old program -> new one
        self.saved = 0.0

    def run(self) -> list[Value]:
        """The results of the rewritten program."""
        program = self.program
        for node in self.order:
            e = program.all[node]
            if len(e.avals) == 1 and self._rewrite(e, (node, 0)):
                continue
            args = [self.as_plain(a) for a in e.args]
            values = [(node, k) for k in range(len(e.avals))]
            if args != e.args:
                values = program.add(e.primitive, e.params, args, e.avals)
            self.plain.update(((node, k), v) for k, v in enumerate(values))
        return [self.as_plain(v) for v in program.results]

    def as_plain(self, v: Value) -> Value:
        """The value as it was."""
        if v[0] < 0:
            return v
        if v not in self.plain:
            self.plain[v] = self._transpose(self.flipped[v])
        return self.plain[v]

    def as_flipped(self, v: Value) -> Value:
        """The value transposed."""
        if v not in self.flipped:
            self.flipped[v] = self._transpose(v if v[0] < 0 else self.plain[v])
        return self.flipped[v]

    def _transpose(self, v: Value) -> Value:
        program = self.program
        if v[0] == CONSTANT and isinstance(program.constants[v[1]], np.ndarray):
            return program.constant(np.ascontiguousarray(program.constants[v[1]].T))
        n, k = program.shape(v)
        if 1 in (n, k):
            return program.apply(lambda x: lax.reshape(x, (k, n)), v)
        self.saved -= TRANSPOSE * n * k
        return program.apply(lambda x: lax.transpose(x, (1, 0)), v)

    def _rewrite(self, e: Equation, v: Value) -> bool:
        """Adds the equation for transposed arguments or results; False: it stays as it was."""
        aval = e.avals[0]
        if e.name == "dot_general":
            return self._dot(e, v, aval)
        if e.name == "reduce_sum" and self._is_flipped(e.args[0]):
            axes = tuple(sorted(1 - a for a in e.params["axes"]))
            (self.plain[v],) = self.program.add(
                e.primitive, {**e.params, "axes": axes}, [self.as_flipped(e.args[0])], e.avals
            )
            return True
        if e.name == "transpose" and e.params["permutation"] == (1, 0):
            if self._is_flipped(e.args[0]):
                self.plain[v] = self.as_flipped(e.args[0])
                return True
            if is_narrow(aval):
                self.flipped[v] = self.as_plain(e.args[0])
                return True
        if (
            e.name == "reshape"
            and self._is_flipped(e.args[0])
            and 1 in self.program.shape(e.args[0])
        ):
            shape = aval.shape
            self.plain[v] = self.program.apply(
                lambda x: lax.reshape(x, shape), self.as_flipped(e.args[0])
            )
            return True
        if not is_narrow(aval):
            return False
        if e.name in POINTWISE:
            args = [self._flipped_operand(a) for a in e.args]
            self._add_flipped(e, v, e.params, args)
            return True
        if e.name == "broadcast_in_dim" and len(e.args) == 1:
            return self._broadcast(e, v)
        if e.name == "concatenate" and all(is_narrow(self.program.aval(a)) for a in e.args):
            params = {**e.params, "dimension": 1 - e.params["dimension"]}
            self._add_flipped(e, v, params, [self.as_flipped(a) for a in e.args])
            return True
        if e.name == "pad" and self._is_flipped(e.args[0]):
            params = {**e.params, "padding_config": tuple(e.params["padding_config"][::-1])}
            args = [self.as_flipped(e.args[0]), self.as_plain(e.args[1])]
            self._add_flipped(e, v, params, args)
            return True
        if e.name == "slice" and self._is_flipped(e.args[0]):
            names = ("start_indices", "limit_indices", "strides")
            params = {s: e.params[s] and tuple(e.params[s][::-1]) for s in names}
            self._add_flipped(e, v, {**e.params, **params}, [self.as_flipped(e.args[0])])
            return True
        return False

    def _flipped_operand(self, v: Value) -> Value:
        """An argument of an element-wise equation: a matrix, one row or column of it, a number."""
        aval = self.program.aval(v)
        if len(aval.shape) != 2:
            return self.as_plain(v)
        return self.as_flipped(v) if is_narrow(aval) else self._transpose(self.as_plain(v))

    def _is_flipped(self, v: Value) -> bool:
        """Whether a value is at hand transposed, or can be at once."""
        if v[0] >= 0:
            return v in self.flipped
        aval = self.program.aval(v)
        return is_narrow(aval) and (v in self.flipped or v[0] == CONSTANT or aval.shape[1] == 1)

    def _add_flipped(self, e: Equation, v: Value, params: dict, args: list[Value]) -> None:
        n, k = e.avals[0].shape
        aval = e.avals[0].update(shape=(k, n))
        (self.flipped[v],) = self.program.add(e.primitive, params, args, [aval])

    def _broadcast(self, e: Equation, v: Value) -> bool:
        n, k = e.avals[0].shape
        (source,) = e.args
        dims = tuple(1 - d for d in e.params["broadcast_dimensions"])
        if len(dims) == 2:
            source, dims = self._flipped_operand(source), (0, 1)
        else:
            source = self.as_plain(source)
        self.flipped[v] = self.program.apply(
            lambda x: lax.broadcast_in_dim(x, (k, n), dims), source
        )
        return True

    def _dot(self, e: Equation, v: Value, aval) -> bool:
        """A product of matrices, in whatever layouts its arguments and its result have."""
        (of_a, of_b), batch = e.params["dimension_numbers"]
        a, b = e.args
        shapes = [self.program.shape(x) for x in (a, b)]
        narrow = [is_narrow(self.program.aval(x)) for x in (a, b)]
        if any(batch[0]) or batch[0] or [len(s) for s in shapes] != [2, 2] or len(of_a) != 1:
            return False
        if not (any(narrow) or is_narrow(aval)):
            return False
        n_mults = math.prod(aval.shape) * shapes[0][of_a[0]]
        dims = [of_a[0], of_b[0]]
        values = []
        for i, x in enumerate((a, b)):
            if narrow[i]:
                values.append(self.as_flipped(x))
                dims[i] = 1 - dims[i]
            else:
                values.append(self.as_plain(x))
        if narrow[0] and narrow[1]:
            self.saved += SAVED_OVER_ROWS * n_mults
        else:
            widest = min(min(s) for s in (*shapes, aval.shape))
            columns = max(min(s) for s in (*shapes, aval.shape))
            few = columns <= FEW or widest <= 3
            self.saved += (SAVED_FEW_COLUMNS if few else SAVED_MANY_COLUMNS) * n_mults
        params = dict(e.params)
        if is_narrow(aval):
            values.reverse()
            dims.reverse()
        params["dimension_numbers"] = (((dims[0],), (dims[1],)), ((), ()))
        if is_narrow(aval):
            self._add_flipped(e, v, params, values)
        else:
            (self.plain[v],) = self.program.add(e.primitive, params, values, e.avals)
        return True


def flip_narrow(program: Equations) -> None:
    """Rewrites the program where that saves time, by the figures above."""
    order = program.needed(program.results)
    dots = [e for e in (program.all[n] for n in order) if e.name == "dot_general"]
    if not any(is_narrow(program.aval(x)) for e in dots for x in e.args):
        return
    if any(e.avals[0].dtype.name not in DTYPES for e in dots):
        return
    layouts = _Layouts(program, order)
    results = layouts.run()
    if layouts.saved > 0:
        program.results = results
