"""The verdict in words: what was decided and why, who must act, and the exact next command."""

import shlex
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from assay.model.decision import Decision, Requirement
from assay.model.outcome import Outcome, Verdict
from assay.model.report import Report
from assay.output import facts
from assay.output.facts import SHORT

# More than three things to do at once are not read; the whole list stands under the reasons.
MAX_STEPS = 3


class Tone(StrEnum):
    """How a verdict is to be received."""

    GOOD = "good"
    CAUTION = "caution"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing a person must do. Both texts may hold anything the report held."""

    who: str
    what: str
    command: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a reader takes away from a report in ten seconds."""

    label: str
    """The verdict in capitals, for a banner."""
    tone: Tone
    sentence: str
    steps: tuple[Step, ...]


def summarise(report: Report) -> Summary:
    """Return the verdict of `report` in words."""
    decision = report.decision
    if decision is None:
        return _of_check(report)
    if decision.incomplete:
        return _incomplete(report, decision)
    match decision.verdict:
        case Verdict.DENY:
            return _denied(report, decision)
        case Verdict.NEEDS_APPROVAL:
            return _needs_approval(report, decision)
        case Verdict.ALLOW:
            return _allowed(report, decision)
        case _:
            assert_never(decision.verdict)


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return the number with its noun: `1 rule`, `2 rules`, `1,204 entries`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def points(ppm: int) -> str:
    """Return millionths as points of a hundred: `72.4`."""
    return f"{ppm / 10_000:.1f}"


def gate_command(decision: Decision) -> str:
    """Return the command that judges again."""
    return f"assay gate --gate {decision.gate}"


def why_command(report: Report) -> str | None:
    """Return the command that shows the tree of reasons, once the decision has a name."""
    return f"assay why {report.decision_digest[:SHORT]}" if report.decision_digest else None


def _of_check(report: Report) -> Summary:
    failing, broken = facts.at_threshold(report), facts.unevaluated(report)
    steps = tuple(_repair_run(item.rule, item.reason, "assay check") for item in broken[:1])
    if failing or report.incomplete:
        label = ("FAILED, INCOMPLETE" if failing else "INCOMPLETE") if report.incomplete else "FAILED"
        steps = (*(steps if report.incomplete else ()), *_repairs(report, _failing_rules(report)))
        return Summary(label=label, tone=Tone.BAD, sentence=_found(report, failing), steps=steps)
    if broken:
        return Summary(label="PASSED IN PART", tone=Tone.CAUTION, sentence=_found(report, failing), steps=steps)
    if not report.inspection.scanned.files:
        sentence = "No file was read: everything in scope is skipped or there was nothing in scope."
        return Summary(label="NOTHING INSPECTED", tone=Tone.CAUTION, sentence=sentence, steps=())
    return Summary(label="PASSED", tone=Tone.GOOD, sentence=_found(report, failing), steps=())


def _found(report: Report, failing: int) -> str:
    number = count(failing, "finding") if failing else "No finding"
    below = len(report.inspection.findings) - failing
    aside = f" {count(below, 'finding')} below it." if below else ""
    read = count(report.inspection.scanned.files, "file")
    return f"{number} at or above {report.threshold} in {read}.{aside}{_gaps(report)}"


def _gaps(report: Report) -> str:
    broken = facts.unevaluated(report)
    return f" {count(len(broken), 'rule')} could not be evaluated." if broken else ""


def _failing_rules(report: Report) -> list[str]:
    failing = [item for item in report.inspection.findings if item.severity.rank >= report.threshold.rank]
    return [finding.rule for finding in facts.most_severe_first(failing)]


def _incomplete(report: Report, decision: Decision) -> Summary:
    missing = [reason for reason in decision.reasons if reason.effect == "incomplete"]
    rules = list(dict.fromkeys(reason.rule for reason in missing))
    sentence = f"{count(len(rules), 'required rule')} could not be evaluated, so nothing was decided in favour."
    if missing:
        sentence += f" {missing[0].rule}: {missing[0].message}"
    steps = tuple(_repair_run(reason.rule, reason.message, gate_command(decision)) for reason in missing[:1])
    denied = _repairs(report, _rules_with(decision, "deny"))
    return Summary(label="DENIED, INCOMPLETE", tone=Tone.BAD, sentence=sentence, steps=(*steps, *denied))


