"""From what was seen to what is new: findings, which hold no values."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from assay.inspectors import identity
from assay.inspectors._anchors import nearest_above, unchanged_lines
from assay.inspectors._sightings import Sighting, Sightings
from assay.inspectors.excerpt import MASK
from assay.inspectors.identity import Likeness
from assay.model.finding import Finding, Place
from assay.model.rule import Rule


def new_sightings(path: str, head: Sightings, base: Sightings) -> dict[str, Sighting]:
    """Return what is seen at the head and not at the base, by fingerprint: a difference of multisets.

    The fingerprint does not tell one value from another, so the values are compared as well: a secret that took the
    place of another is a new one.
    """
    ours, theirs = unchanged_lines(head.whole, base.whole) if head.whole and base.whole else ((), ())
    known = Counter((like, seen.match.value) for like, seen in _likenesses(path, base, theirs))
    likenesses = list(_likenesses(path, head, ours))
    new: dict[str, Sighting] = {}
    for mark, (like, seen) in zip(identity.fingerprints(like for like, _ in likenesses), likenesses, strict=True):
        if known[like, seen.match.value]:
            known[like, seen.match.value] -= 1
        else:
            new[mark] = seen
    return new


def finding(
    seen: Sighting, rule: Rule, fingerprint: str, *, path: str, commit: str | None, key: bytes | None
) -> Finding:
    """Return a sighting as a finding, with a tag of its value under `key` in the place of the value."""
    match = seen.match
    return Finding(
        rule=rule.id,
        severity=match.severity or rule.severity,
        confidence=match.confidence,
        message=_without_value(match.message, match.value),
        place=Place(path=path, span=seen.span, commit=commit),
        fingerprint=fingerprint,
        tag=identity.tag(key, rule.id, match.value) if key and match.value is not None else None,
        fix=match.fix,
        controls=rule.controls,
    )


def sightings_by_place(side: Sightings) -> Iterable[Sighting]:
    """Yield all sightings, those of one family in the order of their places."""
    return (seen for family in sorted(side.seen) for seen in side.seen[family])


def likeness(seen: Sighting, path: str, nearest: str) -> Likeness:
    """Return what the fingerprint of a sighting is made of; `nearest` is its anchor where the inspector named none."""
    anchor = nearest if seen.match.anchor is None else seen.match.anchor
    return Likeness(rule=seen.match.rule, path=path, anchor=anchor, context=seen.context)


def _likenesses(path: str, side: Sightings, unchanged: Sequence[int]) -> Iterator[tuple[Likeness, Sighting]]:
    for seen in sightings_by_place(side):
        yield likeness(seen, path, _nearest(seen, side, unchanged)), seen


def _nearest(seen: Sighting, side: Sightings, unchanged: Sequence[int]) -> str:
    line = nearest_above(unchanged, seen.line)
    return "" if line is None or side.values is None else identity.fold(side.values.masked(line, str.encode)[0])


def _without_value(message: str, value: bytes | None) -> str:
    """Return `message` without the value, which an inspector must not put there in the first place."""
    text = value.decode("utf-8", errors="replace") if value else ""
    return message.replace(text, MASK) if text else message
