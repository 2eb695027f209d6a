"""The command line, run in this process on a real repository: `assay("gate", "main..topic")` gives code, out, err."""

import os
from dataclasses import dataclass

import pytest

from assay.cli.app import run

PASSPHRASE = b"correct horse battery staple"


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


@pytest.fixture
def assay(capfd, repo, monkeypatch):
    """Run one command in the repository `repo`."""

    def call(*arguments, cwd=None):
        monkeypatch.chdir(cwd or repo.path)
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return Ran(code, captured.out, captured.err)

    return call


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
    """Return a sample AWS-like key pair's id, put together here so that no scanner takes this file for a leak."""
    return "AKIA" + "Q3EGRIVATKFLNWHZ"
