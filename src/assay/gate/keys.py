"""Which key signs for this process: the one `[keys] signer` or an option names, else this clone's local key."""

import os
from pathlib import Path

from assay.attest import SoftwareKey
from assay.attest.keyref import load_signer
from assay.attest.keystore import local_key
from assay.config.schema import Config


def machine_key(config: Config, state: Path, named: str | None = None) -> SoftwareKey:
    """Return the key that signs what this process finds and decides. Raises `KeyFileError`."""
    reference = named or config.keys.signer
    return local_key(state / "keys") if reference is None else load_signer(reference, environ=os.environ)


def person_keys_folder() -> Path:
    """Return where personal keys lie: `$XDG_CONFIG_HOME/assay/keys`."""
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "assay" / "keys"
