"""From bytes to confirmed secrets: scan, find where each match begins, ask the validators, settle overlaps.

Trusted: the rules. Not trusted: the data, which may be built so that patterns match everywhere or that `re` takes long;
so every look at it is capped. If lost: a scan outlives its time limit and the file counts as not evaluated.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from assay.inspectors.secrets._base import (
    LINE_REACH,
    NEAR_REACH,
    TAIL_REACH,
    Candidate,
    Secret,
    SecretRule,
    Validator,
    Verdict,
)
from assay.inspectors.secrets._patterns import PatternEngine, compiled


class Detector:
    """Finds secrets with `rules`, whose indices are those of the engine's patterns."""

    def __init__(self, rules: Sequence[SecretRule], engine: PatternEngine) -> None:
        self._rules = rules
        self._engine = engine

    def find(self, data: bytes, path: str) -> list[Secret]:
        """Return the secrets in `data` in order, no two of which overlap. Raises `SourceError`."""
        hits = self._engine.scan(data)
        return settle(self._confirmed(hits, data, path)) if hits else []

    def _confirmed(self, hits: Iterable[tuple[int, int]], data: bytes, path: str) -> Iterator[Secret]:
        ends: defaultdict[int, set[int]] = defaultdict(set)
        for index, end in hits:
            ends[index].add(end)
        for index in sorted(ends):
            rule = self._rules[index]
            if concerns(rule, path):
                for candidate in candidates(rule, data, path, sorted(ends[index])):
                    verdict = judge(rule, candidate)
                    if verdict is not Verdict.REFUTED:
                        yield _secret(rule, candidate, verdict)


def concerns(rule: SecretRule, path: str) -> bool:
    """Return whether `rule` looks at the file at `path`."""
    return rule.paths is None or compiled(rule.paths).search(path.encode(errors="replace")) is not None


def candidates(rule: SecretRule, data: bytes, path: str, ends: Iterable[int]) -> Iterator[Candidate]:
    """Yield the matches of `rule` that end at `ends` (ascending), each with its beginning and its tail.

    No more than `LINE_REACH` bytes before an end and `TAIL_REACH` after it are read, whatever the data.
    """
    pattern = compiled(rule.pattern)
    tail = None if rule.tail is None else compiled(rule.tail)
    group = "secret" if "secret" in pattern.groupindex else 0
    searched = 0
    for end in ends:
        for found in _matches(pattern, data, searched, end):
            searched = found.start() + 1
            start, stop = found.span(group)
            if start < 0:  # The group belongs to an alternative that did not match.
                start, stop = found.span()
            if tail is not None:
                rest = tail.match(data, found.end(), found.end() + TAIL_REACH)
                if rest is None:
                    continue
                stop = rest.end()
            value = data[start:stop].decode("latin-1")
            yield Candidate(path=path, data=data, head=found.start(), start=start, end=stop, value=value)


def _matches(pattern: re.Pattern[bytes], data: bytes, searched: int, end: int) -> list[re.Match[bytes]]:
    """Return the matches up to `end`; most begin near it, and `re` is slow, so it looks there first."""
    for reach in (NEAR_REACH, LINE_REACH):
        found = list(pattern.finditer(data, max(searched, end - reach), end))
        if found or end - reach <= searched:
            return found
    return []


def judge(rule: SecretRule, candidate: Candidate) -> Verdict:
    """Return what the placeholders and the rule's validators make of `candidate`; the worst verdict counts."""
    worst = Verdict.HOLDS
    for validator in _validators(rule.validate):
        verdict = validator(candidate)
        if verdict is Verdict.REFUTED:
            return verdict
        if verdict is Verdict.DOUBTFUL:
            worst = verdict
    return worst


@cache
def _validators(names: tuple[str, ...]) -> tuple[Validator, ...]:
    # Imported with the first candidate: most scans have none.
    from assay.inspectors.secrets.validators import ALWAYS, VALIDATORS

    return (*(VALIDATORS[name] for name in names), *ALWAYS)


def settle(found: Iterable[Secret]) -> list[Secret]:
    """Return `found` without overlaps, in order of place.

    Of those that overlap the more specific kind stays, then the more trusted, then the longer, then the first by id.
    """
    kept: list[Secret] = []
    starts: list[int] = []
    for secret in sorted(found, key=_precedence):
        # Those kept do not overlap, so only the last one that starts before this one's end can reach into it.
        at = bisect_left(starts, secret.end)
        if at == 0 or kept[at - 1].end <= secret.start:
            kept.insert(at, secret)
            starts.insert(at, secret.start)
    return kept


def _precedence(secret: Secret) -> tuple[int, bool, int, str, int]:
    length = secret.end - secret.start
    return (secret.rule.kind.rank, secret.doubtful, -length, secret.rule.id, secret.start)


def _secret(rule: SecretRule, candidate: Candidate, verdict: Verdict) -> Secret:
    return Secret(
        rule=rule,
        start=candidate.start,
        end=candidate.end,
        doubtful=verdict is Verdict.DOUBTFUL,
        value=candidate.data[candidate.start : candidate.end],
    )
