from dataclasses import replace
from types import ModuleType

from assay.output import render
from assay.output.github import MAX_EACH


def lines_of(report) -> list[str]:
    return render(report, "github").splitlines()


def test_the_verdict_is_the_first_annotation(reports: ModuleType):
    assert lines_of(reports.deny())[0] == (
        "::error title=Assay%3A DENIED::2 rules deny this change. A private key would enter the history and stay there."
    )
    assert lines_of(reports.needs_approval())[0].startswith("::warning title=Assay%3A NEEDS APPROVAL::")
    assert lines_of(reports.allow())[0].startswith("::notice title=Assay%3A ALLOWED::")


def test_a_finding_is_shown_where_it_is(reports: ModuleType):
    assert (
        "::error file=.github/workflows/release.yml,line=14,endLine=14,col=15,endColumn=34,"
        "title=high%3A workflows/unpinned-action::actions/checkout is pinned to the tag v4, which can be moved"
    ) in lines_of(reports.deny())


def test_a_finding_that_is_not_in_the_head_tree_has_no_file(reports: ModuleType):
    (line,) = [line for line in lines_of(reports.deny()) if line.startswith("::notice") and "commits/" in line]
    assert line.startswith("::notice title=low%3A commits/missing-trailer::message of commit 352f7829a238: ")


def test_a_waived_finding_is_a_notice_that_says_who(reports: ModuleType):
    (line,) = [line for line in lines_of(reports.waived()) if "unpinned-action" in line and line.startswith("::")]
    assert line.startswith("::notice ")
    assert line.endswith(
        "(waived: by Maja Lind until 2026-04-01: the runner is offline during the migration (OPS-412))"
    )


def test_no_more_is_annotated_than_github_shows_and_the_rest_is_counted(reports: ModuleType):
    lines = lines_of(reports.many())
    for kind in ("error", "warning", "notice"):
        assert sum(line.startswith(f"::{kind} ") for line in lines) <= 10
    errors = [line for line in lines if line.startswith("::error ")]
    assert "1,982 more findings in the log of this step." in errors[0]
    assert all("critical%3A" in line for line in errors[1 : 1 + MAX_EACH])


def test_the_whole_report_follows_where_no_command_is_obeyed(reports: ModuleType):
    made = replace(reports.check())
    lines = lines_of(made)
    start = lines.index("::group::Assay report")
    token = lines[start + 1].removeprefix("::stop-commands::")
    assert len(token) == 64
    assert lines[-2:] == [f"::{token}::", "::endgroup::"]
    assert "\n".join(lines[start + 2 : -2]) + "\n" == render(made, "text")
