"""What stands in the place of a secret is no finding; what is drawn at random is never taken for it."""

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.inspectors.secrets._base import Verdict
from assay.inspectors.secrets.validators.placeholders import filler_share, is_placeholder, not_a_placeholder
from assay.inspectors.secrets.validators.words import words

BASE62 = string.ascii_letters + string.digits


@pytest.mark.parametrize(
    "value",
    [
        "AK" + "IAIOSFODNN7EXAMPLE",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "<token>",
        "<your API key>",
        "&lt;token&gt;",
        "${API_KEY}",
        "$API_KEY",
        "$(cat token)",
        "{{ secrets.token }}",
        "{password}",
        "%(password)s",
        "%PASSWORD%",
        "#{ENV['TOKEN']}",
        "<%= token %>",
        "[your token]",
        "__TOKEN__",
        "@TOKEN@",
        "********",
        "abc...xyz",
        "aaaaaaaaaaaaaaaaaaaaaaaa",
        "0000000000000000",
        "1234567890abcdef",
        "a1b2c3d4e5f6g7h8i9j0",
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "zyxwvutsrqponmlkjihgfedcba",
        "qwertyuiopasdfghjkl",
        "12345678-1234-1234-1234-123456789012",
        "abc123abc123abc123abc123",
        "deadbeefcafe0000deadbeef",
        "changeme",
        "change_me",
        "your-api-key",
        "REPLACE_WITH_TOKEN",
        "dummy-value-1",
        "notarealkey",
        "not-a-real-key",
        "",
        "----",
    ],
)
def test_a_placeholder(candidate, value):
    assert is_placeholder(value)
    assert not_a_placeholder(candidate(value)) is Verdict.REFUTED


def test_nothing_random_is_a_placeholder(candidate):
    source = random.Random(7)
    for alphabet, length in ((BASE62, 20), (BASE62, 36), ("0123456789abcdef", 32), ("0123456789abcdef", 64)):
        values = ["".join(source.choices(alphabet, k=length)) for _ in range(2000)]
        assert [value for value in values if is_placeholder(value)] == []
    assert not_a_placeholder(candidate(values[0])) is Verdict.HOLDS


def test_the_documented_examples_are_known():
    storage_emulator = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq" + "/K1SZFPTOtr/KBHBeksoGMGw=="
    assert is_placeholder(storage_emulator)
    assert not is_placeholder(storage_emulator.replace("E", "F"))
    assert len(words("documented")) == 12


@given(st.text(max_size=600))
def test_the_share_of_filler_is_a_share(text):
    assert 0 <= filler_share(text) <= 1


@given(st.sampled_from(BASE62), st.integers(8, 200))
def test_repetition_is_all_filler(character, count):
    assert filler_share(character * count) == 1


def test_a_long_value_is_judged_by_its_beginning():
    source = random.Random(3)
    noise = "".join(source.choices(BASE62, k=200))
    assert not is_placeholder(noise + "EXAMPLE" + "a" * 10_000)
    assert is_placeholder("EXAMPLE" + noise)


def test_a_list_that_does_not_exist_is_an_error():
    with pytest.raises(KeyError):
        words("adjectives")
