import hashlib
import json

import pytest

from assay.attest import (
    Check,
    TrustStore,
    decode_statement,
    encode_statement,
    envelope_digest,
    sign_statement,
    verify_envelope,
)
from assay.attest.dsse import decode_envelope, pae, sign
from assay.config.schema import Config
from assay.errors import VerificationError
from assay.model.outcome import KeyClass
from assay.model.statement import Signer


@pytest.fixture
def trust(key) -> TrustStore:
    return TrustStore.of(Config(), {}, key.public_key)


class TestVerify:
    def test_what_was_signed_comes_back_with_its_signer_and_its_names(self, key, trust, make_statement):
        data = sign_statement(make_statement(), [key])
        found = verify_envelope(data, trust)
        payload = encode_statement(make_statement())
        assert found.statement == make_statement()
        assert found.signers == (Signer(keyid=key.keyid, key_class=KeyClass.LOCAL),)
        assert found.envelope == envelope_digest(data) == hashlib.sha256(data).hexdigest()
        assert found.pae == hashlib.sha256(pae("application/vnd.in-toto+json", payload)).hexdigest()
        assert found.index is None

    def test_only_believed_signers_are_named(self, key, other_key, trust, make_statement):
        found = verify_envelope(sign_statement(make_statement(), [other_key, key]), trust)
        assert [signer.keyid for signer in found.signers] == [key.keyid]

    def test_the_payload_is_kept_as_written(self, key, trust):
        # Foreign producers write JSON their own way; nothing depends on its form.
        spaced = b' { "_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":"' + b"a" * 64
        spaced += b'"}}],\n "predicateType":"https://example.com/note/v1" } '
        data = sign(spaced, "application/vnd.in-toto+json", [key])
        assert verify_envelope(data, trust).statement == decode_statement(spaced)
        assert decode_envelope(data).payload == spaced

    @pytest.mark.parametrize("kind", ["application/vnd.in-toto+json", "application/vnd.in-toto.provenance+json"])
    def test_both_payload_types_of_the_specification(self, key, trust, make_statement, kind):
        data = sign(encode_statement(make_statement()), kind, [key])
        assert verify_envelope(data, trust).statement == make_statement()

    @pytest.mark.parametrize(
        "kind",
        [
            "",
            "application/json",
            "application/vnd.in-toto.+json",
            "application/vnd.in-toto+xml",
            "application/vnd.in-toto+json\n",
            "application/vndXin-toto+json",
        ],
    )
    def test_another_payload_type_is_refused_after_its_signature(self, key, trust, make_statement, kind):
        data = sign(encode_statement(make_statement()), kind, [key])
        with pytest.raises(VerificationError) as caught:
            verify_envelope(data, trust)
        assert caught.value.check == Check.PAYLOAD_TYPE

    def test_nothing_is_parsed_before_it_is_verified(self, other_key, trust):
        # This payload would fail as JSON; the signature is what is reported.
        with pytest.raises(VerificationError) as caught:
            verify_envelope(sign(b"{", "application/vnd.in-toto+json", [other_key]), trust)
        assert caught.value.check == Check.UNKNOWN_KEY

    def test_every_flipped_byte_of_the_payload_is_noticed(self, key, trust, make_statement):
        data = json.loads(sign_statement(make_statement(), [key]))
        for place in range(0, len(data["payload"]) - 4, 7):
            text = data["payload"]
            flipped = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
            with pytest.raises(VerificationError) as caught:
                verify_envelope(json.dumps(data | {"payload": flipped}).encode(), trust)
            assert caught.value.check == Check.SIGNATURE
