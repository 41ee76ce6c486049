"""The registry of command-line flags: ``tf.flags.FLAGS``.

The flags of a program are attributes of one `FlagValues`.  That object is the command line's parser
too: called with a list of arguments it sets the flags and returns the rest.
"""

import difflib
import itertools
import os
import sys
import textwrap
import warnings
from collections.abc import Iterable, Iterator

from tfgrad._src.functions.flag_types import (
    ArgumentParser,
    ArgumentSerializer,
    CantOpenFlagFileError,
    DuplicateFlagError,
    Error,
    Flag,
    FlagNameConflictsWithMethodError,
    IllegalFlagValueError,
    UnparsedFlagAccessError,
    UnrecognizedFlagError,
    ValidationError,
)

_HELP_WIDTH = 80


class FlagValues:
    """Flags by name, and the parser of a command line.

    ``flags.NAME`` is a flag's value, ``flags["NAME"]`` the `Flag` itself.  Calling it with the
    command line, the program's name first, sets the flags and returns the arguments that are not
    flags.  Reading a flag before that raises ``UnparsedFlagAccessError``; the flags of
    ``tf.flags.FLAGS`` read ``sys.argv`` themselves when that happens.

    Example:
      >>> flags = tf.flags.FlagValues()
      >>> _ = tf.flags.DEFINE_integer("steps", 10, "How many steps.", flag_values=flags)
      >>> flags(["program", "--steps=3", "file"])
      ['program', 'file']
      >>> flags.steps
      3
    """

    def __init__(self, reads_command_line: bool = False):
        # Names are attributes of their own, so what this object needs lies behind one.
        vars(self)["__flags"] = {}
        vars(self)["_state"] = {
            "parsed": False,
            "gnu": True,
            "self_reading": reads_command_line,
            "modules": {},  # where defined: module name -> flags
            "key_modules": {},  # flags that a module's help is to show besides its own
        }

    # ---------------------------------------------------------------- the mapping

    def _flags(self) -> dict[str, Flag]:
        return vars(self)["__flags"]

    def __getitem__(self, name: str) -> Flag:
        return self._flags()[name]

    def __setitem__(self, name: str, flag: Flag) -> None:
        if not isinstance(flag, Flag):
            raise IllegalFlagValueError(
                f"Expect Flag instances, found type {type(flag)}. Maybe you didn't mean to use "
                "FlagValue.__setitem__?"
            )
        if not isinstance(name, str):
            raise Error("Flag name must be a string")
        if not name:
            raise Error("Flag name cannot be empty")
        if " " in name:
            raise Error("Flag name cannot contain a space")
        if hasattr(FlagValues, name) and not flag.allow_using_method_names:
            raise FlagNameConflictsWithMethodError(
                f'Cannot define a flag named "{name}". It conflicts with a method on class '
                '"FlagValues". To allow defining it, use allow_using_method_names and access the '
                f"flag value with FLAGS['{name}'].value. FLAGS.{name} returns the method, not the "
                "flag value."
            )
        for each in (name, flag.short_name):
            if each in self._flags() and not self._may_replace(each, flag):
                raise self._duplicate(each)
        if flag.short_name is not None:
            self._flags()[flag.short_name] = flag
        self._flags()[name] = flag

    def _may_replace(self, name: str, flag: Flag) -> bool:
        old = self._flags()[name]
        return flag.allow_override or old.allow_override or old is flag

    def _duplicate(self, name: str, module: str | None = None) -> DuplicateFlagError:
        return DuplicateFlagError(
            f"The flag '{name}' is defined twice. First from "
            f"{self.find_module_defining_flag(name, '<unknown>')}, Second from "
            f"{module or calling_module()}.  Description from first occurrence: "
            f"{self._flags()[name].help}"
        )

    def __contains__(self, name) -> bool:
        return name in self._flags()

    def __len__(self) -> int:
        return len(self._flags())

    def __iter__(self) -> Iterator[str]:
        return iter(self._flags())

    def __dir__(self):
        return sorted(self._flags())

    def __getattr__(self, name: str):
        if "_state" not in vars(self):
            raise AttributeError(name)
        if name.startswith("_") and name not in self._flags():
            raise AttributeError(name)  # what tools ask any object for; nothing is parsed for it
        if not self._state["parsed"] and self._state["self_reading"]:
            self(sys.argv)
        flag = self._flags().get(name)
        if flag is None:
            raise AttributeError(name)
        if not self._state["parsed"]:
            raise UnparsedFlagAccessError(
                f"Trying to access flag --{name} before flags were parsed."
            )
        return flag.value

    def __setattr__(self, name: str, value) -> None:
        if name not in self._flags():
            raise UnrecognizedFlagError(name)
        flag = self._flags()[name]
        before = flag.value, flag.using_default_value
        flag.value = value
        flag.using_default_value = False
        try:
            self._assert_valid(flag.validators)
        except BaseException:
            flag.value, flag.using_default_value = before
            raise

    def __delattr__(self, name: str) -> None:
        if name not in self._flags():
            raise AttributeError(name)
        flag = self._flags().pop(name)
        for known in (flag.name, flag.short_name):
            if self._flags().get(known) is flag:
                return  # it lives on under its other name
        for flags in (*self._state["modules"].values(), *self._state["key_modules"].values()):
            if flag in flags:
                flags.remove(flag)

    def __deepcopy__(self, memo) -> "FlagValues":
        import copy

        result = FlagValues()
        vars(result)["__flags"] = copy.deepcopy(self._flags(), memo)
        vars(result)["_state"] = copy.deepcopy(self._state, memo)
        return result

    def __str__(self) -> str:
        return self.get_help()

    # ---------------------------------------------------------------- the command line

    def __call__(self, argv, known_only: bool = False) -> list[str]:
        """Sets the flags that ``argv`` names.

        Args:
          argv: the program's name, then its arguments.
          known_only: leave flags that are not defined among the rest instead of raising.

        Returns:
          The program's name and the arguments that are not flags.

        Raises:
          UnrecognizedFlagError: a flag is not defined, and ``known_only`` is false.
          IllegalFlagValueError: a value cannot be read, or a validator refuses it.
          Error: a flag without a value.
        """
        if isinstance(argv, (str, bytes)):
            raise TypeError("argv should be a tuple/list of strings, not bytes or string.")
        if not argv:
            raise ValueError(
                "argv cannot be an empty list, and must contain the program name as the first "
                "element."
            )
        arguments = self.read_flags_from_files(argv[1:], force_gnu=False)
        unknown, rest = self._parse(arguments, known_only)
        if unknown:
            name, value = unknown[0]
            near = difflib.get_close_matches(name, list(self._flags()), n=3, cutoff=0.8)
            raise UnrecognizedFlagError(name, value, suggestions=near)
        self.mark_as_parsed()
        self.validate_all_flags()
        return [argv[0], *rest]

    def _parse(self, arguments: list[str], known_only: bool):
        """Sets the flags; the unknown ones as (name, argument), and the other arguments."""
        later: list[tuple[str | None, str]] = []
        undefined_ok: set[str] = set()
        todo = iter(arguments)
        for argument in todo:
            name, value = _name_and_value(argument)
            if argument == "--":
                break
            if name is None:
                later.append((None, argument))
                if not self._state["gnu"]:
                    break
                continue
            if name == "undefok":
                names = [x.strip() for x in (value or next(todo, "")).split(",")]
                undefined_ok.update(names, [f"no{x}" for x in names])
                continue
            flag = self._flags().get(name)
            if flag is not None and flag.boolean and value is None:
                value = "true"
            elif flag is None and name.startswith("no"):
                flag = self._flags().get(name[2:])
                if flag is not None and not flag.boolean:
                    flag = None
                elif flag is not None and value is not None:
                    raise ValueError(f"{argument} does not take an argument")
                else:
                    value = "false"
            if flag is None:
                later.append((name, argument))
                continue
            if value is None:
                value = next(todo, None)
                if value is None:
                    raise Error(f"Missing value for flag {argument}")
            flag.parse(value)
            flag.using_default_value = False
        unknown, rest = [], []
        for name, argument in later:
            if name is None or (known_only and name not in undefined_ok):
                rest.append(argument)
            elif name not in undefined_ok:
                unknown.append((name, argument))
        return unknown, [*rest, *todo]

    def read_flags_from_files(self, argv, force_gnu: bool = True) -> list[str]:
        """``argv`` with each ``--flagfile=NAME`` replaced by the lines of that file."""
        result, todo = [], iter(argv)
        for argument in todo:
            name, value = _name_and_value(argument)
            if argument == "--" or (name is None and not (force_gnu or self._state["gnu"])):
                return [*result, argument, *todo]
            if name == "flagfile":
                result += _flag_file_lines(value if value is not None else next(todo, ""), ())
            else:
                result.append(argument)
        return result

    def set_gnu_getopt(self, gnu_getopt: bool = True) -> None:
        """Whether flags may follow other arguments; they may."""
        self._state["gnu"] = gnu_getopt

    def is_gnu_getopt(self) -> bool:
        """Whether flags may follow other arguments."""
        return self._state["gnu"]

    def is_parsed(self) -> bool:
        """Whether the command line was read."""
        return self._state["parsed"]

    def mark_as_parsed(self) -> None:
        """Lets flags be read although no command line was."""
        self._state["parsed"] = True

    def unparse_flags(self) -> None:
        """Gives each flag its default, and lets none be read until a command line is."""
        for flag in self._flags().values():
            flag.unparse()
        self._state["parsed"] = False

    # ---------------------------------------------------------------- validators

    def validate_all_flags(self) -> None:
        """Raises ``IllegalFlagValueError`` if a validator refuses a value."""
        self._assert_valid(v for flag in self._flags().values() for v in flag.validators)

    def _assert_valid(self, validators: Iterable) -> None:
        refused, messages = set(), []
        for validator in sorted({id(v): v for v in validators}.values(), key=lambda v: v.order):
            if refused.intersection(validator.names):
                continue
            try:
                validator.verify(self)
            except ValidationError as error:
                refused.update(validator.names)
                messages.append(f"{validator.describe(self)}: {error}")
        if messages:
            raise IllegalFlagValueError("\n".join(messages))

    # ---------------------------------------------------------------- values

    def flag_values_dict(self) -> dict:
        """The values by name."""
        return {name: flag.value for name, flag in self._flags().items()}

    def get_flag_value(self, name: str, default):
        """The value of a flag, or ``default`` if it is None."""
        value = getattr(self, name)
        return default if value is None else value

    def set_default(self, name: str, value) -> None:
        """Changes a flag's default, and its value if nothing has set that."""
        if name not in self._flags():
            raise UnrecognizedFlagError(name)
        self._flags()[name]._set_default(value)
        self._assert_valid(self._flags()[name].validators)

    def append_flag_values(self, flag_values: "FlagValues") -> None:
        """Adds the flags of another registry."""
        for name, flag in flag_values._flags().items():
            if name == flag.name:  # the short name comes with it
                self[name] = flag

    def remove_flag_values(self, flag_values) -> None:
        """Removes the flags of another registry."""
        for name in list(flag_values):
            delattr(self, name)

    def flags_into_string(self) -> str:
        """The arguments that give the present values, a line each."""
        flags = {id(flag): flag for _, flag in sorted(self._flags().items())}
        lines = (flag.serialize() for flag in sorted(flags.values(), key=lambda f: f.name))
        return "".join(f"{line}\n" for line in lines if line)

    def append_flags_into_file(self, filename: str) -> None:
        """Appends those arguments to a file, which ``--flagfile`` can read."""
        with open(filename, "a", encoding="utf-8") as out:
            out.write(self.flags_into_string())

    def _parse_flags(self, args=None) -> None:
        """What programs of before TensorFlow 1.5 call to read the command line."""
        self(sys.argv if args is None else [sys.argv[0], *args], known_only=True)

    # ---------------------------------------------------------------- modules and help

    def register_flag_by_module(self, module_name: str, flag: Flag) -> None:
        """Notes where a flag is defined."""
        self._state["modules"].setdefault(module_name, []).append(flag)

    def register_key_flag_for_module(self, module_name: str, flag: Flag) -> None:
        """Notes a flag that the help of a module is to show."""
        flags = self._state["key_modules"].setdefault(module_name, [])
        if flag not in flags:
            flags.append(flag)

    def flags_by_module_dict(self) -> dict[str, list[Flag]]:
        """The flags that each module defines."""
        return self._state["modules"]

    def key_flags_by_module_dict(self) -> dict[str, list[Flag]]:
        """The flags that modules show besides their own."""
        return self._state["key_modules"]

    def get_flags_for_module(self, module) -> list[Flag]:
        """The flags that a module, or the module of that name, defines."""
        return list(self._state["modules"].get(_module_name(module), []))

    def get_key_flags_for_module(self, module) -> list[Flag]:
        """The flags that the help of a module shows."""
        flags = self.get_flags_for_module(module)
        key_flags = self._state["key_modules"].get(_module_name(module), [])
        return flags + [flag for flag in key_flags if flag not in flags]

    def find_module_defining_flag(self, flagname: str, default=None):
        """The name of the module that defines a flag."""
        flag = self._flags().get(flagname)
        for module, flags in self._state["modules"].items():
            if flag in flags:
                return module
        return default

    def get_help(self, prefix: str = "", include_special_flags: bool = True) -> str:
        """All flags with their descriptions, by module."""
        modules = self._state["modules"]
        first = calling_program()
        parts = [
            self._help_of(name, modules[name], prefix)
            for name in sorted(modules, key=lambda name: (name != first, name))
            if modules[name]
        ]
        if not parts and self._flags():
            parts.append("\n".join(_lines_of_flags(self._flags().values(), prefix)))
        if include_special_flags:
            parts.append(self._help_of("tf.flags", SPECIAL_FLAGS, prefix))
        return "\n".join(parts)

    def module_help(self, module) -> str:
        """The key flags of a module with their descriptions."""
        flags = self.get_key_flags_for_module(module)
        return self._help_of(_module_name(module), flags, "") if flags else ""

    def main_module_help(self) -> str:
        """The key flags of the program with their descriptions."""
        return self.module_help(calling_program())

    def _help_of(self, module: str, flags: Iterable[Flag], prefix: str) -> str:
        return "\n".join([f"\n{prefix}{module}:", *_lines_of_flags(flags, prefix + "  ")])


