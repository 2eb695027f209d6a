"""Keys in armour, JSON Web Tokens, key files, and credentials in base64."""

import base64
import json
import random

import pytest

from assay.inspectors.secrets._base import Verdict
from assay.inspectors.secrets.validators.armour import armoured_body, armoured_key, encoded_key, putty_key
from assay.inspectors.secrets.validators.google import service_account
from assay.inspectors.secrets.validators.jwt import json_web_token, private_jwk
from assay.inspectors.secrets.validators.urls import url_password, user_and_password

NOISE = random.Random(11).randbytes(400)
DER = bytes([0x30, 0x82, 1, 0x8C]) + NOISE
OPENSSH = b"openssh-key-v1\0" + NOISE


def base64_lines(body: bytes, end: str = "\n", width: int = 64) -> str:
    text = base64.b64encode(body).decode()
    return "".join(text[start : start + width] + end for start in range(0, len(text), width))


def armour(body: bytes, kind: str = "PRIVATE KEY", *, end: str = "\n", header: str = "") -> str:
    return f"-----BEGIN {kind}-----{end}{header}{base64_lines(body, end)}-----END {kind}-----"


@pytest.mark.parametrize(
    "text",
    [
        armour(DER),
        armour(DER, "RSA PRIVATE KEY", end="\r\n"),
        armour(DER, end="\\n"),
        armour(DER, end="\\\\n"),
        armour(DER, end='\\n" +\n    "'),
        armour(OPENSSH, "OPENSSH PRIVATE KEY"),
        armour(NOISE, "ENCRYPTED PRIVATE KEY"),
        armour(NOISE, "RSA PRIVATE KEY", header="Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n"),
        armour(NOISE, "PGP PRIVATE KEY BLOCK", header="Version: GnuPG v2\n\n"),
    ],
)
def test_a_key_in_armour_holds(candidate, text):
    assert armoured_key(candidate(text)) is Verdict.HOLDS


def test_a_body_that_begins_as_no_key_is_doubted(candidate):
    assert armoured_key(candidate(armour(b"\x99" + NOISE))) is Verdict.DOUBTFUL


@pytest.mark.parametrize("body", [b"", b"secret", bytes(300), b"\x30" + b"TEST" * 60])
def test_too_little_and_filler_are_refuted(candidate, body):
    assert armoured_key(candidate(armour(body))) is Verdict.REFUTED


def test_the_body_is_what_was_armoured():
    for text in (armour(DER), armour(DER, end="\\n"), armour(DER, end='\\n" +\n    "')):
        assert armoured_body(text) == DER


def test_a_key_that_is_cut_anywhere_is_still_one(candidate):
    text = armour(DER)
    assert {armoured_key(candidate(text[:length])) for length in range(120, len(text))} == {Verdict.HOLDS}


def test_a_checksum_of_openpgp_is_no_part_of_the_body():
    kind = "PGP PRIVATE KEY BLOCK"
    text = f"-----BEGIN {kind}-----\n\n{base64_lines(NOISE[:399])}=aB3d\n-----END {kind}-----"
    assert armoured_body(text) == NOISE[:399]


def test_a_key_inside_base64(candidate):
    inside = base64.b64encode(armour(DER, "EC PRIVATE KEY").encode()).decode()
    assert encoded_key(candidate(inside)) is Verdict.HOLDS
    assert encoded_key(candidate(inside[:-3])) is Verdict.HOLDS
    assert encoded_key(candidate(base64.b64encode(NOISE).decode())) is Verdict.REFUTED
    assert encoded_key(candidate("AAAAA!!!")) is Verdict.REFUTED


def test_a_putty_key_needs_its_header(candidate):
    lines = "Private-Lines: 4\n" + base64_lines(NOISE[:180])
    header = "PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\n"
    assert putty_key(candidate(lines, before=header)) is Verdict.HOLDS
    assert putty_key(candidate(lines)) is Verdict.REFUTED
    assert putty_key(candidate("Private-Lines: 4\nc2hvcnQ=\n", before=header)) is Verdict.REFUTED


def test_a_service_account_is_told_by_its_object(candidate):
    value = f'"{armour(DER, end=chr(92) + "n")}'
    around = {"before": '{"type": "service_account", "private_key": ', "after": '", "client_email": "a@b"}'}
    assert service_account(candidate(value, **around)) is Verdict.HOLDS
    assert service_account(candidate(value, before='{"private_key": ')) is Verdict.REFUTED


