"""What `uses:` can name: a path of this repository, a container image, or another repository at a ref."""

import re
from dataclasses import dataclass
from typing import TypeAlias

_COMMIT = re.compile(r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")
_DIGEST = re.compile(r"@sha256:[0-9a-fA-F]{64}$")
_DOCKER = "docker://"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalUse:
    """A folder or workflow of this repository (`$/actions/x`, `./actions/x`), pinned by the commit it stands in."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageUse:
    """A container image (`docker://alpine:3`)."""

    image: str

    @property
    def pinned(self) -> bool:
        """Whether it is named by digest."""
        return _DIGEST.search(self.image) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryUse:
    """An action or a reusable workflow of a repository. GitHub ignores case in `owner` and `repository`."""

    owner: str
    repository: str
    path: str
    """Below the repository, empty for its root."""
    ref: str
    """Empty where none is given, which GitHub refuses."""

    @property
    def name(self) -> str:
        """`owner/repository` in lower case."""
        return f"{self.owner}/{self.repository}".lower()

    @property
    def pinned(self) -> bool:
        """Whether the ref is a full commit id, SHA-1 or SHA-256."""
        return _COMMIT.fullmatch(self.ref) is not None


Uses: TypeAlias = LocalUse | ImageUse | RepositoryUse


def parse_uses(text: str) -> Uses | None:
    """Return what `text` names, None where it names nothing GitHub knows."""
    text = text.strip()
    if text.startswith(("./", "$/")):
        return LocalUse(path=text)
    if text.startswith(_DOCKER):
        return ImageUse(image=text.removeprefix(_DOCKER))
    where, _, ref = text.partition("@")
    owner, _, rest = where.partition("/")
    repository, _, path = rest.partition("/")
    if not owner or not repository:
        return None
    return RepositoryUse(owner=owner, repository=repository, path=path, ref=ref)
