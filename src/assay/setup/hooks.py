"""Installing Git hooks that call `assay check`.

Trusted: the folder that git runs hooks from, once it is known to lie inside the repository. Not trusted: a
`core.hooksPath` that points elsewhere, for other repositories may share that folder. If lost: a hook is advice to its
user; the gate that counts runs where the user cannot remove it.
"""

import shlex
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from assay.errors import StorageError, UsageError

# Written into each hook, so that a second run knows its own work and never chains a hook to itself.
MARK = "# assay-hook: 1"
# What an existing hook is renamed to; it is called first and its refusal stands.
CHAINED_SUFFIX = ".before-assay"

_CALLS = {
    "pre-commit": "check --staged --hook",
    "commit-msg": 'check --message "$1" --hook',
}

_SCRIPT = """#!/bin/sh
{mark}
# Installed by `assay init`; remove this file to remove the hook.
chained="$(dirname "$0")/{name}{suffix}"
if [ -x "$chained" ]; then
  "$chained" "$@" || exit $?
fi
if [ -x {python} ]; then
  # -P: what lies in the repository is inspected, never imported.
  exec {python} -P -m assay.cli {call}
elif command -v assay >/dev/null 2>&1; then
  exec assay {call}
fi
echo "assay is not installed where this hook looks for it; run: pip install assay-gate && assay init" >&2
exit 2
"""


class HookState(StrEnum):
    """What became of one hook."""

    INSTALLED = "installed"
    CHAINED = "installed; the hook that was there is called first"
    UPDATED = "updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledHook:
    """One hook and what was done."""

    name: str
    state: HookState


def install_hooks(hooks_dir: Path, inside: tuple[Path, ...]) -> tuple[InstalledHook, ...]:
    """Install `pre-commit` and `commit-msg` in `hooks_dir`, which must lie in one of the folders `inside`.

    Raises `UsageError` where it lies outside, `StorageError` where it cannot be written.
    """
    folder = hooks_dir.resolve()
    if not any(folder.is_relative_to(root.resolve()) for root in inside):
        raise UsageError(
            "core.hooksPath points outside this repository, where other repositories may share the hooks",
            hint="unset it (git config --unset core.hooksPath), or call `assay check --staged --hook` from there",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return tuple(_install(folder, name, call) for name, call in _CALLS.items())
    except OSError as error:
        raise StorageError(f"cannot install hooks: {error.strerror}", hint="is the repository read-only?") from error


def _install(folder: Path, name: str, call: str) -> InstalledHook:
    hook, chained = folder / name, folder / f"{name}{CHAINED_SUFFIX}"
    state = HookState.INSTALLED
    if hook.is_symlink() or hook.exists():
        if not hook.is_symlink() and MARK in hook.read_text(encoding="utf-8", errors="replace"):
            state = HookState.UPDATED
        elif chained.exists():
            raise UsageError(
                f"both {name} and {chained.name} exist, and neither is ours to overwrite",
                hint=f"merge them by hand, leave one as {chained.name}, and run `assay init` again",
            )
        else:
            hook.rename(chained)
            state = HookState.CHAINED
    script = _SCRIPT.format(mark=MARK, name=name, suffix=CHAINED_SUFFIX, python=shlex.quote(sys.executable), call=call)
    partial = hook.with_name(f".{name}.partial")
    partial.write_text(script, encoding="utf-8")
    partial.chmod(0o755)
    partial.replace(hook)
    return InstalledHook(name=name, state=state)
