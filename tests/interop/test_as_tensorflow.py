"""`import tensorflow` as tfgrad, and `python -m tfgrad`, each in a process of its own.

Most tests use a small stand-in for tfgrad, so that what is tested is the alias and nothing else;
`test_the_real_package_takes_the_name` uses tfgrad itself.
"""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INSTALL = """
from tfgrad._src.interop.as_tensorflow import install_as_tensorflow
install_as_tensorflow("standin")
"""


@pytest.fixture
def folder(tmp_path):
    """A folder with the stand-in package, and something in the place of TensorFlow."""
    files = {
        "standin/__init__.py": "__version__ = '0.1.0'\nVERSION = '1.15.5'\nfrom . import nn\n",
        "standin/nn.py": "relu = 'standin relu'\n",
        "standin/compat/__init__.py": "",
        "standin/compat/v1.py": "Session = 'standin Session'\n",
        "standin/python/__init__.py": "",
        "standin/python/framework/__init__.py": "",
        "standin/python/framework/ops.py": "from ... import nn\nGraph = nn.relu\n",
        "standin/broken.py": "import a_module_that_is_nowhere\n",
        "tensorflow/__init__.py": "real = True\n",
        "stand/__init__.py": "",
        "stand/examples/mnist.py": "read = 'digits'\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def run(folder, *arguments, code=None):
    command = [sys.executable, *(["-c", textwrap.dedent(code)] if code else arguments)]
    path = os.pathsep.join([str(folder), str(ROOT)])
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def check(folder, code):
    result = run(folder, code=code)
    assert result.returncode == 0, result.stderr


def test_every_spelling_gives_the_same_module(folder):
    check(
        folder,
        INSTALL
        + """
import sys, standin, importlib, importlib.util
import tensorflow
import tensorflow as tf
import tensorflow.nn
import tensorflow.compat.v1 as tf1
from tensorflow.python.framework import ops
assert tensorflow is tf is standin is sys.modules["tensorflow"]
assert tensorflow.nn is standin.nn
assert tf1 is sys.modules["standin.compat.v1"] is importlib.import_module("tensorflow.compat.v1")
assert ops.Graph == "standin relu"
sys.modules["tensorflow"].Session = 3
assert tf.Session == standin.Session == 3
assert importlib.util.find_spec("tensorflow") is not None
assert importlib.util.find_spec("tensorflow.compat") is not None
# The modules keep their own names, so that reload and relative imports go on working.
assert ops.__spec__.name == ops.__name__ == "standin.python.framework.ops"
assert importlib.reload(ops) is ops
""",
    )


def test_version_is_that_of_the_imitated_interface(folder):
    check(
        folder,
        INSTALL
        + """
import tensorflow as tf
assert tf.__version__ == tf.VERSION == "1.15.5"
assert tf.__tfgrad_version__ == "0.1.0"
install_as_tensorflow("standin")  # harmless
assert tf.__tfgrad_version__ == "0.1.0"
""",
    )


def test_missing_modules_are_reported_and_broken_ones_are_not_hidden(folder):
    check(
        folder,
        INSTALL
        + """
try:
    import tensorflow.contrib.slim
except ModuleNotFoundError as error:
    assert error.name == "tensorflow.contrib"
    assert "TensorFlow 1.15 has tf.contrib; tfgrad does not have it yet." in str(error)
else:
    raise SystemExit("imported")
try:
    import tensorflow.broken
except ModuleNotFoundError as error:
    assert error.name == "a_module_that_is_nowhere"
""",
    )


def test_a_module_that_the_user_puts_in_place_is_used(folder):
    check(
        folder,
        INSTALL
        + """
import sys, types, os
stub = types.ModuleType("tensorflow.examples")
stub.__path__ = [os.path.join("stand", "examples")]
sys.modules["tensorflow.examples"] = stub
from tensorflow.examples import mnist
assert mnist.read == "digits"
""",
    )


def test_refuses_when_tensorflow_is_already_imported(folder):
    result = run(folder, code="import tensorflow\n" + INSTALL)
    assert result.returncode == 1
    last = result.stderr[result.stderr.index("RuntimeError") :]
    assert "TensorFlow is already imported, from" in last
    assert "before anything imports tensorflow" in last
    assert "Traceback" not in last


def test_the_real_package_takes_the_name(tmp_path):
    """A TensorFlow that is installed is neither imported nor in the way."""
    check(
        tmp_path,
        """
        import tfgrad
        tfgrad.install_as_tensorflow()
        import tensorflow as tf
        import tensorflow.compat.v1
        from tensorflow import nn
        assert tf is tfgrad and nn is tfgrad.nn
        assert tf.__version__ == "1.15.5"
        """,
    )


# --------------------------------------------------------------------------
# python -m tfgrad


@pytest.fixture
def script(tmp_path):
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts/helper.py").write_text("def fail():\n    raise KeyError('lost')\n")
    path = tmp_path / "scripts/prog.py"
    path.write_text(
        "import os, sys\n"
        "import tensorflow, tfgrad, helper\n"
        "assert tensorflow is tfgrad and __name__ == '__main__'\n"
        "assert sys.path[0] == os.path.dirname(os.path.realpath(__file__))\n"
        "print(sys.argv)\n"
        "if 'exit' in sys.argv: sys.exit(7)\n"
        "if 'fail' in sys.argv: helper.fail()\n"
    )
    return path


def test_a_script_runs_as_main_with_its_arguments(tmp_path, script):
    result = run(tmp_path, "-m", "tfgrad", "scripts/prog.py", "-m", "--x")
    assert result.stdout == "['scripts/prog.py', '-m', '--x']\n", result.stderr
    assert run(tmp_path, "-m", "tfgrad", "scripts/prog.py", "exit").returncode == 7


def test_a_module_runs_as_main_with_its_arguments(tmp_path, script):
    (tmp_path / "mod.py").write_text("import sys, tensorflow\nprint(__name__, sys.argv[1:])\n")
    result = run(tmp_path, "-m", "tfgrad", "-m", "mod", "a", "-b")
    assert result.stdout == "__main__ ['a', '-b']\n", result.stderr


def test_the_traceback_is_that_of_the_program(tmp_path, script):
    result = run(tmp_path, "-m", "tfgrad", "scripts/prog.py", "fail")
    assert result.returncode == 1
    lines = result.stderr.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert "prog.py" in lines[1]
    assert lines[-1] == "KeyError: 'lost'"
    assert "runpy" not in result.stderr
    assert "__main__.py" not in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "usage: python -m tfgrad SCRIPT"),
        (["-m"], "usage: python -m tfgrad SCRIPT"),
        (["--unknown"], "usage: python -m tfgrad SCRIPT"),
        (["nowhere.py"], "python -m tfgrad: no such file: 'nowhere.py'"),
        (["-m", "nowhere.mod"], "python -m tfgrad: no module named 'nowhere.mod'"),
    ],
)
def test_a_wrong_command_line_stops_with_status_2(tmp_path, arguments, message):
    result = run(tmp_path, "-m", "tfgrad", *arguments)
    assert result.returncode == 2
    assert result.stderr.startswith(message)
    assert "Traceback" not in result.stderr
