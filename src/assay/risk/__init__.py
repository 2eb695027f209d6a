"""The risk of a change, as an input to policy: `score` is called by the gate, once a change.

A scorer turns features into a score and says what each feature added. `RuleOfThumb` needs no history and no training,
so it works on the first commit of a new repository; a model trained on history stands behind the same `Scorer`.
"""

from assay.risk._base import Features, Scorer
from assay.risk.criticality import criticality
from assay.risk.features import features_of
from assay.risk.rule_of_thumb import RuleOfThumb

__all__ = ["Features", "RuleOfThumb", "Scorer", "criticality", "features_of"]
