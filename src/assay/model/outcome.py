"""The closed sums: what a rule, a gate and a key can be."""

from enum import StrEnum


class Outcome(StrEnum):
    """What became of one rule on one subject. The last two never count as pass."""

    PASS = "pass"  # noqa: S105 - the outcome, not a password
    FAIL = "fail"
    WAIVED = "waived"
    NOT_EVALUATED = "not_evaluated"
    ERROR = "error"

    @property
    def evaluated(self) -> bool:
        """Whether the rule ran to its end."""
        return self not in {Outcome.NOT_EVALUATED, Outcome.ERROR}


class Severity(StrEnum):
    """How bad a finding is if it is true, lowest first."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for info to 4 for critical."""
        return list(Severity).index(self)


class Confidence(StrEnum):
    """How sure the inspector is that a finding is true, lowest first."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Verdict(StrEnum):
    """What a gate decides."""

    ALLOW = "allow"
    NEEDS_APPROVAL = "needs_approval"
    DENY = "deny"


class GateKind(StrEnum):
    """Where on its way a subject is judged."""

    COMMIT = "commit"
    MERGE = "merge"
    PUBLISH = "publish"
    DEPLOY = "deploy"
    DRIFT = "drift"


class KeyClass(StrEnum):
    """Who stands behind a key, and so what its signatures are believed for."""

    LOCAL = "local"
    PERSON = "person"
    CI = "ci"
    SERVER = "server"


class Meaning(StrEnum):
    """What a person says by signing (21 CFR 11.50(a)(3))."""

    AUTHORED = "authored"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    RESPONSIBLE = "responsible"
