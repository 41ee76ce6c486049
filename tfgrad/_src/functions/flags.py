"""Command-line flags: ``tf.flags``, also called ``tf.app.flags``.

    flags = tf.flags
    flags.DEFINE_integer("steps", 1000, "How many steps to train.")
    FLAGS = flags.FLAGS
    ...
    for step in range(FLAGS.steps): ...

A flag is given as ``--steps=10``, ``--steps 10`` or with one hyphen; a boolean one as ``--eval``
or ``--noeval``.  The interface is that of TensorFlow 1.15, which takes it from Abseil; the flags
of Abseil's own modules (``--verbosity``, ``--log_dir``, ...) are not defined here.
"""

import logging

from tfgrad._src.functions.flag_types import (
    ArgumentParser,
    ArgumentSerializer,
    BooleanFlag,
    CsvListSerializer,
    EnumClassFlag,
    EnumFlag,
    EnumParser,
    Flag,
    FloatParser,
    IllegalFlagValueError,
    IntegerParser,
    ListParser,
    ListSerializer,
    MultiEnumClassFlag,
    MultiFlag,
    UnrecognizedFlagError,
    ValidationError,
    WhitespaceSeparatedListParser,
)
from tfgrad._src.functions.flag_validators import mark_flag_as_required, register_validator
from tfgrad._src.functions.flag_values import FLAGS, calling_module

_OLD_NAMES = {"flag_name": "name", "default_value": "default", "docstring": "help"}
_UNSET = object()


class FlagHolder:
    """What defining a flag returns: its name and, once the command line is read, its value."""

    def __init__(self, flag_values, flag: Flag):
        self._flag_values = flag_values
        self._flag = flag
        self.name = flag.name

    @property
    def value(self):
        """The value, as ``FLAGS.name``."""
        return getattr(self._flag_values, self.name)

    @property
    def default(self):
        """The default."""
        return self._flag_values[self.name].default

    @property
    def present(self) -> bool:
        """Whether the command line gave it."""
        return bool(self._flag_values[self.name].present)

    def serialize(self) -> str:
        """The argument that gives its value."""
        return self._flag_values[self.name].serialize()

    def __eq__(self, other):
        raise TypeError(
            f"unsupported operand type(s) for ==: 'FlagHolder' and {type(other).__name__!r} (did "
            "you mean to use 'FlagHolder.value' instead?)"
        )

    __hash__ = object.__hash__

    def __bool__(self):
        raise TypeError(
            "bool() not supported for instances of type 'FlagHolder' (did you mean to use "
            "'FlagHolder.value' instead?)"
        )


def DEFINE_flag(flag, flag_values=FLAGS, module_name=None, required=False) -> FlagHolder:
    """Adds a `Flag` that was made by its constructor.

    Args:
      flag: the flag.
      flag_values: the registry to add it to.
      module_name: the module that defines it; default the caller's.
      required: refuse a command line without it.

    Returns:
      A `FlagHolder`.

    Raises:
      DuplicateFlagError: there is a flag of that name.
      ValueError: ``required``, and there is a default.
    """
    if required and flag.default is not None:
        raise ValueError(f"Required flag --{flag.name} cannot have a non-None default")
    flag_values[flag.name] = flag
    flag_values.register_flag_by_module(module_name or calling_module(), flag)
    if required:
        mark_flag_as_required(flag.name, flag_values)
    return FlagHolder(flag_values, flag)


def DEFINE(
    parser,
    name,
    default,
    help,
    flag_values=FLAGS,
    serializer=None,
    module_name=None,
    required=False,
    **args,
) -> FlagHolder:
    """Adds a flag whose text ``parser`` reads.

    Args:
      parser: an `ArgumentParser`.
      name: the flag's name.
      default: its value, or the text of it, when it is not given; None for none.
      help: what it means.
      flag_values: the registry to add it to.
      serializer: an `ArgumentSerializer`.
      module_name: the module that defines it; default the caller's.
      required: refuse a command line without it.
      **args: further arguments of `Flag`, such as ``short_name``.

    Returns:
      A `FlagHolder`.
    """
    flag = Flag(parser, serializer, name, default, help, **args)
    return DEFINE_flag(flag, flag_values, module_name, required)


