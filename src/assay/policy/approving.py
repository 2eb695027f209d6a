"""Approvals: what is required, who gave it, and why an approval did not count.

An approval counts for a requirement if it stands, if the decision it cites made the same demand, if the packs found
nothing that this decision did not have, and if it comes, with the meaning asked for, from somebody who holds the role
and did not write the change. Distinct people are counted, not signatures.
"""

from collections.abc import Collection, Iterable, Sequence

from assay.model.decision import GivenApproval, Requirement
from assay.policy.answers import Effect, Fired
from assay.policy.input import InputApproval, InputDecision, PolicyInput


def find_requirements(given: PolicyInput, fired: Iterable[Fired]) -> tuple[Requirement, ...]:
    """Return what is required, once for each rule, role and meaning, with every approval that was looked at."""
    answers = tuple(fired)
    failing = frozenset(fingerprint for item in answers for fingerprint in item.fingerprints if _against(item))
    groups: dict[tuple[object, ...], list[Fired]] = {}
    for item in answers:
        if item.effect is Effect.REQUIRE:
            groups.setdefault((item.rule, item.role, item.meaning), []).append(item)
    return tuple(_requirement(given, group, failing) for group in groups.values())


def _against(item: Fired) -> bool:
    return item.effect in {Effect.DENY, Effect.REQUIRE}


def _requirement(given: PolicyInput, asked: Sequence[Fired], failing: Collection[str]) -> Requirement:
    first, *others = asked
    given_here: list[GivenApproval] = []
    people: set[str] = set()
    for approval in (*given.approvals, *given.refused_approvals):
        reason = _refusal(given, approval, first, failing)
        if reason is None and approval.person in people:
            reason = "the same person has already been counted"
        if reason is None:
            people.add(approval.person)
        given_here.append(_given(approval, reason))
    return Requirement(
        rule=first.rule,
        message=f"{first.message} (and {len(others)} more)" if others else first.message,
        role=first.role,
        count=max(item.count for item in asked),
        meaning=first.meaning,
        given=tuple(given_here),
    )


def _refusal(given: PolicyInput, approval: InputApproval, asked: Fired, failing: Collection[str]) -> str | None:
    """Return why an approval does not count for what is asked, or None."""
    return approval.refused or _unseen(given, approval, asked, failing) or _unfit(given, approval, asked)


def _unseen(given: PolicyInput, approval: InputApproval, asked: Fired, failing: Collection[str]) -> str | None:
    """Return what the person did not see who signed, or None."""
    cited = given.decisions.get(approval.decision, InputDecision())
    if not set(cited.fingerprints).issuperset(failing):
        return "there are findings that the decision it cites did not have"
    return None if asked.rule in cited.asked else "the decision it cites did not ask for it"


def _unfit(given: PolicyInput, approval: InputApproval, asked: Fired) -> str | None:
    """Return why it is not this signature of this person that is asked for, or None."""
    if approval.person in given.contributors:
        return "whoever wrote the change does not approve it"
    if approval.meaning is not asked.meaning:
        return f"it says {approval.meaning}, and {asked.meaning} is asked for"
    if asked.role is not None and asked.role not in given.people[approval.person].roles:
        return f"the role {asked.role} is asked for"
    return None


def _given(approval: InputApproval, reason: str | None) -> GivenApproval:
    return GivenApproval(
        person=approval.person,
        name=approval.name,
        meaning=approval.meaning,
        at=approval.at,
        envelope=approval.envelope,
        counted=reason is None,
        reason=reason,
    )
