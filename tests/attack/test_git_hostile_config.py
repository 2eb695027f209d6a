"""A repository whose configuration names programs: reading it must run none of them.

Each attack is first shown to work: plain git, given a command that takes the bait, runs the program.
"""

import json
import os
import subprocess
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import pytest

from assay.errors import AssayError, MissingObjectError, RepositoryError
from assay.git import Repository, _environment

EVIL = "{evil}"
REF = "refs/assay/statements"
SIGNATURE = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----\n"


@dataclass(frozen=True, kw_only=True)
class Attack:
    """Configuration that names a program, and a git command that runs it."""

    name: str
    config: dict[str, str]
    bait: tuple[str, ...]
    attributes: str = ""
    env: dict[str, str] = field(default_factory=dict)


ATTACKS = (
    Attack(name="fsmonitor", config={"core.fsmonitor": EVIL}, bait=("status",)),
    Attack(name="hooks path", config={"core.hooksPath": "{folder}"}, bait=("update-ref", "refs/x/y", "HEAD")),
    Attack(name="alias", config={"alias.go": "!{evil}"}, bait=("go",)),
    Attack(name="external diff", config={"diff.external": EVIL}, bait=("diff", "HEAD~1", "HEAD")),
    Attack(
        name="external diff of a driver",
        config={"diff.bad.command": EVIL},
        attributes="* diff=bad\n",
        bait=("diff", "HEAD~1", "HEAD"),
    ),
    Attack(
        name="textconv",
        config={"diff.bad.textconv": EVIL},
        attributes="* diff=bad\n",
        bait=("diff", "HEAD~1", "HEAD"),
    ),
    Attack(
        name="clean filter",
        config={"filter.bad.clean": EVIL},
        attributes="* filter=bad\n",
        bait=("hash-object", "-w", "main.txt"),
    ),
    Attack(
        name="filter process",
        config={"filter.bad.process": EVIL, "filter.bad.required": "true"},
        attributes="* filter=bad\n",
        bait=("hash-object", "-w", "main.txt"),
    ),
    Attack(
        name="smudge filter",
        config={"filter.bad.smudge": EVIL},
        attributes="* filter=bad\n",
        bait=("cat-file", "--filters", "HEAD:main.txt"),
    ),
    Attack(
        name="signature shown in the log",
        config={"log.showSignature": "true", "gpg.program": EVIL},
        bait=("log", "-1", "signed"),
    ),
    Attack(name="signature format", config={"gpg.program": EVIL}, bait=("log", "-1", "--format=%G?", "signed")),
    Attack(
        name="signing every commit",
        config={"commit.gpgSign": "true", "gpg.program": EVIL},
        bait=("commit", "--allow-empty", "-m", "x"),
    ),
    Attack(
        name="signing with ssh",
        config={"commit.gpgSign": "true", "gpg.format": "ssh", "gpg.ssh.defaultKeyCommand": EVIL},
        bait=("commit", "--allow-empty", "-m", "x"),
    ),
    Attack(
        name="trailer command",
        config={"trailer.evil.key": "Evil", "trailer.evil.command": EVIL, "trailer.evil.ifmissing": "add"},
        bait=("interpret-trailers", "main.txt"),
    ),
    Attack(name="editor", config={"core.editor": EVIL}, bait=("commit", "--allow-empty")),
    Attack(name="include", config={"include.path": "{folder}/included"}, bait=("diff", "HEAD~1", "HEAD")),
    Attack(
        name="worktree configuration",
        config={"extensions.worktreeConfig": "true"},
        bait=("diff", "HEAD~1", "HEAD"),
    ),
    Attack(name="environment", config={}, env={"GIT_EXTERNAL_DIFF": EVIL}, bait=("diff", "HEAD~1", "HEAD")),
)


@pytest.fixture
def evil(tmp_path, monkeypatch):
    """Return a program that leaves a marker, in a folder where it has the name of every hook and a remote helper."""
    folder = tmp_path / "evil"
    folder.mkdir()
    script = f"#!/bin/sh\necho ran >> {tmp_path}/marker\nexit 1\n"
    hooks = (
        "pre-commit",
        "post-index-change",
        "reference-transaction",
        "pre-push",
        "post-checkout",
        "fsmonitor-watchman",
    )
    for name in ("program", "git-remote-bad", *hooks):
        (folder / name).write_text(script)
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    (folder / "included").write_text(f"[diff]\n\texternal = {folder}/program\n")
    return folder / "program"


@pytest.fixture
def marker(tmp_path):
    return tmp_path / "marker"


