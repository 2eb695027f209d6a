"""Deciding: evidence and policy in, a decision and the exact input it rests on out. Nothing else is read.

Trusted: the engine's contract, the verification of statements, the answers about trust, and that policy and
configuration are those of the target commit. Not trusted: what statements and packs say. If lost: a wrong verdict,
which replaying the recorded input shows.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assay.model.decision import Decision
from assay.model.outcome import GateKind, KeyClass
from assay.policy.answers import Answers
from assay.policy.asking import ask
from assay.policy.assemble import assemble
from assay.policy.engine import Engine
from assay.policy.evidence import Document, Evidence
from assay.policy.input import PolicyInput
from assay.policy.judging import Judgement, judge
from assay.policy.policy import Policy
from assay.policy.standing import find_standing

# The only strategy there is until a release can be progressive.
STANDARD = "standard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision, and the input whose digest it names."""

    decision: Decision
    input: PolicyInput
    notices: tuple[str, ...] = ()
    """What the reader must know that is no reason: evidence that did not count, a waiver that did not apply."""

    @property
    def input_bytes(self) -> bytes:
        """The input as it is recorded."""
        return self.input.encoded


def unchanged(text: str) -> str:
    """Return `text`; the default where nothing has to be taken out of what packs say."""
    return text


def decide(
    engine: Engine, policy: Policy, evidence: Evidence, at: str, *, redact: Callable[[str], str] = unchanged
) -> Decided:
    """Decide on a change at the time `at` (RFC 3339, UTC, whole seconds).

    `redact` takes secrets and PHI out of what packs say before it becomes part of a decision: conftest packs see whole
    files. Raises `WorkerError` where the engine cannot be started; whatever else fails is an outcome.
    """
    standing = find_standing(evidence, at)
    assembled = assemble(evidence, standing, policy.ref.digests, at)
    judgement = judge_input(engine, policy, assembled.input, evidence.documents, redact=redact)
    decision = Decision(
        gate=evidence.gate,
        verdict=judgement.verdict,
        reasons=judgement.reasons,
        requires=judgement.requires,
        outcomes=judgement.outcomes,
        strategy=STANDARD,
        policy=policy.ref,
        engine=f"{engine.name} {engine.version}",
        evidence=tuple(standing.read),
        checkpoint=evidence.checkpoint,
        at=at,
        advisory=is_advisory(evidence.gate, evidence.signer),
        incomplete=judgement.incomplete,
        input=hashlib.sha256(assembled.input.encoded).hexdigest(),
        commits=tuple(commit.id for commit in evidence.change.commits),
    )
    unjudged = () if policy.packs else (f"[policy] packs is empty at {policy.ref.ref}: no pack judges what was found",)
    return Decided(decision=decision, input=assembled.input, notices=(*unjudged, *assembled.notices))


def is_advisory(gate: GateKind, signer: KeyClass) -> bool:
    """Whether a decision is advice only: it is signed with a key that no target names."""
    return gate is not GateKind.COMMIT and signer is KeyClass.LOCAL


def judge_input(
    engine: Engine,
    policy: Policy,
    given: PolicyInput,
    documents: Sequence[Document] | None,
    *,
    redact: Callable[[str], str] = unchanged,
) -> Judgement:
    """Return what follows from an input and a policy; deciding and deciding again share it."""
    answers = ask(engine, policy, given, documents)
    return judge(policy, given, _redacted(answers, redact))


def _redacted(answers: Answers, redact: Callable[[str], str]) -> Answers:
    return Answers(
        fired=tuple(replace(item, message=redact(item.message)) for item in answers.fired),
        unanswered={rule: replace(item, reason=redact(item.reason or "")) for rule, item in answers.unanswered.items()},
    )
