"""Records how TensorFlow answers the wrong programs of ``errors/families``.

    /path/to/python-with-tf-2.21 tests/golden/record_errors_families.py [FAMILY ...]

As `record_errors`, into ``errors_families.json``.  Some of these programs end TensorFlow's process:
each family runs in a process of its own, and the class of such a case is "crash".
"""

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import record_errors  # noqa: E402
from errors import families, harness  # noqa: E402


def work(family, done):
    """Prints the version of TensorFlow, and a line for each case of a family but the first."""
    tf, version = record_errors.load()
    print(json.dumps(version), flush=True)
    for name, case in list(families.cases(family).items())[done:]:
        print(json.dumps([name, harness.outcome(tf, case)]), flush=True)


def record(family):
    """What TensorFlow says to the cases of a family, and its version."""
    names = list(families.cases(family))
    found = {}
    while len(found) < len(names):
        command = [sys.executable, __file__, "--work", family, str(len(found))]
        worker = subprocess.run(command, stdout=subprocess.PIPE, check=False)
        version, *lines = map(json.loads, worker.stdout.splitlines())
        found.update(lines)
        if len(found) < len(names):
            print("crash", names[len(found)])
            found[names[len(found)]] = {"class": "crash", "message": ""}
    return found, version


def main():
    path = HERE / "errors_families.json"
    golden = json.loads(path.read_text()) if path.exists() else {"errors": {}}
    known = golden["errors"]
    for family in sys.argv[1:] or families.FAMILIES:
        found, version = record(family)
        known = {k: v for k, v in known.items() if k.split("/")[0] != family}
        known.update(families.folded(found))
        print(version, family, len(found))
    order = {family: i for i, family in enumerate(families.FAMILIES)}
    known = dict(sorted(known.items(), key=lambda item: order[item[0].split("/")[0]]))
    record_errors.write({"tensorflow": version, "errors": known}, path)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--work"]:
        work(sys.argv[2], int(sys.argv[3]))
    else:
        main()
