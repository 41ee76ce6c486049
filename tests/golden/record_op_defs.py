"""Records TensorFlow's definitions of op types into ``op_defs.json``.

    python record_op_defs.py [OP_TYPE ...]

Runs under a Python that has TensorFlow 2.21.  The op types are those given and those recorded
already. A line holds ``[inputs, outputs, attributes, is stateful, gradient]``: arguments written as
in tfgrad's signatures, attributes as ``name: [kind, allowed values or null, default if any]``, and
whether a gradient is registered ("yes"), declared not to exist ("no"), or neither (null).
"""

import json
import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
FILE = HERE / "op_defs.json"


def argument(arg, type_name) -> str:
    """``name: kind``, see ``graph/registry.py``."""
    if arg.type_list_attr:
        kind = f"list({arg.type_list_attr})"
    else:
        kind = arg.type_attr or type_name(arg.type)
    if arg.number_attr:
        kind = f"{arg.number_attr} * {kind}"
    return f"{arg.name}: " + (f"Ref({kind})" if arg.is_ref else kind)


def gradient(op_type: str, registry):
    try:
        return "yes" if registry.lookup(op_type) else "no"
    except LookupError:
        return None


def main(op_types: list) -> None:
    os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", TF_ENABLE_ONEDNN_OPTS="0")
    import form
    import tensorflow.compat.v1 as tf
    from tensorflow.python.framework import op_def_registry, ops

    known = json.loads(FILE.read_text()) if FILE.exists() else {}
    lines = []
    for op_type in sorted({*known, *op_types}):
        definition = op_def_registry.get(op_type)
        if definition is None:
            print(f"TensorFlow has no op type {op_type}")
            continue
        attrs = {}
        for a in definition.attr:
            allowed = None
            if a.HasField("allowed_values"):
                allowed = form.attr(a.allowed_values, tf.make_ndarray)
            attrs[a.name] = [a.type, allowed]
            if a.HasField("default_value"):
                attrs[a.name].append(form.attr(a.default_value, tf.make_ndarray))
        record = [
            [argument(a, form.type_name) for a in definition.input_arg],
            [argument(a, form.type_name) for a in definition.output_arg],
            attrs,
            definition.is_stateful,
            gradient(op_type, ops.gradient_registry),
        ]
        lines.append(f"{json.dumps(op_type)}: {json.dumps(record)}")
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{len(lines)} op types")


if __name__ == "__main__":
    main(sys.argv[1:])
