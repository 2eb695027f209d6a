"""Ranges mean what the table in `assay.git.ranges` says, and what cannot be meant is explained."""

import pytest

from assay.errors import (
    EmptyRangeError,
    MissingObjectError,
    RepositoryError,
    UnbornBranchError,
    UnrelatedHistoriesError,
    UsageError,
)
from assay.git import Range, Repository


@pytest.fixture
def fork(repo):
    """Return commits by name: `main` and `topic` fork at `base`; HEAD is on `topic`."""
    root = repo.commit({"a": "a"})
    base = repo.commit({"b": "b"})
    repo.git("checkout", "-q", "-b", "topic")
    topic = repo.commit({"t": "t"})
    repo.git("checkout", "-q", "main")
    main = repo.commit({"m": "m"})
    repo.git("checkout", "-q", "topic")
    return {"root": root, "base": base, "topic": topic, "main": main}


@pytest.mark.parametrize(
    ("text", "base", "head"),
    [
        ("main..topic", "main", "topic"),
        ("main...topic", "base", "topic"),
        ("main..", "main", "topic"),
        ("..main", "topic", "main"),
        ("main...", "base", "topic"),
        ("topic", "base", "topic"),
        ("main", "base", "main"),
        ("main~1..main", "base", "main"),
        ("main~2", None, "root"),
        (":root..main", None, "main"),
        (":root..", None, "topic"),
        (None, "base", "topic"),
    ],
)
def test_what_a_range_means(opened, fork, text, base, head):
    found = opened.resolve_range(text)
    assert (found.base, found.head) == (fork.get(base), fork[head])
    assert found.text == (text or "main...HEAD")


def test_the_change_of_a_range(opened, fork):
    change = opened.range_change("main...topic")
    assert [commit.id for commit in change.commits] == [fork["topic"]]
    assert [file.path for file in change.files] == ["t"]


@pytest.mark.parametrize(("count", "base"), [(1, "base"), (2, "root"), (3, None), (100, None)])
def test_the_last_commits_or_all_there_are(opened, fork, count, base):
    text = f"HEAD~{count}..HEAD" if base else ":root..HEAD"
    assert opened.last_commits(count) == Range(base=fork.get(base), head=fork["topic"], text=text)
    assert opened.resolve_range(text) == opened.last_commits(count)


def test_a_target_can_be_named(repo, opened, fork):
    repo.git("branch", "release", fork["root"])
    assert opened.resolve_range(None, "release").base == fork["root"]


def test_a_merge_of_the_target_moves_the_base(repo, opened, fork):
    merge = repo.merge("main")
    assert opened.resolve_range(None) == Range(base=fork["main"], head=merge, text="main...HEAD")


class TestOnTheTargetItself:
    """HEAD is on the very branch that changes are merged into."""

    def test_without_an_upstream_a_range_must_be_given(self, repo, opened):
        repo.commit({"a": "a"})
        with pytest.raises(UsageError, match="main itself") as caught:
            opened.resolve_range(None)
        assert "HEAD~1..HEAD" in caught.value.hint

    def test_an_upstream_is_what_it_is_compared_with(self, repo, new_repo):
        base = repo.commit({"a": "a"})
        clone = clone_of(repo, new_repo)
        head = clone.commit({"b": "b"})
        found = Repository.open(clone.path).resolve_range(None)
        assert found == Range(base=base, head=head, text="origin/main...HEAD")

    def test_an_upstream_of_another_name_counts(self, repo, opened):
        base = repo.commit({"a": "a"})
        repo.git("branch", "released")
        repo.git("branch", "--set-upstream-to=released")
        head = repo.commit({"b": "b"})
        assert opened.resolve_range(None) == Range(base=base, head=head, text="released...HEAD")

    def test_the_remote_branch_counts_without_an_upstream(self, repo, new_repo):
        base = repo.commit({"a": "a"})
        clone = clone_of(repo, new_repo)
        clone.git("branch", "--unset-upstream")
        head = clone.commit({"b": "b"})
        assert Repository.open(clone.path).resolve_range(None).base == base
        assert Repository.open(clone.path).resolve_range(None).head == head

    def test_with_nothing_to_push_the_range_is_empty(self, repo, new_repo):
        repo.commit({"a": "a"})
        clone = clone_of(repo, new_repo)
        with pytest.raises(EmptyRangeError, match="origin/main"):
            Repository.open(clone.path).resolve_range(None)


def clone_of(repo, new_repo, *options):
    clone = new_repo("clone")
    clone.git("remote", "add", "origin", repo.path.as_uri())
    clone.git("fetch", "-q", *options, "origin")
    clone.git("remote", "set-head", "origin", "main")
    clone.git("reset", "-q", "--hard", "origin/main")
    clone.git("branch", "-q", "--set-upstream-to=origin/main")
    clone.now = repo.now
    return clone


def test_without_a_target_a_range_must_be_given(repo, opened):
    repo.commit({"a": "a"})
    repo.git("branch", "-m", "main", "one")
    repo.git("branch", "two")
    with pytest.raises(UsageError, match="not known") as caught:
        opened.resolve_range(None)
    assert "target" in caught.value.hint


def test_unborn_branch(opened):
    with pytest.raises(UnbornBranchError, match="refs/heads/main"):
        opened.resolve_range(None)
    with pytest.raises(UnbornBranchError):
        opened.head()


