"""The one killable process pool."""

from assay.workers.pool import Done, Failed, Pool

__all__ = ["Done", "Failed", "Pool"]
