"""What a rule says of itself, the same for inspectors and packs."""

from dataclasses import dataclass

from assay.model.outcome import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: its id never changes its meaning and keys its page under `docs/rules/`."""

    id: str
    """`family/name`, for example `workflows/unpinned-action`."""
    title: str
    severity: Severity
    why: str
    """Why it matters, in one or two sentences."""
    remedy: str
    """What to do about it, in one or two sentences."""
    controls: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        """The part of the id before the slash."""
        return self.id.partition("/")[0]
