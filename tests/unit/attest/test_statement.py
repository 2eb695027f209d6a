import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.attest.checks import Check
from assay.attest.statement import MAX_DEPTH, STATEMENT_TYPE, decode_statement, encode_statement
from assay.errors import AttestError, VerificationError
from assay.model.jcs import MAX_SAFE_INTEGER
from assay.model.statement import REVOCATION, Statement
from assay.model.subject import Subject

SHA = "5" * 64
FOREIGN = "https://example.com/note/v1"
REVOKED = {
    "producer": {"name": "assay", "version": "1", "config_digest": SHA},
    "at": "2026-01-02T03:04:05Z",
    "envelope": SHA,
    "pae": SHA,
    "reason": "by mistake",
}


def payload(**members: object) -> bytes:
    whole = {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": "n", "digest": {"sha256": SHA}}],
        "predicateType": FOREIGN,
        "predicate": {},
    }
    return json.dumps({key: value for key, value in (whole | members).items() if value is not ...}).encode()


def check_of(data: bytes) -> str | None:
    with pytest.raises(VerificationError) as caught:
        decode_statement(data)
    return caught.value.check


def outcome(data: bytes) -> str | None:
    try:
        decode_statement(data)
    except VerificationError as error:
        return error.check
    return None


def nested(depth: int) -> bytes:
    """A statement that is `depth` levels deep: itself, its predicate, and lists."""
    lists = depth - 2
    return payload(predicate={"x": 1}).replace(b'"x": 1', b'"x": ' + b"[" * lists + b"]" * lists)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