@pytest.fixture
def victim(repo):
    """Return a repository with what the commands used by Assay could trip over: merges, signatures, staged files."""
    repo.commit({"main.txt": "one\n", "old.txt": "".join(f"line {n}\n" for n in range(9))}, message="first\n\nEvil: no")
    repo.git("checkout", "-q", "-b", "side")
    repo.commit({"main.txt": "side\n"})
    repo.git("checkout", "-q", "main")
    repo.commit({"main.txt": "main\n", "old.txt": None, "new.txt": "".join(f"line {n}\n" for n in range(8))})
    repo.merge("side", resolve={"main.txt": "both\n"})
    head, _, message = repo.git("cat-file", "commit", "HEAD").partition("\n\n")
    raw = f"{head}\n{SIGNATURE}\n{message}\n".encode()
    repo.git("branch", "signed", repo.git("hash-object", "-t", "commit", "-w", "--stdin", data=raw))
    repo.write({"untracked.txt": "u\n", "staged.txt": "s\n"})
    repo.git("add", "staged.txt")
    return repo


def set_up(victim, attack, evil):
    def filled(text):
        return text.format(evil=evil, folder=evil.parent)

    (victim.path / ".git/info/attributes").write_text(attack.attributes)
    (victim.path / ".gitattributes").write_text(attack.attributes)
    for key, value in attack.config.items():
        victim.git("config", key, filled(value))
    if attack.name == "worktree configuration":
        victim.git("config", "--worktree", "diff.external", str(evil))
    return {name: filled(value) for name, value in attack.env.items()}


