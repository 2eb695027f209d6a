"""The trailers of a message that `assay.toml` declares, however their keys are spelt.

Git takes `PHI-Impact: none` for a trailer (git-interpret-trailers(1)) but not `PHI impact: none`. People write both,
and mean the same, so a key is compared in lower case with spaces as hyphens, in the trailers and in the last paragraph.
"""

import re
from collections.abc import Collection, Iterator

from assay.model.subject import Commit

# Words and a colon, with nothing in it that could be matched in two ways: a message may be megabytes of spaces.
_LINE = re.compile(r"([A-Za-z][A-Za-z0-9-]*+(?: ++[A-Za-z0-9-]++){0,9}+)[ \t]*+:[ \t]*+(\S.*)")


def declared_trailers(commit: Commit, declared: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Return (key as declared, value) for each line of `commit` that is one of the `declared` trailers.

    A trailer without a value says nothing, and is none.
    """
    names = {_normal(name): name for name in declared}
    written = (*commit.trailers, *_last_paragraph(commit.message))
    found = ((names[_normal(key)], value.strip()) for key, value in written if _normal(key) in names and value.strip())
    return tuple(dict.fromkeys(found))


def _last_paragraph(message: str) -> Iterator[tuple[str, str]]:
    """Yield what looks like `Key: value` in the last paragraph; the first paragraph is the subject, never trailers."""
    paragraphs = [paragraph for paragraph in re.split(r"\n[ \t\r]*\n", message.strip()) if paragraph.strip()]
    for line in paragraphs[-1].splitlines() if len(paragraphs) > 1 else ():
        if parts := _LINE.fullmatch(line):
            yield parts[1], parts[2]


def _normal(key: str) -> str:
    return "-".join(key.lower().replace("-", " ").split())
