"""`tf.config`: options of the process, rather than of one session.

Which devices are visible decides where sessions run that are made afterwards.  What TensorFlow's
thread pools and graph passes are told is kept, and given back when it is asked for: XLA has its
own.
"""

import os
from typing import NamedTuple

from tfgrad._src.graph import errors
from tfgrad._src.runtime import devices


class PhysicalDevice(NamedTuple):
    """A device of the machine."""

    name: str
    device_type: str


class LogicalDevice(NamedTuple):
    """A device that programs can use."""

    name: str
    device_type: str


class VirtualDeviceConfiguration(NamedTuple):
    """How much memory a part of a GPU has, in MB."""

    memory_limit: int | None = None


_DEFAULT_OPTIONS = {"disable_model_pruning": False, "disable_meta_optimizer": False}
_settings: dict = {"policy": "silent", "soft": False, "jit": False, "intra": 0, "inter": 0}
_options: dict = dict(_DEFAULT_OPTIONS)
_growth: dict[PhysicalDevice, bool] = {}
_virtual: dict[PhysicalDevice, list] = {}

# ---------------------------------------------------------------------- devices


def list_physical_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The devices of the machine.

    Args:
      device_type: only those of this type.

    Example:
      >>> tf.config.experimental.list_physical_devices("CPU")
      [PhysicalDevice(name='/physical_device:CPU:0', device_type='CPU')]
    """
    found = [
        PhysicalDevice(
            f"/physical_device:{d.device_type}:{d.name.rpartition(':')[2]}", d.device_type
        )
        for d in devices.session_devices()
    ]
    return [d for d in found if device_type in (None, d.device_type)]


def list_logical_devices(device_type: str | None = None) -> list[LogicalDevice]:
    """The devices that programs can use; see `tf.config.experimental.list_physical_devices`."""
    visible = get_visible_devices(device_type)
    return [LogicalDevice(f"/device:{d.name.partition(':')[2]}", d.device_type) for d in visible]


def experimental_list_devices() -> list[str]:
    """The names of all devices."""
    return [d.name for d in devices.session_devices()]


def get_visible_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The devices that sessions may use; see `tf.config.experimental.set_visible_devices`."""
    found = list_physical_devices(device_type)
    visible = devices.visible
    return [d for d in found if d.device_type not in visible or _index(d) in visible[d.device_type]]


def _index(device: PhysicalDevice) -> int:
    return int(device.name.rpartition(":")[2])


def set_visible_devices(devices_, device_type: str | None = None) -> None:
    """Says which devices sessions may use that are made afterwards.

    Args:
      devices_: a list of physical devices, or one; an empty list hides all of ``device_type``.
      device_type: the type that this is about; default: all types but the CPU.

    Example:
      >>> tf.config.experimental.set_visible_devices([], "GPU")
    """
    chosen = [devices_] if isinstance(devices_, PhysicalDevice) else list(devices_)
    for d in chosen:
        if not isinstance(d, PhysicalDevice):
            raise ValueError(f"Unrecognized device: {d!r}")
    kinds = [device_type] if device_type else ["GPU", "TPU"]
    for kind in kinds:
        devices.visible[kind] = [_index(d) for d in chosen if d.device_type == kind]


def get_memory_growth(device: PhysicalDevice) -> bool:
    """Whether memory of a GPU is taken as it is needed.

    Raises:
      KeyError: ``device`` is not a GPU.
    """
    if device.device_type != "GPU":
        raise KeyError(device)
    return _growth.get(device, False)


def set_memory_growth(device: PhysicalDevice, enable: bool) -> None:
    """Lets memory of a GPU be taken as it is needed, if JAX has not started yet.

    Set ``XLA_PYTHON_CLIENT_PREALLOCATE=false`` in the environment to be sure.

    Raises:
      ValueError: ``device`` is not a GPU.
    """
    if device.device_type != "GPU":
        raise ValueError("Cannot set memory growth on non-GPU devices")
    _growth[device] = bool(enable)
    if enable:
        os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")


def get_virtual_device_configuration(device: PhysicalDevice):
    """What `tf.config.experimental.set_virtual_device_configuration` was told, or None."""
    return _virtual.get(device)


def set_virtual_device_configuration(device: PhysicalDevice, virtual_devices) -> None:
    """Kept, without effect: JAX does not divide a device."""
    _virtual[device] = list(virtual_devices)


def get_device_policy() -> str:
    """How arguments on a wrong device are treated: ``"silent"``, they are copied."""
    return _settings["policy"]


def set_device_policy(device_policy: str | None) -> None:
    """Kept, without effect.

    Raises:
      ValueError: there is no such policy.
    """
    if device_policy not in (None, "silent", "silent_for_int32", "explicit", "warn"):
        raise ValueError(f"Not a valid device policy: {device_policy!r}")
    _settings["policy"] = device_policy or "silent"


def get_soft_device_placement() -> bool:
    """What `tf.config.set_soft_device_placement` was told."""
    return _settings["soft"]


def set_soft_device_placement(enabled: bool) -> None:
    """Kept, without effect: it is about eager execution; see `tf.ConfigProto` for sessions."""
    _settings["soft"] = bool(enabled)


def get_synchronous_execution() -> bool:
    """True."""
    return True


def set_synchronous_execution(enable: bool) -> None:
    """Without effect: it is about eager execution."""


# ---------------------------------------------------------------------- threads and passes


def get_intra_op_parallelism_threads() -> int:
    """What `tf.config.threading.set_intra_op_parallelism_threads` was told; 0: nothing."""
    return _settings["intra"]


def set_intra_op_parallelism_threads(num_threads: int) -> None:
    """Kept, without effect: XLA has its own threads."""
    _settings["intra"] = int(num_threads)


def get_inter_op_parallelism_threads() -> int:
    """What `tf.config.threading.set_inter_op_parallelism_threads` was told; 0: nothing."""
    return _settings["inter"]


def set_inter_op_parallelism_threads(num_threads: int) -> None:
    """Kept, without effect: XLA has its own threads."""
    _settings["inter"] = int(num_threads)


def get_jit() -> bool:
    """What `tf.config.optimizer.set_jit` was told."""
    return _settings["jit"]


def set_jit(enabled: bool) -> None:
    """Kept, without effect: everything is compiled by XLA."""
    _settings["jit"] = bool(enabled)


def get_experimental_options() -> dict:
    """What `tf.config.optimizer.set_experimental_options` was told, and defaults."""
    return dict(_options)


def set_experimental_options(options: dict) -> None:
    """Kept, without effect: they are about TensorFlow's graph passes."""
    _options.update(options)


def experimental_run_functions_eagerly(run_eagerly: bool) -> None:
    """Without effect: there is no eager execution."""


def experimental_connect_to_host(remote_host=None, job_name: str = "worker") -> None:
    """Raises ``tf.errors.UnimplementedError``: tfgrad runs in one process."""
    raise errors.UnimplementedError(None, None, "tfgrad runs in one process: there are no hosts.")


def experimental_connect_to_cluster(
    cluster_spec_or_resolver, job_name: str = "localhost", task_index: int = 0, protocol=None
) -> None:
    """Raises ``tf.errors.UnimplementedError``: tfgrad runs in one process."""
    raise errors.UnimplementedError(
        None, None, "tfgrad runs in one process: there are no clusters."
    )