def _named(arguments: dict, name, default, help) -> tuple:
    """The three arguments, which old programs give under other names; removes those."""
    given = {"name": name, "default": default, "help": help}
    old = [key for key in _OLD_NAMES if key in arguments]
    for key in old:
        given[_OLD_NAMES[key]] = arguments.pop(key)
    if old:
        logging.warning(
            "Use of the keyword argument names (flag_name, default_value, docstring) is "
            "deprecated, please use (name, default, help) instead."
        )
    missing = [key for key, value in given.items() if value is _UNSET]
    if missing:
        raise TypeError(f"missing required arguments: {', '.join(missing)}")
    return given["name"], given["default"], given["help"]


def DEFINE_string(
    name=_UNSET, default=_UNSET, help=_UNSET, flag_values=FLAGS, required=False, **args
) -> FlagHolder:
    """Adds a flag whose value is a string.

    Args:
      name: the flag's name.
      default: its value when it is not given; None for none.
      help: what it means.
      flag_values: the registry to add it to.
      required: refuse a command line without it.
      **args: further arguments of `Flag`, such as ``short_name``.

    Returns:
      A `FlagHolder`; the value is ``tf.flags.FLAGS.NAME``.

    Raises:
      DuplicateFlagError: there is a flag of that name.
      IllegalFlagValueError: the default is of another type.

    Example:
      >>> flags = tf.flags.FlagValues()
      >>> _ = tf.flags.DEFINE_string("data_dir", "data", "Where.", flag_values=flags)
      >>> flags(["program", "--data_dir=/data"])
      ['program']
      >>> flags.data_dir
      '/data'
    """
    name, default, help = _named(args, name, default, help)
    return DEFINE(
        ArgumentParser(), name, default, help, flag_values, ArgumentSerializer(),
        required=required, **args,
    )  # fmt: skip


def DEFINE_boolean(
    name=_UNSET,
    default=_UNSET,
    help=_UNSET,
    flag_values=FLAGS,
    module_name=None,
    required=False,
    **args,
) -> FlagHolder:
    """Adds a flag that is true as ``--name`` or ``--name=true`` and false as ``--noname``.

    See `tf.flags.DEFINE_string`.
    """
    name, default, help = _named(args, name, default, help)
    return DEFINE_flag(BooleanFlag(name, default, help, **args), flag_values, module_name, required)


DEFINE_bool = DEFINE_boolean


def DEFINE_float(
    name=_UNSET,
    default=_UNSET,
    help=_UNSET,
    lower_bound=None,
    upper_bound=None,
    flag_values=FLAGS,
    required=False,
    **args,
) -> FlagHolder:
    """Adds a flag whose value is a number, within the bounds if they are given.

    See `tf.flags.DEFINE_string`.
    """
    name, default, help = _named(args, name, default, help)
    parser = FloatParser(lower_bound, upper_bound)
    return _define_number(parser, name, default, help, flag_values, required, args)


def DEFINE_integer(
    name=_UNSET,
    default=_UNSET,
    help=_UNSET,
    lower_bound=None,
    upper_bound=None,
    flag_values=FLAGS,
    required=False,
    **args,
) -> FlagHolder:
    """Adds a flag whose value is a whole number, within the bounds if they are given.

    See `tf.flags.DEFINE_string`.
    """
    name, default, help = _named(args, name, default, help)
    parser = IntegerParser(lower_bound, upper_bound)
    return _define_number(parser, name, default, help, flag_values, required, args)


def _define_number(parser, name, default, help, flag_values, required, args) -> FlagHolder:
    """Adds a number's flag; its bounds hold for values that programs set, too."""
    holder = DEFINE(
        parser, name, default, help, flag_values, ArgumentSerializer(), required=required, **args
    )
    if parser.lower_bound is not None or parser.upper_bound is not None:

        def check(value) -> bool:
            if value is not None and parser.is_outside_bounds(value):
                raise ValidationError(f"{value} is not {parser.syntactic_help}")
            return True

        register_validator(name, check, flag_values=flag_values)
    return holder


def DEFINE_enum(
    name, default, enum_values, help, flag_values=FLAGS, module_name=None, required=False, **args
) -> FlagHolder:
    """Adds a flag whose value is one of the strings ``enum_values``.

    See `tf.flags.DEFINE_string`.
    """
    flag = EnumFlag(name, default, help, enum_values, **args)
    return DEFINE_flag(flag, flag_values, module_name, required)


