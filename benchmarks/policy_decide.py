"""Deciding with every built-in pack on 500 statements, against bare regorus on the same packs and the same input.

The peer only evaluates: it sorts no statements, applies no waivers, counts no approvals, checks no shapes and has no
worker that could be killed. Where regopy (Microsoft's rego-cpp) is installed, it evaluates the same question as well.

    python benchmarks/policy_decide.py
"""

import hashlib
import json
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from assay.attest.predicates import (
    approval_predicate,
    decision_predicate,
    findings_predicate,
    risk_predicate,
    waiver_predicate,
)
from assay.config.schema import Config, PersonConfig
from assay.model.approval import Approval, Links, Producer, Waiver, WaiverScope
from assay.model.decision import CheckpointRef
from assay.model.finding import Finding, Inspection, Place, RuleOutcome, Scanned
from assay.model.outcome import Confidence, GateKind, KeyClass, Meaning, Outcome, Severity
from assay.model.risk import Risk, RiskModel
from assay.model.statement import APPROVAL, DECISION, FINDINGS, RISK, WAIVER, SignedStatement, Signer, Statement
from assay.model.subject import Change, ChangedFile, ChangeStatus, Commit, FileMode, Identity
from assay.policy import Evidence, Policy, built_in_names, decide, load_policy, open_engine

STATEMENTS = 500
# Of so many producers the last findings stand, each with a few findings and the outcomes of 150 rules.
PRODUCERS = 50
FINDINGS_EACH = 4
ROUNDS = 30
AT = "2024-06-01T12:00:00Z"
LATER = "2024-07-01T12:00:00Z"
BAR_MS = 100
MADE_BY = Producer(name="bench", version="0", config_digest="0" * 64)


def main() -> None:
    """Print one line a contestant, and the ratio."""
    with open_engine("regorus") as engine:
        policy = load_policy(built_in_names(), engine, source=None, ref="built-in", commit=None)
        gathered = evidence(policy)
        decided = decide(engine, policy, gathered, AT)
        text = decided.input_bytes.decode()
        ours = median_ms(lambda: decide(engine, policy, gathered, AT))
    print(f"{len(gathered.statements)} statements, {len(policy.packs)} pack(s), {len(text):,} bytes of input")
    print(f"assay decide     {ours:8.2f} ms   (bar: {BAR_MS} ms)   verdict {decided.decision.verdict}")
    bare = median_ms(bare_regorus(policy, text))
    print(f"bare regorus     {bare:8.2f} ms   ratio {ours / bare:.2f}")
    if (other := regopy(policy, text)) is not None:
        spent = median_ms(other)
        print(f"regopy           {spent:8.2f} ms   ratio {ours / spent:.2f}")
    if ours > BAR_MS:
        raise SystemExit(f"above the bar of {BAR_MS} ms")


def median_ms(run: Callable[[], object]) -> float:
    """Return the median time of a warm call."""
    run()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1_000


def bare_regorus(policy: Policy, text: str) -> Callable[[], object]:
    """Return a call that asks regorus what every pack is asked, in this process."""
    import regorus

    engines = []
    for pack in policy.packs:
        engine = regorus.Engine()
        for module in pack.program.modules:
            engine.add_policy(module.path, module.text)
        engines.append((engine, paths(policy)))

    def ask() -> None:
        for engine, asked in engines:
            engine.set_input_json(text)
            for path in asked:
                json.loads(engine.eval_query_as_json(path))

    return ask


def regopy(policy: Policy, text: str) -> Callable[[], object] | None:
    """Return the same for regopy, or None where it is not installed."""
    try:
        from regopy import Interpreter
    except ImportError:
        return None
    interpreter = Interpreter()
    for pack in policy.packs:
        for module in pack.program.modules:
            interpreter.add_module(module.path, module.text)

    def ask() -> None:
        interpreter.set_input_term(text)
        for path in paths(policy):
            interpreter.query(path)

    return ask


def paths(policy: Policy) -> list[str]:
    """Return every set that the packs are asked for."""
    packages = dict.fromkeys(rule.package for pack in policy.packs for rule in pack.rules.values())
    return [f"{package}.{name}" for package in packages for name in ("deny", "require", "warn")]


def evidence(policy: Policy) -> Evidence:
    """Return evidence of 500 statements: findings, a risk, waivers, and approvals of a decision."""
    change = made_change()
    statements = list(made_statements(change))
    with open_engine("regorus") as engine:
        first = decide(engine, policy, gathered(change, statements), AT)
    cited = signed(change, len(statements), DECISION, decision_predicate(first.decision, producer=MADE_BY))
    statements.append(cited)
    while len(statements) < STATEMENTS:
        approval = Approval(at=AT, decision=cited.envelope, meaning=Meaning.APPROVED, name="P", text_sha256="0" * 64)
        number = len(statements)
        predicate = approval_predicate(approval, producer=MADE_BY)
        statements.append(signed(change, number, APPROVAL, predicate, person=f"p{number % 20}"))
    return gathered(change, statements)


