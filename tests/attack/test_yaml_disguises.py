"""Bytes that two readers take for two things: refused, or read as GitHub and Kubernetes read them."""

import pytest

from assay.errors import SourceError
from assay.source.yaml import compose, to_plain


@pytest.mark.parametrize("name", ["latin", "truncated", "overlong", "surrogate", "utf16", "utf16 with mark"])
def test_not_utf_8(name):
    data = {
        "latin": b"a: 1\nb: \xe9\n",
        "truncated": b"a: 1\nb: \xe2\x82",
        "overlong": b"a: 1\nb: \xc0\x80\n",
        "surrogate": b"a: 1\nb: \xed\xa0\x80\n",
        "utf16": "a: é\nb: ü".encode("utf-16-be"),
        "utf16 with mark": "a: 1\n".encode("utf-16"),
    }[name]
    with pytest.raises(SourceError, match=r"must be UTF-8|not YAML") as caught:
        compose(data)
    assert caught.value.line is not None


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"a: b\x00c\n", 1),
        (b"a: b\n\x00on: push\n", 2),
        (b"a: \x01\n", 1),
        ("é: ü\nb: \x7f\n".encode(), 2),
        (b"\x1b[31m: 1\n", 1),
    ],
)
def test_a_control_character_is_no_end_of_file(data, line):
    with pytest.raises(SourceError, match="not YAML: control characters are not allowed") as caught:
        compose(data)
    assert caught.value.line == line


@pytest.mark.parametrize("data", [b"a:\n\tb: 1\n", b"\ta: 1\n", b"a:\n  b: 1\n\tc: 2\n"])
def test_a_tab_is_no_indentation(data):
    with pytest.raises(SourceError, match="not YAML"):
        compose(data)


def test_a_lone_carriage_return_ends_a_line():
    # A comment must not run over it: what an editor shows as one line may hold a key.
    assert to_plain(compose(b"a: 1 # x\rb: 2\r")) == {"a": 1, "b": 2}


def test_a_byte_order_mark_hides_no_key():
    assert to_plain(compose(b"\xef\xbb\xbfon: push\n")) == {"on": "push"}


def test_a_key_in_other_clothes_is_the_same_key():
    for data in (b"on: a\n'on': b\n", b'on: a\n"\\x6fn": b\n', b"on: a\n!!str on: b\n", b"&x on: a\n*x : b\n"):
        with pytest.raises(SourceError, match="given twice"):
            compose(data)


def test_a_second_document_is_not_overlooked():
    with pytest.raises(SourceError, match="found 2"):
        compose(b"a: 1\n---\nb: 2\n")
