import base64
import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from assay.attest.checks import Check
from assay.attest.dsse import (
    MAX_ENVELOPE_BYTES,
    MAX_PAYLOAD_BYTES,
    MAX_SIGNATURES,
    Envelope,
    Rejected,
    Signature,
    decode_envelope,
    encode_envelope,
    pae,
    sign,
    verify,
)
from assay.attest.keys import SoftwareKey, generate_key, keyid_of
from assay.errors import VerificationError
from assay.model.outcome import KeyClass

# The example of secure-systems-lab/dsse, protocol.md v1.0.2, "Test Vectors".
VECTOR_TYPE = "http://example.com/HelloWorld"
VECTOR_BODY = b"hello world"
VECTOR_PAE = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
VECTOR_X = 46950820868899156662930047687818585632848591499744589407958293238635476079160
VECTOR_Y = 5640078356564379163099075877009565129882514886557779369047442380624545832820
VECTOR_RAW_SIGNATURE = "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="
VECTOR_KEY = EllipticCurvePublicNumbers(VECTOR_X, VECTOR_Y, SECP256R1()).public_key()

# n of P-256 (SEC 2, section 2.4.2).
GROUP_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def wire(**members: object) -> bytes:
    whole = {"payload": "eA==", "payloadType": "t", "signatures": [{"keyid": "k", "sig": "eA=="}]} | members
    return json.dumps(whole).encode()


def raw(signature: bytes) -> bytes:
    r, s = decode_dss_signature(signature)
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def signed(key: SoftwareKey, payload: bytes = b"body", kind: str = "t", *, keyid: str | None = None) -> Signature:
    return Signature(keyid=key.keyid if keyid is None else keyid, sig=key.sign(pae(kind, payload)))


def envelope(*signatures: Signature, payload: bytes = b"body", kind: str = "t") -> Envelope:
    return Envelope(payload=payload, payload_type=kind, signatures=signatures)


def check_of(data: bytes) -> str | None:
    with pytest.raises(VerificationError) as caught:
        decode_envelope(data)
    return caught.value.check


def outcome(data: bytes) -> str | None:
    try:
        decode_envelope(data)
    except VerificationError as error:
        return error.check
    return None


class TestPae:
    def test_the_published_example(self):
        assert pae(VECTOR_TYPE, VECTOR_BODY) == VECTOR_PAE

    def test_nothing_of_nothing(self):
        # secure-systems-lab/go-securesystemslib, dsse/sign_test.go.
        assert pae("", b"") == b"DSSEv1 0  0 "

    def test_lengths_count_bytes_not_letters(self):
        assert pae("é", "ಠ".encode()) == "DSSEv1 2 é 3 ಠ".encode()

    @given(st.text(), st.binary(), st.text(), st.binary())
    def test_two_messages_never_share_one_encoding(self, kind, body, other_kind, other_body):
        same = (kind, body) == (other_kind, other_body)
        assert (pae(kind, body) == pae(other_kind, other_body)) == same


class TestPublishedSignature:
    def test_verifies_once_it_is_der(self):
        half = base64.b64decode(VECTOR_RAW_SIGNATURE)
        der = encode_dss_signature(int.from_bytes(half[:32], "big"), int.from_bytes(half[32:], "big"))
        given = envelope(Signature(sig=der), payload=VECTOR_BODY, kind=VECTOR_TYPE)
        assert verify(given, {"published": VECTOR_KEY}).keyids == ("published",)

    def test_is_refused_as_raw_and_the_error_says_so(self):
        data = wire(payload="aGVsbG8gd29ybGQ=", payloadType=VECTOR_TYPE, signatures=[{"sig": VECTOR_RAW_SIGNATURE}])
        with pytest.raises(VerificationError, match=r"raw r\|\|s, expected DER") as caught:
            verify(decode_envelope(data), {"published": VECTOR_KEY})
        assert caught.value.check == Check.SIGNATURE_ENCODING


