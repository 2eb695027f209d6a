"""From files to packs, and packs to a policy."""

import json

import pytest

from assay.errors import PackError
from assay.model.outcome import Severity
from assay.policy import contents as limits
from assay.policy import load_policy
from assay.policy.engine import Rego
from assay.policy.manifest import PackKind
from assay.policy.pack import load_pack

REGO = "package ours\n\nimport rego.v1\n\n# ours/big\ndeny contains 1 if false\n"


@pytest.fixture
def pack(cases, engine):
    """Load the pack in `ours` from files: path to text."""

    def loaded(**files):
        source = cases.MemorySource({f"ours/{path}": text for path, text in files.items()})
        return load_pack(source, "ours", engine)

    return loaded


def test_a_pack_with_a_manifest(pack, cases):
    made = pack(**{"pack.toml": cases.MANIFEST, "a.rego": REGO, "b_test.rego": "package b\n", "README.md": "# Ours\n"})
    assert (made.id, made.kind, made.program.rego) == ("ours", PackKind.ASSAY, Rego.V1)
    assert [module.path for module in made.program.modules] == ["a.rego"]
    assert [module.path for module in made.tests] == ["b_test.rego"]
    assert [module.path for module in made.tested_program.modules] == ["a.rego", "b_test.rego"]
    rule = made.rules["ours/big"]
    assert (rule.package, rule.rule.title, rule.rule.severity) == ("data.ours", "Nothing big", Severity.MEDIUM)


def test_a_folder_without_a_manifest_is_a_conftest_pack(pack):
    made = pack(**{"a.rego": 'package main\n\ndeny_root[msg] {\n  msg := "m"\n}\n'})
    assert (made.id, made.kind, made.program.rego) == ("ours", PackKind.CONFTEST, Rego.V0)
    rule = made.rules["ours/deny_root"]
    assert (rule.package, rule.name, rule.rule.title) == ("data.main", "deny_root", "Deny root")


def test_a_conftest_pack_may_describe_its_rules(pack):
    manifest = 'id = "k8s"\nkind = "conftest"\n[[rules]]\nid = "k8s/deny_root"\ntitle = "No root"\nseverity = "high"\n'
    rego = 'package main\nimport rego.v1\ndeny_root contains "m" if true\nwarn contains "w" if true\n'
    made = pack(**{"pack.toml": manifest, "a.rego": rego})
    assert made.rules["k8s/deny_root"].rule.severity is Severity.HIGH
    assert made.rules["k8s/warn"].rule.title == "Warn"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"README.md": "x"}, "ours: no file of Rego judges here"),
        ({"a_test.rego": "package a\n"}, "ours: no file of Rego judges here"),
        ({"a.rego": "package main\n\nallow := true\n"}, "ours: no rule is named deny, violation or warn"),
        ({"a.rego": "package main\n\ndeny contains if {\n"}, "ours/a.rego:3: unexpected keyword `if`"),
        ({"a.rego": b"package main\n\xff\n"}, "ours/a.rego:2: expected UTF-8, found other bytes"),
        ({"a.rego": None}, "ours/a.rego: expected a file, found a link or a submodule"),
        ({"pack.toml": None, "a.rego": REGO}, "ours/pack.toml: expected a file, found a link or a submodule"),
        ({"pack.toml": "id = 1\n", "a.rego": REGO}, "ours/pack.toml: Expected `str`"),
        (
            {"pack.toml": 'id = "ours"\n[[rules]]\nid = "ours/x"\ntitle = "X"\n', "a.rego": REGO},
            "ours/pack.toml: rule `ours/x` stands in no file of Rego, so it could never fire",
        ),
        (
            {"pack.toml": 'id = "ours"\n[[rules]]\nid = "ours/big"\ntitle = "X"\npackage = "other"\n', "a.rego": REGO},
            "ours/pack.toml: rule `ours/big`: no file has `package other`",
        ),
        (
            {"pack.toml": 'id = "ours"\nkind = "conftest"\n[[rules]]\nid = "ours/x"\ntitle = "X"\n', "a.rego": REGO},
            "ours/pack.toml: no rule `ours/x`",
        ),
        (
            {"pack.toml": 'id = "ours"\nfiles = ["b"]\n[[rules]]\nid = "ours/big"\ntitle = "X"\n', "a.rego": REGO},
            "ours/pack.toml: `files` names `b`, where there is no file of Rego and no data",
        ),
        (
            {
                "pack.toml": 'id = "ours"\nrego = "v0"\n[[rules]]\nid = "ours/big"\ntitle = "X"\n',
                "a.rego": "# ours/big\npackage ours\nx contains 1 if true\n",
            },
            "ours/a.rego:",
        ),
        ({"a.rego": REGO, "data.json": "[1]"}, "ours/data.json: expected one object"),
        ({"a.rego": REGO, "data.yaml": "a: 1\n---\nb: 2\n"}, "ours/data.yaml: expected one object"),
        ({"a.rego": REGO, "data.json": "{"}, "ours/data.json:1: not JSON"),
        ({"a.rego": REGO, "data.yml": "a: [\n"}, "ours/data.yml:"),
        (
            {"a.rego": REGO, "data.json": '{"a": {"b": 1}}', "a/data.json": '{"b": 2}'},
            "ours/data.json: says something else of what another data file says",
        ),
    ],
)
def test_what_cannot_be_used_is_told_with_its_place(pack, files, message):
    with pytest.raises(PackError) as caught:
        pack(**files)
    assert caught.value.message.startswith(message)


