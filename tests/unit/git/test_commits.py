"""Commits say who, when and what, as the object has it; trailers are those git finds."""

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.git.commits import parse_commit
from assay.model.subject import Commit, Identity

TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


def last(opened):
    return opened.change(None, opened.head()).commits[-1]


def write(repo, raw: bytes) -> str:
    """Store a commit object as it is and put `main` on it."""
    commit = repo.git("hash-object", "-t", "commit", "-w", "--literally", "--stdin", data=raw)
    repo.git("update-ref", "refs/heads/main", commit)
    return commit


def raw(*, author=b"A <a@example.org> 1 +0000", extra=b"", message=b"x\n") -> bytes:
    people = b"author " + author + b"\ncommitter C <c@example.org> 1700000000 +0130\n"
    return b"tree " + TREE.encode() + b"\n" + people + extra + b"\n" + message


def test_everything_a_commit_says(repo, opened):
    first = repo.commit({"a": "a"})
    second = repo.commit({"a": "b"}, message="feat: b\n\nwhy\n", author="Ünï Cøde <u@example.org>")
    assert last(opened) == Commit(
        id=second,
        parents=(first,),
        author=Identity(name="Ünï Cøde", email="u@example.org"),
        committer=Identity(name="C. Committer", email="committer@example.org"),
        authored_at="2024-01-01T00:02:00Z",
        committed_at="2024-01-01T00:02:00Z",
        message="feat: b\n\nwhy\n",
        signed=False,
        trailers=(),
    )


def test_commits_come_parents_before_children_with_all_parents(repo, opened):
    base = repo.commit({"a": "a"})
    repo.git("checkout", "-q", "-b", "side")
    side = repo.commit({"s": "s"})
    repo.git("checkout", "-q", "main")
    main = repo.commit({"m": "m"})
    merge = repo.merge("side")
    commits = opened.change(base, merge).commits
    assert {commit.id for commit in commits[:2]} == {side, main}
    assert (commits[2].id, commits[2].parents) == (merge, (main, side))


TRAILERS = {
    "one": ("s\n\nbody\n\nKey: value\n", (("Key", "value"),)),
    "in order, as written": ("s\n\nb: 1\nA: 2\nb: 3\n", (("b", "1"), ("A", "2"), ("b", "3"))),
    "unfolded": ("s\n\nKey: one\n two\n\tthree\n", (("Key", "one two three"),)),
    "value with a colon": ("s\n\nLink: https://example.org/a:b\n", (("Link", "https://example.org/a:b"),)),
    "empty value": ("s\n\nKey:\nOther: x\n", (("Key", ""), ("Other", "x"))),
    "not the last paragraph": ("s\n\nKey: value\n\nbody\n", ()),
    "subject alone": ("Key: value\n", ()),
    "after a divider": ("s\n\nKey: value\n---\nOther: x\n", None),
    "co-author": (
        "s\n\nCo-authored-by: B <b@example.org>\nSigned-off-by: A <a@example.org>\n",
        (("Co-authored-by", "B <b@example.org>"), ("Signed-off-by", "A <a@example.org>")),
    ),
    "control characters": ("s\n\nKey: a\x1eb\x1fc\n", (("Key", "a\x1eb\x1fc"),)),
}


@pytest.mark.parametrize(("message", "trailers"), TRAILERS.values(), ids=TRAILERS)
def test_trailers_are_those_git_parses(repo, opened, message, trailers):
    repo.commit({"a": "a"}, message=message)
    listed = repo.git("interpret-trailers", "--parse", "--no-divider", data=message.encode()).split("\n")
    expected = tuple(tuple(part.strip() for part in line.split(":", 1)) for line in listed if line)
    assert last(opened).trailers == expected
    if trailers is not None:
        assert expected == trailers


