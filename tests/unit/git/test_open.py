"""Opening finds the repository that a path is in, of every kind, or says why not."""

import os
import pickle
import subprocess

import pytest

from assay.errors import NotARepositoryError, RepositoryError
from assay.git import Repository
from assay.model.subject import FileMode


def test_from_the_root_and_from_below(repo):
    repo.commit({"folder/deep/a": "a"})
    for path in (repo.path, repo.path / "folder/deep"):
        opened = Repository.open(path)
        assert opened.root == repo.path
        assert opened.git_dir == opened.common_dir == repo.path / ".git"
        assert opened.state_dir == repo.path / ".git/assay"
        assert opened.object_format == "sha1"


def test_through_a_link(repo, tmp_path):
    (tmp_path / "link").symlink_to(repo.path)
    assert Repository.open(tmp_path / "link").root == repo.path


def test_a_path_that_begins_with_white_space_and_ends_with_a_dot(new_repo):
    odd = new_repo(" odd.")
    assert Repository.open(odd.path).root == odd.path


def test_a_path_with_a_line_break_is_refused(new_repo):
    odd = new_repo("line\nbreak")
    with pytest.raises(RepositoryError, match="line break"):
        Repository.open(odd.path)


def test_a_bare_repository(repo, new_repo):
    head = repo.commit({"a": "a\n"})
    bare = new_repo("bare.git", bare=True)
    repo.git("push", "-q", bare.path.as_uri(), "main")
    opened = Repository.open(bare.path)
    assert opened.root is None
    assert opened.state_dir == bare.path / "assay"
    assert [file.path for file in opened.change(None, head).files] == ["a"]
    with pytest.raises(RepositoryError, match="no work tree"):
        opened.worktree_files()


def test_from_inside_the_git_folder(repo):
    repo.commit({"a": "a"})
    opened = Repository.open(repo.path / ".git/refs")
    assert (opened.root, opened.git_dir) == (None, repo.path / ".git")


def test_a_linked_work_tree_shares_the_state(repo, tmp_path):
    head = repo.commit({"a": "a"})
    repo.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "linked"))
    opened = Repository.open(tmp_path / "linked")
    assert opened.root == tmp_path / "linked"
    assert opened.common_dir == repo.path / ".git"
    assert opened.git_dir == repo.path / ".git/worktrees/linked"
    assert opened.state_dir == repo.path / ".git/assay"
    assert opened.head() == head
    assert opened.current_branch() == "refs/heads/other"
    assert [file.path for file in opened.worktree_files()] == ["a"]


def test_a_submodule(repo, new_repo):
    inner = new_repo("inner")
    inner.commit({"i": "i"})
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.path.as_uri(), "sub")
    repo.commit()
    opened = Repository.open(repo.path / "sub")
    assert opened.root == repo.path / "sub"
    assert opened.git_dir == repo.path / ".git/modules/sub"
    files = {file.path: file.mode for file in Repository.open(repo.path).worktree_files()}
    assert files == {".gitmodules": FileMode.REGULAR, "sub": FileMode.SUBMODULE}


def test_a_repository_of_sha256(new_repo):
    repo = new_repo("sha256", object_format="sha256")
    base = repo.commit({"a": "a\n", "b": "b\n"})
    repo.commit({"secret": "s\n", "b": "x\n"})
    head = repo.commit({"secret": None, "b": "b\n", "c": "c\n"}, message="x\n\nKey: value\n")
    opened = Repository.open(repo.path)
    assert opened.object_format == "sha256"
    assert len(head) == len(opened.empty_tree) == 64
    change = opened.change(base, head)
    assert [file.path for file in change.files] == ["c"]
    assert {path for _, path, _ in change.introduced} == {"secret", "b"}
    assert change.commits[1].trailers == (("Key", "value"),)
    assert opened.read_file(head, "c") == b"c\n"
    assert opened.change(None, head).base_tree == opened.empty_tree
    repo.write({"c": "d\n"})
    repo.git("add", "c")
    assert [file.path for file in opened.staged_change().files] == ["c"]


def test_the_empty_tree_is_gits(repo, opened):
    assert opened.empty_tree == repo.git("hash-object", "-t", "tree", "--stdin")


def test_a_folder_outside_any_repository(tmp_path):
    with pytest.raises(NotARepositoryError) as caught:
        Repository.open(tmp_path)
    assert "git init" in caught.value.hint


def test_a_path_that_is_no_folder(repo, tmp_path):
    repo.commit({"a": "a"})
    for path in (tmp_path / "absent", repo.path / "a"):
        with pytest.raises(NotARepositoryError, match="no folder"):
            Repository.open(path)


