"""What is looked at: which files are skipped, by rule and with the reason shown, and whose files they are."""

import codecs
from collections.abc import Iterable

from assay.config.globs import matches
from assay.config.schema import CheckConfig, Config
from assay.model.subject import ChangedFile, ChangeStatus, FileMode

EXCLUDED = "excluded by assay.toml"
SUBMODULE = "submodule"
SYMLINK = "symbolic link"
BINARY = "binary"
EMPTY = "empty"
DELETED = "deleted"
MODE_ONLY = "only its mode changed"

# What git looks at to tell binary from text (buffer_is_binary in xdiff-interface.c).
BINARY_PREFIX_BYTES = 8_000

# The longest first: the mark of UTF-16 little endian is the beginning of that of UTF-32.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def changed_file_skip(file: ChangedFile, check: CheckConfig) -> str | None:
    """Return why a changed file is not looked at, or None."""
    if file.status is ChangeStatus.DELETED:
        return DELETED
    if file.status is ChangeStatus.MODIFIED and file.old_blob == file.new_blob:
        return MODE_ONLY
    return file_skip(file.path, file.new_mode, check)


def file_skip(path: str, mode: FileMode, check: CheckConfig) -> str | None:
    """Return why a file with this path and mode is not looked at, or None."""
    if mode is FileMode.SUBMODULE:
        return SUBMODULE
    if mode is FileMode.SYMLINK:
        return SYMLINK
    return None if in_scope(path, check) else EXCLUDED


def in_scope(path: str, check: CheckConfig) -> bool:
    """Return whether `[check]` includes `path` and does not exclude it."""
    return (not check.include or matches(path, check.include)) and not matches(path, check.exclude)


def wide_encoding(prefix: bytes) -> str | None:
    """Return the encoding that a byte order mark of UTF-16 or UTF-32 announces, or None.

    Without a NUL there is no line break in either, so the mark only looks like one and the bytes are read as they are.
    """
    if b"\0" not in prefix[:BINARY_PREFIX_BYTES]:
        return None
    return next((encoding for mark, encoding in _MARKS if prefix.startswith(mark)), None)


def is_binary(prefix: bytes) -> bool:
    """Return whether a file that begins with `prefix` is binary, as git tells it; UTF-16 and UTF-32 are text here."""
    return b"\0" in prefix[:BINARY_PREFIX_BYTES] and wide_encoding(prefix) is None


def services_of(path: str, config: Config) -> tuple[str, ...]:
    """Return the names under `[services]` whose globs match `path`, in the order of the names."""
    return tuple(sorted(name for name, service in config.services.items() if matches(path, service.paths)))


def domains_of(services: Iterable[str], config: Config) -> tuple[str, ...]:
    """Return the domains that `services` deal with, in their order, each once."""
    return tuple(sorted({domain for name in services for domain in config.services[name].domains}))
