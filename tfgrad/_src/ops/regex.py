"""Regular expressions: RE2's, by Python's ``re``.

Both find the first match that a backtracking search finds, so only the notation differs: `_Pattern`
rewrites it.  Text is UTF-8, in which ``.`` is one character; bytes that are none are kept.
"""

import functools
import re
import unicodedata

import numpy as np

from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, same_as_input, with_rank
from tfgrad._src.ops.broadcasting import invalid, shape_list
from tfgrad._src.ops.strings import each

# Inside brackets.
_CLASSES = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": r"\x00-\x7f", "blank": r"\t ",
    "cntrl": r"\x00-\x1f\x7f", "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~",
    "punct": r"!-/:-@\[-`{-~", "space": r"\t\n\v\f\r ", "upper": "A-Z", "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}  # fmt: skip
# RE2's \s has no vertical tab.
_PERL = {"d": "0-9", "w": "0-9A-Za-z_", "s": r"\t\n\f\r "}


def _complement(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    result, start = [], 0
    for low, high in ranges:
        if low > start:
            result.append((start, low - 1))
        start = high + 1
    if start <= 0x10FFFF:
        result.append((start, 0x10FFFF))
    return result


@functools.cache
def _category(name: str, negated: bool) -> str:
    """The characters of a general category, for use inside brackets."""
    ranges: list[tuple[int, int]] = []
    for code in range(0x110000):
        if unicodedata.category(chr(code)).startswith(name):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1] = (ranges[-1][0], code)
            else:
                ranges.append((code, code))
    if not ranges:
        raise re.error("invalid character class range")
    if negated:
        ranges = _complement(ranges)
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)


def _negated(inside: str) -> str:
    """The complement of a class of single characters and ranges, for use inside brackets."""
    found = re.compile(f"[{inside}]")
    codes = [c for c in range(128) if found.match(chr(c))]
    return "".join(
        f"\\U{low:08x}-\\U{high:08x}" for low, high in _complement([(c, c) for c in codes])
    )


class _Pattern:
    """Reads a pattern in RE2's notation and writes it in Python's."""

    def __init__(self, pattern: str):
        self.text = pattern
        self.at = 0
        self.out: list[str] = []
        multiline = False
        while self.at < len(pattern):
            c = pattern[self.at]
            if c == "\\":
                self.out.append(self.escape(inside=False))
            elif c == "[":
                self.out.append(self.brackets())
            elif c == "$":
                self.out.append("$" if multiline else r"\Z")
                self.at += 1
            elif flags := re.compile(r"\(\?([imsU]*)(?:-([imsU]+))?([:)])").match(pattern, self.at):
                self.at = flags.end()
                multiline = "m" in flags[1] or (multiline and "m" not in (flags[2] or ""))
                self.out.append(self.flags(*flags.groups()))
            else:
                self.out.append(c)
                self.at += 1

    def flags(self, on: str, off: str | None, end: str) -> str:
        if "U" in on + (off or ""):
            raise re.error("invalid or unsupported Perl syntax: (?U")
        head = f"(?{on}{'-' + off if off else ''}:" if on or off else "(?:"
        if end == ":":
            return head
        # Flags for the rest of the group: a group around the rest of it.
        depth, at = 0, self.at
        while at < len(self.text) and depth >= 0:
            c = self.text[at]
            at += 2 if c == "\\" else 1
            depth += (c == "(") - (c == ")")
        close = at - 1 if depth < 0 else at
        rest = _Pattern(self.text[self.at : close])
        self.at = close
        return head + "".join(rest.out) + ")"

    def escape(self, inside: bool) -> str:
        """What a backslash begins."""
        if self.at + 1 >= len(self.text):
            raise re.error("trailing \\")
        c = self.text[self.at + 1]
        self.at += 2
        if c == "z":
            return r"\Z"
        if c == "C":
            return r"[\s\S]"
        if c == "Q":
            end = self.text.find(r"\E", self.at)
            end = len(self.text) if end < 0 else end
            literal, self.at = self.text[self.at : end], end + 2
            return re.escape(literal)
        if c.lower() in _PERL:
            found = _PERL[c.lower()]
            if inside:
                return found if c.islower() else _negated(found)
            return f"[{found}]" if c.islower() else f"[^{found}]"
        if c in "pP":
            if self.text[self.at : self.at + 1] == "{":
                end = self.text.find("}", self.at)
                name, self.at = self.text[self.at + 1 : end], end + 1
            else:
                name, self.at = self.text[self.at : self.at + 1], self.at + 1
            found = _category(name.lstrip("^"), (c == "P") != name.startswith("^"))
            return found if inside else f"[{found}]"
        if c == "x" and self.text[self.at : self.at + 1] == "{":
            end = self.text.find("}", self.at)
            code, self.at = int(self.text[self.at + 1 : end], 16), end + 1
            return f"\\U{code:08x}"
        if c.isdigit() and c != "0":
            raise re.error(f"invalid escape sequence: \\{c}")
        return "\\" + c

    def brackets(self) -> str:
        """A class of characters."""
        text, start = self.text, self.at
        self.at += 1
        out = "["
        if text[self.at : self.at + 1] == "^":
            out += "^"
            self.at += 1
        first = True
        while self.at < len(text) and (text[self.at] != "]" or first):
            first = False
            c = text[self.at]
            if named := re.compile(r"\[:(\^?)(\w+):\]").match(text, self.at):
                if named[2] not in _CLASSES:
                    raise re.error(f"invalid character class range: {named[0]}")
                found = _CLASSES[named[2]]
                out += _negated(found) if named[1] else found
                self.at = named.end()
            elif c == "\\":
                out += self.escape(inside=True)
            else:
                out += "\\" + c if c in "[]&~|" else c
                self.at += 1
        if self.at >= len(text):
            raise re.error(f"missing ]: {text[start:]}")
        self.at += 1
        return out + "]"


