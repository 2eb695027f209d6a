"""A terminal to write for: how wide it is, whether it shows colour, and whether it knows more than ASCII."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from assay.output.plain import ascii_only, cells, visible, wrap

# ECMA-48 SGR parameters, only those that every terminal of the last thirty years shows.
_RESET = "\x1b[0m"
_PAINT = re.compile(r"\x1b\[[0-9;]*m")


class Style(Enum):
    """How a piece of text looks where there is colour."""

    PLAIN = ""
    BOLD = "1"
    DIM = "2"
    GOOD = "1;32"
    CAUTION = "1;33"
    BAD = "1;31"
    CODE = "36"


# Unicode glyph to its stand-in of the same width.
_ASCII = {
    "✓": "+",
    "✗": "x",
    "○": "o",
    "█": "#",
    "░": ".",
    "│": "|",
    "·": "-",
    "•": "*",
    "├": "|",
    "└": "`",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """What the reader's terminal can show. All text that goes to it passes through `text` or `glyphs`."""

    width: int = 80
    colour: bool = False
    ascii_only: bool = False

    def text(self, untrusted: str) -> str:
        """Return text from a report so that it cannot steer the terminal."""
        shown = visible(untrusted)
        return ascii_only(shown) if self.ascii_only else shown

    def glyphs(self, ours: str) -> str:
        """Return our own text with its glyphs replaced where the terminal knows only ASCII."""
        return "".join(_ASCII.get(letter, letter) for letter in ours) if self.ascii_only else ours

    @property
    def ellipsis(self) -> str:
        """What stands for text that was cut."""
        return "..." if self.ascii_only else "…"

    def paint(self, style: Style, text: str) -> str:
        """Return text in a style. Measure before painting: escapes have no width."""
        if not self.colour or style is Style.PLAIN or not text:
            return text
        return f"\x1b[{style.value}m{text}{_RESET}"

    def paragraph(self, text: str, *, indent: int = 0, style: Style = Style.PLAIN, first: str = "") -> Iterator[str]:
        """Yield `text` wrapped and indented; `first`, painted or not, stands in the indent of the first line.

        `text` must have passed through `text` or `glyphs`. An empty one still gets its `first`.
        """
        gap = " " * (indent - cells(_PAINT.sub("", first)))
        lines = wrap(text, max(1, self.width - indent)) or ([""] if first else [])
        for index, line in enumerate(lines):
            lead = first + gap if index == 0 else " " * indent
            yield lead + self.paint(style, line)

    def heading(self, title: str, aside: str = "") -> Iterator[str]:
        """Yield a blank line and a heading, what it counts beside it (or below it, on a narrow terminal)."""
        yield ""
        if not aside:
            yield self.paint(Style.BOLD, title)
        elif cells(title) + 2 + cells(aside) <= self.width:
            yield f"{self.paint(Style.BOLD, title)}  {self.paint(Style.DIM, aside)}"
        else:
            yield self.paint(Style.BOLD, title)
            yield from self.paragraph(aside, indent=2, style=Style.DIM)

    def document(self, lines: Iterable[str]) -> str:
        """Return lines as a text that ends with a line break, without trailing spaces."""
        return "\n".join(line.rstrip() for line in lines).strip("\n") + "\n"
