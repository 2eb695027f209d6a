"""What a module defines, and what regorus would silently get wrong in it."""

import pytest

from assay.errors import PackError
from assay.policy import regorus
from assay.policy.engine import Module, Program, Rego
from assay.policy.layout import reference_text


def layout(text, rego=Rego.V1):
    program = Program(name="ours", rego=rego, modules=(Module(path="a.rego", text=text),))
    return regorus.layout(program)[0]


def test_every_form_of_a_rule_has_a_name():
    text = """\
package a.b

import rego.v1

default allow := false
default limit(x) := 3
allow if input.x
deny contains "x" if true
deny_more contains {"a": [1, {2, 3}]}
f(a, {"k": b}) := a + b
m[k] := v if some k, v in {"a": 1}
deep.er.still := 1
either if { input.a } else if { input.b }
"""
    found = layout(text)
    names = ("allow", "limit", "deny", "deny_more", "f", "m", "deep", "either")
    assert (found.path, found.package, found.rules) == ("a.rego", "data.a.b", names)


def test_rego_v0_has_its_forms():
    text = 'package a\ndeny[x] { x := 1 }\nm[k] = v { k := "a"; v := 1 }\nc = 3\nd { input.x }\n'
    assert layout(text, Rego.V0).rules == ("deny", "m", "c", "d")


@pytest.mark.parametrize(
    ("parts", "text"),
    [(("a", "b"), "data.a.b"), (("a", "b-c"), 'data.a["b-c"]'), ((), "data"), (("ü",), 'data["ü"]')],
)
def test_a_package_is_written_as_a_reference(parts, text):
    assert reference_text(parts) == text


@pytest.mark.parametrize(
    "line",
    [
        "import data.a.b as me\nx if me.y",
        "import data.a.b\nx if b.y",
        "import data.a\nx if a.b.y",
        "import data\nx if data.c.y",
        "x if data.a.b[input.name]",
        "x if count(data.a.b) > 1",
        "x if count(data.a) > 1",
        "x if { some name; data[name].y }",
        "x := [y | y := data[input.name].z]",
        "x if walk(data, [_, 1])",
        "x if f(input)[data[input.p]]\nf(x) := x",
        "x if input[data.a.b]",
        'x if {"a": data}.a',
    ],
)
def test_a_package_does_not_refer_to_itself_as_a_whole(line):
    with pytest.raises(PackError) as caught:
        layout(f"package a.b\n\nimport rego.v1\n\n{line}\n")
    assert caught.value.message.startswith("ours/a.rego:")
    assert "a package cannot refer to itself, or to all packages, as a whole" in caught.value.message


@pytest.mark.parametrize(
    "line",
    [
        "import data.a.b.y\nx if y",
        "import data.c\nx if c[input.name]",
        "import data.a.bc as other\nx if other[input.name]",
        "x if data.a.b.y",
        'x if data["a"].b["y"]',
        "x if data.c[input.name]",
        "x if count(data.c) > 1",
        "x if input.data",
        'x if input["data"]',
        "y := 1\nx if y with data as {}",
        "y := 1\nx if y with data.a.b as {}",
        "y := 1\nx if y with input as data.c",
    ],
)
def test_what_names_rules_or_other_packages_is_fine(line):
    assert layout(f"package a.b\n\nimport rego.v1\n\n{line}\n").rules


def test_what_is_nested_too_deeply_for_the_parser_of_its_tree_is_told():
    with pytest.raises(PackError, match="nested too deeply"):
        layout("package a\nx := 1" + " + 1" * 1_000)
