"""References to signing keys, as `[keys] signer` and options give them: `env:NAME`, `file:PATH`, `fd:N`.

Trusted: whoever set the environment, the file or the descriptor: a CI system or a secret provider. Not trusted: the
reference's text, which comes from a file or a command line. Someone may have pasted a key there, so it is not quoted
before it is known to be a reference; and a path must be absolute, so that no repository can bring the key it names.
If lost: see `assay.attest.keys`.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from assay.attest.keyfile import read_private
from assay.attest.keys import MAX_KEY_BYTES, SoftwareKey, parse_private_key
from assay.errors import KeyFileError
from assay.model.outcome import KeyClass

_REFERENCE = re.compile(r"env:(?P<env>[A-Za-z_][A-Za-z0-9_]*)|file:(?P<file>[^\n\0]+)|fd:(?P<fd>[0-9]{1,4})")


def load_signer(
    reference: str,
    *,
    environ: Mapping[str, str],
    passphrase: bytes | bytearray | None = None,
    key_class: KeyClass = KeyClass.CI,
) -> SoftwareKey:
    """Return the key that `reference` names; `passphrase` opens one in cosign's encrypted format.

    A descriptor is read to its end and closed, so it serves once. Raises `KeyFileError`.
    """
    data = _read(reference, environ)
    if b"BEGIN ENCRYPTED" not in data:
        return parse_private_key(data, key_class)
    if passphrase is None:
        raise KeyFileError(f"the key at {reference} is encrypted and no passphrase was given")
    from assay.attest.cosign import decrypt_key

    return decrypt_key(data, passphrase, key_class)


def _read(reference: str, environ: Mapping[str, str]) -> bytes:
    parts = _REFERENCE.fullmatch(reference)
    if parts is None:
        raise KeyFileError(
            "a signing key is named as `env:NAME`, `file:PATH` or `fd:N`; found something else",
            hint="If a key itself stands there, it is no longer secret: replace it.",
        )
    if parts["env"] is not None:
        return _read_environment(parts["env"], environ)
    if parts["file"] is not None:
        return _read_file(parts["file"], environ)
    return _read_descriptor(int(parts["fd"]))


def _read_environment(name: str, environ: Mapping[str, str]) -> bytes:
    if not environ.get(name):
        raise KeyFileError(
            f"the environment variable {name} holds no key: it is unset or empty",
            hint="Set it, or name another key: [keys] signer.",
        )
    return environ[name].encode(errors="surrogateescape")


def _read_file(text: str, environ: Mapping[str, str]) -> bytes:
    path = Path(environ.get("HOME", "~"), text[2:]) if text.startswith("~/") else Path(text)
    if not path.is_absolute():
        raise KeyFileError(
            "expected an absolute path after `file:`, or one that begins with `~/`",
            hint="Keep the key outside the repository: whoever clones it would bring the key along.",
        )
    return read_private(path)


def _read_descriptor(number: int) -> bytes:
    try:
        with os.fdopen(number, "rb") as file:
            data = file.read(MAX_KEY_BYTES + 1)
    except OSError as error:
        raise KeyFileError(f"no key can be read from file descriptor {number}: {error.strerror}") from None
    if len(data) > MAX_KEY_BYTES:
        raise KeyFileError(f"a key holds at most {MAX_KEY_BYTES} bytes; file descriptor {number} gave more")
    return data
