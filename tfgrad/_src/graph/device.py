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
            device_type, index = rest
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
    """``inner``, completed by ``outer`` where it says nothing."""
    if not outer:
        return join(parse(inner))
    own, rest = parse(inner), parse(outer)
    if "type" in own:
        rest.pop("index", None)
    return join({**rest, **own})
