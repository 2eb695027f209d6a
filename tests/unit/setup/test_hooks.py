import os
import subprocess

import pytest

from assay.errors import StorageError, UsageError
from assay.setup import HookState, install_hooks
from assay.setup.hooks import CHAINED_SUFFIX, MARK


@pytest.fixture
def hooks(tmp_path):
    folder = tmp_path / "repository" / ".git" / "hooks"
    folder.mkdir(parents=True)
    return folder


def install(hooks):
    return {hook.name: hook.state for hook in install_hooks(hooks, (hooks.parent,))}


def script(path, text):
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)


def test_both_hooks_are_installed_and_executable(hooks):
    assert install(hooks) == {"pre-commit": HookState.INSTALLED, "commit-msg": HookState.INSTALLED}
    for name in ("pre-commit", "commit-msg"):
        assert os.access(hooks / name, os.X_OK)
        subprocess.run(["sh", "-n", str(hooks / name)], check=True)


def test_a_second_run_updates_and_never_chains_the_hook_to_itself(hooks):
    install(hooks)
    assert install(hooks) == {"pre-commit": HookState.UPDATED, "commit-msg": HookState.UPDATED}
    assert not list(hooks.glob(f"*{CHAINED_SUFFIX}"))


def test_an_existing_hook_is_called_first_and_its_refusal_stands(hooks):
    script(hooks / "pre-commit", "echo first; exit 7\n")
    assert install(hooks)["pre-commit"] is HookState.CHAINED
    done = subprocess.run([str(hooks / "pre-commit")], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (7, "first\n")


def test_a_hook_that_is_a_symlink_is_chained_not_written_through(hooks, tmp_path):
    shared = tmp_path / "shared-hook"
    script(shared, "exit 0\n")
    (hooks / "pre-commit").symlink_to(shared)
    install(hooks)
    assert MARK not in shared.read_text()
    assert MARK in (hooks / "pre-commit").read_text()


def test_two_foreign_hooks_are_never_overwritten(hooks):
    script(hooks / "pre-commit", "exit 0\n")
    script(hooks / f"pre-commit{CHAINED_SUFFIX}", "exit 0\n")
    with pytest.raises(UsageError, match="neither is ours"):
        install(hooks)


def test_a_hooks_folder_outside_the_repository_is_refused(hooks, tmp_path):
    with pytest.raises(UsageError, match="outside this repository"):
        install_hooks(tmp_path / "elsewhere", (hooks.parent,))
    assert not (tmp_path / "elsewhere").exists()


def test_a_hooks_folder_that_is_a_symlink_to_the_outside_is_refused(hooks, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    hooks.rmdir()
    hooks.symlink_to(outside)
    with pytest.raises(UsageError):
        install_hooks(hooks, (hooks.parent,))
    assert not list(outside.iterdir())


def test_a_folder_that_cannot_be_made_is_a_storage_error(hooks):
    (hooks.parent / "file").write_text("")
    with pytest.raises(StorageError, match="cannot install hooks"):
        install_hooks(hooks.parent / "file" / "hooks", (hooks.parent,))
