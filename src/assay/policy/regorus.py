"""Microsoft's regorus, within one process that may be killed: what `engines.RegorusEngine` has its workers do.

regorus has no limit of time or memory, holds the GIL, and overflows the stack on endless recursion, so nothing here is
called in a process that decides. An extension is looked up before the builtin of the same name: that is how the clock
is bound and how impure builtins are caught.

Trusted: regorus itself, one wheel pinned by hash. Not trusted: programs and inputs. If lost: this process.
"""

import faulthandler
import json
import os
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

from assay.errors import EngineError, PackError
from assay.model.policytest import FileCoverage, PolicyTest, PolicyTestState
from assay.policy.builtins import PURE
from assay.policy.engine import (
    IMPURE,
    Answer,
    Asked,
    Fault,
    Layout,
    Module,
    Program,
    ProgramTests,
    Question,
    Rego,
    Result,
    Undefined,
    Value,
    nanoseconds,
)
from assay.policy.layout import read_layout

# A process keeps this many programs parsed: all packs of a repository, as a rule.
KEPT_PROGRAMS = 16
# regorus refuses lines over 1,024 columns by default; tables in policies are longer. The whole is limited when loaded.
MAX_COLUMNS = 1_000_000
MAX_LINES = 1_000_000
MAX_FILE_BYTES = 16 * 1024**2
# What unit tests see on the clock unless they replace it.
TEST_TIME = "2000-01-01T00:00:00Z"
# A message can go on with pages of source text.
MAX_REASON = 300

_PLACE = re.compile(r"^--> (?P<path>.*):(?P<line>\d+):\d+$", re.MULTILINE)
_TEXT = re.compile(r"^error: (?P<text>.*)$", re.MULTILINE)


def prepare_process() -> None:
    """Make this process fit for policies: no backtraces (20 ms each), no machine's time zone, no text on stderr."""
    faulthandler.disable()
    os.environ["RUST_BACKTRACE"] = "0"
    os.environ["TZ"] = "UTC"
    time.tzset()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def engine_version(_: None = None) -> str:
    """Return regorus's own version."""
    engine = _new_engine(Rego.V1)
    found = json.loads(engine.eval_query_as_json('opa.runtime()["regorus-version"]'))
    return str(found["result"][0]["expressions"][0]["value"])


def layout(program: Program) -> tuple[Layout, ...]:
    """See `Engine.layout`."""
    layouts = tuple(_module_layout(program, module) for module in program.modules)
    _load(program)
    return layouts


def answer(question: Question) -> Answer:
    """See `Engine.evaluate`."""
    try:
        engine = _kept(question.program)
    except PackError as error:
        fault = Fault(reason=error.message)
        return tuple(tuple(fault for _ in question.paths) for _ in question.inputs)
    _bound.now_ns = nanoseconds(question.at)
    return tuple(_ask(engine, asked, question.paths) for asked in question.inputs)


def test(program: Program) -> ProgramTests:
    """See `Engine.test`."""
    layouts = layout(program)
    engine = _load(program)
    engine.set_enable_coverage(True)
    _bound.now_ns = nanoseconds(TEST_TIME)
    tests = tuple(_run_test(engine, item, rule) for item in layouts for rule in item.rules if _is_test(rule))
    report = json.loads(engine.get_coverage_report_as_json())
    coverage = [
        FileCoverage(path=file["path"], covered=tuple(file["covered"]), missed=tuple(file["not_covered"]))
        for file in report["files"]
    ]
    return ProgramTests(tests=tests, coverage=tuple(sorted(coverage, key=lambda item: item.path)))


class _Bound:
    """What every engine of this process shares: the clock, and which impure builtins were called."""

    now_ns = 0
    called: str | None = None

    def clock(self) -> int:
        return self.now_ns

    def refuse(self, name: str, *_: Any) -> NoReturn:
        self.called = name
        raise EngineError(f"{name} is not allowed")


_bound = _Bound()
_programs: OrderedDict[str, Any] = OrderedDict()


