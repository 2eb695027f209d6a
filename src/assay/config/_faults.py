"""What types cannot say of a configuration: ranges, references, and names that must agree with one another."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from assay.config._raw import Fault, KeyPath, did_you_mean, dotted
from assay.config.globs import glob_fault
from assay.config.schema import Config, PersonConfig

PPM = 1_000_000

# The predicates a signer can be trusted for, by the names `assay` gives them; any other is written as its whole URI.
PREDICATES = (
    "findings",
    "risk",
    "sbom",
    "provenance",
    "test-result",
    "verification-summary",
    "approval",
    "waiver",
    "revocation",
    "decision",
    "release-event",
    "bisect",
    "package-run",
    "sanitize-reversal",
)

_FAMILY = re.compile(r"[a-z][a-z0-9-]*")
_TRAILER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
_KEY_ID = re.compile(r"[0-9a-f]{64}")
_KEY_REFERENCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:.+|fd:[0-9]{1,4}")
_BRANCH = re.compile(r"(?![-/.])(?!.*(?:\.\.|//|@\{|\.lock$|[/.]$))[^\s~^:?*\[\\]+")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


def faults(config: Config) -> Iterator[Fault]:
    """Yield everything that is wrong with `config`, the most basic first."""
    yield from _unprintable(config, ())
    if config.version != 1:
        message = f"expected `version = 1`, found {config.version}"
        yield Fault(key=("version",), message=message, hint="a newer assay may read this file")
    for part in (_gate, _check, _policy, _risk, _trailers, _services, _people, _roles, _trust, _keys):
        yield from part(config)


def _unprintable(value: Any, key: KeyPath) -> Iterator[Fault]:
    """Names and texts end up in terminals and reports: no control, direction or zero-width characters."""
    match value:
        case str() if not value.isprintable():
            yield Fault(key=key, message=f"expected printable text at `{dotted(key)}`")
        case Mapping():
            for name, member in value.items():
                if not name or not name.isprintable():
                    yield Fault(key=key, message=f"expected a printable name under `{dotted(key)}`")
                yield from _unprintable(member, (*key, name))
        case tuple():
            for member in value:
                yield from _unprintable(member, key)
        case _ if is_dataclass(value):
            for member in fields(value):
                yield from _unprintable(getattr(value, member.name), (*key, member.name))


def _gate(config: Config) -> Iterator[Fault]:
    if config.gate.target is not None and not _BRANCH.fullmatch(config.gate.target):
        yield Fault(key=("gate", "target"), message="`gate.target`: expected the name of a branch, such as `main`")
    yield from _each(("gate", "required"), config.gate.required, _family_fault)
    yield from _one_of(("gate", "follow"), config.gate.follow, ("tree", "patch-id"))


def _check(config: Config) -> Iterator[Fault]:
    yield from _each(("check", "include"), config.check.include, glob_fault)
    yield from _each(("check", "exclude"), config.check.exclude, glob_fault)


def _policy(config: Config) -> Iterator[Fault]:
    yield from _each(("policy", "packs"), config.policy.packs, _pack_fault)
    yield from _one_of(("policy", "engine"), config.policy.engine, ("regorus", "opa"))


def _risk(config: Config) -> Iterator[Fault]:
    if not 0 <= (found := config.risk.approval_above_ppm) <= PPM:
        message = f"`risk.approval_above_ppm`: expected 0 to {PPM}, found {found}"
        yield Fault(key=("risk", "approval_above_ppm"), message=message)


def _trailers(config: Config) -> Iterator[Fault]:
    names = {*config.services, *(domain for service in config.services.values() for domain in service.domains)}
    seen: dict[str, str] = {}
    for trailer, declared in config.trailers.items():
        key = ("trailers", trailer)
        if not _TRAILER.fullmatch(trailer):
            yield Fault(key=key, message=f"`{dotted(key)}`: expected letters, digits and `-`")
        if (other := seen.setdefault(trailer.casefold(), trailer)) != trailer:
            yield Fault(key=key, message=f"`{trailer}` is declared a second time: `{other}` differs in case only")
        yield from _each((*key, "values"), declared.values, lambda value: None if value.strip() else "found no text")
        for scope in declared.required_for:
            yield from _scope_fault((*key, "required_for"), scope, names)


def _scope_fault(key: KeyPath, scope: str, names: Iterable[str]) -> Iterator[Fault]:
    """Take a word that is neither a name nor plainly a path for a slip: as a glob it would match nothing."""
    if scope in names:
        return
    if not set(scope) & set("/*?."):
        hint = did_you_mean(scope, names) or f"for a path at the root write `/{scope}`"
        yield Fault(key=key, message=f"`{dotted(key)}`: `{scope}` is no service, domain or path glob", hint=hint)
    elif fault := glob_fault(scope):
        yield Fault(key=key, message=f"`{dotted(key)}`: `{scope}`: {fault}")


def _services(config: Config) -> Iterator[Fault]:
    for name, service in config.services.items():
        yield from _each(("services", name, "paths"), service.paths, glob_fault)


def _people(config: Config) -> Iterator[Fault]:
    for person, said in config.people.items():
        key = ("people", person)
        if not said.name.strip():
            yield Fault(key=(*key, "name"), message=f"`{dotted(key)}.name`: expected a name, found none")
        yield from _each((*key, "emails"), said.emails, _address_fault)
        yield from _each((*key, "keys"), said.keys, _key_id_fault)
    yield from _claimed_twice(config, "keys", lambda said: said.keys)
    yield from _claimed_twice(config, "emails", lambda said: [address.casefold() for address in said.emails])


def _claimed_twice(config: Config, name: str, claims: Callable[[PersonConfig], Iterable[str]]) -> Iterator[Fault]:
    """One key or address of two people would let one of them sign or write for both."""
    owners: dict[str, str] = {}
    for person, said in config.people.items():
        for claim in claims(said):
            if (owner := owners.setdefault(claim, person)) != person:
                message = f"`{claim}` stands under two people, `{owner}` and `{person}`"
                yield Fault(key=("people", person, name), message=message)


def _roles(config: Config) -> Iterator[Fault]:
    for role, members in config.roles.items():
        for member in members:
            if member not in config.people:
                hint = did_you_mean(member, config.people) or f"add `[people.{member}]`"
                yield Fault(key=("roles", role), message=f"`roles.{role}`: no person has the id `{member}`", hint=hint)


def _trust(config: Config) -> Iterator[Fault]:
    for predicate, trust in config.trust.items():
        key = ("trust", predicate)
        if ":" not in predicate and predicate not in PREDICATES:
            hint = did_you_mean(predicate, PREDICATES) or f"known: {', '.join(PREDICATES)}, or a whole URI"
            yield Fault(key=key, message=f"unknown predicate `{predicate}`", hint=hint)
        if trust.quorum < 1:
            message = f"`{dotted(key)}.quorum`: expected 1 or more, found {trust.quorum}"
            yield Fault(key=(*key, "quorum"), message=message)


def _keys(config: Config) -> Iterator[Fault]:
    for name, reference in (("tag", config.keys.tag), ("signer", config.keys.signer)):
        if reference is not None and not _KEY_REFERENCE.fullmatch(reference):
            # What stands there may be a key, so it is not repeated.
            message = f"`keys.{name}`: expected where the key is, as `env:NAME`, `file:PATH` or `fd:N`"
            hint = "never write the key itself here; if it stood here, replace it"
            yield Fault(key=("keys", name), message=message, hint=hint)


def _each(key: KeyPath, values: Iterable[str], fault: Callable[[str], str | None]) -> Iterator[Fault]:
    for value in values:
        if found := fault(value):
            yield Fault(key=key, message=f"`{dotted(key)}`: `{value}`: {found}")


def _one_of(key: KeyPath, value: str, choices: tuple[str, ...]) -> Iterator[Fault]:
    if value not in choices:
        yield Fault(key=key, message=f"`{dotted(key)}`: expected {' or '.join(choices)}, found `{value}`")


def _family_fault(value: str) -> str | None:
    return None if _FAMILY.fullmatch(value) else "expected the name of a family, such as `secrets`"


def _address_fault(value: str) -> str | None:
    return None if _ADDRESS.fullmatch(value) else "expected an e-mail address"


def _key_id_fault(value: str) -> str | None:
    return None if _KEY_ID.fullmatch(value) else "expected the id of a key, 64 lower-case hex digits"


def _pack_fault(value: str) -> str | None:
    """Packs are built in or lie in the repository: the gate must read them from the target commit."""
    parts = value.split("/")
    if "\\" in value or ":" in value or "" in parts or "." in parts or ".." in parts:
        return "expected the name of a built-in pack, or a folder below the root without `.` and `..`"
    return None
