"""Deciding again: the recorded input and the recorded policy must give the recorded decision."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from assay.model.decision import Decision
from assay.model.wire import to_wire
from assay.policy.assemble import recorded_documents
from assay.policy.decide import judge_input, unchanged
from assay.policy.engine import Engine
from assay.policy.evidence import Document
from assay.policy.input import decode_input
from assay.policy.policy import Policy


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
    return tuple(
        Difference(member=member, recorded=to_wire(was), found=to_wire(now))
        for member, (was, now) in pairs.items()
        if to_wire(was) != to_wire(now)
    )
