"""Someone with write access to the log's folder changes it: verifying says so, and names the first entry."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.errors import AssayError, LedgerCorruptError, LedgerError, LedgerRolledBackError
from assay.ledger import Ed25519NoteSigner, Ledger, LedgerReader
from assay.ledger.tiles import encode_bundle, tile_root
from assay.ledger.tree import leaf_hash

SIGNER = Ed25519NoteSigner(Ed25519PrivateKey.from_private_bytes(b"\1" * 32))
ENTRIES = [f'{{"n":{index:03d}}}'.encode() for index in range(600)]
BUNDLES = "ledger/tile/entries"
TILES = "ledger/tile/0"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed log of 600 entries, published at 520 as well, with two payloads."""
    state = tmp_path_factory.mktemp("whole") / "state"
    with Ledger.create(state, SIGNER) as ledger:
        ledger.append(ENTRIES[:520])
        ledger.publish()
        ledger.append(ENTRIES[520:])
        for number in range(2):
            ledger.append_statement(b"%d" % number, pae="a" * 64, predicate_type="urn:x", subjects=[])
    return state


@pytest.fixture
def state(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "state")
    return tmp_path / "state"


def verify(state: Path) -> None:
    LedgerReader(state, SIGNER.public_key).verify(payloads=True)


def refused(state: Path) -> LedgerCorruptError:
    with pytest.raises(LedgerCorruptError) as caught:
        verify(state)
    return caught.value


def flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def cut(path: Path, by: int) -> None:
    path.write_bytes(path.read_bytes()[:-by])


def add(path: Path, data: bytes) -> None:
    path.write_bytes(path.read_bytes() + data)


def test_an_untouched_log_verifies(state):
    verify(state)


ENTRY_BYTES = 2 + len(ENTRIES[0])


@pytest.mark.parametrize("index", [0, 5, 255, 256, 511, 512, 519, 520, 599])
def test_a_flipped_bit_in_an_entry_names_the_entry(state, index):
    name = f"{index // 256:03d}" if index < 512 else "002.p/602"
    path = state / BUNDLES / name.replace("602", str(602 - 512))
    flip(path, index % 256 * ENTRY_BYTES + 5)
    error = refused(state)
    assert (error.index, error.message.startswith(f"entry {index}: altered; tile/0/00")) == (index, True)


@pytest.mark.parametrize(
    ("index", "name"), [(0, "000"), (77, "000"), (300, "001"), (512, "002.p/90"), (601, "002.p/90")]
)
def test_a_flipped_bit_in_a_tile_names_the_entry_and_clears_it(state, index, name):
    flip(state / TILES / name, index % 256 * 32 + 31)
    error = refused(state)
    assert (error.index, "altered" in error.message) == (index, True)
    assert error.message.endswith(f"at the hash over entry {index}; the entries are whole")


def test_a_flipped_bit_in_a_tile_of_a_higher_level_names_the_entries_under_it(state):
    flip(state / "ledger/tile/1/000.p/2", 40)
    error = refused(state)
    assert error.index == 256
    assert "tile/1/000.p/2: altered" in error.message
    assert error.message.endswith("over entries 256 to 511; the entries are whole")


CUTS: dict[str, tuple[Callable[[Path], None], int, str]] = {
    "tile cut off": (lambda log: cut(log / "tile/0/001", 33), 256 + 254, "altered (8159 bytes)"),
    "tile missing": (lambda log: (log / "tile/0/001").unlink(), 256, "missing"),
    "tile overlong": (lambda log: add(log / "tile/0/000", b"x" * 32), 255, "altered (8224 bytes)"),
    "tile empty": (lambda log: (log / "tile/0/000").write_bytes(b""), 0, "altered (0 bytes)"),
    "edge tile missing": (lambda log: (log / "tile/0/002.p/90").unlink(), 512, "missing"),
    "edge tile cut off": (lambda log: cut(log / "tile/0/002.p/90", 1), 601, "altered (2879 bytes)"),
    "upper tile missing": (lambda log: (log / "tile/1/000.p/2").unlink(), 0, "missing"),
    "bundle cut off": (lambda log: cut(log / "tile/entries/001", 1), 511, "cut off or altered at entry 511"),
    "bundle missing": (lambda log: (log / "tile/entries/001").unlink(), 256, "missing, with entry 256"),
    "edge bundle missing": (lambda log: (log / "tile/entries/002.p/90").unlink(), 512, "missing, with entry 512"),
    "bundle overlong": (lambda log: add(log / "tile/entries/000", b"\0\0"), 255, "cut off or altered at entry 255"),
    "older tile altered": (lambda log: flip(log / "tile/0/002.p/8", 9), 512, "older checkpoint"),
    "older bundle altered": (lambda log: flip(log / "tile/entries/002.p/8", 9), 512, "older checkpoint"),
    "length of an entry": (lambda log: flip(log / "tile/entries/000", ENTRY_BYTES * 7 + 1), 7, "altered at entry 7"),
}


