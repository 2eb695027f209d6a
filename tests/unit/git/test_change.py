"""A change is the difference of two trees, the commits between them, and every blob those commits bring."""

import pytest

from assay.errors import EmptyRangeError, RepositoryError
from assay.model.subject import ChangeStatus, FileMode


def files_of(change):
    return {file.path: file for file in change.files}


def test_added_modified_and_deleted_files_have_status_lines_and_blobs(repo, opened):
    base = repo.commit({"kept.txt": "a\nb\n", "gone.txt": "x\n"})
    head = repo.commit({"kept.txt": "a\nc\nd\n", "gone.txt": None, "new.txt": "1\n"})
    files = files_of(opened.change(base, head))
    assert {path: (file.status, file.added, file.deleted) for path, file in files.items()} == {
        "gone.txt": (ChangeStatus.DELETED, 0, 1),
        "kept.txt": (ChangeStatus.MODIFIED, 2, 1),
        "new.txt": (ChangeStatus.ADDED, 1, 0),
    }
    assert files["gone.txt"].new_blob is None
    assert files["gone.txt"].new_mode is FileMode.ABSENT
    assert files["new.txt"].old_blob is None
    assert files["kept.txt"].old_blob == repo.git("rev-parse", f"{base}:kept.txt")
    assert files["kept.txt"].new_blob == repo.git("rev-parse", f"{head}:kept.txt")


def test_a_renamed_file_keeps_its_old_path(repo, opened):
    base = repo.commit({"old.txt": "".join(f"line {n}\n" for n in range(20))})
    head = repo.commit({"old.txt": None, "new.txt": "".join(f"line {n}\n" for n in range(19))})
    [file] = opened.change(base, head).files
    assert (file.status, file.old_path, file.path) == (ChangeStatus.RENAMED, "old.txt", "new.txt")
    assert (file.added, file.deleted) == (0, 1)


def test_a_file_that_only_becomes_executable_is_modified_without_lines(repo, opened):
    base = repo.commit({"run": "#!/bin/sh\n"})
    (repo.path / "run").chmod(0o755)
    head = repo.commit()
    [file] = opened.change(base, head).files
    assert (file.status, file.old_mode, file.new_mode) == (
        ChangeStatus.MODIFIED,
        FileMode.REGULAR,
        FileMode.EXECUTABLE,
    )
    assert (file.added, file.deleted) == (0, 0)
    assert file.old_blob == file.new_blob


def test_a_file_that_becomes_a_link_has_changed_its_type(repo, opened):
    base = repo.commit({"a": "text\n", "b": "b\n"})
    (repo.path / "a").unlink()
    (repo.path / "a").symlink_to("b")
    head = repo.commit()
    [file] = opened.change(base, head).files
    assert (file.status, file.new_mode) == (ChangeStatus.TYPE_CHANGED, FileMode.SYMLINK)


def test_a_binary_file_has_no_line_counts(repo, opened):
    base = repo.commit({"a.bin": b"\0one"})
    head = repo.commit({"a.bin": b"\0two"})
    [file] = opened.change(base, head).files
    assert (file.added, file.deleted) == (None, None)


def test_a_submodule_is_a_file_whose_blob_is_a_commit(repo, opened):
    base = repo.commit({"a": "a"})
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{base},vendor/lib")
    repo.git("commit", "-q", "-m", "add submodule")
    head = repo.git("rev-parse", "HEAD")
    [file] = opened.change(base, head).files
    assert (file.path, file.new_mode, file.new_blob) == ("vendor/lib", FileMode.SUBMODULE, base)


@pytest.mark.parametrize(
    "name", ["tab\there", "line\nbreak", 'a "quote"', "back\\slash", "ünï", " space ", "-dash", ":c"]
)
def test_any_utf8_path_is_its_own_text(repo, opened, name):
    base = repo.commit({"a": "a"})
    head = repo.commit({name: "x\n", f"folder {name}/{name}": "y\n"})
    assert {file.path for file in opened.change(base, head).files} == {name, f"folder {name}/{name}"}


def test_a_path_that_is_not_utf8_is_quoted_as_git_does(repo, opened):
    base = repo.commit({"a": "a"})
    (repo.path / "caf\udce9").write_bytes(b"x\n")
    head = repo.commit()
    [file] = opened.change(base, head).files
    assert file.path == '"caf\\351"'


def test_base_none_is_the_whole_history(repo, opened):
    first = repo.commit({"a": "a\n"})
    head = repo.commit({"b": "b\n"})
    change = opened.change(None, head)
    assert change.base_commit is None
    assert change.base_tree == opened.empty_tree
    assert [commit.id for commit in change.commits] == [first, head]
    assert {file.path for file in change.files} == {"a", "b"}


def test_trees_and_commits_are_named(repo, opened):
    base = repo.commit({"a": "a\n"})
    head = repo.commit({"a": "b\n"})
    change = opened.change(base, head)
    assert change.base_tree == repo.git("rev-parse", f"{base}^{{tree}}")
    assert change.head_tree == repo.git("rev-parse", f"{head}^{{tree}}")
    assert (change.base_commit, change.head_commit) == (base, head)


