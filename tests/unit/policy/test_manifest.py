"""`pack.toml`: what it may say, and how it is told what is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import PackError
from assay.model.outcome import Severity
from assay.policy.engine import Rego
from assay.policy.manifest import PackKind, parse_manifest, path_fault

FULL = """\
id = "ours"
kind = "assay"
rego = "v0"
package = "company.ours"
files = ["rules", "data.json"]

[[rules]]
id = "ours/no-root"
title = "No root"
severity = "critical"
why = "Because."
remedy = "Do not."
controls = ["NIST-800-53:AC-6"]
needs = ["findings/secrets", "findings", "risk", "statements/https://slsa.dev/provenance/v1"]
package = "company.ours.root"
"""
SHORT = 'id = "ours"\n[[rules]]\nid = "ours/a"\ntitle = "A"\n'


def parse(text):
    return parse_manifest(text.encode() if isinstance(text, str) else text, path="ours/pack.toml")


def test_all_it_can_say():
    manifest = parse(FULL)
    assert (manifest.id, manifest.kind, manifest.rego) == ("ours", PackKind.ASSAY, Rego.V0)
    assert manifest.files == ("rules", "data.json")
    (rule,) = manifest.rules
    assert (rule.severity, rule.package) == (Severity.CRITICAL, "company.ours.root")
    assert rule.needs[2] == "risk"


def test_what_it_need_not_say():
    manifest = parse(SHORT)
    assert (manifest.kind, manifest.rego, manifest.package, manifest.files) == (PackKind.ASSAY, None, None, ())
    assert manifest.rules[0].severity is Severity.MEDIUM
    assert parse('id = "ours"\nkind = "conftest"\n').rules == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('id = "ours"\nkinds = "assay"\n', "ours/pack.toml:2: unknown key `kinds`"),
        (SHORT + "tilte = 1\n", "ours/pack.toml:5: unknown key `tilte`"),
        (SHORT + "needs = 3\n", "ours/pack.toml: Expected `array`"),
        ('rules = "x"\nid = "ours"\n', "ours/pack.toml: Expected `array`"),
        ('rules = ["x"]\nid = "ours"\n', "ours/pack.toml: Expected `object`"),
        ('id = "Ours"\n', "ours/pack.toml:1: expected an id of a-z, 0-9 and -, found `Ours`"),
        ('id = "ours"\nkind = "gatekeeper"\n', "ours/pack.toml:2: packs of kind `gatekeeper` cannot be used yet"),
        ('id = "ours"\nkind = "sentinel"\n', "ours/pack.toml: Invalid enum value 'sentinel'"),
        ('id = "ours"\nkind = "assay"\n', "ours/pack.toml:1: expected at least one [[rules]] table"),
        (SHORT.replace("ours/a", "a"), "ours/pack.toml:3: expected a rule id such as `ours/no-root`, found `a`"),
        (SHORT + '[[rules]]\nid = "ours/a"\ntitle = "B"\n', "ours/pack.toml:3: rule `ours/a` is listed twice"),
        (SHORT + 'needs = ["finding/secrets"]\n', "ours/pack.toml:5: rule `ours/a` needs `finding/secrets`, which is"),
        (SHORT + 'package = "a-b"\n', "ours/pack.toml:5: expected a package such as `ours.rules`, found `a-b`"),
        ('package = "9"\n' + SHORT, "ours/pack.toml:1: expected a package such as `ours.rules`, found `9`"),
        ('files = ["../other"]\n' + SHORT, "ours/pack.toml:1: `../other`: expected a path within the pack"),
        (
            'kind = "conftest"\n' + SHORT + 'needs = ["risk"]\n',
            "ours/pack.toml:6: rule `ours/a`: a conftest pack is asked about files and needs no evidence",
        ),
        ("id = \n", "ours/pack.toml:1: Invalid value"),
        ('id = "a"', "ours/pack.toml:1: expected at least one"),
        ('id = "a\n', "ours/pack.toml:1: "),
        (b"id = '\xff'\n", "ours/pack.toml: expected UTF-8, found other bytes"),
        (b"#" * 1_048_577, "ours/pack.toml: expected at most 1,048,576 bytes, found 1,048,577"),
        ("a = " + "[" * 10_000, "ours/pack.toml: values are nested too deeply"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text, message):
    with pytest.raises(PackError) as caught:
        parse(text)
    assert caught.value.message.startswith(message)


def test_a_slip_is_guessed():
    with pytest.raises(PackError) as caught:
        parse(SHORT + "tilte = 1\n")
    assert caught.value.hint == "did you mean `title`?"
    with pytest.raises(PackError) as caught:
        parse("zzz = 1\n" + SHORT)
    assert caught.value.hint == "known here: id, kind, rego, package, files, rules"


@pytest.mark.parametrize("path", ["rules", "rules/", "a/b.rego", "a b.rego", "..a", "data.json"])
def test_a_path_within_the_pack(path):
    assert path_fault(path) is None


@pytest.mark.parametrize("path", ["/etc", "..", "a/../b", "./a", "a//b", "", "a\\b", "C:/a", "a\0"])
def test_a_path_that_leaves_it(path):
    assert path_fault(path) is not None


@given(st.binary(max_size=300))
def test_any_bytes_are_a_manifest_or_an_error(data):
    try:
        manifest = parse(data)
    except PackError:
        return
    assert manifest.id
