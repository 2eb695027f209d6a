"""Approvals that say more than the person who signed them: replayed, borrowed, stretched, or in another's name."""

from dataclasses import replace

import pytest

from assay import api
from assay.attest.predicates import decision_predicate, findings_predicate
from assay.errors import AssayError
from assay.model.approval import Links, WaiverScope
from assay.model.finding import Inspection, RuleOutcome, Scanned
from assay.model.outcome import GateKind, Meaning, Outcome, Verdict
from assay.model.statement import DECISION, FINDINGS

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


def verdict(report):
    return report.decision.verdict


def refusals(report):
    return [given.reason for requirement in report.decision.requires for given in requirement.given if given.reason]


@pytest.fixture
def sensitive(team):
    """A change by an unknown author that needs approval, since it touches a workflow."""
    team.repo.commit({".github/workflows/ci.yml": WORKFLOW}, message="ci: test")
    report = team.judge()
    assert verdict(report) is Verdict.NEEDS_APPROVAL
    return report


def test_the_approval_of_somebody_else_counts(team, sensitive):
    assert verdict(team.judge(evidence=[team.approval(sensitive, "alice")])) is Verdict.ALLOW


def test_an_approval_in_another_persons_name(team, sensitive):
    forged = team.approval(sensitive, "alice", key="mallory")
    assert verdict(team.judge(evidence=[forged])) is Verdict.NEEDS_APPROVAL


def test_a_printed_name_that_is_another_persons(team, sensitive):
    report = team.judge(evidence=[team.approval(sensitive, "mallory", name="Alice", person=None)])
    shown = [given.name for requirement in report.decision.requires for given in requirement.given]
    assert shown == ["Mallory"]


def test_an_approval_does_not_cover_a_rule_that_was_not_asked_then(team):
    """A crash after the approval is a new question: nobody has answered for what was not evaluated."""
    pack = {
        "ours/pack.toml": 'id = "ours"\nkind = "assay"\n[[rules]]\nid = "ours/release"\ntitle = "t"\n',
        "ours/a.rego": (
            'package ours\n\nimport rego.v1\n\nrequire contains answer if {\n\tinput.gate == "merge"\n'
            '\tanswer := {"rule": "ours/release", "message": "a merge is a release"}\n}\n'
        ),
    }
    team.repo.git("switch", "-q", "main")
    team.repo.commit({"assay.toml": team.settings + '[policy]\npacks = ["change-control", "ours"]\n', **pack})
    team.repo.git("switch", "-q", "-c", "next")
    team.repo.commit({".github/workflows/ci.yml": WORKFLOW}, message="ci: test")
    asked = team.judge()
    approval = team.approval(asked, "alice")
    assert verdict(team.judge(evidence=[approval])) is Verdict.ALLOW
    merging = team.judge(kind=GateKind.MERGE)
    assert verdict(merging) is Verdict.NEEDS_APPROVAL
    assert refusals(merging)
    assert verdict(team.judge(kind=GateKind.MERGE, evidence=[team.approval(merging, "alice")])) is Verdict.ALLOW


def test_an_approval_does_not_cover_what_could_not_be_evaluated_later(team, sensitive):
    approval = team.approval(sensitive, "alice")
    crashed = Inspection(
        findings=(),
        outcomes=(RuleOutcome(rule="terraform/x", outcome=Outcome.ERROR, reason="killed"),),
        scanned=Scanned(files=1, bytes=1),
        skipped=(),
    )
    predicate = findings_predicate(
        crashed, producer=replace(_producer(), name="other"), at="2024-06-01T12:00:00Z", links=Links()
    )
    findings = team.sign(FINDINGS, predicate, sensitive.change.subject, "build")
    assert verdict(team.judge(evidence=[approval, findings])) is Verdict.NEEDS_APPROVAL


def test_an_approval_given_before_the_author_waived(team, secret_change):
    """Who approved a change with an open finding has not approved that its author waives it."""
    report, finding = secret_change
    approval = team.approval(report, "bob")
    waiver = team.waiver(report, "alice", WaiverScope(fingerprints=(finding.fingerprint,)))
    after = team.judge(evidence=[approval, waiver])
    assert verdict(after) is Verdict.NEEDS_APPROVAL
    assert verdict(team.judge(evidence=[team.approval(after, "bob")])) is Verdict.ALLOW


@pytest.fixture
def secret_change(team):
    """A change by alice with a finding that needs approval."""
    flow = WORKFLOW.replace("permissions:\n  contents: read\n", "permissions: write-all\n")
    team.repo.commit({".github/workflows/ci.yml": flow}, message="ci: test", author="Alice <alice@example.org>")
    report = team.judge()
    finding = next(item for item in report.inspection.findings if item.severity >= "high")
    return report, finding


@pytest.mark.parametrize(
    "author",
    [
        "Alice <alice@example.org>",
        "Somebody <ALICE@Example.org>",
        "alice  <other@example.org>",
        "\uff21\uff2c\uff29\uff23\uff25 <other@example.org>",
        "Alice\u200b <other@example.org>",
        "A\u00adlice <other@example.org>",
        "Somebody <a\u200dlice@example.org>",
    ],
)
def test_an_author_who_approves_under_a_varied_name(team, author):
    team.repo.commit({".github/workflows/ci.yml": WORKFLOW}, message="ci: test", author=author)
    report = team.judge()
    assert verdict(team.judge(evidence=[team.approval(report, "alice")])) is Verdict.NEEDS_APPROVAL