def _denied(report: Report, decision: Decision) -> Summary:
    rules = _rules_with(decision, "deny")
    first = next((reason for reason in decision.reasons if reason.effect == "deny"), None)
    sentence = f"{count(len(rules), 'rule')} {'denies' if len(rules) == 1 else 'deny'} this change."
    if first:
        sentence += f" {first.message}"
    again = Step(who="Then", what="judge again, once the change is repaired", command=gate_command(decision))
    return Summary(label="DENIED", tone=Tone.BAD, sentence=sentence, steps=(*_repairs(report, rules), again))


def _needs_approval(report: Report, decision: Decision) -> Summary:
    waiting = facts.unmet(decision)
    asked = list(_by_signature(waiting).values())
    missing = sum(requirements[0].count - facts.given_count(requirements[0]) for requirements in asked)
    sentence = f"{count(missing, 'approval')} missing." if missing else "A person must look at this change."
    sentence += "".join(f" {requirement.message}" for requirement in waiting[:1]) + _gaps(report)
    broken = () if waiting else facts.unevaluated(report)[:1]
    steps = (
        *(_approve(report, requirements) for requirements in asked[:MAX_STEPS]),
        *(_repair_run(item.rule, item.reason, gate_command(decision)) for item in broken),
    )
    return Summary(label="NEEDS APPROVAL", tone=Tone.CAUTION, sentence=sentence, steps=steps)


def _allowed(report: Report, decision: Decision) -> Summary:
    counts = facts.outcome_counts(report)
    sentence = f"No rule denies this change: {counts[Outcome.PASS]:,} passed"
    sentence += f", {counts[Outcome.WAIVED]:,} waived." if counts[Outcome.WAIVED] else "."
    approvals = [given for requirement in decision.requires for given in requirement.given if given.counted]
    if approvals:
        sentence += f" Approved by {', '.join(dict.fromkeys(approval.name for approval in approvals))}."
    tone = Tone.CAUTION if facts.unevaluated(report) else Tone.GOOD
    return Summary(label="ALLOWED", tone=tone, sentence=sentence + _gaps(report), steps=())


def _rules_with(decision: Decision, effect: str) -> list[str]:
    return list(dict.fromkeys(reason.rule for reason in decision.reasons if reason.effect == effect))


def _repairs(report: Report, rules: list[str]) -> tuple[Step, ...]:
    """Return what the author does about the first few of `rules`."""
    return tuple(_repair(report, rule) for rule in list(dict.fromkeys(rules))[:MAX_STEPS])


def _repair(report: Report, rule: str) -> Step:
    known = report.rules.get(rule)
    what = known.remedy if known else f"Repair what {rule} reports"
    return Step(who="Author", what=what, command=f"assay explain {shlex.quote(rule)}")


def _repair_run(rule: str, reason: str | None, command: str) -> Step:
    what = f"Repair what kept {rule} from running" + (f" ({reason})" if reason else "") + ", then run again"
    return Step(who="Operator", what=what, command=command)


def _by_signature(waiting: tuple[Requirement, ...]) -> dict[tuple[str, str], list[Requirement]]:
    """Return what waits by who must sign as what, for one signature answers every rule that asks for it.

    Within a group the requirement that misses most comes first.
    """
    groups: dict[tuple[str, str], list[Requirement]] = {}
    for requirement in sorted(waiting, key=lambda item: facts.given_count(item) - item.count):
        groups.setdefault((requirement.role or "", requirement.meaning), []).append(requirement)
    return groups


def _approve(report: Report, requirements: list[Requirement]) -> Step:
    requirement = requirements[0]
    if (obstacle := facts.obstacle(report, requirement)) is not None:
        command = "assay key generate PERSON" if requirement.role is None else None
        return Step(who="Maintainer", what=obstacle, command=command)
    given = facts.given_count(requirement)
    people = count(requirement.count, "person", "people")
    what = f"{given} of {people} signed as {requirement.meaning}. {requirement.message}"
    others = len(requirements) - 1
    what += f" (and {count(others, 'rule')} more {'asks' if others == 1 else 'ask'} for the same)" if others else ""
    name = report.decision_digest[:SHORT] if report.decision_digest else "latest"
    command = f"assay approve {name} --meaning {requirement.meaning}"
    return Step(who=requirement.role or "Anyone with a personal key", what=what, command=command)
