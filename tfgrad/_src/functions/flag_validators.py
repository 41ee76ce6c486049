"""Conditions on the values of command-line flags.

A validator is checked when the command line is read and whenever one of its flags is set.
"""

import itertools
import warnings
from collections.abc import Callable, Iterable

from tfgrad._src.functions.flag_types import Flag, ValidationError
from tfgrad._src.functions.flag_values import FLAGS, FlagValues

_orders = itertools.count()


class _Validator:
    """A condition on one flag, whose value the checker gets, or on several, as a dictionary."""

    def __init__(self, names: list[str], checker: Callable, message: str, single: bool):
        self.names = names
        self.checker = checker
        self.message = message
        self.single = single
        self.order = next(_orders)  # they are checked in the order of registration

    def verify(self, flag_values: FlagValues) -> None:
        """Raises ``ValidationError`` if the condition does not hold."""
        values = {name: flag_values[name].value for name in self.names}
        if not self.checker(values[self.names[0]] if self.single else values):
            raise ValidationError(self.message)

    def describe(self, flag_values: FlagValues) -> str:
        """The flags with their values, for messages."""
        values = ", ".join(f"{name}={flag_values[name].value}" for name in self.names)
        return f"flag --{values}" if self.single else f"flags {values}"


def _add(flag_values: FlagValues, validator: _Validator) -> None:
    for flag in [flag_values[name] for name in validator.names]:
        flag.validators.append(validator)


def _names(flags: Iterable) -> list[str]:
    return [getattr(flag, "name", flag) for flag in flags]


def register_validator(
    flag_name, checker, message="Flag validation failed", flag_values: FlagValues = FLAGS
) -> None:
    """Refuses values of a flag for which ``checker(value)`` is false.

    Args:
      flag_name: the name of a flag, or what `DEFINE_string` and its kin return.
      checker: a function of the value; it may also raise `ValidationError` itself.
      message: what the error says.
      flag_values: the registry that has the flag.

    Raises:
      KeyError: there is no such flag.

    Example:
      >>> flags = tf.flags.FlagValues()
      >>> _ = tf.flags.DEFINE_integer("steps", 1, "How many.", flag_values=flags)
      >>> tf.flags.register_validator("steps", lambda n: n > 0, "none?", flag_values=flags)
      >>> flags(["program", "--steps=0"])
      Traceback (most recent call last):
      tfgrad._src.functions.flag_types.IllegalFlagValueError: flag --steps=0: none?
    """
    _add(flag_values, _Validator(_names([flag_name]), checker, message, single=True))


def validator(flag_name, message="Flag validation failed", flag_values: FlagValues = FLAGS):
    """A decorator that registers a function with `register_validator`."""

    def register(function):
        register_validator(flag_name, function, message, flag_values)
        return function

    return register


def register_multi_flags_validator(
    flag_names,
    multi_flags_checker,
    message="Flags validation failed",
    flag_values: FlagValues = FLAGS,
) -> None:
    """Refuses values of several flags for which the checker of ``{name: value}`` is false.

    Args:
      flag_names: the names of flags.
      multi_flags_checker: a function of the dictionary of their values.
      message: what the error says.
      flag_values: the registry that has them.

    Raises:
      KeyError: there is no such flag.
    """
    names = _names(flag_names)
    _add(flag_values, _Validator(names, multi_flags_checker, message, single=False))


def multi_flags_validator(
    flag_names, message="Flag validation failed", flag_values: FlagValues = FLAGS
):
    """A decorator that registers a function with `register_multi_flags_validator`."""

    def register(function):
        register_multi_flags_validator(flag_names, function, message, flag_values)
        return function

    return register


def mark_flag_as_required(flag_name, flag_values: FlagValues = FLAGS) -> None:
    """Refuses a command line that leaves the flag at None.

    Args:
      flag_name: the name of a flag whose default is None.
      flag_values: the registry that has it.
    """
    (name,) = _names([flag_name])
    if flag_values[name].default is not None:
        warnings.warn(
            f"Flag --{name} has a non-None default value; therefore, mark_flag_as_required will "
            "pass even if flag is not specified in the command line!",
            stacklevel=2,
        )
    message = f"Flag --{name} must have a value other than None."
    register_validator(name, lambda value: value is not None, message, flag_values)


def mark_flags_as_required(flag_names, flag_values: FlagValues = FLAGS) -> None:
    """`mark_flag_as_required` for each of several flags."""
    for flag_name in flag_names:
        mark_flag_as_required(flag_name, flag_values)


def mark_flags_as_mutual_exclusive(
    flag_names, required=False, flag_values: FlagValues = FLAGS
) -> None:
    """Refuses a command line that gives more than one of the flags a value.

    Args:
      flag_names: the names of flags whose defaults are None.
      required: refuse a command line that gives none of them a value, too.
      flag_values: the registry that has them.
    """
    names = _names(flag_names)
    for name in names:
        if flag_values[name].default is not None:
            warnings.warn(
                f"Flag --{name} has a non-None default value. That does not make sense with "
                "mark_flags_as_mutual_exclusive, which checks whether the listed flags have a "
                "value other than None.",
                stacklevel=2,
            )
    how_many = "Exactly" if required else "At most"
    _at_most_one(
        names,
        lambda value: value is not None,
        required,
        f"{how_many} one of ({', '.join(names)}) must have a value other than None.",
        flag_values,
    )


def mark_bool_flags_as_mutual_exclusive(
    flag_names, required=False, flag_values: FlagValues = FLAGS
) -> None:
    """Refuses a command line that makes more than one of the boolean flags true.

    Args:
      flag_names: the names of boolean flags.
      required: refuse a command line that makes none of them true, too.
      flag_values: the registry that has them.

    Raises:
      ValidationError: a flag is not boolean.
    """
    names = _names(flag_names)
    for name in names:
        flag: Flag = flag_values[name]
        if not flag.boolean:
            raise ValidationError(
                f"Flag --{name} is not Boolean, which is required for flags used in "
                "mark_bool_flags_as_mutual_exclusive."
            )
    how_many = "Exactly" if required else "At most"
    message = f"{how_many} one of ({', '.join(names)}) must be True."
    _at_most_one(names, bool, required, message, flag_values)


def _at_most_one(names, is_given, required, message, flag_values) -> None:
    def check(values: dict) -> bool:
        given = sum(is_given(value) for value in values.values())
        return given == 1 or (given == 0 and not required)

    register_multi_flags_validator(names, check, message, flag_values)
