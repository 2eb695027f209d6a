"""Every rule there is: of inspectors, of the built-in packs, and of the packs that a repository's target names."""

from collections.abc import Mapping
from difflib import get_close_matches

from assay.errors import UnbornBranchError, UsageError
from assay.gate.packs import read_policy
from assay.gate.target import Target, find_target
from assay.git import Repository
from assay.inspectors.registry import all_rules
from assay.model.rule import Rule
from assay.policy import built_in_names, load_policy, open_engine


def catalogue(repository: Repository | None) -> Mapping[str, Rule]:
    """Return every rule by id; without a repository, those that come with Assay."""
    target = _target(repository)
    with open_engine("regorus") as engine:
        built_in = load_policy(built_in_names(), engine, source=None, ref="built-in", commit=None)
        own = read_policy(target, engine).rules if target is not None else {}
    return {**all_rules(), **built_in.rules, **own}


def find_rule(name: str, repository: Repository | None) -> Rule:
    """Return the rule with the id `name`. Raises `UsageError` with ids that are close."""
    if (rule := all_rules().get(name)) is not None:
        return rule
    rules = catalogue(repository)
    if name not in rules:
        close = get_close_matches(name, rules, n=3)
        hint = f"did you mean {' or '.join(close)}?" if close else "`assay explain` lists them all"
        raise UsageError(f"there is no rule {name!r}", hint=hint)
    return rules[name]


def _target(repository: Repository | None) -> Target | None:
    if repository is None:
        return None
    try:
        base = repository.head()
    except UnbornBranchError:
        base = None
    return find_target(repository, base=base, head=None)
