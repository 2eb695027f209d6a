"""Where ledger, keys and cache of a clone live."""

from pathlib import Path

from assay.git import Repository


def state_folder(repository: Repository, named: Path | None) -> Path:
    """Return where state is kept: the folder that was named, else `assay` in the repository's common git folder."""
    return repository.state_dir if named is None else named.absolute()
