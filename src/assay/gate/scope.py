"""What a waiver names, made whole before it is signed: a waiver that could not do what it says is refused here.

Whether it applies is asked at each gate anew, by `assay.policy.covering`.
"""

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches

from assay.config.globs import glob_fault
from assay.errors import UsageError
from assay.model.approval import WaiverScope
from assay.model.finding import Finding
from assay.policy.covering import TAGGED_FAMILIES

# Fewer digits of a fingerprint name several findings by chance.
MIN_PREFIX = 8


def whole_scope(scope: WaiverScope, findings: Iterable[Finding], rules: Collection[str]) -> WaiverScope:
    """Return `scope` with every fingerprint whole and, for secrets and PHI, its tag.

    `findings` and `rules` are those of the decision. Raises `UsageError` for a scope that would cover nothing.
    """
    if bool(scope.fingerprints) == bool(scope.rule):
        raise UsageError("a waiver is for fingerprints, or for a --rule under a --path; give one of the two")
    if scope.rule is not None:
        _check_rule(scope.rule, rules)
        _check_paths(scope.paths)
        return scope
    if scope.paths:
        raise UsageError("a --path goes with a --rule; a fingerprint names one finding already")
    known = {finding.fingerprint: finding for finding in findings}
    chosen = [_finding(prefix, known) for prefix in scope.fingerprints]
    tags = {finding.fingerprint: finding.tag for finding in chosen if finding.tag is not None}
    untagged = [finding.rule for finding in chosen if _family(finding.rule) in TAGGED_FAMILIES and finding.tag is None]
    if untagged:
        raise UsageError(
            f"a finding of {untagged[0]} is waived by its keyed tag, and no tag key is set",
            hint='set [keys] tag = "env:ASSAY_TAG_KEY" and that variable, then judge again',
        )
    return WaiverScope(fingerprints=tuple(finding.fingerprint for finding in chosen), tags=tags)


def _check_rule(rule: str, rules: Collection[str]) -> None:
    if rule not in rules:
        close = get_close_matches(rule, rules, n=1)
        hint = f"did you mean {close[0]}?" if close else "`assay explain` lists rules"
        raise UsageError(f"the decision knows no rule {rule}", hint=hint)
    if _family(rule) in TAGGED_FAMILIES:
        raise UsageError(
            f"a finding of {_family(rule)} is waived one by one, by fingerprint and tag",
            hint="`assay gate` prints fingerprints beside findings",
        )


def _check_paths(paths: Collection[str]) -> None:
    if not paths:
        raise UsageError("a rule is waived under paths", hint="give --path, for example --path 'tests/**'")
    for path in paths:
        if fault := glob_fault(path):
            raise UsageError(f"--path {path}: {fault}")


def _finding(prefix: str, known: Mapping[str, Finding]) -> Finding:
    matching = [finding for fingerprint, finding in known.items() if fingerprint.startswith(prefix.lower())]
    if len(prefix) < MIN_PREFIX or len(matching) != 1:
        raise UsageError(
            f"expected {MIN_PREFIX} or more digits of the fingerprint of one finding, {prefix!r} names {len(matching)}",
            hint="`assay gate` prints fingerprints beside findings",
        )
    return matching[0]


def _family(rule: str) -> str:
    return rule.partition("/")[0]
