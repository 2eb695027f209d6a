"""The keys that Assay makes for itself and for people, and where they lie.

Trusted, not trusted, if lost: as `assay.attest.keyfile` says. The folders are the caller's: `<state>/keys` for the
local and the checkpoint key, `$XDG_CONFIG_HOME/assay/keys` for a person's. Neither is ever a tracked path.
"""

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from assay.attest.keyfile import create_private, create_public, read_or_create_private, read_private
from assay.attest.keys import SoftwareKey, generate_key, parse_private_key, private_pem, public_pem
from assay.errors import KeyFileError
from assay.model.outcome import KeyClass

LOCAL_KEY = "local.key"
CHECKPOINT_KEY = "checkpoint.key"


def local_key(folder: Path) -> SoftwareKey:
    """Return the key of this clone, made on first use: it proves integrity on this machine and nothing else."""
    path = folder / LOCAL_KEY
    data = read_or_create_private(path, lambda: private_pem(generate_key(KeyClass.LOCAL)))
    try:
        key = parse_private_key(data, KeyClass.LOCAL)
    except KeyFileError as error:
        raise KeyFileError(f"{path}: {error.message}", hint="Move it away: the next run makes another.") from None
    create_public(_public_path(path), public_pem(key.public_key))
    return key


def checkpoint_key(folder: Path) -> Ed25519PrivateKey:
    """Return the Ed25519 key that signs the checkpoints of the log in this state folder, made on first use."""
    data = read_or_create_private(folder / CHECKPOINT_KEY, lambda: _ed25519_pem(Ed25519PrivateKey.generate()))
    try:
        key = load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"expected an Ed25519 private key in {folder / CHECKPOINT_KEY}")
    return key


def create_person_key(path: Path, passphrase: bytes | bytearray) -> SoftwareKey:
    """Make a person's key, encrypted as cosign does, with its `.pub` beside it; an existing key is never replaced."""
    from assay.attest.cosign import encrypt_key

    key = generate_key(KeyClass.PERSON)
    if not create_private(path, encrypt_key(key, passphrase)):
        raise KeyFileError(f"there is a key at {path} already", hint="Keep it, or move it away first.")
    create_public(_public_path(path), public_pem(key.public_key))
    return key


def load_person_key(path: Path, passphrase: bytes | bytearray) -> SoftwareKey:
    """Open a person's key. Raises `KeyFileError`: no such key, not ours alone, or a wrong passphrase."""
    from assay.attest.cosign import decrypt_key

    return decrypt_key(read_private(path), passphrase, KeyClass.PERSON)


def _public_path(path: Path) -> Path:
    return path.with_suffix(".pub")


def _ed25519_pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
