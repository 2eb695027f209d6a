"""What git said on its way out, turned into the error that fits and what to do about it."""

import re
from dataclasses import dataclass

from assay.errors import MissingObjectError, NotARepositoryError, RepositoryError

# Enough to see what happened; git can repeat itself for every object of a repository.
MESSAGE_CHARACTERS = 600

_CREDENTIALS = re.compile(r"(?<=://)[^/@\s'\"]+@")
_PREFIX = re.compile(r"^(?:fatal|error|remote|warning): ")
# A remote's words reach a terminal unchanged otherwise.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """One thing git is known to say."""

    said: re.Pattern[str]
    error: type[RepositoryError]
    hint: str


_KNOWN = (
    _Known(
        said=re.compile(r"detected dubious ownership"),
        error=RepositoryError,
        hint="another user owns it; if you trust them: git config --global --add safe.directory <folder>",
    ),
    _Known(
        said=re.compile(r"not a git repository|not in a git directory"),
        error=NotARepositoryError,
        hint="change into a repository, or make one with: git init",
    ),
    _Known(
        said=re.compile(r"promisor remote|lazy fetching disabled"),
        error=MissingObjectError,
        hint="this is a partial clone; bring the objects with: git fetch --refetch --no-filter",
    ),
    _Known(
        said=re.compile(
            r"bad object|unable to (?:read|find|unpack)|missing (?:blob|tree|commit|object)"
            r"|could not (?:get object|parse)|not a valid object|is corrupt|inflate:|invalid object|failed to traverse"
        ),
        error=MissingObjectError,
        hint="see: git fsck; in a partial clone, bring what is missing with: git fetch --refetch --no-filter",
    ),
    _Known(
        said=re.compile(r"unknown option|is not a git command|usage: git|unknown switch"),
        error=RepositoryError,
        hint="this git is too old; Assay needs git 2.36 or newer",
    ),
    _Known(
        said=re.compile(r"repository extension|Expected git repo version|unknown (?:object format|ref storage)"),
        error=RepositoryError,
        hint="a newer git made this repository; use that git",
    ),
    _Known(
        said=re.compile(r"unmerged|you need to resolve your current index"),
        error=RepositoryError,
        hint="resolve the conflicts and stage the result with: git add",
    ),
    _Known(
        said=re.compile(r"No space left|Read-only file system|Permission denied|unable to (?:create|write)"),
        error=RepositoryError,
        hint="git could not write to the repository; check its space and permissions",
    ),
)


def failure(command: object, code: int, stderr: bytes) -> RepositoryError:
    """Return the error for a git command that ended with `code` (negative: killed by that signal)."""
    text = _CREDENTIALS.sub("", stderr.decode("utf-8", "replace"))
    for known in _KNOWN:
        if known.said.search(text):
            return known.error(_message(command, code, text), hint=known.hint)
    return RepositoryError(_message(command, code, text))


def _message(command: object, code: int, text: str) -> str:
    """Return one line: which command, and what git said."""
    lines = [_CONTROL.sub("?", _PREFIX.sub("", line.strip())) for line in text.splitlines() if line.strip()]
    said = "; ".join(dict.fromkeys(lines)) or (f"killed by signal {-code}" if code < 0 else f"exit code {code}")
    return f"git {command}: {said[:MESSAGE_CHARACTERS]}"
