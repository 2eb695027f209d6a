"""What makes a finding the same finding: fingerprints, and keyed tags for values that must not be written down.

    fingerprint = sha256(JCS[1, rule, path, anchor, context, n])

- `path`: at the head of the change; a renamed file is fingerprinted under its new path on both sides;
- `anchor`: what the inspector says (an object path, an enclosing definition), else the nearest line above that is
  unchanged between base and head (`assay.inspectors._anchors`), else empty;
- `context`: the line the finding starts on, white space folded and every value that was found in it replaced by the
  name of the rule that found it, so that the fingerprint can be published and is no test for guessed values;
- `n`: 0 for the first of several findings that agree in all of this, 1 for the next.

So lines inserted above, another indentation and a move of the file leave a fingerprint alone. Version 1; a change of
any part of it is a new version, since waivers and baselines hold fingerprints.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assay.model.jcs import canonical

VERSION = 1

TAG_HEX_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """All of a fingerprint's parts but `n`: findings that agree in it are told apart by their order."""

    rule: str
    path: str
    anchor: str
    context: str


def fingerprints(likenesses: Iterable[Likeness]) -> Iterator[str]:
    """Yield the fingerprint of each, in the order given, which must be the order of their places."""
    seen: Counter[Likeness] = Counter()
    for like in likenesses:
        yield _digest([VERSION, like.rule, like.path, like.anchor, like.context, seen[like]])
        seen[like] += 1


def fold(line: bytes) -> str:
    """Return a line with white space folded, as text that canonical JSON can hold."""
    return b" ".join(line.split()).decode("utf-8", errors="backslashreplace")


def tag(key: bytes, rule: str, value: bytes) -> str:
    """Return the tag of a value under the team's key: equal for equal values of a rule, and nothing without the key."""
    message = canonical([rule, value.decode("utf-8", errors="backslashreplace")])
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:TAG_HEX_DIGITS]


def _digest(parts: list[str | int]) -> str:
    return hashlib.sha256(canonical(parts)).hexdigest()
