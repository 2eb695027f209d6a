"""What a value is assigned to, and whether what is assigned is a literal."""

import re

from assay.inspectors.secrets._base import CONFIGURATION, Candidate, Verdict
from assay.inspectors.secrets.validators.words import words

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# Names run together: `PGPASSWORD`, `authtoken`.
_ENDINGS = ("apikey", "passphrase", "passwd", "password", "secret", "token")
_OPTION = re.compile(r"--([\w\-]+)[ =][\"']?\Z")
_IN_A_LIST = re.compile(rb"[\"'][ \t]{0,4},")
_CONFIGURATION = re.compile(CONFIGURATION)
_TESTS = re.compile(
    r"(?i)(?:^|[/_.\-])(?:tests?|testing|testdata|specs?|fixtures?|examples?|samples?|docs?|mocks?|stubs?|demos?|e2e"
    r"|locales?|i18n|l10n|lang|languages?|translations?|messages|vendor|node_modules)(?:[/_.\-]|$)"
    r"|\.(?:md|mdx|rst|adoc|po|pot|strings|html?)$"
)
# A value that says where the credential is instead of being it.
_REFERENCE = re.compile(
    r"[$*&!#]\w|%\w+%|\w+://|arn:|\.{0,2}/|~/|[A-Za-z]:\\|\\|\[\w+\]|\w+[(\[]|@\w+/|\|$|>-?$"
    r"|(?:ENC\[|enc:|vault:|secret:|ssm:|op:|env[:.]|file:)"
    r"|(?:os|process|config|var|local|data|module|self|this|settings|params|args|options|request)\."
)


def credential_name(candidate: Candidate) -> Verdict:
    """Check that the name it is assigned to ends in a word for a credential, and no word of it says otherwise.

    `AWS::IAM::AccessKey` and its like are types. In a list, the name is a text of its own: `"token", "..."`.
    """
    parts = [word.lower() for word in _WORDS.findall(candidate.name)]
    while len(parts) > 1 and (parts[-1] in words("qualifiers") or parts[-1].isdigit() or len(parts[-1]) == 1):
        parts.pop()
    last = parts[-1] if parts else ""
    named = last in words("credentials") or last.endswith(_ENDINGS)
    harmless = words("harmless").intersection(parts) or "::" in candidate.name or _ends_a_sentence(candidate)
    return Verdict.HOLDS if named and not harmless else Verdict.REFUTED


def _ends_a_sentence(candidate: Candidate) -> bool:
    """Return whether the name only ends the text before the value in a list: `"the least of all tokens", "..."`."""
    if not _IN_A_LIST.search(candidate.data, candidate.head, candidate.start):
        return False
    begin = candidate.data.rfind(candidate.name.encode("latin-1"), 0, candidate.start)
    return candidate.data[begin - 1 : begin] == b" "


def option_name(candidate: Candidate) -> Verdict:
    """Check that no word of the option it is given to says that it is something else (`--next-token`)."""
    option = _OPTION.search(candidate.data[candidate.head : candidate.start].decode("latin-1"))
    parts = {word.lower() for word in _WORDS.findall(option.group(1))} if option else set()
    return Verdict.REFUTED if words("harmless").intersection(parts) else Verdict.HOLDS


def literal(candidate: Candidate) -> Verdict:
    """Check that it is quoted, or stands in a file of settings; without quotes a program's value is an expression."""
    stands = candidate.quoted or _CONFIGURATION.search(candidate.path)
    return Verdict.HOLDS if stands and not is_reference(candidate.value) else Verdict.REFUTED


def quoted(candidate: Candidate) -> Verdict:
    """Check that it stands in quotes."""
    return Verdict.HOLDS if candidate.quoted else Verdict.REFUTED


def not_in_tests(candidate: Candidate) -> Verdict:
    """Check that its file is no test, example, documentation or translation."""
    return Verdict.REFUTED if _TESTS.search(candidate.path) else Verdict.HOLDS


def is_reference(value: str) -> bool:
    """Return whether `value` names the place of a credential: a variable, a path, a vault's URL, a call."""
    return _REFERENCE.match(value) is not None
