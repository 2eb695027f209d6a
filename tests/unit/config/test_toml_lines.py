"""The scan that finds the lines of keys, against what tomllib reads."""

import json
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.config._toml import read_toml


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a = 1\n\nb = 2", {("a",): 1, ("b",): 3}),
        ("[t]\na = 1\n[t.u]\nb = 1", {("t",): 1, ("t", "a"): 2, ("t", "u"): 3, ("t", "u", "b"): 4}),
        ("# [t]\n[ 't' . \"u\" ] # a = 1\n'a.b' = 1", {("t",): 2, ("t", "u"): 2, ("t", "u", "a.b"): 3}),
        ("[[t]]\na = 1\n[[t]]\nb = 1", {("t",): 1, ("t", "a"): 2, ("t", "b"): 4}),
        ("a = [\n 'x = 1',\n # y = 2\n [1,\n 2]]\nb = 1", {("a",): 1, ("b",): 6}),
        ('a = """\nb = 1\n[t]\n\\""" c = 2\n"""\nd = 3', {("a",): 1, ("d",): 6}),
        ("a = '''\nb = 1\n''''\nd = 3", {("a",): 1, ("d",): 4}),
        ('a = ""\nb = \'\'\nc = """"""\nd = 1', {("a",): 1, ("b",): 2, ("c",): 3, ("d",): 4}),
        ("t = { a = 1, b = { c = [1, 2], d = {} }, e.f = 1.5 }\ng = 1",
         {("t",): 1, ("t", "a"): 1, ("t", "b"): 1, ("t", "b", "c"): 1, ("t", "b", "d"): 1, ("t", "e"): 1,
          ("t", "e", "f"): 1, ("g",): 2}),
        ("a.b . 'c' = 1\r\nd = 2024-01-01 10:00:00\r\ne = -1.5e+3", {("a",): 1, ("a", "b"): 1, ("a", "b", "c"): 1,
         ("d",): 2, ("e",): 3}),
        ('"\\u0061" = "\\"#"\nb = 1', {("a",): 1, ("b",): 2}),
        ("a = [{ b = 1 }, { c = 2 }]\nd = 1", {("a",): 1, ("a", "b"): 1, ("a", "c"): 1, ("d",): 2}),
    ],
)  # fmt: skip
def test_keys_are_found_where_they_stand(text: str, lines: dict[tuple[str, ...], int]):
    assert dict(read_toml(text, path="a").lines) == lines


_NAME = st.one_of(st.from_regex(r"[a-z0-9_-]{1,4}", fullmatch=True), st.text("ab.=[]{}#'\" \n", max_size=4))
_SCALAR = st.one_of(
    st.integers(-9, 9).map(str),
    st.booleans().map(lambda value: str(value).lower()),
    st.text("ab=[]{}#'\"\\\n,", max_size=8).map(json.dumps),
    st.text('ab=[]{}#"\\\n,', max_size=8).map(lambda text: f"'''x{text}'''"),
    st.text("ab=[]{}#'\n,", max_size=8).map(lambda text: f'"""x{text}"""'),
)
_VALUE = st.recursive(
    _SCALAR,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[\n" + ", # = ]\n".join(items) + "]"),
        st.dictionaries(_NAME, inner, max_size=3).map(
            lambda members: "{" + ", ".join(f"{json.dumps(key)} = {value}" for key, value in members.items()) + "}"
        ),
    ),
    max_leaves=5,
)
_TABLES = st.dictionaries(_NAME, st.dictionaries(_NAME, _VALUE, max_size=3), max_size=3)


def _paths(value: Any, path: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    found = {path} if path else set()
    if isinstance(value, dict):
        return found.union(*(_paths(member, (*path, key)) for key, member in value.items()))
    if isinstance(value, list):
        return found.union(*(_paths(member, path) for member in value))
    return found


@given(_TABLES)
def test_the_scan_sees_exactly_the_keys_that_tomllib_reads(tables: dict[str, dict[str, str]]):
    lines = []
    at: dict[tuple[str, ...], int] = {}
    for table, members in tables.items():
        lines.append(f"[{json.dumps(table)}]")
        at[table,] = "\n".join(lines).count("\n") + 1
        for key, value in members.items():
            lines.append(f"{json.dumps(key)} = {value}")
            at[table, key] = "\n".join(lines[:-1]).count("\n") + 2
    text = "\n".join(lines)
    raw = read_toml(text, path="a")
    assert set(raw.lines) == _paths(tomllib.loads(text))
    assert {key: raw.lines[key] for key in at} == at
