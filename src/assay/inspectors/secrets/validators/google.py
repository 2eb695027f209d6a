"""Google Cloud's service account key files."""

from assay.inspectors.secrets._base import Candidate, Verdict
from assay.inspectors.secrets.validators.armour import armoured_key

# A key file is one small object: its other members are this near to the key.
_REACH = 1024


def service_account(candidate: Candidate) -> Verdict:
    """Check that the object around it says it is a service account's, and that it holds a key."""
    around = candidate.around(_REACH)
    if "service_account" not in around and ".gserviceaccount.com" not in around:
        return Verdict.REFUTED
    return armoured_key(candidate)
