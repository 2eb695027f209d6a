"""What every statement of this program says of its making."""

from assay._version import __version__
from assay.config.schema import Config
from assay.model.approval import Producer


def producer(config: Config) -> Producer:
    """Return this program, with the digest of the configuration it ran under."""
    return Producer(name="assay", version=__version__, config_digest=config.digest)
