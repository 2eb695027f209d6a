"""Policy that is broken, that never ends or lies in wait, and changes that reach for the policy they are judged by."""

import json
import textwrap
from datetime import datetime

import pytest

from assay.policy.engines import RegorusEngine

OURS = "assay/policy/ours"
MANIFEST = """\
id = "ours"
kind = "assay"
rego = "v1"

[[rules]]
id = "ours/a"
title = "A"
severity = "high"
why = "Because."
remedy = "Do."
"""
DENIES = 'deny contains {"rule": "ours/a", "message": "no"} if count(input.change.files) > 0'


def assay_toml(*packs):
    return f"version = 1\n[policy]\npacks = {json.dumps(packs)}\n"


def rego(body, package="ours"):
    return f"package {package}\n\nimport rego.v1\n\n{textwrap.dedent(body)}\n"


@pytest.fixture
def judged(project, assay):
    """Judge a change to `files` by a target that holds `policy`; `main` and `topic` are made anew."""

    def judge(policy, files, *arguments):
        project.git("switch", "-q", "main")
        project.commit(policy, message="chore: policy")
        project.git("switch", "-q", "-C", "topic", "main")
        project.commit(files, message="feat: a")
        return assay("gate", *arguments, "--format", "json")

    return judge


@pytest.fixture
def with_pack(judged):
    """Judge a harmless change by a pack with one file of Rego."""

    def judge(text, *arguments):
        files = {f"{OURS}/pack.toml": MANIFEST, f"{OURS}/a.rego": text}
        return judged({"assay.toml": assay_toml(OURS), **files}, {"a.txt": "a\n"}, *arguments)

    return judge


def decision(ran):
    assert ran.out, ran.err
    return json.loads(ran.out)["decision"]


def is_incomplete(ran, *words):
    found = decision(ran)
    assert (ran.code, found["verdict"], found["incomplete"]) == (2, "deny", True)
    (reason,) = [item["message"] for item in found["reasons"] if item["effect"] == "incomplete"]
    assert all(word in reason for word in words), reason
    return True


def test_a_pack_that_does_not_parse(with_pack, assay):
    ran = with_pack(rego("deny contains {"))
    assert ran.refused(f"{OURS}/a.rego:", "refs/heads/main")
    assert assay("ledger", "verify").refused("there is no ledger")


def test_a_conftest_pack_that_parses_in_no_dialect(judged):
    policy = {"assay.toml": assay_toml(OURS), f"{OURS}/a.rego": "package main\ndeny[msg] {{ msg = \n"}
    assert judged(policy, {"a.txt": "a\n"}).refused(f"{OURS}/a.rego:")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, ["no file of Rego"]),
        ({f"{OURS}/pack.toml": "id = \n", f"{OURS}/a.rego": rego("")}, ["pack.toml:1"]),
        ({f"{OURS}/pack.toml": MANIFEST, f"{OURS}/a.rego": rego("", package="other")}, ["package ours"]),
        ({f"{OURS}/pack.toml": MANIFEST, f"{OURS}/a.rego": rego("deny contains 1 if false")}, ["could never fire"]),
        ({f"{OURS}/pack.toml": MANIFEST, f"{OURS}/a.rego": b"package ours\n\xff\xfe"}, ["a.rego"]),
    ],
)
def test_a_pack_that_cannot_be_used_says_which_file_and_where_it_was_read(judged, files, words):
    ran = judged({"assay.toml": assay_toml(OURS), **files}, {"a.txt": "a\n"})
    assert ran.refused(OURS, "refs/heads/main", *words)


@pytest.fixture
def short_limit(monkeypatch):
    monkeypatch.setitem(RegorusEngine.__init__.__kwdefaults__, "limit_s", 2.0)


LOOPS = {
    "time": """
        n := numbers.range(1, 3000)
        deny contains {"rule": "ours/a", "message": "x"} if {
            some a in n; some b in n; some c in n
            a + b + c < 0
        }""",
    "memory": """
        n := numbers.range(1, 400000000)
        deny contains {"rule": "ours/a", "message": "x"} if count(n) < 0""",
}


