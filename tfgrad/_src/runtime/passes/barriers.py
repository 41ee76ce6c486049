"""Fusion barriers: compile time and step time of a large program stay linear in its size.

XLA's fusion on CPU copies a cheap element-wise equation into every one that uses it.  In a
recurrence, such as the cell state of an LSTM, each step then computes those of all earlier steps
again, and a long sum becomes one kernel with hundreds of operands.  Here a value is kept in memory
(`lax.optimization_barrier` stands behind it) where two or more equations would repeat more than
one equation for it, or where one would take in more than fifty.

XLA's own pass `cse_barrier_expander` removes barriers before fusion, so it is disabled.  With it
`small-while-loop-hoisting` must be: it compiles a small loop as one kernel, whose emitter does not
know barriers, and with some of them ends the process.
"""

import math
import os
import re

import numpy as np
from jax import lax

from tfgrad._src.runtime.passes.equations import Equations, Value

REPEATED = 1  # equations that several users may each repeat
REPEATED_LARGE = 16  # the same, where a value is so large that to read it costs more than that
LARGE = 1 << 16  # elements of such a value
LARGEST = 50  # equations in one kernel
PIECES = 8  # slices of one value that get a kernel in common
DISABLED = "cse_barrier_expander,small-while-loop-hoisting"
FLAG = "xla_disable_hlo_passes"

# Fused with what uses them, and worth nothing by themselves.
VIEWS = frozenset(
    {"reshape", "squeeze", "expand_dims", "broadcast_in_dim", "convert_element_type", "iota"}
)
# Never fused into their users.
APART = frozenset(
    """dot_general conv_general_dilated reduce_sum reduce_max reduce_min reduce_prod reduce_and
    reduce_or argmax argmin reduce reduce_window reduce_window_sum reduce_window_max gather scatter
    scatter-add scatter_add scatter_mul scatter_min scatter_max scatter_sub sort top_k while scan
    cond cumsum cumprod cumlogsumexp cummax cummin fft cholesky triangular_solve lu qr eigh svd
    custom_call ffi_call pure_callback optimization_barrier dynamic_update_slice
    select_and_scatter_add select_and_gather_add""".split()  # noqa: SIM905 - a table
)


def place_barriers(program: Equations, order: list[int]) -> frozenset[int]:
    """The equations whose values are kept in memory, by one walk in the order of execution.

    Args:
      program: the equations.
      order: those that run, as they run.
    """
    users: dict[int, set[int]] = {}
    for node in order:
        for v in program.all[node].args:
            users.setdefault(v[0], set()).add(node)
    fetched = {v[0] for v in program.results}
    pulled: dict[int, int] = {}  # equations that a user of this one takes into its kernel
    kept: set[int] = set()
    for node in order:
        e = program.all[node]
        if e.name in APART or len(e.avals) != 1:
            pulled[node] = 0
            continue
        sources = dict.fromkeys(v[0] for v in e.args if v[0] >= 0)
        size = 1 + sum(pulled[s] for s in sources)
        while (
            size > LARGEST and (largest := max(sources, key=lambda s: pulled[s], default=-1)) >= 0
        ):
            if not pulled[largest]:
                break
            size -= pulled[largest]
            pulled[largest] = 0
            kept.add(largest)
        uses = len(users.get(node, ())) + (node in fetched)
        repeated = REPEATED_LARGE if math.prod(e.avals[0].shape) >= LARGE else REPEATED
        if uses > 1 and size > repeated and e.name not in VIEWS:
            kept.add(node)
            size = 0
        pulled[node] = size
    return frozenset(kept)


def share_slices(program: Equations) -> None:
    """Makes slices of one value share a kernel: their start becomes an argument of it.

    A static start is part of the kernel of whatever uses the slice, so that an unrolled recurrence
    has another kernel in every step.  The start is hidden behind a barrier, or XLA would find it.
    """
    slices: dict[tuple, list[int]] = {}
    order = program.needed(program.results)
    for node in order:
        e = program.all[node]
        if e.name == "slice" and not any(n != 1 for n in e.params["strides"] or ()):
            slices.setdefault((e.args[0], e.avals[0].shape), []).append(node)
    new: dict[Value, Value] = {}
    for (source, shape), nodes in slices.items():
        if len(nodes) < PIECES:
            continue
        for node in nodes:
            starts = program.all[node].params["start_indices"]
            new[node, 0] = program.apply(
                lambda x, starts=starts, shape=shape: lax.optimization_barrier(
                    lax.dynamic_slice(x, _hidden(starts), shape)
                ),
                source,
            )
    program.replace(new)


def _hidden(starts: tuple[int, ...]) -> list:
    """Start indices that XLA does not know, but for zeros."""
    return [lax.optimization_barrier(np.int32(s)) if s else np.int32(0) for s in starts]


def options() -> dict:
    """XLA's compiler options for a program with barriers; what the user has disabled stays so."""
    found = re.search(rf"--{FLAG}=(\S+)", os.environ.get("XLA_FLAGS", ""))
    return {FLAG: f"{found[1]},{DISABLED}" if found else DISABLED}
