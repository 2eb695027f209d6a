"""The tree of reasons of a decision: the verdict, the rules behind it, and who can act with which command."""

from collections.abc import Iterable, Iterator, Mapping

from assay.model.decision import Decision, GivenApproval, Reason, Requirement
from assay.model.outcome import Outcome, Verdict
from assay.model.rule import Rule
from assay.model.why import WhyKind, WhyNode, WhyState
from assay.policy.covering import can_be_waived
from assay.policy.input import InputFinding, PolicyInput

# Enough of a digest to name it among millions, and short enough to type.
SHORT = 12

_VERDICTS = {
    Verdict.ALLOW: ("allowed", WhyState.GOOD),
    Verdict.NEEDS_APPROVAL: ("needs approval", WhyState.WAITING),
    Verdict.DENY: ("denied", WhyState.BAD),
}
_EFFECTS = {
    "incomplete": WhyState.UNKNOWN,
    "deny": WhyState.BAD,
    "require": WhyState.WAITING,
    "warn": WhyState.NEUTRAL,
    "waived": WhyState.NEUTRAL,
}
_OUTCOMES = {
    Outcome.PASS: WhyState.GOOD,
    Outcome.FAIL: WhyState.BAD,
    Outcome.WAIVED: WhyState.NEUTRAL,
    Outcome.NOT_EVALUATED: WhyState.UNKNOWN,
    Outcome.ERROR: WhyState.UNKNOWN,
}


def explain(decision: Decision, given: PolicyInput, rules: Mapping[str, Rule], *, name: str) -> WhyNode:
    """Return why a decision came out as it did.

    `given` is the input it names, `rules` what is known of the rules, `name` the digest of the decision's envelope.
    """
    label, state = _VERDICTS[decision.verdict]
    if decision.incomplete:
        label, state = "denied, for the evidence is incomplete", WhyState.UNKNOWN
    advisory = ", advisory: made with a local key" if decision.advisory else ""
    return WhyNode(
        kind=WhyKind.VERDICT,
        state=state,
        label=f"{label} at the {decision.gate} gate, {decision.at}{advisory}",
        reference=name,
        children=tuple(_Tree(decision, given, rules, name[:SHORT]).children()),
    )


