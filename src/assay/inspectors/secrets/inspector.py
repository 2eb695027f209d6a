"""The inspector of the family `secrets`: one instance for a process, its patterns opened once."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from assay.inspectors._base import Match, SourceFile
from assay.inspectors.secrets._base import Secret, SecretRule
from assay.inspectors.secrets._cache import SealedFolder
from assay.inspectors.secrets._catalogue import FAMILY, load_rules
from assay.inspectors.secrets._compiled import open_engine
from assay.inspectors.secrets._detector import Detector
from assay.model.rule import Rule

# Beside the cache, not in it: a cache that is restored from elsewhere must not bring the key that vouches for it.
_KEY = Path("keys", "cache.hmac")


class SecretsInspector:
    """Finds credentials in the text of any file. Its matches carry the values; its messages never do."""

    family = FAMILY
    windowed = True
    history = True

    def prepare(self, cache: Path) -> None:
        """Open the rules and their compiled patterns from the folder `cache` (the state's `cache/`), or put them there.

        The first call on a machine compiles for about a second, later ones take milliseconds. Without this call the
        patterns are compiled in memory when the first file is inspected.
        """
        folder = SealedFolder(cache, cache.parent / _KEY)
        self.catalogue = load_rules(folder)
        self._detector = Detector(self.catalogue, open_engine(self.catalogue, folder))

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """The metadata of every built-in rule."""
        return {rule.id: rule.about for rule in self.catalogue}

    def accepts(self, path: str) -> bool:
        """Every file may hold a secret, and so may a commit's message."""
        del path
        return True

    def inspect(self, file: SourceFile) -> Iterator[Match]:
        """Yield one match per secret. Raises `SourceError` where the pattern engine fails."""
        return map(_match, self._detector.find(file.data, file.path))

    @cached_property
    def catalogue(self) -> tuple[SecretRule, ...]:
        """The built-in rules, as `prepare` read them where it was called."""
        return load_rules()

    @cached_property
    def _detector(self) -> Detector:
        return Detector(self.catalogue, open_engine(self.catalogue, None))


def _match(secret: Secret) -> Match:
    doubt = "; a check of its form failed, so it may be altered or invented" if secret.doubtful else ""
    return Match(
        rule=secret.rule.id,
        start=secret.start,
        end=secret.end,
        message=f"{secret.rule.about.title}{doubt}",
        confidence=secret.confidence,
        value=secret.value,
    )
