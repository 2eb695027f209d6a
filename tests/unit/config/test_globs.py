"""The glob dialect, against a plain matcher that tries everything."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.config.globs import MAX_GLOB_LENGTH, glob_fault, matches


@pytest.mark.parametrize(
    ("glob", "hits", "misses"),
    [
        ("*.md", ["a.md", "docs/a.md", "a/b/.md"], ["a.mdx", "a.md/b"]),
        ("/*.md", ["a.md"], ["docs/a.md"]),
        ("docs", ["docs", "docs/a", "x/docs/a/b"], ["docsy", "docs.md"]),
        ("docs/", ["docs", "docs/a", "x/docs/a"], ["docsy/a"]),
        ("/docs/", ["docs/a"], ["x/docs/a"]),
        ("src/pay", ["src/pay", "src/pay/a/b.py"], ["x/src/pay", "src/payments"]),
        ("src/*", ["src/a"], ["src/a/b", "src"]),
        ("src/*/", ["src/a", "src/a/b"], ["src", "lib/a"]),
        ("src/**", ["src/a", "src/a/b"], ["src", "xsrc/a"]),
        ("**", ["a", "a/b"], []),
        ("**/test", ["test", "a/test", "a/test/b"], ["a/tests"]),
        ("a/**/b", ["a/b", "a/x/b", "a/x/y/b", "a/b/c"], ["a/xb", "b"]),
        ("a/**/b/**/*.c", ["a/b/x.c", "a/1/b/2/3/x.c", "a/b/b/x.c"], ["a/x.c", "a/b/x.d"]),
        ("a/**/**/b", ["a/b", "a/x/y/b"], ["ab"]),
        ("file?.py", ["file1.py", "x/file_.py"], ["file.py", "file/.py"]),
        ("a*b*c", ["abc", "aXbYc", "abbcc"], ["ab", "acb", "a/b/c"]),
        ("*a", ["baa", "x/a"], ["ab"]),
        ("a.b", ["a.b"], ["axb"]),
    ],
)
def test_the_dialect(glob: str, hits: list[str], misses: list[str]):
    assert glob_fault(glob) is None
    assert [path for path in hits if not matches(path, (glob,))] == []
    assert [path for path in misses if matches(path, (glob,))] == []


@pytest.mark.parametrize(
    "glob",
    ["", "/", "a//b", "../a", "a/./b", "a**", "**b/c", "[ab]", "{a,b}", "!a", "a\\b", "a" * (MAX_GLOB_LENGTH + 1)],
)
def test_a_glob_that_could_be_misread_is_refused(glob: str):
    assert glob_fault(glob)


def test_no_globs_match_nothing_and_several_match_what_any_matches():
    assert not matches("a", ())
    assert matches("b/c", ("a", "b/*"))
    assert not matches("bx", ("a|b",))


def _plainly(path: str, glob: str) -> bool:
    """Match by trying everything: the definition, in the worst way to run it."""
    parts = glob.strip("/").split("/")
    if "/" not in glob.rstrip("/"):
        parts = ["**", *parts]
    steps = path.split("/")
    below = glob.endswith("/") or not set(parts[-1]) & set("*?")

    @cache
    def from_here(at: int, step: int) -> bool:
        if at == len(parts):
            return step == len(steps) or below
        if parts[at] == "**":
            least = 1 if at == len(parts) - 1 else 0
            return any(from_here(at + 1, later) for later in range(step + least, len(steps) + 1))
        return step < len(steps) and _part_plainly(steps[step], parts[at]) and from_here(at + 1, step + 1)

    return from_here(0, 0)


def _part_plainly(text: str, part: str) -> bool:
    if not part:
        return not text
    if part[0] == "*":
        return any(_part_plainly(text[skip:], part[1:]) for skip in range(len(text) + 1))
    return bool(text) and part[0] in {"?", text[0]} and _part_plainly(text[1:], part[1:])


_PART = st.one_of(st.just("**"), st.text("ab*?", min_size=1, max_size=5).filter(lambda part: "**" not in part))
_GLOB = st.builds(
    lambda lead, parts, trail: lead + "/".join(parts) + trail,
    st.sampled_from(["", "/"]),
    st.lists(_PART, min_size=1, max_size=5),
    st.sampled_from(["", "/"]),
)
_PATH = st.lists(st.text("ab", min_size=1, max_size=4), min_size=1, max_size=5).map("/".join)


@given(_GLOB, _PATH)
def test_the_expression_means_what_the_definition_says(glob: str, path: str):
    assert glob_fault(glob) is None
    assert matches(path, (glob,)) == _plainly(path, glob)


@pytest.mark.parametrize(
    "glob", ["*a" * 400 + "*c", "**/a/" * 150 + "c", "*a*/" * 200 + "c", "/".join(["**", "*a*b*"] * 100) + "/c"]
)
@pytest.mark.parametrize("path", ["a" * 4096, "a/" * 2047 + "b", "ab" * 2000 + "/" + "ab/" * 30 + "b"])
def test_no_glob_backtracks_without_end(glob: str, path: str):
    assert not matches(path, (glob,))  # With plain groups each of these takes longer than anyone waits.
