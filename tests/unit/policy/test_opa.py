"""The adapter of an `opa` binary where the binary does not do what it should."""

import pytest

from assay.errors import EngineError, EngineTimeoutError, PackError
from assay.policy.engine import Asked, Fault, Module, Program, Question, Rego
from assay.policy.opa import OpaEngine

PROGRAM = Program(name="ours", rego=Rego.V1, modules=(Module(path="a.rego", text="package a\n"),))
QUESTION = Question(
    program=PROGRAM, paths=("data.a.x", "data.a.y"), inputs=(Asked(input="{}"),), at="2024-01-01T00:00:00Z"
)


@pytest.fixture
def opa(tmp_path):
    """Return an engine whose binary is this shell script."""

    def made(script, limit_s=5.0):
        binary = tmp_path / "opa"
        binary.write_text(f"#!/bin/sh\n{script}\n")
        binary.chmod(0o700)
        return OpaEngine(str(binary), limit_s=limit_s)

    return made


def faults(engine):
    (((one, other),),) = engine.evaluate([QUESTION])
    assert one == other
    assert isinstance(one, Fault)
    return one.reason


def test_a_binary_that_hangs_is_killed(opa):
    assert faults(opa("exec sleep 60", limit_s=0.2)) == "the pack did not finish within 0.2 s"
    with pytest.raises(EngineTimeoutError):
        opa("exec sleep 60", limit_s=0.2).layout(PROGRAM)


def test_a_binary_that_prints_something_else_is_a_fault(opa):
    assert faults(opa("echo no json")) == "opa printed something else than JSON"


def test_a_binary_that_cannot_be_run_is_a_fault(tmp_path):
    assert faults(OpaEngine(str(tmp_path / "none"))) == "opa cannot be run: No such file or directory"


def test_an_error_without_a_place_is_told(opa):
    script = """case "$1" in
capabilities) echo '{"builtins": []}' ;;
eval) echo '{"errors": [{"message": "no place"}]}'; exit 2 ;;
check) echo '{"errors": [{"message": "no place"}]}' >&2; exit 1 ;;
esac"""
    assert faults(opa(script)) == "no place"
    with pytest.raises(PackError, match=r"^ours: no place$"):
        opa(script).layout(PROGRAM)


def test_a_binary_without_a_version_has_an_unknown_one(opa):
    assert opa("echo hello").version == "unknown"


def test_it_reads_rego_v1_only(opa):
    older = Program(name="ours", rego=Rego.V0, modules=PROGRAM.modules)
    with pytest.raises(PackError, match="reads Rego v1 only"):
        opa("exit 1").layout(older)


def test_it_is_given_nothing_of_the_environment(opa, monkeypatch):
    monkeypatch.setenv("OPA_EVAL_FAIL", "true")
    monkeypatch.setenv("SECRET_OF_THIS_MACHINE", "x")
    shown = opa("env; echo 'Version: 1.0.0'")._run("version").stdout
    assert "OPA_EVAL" not in shown
    assert "SECRET" not in shown


def test_the_one_on_path_is_found(opa, monkeypatch, tmp_path):
    opa("echo 'Version: 1.2.3'")
    monkeypatch.setenv("PATH", str(tmp_path))
    with OpaEngine.find() as found:
        assert (found.name, found.version) == ("opa", "1.2.3")


def test_tests_that_cannot_run_are_an_error(opa):
    script = """case "$1" in
capabilities) echo '{"builtins": []}' ;;
check) exit 0 ;;
parse) echo '{"package": {"path": [{"value": "data"}, {"value": "a"}]}}' ;;
test) echo "it broke" >&2; exit 1 ;;
esac"""
    with pytest.raises(EngineError, match="something else than JSON"):
        opa(script).test(PROGRAM)
