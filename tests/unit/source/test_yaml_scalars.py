import math

import pytest

from assay.source.yaml import Scalar, compose


def value_of(text: str) -> object:
    node = compose(text.encode())
    assert isinstance(node, Scalar)
    return node.value


# YAML 1.2.2, section 10.3.2, table 10.3 and the examples of section 10.3.
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null", None),
        ("Null", None),
        ("NULL", None),
        ("~", None),
        ("nUll", "nUll"),
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("tRue", "tRue"),
        ("on", "on"),
        ("off", "off"),
        ("yes", "yes"),
        ("no", "no"),
        ("y", "y"),
        ("0", 0),
        ("-19", -19),
        ("+12", 12),
        ("0o7", 7),
        ("0o8", "0o8"),
        ("0x3A", 58),
        ("-0x3A", "-0x3A"),
        ("0b1", "0b1"),
        ("012", 12),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("2024-01-01", "2024-01-01"),
        ("0.", 0.0),
        ("-0.0", 0.0),
        (".5", 0.5),
        ("+12e03", 12000.0),
        ("-2E+05", -200000.0),
        ("1e", "1e"),
        (".", "."),
        (".inf", math.inf),
        ("-.Inf", -math.inf),
        ("+.INF", math.inf),
        (".iNF", ".iNF"),
        ("1.2.3", "1.2.3"),
        ("-", None),
        ("'12'", "12"),
        ('"true"', "true"),
        ("|\n  12", "12"),
        (">-\n  12", "12"),
        ("!!str 12", "12"),
        ("!!int '12'", 12),
        ("!!null ''", None),
        ("!!bool 'true'", True),
        ("!!float '1'", 1),
        ("! 12", "12"),
        ("!Ref 12", "12"),
        ("!!binary aGk=", "aGk="),
        ("!!str", ""),
        ("é", "é"),
    ],
)
def test_a_scalar_is_what_yaml_1_2_says(text, value):
    if text == "-":
        # One dash is a list with one item that is not written.
        node = compose(b"-")
        assert [item.value for item in node.items] == [None]
        return
    found = value_of(text)
    assert found == value
    assert type(found) is type(value)


def test_not_a_number_is_read():
    assert math.isnan(value_of(".nan"))


@pytest.mark.parametrize("digits", ["9" * 101, "-" + "9" * 5000, "0x" + "f" * 5000, "1." + "0" * 5000])
def test_digits_without_end_are_a_string(digits):
    assert value_of(digits) == digits


def test_the_largest_number_is_a_number():
    assert value_of("9" * 100) == int("9" * 100)
