"""The loop for one change: collect, attest, append, gather, decide, attest, append.

Called by `assay.api.gate`, for the command line and the server alike. What is appended stays, whatever comes after: a
run that fails between two steps leaves evidence without a decision, never a decision without evidence.
"""

from dataclasses import dataclass, replace

from assay.attest import SoftwareKey, TrustStore
from assay.attest.predicates import decision_predicate, findings_predicate, risk_predicate
from assay.config.schema import Config
from assay.errors import EmptyRangeError
from assay.gate.documents import changed_documents
from assay.gate.hearing import Heard, hear
from assay.gate.incoming import take_in
from assay.gate.keys import machine_key
from assay.gate.packs import read_policy
from assay.gate.producer import producer
from assay.gate.record import Record, Recorded
from assay.gate.request import GateRequest
from assay.gate.tags import tag_key
from assay.gate.target import Target, find_target, name_of, trust_of
from assay.inspectors.registry import all_rules
from assay.inspectors.run import Inspected, inspect_change
from assay.inspectors.scope import domains_of, services_of
from assay.inspectors.secrets.redact import redact
from assay.model.approval import Links
from assay.model.decision import CheckpointRef
from assay.model.report import Report
from assay.model.risk import Risk
from assay.model.statement import DECISION, FINDINGS, RISK, Statement
from assay.model.subject import Change, ChangedFile, Commit
from assay.policy import Decided, Evidence, decide, explain, open_engine
from assay.risk import RuleOfThumb, criticality, features_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run works with."""

    request: GateRequest
    target: Target
    trust: TrustStore
    key: SoftwareKey
    change: Change


def judge(request: GateRequest) -> Report:
    """Judge the change that `request` names, record the decision, and return everything a reader needs.

    Raises `EmptyRangeError` where nothing changes, and any other `AssayError` where no decision could be made.
    """
    run = prepare(request)
    inspected = collect(run)
    risk = RuleOfThumb().score(features_of(run.change), criticality(run.change.files))
    # The engine's worker is forked here, before the record starts a thread of its own.
    with open_engine(run.target.config.policy.engine) as engine:
        policy = read_policy(run.target, engine)
        with Record.open(request.state) as record:
            notices = take_in(record, request.evidence, run.trust)
            collected = record.sign(statements(run, inspected, risk), run.key, run.trust)
            checkpoint = record.checkpoint()
            heard = gather(run, record, checkpoint, collected)
            decided = decide(engine, policy, evidence(run, heard, checkpoint), request.at, redact=redact)
            record.store.put(decided.input_bytes)
            recorded = record.sign([decision_statement(run, decided)], run.key, run.trust)[0]
    rules = {**all_rules(), **policy.rules}
    return Report(
        repository=name_of(request.repository),
        scope=request.range.text,
        inspection=inspected.inspection,
        rules=rules,
        threshold=run.target.config.check.threshold,
        required=run.target.config.gate.required,
        excerpts=inspected.excerpts,
        change=run.change,
        risk=risk,
        decision=decided.decision,
        decision_digest=recorded.envelope,
        decision_index=recorded.index,
        signer=run.trust.signer(run.key.keyid),
        why=explain(decided.decision, decided.input, rules, name=recorded.envelope),
        notices=(*run.target.notices(run.change.base_commit), *decided.notices, *notices, *heard.unreadable),
    )


def prepare(request: GateRequest) -> Run:
    """Read the change, and from the target commit everything that may loosen a verdict."""
    found = request.range
    change = request.repository.change(found.base, found.head)
    if not change.files and not change.commits:
        raise EmptyRangeError(f"nothing changes in {found.text}")
    target = find_target(request.repository, base=found.base, head=found.head, named=request.target)
    key = machine_key(target.config, request.state, request.signer)
    trust = trust_of(target, key.public_key)
    return Run(request=request, target=target, trust=trust, key=key, change=_placed(change, target.config))


def collect(run: Run) -> Inspected:
    """Run the inspectors over what the change brings."""
    return inspect_change(
        run.change,
        repository=run.request.repository,
        config=run.target.config,
        cache=run.request.state / "cache",
        tag_key=tag_key(run.target.config),
        progress=run.request.progress,
    )


def statements(run: Run, inspected: Inspected, risk: Risk) -> list[Statement]:
    """Return what was collected, as statements about the change."""
    made_by, at = producer(run.target.config), run.request.at
    links = Links(commits=tuple(commit.id for commit in run.change.commits))
    findings = findings_predicate(inspected.inspection, producer=made_by, at=at, links=links)
    scored = risk_predicate(risk, producer=made_by, at=at, links=links)
    subjects = (run.change.subject,)
    return [
        Statement(subjects=subjects, predicate_type=FINDINGS, predicate=findings),
        Statement(subjects=subjects, predicate_type=RISK, predicate=scored),
    ]


def gather(run: Run, record: Record, checkpoint: CheckpointRef, collected: list[Recorded]) -> Heard:
    """Hear every statement about this change that the log held at the checkpoint."""
    about = record.about(run.change.subject.sha256, checkpoint.size)
    return hear(
        ((stored.index, stored.data) for stored in about),
        trust=run.trust,
        gate=run.request.kind,
        collected={recorded.envelope for recorded in collected},
    )


def evidence(run: Run, heard: Heard, checkpoint: CheckpointRef) -> Evidence:
    """Return all that the decision is made from."""
    return Evidence(
        gate=run.request.kind,
        change=_without_secrets(run.change),
        statements=heard.statements,
        trust=heard.trust,
        config=run.target.config,
        checkpoint=checkpoint,
        signer=run.trust.signer(run.key.keyid).key_class,
        documents=changed_documents(run.target.repository, run.change),
    )


def decision_statement(run: Run, decided: Decided) -> Statement:
    """Return the decision as a statement about the change."""
    predicate = decision_predicate(decided.decision, producer=producer(run.target.config))
    return Statement(subjects=(run.change.subject,), predicate_type=DECISION, predicate=predicate)


def _placed(change: Change, config: Config) -> Change:
    """Return `change` with the services and domains of each file."""
    return replace(change, files=tuple(_place(file, config) for file in change.files))


def _place(file: ChangedFile, config: Config) -> ChangedFile:
    services = tuple(sorted({*services_of(file.path, config), *services_of(file.old_path, config)}))
    return replace(file, services=services, domains=domains_of(services, config))


def _without_secrets(change: Change) -> Change:
    """Return `change` with free text as it may be recorded."""
    return replace(change, commits=tuple(_redacted(commit) for commit in change.commits))


def _redacted(commit: Commit) -> Commit:
    trailers = tuple((redact(key), redact(value)) for key, value in commit.trailers)
    return replace(commit, message=redact(commit.message), trailers=trailers)
