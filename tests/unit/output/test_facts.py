from dataclasses import replace
from types import ModuleType

from assay.model.finding import Place, Skipped
from assay.model.outcome import Outcome, Severity
from assay.output import facts


def test_places_are_named_by_file_commit_or_message(reports: ModuleType):
    assert facts.where(reports.UNPINNED_FINDING) == ".github/workflows/release.yml:14:15"
    assert facts.where(reports.ROOT_FINDING) == "Dockerfile"
    assert facts.where(reports.PHI_FINDING).startswith("tests/fixtures/admissions.csv (in commit e0996a37c13d):3:11")
    assert facts.title_of("", "352f7829a2389910") == "message of commit 352f7829a238"
    assert facts.title_of("", None) == "commit message"


def test_outcomes_are_the_decisions_where_there_is_one(reports: ModuleType):
    waived = reports.waived()
    assert facts.outcome_counts(waived)[Outcome.WAIVED] == 1
    assert facts.outcome_counts(replace(waived, decision=None))[Outcome.WAIVED] == 0
    assert set(facts.outcome_counts(reports.empty())) == set(Outcome)


def test_files_come_by_their_worst_finding_and_findings_by_line(reports: ModuleType):
    second = replace(reports.ROOT_FINDING, place=reports.UNPINNED_FINDING.place, fingerprint="f" * 64)
    groups = facts.group_by_file((reports.ROOT_FINDING, reports.INJECTION_FINDING, second, reports.UNPINNED_FINDING))
    assert [group.path for group in groups] == [reports.WORKFLOW, "Dockerfile"]
    lines = [finding.place.span.line for finding in groups[0].findings if finding.place.span]
    assert lines == [14, 14, 22]


def test_a_file_and_an_older_state_of_it_are_two_groups(reports: ModuleType):
    older = replace(reports.ROOT_FINDING, place=Place(path="Dockerfile", commit="a" * 40))
    assert len(facts.group_by_file((older, reports.ROOT_FINDING))) == 2


def test_waived_findings_do_not_reach_the_threshold(reports: ModuleType):
    assert facts.at_threshold(reports.check()) == 1
    assert facts.at_threshold(reports.waived()) == 0


def test_counts_by_severity_start_with_the_worst(reports: ModuleType):
    counts = facts.severity_counts(reports.deny().inspection.findings)
    assert list(counts.items()) == [
        (Severity.CRITICAL, 1),
        (Severity.HIGH, 3),
        (Severity.MEDIUM, 1),
        (Severity.LOW, 1),
    ]


def test_the_most_frequent_reason_for_skipping_comes_first():
    skipped = [Skipped(path=str(number), reason="binary" if number else "submodule") for number in range(3)]
    assert facts.skipped_by_reason(skipped) == {"binary": ["1", "2"], "submodule": ["0"]}


def test_a_person_who_signs_twice_counts_once(reports: ModuleType):
    twice = reports.requirement(reports.OKAFOR, reports.OKAFOR)
    assert facts.given_count(twice) == 1
    assert facts.unmet(reports.needs_approval().decision) == reports.needs_approval().decision.requires
    assert facts.unmet(reports.allow().decision) == ()