class TestDecode:
    def test_what_was_encoded(self):
        given = Envelope(payload=b"\xff\x00", payload_type="t/é", signatures=(Signature(keyid="k", sig=b"\xfe\xff"),))
        assert decode_envelope(encode_envelope(given)) == given

    @given(st.binary(min_size=1), st.text(), st.lists(st.binary(), min_size=1, max_size=4))
    def test_whatever_was_encoded(self, payload, kind, sigs):
        signatures = tuple(Signature(keyid=f"k{n}", sig=sig) for n, sig in enumerate(sigs))
        given = Envelope(payload=payload, payload_type=kind, signatures=signatures)
        assert decode_envelope(encode_envelope(given)) == given

    @given(st.binary())
    def test_any_bytes_give_an_envelope_or_the_one_error(self, data):
        assert outcome(data) in {None, *Check}

    @pytest.mark.parametrize("text", ["+/+/", "-_-_"])
    def test_both_alphabets_are_read(self, text):
        assert decode_envelope(wire(payload=text)).payload == b"\xfb\xff\xbf"

    @pytest.mark.parametrize("text", ["+_+_", "eA", "eA=", "eA==eA==", "e A=", "eA==\n", "é===", "=eA="])
    def test_malformed_base64_is_named(self, text):
        assert check_of(wire(payload=text)) == Check.BASE64

    def test_malformed_base64_in_one_signature_refuses_the_envelope(self):
        assert check_of(wire(signatures=[{"sig": "eA=="}, {"sig": "e"}])) == Check.BASE64

    def test_unset_and_empty_key_ids_are_the_same(self):
        # As the rules for parsing in envelope.md have it.
        unset, empty, null = (
            decode_envelope(wire(signatures=[{"sig": "eA==", **more}])) for more in ({}, {"keyid": ""}, {"keyid": None})
        )
        assert unset == empty == null

    def test_unknown_members_are_ignored(self):
        # As the rules for parsing in envelope.md have it.
        known = decode_envelope(wire())
        assert decode_envelope(wire(signatures=[{"keyid": "k", "sig": "eA==", "extension": {}}], more=[1.5])) == known

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"[]",
            b"{",
            b"\xff",
            b'{"payload":"eA==","payloadType":"t"}',
            wire(payload=1),
            wire(payloadType=None),
            wire(signatures={}),
            wire(signatures=[{"keyid": "k"}]),
            wire() + b"{}",
            wire(deep=1).replace(b"1}", b"[" * 100_000 + b"]" * 100_000 + b"}"),
        ],
        ids=range(11),
    )
    def test_what_is_no_envelope_is_named(self, data):
        assert check_of(data) == Check.ENVELOPE_JSON

    def test_no_signature(self):
        assert check_of(wire(signatures=[])) == Check.SIGNATURE_COUNT

    def test_too_many_signatures(self):
        assert check_of(wire(signatures=[{"sig": "eA=="}] * (MAX_SIGNATURES + 1))) == Check.SIGNATURE_COUNT

    def test_as_many_as_allowed(self):
        assert len(decode_envelope(wire(signatures=[{"sig": "eA=="}] * MAX_SIGNATURES)).signatures) == MAX_SIGNATURES

    def test_a_key_id_at_two_signatures(self):
        assert check_of(wire(signatures=[{"keyid": "k", "sig": "eA=="}] * 2)) == Check.DUPLICATE_KEYID

    def test_an_empty_payload(self):
        assert check_of(wire(payload="")) == Check.EMPTY_PAYLOAD

    def test_an_envelope_beyond_the_limit(self):
        assert check_of(b" " * (MAX_ENVELOPE_BYTES + 1)) == Check.ENVELOPE_SIZE

    def test_a_payload_beyond_the_limit(self):
        text = base64.b64encode(bytes(MAX_PAYLOAD_BYTES + 1)).decode()
        assert check_of(wire(payload=text)) == Check.PAYLOAD_SIZE

    def test_an_error_never_quotes_a_value(self):
        with pytest.raises(VerificationError) as caught:
            decode_envelope(wire(signatures="123-45-6789"))
        assert "6789" not in str(caught.value)


class TestSign:
    def test_ten_megabytes(self, key):
        payload = b"x" * 10_000_000
        found = decode_envelope(sign(payload, "t", [key]))
        assert found.payload == payload
        assert verify(found, {key.keyid: key.public_key}).keyids == (key.keyid,)

    def test_the_bytes_are_canonical(self, key):
        data = sign(b"x", "t", [key])
        assert data == json.dumps(json.loads(data), separators=(",", ":"), sort_keys=True).encode()

    @pytest.mark.parametrize(
        ("payload", "count", "check"),
        [(b"x", 0, Check.SIGNATURE_COUNT), (b"x", 2, Check.DUPLICATE_KEYID), (b"", 1, Check.EMPTY_PAYLOAD)],
    )
    def test_nothing_is_signed_that_could_not_be_read(self, key, payload, count, check):
        with pytest.raises(VerificationError) as caught:
            sign(payload, "t", [key] * count)
        assert caught.value.check == check