def test_where_neither_dialect_reads_a_file_both_faults_are_told(pack):
    with pytest.raises(PackError) as caught:
        pack(**{"a.rego": "package main\n\ndeny[x] { y }\n"})
    assert "`if` keyword is required" in caught.value.message
    assert caught.value.hint is None or caught.value.hint.startswith("read as Rego v0: ")


def test_a_folder_whose_name_makes_no_id_needs_a_manifest(cases, engine):
    source = cases.MemorySource({"policy/…/a.rego": "package main\nimport rego.v1\ndeny contains 1 if true\n"})
    with pytest.raises(PackError, match="makes no id"):
        load_pack(source, "policy/…", engine)


def test_a_name_is_made_an_id(cases, engine):
    source = cases.MemorySource({"My Policies/a.rego": "package main\nimport rego.v1\ndeny contains 1 if true\n"})
    assert load_pack(source, "My Policies", engine).id == "my-policies"


def test_files_may_be_chosen(pack):
    manifest = 'id = "ours"\nfiles = ["rules/", "data.json"]\n[[rules]]\nid = "ours/big"\ntitle = "X"\n'
    made = pack(
        **{
            "pack.toml": manifest,
            "rules/a.rego": REGO,
            "rulesets/b.rego": "not Rego",
            "data.json": "{}",
            "x/data.json": "not JSON",
        }
    )
    assert [module.path for module in made.program.modules] == ["rules/a.rego"]


def test_data_stands_at_the_place_of_its_folder(pack):
    made = pack(
        **{
            "a.rego": "package main\nimport rego.v1\ndeny contains 1 if true\n",
            "data.json": '{"top": 1, "same": 1, "deep": {"x": 1}}',
            "teams/data.yaml": "alice: [ops]\nsame: 1.5\n",
            "deep/data.yml": "y: 2\n",
        }
    )
    assert json.loads(made.program.data) == {
        "top": 1,
        "same": 1,
        "deep": {"x": 1, "y": 2},
        "teams": {"alice": ["ops"], "same": 1.5},
    }


def test_a_byte_order_mark_is_no_text(pack):
    assert (
        pack(**{"a.rego": "\ufeffpackage main\nimport rego.v1\ndeny contains 1 if true\n"}).program.modules[0].text[0]
        == "p"
    )


def test_the_digest_is_of_what_judges(pack, cases):
    files = {"pack.toml": cases.MANIFEST, "a.rego": REGO}
    digest = pack(**files).digest
    assert pack(**files, **{"a_test.rego": "package t\n", "README.md": "x"}).digest == digest
    assert pack(**{**files, "a.rego": REGO + "\n"}).digest != digest
    assert pack(**{**files, "pack.toml": cases.MANIFEST + "\n"}).digest != digest
    assert pack(**files, **{"data.json": "{}"}).digest != digest


def test_limits_are_held(pack, monkeypatch):
    good = {"a.rego": "package main\nimport rego.v1\ndeny contains 1 if true\n"}
    with monkeypatch.context() as patch:
        patch.setattr(limits, "MAX_FILES", 1)
        with pytest.raises(PackError, match="expected at most 1 files, found 2"):
            pack(**good, **{"b.rego": "package b\n"})
    with monkeypatch.context() as patch:
        patch.setattr(limits, "MAX_REGO_BYTES", 10)
        with pytest.raises(PackError, match=r"ours/a\.rego: expected at most 10 bytes, found"):
            pack(**good)
    with monkeypatch.context() as patch:
        patch.setattr(limits, "MAX_PACK_BYTES", len(good["a.rego"]))
        with pytest.raises(PackError, match=r"ours/data\.json: expected at most 0 bytes"):
            pack(**good, **{"data.json": "{}"})


def test_packs_are_built_in_or_in_the_commit(cases, engine):
    source = cases.pack_files()
    policy = load_policy(
        ("change-control", "assay/policy/ours"), engine, source=source, ref="refs/heads/main", commit="a" * 40
    )
    assert [pack.id for pack in policy.packs] == ["change-control", "ours"]
    assert set(policy.ref.digests) == {"change-control", "ours"}
    assert (policy.ref.ref, policy.ref.commit) == ("refs/heads/main", "a" * 40)
    assert policy.rules["ours/big"].title == "Nothing big"


def test_a_name_that_is_nothing_is_told(cases, engine):
    with pytest.raises(PackError) as caught:
        load_policy(("change-contro",), engine, source=None, ref="built-in", commit=None)
    assert caught.value.hint == "built in: change-control"
    with pytest.raises(PackError, match="no file of Rego judges here"):
        load_policy(("nowhere",), engine, source=cases.MemorySource({}), ref="r", commit=None)


def test_two_packs_share_neither_id_nor_rule(cases, engine):
    with pytest.raises(PackError, match="two packs have the id `change-control`"):
        load_policy(("change-control",) * 2, engine, source=None, ref="built-in", commit=None)
    other = cases.MANIFEST.replace('id = "ours"', 'id = "other"\npackage = "ours"', 1)
    files = {}
    for name, manifest in (("ours", cases.MANIFEST), ("other", other)):
        files |= {f"{name}/pack.toml": manifest, f"{name}/a.rego": cases.REGO}
    with pytest.raises(PackError, match="rule `ours/big` is in two packs, `ours` and `other`"):
        load_policy(("ours", "other"), engine, source=cases.MemorySource(files), ref="r", commit=None)
