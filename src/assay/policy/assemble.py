"""From evidence that stands to the policy input."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assay.model.decision import Decision, Reason
from assay.model.finding import Finding, Inspection, RuleOutcome
from assay.model.risk import Risk
from assay.model.subject import ChangedFile, ChangeStatus, Commit, FileMode
from assay.model.wire import to_wire
from assay.policy.covering import covered, not_applied
from assay.policy.evidence import Document, Evidence
from assay.policy.input import (
    Gap,
    InputApproval,
    InputChange,
    InputCommit,
    InputDecision,
    InputDocument,
    InputFile,
    InputFinding,
    InputRisk,
    InputSubject,
    InputWaiver,
    PolicyInput,
)
from assay.policy.outcomes import NO_REASON, worse
from assay.policy.people import People
from assay.policy.standing import SignedApproval, SignedWaiver, Standing

# The subject line of Conventional Commits 1.0.0.
_SUBJECT_LINE = re.compile(r"(?P<type>[A-Za-z][A-Za-z0-9_-]*)(?:\((?P<scope>[^()]+)\))?!?: ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """The policy input, and what the reader must know that is no reason."""

    input: PolicyInput
    notices: tuple[str, ...]


def assemble(evidence: Evidence, standing: Standing, policy_digests: Mapping[str, str], at: str) -> Assembled:
    """Return the policy input for what stands; `policy_digests` are those of the packs that will judge."""
    people = People(evidence.config)
    change = evidence.change
    findings = tuple(_finding(item) for inspection in standing.inspections for item in inspection.findings)
    outcomes = _outcomes(standing.inspections)
    approvals = [_approval(signed, evidence, standing.decisions, policy_digests) for signed in standing.approvals]
    waivers = [_waiver(signed, evidence, findings) for signed in standing.waivers]
    settings = to_wire(evidence.config)
    del settings["people"]
    built = PolicyInput(
        gate=evidence.gate,
        at=at,
        subject=InputSubject(base_tree=change.base_tree, head_tree=change.head_tree, digest=change.subject.sha256),
        change=InputChange(files=tuple(_file(file) for file in change.files)),
        commits=tuple(_commit(commit, people) for commit in change.commits),
        findings=findings,
        outcomes={rule: item.outcome for rule, item in outcomes.items()},
        unevaluated={rule: item.reason or NO_REASON for rule, item in outcomes.items() if not item.outcome.evaluated},
        gaps=tuple(_gaps(evidence, standing.inspections)),
        risk=_risk(standing.risks),
        approvals=tuple(item for item in approvals if item.refused is None),
        refused_approvals=tuple(item for item in approvals if item.refused is not None),
        decisions=_cited(standing),
        waivers=tuple(waivers),
        statements={kind: tuple(predicates) for kind, predicates in standing.others.items()},
        people=people.recorded(),
        config=settings,
        documents=recorded_documents(evidence.documents),
    )
    notices = (*_refusals(standing), *not_applied(standing.waivers, findings))
    return Assembled(input=built, notices=notices)


def recorded_documents(documents: Sequence[Document] | None) -> tuple[InputDocument, ...] | None:
    """Return what is written down of documents: where each is, not what it says."""
    if documents is None:
        return None
    return tuple(InputDocument(path=item.path, blob=item.blob) for item in documents)


def _finding(finding: Finding) -> InputFinding:
    return InputFinding(
        rule=finding.rule,
        family=finding.rule.partition("/")[0],
        severity=finding.severity,
        confidence=finding.confidence,
        message=finding.message,
        path=finding.place.path,
        fingerprint=finding.fingerprint,
        line=finding.place.span.line if finding.place.span else None,
        commit=finding.place.commit,
        tag=finding.tag,
        controls=finding.controls,
    )


def _file(file: ChangedFile) -> InputFile:
    return InputFile(
        path=file.path,
        old_path=file.old_path,
        status=file.status,
        added=file.added,
        deleted=file.deleted,
        services=file.services,
        domains=file.domains,
    )


def _commit(commit: Commit, people: People) -> InputCommit:
    form = _SUBJECT_LINE.match(commit.subject_line)
    trailers: dict[str, tuple[str, ...]] = {}
    for key, value in commit.trailers:
        trailers[key.lower()] = (*trailers.get(key.lower(), ()), value)
    return InputCommit(
        id=commit.id,
        author=people.identified(commit.author),
        committer=people.identified(commit.committer),
        coauthors=people.coauthors(commit),
        type=form["type"] if form else None,
        scope=form["scope"] if form else None,
        trailers=trailers,
        signed=commit.signed,
    )


def _risk(risks: Sequence[Risk]) -> InputRisk | None:
    """Return the highest risk that a producer reports."""
    if not risks:
        return None
    risk = max(risks, key=lambda item: item.score_ppm)
    return InputRisk(
        score_ppm=risk.score_ppm, criticality=risk.criticality, model=risk.model, percentile=risk.percentile
    )


def _outcomes(inspections: Sequence[Inspection]) -> dict[str, RuleOutcome]:
    """Return what became of every rule; of two inspections that speak of one rule, the worse."""
    found: dict[str, RuleOutcome] = {}
    for inspection in inspections:
        for item in inspection.outcomes:
            found[item.rule] = worse(found.get(item.rule, item), item)
    return found


def _gaps(evidence: Evidence, inspections: Sequence[Inspection]) -> Iterator[Gap]:
    if not inspections:
        yield Gap(rule="findings", message="no inspector has reported on this change")
    elif not sum(inspection.scanned.files for inspection in inspections):
        skipped = {item.path for inspection in inspections for item in inspection.skipped}
        if any(_adds_text(file) and file.path not in skipped for file in evidence.change.files):
            yield Gap(rule="findings", message="the change adds text, and no inspector has read any of it")


def _adds_text(file: ChangedFile) -> bool:
    regular = file.new_mode in {FileMode.REGULAR, FileMode.EXECUTABLE}
    return regular and bool(file.added) and file.status is not ChangeStatus.DELETED


def _approval(
    signed: SignedApproval, evidence: Evidence, decisions: Mapping[str, Decision], policy_digests: Mapping[str, str]
) -> InputApproval:
    approval = signed.approval
    cited = decisions.get(approval.decision)
    refused = signed.refused
    if refused is None and cited is None:
        refused = "the decision it cites is not among the evidence on this change"
    if refused is None and cited is not None and cited.policy.digests != policy_digests:
        refused = "the policy is another than that of the decision it cites"
    return InputApproval(
        envelope=signed.envelope,
        person=signed.person,
        name=evidence.config.people[signed.person].name if signed.person in evidence.config.people else approval.name,
        meaning=approval.meaning,
        at=approval.at,
        decision=approval.decision,
        refused=refused,
    )


def _cited(standing: Standing) -> dict[str, InputDecision]:
    """Return what the decisions that approvals cite asked for and rested on."""
    cited = {signed.approval.decision for signed in standing.approvals}
    return {
        envelope: InputDecision(
            asked=tuple(dict.fromkeys(item.rule for item in decision.requires)),
            fingerprints=tuple(sorted({one for reason in _against(decision) for one in reason.fingerprints})),
        )
        for envelope, decision in standing.decisions.items()
        if envelope in cited
    }


def _against(decision: Decision) -> Iterator[Reason]:
    return (reason for reason in decision.reasons if reason.effect in {"deny", "require"})


def _waiver(signed: SignedWaiver, evidence: Evidence, findings: Sequence[InputFinding]) -> InputWaiver:
    waiver = signed.waiver
    return InputWaiver(
        envelope=signed.envelope,
        person=signed.person,
        name=evidence.config.people[signed.person].name,
        reason=waiver.reason,
        ticket=waiver.ticket,
        requested_by=waiver.requested_by,
        until=waiver.until,
        findings=covered(waiver.scope, findings),
        rule=waiver.scope.rule,
        paths=waiver.scope.paths,
    )


def _refusals(standing: Standing) -> Iterator[str]:
    for envelope, reason in standing.refused.items():
        yield f"statement {envelope[:12]} does not count: {reason}"
