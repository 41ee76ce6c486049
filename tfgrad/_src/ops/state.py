"""Variables: their store entries, reading, assigning, and updating single rows.

A variable lives in the session's store under the name of its ``VariableV2`` or ``VarHandleOp``
node, which has no lowering: it only stands for the entry.  Where a signature takes a reference or a
handle and names it in ``reads`` or ``writes``, the lowering receives the variable's present
*value*; it returns the new values of what it writes, in the order of ``writes``.  So one lowering
serves the reference op and the resource op of the same meaning.

Rows are named by indices, which must lie in the variable (``ops/checks.py``).
"""

import numpy as np
from jax import lax

from tfgrad._src.graph import errors
from tfgrad._src.graph.dtypes import FLOATING, INDEX, NUMBER, int32, int64
from tfgrad._src.graph.explain import shape_str
from tfgrad._src.graph.registry import OPS, defop
from tfgrad._src.graph.resource import handle_shape, variable_op
from tfgrad._src.graph.shapes import (
    Shape,
    ShapeError,
    concatenate,
    from_attr,
    is_fully_known,
    merge,
    same_as_input,
    scalar,
    with_rank,
)
from tfgrad._src.ops.broadcasting import shape_list
from tfgrad._src.ops.checks import in_range, invalid, protect
from tfgrad._src.ops.gather import check_places

_MESSAGE_NAMES = {"float32": "float", "float64": "double", "float16": "half"}

# ---------------------------------------------------------------------- the store's entries


def _variable_shape(node) -> Shape:
    """The first kind of variable node wrote an unknown shape as a scalar one."""
    return node.attrs["shape"] or None


_ENTRY = "; shape: shape, dtype: type, container: string = '', shared_name: string = ''"
defop(f"VariableV2({_ENTRY}) -> ref: Ref(dtype),", shape=from_attr, stateful=True)(None)
defop(f"Variable({_ENTRY}) -> ref: Ref(dtype),", shape=_variable_shape, stateful=True)(None)
defop(
    "VarHandleOp(; container: string = '', shared_name: string = '', debug_name: string = '', "
    "dtype: type, shape: shape, allowed_devices: list(string) = []) -> resource: resource",
    shape=scalar,
    stateful=True,
)(None)

defop(
    "TemporaryVariable(; shape: shape, dtype: type, var_name: string = '') -> ref: Ref(dtype),",
    shape=from_attr,
    stateful=True,
)(None)


@defop(
    "DestroyTemporaryVariable(ref: Ref(T); var_name: string) -> value: T",
    shape=same_as_input,
    reads=("ref",),
)
def destroy_temporary_variable(node, value):
    """The last value; the variable itself ends with the run."""
    op = node.inputs[0].op
    while op.type != "TemporaryVariable" and op.inputs:
        op = op.inputs[0].op
    name = (op.attrs.get("var_name") or op.name.encode()).decode()
    asked = node.attrs["var_name"].decode()
    if op.type != "TemporaryVariable" or name != asked:
        raise errors.NotFoundError(
            None, node, f"Resource {asked} does not exist: the temporary variable is {name!r}."
        )
    return value


def _answered_from_store(node, value):
    raise AssertionError(f"{node.name}: whether a variable has a value is not computed")


# They may ask about a variable without a value, so the runtime answers them from the store.
defop(
    "IsVariableInitialized(ref: Ref(dtype)) -> is_initialized: bool",
    shape=scalar,
    reads=("ref",),
)(_answered_from_store)
defop(
    "VarIsInitializedOp(resource: resource) -> is_initialized: bool",
    shape=scalar,
    stateful=True,
    reads=("resource",),
)(_answered_from_store)


# ---------------------------------------------------------------------- reading


def known_variable_shape(node, index: int = 0) -> Shape:
    """The shape of the variable behind a handle, after checking its element type."""
    handle = node.inputs[index]
    op = variable_op(handle)
    wanted = node.attrs.get("dtype") or node.attrs.get("T")
    if op is not None and wanted is not None and op.attrs["dtype"] is not wanted:
        found, asked = op.attrs["dtype"].name, wanted.name
        raise ShapeError(
            f"Trying to read variable with wrong dtype. Expected "
            f"{_MESSAGE_NAMES.get(found, found)} got {_MESSAGE_NAMES.get(asked, asked)}"
        )
    return handle_shape(handle)


@defop(
    "ReadVariableOp(resource: resource; dtype: type) -> value: dtype",
    shape=lambda node, handle: known_variable_shape(node),
    stateful=True,
    reads=("resource",),
)
def read_variable(node, value):
    return value


