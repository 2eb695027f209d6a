"""Files of a commit: one by path, or all as a stream."""

import pytest

from assay.errors import MissingObjectError, ObjectTooLargeError, RepositoryError, UsageError
from assay.git import TreeEntry
from assay.model.subject import FileMode


@pytest.fixture
def head(repo):
    repo.write(
        {"a": "a\n", "folder/b": "bb\n", "folder/deep/c": "ccc\n", "folder.txt": "x", "run": "r", "line\nbreak": "l"}
    )
    (repo.path / "run").chmod(0o755)
    (repo.path / "link").symlink_to("a")
    return repo.commit()


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a", b"a\n"),
        ("folder/deep/c", b"ccc\n"),
        ("line\nbreak", b"l"),
        ("absent", None),
        ("folder/absent", None),
        ("a/below-a-file", None),
        ("folder/../a", None),
        ("./a", None),
        ("/a", None),
        ("", None),
    ],
)
def test_read_file(repo, opened, head, path, content):
    assert opened.read_file(head, path) == content
    assert opened.read_file("main", path) == content
    assert opened.read_file(repo.git("rev-parse", f"{head}^{{tree}}"), path) == content


def test_a_file_above_the_limit(opened, head):
    with pytest.raises(ObjectTooLargeError):
        opened.read_file(head, "a", limit=1)


@pytest.mark.parametrize("path", ["folder", "link"])
def test_what_is_no_file_is_an_error_not_an_absence(opened, head, path):
    with pytest.raises(RepositoryError, match="expected a file"):
        opened.read_file(head, path)


def test_of_a_revision_that_is_none(opened, head):
    with pytest.raises(UsageError):
        opened.read_file("nothing", "a")
    with pytest.raises(UsageError):
        opened.list_files("-x")
    with pytest.raises(MissingObjectError):
        opened.list_files("1" * 40)


def test_list_files(repo, opened, head):
    entries = {entry.path: entry for entry in opened.list_files(head)}
    assert {path: (entry.mode, entry.size) for path, entry in entries.items()} == {
        "a": (FileMode.REGULAR, 2),
        "folder.txt": (FileMode.REGULAR, 1),
        "folder/b": (FileMode.REGULAR, 3),
        "folder/deep/c": (FileMode.REGULAR, 4),
        "line\nbreak": (FileMode.REGULAR, 1),
        "link": (FileMode.SYMLINK, 1),
        "run": (FileMode.EXECUTABLE, 1),
    }
    blob = repo.git("rev-parse", f"{head}:a")
    assert entries["a"] == TreeEntry(path="a", mode=FileMode.REGULAR, blob=blob, size=2)


@pytest.mark.parametrize(
    ("prefix", "paths"),
    [
        ("folder", ["folder/b", "folder/deep/c"]),
        ("folder/", ["folder/b", "folder/deep/c"]),
        ("folder/deep", ["folder/deep/c"]),
        ("a", ["a"]),
        ("line\nbreak", ["line\nbreak"]),
        ("absent", []),
        ("*", []),
        (":(glob)*", []),
    ],
)
def test_below_a_prefix(opened, head, prefix, paths):
    assert [entry.path for entry in opened.list_files(head, prefix)] == paths


def test_a_submodule_has_no_size(repo, opened, head):
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{head},lib")
    repo.git("commit", "-q", "-m", "lib")
    [entry] = opened.list_files("HEAD", "lib")
    assert (entry.mode, entry.blob, entry.size) == (FileMode.SUBMODULE, head, None)


def test_a_listing_can_be_left_half_way(repo, opened):
    repo.commit({f"folder{n}/{n:0100}": "x" for n in range(1000)})
    listing = opened.list_files("HEAD")
    assert next(listing).path.startswith("folder0/")
    listing.close()


def test_a_damaged_tree_is_an_error(repo, opened):
    tree = repo.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", data=b"no tree at all")
    commit = repo.git(
        "hash-object", "-t", "commit", "-w", "--literally", "--stdin", data=f"tree {tree}\n\nx\n".encode()
    )
    with pytest.raises(RepositoryError, match="damaged"):
        opened.read_file(commit, "a")