@pytest.mark.parametrize("case", CUTS)
def test_a_file_cut_off_missing_or_overlong_names_the_entry(state, case):
    change, index, message = CUTS[case]
    change(state / "ledger")
    error = refused(state)
    assert (error.index, message in error.message) == (index, True), error.message


def forge(state: Path, index: int, entry: bytes, *, levels: int) -> None:
    """Replace an entry and make as many levels of tiles agree with it."""
    entries = [*ENTRIES[256:512]]
    entries[index - 256] = entry
    (state / BUNDLES / "001").write_bytes(encode_bundle(entries))
    leaves = [leaf_hash(entry) for entry in entries]
    if levels > 0:
        (state / TILES / "001").write_bytes(b"".join(leaves))
    if levels > 1:
        upper = state / "ledger/tile/1/000.p/2"
        upper.write_bytes(upper.read_bytes()[:32] + tile_root(leaves))


def test_an_entry_replaced_together_with_its_tile_is_betrayed_by_the_tile_above(state):
    forge(state, 300, b"forged", levels=1)
    error = refused(state)
    assert error.index == 256
    assert error.message == "entries 256 to 511: altered; tile/1/000.p/2 and the tree above still have the hash"


def test_an_entry_replaced_together_with_all_tiles_is_betrayed_by_the_signed_root(state):
    forge(state, 300, b"forged", levels=2)
    error = refused(state)
    assert "hash to another root than the signed checkpoint" in error.message


def test_an_entry_and_its_tile_that_contradict_each_other_and_the_tree(state):
    forge(state, 300, b"forged", levels=0)
    flip(state / TILES / "001", (300 - 256) * 32)
    error = refused(state)
    assert (error.index, "agrees with neither" in error.message) == (300, True)


def test_nothing_altered_is_ever_read(state):
    reader = LedgerReader(state, SIGNER.public_key)
    flip(state / BUNDLES / "000", 5 * ENTRY_BYTES + 5)
    for ask in (lambda: reader.entry(5), lambda: list(reader.entries(0, 10))):
        with pytest.raises(LedgerCorruptError, match="entry 5 does not hash to its leaf") as caught:
            ask()
        assert caught.value.index == 5
    assert reader.entry(6) == ENTRIES[6]
    flip(state / TILES / "001", 0)
    with pytest.raises(LedgerCorruptError, match="tile/0/001: does not hash to its place in the tile above") as caught:
        reader.prove(300)
    assert caught.value.index == 256
    (state / BUNDLES / "001").unlink()
    with pytest.raises(LedgerCorruptError, match="the bundle of entry 256 is missing"):
        list(reader.entries(256, 260))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.data())
def test_no_bit_of_a_log_can_be_flipped_unseen(whole, tmp_path_factory, data):
    state = tmp_path_factory.mktemp("flipped") / "state"
    shutil.copytree(whole, state)
    parts = [path for part in ("ledger", "cas") for path in (state / part).rglob("*")]
    files = sorted(path for path in parts if path.is_file() and path.stat().st_size)
    path = data.draw(st.sampled_from(files))
    content = bytearray(path.read_bytes())
    bit = data.draw(st.integers(0, len(content) * 8 - 1))
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)
    with pytest.raises(LedgerError):
        verify(state)


