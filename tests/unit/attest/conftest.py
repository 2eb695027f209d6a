"""Keys and statements that the tests of this folder share."""

from collections.abc import Callable
from typing import Any

import pytest

from assay.attest.keys import SoftwareKey, generate_key
from assay.model.outcome import KeyClass
from assay.model.statement import Statement
from assay.model.subject import change_subject


@pytest.fixture
def key() -> SoftwareKey:
    return generate_key(KeyClass.LOCAL)


@pytest.fixture
def other_key() -> SoftwareKey:
    return generate_key(KeyClass.CI)


@pytest.fixture
def make_statement() -> Callable[..., Statement]:
    def make(predicate_type: str = "https://example.com/note/v1", predicate: Any = None) -> Statement:
        subject = change_subject("a" * 40, "b" * 40)
        return Statement(
            subjects=(subject,),
            predicate_type=predicate_type,
            predicate={"note": 1} if predicate is None else predicate,
        )

    return make
