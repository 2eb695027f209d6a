"""Which key signs for this process: the one `[keys] signer` or an option names, else this clone's local key."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from assay.attest import SoftwareKey
from assay.attest.keyref import load_signer
from assay.attest.keystore import local_key
from assay.config.schema import Config
from assay.errors import KeyFileError


def machine_key(config: Config, state: Path, named: str | None = None) -> SoftwareKey:
    """Return the key that signs what this process finds and decides. Raises `KeyFileError`."""
    reference = named or config.keys.signer
    return local_key(state / "keys") if reference is None else load_signer(reference, environ=os.environ)


def known_key(config: Config, state: Path) -> EllipticCurvePublicKey:
    """Return the public half of the key that signs here; of the local key where the one configured is not at hand."""
    try:
        return machine_key(config, state).public_key
    except KeyFileError:
        return local_key(state / "keys").public_key


def person_keys_folder() -> Path:
    """Return where personal keys lie: `$XDG_CONFIG_HOME/assay/keys`."""
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "assay" / "keys"
