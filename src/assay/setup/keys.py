"""Personal keys, and the list of what this machine can sign with."""

import re
from dataclasses import dataclass
from pathlib import Path

from assay.attest.keys import public_pem
from assay.attest.keystore import create_person_key, local_key
from assay.errors import KeyFileError, UsageError
from assay.gate.acts import person_key_path
from assay.gate.keys import person_keys_folder
from assay.gate.outgoing import write_whole
from assay.git import Repository
from assay.model.outcome import KeyClass

# An id under [people] is a TOML key and a file name.
_PERSON = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeKey:
    """A key that can sign here."""

    label: str
    """The person's id, or what the key is for."""
    key_class: KeyClass
    keyid: str
    """Empty for a personal key whose public half is not beside it."""
    public_path: Path


def make_person_key(repository: Repository, person: str, passphrase: bytes) -> MadeKey:
    """Make a key for `person`, encrypted with `passphrase`, and put its public half into the work tree.

    Raises `UsageError` for an id that cannot be one and `KeyFileError` where there is a key already.
    """
    if not _PERSON.fullmatch(person):
        raise UsageError(
            f"{person!r} cannot be the id of a person",
            hint="use lower-case letters, digits, `-` and `_`",
        )
    if repository.root is None:
        raise UsageError("a bare repository has no work tree to put the public key into")
    public_path = repository.root / "assay" / "keys" / f"{person}.pub"
    if public_path.parent.resolve() != public_path.parent:
        raise UsageError(
            f"{public_path.parent} leads elsewhere by a symbolic link, so no key is written there",
            hint="put a folder in its place",
        )
    key = create_person_key(person_key_path(person), passphrase)
    write_whole(public_path, public_pem(key.public_key), hint=f"the key was made: {person_key_path(person)}")
    return MadeKey(label=person, key_class=KeyClass.PERSON, keyid=key.keyid, public_path=public_path)


def present_keys(state: Path) -> list[MadeKey]:
    """Return this clone's local key, made if need be, and the personal keys on this machine."""
    local = local_key(state / "keys")
    own = MadeKey(
        label="this clone", key_class=KeyClass.LOCAL, keyid=local.keyid, public_path=state / "keys" / "local.pub"
    )
    return [own, *(_person_key(path) for path in sorted(person_keys_folder().glob("*.key")))]


def _person_key(path: Path) -> MadeKey:
    from assay.attest.keys import keyid_of, parse_public_pem

    public_path = path.with_suffix(".pub")
    try:
        keyid = keyid_of(parse_public_pem(public_path.read_bytes()))
    except (OSError, KeyFileError):
        keyid = ""
    return MadeKey(label=path.stem, key_class=KeyClass.PERSON, keyid=keyid, public_path=public_path)
