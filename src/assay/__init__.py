"""Assay: a change-control gate for Git. The typed API is `assay.api`; the command line is `assay.cli`."""

from assay._version import __version__

__all__ = ["__version__"]
