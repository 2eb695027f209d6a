"""The names of the checks an envelope and its statement must pass: the closed set behind `VerificationError.check`."""

from enum import StrEnum


class Check(StrEnum):
    """One check, in the order in which they are made."""

    ENVELOPE_SIZE = "envelope-size"
    ENVELOPE_JSON = "envelope-json"
    SIGNATURE_COUNT = "signature-count"
    """None at all, or more than one envelope may hold."""
    BASE64 = "base64"
    DUPLICATE_KEYID = "duplicate-keyid"
    EMPTY_PAYLOAD = "empty-payload"
    PAYLOAD_SIZE = "payload-size"
    UNKNOWN_KEY = "unknown-key"
    """Well formed, but by no key that is believed."""
    SIGNATURE_ENCODING = "signature-encoding"
    """By a believed key, but as raw r||s where DER is expected."""
    SIGNATURE = "signature"
    """The signature does not fit what it is said to sign."""
    QUORUM = "quorum"
    PAYLOAD_TYPE = "payload-type"
    STATEMENT_JSON = "statement-json"
    DUPLICATE_MEMBER = "duplicate-member"
    DEPTH = "depth"
    STATEMENT_TYPE = "statement-type"
    SUBJECT = "subject"
    PREDICATE_TYPE = "predicate-type"
    NUMBER = "number"
    """A float, or an integer beyond 2**53-1, where signed JSON holds none."""
    PREDICATE = "predicate"
    """The predicate does not match its JSON Schema."""
