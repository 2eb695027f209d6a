"""The commented `assay.toml` that `assay init` writes: every key, with its default."""

import json
from collections.abc import Mapping

from assay.config.schema import PersonConfig

# Each line that starts with `# ` and holds a key is that key's default or an example; without the `# ` it still parses.
_TOP = """\
# Configuration of assay. Every key is optional; a line after `# ` shows its default, or an example.
# docs/configuration.md explains each key. The gate reads this file from the target branch, never from the change.

version = 1

[gate]
# The branch that changes are merged into. Default: the remote's default branch.
# target = "main"
# Families whose rules must all be evaluated; otherwise no change passes.
# required = ["secrets"]
# "tree": evidence holds for one base and head tree. "patch-id": it also follows a moved base.
# follow = "tree"

[check]
# Globs; no include means everything. What is excluded is listed as skipped.
# include = []
# exclude = []
# `assay check` exits 1 for findings at or above: info, low, medium, high, critical.
# threshold = "high"

[policy]
# Names of built-in packs, or folders below the root.
# packs = ["change-control"]
# "regorus" (built in) or "opa" (found on PATH).
# engine = "regorus"

[risk]
# From this score on, in millionths, a person must look.
# approval_above_ppm = 700000

[keys]
# Where keys are, never the keys themselves: env:NAME, file:PATH or fd:N.
# tag = "env:ASSAY_TAG_KEY"
# signer = "env:ASSAY_SIGNER"

# A trailer that commits may or must carry, its values, and the services, domains or paths that need it (`*`: all).
# [trailers.PHI-Impact]
# values = ["none", "low", "high"]
# required_for = ["phi"]

# Which paths belong together, and what they deal with.
# [services.payments]
# paths = ["src/payments/", "*.pay.py"]
# domains = ["phi"]

# Who may sign a kind of statement: key classes local, person, ci, server.
# [trust.findings]
# classes = ["ci", "server"]
# quorum = 1
"""

_NO_PEOPLE = """
# People, the addresses they commit under, and the ids of their keys (`assay key show` prints one).
# [people.ana]
# name = "Ana Example"
# emails = ["ana@example.org"]
# keys = []
"""

_NO_ROLES = """
# Roles that a policy can ask an approval of.
# [roles]
# reviewers = ["ana"]
"""


def commented_template(
    *, people: Mapping[str, PersonConfig] | None = None, roles: Mapping[str, tuple[str, ...]] | None = None
) -> str:
    """Return an `assay.toml` that means the defaults, with `people` and `roles` filled in where they are given."""
    return _TOP + (_people(people) if people else _NO_PEOPLE) + (_roles(roles) if roles else _NO_ROLES)


def _people(people: Mapping[str, PersonConfig]) -> str:
    return "".join(
        f"\n[people.{_text(person)}]\nname = {_text(said.name)}\n"
        f"emails = {_texts(said.emails)}\nkeys = {_texts(said.keys)}\n"
        for person, said in people.items()
    )


def _roles(roles: Mapping[str, tuple[str, ...]]) -> str:
    return "\n[roles]\n" + "".join(f"{_text(role)} = {_texts(members)}\n" for role, members in roles.items())


def _texts(values: tuple[str, ...]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def _text(value: str) -> str:
    """Return `value` as a basic string; JSON's escapes are among TOML's, but for DEL, which JSON leaves bare."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
