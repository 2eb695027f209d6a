"""A word in base64 is judged as the word."""

import base64
import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.inspectors.secrets._base import Verdict
from assay.inspectors.secrets.validators.randomness import looks_random
from assay.inspectors.secrets.validators.wrapping import unwrapped

PRINTABLE = string.ascii_letters + string.digits + string.punctuation


@given(st.text(PRINTABLE, min_size=1, max_size=64).filter(lambda text: not text.startswith(("{", "[", "<", "-----"))))
def test_a_word_comes_out_as_it_went_in(word):
    assert unwrapped(base64.b64encode(word.encode()).decode()) == word
    assert unwrapped(base64.b64encode(word.encode() + b"\n").decode()) == word


@given(st.text())
def test_any_text_is_taken(text):
    assert isinstance(unwrapped(text), str)


@pytest.mark.parametrize(
    "held", [b"", b"two words", b"two\nlines\n", b'{"type":"service_account"}', b"-----BEGIN", b"x" * 65, b"\xff\xfe12"]
)
def test_what_is_no_one_word_stays_as_it_is(held):
    value = base64.b64encode(held).decode()
    assert unwrapped(value) == value


@pytest.mark.parametrize("value", ["abc", "no base64!", "ünïcode=", "===="])
def test_what_is_no_base64_stays_as_it_is(value):
    assert unwrapped(value) == value


def test_keys_drawn_at_random_are_no_words():
    source = random.Random(20240611)
    drawn = (base64.b64encode(source.randbytes(12)).decode() for _ in range(20_000))
    assert sum(unwrapped(value) != value for value in drawn) <= 2


def test_words_in_base64_do_not_look_random(candidate):
    for words in (b"user:password", b"strong-password", b"hello-world"):
        assert looks_random(candidate(base64.b64encode(words).decode())) is Verdict.REFUTED
    assert looks_random(candidate(base64.b64encode(b"Xk4qz9TTw7LmPq2v").decode())) is Verdict.HOLDS
