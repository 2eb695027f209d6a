"""Checksums hold for what a provider would issue and doubt whatever was changed."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.inspectors.secrets._base import Verdict
from assay.inspectors.secrets.validators.checksums import base62_crc, bech32, bech32_polymod, crc32_base62

BASE62 = string.digits + string.ascii_letters
BODIES = st.text(BASE62, min_size=30, max_size=30)


@given(BODIES)
def test_a_body_and_its_checksum_hold(candidate, body):
    assert crc32_base62(candidate("ghp_" + body + base62_crc(body))) is Verdict.HOLDS


@given(BODIES, st.integers(0, 29), st.sampled_from(BASE62))
def test_a_changed_character_is_doubted(candidate, body, place, other):
    changed = body[:place] + other + body[place + 1 :]
    verdict = crc32_base62(candidate("npm_" + changed + base62_crc(body)))
    assert verdict is (Verdict.HOLDS if changed == body else Verdict.DOUBTFUL)


def test_the_checksum_is_padded_to_six_digits():
    # The CRC-32 of these is below 62**5, so the first of six digits is 0.
    assert base62_crc("") == "000000"
    assert len({len(base62_crc(str(number))) for number in range(500)}) == 1


@pytest.mark.parametrize(
    "text",
    [
        "A12UEL5L",
        "a12uel5l",
        "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
        "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
        "?1ezyfcl",
    ],
)
def test_valid_strings_of_bip_173_hold(candidate, text):
    assert bech32(candidate(text)) is Verdict.HOLDS


@pytest.mark.parametrize(
    "text", ["A1G7SGD8", "x1b4n0q5v", "A12UEL5M", "split1checkupstagehandshakeupstreamerranterredcaperred2y9e2w"]
)
def test_invalid_strings_of_bip_173_are_doubted(candidate, text):
    assert bech32(candidate(text)) is Verdict.DOUBTFUL


@given(st.lists(st.integers(0, 31), max_size=80))
def test_the_polynomial_stays_within_thirty_bits(values):
    assert 0 <= bech32_polymod(values) < 1 << 30
