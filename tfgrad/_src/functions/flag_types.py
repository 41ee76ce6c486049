"""The kinds of command-line flags: how text becomes a value, and a value text again.

A `Flag` holds one name with its value; an `ArgumentParser` reads its text and an
`ArgumentSerializer` writes it.  The registry of all flags is in ``flag_values.py``, the functions
that define them in ``flags.py``.
"""

import csv
import enum
import io
from collections.abc import Iterable


class Error(Exception):
    """What is wrong with a flag."""


class CantOpenFlagFileError(Error):
    """A file named by ``--flagfile`` cannot be read."""


class DuplicateFlagError(Error):
    """Two flags have one name."""


class FlagNameConflictsWithMethodError(Error):
    """A flag has the name of a method of `FlagValues`."""


class IllegalFlagValueError(Error):
    """A flag's text or value is refused."""


class UnparsedFlagAccessError(Error):
    """A flag is read before the command line is."""


class ValidationError(Error):
    """A validator refuses a flag's value."""


class UnrecognizedFlagError(Error):
    """The command line has a flag that is not defined."""

    def __init__(self, flagname, flagvalue="", suggestions=None):
        self.flagname = flagname
        self.flagvalue = flagvalue
        hint = f". Did you mean: {', '.join(suggestions)} ?" if suggestions else ""
        super().__init__(f"Unknown command line flag '{flagname}'{hint}")


# --------------------------------------------------------------------------
# Text to values.


class ArgumentParser:
    """Reads a flag's text; this one takes it as it is."""

    syntactic_help = ""

    def parse(self, argument):
        """The value that ``argument`` stands for."""
        if not isinstance(argument, str):
            raise TypeError(f'flag value must be a string, found "{type(argument)}"')
        return argument

    def flag_type(self) -> str:
        """What values are called in help."""
        return "string"


class _NumberParser(ArgumentParser):
    """Reads a number and holds it against two bounds, either of which may be None."""

    article, noun, kinds = "", "", ""
    accepts: tuple = ()
    named_bounds: dict = {}  # noqa: RUF012 - a table

    def __init__(self, lower_bound=None, upper_bound=None):
        self.lower_bound = lower_bound
        self.upper_bound = upper_bound
        names = {(0, None): "non-negative", (None, 0): "non-positive"} | self.named_bounds
        adjective = names.get((lower_bound, upper_bound))
        if adjective:
            text = f"a {adjective} {self.noun}"
        elif lower_bound is None and upper_bound is None:
            text = f"{self.article} {self.noun}"
        elif upper_bound is None:
            text = f"{self.noun} >= {lower_bound}"
        elif lower_bound is None:
            text = f"{self.noun} <= {upper_bound}"
        else:
            text = f"{self.article} {self.noun} in the range [{lower_bound}, {upper_bound}]"
        self.syntactic_help = text

    def is_outside_bounds(self, value) -> bool:
        """Whether a bound is exceeded."""
        too_low = self.lower_bound is not None and value < self.lower_bound
        return too_low or (self.upper_bound is not None and value > self.upper_bound)

    def convert(self, argument):
        """The number of a text or number."""
        raise NotImplementedError

    def parse(self, argument):
        """The number, if it is within bounds."""
        if isinstance(argument, bool) or not isinstance(argument, (str, *self.accepts)):
            raise TypeError(f"Expect argument to be {self.kinds}, found {type(argument)}")
        value = self.convert(argument)
        if self.is_outside_bounds(value):
            raise ValueError(f"{value} is not {self.syntactic_help}")
        return value

    def flag_type(self) -> str:
        """What values are called in help."""
        return "int" if self.noun == "integer" else "float"


