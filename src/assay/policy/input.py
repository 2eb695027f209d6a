"""The policy input, `assay.input/1`: all that packs of kind `assay` are told, and all that a decision rests on.

It holds what statements say after it was settled which of them stand, so a stored input and the policy are enough to
decide again. Members that are None are left out; integers and strings only, so that it can be signed for.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgspec

from assay.errors import PolicyError
from assay.model.finding import RuleOutcome
from assay.model.jcs import MAX_SAFE_INTEGER, canonical
from assay.model.outcome import Confidence, GateKind, Meaning, Outcome, Severity
from assay.model.risk import RiskModel
from assay.model.subject import ChangeStatus
from assay.model.wire import to_wire

SCHEMA = "assay.input/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class InputSubject:
    """What is judged."""

    base_tree: str
    head_tree: str
    digest: str
    """sha256: the subject of statements about this change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """One changed file."""

    path: str
    old_path: str
    status: ChangeStatus
    added: int | None = None
    """Lines; absent for a binary file."""
    deleted: int | None = None
    services: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InputChange:
    """The change itself."""

    files: tuple[InputFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InputIdentity:
    """Somebody as a commit names them."""

    name: str
    email: str
    person: str | None = None
    """The id under `[people]` that has this address or, where no one has it, this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputCommit:
    """One commit of the change."""

    id: str
    author: InputIdentity
    committer: InputIdentity
    coauthors: tuple[InputIdentity, ...] = ()
    type: str | None = None
    """Of a subject line in the form of Conventional Commits: `fix` of `fix(parser): ...`."""
    scope: str | None = None
    trailers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By key in lower case, in order."""
    signed: bool = False
    """Whether it carries a signature, not whether that verifies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFinding:
    """One new finding, waived or not: waivers are applied after the packs were asked."""

    rule: str
    family: str
    severity: Severity
    confidence: Confidence
    message: str
    path: str
    """Empty for a commit's message."""
    fingerprint: str
    line: int | None = None
    commit: str | None = None
    tag: str | None = None
    controls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InputRisk:
    """The risk of the change."""

    score_ppm: int
    criticality: str
    model: RiskModel
    percentile: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InputApproval:
    """An approval. It counts if the packs find nothing that the decision it cites did not have."""

    envelope: str
    person: str
    name: str
    meaning: Meaning
    at: str
    decision: str
    """The decision the person saw."""
    refused: str | None = None
    """Why it does not count, whatever the packs find."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputDecision:
    """What a person saw who approved an earlier decision."""

    asked: tuple[str, ...] = ()
    """The rules for which it asked for approval."""
    fingerprints: tuple[str, ...] = ()
    """The findings that a denial or a demand of it rests on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputWaiver:
    """A waiver that stands."""

    envelope: str
    person: str
    name: str
    reason: str
    ticket: str
    requested_by: str
    until: str
    findings: tuple[str, ...] = ()
    """Fingerprints of the findings of this change that it covers."""
    rule: str | None = None
    """With `paths`: it covers what this rule says of them."""
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InputPerson:
    """One person under `[people]`."""

    name: str
    emails: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InputDocument:
    """A changed file that conftest packs are asked about; its content is not recorded."""

    path: str
    blob: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Evidence without which nothing can be decided in favour."""

    rule: str
    """A rule, or a family whose rules are missing."""
    message: str


# No slots: `cached_property` keeps what it computes in the instance's dictionary.
@dataclass(frozen=True, kw_only=True)
class PolicyInput:
    """The whole input. Its fields are the members of the JSON object."""

    gate: GateKind
    at: str
    subject: InputSubject
    change: InputChange
    commits: tuple[InputCommit, ...] = ()
    findings: tuple[InputFinding, ...] = ()
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    """Inspectors' rules, before waivers."""
    unevaluated: Mapping[str, str] = field(default_factory=dict)
    """Why, for each rule among `outcomes` that was not evaluated."""
    gaps: tuple[Gap, ...] = ()
    risk: InputRisk | None = None
    approvals: tuple[InputApproval, ...] = ()
    refused_approvals: tuple[InputApproval, ...] = ()
    decisions: Mapping[str, InputDecision] = field(default_factory=dict)
    """Those that approvals cite."""
    waivers: tuple[InputWaiver, ...] = ()
    statements: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """Predicate type to the predicates of accepted statements of no type above, numbers with a fraction as text."""
    people: Mapping[str, InputPerson] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    """`assay.toml` with all defaults, but for `[people]`."""
    documents: tuple[InputDocument, ...] | None = None
    """Absent where nobody looked for any."""
    schema: str = SCHEMA

    @cached_property
    def encoded(self) -> bytes:
        """The canonical bytes: what packs are given and what a decision names."""
        return canonical(to_wire(self))

    @cached_property
    def contributors(self) -> frozenset[str]:
        """Ids of the people who wrote the change, as far as its commits say."""
        named = (name for commit in self.commits for name in (commit.author, *commit.coauthors))
        return frozenset(name.person for name in named if name.person is not None)

    @cached_property
    def inspected(self) -> tuple[RuleOutcome, ...]:
        """What became of every inspectors' rule, before waivers."""
        return tuple(
            RuleOutcome(rule=rule, outcome=outcome, reason=self.unevaluated.get(rule))
            for rule, outcome in self.outcomes.items()
        )


def decode_input(data: bytes) -> PolicyInput:
    """Return the input that `data` is, as `PolicyInput.encoded` wrote it; raises `PolicyError` for anything else."""
    try:
        found = msgspec.convert(json.loads(data), PolicyInput)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise PolicyError(f"not a policy input: {error}") from None
    if found.schema != SCHEMA or found.encoded != data:
        raise PolicyError(f"not a policy input of schema {SCHEMA}, or written by another version of Assay")
    return found


def plain(value: Any) -> Any:
    """Return `value` with what canonical JSON cannot hold as text: fractions, and integers beyond 2**53-1."""
    match value:
        case Mapping():
            return {key: plain(member) for key, member in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case float():
            return repr(value)
        case int() if abs(value) > MAX_SAFE_INTEGER:
            return str(value)
        case _:
            return value
