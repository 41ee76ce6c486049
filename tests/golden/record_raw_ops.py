"""Records the arguments of TensorFlow's functions ``tf.raw_ops.NAME`` into ``raw_ops.json``.

    python record_raw_ops.py

Runs under a Python that has TensorFlow 2.21.  A line holds the names in order; an argument with a
default is ``[name, default]``.
"""

import inspect
import json
import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))


def plain(tf, default):
    """A default as JSON: a type by its name, a float with six digits."""
    import form

    if isinstance(default, list | tuple):
        return [plain(tf, d) for d in default]
    if isinstance(default, tf.DType):
        return default.name
    if hasattr(default, "tensor_shape"):
        return form.array(tf.make_ndarray(default), form.type_name(default.dtype))
    return default if default is None else form.number(default)


def main() -> None:
    os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", TF_ENABLE_ONEDNN_OPTS="0")
    import tensorflow.compat.v1 as tf

    lines = []
    for op_type in sorted(n for n in dir(tf.raw_ops) if not n.startswith("_")):
        function = getattr(tf.raw_ops, op_type)
        arguments = [
            p.name if p.default is p.empty else [p.name, plain(tf, p.default)]
            for p in inspect.signature(function).parameters.values()
        ]
        assert arguments.pop() == ["name", None]
        lines.append(f"{json.dumps(op_type)}: {json.dumps(arguments)}")
    (HERE / "raw_ops.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{len(lines)} functions")


if __name__ == "__main__":
    main()
