import os
import re
import shutil
import sqlite3
import stat

import pytest

from assay.errors import StorageError, UsageError
from assay.ledger import Index, Ledger, LedgerReader
from assay.ledger import index as module

ABOUT_A, ABOUT_B = "aa" * 32, "bb" * 32


@pytest.fixture
def logged(ledger):
    """Five entries: four statements, and one of a kind that this version does not know."""
    for number, (predicate_type, subjects) in enumerate(
        [
            ("urn:risk", [ABOUT_A]),
            ("urn:findings", [ABOUT_A, ABOUT_B]),
            ("urn:risk", [ABOUT_B]),
            ("urn:risk", [ABOUT_A]),
        ]
    ):
        if number == 2:
            ledger.append([b'{"kind":"of another version"}'])
        ledger.append_statement(b"%d" % number, pae="cc" * 32, predicate_type=predicate_type, subjects=subjects)
    return ledger


@pytest.fixture
def index(logged, state):
    with Index(state, logged) as index:
        yield index


def found(located):
    return [index for index, _ in located]


def test_statements_are_found_by_subject_type_and_envelope(index, logged):
    assert found(index.by_subject(ABOUT_A)) == [0, 1, 4]
    assert found(index.by_subject(ABOUT_A, predicate_type="urn:risk")) == [0, 4]
    assert found(index.by_subject(ABOUT_A, before=4)) == [0, 1]
    assert found(index.by_subject("dd" * 32)) == []
    assert found(index.by_predicate_type("urn:risk")) == [0, 3, 4]
    assert found(index.by_predicate_type("urn:risk", before=3)) == [0]
    for number, entry in logged.statements():
        assert index.by_envelope(entry.envelope[:8]) == [(number, entry)]


def test_a_reference_names_an_entry(index, logged):
    envelopes = {number: entry.envelope for number, entry in logged.statements()}
    assert index.resolve("latest") == 4
    assert [index.resolve(str(number)) for number in range(5)] == list(range(5))
    assert {index.resolve(envelope) for envelope in envelopes.values()} == set(envelopes)
    assert index.resolve(envelopes[3][:8]) == 3


@pytest.mark.parametrize("reference", ["", "5", "-1", "007", "abc", "f" * 8, "F" * 64, "z" * 8, "latest ", "1e3"])
def test_a_reference_that_names_nothing_says_what_does(index, reference):
    with pytest.raises(UsageError, match=f"'{reference}' names no entry of this log, which has 5") as caught:
        index.resolve(reference)
    assert "8 or more hex digits" in str(caught.value.hint)


def test_latest_of_an_empty_log_names_nothing(ledger, state):
    with Index(state, ledger) as index, pytest.raises(UsageError, match="which has 0"):
        index.resolve("latest")


def test_an_ambiguous_reference_names_what_it_could_be(index, logged, monkeypatch):
    # No eight digits that are both come up in a test; one digit does: the envelope of entry 0 begins with 5.
    monkeypatch.setattr(module, "_PREFIX", re.compile("[0-9a-f]{1,64}"))
    logged.append([b"{}"])
    with pytest.raises(UsageError, match="'5' is ambiguous: entry 5, envelope 5feceb66ffc86f38") as caught:
        index.resolve("5")
    assert caught.value.hint == "give more digits"
    assert index.resolve("4") == 4


def test_an_envelope_logged_twice_is_named_by_its_first_entry(index, logged):
    again = logged.append_statement(b"0", pae="cc" * 32, predicate_type="urn:risk", subjects=[ABOUT_A])
    envelope = next(logged.statements())[1].envelope
    assert found(index.by_envelope(envelope)) == [0, again.index]
    assert index.resolve(envelope) == 0


def test_an_index_that_is_behind_catches_up(index, logged, state):
    assert found(index.by_subject(ABOUT_B)) == [1, 3]
    logged.append_statement(b"new", pae="cc" * 32, predicate_type="urn:x", subjects=[ABOUT_B])
    assert found(index.by_subject(ABOUT_B)) == [1, 3, 5]
    with sqlite3.connect(state / "index.sqlite") as database:
        assert database.execute("SELECT size FROM log").fetchall() == [(6,)]
    database.close()


def test_an_index_that_is_ahead_of_the_reader_shows_no_more_than_the_reader_has(logged, state, signer):
    reader = LedgerReader(state, signer.public_key)
    new = logged.append_statement(b"new", pae="cc" * 32, predicate_type="urn:x", subjects=[ABOUT_B])
    with Index(state, logged) as ahead, Index(state, reader) as behind:
        assert ahead.resolve("latest") == new.index
        assert behind.resolve("latest") == 4
        assert found(behind.by_subject(ABOUT_B)) == [1, 3]
        assert found(ahead.by_subject(ABOUT_B)) == [1, 3, new.index]


