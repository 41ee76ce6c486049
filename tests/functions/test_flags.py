"""Command-line flags.

The oracle is TensorFlow 1.15: what each command line gives, and the words of the errors, were
written down from it.
"""

import copy
import enum
import logging
import subprocess
import sys

import pytest

import tfgrad as tf

flags = tf.flags


class Color(enum.Enum):
    RED = 1
    BLUE = 2


DEFAULTS = {
    "n": 3, "f": None, "s": "d", "S": "d", "b": True, "e": "x", "l": ["1", "2"], "sl": ["a", "b"],
    "mi": [1], "ms": None, "ec": Color.RED, "me": ["x"],
}  # fmt: skip


@pytest.fixture
def values():
    return all_kinds()


def all_kinds() -> flags.FlagValues:
    v = flags.FlagValues()
    flags.DEFINE_integer("n", 3, "number", lower_bound=0, upper_bound=10, flag_values=v)
    flags.DEFINE_float("f", None, "float", flag_values=v)
    flags.DEFINE_string("s", "d", "string", flag_values=v, short_name="S")
    flags.DEFINE_bool("b", True, "bool", flag_values=v)
    flags.DEFINE_enum("e", "x", ["x", "y"], "enum", flag_values=v)
    flags.DEFINE_list("l", ["1", "2"], "list", flag_values=v)
    flags.DEFINE_spaceseplist("sl", "a b", "list", flag_values=v)
    flags.DEFINE_multi_integer("mi", [1], "many", flag_values=v)
    flags.DEFINE_multi_string("ms", None, "many", flag_values=v)
    flags.DEFINE_enum_class("ec", Color.RED, Color, "color", flag_values=v)
    flags.DEFINE_multi_enum("me", ["x"], ["x", "y"], "many", flag_values=v)
    return v


# The arguments, what is left of them, and the flags that differ from their defaults.
LINES = [
    ("", "", {}),
    ("--n=5", "", {"n": 5}),
    ("--n 5", "", {"n": 5}),
    ("-n 5", "", {"n": 5}),
    ("-n=5", "", {"n": 5}),
    ("--n=07", "", {"n": 7}),
    ("--n=5 --n=6", "", {"n": 6}),
    ("--f=1e-3", "", {"f": 0.001}),
    ("--nob", "", {"b": False}),
    ("--b=false", "", {"b": False}),
    ("--b=F", "", {"b": False}),
    ("--b=0", "", {"b": False}),
    ("--b false", "false", {}),
    ("--e=y", "", {"e": "y"}),
    ("--l=a,b", "", {"l": ["a", "b"]}),
    ("--l=", "", {"l": []}),
    ("--mi=1 --mi=2", "", {"mi": [1, 2]}),
    ("--ms=a --ms b", "", {"ms": ["a", "b"]}),
    ("--ec=BLUE", "", {"ec": Color.BLUE}),
    ("--ec=blue", "", {"ec": Color.BLUE}),
    ("--me=y --me=x", "", {"me": ["y", "x"]}),
    ("pos --n=2", "pos", {"n": 2}),
    ("--n=2 pos --n=4", "pos", {"n": 4}),
    ("-- --n=2", "--n=2", {}),
    ("-S v", "", {"s": "v", "S": "v"}),
    ("--s=", "", {"s": "", "S": ""}),
    ("--s=a=b", "", {"s": "a=b", "S": "a=b"}),
    ("-", "-", {}),
    ("--undefok=zz,b --zz=1 --nozz x", "x", {}),
]


@pytest.mark.parametrize(("line", "rest", "changed"), LINES, ids=[row[0] for row in LINES])
def test_command_line(values, line, rest, changed):
    assert values(["prog", *line.split()]) == ["prog", *rest.split()]
    assert values.flag_values_dict() == {**DEFAULTS, **changed}


