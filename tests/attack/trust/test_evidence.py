"""Evidence from outside that speaks for a change: unbelieved, outdated, borrowed, or in the place of our own."""

import json
from dataclasses import replace

import pytest

from assay import api
from assay.attest import sign_statement
from assay.attest.keys import generate_key, private_pem
from assay.attest.predicates import findings_predicate
from assay.model.approval import Links, Producer
from assay.model.finding import Finding, Inspection, Place, RuleOutcome, Scanned
from assay.model.outcome import Confidence, GateKind, KeyClass, Outcome, Severity, Verdict
from assay.model.statement import FINDINGS, Statement

AT = "2024-06-01T12:00:00Z"
BEFORE = "2024-06-01T11:00:00Z"
AFTER = "2030-01-01T00:00:00Z"


@pytest.fixture
def secret():
    return "AKIA" + "Q3EGRIVATKFLNWHZ"


@pytest.fixture
def harmless(team):
    team.repo.commit({"a.py": "x = 1\n"}, message="feat: a")
    report = team.judge(kind=GateKind.MERGE)
    assert report.decision.verdict is Verdict.ALLOW
    return report


@pytest.fixture
def leaking(team, secret):
    team.repo.commit({"a.py": f'key = "{secret}"\n'}, message="feat: a")
    report = team.judge(kind=GateKind.MERGE)
    assert report.decision.verdict is Verdict.DENY
    return report


FOUND = Finding(
    rule="secrets/other-scanner",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="a key",
    place=Place(path="a.py"),
    fingerprint="ab" * 32,
)


def says(team, report, who, *findings, producer="scanner", at=AT):
    """Return a file with what a scanner reports, signed by `who`."""
    outcome = Outcome.FAIL if findings else Outcome.PASS
    inspection = Inspection(
        findings=tuple(findings),
        outcomes=(RuleOutcome(rule="secrets/other-scanner", outcome=outcome),),
        scanned=Scanned(files=1, bytes=1),
        skipped=(),
    )
    made_by = Producer(name=producer, version="1", config_digest="0" * 64)
    predicate = findings_predicate(inspection, producer=made_by, at=at, links=Links())
    return team.sign(FINDINGS, predicate, report.change.subject, who)


def judged(team, *evidence, **options):
    options.setdefault("kind", GateKind.MERGE)
    return team.judge(evidence=evidence, **options).decision.verdict


def test_what_a_build_machine_found_counts_at_the_merge_gate(team, harmless):
    assert judged(team, says(team, harmless, "build", FOUND)) is Verdict.DENY


def test_a_pass_of_a_local_key_does_not_replace_what_a_build_machine_found(team, harmless):
    team.keys["local"] = generate_key(KeyClass.LOCAL)
    found = says(team, harmless, "build", FOUND)
    assert judged(team, found, says(team, harmless, "local", at=AFTER)) is Verdict.DENY


def test_a_pass_in_our_own_name_does_not_replace_what_we_find(team, leaking):
    for at in (BEFORE, AT, AFTER):
        assert judged(team, says(team, leaking, "build", producer="assay", at=at)) is Verdict.DENY


def test_a_person_reports_no_findings_at_the_merge_gate(team, harmless):
    found = says(team, harmless, "build", FOUND)
    assert judged(team, found, says(team, harmless, "mallory", at=AFTER)) is Verdict.DENY


def test_an_older_pass_that_is_delivered_last(team, harmless):
    found = says(team, harmless, "build", FOUND)
    older = says(team, harmless, "build", at=BEFORE)
    assert judged(team, found) is Verdict.DENY
    assert judged(team, older) is Verdict.DENY


