"""The team's key for the tags of secrets and PHI (`[keys] tag`)."""

import os

from assay.config.schema import Config


def tag_key(config: Config) -> bytes | None:
    """Return the team's key for tags of secrets and PHI, or None where none is configured or it is not set here."""
    if config.keys.tag is None:
        return None
    return os.environb.get(config.keys.tag.removeprefix("env:").encode()) or None
