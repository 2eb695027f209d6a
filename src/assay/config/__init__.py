"""`assay.toml`: its text to a frozen `Config`, strictly. Who read the text, and from where, the caller knows."""

from assay.config.load import DEFAULT_CONFIG, parse_config, read_config
from assay.config.schema import Config

__all__ = ["DEFAULT_CONFIG", "Config", "parse_config", "read_config"]
