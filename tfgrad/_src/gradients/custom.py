"""Functions that bring their own gradient: `custom_gradient` and what is built on it.

The function's nodes are made as usual; one ``IdentityN`` node then hands on its results, together
with its arguments and the variables it uses, and carries the gradient function.  Backpropagation
stops at that node: what the function did inside is never differentiated.
"""

import functools
import inspect
import itertools

from tfgrad._src.functions import nest
from tfgrad._src.functions.collections import get_collection
from tfgrad._src.functions.indexed_slices import IndexedSlices
from tfgrad._src.functions.variable_scope import get_variable_scope, variable_scope
from tfgrad._src.gradients.algorithm import UnconnectedGradients, gradients
from tfgrad._src.gradients.registry import GRADIENTS
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.collections import GraphKeys
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.graph import Graph, control_dependencies, get_default_graph
from tfgrad._src.graph.node import Operation, Tensor

_numbers = itertools.count()


class _Wrapped:
    """A function with its own way of being called, which works on methods too."""

    def __init__(self, function, call):
        self._function = function
        self._call = call
        functools.update_wrapper(self, function)

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return _Wrapped(self._function.__get__(instance, owner), self._call)

    def __call__(self, *args, **kwargs):
        return self._call(self._function, args, kwargs)


def custom_gradient(f=None):
    """Decorates a function that computes a value and says how to differentiate it.

    Args:
      f: a function ``f(*x)`` of tensors that returns ``(y, grad_fn)``: ``y`` a tensor or nested
        structure of tensors, and ``grad_fn(*dys)`` a function that takes one gradient per tensor of
        ``y`` and returns one per tensor of ``x`` (None for no gradient).  Arguments may be nested
        structures; what is no tensor becomes one.  A tensor passed by keyword counts as an argument
        after the positional ones, in the order of the function's parameters; other keyword
        arguments reach ``f`` as they are.

        If ``f`` uses trainable variables (besides its arguments), ``grad_fn`` must accept a keyword
        argument ``variables``, a list sorted by name, and return a pair: the gradients of ``x`` and
        a list of gradients of the variables.  None: returns a decorator.

    Returns:
      A function that takes what ``f`` takes and returns ``y``.  Methods can be decorated.

    Raises (when the decorated function is called):
      TypeError: ``f`` uses variables that ``grad_fn`` does not accept, or makes variables that are
        no resource variables.
      ValueError: the results are of different graphs.

    In TensorFlow graphs keyword arguments raise ``ValueError``.

    Gradient:
      ``grad_fn`` adds nodes, which can be differentiated like any others.  A tensor that ``f``
      takes from its surroundings, and not as an argument, receives no gradient through it.

    Example:
      >>> @tf.custom_gradient
      ... def log1pexp(x):
      ...     e = tf.exp(x)
      ...     def grad(dy):
      ...         return dy * (1 - 1 / (1 + e))
      ...     return tf.log(1 + e), grad
      >>> x = tf.constant(100.0)
      >>> plain, stable = tf.gradients(tf.log(1 + tf.exp(x)), x), tf.gradients(log1pexp(x), x)
      >>> [float(g) for g in tf.Session().run(plain + stable)]
      [nan, 1.0]
    """
    if f is None:
        return custom_gradient
    return _Wrapped(f, _call)


# ---------------------------------------------------------------------- calling the function


def _call(f, args: tuple, kwargs: dict):
    graph = get_default_graph()
    kwargs, named = _tensor_keywords(f, kwargs)
    args, named = nest.map_leaves(_as_tensor, nest.map_leaves(_read, (list(args), named)))
    known = set(map(id, _scope_variables()))
    start = len(graph._ops)
    result, grad_fn = f(*args, **named, **kwargs)
    inputs, results = _tensors((args, list(named.values()))), _tensors(result)
    for v in _scope_variables():
        if id(v) not in known and not _is_resource(v):
            raise TypeError(
                "All variables used by a function wrapped with @custom_gradient must be "
                "`ResourceVariable`s. Ensure that no `variable_scope` is created with "
                f"`use_resource=False`.\n  {v.name} is none; made at   {v.op.where}"
            )
    if len({t.graph for t in results if isinstance(t, Tensor)}) > 1:
        raise ValueError("All custom_gradient outputs should be from the same graph")
    used = {v.op: v for v in _variables_read(graph, start)}
    used.update((v.op, v) for v in _variables_behind(graph, inputs, results))
    variables = sorted(used.values(), key=lambda v: v.name)
    if variables and not _accepts_variables(grad_fn):
        raise TypeError(
            "@tf.custom_gradient grad_fn must accept keyword argument 'variables', since function "
            f"uses variables: {variables}"
        )

    def gradient_function(op: Operation, *dys) -> list:
        """The gradients of results, arguments and variables: what went into the node."""
        given = _with_slices(result, dys)
        if variables:
            found, of_variables = grad_fn(*given, variables=variables)
            of_variables = list(of_variables)
            if len(of_variables) != len(variables):
                raise ValueError(
                    "Must return gradient for each variable from @custom_gradient grad_fn."
                )
        else:
            found, of_variables = grad_fn(*given), []
        return [None] * len(results) + _tensors(found) + of_variables

    name = f"CustomGradient-{next(_numbers)}"
    with graph.gradient_override_map({"IdentityN": name}):
        outputs = add_op("IdentityN", [*results, *inputs, *variables])
    # Kept with the node and not in the registry, so that it lives no longer than the graph.
    outputs[0].op._gradient_function = gradient_function
    for v in variables:
        convert_to_tensor(v)  # TensorFlow reads them once more
    return nest.pack(result, _with_slices(result, outputs))


