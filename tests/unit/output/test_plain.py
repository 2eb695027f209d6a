import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.output.plain import ascii_only, cells, code_line, cut, cut_start, head, pad, visible, wrap

TEXT = st.text(st.characters(exclude_categories=[]))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("naïve 漢字 ✓", "naïve 漢字 ✓"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\u2028\ufeff\xa0", "\\u2028\\ufeff\\xa0"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_what_is_not_printable_is_written_as_an_escape(text: str, shown: str):
    assert visible(text) == shown


@given(TEXT)
def test_visible_text_is_printable_and_stays_as_it_is(text: str):
    shown = visible(text)
    assert shown.isprintable()
    assert visible(shown) == shown
    assert not any(unicodedata.category(letter) in {"Cc", "Cf", "Cs"} for letter in shown)


@given(TEXT)
def test_ascii_only_is_ascii(text: str):
    assert ascii_only(visible(text)).isascii()


def test_a_line_of_code_keeps_its_columns():
    assert code_line("\tx\x00") == "    x\\x00"


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("漢字", 4), ("e\u0301", 1), ("", 0), ("ｱ", 1), ("\uff21", 2)])
def test_cells_are_what_a_terminal_gives(text: str, width: int):
    assert cells(text) == width


@given(TEXT, st.integers(0, 40))
def test_cut_text_fits(text: str, width: int):
    text = visible(text)
    assert cells(head(text, width)) <= width
    if width > 0:
        assert cells(cut(text, width)) <= width
        assert cells(cut_start(text, width)) <= width
    if cells(text) <= width:
        assert cut(text, width) == cut_start(text, width) == text


def test_the_end_of_a_path_is_kept():
    assert cut_start("a/very/long/path.yml", 10) == "…/path.yml"
    assert cut("a/very/long/path.yml", 10, "...") == "a/very/..."


@given(TEXT, st.integers(2, 60))
def test_wrapped_lines_fit_and_lose_no_letter(text: str, width: int):
    text = visible(text)
    lines = wrap(text, width)
    assert all(cells(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_wrap_breaks_at_spaces_first():
    assert wrap("one two three", 8) == ["one two", "three"]
    assert wrap("abcdefgh xy", 3) == ["abc", "def", "gh", "xy"]
    assert wrap("", 5) == []


def test_a_character_wider_than_the_line_still_gets_one():
    assert wrap("漢漢", 1) == ["漢", "漢"]


def test_pad_counts_columns():
    assert pad("漢", 4) == "漢  "
    assert pad("long", 2) == "long"
