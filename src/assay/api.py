"""The typed public API: what the command line itself calls.

    from assay import api

    report = api.gate("path/to/repository", "main..topic")
    if report.decision.verdict is not api.Verdict.ALLOW:
        print(report.decision.reasons)

Every function takes the repository (any folder in it) first, and `state`, the folder of ledger, keys and cache; by
default that is `assay` in the repository's git folder. What is raised on purpose is an `assay.errors.AssayError`.
Implementations are imported when they are called, so that importing this module costs nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assay.model.decision import Decision
from assay.model.finding import Finding
from assay.model.outcome import GateKind, Meaning, Outcome, Severity, Verdict
from assay.model.report import Report
from assay.model.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from assay.gate.acts import Draft
    from assay.gate.incoming import Synced
    from assay.gate.record import Record, Recorded, RecordReader
    from assay.git import Repository
    from assay.ledger import Verified
    from assay.model.policytest import PolicyTestRun
    from assay.model.why import WhyNode
    from assay.output import EntryLine
    from assay.policy import Difference
    from assay.setup import MadeKey, SetUp

    Progress = Callable[[int, int | None], None]
    StrPath = str | Path

__all__ = [
    "Decision",
    "Finding",
    "GateKind",
    "Meaning",
    "Outcome",
    "Report",
    "Rule",
    "Severity",
    "Verdict",
    "approve",
    "check",
    "gate",
    "verify",
    "waive",
    "why",
]


def gate(
    repository: StrPath = ".",
    range_: str | None = None,
    *,
    kind: GateKind = GateKind.COMMIT,
    last: int | None = None,
    target: str | None = None,
    evidence: Sequence[StrPath] = (),
    signer: str | None = None,
    at: str | None = None,
    state: StrPath | None = None,
    progress: Progress | None = None,
) -> Report:
    """Judge a change, record the decision, and return the report.

    `range_` is `A..B` (see `assay.git.ranges`), `last` a number of commits; without either the change is what HEAD adds
    to the target branch. `at` (RFC 3339, UTC, whole seconds) is the time of the decision, by default now. Raises
    `EmptyRangeError` where nothing changes.
    """
    from assay.gate.clock import now
    from assay.gate.loop import judge
    from assay.gate.request import GateRequest

    opened, folder = _open(repository, state)
    return judge(
        GateRequest(
            repository=opened,
            state=folder,
            range=opened.last_commits(last) if last else opened.resolve_range(range_, target),
            kind=kind,
            at=at or now(),
            target=target,
            evidence=tuple(map(Path, evidence)),
            signer=signer,
            progress=progress,
        )
    )


def check(
    repository: StrPath = ".",
    paths: Iterable[StrPath] = (),
    *,
    staged: bool = False,
    range_: str | None = None,
    message: StrPath | None = None,
    only: Iterable[str] = (),
    state: StrPath | None = None,
    progress: Progress | None = None,
) -> Report:
    """Run the inspectors over files, the index, a range or a commit message; nothing is recorded or decided."""
    from assay.gate.check import CheckRequest
    from assay.gate.check import check as run_check

    opened, folder = _open(repository, state)
    return run_check(
        CheckRequest(
            repository=opened,
            state=folder,
            paths=tuple(map(Path, paths)),
            staged=staged,
            range=range_,
            message=None if message is None else Path(message),
            only=tuple(only),
            progress=progress,
        )
    )


def why(repository: StrPath = ".", decision: str = "latest", *, state: StrPath | None = None) -> WhyNode:
    """Return the tree of reasons of a recorded decision: `latest`, an index, or 8 or more digits of its digest."""
    from assay.gate import review
    from assay.gate.acts import judged

    opened, folder = _open(repository, state)
    with _reading(folder) as record:
        return review.why(record, judged(opened, record, decision))


def replay(
    repository: StrPath = ".", decision: str = "latest", *, state: StrPath | None = None
) -> tuple[Difference, ...]:
    """Hear the evidence and decide again from the ledger; return how that differs from what was recorded, if it does.

    Raises `VerificationError` for a decision that nobody who is known here has signed.
    """
    from assay.gate.acts import judged
    from assay.gate.keys import known_key
    from assay.gate.review import decide_again

    opened, folder = _open(repository, state)
    with _reading(folder) as record:
        on = judged(opened, record, decision)
        return decide_again(record, on, known_key(on.target.config, folder))


def verify(
    repository: StrPath = ".",
    *,
    payloads: bool = False,
    state: StrPath | None = None,
    progress: Progress | None = None,
) -> Verified:
    """Hash the whole ledger again and compare it with its checkpoint; with `payloads`, check every statement too.

    Raises `LedgerCorruptError`, which names the first bad entry, `LedgerRolledBackError` or `LedgerForkedError`.
    """
    _, folder = _open(repository, state)
    with _reading(folder) as record:
        return record.ledger.verify(payloads=payloads, progress=progress)


def prove(repository: StrPath = ".", statement: str = "latest", *, state: StrPath | None = None) -> str:
    """Return a receipt (C2SP tlog-proof) that a statement is in the ledger."""
    _, folder = _open(repository, state)
    with _reading(folder) as record:
        return record.ledger.prove(record.find(statement).index)


def entries(repository: StrPath = ".", *, last: int, state: StrPath | None = None) -> Iterator[EntryLine]:
    """Return the newest `last` statements of the ledger, oldest first, each with what it says in a few words."""
    from assay.gate.listing import listed

    _, folder = _open(repository, state)
    with _reading(folder) as record:
        return iter([listed(stored) for stored in record.newest(last)])


def statement_text(repository: StrPath = ".", statement: str = "latest", *, state: StrPath | None = None) -> str:
    """Return a recorded statement as indented JSON, as it was signed."""
    from assay.gate.listing import statement_json

    _, folder = _open(repository, state)
    with _reading(folder) as record:
        return statement_json(record.find(statement))


def draft_approval(
    repository: StrPath = ".",
    decision: str = "latest",
    *,
    meaning: Meaning,
    person: str | None = None,
    state: StrPath | None = None,
) -> Draft:
    """Return the approval that `approve` would sign, with the text to show before."""
    from assay.gate.acts import draft_approval as draft
    from assay.gate.acts import judged
    from assay.gate.clock import now
    from assay.gate.keys import known_key

    opened, folder = _open(repository, state)
    with _reading(folder) as record:
        on = judged(opened, record, decision)
        return draft(on, meaning=meaning, person=person, at=now(), own=known_key(on.target.config, folder))


def approve(
    repository: StrPath,
    draft: Draft,
    passphrase: bytes,
    *,
    output: StrPath | None = None,
    state: StrPath | None = None,
) -> Recorded:
    """Sign a draft with the person's key and record it; also write it to `output`, to travel as evidence."""
    from assay.gate.acts import sign_draft

    _, folder = _open(repository, state)
    with _record(folder) as record:
        return sign_draft(record, draft, passphrase, output=None if output is None else Path(output))