@pytest.mark.parametrize(("ref", "error"), [("1" * 40, MissingObjectError), ("garbage", RepositoryError)])
def test_a_head_that_is_broken_is_not_an_unborn_branch(repo, opened, ref, error):
    (repo.path / ".git/refs/heads/main").write_text(f"{ref}\n")
    with pytest.raises(error) as caught:
        opened.head()
    assert not isinstance(caught.value, UnbornBranchError)
    with pytest.raises(error):
        opened.staged_change()


@pytest.mark.parametrize(("text", "said"), [("main@{upstream}", "no upstream"), ("main@{99}", "only has 1 entries")])
def test_what_git_says_of_a_revision_is_passed_on(repo, opened, text, said):
    repo.commit({"a": "a"})
    with pytest.raises(RepositoryError, match=said):
        opened.resolve(text)


def test_unrelated_histories(repo, opened):
    one = repo.commit({"a": "a"})
    repo.git("checkout", "-q", "--orphan", "other")
    other = repo.commit({"b": "b"})
    with pytest.raises(UnrelatedHistoriesError):
        opened.resolve_range("main...other")
    with pytest.raises(UnrelatedHistoriesError):
        opened.resolve_range(None)
    assert opened.resolve_range("main..other") == Range(base=one, head=other, text="main..other")
    assert {file.path for file in opened.range_change("main..other").files} == {"b"}


@pytest.mark.parametrize("text", ["-x", "--output=x..main", "main..-x", "^main", "", "a\0b"])
def test_what_is_no_revision_is_refused_before_git_sees_it(repo, opened, text):
    repo.commit({"a": "a"})
    with pytest.raises(UsageError, match="expected a revision"):
        opened.resolve_range(text)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("mian", "did you mean main?"),
        ("main..featur/login", "did you mean feature/login?"),
        ("nothing-like-it", "git branch --all"),
        ("HAED", "did you mean HEAD?"),
        ("v1.1", "did you mean v1.0"),
    ],
)
def test_a_bad_revision_comes_with_names_that_are_close(repo, opened, text, hint):
    repo.commit({"a": "a"})
    repo.git("branch", "feature/login")
    repo.git("tag", "v1.0")
    with pytest.raises(UsageError, match="names no commit") as caught:
        opened.resolve_range(text)
    assert hint in caught.value.hint


def test_a_revision_that_is_no_commit(repo, opened):
    repo.commit({"a": "a"})
    with pytest.raises(UsageError):
        opened.resolve("HEAD:a")
    with pytest.raises(UsageError):
        opened.resolve("HEAD^{tree}")


def test_an_id_this_clone_does_not_have(repo, opened):
    repo.commit({"a": "a"})
    with pytest.raises(MissingObjectError, match="1111"):
        opened.resolve("1" * 40)


def test_names_go_to_commits_and_trees(repo, opened):
    head = repo.commit({"a": "a"})
    repo.git("tag", "-a", "v1", "-m", "v1")
    assert opened.resolve("v1") == opened.resolve(head[:10]) == opened.resolve("@") == head
    tree = repo.git("rev-parse", "HEAD^{tree}")
    assert opened.tree_of("v1") == opened.tree_of(tree) == tree


def test_ancestors(opened, fork):
    assert opened.merge_base("main", "topic") == fork["base"]
    assert opened.is_ancestor(fork["base"], fork["topic"])
    assert opened.is_ancestor(fork["topic"], fork["topic"])
    assert not opened.is_ancestor(fork["topic"], fork["main"])
    with pytest.raises(RepositoryError):
        opened.is_ancestor("1" * 40, fork["main"])
    with pytest.raises(RepositoryError):
        opened.merge_base("1" * 40, fork["main"])


class TestShallow:
    """A clone whose history is cut off says so, and what to fetch, instead of judging what it has."""

    @pytest.fixture
    def shallow(self, repo, new_repo):
        for number in range(5):
            repo.commit({"a": f"{number}\n"})
        clone = clone_of(repo, new_repo, "--depth=2")
        return Repository.open(clone.path)

    def test_it_is_known(self, shallow, opened):
        assert shallow.is_shallow
        assert not opened.is_shallow

    def test_what_it_has_is_judged(self, shallow):
        assert len(shallow.range_change("HEAD~1..HEAD").commits) == 1
        assert shallow.range_change("HEAD").files

    @pytest.mark.parametrize("text", ["HEAD~2..HEAD", "HEAD~1", ":root..HEAD"])
    def test_a_range_beyond_the_edge_says_what_to_fetch(self, shallow, text):
        with pytest.raises(MissingObjectError) as caught:
            shallow.range_change(text)
        assert "git fetch --unshallow" in caught.value.hint
        assert "--depth=" in caught.value.hint

    def test_the_last_commits_beyond_the_edge(self, shallow):
        with pytest.raises(MissingObjectError, match="3 commits before"):
            shallow.last_commits(3)

    def test_no_common_ancestor_may_be_for_lack_of_history(self, repo, new_repo):
        repo.commit({"a": "a"})
        repo.git("checkout", "-q", "-b", "topic")
        repo.commit({"t": "t"})
        repo.git("checkout", "-q", "main")
        repo.commit({"m": "m"})
        clone = clone_of(repo, new_repo, "--depth=1")
        with pytest.raises(MissingObjectError, match="common ancestor") as caught:
            Repository.open(clone.path).resolve_range("origin/main...origin/topic")
        assert "git fetch --unshallow" in caught.value.hint

    def test_an_id_beyond_the_edge(self, repo, shallow):
        with pytest.raises(MissingObjectError) as caught:
            shallow.resolve(repo.git("rev-parse", "HEAD~4"))
        assert "git fetch --unshallow" in caught.value.hint
