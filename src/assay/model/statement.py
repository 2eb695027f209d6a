"""Statements: everything Assay knows, as in-toto Statement v1 has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assay.model.outcome import KeyClass
from assay.model.subject import Subject

FINDINGS = "urn:assay:findings:v1"
RISK = "urn:assay:risk:v1"
APPROVAL = "urn:assay:approval:v1"
WAIVER = "urn:assay:waiver:v1"
REVOCATION = "urn:assay:revocation:v1"
DECISION = "urn:assay:decision:v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A predicate about one or more subjects."""

    subjects: tuple[Subject, ...]
    predicate_type: str
    predicate: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signed, once a signature has been verified."""

    keyid: str
    """64 hex digits: sha256 of the public key's SubjectPublicKeyInfo in DER."""
    key_class: KeyClass
    person: str | None = None
    """The id under `[people]`, for a `person` key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedStatement:
    """A statement whose envelope was verified before it was parsed."""

    statement: Statement
    signers: tuple[Signer, ...]
    envelope: str
    """sha256 of the envelope's stored bytes: the statement's name."""
    pae: str = ""
    """sha256 of what was signed: it stays when the same statement is wrapped in other envelope bytes."""
    index: int | None = None
    """Where it stands in the log it was read from."""
