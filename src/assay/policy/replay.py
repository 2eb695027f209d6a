"""Deciding again: the recorded input and policy must give the recorded decision, and the evidence that input."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assay.model.decision import Decision
from assay.model.wire import to_wire
from assay.policy.assemble import assemble, recorded_documents
from assay.policy.decide import is_advisory, judge_input, unchanged
from assay.policy.engine import Engine
from assay.policy.evidence import Document, Evidence
from assay.policy.input import PolicyInput, decode_input
from assay.policy.policy import Policy
from assay.policy.standing import find_standing

# The members of an input that follow from statements and from the configuration alone.
_SAID = (
    *("findings", "outcomes", "unevaluated", "risk", "approvals", "refused_approvals", "decisions", "waivers"),
    *("statements", "people", "config"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One member of a decision that came out another way."""

    member: str
    recorded: Any
    """As JSON has it."""
    found: Any

    def __str__(self) -> str:
        return f"{self.member}: recorded {self.recorded}, found {self.found}"


def replay(
    engine: Engine,
    policy: Policy,
    recorded: Decision,
    input_bytes: bytes,
    documents: Sequence[Document] | None = None,
    *,
    redact: Callable[[str], str] = unchanged,
) -> tuple[Difference, ...]:
    """Decide again from what was stored and return every difference; none means that the decision holds.

    `policy` is loaded from the commit the decision names, `documents` from the blobs its input names. The engine may be
    another one: what it says is compared, not what it is called. Raises `PolicyError` where `input_bytes` are no policy
    input.
    """
    if (digest := hashlib.sha256(input_bytes).hexdigest()) != recorded.input:
        return (Difference(member="input", recorded=recorded.input, found=digest),)
    given = decode_input(input_bytes)
    judged = judge_input(engine, policy, given, documents, redact=redact)
    pairs: dict[str, tuple[Any, Any]] = {
        "gate": (recorded.gate, given.gate),
        "at": (recorded.at, given.at),
        "policy.digests": (recorded.policy.digests, policy.ref.digests),
        "documents": (given.documents, recorded_documents(documents)),
        "verdict": (recorded.verdict, judged.verdict),
        "incomplete": (recorded.incomplete, judged.incomplete),
        "reasons": (recorded.reasons, judged.reasons),
        "requires": (recorded.requires, judged.requires),
        "outcomes": (recorded.outcomes, judged.outcomes),
    }
    return _differences(pairs)


def reread(
    recorded: Decision, given: PolicyInput, evidence: Evidence, policy_digests: Mapping[str, str]
) -> tuple[Difference, ...]:
    """Return how the recorded input differs from what the statements say that it was made from.

    `evidence` holds the statements of the log as it was at the recorded checkpoint, with the trust and configuration of
    the recorded policy commit. Of its change, only the trees and the ids of commits need be there: what git knew of the
    change is not compared.
    """
    standing = find_standing(evidence, recorded.at)
    again = assemble(evidence, standing, policy_digests, recorded.at).input
    advisory = is_advisory(recorded.gate, evidence.signer)
    pairs: dict[str, tuple[Any, Any]] = {
        "subject": (given.subject, again.subject),
        "commits": (recorded.commits, [commit.id for commit in given.commits]),
        "advisory": (recorded.advisory, advisory),
        "checkpoint": (recorded.checkpoint, evidence.checkpoint),
        "evidence": (recorded.evidence, standing.read),
    }
    pairs |= {f"input.{name}": (getattr(given, name), getattr(again, name)) for name in _SAID}
    return _differences(pairs)


def _differences(pairs: Mapping[str, tuple[Any, Any]]) -> tuple[Difference, ...]:
    wired = ((member, to_wire(was), to_wire(now)) for member, (was, now) in pairs.items())
    return tuple(Difference(member=member, recorded=was, found=now) for member, was, now in wired if was != now)
