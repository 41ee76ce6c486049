"""Device strings: ``/job:worker/replica:0/task:1/device:GPU:0`` and the short forms ``/gpu:0``.

A node keeps the merged string of the ``tf.device`` blocks around it.  The strings are recorded and
written to graphs; where a program runs is the runtime's decision.
"""

_PARTS = ("job", "replica", "task")
_TYPES = ("CPU", "GPU", "TPU")


def parse(spec: str) -> dict[str, str]:
    """The parts of a device string.

    Raises:
      ValueError: ``spec`` is not a device string.
    """
    parts: dict[str, str] = {}
    for piece in spec.split("/"):
        head, *rest = piece.split(":")
        if head in _PARTS and len(rest) == 1:
            parts[head] = rest[0] if head == "job" else str(int(rest[0]))
            continue
        if head.upper() in _TYPES and len(rest) <= 1:
            device_type, index = head.upper(), rest[0] if rest else "*"
        elif head == "device" and len(rest) == 2:
            device_type, index = rest[0].upper(), rest[1]
        elif not head:
            continue
        else:
            raise ValueError(
                f"Unknown attribute '{head}' is encountered while parsing the device spec: "
                f"'{spec}'."
            )
        if "type" in parts:
            raise ValueError(
                f"Multiple device types are not allowed while parsing the device spec: {spec}."
            )
        parts["type"] = device_type
        if index != "*":
            parts["index"] = str(int(index))
    return parts


def join(parts: dict[str, str]) -> str:
    """The full form of a device string."""
    text = "".join(f"/{p}:{parts[p]}" for p in _PARTS if p in parts)
    if "type" in parts:
        text += f"/device:{parts['type']}:{parts.get('index', '*')}"
    return text


def merge(inner: str, outer: str) -> str:
    """``inner``, completed by ``outer`` where it says nothing.

    As in TensorFlow the index is completed too: ``/cpu`` inside ``/gpu:1`` is ``/device:CPU:1``.
    """
    if not outer:
        return join(parse(inner))
    return join({**parse(outer), **parse(inner)})


def _number(value) -> int | None:
    return None if value is None else int(value)


class DeviceSpec:
    """The parts of a device string.

    Args:
      job: the name of a job.
      replica, task: numbers.
      device_type: ``"CPU"`` or ``"GPU"``.
      device_index: which of them.

    Example:
      >>> spec = tf.DeviceSpec(job="ps", device_type="GPU", device_index=0)
      >>> spec.to_string()
      '/job:ps/device:GPU:0'
      >>> spec.merge_from(tf.DeviceSpec.from_string("/task:3/gpu:1"))
      >>> spec.to_string()
      '/job:ps/task:3/device:GPU:1'
    """

    def __init__(self, job=None, replica=None, task=None, device_type=None, device_index=None):
        self.job = None if job is None else str(job)
        self.replica = _number(replica)
        self.task = _number(task)
        self.device_type = None if device_type is None else str(device_type).upper()
        self.device_index = _number(device_index)

    @classmethod
    def from_string(cls, spec: str) -> "DeviceSpec":
        """A specification from a device string.

        Raises:
          ValueError: ``spec`` is not a device string.
        """
        parts = parse(spec)
        return cls(
            parts.get("job"), parts.get("replica"), parts.get("task"), parts.get("type"),
            parts.get("index"),
        )  # fmt: skip

    def parse_from_string(self, spec: str) -> "DeviceSpec":
        """Replaces all parts by those of a device string; returns the specification itself."""
        self.__dict__.update(vars(type(self).from_string(spec)))
        return self

    def merge_from(self, dev: "DeviceSpec") -> None:
        """Replaces the parts that ``dev`` has."""
        self.__dict__.update({k: v for k, v in vars(dev).items() if v is not None})

    def make_merged_spec(self, dev: "DeviceSpec") -> "DeviceSpec":
        """A new specification; see `merge_from`."""
        return self.replace(**{k: v for k, v in vars(dev).items() if v is not None})

    def replace(self, **parts) -> "DeviceSpec":
        """A new specification with some parts replaced."""
        return type(self)(**{**vars(self), **parts})

    def to_string(self) -> str:
        """The device string."""
        parts = {k: str(v) for k, v in vars(self).items() if v is not None}
        names = {"device_type": "type", "device_index": "index"}
        return join({names.get(k, k): v for k, v in parts.items()})

    def __eq__(self, other) -> bool:
        if not isinstance(other, DeviceSpec):
            return NotImplemented
        return self.to_string() == other.to_string()

    def __hash__(self) -> int:
        return hash(self.to_string())

    def __repr__(self) -> str:
        parts = ", ".join(f"{k}={v!r}" for k, v in vars(self).items())
        return f"<DeviceSpec({parts})>"


def canonical_name(device) -> str:
    """The full form of a device string or specification; ``""`` for None."""
    if device is None:
        return ""
    return device.to_string() if is_device_spec(device) else join(parse(device))


def check_valid(spec: str) -> None:
    """Raises ValueError if ``spec`` is not a device string."""
    parse(spec)


def is_device_spec(obj) -> bool:
    """Whether ``obj`` is a `tf.DeviceSpec`."""
    return isinstance(obj, DeviceSpec)


def merge_device(spec):
    """A device function that completes a node's device by ``spec``; see `tf.device`."""
    outer = canonical_name(spec)
    return lambda node: merge(node.device or "", outer)
