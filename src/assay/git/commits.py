"""Commits of a range: which, from one `git rev-list` stream, and what they say, from the objects themselves.

Everything but the trailers is read from the raw commit: git's own formats end a message at its first NUL byte and run
gpg to say whether there is a signature.
"""

import codecs
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from assay.errors import RepositoryError
from assay.git._run import Git
from assay.git.objects import ObjectReader
from assay.model.subject import Commit, Identity

# The longest message known in public repositories is below 1 MB.
MAX_COMMIT_BYTES = 16 << 20

# The id and the trailers as `git interpret-trailers --parse` prints them; neither can hold a NUL byte.
_FORMAT = "%H%x00%(trailers:only,unfold)%x00"

# Python knows codecs that are no character sets (`rot13`, `idna`, `unicode_escape`); a commit must not choose those.
_CHARACTER_SETS = re.compile(
    r"ascii|utf-8|utf-16(-[bl]e)?|iso8859-\d+|cp\d+|koi8-[rtu]|mac-\w+|euc_\w+|shift_jis\w*|iso2022_\w+|gb\w+|big5\w*"
)

_IDENTITY = re.compile(rb"(?P<name>[^<]*)<(?P<email>[^>]*)>(?:.*>)?\s*(?P<seconds>\d{1,18}(?!\d))?")


def read_commits(git: Git, reader: ObjectReader, base: str | None, head: str) -> tuple[Commit, ...]:
    """Return the commits reachable from `head` and not from `base`, parents before children."""
    excluded = [f"^{base}"] if base else []
    options = ("--topo-order", "--reverse", "--no-commit-header", "--encoding=UTF-8", f"--format={_FORMAT}")
    records = git.records("rev-list", *options, "--end-of-options", head, *excluded)
    return tuple(
        parse_commit(commit, reader.read(commit, MAX_COMMIT_BYTES), trailers) for commit, trailers in _pairs(records)
    )


def parse_commit(commit: str, raw: bytes, trailers: tuple[tuple[str, str], ...]) -> Commit:
    """Return the commit that the object `raw` says (git's `Documentation/technical`, commit objects)."""
    head, _, message = raw.partition(b"\n\n")
    headers: dict[bytes, list[bytes]] = {}
    for line in head.split(b"\n"):
        name, _, value = line.partition(b" ")  # A continuation line begins with a space: its name is empty.
        headers.setdefault(name, []).append(value)
    encoding = _codec(headers.get(b"encoding", [b""])[0])
    author, authored_at = _identity(headers.get(b"author", [b""])[0], encoding)
    committer, committed_at = _identity(headers.get(b"committer", [b""])[0], encoding)
    return Commit(
        id=commit,
        parents=tuple(parent.decode("ascii", "replace") for parent in headers.get(b"parent", [])),
        author=author,
        committer=committer,
        authored_at=authored_at,
        committed_at=committed_at,
        message=message.decode(encoding, "replace"),
        signed=b"gpgsig" in headers or b"gpgsig-sha256" in headers,
        trailers=trailers,
    )


def tree_of_commit(reader: ObjectReader, commit: str) -> str:
    """Return the id of the tree of a commit."""
    key, _, tree = reader.read(commit, MAX_COMMIT_BYTES).partition(b"\n")[0].partition(b" ")
    if key != b"tree":
        raise RepositoryError(f"expected a commit, found something else in object {commit}")
    return tree.decode("ascii", "replace")


def _pairs(records: Iterator[bytes]) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """Yield each commit with its trailers."""
    for record in records:
        if commit := record.strip().decode("ascii"):  # After the last one stands a lone line break.
            lines = next(records).decode("utf-8", "replace").split("\n")
            yield commit, tuple(_trailer(line) for line in lines if line)


def _trailer(line: str) -> tuple[str, str]:
    key, _, value = line.partition(":")
    return key.strip(), value.strip()


def _identity(line: bytes, encoding: str) -> tuple[Identity, str]:
    """Return who and when; as in git, what a damaged line does not say is empty and the time is 1970."""
    match = _IDENTITY.match(line)
    if match is None:
        return Identity(name=line.decode(encoding, "replace").strip(), email=""), _timestamp(0)
    name, email = (match[part].decode(encoding, "replace").strip() for part in ("name", "email"))
    return Identity(name=name, email=email), _timestamp(int(match["seconds"] or 0))


def _timestamp(seconds: int) -> str:
    """Return RFC 3339 in UTC; a time beyond the year 9999 is, as in git, 1970."""
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        moment = datetime.fromtimestamp(0, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _codec(header: bytes) -> str:
    """Return the character set a commit names, or UTF-8 where that is none."""
    try:
        name = codecs.lookup(header.decode("ascii")).name
    except (LookupError, ValueError):
        return "utf-8"
    return name if _CHARACTER_SETS.fullmatch(name) else "utf-8"