class IntegerParser(_NumberParser):
    """Reads a whole number; ``0x1f`` and ``0o17`` are hexadecimal and octal."""

    article, noun, kinds, accepts = "an", "integer", "a string or int", (int,)
    named_bounds = {(1, None): "positive", (None, -1): "negative"}  # noqa: RUF012

    def convert(self, argument) -> int:
        """The integer of a text or number."""
        if not isinstance(argument, str):
            return argument
        prefix = argument[:2]
        return int(argument, {"0x": 16, "0o": 8}.get(prefix, 10))


class FloatParser(_NumberParser):
    """Reads a number."""

    article, noun, kinds, accepts = "a", "number", "a string, int, or float", (int, float)

    def convert(self, argument) -> float:
        """The float of a text or number."""
        return float(argument)


class BooleanParser(ArgumentParser):
    """Reads ``true``, ``t``, ``1`` or ``false``, ``f``, ``0``, in any case."""

    def parse(self, argument):
        """The bool of a text or number."""
        message = ("Non-boolean argument to boolean flag", argument)
        if isinstance(argument, str):
            text = argument.lower()
            if text in ("true", "t", "1"):
                return True
            if text in ("false", "f", "0"):
                return False
            raise ValueError(*message)
        if not isinstance(argument, int):
            raise TypeError(*message)
        if argument not in (0, 1):
            raise ValueError(*message)
        return bool(argument)

    def flag_type(self) -> str:
        """What values are called in help."""
        return "bool"


class EnumParser(ArgumentParser):
    """Reads one of a list of texts."""

    def __init__(self, enum_values, case_sensitive=True):
        if not enum_values:
            raise ValueError(f'enum_values cannot be empty, found "{enum_values}"')
        self.enum_values = list(enum_values)
        self.case_sensitive = case_sensitive

    def parse(self, argument):
        """The member that equals ``argument``."""
        for value in self.enum_values:
            same_case = self.case_sensitive
            if argument == value or (not same_case and argument.upper() == value.upper()):
                return value
        raise ValueError(f"value should be one of <{'|'.join(self.enum_values)}>")

    def flag_type(self) -> str:
        """What values are called in help."""
        return "string enum"


class EnumClassParser(ArgumentParser):
    """Reads the name of a member of an `enum.Enum`."""

    def __init__(self, enum_class, case_sensitive=True):
        if not (isinstance(enum_class, type) and issubclass(enum_class, enum.Enum)):
            raise TypeError(f"{enum_class} is not a subclass of Enum.")
        if not enum_class.__members__:
            raise ValueError(f"enum_class cannot be empty, but {enum_class!r} is empty.")
        self.enum_class = enum_class
        self._members = {
            name if case_sensitive else name.lower(): member
            for name, member in enum_class.__members__.items()
        }
        if len(self._members) < len(enum_class.__members__):
            raise ValueError(f"Duplicate enum values for {enum_class!r} using case_sensitive=False")
        self._case_sensitive = case_sensitive

    @property
    def member_names(self) -> tuple[str, ...]:
        """The texts accepted, in order."""
        return tuple(self._members)

    def parse(self, argument):
        """The member of the name, or a member itself."""
        if isinstance(argument, self.enum_class):
            return argument
        if not isinstance(argument, str):
            raise ValueError(f"{argument} is not an enum member or a name of a member in {self}")
        name = argument if self._case_sensitive else argument.lower()
        if name not in self._members:
            raise ValueError(f"value should be one of <{'|'.join(self._members)}>")
        return self._members[name]

    def flag_type(self) -> str:
        """What values are called in help."""
        return "enum class"


class BaseListParser(ArgumentParser):
    """Reads a list of texts between separators."""

    def __init__(self, token=None, name=None):
        self._token = token
        self._name = name
        self.syntactic_help = f"a {name} separated list"

    def parse(self, argument):
        """The list of a text, or the list itself."""
        if isinstance(argument, list):
            return argument
        if not argument:
            return []
        return self.split(argument)

    def split(self, argument: str) -> list[str]:
        """The parts of the text, without the blanks around them."""
        return [part.strip() for part in argument.split(self._token)]

    def flag_type(self) -> str:
        """What values are called in help."""
        return f"{self._name} separated list of strings"


