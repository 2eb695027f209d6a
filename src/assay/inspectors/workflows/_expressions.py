"""The expression language of GitHub Actions, as a tree that says what a value can come from.

Own tokenizer and parser, after docs.github.com, "Evaluate expressions in workflows and actions". Not trusted: the
text. Limits are GitHub's own, so what passes them GitHub refuses as well.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from assay.errors import SourceError

# GitHub's own limits on one expression.
MAX_LENGTH = 21_000
MAX_DEPTH = 50

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<string>'(?:[^']|'')*')
      | (?P<number>[-+]?(?:0x[0-9a-fA-F]+|0o[0-7]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|Infinity\b|NaN\b))
      | (?P<name>[A-Za-z_][A-Za-z0-9_-]*)
      | (?P<mark>&&|\|\||[!=]=|[<>]=?|[!()\[\].,*])
    )""",
    re.VERBOSE,
)
_CONSTANTS = frozenset({"true", "false", "null", "nan", "infinity"})
_END = ("mark", "")


@dataclass(frozen=True, slots=True)
class Literal:
    """A string (its quotes undone), number, boolean or null."""

    text: str


@dataclass(frozen=True, slots=True)
class Context:
    """A value by its name: `github`, then the properties asked of it."""

    name: str
    keys: tuple[str | None, ...]
    """In lower case, as GitHub ignores case; None for `.*` and for a key that is computed."""

    @property
    def path(self) -> tuple[str, ...]:
        """Name and keys, `*` for a key not known."""
        return (self.name, *(key or "*" for key in self.keys))


@dataclass(frozen=True, slots=True)
class Call:
    """A function applied; `name` in lower case."""

    name: str
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """`!` with one operand, `&&`, `||` and comparisons with two."""

    operator: str
    operands: tuple["Expression", ...]


Expression: TypeAlias = Literal | Context | Call | Operation


@dataclass(frozen=True, slots=True)
class Fence:
    """One `${{ ... }}` in a text."""

    start: int
    """Index of the `$`."""
    end: int
    """Index after the second `}`."""
    body: str
    """Between the braces, trimmed."""


def fences(text: str) -> Iterator[Fence]:
    """Yield every `${{ ... }}` of `text`; braces inside of the expression's strings do not end it."""
    position = text.find("${{")
    while position != -1:
        end = _end_of_fence(text, position + 3)
        if end == -1:
            return
        yield Fence(position, end + 2, text[position + 3 : end].strip())
        position = text.find("${{", end + 2)


def parse_expression(text: str) -> Expression:
    """Return the tree of `text`, which stands without `${{ }}`; raises `SourceError`."""
    if len(text) > MAX_LENGTH:
        raise SourceError(f"an expression must have at most {MAX_LENGTH:,} characters, found {len(text):,}")
    return _Parser(text).parse()


def parsed(text: str) -> Expression | None:
    """Return the tree of `text`; None where GitHub refuses it, which `syntax` reports."""
    try:
        return parse_expression(text)
    except SourceError:
        return None


def condition_of(text: str) -> Expression | None:
    """Return what an `if` asks; None where it asks nothing, for text beside `${{ }}` makes it a string, always true."""
    found = list(fences(text))
    if not found:
        return parsed(text)
    return parsed(found[0].body) if (found[0].start, found[0].end) == (0, len(text)) else None


def _end_of_fence(text: str, position: int) -> int:
    quoted = False
    while position < len(text):
        if text[position] == "'":
            quoted = not quoted
        elif not quoted and text.startswith("}}", position):
            return position
        position += 1
    return -1


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    text = text.rstrip()
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise SourceError("an expression holds a character that is no part of the language")
        kind = str(found.lastgroup)
        yield kind, found[kind]
        position = found.end()
    yield _END


# From the loosest to the tightest.
_BINARY = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="))


class _Parser:
    """Recursive descent; `depth` counts open brackets and negations."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._token = next(self._tokens)
        self._depth = 0

    def parse(self) -> Expression:
        expression = self._binary(0)
        if self._token != _END:
            raise SourceError("an expression goes on where it should end")
        return expression

    def _binary(self, level: int) -> Expression:
        if level == len(_BINARY):
            return self._negation()
        left = self._binary(level + 1)
        while self._token[0] == "mark" and self._token[1] in _BINARY[level]:
            operator = self._take()
            left = Operation(operator, (left, self._binary(level + 1)))
        return left

    def _negation(self) -> Expression:
        if not self._accept("!"):
            return self._postfix(self._primary())
        self._enter()
        operand = self._negation()
        self._depth -= 1
        return Operation("!", (operand,))

    def _primary(self) -> Expression:
        kind, token = self._token
        if self._accept("("):
            return self._closed(")")
        if kind == "mark":
            raise SourceError("an expression lacks an operand")
        self._take()
        if kind == "string":
            return Literal(token[1:-1].replace("''", "'"))
        if kind == "number" or token.lower() in _CONSTANTS:
            return Literal(token)
        if self._accept("("):
            return Call(token.lower(), self._arguments())
        return Context(token.lower(), ())

    def _arguments(self) -> tuple[Expression, ...]:
        self._enter()
        arguments = []
        while not self._accept(")"):
            arguments.append(self._binary(0))
            if not self._accept(",") and self._token != ("mark", ")"):
                raise SourceError("an expression lacks a closing bracket")
        self._depth -= 1
        return tuple(arguments)

    def _postfix(self, base: Expression) -> Expression:
        while True:
            if self._accept("."):
                key = None if self._accept("*") else self._name()
            elif self._accept("["):
                key = self._index()
            else:
                return base
            # What is taken out of a call's or an operation's value comes from where that value comes from.
            if isinstance(base, Context):
                base = Context(base.name, (*base.keys, key))

    def _index(self) -> str | None:
        if self._accept("*"):
            self._expect("]")
            return None
        key = self._closed("]")
        return key.text.lower() if isinstance(key, Literal) else None

    def _closed(self, bracket: str) -> Expression:
        self._enter()
        inner = self._binary(0)
        self._expect(bracket)
        self._depth -= 1
        return inner

    def _name(self) -> str:
        if self._token[0] != "name":
            raise SourceError("an expression lacks a name behind a dot")
        return self._take().lower()

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise SourceError(f"an expression must be nested at most {MAX_DEPTH} deep")

    def _take(self) -> str:
        taken = self._token[1]
        self._token = next(self._tokens)
        return taken

    def _accept(self, mark: str) -> bool:
        if self._token != ("mark", mark):
            return False
        self._take()
        return True

    def _expect(self, mark: str) -> None:
        if not self._accept(mark):
            raise SourceError("an expression lacks a closing bracket")