def calling_program() -> str:
    """The name under which the flags of the program itself are registered."""
    return sys.argv[0]


def calling_module() -> str:
    """The name of the module that calls, through this library, for a flag."""
    frame = sys._getframe(1)
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if not name.startswith("tfgrad."):
            return calling_program() if name == "__main__" else name
        frame = frame.f_back
    return calling_program()


def _module_name(module) -> str:
    name = module if isinstance(module, str) else module.__name__
    return calling_program() if name == "__main__" else name


def _name_and_value(argument: str) -> tuple[str | None, str | None]:
    """The name and the text of ``--name=text``; ``(None, None)`` of what is no flag."""
    if not argument.startswith("-") or len(argument) < 2:
        return None, None
    name, equals, value = argument[2 if argument.startswith("--") else 1 :].partition("=")
    return name, value if equals else None


def _flag_file_lines(filename: str, open_files: tuple[str, ...]) -> list[str]:
    """The arguments in a flag file, one per line; blank lines and comments are left out."""
    path = os.path.expanduser(filename)
    if path in open_files:
        warnings.warn(f"Hit circular flagfile dependency. Ignoring flagfile: {path}", stacklevel=2)
        return []
    try:
        with open(path, encoding="utf-8") as file:
            lines = [line.strip() for line in file]
    except OSError as error:
        raise CantOpenFlagFileError(f"ERROR:: Unable to open flagfile: {error}") from error
    result = []
    for line in lines:
        name, value = _name_and_value(line)
        if name == "flagfile":
            result += _flag_file_lines(value or "", (*open_files, path))
        elif line and not line.startswith(("#", "//")):
            result.append(line)
    return result


