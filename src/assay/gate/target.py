"""The target commit: where everything that can loosen a verdict is read from, and never from the change.

Trusted: the tip of the target branch where it is known and does not hold the change already, else the base of the
change, as far back as it is part of that branch. Not trusted: the change, the work tree, the index. If lost: whoever
can write the target branch decides what the policy is, which keys are believed, and what is left out of sight; protect
that branch.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from assay.config import DEFAULT_CONFIG, read_config
from assay.config.schema import Config
from assay.errors import AssayError, ConfigError, ObjectTooLargeError, UnrelatedHistoriesError
from assay.git import ObjectReader, Repository
from assay.model.subject import FileMode

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

    from assay.attest import TrustStore

KEYS_FOLDER = "assay/keys"
CONFIGURATIONS = ("assay.toml", "assay.yaml")
# Not a configuration, but `read_config` says so to who has one.
MISNAMED = "assay.yml"
# A public key file has a few hundred bytes, a policy file a few thousand; more is not what the name says.
MAX_FILE_BYTES = 1024 * 1024
MAX_KEY_FILES = 10_000
_FILES = {FileMode.REGULAR, FileMode.EXECUTABLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One commit and what it says about judging changes."""

    repository: Repository
    ref: str
    """The branch it is the tip of, or `base`; `built-in` where there is no commit."""
    commit: str | None
    config: Config
    texts: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """The configuration as it stands there, by file name."""

    def files(self, folder: str) -> Mapping[str, bytes]:
        """Return the files below `folder` by path. Raises `ConfigError` for one that is too large."""
        if self.commit is None:
            return {}
        found: dict[str, bytes] = {}
        with self.repository.objects() as objects:
            for entry in self.repository.list_files(self.commit, folder):
                if entry.mode in _FILES:
                    found[entry.path] = _content(objects, entry.path, entry.blob)
        return found

    def public_keys(self) -> Mapping[str, bytes]:
        """Return the public key files by path."""
        files = {path: data for path, data in self.files(KEYS_FOLDER).items() if path.endswith(".pub")}
        if len(files) > MAX_KEY_FILES:
            raise ConfigError(f"expected at most {MAX_KEY_FILES} key files, found {len(files)}", path=KEYS_FOLDER)
        return files

    def notices(self, base: str | None = None) -> Iterator[str]:
        """Yield what a reader should know about where the configuration, and the base of a change, come from."""
        if self.repository.root is not None:
            here = {name: _on_disk(self.repository.root / name) for name in CONFIGURATIONS}
            if any(here[name] != self.texts.get(name) for name in CONFIGURATIONS):
                yield f"the configuration here differs from the one at {self.ref}, which is the one that counts"
        if base and self.commit and not self.repository.is_ancestor(base, self.commit):
            yield f"the base {base[:12]} is not part of {self.ref}: what it holds beyond that is not judged here"


@contextmanager
def read_at(ref: str) -> Iterator[None]:
    """Say of what cannot be used that it stands at `ref`: who repaired it in the work tree looks there first."""
    try:
        yield
    except AssayError as error:
        where = f"what counts is what stands at {ref}"
        error.hint = f"{error.hint}; {where}" if error.hint else f"repair it there: {where}"
        raise


def find_target(repository: Repository, *, base: str | None, head: str | None, named: str | None = None) -> Target:
    """Return the target of the change from `base` to `head` (None: the index or the work tree).

    `named` is the branch a person named. Otherwise it is `[gate] target` as the default branch says, else the default
    branch. Raises `UsageError` for a branch that does not exist and `ConfigError` for a configuration that cannot be
    used.
    """
    tip = _tip(repository, named)
    if tip is not None and tip.commit is not None:
        if head is None or not repository.is_ancestor(head, tip.commit):
            return tip
        base = _shared(repository, base, tip.commit)
    return target_at(repository, "base" if base else "built-in", base)


def _tip(repository: Repository, named: str | None) -> Target | None:
    """Return the tip of the branch that changes are merged into, None where no branch is known."""
    ref = repository.find_branch(named) if named else repository.default_branch()
    if ref is None:
        return None
    tip = target_at(repository, ref, repository.resolve(ref))
    if named or tip.config.gate.target is None:
        return tip
    chosen = repository.find_branch(tip.config.gate.target)
    return tip if chosen == ref else target_at(repository, chosen, repository.resolve(chosen))


def _shared(repository: Repository, base: str | None, tip: str) -> str | None:
    """Return the newest commit that base and target have in common: a base beside the target brings no policy."""
    try:
        return base and repository.merge_base(base, tip)
    except UnrelatedHistoriesError:
        return None


def target_at(repository: Repository, ref: str, commit: str | None) -> Target:
    """Return the target at a commit that is known already; without one, the built-in defaults."""
    if commit is None:
        return Target(repository=repository, ref=ref, commit=None, config=DEFAULT_CONFIG)
    with read_at(ref):
        texts = repository.read_files(commit, (*CONFIGURATIONS, MISNAMED), MAX_FILE_BYTES)
        return Target(repository=repository, ref=ref, commit=commit, config=read_config(texts.get), texts=texts)


def trust_of(target: Target, own: "EllipticCurvePublicKey | None" = None) -> "TrustStore":
    """Return who the target believes; `own` is the public key of this process."""
    # Not needed by `assay check`, and half of what a hook would pay for.
    from assay.attest import TrustStore

    with read_at(target.ref):
        return TrustStore.of(target.config, target.public_keys(), own)


def name_of(repository: Repository) -> str:
    """Return the name people know a repository by: its folder's, never a path of this machine."""
    return (repository.root or repository.common_dir).name


def _on_disk(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _content(objects: ObjectReader, path: str, blob: str) -> bytes:
    try:
        return objects.read(blob, MAX_FILE_BYTES)
    except ObjectTooLargeError:
        raise ConfigError(f"expected at most {MAX_FILE_BYTES} bytes", path=path) from None
