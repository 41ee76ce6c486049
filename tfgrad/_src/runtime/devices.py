"""Devices: which a session has, under TensorFlow's names, and what a request for one means.

Programs run on one device: JAX's default one, or the CPU where a session's ``device_count`` says
that there are no GPUs.  Requests of nodes (`tf.device`) do not move them.  They are compared with
the devices that exist where ``allow_soft_placement`` is False.
"""

import os
import random
import sys
from collections.abc import Iterable

import jax

from tfgrad._src.graph import device as device_strings
from tfgrad._src.graph import errors
from tfgrad._src.graph.node import Operation
from tfgrad._src.runtime.config import ConfigProto
from tfgrad._src.runtime.plan import HostStep, Plan
from tfgrad._src.runtime.step_stats import DeviceAttributes

PREFIX = "/job:localhost/replica:0/task:0/device:"
HOST = PREFIX + "CPU:0"
CPU_MEMORY = 268435456  # what TensorFlow writes for a CPU, whatever it has

# The indices of the devices that sessions may use, by type; see `tf.config`.
visible: dict[str, list[int]] = {}

_TYPES = {"cpu": "CPU", "gpu": "GPU", "cuda": "GPU", "rocm": "GPU", "tpu": "TPU"}


class Device:
    """A device, as `tf.Session.list_devices` gives it.

    Attributes:
      name: its full name.
      device_type: ``"CPU"``, ``"GPU"`` or ``"TPU"``.
      memory_limit_bytes: its memory.
      incarnation: a number of its own.
      jax_device: JAX's device behind it.
    """

    def __init__(self, device_type: str, index: int, memory: int, jax_device):
        self.name = f"{PREFIX}{device_type}:{index}"
        self.device_type = device_type
        self.memory_limit_bytes = memory
        self.incarnation = random.getrandbits(63)
        self.jax_device = jax_device

    @property
    def description(self) -> str:
        """What the hardware is; empty for a CPU."""
        if self.device_type == "CPU":
            return ""
        d = self.jax_device
        text = f"device: {d.id}, name: {d.device_kind}"
        capability = getattr(d, "compute_capability", None)
        return f"{text}, compute capability: {capability}" if capability else text

    def __repr__(self) -> str:
        return (
            f"_DeviceAttributes({self.name}, {self.device_type}, {self.memory_limit_bytes}, "
            f"{self.incarnation})"
        )


def session_devices(config: ConfigProto | None = None) -> list[Device]:
    """The devices of a session: CPUs (one, if ``device_count`` does not say more), then others."""
    count = {} if config is None else config.device_count
    found = [d for d in jax.devices() if d.platform != "cpu"]
    cpu = jax.devices("cpu")[0]
    devices = [Device("CPU", i, CPU_MEMORY, cpu) for i in range(max(1, count.get("CPU", 1)))]
    indices: dict[str, int] = {}
    for d in found:
        kind = _TYPES.get(d.platform, d.platform.upper())
        i = indices[kind] = indices.get(kind, -1) + 1
        if i < count.get(kind, i + 1):
            memory = (d.memory_stats() or {}).get("bytes_limit", 0)
            devices.append(Device(kind, i, memory, d))
    return devices


def default_device_name(device=None) -> str:
    """The name of JAX's device that programs run on by default, or of ``device``."""
    d = device or jax.devices()[0]
    kind = _TYPES.get(d.platform, d.platform.upper())
    same = [x for x in jax.devices(d.platform) if x.process_index == d.process_index]
    return f"{PREFIX}{kind}:{same.index(d)}"


def list_local_devices(session_config: ConfigProto | None = None) -> list[DeviceAttributes]:
    """The devices of this process, as messages.

    Args:
      session_config: a configuration whose ``device_count`` counts.

    Example:
      >>> from tfgrad.python.client import device_lib
      >>> [d.name for d in device_lib.list_local_devices() if d.device_type == "CPU"]
      ['/device:CPU:0']
    """
    found = []
    for d in session_devices(session_config):
        message = DeviceAttributes(
            name="/device:" + d.name.removeprefix(PREFIX), device_type=d.device_type,
            memory_limit=d.memory_limit_bytes, incarnation=d.incarnation,
            physical_device_desc=d.description,
        )  # fmt: skip
        message.locality.SetInParent()
        found.append(message)
    return found