@pytest.mark.parametrize("what", LOOPS)
def test_a_pack_that_never_ends_is_cut_off_and_its_change_does_not_pass(with_pack, short_limit, what):
    assert is_incomplete(with_pack(rego(LOOPS[what])), "could not be evaluated")


def test_other_packs_are_heard_beside_one_that_never_ends(judged, short_limit):
    policy = {
        f"{OURS}/pack.toml": MANIFEST,
        f"{OURS}/a.rego": rego(LOOPS["time"]),
        "assay/policy/other/a.rego": rego('deny contains "heard" if input', package="main"),
    }
    ran = judged({"assay.toml": assay_toml(OURS, "assay/policy/other"), **policy}, {"a.json": "{}\n"})
    assert ran.code == 2
    assert "heard" in json.dumps(decision(ran)["reasons"])


@pytest.mark.parametrize(
    "body",
    [
        'deny := "ours/a"',
        'deny := {"rule": "ours/a"}',
        'deny contains "ours/a"',
        'deny contains {"rule": "ours/a"}',
        'deny contains {"rule": "ours/a", "message": 7}',
        'deny contains {"rule": "ours/b", "message": "ours/a"}',
        'deny contains {"rule": "change-control/no-new-secret", "message": "ours/a"}',
        'deny contains {"rule": "ours/a", "message": "x", "verdict": "allow"}',
        'require contains {"rule": "ours/a", "message": "x", "count": 0}',
        'deny contains {"rule": "ours/a", "message": "x", "fingerprints": ["f"]}',
        'deny contains {"rule": "ours/a", "message": x} if some x in numbers.range(1, 20000)',
        'deny contains {"rule": "ours/a", "message": sprintf("%d", [n])} if some n in numbers.range(1, 20000)',
        'deny := true if "ours/a" == "ours/a"',
    ],
)
def test_an_answer_of_the_wrong_shape_is_no_answer(with_pack, body):
    assert is_incomplete(with_pack(rego(body)), "could not be evaluated")


@pytest.mark.parametrize(
    "call",
    [
        'http.send({"method": "GET", "url": "http://127.0.0.1:9/"})',
        'rand.intn("a", 10)',
        'uuid.rfc4122("a")',
        "opa.runtime()",
        'net.lookup_ip_addr("localhost")',
    ],
)
def test_a_pack_that_asks_more_than_its_input_is_no_answer(with_pack, call):
    body = f'deny contains {{"rule": "ours/a", "message": "x"}} if {call} == "never"'
    assert is_incomplete(with_pack(rego(body)), call.partition("(")[0])


def test_the_clock_that_a_pack_reads_is_the_decisions(with_pack, assay):
    says = 'deny contains {"rule": "ours/a", "message": sprintf("%d", [time.now_ns()])} if true'
    ran = with_pack(rego(says))
    found = decision(ran)
    assert ran.code == 1
    seconds = int(found["reasons"][0]["message"]) // 10**9
    assert datetime.fromisoformat(found["at"]).timestamp() == seconds
    assert assay("why", "--replay").code == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("version = 1\n[policy\n", ["assay.toml:2"]),
        ("version = 1\n[polcy]\n", ["assay.toml:2", "policy"]),
        ('version = 1\n[gate]\nrequired = "secrets"\n', ["assay.toml:3", "a list"]),
        (b"version = 1\n# \xff\n", ["assay.toml"]),
        ("# x\n" * 80_000, ["assay.toml", "bytes"]),
        ("version = 1\n" + "# x\n" * 400_000, ["assay.toml", "bytes"]),
    ],
)
def test_a_target_whose_configuration_cannot_be_used(judged, assay, text, words):
    ran = judged({"assay.toml": text}, {"assay.toml": "version = 1\n", "a.txt": "a\n"})
    assert ran.refused("refs/heads/main", *words)
    assert assay("check").refused(*words)
    assert assay("ledger", "verify").refused("there is no ledger")


