"""Why a decision came out as it did, and who can act."""

import pytest

from assay.model.approval import WaiverScope
from assay.model.outcome import GateKind, KeyClass, Outcome
from assay.model.why import WhyKind, WhyState
from assay.policy import decode_input, explain

NAME = "0123456789abcdef" * 4


@pytest.fixture
def why(judge, policy):
    """Return the tree of the decision on a log, as (depth, kind, state, label) lines."""

    def made(log, with_policy=None, **members):
        decided = judge(log, with_policy=with_policy, **members)
        tree = explain(decided.decision, decode_input(decided.input_bytes), (with_policy or policy).rules, name=NAME)
        return list(lines(tree))

    return made


def lines(node, depth=0):
    yield depth, node.kind, node.state, node.label
    for child in node.children:
        yield from lines(child, depth + 1)


def labels(tree, kind):
    return [label for _, found, _, label in tree if found is kind]


def test_an_allowance_says_what_passed(cases, why):
    tree = why(cases.clean_log())
    assert tree == [
        (0, WhyKind.VERDICT, WhyState.GOOD, f"allowed at the merge gate, {cases.AT}"),
        (1, WhyKind.RULE, WhyState.GOOD, "8 rules passed"),
    ]


def test_a_denial_shows_rule_finding_and_what_to_type(cases, why):
    tree = why(cases.clean_log(cases.SECRET))
    assert tree[:-1] == [
        (0, WhyKind.VERDICT, WhyState.BAD, f"denied at the merge gate, {cases.AT}"),
        (1, WhyKind.RULE, WhyState.BAD, "change-control/no-new-secret: No new secret"),
        (2, WhyKind.REASON, WhyState.BAD, "secrets/private-key: secrets/private-key here"),
        (3, WhyKind.FINDING, WhyState.NEUTRAL, "secrets/private-key in id_rsa, line 7"),
        (2, WhyKind.COMMAND, WhyState.NEUTRAL, "assay explain change-control/no-new-secret"),
        (
            2,
            WhyKind.COMMAND,
            WhyState.NEUTRAL,
            f"assay waiver add {cases.SECRET.fingerprint[:12]} --decision 0123456789ab --reason REASON --ticket TICKET",
        ),
    ]


def test_a_demand_shows_who_signed_who_can_and_how(cases, judge, why):
    log = cases.clean_log(cases.finding())
    log.approval("alice", log.decision(judge(log).decision))
    tree = why(log)
    assert (2, WhyKind.REQUIREMENT, WhyState.WAITING, "0 of 1 signed as approved") in tree
    (approval,) = labels(tree, WhyKind.APPROVAL)
    assert approval == (
        f"Alice Archer (alice) signed as approved at {cases.AT}, which does not count: "
        "whoever wrote the change does not approve it"
    )
    assert labels(tree, WhyKind.PERSON) == ["Bob Baker (bob) can sign", "Carol Cook (carol) can sign"]
    assert labels(tree, WhyKind.COMMAND) == ["assay approve 0123456789ab --meaning approved"]
    assert tree[1][2] is WhyState.WAITING


def test_what_is_fulfilled_asks_nobody(cases, judge, why):
    log = cases.clean_log(cases.finding())
    log.approval("bob", log.decision(judge(log).decision))
    tree = why(log)
    assert (2, WhyKind.REQUIREMENT, WhyState.GOOD, "1 of 1 signed as approved") in tree
    assert (3, WhyKind.APPROVAL, WhyState.GOOD, f"Bob Baker (bob) signed as approved at {cases.AT}") in tree
    assert labels(tree, WhyKind.PERSON) == []
    assert labels(tree, WhyKind.COMMAND) == []
    assert tree[1][2] is WhyState.GOOD


def test_where_nobody_can_sign_it_says_so(cases, why):
    from assay.config.schema import Config

    tree = why(cases.clean_log(cases.finding()), config=Config(digest=cases.digest("")))
    assert labels(tree, WhyKind.PERSON) == [
        "nobody can sign: [people] of assay.toml names no one who did not write the change"
    ]
    assert labels(tree, WhyKind.COMMAND) == ["assay key generate PERSON"]


def test_where_too_few_can_sign_it_says_so(cases, why, load):
    text = """\
package ours

import rego.v1

require contains {"rule": "ours/big", "message": "m", "count": 3}
"""
    policy = load(cases.pack_files(text), "assay/policy/ours")
    tree = why(cases.clean_log(), with_policy=policy)
    assert labels(tree, WhyKind.PERSON) == [
        "Bob Baker (bob) can sign",
        "Carol Cook (carol) can sign",
        "too few people can sign: [people] of assay.toml names only 2 more who did not write the change",
    ]
    assert labels(tree, WhyKind.COMMAND) == ["assay approve 0123456789ab --meaning approved"]


