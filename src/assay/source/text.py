"""Between the characters a parser counts and the bytes an editor cuts."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from assay.errors import SourceError

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class DecodedText:
    """Text with the byte offset of every character."""

    text: str
    _wide: tuple[int, ...]
    """Indexes of the characters that take more than one byte."""
    _extra: tuple[int, ...]
    """For each of them, the bytes beyond one that it and all before it take."""

    def offset(self, index: int) -> int:
        """Return the byte offset of the character at `index` (the length in bytes for the length in characters)."""
        before = bisect_right(self._wide, index - 1)
        return index + self._extra[before - 1] if before else index


def decode(data: bytes, *, kind: str) -> DecodedText:
    """Decode UTF-8 `data`; a byte order mark stays the first character.

    Raises `SourceError` that calls the file `kind` and names the line of the first bad byte.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(
            f"{kind} must be UTF-8, found byte 0x{data[error.start]:02x}", line=line, hint="convert the file to UTF-8"
        ) from None
    if len(text) == len(data):
        return DecodedText(text, (), ())
    wide = tuple(found.start() for found in _BEYOND_ASCII.finditer(text))
    return DecodedText(text, wide, tuple(accumulate(_extra_bytes(text, wide))))


def _extra_bytes(text: str, wide: tuple[int, ...]) -> Iterator[int]:
    return (len(text[index].encode("utf-8")) - 1 for index in wide)