def test_a_target_whose_configuration_is_a_link(project, judged):
    project.git("switch", "-q", "main")
    (project.path / "assay.toml").symlink_to("/etc/passwd")
    assert judged({}, {"a.txt": "a\n"}).refused("assay.toml", "link")


def test_a_target_with_two_configurations(judged):
    ran = judged({"assay.toml": "version = 1\n", "assay.yaml": "version: 1\n"}, {"a.txt": "a\n"})
    assert ran.refused("assay.yaml", "delete one", "refs/heads/main")


POLICY = {
    "assay.toml": assay_toml("change-control", OURS),
    f"{OURS}/pack.toml": MANIFEST,
    f"{OURS}/a.rego": rego(DENIES),
}


@pytest.mark.parametrize(
    "change",
    [
        {"assay.toml": None},
        {"assay.toml": assay_toml()},
        {"assay.toml": "version = 1\n[check]\nexclude = ['**']\n[gate]\nrequired = []\n"},
        {"assay.toml": "no configuration"},
        {"assay.toml": None, "assay.yaml": "version: 1\npolicy:\n  packs: []\n"},
        {f"{OURS}/a.rego": None, f"{OURS}/pack.toml": None},
        {f"{OURS}/a.rego": rego("deny := set()")},
        {f"{OURS}/b.rego": rego("x := http.send({})")},
        dict.fromkeys(POLICY),
    ],
    ids="+".join,
)
def test_a_change_to_the_policy_is_judged_by_the_policy_it_changes(judged, change):
    ran = judged(POLICY, {**change, "a.txt": "a\n"})
    found = decision(ran)
    assert (ran.code, found["verdict"]) == (1, "deny")
    assert {"ours/a", "change-control/sensitive-path"} <= {reason["rule"] for reason in found["reasons"]}


def test_a_key_of_the_target_that_is_none(judged):
    ran = judged({"assay/keys/ann.pub": "no key\n"}, {"a.txt": "a\n"})
    assert ran.refused("assay/keys/ann.pub", "PEM", "refs/heads/main")


def test_a_key_of_the_target_that_is_no_text_but_a_flood(judged):
    ran = judged({"assay/keys/ann.pub": b"-" * (2 << 20)}, {"a.txt": "a\n"})
    assert ran.refused("assay/keys/ann.pub", "at most", "refs/heads/main")


@pytest.mark.parametrize(
    "change",
    [
        {"assay.toml": None},
        {"assay.toml": None, "moved.toml": "version = 1\n"},
        {"assay.yaml": "version: 1\n"},
        {"assay/keys/ann.pub": None},
        {"assay/keys/ann.pub": "other\n"},
        {"assay/keys/ann.pub": None, "ann.pub": "key\n"},
        {"assay/keys/mallory.pub": "hers\n"},
        {"assay/baseline.txt": "everything\n"},
        {"assay/policy/new/a.rego": "package main\n"},
        {"CODEOWNERS": "* @mallory\n"},
    ],
    ids="+".join,
)
def test_a_change_to_what_judges_needs_approval(judged, assay, passphrase, change):
    assert assay("key", "generate", "ann", "--passphrase-fd", passphrase()).code == 0
    ran = judged({"assay.toml": "version = 1\n"}, change)
    assert (ran.code, decision(ran)["verdict"]) == (3, "needs_approval")


def test_a_policy_that_only_the_work_tree_or_the_index_holds_judges_nothing(project, judged, assay):
    ran = judged(POLICY, {"a.txt": "a\n"})
    project.write({"assay.toml": assay_toml()})
    assert (assay("gate").code, ran.code) == (1, 1)
    project.git("add", "assay.toml")
    ran = assay("gate")
    assert ran.code == 1
    assert "differs from the one at refs/heads/main" in ran.out
