import json
from types import ModuleType

import pytest

from assay.errors import UsageError
from assay.model.why import WhyKind, WhyNode, WhyState
from assay.output import render_why
from assay.output.plain import cells


def test_the_tree_is_drawn_with_the_command_at_its_leaf(reports: ModuleType):
    assert render_why(reports.tree(), width=60).splitlines() == [
        "○ merge needs approval",
        "├ ○ change-control/two-reviewers: the risk is 72.4 of 100,",
        "│ │ above 70",
        "│ └ ○ 1 of 2 reviewers",
        "│   ├ ✗ Ada Mensah does not count: authored a commit of this",
        "│   │   change",
        "│   ├ ✓ Dr. Chidi Okafor, reviewed, 2026-03-03T09:15:40Z",
        "│   └ ○ Maja Lind can review",
        "│     └ $ assay approve 86ae35d5 --meaning reviewed",
        "├ · containers/root-user warns",
        "│ └ ✗ No USER instruction before the end of the last stage",
        "│     (Dockerfile)",
        "├ ? ours/change-window was not evaluated: it needs",
        "│   statements/calendar",
        "└ ✓ 19 rules passed",
    ]


def test_ascii_is_enough(reports: ModuleType):
    assert render_why(reports.tree(), ascii_only=True).isascii()


def test_colour_is_the_callers_choice(reports: ModuleType):
    assert "\x1b" not in render_why(reports.tree())
    assert "\x1b[36massay approve" in render_why(reports.tree(), colour=True)


def test_json_is_the_tree_as_it_is(reports: ModuleType):
    document = json.loads(render_why(reports.tree(), "json"))
    assert document["schema"] == "assay.why/1"
    assert document["why"]["kind"] == "verdict"
    assert document["why"]["children"][0]["children"][0]["kind"] == "requirement"


def test_another_format_is_refused(reports: ModuleType):
    with pytest.raises(UsageError, match="no format 'html'"):
        render_why(reports.tree(), "html")


def test_a_deep_tree_stays_within_the_terminal():
    node = WhyNode(kind=WhyKind.REASON, state=WhyState.BAD, label="deep " * 20)
    for _ in range(40):
        node = WhyNode(kind=WhyKind.REASON, state=WhyState.BAD, label="deep " * 20, children=(node,))
    assert all(cells(line) <= 60 for line in render_why(node, width=60).splitlines())
