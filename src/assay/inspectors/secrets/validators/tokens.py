"""The inner structure of single providers' tokens."""

import base64
import binascii
import re

from assay.inspectors.secrets._base import Candidate, Verdict

# Forty bits of the first 48, by which AWS's `sts get-access-key-info` can answer without a look-up.
_ACCOUNT_IDS = 10**12
_ACCOUNT_MASK = 0x7FFFFFFFFF80
_BASE32 = re.compile(r"[A-Z2-7]+")

# The binary format of macaroons, version 2 (github.com/rescrv/libmacaroons/blob/master/doc/format.txt): a version, then
# fields of a type, a length and as many bytes. The index puts its own name into the location.
_MACAROON_VERSION = 2
_MACAROON_LOCATION = 1

# The first Discord id was made in 2015; ids are milliseconds since then, shifted left by 22 bits.
_SNOWFLAKE = re.compile(r"[0-9]{17,20}")

_SLACK_PARTS = {"xoxb": (3, 4), "xoxp": (4, 5), "xoxa": (3, 5), "xoxr": (3, 5), "xoxs": (4, 5), "xapp": (5, 5)}


def aws_account(candidate: Candidate) -> Verdict:
    """Check that the account number which AWS encodes behind the prefix has at most twelve digits.

    Keys from before that scheme have `I` or `J` there and say nothing; a key with characters outside base32 is altered.
    """
    body = candidate.value[4:]
    if not _BASE32.fullmatch(body):
        return Verdict.DOUBTFUL
    if body[0] in "IJ":
        return Verdict.HOLDS
    account = (int.from_bytes(base64.b32decode(body)[:6], "big") & _ACCOUNT_MASK) >> 7
    return Verdict.HOLDS if account < _ACCOUNT_IDS else Verdict.DOUBTFUL


def pypi_macaroon(candidate: Candidate) -> Verdict:
    """Check that behind the prefix it is a macaroon of version 2 whose first field is the index it is for."""
    packed = _base64_url(candidate.value.partition("-")[2])
    if packed is None or packed[:2] != bytes((_MACAROON_VERSION, _MACAROON_LOCATION)):
        return Verdict.REFUTED
    length = packed[2]
    location = packed[3 : 3 + length]
    return Verdict.HOLDS if location.endswith(b"pypi.org") else Verdict.REFUTED


def discord_snowflake(candidate: Candidate) -> Verdict:
    """Check that its first part is the bot's numeric id in base64."""
    decoded = _base64_url(candidate.value.partition(".")[0])
    return Verdict.HOLDS if decoded and _SNOWFLAKE.fullmatch(decoded.decode("latin-1")) else Verdict.REFUTED


def slack_parts(candidate: Candidate) -> Verdict:
    """Check that it has as many parts as tokens of its kind have."""
    parts = candidate.value.split("-")
    fewest, most = _SLACK_PARTS.get(parts[0], (2, 6))
    return Verdict.HOLDS if fewest <= len(parts) <= most and all(parts) else Verdict.DOUBTFUL


def _base64_url(text: str) -> bytes | None:
    """Decode base64url without padding; None where it is not that. A last character too many is left out."""
    whole = text[: len(text) - 1] if len(text) % 4 == 1 else text
    try:
        return base64.b64decode(whole + "=" * (-len(whole) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
