"""What attacks on the whole share: the command line on a real repository, in this process and in one of its own.

`assay("gate", "main..topic")` gives code, out and err. A state folder is made for every test; only the compiled
patterns are taken over, since compiling them takes a second.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass

import pytest

from assay.cli.app import run
from assay.inspectors.secrets import SecretsInspector

PASSPHRASE = b"correct horse battery staple"


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    def refused(self, *words):
        """Whether it ended as an error that a person can act on, which says all of `words`."""
        assert self.code == 2, self
        assert self.err.startswith("error: "), self
        assert " hint: " in self.err, self
        assert "Traceback" not in self.err, self
        assert "internal error" not in self.err, self
        missing = [word for word in words if word not in self.err]
        assert not missing, (missing, self.err)
        return True


@pytest.fixture
def assay(capfd, repo, monkeypatch):
    """Run one command in this process, in the repository `repo`."""

    def call(*arguments, cwd=None):
        monkeypatch.chdir(cwd or repo.path)
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return Ran(code, captured.out, captured.err)

    return call


@pytest.fixture
def start(repo):
    """Start one command in a process of its own, in the repository `repo`; what still runs in the end is killed."""
    started = []

    def call(*arguments, cwd=None, **options):
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        command = [sys.executable, "-m", "assay.cli", *map(str, arguments)]
        started.append(subprocess.Popen(command, cwd=cwd or repo.path, **streams))
        return started[-1]

    yield call
    for process in started:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


@pytest.fixture(scope="session")
def compiled(tmp_path_factory):
    """Return a state folder that holds nothing but compiled patterns and the key that seals them."""
    state = tmp_path_factory.mktemp("compiled")
    SecretsInspector().prepare(state / "cache")
    return state


@pytest.fixture
def warm(compiled):
    """Make a state folder that holds the compiled patterns; return it."""

    def make(state):
        shutil.copytree(compiled, state)
        return state

    return make


@pytest.fixture
def project(repo, warm):
    """Return a repository with one harmless commit on `main`, and an empty branch `topic` checked out."""
    warm(repo.path / ".git/assay")
    repo.commit({"README.md": "# Project\n"}, message="docs: begin")
    repo.git("switch", "-q", "-c", "topic")
    return repo


@pytest.fixture
def passphrase():
    """Return a maker of descriptors that give the passphrase, for `--passphrase-fd`."""
    opened = []

    def make(text=PASSPHRASE):
        reader, writer = os.pipe()
        os.write(writer, text + b"\n")
        os.close(writer)
        opened.append(reader)
        return reader

    yield make
    for descriptor in opened:
        os.close(descriptor)


@pytest.fixture
def secret():
    """Return the id of a key pair, put together here so that no scanner takes this file for a leak."""
    return "AKIA" + "Q3EGRIVATKFLNWHZ"
