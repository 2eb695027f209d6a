"""Every format of every hand-built report, as it is printed; `tests/assets/output/reports.py` builds them."""

import importlib.util
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from assay._version import __version__
from assay.output import render, render_why

_HERE = Path(__file__).parent
_SUFFIXES = {
    "text": "txt",
    "json": "json",
    "sarif": "sarif",
    "junit": "xml",
    "markdown": "md",
    "github": "github.txt",
    "html": "html",
}
# What grows with the report is not kept for 2,000 findings; the unit tests count it.
_BOUNDED = ("text", "github", "markdown")


def _load() -> ModuleType:
    file = _HERE.parents[1] / "assets" / "output" / "reports.py"
    spec = importlib.util.spec_from_file_location("output_reports", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_MODULE = _load()
_CASES = [(name, kind) for name in _MODULE.REPORTS for kind in _SUFFIXES if name != "many" or kind in _BOUNDED]


def scrub(text: str) -> str:
    """Return a text without what changes from release to release (our version, the style sheet), a page in lines."""
    if text.startswith("<!doctype html>"):
        text = text.replace("><", ">\n<")
    text = re.sub(r"<style>.*</style>", "<style>@STYLE@</style>", text, flags=re.DOTALL)
    text = re.sub(r"sha256-[A-Za-z0-9+/=]+", "sha256-@STYLE@", text)
    return (
        text.replace(__version__, "@VERSION@") if f'"{__version__}"' in text or f"Assay {__version__}" in text else text
    )


@pytest.mark.parametrize(("name", "kind"), _CASES)
def test_output_is_as_it_was(golden: Callable[[Path, str], None], name: str, kind: str):
    golden(_HERE / name / f"report.{_SUFFIXES[kind]}", scrub(render(_MODULE.REPORTS[name](), kind)))


@pytest.mark.parametrize("name", ["deny", "needs-approval"])
def test_text_on_a_narrow_terminal_without_unicode(golden: Callable[[Path, str], None], name: str):
    text = render(_MODULE.REPORTS[name](), "text", width=44, ascii_only=True)
    golden(_HERE / name / "report-44-ascii.txt", text)


def test_text_in_colour(golden: Callable[[Path, str], None]):
    golden(_HERE / "deny" / "report-colour.txt", render(_MODULE.deny(), "text", colour=True))


def test_the_tree_of_reasons(golden: Callable[[Path, str], None]):
    golden(_HERE / "needs-approval" / "why.txt", render_why(_MODULE.tree()))
