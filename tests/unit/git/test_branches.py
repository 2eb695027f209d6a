"""The default branch and branches by name: a remote's before the local one of the same name."""

import pytest

from assay.errors import UsageError


def with_refs(repo, *refs, symbolic=None):
    commit = repo.commit({"a": "a"})
    repo.git("checkout", "-q", "--detach")
    repo.git("branch", "-q", "-D", "main")
    for ref in refs:
        repo.git("update-ref", ref, commit)
    for name, target in (symbolic or {}).items():
        repo.git("symbolic-ref", name, target)


@pytest.mark.parametrize(
    ("refs", "symbolic", "default"),
    [
        (["refs/heads/main"], {}, "refs/heads/main"),
        (["refs/heads/master", "refs/heads/x"], {}, "refs/heads/master"),
        (["refs/heads/trunk"], {}, "refs/heads/trunk"),
        (["refs/heads/one", "refs/heads/two"], {}, None),
        (["refs/heads/topic", "refs/remotes/origin/topic"], {}, None),
        (["refs/remotes/pull/1/merge"], {}, None),
        ([], {}, None),
        (["refs/heads/main", "refs/remotes/origin/main"], {}, "refs/remotes/origin/main"),
        (["refs/heads/main", "refs/remotes/upstream/master"], {}, "refs/remotes/upstream/master"),
        (
            ["refs/remotes/origin/develop", "refs/remotes/origin/main"],
            {"refs/remotes/origin/HEAD": "refs/remotes/origin/develop"},
            "refs/remotes/origin/develop",
        ),
        (["refs/remotes/fork/main", "refs/remotes/origin/main"], {}, "refs/remotes/origin/main"),
        (
            ["refs/remotes/fork/dev", "refs/remotes/origin/main"],
            {"refs/remotes/fork/HEAD": "refs/remotes/fork/dev"},
            "refs/remotes/origin/main",
        ),
    ],
)
def test_default_branch(repo, opened, refs, symbolic, default):
    with_refs(repo, *refs, symbolic=symbolic)
    assert opened.default_branch() == default


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("main", "refs/remotes/origin/main"),
        ("origin/main", "refs/remotes/origin/main"),
        ("fork/main", "refs/remotes/fork/main"),
        ("refs/heads/main", "refs/heads/main"),
        ("local", "refs/heads/local"),
        ("release/1.0", "refs/remotes/origin/release/1.0"),
        ("origin/HEAD", "refs/remotes/origin/main"),
    ],
)
def test_find_branch(repo, opened, name, found):
    refs = ["refs/heads/main", "refs/heads/local", "refs/remotes/fork/main", "refs/remotes/origin/main"]
    with_refs(
        repo,
        *refs,
        "refs/remotes/origin/release/1.0",
        symbolic={"refs/remotes/origin/HEAD": "refs/remotes/origin/main"},
    )
    assert opened.find_branch(name) == found


def test_a_branch_that_is_not_there(repo, opened):
    with_refs(repo, "refs/heads/main", "refs/remotes/origin/develop")
    with pytest.raises(UsageError, match="no branch 'devlop'") as caught:
        opened.find_branch("devlop")
    assert "origin/develop" in caught.value.hint
    with pytest.raises(UsageError) as caught:
        opened.find_branch("qqqq")
    assert "git fetch origin qqqq" in caught.value.hint
