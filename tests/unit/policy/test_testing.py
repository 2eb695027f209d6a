"""Testing packs with their unit tests and a floor for the lines they reach."""

import pytest

from assay.model.policytest import FileCoverage, PackTestRun, PolicyTest, PolicyTestRun, PolicyTestState
from assay.policy import built_in_names, run_policy_tests

RULES = 'package main\n\nimport rego.v1\n\ndeny contains "m" if {\n\tinput.bad\n}\n\nnever if {\n\tinput.never\n}\n'
TEST = 'package main_test\n\nimport rego.v1\n\ntest_denies if data.main.deny == {"m"} with input as {"bad": true}\n'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "rules.rego").write_text(RULES)
    (tmp_path / "ours" / "rules_test.rego").write_text(TEST)
    return tmp_path / "ours"


def test_every_built_in_pack_passes(engine):
    run = run_policy_tests(engine)
    assert [pack.pack for pack in run.packs] == list(built_in_names())
    for pack in run.packs:
        assert pack.fault is None
        assert {test.state for test in pack.tests} == {PolicyTestState.PASSED}
        assert pack.coverage_ppm >= 950_000
    assert run.passed
    assert run.engine == f"regorus {engine.version}"


def test_a_folder_is_tested(engine, folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    run = run_policy_tests(engine, ["ours"], threshold_percent=50)
    (pack,) = run.packs
    assert pack.pack == "ours"
    assert [(test.name, test.state) for test in pack.tests] == [("main_test.test_denies", PolicyTestState.PASSED)]
    (file,) = pack.coverage
    assert file.path == "rules.rego"
    assert file.missed
    assert run.passed
    assert not run_policy_tests(engine, [str(folder)]).passed


def test_rego_v0_is_tested(engine, folder):
    (folder / "rules.rego").write_text('package main\n\ndeny[msg] {\n  input.bad\n  msg := "m"\n}\n')
    (folder / "rules_test.rego").write_text(
        'package main_test\n\ntest_denies {\n  data.main.deny["m"] with input as {"bad": true}\n}\n'
    )
    assert run_policy_tests(engine, [str(folder)]).passed


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("package main_test\n\ntest_x if {\n", "ours/rules_test.rego:4: "),
        (None, None),
    ],
)
def test_tests_that_do_not_parse_are_a_fault(engine, folder, text, fault):
    if text is None:
        (folder / "rules.rego").unlink()
        text, fault = TEST, "ours: no file of Rego judges here"
    (folder / "rules_test.rego").write_text(text)
    run = run_policy_tests(engine, [str(folder)])
    assert run.packs[0].fault.startswith(fault)
    assert not run.passed


def test_tests_that_never_end_are_a_fault(engine, folder, monkeypatch):
    from assay.policy import engines

    monkeypatch.setattr(engines, "TESTS_LIMIT_S", 0.3)
    slow = "some i in numbers.range(1, 10000); some j in numbers.range(1, 10000); i * j < 0"
    (folder / "rules_test.rego").write_text(f"package main_test\n\nimport rego.v1\n\ntest_x if {{ {slow} }}\n")
    (pack,) = run_policy_tests(engine, [str(folder)]).packs
    assert "did not finish in its time" in pack.fault


def run(*tests, covered=(1,), missed=(), fault=None):
    coverage = (FileCoverage(path="a.rego", covered=covered, missed=missed),)
    return PackTestRun(pack="p", tests=tests, coverage=coverage, fault=fault)


def test_state(state):
    return PolicyTest(name="t", path="a_test.rego", state=state)


test_state.__test__ = False
PASSED, FAILED, ERROR, SKIPPED = (test_state(state) for state in PolicyTestState)


@pytest.mark.parametrize(
    ("made", "passed"),
    [
        (run(PASSED), True),
        (run(PASSED, SKIPPED), True),
        (run(), False),
        (run(SKIPPED), False),
        (run(PASSED, FAILED), False),
        (run(PASSED, ERROR), False),
        (run(PASSED, fault="broken"), False),
        (run(PASSED, covered=tuple(range(19)), missed=(19,)), True),
        (run(PASSED, covered=tuple(range(18)), missed=(18, 19)), False),
        (run(PASSED, covered=()), False),
    ],
)
def test_what_passes(made, passed):
    assert made.passed(95) is passed
    assert PolicyTestRun(packs=(made,), engine="e", threshold_percent=95).passed is passed


def test_nothing_at_all_does_not_pass():
    assert not PolicyTestRun(packs=(), engine="e", threshold_percent=0).passed