def _length_of_handle(node, handle) -> Shape:
    shape = handle_shape(node.inputs[0])
    return (None,) if shape is None else (len(shape),)


@defop(
    "VariableShape(input: resource; out_type: type = int32) -> output: out_type",
    shape=_length_of_handle,
    stateful=True,
    reads=("input",),
    out_type=INDEX,
)
def variable_shape(node, value):
    return np.array(np.shape(value), node.outputs[0].dtype.np)


@defop("RefIdentity(input: Ref(T)) -> output: Ref(T)", shape=same_as_input, reads=("input",))
def ref_identity(node, value):
    return value


# ---------------------------------------------------------------------- assigning


def _assign_shape(node, ref: Shape, value: Shape) -> Shape:
    return merge(ref, value) if node.attrs["validate_shape"] else value


@defop(
    "Assign(ref: Ref(T), value: T; validate_shape: bool = True, use_locking: bool = True)"
    " -> output_ref: Ref(T),",
    shape=_assign_shape,
    writes=("ref",),
)
def assign(node, old, value):
    """``old`` is None where the variable has no value yet; nothing is computed from it."""
    wanted = node.inputs[0].dims
    if node.attrs["validate_shape"] and is_fully_known(wanted) and np.shape(value) != wanted:
        left, right = (",".join(map(str, s)) for s in (wanted, np.shape(value)))
        raise errors.InvalidArgumentError(
            None,
            node,
            f"Assign requires shapes of both tensors to match. lhs shape= [{left}] rhs shape= "
            f"[{right}]",
        )
    return [value]


def _merged_with_variable(node, handle, value: Shape, *rest) -> list:
    merge(known_variable_shape(node), value)
    return []


def _merge_both(node, ref: Shape, value: Shape) -> Shape:
    return merge(ref, value)


@defop(
    "AssignVariableOp(resource: resource, value: dtype; validate_shape: bool = False)",
    shape=_merged_with_variable,
    writes=("resource",),
)
def assign_variable(node, old, value):
    wanted = handle_shape(node.inputs[0])
    if not fits(np.shape(value), wanted):
        raise invalid(
            node,
            f"Trying to assign to variable with tensor with wrong shape. Expected "
            f"{shape_str(wanted)} got {shape_str(np.shape(value))}",
        )
    return [value]


def fits(shape: tuple, wanted: Shape) -> bool:
    """Whether a shape is one of those that ``wanted`` stands for."""
    return wanted is None or (
        len(shape) == len(wanted)
        and all(w is None or w == n for n, w in zip(shape, wanted, strict=True))
    )


def _define_assign(kind: str, kernel) -> None:
    def lower(node, old, value):
        if np.shape(old) != np.shape(value):
            message = "Parameters and update must be the same size"
            if node.type.endswith("VariableOp"):
                left, right = shape_str(np.shape(old)), shape_str(np.shape(value))
                message = (
                    f"Cannot update variable with shape {left} using a Tensor with shape {right}, "
                    f"shapes must be equal."
                )
            raise invalid(node, message)
        return [kernel(old, value)]

    defop(
        f"Assign{kind}(ref: Ref(T), value: T; use_locking: bool = False) -> output_ref: Ref(T),",
        T=NUMBER,
        shape=_merge_both,
        writes=("ref",),
    )(lower)
    defop(
        f"Assign{kind}VariableOp(resource: resource, value: dtype)",
        shape=_merged_with_variable,
        writes=("resource",),
    )(lower)


_define_assign("Add", lax.add)
_define_assign("Sub", lax.sub)


# ---------------------------------------------------------------------- rows


def gather_rows(value, indices):
    """``value[indices]`` along the first axis."""
    rank, n = np.ndim(value), np.ndim(indices)
    dims = lax.GatherDimensionNumbers(
        offset_dims=tuple(range(n, n + rank - 1)),
        collapsed_slice_dims=(0,),
        start_index_map=(0,),
    )
    return lax.gather(
        value,
        lax.expand_dims(indices, [n]),
        dims,
        slice_sizes=(min(1, np.shape(value)[0]), *np.shape(value)[1:]),
        mode=lax.GatherScatterMode.CLIP,
    )


def _row_dims(value, indices) -> lax.ScatterDimensionNumbers:
    rank, n = np.ndim(value), np.ndim(indices)
    return lax.ScatterDimensionNumbers(
        update_window_dims=tuple(range(n, n + rank - 1)),
        inserted_window_dims=(0,),
        scatter_dims_to_operand_dims=(0,),
    )


