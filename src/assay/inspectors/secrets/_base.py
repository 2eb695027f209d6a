"""What a secret rule is, what its validators are given, and what they conclude."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from assay.model.outcome import Confidence
from assay.model.rule import Rule

# A secret is on one line, and no provider issues a token that with its name and quotes is longer than this.
LINE_REACH = 2 * 1024
# Nine in ten are within this.
NEAR_REACH = 192
# An armoured RSA key of 8,192 bits takes 6.4 KB; with line ends escaped for JSON it still fits.
TAIL_REACH = 8 * 1024

# Files that hold settings rather than a program: there, a value needs no quotes.
CONFIGURATION = (
    r"(?i)\.(?:env|envrc|ini|cfg|conf|config|cnf|properties|props|ya?ml|jsonc?|json5|toml|tfvars|tf|xml|plist|sh|bash|zsh"
    r"|fish|profile|ps1|bat|cmd|service|reg|rdp|ovpn|inc|credentials|creds|gradle|sln|dsn|udl|kubeconfig|txt)$"
    r"|(?:^|/)(?:dockerfile[\w.\-]*|jenkinsfile|vagrantfile|procfile|credentials|config|config\.php|wp-config\.php"
    r"|hub|\.env[\w.\-]*|[\w.\-]+\.env\.[\w.\-]+|\.?\w+rc|\.\w*config|\.\w*profile|\.s3cfg|\.tugboat|\.credentials"
    r"|\.git-credentials)$"
)

_IDENTIFIER_BEFORE = re.compile(rb"(?:[\w.\-]|::){0,64}\Z")
_IDENTIFIER = re.compile(rb"(?:[\w.\-]|::){1,128}")


class Kind(StrEnum):
    """How a rule knows its secret, the most specific first: where rules overlap, the first kind wins."""

    TOKEN = "token"  # noqa: S105 - a kind of rule, no token
    """The value's own format, which only its provider issues."""
    BLOCK = "block"
    """A structure that carries a secret: an armoured key, a JWT, a URL with a password."""
    NAMED = "named"
    """The provider is named beside a value whose length and alphabet fit."""
    GENERIC = "generic"
    """Something beside the value calls it a secret."""

    @property
    def rank(self) -> int:
        """0 for the most specific."""
        return list(Kind).index(self)


class Verdict(StrEnum):
    """What one validator makes of a candidate."""

    HOLDS = "holds"
    DOUBTFUL = "doubtful"
    """Reported with low confidence: it looks altered or invented, and may still be real."""
    REFUTED = "refuted"
    """Not reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRule:
    """One table of `rules/*.toml`."""

    about: Rule
    confidence: Confidence
    kind: Kind
    shape: str
    """The format in words, for its page."""
    pattern: str
    """Bounded, in the syntax that Hyperscan and `re` share. The group `secret` is the value, else the whole match."""
    tail: str | None = None
    """For `re` alone: what must follow the pattern and still belongs to the value."""
    keywords: tuple[str, ...]
    """Lower case; at least one stands in every match."""
    validate: tuple[str, ...] = ()
    paths: str | None = None
    """A regex; the rule looks only at files whose path it is found in."""
    source: str
    """Where the format is documented."""

    @property
    def id(self) -> str:
        """`secrets/name`."""
        return self.about.id

    @property
    def name(self) -> str:
        """The id without its family."""
        return self.about.id.partition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A match of a rule's pattern, before its validators have spoken. It holds what may be a secret."""

    path: str
    data: bytes = field(repr=False)
    head: int
    """Offset of the first byte of the pattern's match."""
    start: int
    """Offset of the first byte of the value."""
    end: int
    value: str = field(repr=False)
    """The bytes from `start` to `end` in Latin-1, so that one character is one byte."""

    @property
    def name(self) -> str:
        """The whole identifier that the match begins in: what the value is assigned to."""
        before = _IDENTIFIER_BEFORE.search(self.data, max(0, self.head - 64), self.head)
        first = before.start() if before else self.head
        found = _IDENTIFIER.match(self.data, first, self.start)
        return found.group().decode("latin-1") if found else ""

    @property
    def quoted(self) -> bool:
        """Whether the value stands between two equal quotes."""
        before, after = self.data[self.start - 1 : self.start], self.data[self.end : self.end + 1]
        return before == after and before in {b'"', b"'", b"`"}

    def around(self, reach: int) -> str:
        """Return the text from `reach` bytes before the value to `reach` bytes after it."""
        return self.data[max(0, self.start - reach) : self.end + reach].decode("latin-1")


Validator = Callable[[Candidate], Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A confirmed secret. It stays in the process that found it."""

    rule: SecretRule
    start: int
    end: int
    doubtful: bool
    """A validator found it altered or invented."""
    value: bytes = field(repr=False)

    @property
    def confidence(self) -> Confidence:
        """The rule's own, or low where a validator doubts."""
        return Confidence.LOW if self.doubtful else self.rule.confidence
