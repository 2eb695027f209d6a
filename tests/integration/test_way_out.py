"""Approvals and waivers: how a verdict changes without changing the code, and when it does not."""

import json
import re

import pytest

WORKFLOW = "name: ci\non: push\njobs:\n  a:\n    runs-on: x\n    steps: [{run: make}]\n"


@pytest.fixture
def project(repo, assay, passphrase):
    """`main` names two people with keys; `topic` changes a workflow, so it needs approval."""
    repo.commit({"README.md": "# Project\n"}, message="docs: begin")
    assay("init", "--no-hooks")
    people = []
    for person in ("alice", "bob"):
        made = assay("key", "generate", person, "--passphrase-fd", passphrase())
        assert made.code == 0, made.err
        people.append(made.out.replace("emails = []", f'emails = ["{person}@example.org"]'))
    settings = (repo.path / "assay.toml").read_text() + "\n" + "\n".join(people)
    repo.commit({"assay.toml": settings}, message="chore: people")
    repo.git("switch", "-q", "-c", "topic")
    repo.commit({".github/workflows/ci.yml": WORKFLOW}, message="ci: test")
    return repo


def verdict(assay, *arguments):
    return json.loads(assay("gate", *arguments, "--format", "json").out)["decision"]


def approve(assay, passphrase, person="alice", **options):
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return assay(
        "approve", "--meaning", "approved", "--person", person, "--yes", "--passphrase-fd", passphrase(), *words
    )


def test_an_approval_turns_needs_approval_into_allow(project, assay, passphrase):
    assert verdict(assay)["verdict"] == "needs_approval"
    assert approve(assay, passphrase).code == 0
    assert verdict(assay)["verdict"] == "allow"


def test_the_text_that_is_signed_is_shown_with_name_meaning_and_subject(project, assay, passphrase):
    verdict(assay)
    shown = approve(assay, passphrase).out
    assert "alice" in shown
    assert "approved" in shown
    assert project.git("rev-parse", "HEAD^{tree}")[:12] in shown


def test_an_approval_is_void_when_the_change_changes(project, assay, passphrase):
    verdict(assay)
    approve(assay, passphrase)
    project.commit({".github/workflows/ci.yml": WORKFLOW + "# more\n"}, message="ci: more")
    assert verdict(assay)["verdict"] == "needs_approval"


def test_an_approval_is_void_when_the_policy_changes(project, assay, passphrase):
    verdict(assay)
    approve(assay, passphrase)
    project.git("switch", "-q", "main")
    text = (project.path / "assay.toml").read_text()
    pack = 'package main\n\nimport rego.v1\n\nwarn contains "hello" if false\n'
    text = re.sub(r"(?m)^#? ?packs = .*$", 'packs = ["change-control", "assay/policy/ours"]', text)
    if "[policy]" not in text:
        text += '\n[policy]\npacks = ["change-control", "assay/policy/ours"]\n'
    text = re.sub(r"(?m)^# ?\[policy\]$", "[policy]", text)
    project.commit({"assay.toml": text, "assay/policy/ours/a.rego": pack}, message="chore: policy")
    project.git("switch", "-q", "topic")
    assert verdict(assay)["verdict"] == "needs_approval"


def test_the_author_of_the_change_cannot_approve_it(project, assay, passphrase):
    project.commit(
        {".github/workflows/ci.yml": WORKFLOW + "# alice\n"},
        message="ci: hers",
        author="Alice <alice@example.org>",
    )
    verdict(assay)
    approve(assay, passphrase)
    decided = verdict(assay)
    assert decided["verdict"] == "needs_approval"
    assert "alice" in json.dumps(decided["requires"])
    approve(assay, passphrase, person="bob")
    assert verdict(assay)["verdict"] == "allow"


def test_a_wrong_passphrase_signs_nothing(project, assay, passphrase):
    verdict(assay)
    refused = assay(
        "approve", "--meaning", "approved", "--person", "alice", "--yes", "--passphrase-fd", passphrase(b"no")
    )
    assert refused.code == 2
    assert "passphrase" in refused.err
    assert verdict(assay)["verdict"] == "needs_approval"


def test_an_approval_travels_as_a_file(project, assay, passphrase, tmp_path):
    verdict(assay, "--state", tmp_path / "author")
    statement = tmp_path / "approval.json"
    assert approve(assay, passphrase, state=tmp_path / "author", output=statement).code == 0
    decisions = tmp_path / "evidence"
    decisions.mkdir()
    (decisions / "a.json").write_bytes(statement.read_bytes())
    again = verdict(assay, "--state", tmp_path / "author", "--evidence", decisions)
    assert again["verdict"] == "allow"


def test_statements_travel_by_sync(project, assay, passphrase, new_repo):
    remote = new_repo("remote", bare=True)
    project.git("remote", "add", "origin", remote.path)
    project.git("push", "-q", "origin", "main", "topic")
    verdict(assay)
    approve(assay, passphrase)
    assert assay("sync").code == 0
    clone = new_repo("other")
    clone.git("remote", "add", "origin", remote.path)
    clone.git("fetch", "-q", "origin")
    clone.git("switch", "-q", "topic")
    received = assay("sync", cwd=clone.path)
    assert received.code == 0, received.err
    # What a clone signed with its own key is believed by that clone alone; what people signed, and the decision that
    # they name, is believed here too.
    assert "received 2, refused 2" in received.out
    decided = json.loads(assay("gate", "origin/main..topic", "--format", "json", cwd=clone.path).out)["decision"]
    assert decided["verdict"] == "allow"


def test_a_waiver_shows_the_finding_as_waived_by_whom_until_when(project, assay, passphrase):
    report = json.loads(assay("gate", "--format", "json").out)
    prints = [item["fingerprint"][:12] for item in report["inspection"]["findings"]]
    ran = assay(
        "waiver", "add", *prints, "--reason", "reviewed by security", "--ticket", "OPS-1", "--days", "7",
        "--person", "bob", "--passphrase-fd", passphrase(),
    )  # fmt: skip
    assert ran.code == 0, ran.err
    text = assay("gate").out
    assert "waived" in text
    assert "bob" in text


def test_a_waiver_for_more_than_ninety_days_is_refused(project, assay, passphrase):
    ran = assay("waiver", "add", "0" * 64, "--reason", "r", "--ticket", "T-1", "--days", "91")
    assert ran.code == 2
