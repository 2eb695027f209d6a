from assay.attest.trust import FOREIGN_NAMES, OWN_NAMES
from assay.config._faults import PREDICATES


def test_the_names_under_trust_are_those_that_trust_knows():
    assert set(PREDICATES) == OWN_NAMES | set(FOREIGN_NAMES.values())