def DEFINE_enum_class(
    name, default, enum_class, help, flag_values=FLAGS, module_name=None, case_sensitive=False,
    required=False, **args,
) -> FlagHolder:  # fmt: skip
    """Adds a flag whose value is a member of an `enum.Enum`, given by its name.

    See `tf.flags.DEFINE_string`.
    """
    flag = EnumClassFlag(name, default, help, enum_class, case_sensitive=case_sensitive, **args)
    return DEFINE_flag(flag, flag_values, module_name, required)


def DEFINE_list(name, default, help, flag_values=FLAGS, required=False, **args) -> FlagHolder:
    """Adds a flag whose value is a list of strings, given with commas between them.

    See `tf.flags.DEFINE_string`.
    """
    return DEFINE(
        ListParser(), name, default, help, flag_values, CsvListSerializer(","),
        required=required, **args,
    )  # fmt: skip


def DEFINE_spaceseplist(
    name, default, help, comma_compat=False, flag_values=FLAGS, required=False, **args
) -> FlagHolder:
    """Adds a flag whose value is a list of strings, given with blanks between them.

    See `tf.flags.DEFINE_string`.
    """
    return DEFINE(
        WhitespaceSeparatedListParser(comma_compat), name, default, help, flag_values,
        ListSerializer(" "), required=required, **args,
    )  # fmt: skip


def DEFINE_multi(
    parser, serializer, name, default, help, flag_values=FLAGS, module_name=None, required=False,
    **args,
) -> FlagHolder:  # fmt: skip
    """Adds a flag that may be given several times; its value is the list of all.

    See `tf.flags.DEFINE`.
    """
    flag = MultiFlag(parser, serializer, name, default, help, **args)
    return DEFINE_flag(flag, flag_values, module_name, required)


def DEFINE_multi_string(
    name, default, help, flag_values=FLAGS, required=False, **args
) -> FlagHolder:
    """Adds a flag that may be given several times, each time with a string.

    See `tf.flags.DEFINE_multi`.
    """
    return DEFINE_multi(
        ArgumentParser(), ArgumentSerializer(), name, default, help, flag_values,
        required=required, **args,
    )  # fmt: skip


def DEFINE_multi_integer(
    name, default, help, lower_bound=None, upper_bound=None, flag_values=FLAGS, required=False,
    **args,
) -> FlagHolder:  # fmt: skip
    """Adds a flag that may be given several times, each time with a whole number.

    See `tf.flags.DEFINE_multi`.
    """
    return DEFINE_multi(
        IntegerParser(lower_bound, upper_bound), ArgumentSerializer(), name, default, help,
        flag_values, required=required, **args,
    )  # fmt: skip


def DEFINE_multi_float(
    name, default, help, lower_bound=None, upper_bound=None, flag_values=FLAGS, required=False,
    **args,
) -> FlagHolder:  # fmt: skip
    """Adds a flag that may be given several times, each time with a number.

    See `tf.flags.DEFINE_multi`.
    """
    return DEFINE_multi(
        FloatParser(lower_bound, upper_bound), ArgumentSerializer(), name, default, help,
        flag_values, required=required, **args,
    )  # fmt: skip


def DEFINE_multi_enum(
    name, default, enum_values, help, flag_values=FLAGS, case_sensitive=True, required=False,
    **args,
) -> FlagHolder:  # fmt: skip
    """Adds a flag that may be given several times, each time with one of ``enum_values``.

    See `tf.flags.DEFINE_multi`.
    """
    parser = EnumParser(enum_values, case_sensitive)
    return DEFINE_multi(
        parser, ArgumentSerializer(), name, default, f"<{'|'.join(enum_values)}>: {help}",
        flag_values, required=required, **args,
    )  # fmt: skip


def DEFINE_multi_enum_class(
    name, default, enum_class, help, flag_values=FLAGS, module_name=None, case_sensitive=False,
    required=False, **args,
) -> FlagHolder:  # fmt: skip
    """Adds a flag that may be given several times, each time with a member of an `enum.Enum`.

    See `tf.flags.DEFINE_multi`.
    """
    flag = MultiEnumClassFlag(
        name, default, help, enum_class, case_sensitive=case_sensitive, **args
    )
    return DEFINE_flag(flag, flag_values, module_name, required)


