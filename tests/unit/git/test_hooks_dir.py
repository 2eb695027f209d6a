"""Where hooks are run from, as git is configured."""

import pytest

from assay.git import Repository


def test_by_default_in_the_git_folder(repo, opened):
    assert opened.hooks_dir() == repo.path / ".git/hooks"


def test_shared_by_linked_work_trees(repo, tmp_path):
    repo.commit({"a": "a"})
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
    assert Repository.open(tmp_path / "linked").hooks_dir() == repo.path / ".git/hooks"


def test_of_a_bare_repository(new_repo):
    bare = new_repo("bare.git", bare=True)
    assert Repository.open(bare.path).hooks_dir() == bare.path / "hooks"


@pytest.mark.parametrize("path", [".husky", "tools/hooks"])
def test_a_relative_path_starts_at_the_root(repo, path):
    repo.write({"folder/a": "a"})
    repo.git("config", "core.hooksPath", path)
    assert Repository.open(repo.path / "folder").hooks_dir() == repo.path / path


def test_outside_the_repository(repo, opened, clean_environment):
    repo.git("config", "core.hooksPath", "~/hooks")
    assert opened.hooks_dir() == clean_environment / "hooks"


def test_links_are_resolved(repo, opened, tmp_path):
    (tmp_path / "shared").mkdir()
    (repo.path / "hooks").symlink_to(tmp_path / "shared")
    repo.git("config", "core.hooksPath", "hooks")
    assert opened.hooks_dir() == tmp_path / "shared"