class ListParser(BaseListParser):
    """Reads texts between commas; a text in double quotes may contain commas."""

    def __init__(self):
        super().__init__(",", "comma")

    def split(self, argument: str) -> list[str]:
        """The fields of one line of comma-separated values."""
        try:
            return [part.strip() for part in next(csv.reader([argument], strict=True))]
        except csv.Error as error:
            raise ValueError(
                f"Unable to parse the value {argument!r} as a {self.flag_type()}: {error}"
            ) from error


class WhitespaceSeparatedListParser(BaseListParser):
    """Reads texts between blanks, and between commas if ``comma_compat``."""

    def __init__(self, comma_compat=False):
        super().__init__(None, "whitespace or comma" if comma_compat else "whitespace")
        self._comma_compat = comma_compat

    def split(self, argument: str) -> list[str]:
        """The parts of the text."""
        return (argument.replace(",", " ") if self._comma_compat else argument).split()


# --------------------------------------------------------------------------
# Values to text.


class ArgumentSerializer:
    """Writes a value as the text of a flag."""

    def serialize(self, value) -> str:
        """The text of ``value``."""
        return str(value)


class ListSerializer(ArgumentSerializer):
    """Writes a list with a separator between its elements."""

    def __init__(self, list_sep):
        self.list_sep = list_sep

    def serialize(self, value) -> str:
        """The text of a list."""
        return self.list_sep.join(str(x) for x in value)


class CsvListSerializer(ListSerializer):
    """Writes a list as one line of comma-separated values."""

    def serialize(self, value) -> str:
        """The text of a list."""
        out = io.StringIO()
        csv.writer(out, delimiter=self.list_sep).writerow([str(x) for x in value])
        return out.getvalue().strip()


class EnumClassSerializer(ArgumentSerializer):
    """Writes a member of an `enum.Enum` as its name."""

    def __init__(self, lowercase):
        self._lowercase = lowercase

    def serialize(self, value) -> str:
        """The name of a member."""
        return value.name.lower() if self._lowercase else value.name


class EnumClassListSerializer(ListSerializer):
    """Writes members of an `enum.Enum` as their names."""

    def __init__(self, list_sep, **kwargs):
        super().__init__(list_sep)
        self._element_serializer = EnumClassSerializer(**kwargs)

    def serialize(self, value) -> str:
        """The names of a list of members, or of one."""
        members = value if isinstance(value, list) else [value]
        return self.list_sep.join(self._element_serializer.serialize(x) for x in members)


# --------------------------------------------------------------------------
# One flag.


