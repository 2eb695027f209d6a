"""Which findings a waiver covers.

A finding of a secret or of PHI is named by its fingerprint and by the keyed tag of its value: another value at the same
place is another finding. Any other is named by its fingerprint, or by its rule and path.
"""

from collections.abc import Iterable, Iterator, Sequence

from assay.config.globs import glob_fault, matches
from assay.model.approval import WaiverScope
from assay.policy.input import InputFinding
from assay.policy.standing import SignedWaiver

# Families whose findings hold a value that may not be written down.
TAGGED_FAMILIES = frozenset({"secrets", "phi"})


def covered(scope: WaiverScope, findings: Sequence[InputFinding]) -> tuple[str, ...]:
    """Return the fingerprints that a waiver covers wherever they occur."""
    outside = {item.fingerprint for item in findings if not _covers(scope, item)}
    inside = dict.fromkeys(item.fingerprint for item in findings if item.fingerprint not in outside)
    return tuple(inside)


def can_be_waived(finding: InputFinding) -> bool:
    """Whether a waiver could cover a finding: without its tag, one of a secret or of PHI cannot be named."""
    return finding.family not in TAGGED_FAMILIES or finding.tag is not None


def covers_path(path: str, globs: tuple[str, ...]) -> bool:
    """Whether a waiver's globs match a path; a glob with a fault, which another program may have written, does not."""
    return matches(path, tuple(glob for glob in globs if glob_fault(glob) is None))


def not_applied(waivers: Iterable[SignedWaiver], findings: Sequence[InputFinding]) -> Iterator[str]:
    """Yield, for every waiver that names a finding of a secret or of PHI and does not cover it, why not."""
    tagged = [finding for finding in findings if finding.family in TAGGED_FAMILIES]
    for signed in waivers:
        scope = signed.waiver.scope
        for finding in tagged:
            meant = finding.fingerprint in scope.fingerprints or finding.rule == scope.rule
            if meant and not _covers(scope, finding):
                place = f"{finding.rule} in {finding.path}"
                yield f"waiver {signed.envelope[:12]} does not apply to {place}: {_why_not(scope, finding)}"


def _covers(scope: WaiverScope, finding: InputFinding) -> bool:
    named = finding.fingerprint in scope.fingerprints
    if finding.family in TAGGED_FAMILIES:
        return named and finding.tag is not None and scope.tags.get(finding.fingerprint) == finding.tag
    return named or (finding.rule == scope.rule and covers_path(finding.path, scope.paths))


def _why_not(scope: WaiverScope, finding: InputFinding) -> str:
    if finding.tag is None:
        return "findings carry no tags, because no key for them is set ([keys] tag)"
    if finding.fingerprint not in scope.tags:
        return f"a finding of {finding.family} is waived by fingerprint and tag only"
    return "its tag is that of another value"
