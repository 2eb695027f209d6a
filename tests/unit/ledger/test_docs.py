"""What `docs/ledger.md` says of formats and limits is so."""

from pathlib import Path

from assay.ledger import StatementEntry, commit, writer
from assay.ledger.entry import encode_entry
from assay.ledger.lock import LOCK_TIMEOUT_S

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "ledger.md").read_text()
DECISION = (DOCS / "adr/0004-ledger.md").read_text()


def test_the_example_of_an_entry_is_one():
    entry = StatementEntry(
        envelope="a" * 64, pae="b" * 64, predicate_type="urn:assay:decision:v1", subjects=("c" * 64,)
    )
    example = encode_entry(entry).decode()
    for digit in "abc":
        example = example.replace(digit * 64, "<sha256>")
    assert f"```json\n{example}\n```" in PAGE


def test_the_numbers_are_those_of_the_code():
    assert (LOCK_TIMEOUT_S, commit._HOLD_S) == (10, 0.5)
    assert "who has waited too long (10 seconds)" in PAGE
    assert "lets others in twice a second" in PAGE
    assert f"when it has {writer._TAIL_ENTRIES:,} entries or {writer._TAIL_BYTES // 2**20} MiB" in DECISION.replace(
        "\n", " "
    )


def test_every_file_of_a_state_folder_is_listed(ledger, state):
    ledger.append_statement(b"x", pae="a" * 64, predicate_type="urn:x", subjects=[])
    ledger.publish()
    for path in state.rglob("*"):
        if path.is_file():
            name = str(path.relative_to(state))
            first = "/".join(name.split("/", 2)[: 1 + name.startswith("ledger/")])
            assert f"| `{first}" in PAGE, name
