"""What may never loosen a verdict, for logs of any make (in-toto's monotonic principle, spec/v1).

Taking away an approval, a waiver or a rule that passed never turns a denial into an allowance, and neither does another
finding.
"""

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.model.outcome import GateKind, KeyClass, Outcome, Severity, Verdict
from assay.model.statement import APPROVAL, FINDINGS, WAIVER
from assay.policy import decide

BETTER = [Verdict.DENY, Verdict.NEEDS_APPROVAL, Verdict.ALLOW]
PLACES = ["a", "b", ".github/workflows/ci.yml"]


@dataclass
class Recipe:
    """What a log is made of; findings and who signs what for which of them."""

    findings: list
    outcomes: dict
    waivers: list
    approvals: list
    risk: int | None
    sensitive: bool
    gate: GateKind
    extra: tuple = field(default=("workflows/extra", "x", Severity.CRITICAL))


rules = st.sampled_from(["secrets/key", "workflows/x", "commits/missing-trailer", "phi/mrn"])
findings = st.tuples(rules, st.sampled_from(PLACES), st.sampled_from(list(Severity)))
signers = st.tuples(
    st.sampled_from(["alice", "bob", "carol", "mallory"]), st.sampled_from([KeyClass.PERSON, KeyClass.LOCAL])
)
recipes = st.builds(
    Recipe,
    findings=st.lists(findings, max_size=4, unique_by=lambda item: item[:2]),
    outcomes=st.dictionaries(
        st.sampled_from(["secrets/key", "secrets/other", "workflows/x", "phi/mrn", "commits/missing-trailer"]),
        st.sampled_from([Outcome.PASS, Outcome.PASS, Outcome.PASS, Outcome.ERROR, Outcome.NOT_EVALUATED]),
    ),
    waivers=st.lists(st.tuples(signers, st.integers(0, 3), st.booleans()), max_size=3),
    approvals=st.lists(st.tuples(signers, st.booleans()), max_size=3),
    risk=st.none() | st.sampled_from([0, 800_000]),
    sensitive=st.booleans(),
    gate=st.sampled_from([GateKind.COMMIT, GateKind.MERGE]),
    extra=findings,
)


@pytest.fixture(scope="session")
def kitchen(cases, engine, policy):
    """Make logs of recipes and decide on them."""

    def found(item):
        rule, path, severity = item
        tag = "0123456789abcdef" if rule.startswith(("secrets", "phi")) else None
        return cases.finding(rule, path, severity=severity, tag=tag)

    def inspected(recipe, *more):
        made = [found(item) for item in (*recipe.findings, *more)]
        return cases.inspection(*{item.fingerprint: item for item in made}.values(), outcomes=recipe.outcomes)

    def verdict(log, gate):
        return decide(engine, policy, log.evidence(gate=gate), cases.AT).decision.verdict

    def cook(recipe):
        files = [cases.changed(PLACES[2] if recipe.sensitive else "src/a.py")]
        log = cases.Log(change=cases.change(*files))
        log.findings(inspected=inspected(recipe))
        if recipe.risk is not None:
            log.risk(recipe.risk)
        for (person, key_class), number, expired in recipe.waivers:
            if number < len(recipe.findings):
                until = cases.EARLIER if expired else cases.LATER
                waived = found(recipe.findings[number])
                log.waiver(waived, person=person, key_class=key_class, until=until)
        decision = log.decision(decide(engine, policy, log.evidence(gate=recipe.gate), cases.AT).decision)
        for (person, key_class), expired in recipe.approvals:
            until = cases.EARLIER if expired else None
            log.approval(person, decision, key_class=key_class, until=until)
        return log

    return cook, verdict, inspected


def without(log, number):
    return replace(log, statements=[*log.statements[:number], *log.statements[number + 1 :]])


@pytest.mark.parametrize("kind", [APPROVAL, WAIVER])
@settings(max_examples=100, deadline=None)
@given(recipe=recipes)
def test_one_signature_less_loosens_nothing(kitchen, kind, recipe):
    cook, verdict, _ = kitchen
    log = cook(recipe)
    before = verdict(log, recipe.gate)
    for number, signed in enumerate(log.statements):
        if signed.statement.predicate_type == kind:
            after = verdict(without(log, number), recipe.gate)
            assert before is not Verdict.DENY or after is Verdict.DENY
            assert kind == WAIVER or BETTER.index(after) <= BETTER.index(before)


@settings(max_examples=100, deadline=None)
@given(recipe=recipes)
def test_a_pass_less_loosens_nothing(kitchen, cases, recipe):
    cook, verdict, inspected = kitchen
    log = cook(recipe)
    before = verdict(log, recipe.gate)
    whole = inspected(recipe)
    for outcome in whole.outcomes:
        if outcome.outcome is Outcome.PASS:
            fewer = replace(whole, outcomes=tuple(item for item in whole.outcomes if item is not outcome))
            log.findings(inspected=fewer)
            after = verdict(log, recipe.gate)
            log.statements.pop()
            assert BETTER.index(after) <= BETTER.index(before)


@settings(max_examples=100, deadline=None)
@given(recipe=recipes)
def test_a_finding_more_loosens_nothing(kitchen, recipe):
    cook, verdict, inspected = kitchen
    log = cook(recipe)
    before = verdict(log, recipe.gate)
    log.findings(inspected=inspected(recipe, recipe.extra))
    assert BETTER.index(verdict(log, recipe.gate)) <= BETTER.index(before)


@settings(max_examples=50, deadline=None)
@given(recipe=recipes)
def test_a_statement_that_is_not_believed_changes_nothing(kitchen, cases, recipe):
    cook, verdict, _ = kitchen
    log = cook(recipe)
    before = verdict(log, GateKind.MERGE)
    for signed in [item for item in log.statements if item.statement.predicate_type == FINDINGS]:
        log.add(FINDINGS, signed.statement.predicate | {"findings": []}, KeyClass.LOCAL)
    assert verdict(log, GateKind.MERGE) is before
