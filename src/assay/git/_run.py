"""Running git: the one place that does.

Trusted: the git binary on PATH and the environment of whoever called. Not trusted: the repository, with its
configuration, attributes, hooks, alternates and remotes. If lost: a folder someone unpacked runs programs of its choice
as the person who only asked what is in it.
"""

import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from assay.errors import RepositoryError
from assay.git._environment import OVERRIDES
from assay.git._failure import failure

Argument = str | bytes | Path

# Evidence is about the objects that were pushed, not about what `git replace` puts in their place.
OPTIONS = ("--no-pager", "--no-replace-objects", "--literal-pathspecs")
CHUNK_BYTES = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A run of git that ended by itself."""

    code: int
    stdout: bytes
    stderr: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Git:
    """Runs git in one folder, with one environment."""

    folder: Path
    environment: Mapping[str, str] = field(repr=False)
    overrides: Mapping[str, str]
    """Configuration that stands above the repository's."""
    options: tuple[str, ...] = OPTIONS

    @classmethod
    def isolated(cls, folder: Path, environment: Mapping[str, str], *options: str) -> "Git":
        """Return git with everything overridden that a repository's configuration could run."""
        return cls(folder=folder, environment=environment, overrides=OVERRIDES, options=(*OPTIONS, *options))

    def with_environment(self, variables: Mapping[str, str]) -> "Git":
        """Return the same with more environment variables."""
        return replace(self, environment={**self.environment, **variables})

    def run(self, *args: Argument, stdin: bytes = b"") -> Finished:
        """Run git to its end, for calls whose failure is an answer."""
        run = subprocess.run(
            self.command(*args), cwd=self.folder, env=self.environment, input=stdin, capture_output=True, check=False
        )
        return Finished(code=run.returncode, stdout=run.stdout, stderr=run.stderr)

    def output(self, *args: Argument, stdin: bytes = b"") -> bytes:
        """Run git to its end and return what it printed. Raises `RepositoryError` when it fails."""
        finished = self.run(*args, stdin=stdin)
        if finished.code:
            raise failure(args[0], finished.code, finished.stderr)
        return finished.stdout

    def line(self, *args: Argument) -> str:
        """Return the one line that git prints. Raises `RepositoryError` when it fails."""
        return os.fsdecode(self.output(*args)).removesuffix("\n")

    def records(self, *args: Argument, stdin: bytes = b"") -> Iterator[bytes]:
        """Yield what git prints between NUL bytes, as it comes. Raises `RepositoryError` at the end when git failed."""
        # Files, not pipes, for the other two: nobody feeds or drains them while the output is read.
        with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as messages:
            source.write(stdin)
            source.seek(0)
            with self.start(*args, stdin=source, stderr=messages) as process:
                try:
                    yield from _between_nuls(process)
                except GeneratorExit:
                    process.kill()
                    raise
            if process.returncode:
                messages.seek(0)
                raise failure(args[0], process.returncode, messages.read())

    def start(self, *args: Argument, stdin: int | IO[bytes], stderr: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start git with its output on a pipe."""
        return subprocess.Popen(
            self.command(*args),
            cwd=self.folder,
            env=self.environment,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
        )

    def command(self, *args: Argument) -> list[Argument]:
        """Return the whole command line."""
        settings = (word for key, value in self.overrides.items() for word in ("-c", f"{key}={value}"))
        return [_binary(self.environment.get("PATH", os.defpath)), *settings, *self.options, *args]


def _between_nuls(process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """Yield the output of `process` between NUL bytes, and what follows the last one if anything does."""
    assert process.stdout is not None  # noqa: S101 - `start` asks for the pipe
    rest = b""
    while chunk := process.stdout.read(CHUNK_BYTES):
        *records, rest = (rest + chunk).split(b"\0")
        yield from records
    if rest:
        yield rest


@functools.cache
def _binary(path: str) -> str:
    """Return where git is; relative folders on PATH are passed over, as the folder worked in is not trusted."""
    folders = [folder for folder in path.split(os.pathsep) if Path(folder).is_absolute()]
    found = shutil.which("git", path=os.pathsep.join(folders))
    if found is None:
        raise RepositoryError("git is not on PATH", hint="install git 2.36 or newer")
    return found
