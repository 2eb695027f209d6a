"""The ledger as its callers use it."""

import hashlib
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.errors import LedgerCorruptError, LedgerError, LedgerRolledBackError, StorageError
from assay.ledger import Ledger, LedgerReader, NewStatement, StatementEntry, verify_receipt
from assay.ledger.entry import encode_entry
from assay.ledger.tiles import MAX_ENTRY_BYTES
from assay.ledger.tree import leaf_hash, verify_consistency, verify_inclusion

DIGEST = "ab" * 32


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_log_is_empty_and_signed_under_an_origin_of_its_own(ledger, state, signer, tmp_path):
    assert ledger.size == 0
    assert ledger.checkpoint().root == hashlib.sha256().hexdigest()
    with Ledger.create(tmp_path / "other", signer) as other:
        assert other.checkpoint().origin != ledger.checkpoint().origin
    assert (state / "ledger/checkpoint").read_text() == ledger.signed_checkpoint().note


def test_what_is_appended_is_there_at_once_and_after_opening_anew(state, signer, ledger):
    appended = ledger.append([b"a", b"b"])
    assert (appended.first_index, appended.checkpoint) == (0, ledger.checkpoint())
    assert ledger.append([b"c"]).first_index == 2
    assert list(ledger.entries()) == [b"a", b"b", b"c"]
    ledger.close()
    ledger.close()
    with Ledger.open(state, signer) as again:
        assert again.checkpoint() == ledger.checkpoint()
        assert [again.entry(index) for index in range(3)] == [b"a", b"b", b"c"]
        assert again.append([b"d"]).first_index == 3


def test_a_closed_ledger_is_plain_files_and_an_empty_tail(filled, signer):
    state = filled(700)
    found = sorted(str(path.relative_to(state / "ledger")) for path in (state / "ledger").rglob("*") if path.is_file())
    assert found == [
        "checkpoint",
        "tile/0/000",
        "tile/0/001",
        "tile/0/002.p/188",
        "tile/1/000.p/2",
        "tile/entries/000",
        "tile/entries/001",
        "tile/entries/002.p/188",
        "wal",
    ]
    assert (state / "ledger/wal").read_bytes() == b""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(st.lists(st.integers(1, 300) | st.sampled_from([1, 255, 256, 257]), max_size=5), st.data())
def test_however_a_log_grew_it_verifies_and_proves(tmp_path_factory, signer, batches, data):
    state = tmp_path_factory.mktemp("grown") / "state"
    Ledger.create(state, signer).close()
    entries, roots = [], {0: hashlib.sha256().hexdigest()}
    for batch in batches:
        new = [b"%d" % (len(entries) + place) for place in range(batch)]
        with Ledger.open(state, signer) as ledger:
            appended = ledger.append(new)
            assert appended.first_index == len(entries)
            entries += new
            roots[len(entries)] = appended.checkpoint.root
            if data.draw(st.booleans()):
                ledger.publish()
    reader = LedgerReader(state, signer.public_key)
    verified = reader.verify()
    assert (verified.size, verified.root) == (len(entries), roots[len(entries)])
    assert list(reader.entries()) == entries
    for size, root in roots.items():
        assert reader.root(size).hex() == root
        proof = reader.consistency_proof(size)
        verify_consistency(size, reader.size, proof, bytes.fromhex(root), bytes.fromhex(verified.root))
    if entries:
        index = data.draw(st.integers(0, len(entries) - 1))
        assert reader.entry(index) == entries[index]
        size = data.draw(st.integers(index + 1, len(entries)))
        verify_inclusion(leaf_hash(entries[index]), index, size, reader.inclusion_proof(index, size), reader.root(size))
        assert verify_receipt(reader.prove(index), entries[index], reader.key).index == index


