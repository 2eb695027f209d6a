r"""Text that cannot command whoever displays it: escapes made visible, widths counted, lines wrapped and cut.

Trusted: nothing. Not trusted: every path, message, name and excerpt of a report; each may have been written to move a
cursor, to reverse a line or to start a new one. If lost: a hostile file name could repaint a verdict.
"""

import unicodedata

_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
TAB = 4
"""Columns a tab is shown as in an excerpt."""


def visible(text: str) -> str:
    r"""Return `text` on one line, with everything that is not printable written as an escape (`\x1b`, `\u202e`).

    That is every control and format character (so every terminal escape and bidirectional override), line and paragraph
    separators, lone surrogates, private and unassigned characters, and spaces other than U+0020.
    """
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else _escape(letter) for letter in text)


def _escape(letter: str) -> str:
    code = ord(letter)
    if letter in _NAMED:
        return _NAMED[letter]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def code_line(text: str) -> str:
    """Return one line of code made visible, its tabs as spaces."""
    return visible(text.replace("\t", " " * TAB))


def ascii_only(text: str) -> str:
    """Return `text` with every character beyond ASCII written as an escape."""
    return text.encode("ascii", "backslashreplace").decode("ascii")


def cells(text: str) -> int:
    """Return the columns a terminal gives `text`: 2 for wide characters, 0 for combining ones (UAX #11)."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(letter: str) -> int:
    if unicodedata.category(letter) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in {"W", "F"} else 1


def pad(text: str, width: int) -> str:
    """Return `text` with spaces up to `width` columns."""
    return text + " " * (width - cells(text))


def head(text: str, width: int) -> str:
    """Return as many characters of the start of `text` as fit `width` columns."""
    used = 0
    for index, letter in enumerate(text):
        used += _cells(letter)
        if used > width:
            return text[:index]
    return text


def cut(text: str, width: int, ellipsis: str = "…") -> str:
    """Return `text`, its end replaced by an ellipsis where it is wider than `width` columns."""
    return text if cells(text) <= width else head(text, max(0, width - cells(ellipsis))) + ellipsis


def cut_start(text: str, width: int, ellipsis: str = "…") -> str:
    """Return `text`, its start replaced by an ellipsis where it is too wide: the end of a path says most."""
    if cells(text) <= width:
        return text
    return ellipsis + head(text[::-1], max(0, width - cells(ellipsis)))[::-1]


def wrap(text: str, width: int) -> list[str]:
    """Return `text` in lines of at most `width` columns, broken at spaces, and inside a word only if it is longer."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        joined = f"{line} {word}" if line else word
        if cells(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        *whole, line = _chop(word, width)
        lines += whole
    return [*lines, line] if line else lines


def _chop(word: str, width: int) -> list[str]:
    """Return a word in pieces of at most `width` columns, each of at least one character."""
    pieces = []
    while cells(word) > width:
        piece = head(word, width) or word[0]
        pieces.append(piece)
        word = word[len(piece) :]
    return [*pieces, word]
