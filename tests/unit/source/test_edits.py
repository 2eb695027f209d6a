import pytest

from assay.model.finding import Edit
from assay.source.edits import apply_edits


def edit(start: int, end: int, replacement: str) -> Edit:
    return Edit(start=start, end=end, replacement=replacement)


def test_edits_are_made_in_any_order_and_keep_the_rest():
    data = b"\xff one two three \r\n"
    edits = [edit(10, 15, "3"), edit(2, 5, "é"), edit(0, 0, "> ")]
    assert apply_edits(data, edits) == b"> \xff \xc3\xa9 two 3 \r\n"


def test_no_edit_is_the_same_bytes():
    assert apply_edits(b"abc", []) == b"abc"


def test_an_edit_given_twice_is_made_once():
    assert apply_edits(b"abc", [edit(1, 1, "x"), edit(1, 1, "x")]) == b"axbc"


def test_neighbours_do_not_overlap():
    assert apply_edits(b"abc", [edit(0, 1, "x"), edit(1, 2, "y")]) == b"xyc"


@pytest.mark.parametrize(("start", "end"), [(-1, 0), (2, 1), (0, 4), (4, 4)])
def test_an_edit_outside_is_refused(start, end):
    with pytest.raises(ValueError, match="lies outside of 3 bytes"):
        apply_edits(b"abc", [edit(start, end, "")])


@pytest.mark.parametrize(
    "edits",
    [
        [edit(0, 2, "x"), edit(1, 3, "y")],
        [edit(1, 1, "x"), edit(1, 1, "y")],
        [edit(1, 1, "x"), edit(1, 2, "y")],
        [edit(0, 2, ""), edit(1, 1, "y")],
    ],
)
def test_edits_that_overlap_are_refused(edits):
    with pytest.raises(ValueError, match="overlaps"):
        apply_edits(b"abc", edits)
