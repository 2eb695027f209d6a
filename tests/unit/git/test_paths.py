"""Paths go to text and back without loss, and are quoted as git quotes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.git import path_bytes, path_text

NAMES = st.binary(min_size=1).filter(lambda name: b"\0" not in name)


@given(NAMES)
def test_there_and_back(name):
    assert path_bytes(path_text(name)) == name


@given(NAMES)
def test_the_text_can_be_encoded(name):
    path_text(name).encode("utf-8")


@given(st.text(min_size=1).filter(lambda text: not text.startswith('"')))
def test_utf8_is_its_own_text(text):
    try:
        name = text.encode("utf-8")
    except UnicodeEncodeError:
        return
    assert path_text(name) == text


@given(NAMES, NAMES)
def test_two_paths_never_share_a_text(one, other):
    assert (path_text(one) == path_text(other)) == (one == other)


def test_quoting_is_gits(repo, opened):
    name = b'caf\xe9 "tab\t" \\ \x01 \x7f'
    (repo.path / name.decode("utf-8", "surrogateescape")).write_bytes(b"x")
    repo.commit()
    [listed] = repo.git("-c", "core.quotePath=true", "ls-files").splitlines()
    assert path_text(name) == listed


def test_a_name_that_begins_with_a_quote_is_quoted():
    assert path_text(b'"a"') == r'"\"a\""'


@pytest.mark.parametrize("text", ['"', '"a', '"\\"', '"\\x"', '"a"b"', '"\\400"', '"é"'])
def test_what_git_would_not_write_is_refused(text):
    with pytest.raises(ValueError, match="quoted path"):
        path_bytes(text)
