"""Running inspectors over a change or over files, and adding up what they say.

Trusted: the configuration, which the caller has read from where what is inspected cannot loosen it. Not trusted: every
file, path and message, and that an inspector ends. If lost: what was not read would count as clean. So a family that
crashed, hung, was killed or could not read something is `error` or `not_evaluated`, never `pass`, and so is a required
family where nothing at all was read of a change that adds text.

Nothing holds all files: targets come lazily, whoever looks at them reads them, and only findings stay.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assay.config.schema import Config
from assay.git import Repository, TreeEntry, WorktreeFile
from assay.git.trees import TreeLookup
from assay.inspectors import registry
from assay.inspectors._execution import Setting, reports
from assay.inspectors._looking import FileReport, Target
from assay.inspectors._outcomes import NOTHING_SCANNED, rule_outcomes
from assay.inspectors._plan import Plan, plan_change, plan_files
from assay.inspectors._sightings import Failure
from assay.model.finding import Finding, Inspection, Scanned, Skipped
from assay.model.outcome import Outcome
from assay.model.report import Excerpt
from assay.model.subject import Change

Progress = Callable[[int, int | None], None]
"""Called with the number of files done, and of all where that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """What was found, and what a person needs to see to believe it."""

    inspection: Inspection
    excerpts: Mapping[str, Excerpt]
    """Fingerprint to the lines around the finding. For the screen: never stored, never signed."""


def inspect_change(
    change: Change,
    *,
    repository: Repository,
    config: Config,
    only: Collection[str] | None = None,
    tag_key: bytes | None = None,
    cache: Path | None = None,
    pool_size: int | None = None,
    progress: Progress | None = None,
) -> Inspected:
    """Return what is new in a change: in its files, its commits, and what these bring and do not keep.

    `config` is the target's. `only` names families; all by default. `tag_key` is the team's key for tags. `cache` is
    where inspectors may keep what is expensive to open. `pool_size` is a number of processes, 0 for this one; by
    default this one for a small change. Raises `UsageError` for a family that does not exist, `MissingObjectError`
    where the base tree cannot be read, `WorkerError` where no process can be started.
    """
    families = registry.family_names(only)
    setting = Setting(repository=repository, config=config, families=families, tag_key=tag_key, cache=cache)
    with repository.objects() as reader:
        plan = plan_change(change, config.check, TreeLookup(reader))
    return _inspected(plan, setting, pool_size, progress)


def inspect_files(
    files: Iterable[TreeEntry | WorktreeFile],
    *,
    repository: Repository,
    config: Config,
    only: Collection[str] | None = None,
    tag_key: bytes | None = None,
    cache: Path | None = None,
    pool_size: int | None = None,
    progress: Progress | None = None,
) -> Inspected:
    """Return all there is in files as they are, new or not; the arguments are those of `inspect_change`."""
    families = registry.family_names(only)
    setting = Setting(repository=repository, config=config, families=families, tag_key=tag_key, cache=cache)
    return _inspected(plan_files(files, config.check), setting, pool_size, progress)


@dataclass(slots=True)
class _Sum:
    """The reports so far."""

    head: list[tuple[Finding, str]] = field(default_factory=list)
    """With what tells their values apart."""
    history: list[tuple[Target, Finding, str]] = field(default_factory=list)
    excerpts: dict[str, Excerpt] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    skipped: set[Skipped] = field(default_factory=set)
    concerned: set[str] = field(default_factory=set)
    files: int = 0
    bytes: int = 0

    def add(self, report: FileReport) -> None:
        """Add one report; of a skipped file only that it was, if it is at the head."""
        target = report.target
        if report.skipped is not None and target is not None and target.commit is None:
            self.skipped.add(Skipped(path=target.path, reason=report.skipped))
        if target is None:
            self.head += ((finding, "") for finding in report.findings)
        elif target.commit is None:
            self.head += zip(report.findings, report.values, strict=True)
        else:
            self.history += ((target, *found) for found in zip(report.findings, report.values, strict=True))
        self.excerpts |= report.excerpts
        self.failures += report.failures
        self.concerned |= report.families
        self.files += target is not None and report.bytes > 0
        self.bytes += report.bytes if target is not None else 0

    def findings(self, order: Mapping[Target, int]) -> Iterator[Finding]:
        """Yield every finding once: at the head where it is there, else where the first commit brought it."""
        seen = {(finding.fingerprint, value) for finding, value in self.head}
        yield from (finding for finding, _ in self.head)
        for _, finding, value in sorted(self.history, key=lambda found: order[found[0]]):
            if (finding.fingerprint, value) not in seen:
                seen.add((finding.fingerprint, value))
                yield finding


def _inspected(plan: Plan, setting: Setting, pool_size: int | None, progress: Progress | None) -> Inspected:
    total = _Sum()
    done = 0
    for report in reports(plan, setting, pool_size=pool_size):
        total.add(report)
        done += report.target is not None
        if progress:
            progress(done, plan.total)
    findings = sorted(total.findings({target: at for at, target in enumerate(plan.history)}), key=_place)
    outcomes = rule_outcomes(
        registry.all_rules(setting.families),
        concerned=total.concerned,
        findings=findings,
        failures=[*total.failures, *_nothing_scanned(plan, setting, total)],
    )
    inspection = Inspection(
        findings=tuple(findings),
        outcomes=tuple(outcomes),
        scanned=Scanned(files=total.files, bytes=total.bytes),
        skipped=tuple(sorted(total.skipped, key=lambda skipped: (skipped.path, skipped.reason))),
    )
    shown = {finding.fingerprint for finding in findings}
    return Inspected(
        inspection=inspection, excerpts={mark: lines for mark, lines in total.excerpts.items() if mark in shown}
    )


def _nothing_scanned(plan: Plan, setting: Setting, total: _Sum) -> Iterator[Failure]:
    """Yield an error of every required family that should have read something and did not."""
    if total.bytes:
        return
    for inspector in setting.file_inspectors:
        if inspector.family in setting.config.gate.required and any(map(inspector.accepts, plan.adds_text)):
            yield Failure(family=inspector.family, outcome=Outcome.ERROR, reason=NOTHING_SCANNED)


def _place(finding: Finding) -> tuple[str, int, str, str, str]:
    start = finding.place.span.start if finding.place.span else -1
    return finding.place.path, start, finding.rule, finding.place.commit or "", finding.fingerprint
