"""The target commit: where everything that can loosen a verdict is read from, and never from the change.

Trusted: the tip of the target branch where it is known and does not hold the change already, else the base of the
change. Not trusted: the change, the work tree, the index. If lost: whoever can write the target branch decides what the
policy is, which keys are believed, and what is left out of sight; protect that branch.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from assay.config import DEFAULT_CONFIG, read_config
from assay.config.schema import Config
from assay.errors import ConfigError
from assay.git import Repository

KEYS_FOLDER = "assay/keys"
# A public key file has a few hundred bytes, a policy file a few thousand; more is not what the name says.
MAX_FILE_BYTES = 1024 * 1024
MAX_KEY_FILES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One commit and what it says about judging changes."""

    repository: Repository
    ref: str
    """The branch it is the tip of, or `base`; `built-in` where there is no commit."""
    commit: str | None
    config: Config

    def read(self, path: str) -> bytes | None:
        """Return a file of the target commit, or None."""
        return _read(self.repository, self.commit, path)

    def files(self, folder: str) -> Mapping[str, bytes]:
        """Return the files below `folder` by path. Raises `ObjectTooLargeError`."""
        if self.commit is None:
            return {}
        found: dict[str, bytes] = {}
        with self.repository.objects() as objects:
            for entry in self.repository.list_files(self.commit, folder):
                found[entry.path] = objects.read(entry.blob, MAX_FILE_BYTES)
        return found

    def public_keys(self) -> Mapping[str, bytes]:
        """Return the public key files by path."""
        files = {path: data for path, data in self.files(KEYS_FOLDER).items() if path.endswith(".pub")}
        if len(files) > MAX_KEY_FILES:
            raise ConfigError(f"expected at most {MAX_KEY_FILES} key files, found {len(files)}", path=KEYS_FOLDER)
        return files


def find_target(repository: Repository, *, base: str | None, head: str | None, named: str | None = None) -> Target:
    """Return the target of the change from `base` to `head` (None: the index or the work tree).

    `named` is the branch a person named. Otherwise it is `[gate] target` as the default branch says, else the default
    branch. Raises `UsageError` for a branch that does not exist and `ConfigError` for a configuration that cannot be
    used.
    """
    ref = repository.find_branch(named) if named else _configured_branch(repository)
    if ref is not None:
        tip = repository.resolve(ref)
        if head is None or not repository.is_ancestor(head, tip):
            return target_at(repository, ref, tip)
    return target_at(repository, "base" if base else "built-in", base)


def target_at(repository: Repository, ref: str, commit: str | None) -> Target:
    """Return the target at a commit that is known already; without one, the built-in defaults."""
    if commit is None:
        return Target(repository=repository, ref=ref, commit=None, config=DEFAULT_CONFIG)
    config = read_config(lambda path: _read(repository, commit, path))
    return Target(repository=repository, ref=ref, commit=commit, config=config)


def _configured_branch(repository: Repository) -> str | None:
    default = repository.default_branch()
    if default is None:
        return None
    chosen = target_at(repository, default, repository.resolve(default)).config.gate.target
    return repository.find_branch(chosen) if chosen else default


def _read(repository: Repository, commit: str | None, path: str) -> bytes | None:
    return None if commit is None else repository.read_file(commit, path, MAX_FILE_BYTES)