def test_an_older_pass_whose_file_is_named_to_come_last(team, harmless, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    says(team, harmless, "build", FOUND).rename(folder / "a.json")
    says(team, harmless, "build", at=BEFORE).rename(folder / "z.json")
    assert judged(team, folder) is Verdict.DENY


def test_a_newer_run_replaces_an_older_one(team, harmless):
    found = says(team, harmless, "build", FOUND, at=BEFORE)
    assert judged(team, found, says(team, harmless, "build")) is Verdict.ALLOW


def test_a_time_to_come_does_not_outlast_what_comes_later(team, harmless):
    premature = says(team, harmless, "build", at=AFTER)
    assert judged(team, premature) is Verdict.ALLOW
    assert judged(team, says(team, harmless, "build", FOUND)) is Verdict.DENY


def test_a_finding_that_somebody_else_signed_first_is_still_heard(team, harmless):
    """The words of a build machine, signed by one who is not believed and brought in before the machine's own."""
    genuine = says(team, harmless, "build", FOUND).read_bytes()
    payload = json.loads(genuine)
    from assay.attest.dsse import decode_envelope
    from assay.attest.statement import decode_statement

    assert payload["payloadType"]
    copied = sign_statement(decode_statement(decode_envelope(genuine).payload), [team.keys["mallory"]])
    assert judged(team, team.store(copied), team.store(genuine)) is Verdict.DENY


def test_an_approval_that_somebody_else_signed_first_still_counts(team):
    team.repo.commit({"assay.toml": team.settings + "# more\n"}, message="chore: settings")
    report = team.judge()
    genuine = team.approval(report, "alice").read_bytes()
    from assay.attest.dsse import decode_envelope
    from assay.attest.statement import decode_statement

    copied = sign_statement(decode_statement(decode_envelope(genuine).payload), [team.keys["build"]])
    assert judged(team, team.store(copied), team.store(genuine), kind=GateKind.COMMIT) is Verdict.ALLOW


def test_findings_about_another_change(team, harmless):
    other = replace(harmless.change, head_tree=harmless.change.base_tree)
    inspection = Inspection(findings=(), outcomes=(), scanned=Scanned(files=1, bytes=1), skipped=())
    made_by = Producer(name="scanner", version="1", config_digest="0" * 64)
    predicate = findings_predicate(inspection, producer=made_by, at=AT, links=Links())
    found = says(team, harmless, "build", FOUND)
    elsewhere = team.sign(FINDINGS, predicate, other.subject, "build")
    assert judged(team, found, elsewhere) is Verdict.DENY


def test_a_signer_nobody_named_makes_an_advisory_decision(team, monkeypatch):
    """A key does not become a build machine's by being handed over as the signer."""
    stranger = generate_key(KeyClass.CI)
    monkeypatch.setenv("SIGNER", private_pem(stranger).decode())
    team.repo.commit({"a.py": "x = 1\n"}, message="feat: a")
    report = team.judge(kind=GateKind.MERGE, signer="env:SIGNER")
    assert report.signer.key_class is KeyClass.LOCAL
    assert report.decision.advisory


def test_a_build_machine_that_the_target_names_makes_a_decision(team, monkeypatch):
    monkeypatch.setenv("SIGNER", private_pem(team.keys["build"]).decode())
    team.repo.commit({"a.py": "x = 1\n"}, message="feat: a")
    report = team.judge(kind=GateKind.MERGE, signer="env:SIGNER")
    assert report.signer.key_class is KeyClass.CI
    assert not report.decision.advisory


def test_two_repositories_with_one_state_folder(team, new_repo, secret):
    """Each is judged by its own policy and for its own content, whatever the other left in the ledger."""
    team.repo.commit({"a.py": f'key = "{secret}"\n'}, message="feat: a")
    assert team.judge().decision.verdict is Verdict.DENY
    other = new_repo("other")
    other.commit({"README.md": "# Other\n"}, message="docs: begin")
    other.git("switch", "-q", "-c", "topic")
    other.commit({"a.py": "x = 1\n"}, message="feat: a")
    state = team.folder / "state"
    assert api.gate(other.path, state=state).decision.verdict is Verdict.ALLOW
    assert team.judge().decision.verdict is Verdict.DENY


def test_evidence_of_one_repository_shows_in_another_with_the_same_trees_only(team):
    statement = Statement(
        subjects=(replace(_subject(team), digest={"sha256": "0" * 64}),),
        predicate_type=FINDINGS,
        predicate=findings_predicate(
            Inspection(findings=(FOUND,), outcomes=(), scanned=Scanned(files=1, bytes=1), skipped=()),
            producer=Producer(name="scanner", version="1", config_digest="0" * 64),
            at=AT,
            links=Links(),
        ),
    )
    path = team.store(sign_statement(statement, [team.keys["build"]]))
    assert judged(team, path) is Verdict.ALLOW


def _subject(team):
    team.repo.commit({"a.py": "x = 1\n"}, message="feat: a")
    return team.judge().change.subject