REFUSED = [
    (
        "--n=abc",
        flags.IllegalFlagValueError,
        "flag --n=abc: invalid literal for int() with base 10: 'abc'",
    ),
    (
        "--n=1.5",
        flags.IllegalFlagValueError,
        "flag --n=1.5: invalid literal for int() with base 10: '1.5'",
    ),
    (
        "--n=11",
        flags.IllegalFlagValueError,
        "flag --n=11: 11 is not an integer in the range [0, 10]",
    ),
    (
        "--n=0x1f",
        flags.IllegalFlagValueError,
        "flag --n=0x1f: 31 is not an integer in the range [0, 10]",
    ),
    ("--f x", flags.IllegalFlagValueError, "flag --f=x: could not convert string to float: 'x'"),
    (
        "--b=maybe",
        flags.IllegalFlagValueError,
        "flag --b=maybe: ('Non-boolean argument to boolean flag', 'maybe')",
    ),
    ("--nob=1", ValueError, "--nob=1 does not take an argument"),
    ("--e=z", flags.IllegalFlagValueError, "flag --e=z: value should be one of <x|y>"),
    ("--ec=q", flags.IllegalFlagValueError, "flag --ec=q: value should be one of <red|blue>"),
    ("--unk=1", flags.UnrecognizedFlagError, "Unknown command line flag 'unk'"),
    ("--noe", flags.UnrecognizedFlagError, "Unknown command line flag 'noe'"),
    ("-n5", flags.UnrecognizedFlagError, "Unknown command line flag 'n5'"),
    ("--n", flags.Error, "Missing value for flag --n"),
    (
        "--flagfile=none",
        flags.CantOpenFlagFileError,
        "ERROR:: Unable to open flagfile: [Errno 2] No such file or directory: 'none'",
    ),
]


@pytest.mark.parametrize(("line", "kind", "message"), REFUSED, ids=[row[0] for row in REFUSED])
def test_refused_command_line(values, line, kind, message):
    with pytest.raises(kind) as caught:
        values(["prog", *line.split()])
    assert str(caught.value) == message


def test_a_similar_name_is_suggested(values):
    flags.DEFINE_float("learning_rate", 0.1, "rate", flag_values=values)
    with pytest.raises(flags.UnrecognizedFlagError) as caught:
        values(["prog", "--learnin_rate=1"])
    assert str(caught.value) == (
        "Unknown command line flag 'learnin_rate'. Did you mean: learning_rate ?"
    )


def test_known_only_leaves_unknown_flags(values):
    line = ["p", "--unk=1", "--n=4", "x", "--u2", "y"]
    assert values(line, known_only=True) == ["p", "--unk=1", "x", "--u2", "y"]
    assert values.n == 4


def test_a_flag_is_not_read_before_the_command_line(values):
    with pytest.raises(flags.UnparsedFlagAccessError, match="--n before flags were parsed"):
        values.n  # noqa: B018
    values.mark_as_parsed()
    assert values.n == 3
    values.unparse_flags()
    assert not values.is_parsed()


def test_setting_and_asking(values):
    values(["p", "--n=4"])
    values.n = 5
    assert (values.n, values["n"].value, values["n"].default, values["n"].present) == (5, 5, 3, 1)
    assert "n" in values
    assert "zz" not in values
    assert sorted(values) == sorted(DEFAULTS)
    with pytest.raises(AttributeError, match="nope"):
        values.nope  # noqa: B018
    with pytest.raises(flags.UnrecognizedFlagError, match="'nope'"):
        values.nope = 1
    with pytest.raises(flags.IllegalFlagValueError, match="flag --n=12: 12 is not an integer"):
        values.n = 12
    assert values.n == 5
    assert values.get_flag_value("f", 7.0) == 7.0
    del values.n
    assert "n" not in values


def test_serialized_values_give_the_values_again(values):
    values(["p", "--n=4", "--nob", "--l=q,r", "--mi=5", "--mi=6", "--ec=blue", "--s=a b"])
    again = all_kinds()
    again(["p", *values.flags_into_string().splitlines()])
    assert again.flag_values_dict() == values.flag_values_dict()
    assert values["l"].serialize() == "--l=q,r"
    assert values["b"].serialize() == "--nob"
    assert values["f"].serialize() == ""


def test_flag_file(values, tmp_path):
    inner = tmp_path / "inner"
    inner.write_text("--e=y\n")
    outer = tmp_path / "outer"
    outer.write_text(f"# a comment\n--n=8\n\n--s=x y\n--flagfile={inner}\n")
    assert values(["p", f"--flagfile={outer}", "z"]) == ["p", "z"]
    assert (values.n, values.s, values.e) == (8, "x y", "y")


