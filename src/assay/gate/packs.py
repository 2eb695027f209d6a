"""The packs that a target names, its own read from the target commit."""

from assay.gate.target import Target, read_at
from assay.policy import CommitSource, Engine, Policy, load_policy


def read_policy(target: Target, engine: Engine) -> Policy:
    """Load every pack under `[policy] packs`. Raises `PackError`, `EngineError`."""
    with read_at(target.ref), target.repository.objects() as objects:
        source = CommitSource(target.repository, objects, target.commit) if target.commit else None
        packs = target.config.policy.packs
        return load_policy(packs, engine, source=source, ref=target.ref, commit=target.commit)
