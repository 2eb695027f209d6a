"""What packs are asked, and what becomes of answers that are none."""

import pytest

from assay.model.outcome import Outcome, Verdict
from assay.policy import Document

CONFTEST = """\
package main

import rego.v1

deny contains msg if {
	input.kind == "Pod"
	input.root
	msg := "no root"
}

violation_label contains {"msg": "label it", "details": {"x": 1}} if not input.label

warn_name contains "no name" if not input.name

exception contains rules if {
	input.exempt
	rules := input.exempt
}
"""


def outcomes(decided):
    return {item.rule: (item.outcome, item.reason) for item in decided.decision.outcomes}


def told(decided):
    return [(item.effect, item.rule, item.message, item.path) for item in decided.decision.reasons]


@pytest.fixture
def ask(cases, judge, load):
    """Decide by one pack `ours`, made of one Rego text, on a clean change."""

    def asked(rego, manifest=cases.MANIFEST, **members):
        policy = load(cases.pack_files(rego, manifest), "assay/policy/ours")
        return judge(cases.clean_log(), with_policy=policy, **members)

    return asked


@pytest.fixture
def ask_conftest(cases, judge, load):
    """Decide by one conftest pack about documents: values, each a file of its own."""

    def asked(*values, rego=CONFTEST, documents=None, redact=str):
        policy = load(cases.MemorySource({"assay/policy/ours/a.rego": rego}), "assay/policy/ours")
        made = tuple(
            Document(path=f"k8s/{number}.yaml", blob=cases.oid(str(number)), values=tuple(value))
            for number, value in enumerate(values)
        )
        return judge(cases.clean_log(), with_policy=policy, documents=documents or made, redact=redact)

    return asked


def rule(body):
    return f"package ours\n\nimport rego.v1\n\n{body}\n# ours/big\n"


def test_a_pack_denies_with_path(ask):
    decided = ask(rule('deny contains {"rule": "ours/big", "message": "m", "path": "p"} if true'))
    assert told(decided) == [("deny", "ours/big", "m", "p")]


def test_a_warning_is_shown_and_allows(ask):
    decided = ask(rule('warn contains {"rule": "ours/big", "message": "m"} if true'))
    assert decided.decision.verdict is Verdict.ALLOW
    assert told(decided) == [("warn", "ours/big", "m", None)]
    assert outcomes(decided)["ours/big"] == (Outcome.FAIL, None)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("deny := true", "`deny` is no set; write `deny contains ...`"),
        ('deny := {"a": 1}', "`deny` is no set; write `deny contains ...`"),
        ('deny contains "m" if true', "a member of `deny` is no object with `rule` and `message`"),
        ('deny contains {"rule": "ours/big"} if true', "a member of `deny` has the wrong shape: Object missing "),
        (
            'deny contains {"rule": "ours/big", "message": 1} if true',
            "a member of `deny` has the wrong shape: Expected",
        ),
        (
            'deny contains {"rule": "ours/big", "message": "m", "severity": "high"} if true',
            "a member of `deny` has `severity`, which means nothing there",
        ),
        (
            'deny contains {"rule": "ours/other", "message": "m"} if true',
            "`deny` speaks for `ours/other`, which the manifest does not list there",
        ),
        (
            'deny contains {"rule": "ours/big", "message": "m", "fingerprints": ["f"]} if true',
            "`deny` of `ours/big` rests on a finding that there is not",
        ),
        (
            'require contains {"rule": "ours/big", "message": "m", "count": 0} if true',
            "a member of `require` asks for no one",
        ),
        (
            'require contains {"rule": "ours/big", "message": "m", "role": ""} if true',
            "a member of `require` asks for no one",
        ),
        (
            'require contains {"rule": "ours/big", "message": "m", "meaning": "liked"} if true',
            "a member of `require` has the wrong shape: Invalid enum value 'liked'",
        ),
        ("deny contains numbers.range(1, 10001)[_]", "`deny` has 10,001 members, of which 10,000 are allowed"),
        ("deny contains 1 / 0", "rules.rego:5: divide by zero"),
    ],
)
def test_what_is_no_answer_is_an_error_and_decides_nothing(ask, answer, why):
    decided = ask(rule(answer))
    outcome, reason = outcomes(decided)["ours/big"]
    assert outcome is Outcome.ERROR
    assert reason.startswith(why)
    assert (decided.decision.verdict, decided.decision.exit_code) == (Verdict.DENY, 2)


