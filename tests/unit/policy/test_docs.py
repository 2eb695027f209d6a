"""Every rule has its page, and `docs/policy.md` names everything that packs can use."""

import dataclasses
import re
from pathlib import Path

import pytest

from assay.policy import input as policy_input
from assay.policy.builtins import PURE
from assay.policy.contents import DATA_NAMES
from assay.policy.engine import IMPURE
from assay.policy.manifest import Manifest, ManifestRule, PackKind

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "policy.md").read_text(encoding="utf-8")
SECTIONS = ["What it finds", "Why it matters", "How to fix", "Example bad", "Example good", "Configuration"]


def names(schema):
    return [item.name for item in dataclasses.fields(schema)]


@pytest.mark.parametrize("schema", [Manifest, ManifestRule])
def test_every_key_of_a_manifest_is_explained(schema):
    for name in names(schema):
        assert re.search(rf"^\|[^|]*`{name}`[^|]*\|", PAGE, re.MULTILINE), name


def test_every_member_of_the_input_is_explained():
    for name in names(policy_input.PolicyInput):
        assert re.search(rf"^\| `{name}(?:\[\]|\.files\[\])?` \|", PAGE, re.MULTILINE), name


@pytest.mark.parametrize(
    ("member", "schema"),
    [
        ("subject", policy_input.InputSubject),
        ("change.files[]", policy_input.InputFile),
        ("commits[]", policy_input.InputCommit),
        ("findings[]", policy_input.InputFinding),
        ("gaps[]", policy_input.Gap),
        ("risk", policy_input.InputRisk),
        ("waivers[]", policy_input.InputWaiver),
        ("people", policy_input.InputPerson),
        ("documents[]", policy_input.InputDocument),
    ],
)
def test_every_member_of_a_member_is_explained(member, schema):
    (row,) = re.findall(rf"^\| `{re.escape(member)}` \|(.*)\|$", PAGE, re.MULTILINE)
    for name in names(schema):
        assert f"`{name}`" in row, name


def test_approvals_are_explained():
    (row,) = re.findall(r"^\| `approvals\[\]` \|(.*)\|$", PAGE, re.MULTILINE)
    for name in set(names(policy_input.InputApproval)) - {"refused"}:
        assert f"`{name}`" in row, name
    assert "`refused`" in PAGE


def test_kinds_builtins_and_files_are_named():
    for word in (*PackKind, *IMPURE, *DATA_NAMES):
        assert word in PAGE, word
    for word in PURE:
        assert word in PAGE or f"{word.rpartition('.')[0]}.*" in PAGE, word


def test_the_example_of_the_page_is_a_pack_that_passes_its_tests(engine, tmp_path):
    from assay.policy import run_policy_tests

    (manifest,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    rego, tests = re.findall(r"```rego\n(.*?)```", PAGE, re.DOTALL)
    for name, text in (("pack.toml", manifest), ("large_change.rego", rego), ("large_change_test.rego", tests)):
        (tmp_path / name).write_text(text)
    run = run_policy_tests(engine, [str(tmp_path)])
    assert run.packs[0].fault is None
    assert run.passed


def test_every_rule_has_its_page(policy):
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (DOCS / "rules" / "change-control").glob("*.md")}
    assert {f"change-control/{name}" for name in pages} == set(policy.rules)
    for rule in policy.rules.values():
        page = pages[rule.id.partition("/")[2]]
        assert page.startswith(f"# {rule.id}\n\nSeverity: {rule.severity}. {rule.title}.\n")
        assert re.findall(r"^## (.*)$", page, re.MULTILINE) == SECTIONS
        assert rule.why
        assert rule.remedy
        assert rule.controls
