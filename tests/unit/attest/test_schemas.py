"""The schemas against the nouns, each other, and their pages."""

import dataclasses
import json
import types
import typing
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from assay.attest.checks import Check
from assay.attest.dsse import MAX_PAYLOAD_BYTES, MAX_SIGNATURES
from assay.attest.schemas import SCHEMA_FOLDER, load_schema, predicate_types, validate_predicate
from assay.attest.statement import MAX_DEPTH
from assay.errors import VerificationError
from assay.model.approval import Approval, Links, Producer, Revocation, Waiver
from assay.model.decision import Decision
from assay.model.finding import Inspection
from assay.model.risk import Risk
from assay.model.statement import APPROVAL, DECISION, FINDINGS, REVOCATION, RISK, WAIVER

PAGES = Path(__file__).parents[3] / "docs/formats"
MADE = {"producer": Producer, "at": str, "links": Links}
NOUNS: dict[str, tuple[type, set[str]]] = {
    FINDINGS: (Inspection, {"producer", "at", "links"}),
    RISK: (Risk, {"producer", "at", "links"}),
    APPROVAL: (Approval, {"producer"}),
    WAIVER: (Waiver, {"producer"}),
    REVOCATION: (Revocation, {"producer"}),
    DECISION: (Decision, {"producer"}),
}


def schema_of(predicate_type: str) -> dict[str, Any]:
    schema = load_schema(predicate_type)
    assert schema is not None
    return schema


def resolved(schema: Mapping[str, Any], node: Mapping[str, Any]) -> dict[str, Any]:
    """A node with its reference followed; what stands beside the reference is stronger."""
    if "$ref" not in node:
        return dict(node)
    target = schema["$defs"][node["$ref"].removeprefix("#/$defs/")]
    return {**target, **{key: value for key, value in node.items() if key != "$ref"}}


class TestFiles:
    def test_every_predicate_type_of_the_model_has_one(self):
        assert set(NOUNS) <= set(predicate_types())

    @pytest.mark.parametrize("predicate_type", predicate_types())
    def test_each_is_a_valid_schema_named_by_its_type(self, predicate_type):
        schema = schema_of(predicate_type)
        jsonschema_rs.meta.validate(schema)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert schema["$id"] == predicate_type

    def test_a_definition_is_the_same_wherever_it_stands(self):
        seen: dict[str, Any] = {}
        for path in SCHEMA_FOLDER.glob("*.json"):
            for name, definition in json.loads(path.read_text())["$defs"].items():
                assert seen.setdefault(name, definition) == definition, f"{name} in {path.name}"

    @pytest.mark.parametrize("predicate_type", predicate_types())
    def test_every_object_is_closed_and_everything_is_described(self, predicate_type):
        schema = schema_of(predicate_type)
        for place, node, _ in members(schema, schema):
            assert node.get("description"), place
            if node.get("type") == "object":
                assert "additionalProperties" in node, place

    @pytest.mark.parametrize("predicate_type", ["urn:assay:prophecy:v1", "urn:assay:findings:v2", "urn:assay:findings"])
    def test_a_type_without_one_is_refused(self, predicate_type):
        assert load_schema(predicate_type) is None
        with pytest.raises(VerificationError) as caught:
            validate_predicate(predicate_type, {})
        assert caught.value.check == Check.PREDICATE_TYPE


