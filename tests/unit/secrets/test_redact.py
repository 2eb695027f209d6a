"""Free text loses its secrets and nothing else."""

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.inspectors.secrets.redact import REMOVED, redact

BASE62 = string.ascii_letters + string.digits


def drawn(length: int, seed: int = 1) -> str:
    return "".join(random.Random(seed).choices(BASE62, k=length))


def test_the_value_goes_and_the_rest_stays():
    text = f"Rotated glpat-{drawn(20)} (was in ops/ \u2013 see AB-12), and https://bob:{drawn(12)}@git.acme.io too."
    assert (
        redact(text) == f"Rotated {REMOVED} (was in ops/ \u2013 see AB-12), and https://bob:{REMOVED}@git.acme.io too."
    )


def test_a_password_that_is_named_goes():
    assert redact(f"accepted, password: {drawn(6)}!9 is gone") == f"accepted, password: {REMOVED} is gone"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Accepted until the vendor ships 2.4.1 (TICKET-42).",
        "The password policy is 12 characters; tokens expire after 8 hours.",
        "See https://example.com/a?b=c and commit 0123456789abcdef0123456789abcdef01234567.",
        "key: value",
        "password: required",
        "naïve café \u2013 \U0001d518nicode \u2028 text",
    ],
)
def test_text_without_a_secret_is_unchanged(text):
    assert redact(text) == text


def test_every_example_of_a_rule_is_removed(examples):
    from assay.inspectors.secrets._catalogue import load_rules

    for rule in load_rules():
        if rule.paths is None and "not-in-tests" not in rule.validate:
            for sample in examples[rule.id].match:
                assert REMOVED in redact(f"reason: {sample}\n"), rule.name


@given(st.text(st.characters(), max_size=200))
def test_any_text_survives_and_redacting_twice_is_redacting_once(text):
    once = redact(text)
    assert redact(once) == once


@given(st.text(st.characters(), max_size=60), st.text(st.characters(), max_size=60), st.integers(0, 10**6))
def test_a_token_between_any_words_is_removed(before, after, seed):
    token = "glpat-" + drawn(20, seed)
    assert token not in redact(f"{before} {token} {after}")
