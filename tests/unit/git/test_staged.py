"""What is staged, as the commit about to be made would have it."""

import os
import subprocess
import sys

import pytest

from assay.errors import EmptyRangeError, RepositoryError
from assay.git import Repository


def paths(change):
    return [file.path for file in change.files]


def test_the_change_from_head_to_the_index(repo, opened):
    head = repo.commit({"a": "a\n", "gone": "g\n"})
    repo.write({"a": "b\n", "gone": None, "new": "n\n", "unstaged": "u\n"})
    repo.git("add", "a", "gone", "new")
    change = opened.staged_change()
    assert paths(change) == ["a", "gone", "new"]
    assert (change.base_commit, change.head_commit, change.commits) == (head, None, ())
    assert change.base_tree == repo.git("rev-parse", "HEAD^{tree}")
    assert change.head_tree == repo.git("write-tree")


def test_before_the_first_commit_the_base_is_the_empty_tree(repo, opened):
    repo.write({"a": "a\n"})
    repo.git("add", "a")
    change = opened.staged_change()
    assert (change.base_commit, change.base_tree) == (None, opened.empty_tree)
    assert paths(change) == ["a"]


def test_nothing_staged_is_an_empty_range(repo, opened):
    with pytest.raises(EmptyRangeError):
        opened.staged_change()
    repo.commit({"a": "a\n"})
    repo.write({"a": "b\n"})
    with pytest.raises(EmptyRangeError, match="staged"):
        opened.staged_change()


def test_an_entry_that_only_intends_to_add_is_not_staged(repo, opened):
    repo.commit({"a": "a\n"})
    repo.write({"intended": "i\n", "staged": "s\n"})
    repo.git("add", "-N", "intended")
    repo.git("add", "staged")
    assert paths(opened.staged_change()) == ["staged"]


def test_deletions_alone(repo, opened):
    repo.commit({"a": "a\n", "b": "b\n"})
    repo.git("rm", "-q", "--cached", "a", "b")
    change = opened.staged_change()
    assert paths(change) == ["a", "b"]
    assert change.head_tree == opened.empty_tree


def test_conflicts_are_named_with_what_to_do(repo, opened):
    repo.commit({"a": "a\n"})
    repo.git("checkout", "-q", "-b", "side")
    repo.commit({"a": "side\n"})
    repo.git("checkout", "-q", "main")
    repo.commit({"a": "main\n"})
    subprocess.run(["git", "merge", "side"], cwd=repo.path, capture_output=True, check=False)
    with pytest.raises(RepositoryError, match="unmerged") as caught:
        opened.staged_change()
    assert "git add" in caught.value.hint


def test_the_index_is_left_as_it_was(repo, opened):
    repo.commit({f"folder{n}/a": "a\n" for n in range(5)})
    repo.write({"folder1/a": "b\n"})
    repo.git("add", "folder1")
    index = repo.path / ".git/index"
    before = index.read_bytes()
    opened.staged_change()
    assert index.read_bytes() == before


def test_a_lock_on_the_index_is_no_obstacle(repo, opened):
    repo.commit({"a": "a\n"})
    repo.write({"a": "b\n"})
    repo.git("add", "a")
    (repo.path / ".git/index.lock").write_bytes(b"")
    assert paths(opened.staged_change()) == ["a"]


@pytest.mark.parametrize("feature", ["core.splitIndex", "feature.manyFiles", "core.untrackedCache"])
def test_other_forms_of_index(repo, opened, feature):
    repo.git("config", feature, "true")
    repo.commit({f"folder{n}/a": "a\n" for n in range(20)})
    repo.write({"folder1/a": "b\n", "folder2/b": "b\n"})
    repo.git("add", "--all")
    before = sorted(file.name for file in (repo.path / ".git").iterdir())
    assert paths(opened.staged_change()) == ["folder1/a", "folder2/b"]
    assert sorted(file.name for file in (repo.path / ".git").iterdir()) == before


def test_a_sparse_index(repo, opened):
    repo.commit({f"folder{n}/deep/a": "a\n" for n in range(20)})
    repo.git("sparse-checkout", "set", "--cone", "--sparse-index", "folder1")
    repo.write({"folder1/deep/a": "b\n"})
    repo.git("add", "folder1")
    assert paths(opened.staged_change()) == ["folder1/deep/a"]


HOOK = """#!{python}
import os, sys
from pathlib import Path
from assay.errors import AssayError
from assay.git import Repository
try:
    change = Repository.open(Path.cwd()).staged_change()
    Path({log!r}).write_text("\\n".join(file.path for file in change.files))
except AssayError as error:
    Path({log!r}).write_text(repr(error))
"""


@pytest.fixture
def committed(repo, tmp_path):
    """Install a pre-commit hook that asks what is staged; return a function that commits and says what the hook saw."""
    log = tmp_path / "log"
    hook = repo.path / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(HOOK.format(python=sys.executable, log=str(log)))
    hook.chmod(0o755)

    def commit(*args, cwd=repo.path):
        subprocess.run(["git", "commit", "-q", "-m", "x", *args], cwd=cwd, check=True, capture_output=True)
        return log.read_text().split("\n")

    return commit


class TestInAPreCommitHook:
    """git tells its hook where the index of the commit being made is."""

    def test_a_plain_commit(self, repo, committed):
        repo.write({"a": "a\n", "b": "b\n"})
        repo.git("add", "a")
        assert committed() == ["a"]

    def test_a_commit_of_all_uses_an_index_that_is_not_yet_in_place(self, repo, committed):
        repo.commit({"a": "a\n", "b": "b\n"})
        repo.write({"a": "2\n", "b": "2\n"})
        repo.git("add", "a")
        assert committed("--all") == ["a", "b"]

    def test_a_commit_of_paths_uses_a_temporary_index(self, repo, committed):
        repo.commit({"a": "a\n", "b": "b\n"})
        repo.write({"a": "2\n", "b": "2\n"})
        repo.git("add", "a")
        assert committed("--", "b") == ["b"]

    def test_in_a_linked_work_tree(self, repo, committed, tmp_path):
        repo.commit({"a": "a\n"})
        repo.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "linked"))
        (tmp_path / "linked/new").write_text("n\n")
        subprocess.run(["git", "add", "new"], cwd=tmp_path / "linked", check=True)
        assert committed(cwd=tmp_path / "linked") == ["new"]

    def test_from_a_folder_below_the_root(self, repo, committed):
        repo.write({"folder/a": "a\n"})
        repo.git("add", "folder")
        assert committed(cwd=repo.path / "folder") == ["folder/a"]


def test_a_named_index_counts_only_for_the_current_folder(repo, new_repo, monkeypatch):
    repo.commit({"a": "a\n"})
    repo.write({"staged": "s\n"})
    repo.git("add", "staged", env={"GIT_INDEX_FILE": str(repo.path / "other-index")})
    monkeypatch.setenv("GIT_INDEX_FILE", "other-index")
    with pytest.raises(EmptyRangeError):
        Repository.open(repo.path).staged_change()
    monkeypatch.chdir(repo.path)
    assert paths(Repository.open(repo.path).staged_change()) == ["a", "staged"]
    assert os.environ["GIT_INDEX_FILE"] == "other-index"
