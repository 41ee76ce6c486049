"""Records the fields of TensorFlow's messages: ``python record_messages.py`` with TensorFlow 1.15.

Writes ``messages.json``: message -> field -> ``[number, kind, repeated]``, of all messages that
configure a session or that a run gives.  A kind is that of a scalar, ``enum NAME`` or a message.
"""

import json
from pathlib import Path

from tensorflow.core.framework import device_attributes_pb2
from tensorflow.core.protobuf import config_pb2

SCALARS = {
    1: "double", 2: "float", 3: "int64", 4: "uint64", 5: "int32", 6: "fixed64", 8: "bool",
    9: "string", 12: "bytes", 13: "uint32",
}  # fmt: skip
MESSAGE, ENUM, REPEATED = 11, 14, 3


def short(name):
    return name.replace("tensorflow.", "")


def record(message, found):
    name = short(message.full_name)
    if name in found or message.GetOptions().map_entry:
        return
    fields = found[name] = {}
    for field in message.fields:
        if field.type == MESSAGE and field.message_type.GetOptions().map_entry:
            key, value = field.message_type.fields
            inner = SCALARS.get(value.type) or short(value.message_type.full_name)
            kind = SCALARS[key.type] + " -> " + inner
            followed = value.message_type
        elif field.type == MESSAGE:
            kind, followed = short(field.message_type.full_name), field.message_type
        elif field.type == ENUM:
            values = " ".join("%s=%d" % (v.name, v.number) for v in field.enum_type.values)
            kind, followed = "enum " + short(field.enum_type.full_name), None
            if "." in kind:
                found[kind] = values
        else:
            kind, followed = SCALARS[field.type], None
        fields[field.name] = [field.number, kind, field.label == REPEATED and " -> " not in kind]
        if followed is not None:
            record(followed, found)


def main():
    found = {}
    for cls in (
        config_pb2.ConfigProto, config_pb2.RunOptions, config_pb2.RunMetadata,
        device_attributes_pb2.DeviceAttributes,
    ):  # fmt: skip
        record(cls.DESCRIPTOR, found)
    path = Path(__file__).with_name("messages.json")
    rows = ("%s: %s" % (json.dumps(k), json.dumps(v)) for k, v in sorted(found.items()))
    path.write_text("{\n" + ",\n".join(rows) + "\n}\n")


if __name__ == "__main__":
    main()