def scatter_rows(kernel, value, indices, updates):
    """``value`` after ``value[i] = kernel(value[i], update)`` for each index ``i``."""
    return kernel(
        value,
        lax.expand_dims(protect(indices), [np.ndim(indices)]),
        updates,
        _row_dims(value, indices),
        mode=lax.GatherScatterMode.FILL_OR_DROP,
    )


def _divide_rows(value, indices, updates):
    """Divides each row once, by the product of its updates."""
    ones = lax.full_like(value, 1)
    product = scatter_rows(lax.scatter_mul, ones, indices, updates)
    return lax.div(value, product)


def _scatter_shape(node, ref: Shape, indices: Shape, updates: Shape) -> Shape:
    if updates != ():  # a scalar is written everywhere
        merge(updates, concatenate(indices, None if ref is None else ref[1:]))
    return ref


def _resource_scatter_shape(node, handle, indices: Shape, updates: Shape) -> list:
    _scatter_shape(node, known_variable_shape(node), indices, updates)
    return []


def _define_scatter(kind: str, kernel, dtypes: tuple | None, resource_dtypes: tuple | None) -> None:
    def lower(node, value, indices, updates):
        wanted = np.shape(indices) + np.shape(value)[1:]
        if np.shape(updates) not in ((), wanted):
            given, places, variable = (shape_str(np.shape(x)) for x in (updates, indices, value))
            raise invalid(
                node,
                f"Must have updates.shape = indices.shape + params.shape[1:] or updates.shape = "
                f"[], got updates.shape {given}, indices.shape {places}, params.shape {variable}",
            )
        in_range(node, indices, np.shape(value)[0])
        if np.ndim(updates) == 0:
            updates = lax.broadcast(updates, np.shape(indices) + np.shape(value)[1:])
        if kernel is None:
            return [_divide_rows(value, indices, updates)]
        return [scatter_rows(kernel, value, indices, updates)]

    locking = "True" if kind == "Update" else "False"
    defop(
        f"Scatter{kind}(ref: Ref(T), indices: Tindices, updates: T; use_locking: bool = {locking})"
        " -> output_ref: Ref(T),",
        T=dtypes,
        Tindices=INDEX,
        shape=_scatter_shape,
        writes=("ref",),
    )(lower)
    defop(
        f"ResourceScatter{kind}(resource: resource, indices: Tindices, updates: dtype)",
        dtype=resource_dtypes,
        Tindices=INDEX,
        shape=_resource_scatter_shape,
        writes=("resource",),
    )(lower)


_ORDERED = (*FLOATING, *INDEX)
# fmt: off
#               name       kernel            reference  resource
_define_scatter("Update",  lax.scatter,      None,      None)
_define_scatter("Add",     lax.scatter_add,  NUMBER,    NUMBER)
_define_scatter("Sub",     lax.scatter_sub,  NUMBER,    NUMBER)
_define_scatter("Mul",     lax.scatter_mul,  NUMBER,    NUMBER)
_define_scatter("Div",     None,             NUMBER,    NUMBER)
_define_scatter("Min",     lax.scatter_min,  _ORDERED,  NUMBER)
_define_scatter("Max",     lax.scatter_max,  _ORDERED,  NUMBER)
# fmt: on


def _scatter_nd_shape(node, ref: Shape, indices: Shape, updates: Shape) -> Shape:
    if ref is None or indices is None or updates is None or not indices or indices[-1] is None:
        return ref
    outer, depth = indices[:-1], indices[-1]
    for what, of, left, right, at in (
        ("indices", indices, outer, updates[: len(outer)], (0, len(outer))),
        ("input", ref, ref[depth:], updates[len(outer) :], (depth, len(ref))),
    ):
        try:
            merge(left, right)
        except ShapeError as error:
            to = (0, len(outer)) if what == "indices" else (len(outer), len(updates))
            raise ShapeError(
                f"Dimensions [{at[0]},{at[1]}) of {what}[shape={_text(of)}] = {_text(left)} must "
                f"match dimensions [{to[0]},{to[1]}) of updates[shape={_text(updates)}] = "
                f"{_text(right)}: {error.message}"
            ) from None
    return ref


def _text(shape) -> str:
    return "[" + ",".join("?" if d is None else str(d) for d in shape) + "]"


def _resource_scatter_nd_shape(node, handle, indices: Shape, updates: Shape) -> list:
    _scatter_nd_shape(node, known_variable_shape(node), indices, updates)
    return []


