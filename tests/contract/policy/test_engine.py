"""What every engine does: regorus in workers, an `opa` binary where there is one, and a stand-in for it elsewhere."""

import shutil
import sys
from pathlib import Path

import pytest

from assay.errors import PackError
from assay.model.policytest import PolicyTestState
from assay.policy.engine import Asked, Fault, Module, Program, Question, Rego, Undefined, Value
from assay.policy.engines import RegorusEngine, open_engine
from assay.policy.opa import OpaEngine

STAND_IN = Path(__file__).parents[2] / "assets" / "policy" / "opa_stand_in.py"
AT = "2024-06-01T12:00:00Z"
HEAD = "package ours\n\nimport rego.v1\n\n"


@pytest.fixture(scope="module", params=["regorus", "opa", "stand-in"])
def engine(request, tmp_path_factory):
    if request.param == "regorus":
        with RegorusEngine(size=1) as made:
            yield made
    elif request.param == "opa":
        if shutil.which("opa") is None:
            pytest.skip("no opa binary on PATH: its adapter is tested with a stand-in only")
        with open_engine("opa") as made:
            yield made
    else:
        script = tmp_path_factory.mktemp("bin") / "opa"
        script.write_text(f"#!/bin/sh\nexec '{sys.executable}' '{STAND_IN}' \"$@\"\n")
        script.chmod(0o700)
        with OpaEngine(str(script), limit_s=30) as made:
            yield made


def program(*texts, rego=Rego.V1, data="{}", head=HEAD):
    modules = tuple(Module(path=f"rules/{number}.rego", text=head + text) for number, text in enumerate(texts))
    return Program(name="assay/policy/ours", rego=rego, modules=modules, data=data)


def ask(engine, made, *paths, inputs=("{}",), data="{}", at=AT):
    asked = tuple(Asked(input=text, data=data) for text in inputs)
    (answer,) = engine.evaluate([Question(program=made, paths=paths, inputs=asked, at=at)])
    return answer


def test_it_has_a_name_and_a_version(engine):
    assert engine.name in {"regorus", "opa"}
    assert engine.version[0].isdigit()


def test_it_knows_packages_and_rules(engine):
    made = program(
        "deny contains 1 if true\nf(x) := x\ndeny contains 2 if true\ndefault allow := false\n", "a.b := 1\n"
    )
    first, second = engine.layout(made)
    assert (first.path, first.package, first.rules) == ("rules/0.rego", "data.ours", ("deny", "f", "allow"))
    assert second.rules == ("a",)


def test_a_module_without_rules_has_none(engine):
    assert engine.layout(program(""))[0].rules == ()


def test_a_syntax_error_names_file_and_line(engine):
    with pytest.raises(PackError) as caught:
        engine.layout(program("deny contains if {\n"))
    assert caught.value.message.startswith("assay/policy/ours/rules/0.rego:5: ")


def test_values_are_those_of_json(engine):
    made = program('deny contains {"n": 1, "s": "ü", "l": [true, null, 1.5]} if true\nempty contains 1 if false\n')
    results = ask(engine, made, "data.ours.deny", "data.ours.empty")
    assert results == ((Value(value=[{"n": 1, "s": "ü", "l": [True, None, 1.5]}]), Value(value=[])),)


def test_what_has_no_value_is_undefined(engine):
    made = program("here if input.x\n")
    ((here, rule, package),) = ask(engine, made, "data.ours.here", "data.ours.nowhere", "data.elsewhere.deny")
    assert here == rule == package == Undefined()


def test_every_input_has_its_results(engine):
    made = program("double := input.n * 2\n")
    assert ask(engine, made, "data.ours.double", inputs=('{"n": 1}', '{"n": 2}', "{}")) == (
        (Value(value=2),),
        (Value(value=4),),
        (Undefined(),),
    )


def test_data_stands_beside_packages(engine):
    made = program("teams := data.teams\nfile := data.conftest.file.name\n", data='{"teams": {"a": 1}}')
    (results,) = ask(engine, made, "data.ours.teams", "data.ours.file", data='{"conftest": {"file": {"name": "x"}}}')
    assert results == (Value(value={"a": 1}), Value(value="x"))


