"""Go's `golang.org/x/mod/sumdb` reads what we write: notes, tiles, bundles, proofs and receipts.

It needs a `go` on PATH and the module's source on GOPATH: the Debian packages golang-go and golang-golang-x-mod-dev.
"""

import base64
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from assay.ledger import Ed25519NoteSigner, Ledger, LedgerReader

PROGRAM = Path(__file__).parents[2] / "assets/ledger/check.go"
SIGNER = Ed25519NoteSigner(Ed25519PrivateKey.from_private_bytes(b"\x09" * 32))
SIZES = [1, 2, 255, 256, 257, 700, 65_535, 65_536, 66_000]


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the Go program."""
    go = shutil.which("go")
    paths = [*filter(None, os.environ.get("GOPATH", "").split(":")), "/usr/share/gocode"]
    found = [path for path in paths if (Path(path) / "src/golang.org/x/mod/sumdb/tlog").is_dir()]
    if go is None or not found:
        pytest.skip(
            "NOT CHECKED AGAINST GO: there is no `go`, or no golang.org/x/mod on GOPATH "
            "(Debian: golang-go and golang-golang-x-mod-dev)"
        )
    folder = tmp_path_factory.mktemp("go")
    environment = os.environ | {
        "GO111MODULE": "off",
        "GOFLAGS": "",
        "GOPATH": found[0],
        "GOCACHE": str(folder / "cache"),
        "GOTOOLCHAIN": "local",
    }
    program = folder / "check"
    built = subprocess.run(
        [go, "build", "-o", str(program), str(PROGRAM)], env=environment, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    return program


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log that grew to each of the sizes in turn, over three levels of tiles."""
    state = tmp_path_factory.mktemp("log") / "state"
    with Ledger.create(state, SIGNER) as ledger:
        for size in SIZES:
            ledger.append([f'{{"n":{index}}}'.encode() for index in range(ledger.size, size)])
    return state


def ask(check: Path, state: Path, questions: list[str]) -> subprocess.CompletedProcess[str]:
    key = LedgerReader(state, SIGNER.public_key).key.encode()
    command = [str(check), str(state / "ledger"), key]
    return subprocess.run(command, input="\n".join(questions), capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_go_agrees_with_every_entry_root_and_receipt(check, state, tmp_path):
    reader = LedgerReader(state, SIGNER.public_key)
    questions = [f"root {size} {base64.b64encode(reader.root(size)).decode()}" for size in SIZES]
    for index in (0, 255, 256, 40_000, 65_999):
        entry, receipt = tmp_path / f"{index}.json", tmp_path / f"{index}.tlog-proof"
        entry.write_bytes(reader.entry(index))
        receipt.write_text(reader.prove(index))
        questions.append(f"receipt {entry} {receipt}")
    answer = ask(check, state, questions)
    assert answer.returncode == 0, answer.stderr
    root = base64.b64encode(bytes.fromhex(reader.checkpoint().root)).decode()
    assert answer.stdout == f"{SIZES[-1]} {root} {len(questions)}\n"


@pytest.mark.slow
def test_go_refuses_what_we_refuse(check, state, tmp_path):
    """So the agreement above is not for want of looking."""
    shutil.copytree(state, tmp_path / "state")
    bundle = tmp_path / "state/ledger/tile/entries/007"
    data = bytearray(bundle.read_bytes())
    data[100] ^= 1
    bundle.write_bytes(data)
    answer = ask(check, tmp_path / "state", [])
    assert answer.returncode == 1
    assert "does not hash to its leaf" in answer.stderr