def test_configuration_does_not_choose_what_is_a_trailer(repo, opened):
    repo.git("config", "trailer.separators", "%")
    repo.commit({"a": "a"}, message="s\n\nKey: value\n")
    assert last(opened).trailers == (("Key", "value"),)


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252", "latin1"])
def test_a_message_is_read_in_the_encoding_it_names(repo, opened, encoding):
    repo.commit(
        {"a": "a"},
        message="Grüße\n\nKey: Größe\n".encode("latin-1"),
        env={"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "i18n.commitEncoding", "GIT_CONFIG_VALUE_0": encoding},
    )
    assert "encoding" in repo.git("cat-file", "commit", "HEAD")
    assert last(opened).message == "Grüße\n\nKey: Größe\n"
    assert last(opened).trailers == (("Key", "Größe"),)


@pytest.mark.parametrize("encoding", [b"unheard-of", b"rot13", b"unicode_escape", b"idna", b"undefined", b"\xff", b""])
def test_an_encoding_that_is_none_is_utf8(encoding):
    commit = parse_commit("0" * 40, raw(extra=b"encoding " + encoding + b"\n", message="Gr\\u00fc\xfc\n".encode()), ())
    assert commit.message == "Gr\\u00fc\xfc\n"


def test_bytes_that_are_not_utf8_are_replaced(repo, opened):
    write(repo, raw(message=b"caf\xe9\n"))
    assert last(opened).message == "caf\N{REPLACEMENT CHARACTER}\n"


def test_a_message_does_not_end_at_a_nul_byte(repo, opened):
    write(repo, raw(message=b"seen\0hidden from git log\n"))
    assert last(opened).message == "seen\0hidden from git log\n"


@pytest.mark.parametrize("header", [b"gpgsig", b"gpgsig-sha256"])
def test_a_signature_is_seen_without_running_anything(repo, opened, header):
    write(repo, raw(extra=header + b" -----BEGIN SSH SIGNATURE-----\n abc\n -----END SSH SIGNATURE-----\n"))
    assert last(opened).signed


@pytest.mark.parametrize("extra", [b"mergetag object x\n gpgsig y\n", b"encoding UTF-8\n"])
def test_a_signature_elsewhere_is_none(repo, opened, extra):
    write(repo, raw(extra=extra, message=b"x\n\ngpgsig -----BEGIN\n"))
    assert not last(opened).signed


DAMAGED = {
    "no date": (b"A <a@example.org>", "A", "a@example.org", 0),
    "no address": (b"A 1700000000 +0000", "A 1700000000 +0000", "", 0),
    "no name": (b"<a@example.org> 1700000000 +0000", "", "a@example.org", 1_700_000_000),
    "two addresses": (b"A <a@example.org> <b> 1700000000 +0000", "A", "a@example.org", 1_700_000_000),
    "a date beyond the calendar": (b"A <a> 99999999999999 +0000", "A", "a", 0),
    "a number too long to read": (b"A <a> " + b"9" * 5000 + b" +0000", "A", "a", 0),
    "a negative date": (b"A <a> -5 +0000", "A", "a", 0),
    "nothing": (b"", "", "", 0),
    "an unclosed address": (b"A <a 1700000000 +0000", "A <a 1700000000 +0000", "", 0),
}


@pytest.mark.parametrize(("line", "name", "email", "seconds"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_author_line_says_what_it_can(line, name, email, seconds):
    commit = parse_commit("0" * 40, raw(author=line), ())
    assert commit.author == Identity(name=name, email=email)
    assert commit.authored_at == {0: "1970-01-01T00:00:00Z", 1_700_000_000: "2023-11-14T22:13:20Z"}[seconds]


def test_times_are_utc_whatever_the_zone(repo, opened):
    write(repo, raw())
    assert last(opened).committed_at == "2023-11-14T22:13:20Z"


@given(st.binary())
@hypothesis.example(b"author")
@hypothesis.example(b"parent \xff\n\n")
def test_no_object_makes_the_parser_fail(content):
    assert parse_commit("0" * 40, content, ()).id == "0" * 40
