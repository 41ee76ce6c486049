"""``python -m tfgrad SCRIPT [ARGS]``: runs a TensorFlow 1 program on tfgrad.

In the process ``import tensorflow`` gives tfgrad.  The script runs as ``__main__`` with its own
arguments, as ``python SCRIPT [ARGS]`` would run it, and ``python -m tfgrad -m MODULE [ARGS]`` as
``python -m MODULE [ARGS]``.
"""

import importlib.util
import os
import runpy
import sys
from types import TracebackType
from typing import NoReturn

from tfgrad._src.interop.as_tensorflow import install_as_tensorflow

USAGE = """\
usage: python -m tfgrad SCRIPT [ARGS...]
       python -m tfgrad -m MODULE [ARGS...]

Runs a TensorFlow 1 program with tfgrad under the name tensorflow.
"""


def main(arguments: list[str]) -> None:
    """Runs the program that the command line names."""
    if arguments[:1] in (["-h"], ["--help"]):
        print(USAGE, end="")
        return
    as_module = arguments[:1] == ["-m"]
    given = arguments[1:] if as_module else arguments
    if not given or (given[0].startswith("-") and not as_module):
        _stop(USAGE)
    program, *rest = given
    if as_module:
        _run_module(program, rest)
    else:
        _run_script(program, rest)


def _run_script(script: str, arguments: list[str]) -> None:
    if not os.path.exists(script):
        _stop(f"python -m tfgrad: no such file: {script!r}\n")
    install_as_tensorflow()
    sys.argv = [script, *arguments]
    if not sys.flags.safe_path:  # then Python has put no directory of its own there to replace
        sys.path[0] = os.path.dirname(os.path.realpath(script))
    sys.excepthook = _print_error_of_program
    runpy.run_path(script, run_name="__main__")


def _run_module(module: str, arguments: list[str]) -> None:
    install_as_tensorflow()
    if not _exists(module):
        _stop(f"python -m tfgrad: no module named {module!r}\n")
    sys.argv = ["-m", *arguments]  # runpy replaces the first by the module's file
    sys.excepthook = _print_error_of_program
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _exists(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError as error:
        if error.name and f"{module}.".startswith(f"{error.name}."):  # the module, or a parent
            return False
        raise


def _stop(message: str) -> NoReturn:
    sys.stderr.write(message)
    sys.exit(2)


def _print_error_of_program(kind: type[BaseException], error: BaseException, traceback) -> None:
    """Prints an uncaught error as Python does, from the program's first frame on.

    The frames before are this file's and runpy's, and say nothing about the program.
    """
    sys.__excepthook__(kind, error.with_traceback(_without_our_frames(traceback)), None)


def _without_our_frames(traceback: TracebackType | None) -> TracebackType | None:
    ours = {__file__, runpy.run_path.__code__.co_filename}
    while traceback and traceback.tb_frame.f_code.co_filename in ours:
        traceback = traceback.tb_next
    return traceback


if __name__ == "__main__":
    main(sys.argv[1:])