def _kept(program: Program) -> Any:
    """Return the engine of a program, parsed once a process."""
    digest = program.digest
    if digest not in _programs:
        _programs[digest] = _load(program)
        if len(_programs) > KEPT_PROGRAMS:
            _programs.popitem(last=False)
    _programs.move_to_end(digest)
    return _programs[digest]


def _new_engine(rego: Rego) -> Any:
    import regorus

    engine = regorus.Engine()
    engine.set_rego_v0(rego is Rego.V0)
    engine.set_gather_prints(True)
    engine.set_policy_length_config(max_col=MAX_COLUMNS, max_file_bytes=MAX_FILE_BYTES, max_lines=MAX_LINES)
    return engine


def _load(program: Program) -> Any:
    engine = _new_engine(program.rego)
    engine.add_extension("time.now_ns", 0, _bound.clock)
    for name, count in IMPURE.items():
        engine.add_extension(name, count, partial(_bound.refuse, name))
    for name, (count, function) in PURE.items():
        engine.add_extension(name, count, function)
    for module in program.modules:
        _guarded(program, partial(engine.add_policy, module.path, module.text))
    _guarded(program, partial(engine.add_data_json, program.data))
    # Unsafe variables and the like are found when a query is prepared, and no earlier.
    _guarded(program, partial(engine.eval_query_as_json, "true"))
    return engine


def _module_layout(program: Program, module: Module) -> Layout:
    engine = _new_engine(program.rego)
    _guarded(program, partial(engine.add_policy, module.path, module.text))
    try:
        ((tree),) = json.loads(engine.get_ast_as_json())
    except RecursionError:
        raise PackError(f"{program.name}/{module.path}: expressions are nested too deeply") from None
    return read_layout(tree["ast"], path=module.path, name=program.name)


def _guarded(program: Program, load: Callable[[], object]) -> None:
    try:
        load()
    except RuntimeError as error:
        place = _PLACE.search(str(error))
        where = f"{program.name}/{place['path']}:{place['line']}" if place else program.name
        raise PackError(f"{where}: {_text_of(error)}") from None


def _ask(engine: Any, asked: Asked, paths: tuple[str, ...]) -> tuple[Result, ...]:
    results: list[Result] = []
    given = None
    for path in paths:
        try:
            given = given or _given(engine, asked)
            results.append(_evaluate(given, path))
        except RuntimeError as error:
            results.append(Fault(reason=_reason(error)))
            # What an engine holds after an error is anyone's guess.
            given = None
    return tuple(results)


def _given(engine: Any, asked: Asked) -> Any:
    given = engine.clone()
    given.add_data_json(asked.data)
    given.set_input_json(asked.input)
    return given


def _evaluate(engine: Any, path: str) -> Result:
    """Return a rule's value; raises `RuntimeError`, as regorus does."""
    _bound.called = None
    found = json.loads(engine.eval_query_as_json(path)).get("result")
    if _bound.called is not None:
        raise RuntimeError
    return Value(value=found[0]["expressions"][0]["value"]) if found else Undefined()


def _is_test(rule: str) -> bool:
    return rule.startswith(("test_", "todo_test_"))


def _run_test(engine: Any, item: Layout, rule: str) -> PolicyTest:
    name = f"{item.package}.{rule}"
    state, message = PolicyTestState.SKIPPED, None
    if not rule.startswith("todo_"):
        try:
            passed = _evaluate(engine, name) == Value(value=True)
            state = PolicyTestState.PASSED if passed else PolicyTestState.FAILED
        except RuntimeError as error:
            state, message = PolicyTestState.ERROR, _reason(error)
    return PolicyTest(name=name.removeprefix("data."), path=item.path, state=state, message=message)


def _reason(error: RuntimeError) -> str:
    """Return why an evaluation failed, in one line: where in the policy, and what."""
    if _bound.called is not None:
        return f"the policy calls {_bound.called}, whose answer differs from one moment or machine to the next"
    place = _PLACE.search(str(error))
    where = f"{place['path']}:{place['line']}: " if place else ""
    return where + _text_of(error)


def _text_of(error: RuntimeError) -> str:
    found = _TEXT.search(str(error))
    text = found["text"] if found else str(error).strip().partition("\n")[0]
    return text[:MAX_REASON] or type(error).__name__