def test_a_checkpoint_signed_with_another_key(state):
    other = Ed25519NoteSigner(Ed25519PrivateKey.from_private_bytes(b"\2" * 32))
    with pytest.raises(LedgerCorruptError, match=r"ledger/checkpoint: note: no signature by assay/[0-9a-f]{32}\+"):
        LedgerReader(state, other.public_key)


@pytest.mark.parametrize("text", ["", "not a checkpoint", "\udcff"])
def test_a_checkpoint_that_is_none(state, text):
    (state / "ledger/checkpoint").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert refused(state).message.startswith("ledger/checkpoint: ")


def test_a_checkpoint_of_a_log_that_is_not_assays(state):
    from assay.ledger.note import sign_note

    text = (state / "ledger/checkpoint").read_text().partition("\n\n")[0].split("\n")
    (state / "ledger/checkpoint").write_text(sign_note(f"../../etc\n{text[1]}\n{text[2]}\n", "../../etc", SIGNER))
    assert "'../../etc' is no origin of an Assay log" in refused(state).message


def test_an_older_checkpoint_put_back_is_betrayed_by_the_bundles_beyond_it(tmp_path):
    state = tmp_path / "state"
    old = {}
    with Ledger.create(state, SIGNER) as ledger:
        for size in (3, 256, 300):
            ledger.append(ENTRIES[ledger.size : size])
            ledger.publish()
            old[size] = ledger.signed_checkpoint().note
    shutil.rmtree(state / "seen")
    # The partial tiles of 3 gave way to full ones; keep what belongs to it, as one would who restores it.
    for size in (3, 256):
        (state / "ledger/checkpoint").write_text(old[size])
        with pytest.raises(
            LedgerRolledBackError, match=rf"has {size} entries, but tile/entries/00\S* was written when"
        ):
            LedgerReader(state, SIGNER.public_key)
        with pytest.raises(LedgerRolledBackError):
            Ledger.open(state, SIGNER)


def test_a_payload_that_was_altered_or_erased_names_its_entry(state):
    digest = next(LedgerReader(state, SIGNER.public_key).statements())[1].envelope
    path = state / "cas/sha256" / digest[:2] / digest
    flip(path, 0)
    assert (refused(state).index, f"payload {digest} was altered" in refused(state).message) == (600, True)
    path.unlink()
    assert (refused(state).index, f"payload {digest} is missing" in refused(state).message) == (600, True)
    assert LedgerReader(state, SIGNER.public_key).verify().size == 602


@pytest.fixture
def unpublished(tmp_path: Path) -> Path:
    """A log whose writer was killed with four entries in the write-ahead log, in two commits."""
    state = tmp_path / "state"
    ledger = Ledger.create(state, SIGNER)
    ledger.append(ENTRIES[:3])
    ledger.append(ENTRIES[3:4])
    shutil.copytree(state, tmp_path / "killed")
    ledger.close()
    return tmp_path / "killed"


def test_an_entry_altered_before_it_was_published(unpublished):
    verify(unpublished)
    wal = unpublished / "ledger/wal"
    flip(wal, wal.read_bytes().index(ENTRIES[1]))
    assert "frame at byte 0 is damaged" in refused(unpublished).message


def test_entries_replaced_before_they_were_published(unpublished):
    from assay.ledger.wal import decode_frames, encode_frame

    wal = unpublished / "ledger/wal"
    frames, _ = decode_frames(wal.read_bytes())
    for change, message in {
        "entries": "do not hash to their signed checkpoint",
        "note": "ledger/wal: note",
        "order": "entry 0 is missing, the next one there is 3",
    }.items():
        forged = {
            "entries": [replace(frames[0], entries=(b"x", *frames[0].entries[1:])), *frames[1:]],
            "note": [*frames[:-1], replace(frames[-1], note="no note")],
            "order": frames[2:],
        }[change]
        data = b""
        for frame in forged:
            data += encode_frame(frame, len(data))
        wal.write_bytes(data)
        assert re.search(message, refused(unpublished).message), change


def test_every_refusal_is_an_error_of_ours():
    assert issubclass(LedgerCorruptError, AssayError)