def test_what_one_package_cannot_answer_touches_no_other(cases, judge, load):
    manifest = (
        'id = "ours"\n[[rules]]\nid = "ours/a"\ntitle = "A"\npackage = "ours.a"\n'
        '[[rules]]\nid = "ours/b"\ntitle = "B"\npackage = "ours.b"\n'
    )
    files = {
        "ours/pack.toml": manifest,
        "ours/a.rego": "package ours.a\n\nimport rego.v1\n\n# ours/a\ndeny contains 1 / 0\n",
        "ours/b.rego": 'package ours.b\n\nimport rego.v1\n\ndeny contains {"rule": "ours/b", "message": "m"} if true\n',
    }
    decided = judge(cases.clean_log(), with_policy=load(cases.MemorySource(files), "ours"))
    assert outcomes(decided)["ours/a"][0] is Outcome.ERROR
    assert outcomes(decided)["ours/b"][0] is Outcome.FAIL


def test_a_long_message_is_cut(ask):
    decided = ask(
        rule(
            'long := [x | some i in numbers.range(1, 3000); x := "m"]\n'
            'deny contains {"rule": "ours/big", "message": concat("", long)} if true'
        )
    )
    (reason,) = decided.decision.reasons
    assert len(reason.message) == 2_001
    assert reason.message.endswith("…")


@pytest.mark.parametrize(
    ("need", "why"),
    [
        ("findings/phi", "no rule of phi was evaluated"),
        ("statements/https://slsa.dev/provenance/v1", "there is no statement of type https://slsa.dev/provenance/v1"),
    ],
)
def test_a_rule_whose_need_is_missing_is_not_asked(ask, cases, need, why):
    manifest = cases.MANIFEST + f'needs = ["{need}"]\n'
    decided = ask(rule("deny contains 1 / 0"), manifest)
    assert outcomes(decided)["ours/big"] == (Outcome.NOT_EVALUATED, why)
    assert decided.decision.verdict is Verdict.NEEDS_APPROVAL


def test_what_a_rule_without_its_need_says_beside_others_is_not_heard(ask):
    manifest = (
        'id = "ours"\n[[rules]]\nid = "ours/big"\ntitle = "A"\nneeds = ["findings/phi"]\n'
        '[[rules]]\nid = "ours/b"\ntitle = "B"\n'
    )
    text = rule('deny contains {"rule": r, "message": "m"} if some r in {"ours/big", "ours/b"}')
    decided = ask(text, manifest)
    assert told(decided)[0][:2] == ("deny", "ours/b")
    assert outcomes(decided)["ours/big"][0] is Outcome.NOT_EVALUATED


def test_a_rule_can_need_a_statement_of_another_type(cases, judge, load):
    manifest = cases.MANIFEST + 'needs = ["statements/https://example.org/tests/v1"]\n'
    text = rule(
        'deny contains {"rule": "ours/big", "message": share} if '
        'some share in [input.statements["https://example.org/tests/v1"][_].coverage]'
    )
    policy = load(cases.pack_files(text, manifest), "assay/policy/ours")
    log = cases.clean_log()
    log.add("https://example.org/tests/v1", {"coverage": "0.5", "n": [1]})
    decided = judge(log, with_policy=policy)
    assert told(decided) == [("deny", "ours/big", "0.5", None)]


def test_a_conftest_pack_is_asked_about_every_document_of_every_file(ask_conftest):
    good = {"kind": "Pod", "label": 1, "name": 1}
    bad = {"kind": "Pod", "root": True, "label": 1, "name": 1}
    decided = ask_conftest([good, bad], [bad])
    assert told(decided) == [
        ("deny", "ours/deny", "no root", "k8s/0.yaml"),
        ("deny", "ours/deny", "no root", "k8s/1.yaml"),
    ]
    assert outcomes(decided)["ours/violation_label"][0] is Outcome.PASS


def test_a_list_that_is_a_whole_file_is_many_documents(ask_conftest):
    bad = {"kind": "Pod", "root": True, "label": 1, "name": 1}
    assert len(told(ask_conftest([[bad, {}, 3]]))) == len(told(ask_conftest([bad, {}, 3])))
    assert told(ask_conftest([[bad]]))[0][1] == "ours/deny"


def test_prefixes_say_what_a_conftest_rule_does(ask_conftest):
    decided = ask_conftest([{"kind": "Service"}])
    assert told(decided) == [
        ("deny", "ours/violation_label", "label it", "k8s/0.yaml"),
        ("warn", "ours/warn_name", "no name", "k8s/0.yaml"),
    ]


@pytest.mark.parametrize(("exempt", "left"), [(["label"], {"ours/warn_name"}), (["label", "name"], set())])
def test_an_exception_of_the_pack_is_seen(ask_conftest, exempt, left):
    decided = ask_conftest([{"exempt": exempt}])
    assert {reason[1] for reason in told(decided) if reason[0] != "waived"} == left
    assert ("waived", "ours/violation_label", "by an exception of the pack: label it", "k8s/0.yaml") in told(decided)
    assert outcomes(decided)["ours/violation_label"] == (Outcome.WAIVED, "by an exception of the pack")
    assert outcomes(decided)["ours/deny"][0] is Outcome.PASS


