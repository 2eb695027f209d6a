"""Rego packs, and the decisions made with them.

    with open_engine(config.policy.engine) as engine:
        policy = load_policy(config.policy.packs, engine, source=commit_source, ref=ref, commit=commit)
        decided = decide(engine, policy, evidence, at)

`explain` says why a decision came out as it did, `replay` makes it again from what was stored, and `run_policy_tests`
tests packs.
"""

from assay.policy.decide import Decided, decide
from assay.policy.engine import Engine
from assay.policy.engines import open_engine
from assay.policy.evidence import Document, Evidence
from assay.policy.input import decode_input
from assay.policy.policy import Policy, load_policy
from assay.policy.replay import Difference, replay, reread
from assay.policy.sources import CommitSource, FolderSource, built_in_names
from assay.policy.testing import run_policy_tests
from assay.policy.why import explain

__all__ = [
    "CommitSource",
    "Decided",
    "Difference",
    "Document",
    "Engine",
    "Evidence",
    "FolderSource",
    "Policy",
    "built_in_names",
    "decide",
    "decode_input",
    "explain",
    "load_policy",
    "open_engine",
    "replay",
    "reread",
    "run_policy_tests",
]