def token(header: object, payload: object) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part(header)}.{part(payload)}.{'s1gnature' * 5}"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (token({"alg": "HS256"}, {"sub": "1"}), Verdict.HOLDS),
        (token({"alg": "RS256", "enc": "A256GCM"}, "any"), Verdict.HOLDS),
        (token({"alg": "none"}, {"sub": "1"}), Verdict.DOUBTFUL),
        (token({"alg": "HS256"}, {"role": "anon"}), Verdict.REFUTED),
        (token({"alg": 1}, {"sub": "1"}), Verdict.REFUTED),
        (token({"typ": "JWT"}, {"sub": "1"}), Verdict.REFUTED),
        (token(["alg"], {"sub": "1"}), Verdict.REFUTED),
        (token({"alg": "HS256"}, ["sub"]), Verdict.REFUTED),
        ("eyJ!.eyJ!.x", Verdict.REFUTED),
        ("eyJub3QganNvbi.eyJub3QganNvbi.x", Verdict.REFUTED),
        ("W1tb.W1tb." + "x" * 20, Verdict.REFUTED),
    ],
)
def test_a_json_web_token_is_json(candidate, text, verdict):
    assert json_web_token(candidate(text)) is verdict


def test_deep_json_is_no_token(candidate):
    deep = base64.urlsafe_b64encode(b"[" * 100_000).decode()
    assert json_web_token(candidate(f"{deep}.{deep}.x")) is Verdict.REFUTED


def test_a_private_jwk_names_its_type(candidate):
    value = "x" * 43
    assert private_jwk(candidate(value, before='{"kty":"EC","d":"')) is Verdict.HOLDS
    assert private_jwk(candidate(value, before='{"d":"')) is Verdict.REFUTED


@pytest.mark.parametrize(
    ("before", "value", "after", "verdict"),
    [
        ("postgres://app:", "hJ7$kqPz", "@db-1.acme.io/app", Verdict.HOLDS),
        ("postgres://app:", "hJ7$kqPz", "@[2001:db8::1]/app", Verdict.HOLDS),
        ("postgres://app:", "hJ7$kqPz", "@localhost:5432/app", Verdict.DOUBTFUL),
        ("postgres://app:", "hJ7$kqPz", "@127.0.0.1/app", Verdict.DOUBTFUL),
        ("postgres://app:", "hJ7$kqPz", "@db.example.com/app", Verdict.REFUTED),
        ("postgres://app:", "hJ7$kqPz", "@db.test/app", Verdict.REFUTED),
        ("postgres://postgres:", "postgres", "@db-1.acme.io/app", Verdict.REFUTED),
        ("postgres://app:", "app", "@db-1.acme.io/app", Verdict.REFUTED),
        ("postgres://app:", "password", "@db-1.acme.io/app", Verdict.REFUTED),
        ("postgres://app:", "DB_PASSWORD", "@db-1.acme.io/app", Verdict.REFUTED),
        ("postgres://:", "hJ7$kqPz", "@db-1.acme.io/app", Verdict.HOLDS),
        ("postgres://app:", "hJ7$kqPz", "@[DATABASE]/app", Verdict.REFUTED),
        ("postgres://app:", "app-secret", "@db-1.acme.io/app", Verdict.DOUBTFUL),
        ("postgres://app:", "testpass123", "@db-1.acme.io/app", Verdict.DOUBTFUL),
    ],
)
def test_a_password_in_a_url(candidate, before, value, after, verdict):
    assert url_password(candidate(value, name=before, after=after)) is verdict


@pytest.mark.parametrize(
    ("plain", "verdict"),
    [
        (b"deploy:hJ7$kqPz", Verdict.HOLDS),
        (b":hJ7$kqPz", Verdict.HOLDS),
        (b"deploy:password", Verdict.REFUTED),
        (b"deploy:testpass123", Verdict.DOUBTFUL),
        (b"deploy:deploy", Verdict.REFUTED),
        (b"deploy:", Verdict.REFUTED),
        (b"no colon here", Verdict.REFUTED),
        (b"de\x01ploy:hJ7$kqPz", Verdict.REFUTED),
        (b"\xff\xfe:hJ7$kqPz", Verdict.REFUTED),
    ],
)
def test_a_credential_in_base64(candidate, plain, verdict):
    assert user_and_password(candidate(base64.b64encode(plain).decode())) is verdict
    assert user_and_password(candidate(base64.b64encode(plain).decode().rstrip("="))) is verdict


def test_what_is_no_base64_is_no_credential(candidate):
    assert user_and_password(candidate("a")) is Verdict.REFUTED
