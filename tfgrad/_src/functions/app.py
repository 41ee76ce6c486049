"""`tf.app.run`: a program's entry."""

import sys

from tfgrad._src.functions.flag_values import FLAGS, calling_program

_HELP = {"help", "h", "helpshort", "helpfull"}


def run(main=None, argv=None):
    """Reads the command line, calls ``main`` with the rest of it, and exits.

    Args:
      main: a function of one argument, the program's name and the arguments that are not defined
        flags, in one list; default ``main`` of the module ``__main__``.
      argv: the command line; default ``sys.argv``.

    Raises:
      SystemExit: when ``main`` has ended, with what it returns.
      tf.flags.IllegalFlagValueError: a flag's value cannot be read.

    A flag that is not defined is passed on to ``main``.  ``--help`` prints the program's flags, and
    ``--helpfull`` those of all modules, and exits with 1.

    Example:
      >>> tf.app.run(lambda argv: print(argv), argv=["program", "file"])
      Traceback (most recent call last):
      SystemExit
    """
    main = main or sys.modules["__main__"].main
    argv = sys.argv if argv is None else argv
    asked = {argument.lstrip("-") for argument in argv[1:] if argument.startswith("-")}
    if asked & _HELP and not asked & _HELP & set(FLAGS):
        _print_help(full="helpfull" in asked)
        sys.exit(1)
    sys.exit(main(FLAGS(argv, known_only=True)))


def _print_help(full: bool) -> None:
    """Writes the program's docstring and its flags."""
    doc = getattr(sys.modules["__main__"], "__doc__", None)
    title = doc.strip() if doc else f"\nUSAGE: {calling_program()} [flags]\n"
    flags = FLAGS.get_help() if full else FLAGS.main_module_help()
    print(f"{title}\nflags:\n{flags}")
    if not full:
        print("\nTry --helpfull to get a list of all flags.")
