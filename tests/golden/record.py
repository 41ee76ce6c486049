"""Records the cases of ``cases_FAMILY.py`` with TensorFlow into ``FAMILY.json``.

    python record.py FAMILY [FAMILY ...]

Runs under a Python that has TensorFlow 2.21 (`tensorflow-cpu`), never in tfgrad's own environment.
The settings are those of the reference: v2 behaviour off, control flow v2 on, reference variables.
"""

import importlib
import json
import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))


def main(families: list[str]) -> None:
    os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", TF_ENABLE_ONEDNN_OPTS="0")
    import form
    import tensorflow.compat.v1 as tf

    tf.disable_v2_behavior()
    tf.enable_control_flow_v2()
    tf.logging.set_verbosity(tf.logging.ERROR)
    for family in families:
        cases = importlib.import_module(f"cases_{family}").CASES
        records = {name: form.record(tf, build) for name, build in cases.items()}
        lines = []
        for name, r in records.items():
            nodes = ",\n  ".join(json.dumps(n) for n in r.pop("nodes"))
            lines.append(f'{json.dumps(name)}: {{"nodes": [\n  {nodes}],\n {json.dumps(r)[1:]}')
        (HERE / f"{family}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
        failed = [n for n, r in records.items() if "error" in r]
        print(f"{family}: {len(records)} cases", f"failing when run: {failed}" if failed else "")


if __name__ == "__main__":
    main(sys.argv[1:])