def test_a_repository_of_someone_else_says_how_to_trust_it(repo, monkeypatch):
    monkeypatch.setattr("assay.git._environment._CALLERS_NAMES", frozenset({"GIT_TEST_ASSUME_DIFFERENT_OWNER"}))
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(RepositoryError, match="dubious ownership") as caught:
        Repository.open(repo.path)
    assert "safe.directory" in caught.value.hint


def test_without_git_on_the_path(repo, tmp_path):
    with pytest.raises(RepositoryError, match="not on PATH") as caught:
        Repository.open(repo.path, {"PATH": str(tmp_path)})
    assert "install git" in caught.value.hint


def test_variables_for_hooks_count_in_the_current_folder(repo, new_repo, monkeypatch):
    """Dotfiles kept in a bare repository with the home folder as work tree: git hands both to its hooks."""
    repo.commit({"a": "a"})
    home = new_repo("home")
    monkeypatch.setenv("GIT_DIR", os.path.relpath(repo.path / ".git", home.path))
    monkeypatch.setenv("GIT_WORK_TREE", ".")
    assert Repository.open(home.path).git_dir == home.path / ".git"
    monkeypatch.chdir(home.path)
    opened = Repository.open(home.path)
    assert (opened.root, opened.git_dir.resolve()) == (home.path, repo.path / ".git")
    assert opened.head() == repo.git("rev-parse", "HEAD", env={"GIT_DIR": str(repo.path / ".git")})


def test_objects_of_a_push_in_quarantine_are_seen(repo, new_repo, tmp_path):
    """git runs pre-receive with the pushed objects in a folder of their own, named in the environment."""
    base = repo.commit({"a": "a\n"})
    bare = new_repo("bare.git", bare=True)
    repo.git("push", "-q", bare.path.as_uri(), "main")
    head = repo.commit({"b": "b\n"})
    hook = bare.path / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        f"#!{os.sys.executable}\nfrom pathlib import Path\nfrom assay.git import Repository\n"
        f"files = Repository.open(Path.cwd()).change({base!r}, {head!r}).files\n"
        f"Path({str(tmp_path / 'log')!r}).write_text(files[0].path)\n"
    )
    hook.chmod(0o755)
    repo.git("push", "-q", bare.path.as_uri(), "main")
    assert (tmp_path / "log").read_text() == "b"


def test_ambient_settings_do_not_change_answers(repo, monkeypatch):
    base = repo.commit({"a": "a\n"})
    head = repo.commit({"b": "b\n"})
    before = Repository.open(repo.path).change(base, head)
    settings = {
        "LC_ALL": "de_DE.UTF-8",
        "LANGUAGE": "de",
        "GIT_TRACE": "1",
        "GIT_DIFF_OPTS": "-U0",
        "GIT_LITERAL_PATHSPECS": "0",
        "GIT_GLOB_PATHSPECS": "1",
        "GIT_NAMESPACE": "elsewhere",
        "GIT_FLUSH": "0",
        "GIT_PAGER": "false",
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "diff.renames",
        "GIT_CONFIG_VALUE_0": "false",
        "GIT_CONFIG_KEY_1": "diff.ignoreSubmodules",
        "GIT_CONFIG_VALUE_1": "all",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert Repository.open(repo.path).change(base, head) == before


def test_the_environment_is_not_shown(repo, monkeypatch):
    monkeypatch.setenv("SOME_TOKEN", "do-not-show")
    opened = Repository.open(repo.path)
    with opened.objects() as objects:
        assert "do-not-show" not in repr(
            (opened, opened._store, opened._work, opened._network, opened._revisions, objects)
        )


def test_a_repository_can_be_sent_to_another_process(repo):
    head = repo.commit({"a": "a"})
    assert pickle.loads(pickle.dumps(Repository.open(repo.path))).head() == head


def test_a_partial_clone_says_what_to_fetch(repo, tmp_path):
    repo.commit({"a": "".join(f"{n}\n" for n in range(9))})
    base = repo.git("rev-parse", "HEAD")
    head = repo.commit({"a": "changed\n"})
    repo.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "partial"
    options = ["-q", "--no-checkout", "--filter=blob:none"]
    subprocess.run(["git", "clone", *options, repo.path.as_uri(), clone], check=True, capture_output=True)
    opened = Repository.open(clone)
    assert opened.is_partial
    assert not Repository.open(repo.path).is_partial
    with pytest.raises(RepositoryError) as caught:
        opened.change(base, head)
    assert "git fetch --refetch --no-filter" in caught.value.hint
    subprocess.run(["git", "fetch", "-q", "--refetch", "--no-filter"], cwd=clone, check=True, capture_output=True)
    assert [file.path for file in opened.change(base, head).files] == ["a"]
