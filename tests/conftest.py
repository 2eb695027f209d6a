"""What all tests share: an environment without the machine in it, and real repositories made by the git binary.

`repo` is an empty repository on branch `main`; `new_repo(name)` makes more of them. Ids never change between runs:
names, addresses and dates are fixed, and each commit is one minute after the last.

    def test_sees_the_file(repo):
        first = repo.commit({"a.txt": "one\n"}, message="feat: a")
        repo.commit({"a.txt": None, "b/c.bin": b"\\x00"}, message="chore: swap")
        assert repo.git("rev-parse", "HEAD~1") == first
"""

import os
import subprocess
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

AMBIENT_PREFIXES = ("ASSAY_", "CI_", "GITHUB_", "GITLAB_", "GIT_", "RUNNER_", "XDG_")
AMBIENT_NAMES = (
    "CI",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "COLUMNS",
    "FORCE_COLOR",
    "LANGUAGE",
    "LINES",
    "NO_COLOR",
    "SSH_ASKPASS",
)
FIRST_COMMIT = datetime(2024, 1, 1, tzinfo=UTC)


class GitRepo:
    """One repository in a folder of its own."""

    def __init__(self, path: Path, *, bare: bool = False, object_format: str = "sha1") -> None:
        self.path = path
        self.now = FIRST_COMMIT
        path.mkdir(parents=True, exist_ok=True)
        kind = ["--bare"] if bare else []
        self.git("init", "-q", "-b", "main", f"--object-format={object_format}", *kind)

    def git(self, *args: str | os.PathLike[str], data: bytes = b"", env: Mapping[str, str] | None = None) -> str:
        """Run git here and return what it printed, without the last line break; fail the test if git fails."""
        return os.fsdecode(self.git_bytes(*args, data=data, env=env)).removesuffix("\n")

    def git_bytes(
        self, *args: str | os.PathLike[str], data: bytes = b"", env: Mapping[str, str] | None = None
    ) -> bytes:
        """Run git here and return the bytes it printed; fail the test if git fails."""
        full = os.environ | dict(env or {})
        run = subprocess.run(["git", *args], cwd=self.path, input=data, capture_output=True, check=False, env=full)
        if run.returncode:
            pytest.fail(f"git {args} exited {run.returncode}: {os.fsdecode(run.stderr)}")
        return run.stdout

    def write(self, files: Mapping[str, str | bytes | None]) -> None:
        """Write files below the root, making folders; None removes the file."""
        for name, content in files.items():
            file = self.path / name
            if content is None:
                file.unlink()
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(
        self,
        files: Mapping[str, str | bytes | None] | None = None,
        *,
        message: str | bytes = "change",
        author: str = "A. Author <author@example.org>",
        env: Mapping[str, str] | None = None,
    ) -> str:
        """Write `files`, stage everything in the work tree, commit it (even if nothing changed), return the id."""
        self.write(files or {})
        self.git("add", "--all")
        text = message.encode() if isinstance(message, str) else message
        options = ["-q", "--allow-empty", "--allow-empty-message", "--cleanup=verbatim", f"--author={author}"]
        self.git("commit", *options, "-F", "-", data=text, env=self.dates() | dict(env or {}))
        return self.git("rev-parse", "HEAD")

    def merge(
        self, *revisions: str, message: str = "merge", resolve: Mapping[str, str | bytes | None] | None = None
    ) -> str:
        """Merge into HEAD with a merge commit that also holds what `resolve` says; return its id."""
        options = ["-q", "--no-ff", "--no-commit", "--allow-unrelated-histories"]
        run = subprocess.run(["git", "merge", *options, *revisions], cwd=self.path, capture_output=True, check=False)
        if not (self.path / self.git("rev-parse", "--git-path", "MERGE_HEAD")).exists():
            pytest.fail(f"git merge {revisions}: {os.fsdecode(run.stderr)}")
        return self.commit(resolve, message=message)

    def dates(self) -> dict[str, str]:
        """Return author and committer date for the next commit, one minute after the last."""
        self.now += timedelta(minutes=1)
        stamp = f"{int(self.now.timestamp())} +0000"
        return {"GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hide the machine's CI, colours and configuration from every test; return the home folder used instead."""
    for name in list(os.environ):
        if name.startswith(AMBIENT_PREFIXES) or name in AMBIENT_NAMES:
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    settings = {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "A. Author",
        "GIT_AUTHOR_EMAIL": "author@example.org",
        "GIT_COMMITTER_NAME": "C. Committer",
        "GIT_COMMITTER_EMAIL": "committer@example.org",
        "GIT_AUTHOR_DATE": f"{int(FIRST_COMMIT.timestamp())} +0000",
        "GIT_COMMITTER_DATE": f"{int(FIRST_COMMIT.timestamp())} +0000",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return home


@pytest.fixture
def new_repo(tmp_path: Path) -> Callable[..., GitRepo]:
    """Return a maker of repositories below `tmp_path`: `new_repo("name", bare=True, object_format="sha256")`."""

    def make(name: str, *, bare: bool = False, object_format: str = "sha1") -> GitRepo:
        return GitRepo(tmp_path / name, bare=bare, object_format=object_format)

    return make


@pytest.fixture
def repo(new_repo: Callable[..., GitRepo]) -> GitRepo:
    """Return an empty repository on branch `main`."""
    return new_repo("repo")
