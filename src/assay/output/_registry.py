"""The formats by name: where each renderer is, and which file names it is for."""

from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from assay.errors import UsageError
from assay.model.report import Report
from assay.output.terminal import Terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One way to render a report."""

    module: str
    suffixes: tuple[str, ...]
    """Ends of file names, lower case, that mean this format where none is named."""


FORMATS: dict[str, Format] = {
    "text": Format(module="assay.output.text", suffixes=(".txt",)),
    "json": Format(module="assay.output.json", suffixes=(".json",)),
    "sarif": Format(module="assay.output.sarif", suffixes=(".sarif", ".sarif.json")),
    "junit": Format(module="assay.output.junit", suffixes=(".xml",)),
    "markdown": Format(module="assay.output.markdown", suffixes=(".md", ".markdown")),
    "github": Format(module="assay.output.github", suffixes=()),
    "html": Format(module="assay.output.html", suffixes=(".html", ".htm")),
}


class _Renderer(Protocol):
    def render(self, report: Report, terminal: Terminal, /) -> str: ...


def render(
    report: Report,
    format: str,  # noqa: A002 - the word that people use
    *,
    width: int = 80,
    colour: bool = False,
    ascii_only: bool = False,
) -> str:
    """Return `report` in one of `FORMATS`, ending with a line break.

    `width`, `colour` and `ascii_only` concern `text` (and the text inside `github`). Raises `UsageError` for an unknown
    format.
    """
    if format not in FORMATS:
        raise UsageError(f"there is no format {format!r}", hint=f"formats: {', '.join(FORMATS)}")
    renderer = cast(_Renderer, import_module(FORMATS[format].module))
    return renderer.render(report, Terminal(width=width, colour=colour, ascii_only=ascii_only))


def format_of_path(path: str) -> str | None:
    """Return the format that a file name asks for by its end, the longest suffix first; None if it asks for none."""
    lower = path.lower()
    matching = [(len(end), name) for name, item in FORMATS.items() for end in item.suffixes if lower.endswith(end)]
    return max(matching)[1] if matching else None
