"""How much it would matter if this change were wrong: by rule from what is touched, never learned."""

import re
from collections.abc import Iterable

from assay.model.subject import ChangedFile

# Domains that a service may declare in assay.toml and that harm people or money when they fail.
HIGH_DOMAINS = frozenset({"phi", "money", "device", "identity"})

# Files that decide how software is built, deployed, migrated or let in.
_SENSITIVE = re.compile(
    r"""(?ix)
    ^\.github/(workflows|actions)/ | ^\.gitlab-ci\.ya?ml$ | (^|/)jenkinsfile$ | ^\.circleci/
    | (^|/)(dockerfile|containerfile)([.\-][^/]*)?$ | (^|/)(docker-)?compose[^/]*\.ya?ml$
    | \.(tf|tfvars|hcl)$ | (^|/)(k8s|kubernetes|helm|charts|kustomize|manifests)/
    | (^|/)migrations?/ | \.sql$
    | (^|/)(auth|authn|authz|security|crypto|permissions?)(/|\.[^/]+$)
    | ^assay\.(toml|yaml)$ | ^assay/ | (^|/)codeowners$
    """
)
_DOCUMENTATION = re.compile(r"(?i)\.(md|rst|adoc|txt)$|^docs/|(^|/)(licen[cs]e|changelog|authors|notice)[^/]*$")


def is_sensitive(path: str) -> bool:
    """Tell whether `path` decides how software is built, deployed, migrated or let in."""
    return _SENSITIVE.search(path) is not None


def criticality(files: Iterable[ChangedFile]) -> str:
    """Return `high`, `medium`, `low` or `none` (documentation only, or nothing) for the files of a change."""
    touched = list(files)
    if any(HIGH_DOMAINS.intersection(file.domains) for file in touched):
        return "high"
    if any(is_sensitive(path) for file in touched for path in (file.path, file.old_path)):
        return "medium"
    if any(not _DOCUMENTATION.search(file.path) for file in touched):
        return "low"
    return "none"
