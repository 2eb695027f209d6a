"""Object paths as text: `jobs.build.steps[2].uses`, and `on["a key"]` where a key is no plain word."""

import json
import re

from assay.source.yaml._nodes import Path

_WORD = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
_PART = re.compile(r'\.?([A-Za-z_][\w-]*)|\[(\d{1,9})\]|\[("(?:[^"\\]|\\.)*")\]', re.ASCII)


def format_path(path: Path) -> str:
    """Return `path` as text; the path of the root is empty."""
    return "".join(_part(part) for part in path).removeprefix(".")


def parse_path(text: str) -> Path:
    """Return the path that `format_path` gave, or one a policy wrote; raises `ValueError`."""
    path: list[str | int] = []
    position = 0
    while position < len(text):
        found = _PART.match(text, position)
        if found is None:
            raise ValueError(f"expected an object path such as jobs.build.steps[2].uses, found {text!r}")
        word, index, quoted = found.groups()
        path.append(word if word is not None else int(index) if index is not None else json.loads(quoted))
        position = found.end()
    return tuple(path)


def _part(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    return f".{part}" if _WORD.fullmatch(part) else f"[{json.dumps(part)}]"