class TestVerify:
    def test_the_digest_is_that_of_what_was_signed(self, key):
        found = verify(envelope(signed(key)), {key.keyid: key.public_key})
        assert found.pae_sha256 == hashlib.sha256(pae("t", b"body")).hexdigest()

    def test_several_signatures_some_unknown(self, key, other_key):
        stranger = generate_key(KeyClass.CI)
        given = envelope(signed(stranger), signed(key), signed(other_key))
        found = verify(given, {item.keyid: item.public_key for item in (key, other_key)})
        assert found.keyids == (key.keyid, other_key.keyid)
        assert found.rejected == (Rejected(keyid=stranger.keyid, check=Check.UNKNOWN_KEY),)

    @pytest.mark.parametrize("hint", ["", "foreign"])
    def test_a_hint_that_names_no_believed_key_proves_nothing_either_way(self, key, hint):
        assert verify(envelope(signed(key, keyid=hint)), {key.keyid: key.public_key}).keyids == (key.keyid,)

    def test_a_hint_narrows_the_choice(self, key, other_key):
        given = envelope(signed(key, keyid=other_key.keyid))
        with pytest.raises(VerificationError) as caught:
            verify(given, {item.keyid: item.public_key for item in (key, other_key)})
        assert caught.value.check == Check.SIGNATURE

    def test_a_quorum_counts_distinct_keys(self, key, other_key):
        keys = {item.keyid: item.public_key for item in (key, other_key)}
        twice = envelope(signed(key, keyid="one"), signed(key, keyid="two"))
        assert verify(twice, keys).keyids == (key.keyid,)
        with pytest.raises(VerificationError, match="2 distinct keys, found 1") as caught:
            verify(twice, keys, quorum=2)
        assert caught.value.check == Check.QUORUM
        assert len(verify(envelope(signed(key), signed(other_key)), keys, quorum=2).keyids) == 2

    @pytest.mark.parametrize(("payload", "kind"), [(b"bodY", "t"), (b"body", "T"), (b"body ", "t")])
    def test_another_payload_or_type(self, key, payload, kind):
        with pytest.raises(VerificationError) as caught:
            verify(envelope(signed(key), payload=payload, kind=kind), {key.keyid: key.public_key})
        assert caught.value.check == Check.SIGNATURE

    def test_an_unknown_key(self, key, other_key):
        with pytest.raises(VerificationError, match="by no key that is believed") as caught:
            verify(envelope(signed(key)), {other_key.keyid: other_key.public_key})
        assert caught.value.check == Check.UNKNOWN_KEY
        assert "assay/keys/" in (caught.value.hint or "")

    def test_the_most_telling_failure_comes_first(self, key, other_key):
        broken = Signature(keyid=key.keyid, sig=b"no signature")
        with pytest.raises(VerificationError) as caught:
            verify(envelope(signed(other_key), broken), {key.keyid: key.public_key})
        assert caught.value.check == Check.SIGNATURE

    def test_no_key_at_all(self, key):
        with pytest.raises(VerificationError) as caught:
            verify(envelope(signed(key)), {})
        assert caught.value.check == Check.UNKNOWN_KEY

    @pytest.mark.parametrize("hinted", [True, False])
    def test_raw_ecdsa_is_named(self, key, hinted):
        given = signed(key)
        given = Signature(keyid=given.keyid if hinted else "", sig=raw(given.sig))
        with pytest.raises(VerificationError) as caught:
            verify(envelope(given), {key.keyid: key.public_key})
        assert caught.value.check == Check.SIGNATURE_ENCODING

    def test_both_values_of_s_verify(self, key):
        # Neither Go nor OpenSSL normalises s, so half of all signatures in the wild have the larger one.
        r, s = decode_dss_signature(signed(key).sig)
        for twin in (s, GROUP_ORDER - s):
            given = envelope(Signature(keyid=key.keyid, sig=encode_dss_signature(r, twin)))
            assert verify(given, {key.keyid: key.public_key}).keyids == (key.keyid,)

    @given(st.binary(max_size=80))
    def test_no_random_signature_verifies(self, sig):
        with pytest.raises(VerificationError):
            verify(envelope(Signature(sig=sig)), {keyid_of(VECTOR_KEY): VECTOR_KEY})

    @pytest.mark.parametrize("hint", ["\x1b[31mred", "ಠ", ""])
    def test_a_hint_that_is_not_plain_is_not_printed(self, hint):
        with pytest.raises(VerificationError, match="a signature without a key id") as caught:
            verify(envelope(Signature(keyid=hint, sig=b"x")), {})
        assert not hint or hint not in str(caught.value)

    def test_keys_are_tried_in_turn_until_one_fits(self, key):
        strangers = [generate_key(KeyClass.CI) for _ in range(3)]
        keys = {item.keyid: item.public_key for item in (*strangers, key)}
        assert verify(envelope(signed(key, keyid="")), keys).keyids == (key.keyid,)