def test_entries_can_be_read_in_part_before_and_after_publishing(ledger):
    entries = [b"%d" % index for index in range(600)]
    ledger.append(entries[:300])
    ledger.publish()
    ledger.append(entries[300:])
    for start, end in [(0, 0), (0, 1), (250, 260), (299, 301), (300, 600), (255, 513), (0, 600), (10, None)]:
        assert list(ledger.entries(start, end)) == entries[start:end]
    assert [ledger.entry(index) for index in (0, 255, 299, 300, 599)] == [entries[i] for i in (0, 255, 299, 300, 599)]


def test_a_log_large_enough_for_three_levels_of_tiles(ledger):
    for start in range(0, 66_000, 6_000):
        ledger.append([b"%d" % index for index in range(start, start + 6_000)])
    ledger.publish()
    assert ledger.verify().size == 66_000
    assert verify_receipt(ledger.prove(12_345), b"12345", ledger.key).checkpoint == ledger.checkpoint()


def test_partial_tiles_stand_until_full_ones_replace_them(ledger, state):
    for size in (5, 9):
        ledger.append([b"x"] * (size - ledger.size))
        ledger.publish()
    assert names(state / "ledger/tile/0/000.p") == ["5", "9"]
    ledger.append([b"x"] * 300)
    ledger.publish()
    assert names(state / "ledger/tile/0") == ["000", "001.p"]
    assert names(state / "ledger/tile/entries") == ["000", "001.p"]


def test_a_statement_is_stored_and_then_logged_by_its_digests(ledger):
    receipt = ledger.append_statement(b"envelope", pae="cd" * 32, predicate_type="urn:x", subjects=[DIGEST])
    assert receipt.checkpoint == ledger.checkpoint()
    entry = StatementEntry(
        envelope=hashlib.sha256(b"envelope").hexdigest(), pae="cd" * 32, predicate_type="urn:x", subjects=(DIGEST,)
    )
    assert list(ledger.statements()) == [(receipt.index, entry)]
    assert ledger.entry(receipt.index) == encode_entry(entry)
    assert ledger.cas.get(entry.envelope) == b"envelope"


def test_statements_appended_together_share_one_checkpoint(ledger):
    ledger.append([b'{"kind":"of another version"}'])
    new = [NewStatement(envelope=b"%d" % n, pae=DIGEST, predicate_type="urn:x", subjects=(DIGEST,)) for n in range(3)]
    receipts = ledger.append_statements(new)
    assert [receipt.index for receipt in receipts] == [1, 2, 3]
    assert {receipt.checkpoint.size for receipt in receipts} == {4}
    assert [index for index, _ in ledger.statements()] == [1, 2, 3]
    assert [index for index, _ in ledger.statements(2, 3)] == [2]


def test_a_bad_statement_is_refused_before_anything_is_stored(ledger, state):
    with pytest.raises(LedgerError, match="64 hex digits"):
        ledger.append_statement(b"envelope", pae="short", predicate_type="urn:x", subjects=[])
    assert not (state / "cas").exists()
    assert ledger.size == 0


def test_an_entry_that_only_claims_to_be_a_statement_is_reported_with_its_index(ledger):
    ledger.append([b"{}", b'{"kind":"assay.statement/1"}'])
    with pytest.raises(LedgerCorruptError, match="entry 1: ") as caught:
        list(ledger.statements())
    assert caught.value.index == 1


@pytest.mark.parametrize("entries", [[], [b"x" * (MAX_ENTRY_BYTES + 1)], [b"x" * MAX_ENTRY_BYTES] * 1025])
def test_a_batch_out_of_bounds_is_refused_whole(ledger, entries):
    with pytest.raises(LedgerError, match="a batch has 1 or more entries"):
        ledger.append(entries)
    assert ledger.size == 0


