from dataclasses import replace
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.inspectors import excerpt as inspectors_excerpt
from assay.model.finding import Edit, Finding, Fix, Place, Span
from assay.model.outcome import Confidence, Severity
from assay.model.report import Excerpt
from assay.output.excerpts import MASK, Preview, columns, marked_lines, preview, underlined


def finding_at(span: Span | None, *edits: Edit) -> Finding:
    return Finding(
        rule="a/b",
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        message="",
        place=Place(path="f", span=span),
        fingerprint="0" * 64,
        fix=Fix(description="", safe=True, edits=edits) if edits else None,
    )


def span_of(data: bytes, start: int, end: int) -> Span:
    first, last = data.count(b"\n", 0, start), data.count(b"\n", 0, end)
    begin, last_begin = data.rfind(b"\n", 0, start) + 1, data.rfind(b"\n", 0, end) + 1
    return Span(
        start=start,
        end=end,
        line=first + 1,
        column=start - begin + 1,
        end_line=last + 1,
        end_column=end - last_begin + 1,
    )


def test_the_underlined_part_counts_characters(reports: ModuleType):
    line = "é = secret"
    data = line.encode()
    finding = finding_at(span_of(data, 5, 11))
    excerpt = Excerpt(first_line=1, lines=(line,), marked=(1, 1))
    assert underlined(finding, excerpt) == (4, 10)
    assert columns(finding, excerpt) == (5, 11)


def test_a_span_over_lines_underlines_the_rest_of_the_first(reports: ModuleType):
    excerpt = reports.EXCERPTS[reports.KEY_FINDING.fingerprint]
    assert underlined(reports.KEY_FINDING, excerpt) == (0, len(reports.KEY_LINES[0]))


def test_a_masked_value_is_underlined_up_to_the_end_of_its_mask(reports: ModuleType):
    finding = reports.PHI_FINDING
    excerpt = reports.EXCERPTS[finding.fingerprint]
    assert underlined(finding, excerpt) == (10, 18)
    assert columns(finding, excerpt) is None


def test_the_mask_is_the_one_that_inspectors_write():
    assert MASK == inspectors_excerpt.MASK


@pytest.mark.parametrize(
    ("line", "marked"),
    [
        ("  short…", (2, 8)),
        ("…goes on before x = 1", (0, 21)),
        (f"a = {MASK}; b = 1", (0, 19)),
        ("\ufffd control before", (0, 16)),
    ],
)
def test_where_the_start_is_unknown_all_of_the_line_is_marked(line: str, marked: tuple[int, int]):
    finding = finding_at(Span(start=0, end=5, line=3, column=15, end_line=3, end_column=20))
    excerpt = Excerpt(first_line=3, lines=(line,), marked=(3, 3))
    assert underlined(finding, excerpt) == marked
    assert columns(finding, excerpt) is None


def test_where_the_end_is_unknown_the_rest_of_the_line_is_marked():
    finding = finding_at(Span(start=0, end=5, line=3, column=2, end_line=3, end_column=90))
    assert underlined(finding, Excerpt(first_line=3, lines=("abcdef…",), marked=(3, 3))) == (1, 7)


def test_a_blank_line_is_not_marked():
    finding = finding_at(Span(start=0, end=5, line=3, column=90, end_line=3, end_column=95))
    assert underlined(finding, Excerpt(first_line=3, lines=("   ",), marked=(3, 3))) is None


def test_a_finding_without_a_span_or_outside_the_excerpt_underlines_nothing():
    excerpt = Excerpt(first_line=3, lines=("x",), marked=(3, 3))
    assert underlined(finding_at(None), excerpt) is None
    elsewhere = finding_at(Span(start=0, end=1, line=9, column=1, end_line=9, end_column=2))
    assert underlined(elsewhere, Excerpt(first_line=3, lines=("x",), marked=(9, 9))) is None


def test_columns_are_unknown_without_the_lines():
    finding = finding_at(Span(start=0, end=5, line=3, column=90, end_line=3, end_column=95))
    assert columns(finding, None) is None
    assert columns(finding_at(None), Excerpt(first_line=3, lines=("x",), marked=(3, 3))) is None
    assert columns(finding, Excerpt(first_line=3, lines=("x",), marked=(3, 3))) is None
    assert columns(finding, Excerpt(first_line=3, lines=("x", "y"), marked=(3, 4))) is None


