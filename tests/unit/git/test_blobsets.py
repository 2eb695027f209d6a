"""Sets of blobs on a ref: named by digest, merged by union, safe against other writers."""

import logging
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest

from assay.errors import RepositoryError
from assay.git import Repository, blobsets

REF = "refs/assay/statements"


def named(*contents: bytes) -> dict[str, bytes]:
    return {sha256(content).hexdigest(): content for content in contents}


def loaded(repository, ref=REF):
    return dict(repository.load_blobs(ref))


def test_what_is_stored_is_loaded(opened):
    blobs = named(b"one", b"", b"\0two\n" * 1000)
    opened.store_blobs(REF, blobs)
    assert loaded(opened) == blobs


def test_nothing_is_loaded_where_there_is_no_ref(opened):
    assert loaded(opened) == {}


def test_sets_grow_by_union_with_one_commit_each(repo, opened):
    first = opened.store_blobs(REF, named(b"one", b"two"))
    second = opened.store_blobs(REF, named(b"two", b"three"))
    assert loaded(opened) == named(b"one", b"two", b"three")
    assert repo.git("rev-parse", f"{second}^", REF).split() == [first, second]
    assert opened.store_blobs(REF, named(b"one")) == second
    assert opened.store_blobs(REF, {}) == second


def test_files_are_named_by_their_digest_in_folders(repo, opened):
    opened.store_blobs(REF, named(b"one"))
    digest = sha256(b"one").hexdigest()
    assert repo.git("ls-tree", "-r", "--name-only", REF) == f"{digest[:2]}/{digest[2:]}"


def test_the_commit_tells_neither_who_nor_when(repo, opened, new_repo):
    commit = opened.store_blobs(REF, named(b"one"))
    raw = repo.git("cat-file", "commit", commit)
    assert "author assay <assay@localhost> 0 +0000\ncommitter assay <assay@localhost> 0 +0000" in raw
    assert Repository.open(new_repo("other").path).store_blobs(REF, named(b"one")) == commit


@pytest.mark.parametrize(("key", "value"), [("i18n.commitEncoding", "ISO-8859-1"), ("user.useConfigOnly", "true")])
def test_settings_do_not_change_the_commit(repo, opened, key, value):
    commit = opened.store_blobs(REF, named(b"one"))
    repo.git("config", key, value)
    assert opened.store_blobs("refs/assay/other", named(b"one")) == commit


def test_neither_index_nor_work_tree_nor_branches_are_touched(repo, opened):
    repo.commit({"a": "a"})
    repo.write({"b": "b"})
    before = repo.git("status", "--porcelain"), repo.git("for-each-ref", "refs/heads")
    opened.store_blobs(REF, named(b"one"))
    assert (repo.git("status", "--porcelain"), repo.git("for-each-ref", "refs/heads")) == before


def test_a_bare_repository_can_hold_a_set(new_repo):
    opened = Repository.open(new_repo("bare", bare=True).path)
    opened.store_blobs(REF, named(b"one"))
    assert loaded(opened) == named(b"one")


def test_a_sha256_repository_can_hold_a_set(new_repo):
    opened = Repository.open(new_repo("sha256", object_format="sha256").path)
    opened.store_blobs(REF, named(b"one"))
    opened.store_blobs(REF, named(b"two"))
    assert loaded(opened) == named(b"one", b"two")


def test_a_name_that_is_not_the_digest_is_refused(opened):
    with pytest.raises(ValueError, match="SHA-256"):
        opened.store_blobs(REF, {sha256(b"other").hexdigest(): b"one"})
    with pytest.raises(ValueError, match="SHA-256"):
        opened.store_blobs(REF, {"../../x": b"one"})


@pytest.mark.parametrize("ref", ["refs/heads/main", "HEAD", "refs/assay", "-d", ""])
def test_no_other_ref_is_written(opened, ref):
    with pytest.raises(ValueError, match="refs/assay/"):
        opened.store_blobs(ref, named(b"one"))


