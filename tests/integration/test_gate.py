"""The spine, as a user runs it: every verdict, every way out, and the record of it."""

import json

import pytest

WORKFLOW = """\
name: ci
on: push
permissions:
  contents: read
concurrency: ci
jobs:
  test:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - run: make test
"""


@pytest.fixture
def project(repo, assay):
    """A repository that was set up and has one harmless commit on `main` and a branch `topic` checked out."""
    repo.commit({"README.md": "# Project\n"}, message="docs: begin")
    assert assay("init", "--no-hooks").code == 0
    repo.commit(message="chore: set up assay")
    repo.git("switch", "-q", "-c", "topic")
    return repo


def gate(assay, *arguments):
    ran = assay("gate", *arguments, "--format", "json")
    return ran, json.loads(ran.out)


def test_right_after_init_a_harmless_change_is_allowed(project, assay):
    project.commit({"src/a.py": "x = 1\n", "tests/test_a.py": "def test(): ...\n"}, message="whatever I like")
    ran, report = gate(assay)
    assert (ran.code, report["decision"]["verdict"]) == (0, "allow")


def test_a_new_secret_denies(project, assay, secret):
    project.commit({"settings.py": f'key = "{secret}"\n'}, message="feat: settings")
    ran, report = gate(assay)
    assert (ran.code, report["decision"]["verdict"]) == (1, "deny")
    assert secret not in ran.out
    assert secret not in ran.err


def test_a_secret_added_and_then_deleted_denies(project, assay, secret):
    project.commit({"settings.py": f'key = "{secret}"\n'}, message="feat: settings")
    project.commit({"settings.py": "key = None\n"}, message="fix: oops")
    assert assay("gate").code == 1


@pytest.mark.parametrize(
    "path", [".github/workflows/ci.yml", "assay.toml", "assay/policy/ours/a.rego", "assay/keys/mallory.pub"]
)
def test_what_decides_needs_approval(project, assay, path):
    old = (project.path / path).read_text() if (project.path / path).exists() else ""
    project.commit({path: WORKFLOW if path.endswith("yml") else old + "\n# changed\n"}, message="chore: change")
    ran, report = gate(assay)
    assert (ran.code, report["decision"]["verdict"]) == (3, "needs_approval")


def test_without_a_range_the_merge_base_with_the_default_branch_is_the_base(project, assay):
    base = project.git("rev-parse", "main")
    head = project.commit({"a.txt": "a\n"}, message="feat: a")
    _, report = gate(assay)
    assert (report["change"]["base_commit"], report["change"]["head_commit"]) == (base, head)


def test_every_decision_is_in_a_ledger_that_verifies(project, assay):
    project.commit({"a.txt": "a\n"}, message="feat: a")
    _, report = gate(assay)
    verified = assay("ledger", "verify", "--payloads")
    assert verified.code == 0
    assert "ok: 3 entries" in verified.out
    shown = json.loads(assay("ledger", "show", "latest").out)
    assert shown["predicateType"] == "urn:assay:decision:v1"
    assert shown["predicate"]["checkpoint"]["size"] == 2
    assert report["decision"]["checkpoint"]["size"] == 2


def test_why_replays_to_the_same_decision(project, assay):
    project.commit({".github/workflows/ci.yml": WORKFLOW}, message="ci: test")
    assay("gate")
    ran = assay("why", "--replay")
    assert ran.code == 0
    assert "the same decision" in ran.err
    assert "change-control/sensitive-path" in ran.out


def test_one_run_writes_many_formats(project, assay, tmp_path):
    project.commit({"a.txt": "a\n"}, message="feat: a")
    names = {"json": "a.json", "sarif": "a.sarif", "junit": "a.xml", "markdown": "a.md", "html": "a.html"}
    options = [word for name, file in names.items() for word in ("--format", name, "--output", tmp_path / file)]
    ran = assay("gate", *options, "--format", "text")
    assert ran.code == 0
    assert "allow" in ran.out.lower()
    assert all((tmp_path / file).stat().st_size for file in names.values())
    assert json.loads((tmp_path / "a.sarif").read_text())["version"] == "2.1.0"


def test_an_empty_range_is_exit_4(project, assay):
    assert assay("gate").code == 4


def test_a_merge_decision_with_a_local_key_is_advisory(project, assay):
    project.commit({"a.txt": "a\n"}, message="feat: a")
    _, report = gate(assay, "--gate", "merge")
    assert report["decision"]["advisory"] is True


def test_a_change_cannot_lower_its_own_bar(project, assay, secret):
    project.commit({"assay.toml": 'version = 1\n[policy]\npacks = []\n[check]\nexclude = ["**"]\n'}, message="chore: x")
    project.commit({"settings.py": f'key = "{secret}"\n'}, message="feat: settings")
    assert assay("gate").code == 1


def test_the_tree_that_a_gate_shows_is_the_one_that_the_record_gives(project, assay, secret):
    project.commit({"settings.py": f'key = "{secret}"\n', "assay.toml": "version = 1\n"}, message="feat: settings")
    _, report = gate(assay)
    assert json.loads(assay("why", "--format", "json").out)["why"] == report["why"]