def gathered(change: Change, statements: list[SignedStatement]) -> Evidence:
    """Return the statements as evidence, all believed."""
    people = {f"p{number}": PersonConfig(name=f"P{number}", emails=(f"p{number}@example.org",)) for number in range(20)}
    return Evidence(
        gate=GateKind.MERGE,
        change=change,
        statements=tuple(statements),
        trust={item.envelope: None for item in statements},
        config=Config(digest="0" * 64, people=people),
        checkpoint=CheckpointRef(origin="assay/bench", size=len(statements), root="0" * 64),
        signer=KeyClass.CI,
        documents=(),
    )


def made_change() -> Change:
    """Return a change of 50 files in 20 commits."""
    files = tuple(
        ChangedFile(
            path=f"src/{number}.py",
            old_path=f"src/{number}.py",
            status=ChangeStatus.MODIFIED,
            added=10,
            deleted=3,
            old_mode=FileMode.REGULAR,
            new_mode=FileMode.REGULAR,
            old_blob="1" * 40,
            new_blob="2" * 40,
        )
        for number in range(50)
    )
    author = Identity(name="P0", email="p0@example.org")
    commits = tuple(
        Commit(
            id=f"{number:040x}",
            parents=(),
            author=author,
            committer=author,
            authored_at=AT,
            committed_at=AT,
            message="feat(core): more",
            signed=False,
        )
        for number in range(20)
    )
    return Change(
        base_tree="a" * 40, head_tree="b" * 40, base_commit="c" * 40, head_commit="d" * 40, files=files, commits=commits
    )


def made_statements(change: Change) -> Iterator[SignedStatement]:
    """Yield 449 findings statements, of which the last 50 stand, a risk, and ten waivers."""
    number = 0
    while number < STATEMENTS - 51:
        producer = number % PRODUCERS
        made_by = Producer(name=f"tool {producer}", version="0", config_digest="0" * 64)
        predicate = findings_predicate(inspection(producer), producer=made_by, at=AT, links=Links())
        yield signed(change, number, FINDINGS, predicate)
        number += 1
    model = RiskModel(name="m", version="1", digest="0" * 64)
    risk = Risk(score_ppm=100_000, percentile=None, criticality="none", model=model, contributions=())
    yield signed(change, number, RISK, risk_predicate(risk, producer=MADE_BY, at=AT, links=Links()))
    for producer in range(10):
        number += 1
        waiver = Waiver(
            at=AT,
            scope=WaiverScope(fingerprints=(fingerprint(producer, 0),)),
            reason="accepted",
            ticket="T-1",
            requested_by="p0",
            until=LATER,
        )
        yield signed(change, number, WAIVER, waiver_predicate(waiver, producer=MADE_BY), person="p1")


def inspection(producer: int) -> Inspection:
    """Return what one tool found."""
    found = tuple(
        Finding(
            rule=f"workflows/rule-{item}",
            severity=Severity.HIGH,
            confidence=Confidence.HIGH,
            message="found here",
            place=Place(path=f"src/{producer}.py"),
            fingerprint=fingerprint(producer, item),
        )
        for item in range(FINDINGS_EACH)
    )
    outcomes = [RuleOutcome(rule=finding.rule, outcome=Outcome.FAIL) for finding in found]
    outcomes += [RuleOutcome(rule=f"secrets/{item}", outcome=Outcome.PASS) for item in range(150)]
    return Inspection(findings=found, outcomes=tuple(outcomes), scanned=Scanned(files=50, bytes=1), skipped=())


def fingerprint(producer: int, item: int) -> str:
    """Return 64 hex digits."""
    return hashlib.sha256(f"{producer} {item}".encode()).hexdigest()


def signed(
    change: Change, number: int, predicate_type: str, predicate: dict[str, Any], *, person: str | None = None
) -> SignedStatement:
    """Return a statement as it comes out of verification."""
    key_class = KeyClass.PERSON if person else KeyClass.CI
    return SignedStatement(
        statement=Statement(subjects=(change.subject,), predicate_type=predicate_type, predicate=predicate),
        signers=(Signer(keyid=f"{number:064x}", key_class=key_class, person=person),),
        envelope=f"{number:064x}",
        pae=f"{number:064x}",
        index=number,
    )


if __name__ == "__main__":
    main()