# ---------------------------------------------------------------------- configuration


def apply_gpu_options(config: ConfigProto) -> None:
    """Hands options for GPUs to JAX, which reads them once, when its first program begins."""
    options = config.gpu_options
    settings = {}
    if options.per_process_gpu_memory_fraction:
        settings["XLA_PYTHON_CLIENT_MEM_FRACTION"] = str(options.per_process_gpu_memory_fraction)
    if options.allow_growth:
        settings["XLA_PYTHON_CLIENT_PREALLOCATE"] = "false"
    if options.visible_device_list:
        settings["CUDA_VISIBLE_DEVICES"] = options.visible_device_list
    if settings and not _has_begun():
        for name, value in settings.items():
            os.environ.setdefault(name, value)


def _has_begun() -> bool:
    """Whether JAX has started its clients, after which the environment has no effect."""
    try:
        from jax._src.xla_bridge import backends_are_initialized
    except ImportError:
        return True
    return backends_are_initialized()


def chosen_device(config: ConfigProto | None):
    """JAX's device for a session, where it is not the one that JAX would run on; else None."""
    none = config is not None and config.device_count.get("GPU") == 0
    if not none and not visible:
        return None
    default = jax.devices()[0]
    kind = _TYPES.get(default.platform, default.platform.upper())
    allowed = [] if none and kind == "GPU" else visible.get(kind)
    if kind == "CPU" or allowed is None:
        return None
    if not allowed:
        return jax.devices("cpu")[0]
    return None if allowed[0] == 0 else jax.devices()[allowed[0]]


# ---------------------------------------------------------------------- placement


def is_hard(config: ConfigProto | None) -> bool:
    """Whether a device that does not exist is an error: ``allow_soft_placement=False``, explicitly.

    TensorFlow cannot tell False from not given, and raises; programs that ask for ``/gpu:0`` are
    meant to run where there is none.
    """
    return config is not None and config.__dict__.get("allow_soft_placement") is False


def check_placement(ops: Iterable[Operation], devices: list[Device]) -> None:
    """Raises for the first node that asks for a device which is not among ``devices``.

    Raises:
      tf.errors.InvalidArgumentError: there is one.
    """
    names = [device_strings.parse(d.name) for d in devices]
    for op in ops:
        if not op._device:
            continue
        wanted = device_strings.parse(op._device)
        if any(all(have.get(k) == v for k, v in wanted.items()) for have in names):
            continue
        listed = ", ".join(d.name for d in devices)
        first = (
            f"Cannot assign a device for operation {op.name}: {{{{node {op.name}}}}}was explicitly "
            f"assigned to {op._device} but available devices are [ {listed} ]. Make sure the "
            f"device specification refers to a valid device."
        )
        if wanted.get("type") == "GPU":
            first += " The requested device appears to be a GPU, but CUDA is not enabled."
        raise errors.InvalidArgumentError(
            None, op,
            f"{first}\n  made at   {op.where}\n"
            "  The session was made with allow_soft_placement=False. Leave that out, or make it "
            "True, and the node runs where the others do.",
        )  # fmt: skip


def mapping(devices: list[Device]) -> str:
    """The lines that TensorFlow writes for the devices of a session."""
    lines = [f"{d.name} -> {d.description}" for d in devices if d.description]
    return "\n".join(["Device mapping:", *lines]) if lines else "Device mapping: no known devices."


def log_placement(plan: Plan, device, known: set[Operation]) -> None:
    """Writes to ``sys.stderr`` where the nodes of a plan run, those that are not ``known``."""
    name = default_device_name(device)
    for item in plan.items:
        where = HOST if isinstance(item, HostStep) else name
        for op in item.ops:
            if op not in known:
                known.add(op)
                print(f"{op.name}: ({op.type}): {where}", file=sys.stderr)
