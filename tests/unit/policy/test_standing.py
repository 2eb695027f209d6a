"""Which statements count."""

from assay.model.outcome import GateKind, KeyClass
from assay.policy.standing import find_standing


def test_what_nobody_vouched_for_does_not_count(cases):
    log = cases.clean_log()
    evidence = log.evidence(trust={})
    found = find_standing(evidence, cases.AT)
    assert found.inspections == []
    assert set(found.refused.values()) == {"nobody said whether its signer is believed"}


def test_a_believed_statement_is_not_replaced_by_one_that_is_not(cases):
    log = cases.Log()
    log.findings(cases.SECRET)
    log.findings(key_class=KeyClass.LOCAL)
    found = find_standing(log.evidence(gate=GateKind.MERGE), cases.AT)
    assert [len(inspection.findings) for inspection in found.inspections] == [1]
    assert "counts from keys of class ci or server" in found.refused[log.statements[1].envelope]


def test_the_order_of_the_log_decides_not_what_statements_say_of_their_time(cases):
    log = cases.Log()
    log.findings(cases.SECRET)
    log.findings()
    found = find_standing(log.evidence(), cases.AT)
    assert [inspection.findings for inspection in found.inspections] == [()]


def test_a_signer_is_found_among_several(cases):
    from dataclasses import replace

    log = cases.clean_log(cases.finding())
    signed = log.waiver(cases.finding())
    (person,) = signed.signers
    robot = replace(person, key_class=KeyClass.CI, person=None)
    log.statements[-1] = replace(signed, signers=(robot, person))
    found = find_standing(log.evidence(), cases.AT)
    assert [waiver.person for waiver in found.waivers] == ["bob"]


def test_who_signed_an_approval_that_does_not_count_is_still_named(cases):
    log = cases.clean_log()
    cited = log.findings()
    log.approval(None, cited, key_class=KeyClass.LOCAL, name="Mallory")
    log.approval(None, cited, key_class=KeyClass.LOCAL, name="Mallory", person="alice")
    found = find_standing(log.evidence(), cases.AT)
    first, second = found.approvals
    assert first.person == log.statements[-1].signers[0].keyid[:16]
    assert second.person == "alice"
    assert first.refused
    assert second.refused


def test_a_statement_that_is_appended_again_is_no_later_than_it_was(cases):
    from dataclasses import replace

    log = cases.Log()
    clean = log.findings(at=cases.EARLIER)
    log.findings(cases.SECRET)
    log.statements.append(clean)
    log.statements.append(replace(clean, envelope=cases.digest("another wrapping")))
    found = find_standing(log.evidence(), cases.AT)
    assert [len(inspection.findings) for inspection in found.inspections] == [1]
    assert found.read == [log.statements[1].envelope]


def test_a_statement_that_stands_twice_counts_once(cases):
    log = cases.clean_log(cases.finding())
    log.statements.append(log.statements[0])
    found = find_standing(log.evidence(), cases.AT)
    assert len(found.inspections) == 1
