import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import VerificationError
from assay.ledger.note import (
    MAX_NOTE_BYTES,
    MAX_SIGNATURES,
    Ed25519NoteSigner,
    VerifierKey,
    decode_base64,
    encode_base64,
    sign_note,
    split_note,
    verify_note,
)

# signed-note, "Verifier keys", "Example".
SPEC_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = """This is an example message.

\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""
TEXT = "one\n\ntwo\n"


def other_signer() -> Ed25519NoteSigner:
    return Ed25519NoteSigner(Ed25519PrivateKey.from_private_bytes(b"\7" * 32))


def key_of(signer: Ed25519NoteSigner, name: str = "a.example/log") -> VerifierKey:
    return VerifierKey(name=name, public_key=signer.public_key)


def test_the_example_of_the_specification():
    key = VerifierKey.parse(SPEC_VKEY + "\n")
    assert key.name == "example.com/foo"
    assert key.encode() == SPEC_VKEY
    assert verify_note(SPEC_NOTE, key) == "This is an example message.\n"


def test_what_is_signed_verifies_and_is_as_the_specification_writes_it(signer):
    note = sign_note(TEXT, "a.example/log", signer)
    key = key_of(signer)
    assert verify_note(note, key) == TEXT
    assert key.key_id == hashlib.sha256(b"a.example/log\n\x01" + signer.public_key).digest()[:4]
    assert note == f"{TEXT}\n\u2014 a.example/log {encode_base64(key.key_id + signer.sign(TEXT.encode()))}\n"


def test_signatures_of_others_are_ignored_even_under_the_same_name(signer):
    key = key_of(signer)
    ours = sign_note(TEXT, key.name, signer)
    theirs = sign_note(TEXT, key.name, other_signer()).rpartition("\n\n")[2]
    assert verify_note(ours + theirs, key) == TEXT
    assert verify_note(ours.replace("\n\n\u2014", f"\n\n{theirs}\u2014"), key) == TEXT


def test_a_note_by_another_key_says_who_signed_it(signer):
    note = sign_note(TEXT, "a.example/log", other_signer())
    other = key_of(other_signer())
    with pytest.raises(VerificationError, match=rf"it is signed by a.example/log\+{other.key_id.hex()}"):
        verify_note(note, key_of(signer))
    with pytest.raises(VerificationError, match=r"no signature by b\.example"):
        verify_note(note, key_of(other_signer(), "b.example"))


def test_one_wrong_signature_by_the_key_is_enough_to_refuse(signer):
    key = key_of(signer)
    note = sign_note(TEXT, key.name, signer)
    wrong = sign_note("another text\n", key.name, signer).rpartition("\n\n")[2]
    with pytest.raises(VerificationError, match="is wrong"):
        verify_note(note + wrong, key)


@given(st.data())
def test_no_bit_of_a_note_can_be_changed(data):
    signer = other_signer()
    note = sign_note("assay/0\n7\n", "a.example/log", signer).encode()
    bit = data.draw(st.integers(0, len(note) * 8 - 1))
    changed = bytearray(note)
    changed[bit // 8] ^= 1 << bit % 8
    try:
        text = changed.decode()
    except UnicodeDecodeError:
        return
    with pytest.raises(VerificationError):
        verify_note(text, key_of(signer))


SIGNATURE = encode_base64(b"keyIDsig")
MALFORMED = {
    "empty": "",
    "no signature": "text\n\n",
    "no blank line": f"text\n\u2014 name {SIGNATURE}\n",
    "no last newline": f"text\n\n\u2014 name {SIGNATURE}",
    "no dash": f"text\n\n- name {SIGNATURE}\n",
    "no name": f"text\n\n\u2014  {SIGNATURE}\n",
    "plus in the name": f"text\n\n\u2014 na+me {SIGNATURE}\n",
    "space in the name": f"text\n\n\u2014 na\u00a0me {SIGNATURE}\n",
    "no signature bytes": f"text\n\n\u2014 name {encode_base64(b'keyI')}\n",
    "not base64": "text\n\n\u2014 name !!!!\n",
    "a line that is none": f"text\n\n\u2014 name {SIGNATURE}\nmore\n",
    "a control character": f"te\txt\n\n\u2014 name {SIGNATURE}\n",
    "a carriage return": f"text\r\n\n\u2014 name {SIGNATURE}\n",
    "too many": "text\n\n" + f"\u2014 name {SIGNATURE}\n" * (MAX_SIGNATURES + 1),
    "too long": "t" * MAX_NOTE_BYTES + f"\n\n\u2014 name {SIGNATURE}\n",
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_note_is_refused(case):
    with pytest.raises(VerificationError):
        split_note(MALFORMED[case])


def test_as_many_signatures_as_are_allowed():
    _, signatures = split_note("text\n\n" + f"\u2014 name {SIGNATURE}\n" * MAX_SIGNATURES)
    assert signatures == [("name", b"keyIDsig")] * MAX_SIGNATURES


@given(st.text(max_size=60))
def test_any_text_is_a_note_or_refused(text):
    try:
        body, signatures = split_note(text)
    except VerificationError:
        return
    assert body.endswith("\n")
    assert signatures


@pytest.mark.parametrize(
    ("vkey", "reason"),
    [
        ("example.com/foo", "base64|Ed25519"),
        ("+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "no key name"),
        ("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "the id of this key is 530d903a"),
        ("example.com/foo+530d903a+" + encode_base64(b"\4" + b"k" * 32), "only Ed25519"),
        ("example.com/foo+530d903a+" + encode_base64(b"\1" + b"k" * 31), "32 bytes, found 31"),
    ],
)
def test_a_verifier_key_that_is_none_is_refused(vkey, reason):
    with pytest.raises(VerificationError, match=reason):
        VerifierKey.parse(vkey)


@given(st.binary(max_size=40))
def test_base64_reads_back(data):
    assert decode_base64(encode_base64(data)) == data


@pytest.mark.parametrize("text", ["AB==", "A", "AAA", "AA\n==", "AA-_", "\u00e4"])
def test_base64_has_one_spelling(text):
    with pytest.raises(VerificationError, match="canonical"):
        decode_base64(text)
