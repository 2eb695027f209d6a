"""The statement: in-toto Statement v1 (in-toto/attestation, spec/v1/statement.md) to bytes and back.

Trusted: nothing; what is decoded here may have been signed by anyone who is believed for anything. Not trusted: depth,
numbers, member names and types, all checked with limits. If lost: a predicate of another shape than its type promises
reaches policy. Call `decode_statement` only with a payload whose signature was verified (`assay.attest.verify`).

Members unknown to the specification are ignored at the top level and in subjects, as its parsing rules ask (spec/v1,
README.md, "Unrecognized fields"); a predicate of type `urn:assay:*` must match its JSON Schema, which names all it may
hold.
"""

import json
import math
import re
from collections.abc import Iterable
from typing import Any, NoReturn

from assay.attest.checks import Check
from assay.attest.schemas import is_ours, validate_predicate
from assay.errors import AttestError, VerificationError
from assay.model.jcs import MAX_SAFE_INTEGER, canonical
from assay.model.statement import Statement
from assay.model.subject import Subject

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"

# Our predicates nest 8 deep, CycloneDX about 20; readers that recurse, ours and others', must not be led to their end.
MAX_DEPTH = 64

# RFC 3986 allows less; this keeps blanks and control characters out of what people are shown. Ours have 30 letters.
_URI = re.compile(r"[!-~]{1,512}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
# A lone surrogate can only be written as an escape; text without one need not be searched.
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


def encode_statement(statement: Statement) -> bytes:
    """Return the payload for an envelope: canonical JSON (RFC 8785).

    Raises `AttestError` for what canonical JSON cannot hold (floats, integers beyond 2**53-1), and `VerificationError`
    for what `decode_statement` would refuse: nothing is signed that cannot be read.
    """
    try:
        payload = canonical(
            {
                "_type": STATEMENT_TYPE,
                "subject": [{"name": item.name, "digest": item.digest} for item in statement.subjects],
                "predicateType": statement.predicate_type,
                "predicate": statement.predicate,
            }
        )
    except (TypeError, ValueError, RecursionError) as error:
        raise AttestError(f"a statement of type {statement.predicate_type} cannot be signed: {error}") from None
    decode_statement(payload)
    return payload


def decode_statement(payload: bytes) -> Statement:
    """Return the statement in a verified payload; raises `VerificationError` naming the check that failed.

    Subjects without a sha256 are left out, since statements are found by it; one at least must remain.
    """
    members = _parse(payload)
    if members.get("_type") != STATEMENT_TYPE:
        _refuse(Check.STATEMENT_TYPE, f"expected `_type` to be {STATEMENT_TYPE}")
    predicate_type = members.get("predicateType")
    if not isinstance(predicate_type, str) or not _URI.fullmatch(predicate_type):
        _refuse(Check.PREDICATE_TYPE, "expected `predicateType` to be a URI")
    predicate = members.get("predicate", {})
    if not isinstance(predicate, dict):
        _refuse(Check.PREDICATE, "expected `predicate` to be an object")
    ours = is_ours(predicate_type)
    _check_values(members, integers_only=ours)
    if ours:
        validate_predicate(predicate_type, predicate)
    return Statement(subjects=_subjects(members.get("subject")), predicate_type=predicate_type, predicate=predicate)


def _parse(payload: bytes) -> dict[str, Any]:
    try:
        text = payload.decode()
        value = json.loads(text, object_pairs_hook=_members, parse_constant=_no_constant)
        if _SURROGATE_ESCAPE.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        _refuse(Check.DEPTH, f"a statement nests at most {MAX_DEPTH} deep")
    except json.JSONDecodeError as error:
        _refuse(Check.STATEMENT_JSON, f"expected a statement in JSON: {error}")
    except ValueError:
        # Bytes that are not UTF-8, a lone surrogate, or an integer of more digits than Python reads.
        _refuse(Check.STATEMENT_JSON, "expected a statement in JSON and UTF-8 (RFC 7493)")
    if not isinstance(value, dict):
        _refuse(Check.STATEMENT_JSON, "expected a statement to be a JSON object")
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object, refusing a member that stands twice: two readers could take different ones."""
    members = dict(pairs)
    if len(members) < len(pairs):
        _refuse(Check.DUPLICATE_MEMBER, "an object in the statement has a member twice")
    return members


def _no_constant(name: str) -> NoReturn:
    _refuse(Check.STATEMENT_JSON, f"JSON has no {name}")


def _check_values(root: object, *, integers_only: bool) -> None:
    """Refuse what nests too deep, and numbers that not every reader reads alike."""
    level: list[object] = [root]
    for _ in range(MAX_DEPTH + 1):
        if not level:
            return
        for value in level:
            _check_number(value, integers_only=integers_only)
        level = [child for value in level for child in _children(value)]
    _refuse(Check.DEPTH, f"a statement nests at most {MAX_DEPTH} deep")


def _children(value: object) -> Iterable[object]:
    match value:
        case dict():
            return value.values()
        case list():
            return value
        case _:
            return ()


def _check_number(value: object, *, integers_only: bool) -> None:
    match value:
        case float() if integers_only or not math.isfinite(value):
            _refuse(Check.NUMBER, "signed JSON of Assay holds integers, not floats")
        case int() if integers_only and abs(value) > MAX_SAFE_INTEGER:
            _refuse(Check.NUMBER, "an integer in signed JSON must be within 2**53-1")
        case _:
            pass


def _subjects(value: object) -> tuple[Subject, ...]:
    if not isinstance(value, list):
        _refuse(Check.SUBJECT, "expected `subject` to be an array")
    subjects = tuple(subject for item in value if (subject := _subject(item)) is not None)
    if not subjects:
        _refuse(Check.SUBJECT, "expected a subject with a sha256 digest, found none")
    return subjects


def _subject(value: object) -> Subject | None:
    """Return one subject, or None if it has no sha256 (spec/v1/digest_set.md: ignore algorithms not accepted)."""
    if not isinstance(value, dict) or not isinstance(value.get("digest"), dict):
        _refuse(Check.SUBJECT, "expected a subject to be an object with a `digest`")
    # An unset name means the same as "_" (spec/v1/statement.md).
    name, digest = value.get("name", "_"), value["digest"]
    if not isinstance(name, str) or not all(isinstance(item, str) for item in digest.values()):
        _refuse(Check.SUBJECT, "expected the name and the digests of a subject to be strings")
    if "sha256" not in digest:
        return None
    if not _SHA256.fullmatch(digest["sha256"]):
        _refuse(Check.SUBJECT, "expected a sha256 to be 64 lower-case hex digits")
    return Subject(name=name, digest=digest)


def _refuse(check: Check, message: str) -> NoReturn:
    raise VerificationError(message, check=check)
