"""The work tree: tracked files and those that could be, confined to the root."""

import os
from pathlib import Path

import pytest

from assay.errors import ObjectTooLargeError, UsageError
from assay.git.worktree import MAX_ARGUMENT_BYTES
from assay.model.subject import FileMode


def listed(opened, *paths):
    return sorted(file.path for file in opened.worktree_files(paths))


def test_tracked_and_untracked_but_not_ignored(repo, opened):
    repo.commit({"tracked": "t", ".gitignore": "*.log\n", "deleted": "d"})
    repo.write({"untracked": "u", "noise.log": "n", "folder/new": "n", "deleted": None})
    assert listed(opened) == [".gitignore", "folder/new", "tracked", "untracked"]


def test_before_anything_is_committed(repo, opened):
    repo.write({"a": "a"})
    assert listed(opened) == ["a"]


def test_what_a_file_says_of_itself(repo, opened):
    repo.commit({"run": "#!/bin/sh\n", "b": "bb"})
    (repo.path / "run").chmod(0o755)
    (repo.path / "link").symlink_to("/etc/hostname")
    files = {file.path: file for file in opened.worktree_files()}
    assert {path: (file.mode, file.size) for path, file in files.items()} == {
        "run": (FileMode.EXECUTABLE, 10),
        "b": (FileMode.REGULAR, 2),
        "link": (FileMode.SYMLINK, 13),
    }
    assert files["b"].absolute == repo.path / "b"
    assert (files["b"].read(), files["link"].read()) == (b"bb", b"/etc/hostname")


def test_a_file_above_the_limit_is_not_read(repo, opened):
    repo.write({"a": "12345"})
    [file] = opened.worktree_files()
    assert file.read(5) == b"12345"
    assert list(file.stream(2)) == [b"12", b"34", b"5"]
    with pytest.raises(ObjectTooLargeError):
        file.read(4)


def test_odd_names(repo, opened):
    names = ["tab\t", "line\nbreak", '"quoted"', "-dash", ":(top)x", "*"]
    repo.write(dict.fromkeys(names, "x"))
    (repo.path / "caf\udce9").write_bytes(b"x")
    files = {file.path: file.read() for file in opened.worktree_files()}
    assert files.keys() == {"tab\t", "line\nbreak", r'"\"quoted\""', "-dash", ":(top)x", "*", r'"caf\351"'}
    assert set(files.values()) == {b"x"}


class TestPaths:
    """Paths narrow the list; they are taken literally."""

    @pytest.fixture(autouse=True)
    def files(self, repo):
        repo.commit({"a": "a", "folder/b": "b", "folder/deep/c": "c", "folder2/d": "d", "*": "star"})

    @pytest.mark.parametrize(
        ("paths", "found"),
        [
            (["folder"], ["folder/b", "folder/deep/c"]),
            (["folder/deep/c", "a"], ["a", "folder/deep/c"]),
            (["folder", "folder/deep", "folder/b"], ["folder/b", "folder/deep/c"]),
            (["*"], ["*"]),
            (["."], ["*", "a", "folder/b", "folder/deep/c", "folder2/d"]),
            (["a", "."], ["*", "a", "folder/b", "folder/deep/c", "folder2/d"]),
            (["folder/../a"], ["a"]),
            (["folder/deep/.."], ["folder/b", "folder/deep/c"]),
        ],
    )
    def test_absolute_and_relative(self, repo, opened, monkeypatch, paths, found):
        assert listed(opened, *(repo.path / path for path in paths)) == found
        monkeypatch.chdir(repo.path)
        assert listed(opened, *map(Path, paths)) == found

    def test_relative_to_the_current_folder(self, repo, opened, monkeypatch):
        monkeypatch.chdir(repo.path / "folder")
        assert listed(opened, Path("deep")) == ["folder/deep/c"]
        assert listed(opened, Path("..") / "a") == ["a"]

    def test_through_a_link_to_the_root(self, repo, opened, tmp_path):
        (tmp_path / "link").symlink_to(repo.path)
        assert listed(opened, tmp_path / "link/folder2") == ["folder2/d"]

    def test_a_link_is_itself_not_what_it_points_to(self, repo, opened):
        (repo.path / "link").symlink_to("folder")
        assert listed(opened, repo.path / "link") == ["link"]

    def test_outside_the_repository(self, opened, tmp_path):
        (tmp_path / "outside").write_text("x")
        with pytest.raises(UsageError, match="outside"):
            listed(opened, tmp_path / "outside")

    def test_that_do_not_exist(self, repo, opened):
        with pytest.raises(UsageError, match="no file or folder"):
            listed(opened, repo.path / "absent")

    def test_more_than_a_command_line_holds(self, repo, opened):
        count = 2 * MAX_ARGUMENT_BYTES // 200
        names = [f"{n:0200}" for n in range(count)]
        for name in names:
            (repo.path / name).write_bytes(b"")
        assert listed(opened, *(repo.path / name for name in names)) == names


def test_a_repository_within_is_named_once(repo, new_repo, opened):
    repo.commit({"a": "a"})
    new_repo("repo/inner").commit({"b": "b"})
    files = {file.path: file.mode for file in opened.worktree_files()}
    assert files == {"a": FileMode.REGULAR, "inner": FileMode.SUBMODULE}


def test_a_submodule_that_is_not_checked_out_is_left_out(repo, opened):
    commit = repo.commit({"a": "a"})
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{commit},lib")
    (repo.path / "lib").mkdir()
    assert listed(opened) == ["a"]


def test_a_sparse_checkout_lists_what_is_there(repo, opened):
    repo.commit({"in/a": "a", "out/b": "b"})
    repo.git("sparse-checkout", "set", "in")
    assert listed(opened) == ["in/a"]


def test_what_is_no_file_is_left_out(repo, opened):
    repo.commit({"a": "a", "was-a-file": "x"})
    os.mkfifo(repo.path / "pipe")
    (repo.path / "was-a-file").unlink()
    repo.write({"was-a-file/now": "n"})
    assert listed(opened) == ["a", "was-a-file/now"]


def test_a_file_whose_place_a_pipe_has_taken_is_not_read(repo, opened):
    repo.write({"a": "a"})
    [file] = opened.worktree_files()
    (repo.path / "a").unlink()
    os.mkfifo(repo.path / "a")
    with pytest.raises(OSError, match="no regular file"):
        file.read()
    with pytest.raises(OSError, match="no regular file"):
        next(file.stream())


def test_a_file_whose_place_a_link_has_taken_is_not_read(repo, opened, tmp_path):
    repo.write({"a": "a"})
    [file] = opened.worktree_files()
    (tmp_path / "outside").write_text("outside")
    (repo.path / "a").unlink()
    (repo.path / "a").symlink_to(tmp_path / "outside")
    with pytest.raises(OSError, match="symbolic links"):
        file.read()
