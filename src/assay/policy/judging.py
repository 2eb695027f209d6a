"""From what packs answered to a verdict. Pure, and in this order: waivers, approvals, outcomes, verdict.

The verdict is incomplete before it is a denial, a denial before it waits for approval, and only else an allowance.

Trusted: the policy input. Not trusted: answers of packs beyond their shape. If lost: a change is allowed that should
not be; the properties in `tests/unit/policy` say what may never loosen a verdict.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from assay.model.decision import Reason, Requirement
from assay.model.finding import RuleOutcome
from assay.model.outcome import Outcome, Verdict
from assay.policy.answers import Answers, Effect, Fired
from assay.policy.approving import find_requirements
from assay.policy.input import PolicyInput
from assay.policy.outcomes import NO_REASON, worse
from assay.policy.policy import Policy
from assay.policy.waiving import Waived, apply_waivers

# How reasons are told: what stops a change first.
_ORDER = ("incomplete", "deny", "require", "warn", "waived")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a decision says that follows from the input and the packs alone."""

    verdict: Verdict
    incomplete: bool
    reasons: tuple[Reason, ...]
    requires: tuple[Requirement, ...]
    outcomes: tuple[RuleOutcome, ...]


def judge(policy: Policy, given: PolicyInput, answers: Answers) -> Judgement:
    """Return the judgement on an input, given what every pack answered."""
    waived = apply_waivers(given, answers.fired)
    needed, others = _unevaluated(policy, given, answers)
    gaps = (*_gaps(given), *_told(needed, "incomplete"))
    looked_at = [
        Fired(rule=told.rule, effect=Effect.REQUIRE, message=told.message) for told in _told(others, "require")
    ]
    standing = (*waived.fired, *looked_at)
    requires = find_requirements(given, standing)
    reasons = (*gaps, *(_reason(item) for item in standing), *waived.reasons)
    return Judgement(
        verdict=_verdict(reasons, requires),
        incomplete=bool(gaps),
        reasons=tuple(sorted(reasons, key=lambda reason: _ORDER.index(reason.effect))),
        requires=requires,
        outcomes=tuple(_outcomes(policy, given, answers, waived, requires)),
    )


def _verdict(reasons: Sequence[Reason], requires: Sequence[Requirement]) -> Verdict:
    if any(reason.effect in {"incomplete", "deny"} for reason in reasons):
        return Verdict.DENY
    return Verdict.ALLOW if all(requirement.fulfilled for requirement in requires) else Verdict.NEEDS_APPROVAL


def _unevaluated(policy: Policy, given: PolicyInput, answers: Answers) -> tuple[list[RuleOutcome], list[RuleOutcome]]:
    """Return the rules without a result: those that a decision needs, and those that a person may answer for."""
    found = {item.rule: item for item in given.inspected if not item.outcome.evaluated}
    for rule, item in answers.unanswered.items():
        found[rule] = worse(found.get(rule, item), item)
    rules, required = policy.rules, _required(given)
    needed: list[RuleOutcome] = []
    others: list[RuleOutcome] = []
    for item in found.values():
        broken = item.rule in rules and item.outcome is Outcome.ERROR
        (needed if broken or _family(item.rule) in required else others).append(item)
    return needed, others


def _gaps(given: PolicyInput) -> Iterator[Reason]:
    """Yield the evidence that is missing altogether."""
    for gap in given.gaps:
        yield Reason(effect="incomplete", rule=gap.rule, message=gap.message)
    reported = {_family(rule) for rule in given.outcomes}
    for family in _required(given):
        if family not in reported:
            yield Reason(
                effect="incomplete", rule=family, message=f"no rule of {family} was evaluated, and it is required"
            )


def _told(items: Sequence[RuleOutcome], effect: str) -> Iterator[Reason]:
    """Yield one reason for all rules of a family that have the same one."""
    groups: dict[tuple[str, str], list[str]] = {}
    for item in items:
        groups.setdefault((_family(item.rule), item.reason or NO_REASON), []).append(item.rule)
    for (family, reason), (first, *more) in groups.items():
        rest = f" (and {len(more)} more of {family})" if more else ""
        yield Reason(effect=effect, rule=first, message=f"could not be evaluated{rest}: {reason}")


def _outcomes(
    policy: Policy, given: PolicyInput, answers: Answers, waived: Waived, requires: Sequence[Requirement]
) -> Iterator[RuleOutcome]:
    """Yield what became of every rule: the inspectors' after waivers, the packs' after waivers and approvals."""
    unmet = {requirement.rule for requirement in requires if not requirement.fulfilled}
    against = unmet | {item.rule for item in waived.fired if item.effect is not Effect.REQUIRE}
    left = {finding.rule for finding in given.findings if finding.fingerprint not in waived.findings}
    found: dict[str, RuleOutcome] = {}
    for item in given.inspected:
        accepted = item.outcome is Outcome.FAIL and item.rule in waived.rules and item.rule not in left
        found[item.rule] = _waived(item.rule, waived) if accepted else item
    for rule in policy.rules:
        outcome = answers.unanswered.get(rule) or _answered(rule, waived, against)
        found[rule] = worse(found.get(rule, outcome), outcome)
    yield from found.values()


def _answered(rule: str, waived: Waived, against: Collection[str]) -> RuleOutcome:
    if rule in against:
        return RuleOutcome(rule=rule, outcome=Outcome.FAIL)
    return _waived(rule, waived) if rule in waived.rules else RuleOutcome(rule=rule, outcome=Outcome.PASS)


def _waived(rule: str, waived: Waived) -> RuleOutcome:
    return RuleOutcome(rule=rule, outcome=Outcome.WAIVED, reason=waived.rules[rule])


def _reason(item: Fired) -> Reason:
    return Reason(
        effect=item.effect.value,
        rule=item.rule,
        message=item.message,
        path=item.path,
        fingerprints=item.fingerprints,
    )


def _required(given: PolicyInput) -> tuple[str, ...]:
    return tuple(given.config["gate"]["required"])


def _family(rule: str) -> str:
    return rule.partition("/")[0]
