"""`tf.resource_loader` and `tf.sysconfig`: files beside a program, and how C++ is compiled."""

import itertools
import os
import sys
from pathlib import Path
from types import FrameType

from tfgrad._src.graph import errors

_PACKAGE = Path(__file__).parents[2]


def _folder_of(frame: FrameType) -> str:
    """The folder of the file that called."""
    return os.path.dirname(frame.f_code.co_filename)


def load_resource(path: str) -> bytes:
    """The contents of a file.

    Args:
      path: its path, from the folder in which the package ``tfgrad`` lies.

    Raises:
      OSError: it cannot be opened.
    """
    return (_PACKAGE.parent / path).resolve().read_bytes()


def get_data_files_path() -> str:
    """The folder of the file that calls this function."""
    return _folder_of(sys._getframe(1))


def get_path_to_datafile(path: str) -> str:
    """``path`` from the folder of the file that calls this function."""
    return os.path.join(_folder_of(sys._getframe(1)), path)


def get_root_dir_with_all_resources() -> str:
    """The folder of the data of a program that Bazel runs; else that of this package's own files.

    A program that Bazel runs lies in a folder whose name contains ``.runfiles``: it is the folder
    in that one.
    """
    here = Path(_folder_of(sys._getframe(0)))
    folders = [here, *here.parents]
    for inner, outer in itertools.pairwise(folders):
        if ".runfiles" in outer.name:
            return str(inner)
    return str(here)


def readahead_file_path(path: str, readahead: str = "128M") -> str:
    """``path`` itself."""
    return path


# ---------------------------------------------------------------------- compiling

CXX11_ABI_FLAG = 0
MONOLITHIC_BUILD = 0


def _refuse(what: str):
    raise errors.UnimplementedError(
        None, None,
        f"tfgrad has no {what}: op types are written in Python, and TensorFlow's libraries of "
        "kernels cannot be loaded.",
    )  # fmt: skip


def get_include() -> str:
    """Not available: raises ``tf.errors.UnimplementedError``."""
    return _refuse("C++ header files")


def get_lib() -> str:
    """Not available: raises ``tf.errors.UnimplementedError``."""
    return _refuse("shared library")


def get_compile_flags() -> list[str]:
    """Not available: raises ``tf.errors.UnimplementedError``."""
    return _refuse("C++ header files")


def get_link_flags() -> list[str]:
    """Not available: raises ``tf.errors.UnimplementedError``."""
    return _refuse("shared library")