def _tensor_keywords(f, kwargs: dict) -> tuple[dict, dict]:
    """Keyword arguments without tensors, and those that hold some, in the order of parameters."""
    named = {k: v for k, v in kwargs.items() if any(map(_is_tensor, nest.leaves(v)))}
    rest = {k: v for k, v in kwargs.items() if k not in named}
    if len(named) > 1:
        order = list(inspect.signature(f).parameters)
        position = {k: order.index(k) if k in order else len(order) for k in named}
        named = {k: named[k] for k in sorted(named, key=lambda k: (position[k], k))}
    return rest, named


def _is_tensor(value) -> bool:
    return isinstance(value, Tensor | IndexedSlices) or hasattr(value, "_dense_var_to_tensor")


def _is_resource(variable) -> bool:
    return getattr(variable, "_handle", None) is not None


def _read(value):
    """Resource variables are read before the other arguments are converted."""
    return convert_to_tensor(value) if _is_resource(value) else value


def _as_tensor(value):
    return value if isinstance(value, IndexedSlices) else convert_to_tensor(value)


def _tensors(structure) -> list:
    """The leaves of a structure; of sliced values, the rows."""
    return [x.values if isinstance(x, IndexedSlices) else x for x in nest.leaves(structure)]


def _with_slices(structure, values) -> list:
    """As many ``values`` as there are leaves; rows go back into the slices that they are of."""
    return [
        IndexedSlices(v, old.indices, old.dense_shape) if isinstance(old, IndexedSlices) else v
        for old, v in zip(nest.leaves(structure), values, strict=False)  # arguments follow
    ]


# ---------------------------------------------------------------------- the variables it uses


def _scope_variables() -> list:
    scope = get_variable_scope()
    return [*scope.global_variables(), *scope.local_variables()]


def _variables_read(graph: Graph, start: int) -> list:
    """The trainable resource variables that nodes made since ``start`` take."""
    taken = {t.op for op in graph._ops[start:] for t in op.inputs if t.op.type == "VarHandleOp"}
    if not taken:
        return []
    keys = (GraphKeys.GLOBAL_VARIABLES, GraphKeys.LOCAL_VARIABLES, GraphKeys.TRAINABLE_VARIABLES)
    every = [v for key in keys for v in graph.get_collection(key)]
    return [v for v in every if _is_resource(v) and v.op in taken and v.trainable]


def _variables_behind(graph: Graph, inputs: list, results: list) -> list:
    """The trainable variables on which the results depend, without passing through the inputs."""
    results = [add_op("Identity", t) for t in results]
    seen, stack = {t.op for t in results}, [t.op for t in results]
    stop = set(inputs)
    found: list[Operation] = []
    while stack:
        op = stack.pop()
        if GRADIENTS.get(op.type) is None:
            continue
        for t in op.inputs:
            if t not in stop and t.op not in seen:
                seen.add(t.op)
                stack.append(t.op)
                if t.op.type in ("VariableV2", "VarHandleOp"):
                    found.append(t.op)
    if not found:
        return []
    every: dict[str, list] = {}
    for v in get_collection(GraphKeys.GLOBAL_VARIABLES):
        every.setdefault(v.op.name, []).append(v)
    variables = []
    for op in found:
        if op.name not in every:
            raise ValueError(f"Unsuccessful at finding variable {op.name}.")
        trainable = [v for v in every[op.name] if v.trainable]
        if len(trainable) > 1:
            raise ValueError(
                f"Unsuccessful at finding trainable variable {op.name}. Number of candidates: "
                f"{len(trainable)}. Candidates: {trainable}"
            )
        variables += trainable
    return variables


def _accepts_variables(grad_fn) -> bool:
    kinds = {p.name: p.kind for p in inspect.signature(grad_fn).parameters.values()}
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return kinds.get("variables") in named or inspect.Parameter.VAR_KEYWORD in kinds.values()


# ---------------------------------------------------------------------- built on it


