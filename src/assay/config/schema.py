"""What `assay.toml` can say, with the default of everything. Field names are the keys of the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assay.model.outcome import KeyClass, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class GateConfig:
    """`[gate]`: what a decision must rest on."""

    target: str | None = None
    """The branch that changes are merged into; its tip holds the policy. Default: the remote's default branch."""
    required: tuple[str, ...] = ("secrets",)
    """Families whose rules must all be evaluated; otherwise the decision is `deny`, incomplete."""
    follow: str = "tree"
    """`tree`: evidence holds for one base and head tree. `patch-id`: it also follows a moved base."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckConfig:
    """`[check]`: what inspectors look at and what `assay check` fails on."""

    include: tuple[str, ...] = ()
    """Globs; empty means everything."""
    exclude: tuple[str, ...] = ()
    threshold: Severity = Severity.HIGH
    """`assay check` exits 1 for findings at or above this severity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyConfig:
    """`[policy]`: the packs that judge."""

    packs: tuple[str, ...] = ("change-control",)
    """Names of built-in packs, or folders relative to the root (`assay/policy/ours`)."""
    engine: str = "regorus"
    """`regorus` or `opa` (a binary on PATH)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskConfig:
    """`[risk]`: from which score a person must look."""

    approval_above_ppm: int = 700_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailerConfig:
    """`[trailers.<Key>]`: a trailer that commits may or must carry."""

    values: tuple[str, ...] = ()
    """The values allowed; empty means any."""
    required_for: tuple[str, ...] = ()
    """Services, domains, or path globs whose commits must carry it; `*` means every commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceConfig:
    """`[services.<name>]`: which paths belong together and what they deal with."""

    paths: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonConfig:
    """`[people.<id>]`: a person, the addresses they commit under, and the ids of their keys (64 hex digits)."""

    name: str
    emails: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustConfig:
    """`[trust.<predicate>]`: who may sign it (`findings`, `risk`, `approval`, ...)."""

    classes: tuple[KeyClass, ...] = ()
    quorum: int = 1
    """Distinct keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysConfig:
    """`[keys]`: where keys come from; never the keys themselves."""

    tag: str | None = None
    """Key for the tags of secrets and PHI, as `env:NAME`."""
    signer: str | None = None
    """Signing key, as `env:NAME`, `file:PATH` or `fd:N`; default: the local key of this clone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """One `assay.toml`, complete with defaults."""

    version: int = 1
    gate: GateConfig = field(default_factory=GateConfig)
    check: CheckConfig = field(default_factory=CheckConfig)
    policy: PolicyConfig = field(default_factory=PolicyConfig)
    risk: RiskConfig = field(default_factory=RiskConfig)
    trailers: Mapping[str, TrailerConfig] = field(default_factory=dict)
    services: Mapping[str, ServiceConfig] = field(default_factory=dict)
    people: Mapping[str, PersonConfig] = field(default_factory=dict)
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    trust: Mapping[str, TrustConfig] = field(default_factory=dict)
    keys: KeysConfig = field(default_factory=KeysConfig)
    digest: str = ""
    """sha256 of the text this was read from; of the empty string for the defaults."""