def change(state, *statements):
    database = sqlite3.connect(state / "index.sqlite")
    with database:
        for statement in statements:
            database.execute(statement)
    database.close()


@pytest.mark.parametrize(
    "damage",
    [
        "DROP TABLE log",
        "DROP TABLE subject",
        "DELETE FROM log",
        "UPDATE log SET origin = 'assay/other'",
        "UPDATE log SET root = 'other'",
        "UPDATE log SET size = 'many'",
        "UPDATE log SET size = -1",
        "UPDATE log SET size = 3",
        "PRAGMA user_version = 99",
        "INSERT INTO subject SELECT digest, 3 FROM subject WHERE entry = 0",
        "INSERT INTO statement VALUES (2, 'no', 'statement'); INSERT INTO subject VALUES ('aa', 2)",
        "UPDATE statement SET entry = -7 WHERE entry = 0",
    ],
)
def test_an_index_that_does_not_fit_the_log_is_built_anew(index, logged, state, damage):
    expected = [found(index.by_subject(ABOUT_A)), found(index.by_predicate_type("urn:risk"))]
    index.close()
    change(state, *damage.split(";"))
    with Index(state, logged) as again:
        if "-7" in damage:
            assert found(again.by_predicate_type("urn:risk")) == expected[1]
        assert found(again.by_subject(ABOUT_A)) == expected[0]
        assert found(again.by_predicate_type("urn:risk")) == expected[1]
        if "INSERT INTO statement" in damage:
            assert found(again.by_predicate_type("statement")) == []


@pytest.mark.parametrize("data", [b"", b"no database at all", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_index_is_replaced(index, logged, state, data):
    index.close()
    (state / "index.sqlite").write_bytes(data)
    with Index(state, logged) as again:
        assert found(again.by_subject(ABOUT_A)) == [0, 1, 4]


def test_a_broken_page_is_found_when_it_is_read(index, logged, state):
    index.refresh()
    index.close()
    data = (state / "index.sqlite").read_bytes()
    (state / "index.sqlite").write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    with Index(state, logged) as again:
        assert found(again.by_subject(ABOUT_A)) == [0, 1, 4]


def test_rebuilding_ends_what_an_altered_index_hides(index, logged, state):
    index.refresh()
    change(state, "DELETE FROM subject WHERE entry = 1", "DELETE FROM statement WHERE entry = 1")
    assert found(index.by_subject(ABOUT_A)) == [0, 4]
    index.rebuild()
    assert found(index.by_subject(ABOUT_A)) == [0, 1, 4]


def test_the_index_is_for_its_owner_alone(index, state):
    assert stat.S_IMODE((state / "index.sqlite").stat().st_mode) == 0o600


def test_a_planted_link_is_not_written_through(logged, state, tmp_path):
    target = tmp_path / "target"
    target.write_bytes(b"")
    (state / "index.sqlite").symlink_to(target)
    with Index(state, logged) as index:
        assert found(index.by_subject(ABOUT_A)) == [0, 1, 4]
        index.rebuild()
        assert found(index.by_subject(ABOUT_A)) == [0, 1, 4]
    assert target.read_bytes() == b""


def test_an_auditor_who_may_not_write_gets_an_index_in_memory(logged, state, signer, monkeypatch):
    logged.close()
    reader = LedgerReader(state, signer.public_key)
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    with Index(state, reader) as index:
        assert index.resolve("latest") == 4
    assert not (state / "index.sqlite").exists()


def test_a_database_that_another_holds_too_long_is_a_storage_error(index, state, logged, monkeypatch):
    monkeypatch.setattr(module, "LOCK_TIMEOUT_S", 0.05)
    with Index(state, logged) as waiting:
        other = sqlite3.connect(state / "index.sqlite", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StorageError, match="locked"):
            waiting.refresh()
        other.execute("ROLLBACK")
        other.close()
        waiting.refresh()


def test_an_index_of_another_log_is_not_believed(index, logged, state, signer, tmp_path):
    index.refresh()
    other_state = tmp_path / "other"
    with Ledger.create(other_state, signer) as other:
        other.append_statement(b"other", pae="cc" * 32, predicate_type="urn:x", subjects=[ABOUT_B])
        shutil.copy(state / "index.sqlite", other_state / "index.sqlite")
        with Index(other_state, other) as own:
            assert found(own.by_subject(ABOUT_B)) == [0]
