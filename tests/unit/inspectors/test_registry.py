"""Families and rules by name."""

import subprocess
import sys

import pytest

from assay.errors import UsageError
from assay.inspectors import FAMILIES, all_rules, rule
from assay.inspectors.registry import family_names


def test_every_family_names_its_rules_after_itself():
    rules = all_rules()
    assert {found.family for found in rules.values()} == set(FAMILIES)
    assert list(rules) == sorted(rules)
    assert all(name == found.id for name, found in rules.items())


def test_rules_of_some_families():
    assert {found.family for found in all_rules(["commits"]).values()} == {"commits"}


def test_a_rule_by_its_id():
    assert rule("commits/conventional").id == "commits/conventional"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("commits/conventionl", "did you mean `commits/conventional`?"),
        ("workflows/unpined-action", "`workflows/unpinned-action`"),
        ("zzzz", "see: assay rules"),
    ],
)
def test_a_rule_that_does_not_exist(name: str, hint: str):
    with pytest.raises(UsageError, match=f"no rule has the id `{name}`") as caught:
        rule(name)
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize(("name", "hint"), [("secret", "did you mean `secrets`?"), ("zzzz", "known: commits, secrets")])
def test_a_family_that_does_not_exist(name: str, hint: str):
    with pytest.raises(UsageError) as caught:
        family_names(["commits", name])
    assert hint in (caught.value.hint or "")


def test_no_family_is_imported_before_it_is_asked_for():
    code = "import sys, assay.inspectors as i; print([m for m in i.FAMILIES.values() if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
