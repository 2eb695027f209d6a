"""Values are covered wherever a line leaves the process, and excerpts stay bearable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.inspectors._base import Match, SourceFile
from assay.inspectors.excerpt import MASK, MAX_LINE_LENGTH, MAX_LINES, excerpt
from assay.inspectors.masking import MAX_REPEATED_VALUES, Values


def source(text: str) -> SourceFile:
    return SourceFile(path="a", data=text.encode())


def match(file: SourceFile, text: str, value: str | None = None, rule: str = "r/x") -> Match:
    start = file.data.index(text.encode())
    held = None if value is None else value.encode()
    return Match(rule=rule, start=start, end=start + len(text.encode()), message="m", value=held)


def masked(file: SourceFile, *matches: Match, line: int = 0, at: int = 0) -> tuple[str, int]:
    text, position = Values(file, matches).masked(line, lambda rule: f"<{rule}>".encode(), at=at)
    return text.decode(), position


def test_the_value_is_covered_and_not_the_rest_of_the_match():
    file = source("key = 'hunter22' # ok\n")
    assert masked(file, match(file, "key = 'hunter22'", "hunter22"))[0] == "key = '<r/x>' # ok"


def test_a_value_that_is_not_there_letter_by_letter_covers_all_of_the_match():
    file = source("key = aHVudGVy # ok\n")
    assert masked(file, match(file, "aHVudGVy", "hunter"))[0] == "key = <r/x> # ok"


def test_a_value_is_covered_where_it_stands_again():
    file = source("a = hunter22\nlog hunter22 hunter22\n")
    assert masked(file, match(file, "hunter22", "hunter22"), line=1)[0] == "log <r/x> <r/x>"


def test_a_short_value_is_covered_only_where_it_was_found():
    file = source("sex: M\nMrs M\n")
    found = match(file, "M", "M")
    assert masked(file, found)[0] == "sex: <r/x>"
    assert masked(file, found, line=1)[0] == "Mrs M"


def test_a_value_over_several_lines_is_covered_on_each():
    file = source("k: -----BEGIN\nabc\nEND----- tail\n")
    found = match(file, "-----BEGIN\nabc\nEND-----", "-----BEGIN\nabc\nEND-----")
    assert [masked(file, found, line=line)[0] for line in range(3)] == ["k: <r/x>", "<r/x>", "<r/x> tail"]


def test_values_that_overlap_are_one():
    file = source("x abcdefgh y\n")
    one, other = match(file, "abcdef", "abcdef", "r/a"), match(file, "defgh", "defgh", "r/b")
    assert masked(file, one, other)[0] == "x <r/a> y"
    assert masked(file, other, one)[0] == "x <r/a> y"


def test_a_match_without_a_value_covers_nothing():
    file = source("x abc\n")
    assert masked(file, match(file, "abc"))[0] == "x abc"


@pytest.mark.parametrize(("at", "position"), [(0, 0), (2, 2), (5, 2), (10, 7), (11, 8)])
def test_a_place_is_found_again_in_the_masked_line(at: int, position: int):
    file = source("x hunter22 y\n")
    found = match(file, "hunter22", "hunter22")
    assert masked(file, found, at=at) == ("x <r/x> y", position)


def test_beyond_a_number_of_values_only_places_count():
    words = [f"value{number:04}" for number in range(MAX_REPEATED_VALUES + 1)]
    file = source("\n".join(words) + "\n" + " ".join(words))
    values = Values(file, [match(file, word, word) for word in words])
    last = values.masked(len(words), lambda _: b"-")[0]
    assert last == b"- " * MAX_REPEATED_VALUES + words[-1].encode()


@given(st.lists(st.sampled_from(["TOKEN-abcd", "x", "\n", " ", "é", "abcd"]), max_size=30).map("".join))
def test_no_excerpt_shows_a_value(text: str):
    file = source(text)
    found = [
        Match(rule="r/x", start=start, end=start + 10, message="m", value=b"abcd")
        for start in range(len(file.data))
        if file.data.startswith(b"TOKEN-abcd", start)
    ]
    values = Values(file, found)
    for one in (*found, Match(rule="r/y", start=0, end=len(file.data), message="m")) if found else ():
        assert "abcd" not in "".join(excerpt(file, values, one).lines)


def test_of_a_value_only_the_first_line_is_shown():
    file = source("a\nb\nkey = hunter22\nc\n")
    found = match(file, "hunter22", "hunter22")
    shown = excerpt(file, Values(file, [found]), found)
    assert (shown.first_line, shown.lines, shown.marked) == (3, (f"key = {MASK}",), (3, 3))


def test_the_mask_does_not_tell_the_length():
    for value in ("hunter22", "hunter22hunter22"):
        file = source(f"key = {value}\n")
        found = match(file, value, value)
        assert excerpt(file, Values(file, [found]), found).lines == (f"key = {MASK}",)


def test_of_others_two_lines_around_are_shown():
    file = source("1\n2\n3\nBAD\n5\n6\n7\n")
    shown = excerpt(file, Values(file, []), match(file, "BAD"))
    assert (shown.first_line, shown.lines, shown.marked) == (2, ("2", "3", "BAD", "5", "6"), (4, 4))


@pytest.mark.parametrize(("text", "lines"), [("BAD", ("BAD",)), ("BAD\n", ("BAD",)), ("\nBAD\n\n", ("", "BAD", ""))])
def test_at_the_edges_there_are_fewer(text: str, lines: tuple[str, ...]):
    file = source(text)
    assert excerpt(file, Values(file, []), match(file, "BAD")).lines == lines


def test_an_empty_match_at_the_very_end_has_its_line():
    file = source("a\n")
    shown = excerpt(file, Values(file, []), Match(rule="r/x", start=2, end=2, message="m"))
    assert shown.lines == ("a", "")


def test_a_long_finding_is_cut():
    file = source("BAD\n" * 50)
    shown = excerpt(file, Values(file, []), Match(rule="r/x", start=0, end=200, message="m"))
    assert len(shown.lines) == MAX_LINES
    assert shown.marked == (1, MAX_LINES)


@pytest.mark.parametrize("before", [0, 30, 500, 1_000_000])
def test_a_long_line_is_cut_around_the_finding(before: int):
    file = source("x" * before + "BAD" + "y" * 500)
    (line,) = excerpt(file, Values(file, []), match(file, "BAD")).lines
    assert len(line) == MAX_LINE_LENGTH
    assert "BAD" in line
    assert line.startswith("…") == (before > 100)
    assert line.endswith("…")


def test_the_end_of_a_long_line_has_no_mark_after_it():
    file = source("é" * 500 + "BAD")
    (line,) = excerpt(file, Values(file, []), match(file, "BAD")).lines
    assert line.startswith("…é")
    assert line.endswith("BAD")
    assert len(line) == MAX_LINE_LENGTH


def test_nothing_steers_the_terminal():
    file = SourceFile(path="a", data="\tBAD \x1b[31m \u202e \x00 \xff".encode() + b"\xff\rx")
    (line,) = excerpt(file, Values(file, []), match(file, "BAD")).lines
    assert line == " BAD �[31m � � ÿ��x"


def test_lines_before_a_window_are_counted():
    file = source("1\nBAD\n")
    shown = excerpt(file, Values(file, []), match(file, "BAD"), lines_before=100)
    assert (shown.first_line, shown.marked) == (101, (102, 102))