def test_a_copy_is_independent(values):
    values(["p", "--n=4"])
    other = copy.deepcopy(values)
    other.n = 9
    assert (values.n, other.n) == (4, 9)


DEFINITIONS = [
    (
        lambda v: flags.DEFINE_integer("n", 1, "", flag_values=v),
        flags.DuplicateFlagError,
        "The flag 'n' is defined twice.",
    ),
    (
        lambda v: flags.DEFINE_string("q", "", "", flag_values=v, short_name="S"),
        flags.DuplicateFlagError,
        "The flag 'S' is defined twice.",
    ),
    (
        lambda v: flags.DEFINE_integer("is_parsed", 1, "", flag_values=v),
        flags.FlagNameConflictsWithMethodError,
        'Cannot define a flag named "is_parsed".',
    ),
    (
        lambda v: flags.DEFINE_integer("a b", 1, "", flag_values=v),
        flags.Error,
        "Flag name cannot contain a space",
    ),
    (
        lambda v: flags.DEFINE_integer("q", "x", "", flag_values=v),
        flags.IllegalFlagValueError,
        "flag --q=x: invalid literal for int()",
    ),
    (
        lambda v: flags.DEFINE_string("q", 7, "", flag_values=v),
        flags.IllegalFlagValueError,
        "flag --q=7: flag value must be a string, found \"<class 'int'>\"",
    ),
    (
        lambda v: flags.DEFINE_bool("q", 2, "", flag_values=v),
        flags.IllegalFlagValueError,
        "flag --q=2: ('Non-boolean argument to boolean flag', 2)",
    ),
    (
        lambda v: flags.DEFINE_enum("q", "x", [], "", flag_values=v),
        ValueError,
        'enum_values cannot be empty, found "[]"',
    ),
    (
        lambda v: flags.DEFINE_enum_class("q", None, int, "", flag_values=v),
        TypeError,
        "<class 'int'> is not a subclass of Enum.",
    ),
    (
        lambda v: flags.DEFINE_integer("q", 1, "", flag_values=v, required=True),
        ValueError,
        "Required flag --q cannot have a non-None default",
    ),
    (
        lambda v: v.__setitem__("n", 3),
        flags.IllegalFlagValueError,
        "Expect Flag instances, found type <class 'int'>.",
    ),
]


@pytest.mark.parametrize(("define", "kind", "message"), DEFINITIONS, ids=range(len(DEFINITIONS)))
def test_refused_definition(values, define, kind, message):
    with pytest.raises(kind) as caught:
        define(values)
    assert str(caught.value).startswith(message)


def test_defaults_are_read_like_values(values):
    flags.DEFINE_integer("q3", "7", "", flag_values=values)
    flags.DEFINE_list("q4", "7,8", "", flag_values=values)
    flags.DEFINE_float("q6", 7, "", flag_values=values)
    flags.DEFINE_multi_integer("q7", (3, "4"), "", flag_values=values)
    values(["p"])
    assert (values.q3, values.q4, values.q6, values.q7) == (7, ["7", "8"], 7.0, [3, 4])


def test_alias(values):
    flags.DEFINE_alias("number", "n", flag_values=values)
    values(["p", "--number=6"])
    assert (values.n, values.number) == (6, 6)
    values.number = 2
    assert values.n == 2


def test_holder_has_the_value_but_is_not_it(values):
    holder = flags.DEFINE_integer("k", 1, "", flag_values=values)
    values(["p"])
    assert (holder.value, holder.default, holder.name, holder.present) == (1, 1, "k", False)
    with pytest.raises(TypeError, match=r"did you mean to use 'FlagHolder.value' instead"):
        bool(holder)
    with pytest.raises(TypeError, match="'FlagHolder' and 'int'"):
        holder == 1  # noqa: B015
    flags.set_default(holder, 5)
    assert values.k == 5
    flags.override_value(holder, 6)
    assert values.k == 6


def test_required(values):
    flags.mark_flag_as_required("f", flag_values=values)
    with pytest.raises(flags.IllegalFlagValueError) as caught:
        values(["p"])
    assert str(caught.value) == "flag --f=None: Flag --f must have a value other than None."
    assert values(["p", "--f=1"]) == ["p"]