def test_one_person_with_two_keys_is_one(team):
    from assay.attest.keys import generate_key, public_pem
    from assay.model.outcome import KeyClass

    team.keys["second"] = generate_key(KeyClass.PERSON)
    pack = {
        "ours/pack.toml": 'id = "ours"\nkind = "assay"\n[[rules]]\nid = "ours/two"\ntitle = "t"\n',
        "ours/a.rego": (
            "package ours\n\nimport rego.v1\n\n"
            'require contains {"rule": "ours/two", "message": "two people", "count": 2}\n'
        ),
        "assay/keys/second.pub": public_pem(team.keys["second"].public_key),
    }
    settings = team.settings.replace(
        f'"{team.keys["alice"].keyid}"', f'"{team.keys["alice"].keyid}", "{team.keys["second"].keyid}"'
    )
    team.repo.git("switch", "-q", "main")
    team.repo.commit({"assay.toml": settings + '[policy]\npacks = ["change-control", "ours"]\n', **pack})
    team.repo.git("switch", "-q", "-c", "next")
    team.repo.commit({"a.py": "x = 1\n"}, message="feat: a")
    report = team.judge()
    mine = [team.approval(report, "alice"), team.approval(report, "alice", key="second")]
    assert verdict(team.judge(evidence=mine)) is Verdict.NEEDS_APPROVAL
    assert verdict(team.judge(evidence=[team.approval(report, "bob")])) is Verdict.ALLOW


def test_an_approval_of_another_change(team, sensitive):
    approval = team.approval(sensitive, "alice")
    team.repo.commit({"a.py": "x = 1\n"}, message="feat: a")
    assert verdict(team.judge(evidence=[approval])) is Verdict.NEEDS_APPROVAL


def test_an_approval_that_cites_no_decision_there_is(team, sensitive):
    approval = team.approval(sensitive, "alice", decision="0" * 64)
    assert verdict(team.judge(evidence=[approval])) is Verdict.NEEDS_APPROVAL


def test_an_approval_that_has_ended(team, sensitive):
    ended = team.approval(sensitive, "alice", until="2024-06-01T12:00:00Z")
    assert verdict(team.judge(evidence=[ended])) is Verdict.NEEDS_APPROVAL


def test_a_reviewer_is_no_approver(team, sensitive):
    reviewed = team.approval(sensitive, "alice", meaning=Meaning.REVIEWED)
    assert verdict(team.judge(evidence=[reviewed])) is Verdict.NEEDS_APPROVAL


@pytest.mark.parametrize("who", ["build", "mallory"])
def test_a_forged_decision_to_stretch_an_approval(team, secret_change, who):
    """A decision that claims findings which were not there needs the approver's own signature, and shows its maker."""
    report, _ = secret_change
    forged = replace(report.decision, reasons=(), requires=())
    data = team.sign(DECISION, decision_predicate(forged, producer=_producer()), report.change.subject, who)
    after = team.judge(evidence=[data])
    assert verdict(after) is verdict(report)


def test_a_decision_of_nobody_does_not_count_where_things_ship(team, sensitive):
    """At a gate that ships, a decision counts by its signer only, whoever vouches for it."""
    from assay.attest import TrustStore, envelope_digest, sign_statement
    from assay.attest.keys import generate_key, public_pem
    from assay.config.schema import Config, PersonConfig
    from assay.gate.hearing import hear
    from assay.model.outcome import KeyClass
    from assay.model.statement import Statement

    stranger = generate_key(KeyClass.LOCAL)
    predicate = decision_predicate(sensitive.decision, producer=_producer())
    data = sign_statement(
        Statement(subjects=(sensitive.change.subject,), predicate_type=DECISION, predicate=predicate), [stranger]
    )
    approval = team.approval(sensitive, "alice", decision=envelope_digest(data)).read_bytes()
    people = {"alice": PersonConfig(name="Alice", keys=(team.keys["alice"].keyid,))}
    trust = TrustStore.of(Config(people=people), {"alice.pub": public_pem(team.keys["alice"].public_key)})
    envelopes = [(0, data), (1, approval)]
    at_merge = hear(envelopes, trust=trust, gate=GateKind.MERGE)
    assert at_merge.trust[envelope_digest(data)] is None
    at_deploy = hear(envelopes, trust=trust, gate=GateKind.DEPLOY)
    assert at_deploy.trust.get(envelope_digest(data), "unreadable") is not None


def test_the_text_that_is_signed_says_who_decided(team, sensitive):
    draft = api.draft_approval(
        team.repo.path,
        sensitive.decision_digest,
        meaning=Meaning.APPROVED,
        person="alice",
        state=team.folder / "state",
    )
    assert sensitive.signer.keyid[:16] in draft.text
    assert "local" in draft.text


def test_who_has_no_key_cannot_draft_for_somebody(team, sensitive):
    with pytest.raises(AssayError):
        api.draft_approval(team.repo.path, meaning=Meaning.APPROVED, person="eve", state=team.folder / "state")


def _producer():
    from assay.model.approval import Producer

    return Producer(name="assay", version="0", config_digest="0" * 64)
