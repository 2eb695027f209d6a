"""Every key is documented, with its default, and so is nothing else; the template says the same."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from assay.config import DEFAULT_CONFIG, Config, parse_config
from assay.config.schema import PersonConfig
from assay.config.template import commented_template

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
NAMES = {"trailers": "<Key>", "services": "<name>", "people": "<id>", "roles": "<role>", "trust": "<predicate>"}


def _keys(schema: type, above: str = "") -> Iterator[tuple[str, Field[Any] | None]]:
    """Yield every key that holds a value, as the document writes it, and its field."""
    hints = get_type_hints(schema)
    for field in fields(schema):
        expected, key = hints[field.name], f"{above}{field.name}"
        if get_origin(expected) is Mapping:
            expected, key = get_args(expected)[1], f"{key}.{NAMES[field.name]}"
        if is_dataclass(expected):
            yield from _keys(expected, f"{key}.")
        elif key != "digest":
            yield key, None if "." in key and field.name in NAMES else field


KEYS = dict(_keys(Config))


def test_every_key_has_its_heading_and_every_heading_is_a_key():
    headings = re.findall(r"^##+ `([^`\[]+)`$", DOCUMENT, re.MULTILINE)
    assert sorted(headings) == sorted(KEYS)


def test_every_table_has_its_heading():
    tables = set(re.findall(r"^## `\[(.+)\]`$", DOCUMENT, re.MULTILINE))
    assert tables == {key.rpartition(".")[0] for key in KEYS if "." in key}


@pytest.mark.parametrize("key", KEYS)
def test_the_default_shown_is_the_default(key: str):
    section = DOCUMENT.split(f"# `{key}`\n")[1].split("\n#")[0]
    shown = re.search(r"Default:\s+`([^`]+)`", section)
    field = KEYS[key]
    if field is None or field.default is None or field.default is MISSING:
        assert shown is None
        assert re.search(r"Default:|Required\.|is an error", section)
    elif key == "version":
        assert "`1`, which is also the default" in section
    else:
        value = list(field.default) if isinstance(field.default, tuple) else field.default
        assert shown is not None
        assert shown[1] == str(value).replace("'", '"') if isinstance(value, list | int) else f'"{value}"'


@pytest.mark.parametrize("example", re.findall(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL))
def test_every_example_parses(example: str):
    if "required_for" in example:
        example += "[services.payments]\ndomains = ['phi']\n"
    assert parse_config(example, path="assay.toml") != DEFAULT_CONFIG


def _without_digest(config: Config) -> dict[str, Any]:
    return {name: getattr(config, name) for name in Config.__slots__ if name != "digest"}


def test_the_template_means_the_defaults():
    assert _without_digest(parse_config(commented_template(), path="assay.toml")) == _without_digest(DEFAULT_CONFIG)


def test_every_commented_key_of_the_template_parses_and_none_is_missing():
    uncommented = re.sub(r"^# (?=[a-z_]+ = |\[)", "", commented_template(), flags=re.MULTILINE)
    config = parse_config(uncommented, path="assay.toml")
    assert (config.gate.required, config.check, config.policy, config.risk) == (
        DEFAULT_CONFIG.gate.required,
        DEFAULT_CONFIG.check,
        DEFAULT_CONFIG.policy,
        DEFAULT_CONFIG.risk,
    )
    written = set(re.findall(r"^([a-z_]+) = ", uncommented, re.MULTILINE))
    assert written == {key.rpartition(".")[2] for key in KEYS if not key.startswith("roles")} | {"reviewers"}


def test_the_template_takes_people_and_roles():
    people = {
        "ana": PersonConfig(name='Ana "Q" \\ Example', emails=("ana@example.org",), keys=("ab" * 32,)),
        "b.o": PersonConfig(name="Bo"),
    }
    roles = {"privacy officer": ("ana", "b.o"), "empty": ()}
    config = parse_config(commented_template(people=people, roles=roles), path="assay.toml")
    assert config.people == people
    assert config.roles == roles
