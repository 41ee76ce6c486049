"""Derivatives of the normalisation ops.

The second derivative of a fused batch normalisation is that of its gradient written out in simpler
operations.  TensorFlow differentiates these with a tape: `_through` does it in the tape's order and
under the tape's names.
"""

from collections import deque

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.control import stop_gradient
from tfgrad._src.functions.cwise_binary import add_n, minimum, scalar_mul, squared_difference
from tfgrad._src.functions.cwise_unary import reciprocal, rsqrt
from tfgrad._src.functions.fill import ones
from tfgrad._src.functions.linalg import matmul
from tfgrad._src.functions.reduce import reduce_mean, reduce_sum
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import reshape, shape, size, squeeze, transpose
from tfgrad._src.gradients.algorithm import gradients
from tfgrad._src.gradients.cwise_binary import reduce_to_arguments
from tfgrad._src.gradients.registry import GRADIENTS, gradient
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import control_dependencies, get_default_graph
from tfgrad._src.graph.node import Operation, Tensor

# ---------------------------------------------------------------------- batch normalisation


def _batch_norm_grad(version: str):
    """In inference TensorFlow's gradient kernel wants channels last."""

    def back(op: Operation, dy: Tensor, *unused) -> list:
        x, scale, _, mean, variance = op.inputs
        a = op.attrs
        data_format = a["data_format"]
        volume = len(data_format) == 5
        moves = not a["is_training"] and data_format.startswith(b"NC")
        if a["is_training"]:
            mean, variance = op.outputs[3], op.outputs[4]
        elif moves:
            last = [0, 2, 3, 4, 1] if volume else [0, 2, 3, 1]
            x, dy = transpose(x, last), transpose(dy, last)
        if not a["is_training"]:
            data_format = "NDHWC" if volume else "NHWC"
        inputs = [dy, x, scale, mean, variance, *op.outputs[5:]]
        dx, d_scale, d_offset, _, _ = add_op(
            f"FusedBatchNormGrad{version}", *inputs, epsilon=a["epsilon"],
            data_format=data_format, is_training=a["is_training"],
        )  # fmt: skip
        if moves:
            dx = transpose(dx, [0, 4, 1, 2, 3] if volume else [0, 3, 1, 2])
        return [dx, d_scale, d_offset, None, None]

    return back


for _version in ("", "V2", "V3"):
    gradient(f"FusedBatchNorm{_version}")(_batch_norm_grad(_version))


def _written_out(dy, x, scale, mean, variance, epsilon: float, data_format: bytes, training: bool):
    """The three gradients of a batch normalisation, in simpler operations."""
    dtype = x.dtype.base_dtype
    if dtype in (dt.float16, dt.bfloat16):
        x, dy = cast(x, dt.float32), cast(dy, dt.float32)
    first = data_format.startswith(b"NC")
    rank = len(data_format)
    axes = [i for i in range(rank) if i != (1 if first else rank - 1)]
    if first and training:
        scale = _along_channels(scale, scale, rank)
    elif first:
        mean, variance, scale = _all_along_channels(mean, variance, scale, rank)
    if not training:
        d_offset = reduce_sum(dy, axes)
        r = rsqrt(variance + epsilon)
        d_scale = reduce_sum(dy * (x - mean) * r, axes)
        dx = dy * scale * r
        return cast(dx, dtype), d_scale, d_offset
    mean_dy = reduce_mean(dy, axes, keepdims=first)
    mean_x = reduce_mean(x, axes, keepdims=first)
    square = squared_difference(x, stop_gradient(mean_x))
    variance = reduce_mean(square, axes, keepdims=first)
    dy_centred = dy - mean_dy
    centred = x - mean_x
    product = reduce_mean(dy * centred, axes, keepdims=first)
    k = scale * rsqrt(variance + epsilon)
    dx = k * (dy_centred - reciprocal(variance + epsilon) * product * centred)
    r = rsqrt(variance + epsilon)
    d_scale = r * reduce_sum(dy * centred, axes, keepdims=first)
    if first:
        d_scale = squeeze(d_scale)
    d_offset = reduce_sum(dy, axes)
    return cast(dx, dtype), d_scale, d_offset


def _along_channels(vector: Tensor, counted: Tensor, rank: int) -> Tensor:
    return reshape(vector, [1, size(counted), *[1] * (rank - 2)])


def _all_along_channels(mean, variance, scale, rank: int) -> list:
    lengths = [1, size(mean), *[1] * (rank - 2)]
    return [reshape(v, lengths) for v in (mean, variance, scale)]


def _batch_norm_grad_grad(op: Operation, *dys) -> list:
    dy, x, scale, mean, variance = op.inputs[:5]
    a = op.attrs
    graph = get_default_graph()
    start = len(graph._ops)
    ys = _written_out(
        dy, x, scale, mean, variance, a["epsilon"], a["data_format"], a["is_training"]
    )
    made = graph._ops[start:]
    order = ys if a["is_training"] else ys[::-1]  # which the tape looks up in a hash table
    found = _through(made, dict(zip(ys, dys, strict=False)), order, [dy, x, scale])
    return [*found, *[None] * (len(op.inputs) - 3)]


for _version in ("", "V2", "V3"):
    gradient(f"FusedBatchNormGrad{_version}")(_batch_norm_grad_grad)

# ---------------------------------------------------------------------- the order of a tape

# Python's operators open a scope of the node's name, under which the tape puts their gradients.
_IN_OWN_SCOPE = ("AddV2", "Sub", "Mul", "Cast")


