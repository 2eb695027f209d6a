"""The JSON Schemas of our predicates, `schemas/<name>.v<n>.json`, one for each `urn:assay:<name>:v<n>`.

Trusted: the schema files, which come with the program. Not trusted: the predicate, of which nothing is quoted in an
error but the names of members. If lost: as `assay.attest.statement` says. A type without a schema here is refused, not
guessed: ignoring a statement must never turn a denial into an allowance (in-toto's monotonic principle, spec/v1).
"""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assay.attest.checks import Check
from assay.errors import VerificationError

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError, Validator

SCHEMA_FOLDER = Path(__file__).with_name("schemas")
# Enough for a place eight members deep and the reason; a member's name can be of any length.
MAX_FAULT_TEXT = 400
_PREFIX = "urn:assay:"
_TYPE = re.compile(r"urn:assay:([a-z]+(?:-[a-z]+)*):v([1-9][0-9]{0,3})")


def is_ours(predicate_type: str) -> bool:
    """Whether a predicate type is of Assay's own namespace."""
    return predicate_type.startswith(_PREFIX)


def predicate_types() -> tuple[str, ...]:
    """Return the types that have a schema, sorted."""
    names = (path.name.split(".") for path in SCHEMA_FOLDER.glob("*.json"))
    return tuple(sorted(f"{_PREFIX}{name}:{version}" for name, version, _ in names))


def load_schema(predicate_type: str) -> dict[str, Any] | None:
    """Return the JSON Schema (draft 2020-12) of one of our types, or None if this version of Assay has none."""
    parts = _TYPE.fullmatch(predicate_type)
    if parts is None:
        return None
    path = SCHEMA_FOLDER / f"{parts[1]}.v{parts[2]}.json"
    if not path.is_file():
        return None
    schema: dict[str, Any] = json.loads(path.read_bytes())
    return schema


def validate_predicate(predicate_type: str, predicate: dict[str, Any]) -> None:
    """Check a predicate of one of our types against its schema; raises `VerificationError` at the first fault."""
    validator = _validator(predicate_type)
    if validator is None:
        raise VerificationError(
            f"this version of Assay knows no predicate of type {predicate_type}",
            check=Check.PREDICATE_TYPE,
            hint="It may have been made by a later version.",
        )
    for fault in validator.iter_errors(predicate):
        raise VerificationError(_fault_text(predicate_type, fault), check=Check.PREDICATE)


# A handful of types per run; a bound, because the type is the signer's text.
@lru_cache(maxsize=32)
def _validator(predicate_type: str) -> "Validator | None":
    schema = load_schema(predicate_type)
    if schema is None:
        return None
    import jsonschema_rs

    # `pattern_options`: the engine without backtracking, whatever pattern a schema may come to hold.
    return jsonschema_rs.validator_for(
        schema, validate_formats=True, mask="the value", pattern_options=jsonschema_rs.RegexOptions()
    )


def _fault_text(predicate_type: str, fault: "ValidationError") -> str:
    """Say where and why, without values; a member's name is the signer's text, so it is made harmless to print."""
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in fault.instance_path)
    text = f"expected a predicate of type {predicate_type}; at `predicate{place}`: {fault.message}"
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:MAX_FAULT_TEXT]