def test_a_ref_name_git_does_not_know_is_an_error(opened):
    with pytest.raises(RepositoryError, match="update-ref"):
        opened.store_blobs("refs/assay/a..b", named(b"one"))


def test_a_symbolic_ref_does_not_lead_to_a_branch(repo, opened):
    head = repo.commit({"a": "a"})
    repo.git("symbolic-ref", REF, "refs/heads/main")
    opened.store_blobs(REF, named(b"one"))
    assert repo.git("rev-parse", "refs/heads/main") == head
    assert loaded(opened) == named(b"one")


def test_writers_at_the_same_time_lose_nothing(opened):
    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(lambda n: opened.store_blobs(REF, named(b"%d" % n)), range(12)))
    assert loaded(opened) == named(*(b"%d" % n for n in range(12)))


def test_a_lock_that_stays_is_an_error_with_what_to_do(repo, opened, monkeypatch):
    monkeypatch.setattr(blobsets, "MAX_ATTEMPTS", 2)
    lock = repo.path / ".git" / f"{REF}.lock"
    lock.parent.mkdir(parents=True)
    lock.touch()
    with pytest.raises(RepositoryError, match="locked") as caught:
        opened.store_blobs(REF, named(b"one"))
    assert f"{REF}.lock" in caught.value.hint


class TestUntrusted:
    """A ref can be written by anyone who may push."""

    @staticmethod
    def commit(repo, files):
        for name, (mode, content) in files.items():
            blob = repo.git("hash-object", "-w", "--stdin", data=content)
            repo.git("update-index", "--add", "--cacheinfo", f"{mode},{blob},{name}")
        commit = repo.git("commit-tree", repo.git("write-tree"), data=b"x")
        repo.git("update-ref", REF, commit)

    def test_what_is_no_blob_of_a_set_is_passed_over(self, repo, opened):
        digest = sha256(b"good").hexdigest()
        self.commit(
            repo,
            {
                digest: ("100644", b"good"),
                "README": ("100644", b"hello"),
                f"x/{digest}": ("100644", b"good"),
                sha256(b"link").hexdigest(): ("120000", b"link"),
                sha256(b"run").hexdigest(): ("100755", b"run"),
                sha256(b"upper").hexdigest().upper(): ("100644", b"upper"),
            },
        )
        assert loaded(opened) == {digest: b"good"}

    def test_content_that_is_not_what_its_name_says_is_left_out_with_a_warning(self, repo, opened, caplog):
        self.commit(repo, {sha256(b"claimed").hexdigest(): ("100644", b"other")})
        with caplog.at_level(logging.WARNING):
            assert loaded(opened) == {}
        assert "another digest" in caplog.text
        assert "other" not in caplog.text.replace("another", "")

    def test_a_large_blob_is_left_out_with_a_warning(self, opened, monkeypatch, caplog):
        opened.store_blobs(REF, named(b"12345", b"1234"))
        monkeypatch.setattr(blobsets, "MAX_BLOB_BYTES", 4)
        with caplog.at_level(logging.WARNING):
            assert loaded(opened) == named(b"1234")
        assert "5 bytes" in caplog.text

    def test_too_much_in_all_is_an_error(self, opened, monkeypatch):
        opened.store_blobs(REF, named(b"12345", b"1234"))
        monkeypatch.setattr(blobsets, "MAX_TOTAL_BYTES", 8)
        with pytest.raises(RepositoryError, match="more than 8 bytes"):
            loaded(opened)

    def test_too_many_are_an_error(self, opened, monkeypatch):
        opened.store_blobs(REF, named(b"1", b"2", b"3"))
        monkeypatch.setattr(blobsets, "MAX_BLOBS", 2)
        with pytest.raises(RepositoryError, match="more than 2 blobs"):
            loaded(opened)
