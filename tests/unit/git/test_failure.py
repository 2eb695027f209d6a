"""What git says becomes the error that fits, in one line fit for a terminal."""

import pytest

from assay.errors import MissingObjectError, NotARepositoryError, RepositoryError
from assay.git._failure import MESSAGE_CHARACTERS, failure


@pytest.mark.parametrize(
    ("said", "error", "hint"),
    [
        ("fatal: detected dubious ownership in repository at '/x'", RepositoryError, "safe.directory"),
        ("fatal: not a git repository (or any of the parent directories): .git", NotARepositoryError, "git init"),
        ("fatal: could not fetch 11 from promisor remote", MissingObjectError, "--refetch"),
        ("fatal: unable to read 11", MissingObjectError, "git fsck"),
        ("fatal: loose object 11 (stored in x) is corrupt", MissingObjectError, "git fsck"),
        ("error: unknown option `batch-command'", RepositoryError, "too old"),
        ("fatal: unknown repository extension found", RepositoryError, "newer git"),
        ("a: unmerged (11)", RepositoryError, "git add"),
        ("fatal: unable to create '/x.lock': Read-only file system", RepositoryError, "permissions"),
    ],
)
def test_known_things(said, error, hint):
    found = failure("x", 128, said.encode())
    assert type(found) is error
    assert hint in found.hint


def test_anything_else_is_passed_on_in_one_line():
    found = failure("log", 1, b"warning: odd\nfatal: boom\n\nfatal: boom\n")
    assert (str(found), found.hint) == ("git log: odd; boom", None)


@pytest.mark.parametrize(("code", "said"), [(-9, "killed by signal 9"), (3, "exit code 3")])
def test_without_a_word(code, said):
    assert str(failure("log", code, b"")) == f"git log: {said}"


def test_nothing_that_steers_a_terminal_gets_through():
    assert str(failure("push", 1, b"remote: \x1b[31mred\x07\n\xff")) == "git push: ?[31mred?; \N{REPLACEMENT CHARACTER}"


def test_a_long_story_is_cut():
    assert len(str(failure("x", 1, b"word " * 10_000))) < MESSAGE_CHARACTERS + 20


def test_credentials_in_a_url_are_left_out():
    text = f"fatal: cannot reach 'https://me:{'pass' + 'word'}@example.org/x'"
    assert str(failure("fetch", 1, text.encode())) == "git fetch: cannot reach 'https://example.org/x'"