def test_the_empty_name_excepts_the_rules_without_one(ask_conftest):
    decided = ask_conftest([{"kind": "Pod", "root": True, "label": 1, "name": 1, "exempt": [""]}])
    assert told(decided) == [("waived", "ours/deny", "by an exception of the pack: no root", "k8s/0.yaml")]


@pytest.mark.parametrize(
    "answer", ["deny := true", "deny contains 1 if true", 'deny contains {"message": "m"} if true']
)
def test_what_is_no_answer_of_a_conftest_rule_is_an_error(ask_conftest, answer):
    decided = ask_conftest([{}], rego=f"package main\n\nimport rego.v1\n\n{answer}\n")
    outcome, reason = outcomes(decided)["ours/deny"]
    assert outcome is Outcome.ERROR
    assert reason.startswith("k8s/0.yaml: ")
    assert decided.decision.exit_code == 2


def test_an_exception_that_is_no_set_is_an_error(ask_conftest):
    decided = ask_conftest(
        [{}], rego='package main\n\nimport rego.v1\n\ndeny contains "m" if true\nexception := true\n'
    )
    assert outcomes(decided)["ours/deny"][0] is Outcome.ERROR


def test_all_namespaces_are_asked_and_named(ask_conftest):
    decided = ask_conftest([{}], rego='package k8s.pods\n\nimport rego.v1\n\ndeny_root contains "m" if true\n')
    assert told(decided) == [("deny", "ours/k8s.pods.deny_root", "m", "k8s/0.yaml")]


def test_a_conftest_rule_knows_the_name_of_the_file(ask_conftest):
    text = """\
package main

import rego.v1

import data.conftest.file

deny contains sprintf("%s in %s", [file.name, file.dir])
"""
    assert told(ask_conftest([{}], rego=text)) == [("deny", "ours/deny", "0.yaml in k8s", "k8s/0.yaml")]


def test_rego_v0_is_found_out(ask_conftest):
    text = 'package main\n\ndeny[msg] {\n  input.bad\n  msg := "old"\n}\n'
    assert told(ask_conftest([{"bad": True}], rego=text)) == [("deny", "ours/deny", "old", "k8s/0.yaml")]


def test_many_documents_are_asked_about_in_several_questions(ask_conftest):
    decided = ask_conftest([{"label": 1, "name": number} for number in range(1, 450)] + [{"label": 1}])
    assert [reason[1] for reason in told(decided)] == ["ours/warn_name"]


def test_a_file_that_cannot_be_parsed_is_not_evaluated(ask_conftest, cases):
    broken = (Document(path="a.yaml", blob=cases.oid("a"), fault="line 3: no mapping"),)
    decided = ask_conftest(documents=broken)
    assert outcomes(decided)["ours/deny"] == (
        Outcome.NOT_EVALUATED,
        "a.yaml cannot be parsed: line 3: no mapping",
    )
    assert decided.decision.verdict is Verdict.NEEDS_APPROVAL


def test_an_error_outweighs_a_file_that_cannot_be_parsed(ask_conftest, cases):
    documents = (
        Document(path="a.yaml", blob=cases.oid("a"), fault="line 3"),
        Document(path="b.yaml", blob=cases.oid("b"), values=({},)),
    )
    decided = ask_conftest(documents=documents, rego="package main\n\nimport rego.v1\n\ndeny contains 1 / 0\n")
    assert outcomes(decided)["ours/deny"][0] is Outcome.ERROR


def test_where_nobody_parsed_files_conftest_rules_are_not_evaluated(cases, judge, load):
    policy = load(cases.MemorySource({"assay/policy/ours/a.rego": CONFTEST}), "assay/policy/ours")
    decided = judge(cases.clean_log(), with_policy=policy, documents=None)
    assert outcomes(decided)["ours/deny"] == (Outcome.NOT_EVALUATED, "nobody parsed the changed files")


def test_what_files_hold_is_not_recorded(ask_conftest):
    word = "very" + "private"
    text = "package main\n\nimport rego.v1\n\ndeny contains input.word if true\nwarn contains 1 / 0 if input.word\n"
    decided = ask_conftest([{"word": word}], rego=text, redact=lambda said: said.replace(word, "•"))
    assert word.encode() not in decided.input_bytes
    assert b'"documents":[{"blob":' in decided.input_bytes
    assert word not in repr(decided.decision)
    assert word not in repr(decided)
