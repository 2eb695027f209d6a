import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.source.yaml import format_path, parse_path


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("jobs", "build", "steps", 2, "uses"), "jobs.build.steps[2].uses"),
        (("jobs", "build-all", 0, 1), "jobs.build-all[0][1]"),
        (("on", "a key"), 'on["a key"]'),
        (("a.b", "c"), '["a.b"].c'),
        (("1",), '["1"]'),
        ((0, "a"), "[0].a"),
    ],
)
def test_a_path_reads_like_code(path, text):
    assert format_path(path) == text
    assert parse_path(text) == path


@given(st.lists(st.text() | st.integers(0, 10**9 - 1)).map(tuple))
def test_a_path_survives_its_text(path):
    assert parse_path(format_path(path)) == path


@pytest.mark.parametrize("text", ["a b", "a[", "a[-1]", "a..b", "a[x]", 'a["x]', "é"])
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match="expected an object path"):
        parse_path(text)
