"""The shipped schema of `assay.report/1` says what the dataclasses say, in their own words.

A field that is added to a report changes the format: `pytest tests/golden --update-golden` writes the schema anew, and
`docs/output.md` says what a version may gain.
"""

import ast
import inspect
import json
import textwrap
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from importlib import resources
from pathlib import Path
from typing import Any

from assay.model.outcome import Outcome
from assay.model.report import Report
from assay.model.subject import Subject
from assay.output.verdict import Summary

_HEAD = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:assay:report:1",
    "title": "assay.report/1",
    "description": "One run of `assay check` or `assay gate`. Members may be added; readers ignore those they do not"
    " know. A member that is null is left out.",
}
_DERIVED = {
    "schema": {"const": "assay.report/1"},
    "tool": {
        "type": "object",
        "properties": {"name": {"const": "assay"}, "version": {"type": "string"}},
        "required": ["name", "version"],
    },
    "exit_code": {"type": "integer", "enum": [0, 1, 2, 3]},
    "summary": {"$ref": "#/$defs/Summary"},
}
_COUNTS = {
    "findings": {"type": "integer"},
    "findings_at_threshold": {"type": "integer", "description": "At or above the threshold and not waived."},
    "findings_waived": {"type": "integer"},
    "rules": {
        "type": "object",
        "description": "Number of rules by outcome; every outcome is there.",
        "propertyNames": {"$ref": "#/$defs/Outcome"},
        "additionalProperties": {"type": "integer"},
    },
}
_SCALARS: dict[Any, str] = {str: "string", int: "integer", bool: "boolean"}


class Schemas:
    """Collects the schema of every class that is met, by name."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, Any]] = {}

    def of(self, kind: Any) -> dict[str, Any]:
        """Return the schema of one type annotation."""
        origin, parts = typing.get_origin(kind), typing.get_args(kind)
        if origin in {typing.Union, types.UnionType}:
            (kind,) = (part for part in parts if part is not types.NoneType)
            return self.of(kind)
        if origin is tuple and parts[-1] is Ellipsis:
            return {"type": "array", "items": self.of(parts[0])}
        if origin is tuple:
            return {
                "type": "array",
                "prefixItems": [self.of(part) for part in parts],
                "minItems": len(parts),
                "items": False,
            }
        if origin is not None and issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.of(parts[1])}
        if kind in _SCALARS:
            return {"type": _SCALARS[kind]}
        return self.named(kind)

    def named(self, kind: type) -> dict[str, Any]:
        """Return a reference to the schema of a class, making it on the way."""
        if kind.__name__ not in self.found:
            self.found[kind.__name__] = {}
            self.found[kind.__name__] |= self.enum(kind) if issubclass(kind, Enum) else self.object(kind)
        return {"$ref": f"#/$defs/{kind.__name__}"}

    def enum(self, kind: type[Enum]) -> dict[str, Any]:
        return {"description": _first_line(kind), "enum": [member.value for member in kind]}

    def object(self, kind: type) -> dict[str, Any]:
        assert is_dataclass(kind)
        hints, said = typing.get_type_hints(kind), _said_of_fields(kind)
        properties = {
            item.name: self.of(hints[item.name]) | ({"description": said[item.name]} if item.name in said else {})
            for item in fields(kind)
        }
        required = [name for name in properties if types.NoneType not in typing.get_args(hints[name])]
        return {"description": _first_line(kind), "type": "object", "properties": properties, "required": required}


def _first_line(kind: type) -> str:
    return inspect.cleandoc(kind.__doc__ or "").partition("\n")[0]


def _said_of_fields(kind: type) -> dict[str, str]:
    """Return the docstring below each field."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(definition, ast.ClassDef)
    said = {}
    for before, after in zip(definition.body, definition.body[1:], strict=False):
        match before, after:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                said[name] = " ".join(text.split())
    return said


def schema() -> dict[str, Any]:
    """Return the schema of a report as `assay.output.json` writes it."""
    schemas = Schemas()
    report = schemas.object(Report)
    for kind in (Summary, Subject, Outcome):
        schemas.of(kind)
    summary, change = schemas.found["Summary"], schemas.found["Change"]
    summary["properties"] |= _COUNTS
    summary["required"] += _COUNTS
    change["properties"]["subject"] = schemas.of(Subject) | {"description": "What statements about this change name."}
    change["required"].append("subject")
    return {
        **_HEAD,
        "type": "object",
        "properties": _DERIVED | report["properties"],
        "required": [*_DERIVED, *report["required"]],
        "$defs": dict(sorted(schemas.found.items())),
    }


def test_the_schema_is_that_of_the_dataclasses(golden: Callable[[Path, str], None]):
    with resources.as_file(resources.files("assay.output") / "schemas" / "report-1.schema.json") as path:
        golden(path, json.dumps(schema(), indent=2, ensure_ascii=False) + "\n")