@pytest.mark.parametrize("index", [-1, 2])
def test_there_is_no_entry_outside_the_log(ledger, index):
    ledger.append([b"a", b"b"])
    for ask in (ledger.entry, ledger.prove, ledger.inclusion_proof):
        with pytest.raises(LedgerError, match=f"there is no entry {index}: the log has 2"):
            ask(index)
    for ask in (ledger.root, ledger.consistency_proof):
        with pytest.raises(LedgerError):
            ask(index * 2)
    with pytest.raises(LedgerError, match="there are no entries"):
        ledger.entries(index, 1)
    with pytest.raises(LedgerError, match="the log has 2 entries, not 3"):
        ledger.inclusion_proof(0, 3)


def test_there_is_nothing_to_open_where_there_is_no_log(state, signer):
    with pytest.raises(LedgerError, match="there is no ledger in") as caught:
        Ledger.open(state, signer)
    assert caught.value.hint == "`assay init` makes one"
    with pytest.raises(LedgerError, match="there is no ledger in"):
        LedgerReader(state, signer.public_key)
    assert not Ledger.exists(state)
    assert not state.exists()


def test_a_second_log_is_not_begun_beside_the_first(ledger, state, signer):
    assert Ledger.exists(state)
    with pytest.raises(LedgerError, match="already"):
        Ledger.create(state, signer)


@pytest.mark.parametrize("left", ["seen", "tiles", "nothing"])
def test_a_log_that_is_gone_is_not_replaced_by_a_new_one(filled, signer, left):
    state = filled(3)
    (state / "ledger/checkpoint").unlink()
    if left != "tiles":
        (state / "ledger").rename(state / "gone")
    if left != "seen":
        (state / "seen").rename(state / "gone-too")
    if left == "nothing":
        Ledger.create(state, signer).close()
        return
    with pytest.raises(LedgerRolledBackError, match="its checkpoint is gone") as caught:
        Ledger.create(state, signer)
    assert "restore" in str(caught.value.hint)


def test_what_was_seen_of_other_logs_does_not_keep_a_new_one_from_beginning(filled, signer, tmp_path):
    other = filled(3)
    state = tmp_path / "mine"
    (state / "seen").mkdir(parents=True, mode=0o700)
    state.chmod(0o700)
    (other / "seen/assay").rename(state / "seen/assay")
    for record in (state / "seen/assay").iterdir():
        record.write_bytes(record.read_bytes().replace(b"\n3\n", b"\n4\n"))
    (state / "seen/assay" / ("0" * 32)).write_bytes(b"")
    (state / "seen/assay" / ("0" * 32)).chmod(0o600)
    Ledger.create(state, signer).close()


def test_many_threads_append_and_each_learns_its_own_indices(ledger):
    def work(thread: int) -> None:
        for count in range(20):
            entries = [b"%d/%d/%d" % (thread, count, part) for part in range(1 + count % 3)]
            appended = ledger.append(entries)
            end = appended.first_index + len(entries)
            assert appended.checkpoint.size >= end
            assert list(ledger.entries(appended.first_index, end)) == entries

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(work, range(16)))
    assert ledger.size == len(set(ledger.entries())) == 16 * sum(1 + count % 3 for count in range(20))
    assert ledger.verify().size == ledger.size


