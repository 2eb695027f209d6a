"""The policy input: to bytes and back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import PolicyError
from assay.model.jcs import canonical
from assay.model.outcome import GateKind, Outcome
from assay.policy.input import SCHEMA, InputSubject, PolicyInput, decode_input, plain


def minimal(**members):
    subject = InputSubject(base_tree="a", head_tree="b", digest="c")
    from assay.policy.input import InputChange

    return PolicyInput(
        gate=GateKind.MERGE, at="2024-01-01T00:00:00Z", subject=subject, change=InputChange(files=()), **members
    )


def test_what_is_absent_is_left_out():
    members = json.loads(minimal().encoded)
    assert members["schema"] == SCHEMA
    assert "risk" not in members
    assert "documents" not in members
    assert members["findings"] == []


def test_it_comes_back_as_it_went():
    given = minimal(outcomes={"a/b": Outcome.ERROR}, unevaluated={"a/b": "why"}, documents=())
    again = decode_input(given.encoded)
    assert again == given
    assert again.inspected[0].reason == "why"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        minimal().encoded + b"\n",
        minimal().encoded.replace(b"assay.input/1", b"assay.input/2"),
        canonical(json.loads(minimal().encoded) | {"more": 1}),
        b"[" * 100_000,
    ],
)
def test_what_another_program_wrote_is_not_taken(data):
    with pytest.raises(PolicyError, match="not a policy input"):
        decode_input(data)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(alphabet=st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(alphabet=st.characters(codec="utf-8")), inner) | st.tuples(inner)
    ),
    max_leaves=20,
)


@given(values)
def test_any_value_can_be_recorded(value):
    made = plain({"value": value})
    assert canonical(made)
    assert plain(made) == made


def test_fractions_and_large_numbers_are_text():
    assert plain({"a": [0.5, 2**60, 3, True, None, "x"]}) == {"a": ["0.5", str(2**60), 3, True, None, "x"]}
