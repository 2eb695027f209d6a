"""What the documents say is held against the software."""

import re
from pathlib import Path

import pytest

from assay.cli import app
from assay.inspectors.registry import all_rules

ROOT = Path(__file__).parents[3]
PAGES = sorted(
    path.relative_to(ROOT) for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")) if path.is_file()
)


def test_the_help_in_the_readme_is_the_help_there_is(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    app.run(["--help"])
    shown = re.search(r"\$ assay --help\n(.*?)\n```", (ROOT / "README.md").read_text(), re.DOTALL)[1]
    assert shown == capsys.readouterr().out.rstrip()


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_to_a_file_leads_somewhere(page):
    for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", (ROOT / page).read_text()):
        if not re.match(r"[a-z]+:", link):
            assert (ROOT / page.parent / link).exists(), link


@pytest.mark.parametrize("rule", all_rules())
def test_every_rule_has_its_page(rule):
    page = ROOT / "docs/rules" / f"{rule}.md"
    assert page.read_text().startswith(f"# {rule}\n")


def test_every_adr_has_a_status():
    for page in (ROOT / "docs/adr").glob("*.md"):
        assert "Status:" in page.read_text(), page.name


def test_every_benchmark_named_is_there():
    text = (ROOT / "README.md").read_text() + (ROOT / "docs/field-notes.md").read_text()
    for script in re.findall(r"benchmarks/(\w+\.py)", text):
        assert (ROOT / "benchmarks" / script).is_file(), script


def test_the_changelog_has_its_usual_form():
    lines = (ROOT / "CHANGELOG.md").read_text().splitlines()
    assert lines[0] == "# Changelog"
    assert "## [Unreleased]" in lines
