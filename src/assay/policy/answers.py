"""What packs answer, and the check that it is an answer.

Trusted: the engine's contract. Not trusted: values, which any Rego can make; anything but the shapes below is an error
of the rules asked. If lost: a rule that answers nonsense would pass.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from assay.model.finding import RuleOutcome
from assay.model.outcome import Meaning
from assay.policy.engine import Fault, Result, Undefined, Value

# Each becomes a reason that is signed; a policy that answers more than this has lost its way.
MAX_ANSWERS = 10_000
MAX_MESSAGE_CHARACTERS = 2_000


class Effect(StrEnum):
    """What a rule asks for."""

    DENY = "deny"
    REQUIRE = "require"
    WARN = "warn"
    EXCEPTED = "excepted"
    """It would deny or warn, and an `exception` of its conftest pack says that it shall not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """One answer of one rule."""

    rule: str
    effect: Effect
    message: str
    path: str | None = None
    fingerprints: tuple[str, ...] = ()
    """The findings it rests on."""
    role: str | None = None
    count: int = 1
    meaning: Meaning = Meaning.APPROVED


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What all packs answered."""

    fired: tuple[Fired, ...]
    unanswered: Mapping[str, RuleOutcome]
    """By id, the rules that were not evaluated and those that could not be."""


class NoAnswerError(Exception):
    """A rule did not answer; the text says why, for `RuleOutcome.reason`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """A member of `deny` or `warn`."""

    rule: str
    message: str
    path: str | None = None
    fingerprints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Required(_Said):
    """A member of `require`."""

    role: str | None = None
    count: int = 1
    meaning: Meaning = Meaning.APPROVED


S = TypeVar("S", bound=_Said)


def read_answer(effect: Effect, result: Result, *, rules: Collection[str], findings: Collection[str]) -> list[Fired]:
    """Return what `deny`, `warn` or `require` of an assay pack says.

    `rules` are the ids that may speak there, `findings` the fingerprints there are. Raises `NoAnswerError`.
    """
    members = _members(effect, result)
    shape = _Required if effect is Effect.REQUIRE else _Said
    said = [_shaped(effect, member, shape) for member in members]
    for item in said:
        if item.rule not in rules:
            raise NoAnswerError(f"`{effect}` speaks for `{item.rule}`, which the manifest does not list there")
        if not set(item.fingerprints).issubset(findings):
            raise NoAnswerError(f"`{effect}` of `{item.rule}` rests on a finding that there is not")
    fired = [_fired(effect, item) for item in said]
    return sorted(fired, key=lambda item: (item.rule, item.path or "", item.message))


def read_conftest(effect: Effect, result: Result, *, rule: str, path: str) -> list[Fired]:
    """Return what one rule of a conftest pack says of the file at `path`; raises `NoAnswerError`."""
    messages = sorted(_message(effect, member) for member in _members(effect, result))
    return [Fired(rule=rule, effect=effect, message=_cut(message), path=path) for message in messages]


def read_exceptions(result: Result) -> frozenset[str]:
    """Return the names, without their prefix, of the rules that a conftest pack excepts; raises `NoAnswerError`."""
    groups = _members("exception", result)
    return frozenset(name for group in groups if isinstance(group, list) for name in group if isinstance(name, str))


def _members(what: str, result: Result) -> list[Any]:
    match result:
        case Undefined():
            return []
        case Fault(reason=reason):
            raise NoAnswerError(reason)
        case Value(value=list() as members):
            if len(members) > MAX_ANSWERS:
                raise NoAnswerError(f"`{what}` has {len(members):,} members, of which {MAX_ANSWERS:,} are allowed")
            return members
        case _:
            raise NoAnswerError(f"`{what}` is no set; write `{what} contains ...`")


def _shaped(effect: Effect, member: Any, shape: type[S]) -> S:
    if not isinstance(member, dict):
        raise NoAnswerError(f"a member of `{effect}` is no object with `rule` and `message`")
    if unknown := member.keys() - {item.name for item in fields(shape)}:
        raise NoAnswerError(f"a member of `{effect}` has `{min(unknown)}`, which means nothing there")
    try:
        said = msgspec.convert(member, shape)
    except msgspec.ValidationError as error:
        raise NoAnswerError(f"a member of `{effect}` has the wrong shape: {error}") from None
    if isinstance(said, _Required) and (said.count < 1 or said.role == ""):
        raise NoAnswerError("a member of `require` asks for no one: `count` must be 1 or more, `role` a name")
    return said


def _fired(effect: Effect, said: _Said) -> Fired:
    fired = Fired(
        rule=said.rule,
        effect=effect,
        message=_cut(said.message),
        path=said.path,
        fingerprints=tuple(sorted(said.fingerprints)),
    )
    if isinstance(said, _Required):
        return replace(fired, role=said.role, count=said.count, meaning=said.meaning)
    return fired


def _message(effect: Effect, member: Any) -> str:
    match member:
        case (str() as text) | {"msg": str() as text}:
            return text
        case _:
            raise NoAnswerError(f"a member of `{effect}` is neither a text nor an object with a text as `msg`")


def _cut(message: str) -> str:
    return message if len(message) <= MAX_MESSAGE_CHARACTERS else f"{message[:MAX_MESSAGE_CHARACTERS]}…"