def test_a_role_is_named(cases, why, load):
    text = """\
package ours

import rego.v1

require contains {"rule": "ours/big", "message": "m", "role": role} if some role in {"security", "qa"}
"""
    policy = load(cases.pack_files(text), "assay/policy/ours")
    tree = why(cases.clean_log(), with_policy=policy)
    assert set(labels(tree, WhyKind.REQUIREMENT)) == {
        "0 of 1 signed as approved in the role security",
        "0 of 1 signed as approved in the role qa",
    }
    assert set(labels(tree, WhyKind.PERSON)) == {
        "Carol Cook (carol) can sign",
        "nobody can sign: [roles] qa of assay.toml names no one who did not write the change",
    }


def test_what_is_waived_says_by_whom(cases, why):
    log = cases.clean_log(cases.SECRET)
    log.waiver(cases.SECRET)
    tree = why(log)
    assert (1, WhyKind.RULE, WhyState.NEUTRAL, "secrets/private-key") in tree
    assert (2, WhyKind.REASON, WhyState.NEUTRAL, f"waived by Bob Baker until {cases.LATER}: accepted (T-1)") in tree


def test_incomplete_evidence_says_what_is_missing(cases, why):
    log = cases.Log()
    log.findings(inspected=cases.inspection(outcomes={"secrets/x": Outcome.ERROR}))
    log.risk()
    tree = why(log, gate=GateKind.DEPLOY)
    assert tree[0][2:] == (WhyState.UNKNOWN, f"denied, for the evidence is incomplete at the deploy gate, {cases.AT}")
    assert (1, WhyKind.RULE, WhyState.UNKNOWN, "secrets/x") in tree
    assert "assay gate --gate deploy" in labels(tree, WhyKind.COMMAND)


def test_advice_is_called_advice(cases, why):
    tree = why(cases.clean_log(), signer=KeyClass.LOCAL)
    assert tree[0][3].endswith(", advisory: made with a local key")


def test_a_warning_is_no_obstacle(cases, why, load):
    text = 'package ours\n\nimport rego.v1\n\nwarn contains {"rule": "ours/big", "message": "m"} if true\n'
    policy = load(cases.pack_files(text), "assay/policy/ours")
    tree = why(cases.clean_log(), with_policy=policy)
    assert (1, WhyKind.RULE, WhyState.NEUTRAL, "ours/big: Nothing big") in tree
    assert tree[-1][3] == "2 rules passed"
    one = why(cases.clean_log(cases.finding()), with_policy=policy)
    assert one[-1][3] == "1 rule passed"


def test_a_rule_without_fingerprints_offers_no_waiver_by_them(cases, why, load):
    text = 'package ours\n\nimport rego.v1\n\ndeny contains {"rule": "ours/big", "message": "m"} if true\n'
    policy = load(cases.pack_files(text), "assay/policy/ours")
    tree = why(cases.clean_log(), with_policy=policy)
    assert labels(tree, WhyKind.COMMAND) == ["assay explain ours/big"]


def test_a_finding_in_a_message_names_the_commit(cases, why):
    from assay.model.finding import Place

    place = Place(path="", commit=cases.oid("c"))
    found = cases.finding("commits/missing-trailer", place=place)
    other = cases.finding("commits/missing-trailer", place=Place(path=""), fingerprint=cases.digest("other"))
    tree = why(cases.clean_log(found, other))
    assert set(labels(tree, WhyKind.FINDING)) == {
        f"commits/missing-trailer in the message of {cases.oid('c')}",
        "commits/missing-trailer in the message of a commit",
    }


def test_a_finding_that_the_input_does_not_hold_is_left_out(cases, judge, policy):
    from dataclasses import replace

    decided = judge(cases.clean_log(cases.SECRET))
    given = replace(decode_input(decided.input_bytes), findings=())
    tree = explain(decided.decision, given, policy.rules, name=NAME)
    assert labels(list(lines(tree)), WhyKind.FINDING) == []


def test_a_waiver_by_rule_and_path_is_told_with_its_message(cases, why, load):
    from assay.policy import Document

    text = 'package main\n\nimport rego.v1\n\ndeny contains "m" if true\n'
    policy = load(cases.MemorySource({"ours/a.rego": text}), "ours")
    log = cases.clean_log()
    log.waiver(scope=WaiverScope(rule="ours/deny", paths=("a.yaml",)))
    documents = (Document(path="a.yaml", blob=cases.oid("a"), values=({},)),)
    tree = why(log, with_policy=policy, documents=documents)
    (label,) = labels(tree, WhyKind.REASON)
    assert label == f"waived by Bob Baker until {cases.LATER}: accepted (T-1): m"


def test_no_waiver_is_offered_where_none_could_apply(cases, why):
    from dataclasses import replace

    tree = why(cases.clean_log(replace(cases.SECRET, tag=None)))
    assert labels(tree, WhyKind.COMMAND) == ["assay explain change-control/no-new-secret"]
