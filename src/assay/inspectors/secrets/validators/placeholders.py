"""Values that stand where a secret will be: templates, filler, and the examples of the providers' own documentation."""

import hashlib
import re

from assay.inspectors.secrets._base import Candidate, Verdict
from assay.inspectors.secrets.validators.words import words

# A value of which this much is runs of equal, counting or neighbouring keys was typed, not generated.
_FILLER_SHARE = 0.6
_RUN = 4
# What holds a place shows it in its first characters; in the 8 KB of a key, any word turns up by chance.
_REACH = 160

_WORDS = re.compile(
    r"example|placeholder|dummy|sample[_-]|change[_-]?me|changeit|redacted|removed|insert[_-]|replace[_-]?(?:me|with)"
    r"|x{5}|\*\*\*|\.\.\.|invalid|deadbeef|not[_-]?(?:a[_-]?)?real|sanitized|scrubbed|obfuscated"
    r"|(?:^|[^a-z])(?:fake|your|todo(?:[^a-z]|$))",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(
    r"\$\{|\$\(|^\$\w+$|\{\{|\}\}|#\{|<%|%>|%\(|%[sdv]\b|^%\w+%$|^\{|<[\w .:/\-]{1,60}>|^<|&lt;"
    r"|^\[[\w ]+\]$|^__\w+__$|^@\w+@$"
)


def not_a_placeholder(candidate: Candidate) -> Verdict:
    """Check that it is no template, no filler, and no example from the provider's documentation."""
    return Verdict.REFUTED if is_placeholder(candidate.value) else Verdict.HOLDS


def is_placeholder(value: str) -> bool:
    """Return whether `value` holds the place of a secret rather than being one."""
    beginning = value[:_REACH]
    return bool(
        _WORDS.search(beginning)
        or _TEMPLATE.search(beginning)
        or filler_share(beginning) >= _FILLER_SHARE
        or hashlib.sha256(value.encode("latin-1", "replace")).hexdigest() in words("documented")
    )


def filler_share(value: str) -> float:
    """Return the share of letters and digits in runs like `1111`, `abcd`, `4321`, `qwer`, or two interleaved."""
    text = "".join(filter(str.isalnum, value.lower()))
    if not text:
        return 1.0
    if len(text) >= 2 * _RUN and (len(set(text)) <= 2 or _period(text) <= len(text) // 3):
        return 1.0
    covered = max(_covered(text), sum(_covered(text[offset::2]) for offset in (0, 1)))
    return covered / len(text)


def _covered(text: str) -> int:
    """Count the characters of `text` that stand in a run."""
    covered, reached = 0, 0
    for start in range(len(text) - _RUN + 1):
        run = text[start : start + _RUN]
        if run in _RUNS or run == run[0] * _RUN:
            covered += start + _RUN - max(start, reached)
            reached = start + _RUN
    return covered


def _period(text: str) -> int:
    """Return the length of the shortest unit whose repetition `text` is, the last one cut off or not."""
    for length in range(1, len(text) // 3 + 1):
        if text[length:] == text[:-length]:
            return length
    return len(text)


def _runs() -> frozenset[str]:
    rows = ("01234567890123", "1234567890abcdef", "abcdefghijklmnopqrstuvwxyzabc", "qwertyuiop", "asdfghjkl", "zxcvbnm")
    both_ways = (*rows, *(row[::-1] for row in rows))
    return frozenset(row[start : start + _RUN] for row in both_ways for start in range(len(row) - _RUN + 1))


_RUNS = _runs()
