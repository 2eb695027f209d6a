"""The inner structure of single providers' tokens."""

import base64
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.inspectors.secrets._base import Verdict
from assay.inspectors.secrets.validators.tokens import aws_account, discord_snowflake, pypi_macaroon, slack_parts

# Set, so that the first character is none of those that mark a key from before account numbers were encoded.
HIGH_BIT = 1 << 47


def key_id(account: int, rest: bytes) -> str:
    return "AKIA" + base64.b32encode((HIGH_BIT | account << 7).to_bytes(6, "big") + rest).decode()


@given(st.integers(0, 10**12 - 1), st.binary(min_size=4, max_size=4))
def test_an_account_number_of_twelve_digits_holds(candidate, account, rest):
    assert aws_account(candidate(key_id(account, rest))) is Verdict.HOLDS


@given(st.integers(10**12, (1 << 40) - 1), st.binary(min_size=4, max_size=4))
def test_a_longer_account_number_is_doubted(candidate, account, rest):
    assert aws_account(candidate(key_id(account, rest))) is Verdict.DOUBTFUL


def test_a_key_from_before_account_numbers_says_nothing(candidate):
    assert aws_account(candidate("AKIA" + "J" + "7" * 15)) is Verdict.HOLDS


def test_a_character_outside_base32_is_doubted(candidate):
    assert aws_account(candidate("AKIA" + "Q" * 15 + "1")) is Verdict.DOUBTFUL


def macaroon(location: bytes, version: int = 2) -> str:
    packed = bytes([version, 1, len(location)]) + location + bytes([2, 8]) + random.Random(1).randbytes(80)
    return "pypi-" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


@pytest.mark.parametrize("location", [b"pypi.org", b"test.pypi.org"])
def test_a_macaroon_for_the_index_holds(candidate, location):
    assert pypi_macaroon(candidate(macaroon(location))) is Verdict.HOLDS


@pytest.mark.parametrize(
    "value", [macaroon(b"example.org"), macaroon(b"pypi.org", version=1), "pypi-", "pypi-AgE!", "pypi-AgEI"]
)
def test_any_other_is_refuted(candidate, value):
    assert pypi_macaroon(candidate(value)) is Verdict.REFUTED


def test_a_macaroon_may_be_cut_anywhere(candidate):
    whole = macaroon(b"pypi.org")
    assert {pypi_macaroon(candidate(whole[:length])) for length in range(40, len(whole))} == {Verdict.HOLDS}


@given(st.integers(10**16, 10**20 - 1))
def test_a_snowflake_holds(candidate, number):
    head = base64.b64encode(str(number).encode()).decode().rstrip("=")
    assert discord_snowflake(candidate(f"{head}.abcdef.{'x' * 27}")) is Verdict.HOLDS


@pytest.mark.parametrize("head", ["TWFueSBoYW5kcyBtYWtl", "M!", "", "MTIz"])
def test_what_is_no_snowflake_is_refuted(candidate, head):
    assert discord_snowflake(candidate(f"{head}.abcdef.{'x' * 27}")) is Verdict.REFUTED


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("xoxb-1-2-a", Verdict.HOLDS),
        ("xoxp-1-2-3-a", Verdict.HOLDS),
        ("xoxb-1", Verdict.DOUBTFUL),
        ("xoxp-1-2", Verdict.DOUBTFUL),
        ("xoxb-1--a", Verdict.DOUBTFUL),
        ("xoxo-1-a", Verdict.HOLDS),
    ],
)
def test_slack_tokens_have_as_many_parts_as_their_kind(candidate, value, verdict):
    assert slack_parts(candidate(value)) is verdict
