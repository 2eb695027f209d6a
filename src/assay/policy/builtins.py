"""Builtins of Rego that regorus lacks, where they are cheap and pure (OPA's policy reference, "Cryptography", "Net").

Each raises `ValueError` or `TypeError` for arguments it cannot take, which is an error of the rule.
"""

import hashlib
import hmac
import ipaddress
from collections.abc import Callable
from typing import Any


def _hash(name: str) -> Callable[[str], str]:
    return lambda text: hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()


def _hmac(name: str) -> Callable[[str, str], str]:
    return lambda text, key: hmac.new(key.encode(), text.encode(), name).hexdigest()


def _hmac_equal(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())


def _cidr_intersects(left: str, right: str) -> bool:
    first, second = ipaddress.ip_network(left, strict=False), ipaddress.ip_network(right, strict=False)
    return first.version == second.version and first.overlaps(second)


# Name in Rego to number of arguments and function.
PURE: dict[str, tuple[int, Callable[..., Any]]] = {
    "crypto.hmac.equal": (2, _hmac_equal),
    "crypto.hmac.md5": (2, _hmac("md5")),
    "crypto.hmac.sha1": (2, _hmac("sha1")),
    "crypto.hmac.sha256": (2, _hmac("sha256")),
    "crypto.hmac.sha512": (2, _hmac("sha512")),
    "crypto.md5": (1, _hash("md5")),
    "crypto.sha1": (1, _hash("sha1")),
    "crypto.sha256": (1, _hash("sha256")),
    "net.cidr_intersects": (2, _cidr_intersects),
}
