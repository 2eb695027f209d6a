"""Paths as git stores them (bytes) and as everything else here has them (text), without loss in either direction.

A path that is UTF-8 is its own text. Any other, and one that begins with a double quote, is written as git's C-style
quoted string, so text that begins with a double quote is always quoted (git-config(1), core.quotePath).
"""

import re

_ESCAPES = {
    0x07: "\\a",
    0x08: "\\b",
    0x09: "\\t",
    0x0A: "\\n",
    0x0B: "\\v",
    0x0C: "\\f",
    0x0D: "\\r",
    0x22: '\\"',
    0x5C: "\\\\",
}
_BYTES = {escape[1]: byte for byte, escape in _ESCAPES.items()}
_ESCAPE = re.compile(r'\\([abtnvfr"\\]|[0-3][0-7]{2})')


def path_text(path: bytes) -> str:
    """Return `path` as text: itself where it is UTF-8, else quoted."""
    if not path.startswith(b'"'):
        try:
            return path.decode("utf-8")
        except UnicodeDecodeError:
            pass
    return f'"{"".join(_quoted(byte) for byte in path)}"'


def path_bytes(text: str) -> bytes:
    """Return the bytes whose `path_text` is `text`. Raises `ValueError` for a quoted text git would not write."""
    if not text.startswith('"'):
        return text.encode("utf-8")
    if len(text) < 2 or not text.endswith('"'):
        raise ValueError("a quoted path ends with a double quote")
    return _unquoted(text[1:-1])


def _quoted(byte: int) -> str:
    if byte in _ESCAPES:
        return _ESCAPES[byte]
    return chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}"


def _unquoted(body: str) -> bytes:
    if not body.isascii() or re.search(r'["\\]', _ESCAPE.sub("", body)):
        raise ValueError("a quoted path holds an escape that git does not write")
    return _ESCAPE.sub(lambda match: chr(_byte(match[1])), body).encode("latin-1")


def _byte(escape: str) -> int:
    return _BYTES[escape] if escape in _BYTES else int(escape, 8)