class Flag:
    """A name on the command line and its value.

    Attributes:
      name, short_name, help: as given.
      default, value: as read by the parser; ``default_unparsed`` is as given.
      present: how often the command line named it.
      using_default_value: whether nothing has set ``value``.
    """

    def __init__(
        self,
        parser,
        serializer,
        name,
        default,
        help_string,
        short_name=None,
        boolean=False,
        allow_override=False,
        allow_override_cpp=False,
        allow_hide_cpp=False,
        allow_overwrite=True,
        allow_using_method_names=False,
    ):
        self.name = name
        self.help = help_string or "(no help available)"
        self.short_name = short_name
        self.boolean = boolean
        self.present = 0
        self.parser = parser
        self.serializer = serializer
        self.allow_override = allow_override
        self.allow_override_cpp = allow_override_cpp
        self.allow_hide_cpp = allow_hide_cpp
        self.allow_overwrite = allow_overwrite
        self.allow_using_method_names = allow_using_method_names
        self.using_default_value = True
        self.validators: list = []
        self._set_default(default)

    @property
    def value(self):
        """The value now."""
        return self._value

    @value.setter
    def value(self, value):
        self._value = value

    def _set_default(self, value) -> None:
        self.default_unparsed = value
        self.default = None if value is None else self._parse_from_default(value)
        self.default_as_str = None if value is None else repr(self._text(self.default))
        if self.using_default_value:
            self.value = self.default

    def _text(self, value) -> str:
        if self.serializer:
            return self.serializer.serialize(value)
        return ("true" if value else "false") if self.boolean else str(value)

    def _parse_from_default(self, value):
        return self._parse(value)

    def _parse(self, argument):
        try:
            return self.parser.parse(argument)
        except (TypeError, ValueError) as error:
            raise IllegalFlagValueError(f"flag --{self.name}={argument}: {error}") from error

    def parse(self, argument) -> None:
        """Takes the value that the command line gives."""
        if self.present and not self.allow_overwrite:
            raise IllegalFlagValueError(
                f"flag --{self.name}={argument}: already defined as {self.value}"
            )
        self.value = self._parse(argument)
        self.present += 1

    def unparse(self) -> None:
        """Goes back to the default."""
        self.value = self.default
        self.using_default_value = True
        self.present = 0

    def serialize(self) -> str:
        """The argument that gives this value; empty if it is None."""
        if self.value is None:
            return ""
        if self.boolean:
            return f"--{self.name}" if self.value else f"--no{self.name}"
        return f"--{self.name}={self._text(self.value)}"

    def flag_type(self) -> str:
        """What values are called in help."""
        return self.parser.flag_type()


class BooleanFlag(Flag):
    """``--name`` is true, ``--noname`` is false."""

    def __init__(self, name, default, help, short_name=None, **args):
        super().__init__(BooleanParser(), None, name, default, help, short_name, True, **args)


class EnumFlag(Flag):
    """One of a list of texts."""

    def __init__(
        self, name, default, help, enum_values, short_name=None, case_sensitive=True, **args
    ):
        parser = EnumParser(enum_values, case_sensitive)
        super().__init__(
            parser, ArgumentSerializer(), name, default, help or "(no help available)", short_name,
            **args,
        )  # fmt: skip
        self.help = f"<{'|'.join(parser.enum_values)}>: {self.help}"


class EnumClassFlag(Flag):
    """A member of an `enum.Enum`, by its name."""

    def __init__(
        self, name, default, help, enum_class, short_name=None, case_sensitive=False, **args
    ):
        parser = EnumClassParser(enum_class, case_sensitive)
        serializer = EnumClassSerializer(not case_sensitive)
        super().__init__(parser, serializer, name, default, help, short_name, **args)
        self.help = f"<{'|'.join(parser.member_names)}>: {self.help}"


class MultiFlag(Flag):
    """A flag that may be repeated; its value is the list of all."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.help += ";\n  repeat this option to specify a list of values"

    def _parse_from_default(self, value):
        many = isinstance(value, Iterable) and not isinstance(value, str)
        return [self._parse(x) for x in (value if many else [value])]

    def _text(self, value) -> str:
        return str(value)

    def parse(self, argument) -> None:
        """Adds the value that the command line gives; the first replaces the default."""
        new = self._parse_from_default(argument)
        self.value = [*self.value, *new] if self.present else new
        self.present += len(new)

    def serialize(self) -> str:
        """The arguments, a line each, that give this value; empty if it is None."""
        if self.value is None:
            return ""
        text = self.serializer.serialize if self.serializer else str
        return "\n".join(f"--{self.name}={text(x)}" for x in self.value)

    def flag_type(self) -> str:
        """What values are called in help."""
        return "multi " + self.parser.flag_type()


class MultiEnumClassFlag(MultiFlag):
    """Members of an `enum.Enum`, by their names."""

    def __init__(self, name, default, help, enum_class, case_sensitive=False, **args):
        parser = EnumClassParser(enum_class, case_sensitive)
        serializer = EnumClassSerializer(not case_sensitive)
        super().__init__(parser, serializer, name, default, help, **args)
        self.help = f"<{'|'.join(parser.member_names)}>: {self.help}"
