"""A repository with people, keys and a gate, for attacks on who is believed: `team.judge()` is one run of the gate.

`main` names alice, bob and mallory under `[people]`, and a build machine; `topic` is checked out. Every key is in
memory, so that a test can sign anything in anybody's name: what is attacked is what the gate makes of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from assay import api
from assay.attest import SoftwareKey, sign_statement
from assay.attest.keys import generate_key, public_pem
from assay.attest.predicates import approval_predicate, waiver_predicate
from assay.model.approval import Approval, Producer, Waiver, WaiverScope
from assay.model.outcome import GateKind, KeyClass, Meaning
from assay.model.report import Report
from assay.model.statement import APPROVAL, WAIVER, Statement
from assay.model.subject import Subject

AT = "2024-06-01T12:00:00Z"
UNTIL = "2024-07-01T12:00:00Z"
PEOPLE = ("alice", "bob", "mallory")
PRODUCER = Producer(name="assay", version="0", config_digest="0" * 64)


@dataclass
class Team:
    """One repository, everybody's keys, and one state folder."""

    repo: Any
    folder: Path
    keys: dict[str, SoftwareKey]
    settings: str
    files: int = field(default=0)

    def judge(self, range_: str | None = None, **options: Any) -> Report:
        """Run the gate at a fixed time."""
        options.setdefault("at", AT)
        options.setdefault("state", self.folder / "state")
        return api.gate(self.repo.path, range_, **options)

    def sign(self, predicate_type: str, predicate: Mapping[str, Any], subject: Subject, *who: str) -> Path:
        """Return a file with a statement that the keys of `who` have signed."""
        statement = Statement(subjects=(subject,), predicate_type=predicate_type, predicate=predicate)
        return self.store(sign_statement(statement, [self.keys[name] for name in who]))

    def store(self, data: bytes) -> Path:
        """Return a file with these bytes."""
        self.files += 1
        path = self.folder / "evidence" / f"{self.files:03}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return path

    def approval(self, report: Report, person: str, /, *, key: str | None = None, **changes: Any) -> Path:
        """Return an approval of what `report` decided, signed with the key of `key` (by default the person's own)."""
        said = {
            "at": AT,
            "decision": report.decision_digest,
            "meaning": Meaning.APPROVED,
            "name": person.title(),
            "text_sha256": "0" * 64,
            "person": person,
        }
        predicate = approval_predicate(Approval(**(said | changes)), producer=PRODUCER)
        return self.sign(APPROVAL, predicate, report.change.subject, key or person)

    def waiver(self, report: Report, person: str, scope: WaiverScope, **changes: Any) -> Path:
        """Return a waiver of findings of `report`."""
        said = {
            "at": AT,
            "scope": scope,
            "reason": "known",
            "ticket": "T-1",
            "requested_by": person,
            "until": UNTIL,
        }
        predicate = waiver_predicate(Waiver(**(said | changes)), producer=PRODUCER)
        return self.sign(WAIVER, predicate, report.change.subject, person)

    def people(self, names: Iterable[str]) -> str:
        """Return `[people]` with these names."""
        return "".join(
            f'[people.{name}]\nname = "{name.title()}"\nemails = ["{name}@example.org"]\n'
            f'keys = ["{self.keys[name].keyid}"]\n'
            for name in names
        )


@pytest.fixture
def team(repo, tmp_path) -> Team:
    """Return a team whose `main` has its settings, with `topic` checked out."""
    keys = {name: generate_key(KeyClass.PERSON) for name in PEOPLE} | {"build": generate_key(KeyClass.CI)}
    folder = tmp_path / "team"
    folder.mkdir()
    team = Team(repo=repo, folder=folder, keys=keys, settings="")
    team.settings = "version = 1\n" + team.people(PEOPLE)
    public = {f"assay/keys/{name}.pub": public_pem(keys[name].public_key) for name in PEOPLE}
    public["assay/keys/build.ci.pub"] = public_pem(keys["build"].public_key)
    repo.commit({"README.md": "# Project\n", "assay.toml": team.settings, **public}, message="chore: begin")
    repo.git("switch", "-q", "-c", "topic")
    return team


@pytest.fixture
def merge() -> GateKind:
    """Return the gate that takes evidence from machines only."""
    return GateKind.MERGE
