"""Records how TensorFlow answers wrong programs, into ``errors.json``.

    /path/to/python-with-tf-2.21 tests/golden/record_errors.py [--only PART]

and, for the messages of TensorFlow 1.15 where they differ (key "tf115" of a case), then

    /path/to/python-with-tf-1.15 tests/golden/record_errors.py

The reference is TensorFlow 2.21 with v2 behaviour off and control flow v2 on.  ``errors`` maps each
case of the package `errors` to the public class of the exception and the first line of its message
("ok" when TensorFlow raises nothing); ``operators`` maps Python expressions to the nodes they make.
"""

import argparse
import json
import logging
import os
import sys
import warnings
from pathlib import Path

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", TF_ENABLE_ONEDNN_OPTS="0")
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import errors as error_cases  # noqa: E402


def load():
    """The module to record, and its version."""
    warnings.filterwarnings("ignore")
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    import tensorflow

    if tensorflow.__version__.startswith("1."):
        tf = tensorflow
    else:
        tf = tensorflow.compat.v1
        tf.disable_v2_behavior()
        tf.enable_control_flow_v2()
    tf.logging.set_verbosity(tf.logging.FATAL)
    return tf, tensorflow.__version__


def write(golden, path):
    """One line per entry, so that a change of one is a change of one line."""
    parts = []
    for part, value in golden.items():
        if isinstance(value, dict):
            lines = [f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in value.items()]
            parts.append(f" {json.dumps(part)}: {{\n" + ",\n".join(lines) + "\n }")
        else:
            parts.append(f" {json.dumps(part)}: {json.dumps(value)}")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE / "errors.json")
    parser.add_argument(
        "--only", default="", help="record and print only the cases that contain this"
    )
    args = parser.parse_args()
    tf, version = load()
    errors = {
        name: error_cases.outcome(tf, case)
        for name, case in error_cases.cases().items()
        if args.only in name
    }
    operators = {
        expression: error_cases.operator_outcome(tf, expression)
        for expression in error_cases.EXPRESSIONS
        if args.only in expression
    }
    if args.only:
        print(json.dumps({"errors": errors, "operators": operators}, indent=1))
        return
    if version.startswith("1."):
        golden = json.loads(args.out.read_text())
        golden = {"tensorflow": golden["tensorflow"], "tf115": version, **golden}
        for name, entry in golden["errors"].items():
            entry.pop("tf115", None)
            if errors[name] != entry:
                entry["tf115"] = errors[name]
    else:
        golden = {"tensorflow": version, "errors": errors, "operators": operators}
    write(golden, args.out)
    print(version, len(errors), "errors", len(operators), "operators")


if __name__ == "__main__":
    main()