class TestNouns:
    """The schema says of every field what the dataclass says: its name, its type, and whether it may be missing."""

    @pytest.mark.parametrize("predicate_type", NOUNS)
    def test_agree_with_their_schema(self, predicate_type):
        noun, made = NOUNS[predicate_type]
        schema = schema_of(predicate_type)
        hints = typing.get_type_hints(noun) | {name: MADE[name] for name in made}
        assert set(schema["properties"]) == set(hints)
        for name, hint in hints.items():
            self.agree(schema, schema["properties"][name], hint)
        assert set(schema["required"]) == {name for name, hint in hints.items() if not is_optional(hint)}

    def agree(self, schema: Mapping[str, Any], node: Mapping[str, Any], hint: Any) -> None:
        node = resolved(schema, node)
        hint = typing.get_args(hint)[0] if is_optional(hint) else hint
        arguments = typing.get_args(hint)
        if dataclasses.is_dataclass(hint):
            hints = typing.get_type_hints(hint)
            assert set(node["properties"]) == set(hints)
            assert set(node["required"]) == {name for name, inner in hints.items() if not is_optional(inner)}
            for name, inner in hints.items():
                self.agree(schema, node["properties"][name], inner)
        elif typing.get_origin(hint) is tuple:
            assert node["type"] == "array"
            self.agree(schema, node["items"], arguments[0])
        elif typing.get_origin(hint) is Mapping:
            assert node["type"] == "object"
            self.agree(schema, node["additionalProperties"], arguments[1])
        elif issubclass(hint, StrEnum):
            assert node["enum"] == [member.value for member in hint]
        else:
            expected = {str: "string", int: "integer", bool: "boolean"}[hint]
            assert node.get("type", "string") == expected


class TestPages:
    def test_every_type_has_one_and_every_page_a_type(self):
        pages = {path.name for path in PAGES.glob("*.md")} - {"README.md"}
        assert pages == {f"{item.split(':')[2]}.md" for item in predicate_types()}

    def test_the_overview_links_every_page(self):
        overview = (PAGES / "README.md").read_text()
        for item in predicate_types():
            name = item.split(":")[2]
            assert f"[`{item}`]({name}.md)" in overview

    def test_the_limits_are_those_of_the_program(self):
        overview = (PAGES / "README.md").read_text()
        assert f"| payload | {MAX_PAYLOAD_BYTES // 2**20} MiB |" in overview
        assert f"| signatures | {MAX_SIGNATURES} |" in overview
        assert f"| nesting | {MAX_DEPTH} |" in overview

    @pytest.mark.parametrize("predicate_type", predicate_types())
    def test_the_table_is_the_schema(self, predicate_type):
        schema = schema_of(predicate_type)
        found = [line for line in page(predicate_type).splitlines() if line.startswith("| `")]
        assert found == [
            f"| `{place}` | {kind(node)}{'' if required else ', optional'} | {node['description']} |"
            for place, node, required in members(schema, schema)
        ]

    @pytest.mark.parametrize("predicate_type", predicate_types())
    def test_the_example_is_valid(self, predicate_type):
        _, _, rest = page(predicate_type).partition("```json\n")
        example, fence, _ = rest.partition("```")
        assert fence
        validate_predicate(predicate_type, json.loads(example))

    @pytest.mark.parametrize("predicate_type", predicate_types())
    def test_it_opens_with_its_type(self, predicate_type):
        schema = schema_of(predicate_type)
        assert page(predicate_type).startswith(f"# {schema['title']}: `{predicate_type}`\n\n{schema['description']}\n")


def page(predicate_type: str) -> str:
    return (PAGES / f"{predicate_type.split(':')[2]}.md").read_text()


def members(
    schema: Mapping[str, Any], node: Mapping[str, Any], place: str = ""
) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Every member of a schema: its place, its node, and whether it is required."""
    for name, inner in node.get("properties", {}).items():
        here = f"{place}.{name}" if place else name
        found = resolved(schema, inner)
        yield here, found, name in node["required"]
        if found.get("type") == "array":
            here, found = f"{here}[]", resolved(schema, found["items"])
        yield from members(schema, found, here)


def kind(node: Mapping[str, Any]) -> str:
    """The type of a member in words, for the table of its page."""
    if "enum" in node:
        return " or ".join(f"`{value}`" for value in node["enum"])
    return str(node["type"])


def is_optional(hint: Any) -> bool:
    return typing.get_origin(hint) is types.UnionType and types.NoneType in typing.get_args(hint)
