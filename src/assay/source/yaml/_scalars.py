"""What a scalar stands for: the core schema of YAML 1.2.2, section 10.3.2."""

import re
from typing import TypeAlias

Plain: TypeAlias = bool | int | float | str | None

# A double has 17 digits and no configuration has integers beyond 256 bits (78 digits); longer digits are an
# identifier, and Python refuses to read more than 4,300 of them.
MAX_NUMBER_LENGTH = 100

_PREFIX = "tag:yaml.org,2002:"
_KEYWORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


def resolve(text: str, *, style: str, tag: str | None) -> Plain:
    """Return the value of a scalar.

    A quoted or block scalar is a string, as is one with a tag that YAML does not define (`!Ref`, `!reference`). One
    whose tag asks for a number, boolean or null is read as if it were plain.
    """
    if tag is None or tag == "!":
        return text if style or tag else _plain(text)
    return _plain(text) if tag.removeprefix(_PREFIX) in {"null", "bool", "int", "float"} else text


def _plain(text: str) -> Plain:
    if text in _KEYWORDS:
        return _KEYWORDS[text]
    return _number(text) if text[0] in "-+.0123456789" and len(text) <= MAX_NUMBER_LENGTH else text


def _number(text: str) -> int | float | str:
    if _INTEGER.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    return float(text.replace(".", "").lower()) if _NOT_FINITE.fullmatch(text) else text