def _through(made: list[Operation], dys: dict, ys, xs) -> list:
    """The gradients of ``ys`` with respect to ``xs`` through the nodes ``made``.

    An op is differentiated when all its users have been, first come first served, and only with
    respect to what depends on ``xs``.  ``dys`` holds the gradient of each ``y``.
    """
    graph = get_default_graph()
    depends = set(xs)
    for op in made:
        if op.type != "StopGradient" and any(t in depends for t in op.inputs):
            depends.update(op.outputs)
    used = [op for op in made if op.outputs and op.outputs[0] in depends]
    waiting = dict.fromkeys(used, 0)
    for op in used:
        for t in op.inputs:
            if t in depends and t.op in waiting:
                waiting[t.op] += 1
    arrived: dict[Tensor, list] = {y: [g] for y, g in dys.items()}
    queue = deque(y.op for y in ys if waiting.get(y.op) == 0)
    outer = graph.get_name_scope()
    while queue:
        op = queue.popleft()
        g = _total(arrived.pop(op.outputs[0]))
        scope = op.name if op.type in _IN_OWN_SCOPE else outer
        with name_scope(f"gradient_tape/{scope}/"):
            grads = _gradients_of(op, g, [t in depends for t in op.inputs])
        for t, grad in zip(op.inputs, grads, strict=True):
            if t not in depends:
                continue
            arrived.setdefault(t, []).append(grad)
            if t.op in waiting:
                waiting[t.op] -= 1
                if not waiting[t.op]:
                    queue.append(t.op)
    return [_total(arrived[x]) if x in arrived else None for x in xs]


def _total(grads: list) -> Tensor:
    return grads[0] if len(grads) == 1 else add_n(grads)


def _gradients_of(op: Operation, g: Tensor, wanted: list[bool]) -> list:
    """The gradients of one op; where only some are wanted, without the nodes of the others."""
    if all(wanted) or len(wanted) != 2 or op.type not in ("AddV2", "Sub", "Mul", *_SQUARED):
        grads = GRADIENTS[op.type](op, g)  # pyright: ignore[reportOptionalCall]
        return list(grads) if isinstance(grads, list | tuple) else [grads]
    x, y = op.inputs
    if op.type in ("AddV2", "Sub"):
        if y.dims == ():
            return [g, None]
        return list(reduce_to_arguments(x, y, g, None))
    if op.type == "Mul":
        if wanted[0]:
            return list(reduce_to_arguments(x, y, add_op("Mul", g, y), None))
        return list(reduce_to_arguments(x, y, None, add_op("Mul", x, g)))
    with control_dependencies([g]):
        gx = scalar_mul(2.0, g) * (x - y)
    return list(reduce_to_arguments(x, y, gx, None))


_SQUARED = ("SquaredDifference",)

# ---------------------------------------------------------------------- across channels

_LRN = ("depth_radius", "bias", "alpha", "beta")


@gradient("LRN")
def lrn_grad(op: Operation, dy: Tensor) -> Tensor:
    attrs = {name: op.attrs[name] for name in _LRN}
    return add_op("LRNGrad", dy, op.inputs[0], op.outputs[0], **attrs)


@gradient("LRNGrad")
def lrn_grad_grad(op: Operation, g: Tensor) -> list:
    """The op written out in simpler ones, and differentiated; TensorFlow has no gradient.

    The sum over the channels near each is a product with a band of ones.
    """
    dtype = g.dtype.base_dtype
    inputs = list(op.inputs)
    dy, x, y = [cast(t, dt.float32) for t in inputs]
    a = op.attrs
    channels = shape(x)[3]
    radius = minimum(a["depth_radius"], channels)
    band = add_op("MatrixBandPart", ones([channels, channels]), radius, radius)

    def near(t: Tensor) -> Tensor:
        return reshape(matmul(reshape(t, [-1, channels]), band), shape(t))

    norm = a["bias"] + a["alpha"] * near(x * x)
    dx = dy * norm ** -a["beta"] - 2 * a["alpha"] * a["beta"] * x * near(dy * y / norm)
    return gradients(cast(dx, dtype), inputs, g, stop_gradients=inputs)


# ---------------------------------------------------------------------- of old graphs


@gradient("BatchNormWithGlobalNormalization")
def global_grad(op: Operation, dy: Tensor) -> list:
    x, mean, variance, _, gamma = op.inputs
    attrs = {k: op.attrs[k] for k in ("variance_epsilon", "scale_after_normalization")}
    inputs = [x, mean, variance, gamma, dy]
    return add_op("BatchNormWithGlobalNormalizationGrad", *inputs, **attrs)


@gradient("BatchNormWithGlobalNormalizationGrad")
def global_grad_grad(op: Operation, *gs) -> list:
    """The op written out in simpler ones, and differentiated; TensorFlow has no gradient."""
    inputs = list(op.inputs)
    x, mean, variance, gamma, dy = inputs
    r = rsqrt(variance + op.attrs["variance_epsilon"])
    scaled = op.attrs["scale_after_normalization"]
    k = r * gamma if scaled else r
    total, product = reduce_sum(dy, [0, 1, 2]), reduce_sum(dy * (x - mean), [0, 1, 2])
    ys = [dy * k, -(total * k), product * k * r * r * -0.5, total]
    if scaled:
        ys.append(product * r)
    wanted = [(y, g) for y, g in zip(ys, gs, strict=False) if g is not None]
    ys, gs = [y for y, _ in wanted], [g for _, g in wanted]
    return gradients(ys, inputs, gs, stop_gradients=inputs)
