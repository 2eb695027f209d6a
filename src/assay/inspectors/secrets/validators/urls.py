"""Credentials inside URLs, and in headers and files that carry them in base64."""

import base64
import binascii
import re

from assay.inspectors.secrets._base import Candidate, Verdict
from assay.inspectors.secrets.validators.passwords import is_stock, names_a_password

_RESERVED_HOST = re.compile(
    r"(?:^|\.)(?:example|test|invalid)(?:\.(?:com|org|net|edu))?$|^(?:your|my)?-?host(?:name)?$|^\[(?![0-9a-f:.]+\]$)"
)
_HOST = re.compile(r"@(\[[^\]\s]*\]|[\w.\-]+)")
# RFC 1035 section 2.3.4, and the @ before it.
_HOST_REACH = 256
_USER = re.compile(r"://([^:/@\s]*):\Z")
_LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]", "0.0.0.0", "db", "database", "host"})  # noqa: S104 - a name


def url_password(candidate: Candidate) -> Verdict:
    """Check that it is no variable, no stock word, not the user's own name, and not for a reserved host.

    A password for this machine only is doubtful, and so is a word for a password.
    """
    value, data = candidate.value, candidate.data
    user = _USER.search(data[candidate.head : candidate.start].decode("latin-1"))
    host = _HOST.match(data[candidate.end : candidate.end + _HOST_REACH].decode("latin-1"))
    name = host.group(1).lower() if host else ""
    if is_stock(value) or (user and user.group(1) == value) or _RESERVED_HOST.search(name):
        return Verdict.REFUTED
    return Verdict.DOUBTFUL if name in _LOCAL or names_a_password(value) else Verdict.HOLDS


def user_and_password(candidate: Candidate) -> Verdict:
    """Check that it decodes from base64 to `user:password`, printable, and that the password is no stock word.

    A word for a password is doubtful.
    """
    try:
        decoded = base64.b64decode(candidate.value + "=" * (-len(candidate.value) % 4)).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return Verdict.REFUTED
    user, colon, password = decoded.partition(":")
    if not colon or not password or not decoded.isprintable() or password == user:
        return Verdict.REFUTED
    if is_stock(password):
        return Verdict.REFUTED
    return Verdict.DOUBTFUL if names_a_password(password) else Verdict.HOLDS
