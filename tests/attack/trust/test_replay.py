"""Decisions that their evidence does not bear out: `why --replay` hears and decides again, and says what differs."""

from dataclasses import replace

import pytest

from assay import api
from assay.attest import sign_statement, verify_envelope
from assay.attest.keys import private_pem
from assay.attest.keystore import local_key
from assay.attest.predicates import decision_predicate
from assay.errors import AssayError, LedgerCorruptError, VerificationError
from assay.gate.record import Record
from assay.gate.target import target_at, trust_of
from assay.git import Repository
from assay.model.approval import Producer
from assay.model.decision import CheckpointRef
from assay.model.outcome import GateKind, Verdict
from assay.model.statement import DECISION, Statement
from assay.policy import decode_input

PRODUCER = Producer(name="assay", version="0", config_digest="0" * 64)


@pytest.fixture
def state(team):
    return team.folder / "state"


@pytest.fixture
def waiting(team):
    """A decision that waits for approval, since the change touches the configuration."""
    team.repo.commit({"assay.toml": team.settings + "# more\n"}, message="chore: settings")
    return team.judge()


def replayed(team, digest="latest"):
    return {item.member for item in api.replay(team.repo.path, digest, state=team.folder / "state")}


def record_forged(team, report, *, subject=None, **changes):
    """Append a decision that this clone's key signed and that says something else; return its digest."""
    state = team.folder / "state"
    key = local_key(state / "keys")
    repository = Repository.open(team.repo.path)
    trust = trust_of(target_at(repository, "main", team.repo.git("rev-parse", "main")), key.public_key)
    predicate = decision_predicate(replace(report.decision, **changes), producer=PRODUCER)
    about = (subject or report.change.subject,)
    data = sign_statement(Statement(subjects=about, predicate_type=DECISION, predicate=predicate), [key])
    with Record.open(state) as record:
        return record.append([(data, verify_envelope(data, trust))])[0].envelope


def input_of(team, report, **changes):
    """Store an input that says something else than the one of `report`; return its digest."""
    with Record.open(team.folder / "state") as record:
        given = decode_input(record.store.get(report.decision.input))
        return record.store.put(replace(given, **changes).encoded)


@pytest.mark.parametrize("kind", [GateKind.COMMIT, GateKind.MERGE])
def test_an_honest_decision_is_made_again(team, waiting, kind):
    team.judge(kind=kind)
    approved = team.judge(kind=kind, evidence=[team.approval(team.judge(kind=kind), "alice")])
    assert approved.decision.verdict is Verdict.ALLOW
    assert replayed(team) == set()
    team.judge(kind=kind)
    assert replayed(team, approved.decision_digest) == set()


def test_a_decision_of_a_handed_over_key_is_made_again(team, monkeypatch):
    monkeypatch.setenv("SIGNER", private_pem(team.keys["build"]).decode())
    team.repo.commit({"a.py": "x = 1\n"}, message="feat: a")
    team.judge(kind=GateKind.MERGE, signer="env:SIGNER")
    monkeypatch.delenv("SIGNER")
    assert replayed(team) == set()


def test_a_verdict_that_does_not_follow(team, waiting):
    forged = record_forged(team, waiting, verdict=Verdict.ALLOW, reasons=(), requires=())
    assert {"verdict", "reasons", "requires"} <= replayed(team, forged)


def test_an_input_with_an_approval_that_nobody_gave(team, waiting):
    elsewhere = team.folder / "elsewhere"
    approval = team.approval(team.judge(state=elsewhere), "alice")
    honest = team.judge(evidence=[approval], state=elsewhere)
    assert honest.decision.verdict is Verdict.ALLOW
    with Record.open(elsewhere) as other, Record.open(team.folder / "state") as record:
        record.store.put(other.store.get(honest.decision.input))
    here = waiting.decision
    forged = record_forged(team, honest, evidence=here.evidence, checkpoint=here.checkpoint, advisory=here.advisory)
    assert {"input.approvals", "input.decisions"} <= replayed(team, forged)


def test_an_input_without_what_was_found(team):
    team.repo.commit({"a.py": 'key = "' + "AKIA" + 'Q3EGRIVATKFLNWHZ"\n'}, message="feat: a")
    denied = team.judge()
    clean = input_of(team, denied, findings=())
    forged = record_forged(team, denied, input=clean, verdict=Verdict.ALLOW, reasons=())
    assert "input.findings" in replayed(team, forged)


def test_an_input_under_another_configuration(team, waiting):
    with Record.open(team.folder / "state") as record:
        given = decode_input(record.store.get(waiting.decision.input))
    looser = {**given.config, "check": {**given.config["check"], "threshold": "critical"}}
    forged = record_forged(team, waiting, input=input_of(team, waiting, config=looser))
    assert "input.config" in replayed(team, forged)


def test_a_decision_about_another_change_than_its_input(team, waiting):
    team.repo.commit({"b.py": "x = 1\n"}, message="feat: b")
    other = team.judge()
    forged = record_forged(team, waiting, subject=other.change.subject)
    assert {"evidence"} <= replayed(team, forged)


@pytest.mark.parametrize(
    ("changes", "member"),
    [
        ({"commits": ("0" * 40,)}, "commits"),
        ({"checkpoint": CheckpointRef(origin="assay/" + "0" * 32, size=2, root="0" * 64)}, "checkpoint"),
        ({"checkpoint": CheckpointRef(origin="assay/" + "0" * 32, size=9999, root="0" * 64)}, "checkpoint"),
        ({"advisory": True}, "advisory"),
        ({"evidence": ()}, "evidence"),
        ({"at": "2024-06-01T12:00:01Z"}, "at"),
        ({"gate": GateKind.MERGE}, "gate"),
    ],
)
def test_a_member_that_says_something_else(team, waiting, changes, member):
    assert member in replayed(team, record_forged(team, waiting, **changes))


def test_another_policy_commit(team, waiting):
    team.repo.git("switch", "-q", "main")
    looser = team.repo.commit({"assay.toml": team.settings + '[check]\nthreshold = "critical"\n'}, message="chore: l")
    policy = replace(waiting.decision.policy, commit=looser)
    assert "input.config" in replayed(team, record_forged(team, waiting, policy=policy))


def test_a_policy_commit_that_is_gone_is_no_agreement(team, waiting):
    policy = replace(waiting.decision.policy, commit="0" * 40)
    forged = record_forged(team, waiting, policy=policy)
    with pytest.raises(AssayError):
        replayed(team, forged)


def test_a_decision_of_a_stranger_is_not_decided_again(team, waiting, state):
    for name in ("local.key", "local.pub"):
        (state / "keys" / name).rename(team.folder / name)
    with pytest.raises(VerificationError):
        replayed(team, waiting.decision_digest)


@pytest.mark.parametrize("what", ["input", "envelope"])
def test_bytes_in_the_store_that_were_altered(team, waiting, state, what):
    digest = waiting.decision.input if what == "input" else waiting.decision_digest
    path = state / "cas" / "sha256" / digest[:2] / digest
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b"deny", b"pass").replace(b"alice", b"mally"))
    if what == "envelope":
        path.write_bytes(path.read_bytes()[:-1] + b" }")
    with pytest.raises(LedgerCorruptError):
        replayed(team, waiting.decision_digest)