def _explained(error: re.error, pattern: str) -> str:
    """RE2's words for the usual mistakes."""
    if error.msg.startswith("missing ), unterminated"):
        return f"missing ): {pattern}"
    if error.msg == "unbalanced parenthesis":
        return f"unexpected ): {pattern}"
    if error.msg.startswith("nothing to repeat"):
        at = error.pos or 0
        return f"no argument for repetition operator: {pattern[at : at + 1]}"
    return error.msg


@functools.lru_cache(maxsize=256)
def _compiled(pattern: bytes) -> "re.Pattern[str] | str":
    """The pattern, or what is wrong with it."""
    written = pattern.decode("utf-8", "surrogateescape")
    try:
        return re.compile("".join(_Pattern(written).out), re.ASCII)
    except re.error as error:
        return _explained(error, written)


def _regex(node, pattern: bytes) -> "re.Pattern[str]":
    found = _compiled(pattern)
    if isinstance(found, str):
        shown = pattern.decode("utf-8", "replace")
        raise invalid(node, f"Invalid pattern: {shown}, error: {found}")
    return found


def _full_match(node, x, pattern: bytes):
    regex = _regex(node, pattern)
    return each(lambda s: regex.fullmatch(_decoded(s)) is not None, x, np.bool_)


def _decoded(s: bytes) -> str:
    return s.decode("utf-8", "surrogateescape")


def _rewrite(regex: "re.Pattern[str]", rewrite: str) -> list | None:
    """Pieces of the replacement, a number for a group; None if it cannot be made."""
    pieces: list = []
    at = 0
    while at < len(rewrite):
        c = rewrite[at]
        if c == "\\":
            at += 1
            c = rewrite[at : at + 1]
            if c.isdigit():
                if int(c) > regex.groups:
                    return None
                c = int(c)
            elif c != "\\":
                return None
        pieces.append(c)
        at += 1
    return pieces


def _replace(node, x, pattern: bytes, rewrite: bytes):
    regex = _regex(node, pattern)
    pieces = _rewrite(regex, _decoded(rewrite))
    if pieces is None:
        return x
    most = -1 if node.attrs["replace_global"] else 1

    def replaced(s: bytes) -> bytes:
        """As RE2 goes on: an empty match right behind the last match is none."""
        written = _decoded(s)
        out: list[str] = []
        at = count = 0
        last_end = -1
        while at <= len(written) and count != most:
            found = regex.search(written, at)
            if found is None:
                break
            start, end = found.span()
            out.append(written[at:start])
            if start == end == last_end:
                out.append(written[at : at + 1])
                at += 1
                continue
            out += [p if isinstance(p, str) else found[p] or "" for p in pieces]
            at = last_end = end
            count += 1
        return ("".join(out) + written[at:]).encode("utf-8", "surrogateescape")

    return each(replaced, x)


def _scalar(node, x, what: str) -> bytes:
    if x.ndim:
        raise invalid(node, f"{what} must be scalar, but received {shape_list(x.shape)}")
    return x.item()


def _full_match_shape(node, x: Shape, *rest: Shape) -> Shape:
    for s in rest:
        with_rank(s, 0)
    return x


defop(
    "StaticRegexFullMatch(input: string; pattern: string) -> output: bool",
    shape=same_as_input,
    step=lambda node, x: _full_match(node, x, node.attrs["pattern"]),
)(None)
defop(
    "RegexFullMatch(input: string, pattern: string) -> output: bool",
    shape=_full_match_shape,
    step=lambda node, x, pattern: _full_match(node, x, _scalar(node, pattern, "Pattern")),
)(None)
defop(
    "StaticRegexReplace(input: string; pattern: string, rewrite: string, replace_global: bool = "
    "True) -> output: string",
    shape=same_as_input,
    step=lambda node, x: _replace(node, x, node.attrs["pattern"], node.attrs["rewrite"]),
)(None)
defop(
    "RegexReplace(input: string, pattern: string, rewrite: string; replace_global: bool = True)"
    " -> output: string",
    shape=_full_match_shape,
    step=lambda node, x, pattern, rewrite: _replace(
        node, x, _scalar(node, pattern, "Pattern"), _scalar(node, rewrite, "Rewrite")
    ),
)(None)
