"""What inspectors see in one version of one file, before it is known what of it is new.

Trusted: nothing. This is the top frame around every inspector: whatever one raises becomes a `Failure` of its family,
and the others go on. Not trusted: that an inspector names only its own rules, stays within the file, or ends. If lost:
a crash would look like a pass.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from assay.errors import SourceError
from assay.inspectors import identity
from assay.inspectors._base import FileInspector, Match, SourceFile
from assay.inspectors._content import MAX_WHOLE_BYTES, Content, Piece, open_pieces
from assay.inspectors.excerpt import excerpt
from assay.inspectors.masking import Values
from assay.model.finding import Span
from assay.model.outcome import Outcome
from assay.model.report import Excerpt

# One file of the size that is read whole has room for this many personal numbers; beyond it a report helps nobody.
MAX_MATCHES = 10_000

_ENOUGH = MAX_MATCHES + 1

# A line of more than this is minified or data: its neighbourhood says more of the place than the rest of it does.
MAX_CONTEXT_BYTES = 1_024


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A family that could not be evaluated, and why."""

    family: str
    outcome: Outcome
    """`not_evaluated` or `error`."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A match with everything that is needed of its file, which is gone by the time it is used."""

    match: Match
    span: Span
    line: int
    """Index of its first line in the piece."""
    context: str
    excerpt: Excerpt | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sightings:
    """One version of one file, as a number of families saw it."""

    seen: Mapping[str, tuple[Sighting, ...]]
    """By family, in the order of their places."""
    failures: tuple[Failure, ...] = ()
    skipped: str | None = None
    bytes: int = 0
    whole: SourceFile | None = None
    """The file, where it was read in one piece, and the values in it."""
    values: Values | None = None


NOTHING = Sightings(seen={})
"""Of a version that does not exist or is not compared with."""


def look(content: Content, path: str, families: Iterable[FileInspector], *, label: str, shown: bool) -> Sightings:
    """Return what `families` see in `content`, with excerpts if it is to be `shown`; `label` names it in failures.

    Raises what reading raises; nothing of what an inspector raises.
    """
    opened = open_pieces(content, path)
    if isinstance(opened, str):
        return Sightings(seen={}, skipped=opened)
    watch = _Watch(label, tuple(families))
    size, last, values = 0, None, None
    for piece in opened:
        values = watch.see(piece, shown=shown)
        size, last = piece.offset + len(piece.source.data), piece
    whole = last.source if last is not None and last.whole else None
    seen = {family: tuple(sightings) for family, sightings in watch.seen.items()}
    return Sightings(
        seen=seen, failures=tuple(watch.failures.values()), bytes=size, whole=whole, values=values if whole else None
    )


class _Watch:
    """The families that are still looking at a file, and what they saw so far."""

    def __init__(self, label: str, families: tuple[FileInspector, ...]) -> None:
        self._label = label
        self._families = families
        self.seen: dict[str, list[Sighting]] = {}
        self.failures: dict[str, Failure] = {}

    def see(self, piece: Piece, *, shown: bool) -> Values:
        """Let every family look at `piece`; return the values that they found in it."""
        found = {
            inspector.family: self._guarded(inspector, piece)
            for inspector in self._families
            if inspector.family not in self.failures
        }
        # Where a family that knows secrets has failed, nobody knows what an excerpt would show.
        shown = shown and not any(family.history and family.family in self.failures for family in self._families)
        values = Values(piece.source, (match for matches in found.values() for match in matches))
        for family, matches in found.items():
            sightings = self.seen.setdefault(family, [])
            sightings += (_sighting(match, piece, values, shown=shown) for match in matches)
            if len(sightings) > MAX_MATCHES:
                self._fail(family, Outcome.ERROR, f"more than {MAX_MATCHES} matches")
                del sightings[MAX_MATCHES:]
        return values

    def _guarded(self, inspector: FileInspector, piece: Piece) -> list[Match]:
        """Return the piece's own matches of one family; whatever it raises is that family's failure."""
        family = inspector.family
        if not piece.whole and not inspector.windowed:
            self._fail(family, Outcome.NOT_EVALUATED, f"larger than {MAX_WHOLE_BYTES >> 20} MiB")
            return []
        try:
            matches = [_checked(match, inspector, piece) for match in islice(inspector.inspect(piece.source), _ENOUGH)]
        except SourceError as error:
            self._fail(family, Outcome.NOT_EVALUATED, error.message, line=error.line)
            return []
        except Exception as error:  # noqa: BLE001 - the top frame around every inspector
            self._fail(family, Outcome.ERROR, type(error).__name__)
            return []
        own = (match for match in matches if match.start in piece.own)
        return sorted(own, key=lambda match: (match.start, match.end, match.rule, match.message))

    def _fail(self, family: str, outcome: Outcome, reason: str, *, line: int | None = None) -> None:
        place = self._label if line is None else f"{self._label}:{line}"
        self.failures[family] = Failure(family=family, outcome=outcome, reason=f"{place}: {reason}")


def _checked(match: Match, inspector: FileInspector, piece: Piece) -> Match:
    """Return `match` as it may leave; an inspector that breaks its contract has crashed."""
    if match.rule not in inspector.rules:
        raise LookupError(match.rule)
    if not 0 <= match.start <= match.end <= len(piece.source.data):
        raise IndexError(match.start)
    f"{match.message}{match.anchor}".encode()  # Both end in canonical JSON, which has no lone surrogates.
    fix = match.fix if piece.whole and not piece.recoded else None
    return replace(match, fix=fix)


def _sighting(match: Match, piece: Piece, values: Values, *, shown: bool) -> Sighting:
    line = piece.source.line_at(match.start)
    return Sighting(
        match=match,
        span=piece.span(match.start, match.end),
        line=line,
        context=_context(line, match.start, values),
        excerpt=excerpt(piece.source, values, match, lines_before=piece.lines) if shown else None,
    )


def _context(line: int, at: int, values: Values) -> str:
    """Return the line for a fingerprint: values by the name of their rule, and of a very long line what is around."""
    text, position = values.masked(line, str.encode, at=at)
    if len(text) > MAX_CONTEXT_BYTES:
        text = text[max(0, position - MAX_CONTEXT_BYTES // 2) : position + MAX_CONTEXT_BYTES // 2]
    return identity.fold(text)
