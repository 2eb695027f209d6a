"""Repositories that come with programs to run, or with a ledger, keys and a cache of their own: none is used."""

import json
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

PROGRAMS = (
    "alias.status",
    "core.alternateRefsCommand",
    "core.editor",
    "core.fsmonitor",
    "core.gitProxy",
    "core.pager",
    "core.sshCommand",
    "credential.helper",
    "diff.bad.command",
    "diff.bad.textconv",
    "diff.external",
    "filter.bad.clean",
    "filter.bad.process",
    "filter.bad.smudge",
    "gpg.program",
    "gpg.ssh.defaultKeyCommand",
    "merge.bad.driver",
    "pager.log",
    "sequence.editor",
    "trailer.evil.command",
    "uploadpack.packObjectsHook",
)
HOOKS = (
    "commit-msg",
    "fsmonitor-watchman",
    "post-checkout",
    "post-index-change",
    "pre-commit",
    "pre-push",
    "reference-transaction",
)
ATTRIBUTES = "* diff=bad filter=bad merge=bad\n"
SIGNATURE = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----\n"
PEOPLE = '\n[people.ann]\nname = "Ann"\nemails = []\nkeys = []\n'
# What of the standard library and of our dependencies is imported early, by us or by an interpreter we start.
MODULES = ("abc", "click", "json", "msgspec", "multiprocessing", "pickle", "re", "select", "signal", "socket", "yaml")
PACK = 'package main\n\nimport rego.v1\n\ndeny contains "x" if false\n'


@pytest.fixture
def marker(tmp_path):
    return tmp_path / "marker"


@pytest.fixture
def hostile(project, tmp_path, marker):
    """Give the repository a configuration, attributes and hooks that all name a program, and a signed commit."""
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho ran >> {marker}\nexit 1\n")
    program.chmod(0o755)
    project.commit({"a.txt": "a\n", ".gitattributes": ATTRIBUTES}, message="feat: a\n\nEvil: no")
    head, _, message = project.git("cat-file", "commit", "HEAD").partition("\n\n")
    signed = project.git(
        "hash-object", "-t", "commit", "-w", "--stdin", data=f"{head}\n{SIGNATURE}\n{message}\n".encode()
    )
    project.git("update-ref", "refs/heads/topic", signed)
    project.write({"a.txt": "staged\n", "message": "feat: staged\n\nEvil: no\n"})
    project.git("add", "a.txt")
    for name in HOOKS:
        shutil.copy(program, hooks / name)
        shutil.copy(program, project.path / ".git/hooks" / name)
    for key in PROGRAMS:
        project.git("config", key, str(program))
    for key, value in {
        "core.hooksPath": str(hooks),
        "log.showSignature": "true",
        "filter.bad.required": "true",
        "trailer.evil.ifmissing": "add",
        "commit.gpgSign": "true",
    }.items():
        project.git("config", key, value)
    (project.path / ".git/info/attributes").write_text(ATTRIBUTES)
    return project


@pytest.mark.parametrize("bait", ["status", "diff HEAD~1 HEAD", "log -1", "update-ref refs/x/y HEAD"])
def test_plain_git_takes_the_bait(hostile, marker, bait):
    subprocess.run(["git", *bait.split()], cwd=hostile.path, capture_output=True, check=False)
    assert marker.exists()


def test_no_command_runs_a_program_that_the_repository_names(hostile, assay, passphrase, marker):
    for command, code in {
        "gate --format json": 0,
        "gate main..topic --gate merge": 0,
        "gate --last 1": 0,
        "check": 0,
        "check a.txt": 0,
        "check --staged": 0,
        "check --range main..topic": 0,
        "check --message message": 0,
        "why --replay": 0,
        "explain": 0,
        "ledger show": 0,
        "ledger verify --payloads": 0,
        "init --no-hooks": 0,
        "key show": 0,
        f"key generate ann --passphrase-fd {passphrase()}": 0,
    }.items():
        ran = assay(*command.split())
        assert ran.code == code, (command, ran)
        assert not marker.exists(), command
    assert json.loads(assay("gate", "--format", "json").out)["change"]["commits"][0]["signed"] is True


def test_hooks_are_not_installed_where_the_repository_points_outside(hostile, assay, marker):
    assert assay("init").refused("core.hooksPath", "git config --unset core.hooksPath")
    assert not marker.exists()


