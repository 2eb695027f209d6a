from types import ModuleType

import pytest

from assay.model.policytest import FileCoverage, PackTestRun, PolicyTest, PolicyTestRun, PolicyTestState
from assay.output import EntryLine, render_entries, render_policy_test, render_rule, render_rules
from assay.output.entries import kind_of
from assay.output.plain import cells


class TestRules:
    def test_a_rule_page_says_why_and_what_to_do(self, reports: ModuleType):
        assert render_rule(reports.UNPINNED, width=72) == (
            "workflows/unpinned-action  high\n"
            "An action is not pinned to a commit\n"
            "\n"
            "Why it matters\n"
            "  A tag can be moved to other code at any time, and that code runs with\n"
            "  this workflow's token and secrets.\n"
            "\n"
            "What to do\n"
            "  Write the full commit id of the release and keep the tag as a comment.\n"
            "\n"
            "Controls it is evidence for\n"
            "  nist-800-53/SR-3\n"
            "  slsa/build-l3\n"
        )

    def test_a_rule_without_controls_lists_none(self, reports: ModuleType):
        assert "Controls" not in render_rule(reports.INJECTION)

    def test_the_list_is_by_family_and_name(self, reports: ModuleType):
        text = render_rules(reversed(reports.RULES.values()), width=100)
        lines = [line.split()[0] for line in text.splitlines() if line.startswith("  ")]
        assert lines == sorted(reports.RULES)
        assert "workflows  2 rules" in text
        assert "secrets  1 rule\n" in text

    @pytest.mark.parametrize("width", [50, 80, 120])
    def test_a_title_that_does_not_fit_is_cut(self, reports: ModuleType, width: int):
        assert all(cells(line) <= width for line in render_rules(reports.RULES.values(), width=width).splitlines())

    def test_a_narrow_list_has_no_titles(self, reports: ModuleType):
        assert "identifies" not in render_rules(reports.RULES.values(), width=40)
        assert "phi/medical-record-number  high\n" in render_rules(reports.RULES.values(), width=40)


class TestEntries:
    def test_an_entry_is_one_line(self):
        lines = [
            EntryLine(
                index=1_203,
                envelope="ab" * 32,
                predicate_type="urn:assay:decision:v1",
                at="2026-03-03T08:04:57Z",
                note="merge, deny",
            ),
            EntryLine(index=7, envelope="cd" * 32, predicate_type="https://slsa.dev/provenance/v1"),
        ]
        assert render_entries(lines, width=100) == (
            "1,203  abababab  decision                        2026-03-03T08:04:57Z  merge, deny\n"
            "    7  cdcdcdcd  https://slsa.dev/provenance/v1  payload erased\n"
        )
        assert all(cells(line) <= 40 for line in render_entries(lines, width=40).splitlines())

    def test_an_empty_ledger_says_so(self):
        assert render_entries([]) == "The ledger is empty.\n"

    def test_a_kind_of_ours_is_short(self):
        assert kind_of("urn:assay:release-event:v1") == "release-event"
        assert kind_of("urn:assay:odd") == "urn:assay:odd"


class TestPolicyTests:
    def run(self, *packs: PackTestRun) -> PolicyTestRun:
        return PolicyTestRun(packs=packs, engine="regorus 0.13.0", threshold_percent=90)

    def test_a_pack_that_passes_is_two_lines(self):
        pack = PackTestRun(
            pack="change-control",
            tests=(PolicyTest(name="t.test_a", path="a_test.rego", state=PolicyTestState.PASSED),),
            coverage=(FileCoverage(path="a.rego", covered=(1, 2), missed=()),),
        )
        assert render_policy_test(self.run(pack)) == (
            "change-control  passed\n"
            "  1 passed; 100 % of the lines are reached\n"
            "\n"
            "PASSED  1 test in 1 pack, regorus 0.13.0, coverage of at least 90 % wanted\n"
        )

    def test_what_failed_and_what_was_not_reached_are_named(self):
        tests = (
            PolicyTest(name="t.test_a", path="a_test.rego", state=PolicyTestState.FAILED),
            PolicyTest(name="t.test_b", path="a_test.rego", state=PolicyTestState.ERROR, message="conflict"),
            PolicyTest(name="t.todo_test_c", path="a_test.rego", state=PolicyTestState.SKIPPED),
        )
        coverage = (FileCoverage(path="a.rego", covered=(1,), missed=(3, 7, 8, 9)),)
        text = render_policy_test(self.run(PackTestRun(pack="ours", tests=tests, coverage=coverage)))
        assert "ours  failed\n  1 failed, 1 error, 1 skipped; 20 % of the lines are reached\n" in text
        assert "  error  t.test_b\n    a_test.rego: conflict\n" in text
        assert "  a.rego: no test reaches line 3, 7-9\n" in text
        assert "FAILED  3 tests in 1 pack" in text

    def test_a_pack_that_could_not_run_says_why(self):
        text = render_policy_test(self.run(PackTestRun(pack="ours", tests=(), coverage=(), fault="syntax error")))
        assert "could not be run: syntax error" in text
        assert "no tests; 0 % of the lines are reached" in text
