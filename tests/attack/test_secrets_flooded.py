"""Text built to match everywhere is read to its end, and what it hides is found."""

import random
import string

import pytest

from assay.inspectors.secrets._catalogue import load_rules
from assay.inspectors.secrets._compiled import keyword_engine, open_engine
from assay.inspectors.secrets._detector import Detector
from assay.inspectors.secrets._patterns import compiled

RULES = load_rules()
HIDDEN = b" glpat-" + "".join(random.Random(4).choices(string.ascii_letters + string.digits, k=20)).encode() + b" "

FLOODS = {
    "assignments": b"password=" * 4000,
    "quotes": b'secret_key: "' * 4000,
    "heads of tokens": b"eyJaaaaaaaaaaaa.eyJ" * 3000,
    "heads of keys": b"-----BEGIN PRIVATE KEY-----\n" * 2000,
    "urls": (b"://a:" + b"bbbb@c") * 4000,
    "separators": b": = ' \" > , " * 4000,
    "spaces": b"key:" + b" " * 40_000,
    "one letter": b"A" * 40_000,
    "zeros": b"\x00" * 40_000,
    "broken UTF-8": b"\xc3\x28\xff" * 10_000,
}


@pytest.fixture(scope="module", params=["compiled", "keyword"])
def detector(request) -> Detector:
    return Detector(RULES, open_engine(RULES, None) if request.param == "compiled" else keyword_engine(RULES))


@pytest.mark.parametrize("name", FLOODS)
@pytest.mark.parametrize("path", ["app.env", "app.py"])
def test_a_token_in_a_flood_is_found(detector, name, path):
    flood = FLOODS[name]
    found = detector.find(flood + HIDDEN + flood, path)
    assert HIDDEN.strip() in {secret.value for secret in found}


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.tail], ids=lambda rule: rule.name)
def test_no_tail_reads_a_byte_more_than_it_may(rule):
    for text in (b" + " * 5000, b"+" * 9000, b"\\n" * 5000, b"A" * 15_000, b'b"' * 7000, b"Version: " * 1500):
        found = compiled(rule.tail).match(text, 0, 8192)
        assert found is None or found.end() <= 8192
