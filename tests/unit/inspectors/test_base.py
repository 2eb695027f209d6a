"""Lines, offsets and spans of a source file."""

from hypothesis import example, given
from hypothesis import strategies as st

from assay.inspectors._base import Match, SourceFile


def source(data: bytes) -> SourceFile:
    return SourceFile(path="a", data=data)


def test_a_span_names_first_and_last_line_and_column_in_bytes():
    file = source("ä = 1\nsecret\n".encode())
    start = file.data.index(b"secret")
    span = file.span(start, start + 6)
    assert (span.line, span.column, span.end_line, span.end_column) == (2, 1, 2, 7)
    assert file.span(0, 2).end_column == 3


def test_a_span_that_ends_with_the_line_end_stays_on_its_line():
    span = source(b"ab\ncd\n").span(0, 3)
    assert (span.line, span.end_line, span.end_column) == (1, 1, 4)


def test_an_empty_span_at_the_end_of_an_empty_file():
    span = source(b"").span(0, 0)
    assert (span.line, span.column, span.end_line, span.end_column) == (1, 1, 1, 1)


def test_lines_lose_both_kinds_of_line_end():
    file = source(b"a\r\nb\nc\rd")
    assert file.lines == (b"a", b"b", b"c\rd")
    assert [file.line(index) for index in range(3)] == list(file.lines)


def test_text_replaces_what_is_not_utf_8():
    assert source(b"a\xffb").text == "a�b"


@given(st.lists(st.sampled_from([b"\n", b"\r", b"\r\n", b"a", "é".encode()])).map(b"".join))
@example(b"\n" * 5)
def test_every_line_is_found_from_its_offset(data: bytes):
    file = source(data)
    assert len(file.lines) == len(file.line_starts)
    for index, start in enumerate(file.line_starts):
        assert file.line_at(start) == index
        assert file.line(index) == file.lines[index]


def test_neither_file_nor_match_shows_its_bytes():
    match = Match(rule="secrets/x", start=0, end=1, message="m", value=b"hunter" + b"2")
    assert "hunter" not in repr(match)
    assert "hunter" not in repr(source(b"hunter" + b"2"))
