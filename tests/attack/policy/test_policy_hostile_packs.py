"""Packs that do not load, do not end, answer nonsense, or reach for what they may not have."""

import hashlib
import itertools
import time

import pytest

from assay.errors import EngineError, PackError
from assay.model.outcome import Outcome, Verdict
from assay.policy import CommitSource, FolderSource, decide, load_policy
from assay.policy.engines import RegorusEngine
from assay.policy.pack import load_pack
from assay.policy.sources import PackEntry

HEAD = "package ours\n\nimport rego.v1\n\n# ours/big\n"


def outcomes(decided):
    return {item.rule: item.outcome for item in decided.decision.outcomes}


def incomplete(decided):
    return decided.decision.verdict is Verdict.DENY and decided.decision.exit_code == 2


def test_a_pack_that_does_not_parse_is_never_loaded(cases, load):
    with pytest.raises(PackError, match=r"^assay/policy/ours/rules\.rego:7: "):
        load(cases.pack_files(f"{HEAD}deny contains {{\n"), "assay/policy/ours")


@pytest.mark.parametrize(
    "text",
    [
        "deny contains 1 if { some i in numbers.range(1, 100000); some j in numbers.range(1, 100000); i * j < 0 }",
        "f(x) := f(x + 1)\ndeny contains f(1)",
        "deny contains count(numbers.range(1, 1000000000))",
        'deny contains concat("", [x | some i in numbers.range(1, 40000000); x := "aaaaaaaaaaaa"])',
    ],
    ids=["loops", "recurses", "hoards", "swells"],
)
def test_a_pack_without_end_is_cut_and_the_others_still_judge(cases, text):
    with RegorusEngine(size=2, limit_s=1.0) as engine:
        policy = load_policy(
            ("assay/policy/ours", "change-control"),
            engine,
            source=cases.pack_files(HEAD + text),
            ref="main",
            commit=None,
        )
        began = time.monotonic()
        decided = decide(engine, policy, cases.clean_log(cases.SECRET).evidence(), cases.AT)
        assert time.monotonic() - began < 30
        assert incomplete(decided)
        assert outcomes(decided)["ours/big"] is Outcome.ERROR
        assert outcomes(decided)["change-control/no-new-secret"] is Outcome.FAIL
        again = decide(engine, policy, cases.clean_log().evidence(), cases.AT)
        assert outcomes(again)["change-control/no-new-secret"] is Outcome.PASS


def test_a_pack_nested_without_end_is_not_loaded(cases):
    with RegorusEngine(size=1, limit_s=0.5) as engine, pytest.raises(EngineError):
        load_pack(cases.pack_files(HEAD + "x := " + "[" * 5_000), "assay/policy/ours", engine)


@pytest.mark.parametrize(
    "text",
    [
        "import data.ours as us\ndeny contains us.big if us.big\nbig if true",
        "deny contains data.ours if count(data.ours) > 0",
        "deny contains name if { some name; data[name].big }",
    ],
)
def test_a_circle_that_would_silently_never_fire_is_refused(cases, load, text):
    with pytest.raises(PackError, match="cannot refer to itself"):
        load(cases.pack_files(HEAD + text), "assay/policy/ours")


def test_a_circle_through_another_package_is_an_error(cases, judge, load):
    files = {
        "ours/pack.toml": cases.MANIFEST,
        "ours/a.rego": f"{HEAD}import data.other\ndeny contains other.x if other.x\ny if other.x\n",
        "ours/b.rego": "package other\n\nimport rego.v1\n\nimport data.ours.y\n\nx if y\n",
    }
    assert incomplete(judge(cases.clean_log(), with_policy=load(cases.MemorySource(files), "ours")))


@pytest.mark.parametrize(
    "answer", ["deny := true", "deny := false", 'deny := "no"', 'deny["x"] := {}', "deny contains 1"]
)
def test_an_answer_of_the_wrong_shape_is_never_a_pass(cases, judge, load, answer):
    decided = judge(cases.clean_log(), with_policy=load(cases.pack_files(f"{HEAD}{answer}\n"), "assay/policy/ours"))
    assert incomplete(decided)
    assert outcomes(decided)["ours/big"] is Outcome.ERROR


def test_a_pack_does_not_speak_for_a_rule_of_another(cases, judge, load):
    text = f'{HEAD}deny contains {{"rule": "change-control/no-new-secret", "message": "m"}} if true\n'
    decided = judge(cases.clean_log(), with_policy=load(cases.pack_files(text), "assay/policy/ours", "change-control"))
    assert incomplete(decided)
    assert outcomes(decided)["change-control/no-new-secret"] is Outcome.PASS


def test_a_pack_does_not_replace_the_rego_of_another(cases, judge, load):
    text = "package change_control.no_new_secret\n\nimport rego.v1\n\n# ours/big\ndeny := set()\n"
    manifest = cases.MANIFEST + 'package = "change_control.no_new_secret"\n'
    policy = load(cases.pack_files(text, manifest), "assay/policy/ours", "change-control")
    assert judge(cases.clean_log(cases.SECRET), with_policy=policy).decision.verdict is Verdict.DENY


def test_two_packs_with_one_id_are_refused(cases, load):
    files = {}
    for folder in ("one", "two"):
        files |= {f"{folder}/pack.toml": cases.MANIFEST, f"{folder}/a.rego": cases.REGO}
    with pytest.raises(PackError, match="two packs have the id `ours`"):
        load(cases.MemorySource(files), "one", "two")


