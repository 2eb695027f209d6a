"""Random text is told from what people write."""

import math
import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.inspectors.secrets._base import Verdict
from assay.inspectors.secrets.validators.randomness import (
    bits_per_character,
    is_random,
    looks_random,
    not_words,
    varied,
    worded,
)

BASE62 = string.ascii_letters + string.digits
HEX = string.digits + "abcdef"


def drawn(alphabet: str, length: int, count: int = 2000) -> list[str]:
    source = random.Random(20240611)
    return ["".join(source.choices(alphabet, k=length)) for _ in range(count)]


@given(st.text())
def test_entropy_lies_between_nothing_and_the_alphabet(text):
    assert 0 <= bits_per_character(text) <= math.log2(max(1, len(set(text)))) + 1e-9


@given(st.text(min_size=1), st.integers(2, 5))
def test_entropy_does_not_grow_by_repetition(text, times):
    assert bits_per_character(text * times) == pytest.approx(bits_per_character(text))


@pytest.mark.parametrize(("alphabet", "length"), [(HEX, 32), (HEX, 40), (HEX, 64), (BASE62, 32), (BASE62, 40)])
def test_one_key_in_a_hundred_at_most_is_missed(alphabet, length):
    missed = sum(not is_random(text) for text in drawn(alphabet, length))
    assert missed <= 20


def test_of_short_keys_one_in_fifteen_at_most_is_missed():
    # Of 16 characters of base62, 6 % have no digit.
    assert sum(not is_random(text) for text in drawn(BASE62, 16)) <= 2000 * 0.1
    assert sum(worded(text) for text in drawn(BASE62, 16)) <= 2000 / 40


@pytest.mark.parametrize(
    "text",
    [
        "bert-base-uncased-v2",
        "https-oauth2-endpoint",
        "AutoModelForSequenceClassification2",
        "projects/1/secrets/one-2",
        "continuation_token_2024_01",
        "_aj_ruby2_keywords",
        "1234567890",
        "onlyletters",
        "0000000000000000",
        "kubernetes.io/service-account-token",
    ],
)
def test_names_and_numbers_are_not_random(candidate, text):
    assert not is_random(text)
    assert looks_random(candidate(text)) is Verdict.REFUTED


@pytest.mark.parametrize("text", ["open-sesame", "my-service-account", "AccessToken", "node_modules"])
def test_names_read_like_words(candidate, text):
    assert worded(text)
    assert not_words(candidate(text)) is Verdict.REFUTED


@pytest.mark.parametrize("text", ["", "a", "42", "xkcd", "-----"])
def test_too_little_to_read_is_no_word(candidate, text):
    assert not worded(text)
    assert not_words(candidate(text)) is Verdict.HOLDS


def test_what_varies_little_is_no_key(candidate):
    assert varied(candidate("abababababababab")) is Verdict.REFUTED
    assert varied(candidate(drawn(BASE62, 24)[0])) is Verdict.HOLDS
    assert looks_random(candidate(drawn(BASE62, 32)[0])) is Verdict.HOLDS
