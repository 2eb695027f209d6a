import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import VerificationError
from assay.ledger import VerifierKey, verify_receipt
from assay.ledger.checkpoint import sign_checkpoint
from assay.ledger.note import encode_base64, sign_note
from assay.ledger.proof import MAX_RECEIPT_BYTES, encode_receipt, parse_receipt
from assay.ledger.tree import leaf_hash, node_hash
from assay.model.decision import CheckpointRef

ORIGIN = "assay/" + "0" * 32
LEAVES = [leaf_hash(b"a"), leaf_hash(b"b")]


@pytest.fixture
def key(signer) -> VerifierKey:
    return VerifierKey(name=ORIGIN, public_key=signer.public_key)


@pytest.fixture
def note(signer) -> str:
    return sign_checkpoint(CheckpointRef(origin=ORIGIN, size=2, root=node_hash(*LEAVES).hex()), signer).note


def test_a_receipt_is_written_as_the_specification_shows_it(note):
    text = encode_receipt(1, [LEAVES[0]], note, extra=b"x")
    lines = text.split("\n")
    assert lines[:5] == ["c2sp.org/tlog-proof@v1", "extra eA==", "index 1", encode_base64(LEAVES[0]), ""]
    assert text.endswith("\n\n" + note)
    assert "extra" not in encode_receipt(1, [LEAVES[0]], note)


def test_a_receipt_proves_its_entry_and_no_other(note, key):
    text = encode_receipt(1, [LEAVES[0]], note)
    included = verify_receipt(text, b"b", key)
    assert (included.index, included.checkpoint.size, included.checkpoint.origin) == (1, 2, ORIGIN)
    with pytest.raises(VerificationError, match="entry 1 is not under the root"):
        verify_receipt(text, b"a", key)
    with pytest.raises(VerificationError, match="entry 0 is not under the root"):
        verify_receipt(text.replace("index 1", "index 0"), b"b", key)


def test_a_receipt_of_another_log_is_refused(note, key, signer):
    text = encode_receipt(1, [LEAVES[0]], note)
    other = VerifierKey(name="assay/" + "1" * 32, public_key=signer.public_key)
    with pytest.raises(VerificationError, match="no signature by"):
        verify_receipt(text, b"b", other)


def test_a_checkpoint_that_names_another_origin_than_its_signer_is_refused(key, signer):
    body = f"assay/{'1' * 32}\n2\n{encode_base64(node_hash(*LEAVES))}\n"
    text = encode_receipt(1, [LEAVES[0]], sign_note(body, ORIGIN, signer))
    with pytest.raises(VerificationError, match=f"expected one of {ORIGIN}"):
        verify_receipt(text, b"b", key)


@given(st.integers(0, 2**63 - 1), st.lists(st.binary(min_size=32, max_size=32)), st.none() | st.binary(max_size=9))
def test_a_receipt_reads_back(index, path, extra):
    receipt = parse_receipt(encode_receipt(index, path, "note\n", extra=extra))
    assert (receipt.index, receipt.path, receipt.extra, receipt.note) == (index, tuple(path), extra, "note\n")


HASH = encode_base64(LEAVES[0])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c2sp.org/tlog-proof@v1",
        "c2sp.org/tlog-proof@v2\nindex 1\n\nnote\n",
        "c2sp.org/tlog-proof@v1\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nextra eA==\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex 01\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\nnote\n",
        f"c2sp.org/tlog-proof@v1\n{HASH}\nindex 1\n\nnote\n",
        f"c2sp.org/tlog-proof@v1\nindex 1\nextra eA==\n{HASH}\n\nnote\n",
        "x" * (MAX_RECEIPT_BYTES + 1),
    ],
)
def test_a_malformed_receipt_is_refused(text):
    with pytest.raises(VerificationError):
        parse_receipt(text)


@given(st.data())
def test_no_character_of_a_receipt_can_be_changed_unseen(data):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from assay.ledger import Ed25519NoteSigner

    signer = Ed25519NoteSigner(Ed25519PrivateKey.from_private_bytes(b"\1" * 32))
    key = VerifierKey(name=ORIGIN, public_key=signer.public_key)
    ref = CheckpointRef(origin=ORIGIN, size=2, root=node_hash(*LEAVES).hex())
    text = encode_receipt(1, [LEAVES[0]], sign_checkpoint(ref, signer).note)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters().filter(lambda character: character != text[place]))
    with pytest.raises(VerificationError):
        verify_receipt(text[:place] + other + text[place + 1 :], b"b", key)
