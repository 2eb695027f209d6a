"""Asking packs: which rules can be asked, about what, and which answer is whose.

A pack of kind `assay` is asked for the sets `deny`, `require` and `warn` of each of its packages. A conftest pack is
asked for each of its rules about each document of each changed file, as conftest does (policy/engine.go, `check`).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import Any, TypeAlias

from assay.model.finding import RuleOutcome
from assay.model.outcome import Outcome
from assay.policy.answers import Answers, Effect, Fired, NoAnswerError, read_answer, read_conftest, read_exceptions
from assay.policy.engine import Answer, Asked, Engine, Question, Result
from assay.policy.evidence import Document
from assay.policy.input import PolicyInput
from assay.policy.manifest import PackKind
from assay.policy.outcomes import worse
from assay.policy.pack import Pack, PackRule
from assay.policy.policy import Policy

# A question is cut off as a whole when it takes too long; this many documents take 20 ms as a rule.
DOCUMENTS_A_QUESTION = 200

# What a rule came to: something it said, or why it said nothing that counts.
Heard: TypeAlias = Fired | RuleOutcome

_EFFECTS = (Effect.DENY, Effect.REQUIRE, Effect.WARN)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pending:
    """A question, and how to read its answer."""

    question: Question
    read: Callable[[Answer], Iterable[Heard]]


def ask(engine: Engine, policy: Policy, given: PolicyInput, documents: Sequence[Document] | None) -> Answers:
    """Return what every pack answers; `documents` are what conftest packs are asked about, None where nobody looked."""
    pending: list[_Pending] = []
    heard: list[Heard] = []
    for pack in policy.packs:
        if pack.kind is PackKind.CONFTEST:
            heard += _unread(pack, documents)
            pending += _about_documents(pack, documents or (), given.at)
        else:
            heard += _needing(pack, given)
            pending += _about_change(pack, given)
    answers = engine.evaluate([item.question for item in pending])
    for item, answer in zip(pending, answers, strict=True):
        heard += item.read(answer)
    unanswered: dict[str, RuleOutcome] = {}
    for one in heard:
        if isinstance(one, RuleOutcome):
            unanswered[one.rule] = worse(unanswered.get(one.rule, one), one)
    return Answers(fired=tuple(one for one in heard if isinstance(one, Fired)), unanswered=unanswered)


def missing_need(need: str, given: PolicyInput) -> str | None:
    """Return why the evidence that a rule needs is not there, or None."""
    kind, _, name = need.partition("/")
    match kind:
        case "risk":
            return None if given.risk is not None else "the risk of the change is not known"
        case "statements":
            return None if name in given.statements else f"there is no statement of type {name}"
        case _:
            evaluated = (rule for rule, outcome in given.outcomes.items() if outcome.evaluated)
            if any(not name or rule.partition("/")[0] == name for rule in evaluated):
                return None
            return f"no rule of {name} was evaluated" if name else "no rule was evaluated"


def _missing(rule: PackRule, given: PolicyInput) -> str | None:
    reasons = (missing_need(need, given) for need in rule.needs)
    return next((reason for reason in reasons if reason is not None), None)


def _needing(pack: Pack, given: PolicyInput) -> Iterator[RuleOutcome]:
    """Yield the rules that lack what they need."""
    for rule_id, rule in pack.rules.items():
        if (reason := _missing(rule, given)) is not None:
            yield RuleOutcome(rule=rule_id, outcome=Outcome.NOT_EVALUATED, reason=reason)


def _about_change(pack: Pack, given: PolicyInput) -> Iterator[_Pending]:
    """Yield the one question that asks all packages of a pack in which a rule has what it needs."""
    packages: dict[str, dict[str, bool]] = {}
    for rule_id, rule in pack.rules.items():
        packages.setdefault(rule.package, {})[rule_id] = _missing(rule, given) is None
    packages = {package: rules for package, rules in packages.items() if any(rules.values())}
    paths = tuple(f"{package}.{effect}" for package in packages for effect in _EFFECTS)
    if paths:
        asked = (Asked(input=given.encoded.decode()),)
        question = Question(program=pack.program, paths=paths, inputs=asked, at=given.at)
        yield _Pending(question=question, read=partial(_said_of_change, packages, given))


def _said_of_change(packages: dict[str, dict[str, bool]], given: PolicyInput, answer: Answer) -> Iterator[Heard]:
    """Yield what the rules of every package said; where one answer is none, all rules of its package have failed."""
    findings = frozenset(finding.fingerprint for finding in given.findings)
    (results,) = answer
    for number, rules in enumerate(packages.values()):
        for effect, result in zip(_EFFECTS, results[number * len(_EFFECTS) :], strict=False):
            try:
                said = read_answer(effect, result, rules=rules, findings=findings)
            except NoAnswerError as error:
                for rule in (rule for rule, askable in rules.items() if askable):
                    yield RuleOutcome(rule=rule, outcome=Outcome.ERROR, reason=str(error))
            else:
                yield from (fired for fired in said if rules[fired.rule])


def _unread(pack: Pack, documents: Sequence[Document] | None) -> Iterator[RuleOutcome]:
    """Yield the rules of a conftest pack as not evaluated where a file could not be read, or nobody looked."""
    reason = "nobody parsed the changed files" if documents is None else None
    for document in documents or ():
        if document.fault is not None:
            reason = reason or f"{document.path} cannot be parsed: {document.fault}"
    for rule in pack.rules if reason else ():
        yield RuleOutcome(rule=rule, outcome=Outcome.NOT_EVALUATED, reason=reason)


def _about_documents(pack: Pack, documents: Sequence[Document], at: str) -> Iterator[_Pending]:
    """Yield questions about all documents of all files that were parsed, some at a time."""
    rules = tuple(pack.rules.values())
    exceptions = tuple(dict.fromkeys(f"{rule.package}.exception" for rule in rules))
    paths = (*(f"{rule.package}.{rule.name}" for rule in rules), *exceptions)
    asked = [(document, value) for document in documents for value in _values(document)]
    for start in range(0, len(asked), DOCUMENTS_A_QUESTION):
        part = asked[start : start + DOCUMENTS_A_QUESTION]
        inputs = tuple(_asked(document, value) for document, value in part)
        question = Question(program=pack.program, paths=paths, inputs=inputs, at=at)
        names = [document.path for document, _ in part]
        yield _Pending(question=question, read=partial(_said_of_documents, rules, exceptions, names))


def _values(document: Document) -> tuple[Any, ...]:
    """Return what is asked about: a list that is all of a file is taken for many documents, as conftest does."""
    match document.values:
        case (list() as items,):
            return tuple(items)
        case values:
            return values


def _asked(document: Document, value: Any) -> Asked:
    """Return one document with what conftest says of its file, for Rego that reads `data.conftest.file`."""
    path = PurePosixPath(document.path)
    file = {"conftest": {"file": {"name": path.name, "dir": path.parent.as_posix()}}}
    return Asked(input=json.dumps(value), data=json.dumps(file))


def _said_of_documents(
    rules: Sequence[PackRule], exceptions: Sequence[str], names: Sequence[str], answer: Answer
) -> Iterator[Heard]:
    for name, results in zip(names, answer, strict=True):
        excepted = dict(zip(exceptions, results[len(rules) :], strict=True))
        for rule, result in zip(rules, results, strict=False):
            try:
                yield from _said_of_document(rule, result, excepted[f"{rule.package}.exception"], name)
            except NoAnswerError as error:
                yield RuleOutcome(rule=rule.rule.id, outcome=Outcome.ERROR, reason=f"{name}: {error}")


def _said_of_document(rule: PackRule, result: Result, exception: Result, path: str) -> list[Fired]:
    prefix, _, suffix = str(rule.name).partition("_")
    effect = Effect.WARN if prefix == "warn" else Effect.DENY
    if suffix in read_exceptions(exception):
        effect = Effect.EXCEPTED
    return read_conftest(effect, result, rule=rule.rule.id, path=path)
