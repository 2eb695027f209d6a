"""The policy of a target commit: every pack its configuration names."""

from collections.abc import Sequence
from dataclasses import dataclass

from assay.errors import PackError
from assay.model.decision import PolicyRef
from assay.model.rule import Rule
from assay.policy.engine import Engine
from assay.policy.pack import Pack, load_pack
from assay.policy.sources import BUILT_IN, FolderSource, PackSource, built_in_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All packs, and where they were read from."""

    ref: PolicyRef
    packs: tuple[Pack, ...]

    @property
    def rules(self) -> dict[str, Rule]:
        """What every rule says of itself, by id."""
        return {rule_id: rule.rule for pack in self.packs for rule_id, rule in pack.rules.items()}


def load_policy(
    names: Sequence[str], engine: Engine, *, source: PackSource | None, ref: str, commit: str | None
) -> Policy:
    """Load the packs that `[policy] packs` names: built-in ones by their id, others by their folder in `source`.

    `source` is the target commit, `ref` what it was found as; None where there is no target commit. Raises `PackError`
    for a pack that cannot be used and for packs that share an id or a rule, and `EngineError`.
    """
    packs: dict[str, Pack] = {}
    owners: dict[str, str] = {}
    for name in names:
        pack = _load(name, engine, source)
        if pack.id in packs:
            raise PackError(f"two packs have the id `{pack.id}`", hint="name each pack once under [policy] packs")
        packs[pack.id] = pack
        for rule in pack.rules:
            if (owner := owners.setdefault(rule, pack.id)) != pack.id:
                raise PackError(f"rule `{rule}` is in two packs, `{owner}` and `{pack.id}`")
    digests = {pack.id: pack.digest for pack in packs.values()}
    return Policy(ref=PolicyRef(ref=ref, commit=commit, digests=digests), packs=tuple(packs.values()))


def _load(name: str, engine: Engine, source: PackSource | None) -> Pack:
    if name in built_in_names():
        return load_pack(FolderSource(BUILT_IN), name, engine)
    if source is None:
        raise PackError(f"no pack `{name}` is built in", hint=f"built in: {', '.join(built_in_names())}")
    return load_pack(source, name, engine)
