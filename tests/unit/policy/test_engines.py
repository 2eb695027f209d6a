"""regorus behind its workers: what is cut, what is lost, and what is not."""

import pytest

from assay.errors import EngineError, EngineTimeoutError, PackError
from assay.policy.engine import Asked, Fault, Module, Program, Question, Rego, Value
from assay.policy.engines import RegorusEngine, open_engine

AT = "2024-06-01T12:00:00Z"
SLOW = "deny contains 1 if { some i in numbers.range(1, 10000); some j in numbers.range(1, 10000); i * j < 0 }"


def program(text):
    modules = (Module(path="a.rego", text=f"package a\n\nimport rego.v1\n\n{text}\n"),)
    return Program(name="ours", rego=Rego.V1, modules=modules)


def question(text):
    return Question(program=program(text), paths=("data.a.deny",), inputs=(Asked(input="{}"),), at=AT)


def test_what_takes_too_long_is_cut_and_nothing_else():
    with RegorusEngine(size=1, limit_s=0.3) as engine:
        cut, other = engine.evaluate([question(SLOW), question("deny contains 1 if true")])
    assert cut == ((Fault(reason="the pack did not finish within 0.3 s"),),)
    assert other == ((Value(value=[1]),),)


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("f(x) := f(x + 1)\ndeny contains f(1)", "Segmentation fault"),
        ("deny contains count(numbers.range(1, 100000000))", "Aborted"),
    ],
)
def test_what_takes_its_process_with_it_is_a_fault_and_nothing_else(engine, text, how):
    lost, other = engine.evaluate([question(text), question("deny contains 1 if true")])
    ((fault,),) = lost
    assert fault.reason.startswith("the engine was lost: its process was killed")
    assert how in fault.reason
    assert other == ((Value(value=[1]),),)


def test_a_layout_is_cut_too():
    endless = Program(name="o", rego=Rego.V1, modules=(Module(path="a.rego", text="package a\nx := " + "[" * 60),))
    with RegorusEngine(size=1, limit_s=0.3) as engine, pytest.raises(EngineTimeoutError):
        engine.layout(endless)


def test_a_layout_that_takes_its_process_with_it_is_an_error(engine):
    deep = Program(name="o", rego=Rego.V1, modules=(Module(path="a.rego", text="package a\nx := 1" + " + 1" * 50_000),))
    with pytest.raises(EngineError, match="the policy engine was lost"):
        engine.layout(deep)


def test_a_pack_error_comes_out_with_its_hint(engine):
    with pytest.raises(PackError) as caught:
        engine.layout(program("x if data[input.p].y"))
    assert caught.value.hint.startswith("Name the rule")


def test_regorus_is_the_engine_unless_another_is_named(monkeypatch):
    with open_engine("regorus") as engine:
        assert engine.name == "regorus"
    monkeypatch.setenv("PATH", "")
    with pytest.raises(EngineError) as caught:
        open_engine("opa")
    assert caught.value.hint == 'install OPA, or use engine = "regorus"'
