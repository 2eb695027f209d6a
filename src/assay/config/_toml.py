"""TOML text to plain values, and the lines where its keys stand."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field

from assay.config._raw import KeyPath, Raw, printable
from assay.errors import ConfigError

# The schema is three keys deep. tomllib's time grows with the square of the parts of a dotted key, so a line of nothing
# but dots would keep it busy for minutes.
MAX_DOTTED_PARTS = 32

_DOTTED = re.compile(rf"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){{{MAX_DOTTED_PARTS}}}""")
_PLACE = re.compile(r" ?\(at (?:line (\d+), column \d+|end of document)\)$")


def read_toml(text: str, *, path: str) -> Raw:
    """Return the values and key lines of a TOML text; raises `ConfigError`."""
    if deep := _DOTTED.search(text):
        line = text.count("\n", 0, deep.start()) + 1
        raise ConfigError(f"expected at most {MAX_DOTTED_PARTS} parts in a dotted key", path=path, line=line)
    try:
        values = tomllib.loads(text)
    except ValueError as error:  # Also what int() says of a number with thousands of digits.
        message = str(error)
        place = _PLACE.search(message)
        where = int(place[1] or text.count("\n") + 1) if place else None
        raise ConfigError(printable(f"not TOML: {_PLACE.sub('', message)}"), path=path, line=where) from None
    except RecursionError:
        raise ConfigError("not TOML: nested too deeply", path=path) from None
    lines: dict[KeyPath, int] = {}
    for key, found_at in _Scan(text).key_lines():
        for depth in range(1, len(key) + 1):
            lines.setdefault(key[:depth], found_at)
    return Raw(path=path, values=values, lines=lines)


_TOKEN = re.compile(
    r'''
      (?P<string> """(?:\\.|[^\\])*?"{3,5} | \'\'\'.*?\'{3,5} | "(?:\\.|[^"\\])*" | '[^']*' )
    | (?P<comment> \#[^\n]* )
    | (?P<mark> [\n\[\]{},=.] )
    | (?P<bare> [^\s\[\]{},=.\#"']+ )
    ''',
    re.VERBOSE | re.DOTALL,
)


# tomllib gives no positions, so the text is read a second time, for the keys only. It is known to be valid TOML by now,
# which is why a few tokens and a stack of the open brackets are enough.
@dataclass(slots=True)
class _Scan:
    """A walk over the tokens of a valid TOML text."""

    text: str
    table: KeyPath = ()
    """The table whose header came last."""
    parts: list[str] = field(default_factory=list)
    """The key being read."""
    reading_key: bool = True
    open: list[tuple[str, KeyPath]] = field(default_factory=list)
    """The brackets around this token, each with the path of the value it opens."""

    def key_lines(self) -> Iterator[tuple[KeyPath, int]]:
        """Yield the path of every key and table header, with its line."""
        line = 1
        for token in _TOKEN.finditer(self.text):
            word = token[0]
            if token.lastgroup == "mark":
                if found := self._mark(word):
                    yield found, line
            elif token.lastgroup != "comment" and self.reading_key:
                self.parts.append(_unquoted(word))
            line += word.count("\n")

    def _mark(self, mark: str) -> KeyPath | None:
        """Take one punctuation mark; return the path of the key it completes."""
        match mark:
            case "=" if self.reading_key:
                self.reading_key = False
                self.open.append(("=", (*self._around(), *self.parts)))
                return self._around()
            case "[" if not self.open and self.reading_key:
                self.parts.clear()
            case "]" if not self.open and self.reading_key and self.parts:
                self.table = tuple(self.parts)
                self.reading_key = False
                return self.table
            case "[" | "{":
                self.open.append((mark, self._around()))
                self._next_key(expected=mark == "{")
            case "]" | "}":
                self._close(mark)
            case "," if self._inside("{", "="):
                self.open.pop()
                self._next_key(expected=True)
            case "\n" if not self.open or (len(self.open) == 1 and self.open[0][0] == "="):
                self.open.clear()
                self._next_key(expected=True)
        return None

    def _around(self) -> KeyPath:
        return self.open[-1][1] if self.open else self.table

    def _inside(self, outer: str, inner: str) -> bool:
        return [bracket for bracket, _ in self.open[-2:]] == [outer, inner]

    def _close(self, mark: str) -> None:
        if mark == "}" and self._inside("{", "="):
            self.open.pop()
        if self.open:
            self.open.pop()
        self._next_key(expected=False)

    def _next_key(self, *, expected: bool) -> None:
        self.parts.clear()
        self.reading_key = expected


def _unquoted(word: str) -> str:
    """Return a key without its quotes; escapes are resolved by the parser that knows them."""
    if word.startswith("'"):
        return word[1:-1]
    return str(tomllib.loads(f"k={word}")["k"]) if word.startswith('"') else word
