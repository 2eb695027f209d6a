"""regorus itself, in this process: what the workers do."""

import faulthandler
import hmac
import json
import os
import time
from pathlib import Path

import pytest

from assay.errors import PackError
from assay.model.policytest import PolicyTestState
from assay.policy import regorus
from assay.policy.engine import Asked, Fault, Module, Program, Question, Rego, Undefined, Value, nanoseconds

AT = "2024-06-01T12:00:00Z"


def program(text, rego=Rego.V1, data="{}"):
    modules = (Module(path="a.rego", text=f"package a\n\nimport rego.v1\n\n{text}\n"),)
    return Program(name="ours", rego=rego, modules=modules, data=data)


def value(text, *, given="{}", path="data.a.x", **members):
    question = Question(program=program(text, **members), paths=(path,), inputs=(Asked(input=given),), at=AT)
    ((result,),) = regorus.answer(question)
    return result


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ('crypto.sha256("a")', "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"),
        ('crypto.sha1("a")', "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"),
        ('crypto.md5("a")', "0cc175b9c0f1b6a831c399e269772661"),
        ('crypto.hmac.sha256("a", "k")', hmac.new(b"k", b"a", "sha256").hexdigest()),
        ('crypto.hmac.equal("a", "a")', True),
        ('crypto.hmac.equal("a", "b")', False),
        ('net.cidr_intersects("10.0.0.0/8", "10.1.2.3/32")', True),
        ('net.cidr_intersects("10.0.0.0/8", "11.0.0.0/8")', False),
        ('net.cidr_intersects("10.0.0.0/8", "fe80::/10")', False),
    ],
)
def test_pure_builtins_that_regorus_lacks(call, expected):
    assert value(f"x := {call}") == Value(value=expected)


def test_a_builtin_of_ours_that_cannot_take_its_argument_is_a_fault():
    assert isinstance(value('x := net.cidr_intersects("no", "10.0.0.0/8")'), Fault)


def test_a_fault_names_the_line_and_shows_no_value():
    word = "very" + "private"
    result = value("x := to_number(input.word)", given=json.dumps({"word": word}))
    assert result == Fault(reason="a.rego:5: could not parse string as number")


def test_after_a_fault_the_other_paths_are_answered():
    text = "x := 1 / 0\ny := input.n"
    question = Question(
        program=program(text),
        paths=("data.a.x", "data.a.y", "data.a.x", "data.a.z"),
        inputs=(Asked(input='{"n": 1}'), Asked(input='{"n": 2}')),
        at=AT,
    )
    first, second = regorus.answer(question)
    assert [type(result) for result in first] == [Fault, Value, Fault, Undefined]
    assert (first[1], second[1]) == (Value(value=1), Value(value=2))


def test_an_impure_call_is_a_fault_even_if_its_error_were_swallowed(monkeypatch):
    def quiet(bound, name, *_):
        bound.called = name
        return {}

    monkeypatch.setattr(regorus._Bound, "refuse", quiet)
    monkeypatch.setattr(regorus, "_programs", type(regorus._programs)())
    result = value("x := http.send({})")
    assert isinstance(result, Fault)
    assert "http.send" in result.reason


def test_a_program_that_does_not_load_is_a_fault_everywhere():
    question = Question(
        program=Program(name="ours", rego=Rego.V1, modules=(Module(path="a.rego", text="package\n"),)),
        paths=("data.a.x", "data.a.y"),
        inputs=(Asked(input="{}"),),
        at=AT,
    )
    ((one, other),) = regorus.answer(question)
    assert one == other
    assert one.reason.startswith("ours/a.rego:")


def test_data_that_is_no_object_does_not_load():
    with pytest.raises(PackError, match=r"^ours: "):
        regorus.layout(program("x := 1", data="[]"))


def test_a_process_keeps_the_programs_it_was_asked_about_last(monkeypatch):
    monkeypatch.setattr(regorus, "_programs", type(regorus._programs)())
    monkeypatch.setattr(regorus, "KEPT_PROGRAMS", 2)
    for number in (1, 2, 1, 3):
        assert value(f"x := {number}") == Value(value=number)
    kept = set(regorus._programs)
    assert kept == {program(f"x := {number}").digest for number in (1, 3)}


def test_programs_differ_by_everything_that_bears_on_an_answer():
    one = program("x := 1")
    others = [program("x := 2"), program("x := 1", rego=Rego.V0), program("x := 1", data='{"a": 1}')]
    assert len({item.digest for item in (one, *others)}) == 4
    assert program("x := 1").digest == one.digest


def test_times_are_nanoseconds():
    assert nanoseconds("1970-01-01T00:00:01Z") == 1_000_000_000
    assert nanoseconds("2024-06-01T12:00:00Z") == 1_717_243_200_000_000_000


def test_unit_tests_see_a_fixed_clock_and_may_replace_what_is_impure():
    tests = """\
now := time.now_ns()
test_clock if now == time.parse_rfc3339_ns("2000-01-01T00:00:00Z")
test_replaced if { x := http.send({}) with http.send as {"status": 200}; x.status == 200 }
test_impure if http.send({})
"""
    ran = regorus.test(program(tests))
    assert [test.state for test in ran.tests] == [
        PolicyTestState.PASSED,
        PolicyTestState.PASSED,
        PolicyTestState.ERROR,
    ]
    assert "http.send" in ran.tests[2].message


def test_the_process_is_made_fit(monkeypatch, capfd):
    monkeypatch.setenv("RUST_BACKTRACE", "1")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    kept = os.dup(2)
    watched = faulthandler.is_enabled()
    try:
        regorus.prepare_process()
        os.write(2, b"noise")
        assert os.environ["RUST_BACKTRACE"] == "0"
        assert time.tzname == ("UTC", "UTC")
        assert value('x := time.clock([0, "Local"])') == Value(value=[0, 0, 0])
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        if watched:
            faulthandler.enable()
    assert capfd.readouterr().err == ""


def test_the_version_is_that_of_the_wheel():
    from importlib.metadata import version

    assert regorus.engine_version() == version("gordon-to-regorus")


def test_every_builtin_has_been_looked_at():
    """A builtin that a later wheel brings may read a clock or a network: look, add it to `IMPURE` or to the list."""
    import regorus as wheel

    found = json.loads(wheel.Engine().eval_query_as_json("opa.runtime().builtins"))
    builtins = found["result"][0]["expressions"][0]["value"]
    looked_at = (Path(__file__).parents[2] / "assets" / "policy" / "regorus_builtins.txt").read_text().split()
    assert sorted(builtins) == looked_at