def _lines_of_flags(flags: Iterable[Flag], prefix: str) -> Iterator[str]:
    """The lines that describe flags, sorted by name."""
    for flag in sorted({id(f): f for f in flags}.values(), key=lambda f: f.name):
        short = f"-{flag.short_name}," if flag.short_name else ""
        title = f"{short}--{'[no]' if flag.boolean else ''}{flag.name}:"
        indent = prefix + "  "
        help_lines = flag.help.split("\n")
        yield from _wrapped(f"{title} {help_lines[0]}", prefix, indent)
        yield from itertools.chain(*(_wrapped(x.strip(), indent, indent) for x in help_lines[1:]))
        if flag.default_as_str:
            yield from _wrapped(f"(default: {flag.default_as_str})", indent, indent)
        if flag.parser.syntactic_help:
            yield from _wrapped(f"({flag.parser.syntactic_help})", indent, indent)


def _wrapped(text: str, first: str, others: str) -> list[str]:
    return textwrap.wrap(text, _HELP_WIDTH, initial_indent=first, subsequent_indent=others)


# What every command line understands.
SPECIAL_FLAGS = [
    Flag(
        ArgumentParser(),
        ArgumentSerializer(),
        "flagfile",
        None,
        "A file with flags, one per line, to put here.",
    ),
    Flag(
        ArgumentParser(),
        ArgumentSerializer(),
        "undefok",
        None,
        "Names, between commas, of flags that may be given though they are not defined.  With a "
        "value they must be written --flag=value.",
    ),
]

FLAGS = FlagValues(reads_command_line=True)
