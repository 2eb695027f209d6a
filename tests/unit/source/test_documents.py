import pytest

from assay.errors import SourceError
from assay.source.documents import parse_documents


@pytest.mark.parametrize(
    ("path", "data", "documents"),
    [
        ("a/b.yaml", b"a: 1\n---\nb: yes\n", [{"a": 1}, {"b": "yes"}]),
        ("b.YML", b"", []),
        ("b.json", b'\xef\xbb\xbf{"a": [1, 2.5, null, true, "\\ud83d\\ude00"]}', [{"a": [1, 2.5, None, True, "😀"]}]),
        ("b.json", b"1e999", ["inf"]),
        ("b.toml", b'a = 1\n[b]\nc = [inf, -nan, "x"]\n', [{"a": 1, "b": {"c": ["inf", "nan", "x"]}}]),
        (
            "b.toml",
            b"a = 2024-01-02T03:04:05Z\nb = 2024-01-02\nc = 03:04:05\n",
            [{"a": "2024-01-02T03:04:05+00:00", "b": "2024-01-02", "c": "03:04:05"}],
        ),
    ],
)
def test_documents_are_plain_values(path, data, documents):
    assert parse_documents(path, data) == documents


@pytest.mark.parametrize(
    ("path", "data", "message", "line"),
    [
        ("a.txt", b"", "expected a file in .yaml, .yml, .json, .toml, found .txt", None),
        ("Makefile", b"", "found no suffix", None),
        ("a.yaml", b"a: [\n", "not YAML", 2),
        ("a.json", b'{"a": 1,\n "b" 2}', "not JSON: Expecting ':' delimiter", 2),
        ("a.json", b'{"a": 1, "a": 2}', "given twice", None),
        ("a.json", b"[NaN]", "NaN is no number", None),
        ("a.json", b"9" * 5000, "too many digits", None),
        ("a.json", b"[" * 100_000, "nested at most", None),
        ("a.json", b"[" * 201 + b"]" * 201, "nested at most 200", None),
        ("a.json", b"[\n\xff]", "JSON must be UTF-8, found byte 0xff", 2),
        ("a.json", b"[" + b"1," * 500_000 + b"1]", "at most 500,000 values", None),
        ("a.json", b"[" + b" " * (16 * 2**20), "at most 16,777,216 bytes", None),
        ("a.toml", b"a = 1\nb = hunter2\n", "not TOML: Invalid value", 2),
        ("a.toml", b"[hunter2]\n[hunter2]\n", "not TOML: Cannot declare", 2),
        ("a.toml", b"a = 1\na = 2", "not TOML: Cannot overwrite a value", None),
        ("a.toml", b"a = " + b"9" * 5000, "too many digits", None),
        ("a.toml", b"a = " + b"[" * 100_000, "nested at most", None),
        ("a.toml", b"a = \xff", "TOML must be UTF-8", 1),
    ],
)
def test_what_is_refused_says_why_and_quotes_nothing(path, data, message, line):
    with pytest.raises(SourceError, match=message) as caught:
        parse_documents(path, data)
    assert caught.value.line == line
    assert "hunter2" not in str(caught.value)
