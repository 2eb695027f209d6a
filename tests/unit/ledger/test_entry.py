import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import LedgerError
from assay.ledger import StatementEntry, decode_entry
from assay.ledger.entry import encode_entry

DIGEST = "ab" * 32
ENTRY = StatementEntry(envelope="e" * 64, pae="f" * 64, predicate_type="urn:assay:risk:v1", subjects=(DIGEST,))

digests = st.binary(min_size=32, max_size=32).map(bytes.hex)


def test_an_entry_is_one_canonical_object_of_digests():
    assert encode_entry(ENTRY) == (
        b'{"envelope":"' + b"e" * 64 + b'","kind":"assay.statement/1","pae":"' + b"f" * 64 + b'",'
        b'"predicate_type":"urn:assay:risk:v1","subjects":["' + DIGEST.encode() + b'"]}'
    )


@given(digests, digests, st.text(st.characters(exclude_categories=["Cs"])), st.lists(digests, max_size=3))
def test_an_entry_reads_back(envelope, pae, predicate_type, subjects):
    entry = StatementEntry(envelope=envelope, pae=pae, predicate_type=predicate_type, subjects=tuple(subjects))
    assert decode_entry(encode_entry(entry)) == entry


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b"{}",
        b'{"kind":"assay.statement/2"}',
        b'{"kind":["assay.statement/1"]}',
        b'{"kind":"hashedrekord"}',
        b'{"kind":"\\ud800"}',
        b'{"kind":"\xed\xa0\x80"}',
        b"[" * 60_000,
    ],
)
def test_what_this_version_does_not_know_is_skipped(data):
    assert decode_entry(data) is None


@pytest.mark.parametrize(
    "change",
    [
        {"envelope": None},
        {"envelope": DIGEST.upper()},
        {"pae": "ab"},
        {"predicate_type": 1},
        {"subjects": "ab"},
        {"subjects": [1]},
        {"subjects": ["../x"]},
        {"more": 1},
    ],
)
def test_a_statements_entry_that_is_malformed_is_an_error(change):
    members = json.loads(encode_entry(ENTRY)) | change
    data = json.dumps(members, sort_keys=True, separators=(",", ":")).encode()
    with pytest.raises(LedgerError):
        decode_entry(data)


def test_a_statements_entry_has_one_spelling():
    data = encode_entry(ENTRY)
    for other in (data + b"\n", data.replace(b":", b": "), data[:-1] + b',"kind":"assay.statement/1"}'):
        with pytest.raises(LedgerError, match="canonical"):
            decode_entry(other)


def test_a_statement_about_too_many_subjects_is_refused_with_what_to_do():
    many = StatementEntry(envelope=DIGEST, pae=DIGEST, predicate_type="urn:x", subjects=(DIGEST,) * 1000)
    with pytest.raises(LedgerError, match="about 1000 subjects makes an entry of 67") as caught:
        encode_entry(many)
    assert "several statements" in str(caught.value.hint)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_entry_or_skipped(data):
    assert decode_entry(data) is None
