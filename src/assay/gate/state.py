"""Where ledger, keys and cache of a clone live.

Trusted: who named the folder. Not trusted: what git has put there: a clone of a repository that tracks such a folder
would bring a ledger, and keys that others have too. If lost: decisions signed with a key that is not ours alone.
"""

from pathlib import Path

from assay.errors import UsageError
from assay.git import Repository


def state_folder(repository: Repository, named: Path | None) -> Path:
    """Return where state is kept: the folder that was named, else `assay` in the repository's common git folder.

    Raises `UsageError` where git tracks anything in it.
    """
    folder = repository.state_dir if named is None else named.absolute()
    if _is_tracked(folder.resolve()):
        raise UsageError(
            f"git tracks files in {folder}: a clone brings no ledger, key or cache of its own",
            hint="name a folder with --state that git does not track",
        )
    return folder


def _is_tracked(folder: Path) -> bool:
    """Return whether the repository around `folder` tracks anything in it; what lies in a `.git` is never tracked."""
    for parent in (folder, *folder.parents):
        if parent.name == ".git":
            return False
        if (parent / ".git").exists():
            return Repository.open(parent).tracks(folder)
    return False