def test_the_clock_shows_the_time_of_the_question(engine):
    made = program("now := time.now_ns()\nlater := x if x := helper(1)\nhelper(n) := time.now_ns() + n\n")
    (results,) = ask(engine, made, "data.ours.now", "data.ours.later", at="1970-01-01T00:01:00Z")
    assert results == (Value(value=60_000_000_000), Value(value=60_000_000_001))
    ((now,),) = ask(engine, made, "data.ours.now", at="2024-02-29T00:00:00Z")
    assert now == Value(value=1_709_164_800_000_000_000)


@pytest.mark.parametrize(
    "call",
    [
        'http.send({"method": "get", "url": "http://127.0.0.1:9"})',
        'rand.intn("seed", 10)',
        'uuid.rfc4122("seed")',
        "opa.runtime()",
        'net.lookup_ip_addr("localhost")',
    ],
)
@pytest.mark.parametrize("form", ["x := {}", "x if not {}", "x := [y | y := {}]", "x := 1 if {}"])
def test_what_is_not_in_the_question_cannot_be_read(engine, call, form):
    ((result,),) = ask(engine, program(form.replace("{}", call) + "\n"), "data.ours.x")
    assert isinstance(result, Fault)
    assert call.partition("(")[0] in result.reason


def test_an_error_of_a_builtin_is_a_fault(engine):
    made = program('x := 1 / 0\ny if not to_number("abc")\n')
    ((x,),) = ask(engine, made, "data.ours.x")
    ((y,),) = ask(engine, made, "data.ours.y")
    assert isinstance(x, Fault)
    assert isinstance(y, Fault)


def test_questions_are_answered_in_order(engine):
    questions = [
        Question(program=program(f"x := {number}\n"), paths=("data.ours.x",), inputs=(Asked(input="{}"),), at=AT)
        for number in range(4)
    ]
    assert [answer[0][0] for answer in engine.evaluate(questions)] == [Value(value=number) for number in range(4)]
    assert engine.evaluate([]) == ()


def test_an_input_that_is_no_json_is_a_fault(engine):
    ((result,),) = ask(engine, program("x := 1\n"), "data.ours.x", inputs=("{",))
    assert isinstance(result, Fault)


TESTS = """\
test_small if count(data.ours.deny) == 0 with input as {"n": 1}
test_clock if data.ours.now == 5 with time.now_ns as 5
"""
RULES = 'deny contains "big" if {\n\tinput.n > 1\n}\nnow := time.now_ns()\nnever if input.never\n'


def run_tests(engine, tests):
    modules = (
        Module(path="rules.rego", text=HEAD + RULES),
        Module(path="t/rules_test.rego", text="package ours_test\n\nimport rego.v1\n\n" + tests),
    )
    return engine.test(Program(name="ours", rego=Rego.V1, modules=modules))


def test_unit_tests_run_with_coverage(engine):
    ran = run_tests(engine, TESTS)
    assert [(test.name, test.path, test.state) for test in ran.tests] == [
        ("ours_test.test_small", "t/rules_test.rego", PolicyTestState.PASSED),
        ("ours_test.test_clock", "t/rules_test.rego", PolicyTestState.PASSED),
    ]
    rules, tests = ran.coverage
    assert (rules.path, tests.path) == ("rules.rego", "t/rules_test.rego")
    assert 6 in rules.covered
    assert 9 in rules.missed
    assert rules.lines == len(rules.covered) + len(rules.missed)


def test_a_failing_test_is_told(engine):
    ran = run_tests(engine, TESTS + "test_no if data.ours.never\ntest_broken if 1 / 0\ntodo_test_later if false\n")
    states = {test.name: test.state for test in ran.tests}
    assert states["ours_test.test_no"] is PolicyTestState.FAILED
    assert states["ours_test.test_broken"] is PolicyTestState.ERROR
    assert states["ours_test.todo_test_later"] is PolicyTestState.SKIPPED


def test_tests_that_do_not_parse_are_an_error(engine):
    with pytest.raises(PackError, match=r"ours/t/rules_test\.rego:\d+: "):
        run_tests(engine, "test_x if {\n")