def exercise(repository: Repository) -> None:
    """Call everything that needs no network."""
    head, signed = repository.head(), repository.resolve("signed")
    change = repository.change(None, head)
    assert {file.path for file in change.files} >= {"main.txt", "new.txt"}
    assert repository.change(repository.resolve("main~1"), signed).commits[-1].signed
    assert {"staged.txt"} <= {file.path for file in repository.staged_change().files}
    assert repository.range_change("side...main").files
    assert repository.default_branch() == "refs/heads/main"
    assert repository.read_file(head, "main.txt") == b"both\n"
    assert [entry.path for entry in repository.list_files(head)] == ["main.txt", "new.txt"]
    assert {"untracked.txt", "staged.txt"} <= {file.path for file in repository.worktree_files()}
    repository.store_blobs(REF, {sha256(b"statement").hexdigest(): b"statement"})
    assert [content for _, content in repository.load_blobs(REF)] == [b"statement"]
    assert repository.hooks_dir().is_absolute()


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_no_program_of_the_repository_runs(attack, victim, evil, marker, monkeypatch):
    env = set_up(victim, attack, evil)
    subprocess.run(
        ["git", *attack.bait],
        cwd=victim.path,
        env=os.environ | env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert marker.exists(), "the attack does not work on plain git: it proves nothing"
    marker.unlink()
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    exercise(Repository.open(victim.path))
    assert not marker.exists()


def test_all_of_them_at_once(victim, evil, marker, monkeypatch):
    for attack in ATTACKS:
        for name, value in set_up(victim, attack, evil).items():
            monkeypatch.setenv(name, value)
    attributes = "* diff=bad filter=bad merge=bad\n"
    (victim.path / ".git/info/attributes").write_text(attributes)
    (victim.path / ".gitattributes").write_text(attributes)
    marker.unlink(missing_ok=True)
    exercise(Repository.open(victim.path))
    assert not marker.exists()


def test_hooks_of_the_repository_do_not_run(victim, evil, marker):
    for hook in evil.parent.iterdir():
        (victim.path / ".git/hooks" / hook.name).write_bytes(hook.read_bytes())
        (victim.path / ".git/hooks" / hook.name).chmod(0o755)
    victim_git = ["git", "update-ref", "refs/x/y", "HEAD"]
    subprocess.run(victim_git, cwd=victim.path, capture_output=True, check=False)
    assert marker.exists()
    marker.unlink()
    exercise(Repository.open(victim.path))
    assert not marker.exists()


def partial_clone(origin, target: Path):
    """Clone without blobs, so that a missing one makes git ask the remote."""
    origin.git("config", "uploadpack.allowFilter", "true")
    subprocess.run(
        ["git", "clone", "-q", "--bare", "--filter=blob:none", origin.path.as_uri(), str(target)],
        check=True,
        capture_output=True,
    )
    return target


PROMISOR_ATTACKS = {
    "remote helper": {"remote.origin.url": "ext::{evil}", "protocol.ext.allow": "always"},
    "ssh command": {"remote.origin.url": "ssh://host.invalid/x", "core.sshCommand": EVIL},
    "upload-pack": {"remote.origin.uploadpack": EVIL},
    "proxy": {"remote.origin.url": "git://host.invalid/x", "core.gitProxy": EVIL},
    "foreign version control": {"remote.origin.vcs": "bad", "core.editor": EVIL},
}


@pytest.fixture(params=["git that can be told not to fetch", "git that always fetches"])
def missing(request, monkeypatch):
    """Return the error for a missing object, from a git of today and from one before 2.45."""
    if request.param == "git that can be told not to fetch":
        return MissingObjectError
    monkeypatch.delitem(_environment.ISOLATED, "GIT_NO_LAZY_FETCH")
    return RepositoryError


@pytest.mark.parametrize("config", PROMISOR_ATTACKS.values(), ids=PROMISOR_ATTACKS)
def test_a_missing_object_runs_no_transport(config, missing, victim, evil, marker):
    clone = partial_clone(victim, evil.parent / "partial.git")
    for key, value in config.items():
        subprocess.run(["git", "config", key, value.format(evil=evil)], cwd=clone, check=True)
    blob = victim.git("rev-parse", "HEAD:main.txt")
    subprocess.run(["git", "cat-file", "-p", blob], cwd=clone, capture_output=True, check=False)
    assert marker.exists(), "the attack does not work on plain git: it proves nothing"
    marker.unlink()

    repository = Repository.open(clone)
    with repository.objects() as objects, pytest.raises(missing):
        objects.read(blob)
    with pytest.raises(missing):
        repository.change(None, repository.head())
    with pytest.raises(missing):
        repository.read_file("HEAD", "main.txt")
    assert [entry.size for entry in repository.list_files("HEAD")] == [None, None]
    assert not marker.exists()


def test_alternates_run_no_command(victim, new_repo, evil, marker):
    """Not even in the exchange with a remote, where the transport may be the user's own."""
    other = new_repo("other")
    Repository.open(other.path).store_blobs(REF, {sha256(b"theirs").hexdigest(): b"theirs"})
    (victim.path / ".git/objects/info/alternates").write_text(f"{other.path}/.git/objects\n")
    victim.git("config", "core.alternateRefsCommand", str(evil))
    victim.git("remote", "add", "origin", other.path.as_uri())
    fetch = ["git", "fetch", "origin", REF]
    subprocess.run(fetch, cwd=victim.path, capture_output=True, check=False)
    assert marker.exists(), "the attack does not work on plain git: it proves nothing"
    marker.unlink()
    repository = Repository.open(victim.path)
    exercise(repository)
    repository.fetch_ref("origin", REF)
    repository.push_ref("origin", REF)
    assert len(list(repository.load_blobs(REF))) == 2
    assert not marker.exists()


def test_a_git_in_the_work_tree_is_not_run(victim, evil, marker, monkeypatch):
    (victim.path / "git").write_bytes(evil.read_bytes())
    (victim.path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f".:{os.environ['PATH']}")
    monkeypatch.chdir(victim.path)
    Repository.open(victim.path).head()
    assert not marker.exists()


def test_a_repository_format_from_the_future_is_refused(victim):
    victim.git("config", "core.repositoryFormatVersion", "1")
    victim.git("config", "extensions.unheardOf", "true")
    with pytest.raises(AssayError, match="extension"):
        Repository.open(victim.path)


def test_no_git_that_reads_has_a_child(victim, tmp_path):
    """Whatever the next attack may be: git reports each program it starts in its trace, and there is none."""
    trace = tmp_path / "trace"
    opened = Repository.open(victim.path)
    exercise(replace(opened, environment={**opened.environment, "GIT_TRACE2_EVENT": str(trace)}))
    events = [json.loads(line) for line in trace.read_text().splitlines()]
    assert {event["argv"][-1] for event in events if event["event"] == "start"}
    assert [event["argv"] for event in events if event["event"] in {"child_start", "exec"}] == []


def test_only_plumbing_is_used(victim, tmp_path):
    """Porcelain reads settings meant for people, and settings are the repository's to write."""
    trace = tmp_path / "trace"
    opened = Repository.open(victim.path)
    exercise(replace(opened, environment={**opened.environment, "GIT_TRACE2_EVENT": str(trace)}))
    events = [json.loads(line) for line in trace.read_text().splitlines()]
    assert {event["name"] for event in events if event["event"] == "cmd_name"} <= {
        "cat-file",
        "commit-tree",
        "diff-tree",
        "for-each-ref",
        "hash-object",
        "ls-files",
        "ls-tree",
        "merge-base",
        "rev-list",
        "rev-parse",
        "symbolic-ref",
        "update-index",
        "update-ref",
        "write-tree",
    }
