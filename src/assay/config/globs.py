"""Path globs, the one dialect of `assay.toml`.

A small part of gitignore's language (gitignore(5), PATTERN FORMAT):

- `*` stands for any run of characters but `/`, `?` for one of them, `**` as a whole part for any number of parts;
- a glob without a `/`, or with one at its end only, matches at any depth; any other is anchored at the root;
- a glob whose last part has no `*` or `?`, or that ends in `/`, also covers everything below what it names.

There is no negation, no escape, no `[a-z]` and no `{a,b}`: a glob that holds them is refused, never taken literally.
"""

import re
from functools import lru_cache

# A path in git is at most 4,096 bytes on the systems we run on; a longer glob can match nothing real.
MAX_GLOB_LENGTH = 1_024

_FOREIGN = frozenset("[]{}!\\")


def glob_fault(glob: str) -> str | None:
    """Return what is wrong with `glob`, or None where it can be used."""
    parts = glob.strip("/").split("/")
    if len(glob) > MAX_GLOB_LENGTH:
        return f"expected at most {MAX_GLOB_LENGTH} characters, found {len(glob)}"
    if foreign := sorted(_FOREIGN.intersection(glob)):
        return f"`{foreign[0]}` has no meaning here; use `*`, `?` and `**`"
    if "" in parts:
        return "expected parts between slashes, found none"
    if "." in parts or ".." in parts:
        return "expected a path from the root without `.` and `..`"
    if any("**" in part and part != "**" for part in parts):
        return "`**` stands alone between slashes"
    return None


def matches(path: str, globs: tuple[str, ...]) -> bool:
    """Return whether any of `globs`, which have no fault, matches `path` (relative, with `/`)."""
    return _compiled(globs).fullmatch(path) is not None


@lru_cache(maxsize=256)
def _compiled(globs: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(_translated(glob) for glob in globs) or r"(?!)", re.DOTALL)


def _translated(glob: str) -> str:
    r"""Return `glob` as a regular expression that needs no backtracking beyond one part of a path.

    Between two `**` the leftmost place where the fixed parts match leaves the most for what follows, so an atomic group
    may commit to it; the same holds for the literals between two `*` of one part. CPython's `fnmatch.translate` rests
    on the same argument.
    """
    anchored = "/" in glob.rstrip("/")
    covers_below = glob.endswith("/") or not set(glob.rpartition("/")[2]) & set("*?")
    parts = glob.strip("/").split("/")
    runs = _runs(parts if anchored else ["**", *parts])
    head, *rest = ["/".join(map(_part, run)) for run in runs]
    if not rest:
        return head + _tail(covers_below)
    *middle, last = rest
    expression = f"{head}/" if head else ""
    expression += "".join(rf"(?>(?:[^/]++/)*?{fixed}/)" for fixed in middle if fixed)
    # A glob that ends in `**` needs something there: `a/**` is what lies below `a`, not `a`.
    return expression + (rf"(?:[^/]++/)*?{last}{_tail(covers_below)}" if last else ".+")


def _tail(covers_below: bool) -> str:
    return "(?:/.+)?" if covers_below else ""


def _runs(parts: list[str]) -> list[list[str]]:
    """Split `parts` at every `**`."""
    runs: list[list[str]] = [[]]
    for part in parts:
        if part == "**":
            runs.append([])
        else:
            runs[-1].append(part)
    return runs


def _part(part: str) -> str:
    first, *rest = [re.escape(literal).replace(r"\?", "[^/]") for literal in part.split("*")]
    if not rest:
        return first
    *middle, last = rest
    return first + "".join(f"(?>[^/]*?{literal})" for literal in middle if literal) + f"[^/]*{last}"
