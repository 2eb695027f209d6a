"""The state folder is not as it should be: links planted in it, full, read-only, or open to others."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from assay.errors import AssayError, StorageError
from assay.ledger import Ed25519NoteSigner, Ledger, LedgerReader

SIGNER = Ed25519NoteSigner(Ed25519PrivateKey.from_private_bytes(b"\x08" * 32))

PRELUDE = """
import os, pathlib, resource, sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from assay.errors import StorageError
from assay.ledger import Ed25519NoteSigner, Ledger, LedgerReader
signer = Ed25519NoteSigner(Ed25519PrivateKey.from_private_bytes(b"\\x08" * 32))
state = pathlib.Path(sys.argv[1])
def append_until_refused(ledger):
    for count in range(ledger.size, 100_000):
        try:
            index = ledger.append([b"%d " % count + b"x" * 997]).first_index
        except StorageError as error:
            print("refused after", ledger.size, "-", error.message, "-", error.hint, flush=True)
            return
        assert index == count, (index, count)
"""


@pytest.fixture
def state(tmp_path: Path) -> Path:
    with Ledger.create(tmp_path / "state", SIGNER) as ledger:
        ledger.append([b"%d" % index for index in range(300)])
        ledger.append_statement(b"envelope", pae="a" * 64, predicate_type="urn:x", subjects=[])
    return tmp_path / "state"


def everything_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "name",
    [
        "lock",
        "ledger",
        "ledger/checkpoint",
        "ledger/wal",
        "ledger/tile",
        "ledger/tile/0",
        "ledger/tile/0/001.p",
        "ledger/tile/0/001.p/45",
        "ledger/tile/entries",
        "ledger/tile/entries/001.p/45",
        "seen",
        "seen/assay",
        "cas",
        "cas/sha256",
    ],
)
def test_a_planted_link_is_never_followed(state, tmp_path, name):
    """The link leads to a copy that would do, so only refusing to follow it can keep it from working."""
    target = tmp_path / "elsewhere"
    (state / name).rename(target)
    (state / name).symlink_to(target)
    before = target.read_bytes() if target.is_file() else everything_below(target)
    with pytest.raises(StorageError) as caught, Ledger.open(state, SIGNER) as ledger:
        ledger.append_statement(b"another", pae="a" * 64, predicate_type="urn:x", subjects=[])
    assert "symbolic link stands where" in str(caught.value.hint)
    assert (target.read_bytes() if target.is_file() else everything_below(target)) == before


def test_a_link_planted_where_a_new_file_goes_is_replaced(state, tmp_path):
    target = tmp_path / "target"
    target.write_text("keep")
    for name in ("ledger/tile/0/001.p/46", "ledger/tile/entries/001.p/.46.new", "ledger/tile/1/000.p/.1.new"):
        (state / name).symlink_to(target)
    with Ledger.open(state, SIGNER) as ledger:
        ledger.append([b"more"])
    assert target.read_text() == "keep"
    assert not (state / "ledger/tile/0/001.p/46").is_symlink()
    assert LedgerReader(state, SIGNER.public_key).verify().size == 302


@pytest.mark.parametrize("name", ["lock", "ledger/checkpoint", "ledger/wal", "ledger/tile/0/000"])
def test_a_pipe_in_place_of_a_file_does_not_hold_anyone(state, name):
    (state / name).unlink()
    os.mkfifo(state / name, 0o600)
    with pytest.raises(AssayError):
        LedgerReader(state, SIGNER.public_key).verify()
    with pytest.raises(AssayError), Ledger.open(state, SIGNER) as ledger:
        ledger.prove(0)


@pytest.mark.parametrize("name", [".", "lock", "ledger", "ledger/wal", "ledger/checkpoint", "ledger/tile", "seen"])
def test_what_others_can_write_is_not_written_to(state, name):
    path = state / name
    path.chmod(path.stat().st_mode | 0o022)
    with pytest.raises(StorageError, match="lets others write") as caught:
        Ledger.open(state, SIGNER)
    assert "go-w" in str(caught.value.hint)
    assert LedgerReader(state, SIGNER.public_key).verify().size == 301


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("name", ["ledger", "ledger/wal", "lock"])
def test_what_belongs_to_another_user_is_not_written_to(state, name):
    os.chown(state / name, 65534, 65534)
    with pytest.raises(StorageError, match="belongs to user 65534, expected user 0"):
        Ledger.open(state, SIGNER)
    assert LedgerReader(state, SIGNER.public_key).verify().size == 301


def run(script: str, state: Path, *wrapped: str) -> str:
    command = [*wrapped, sys.executable, "-c", PRELUDE + script, str(state)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_file_size_limit_refuses_and_loses_nothing(state):
    script = """
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY))
with_limit = Ledger.open(state, signer)
append_until_refused(with_limit)
append_until_refused(with_limit)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert with_limit.append([b"after"]).first_index == with_limit.size - 1
with_limit.close()
"""
    first, second = run(script, state).splitlines()
    assert first == second
    size = int(first.split()[2])
    assert 301 + 20 < size < 301 + 50
    assert "File too large" in first
    assert "ulimit -f" in first
    reader = LedgerReader(state, SIGNER.public_key)
    assert reader.verify().size == size + 1
    assert [entry.split()[0] for entry in reader.entries(301, size)] == [b"%d" % n for n in range(301, size)]


def mounted(tmp_path: Path, *mounts: str) -> list[str]:
    """Return a command prefix for a process that sees these mounts, which end with it; skip where it may not."""
    unshare = shutil.which("unshare")
    prefix = [str(unshare), "-m", "sh", "-ec", "; ".join(mounts) + '; exec "$@"', "sh"]
    if unshare is None or subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this needs the right to mount in a namespace of its own")
    return prefix


def test_a_full_disk_refuses_loses_nothing_and_goes_on_when_there_is_room(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    script = """
Ledger.create(state, signer).close()
filler = state.parent / "filler"
filler.write_bytes(b"x" * 500_000)
ledger = Ledger.open(state, signer)
append_until_refused(ledger)
acknowledged = ledger.size
try:
    ledger.close()
except StorageError as error:
    print("closing:", error.message)
reader = LedgerReader(state, signer.public_key, seen=state.parent.parent / "seen")
assert reader.verify().size == acknowledged
filler.unlink()
with Ledger.open(state, signer) as ledger:
    assert ledger.size == acknowledged
    assert ledger.append([b"after"]).first_index == acknowledged
print("now", LedgerReader(state, signer.public_key).verify().size - acknowledged)
"""
    prefix = mounted(tmp_path, f"mount -t tmpfs -o size=900k,mode=700 tmpfs '{disk}'")
    lines = run(script, disk / "state", *prefix).splitlines()
    assert "No space left on device - free space on this file system" in lines[0]
    assert "No space left on device" in lines[1]
    assert lines[2] == "now 1"


def test_a_read_only_folder_is_read_and_verified_and_says_why_it_is_not_written(state, tmp_path):
    script = """
print(LedgerReader(state, signer.public_key).verify(payloads=True).size)
try:
    with Ledger.open(state, signer) as ledger:
        ledger.append([b"x"])
except StorageError as error:
    print(error.message, "-", error.hint)
"""
    prefix = mounted(tmp_path, f"mount --bind '{state}' '{state}'", f"mount -o remount,ro,bind '{state}'")
    before = everything_below(state)
    size, refusal = run(script, state, *prefix).splitlines()
    assert size == "301"
    assert "Read-only file system - the file system is mounted read-only" in refusal
    assert everything_below(state) == before
