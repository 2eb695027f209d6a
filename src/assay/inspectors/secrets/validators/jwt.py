"""JSON Web Tokens (RFC 7519): three parts in base64url, of which two are JSON."""

import base64
import binascii
import json
from typing import Any

from assay.inspectors.secrets._base import Candidate, Verdict

# The largest member of an RSA key of 8,192 bits, `n`, takes 1.4 KB.
_JWK_REACH = 2048

# Roles that their issuers hand out for use in browsers: whoever loads the page has the token.
_PUBLIC_ROLES = frozenset({"anon", "public"})


def json_web_token(candidate: Candidate) -> Verdict:
    """Check that its header is JSON and names an algorithm, and that its payload is JSON and has no public role."""
    header, payload, *_ = (_json(part) for part in candidate.value.split(".")[:2])
    if not isinstance(header, dict) or not isinstance(header.get("alg"), str):
        return Verdict.REFUTED
    if "enc" in header:  # RFC 7516: an encrypted token's second part is a key, no JSON.
        return Verdict.HOLDS
    if not isinstance(payload, dict) or payload.get("role") in _PUBLIC_ROLES:
        return Verdict.REFUTED
    return Verdict.DOUBTFUL if header["alg"].lower() == "none" else Verdict.HOLDS


def _json(part: str) -> Any:
    try:
        return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None


def private_jwk(candidate: Candidate) -> Verdict:
    """Check that the object around it names a key type (RFC 7517 section 4.1)."""
    return Verdict.HOLDS if '"kty"' in candidate.around(_JWK_REACH) else Verdict.REFUTED
