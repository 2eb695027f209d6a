"""What git is allowed to see: the environment and the configuration every run gets.

Every key of a repository's configuration that could run a program on the way of the commands used in this package is
overridden here; what has no such key is kept from running by options (`--no-ext-diff --no-textconv`) or by never using
what would run it (porcelain, `%G?`, filters). Each is attacked in `tests/attack/test_git_hostile_config.py`.
"""

import os
from collections.abc import Mapping
from pathlib import Path

OVERRIDES: Mapping[str, str] = {
    "core.fsmonitor": "false",  # A program, or a daemon, asked whenever the index is read.
    "core.hooksPath": os.devnull,  # reference-transaction, post-index-change, pre-push.
    "core.pager": "cat",
    "core.attributesFile": os.devnull,  # What is text must not depend on who looks.
    "core.bigFileThreshold": "64m",  # Above it a file counts as binary: bounds the memory of a diff.
    "core.packedGitWindowSize": "32m",  # With the next: bounds what of a pack is mapped, 1 GB otherwise.
    "core.packedGitLimit": "128m",
    "core.deltaBaseCacheLimit": "32m",  # Held by every process; 96 MB otherwise, which save a tenth of its time.
    "core.warnAmbiguousRefs": "true",  # A tag that somebody pushed under a branch's name is not taken for it.
    "core.commitGraph": "false",  # A cache that can state parents the commits themselves do not.
    "log.showSignature": "false",  # Runs gpg.program, in porcelain.
    "i18n.commitEncoding": "UTF-8",  # The commits written here have the same id in every clone.
    "trailer.separators": ":",  # Which lines are trailers is the same in every clone.
}

ISOLATED = {
    "LC_ALL": "C",
    "GIT_ALLOW_PROTOCOL": "",  # No transport at all: a promisor remote cannot be asked for a missing object.
    "GIT_NO_LAZY_FETCH": "1",  # Same; git before 2.45 knows it only in its security releases.
    "GIT_GRAFT_FILE": f"{os.devnull}/none",  # Parents are those the commits state; an empty file brings a warning.
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ATTR_NOSYSTEM": "1",
}

# What the caller may mean by a GIT_ variable: where configuration is and where the search for a repository ends.
# Every other one is dropped.
_CALLERS_PREFIXES = ("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_")
_CALLERS_NAMES = frozenset(
    {
        "GIT_CEILING_DIRECTORIES",
        "GIT_CONFIG_COUNT",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_CONFIG_PARAMETERS",
        "GIT_CONFIG_SYSTEM",
        "GIT_DISCOVERY_ACROSS_FILESYSTEM",
        "GIT_EXEC_PATH",
    }
)

# What git tells its hooks about the repository they run for (`git rev-parse --local-env-vars`, and the quarantine of
# a push that is being received). All are paths.
_REPOSITORY_NAMES = (
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_QUARANTINE_PATH",
    "GIT_WORK_TREE",
)
# Of the same kind, but a list git itself writes with absolute paths.
_ALTERNATES = "GIT_ALTERNATE_OBJECT_DIRECTORIES"


def isolated(ambient: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for reading a repository: the caller's, less every way to change what git does."""
    return {name: value for name, value in ambient.items() if _is_callers(name)} | ISOLATED


def repository_variables(ambient: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return what `ambient` says of a repository, its relative paths taken from `folder`."""
    paths = {name: str(folder / ambient[name]) for name in _REPOSITORY_NAMES if ambient.get(name)}
    return paths | {name: ambient[name] for name in (_ALTERNATES,) if ambient.get(name)}


def networked(ambient: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for talking to a remote: the caller's ssh, proxies and prompts, but no repository."""
    dropped = {*_REPOSITORY_NAMES, _ALTERNATES}
    return {name: value for name, value in ambient.items() if name not in dropped} | {"LC_ALL": "C"}


def _is_callers(name: str) -> bool:
    return not name.startswith("GIT_") or name in _CALLERS_NAMES or name.startswith(_CALLERS_PREFIXES)