@pytest.fixture
def modules(project, marker):
    """Track modules under the names that Python and Assay import, and two packs, so that a process is spawned."""
    text = f"open({str(marker)!r}, 'a').write('ran')\n"
    packs = [f"assay/policy/{name}" for name in ("one", "two")]
    project.git("switch", "-q", "main")
    project.commit(
        {
            **{f"{name}.py": text for name in (*MODULES, "sitecustomize", "assay/__init__")},
            **{f"{pack}/a.rego": PACK for pack in packs},
            "assay.toml": f"version = 1\n[policy]\npacks = {json.dumps(packs)}\n",
        }
    )
    project.git("switch", "-q", "-C", "topic", "main")
    project.commit({"a.json": "{}\n"})
    return project


def test_no_module_of_the_repository_is_imported_by_a_gate(modules, marker):
    # Not `python -m`: that puts the current folder first, before any of our code runs.
    script = Path(sysconfig.get_path("scripts"), "assay")
    ran = subprocess.run([script, "gate"], cwd=modules.path, capture_output=True, check=False, text=True)
    assert ran.returncode == 0, ran.stderr
    assert not marker.exists()


def test_no_module_of_the_repository_is_imported_by_a_hook(modules, assay, marker):
    assert assay("init").code == 0
    modules.write({"b.txt": "b\n"})
    modules.git("add", "b.txt")
    modules.git("commit", "-q", "-m", "feat: b")
    assert modules.git("log", "-1", "--format=%s") == "feat: b"
    assert not marker.exists()


@pytest.fixture
def another_state(project, assay, tmp_path):
    """Return a state folder with a ledger of three entries, keys and a cache, and the commit that was judged there."""
    project.commit({"a.txt": "a\n"})
    state = tmp_path / "theirs"
    assert assay("gate", "--state", state).code == 0
    return state


def test_state_that_a_clone_brings_is_left_where_it_is(project, another_state, assay):
    for place in ("assay", ".assay", "state", "x/.git.d/assay"):
        shutil.copytree(another_state, project.path / place)
    project.commit(message="chore: bring a ledger")
    before = project.git("rev-parse", "HEAD^{tree}")
    theirs = json.loads(assay("gate", "--state", another_state, "--format", "json").out)
    ours = json.loads(assay("gate", "--format", "json").out)
    assert ours["decision"]["checkpoint"]["origin"] != theirs["decision"]["checkpoint"]["origin"]
    assert ours["decision"]["checkpoint"]["size"] == 2
    assert ours["signer"]["keyid"] != theirs["signer"]["keyid"]
    project.git("add", "--all")
    assert project.git("write-tree") == before


@pytest.mark.parametrize("command", ["gate", "check", "ledger verify", "key show", "init --no-hooks"])
def test_state_that_a_clone_brings_is_not_used_even_where_it_is_named(project, another_state, assay, command):
    shutil.copytree(another_state, project.path / "state")
    project.commit(message="chore: bring a ledger")
    before = (project.path / "state/ledger/checkpoint").read_bytes()
    assert assay(*command.split(), "--state", "state").refused("git tracks files in", "--state")
    assert (project.path / "state/ledger/checkpoint").read_bytes() == before


def test_a_repository_within_the_repository_brings_no_state(project, another_state, assay):
    inner = project.path / "inner.git"
    project.git("clone", "-q", "--bare", project.path, inner)
    shutil.copytree(another_state, inner / "assay")
    project.commit(message="chore: bring a repository")
    assert assay("gate", "--last", "1", cwd=inner).refused("git tracks files in", "--state")


def test_a_state_folder_in_the_work_tree_that_git_ignores_is_used(project, assay):
    project.commit({"a.txt": "a\n", ".gitignore": "/state/\n"})
    assert assay("gate", "--state", "state").code == 0
    assert assay("ledger", "verify", "--payloads", "--state", "state").code == 0


def test_a_key_that_a_clone_brings_signs_nothing(project, another_state, assay, monkeypatch):
    key = project.path / "assay/keys/ci.key"
    key.parent.mkdir(parents=True)
    shutil.copy(another_state / "keys/local.key", key)
    project.git("switch", "-q", "main")
    project.commit({"assay.toml": 'version = 1\n[keys]\nsigner = "file:assay/keys/ci.key"\n'})
    project.git("switch", "-q", "-C", "topic", "main")
    project.commit({"b.txt": "b\n"})
    assert assay("gate").refused("absolute path", "outside the repository")
    assert not (project.path / ".git/assay/ledger").exists()
