"""Every rule has its page, generated from its table and up to date."""

from pathlib import Path

import pytest

from assay.inspectors.secrets._catalogue import load_rules
from assay.inspectors.secrets.pages import main, pages

FOLDER = Path(__file__).parents[3] / "docs" / "rules" / "secrets"
HINT = "run: python -m assay.inspectors.secrets.pages docs/rules/secrets"


@pytest.mark.parametrize("name", sorted(pages()))
def test_the_page_is_up_to_date(name):
    assert (FOLDER / name).read_text("utf-8") == pages()[name], HINT


def test_there_is_a_page_for_every_rule_and_no_other():
    wanted = {f"{rule.name}.md" for rule in load_rules()} | {"README.md"}
    assert {path.name for path in FOLDER.iterdir()} == wanted, HINT


def test_writing_them_removes_those_of_rules_that_are_gone(tmp_path):
    (tmp_path / "gone.md").write_text("# secrets/gone\n")
    (tmp_path / "note.txt").write_text("kept")
    main([str(tmp_path)])
    assert {path.name for path in tmp_path.iterdir()} == {*pages(), "note.txt"}


def test_a_page_shows_no_sample(examples):
    text = "".join(pages().values())
    for pair in examples.values():
        assert not any(sample in text for sample in pair.match if len(sample) > 24)


def test_a_page_says_where_and_how():
    page = pages()["netrc-password.md"]
    assert page.startswith("# secrets/netrc-password\n")
    for heading in ("## What it finds", "## Why it matters", "## How to fix", "## References"):
        assert heading in page
    assert "matches `" in pages()["pgpass-password.md"]
    assert "files that hold settings" in pages()["configuration-password.md"]
