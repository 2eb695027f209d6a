"""Where the files of packs come from: a commit, a folder, and the one in memory that other tests use."""

import pytest

from assay.errors import PackError
from assay.git import Repository
from assay.policy import CommitSource, FolderSource
from assay.policy.sources import PackEntry

FILES = {
    "assay/policy/ours/a.rego": b"package a\n",
    "assay/policy/ours/deep/b.rego": b"package b\n",
    "assay/policy/oursest/c.rego": b"package c\n",
    "README.md": b"# Readme\n",
}


@pytest.fixture(params=["memory", "folder", "commit"])
def source(request, cases, repo, tmp_path):
    if request.param == "memory":
        yield cases.MemorySource({**FILES, "assay/policy/ours/link": None})
        return
    repo.write(FILES)
    (repo.path / "assay/policy/ours/link").symlink_to("a.rego")
    if request.param == "folder":
        yield FolderSource(repo.path)
        return
    commit = repo.commit()
    repo.write({"assay/policy/ours/a.rego": b"changed in the work tree\n", "assay/policy/ours/new.rego": b"x"})
    repository = Repository.open(repo.path)
    with repository.objects() as reader:
        yield CommitSource(repository, reader, commit)


def test_it_lists_what_is_below_a_folder(source):
    entries = {entry.path: entry for entry in source.entries("assay/policy/ours")}
    assert set(entries) == {"a.rego", "deep/b.rego", "link"}
    assert entries["a.rego"] == PackEntry(path="a.rego", size=10, regular=True)
    assert not entries["link"].regular


def test_where_there_is_nothing_it_lists_nothing(source):
    assert list(source.entries("assay/policy/theirs")) == []


def test_a_file_is_no_folder(source):
    assert list(source.entries("README.md")) == []


def test_it_reads_what_it_listed(source):
    for _ in source.entries("assay/policy/ours"):
        pass
    assert source.read("assay/policy/ours", "deep/b.rego", 100) == b"package b\n"
    assert source.read("assay/policy/ours", "a.rego", 10) == b"package a\n"


def test_it_reads_nothing_above_the_limit(source):
    for _ in source.entries("assay/policy/ours"):
        pass
    with pytest.raises(PackError, match=r"assay/policy/ours/a\.rego: expected at most 9 bytes"):
        source.read("assay/policy/ours", "a.rego", 9)


def test_a_linked_folder_is_a_link(tmp_path):
    (tmp_path / "ours").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.rego").write_text("package a\n")
    (tmp_path / "ours" / "sub").symlink_to(tmp_path / "elsewhere")
    (entry,) = FolderSource(tmp_path).entries("ours")
    assert (entry.path, entry.regular) == ("sub", False)


def test_a_file_that_is_gone_is_told(tmp_path):
    with pytest.raises(PackError, match=r"ours/a\.rego: No such file or directory"):
        FolderSource(tmp_path).read("ours", "a.rego", 1)