def test_threads_read_while_another_appends_and_publishes(ledger):
    done = threading.Event()
    ledger.append([b"0"])

    def read() -> int:
        reads = 0
        while not done.is_set() or not reads:
            size = ledger.size
            assert list(ledger.entries(max(0, size - 300), size)) == [
                b"%d" % n for n in range(max(0, size - 300), size)
            ]
            assert verify_receipt(ledger.prove(size // 2), b"%d" % (size // 2), ledger.key)
            reads += 1
        return reads

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        for _ in range(40):
            ledger.append([b"%d" % n for n in range(ledger.size, ledger.size + 37)])
            ledger.publish()
        done.set()
        assert all(reader.result() for reader in readers)


def test_two_open_ledgers_see_each_others_entries_when_they_write(ledger, state, signer):
    with Ledger.open(state, signer) as second:
        for number in range(6):
            appended = (ledger, second)[number % 2].append([b"%d" % number])
            assert appended.first_index == number
        ledger.publish()
        assert second.append([b"6"]).first_index == 6
        assert ledger.append([b"7"]).first_index == 7
    reader = LedgerReader(state, signer.public_key)
    assert list(reader.entries()) == [b"%d" % number for number in range(8)]


def test_a_reader_goes_on_when_it_is_told_to(ledger, state, signer):
    reader = LedgerReader(state, signer.public_key)
    ledger.append([b"a"])
    assert reader.size == 0
    reader.refresh()
    assert (reader.size, reader.entry(0)) == (1, b"a")


def test_a_reader_finds_entries_whose_partial_tiles_gave_way_to_full_ones(ledger, state, signer):
    ledger.append([b"%d" % index for index in range(200)])
    ledger.publish()
    reader = LedgerReader(state, signer.public_key)
    ledger.append([b"%d" % index for index in range(200, 300)])
    ledger.publish()
    assert not (state / "ledger/tile/entries/000.p").exists()
    assert list(reader.entries()) == [b"%d" % index for index in range(200)]
    assert reader.root(200) == ledger.root(200)


def test_verifying_reports_how_far_it_is(filled, signer):
    reported = []
    reader = LedgerReader(filled(600), signer.public_key)
    reader.verify(progress=lambda checked, size: reported.append((checked, size)))
    assert reported == [(256, 600), (512, 600), (600, 600)]


def test_verifying_payloads_counts_them(ledger):
    ledger.append([b"{}"])
    for number in range(3):
        ledger.append_statement(b"%d" % number, pae=DIGEST, predicate_type="urn:x", subjects=[])
    assert ledger.verify(payloads=True).payloads_checked == 3
    assert ledger.verify().payloads_checked == 0


def test_a_reader_keeps_what_it_saw_in_its_own_folder(ledger, state, signer, tmp_path):
    own = tmp_path / "auditor"
    ledger.append([b"a"])
    reader = LedgerReader(state, signer.public_key, seen=own)
    record = own / "seen" / reader.checkpoint().origin
    assert record.read_text().rstrip("\0") == reader.signed_checkpoint().note
    ledger.append([b"b"])
    reader.refresh()
    assert reader.signed_checkpoint().note in record.read_text()


def test_a_reader_leaves_a_folder_alone_that_is_not_its_own(filled, signer, monkeypatch):
    state = filled(3)
    (state / "seen").rename(state / "gone")
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    assert LedgerReader(state, signer.public_key).verify().size == 3
    assert not (state / "seen").exists()


def test_a_closed_ledger_takes_nothing(ledger):
    ledger.close()
    for ask in (ledger.publish, lambda: ledger.append([b"x"])):
        with pytest.raises(LedgerError, match="closed"):
            ask()


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_process_cannot_write_through_its_parents_ledger(ledger, state):
    ledger.append([b"a"])
    child = os.fork()
    if child == 0:
        code = 1
        try:
            ledger.append([b"b"])
        except LedgerError as error:
            ledger.close()
            code = 0 if "was opened by process" in error.message else 2
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    assert ledger.append([b"c"]).first_index == 1


def test_closing_in_a_forked_process_leaves_the_log_to_its_parent(ledger, state, monkeypatch):
    ledger.append([b"a"])
    here = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: here + 1)
    with pytest.raises(LedgerError, match=f"was opened by process {here}"):
        ledger.append([b"b"])
    ledger.close()
    assert (state / "ledger/wal").stat().st_size > 0
    ledger._writer.close()


def test_a_ledger_whose_files_cannot_be_opened_says_so(filled, signer):
    state = filled(1)
    (state / "ledger/wal").unlink()
    (state / "ledger/wal").mkdir()
    with pytest.raises(StorageError, match="wal"):
        Ledger.open(state, signer)
