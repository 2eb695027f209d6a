import subprocess
import sys

import pytest

from assay.errors import UsageError
from assay.output import FORMATS, format_of_path, render


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_format_ends_with_one_line_break_and_is_the_same_twice(report, name: str):
    text = render(report, name)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert render(report, name) == text


def test_an_unknown_format_is_refused_with_the_list(reports):
    with pytest.raises(UsageError, match="no format 'pdf'") as caught:
        render(reports.check(), "pdf")
    assert caught.value.hint == "formats: text, json, sarif, junit, markdown, github, html"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("report.html", "html"),
        ("OUT/Report.HTM", "html"),
        ("a.json", "json"),
        ("a.sarif", "sarif"),
        ("a.sarif.json", "sarif"),
        ("a.xml", "junit"),
        ("a.md", "markdown"),
        ("a.txt", "text"),
        ("a.pdf", None),
        ("json", None),
    ],
)
def test_a_file_name_asks_for_a_format(path: str, name: str | None):
    assert format_of_path(path) == name


def test_only_the_format_asked_for_is_imported():
    code = (
        "import sys, assay.output\n"
        "heavy = ('assay.output.', 'rich', 'jinja2', 'markupsafe')\n"
        "loaded = [name for name in sys.modules if name.startswith(heavy)]\n"
        "formats = {'text', 'json', 'sarif', 'junit', 'markdown', 'github', 'html'}\n"
        "print([name for name in loaded if name.rpartition('.')[2] in formats - {'text'} or name[:4] != 'assa'])\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