class _FlagAlias(Flag):
    """A flag whose value is that of another."""

    def __init__(self, flag_values, original: Flag, name: str):
        self._flag_values = flag_values
        self._original = original.name
        super().__init__(
            original.parser, original.serializer, name, None, f"Alias for --{original.name}.",
            boolean=original.boolean,
        )  # fmt: skip
        self._ready = True

    @property
    def value(self):
        """The value of the original."""
        return self._flag_values[self._original].value

    @value.setter
    def value(self, value):
        if "_ready" in vars(self):  # what the constructor sets is nobody's wish
            setattr(self._flag_values, self._original, value)

    def parse(self, argument) -> None:
        """Gives the original what the command line says."""
        original = self._flag_values[self._original]
        original.parse(argument)
        original.using_default_value = False
        self.present += 1


def DEFINE_alias(name, original_name, flag_values=FLAGS, module_name=None) -> FlagHolder:
    """Adds another name for a flag; both always have the same value.

    Args:
      name: the new name.
      original_name: the flag's name.
      flag_values: the registry that has it.
      module_name: the module that defines it; default the caller's.

    Returns:
      A `FlagHolder`.

    Raises:
      UnrecognizedFlagError: there is no such flag.
    """
    if original_name not in flag_values:
        raise UnrecognizedFlagError(original_name)
    flag = _FlagAlias(flag_values, flag_values[original_name], name)
    return DEFINE_flag(flag, flag_values, module_name)


def set_default(flag_holder: FlagHolder, value) -> None:
    """Changes a flag's default, and its value if nothing has set that."""
    flag_holder._flag_values.set_default(flag_holder.name, value)


def override_value(flag_holder: FlagHolder, value) -> None:
    """Sets a flag's value, which is read like the command line's."""
    flag = flag_holder._flag_values[flag_holder.name]
    parsed = flag._parse(value)
    if parsed != value:
        raise IllegalFlagValueError(
            f"flag --{flag.name}: original value {value!r} and parsed value {parsed!r} differ"
        )
    setattr(flag_holder._flag_values, flag.name, parsed)


def declare_key_flag(flag_name, flag_values=FLAGS) -> None:
    """Shows a flag that another module defines in the help of this one."""
    name = getattr(flag_name, "name", flag_name)
    flag_values.register_key_flag_for_module(calling_module(), flag_values[name])


def adopt_module_key_flags(module, flag_values=FLAGS) -> None:
    """Shows all flags of another module in the help of this one."""
    here = calling_module()
    for flag in flag_values.get_key_flags_for_module(module):
        flag_values.register_key_flag_for_module(here, flag)


def disclaim_key_flags() -> None:
    """Does nothing: modules of this library define no flags of others."""


def flag_dict_to_args(flag_map, multi_flags=None):
    """The arguments that give the values of a dictionary.

    Args:
      flag_map: values by name: None gives ``--name``, booleans ``--name`` and ``--noname``, lists
        ``--name=a,b``.
      multi_flags: names of flags that are repeated, once for each element of the list.

    Returns:
      A generator of strings.

    Example:
      >>> list(tf.flags.flag_dict_to_args({"steps": 3, "eval": False}))
      ['--steps=3', '--noeval']
    """
    for key, value in flag_map.items():
        if value is None:
            yield f"--{key}"
        elif isinstance(value, bool):
            yield f"--{key}" if value else f"--no{key}"
        elif isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
            yield f"--{key}={value}"
        elif multi_flags and key in multi_flags:
            for item in value:
                yield f"--{key}={item}"
        else:
            yield f"--{key}={','.join(str(item) for item in value)}"


def get_help_width() -> int:
    """The width of help texts: 80."""
    return 80


def text_wrap(text, length=None, indent="", firstline_indent=None) -> str:
    """Breaks a text into lines of at most ``length`` characters.

    Args:
      text: one or several paragraphs, a line each.
      length: the width; default 80.
      indent: what each line begins with.
      firstline_indent: what the first line begins with; default ``indent``.

    Returns:
      The lines.

    Raises:
      ValueError: an indent leaves no room.
    """
    import textwrap

    length = length or get_help_width()
    first = indent if firstline_indent is None else firstline_indent
    if len(indent) >= length or len(first) >= length:
        raise ValueError("Length of indent exceeds length")
    lines = []
    for paragraph in text.strip().expandtabs(4).splitlines():
        lines += textwrap.wrap(
            paragraph, length, initial_indent=indent if lines else first, subsequent_indent=indent
        ) or [""]
    return "\n".join(lines)


def doc_to_help(doc: str) -> str:
    """A docstring as a help text: without the indent of its lines."""
    import inspect

    return inspect.cleandoc(doc)
