import pytest

from assay.source.edits import apply_edits
from assay.source.yaml import Mapping, compose, find, insert_after, insert_before, insert_into_flow, on_one_line


def pair_at(data: bytes, *path: str | int):
    *above, key = path
    mapping = find(compose(data), *above)
    assert isinstance(mapping, Mapping)
    return mapping.pairs[key]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a:\n  k: 1\n  l: 2\n", "a:\n  n: 0\n  k: 1\n  l: 2\n"),
        ("a:\r\n    k: 1\r\n", "a:\r\n    n: 0\r\n    k: 1\r\n"),
        ("a:\n  # why\n  k: 1", "a:\n  # why\n  n: 0\n  k: 1"),
        ("a: &x\n  k: 1\n", "a: &x\n  n: 0\n  k: 1\n"),
    ],
)
def test_a_line_goes_above(before, after):
    data = before.encode()
    assert apply_edits(data, [insert_before(data, pair_at(data, "a", "k"), ("n: 0",))]) == after.encode()


def test_above_the_first_pair_of_a_list_item():
    data = "- é: 1\n  l: 2\n".encode()
    edit = insert_before(data, pair_at(data, 0, "é"), ("n:", "  m: 0"))
    assert apply_edits(data, [edit]) == "- n:\n    m: 0\n  é: 1\n  l: 2\n".encode()


def test_above_the_root_behind_a_byte_order_mark():
    data = "\ufeffk: 1\n".encode()
    assert apply_edits(data, [insert_before(data, pair_at(data, "k"), ("n: 0",))]) == "\ufeffn: 0\nk: 1\n".encode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a:\n  - k: 1  # why\n    l: 2\n", "a:\n  - k: 1  # why\n    n: 0\n    l: 2\n"),
        ("a:\n  - k: 1", "a:\n  - k: 1\n    n: 0"),
        ("a:\r\n- k: 1\r\nb: 2\r\n", "a:\r\n- k: 1\r\n  n: 0\r\nb: 2\r\n"),
    ],
)
def test_a_line_goes_below(before, after):
    data = before.encode()
    assert apply_edits(data, [insert_after(data, pair_at(data, "a", 0, "k"), ("n: 0",))]) == after.encode()


@pytest.mark.parametrize(
    ("before", "after"), [("a: {k: 1}", "a: {n: 0, k: 1}"), ("a: { }", "a: { n: 0}"), ("a: {}", "a: {n: 0}")]
)
def test_a_member_goes_into_braces(before, after):
    data = before.encode()
    assert apply_edits(data, [insert_into_flow(find(compose(data), "a"), "n: 0")]) == after.encode()


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("k: 1", True),
        ("k: 'x'  # y", True),
        ("k:\n  x", False),
        ("k: |\n  x", False),
        ("k: a\n  b", False),
        ("k: [1]", False),
        ("k:", True),
    ],
)
def test_one_line_is_seen(text, answer):
    data = text.encode()
    assert on_one_line(data, pair_at(data, "k")) is answer


def test_an_alias_is_not_on_the_line_of_its_key():
    data = b"- &x 1\n- k: *x\n"
    assert not on_one_line(data, pair_at(data, 1, "k"))
