"""A configuration text made to exhaust memory, time or the stack, or to reach out of the repository."""

import pytest

from assay.config import parse_config
from assay.errors import ConfigError

LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + depth)}: &{chr(98 + depth)} [{', '.join(['*' + chr(97 + depth)] * 9)}]\n" for depth in range(20)
)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("assay.yaml", LAUGHS),
        ("assay.yaml", "a: " + "[" * 200_000),
        ("assay.yaml", "a: " + "{a: " * 50_000),
        ("assay.yaml", "- " * 100_000),
        ("assay.yaml", "a: !!python/object/apply:os.system ['true']"),
        ("assay.yaml", "<<: {version: 1}"),
        ("assay.toml", "a" + ".a" * 120_000 + " = 1"),
        ("assay.toml", "[a" + '."a"' * 60_000 + "]"),
        ("assay.toml", "a = " + "[" * 200_000),
        ("assay.toml", "a = " + "{a = " * 50_000),
        ("assay.toml", "a = " + "1" * 200_000),
        ("assay.toml", "a = 1\n" * 40_000),
        ("assay.toml", "#" * 300_000),
        ("assay.toml", "policy.packs = ['../../etc']"),
        ("assay.toml", "policy.packs = ['..\\..\\etc']"),
        ("assay.toml", "gate.target = '--output=/tmp/x'"),
    ],
)
def test_a_hostile_text_is_refused_soon(path: str, text: str):
    with pytest.raises(ConfigError):
        parse_config(text, path=path)


def test_a_terminal_escape_in_a_key_does_not_reach_the_terminal():
    with pytest.raises(ConfigError) as caught:
        parse_config('"\\u001b]0;owned\\u0007" = 1', path="assay.toml")
    assert "\x1b" not in str(caught.value)
    with pytest.raises(ConfigError) as caught:
        parse_config('check: {threshold: "\\e[2J"}', path="assay.yaml")
    assert "\x1b" not in str(caught.value)