@pytest.mark.parametrize("call", ["http.send", "opa.runtime", "uuid.rfc4122", "rand.intn", "net.lookup_ip_addr"])
def test_what_reaches_out_is_an_error(cases, judge, load, call):
    arguments = {
        "http.send": '{"method": "get", "url": "http://127.0.0.1:9/"}',
        "opa.runtime": "",
        "rand.intn": '"s", 9',
    }
    body = f"{call}({arguments.get(call, chr(34) + 's' + chr(34))})"
    for text in (
        f"deny contains {body}",
        f"deny contains 1 if not {body}",
        f"deny contains 1 if count([1 | {body}]) > 9",
    ):
        policy = load(cases.pack_files(f"{HEAD}{text}\n"), "assay/policy/ours")
        assert incomplete(judge(cases.clean_log(), with_policy=policy)), text


def test_the_machine_s_clock_and_zone_are_not_read(cases, monkeypatch):
    text = f"""{HEAD}
deny contains {{"rule": "ours/big", "message": sprintf("%v %v", [time.now_ns(), time.clock([0, "Local"])])}} if true
"""
    said = set()
    for zone in ("Asia/Tokyo", "America/New_York"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        with RegorusEngine(size=1) as engine:
            policy = load_policy(("assay/policy/ours",), engine, source=cases.pack_files(text), ref="main", commit=None)
            decided = decide(engine, policy, cases.clean_log().evidence(), cases.AT)
            said.add(decided.decision.reasons[0].message)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    assert said == {"1717243200000000000 [0, 0, 0]"}


def test_a_data_file_of_a_hundred_megabytes_is_not_read(cases, engine):
    class Untouched(cases.MemorySource):
        def entries(self, folder):
            yield from super().entries(folder)
            yield PackEntry(path="data.json", size=100_000_000, regular=True)

        def read(self, folder, path, limit):
            assert path != "data.json"
            return super().read(folder, path, limit)

    source = Untouched({"ours/pack.toml": cases.MANIFEST, "ours/a.rego": cases.REGO})
    with pytest.raises(PackError, match=r"ours/data\.json: expected at most 8,388,608 bytes, found 100,000,000"):
        load_pack(source, "ours", engine)


def test_a_data_file_of_unknown_size_is_read_to_its_limit(engine, cases, tmp_path):
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "pack.toml").write_text(cases.MANIFEST)
    (tmp_path / "ours" / "a.rego").write_text(cases.REGO)
    with (tmp_path / "ours" / "data.json").open("wb") as file:
        file.truncate(100_000_000)

    class Sizeless(FolderSource):
        def entries(self, folder):
            for entry in super().entries(folder):
                yield PackEntry(path=entry.path, size=None, regular=entry.regular)

    with pytest.raises(PackError, match=r"ours/data\.json: expected at most 8,388,608 bytes"):
        load_pack(Sizeless(tmp_path), "ours", engine)


@pytest.mark.parametrize("path", ["../../../etc", "/etc/passwd", "rules/../../other", "./..", "..\\other"])
def test_a_manifest_names_nothing_outside_its_pack(cases, load, path):
    manifest = f"files = ['{path}']\n{cases.MANIFEST}"
    with pytest.raises(PackError, match=r"pack\.toml:1: "):
        load(cases.pack_files(manifest=manifest), "assay/policy/ours")


def test_a_link_out_of_the_pack_is_refused(cases, engine, tmp_path):
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "pack.toml").write_text(cases.MANIFEST)
    (tmp_path / "secret").write_text(cases.REGO)
    (tmp_path / "ours" / "a.rego").symlink_to(tmp_path / "secret")
    with pytest.raises(PackError, match=r"ours/a\.rego: expected a file, found a link"):
        load_pack(FolderSource(tmp_path), "ours", engine)


def test_a_change_is_not_judged_by_the_pack_it_brings(cases, engine, repo):
    from assay.git import Repository

    strict = 'package ours\n\nimport rego.v1\n\ndeny contains {"rule": "ours/big", "message": "no"} if true\n'
    target = repo.commit({"ours/pack.toml": cases.MANIFEST, "ours/a.rego": strict})
    repo.commit({"ours/a.rego": strict.replace("if true", "if false")})
    repo.write({"ours/a.rego": "package ours\n"})
    repository = Repository.open(repo.path)
    with repository.objects() as reader:
        source = CommitSource(repository, reader, target)
        policy = load_policy(("ours",), engine, source=source, ref="refs/heads/main", commit=target)
    decided = decide(engine, policy, cases.clean_log().evidence(), cases.AT)
    assert decided.decision.verdict is Verdict.DENY
    assert decided.decision.policy.commit == target


def test_a_flood_of_answers_is_not_signed(cases, judge, load):
    answer = '{"rule": "ours/big", "message": format_int(i, 10)}'
    text = f"{HEAD}deny contains {answer} if some i in numbers.range(1, 20000)\n"
    decided = judge(cases.clean_log(), with_policy=load(cases.pack_files(text), "assay/policy/ours"))
    assert incomplete(decided)
    assert len(decided.decision.reasons) < 10


def test_what_a_pack_prints_and_panics_reaches_no_terminal(cases, judge, load, capfd):
    text = f'{HEAD}deny contains 1 if {{ print("the input:", input); false }}\nwarn contains 1 / 0\n'
    judge(cases.clean_log(), with_policy=load(cases.pack_files(text), "assay/policy/ours"))
    assert capfd.readouterr() == ("", "")


def test_the_order_of_files_and_packs_in_the_commit_does_not_matter(cases, judge, load):
    files = {
        f"ours/{name}.rego": f'package main\n\nimport rego.v1\n\ndeny_{name} contains "m" if true\n' for name in "abc"
    }
    digests = set()
    for order in itertools.permutations(files):
        policy = load(cases.MemorySource({path: files[path] for path in order}), "ours")
        decided = judge(cases.clean_log(), with_policy=policy)
        digests.add((policy.ref.digests["ours"], hashlib.sha256(repr(decided.decision).encode()).hexdigest()))
    assert len(digests) == 1
