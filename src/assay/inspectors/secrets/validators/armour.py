"""Private keys in armour: PEM (RFC 7468), OpenSSH, OpenPGP (RFC 9580), PuTTY, and PEM inside base64."""

import base64
import binascii
import re

from assay.inspectors.secrets._base import Candidate, Verdict
from assay.inspectors.secrets.validators.randomness import bits_per_character

# The shortest private key people store is Ed25519 in PKCS #8: 48 bytes.
_KEY_BYTES = 45
# A key is noise: even 48 bytes of it have 5 bits per byte, "TEST TEST" has 2.
_KEY_BITS = 4.0

_MARKER = re.compile(r"-----(?:BEGIN|END)[A-Z0-9 ]*-----?")
_HEADER = re.compile(r"(?:Proc-Type|DEK-Info|Version|Comment|Charset|Hash|MessageID)\s?:[^\n\\]*")
_ESCAPED_LINE_END = re.compile(r"\\+[rnt]")
_CHECKSUM = re.compile(r"=[A-Za-z0-9+/]{4}\Z")
_CONCATENATION = re.compile(r"(?<![A-Za-z0-9+/=])\+(?![A-Za-z0-9+/=])")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/=]")

# The public half of an RSA key of 8,192 bits, which stands between the header and the private lines, takes 1.4 KB.
_PUTTY_REACH = 4096

_DER_SEQUENCE = 0x30
_OPENSSH = b"openssh-key-v1\0"


def armoured_key(candidate: Candidate) -> Verdict:
    """Check that base64 of at least 45 bytes stands between its markers, and begins as a key does or is encrypted."""
    text = candidate.value
    body = armoured_body(text)
    if len(body) < _KEY_BYTES or bits_per_character(body.decode("latin-1")) < _KEY_BITS:
        return Verdict.REFUTED
    opaque = "ENCRYPTED" in text or "PGP" in text or "DEK-Info" in text
    return Verdict.HOLDS if opaque or _begins_as_key(body) else Verdict.DOUBTFUL


def encoded_key(candidate: Candidate) -> Verdict:
    """Check that its base64 decodes to a key in armour."""
    try:
        text = base64.b64decode(candidate.value[: len(candidate.value) // 4 * 4]).decode("latin-1")
    except binascii.Error:
        return Verdict.REFUTED
    return Verdict.HOLDS if "PRIVATE KEY-----" in text and armoured_body(text) else Verdict.REFUTED


def armoured_body(text: str) -> bytes:
    """Return what the base64 in `text` decodes to: without markers, headers, line ends, quotes and PGP's checksum."""
    bare = _ESCAPED_LINE_END.sub("", _HEADER.sub("", _MARKER.sub("", text)))
    bare = _NOT_BASE64.sub("", _CONCATENATION.sub("", bare))
    bare = _CHECKSUM.sub("", bare).replace("=", "")
    # Cut off anywhere, as a key longer than any window is, it may end in a character too many.
    whole = bare[:-1] if len(bare) % 4 == 1 else bare
    return base64.b64decode(whole + "=" * (-len(whole) % 4))


def _begins_as_key(body: bytes) -> bool:
    return body[0] == _DER_SEQUENCE or body.startswith(_OPENSSH)


def putty_key(candidate: Candidate) -> Verdict:
    """Check that a PuTTY header stands before it, and that it is base64 of at least 45 bytes."""
    header = candidate.data[max(0, candidate.head - _PUTTY_REACH) : candidate.head]
    body = armoured_body(candidate.value.partition("\n")[2])
    holds = b"PuTTY-User-Key-File-" in header and len(body) >= _KEY_BYTES
    return Verdict.HOLDS if holds else Verdict.REFUTED
