"""Waivers, applied after the packs were asked: what is waived was found, and is shown with who accepted it until when.

What rests on findings is waived finding by finding. What rests on none (a conftest rule on a file) is waived by rule
and path; a demand for approval that rests on none cannot be waived, since an approval is its answer.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from assay.model.decision import Reason
from assay.policy.answers import Effect, Fired
from assay.policy.covering import covers_path
from assay.policy.input import InputWaiver, PolicyInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """What waivers leave of the packs' answers."""

    fired: tuple[Fired, ...]
    """What still stands, without the findings that are waived."""
    reasons: tuple[Reason, ...]
    """What is waived, finding by finding and rule by rule."""
    rules: Mapping[str, str]
    """Rules with something waived: inspectors' and packs', and by whom."""
    findings: frozenset[str]
    """Fingerprints of the findings that are waived."""


def apply_waivers(given: PolicyInput, fired: Iterable[Fired]) -> Waived:
    """Return what the waivers of the input leave of what packs answered."""
    covering = {fingerprint: waiver for waiver in reversed(given.waivers) for fingerprint in waiver.findings}
    reasons = list(_waived_findings(given, covering))
    rules = {reason.rule: reason.message for reason in reasons}
    left: list[Fired] = []
    for item in fired:
        waiver = _waiver_of(item, given, covering)
        if item.effect is Effect.EXCEPTED:
            reasons.append(_reason(item, f"by an exception of the pack: {item.message}", None))
            rules.setdefault(item.rule, "by an exception of the pack")
        elif waiver is None:
            left.append(replace(item, fingerprints=tuple(one for one in item.fingerprints if one not in covering)))
        else:
            rules.setdefault(item.rule, _by(waiver))
            if not item.fingerprints:
                reasons.append(_reason(item, f"{_by(waiver)}: {item.message}", waiver.envelope))
    return Waived(fired=tuple(left), reasons=tuple(reasons), rules=rules, findings=frozenset(covering))


def _waived_findings(given: PolicyInput, covering: Mapping[str, InputWaiver]) -> Iterator[Reason]:
    found = {finding.fingerprint: finding for finding in given.findings if finding.fingerprint in covering}
    for fingerprint, finding in found.items():
        yield Reason(
            effect="waived",
            rule=finding.rule,
            message=_by(covering[fingerprint]),
            path=finding.path,
            fingerprints=(fingerprint,),
            waiver=covering[fingerprint].envelope,
        )


def _waiver_of(item: Fired, given: PolicyInput, covering: Mapping[str, InputWaiver]) -> InputWaiver | None:
    """Return the waiver that covers all that an answer rests on, or None."""
    if item.fingerprints:
        waivers = [covering.get(fingerprint) for fingerprint in item.fingerprints]
        return None if None in waivers else waivers[0]
    if item.effect is Effect.REQUIRE or item.path is None:
        return None
    by_path = (waiver for waiver in given.waivers if waiver.rule == item.rule and covers_path(item.path, waiver.paths))
    return next(by_path, None)


def _reason(item: Fired, message: str, waiver: str | None) -> Reason:
    return Reason(effect="waived", rule=item.rule, message=message, path=item.path, waiver=waiver)


def _by(waiver: InputWaiver) -> str:
    return f"by {waiver.name} until {waiver.until}: {waiver.reason} ({waiver.ticket})"