class TestRoundTrip:
    @given(st.dictionaries(st.text(), json_values, max_size=5), st.text())
    def test_any_statement_comes_back(self, predicate, name):
        subject = Subject(name=name, digest={"sha256": SHA, "gitTree": "a" * 40})
        given = Statement(subjects=(subject,), predicate_type=FOREIGN, predicate=predicate)
        assert decode_statement(encode_statement(given)) == given

    def test_the_bytes_are_canonical(self, make_statement):
        data = encode_statement(make_statement(predicate={"b": 1, "a": "é"}))
        assert data == json.dumps(json.loads(data), separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()

    @given(st.binary())
    def test_any_bytes_give_a_statement_or_the_one_error(self, data):
        assert outcome(data) in {None, *Check}


class TestEncode:
    @pytest.mark.parametrize("value", [0.5, MAX_SAFE_INTEGER + 1, b"bytes", {1: 2}, "\ud800"])
    def test_what_canonical_json_cannot_hold(self, make_statement, value):
        with pytest.raises(AttestError, match="cannot be signed"):
            encode_statement(make_statement(predicate={"x": value}))

    def test_what_nests_without_end(self, make_statement):
        endless: list = []
        endless.append(endless)
        with pytest.raises(AttestError, match="cannot be signed"):
            encode_statement(make_statement(predicate={"x": endless}))

    def test_a_predicate_of_ours_that_breaks_its_schema(self, make_statement):
        with pytest.raises(VerificationError) as caught:
            encode_statement(make_statement(REVOCATION, REVOKED | {"more": 1}))
        assert caught.value.check == Check.PREDICATE


class TestSpecification:
    """in-toto/attestation, spec/v1: statement.md, README.md (parsing rules), digest_set.md."""

    def test_an_unset_predicate_is_an_empty_one(self):
        assert decode_statement(payload(predicate=...)).predicate == {}

    def test_an_unset_name_is_an_underscore(self):
        assert decode_statement(payload(subject=[{"digest": {"sha256": SHA}}])).subjects[0].name == "_"

    def test_unrecognised_members_are_ignored(self):
        subject = {"name": "n", "digest": {"sha256": SHA}, "annotations": {"x": 1.5}}
        assert decode_statement(payload(subject=[subject], more={"y": 0.5})) == decode_statement(payload())

    def test_unaccepted_algorithms_are_ignored(self):
        known = {"name": "n", "digest": {"sha256": SHA}}
        found = decode_statement(payload(subject=[{"name": "m", "digest": {"md5": "0"}}, known]))
        assert [subject.name for subject in found.subjects] == ["n"]

    def test_floats_are_the_business_of_other_predicates(self):
        assert decode_statement(payload(predicate={"score": 0.5})).predicate == {"score": 0.5}


class TestRefused:
    @pytest.mark.parametrize(
        ("data", "check"),
        [
            (b"", Check.STATEMENT_JSON),
            (b"[]", Check.STATEMENT_JSON),
            (b"\xff", Check.STATEMENT_JSON),
            ("\ufeff".encode() + payload(), Check.STATEMENT_JSON),
            (payload().decode().encode("utf-16"), Check.STATEMENT_JSON),
            (payload() + b"x", Check.STATEMENT_JSON),
            (payload(predicate={"x": float("nan")}), Check.STATEMENT_JSON),
            (payload(predicate={"x": float("-inf")}), Check.STATEMENT_JSON),
            (payload(predicate={"x": "\ud800"}), Check.STATEMENT_JSON),
            (payload(predicate={"x": 1}).replace(b"1}", b"1" * 5000 + b"}"), Check.STATEMENT_JSON),
            (payload(predicate={"x": 1}).replace(b'"x": 1', b'"x": 1e999'), Check.NUMBER),
            (payload(predicate={"x": 1}).replace(b'"x": 1', b'"x": 1, "\\u0078": 2'), Check.DUPLICATE_MEMBER),
            (payload(_type=...), Check.STATEMENT_TYPE),
            (payload(_type="https://in-toto.io/Statement/v0.1"), Check.STATEMENT_TYPE),
            (payload(predicateType=...), Check.PREDICATE_TYPE),
            (payload(predicateType=7), Check.PREDICATE_TYPE),
            (payload(predicateType=""), Check.PREDICATE_TYPE),
            (payload(predicateType="urn:x \x1b[31m"), Check.PREDICATE_TYPE),
            (payload(predicateType="urn:assay:prophecy:v1"), Check.PREDICATE_TYPE),
            (payload(predicateType="urn:assay:../findings:v1"), Check.PREDICATE_TYPE),
            (payload(predicate=[]), Check.PREDICATE),
            (payload(predicate=None), Check.PREDICATE),
            (payload(subject=...), Check.SUBJECT),
            (payload(subject=[]), Check.SUBJECT),
            (payload(subject={}), Check.SUBJECT),
            (payload(subject=["x"]), Check.SUBJECT),
            (payload(subject=[{"name": "n"}]), Check.SUBJECT),
            (payload(subject=[{"name": "n", "digest": []}]), Check.SUBJECT),
            (payload(subject=[{"name": 1, "digest": {"sha256": SHA}}]), Check.SUBJECT),
            (payload(subject=[{"digest": {"sha256": SHA, "x": 1}}]), Check.SUBJECT),
            (payload(subject=[{"digest": {"sha256": "A" * 64}}]), Check.SUBJECT),
            (payload(subject=[{"digest": {"sha1": "a" * 40}}]), Check.SUBJECT),
        ],
        ids=range(32),
    )
    def test_and_the_check_is_named(self, data, check):
        assert check_of(data) == check

    def test_depth_at_the_limit_and_beyond(self):
        assert decode_statement(nested(MAX_DEPTH))
        assert check_of(nested(MAX_DEPTH + 1)) == Check.DEPTH

    def test_depth_beyond_the_parser(self):
        assert check_of(nested(100_000)) == Check.DEPTH

    def test_surrogate_pairs_are_text(self):
        assert decode_statement(payload(predicate={"x": "😀"})).predicate == {"x": "😀"}


class TestOurs:
    def test_a_predicate_that_fits(self):
        assert decode_statement(payload(predicateType=REVOCATION, predicate=REVOKED)).predicate == REVOKED

    @pytest.mark.parametrize("number", [b"1.0", b"1e2", b"9007199254740992", b"-9007199254740992"])
    def test_only_integers_every_reader_reads_alike(self, number):
        data = payload(predicateType=REVOCATION, predicate=REVOKED, more=7).replace(b'"more": 7', b'"more": ' + number)
        assert check_of(data) == Check.NUMBER

    @pytest.mark.parametrize(
        "wrong",
        [
            {"more": 1},
            {"reason": ""},
            {"reason": None},
            {"at": "2026-01-02T03:04:05+00:00"},
            {"at": "2026-01-02T03:04:05.5Z"},
            {"at": "2026-02-30T03:04:05Z"},
            {"at": "2026-01-02T03:04:05Z\n"},
            {"envelope": SHA.replace("5", "A")},
            {"producer": {"name": "assay"}},
        ],
        ids=range(9),
    )
    def test_a_predicate_that_does_not_fit(self, wrong):
        assert check_of(payload(predicateType=REVOCATION, predicate=REVOKED | wrong)) == Check.PREDICATE

    def test_the_error_names_the_place_and_quotes_no_value(self):
        broken = REVOKED | {"producer": {"name": "assay", "version": "1", "config_digest": "123-45-6789"}}
        with pytest.raises(VerificationError, match=r"at `predicate\.producer\.config_digest`") as caught:
            decode_statement(payload(predicateType=REVOCATION, predicate=broken))
        assert "6789" not in str(caught.value)

    def test_a_member_name_cannot_write_to_the_terminal(self):
        with pytest.raises(VerificationError) as caught:
            decode_statement(payload(predicateType=REVOCATION, predicate=REVOKED | {"\x1b[31m" + "x" * 1000: 1}))
        assert caught.value.message.isprintable()
        assert len(caught.value.message) <= 400
