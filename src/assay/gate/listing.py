"""Statements of the record in a few words, for lists."""

import json

from assay.errors import AttestError
from assay.gate.record import Stored
from assay.model.statement import Statement
from assay.output import EntryLine


def listed(stored: Stored) -> EntryLine:
    """Return one line for a list; an envelope that holds no statement is listed as what it is."""
    try:
        statement = stored.statement()
    except AttestError:
        return EntryLine(index=stored.index, envelope=stored.envelope, predicate_type="unreadable")
    return EntryLine(
        index=stored.index,
        envelope=stored.envelope,
        predicate_type=statement.predicate_type,
        at=statement.predicate.get("at"),
        note=_note(statement),
    )


def statement_json(stored: Stored) -> str:
    """Return the statement as indented JSON, in in-toto's member names."""
    from assay.attest import encode_statement

    return json.dumps(json.loads(encode_statement(stored.statement())), indent=2, ensure_ascii=False)


def _note(statement: Statement) -> str:
    said = statement.predicate
    words = (said.get(name) for name in ("verdict", "meaning", "name", "ticket"))
    return " ".join(word for word in words if isinstance(word, str))
