"""Rewriting passes: fewer and faster operations for the same numbers, before XLA compiles a stage.

A pass takes the `Equations` of a traced stage and changes them.  No pass changes a value beyond
rounding.  They can be switched off together and one by one (`enabled`), to find out which one is to
blame for something.
"""

import os
import time
from collections.abc import Callable
from typing import NamedTuple

import jax

from tfgrad._src.runtime import cache
from tfgrad._src.runtime.passes import barriers, combinations, narrow, products, sums, vectors
from tfgrad._src.runtime.passes.equations import Equations

CPU = ("cpu",)
ALL = ("cpu", "gpu", "tpu")


class Pass(NamedTuple):
    """A pass.

    Attributes:
      run: changes the equations; None: what it does is done elsewhere in this module.
      platforms: where it is used: those on which it has been measured, or where it saves work
        whatever the hardware.
      toggle: the field of ``tf.ConfigProto().graph_options.rewrite_options`` that switches it off.
    """

    run: Callable[[Equations], None] | None
    platforms: tuple[str, ...]
    toggle: str


# In the order in which they run.
PASSES: dict[str, Pass] = {
    "equal": Pass(None, ALL, "arithmetic_optimization"),
    "sums": Pass(sums.merge_sums, ALL, "arithmetic_optimization"),
    "combinations": Pass(combinations.reuse_products, ALL, "arithmetic_optimization"),
    "products": Pass(products.stack_products, CPU, "remapping"),
    "narrow": Pass(narrow.flip_narrow, CPU, "layout_optimizer"),
    "slices": Pass(barriers.share_slices, CPU, "memory_optimization"),
    "barriers": Pass(None, CPU, "memory_optimization"),
    "vectors": Pass(None, CPU, "remapping"),
}
OFF = 2  # RewriterConfig.OFF
NO_OPTIMIZATION = -1  # OptimizerOptions.L0
NO_MEMORY_OPTIMIZATION = 1  # RewriterConfig.NO_MEM_OPT


def enabled(config=None) -> tuple[str, ...]:
    """The names of the passes that a session uses.

    Args:
      config: its `tf.ConfigProto`.  None of them is used with
        ``graph_options.optimizer_options.opt_level`` L0, or with
        ``graph_options.rewrite_options.disable_meta_optimizer``; only some, where
        ``rewrite_options.optimizers`` lists names, or where a toggle of ``rewrite_options`` is OFF.
        The environment variable ``TFGRAD_PASSES`` (names with commas between, or ``none``) comes
        before all of them.
    """
    listed = os.environ.get("TFGRAD_PASSES")
    if listed is not None:
        return tuple(name for name in PASSES if name in listed.replace(" ", "").split(","))
    if config is None:
        return tuple(PASSES)
    options = config.graph_options
    rewrite = options.rewrite_options
    if rewrite.disable_meta_optimizer or options.optimizer_options.opt_level == NO_OPTIMIZATION:
        return ()
    names = tuple(rewrite.optimizers) or tuple(PASSES)
    return tuple(name for name, p in PASSES.items() if name in names and not _is_off(rewrite, p))


def _is_off(rewrite, p: Pass) -> bool:
    off = NO_MEMORY_OPTIMIZATION if p.toggle == "memory_optimization" else OFF
    return getattr(rewrite, p.toggle) == off


def compile_stage(traced, inputs, donate: tuple[int, ...], names: tuple[str, ...]):
    """Compiles a traced stage after the passes.

    Args:
      traced: what ``jax.jit(f).trace(*inputs)`` gave.
      inputs: example arguments.
      donate: the positions of the arguments that are given away.
      names: the passes.
    """
    platform = jax.default_backend()
    names = tuple(name for name in names if platform in PASSES[name].platforms)
    options = vectors.options() if "vectors" in names else {}
    closed = traced.jaxpr
    program = Equations(closed, merge="equal" in names)
    tree = jax.tree.structure(traced.out_info)
    key = None
    if cache.directory() is not None:
        key = cache.key_of(program, names, donate, (jax.tree.structure(inputs), tree))
    compiled = None if key is None else cache.load(key, inputs, tree)
    if compiled is None:
        start = time.perf_counter()
        has_effects = any(e.effects for e in closed.jaxpr.eqns)  # their order is to be kept
        if "barriers" in names and _has_own_barriers(closed.jaxpr):
            options = {**options, **barriers.options()}
        rewritten = None if has_effects or not names else _rewritten(program, names)
        if rewritten is None:
            compiled = traced.lower().compile(options)
        else:
            function, has_barriers = rewritten

            def stage(*inputs):
                return jax.tree.unflatten(tree, function(*jax.tree.leaves(inputs)))

            if has_barriers:
                options = {**options, **barriers.options()}
            jitted = jax.jit(stage, donate_argnums=donate, keep_unused=True)
            compiled = jitted.lower(*inputs).compile(options)
        if key is not None and time.perf_counter() - start >= cache.SLOW:
            cache.store(key, compiled)
    return compiled


def _has_own_barriers(jaxpr) -> bool:
    """Whether a lowering has placed some."""
    return any(e.primitive.name == "optimization_barrier" for e in jaxpr.eqns)


def _rewritten(program: Equations, names: tuple[str, ...]):
    """The program after the passes, and whether it has barriers; None if they changed nothing."""
    before = program.results
    for name in names:
        run = PASSES[name].run
        if run is not None:
            run(program)
    order = program.needed(program.results)
    kept: frozenset[int] = frozenset()
    if "barriers" in names:
        kept = barriers.place_barriers(program, order)
    if program.results == before and not kept:
        return None
    has_own = any(program.all[node].name == "optimization_barrier" for node in order)
    return program.function(order, kept), bool(kept) or has_own
