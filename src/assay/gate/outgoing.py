"""Files that a person asked for: reports, receipts, statements to take elsewhere.

Trusted: the name, and the folder it stands in. Not trusted: what stands there already: a work tree may bring a link
under a name that reports usually have. If lost: a file of this user is overwritten with a report.
"""

import os
import secrets
from pathlib import Path

from assay.errors import StorageError

NOTHING_WRITTEN = "nothing was written there"


def write_whole(path: Path, data: bytes, *, hint: str = NOTHING_WRITTEN) -> None:
    """Write a file whole or not at all, making the folders above it; a file there is replaced, nothing else is.

    Raises `StorageError`.
    """
    partial = path.parent / f".assay-{secrets.token_hex(8)}.partial"
    try:
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise StorageError(f"cannot write {path}: something else than a file stands there", hint=hint)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with partial.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror}", hint=hint) from error
