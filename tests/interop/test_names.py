"""What the errors about unknown names say.  The names were recorded from TensorFlow 1.15.5."""

import subprocess
import sys

import pytest

from tfgrad._src.interop import names
from tfgrad._src.interop.names import missing_module, unknown_attribute


@pytest.mark.parametrize(
    ("module", "name", "available", "expected"),
    [
        (
            "tfgrad.nn",
            "relu7",
            ["relu", "relu6", "tanh"],
            "module 'tfgrad.nn' has no attribute 'relu7'\n"
            "  TensorFlow 1.15 has no tf.nn.relu7 either.\n"
            "  Did you mean tf.nn.relu or tf.nn.relu6?",
        ),
        (
            "tfgrad",
            "contrib",
            ["constant"],
            "module 'tfgrad' has no attribute 'contrib'\n"
            "  TensorFlow 1.15 has tf.contrib; tfgrad does not have it yet.",
        ),
        (
            "tfgrad",
            "relu",
            ["nn", "rank"],
            "module 'tfgrad' has no attribute 'relu'\n"
            "  TensorFlow 1.15 has no tf.relu either.\n"
            "  TensorFlow 1.15 has tf.nn.relu.",
        ),
        (
            "tfgrad.compat.v1",
            "reduce_summ",
            ["reduce_sum", "tanh"],
            "module 'tfgrad.compat.v1' has no attribute 'reduce_summ'\n"
            "  TensorFlow 1.15 has no tf.reduce_summ either.\n"
            "  Did you mean tf.reduce_sum?",
        ),
        (  # a module that the recording does not have: nothing is claimed about it
            "tfgrad.python.framework.ops",
            "Grpah",
            ["Graph"],
            "module 'tfgrad.python.framework.ops' has no attribute 'Grpah'\n"
            "  Did you mean tf.python.framework.ops.Graph?",
        ),
        ("tfgrad", "__wrapped__", ["wrap"], "module 'tfgrad' has no attribute '__wrapped__'"),
    ],
)
def test_message(module, name, available, expected):
    error = unknown_attribute(module, name, available)
    assert isinstance(error, AttributeError)
    assert str(error) == expected
    assert error.name == name


def test_missing_module_says_whether_tensorflow_has_it():
    assert str(missing_module("tensorflow.contrib.slim")) == (
        "No module named 'tensorflow.contrib.slim'\n"
        "  TensorFlow 1.15 has tf.contrib.slim; tfgrad does not have it yet."
    )
    assert str(missing_module("tensorflow.contrib.slimm")) == (
        "No module named 'tensorflow.contrib.slimm'\n"
        "  The name 'tensorflow' stands for tfgrad here, which has no module 'contrib.slimm'."
    )


def test_nothing_is_loaded_before_a_message_is_written():
    # The file alone: the packages that tfgrad imports may load difflib themselves.
    code = (
        "import importlib.util, sys\n"
        f"spec = importlib.util.spec_from_file_location('n', {names.__file__!r})\n"
        "n = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(n)\n"
        "assert 'difflib' not in sys.modules\n"
        "assert n._names_of_tensorflow.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-S", "-c", code], check=True)
