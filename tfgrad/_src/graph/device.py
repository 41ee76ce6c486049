"""Device strings: ``/job:worker/replica:0/task:1/device:GPU:0`` and the short forms ``/gpu:0``.

A node keeps the merged string of the ``tf.device`` blocks around it.  The strings are recorded and
written to graphs; where a program runs is the runtime's decision.
"""

_PARTS = ("job", "replica", "task")


def parse(spec: str) -> dict[str, str]:
    """The parts of a device string.

    Raises:
      ValueError: ``spec`` is not a device string.
    """
    parts: dict[str, str] = {}
    for piece in spec.split("/"):
        if not piece:
            continue
        words = piece.split(":")
        head = words[0].lower()
        if head in _PARTS and len(words) == 2:
            parts[head] = words[1]
        elif head == "device" and len(words) in (2, 3):
            parts["type"] = words[1].upper()
            if len(words) == 3 and words[2] != "*":
                parts["index"] = words[2]
        elif head in ("cpu", "gpu", "tpu") and len(words) <= 2:
            parts["type"] = head.upper()
            if len(words) == 2 and words[1] != "*":
                parts["index"] = words[1]
        else:
            raise ValueError(f"Unknown attribute: '{words[0]}' is not a part of a device name: '{spec}'")
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