class _Tree:
    def __init__(self, decision: Decision, given: PolicyInput, rules: Mapping[str, Rule], name: str) -> None:
        self._decision = decision
        self._given = given
        self._rules = rules
        self._name = name
        self._outcomes = {item.rule: item.outcome for item in decision.outcomes}
        self._findings = {finding.fingerprint: finding for finding in given.findings}

    def children(self) -> Iterator[WhyNode]:
        """Yield a node for each rule with something to say, then one for all that passed."""
        speaking = dict.fromkeys(reason.rule for reason in self._decision.reasons)
        for rule in speaking:
            yield self._rule(rule)
        passed = sum(outcome is Outcome.PASS for outcome in self._outcomes.values())
        label = f"{passed} rule passed" if passed == 1 else f"{passed} rules passed"
        yield WhyNode(kind=WhyKind.RULE, state=WhyState.GOOD, label=label)

    def _rule(self, rule: str) -> WhyNode:
        reasons = [reason for reason in self._decision.reasons if reason.rule == rule]
        requirements = [requirement for requirement in self._decision.requires if requirement.rule == rule]
        state = _OUTCOMES[self._outcomes.get(rule, Outcome.NOT_EVALUATED)]
        if state is WhyState.BAD and not any(reason.effect == "deny" for reason in reasons):
            state = WhyState.WAITING if requirements else WhyState.NEUTRAL
        known = self._rules.get(rule)
        return WhyNode(
            kind=WhyKind.RULE,
            state=state,
            label=f"{rule}: {known.title}" if known else rule,
            reference=rule,
            children=(
                *(self._reason(reason) for reason in reasons),
                *(self._requirement(requirement) for requirement in requirements),
                *self._commands(rule, reasons),
            ),
        )

    def _reason(self, reason: Reason) -> WhyNode:
        label = f"waived {reason.message}" if reason.effect == "waived" else reason.message
        found = [self._findings[one] for one in reason.fingerprints if one in self._findings]
        return WhyNode(
            kind=WhyKind.REASON,
            state=_EFFECTS[reason.effect],
            label=label,
            reference=reason.waiver,
            path=reason.path or None,
            children=tuple(_finding(finding) for finding in found),
        )

    def _requirement(self, requirement: Requirement) -> WhyNode:
        counted = {given.person for given in requirement.given if given.counted}
        who = f" in the role {requirement.role}" if requirement.role else ""
        return WhyNode(
            kind=WhyKind.REQUIREMENT,
            state=WhyState.GOOD if requirement.fulfilled else WhyState.WAITING,
            label=f"{len(counted)} of {requirement.count} signed as {requirement.meaning}{who}",
            children=(
                *(_approval(given) for given in requirement.given),
                *(() if requirement.fulfilled else self._who_can(requirement, counted)),
            ),
        )

    def _who_can(self, requirement: Requirement, counted: Iterable[str]) -> Iterator[WhyNode]:
        """Yield the people who can still give an approval, and how; or that too few can."""
        able = {
            person: said.name
            for person, said in self._given.people.items()
            if person not in self._given.contributors
            and person not in counted
            and (requirement.role is None or requirement.role in said.roles)
        }
        for person, name in able.items():
            label = f"{name} ({person}) can sign"
            yield WhyNode(kind=WhyKind.PERSON, state=WhyState.WAITING, label=label, reference=person)
        if len(able) < requirement.count - len(set(counted)):
            where = f"[roles] {requirement.role}" if requirement.role else "[people]"
            who, named = ("too few people", f"only {len(able)} more") if able else ("nobody", "no one")
            label = f"{who} can sign: {where} of assay.toml names {named} who did not write the change"
            yield WhyNode(kind=WhyKind.PERSON, state=WhyState.BAD, label=label)
        if able:
            yield _command(f"assay approve {self._name} --meaning {requirement.meaning}")
        elif requirement.role is None:
            yield _command("assay key generate PERSON")

    def _commands(self, rule: str, reasons: Iterable[Reason]) -> Iterator[WhyNode]:
        """Yield what to type about a rule that denies, or that could not be evaluated."""
        effects = {reason.effect for reason in reasons}
        if "incomplete" in effects:
            yield _command(f"assay gate --gate {self._decision.gate}")
        if "deny" in effects:
            yield _command(f"assay explain {rule}")
            denied = (one for reason in reasons if reason.effect == "deny" for one in reason.fingerprints)
            waivable = [one for one in denied if one in self._findings and can_be_waived(self._findings[one])]
            for fingerprint in waivable[:1]:
                words = f"{fingerprint[:SHORT]} --decision {self._name} --reason REASON --ticket TICKET"
                yield _command(f"assay waiver add {words}")


def _finding(finding: InputFinding) -> WhyNode:
    place = finding.path or f"the message of {finding.commit or 'a commit'}"
    return WhyNode(
        kind=WhyKind.FINDING,
        state=WhyState.NEUTRAL,
        label=f"{finding.rule} in {place}" + (f", line {finding.line}" if finding.line else ""),
        reference=finding.fingerprint,
        path=finding.path or None,
    )


def _approval(given: GivenApproval) -> WhyNode:
    said = f"{given.name} ({given.person}) signed as {given.meaning} at {given.at}"
    return WhyNode(
        kind=WhyKind.APPROVAL,
        state=WhyState.GOOD if given.counted else WhyState.BAD,
        label=said if given.counted else f"{said}, which does not count: {given.reason}",
        reference=given.envelope,
    )


def _command(text: str) -> WhyNode:
    return WhyNode(kind=WhyKind.COMMAND, state=WhyState.NEUTRAL, label=text)
