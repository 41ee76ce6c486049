"""Makes ``import tensorflow`` find tfgrad.

``tensorflow.X`` becomes the very module ``tfgrad.X``, not a copy of it: legacy code sets attributes
on one spelling (``tf.Session = Wrapped``, ``sys.modules["tensorflow"].Session = Wrapped``) and
reads them from another.

Because the two are one module there is one ``__version__``.  Legacy code branches on
``tf.__version__``, so while the alias is installed it is what the interface imitates,
``tfgrad.VERSION``; tfgrad's own version stays in ``tfgrad.__tfgrad_version__``.
"""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from types import ModuleType

from tfgrad._src.interop.names import missing_module

ALIAS = "tensorflow"


def install_as_tensorflow(target: str = "tfgrad") -> None:
    """Makes ``import tensorflow``, in this process and from now on, give tfgrad.

    ``import tensorflow as tf``, ``import tensorflow.compat.v1 as tf``,
    ``from tensorflow.python.framework import ops`` and all other spellings give the module of the
    same path below ``tfgrad``.  An installed TensorFlow is left alone and not imported.  To call it
    twice is harmless.

    Args:
      target: the package that takes the name; only tests change it.

    Raises:
      RuntimeError: TensorFlow itself is already imported.

    Example:
      >>> import tfgrad
      >>> tfgrad.install_as_tensorflow()
      >>> import tensorflow as tf
      >>> tf is tfgrad
      True
    """
    if any(isinstance(finder, _AliasFinder) for finder in sys.meta_path):
        return
    already = sys.modules.get(ALIAS)
    if already is not None:
        where = getattr(already, "__file__", None) or "an unknown place"
        raise RuntimeError(
            f"The name '{ALIAS}' cannot be given to {target}: TensorFlow is already imported, from "
            f"{where}, and graphs of the two do not mix.\n"
            f"  Call {target}.install_as_tensorflow() before anything imports {ALIAS}, or start "
            f"the program with: python -m {target} SCRIPT"
        )
    package = importlib.import_module(target)
    sys.meta_path.insert(0, _AliasFinder(target))
    sys.modules[ALIAS] = package
    names = vars(package)
    names["__tfgrad_version__"] = names["__version__"]
    names["__version__"] = names["VERSION"]


class _AliasFinder(importlib.abc.MetaPathFinder):
    """Finds ``tensorflow.X`` as the module ``tfgrad.X``."""

    def __init__(self, target: str):
        self.target = target

    def find_spec(self, fullname, path=None, target=None):
        """The specification of an alias; None for a name that is not below the alias.

        A module that is missing raises here, so that the message can say what is missing, where
        returning None would end in Python's bare one.
        """
        if fullname != ALIAS and not fullname.startswith(ALIAS + "."):
            return None
        real_name = self.target + fullname[len(ALIAS) :]
        try:
            found = importlib.util.find_spec(real_name)
        except ModuleNotFoundError:  # the parent is not ours but a stand-in that the user made
            return None
        if found is None:
            raise missing_module(fullname)
        return importlib.machinery.ModuleSpec(fullname, _AliasLoader(real_name))


class _AliasLoader(importlib.abc.Loader):
    """Loads an alias by importing the module that it stands for."""

    def __init__(self, real_name: str):
        self.real_name = real_name

    def create_module(self, spec) -> ModuleType:
        """The module itself, imported under its own name."""
        module = importlib.import_module(self.real_name)
        self.real_spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is left to run; the import system has just overwritten the module's own spec."""
        module.__spec__ = self.real_spec
