"""The public keys of a target commit, and who stands behind each.

A key's class comes from `[people]` (`person`) or from its file's name (`build.ci.pub`, `main.server.pub`). A key
without a class is believed for nothing; a key with two is an error. What a signer says of its own class is never asked.

Trusted: the target commit; nothing else comes in here. If lost: as `assay.attest.trust` says.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from assay.attest.keys import keyid_of, parse_public_pem
from assay.config.schema import Config
from assay.errors import ConfigError, KeyFileError
from assay.model.outcome import KeyClass

_KEY_FILE = re.compile(r"(?:.*/)?[^/]+\.(?P<key_class>ci|server)\.pub")
_KEYID = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedKey:
    """A key and who stands behind it."""

    public_key: EllipticCurvePublicKey
    key_class: KeyClass
    person: str | None = None
    """The id under `[people]`, for a `person` key."""


def read_keys(config: Config, key_files: Mapping[str, bytes]) -> tuple[dict[str, TrustedKey], tuple[str, ...]]:
    """Return the believed keys by key id, and the paths of key files that have no class.

    Raises `ConfigError` for a file that is no P-256 public key, and for a key with two owners or two classes.
    """
    people = _people_by_key(config)
    keys: dict[str, TrustedKey] = {}
    ignored = []
    for path, data in sorted(key_files.items()):
        keyid, public_key = _public_key(path, data)
        key = _trusted_key(path, public_key, people.get(keyid))
        if key is None:
            ignored.append(path)
        elif keyid in keys and keys[keyid].key_class is not key.key_class:
            raise ConfigError("this key stands in another file with another class", path=path)
        else:
            keys[keyid] = key
    return keys, tuple(ignored)


def _public_key(path: str, data: bytes) -> tuple[str, EllipticCurvePublicKey]:
    try:
        public_key = parse_public_pem(data)
    except KeyFileError as error:
        raise ConfigError(error.message, path=path, hint=error.hint) from None
    return keyid_of(public_key), public_key


def _trusted_key(path: str, public_key: EllipticCurvePublicKey, person: str | None) -> TrustedKey | None:
    parts = _KEY_FILE.fullmatch(path)
    if person is not None and parts is not None:
        raise ConfigError(f"a key of [people.{person}] cannot be a {parts['key_class']} key too", path=path)
    if person is not None:
        return TrustedKey(public_key=public_key, key_class=KeyClass.PERSON, person=person)
    return None if parts is None else TrustedKey(public_key=public_key, key_class=KeyClass(parts["key_class"]))


def _people_by_key(config: Config) -> dict[str, str]:
    """Return key id to person; a key is one person's."""
    owners: dict[str, str] = {}
    for person, entry in config.people.items():
        for keyid in entry.keys:
            if not _KEYID.fullmatch(keyid):
                raise ConfigError(f"a key of [people.{person}] is not an id of 64 lower-case hex digits")
            if owners.setdefault(keyid, person) != person:
                raise ConfigError(f"[people.{person}] and [people.{owners[keyid]}] have the same key")
    return owners
