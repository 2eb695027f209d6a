"""Every rule has fixtures of both kinds and a page, and they say what the rule does."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.inspectors._base import Match, SourceFile
from assay.inspectors.workflows import INSPECTOR

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "tests/assets/workflows"
PAGES = ROOT / "docs/rules/workflows"
RULES = sorted(INSPECTOR.rules)
FILES = sorted(FIXTURES.glob("*/*.yml"))
SECTIONS = ["What it finds", "Why it matters", "How to fix", "Example bad", "Example good", "References"]


def matches(rule: str, data: bytes, *, path: str = ".github/workflows/x.yml") -> Iterator[Match]:
    return (found for found in INSPECTOR.inspect(SourceFile(path=path, data=data)) if found.rule == rule)


def path_of(fixture: Path) -> str:
    return "action.yml" if fixture.name.endswith(".action.yml") else ".github/workflows/x.yml"


def name_of(fixture: Path) -> str:
    return f"{fixture.parent.name}/{fixture.stem}"


@pytest.mark.parametrize("fixture", FILES, ids=name_of)
def test_a_fixture_gives_the_findings_written_at_its_end(fixture):
    rule, data = f"workflows/{fixture.parent.name}", fixture.read_bytes()
    file = SourceFile(path=path_of(fixture), data=data)
    found = [
        f"{file.line_at(match.start) + 1} {match.severity or INSPECTOR.rules[rule].severity} "
        f"{match.confidence} {match.anchor}"
        for match in sorted(matches(rule, data, path=file.path), key=lambda match: (match.start, match.end))
    ]
    assert found == re.findall(r"^# finds (.*)$", data.decode(), re.MULTILINE)
    assert bool(found) is fixture.name.startswith("bad-")


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_has_fixtures_of_both_kinds(rule):
    names = [fixture.name for fixture in FILES if fixture.parent.name == rule.removeprefix("workflows/")]
    assert any(name.startswith("bad-") for name in names)
    assert any(name.startswith("good-") for name in names)


@pytest.mark.parametrize("rule", RULES)
def test_a_page_says_what_the_rule_says_of_itself(rule):
    page = (PAGES / f"{rule.removeprefix('workflows/')}.md").read_text(encoding="utf-8")
    metadata = INSPECTOR.rules[rule]
    assert page.startswith(f"# {rule}\n\nSeverity: {metadata.severity}. {metadata.title}.\n\n")
    assert f"Controls: {', '.join(metadata.controls)}.\n" in page
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == SECTIONS


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("section", "fires"), [("Example bad", True), ("Example good", False)])
def test_the_examples_of_a_page_are_what_it_calls_them(rule, section, fires):
    page = (PAGES / f"{rule.removeprefix('workflows/')}.md").read_text(encoding="utf-8")
    example = re.search(rf"^## {section}\n\n```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert example, section
    assert any(matches(rule, example[1].encode())) is fires


def test_no_page_and_no_fixture_is_of_another_rule():
    assert {f"workflows/{page.stem}" for page in PAGES.glob("*.md")} == set(RULES)
    assert {f"workflows/{fixture.parent.name}" for fixture in FILES} == set(RULES)
