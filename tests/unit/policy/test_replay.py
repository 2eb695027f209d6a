"""The recorded input and the recorded policy give the recorded decision."""

from dataclasses import replace

import pytest

from assay.errors import PolicyError
from assay.model.outcome import Verdict
from assay.policy import Document, replay

CONFTEST = 'package main\n\nimport rego.v1\n\ndeny contains msg if msg := sprintf("no %s", [input.word])\n'


def members(differences):
    return [difference.member for difference in differences]


def test_a_decision_is_made_again(cases, judge, engine, policy):
    log = cases.clean_log(cases.SECRET, cases.finding())
    log.waiver(cases.SECRET)
    log.approval("bob", log.decision(judge(log).decision))
    decided = judge(log)
    assert decided.decision.verdict is Verdict.ALLOW
    assert replay(engine, policy, decided.decision, decided.input_bytes, ()) == ()


def test_it_is_made_again_at_its_own_time(cases, judge, engine, load):
    text = """\
package ours

import rego.v1

deny contains {"rule": "ours/big", "message": sprintf("%d", [time.now_ns()])} if true
"""
    policy = load(cases.pack_files(text), "assay/policy/ours")
    decided = judge(cases.clean_log(), with_policy=policy)
    assert decided.decision.reasons[0].message == "1717243200000000000"
    assert replay(engine, policy, decided.decision, decided.input_bytes, ()) == ()


def test_another_verdict_is_a_difference(cases, judge, engine, policy):
    decided = judge(cases.clean_log(cases.SECRET))
    forged = replace(decided.decision, verdict=Verdict.ALLOW, reasons=())
    differences = replay(engine, policy, forged, decided.input_bytes, ())
    assert members(differences) == ["verdict", "reasons"]
    assert str(differences[0]) == "verdict: recorded allow, found deny"


def test_another_policy_is_a_difference(cases, judge, engine, policy):
    decided = judge(cases.clean_log())
    other = replace(policy, ref=replace(policy.ref, digests={"change-control": cases.digest("x")}))
    assert members(replay(engine, other, decided.decision, decided.input_bytes, ())) == ["policy.digests"]


def test_another_input_is_a_difference_and_nothing_more_is_asked(cases, judge, engine, policy):
    decided = judge(cases.clean_log())
    (difference,) = replay(engine, policy, decided.decision, decided.input_bytes + b" ", ())
    assert difference.member == "input"


def test_an_input_that_is_none_is_an_error(cases, judge, engine, policy):
    import hashlib

    decided = judge(cases.clean_log())
    forged = replace(decided.decision, input=hashlib.sha256(b"{}").hexdigest())
    with pytest.raises(PolicyError):
        replay(engine, policy, forged, b"{}", ())


def test_conftest_packs_need_the_files_again(cases, judge, engine, load):
    policy = load(cases.MemorySource({"ours/a.rego": CONFTEST}), "ours")
    documents = (Document(path="a.yaml", blob=cases.oid("a"), values=({"word": "w"},)),)
    decided = judge(cases.clean_log(), with_policy=policy, documents=documents)
    assert replay(engine, policy, decided.decision, decided.input_bytes, documents) == ()
    missing = replay(engine, policy, decided.decision, decided.input_bytes)
    assert members(missing)[0] == "documents"
    other = (replace(documents[0], blob=cases.oid("b")),)
    assert members(replay(engine, policy, decided.decision, decided.input_bytes, other)) == ["documents"]


def test_what_was_taken_out_is_taken_out_again(cases, judge, engine, load):
    policy = load(cases.MemorySource({"ours/a.rego": CONFTEST}), "ours")
    documents = (Document(path="a.yaml", blob=cases.oid("a"), values=({"word": "w"},)),)

    def redact(text):
        return text.replace("w", "•")

    decided = judge(cases.clean_log(), with_policy=policy, documents=documents, redact=redact)
    assert decided.decision.reasons[0].message == "no •"
    assert replay(engine, policy, decided.decision, decided.input_bytes, documents, redact=redact) == ()
    assert members(replay(engine, policy, decided.decision, decided.input_bytes, documents)) == ["reasons"]
