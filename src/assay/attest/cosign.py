"""A person's key file: the encrypted format of cosign (go-securesystemslib, encrypted/encrypted.go).

PEM around base64 of JSON: scrypt makes a key of the passphrase, NaCl's secretbox seals the PKCS #8 key with it.

Trusted: the passphrase, which the caller got from its owner. Not trusted: the file; its parameters are compared with
the three that the format knows, or a planted file could ask for any amount of memory. If lost: file and passphrase
together sign as that person; the file alone costs one scrypt per guess. Passphrases come as bytes from the caller, are
never kept and never quoted; one in a `bytearray` can be wiped by its owner afterwards, what Python copied cannot.
"""

import binascii
import hashlib
import re
import secrets
import textwrap
from base64 import b64decode

import msgspec
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from assay.attest.keys import MAX_KEY_BYTES, SoftwareKey, parse_private_key, private_der
from assay.errors import KeyFileError
from assay.model.jcs import canonical
from assay.model.outcome import KeyClass

LABEL = "ENCRYPTED SIGSTORE PRIVATE KEY"
OLD_LABEL = "ENCRYPTED COSIGN PRIVATE KEY"

# What cosign writes: about 0.1 s and 64 MiB for each guess.
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**16, 8, 1
# What cosign reads: its legacy, standard and OWASP parameters. Others would let a file choose our memory and time.
READABLE_N = frozenset({2**15, 2**16, 2**17})
# scrypt takes 128 * N * r bytes (RFC 7914 section 2), 128 MiB at most here; OpenSSL wants some room beside it.
SCRYPT_MAX_MEMORY_BYTES = 160 * 1024 * 1024
SALT_BYTES = 32
# NIST SP 800-63B-4 section 3.1.1.2 asks for 8 characters where a second factor stands beside them: here, the file.
MIN_PASSPHRASE_BYTES = 8
# RFC 7468 section 2.
PEM_LINE_LETTERS = 64

_PEM = re.compile(
    rb"-----BEGIN (%b|%b)-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END \1-----" % (LABEL.encode(), OLD_LABEL.encode())
)


class _Params(msgspec.Struct):
    r: int
    p: int
    n: int = msgspec.field(name="N")


class _Kdf(msgspec.Struct):
    name: str
    params: _Params
    salt: bytes


class _Cipher(msgspec.Struct):
    name: str
    nonce: bytes


class _Sealed(msgspec.Struct):
    kdf: _Kdf
    cipher: _Cipher
    ciphertext: bytes


def encrypt_key(key: SoftwareKey, passphrase: bytes | bytearray) -> bytes:
    """Return the key file for `key`. Raises `KeyFileError` for a passphrase that is too short."""
    if len(passphrase) < MIN_PASSPHRASE_BYTES:
        raise KeyFileError(
            f"a passphrase must have at least {MIN_PASSPHRASE_BYTES} bytes, found {len(passphrase)}",
            hint="A few words that only you would put together are easy to keep and hard to guess.",
        )
    salt = secrets.token_bytes(SALT_BYTES)
    box = SecretBox(_derive(passphrase, salt, SCRYPT_N)).encrypt(private_der(key))
    sealed = {
        "kdf": {"name": "scrypt", "params": {"N": SCRYPT_N, "r": SCRYPT_R, "p": SCRYPT_P}, "salt": _text(salt)},
        "cipher": {"name": "nacl/secretbox", "nonce": _text(box.nonce)},
        "ciphertext": _text(box.ciphertext),
    }
    body = "\n".join(textwrap.wrap(_text(canonical(sealed)), PEM_LINE_LETTERS))
    return f"-----BEGIN {LABEL}-----\n{body}\n-----END {LABEL}-----\n".encode()


def decrypt_key(data: bytes, passphrase: bytes | bytearray, key_class: KeyClass) -> SoftwareKey:
    """Open a key file. Raises `KeyFileError`: not this format, parameters out of bounds, or a wrong passphrase."""
    sealed = _read(data)
    if sealed.kdf.name != "scrypt" or sealed.cipher.name != "nacl/secretbox":
        raise KeyFileError("expected a key file sealed with scrypt and nacl/secretbox, found other algorithms")
    params = sealed.kdf.params
    if params.n not in READABLE_N or (params.r, params.p) != (SCRYPT_R, SCRYPT_P):
        raise KeyFileError("the key file asks for scrypt parameters that cosign does not write; it is not opened")
    if len(sealed.cipher.nonce) != SecretBox.NONCE_SIZE:
        raise KeyFileError(f"expected a nonce of {SecretBox.NONCE_SIZE} bytes, found {len(sealed.cipher.nonce)}")
    try:
        der = SecretBox(_derive(passphrase, sealed.kdf.salt, params.n)).decrypt(sealed.ciphertext, sealed.cipher.nonce)
    except CryptoError:
        raise KeyFileError("the passphrase is wrong, or the key file was altered") from None
    return parse_private_key(der, key_class)


def _read(data: bytes) -> _Sealed:
    block = _PEM.fullmatch(data.strip()) if len(data) <= MAX_KEY_BYTES else None
    if block is None:
        raise KeyFileError(f"expected a key file that begins with `BEGIN {LABEL}`")
    try:
        return msgspec.json.decode(b64decode(block[2]), type=_Sealed)
    except (binascii.Error, msgspec.DecodeError):
        raise KeyFileError("the key file is damaged: its block is not the JSON that cosign writes") from None


def _derive(passphrase: bytes | bytearray, salt: bytes, n: int) -> bytes:
    return hashlib.scrypt(
        passphrase,
        salt=salt,
        n=n,
        r=SCRYPT_R,
        p=SCRYPT_P,
        maxmem=SCRYPT_MAX_MEMORY_BYTES,
        dklen=SecretBox.KEY_SIZE,
    )


def _text(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode()
