"""Removing secrets from free text before it is signed: a waiver's reason, an approval's comment."""

from functools import cache

from assay.inspectors.secrets import INSPECTOR
from assay.inspectors.secrets._compiled import keyword_engine
from assay.inspectors.secrets._detector import Detector

REMOVED = "[secret removed]"

# Free text is read as a file of settings is, so that `password: ...` goes as well: what is signed stays for ever.
_PATH = "free-text.conf"


def redact(text: str) -> str:
    """Return `text` with every secret replaced by `[secret removed]`; text without one comes back unchanged."""
    data = text.encode("utf-8", "surrogatepass")
    kept, end = [], 0
    for secret in _detector().find(data, _PATH):
        kept += [data[end : secret.start], REMOVED.encode()]
        end = secret.end
    return b"".join([*kept, data[end:]]).decode("utf-8", "surrogatepass")


@cache
def _detector() -> Detector:
    # The engine that starts at once: opening the compiled patterns takes longer than a reason takes to read.
    rules = INSPECTOR.catalogue
    return Detector(rules, keyword_engine(rules))
