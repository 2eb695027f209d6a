"""Packs: what they are, and how one is made of its files.

Trusted: nothing in the files. Not trusted: that a pack asks what it seems to ask. If lost: a pack that looks loaded and
never fires; so a rule that could never fire, or names a package that is not there, is an error here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assay.errors import PackError
from assay.model.outcome import Severity
from assay.model.rule import Rule
from assay.policy.contents import Contents, read_contents
from assay.policy.engine import Engine, Layout, Module, Program, Rego
from assay.policy.manifest import MANIFEST_NAME, ManifestRule, PackKind
from assay.policy.sources import PackSource

# The rules that conftest asks (conftest, policy/engine.go, `failureRegex` and `warningRegex`).
CONFTEST_RULE = re.compile(r"(?:deny|violation|warn)(?:_[a-zA-Z0-9]+)*")
# The namespace that conftest asks where none is named; its rules go without their package's name.
CONFTEST_PACKAGE = "data.main"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRule:
    """One rule of a pack: what it says of itself, what it needs, and where its Rego stands."""

    rule: Rule
    package: str
    """As a reference: `data.ours.no_root`."""
    needs: tuple[str, ...] = ()
    """Evidence without which it is not asked: `findings/secrets`, `risk`."""
    name: str | None = None
    """In a conftest pack, the name of the one Rego rule that it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One pack, parsed and checked."""

    id: str
    kind: PackKind
    program: Program
    tests: tuple[Module, ...]
    rules: Mapping[str, PackRule]
    """By id, in the order of the manifest or of the files."""
    digest: str
    """sha256 over the names and digests of the files that judge, manifest included."""

    @property
    def tested_program(self) -> Program:
        """The program together with its unit tests."""
        return replace(self.program, modules=(*self.program.modules, *self.tests))


def load_pack(source: PackSource, folder: str, engine: Engine) -> Pack:
    """Read, parse and check the pack in `folder`.

    Raises `PackError`, with file and line where there is one, for whatever cannot be used, and `EngineError`.
    """
    contents = read_contents(source, folder)
    if not contents.modules:
        raise PackError(f"{folder}: no file of Rego judges here", hint="is the name of the folder right?")
    program, layouts = _parsed(engine, contents)
    kind = contents.manifest.kind if contents.manifest else PackKind.CONFTEST
    pack_id = contents.manifest.id if contents.manifest else _id_of(folder)
    rules = _listed_rules if kind is PackKind.ASSAY else _conftest_rules
    return Pack(
        id=pack_id,
        kind=kind,
        program=program,
        tests=contents.tests,
        rules={rule.rule.id: rule for rule in rules(pack_id, contents, layouts)},
        digest=contents.digest,
    )


def _parsed(engine: Engine, contents: Contents) -> tuple[Program, tuple[Layout, ...]]:
    """Parse in the dialect that the manifest names; without a name in v1, and in v0 where that fails."""
    program = Program(name=contents.folder, rego=Rego.V1, modules=contents.modules, data=contents.data)
    if contents.manifest and contents.manifest.rego:
        program = replace(program, rego=contents.manifest.rego)
        return program, engine.layout(program)
    try:
        return program, engine.layout(program)
    except PackError as first:
        older = replace(program, rego=Rego.V0)
        try:
            return older, engine.layout(older)
        except PackError as second:
            raise PackError(first.message, hint=f"read as Rego v0: {second.message}") from None


def _id_of(folder: str) -> str:
    """Return the id of a pack that names none: that of its folder."""
    name = re.sub(r"[^a-z0-9]+", "-", folder.rpartition("/")[2].lower()).strip("-")
    if not name:
        raise PackError(f"{folder}: the name of the folder makes no id", hint=f"give it one in {MANIFEST_NAME}")
    return name


def _listed_rules(pack_id: str, contents: Contents, layouts: Sequence[Layout]) -> Iterator[PackRule]:
    """Yield the rules that a manifest lists."""
    manifest = contents.manifest
    packages = {item.package for item in layouts}
    default = (manifest and manifest.package) or pack_id.replace("-", "_")
    for listed in manifest.rules if manifest else ():
        package = f"data.{listed.package or default}"
        where = f"{contents.folder}/{MANIFEST_NAME}: rule `{listed.id}`"
        if package not in packages:
            raise PackError(f"{where}: no file has `package {package.removeprefix('data.')}`")
        if not any(listed.id in module.text for module in contents.modules):
            raise PackError(f"{where} stands in no file of Rego, so it could never fire")
        yield PackRule(rule=_rule(listed), package=package, needs=listed.needs)


def _conftest_rules(pack_id: str, contents: Contents, layouts: Sequence[Layout]) -> Iterator[PackRule]:
    """Yield the rules of every namespace that conftest would ask, described as the manifest has it."""
    listed = {rule.id: _rule(rule) for rule in (contents.manifest.rules if contents.manifest else ())}
    found: dict[str, PackRule] = {}
    for item in layouts:
        for name in item.rules:
            if CONFTEST_RULE.fullmatch(name):
                package = "" if item.package == CONFTEST_PACKAGE else f"{item.package.removeprefix('data.')}."
                rule_id = f"{pack_id}/{package}{name}"
                rule = listed.pop(rule_id, None) or _undescribed(rule_id, name, contents.folder)
                found.setdefault(rule_id, PackRule(rule=rule, package=item.package, name=name))
    if listed:
        known = ", ".join(found)
        raise PackError(f"{contents.folder}/{MANIFEST_NAME}: no rule `{min(listed)}`", hint=f"found: {known}")
    if not found:
        raise PackError(f"{contents.folder}: no rule is named deny, violation or warn, so nothing could ever fire")
    yield from found.values()


def _rule(listed: ManifestRule) -> Rule:
    return Rule(
        id=listed.id,
        title=listed.title,
        severity=listed.severity,
        why=listed.why,
        remedy=listed.remedy,
        controls=listed.controls,
    )


def _undescribed(rule_id: str, name: str, folder: str) -> Rule:
    title = name.replace("_", " ").capitalize()
    why = f"A rule of the conftest pack in {folder}."
    return Rule(id=rule_id, title=title, severity=Severity.MEDIUM, why=why, remedy="See its message and its file.")
