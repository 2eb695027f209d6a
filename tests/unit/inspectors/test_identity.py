"""What makes a finding the same finding, from the definition to whole files."""

import hashlib
import hmac
import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assay.inspectors._anchors import MAX_ANCHORED_BYTES, unchanged_lines
from assay.inspectors._base import SourceFile
from assay.inspectors._findings import new_sightings
from assay.inspectors._sightings import NOTHING, Sightings, look
from assay.inspectors.identity import Likeness, fingerprints, fold, tag

LIKE = Likeness(rule="a/b", path="p", anchor="x", context="é")


class Text:
    """Content that is at hand."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)

    def read(self, limit: int) -> bytes:
        assert self.size <= limit
        return self.data


def seen(text: str, fake_families) -> Sightings:
    families = [fake_families.FAMILIES["tokens"], fake_families.FAMILIES["words"]]
    return look(Text(text.encode()), "a.txt", families, label="a.txt", shown=False) if text else NOTHING


def new(base: str, head: str, fake_families, path: str = "a.txt") -> list[tuple[int, str]]:
    """Return line and rule of what is new."""
    found = new_sightings(path, seen(head, fake_families), seen(base, fake_families)).values()
    return sorted((one.span.line, one.match.rule) for one in found)


def test_the_fingerprint_is_the_digest_that_is_documented():
    parts = [1, "a/b", "p", "x", "é", 0]
    text = json.dumps(parts, separators=(",", ":"), ensure_ascii=False)
    assert list(fingerprints([LIKE])) == [hashlib.sha256(text.encode()).hexdigest()]


def test_equals_are_told_apart_by_their_order():
    other = Likeness(rule="a/b", path="p", anchor="y", context="é")
    first, second, third, fourth = fingerprints([LIKE, other, LIKE, LIKE])
    assert len({first, second, third, fourth}) == 4
    assert list(fingerprints([LIKE, LIKE, LIKE])) == [first, third, fourth]


def test_the_tag_is_the_mac_that_is_documented():
    mac = hmac.new(b"key", b'["a/b","value"]', hashlib.sha256).hexdigest()
    assert tag(b"key", "a/b", b"value") == mac[:16]
    assert tag(b"other", "a/b", b"value") != mac[:16]
    assert tag(b"key", "a/c", b"value") != mac[:16]


def test_a_line_is_folded_to_text_whatever_its_bytes():
    assert fold(b"\t a \x0b b\xff  ") == "a b\\xff"


def test_a_finding_in_a_new_file_is_new(fake_families):
    assert new("", "x\nBAD\nTOKEN-abcd\n", fake_families) == [(2, "words/bad"), (3, "tokens/token")]


def test_what_was_there_is_not_new(fake_families):
    assert new("BAD\nTOKEN-abcd\n", "BAD\nTOKEN-abcd\n", fake_families) == []


def test_a_second_equal_finding_is_new(fake_families):
    assert new("a\nBAD\n", "a\nBAD\nBAD\n", fake_families) == [(3, "words/bad")]


def test_one_of_two_equal_findings_removed_leaves_nothing_new(fake_families):
    assert new("a\nBAD\nb\nBAD\n", "a\nb\nBAD\n", fake_families) == []


def test_another_value_in_the_same_place_is_new_though_the_fingerprint_is_the_same(fake_families):
    one, other = seen("key = TOKEN-aaaa\n", fake_families), seen("key = TOKEN-bbbb\n", fake_families)
    assert new_sightings("a", one, NOTHING).keys() == new_sightings("a", other, NOTHING).keys()
    assert len(new_sightings("a", one, other)) == 1


def test_values_that_changed_places_are_not_new(fake_families):
    assert new("TOKEN-aaaa TOKEN-bbbb\n", "TOKEN-bbbb TOKEN-aaaa\n", fake_families) == []
    assert new("TOKEN-aaaa TOKEN-bbbb\n", "TOKEN-cccc TOKEN-aaaa\n", fake_families) == [(1, "tokens/token")]


def test_another_value_beside_leaves_the_fingerprint(fake_families):
    assert new("BAD TOKEN-aaaa\n", "BAD TOKEN-bbbbbbb\n", fake_families) == [(1, "tokens/token")]


def test_a_changed_line_is_new(fake_families):
    assert new("x = BAD\n", "y = BAD\n", fake_families) == [(1, "words/bad")]


def test_an_anchor_of_the_inspector_goes_before_the_lines(fake_families):
    assert new("top\nBAD#a\n", "other\nBAD#a\n", fake_families) == []
    assert new("top\nBAD#a\n", "top\nBAD#b\n", fake_families) == [(2, "words/bad")]


def test_the_same_finding_under_another_unchanged_line_is_new(fake_families):
    base = "job one\nBAD\nx\njob two\ny\nok\n"
    assert new(base, "job one\nok\nx\njob two\ny\nBAD\n", fake_families) == [(6, "words/bad")]


_LINE = st.sampled_from(["", "a", "b = 1", "}", "c", "BAD", "x BAD", "TOKEN-abcd", "  ", "d", "e"])
_LINES = st.lists(_LINE, max_size=12)
_INSERTED = st.lists(st.sampled_from(["", "a", "}", "new", "b = 1"]), min_size=1, max_size=4)


@given(lines=_LINES, inserted=_INSERTED, at=st.integers(0, 12))
def test_lines_inserted_anywhere_make_nothing_new(fake_families, lines: list[str], inserted: list[str], at: int):
    head = [*lines[:at], *inserted, *lines[at:]]
    assert new("\n".join(lines), "\n".join(head), fake_families) == [] or not "\n".join(lines)


@given(lines=_LINES, indent=st.sampled_from(["  ", "\t", " \t "]))
def test_indenting_makes_nothing_new(fake_families, lines: list[str], indent: str):
    assume(any(lines))
    assert new("\n".join(lines), "\n".join(indent + line + " " for line in lines), fake_families) == []


@given(lines=_LINES)
def test_moving_a_file_makes_nothing_new(fake_families, lines: list[str]):
    assume(any(lines))
    assert new("\n".join(lines), "\n".join(lines), fake_families, path="elsewhere/b.txt") == []


@given(lines=_LINES, extra=st.integers(1, 3), word=st.sampled_from(["BAD", "TOKEN-abcd"]))
def test_every_added_finding_is_new(fake_families, lines: list[str], extra: int, word: str):
    assume(any(lines))
    base = "\n".join(lines)
    assert len(new(base, base + f"\n{word}" * extra, fake_families)) == extra


@given(base=_LINES, head=_LINES)
def test_what_is_unchanged_stands_on_both_sides_in_the_same_order(base: list[str], head: list[str]):
    ours, theirs = (
        SourceFile(path="a", data="\n".join(head).encode()),
        SourceFile(path="a", data="\n".join(base).encode()),
    )
    here, there = unchanged_lines(ours, theirs)
    assert [fold(ours.line(index)) for index in here] == [fold(theirs.line(index)) for index in there]
    assert list(here) == sorted(here)
    assert list(there) == sorted(there)


def test_the_longest_order_is_kept_and_the_moved_line_is_not():
    ours = SourceFile(path="a", data=b"moved\none\ntwo\nthree\n")
    theirs = SourceFile(path="a", data=b"one\ntwo\nthree\nmoved\n")
    assert unchanged_lines(ours, theirs) == ([1, 2, 3], [0, 1, 2])


@pytest.mark.parametrize("lines", [b"a\n" * (MAX_ANCHORED_BYTES // 2 + 1)])
def test_a_large_file_has_no_anchors(lines: bytes):
    large, small = SourceFile(path="a", data=lines), SourceFile(path="a", data=b"b\n")
    assert unchanged_lines(large, small) == ((), ())
    assert unchanged_lines(small, large) == ((), ())
