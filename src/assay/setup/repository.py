"""What `assay init` does to one clone: a commented `assay.toml`, hooks, and this clone's two keys."""

from dataclasses import dataclass
from pathlib import Path

from assay.attest.keystore import checkpoint_key, local_key
from assay.config.template import commented_template
from assay.errors import StorageError
from assay.git import Repository
from assay.setup.hooks import InstalledHook, install_hooks

_CONFIGURATIONS = ("assay.toml", "assay.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """What was done."""

    config_written: bool
    """False where there was a configuration already; it is left alone."""
    hooks: tuple[InstalledHook, ...]
    keyid: str
    """Of the local key, which signs statements; the checkpoint key was made beside it."""


def set_up(repository: Repository, state: Path, *, hooks: bool = True) -> SetUp:
    """Set up `repository` with its state in `state`. Doing it again changes nothing that a person may have edited.

    Raises `UsageError` for hooks outside the repository, `StorageError` where something cannot be written.
    """
    installed = install_hooks(repository.hooks_dir(), _own_folders(repository)) if hooks else ()
    key = local_key(state / "keys")
    checkpoint_key(state / "keys")
    return SetUp(config_written=_write_config(repository), hooks=installed, keyid=key.keyid)


def _own_folders(repository: Repository) -> tuple[Path, ...]:
    roots = (repository.root,) if repository.root is not None else ()
    return (repository.common_dir, repository.git_dir, *roots)


def _write_config(repository: Repository) -> bool:
    if repository.root is None or any((repository.root / name).exists() for name in _CONFIGURATIONS):
        return False
    path = repository.root / _CONFIGURATIONS[0]
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(commented_template())
    except OSError as error:
        raise StorageError(f"cannot write {path.name}: {error.strerror}", hint="is the work tree read-only?") from error
    return True
