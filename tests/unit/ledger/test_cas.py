import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.errors import LedgerCorruptError, LedgerError, StorageError
from assay.ledger import Cas
from assay.ledger import cas as module
from assay.ledger.files import Folder


@pytest.fixture
def cas(state) -> Cas:
    return Cas(Folder(state, writable=True))


@given(st.binary(max_size=100))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_payload_reads_back_by_its_digest(cas, data):
    digest = cas.put(data)
    assert digest == hashlib.sha256(data).hexdigest()
    assert cas.get(digest) == data


def test_a_payload_lies_where_other_tools_expect_it(cas, state):
    digest = cas.put(b"payload")
    assert (state / "cas/sha256" / digest[:2] / digest).read_bytes() == b"payload"


def test_a_missing_payload_is_told_from_an_altered_one(cas, state):
    digest = cas.put(b"payload")
    path = state / "cas/sha256" / digest[:2] / digest
    path.write_bytes(b"Payload")
    with pytest.raises(LedgerCorruptError, match=f"payload {digest} was altered"):
        cas.get(digest)
    assert cas.put(b"payload") == digest
    assert cas.get(digest) == b"payload"
    path.unlink()
    with pytest.raises(LedgerError, match=f"payload {digest} is missing") as caught:
        cas.get(digest)
    assert not isinstance(caught.value, LedgerCorruptError)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_only_a_digest_names_a_payload(cas, name):
    with pytest.raises(LedgerError, match="64 lower-case hex digits"):
        cas.get(name)


def test_a_payload_that_is_too_large_is_refused_before_anything_is_written(cas, state, monkeypatch):
    monkeypatch.setattr(module, "MAX_PAYLOAD_BYTES", 3)
    with pytest.raises(LedgerError, match="at most 3 bytes, this one has 4"):
        cas.put(b"1234")
    assert not state.exists()


def test_a_planted_file_that_is_too_large_is_not_read(cas, state, monkeypatch):
    digest = cas.put(b"1234")
    monkeypatch.setattr(module, "MAX_PAYLOAD_BYTES", 3)
    with pytest.raises(StorageError, match="at most 3"):
        cas.get(digest)
    assert [path.name for path in (state / "cas/sha256" / digest[:2]).iterdir()] == [digest]
