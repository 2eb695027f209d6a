"""Sets travel to a remote and back; two clones end with the union."""

import os
import subprocess
from hashlib import sha256

import pytest

from assay.errors import RepositoryError, UsageError
from assay.git import Repository, remotes

REF = "refs/assay/statements"


def named(*contents: bytes) -> dict[str, bytes]:
    return {sha256(content).hexdigest(): content for content in contents}


def loaded(repository):
    return dict(repository.load_blobs(REF))


@pytest.fixture
def server(new_repo):
    return new_repo("server.git", bare=True)


@pytest.fixture
def clones(new_repo, server):
    made = [new_repo(name) for name in ("one", "two")]
    for clone in made:
        clone.git("remote", "add", "origin", server.path.as_uri())
    return [Repository.open(clone.path) for clone in made]


def test_nothing_to_exchange(clones):
    assert clones[0].push_ref("origin", REF) is None
    assert clones[0].fetch_ref("origin", REF) is None


def test_there_and_back(clones):
    one, two = clones
    tip = one.store_blobs(REF, named(b"one"))
    assert one.push_ref("origin", REF) == tip
    assert two.fetch_ref("origin", REF) == tip
    assert loaded(two) == named(b"one")
    assert one.push_ref("origin", REF) == tip
    assert one.fetch_ref("origin", REF) == tip


def test_both_sides_end_with_the_union(clones, server):
    one, two = clones
    one.store_blobs(REF, named(b"one", b"both"))
    two.store_blobs(REF, named(b"two", b"both"))
    one.push_ref("origin", REF)
    tip = two.push_ref("origin", REF)
    assert server.git("rev-parse", REF) == tip
    assert one.fetch_ref("origin", REF) == tip
    assert loaded(one) == loaded(two) == named(b"one", b"two", b"both")


def test_what_is_ahead_is_not_moved_back(clones):
    one, two = clones
    one.store_blobs(REF, named(b"one"))
    one.push_ref("origin", REF)
    two.fetch_ref("origin", REF)
    tip = two.store_blobs(REF, named(b"two"))
    assert two.fetch_ref("origin", REF) == tip


def test_a_fetch_keeps_what_only_we_have(clones):
    one, two = clones
    two.store_blobs(REF, named(b"two"))
    assert two.fetch_ref("origin", REF) == two.store_blobs(REF, {})
    one.store_blobs(REF, named(b"one"))
    one.push_ref("origin", REF)
    two.fetch_ref("origin", REF)
    assert loaded(two) == named(b"one", b"two")


def test_nothing_else_moves(clones, server, new_repo):
    """No tags, no branches, no FETCH_HEAD: the working repository looks as before."""
    other = new_repo("other")
    other.commit({"a": "a"})
    other.git("tag", "v1")
    other.git("push", "-q", server.path.as_uri(), "main", "v1")
    one, two = clones
    one.store_blobs(REF, named(b"one"))
    one.push_ref("origin", REF)
    two.fetch_ref("origin", REF)
    refs = subprocess.run(["git", "for-each-ref", "--format=%(refname)"], cwd=two.root, capture_output=True, check=True)
    assert {ref.rpartition("/")[0] for ref in refs.stdout.decode().split()} == {"refs/assay", "refs/assay/incoming"}
    assert not (two.git_dir / "FETCH_HEAD").exists()


def test_a_relative_remote_starts_from_the_root(clones, server):
    one = clones[0]
    subprocess.run(["git", "remote", "set-url", "origin", "../server.git"], cwd=one.root, check=True)
    tip = one.store_blobs(REF, named(b"one"))
    one.push_ref("origin", REF)
    assert server.git("rev-parse", REF) == tip


def test_the_remotes_hooks_decide(clones, server):
    hook = server.path / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho not today\nexit 1\n")
    hook.chmod(0o755)
    one = clones[0]
    one.store_blobs(REF, named(b"one"))
    with pytest.raises(RepositoryError, match="not today"):
        one.push_ref("origin", REF)


def test_a_remote_that_always_moves_is_given_up(clones, server, monkeypatch):
    """As if someone else pushed between each fetch and push: the remote's ref is locked for good."""
    monkeypatch.setattr(remotes, "MAX_PUSHES", 2)
    lock = server.path / f"{REF}.lock"
    lock.parent.mkdir(parents=True)
    lock.touch()
    one = clones[0]
    one.store_blobs(REF, named(b"one"))
    with pytest.raises(RepositoryError, match="keeps moving"):
        one.push_ref("origin", REF)


def test_a_remote_ref_that_is_no_commit(clones, server):
    server.git("update-ref", REF, server.git("hash-object", "-w", "--stdin", data=b"blob"))
    with pytest.raises(RepositoryError, match="no commit"):
        clones[0].fetch_ref("origin", REF)


def test_a_remote_that_is_not_there(clones):
    with pytest.raises(RepositoryError, match="fetch"):
        clones[0].fetch_ref("nowhere", REF)
    clones[0].store_blobs(REF, named(b"one"))
    with pytest.raises(RepositoryError, match="push"):
        clones[0].push_ref("nowhere", REF)


@pytest.mark.parametrize("remote", ["", "-x", "--upload-pack=touch x"])
def test_what_looks_like_an_option_is_no_remote(clones, remote):
    clones[0].store_blobs(REF, named(b"one"))
    with pytest.raises(UsageError):
        clones[0].fetch_ref(remote, REF)
    with pytest.raises(UsageError):
        clones[0].push_ref(remote, REF)


def test_no_other_ref_travels(clones):
    with pytest.raises(ValueError, match="refs/assay/"):
        clones[0].fetch_ref("origin", "refs/heads/main")
    with pytest.raises(ValueError, match="refs/assay/"):
        clones[0].push_ref("origin", "refs/heads/main")
    with pytest.raises(RepositoryError, match="refspec"):
        clones[0].fetch_ref("origin", "refs/assay/x:refs/heads/main")


def test_our_own_push_hook_is_not_called(clones, tmp_path):
    one = clones[0]
    hook = one.git_dir / "hooks/pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/marker\nexit 1\n")
    hook.chmod(0o755)
    one.store_blobs(REF, named(b"one"))
    one.push_ref("origin", REF)
    assert not (tmp_path / "marker").exists()


def test_a_url_that_is_a_command_is_refused(clones, tmp_path, monkeypatch):
    one = clones[0]
    subprocess.run(["git", "config", "protocol.ext.allow", "always"], cwd=one.root, check=True)
    url = f"ext::touch {tmp_path}/marker"
    subprocess.run(["git", "remote", "set-url", "origin", url], cwd=one.root, check=True)
    with pytest.raises(RepositoryError, match="not allowed"):
        one.fetch_ref("origin", REF)
    assert not (tmp_path / "marker").exists()


def test_credentials_in_a_url_are_not_repeated(clones):
    with pytest.raises(RepositoryError) as caught:
        clones[0].fetch_ref("file://user:pass" + "word@host/absent", REF)
    assert "password" not in str(caught.value)


def test_in_a_hook_the_repository_is_the_one_opened(clones, server, monkeypatch):
    """`assay sync` from a hook of another repository still speaks of its own."""
    one = clones[0]
    tip = one.store_blobs(REF, named(b"one"))
    monkeypatch.setenv("GIT_DIR", str(server.path))
    monkeypatch.setenv("GIT_INDEX_FILE", os.devnull)
    one.push_ref("origin", REF)
    monkeypatch.delenv("GIT_DIR")
    assert server.git("rev-parse", REF) == tip