def test_validators(values):
    flags.register_validator("n", lambda n: n % 2 == 1, "must be odd", flag_values=values)
    with pytest.raises(flags.IllegalFlagValueError, match="flag --n=2: must be odd"):
        values(["p", "--n=2"])
    values(["p", "--n=3"])
    with pytest.raises(flags.IllegalFlagValueError, match="flag --n=4: must be odd"):
        values.n = 4
    assert values.n == 3

    @flags.multi_flags_validator(["n", "e"], message="not both", flag_values=values)
    def check(both):
        return both != {"n": 5, "e": "y"}

    values.e = "y"
    with pytest.raises(flags.IllegalFlagValueError, match="flags n=5, e=y: not both"):
        values.n = 5


def test_mutually_exclusive(values):
    flags.mark_flags_as_mutual_exclusive(["f", "ms"], required=True, flag_values=values)
    message = "flags f=None, ms=None: Exactly one of (f, ms) must have a value other than None."
    with pytest.raises(flags.IllegalFlagValueError) as caught:
        values(["p"])
    assert str(caught.value) == message
    values(["p", "--f=1"])

    other = flags.FlagValues()
    for name in ("b1", "b2"):
        flags.DEFINE_bool(name, False, "", flag_values=other)
    flags.mark_bool_flags_as_mutual_exclusive(["b1", "b2"], flag_values=other)
    with pytest.raises(flags.IllegalFlagValueError, match=r"At most one of .* must be True"):
        other(["p", "--b1", "--b2"])
    with pytest.raises(flags.ValidationError, match="Flag --n is not Boolean"):
        flags.mark_bool_flags_as_mutual_exclusive(["n"], flag_values=values)


def test_help(values):
    text = values.get_help(include_special_flags=False)
    assert "  --[no]b: bool\n    (default: 'true')" in text
    assert "  -S,--s: string\n    (default: 'd')" in text
    assert "  --n: number\n    (default: '3')\n    (an integer in the range [0, 10])" in text
    assert "  --me: <x|y>: many;\n    repeat this option to specify a list of values" in text


def test_dictionary_to_arguments():
    arguments = flags.flag_dict_to_args({"a": True, "b": False, "c": None, "d": [1, 2], "e": "x"})
    assert list(arguments) == ["--a", "--nob", "--c", "--d=1,2", "--e=x"]
    assert list(flags.flag_dict_to_args({"d": [1, 2]}, multi_flags={"d"})) == ["--d=1", "--d=2"]


def test_old_argument_names(caplog):
    v = flags.FlagValues()
    with caplog.at_level(logging.WARNING):
        flags.DEFINE_string(flag_name="q", default_value="w", docstring="help", flag_values=v)
    assert "is deprecated, please use (name, default, help) instead" in caplog.text
    v(["p"])
    assert v.q == "w"


PROGRAM = """
import tfgrad as tf
tf.app.flags.DEFINE_integer("steps", 1, "How many.")
FLAGS = tf.flags.FLAGS
def main(argv):
    print(argv[1:], FLAGS.steps)
    return 3
if {run}:
    tf.app.run()
print(FLAGS.steps, sorted(FLAGS.flag_values_dict()))
"""


def run_program(tmp_path, run: bool, *arguments):
    script = tmp_path / "program.py"
    script.write_text(PROGRAM.format(run=run))
    command = [sys.executable, str(script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_flags_read_the_command_line_when_they_are_first_asked(tmp_path):
    done = run_program(tmp_path, False, "--steps=4")
    assert done.stdout == "4 ['steps']\n"
    done = run_program(tmp_path, False, "--stepz=4")
    assert done.stderr.endswith("Unknown command line flag 'stepz'. Did you mean: steps ?\n")


def test_app_run_gives_main_what_is_left_and_exits(tmp_path):
    done = run_program(tmp_path, True, "--steps=5", "--unknown=7", "rest")
    assert (done.returncode, done.stdout) == (3, "['--unknown=7', 'rest'] 5\n")
    done = run_program(tmp_path, True, "--help")
    assert done.returncode == 1
    assert "--steps: How many." in done.stdout