def grad_pass_through(f):
    """Wraps a function so that its gradient is that of the identity.

    Args:
      f: a function ``f(*x)`` that returns a tensor or a nested structure of as many tensors as
        ``x``.

    Returns:
      A function of the same values; ``dy`` passes to its arguments unchanged, and variables that
      ``f`` uses receive none.

    Example:
      >>> x = tf.constant(3.0)
      >>> y = tf.grad_pass_through(tf.square)(x)
      >>> [float(v) for v in tf.Session().run([y, tf.gradients(y, x)[0]])]
      [9.0, 1.0]
    """

    @custom_gradient
    def passes(*args, **kwargs):
        def grad(*dys, **options):
            if options.get("variables") is not None:
                return dys, [None] * len(options["variables"])
            return dys

        return f(*args, **kwargs), grad

    return functools.wraps(f)(lambda *args, **kwargs: passes(*args, **kwargs))


def recompute_grad(f):
    """Wraps a function so that its gradient computes the function again.

    Nothing of the inside of ``f`` is then kept in memory between the forward and the backward pass:
    time is paid for memory, as in checkpointing every few layers of a deep network.

    Args:
      f: a function ``f(*x)`` that returns a tensor or sequence of tensors.  Keyword arguments reach
        it as they are.  It is called once more per gradient; variables made with `tf.get_variable`
        are found again, random nodes draw new numbers.

    Returns:
      A function of the same values and gradients, those of trainable resource variables included.

    The recomputation takes the arguments through an ``XlaOptimizationBarrier`` node that also takes
    ``dy``: without it the compiler would find the forward pass's values and use them.  (TensorFlow
    adds to them a zero computed from ``dy``, which XLA can see through.)

    Example:
      >>> x = tf.constant(3.0)
      >>> y = tf.recompute_grad(lambda x: tf.square(tf.square(x)))(x)
      >>> float(tf.Session().run(tf.gradients(y, x)[0]))
      108.0
    """

    def call(*args, **kwargs):
        return _recomputed(lambda is_recomputing, *xs: f(*xs, **kwargs), args)

    return functools.wraps(f)(call)


def _recomputed(f, args: tuple, tuple_up=None):
    """``f(is_recomputing, *args)``, whose gradient calls it again."""
    scope = get_variable_scope()

    @custom_gradient
    def inner(*xs):
        def grad(*dys, variables=None):
            variables = list(variables or ())
            flat, count = nest.flatten(list(xs)), len(nest.flatten(list(xs)))
            held = add_op("XlaOptimizationBarrier", [*flat, *dys])
            again = nest.pack(list(xs), held[:count])
            with control_dependencies(held[count:]), variable_scope(scope, reuse=True):
                ys = nest.flatten(f(True, *again))
            found = gradients(
                ys,
                [*held[:count], *variables],
                grad_ys=held[count:],
                unconnected_gradients=UnconnectedGradients.ZERO,
            )
            if tuple_up is not None:
                found = tuple_up(found)
            return (found[:count], found[count:]) if variables else found

        return f(False, *xs), grad

    return inner(*args)


def contrib_recompute_grad(fn, use_data_dep=None, tupleize_grads: bool = False):
    """`tf.contrib.layers.recompute_grad`: as `tf.recompute_grad`, for functions of tensors only.

    Args:
      fn: a function of tensors that returns a tensor or a sequence of them.  If it has a parameter
        ``is_recomputing``, it is called with False in the forward pass and True in the backward
        pass, so that it can leave out what changes state.
      use_data_dep: accepted and ignored: the recomputation always depends on ``dy``.
      tupleize_grads: let no gradient be used before all are computed.

    Raises:
      ValueError: ``fn`` takes a tensor or variable from its surroundings, or an argument is no
        tensor.
    """
    code = getattr(fn, "__code__", None)
    for name, cell in zip(code.co_freevars if code else (), fn.__closure__ or (), strict=True):
        if _is_tensor(cell.cell_contents):
            raise ValueError(
                f"fn decorated with @recompute_grad closes over Tensor {cell.cell_contents.name} "
                f"(local variable name: {name}). The decorated fn must not close over Tensors or "
                "Variables because gradients will NOT be computed for them through fn. To ensure "
                "correct gradients, make the Tensor an input to fn."
            )
    asks = "is_recomputing" in inspect.signature(fn).parameters

    @functools.wraps(fn)
    def wrapped(*args):
        if not all(isinstance(a, Tensor) for a in args):
            raise ValueError("All inputs to function must be Tensors")
        from tfgrad._src.functions.control import tuple as tuple_

        return _recomputed(
            lambda again, *xs: fn(*xs, is_recomputing=again) if asks else fn(*xs),
            args,
            tuple_ if tupleize_grads else None,
        )

    return wrapped
