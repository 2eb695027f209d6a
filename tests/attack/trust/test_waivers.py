"""Waivers that reach further than they say: by rule and path, by the author, by a key that is no person's."""

import pytest

from assay import api
from assay.attest.keys import generate_key
from assay.errors import UsageError
from assay.gate.acts import draft_waiver, judged
from assay.gate.record import Record
from assay.git import Repository
from assay.model.approval import WaiverScope
from assay.model.outcome import KeyClass, Outcome, Verdict

AT = "2024-06-01T12:00:00Z"
FLOW = """\
name: ci
on: push
permissions: write-all
concurrency: ci
jobs:
  test:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - run: make test
"""


@pytest.fixture
def secret():
    return "AKIA" + "Q3EGRIVATKFLNWHZ"


@pytest.fixture
def leaking(team, secret):
    team.repo.commit({"a.py": f'key = "{secret}"\n'}, message="feat: a", author="Alice <alice@example.org>")
    return team.judge()


@pytest.fixture
def permissive(team):
    """A workflow of alice's with a serious finding; approved by bob but for that."""
    team.repo.commit({".github/workflows/ci.yml": FLOW}, message="ci: a", author="Alice <alice@example.org>")
    return team.judge()


def unmet(report):
    return {item.rule for item in report.decision.requires if not item.fulfilled}


def test_a_waiver_of_a_rule_everywhere_does_not_cover_secrets(team, leaking):
    rules = {finding.rule for finding in leaking.inspection.findings}
    everything = [team.waiver(leaking, "bob", WaiverScope(rule=rule, paths=("**",))) for rule in rules]
    assert team.judge(evidence=everything).decision.verdict is Verdict.DENY


def test_a_waiver_of_the_rule_that_judges_does_not_cover_secrets(team, leaking):
    scope = WaiverScope(rule="change-control/no-new-secret", paths=("**",))
    assert team.judge(evidence=[team.waiver(leaking, "bob", scope)]).decision.verdict is Verdict.DENY


def test_a_waiver_by_fingerprint_without_the_keyed_tag_does_not_cover_secrets(team, leaking):
    prints = tuple(finding.fingerprint for finding in leaking.inspection.findings)
    guessed = dict.fromkeys(prints, "0" * 16)
    for scope in (WaiverScope(fingerprints=prints), WaiverScope(fingerprints=prints, tags=guessed)):
        assert team.judge(evidence=[team.waiver(leaking, "bob", scope)]).decision.verdict is Verdict.DENY


def test_a_demand_for_approval_is_not_waived(team, permissive):
    scope = WaiverScope(rule="change-control/sensitive-path", paths=("**",))
    report = team.judge(evidence=[team.waiver(permissive, "bob", scope)])
    assert "change-control/sensitive-path" in unmet(report)


def test_what_is_waived_is_shown_as_found_and_waived(team, permissive):
    (finding,) = (item for item in permissive.inspection.findings if item.severity >= "high")
    report = team.judge(evidence=[team.waiver(permissive, "bob", WaiverScope(fingerprints=(finding.fingerprint,)))])
    outcomes = {item.rule: item.outcome for item in report.decision.outcomes}
    assert outcomes[finding.rule] is Outcome.WAIVED
    assert finding in report.inspection.findings
    assert any(reason.effect == "waived" for reason in report.decision.reasons)


def test_a_waiver_of_the_author_asks_for_a_second_person(team, permissive):
    (finding,) = (item for item in permissive.inspection.findings if item.severity >= "high")
    for scope in (WaiverScope(fingerprints=(finding.fingerprint,)), WaiverScope(rule=finding.rule, paths=("**",))):
        report = team.judge(evidence=[team.waiver(permissive, "alice", scope)])
        assert "change-control/own-waiver" in unmet(report)


@pytest.mark.parametrize("key", ["build", "local"])
def test_a_waiver_that_no_person_signed(team, permissive, key):
    team.keys["local"] = generate_key(KeyClass.LOCAL)
    (finding,) = (item for item in permissive.inspection.findings if item.severity >= "high")
    team.keys["nobody"] = team.keys[key]
    signed = team.waiver(permissive, "nobody", WaiverScope(fingerprints=(finding.fingerprint,)))
    outcomes = {item.rule: item.outcome for item in team.judge(evidence=[signed]).decision.outcomes}
    assert outcomes[finding.rule] is Outcome.FAIL


def test_a_waiver_that_has_ended(team, permissive):
    (finding,) = (item for item in permissive.inspection.findings if item.severity >= "high")
    ended = team.waiver(permissive, "bob", WaiverScope(fingerprints=(finding.fingerprint,)), until=AT)
    outcomes = {item.rule: item.outcome for item in team.judge(evidence=[ended]).decision.outcomes}
    assert outcomes[finding.rule] is Outcome.FAIL


def drafted(team, report, **scope):
    repository = Repository.open(team.repo.path)
    with Record.open(team.folder / "state") as record:
        on = judged(repository, record, report.decision_digest)
        return draft_waiver(
            on, record, scope=WaiverScope(**scope), reason="r", ticket="T-1", days=1, person="bob", at=AT
        )


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        ({"rule": "workflows/no-such-rule", "paths": ("**",)}, "no-such-rule"),
        ({"rule": "secrets/aws-session-token", "paths": ("**",)}, "fingerprint"),
        ({"rule": "workflows/unpinned-action", "paths": ("a[",)}, "a["),
        ({"rule": "workflows/unpinned-action", "paths": ()}, "path"),
        ({"fingerprints": ("12345678",), "paths": ("**",)}, "--path"),
        ({"fingerprints": ("1234567",)}, "8 or more"),
        ({}, "one of the two"),
    ],
)
def test_a_waiver_that_could_not_do_what_it_says_is_not_signed(team, permissive, scope, said):
    with pytest.raises(UsageError) as refused:
        drafted(team, permissive, **scope)
    assert said in f"{refused.value.message} {refused.value.hint}"


def test_a_finding_that_two_scanners_report_is_waived_once(team, permissive):
    from dataclasses import replace

    from assay.attest.predicates import findings_predicate
    from assay.model.approval import Links, Producer
    from assay.model.statement import FINDINGS

    (finding,) = (item for item in permissive.inspection.findings if item.severity >= "high")
    inspection = replace(permissive.inspection, findings=(finding,))
    made_by = Producer(name="other", version="1", config_digest="0" * 64)
    predicate = findings_predicate(inspection, producer=made_by, at=AT, links=Links())
    report = team.judge(evidence=[team.sign(FINDINGS, predicate, permissive.change.subject, "build")])
    draft = drafted(team, report, fingerprints=(finding.fingerprint[:12],))
    assert draft.statement.predicate["scope"]["fingerprints"] == [finding.fingerprint]


def test_the_reason_of_a_waiver_holds_no_secret(team, permissive, secret):
    (finding,) = (item for item in permissive.inspection.findings if item.severity >= "high")
    with pytest.raises(UsageError, match="secret"):
        api.waive(
            team.repo.path,
            reason=f"it is only {secret}",
            ticket="T-1",
            passphrase=b"not needed",
            fingerprints=[finding.fingerprint],
            person="bob",
            state=team.folder / "state",
        )