def test_a_range_without_commits_and_files_is_empty(repo, opened):
    head = repo.commit({"a": "a\n"})
    with pytest.raises(EmptyRangeError):
        opened.change(head, head)


def test_a_commit_without_files_is_a_change_all_the_same(repo, opened):
    base = repo.commit({"a": "a\n"})
    head = repo.commit(message="fix: nothing")
    change = opened.change(base, head)
    assert change.files == ()
    assert [commit.id for commit in change.commits] == [head]


@pytest.mark.parametrize("revision", ["HEAD^{tree}", "v1"])
def test_what_is_no_commit_cannot_be_a_base(repo, opened, revision):
    head = repo.commit({"a": "a\n"})
    repo.git("tag", "-a", "v1", "-m", "v1")
    with pytest.raises(RepositoryError, match="expected a commit"):
        opened.change(repo.git("rev-parse", revision), head)


class TestIntroduced:
    """Every blob a commit brings is seen: at the head through `files`, else here."""

    def test_added_and_deleted_again_is_caught_with_the_commit_that_added_it(self, repo, opened):
        base = repo.commit({"a": "a\n"})
        added = repo.commit({"secret.env": "s\n"})
        blob = repo.git("rev-parse", "HEAD:secret.env")
        head = repo.commit({"secret.env": None})
        change = opened.change(base, head)
        assert change.files == ()
        assert change.introduced == ((added, "secret.env", blob),)

    def test_a_value_overwritten_later_is_caught(self, repo, opened):
        base = repo.commit({"a": "a\n"})
        middle = repo.commit({"a": "middle\n"})
        blob = repo.git("rev-parse", "HEAD:a")
        head = repo.commit({"a": "end\n"})
        assert opened.change(base, head).introduced == ((middle, "a", blob),)

    def test_what_was_there_before_is_not_introduced_by_a_revert(self, repo, opened):
        base = repo.commit({"deep/folder/a": "a\n", "b": "b\n"})
        wrong = repo.commit({"deep/folder/a": "wrong\n"})
        blob = repo.git("rev-parse", "HEAD:deep/folder/a")
        head = repo.commit({"deep/folder/a": "a\n"})
        assert opened.change(base, head).introduced == ((wrong, "deep/folder/a", blob),)

    def test_the_same_blob_twice_is_named_once_with_the_first_commit(self, repo, opened):
        base = repo.commit({"a": "a\n"})
        first = repo.commit({"s": "s\n"})
        blob = repo.git("rev-parse", "HEAD:s")
        repo.commit({"s": None})
        repo.commit({"s": "s\n"})
        head = repo.commit({"s": None})
        assert opened.change(base, head).introduced == ((first, "s", blob),)

    def test_what_stands_at_the_head_is_in_files_and_not_repeated(self, repo, opened):
        base = repo.commit({"a": "a\n"})
        repo.commit({"a": "b\n", "new": "n\n"})
        assert opened.change(base, repo.commit({"other": "o\n"})).introduced == ()

    def test_an_evil_merge_is_seen(self, repo, opened):
        base = repo.commit({"a": "a\n", "b": "b\n"})
        repo.git("checkout", "-q", "-b", "side")
        repo.commit({"b": "side\n"})
        repo.git("checkout", "-q", "main")
        repo.commit({"a": "main\n"})
        merge = repo.merge("side", resolve={"hidden": "h\n", "a": "neither\n"})
        hidden, neither = (repo.git("rev-parse", f"HEAD:{name}") for name in ("hidden", "a"))
        head = repo.commit({"hidden": None, "a": "main\n"})
        introduced = opened.change(base, head).introduced
        assert (merge, "hidden", hidden) in introduced
        assert (merge, "a", neither) in introduced

    def test_a_clean_merge_repeats_nothing_of_the_side_it_merges(self, repo, opened):
        repo.commit({"a": "a\n"})
        repo.git("checkout", "-q", "-b", "topic")
        repo.commit({"topic": "t\n"})
        repo.git("checkout", "-q", "main")
        base = repo.commit({"upstream": "u\n"})
        repo.git("checkout", "-q", "topic")
        head = repo.merge("main")
        change = opened.change(base, head)
        assert {file.path for file in change.files} == {"topic"}
        assert change.introduced == ()

    def test_submodules_bring_no_blob(self, repo, opened):
        base = repo.commit({"a": "a"})
        repo.git("update-index", "--add", "--cacheinfo", f"160000,{base},lib")
        repo.git("commit", "-q", "-m", "add submodule")
        repo.git("rm", "-q", "--cached", "lib")
        repo.git("commit", "-q", "-m", "remove submodule")
        assert opened.change(base, repo.git("rev-parse", "HEAD")).introduced == ()

    def test_a_root_commit_brings_everything_it_has(self, repo, opened):
        first = repo.commit({"s": "s\n", "a": "a\n"})
        blob = repo.git("rev-parse", "HEAD:s")
        head = repo.commit({"s": None})
        assert opened.change(None, head).introduced == ((first, "s", blob),)