def waive(
    repository: StrPath,
    *,
    reason: str,
    ticket: str,
    passphrase: bytes,
    fingerprints: Iterable[str] = (),
    rule: str | None = None,
    paths: Iterable[str] = (),
    days: int = 30,
    decision: str = "latest",
    person: str | None = None,
    output: StrPath | None = None,
    state: StrPath | None = None,
) -> Recorded:
    """Accept findings of a judged change for `days` days, in a person's name, and record that."""
    from assay.gate.acts import draft_waiver, judged, sign_draft
    from assay.gate.clock import now
    from assay.model.approval import WaiverScope

    opened, folder = _open(repository, state)
    scope = WaiverScope(fingerprints=tuple(fingerprints), rule=rule, paths=tuple(paths))
    with _record(folder) as record:
        on = judged(opened, record, decision)
        draft = draft_waiver(on, record, scope=scope, reason=reason, ticket=ticket, days=days, person=person, at=now())
        return sign_draft(record, draft, passphrase, output=None if output is None else Path(output))


def sync(repository: StrPath = ".", remote: str = "origin", *, state: StrPath | None = None) -> Synced:
    """Exchange statements with a remote over `refs/assay/statements`; the only function that uses the network."""
    from assay.gate.incoming import synchronise
    from assay.gate.keys import machine_key
    from assay.gate.target import find_target, trust_of

    opened, folder = _open(repository, state)
    target = find_target(opened, base=opened.head(), head=None)
    trust = trust_of(target, machine_key(target.config, folder).public_key)
    with _record(folder, begin=True) as record:
        return synchronise(opened, record, remote, trust)


def init(repository: StrPath = ".", *, hooks: bool = True, state: StrPath | None = None) -> SetUp:
    """Set up a clone: `assay.toml`, hooks, this clone's keys, and the compiled patterns."""
    from assay.setup import set_up

    return set_up(*_open(repository, state), hooks=hooks)


def generate_key(repository: StrPath, person: str, passphrase: bytes) -> MadeKey:
    """Make a personal key, encrypted with `passphrase`, and put its public half under `assay/keys/`."""
    from assay.setup import make_person_key

    return make_person_key(_open(repository, None)[0], person, passphrase)


def keys(repository: StrPath = ".", *, state: StrPath | None = None) -> list[MadeKey]:
    """Return the keys this machine can sign with."""
    from assay.setup import present_keys

    return present_keys(_open(repository, state)[1])


def rules(repository: StrPath = ".") -> list[Rule]:
    """Return every rule of inspectors and packs, the repository's own packs included where there is a repository."""
    from assay.gate.catalogue import catalogue

    return list(catalogue(_open_if_any(repository)).values())


def explain(rule: str, repository: StrPath = ".") -> Rule:
    """Return what a rule says of itself. Raises `UsageError` with ids that are close."""
    from assay.gate.catalogue import find_rule

    return find_rule(rule, _open_if_any(repository))


def run_policy_tests(
    packs: Sequence[str] = (), *, threshold_percent: int = 95, engine: str = "regorus"
) -> PolicyTestRun:
    """Run the Rego unit tests of packs (folders, or names of built-in ones; by default all of those)."""
    from assay.policy import open_engine, run_policy_tests

    with open_engine(engine) as opened:
        return run_policy_tests(opened, packs, threshold_percent=threshold_percent)


def _open_if_any(repository: StrPath) -> Repository | None:
    from assay.errors import NotARepositoryError
    from assay.git import Repository

    try:
        return Repository.open(Path(repository))
    except NotARepositoryError:
        return None


def _open(repository: StrPath, state: StrPath | None) -> tuple[Repository, Path]:
    from assay.gate.state import state_folder
    from assay.git import Repository

    opened = Repository.open(Path(repository))
    return opened, state_folder(opened, None if state is None else Path(state))


def _record(folder: Path, *, begin: bool = False) -> Record:
    from assay.gate.record import Record

    return Record.open(folder, begin=begin)


def _reading(folder: Path) -> RecordReader:
    from assay.gate.record import RecordReader

    return RecordReader.open(folder)
