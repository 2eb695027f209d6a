"""The family `secrets`: credentials in files and commit messages, found by format and confirmed by structure."""

from assay.inspectors.secrets.inspector import SecretsInspector

INSPECTOR = SecretsInspector()

__all__ = ["INSPECTOR", "SecretsInspector"]
