"""Passwords that people make up: what tells one from a word, a type, a file and a version."""

import re

from assay.inspectors.secrets._base import Candidate, Verdict
from assay.inspectors.secrets.validators.names import is_reference
from assay.inspectors.secrets.validators.randomness import worded
from assay.inspectors.secrets.validators.words import words
from assay.inspectors.secrets.validators.wrapping import unwrapped

_DOTTED_NAME = re.compile(r"[A-Za-z_]\w*(?:(?:\.|->|::)[A-Za-z_]\w*)+")
_FILE_NAME = re.compile(r".*\.(?:pem|key|json|ya?ml|txt|crt|p12|pfx|jks|asc|gpg|enc|conf|cfg|html?|js|ts|py)")
_NUMBER_OR_VERSION = re.compile(r"[\^~<>=v]*[0-9]+(?:[.,][0-9]+)*")
_BARE_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Z]{4,}")
_NO_PASSWORD = (_DOTTED_NAME, _FILE_NAME, _NUMBER_OR_VERSION, _BARE_VARIABLE)
# Without quotes, what examples of code in a text assign: `password=None):`, `pass = models.CharField(max_length=9)`.
_EXPRESSION = re.compile(r"[A-Za-z_]\w*\)[)\]}:;,.]*|[A-Za-z_]\w*(?:\.\w+)+\(.*")
# What is followed by a colon is a key and no value; `pass :meth:` before a backtick is a role of reStructuredText.
_NAMES_WHAT_FOLLOWS = re.compile(rb'"[ \t]{0,4}:|(?<=:)\x60')

# The default of a variable, where the name that was matched is the variable's: `${DB_PASSWORD:-postgres}`.
_DEFAULT = re.compile(r"\A[\-=?+]?([^{}]*)\}+\Z")

# A byte of any other script than Latin counts as a letter.
_LETTERS_ONLY = re.compile(r"[a-zA-Z\x80-\xff_\-]+")
_NAME_OF_A_PASSWORD = re.compile(
    r"(?i)[a-z_\-]*(?:passw(?:or)?d|passwort|passphrase|pass|pwd|secret|token)(?P<digits>\d{0,5})"
)
_LANGUAGE_FILE = re.compile(r"(?i)(?:locales?|i18n|l10n|lang|languages?|translations?|messages|strings)(?:[/_.\-]|$)")
# A plain word is taken for a password only where something near says what it logs in to.
_LOGS_IN_TO = re.compile(r"(?i)\b\w*(?:host|hostname|server|port|jdbc|database|dbname|smtp|imap|ftp)\w*[\"']?\s*[=:,>]")
_NEAR = 400

_SHORTEST = 5
_STRONG_LENGTH = 8
_CLASSES = tuple(re.compile(pattern) for pattern in ("[a-z]", "[A-Z]", "[0-9]", "[!@#$%^&*?+=~]"))


def password(candidate: Candidate) -> Verdict:
    """Check that it is a password: no word that means none, no reference, and no plain word without a host near it."""
    value = unwrapped(_DEFAULT.sub(r"\1", candidate.value.rstrip(";,")))
    if len(value) < _SHORTEST or is_stock(value) or value.lower() in words("no_value") or is_reference(value):
        return Verdict.REFUTED
    if any(pattern.fullmatch(value) for pattern in _NO_PASSWORD) or _is_syntax(candidate, value):
        return Verdict.REFUTED
    if not value.isascii() and _LANGUAGE_FILE.search(candidate.path):
        return Verdict.REFUTED
    plain = _LETTERS_ONLY.fullmatch(value) or names_a_password(value, digits=1)
    return _plain_word(candidate, value) if plain else Verdict.HOLDS


def _is_syntax(candidate: Candidate, value: str) -> bool:
    expression = not candidate.quoted and _EXPRESSION.fullmatch(value)
    return bool(expression or _NAMES_WHAT_FOLLOWS.match(candidate.data, candidate.end))


def _plain_word(candidate: Candidate, value: str) -> Verdict:
    name = candidate.name.lower()
    echoes = value.lower() in name or (bool(name) and name in value.lower())
    if echoes or _LANGUAGE_FILE.search(candidate.path):
        return Verdict.REFUTED
    return Verdict.DOUBTFUL if _LOGS_IN_TO.search(candidate.around(_NEAR)) else Verdict.REFUTED


def not_stock(candidate: Candidate) -> Verdict:
    """Check that it is none of the words that documentation writes for a password."""
    return Verdict.REFUTED if is_stock(candidate.value) else Verdict.HOLDS


def strong(candidate: Candidate) -> Verdict:
    """Check that it has at least eight characters, of four classes, or of three and does not read like words."""
    value = candidate.value
    classes = sum(1 for kind in _CLASSES if kind.search(value))
    enough = classes == len(_CLASSES) or (classes == len(_CLASSES) - 1 and not worded(value))
    return Verdict.HOLDS if enough and len(value) >= _STRONG_LENGTH else Verdict.REFUTED


def is_stock(value: str) -> bool:
    """Return whether `value` is a word that stands for a password, or the name of a variable."""
    return value.lower().strip("<>[]{}$%") in words("stock") or _BARE_VARIABLE.fullmatch(value) is not None


def names_a_password(value: str, *, digits: int = 5) -> bool:
    """Return whether `value` is a word for a password with at most `digits` after it: `my_password2`, `testpass123`."""
    found = _NAME_OF_A_PASSWORD.fullmatch(value)
    return found is not None and len(found["digits"]) <= digits