def test_marked_lines_are_those_of_the_finding():
    assert marked_lines(Excerpt(first_line=4, lines=("a", "b", "c"), marked=(5, 6))) == ("b", "c")


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=8), min_size=1, max_size=5
    ),
    st.data(),
)
def test_a_preview_is_what_the_fix_makes_of_the_file(lines: list[str], data: st.DataObject):
    text = "\n".join(lines).encode()
    offsets = [index for index in range(len(text) + 1) if index == len(text) or text[index] & 0xC0 != 0x80]
    start = data.draw(st.sampled_from(offsets))
    end = data.draw(st.sampled_from([offset for offset in offsets if offset >= start]))
    span = span_of(text, start, end)
    finding = finding_at(span, Edit(start=start, end=end, replacement="new\nlines"))
    shown = tuple(lines[span.line - 1 : span.end_line])
    seen = preview(finding, Excerpt(first_line=span.line, lines=shown, marked=(span.line, span.end_line)))
    assert seen is not None
    changed = (text[:start] + b"new\nlines" + text[end:]).decode().split("\n")
    assert list(seen.before) == lines[span.line - 1 : span.end_line]
    assert list(seen.after) == changed[span.line - 1 : len(changed) - (len(lines) - span.end_line)]


TEXT = b"name: a\non: push\njobs:\n  b:\n"
AROUND = Excerpt(first_line=1, lines=("name: a", "on: push", "jobs:", "  b:"), marked=(2, 2))


@pytest.mark.parametrize(
    ("edit", "rows"),
    [
        (Edit(start=17, end=17, replacement="x: 1\n"), [("+", "x: 1"), (" ", "jobs:")]),
        (Edit(start=7, end=7, replacement="\nx: 1"), [(" ", "name: a"), ("+", "x: 1")]),
        (Edit(start=0, end=0, replacement="# x\n"), [("+", "# x"), (" ", "name: a")]),
        (Edit(start=12, end=16, replacement="pull"), [("-", "on: push"), ("+", "on: pull")]),
    ],
)
def test_whole_lines_may_be_inserted_around_the_finding(edit: Edit, rows: list[tuple[str, str]]):
    seen = preview(finding_at(span_of(TEXT, 8, 10), edit), AROUND)
    assert seen is not None
    assert list(seen.rows()) == rows


@pytest.mark.parametrize(
    "edit",
    [
        Edit(start=1, end=3, replacement="x"),
        Edit(start=17, end=17, replacement="no line"),
        Edit(start=7, end=7, replacement="no line"),
        Edit(start=99, end=99, replacement="x\n"),
    ],
)
def test_nothing_else_may_be_changed_around_the_finding(edit: Edit):
    assert preview(finding_at(span_of(TEXT, 8, 10), edit), AROUND) is None


LINES = st.lists(st.sampled_from(["a", "b", "c"]), max_size=6).map(tuple)


@given(LINES, LINES)
def test_the_rows_of_a_preview_are_both_its_sides(before: tuple[str, ...], after: tuple[str, ...]):
    rows = list(Preview(before=before, after=after).rows())
    assert tuple(line for sign, line in rows if sign in " -") == before
    assert tuple(line for sign, line in rows if sign in " +") == after
    if before == after:
        assert all(sign == " " for sign, _ in rows)


class TestNoPreview:
    @pytest.mark.parametrize(
        "line", [f"- uses: actions/checkout@v4 {MASK}", "…  - uses: actions/checkout@v4", "x\ufffd"]
    )
    def test_of_a_line_that_is_not_the_files(self, reports: ModuleType, line: str):
        excerpt = Excerpt(first_line=14, lines=(line,), marked=(14, 14))
        assert preview(reports.UNPINNED_FINDING, excerpt) is None

    def test_without_an_excerpt_or_a_fix(self, reports: ModuleType):
        assert preview(reports.UNPINNED_FINDING, None) is None
        assert preview(reports.KEY_FINDING, reports.EXCERPTS[reports.KEY_FINDING.fingerprint]) is None

    def test_of_an_edit_outside_the_lines_shown(self, reports: ModuleType):
        finding = reports.INJECTION_FINDING
        assert preview(finding, reports.EXCERPTS[finding.fingerprint]) is None

    def test_of_edits_that_overlap(self, reports: ModuleType):
        edits = (Edit(start=214, end=220, replacement="x"), Edit(start=218, end=233, replacement="y"))
        finding = replace(reports.UNPINNED_FINDING, fix=Fix(description="", safe=True, edits=edits))
        assert preview(finding, reports.EXCERPTS[finding.fingerprint]) is None

    def test_where_the_excerpt_marks_other_lines(self, reports: ModuleType):
        finding = reports.UNPINNED_FINDING
        excerpt = replace(reports.EXCERPTS[finding.fingerprint], marked=(13, 14))
        assert preview(finding, excerpt) is None

    def test_where_a_line_was_cut(self, reports: ModuleType):
        finding = reports.UNPINNED_FINDING
        excerpt = Excerpt(first_line=14, lines=("  - uses: …",), marked=(14, 14))
        assert preview(finding, excerpt) is None

    def test_where_lines_do_not_add_up(self):
        # The first line ends in CR LF, so the second is one byte later than the excerpt can know.
        span = span_of(b"one\r\nabc", 0, 8)
        finding = finding_at(span, Edit(start=0, end=3, replacement="x"))
        assert preview(finding, Excerpt(first_line=1, lines=("one", "abc"), marked=(1, 2))) is None
