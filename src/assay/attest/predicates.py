"""Between the nouns and the predicates of our own types.

The builders return plain JSON values for `Statement.predicate`; that they match their schema is checked when the
statement is encoded. The readers take a statement from `decode_statement`, which has checked the same, and from nowhere
else; a statement of another type is an `AttestError`. Both sides of a format stand together here.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from assay.errors import AttestError
from assay.model.approval import Approval, Links, Producer, Revocation, Waiver
from assay.model.decision import Decision
from assay.model.finding import Inspection
from assay.model.risk import Risk
from assay.model.statement import APPROVAL, DECISION, FINDINGS, REVOCATION, RISK, WAIVER, Statement
from assay.model.wire import to_wire

_T = TypeVar("_T")


def findings_predicate(inspection: Inspection, *, producer: Producer, at: str, links: Links) -> dict[str, Any]:
    """Return the predicate of type `urn:assay:findings:v1`; `at` is RFC 3339, UTC, whole seconds."""
    return _made(inspection, producer) | {"at": at, "links": to_wire(links)}


def risk_predicate(risk: Risk, *, producer: Producer, at: str, links: Links) -> dict[str, Any]:
    """Return the predicate of type `urn:assay:risk:v1`; `at` is RFC 3339, UTC, whole seconds."""
    return _made(risk, producer) | {"at": at, "links": to_wire(links)}


def decision_predicate(decision: Decision, *, producer: Producer) -> dict[str, Any]:
    """Return the predicate of type `urn:assay:decision:v1`."""
    return _made(decision, producer)


def approval_predicate(approval: Approval, *, producer: Producer) -> dict[str, Any]:
    """Return the predicate of type `urn:assay:approval:v1`."""
    return _made(approval, producer)


def waiver_predicate(waiver: Waiver, *, producer: Producer) -> dict[str, Any]:
    """Return the predicate of type `urn:assay:waiver:v1`."""
    return _made(waiver, producer)


def revocation_predicate(revocation: Revocation, *, producer: Producer) -> dict[str, Any]:
    """Return the predicate of type `urn:assay:revocation:v1`."""
    return _made(revocation, producer)


def read_findings(statement: Statement) -> Inspection:
    """Return what inspectors reported; `read_producer` and `read_links` give the rest."""
    return _noun(Inspection, _predicate(statement, FINDINGS))


def read_risk(statement: Statement) -> Risk:
    """Return the risk of a change."""
    return _noun(Risk, {"percentile": None, **_predicate(statement, RISK)})


def read_decision(statement: Statement) -> Decision:
    """Return what a gate concluded."""
    predicate = _predicate(statement, DECISION)
    # What is None is left out on the wire; these two have no default, since "any person" and "no commit" must be meant.
    requires = [{"role": None, **item} for item in predicate["requires"]]
    policy = {"commit": None, **predicate["policy"]}
    return _noun(Decision, {**predicate, "requires": requires, "policy": policy})


def read_approval(statement: Statement) -> Approval:
    """Return what a person signed."""
    return _noun(Approval, _predicate(statement, APPROVAL))


def read_waiver(statement: Statement) -> Waiver:
    """Return which findings a person accepts, and until when."""
    return _noun(Waiver, _predicate(statement, WAIVER))


def read_revocation(statement: Statement) -> Revocation:
    """Return what no longer counts."""
    return _noun(Revocation, _predicate(statement, REVOCATION))


def read_producer(statement: Statement) -> Producer:
    """Return which program made a predicate of one of our types."""
    return _noun(Producer, _member(statement, "producer"))


def read_links(statement: Statement) -> Links:
    """Return what findings or a risk belong to beyond their subject."""
    return _noun(Links, _member(statement, "links"))


def read_time(statement: Statement) -> str:
    """Return when a predicate of one of our types was made: RFC 3339, UTC, whole seconds."""
    return _noun(str, _member(statement, "at"))


def _made(noun: object, producer: Producer) -> dict[str, Any]:
    return {**to_wire(noun), "producer": to_wire(producer)}


def _predicate(statement: Statement, predicate_type: str) -> Mapping[str, Any]:
    if statement.predicate_type != predicate_type:
        raise AttestError(f"expected a statement of type {predicate_type}, found {statement.predicate_type}")
    return statement.predicate


def _member(statement: Statement, name: str) -> object:
    if name not in statement.predicate:
        raise AttestError(f"a predicate of type {statement.predicate_type} has no `{name}`")
    return statement.predicate[name]


def _noun(kind: type[_T], value: object) -> _T:
    # Members the noun does not have (`producer`, `links`) are passed over; that there are no others, the schema says.
    return msgspec.convert(value, kind)