def scatter_nd(kernel, value, indices, updates):
    """``value`` after ``value[i] = kernel(value[i], update)`` for each index vector ``i``."""
    depth, n = np.shape(indices)[-1], np.ndim(indices) - 1
    dims = lax.ScatterDimensionNumbers(
        update_window_dims=tuple(range(n, n + np.ndim(value) - depth)),
        inserted_window_dims=tuple(range(depth)),
        scatter_dims_to_operand_dims=tuple(range(depth)),
    )
    return kernel(value, protect(indices), updates, dims, mode=lax.GatherScatterMode.FILL_OR_DROP)


def _define_scatter_nd(kind: str, kernel, dtypes: tuple | None, locking: bool) -> None:
    def lower(node, value, indices, updates):
        check_places(node, indices, updates, np.shape(value))
        return [scatter_nd(kernel, value, indices, updates)]

    tail = "bad_indices_policy: string = ''"
    defop(
        f"ScatterNd{kind}(ref: Ref(T), indices: Tindices, updates: T; "
        f"use_locking: bool = {locking}, {tail}) -> output_ref: Ref(T),",
        T=dtypes,
        Tindices=INDEX,
        shape=_scatter_nd_shape,
        writes=("ref",),
    )(lower)
    defop(
        f"ResourceScatterNd{kind}(ref: resource, indices: Tindices, updates: T; "
        f"use_locking: bool = True, {tail})",
        Tindices=INDEX,
        shape=_resource_scatter_nd_shape,
        writes=("ref",),
    )(lower)


_define_scatter_nd("Update", lax.scatter, None, locking=True)
_define_scatter_nd("Add", lax.scatter_add, NUMBER, locking=False)
_define_scatter_nd("Sub", lax.scatter_sub, NUMBER, locking=False)
_define_scatter_nd("Min", lax.scatter_min, NUMBER, locking=False)
_define_scatter_nd("Max", lax.scatter_max, NUMBER, locking=False)


# ---------------------------------------------------------------------- slices


def _assign_slice(node, old, begin, end, strides, value):
    """The elements of the slice are found by slicing their numbers."""
    numbers = np.arange(int(np.prod(np.shape(old))), dtype=np.int32).reshape(np.shape(old))
    chosen = OPS["StridedSlice"].host(node, numbers, begin, end, strides)
    given = np.shape(value)
    if len(given) > chosen.ndim or any(
        n not in (1, m) for n, m in zip(given[::-1], chosen.shape[::-1], strict=False)
    ):
        raise errors.InvalidArgumentError(
            None, node, f"Cannot broadcast input shape {shape_list(given)} into final shape "
            f"{shape_list(chosen.shape)}"
        )  # fmt: skip
    value = lax.broadcast_in_dim(value, chosen.shape, range(chosen.ndim - len(given), chosen.ndim))
    flat = lax.reshape(old, (numbers.size,))
    flat = scatter_rows(lax.scatter, flat, chosen.reshape(-1), lax.reshape(value, (chosen.size,)))
    return [lax.reshape(flat, np.shape(old))]


_MASKS = ", ".join(
    f"{m}_mask: int = 0" for m in ("begin", "end", "ellipsis", "new_axis", "shrink_axis")
)
_SLICE = f"begin: Index, end: Index, strides: Index, value: T; {_MASKS}"
defop(
    f"StridedSliceAssign(ref: Ref(T), {_SLICE}) -> output_ref: Ref(T),",
    Index=INDEX,
    shape=same_as_input,
    host_inputs=("begin", "end", "strides"),
    writes=("ref",),
)(_assign_slice)
defop(
    f"ResourceStridedSliceAssign(ref: resource, {_SLICE})",
    Index=INDEX,
    host_inputs=("begin", "end", "strides"),
    writes=("ref",),
)(_assign_slice)


# ---------------------------------------------------------------------- counting


def _count_up_to(node, value):
    limit = node.attrs["limit"]
    if value >= limit:
        raise errors.OutOfRangeError(None, node, f"Reached limit of {limit}")
    return [np.asarray(value + 1, value.dtype), value]


# Whether the limit is reached is known only when it runs: a host step, whose first result is the
# new value of the variable and whose second is the output.
defop(
    "CountUpTo(ref: Ref(T); limit: int) -> output: T",
    T=(int32, int64),
    shape=lambda node, ref: with_rank(ref, 0),
    writes=("ref",),
    step=_count_up_to,
)(None)
defop(
    "ResourceCountUpTo(resource: resource; limit: int, T: type) -> output: T",
    T=(int32, int64),
    shape=lambda node, handle: with_rank(known_variable_shape(node), 0),
    writes=("resource",),
    step=_count_up_to,
)(None)
