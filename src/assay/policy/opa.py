"""An `opa` binary of this machine, for who must have OPA itself: one process a question and input, 30 ms each.

The clock is bound by `with time.now_ns as` in the query. What OPA itself calls nondeterministic, and what looks at its
own clock, is taken out of the capabilities, which also forbid the network: a policy that calls it does not compile.
Unit tests may replace such builtins, so there only the network is forbidden. `opa parse` reads Rego v1 only, and so
does this engine. Formats: opa, cmd/{eval,check,parse,test}.go.

Trusted: the binary that PATH finds. Not trusted: programs and inputs. If lost: an `opa` process, killed at its limit.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from assay.errors import EngineError, EngineTimeoutError, PackError
from assay.model.policytest import FileCoverage, PolicyTest, PolicyTestState
from assay.policy.engine import (
    EVALUATION_LIMIT_S,
    IMPURE,
    TESTS_LIMIT_S,
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
    unanswered,
)
from assay.policy.layout import reference_text

# These look at OPA's own clock, which `with` does not replace (opa, topdown/{tokens,crypto}.go).
_CLOCKED = frozenset(
    {
        "crypto.x509.parse_and_verify_certificates",
        "crypto.x509.parse_and_verify_certificates_with_options",
        "io.jwt.decode_verify",
    }
)

_VERSION = re.compile(r"^Version: (\S+)$", re.MULTILINE)
# Before 1.0 the binary read v0 unless told otherwise; later ones take the flag and do as they would anyway.
_JSON = ("--v1-compatible", "--format", "json")


class OpaEngine:
    """OPA behind the contract of `Engine`."""

    name = "opa"

    def __init__(self, binary: str, *, limit_s: float = EVALUATION_LIMIT_S) -> None:
        self._binary = binary
        self._limit_s = limit_s

    @classmethod
    def find(cls) -> Self:
        """Return the engine of the `opa` that PATH finds; raises `EngineError` where there is none."""
        binary = shutil.which("opa")
        if binary is None:
            raise EngineError(
                '[policy] engine = "opa" asks for an `opa` binary, and there is none on PATH',
                hint='install OPA, or use engine = "regorus"',
            )
        return cls(binary)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind: no process outlives its call."""

    @cached_property
    def version(self) -> str:
        """The binary's own version."""
        found = _VERSION.search(self._run("version").stdout)
        return found[1] if found else "unknown"

    def layout(self, program: Program) -> tuple[Layout, ...]:
        """See `Engine.layout`."""
        if program.rego is Rego.V0:
            raise PackError(f"{program.name}: the opa engine reads Rego v1 only", hint='use engine = "regorus"')
        with self._written(program) as folder:
            checked = self._run("check", *_JSON, *self._capabilities(folder, impure=False), folder)
            if checked.returncode:
                raise PackError(_first_error(checked.stderr, program.name, folder))
            return tuple(self._module_layout(module, folder) for module in program.modules)

    def evaluate(self, questions: Sequence[Question]) -> tuple[Answer, ...]:
        """See `Engine.evaluate`."""
        return tuple(self._answer(question) for question in questions)

    def test(self, program: Program) -> ProgramTests:
        """See `Engine.test`; the clock is the machine's unless a test replaces it."""
        self.layout(program)
        with self._written(program) as folder:
            options = (*_JSON, "--timeout", f"{TESTS_LIMIT_S:g}s", *self._capabilities(folder, impure=True))
            ran = self._run("test", *options, folder, limit_s=TESTS_LIMIT_S)
            covered = self._run("test", "--coverage", *options, folder, limit_s=TESTS_LIMIT_S)
            tests = tuple(_test(item, folder) for item in _parsed(ran.stdout) or ())
            # Where a test fails, no coverage is printed.
            files = _parsed(covered.stdout)["files"] if covered.returncode == 0 else {}
            coverage = tuple(_coverage(path, files[path], folder) for path in sorted(files))
        return ProgramTests(tests=tests, coverage=coverage)

    def _answer(self, question: Question) -> Answer:
        try:
            with self._written(question.program) as folder:
                limits = (*_JSON, "--strict-builtin-errors", *self._capabilities(folder, impure=False))
                return tuple(self._ask(question, asked, folder, limits) for asked in question.inputs)
        except EngineError as error:
            return unanswered(question, error.message)

    def _ask(self, question: Question, asked: Asked, folder: Path, limits: Sequence[str]) -> tuple[Result, ...]:
        """Return the result of every path; an error in one is an error of all, for OPA stops at the first."""
        more = folder.with_name("more.json")
        more.write_text(asked.data, encoding="utf-8")
        clock = f"with time.now_ns as {nanoseconds(question.at)}"
        members = (f'"{number}": [x | x := {path} {clock}]' for number, path in enumerate(question.paths))
        data = ("--data", str(folder), "--data", str(more))
        ran = self._run("eval", *limits, *data, "--stdin-input", f"{{{', '.join(members)}}}", stdin=asked.input)
        if ran.returncode:
            fault = Fault(reason=_first_error(ran.stdout, "", folder))
            return tuple(fault for _ in question.paths)
        found = _parsed(ran.stdout)["result"][0]["expressions"][0]["value"]
        values = (found[str(number)] for number in range(len(question.paths)))
        return tuple(Value(value=value[0]) if value else Undefined() for value in values)

    def _module_layout(self, module: Module, folder: Path) -> Layout:
        tree = _parsed(self._run("parse", *_JSON, folder / module.path).stdout)
        package = tuple(term["value"] for term in tree["package"]["path"])
        rules = dict.fromkeys(rule["head"]["ref"][0]["value"] for rule in tree.get("rules", ()))
        return Layout(path=module.path, package=reference_text(package[1:]), rules=tuple(rules))

    def _capabilities(self, folder: Path, *, impure: bool) -> tuple[str, str]:
        """Return the option that forbids the network and, unless `impure`, whatever depends on more than its input."""
        path = folder.with_name("capabilities.json")
        builtins = [item for item in self._known["builtins"] if impure or _is_pure(item)]
        path.write_text(json.dumps(self._known | {"builtins": builtins, "allow_net": []}), encoding="utf-8")
        return "--capabilities", str(path)

    @cached_property
    def _known(self) -> dict[str, Any]:
        known: dict[str, Any] = _parsed(self._run("capabilities", "--current").stdout)
        return known

    @contextmanager
    def _written(self, program: Program) -> Iterator[Path]:
        """Write a program below a folder of its own, whose parent is free for more files."""
        with tempfile.TemporaryDirectory(prefix="assay-opa-") as parent:
            folder = Path(parent) / "program"
            for module in program.modules:
                path = folder / module.path
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(module.text, encoding="utf-8")
            (folder / "data.json").write_text(program.data, encoding="utf-8")
            yield folder

    def _run(
        self, *args: str | Path, stdin: str = "", limit_s: float | None = None
    ) -> subprocess.CompletedProcess[str]:
        # OPA takes any option from the environment, too (OPA_EVAL_...), so it is given none of it.
        environment = {"PATH": os.defpath, "TZ": "UTC"}
        try:
            return subprocess.run(
                [self._binary, *args],
                input=stdin,
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=limit_s or self._limit_s,
                env=environment,
                check=False,
            )
        except subprocess.TimeoutExpired:
            limit = limit_s or self._limit_s
            raise EngineTimeoutError(f"the pack did not finish within {limit:g} s") from None
        except OSError as error:
            raise EngineError(f"opa cannot be run: {error.strerror}") from None


def _is_pure(builtin: Mapping[str, Any]) -> bool:
    name = builtin["name"]
    if name == "time.now_ns":
        return True
    return not builtin.get("nondeterministic") and name not in IMPURE and name not in _CLOCKED


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise EngineError("opa printed something else than JSON") from None


def _first_error(text: str, name: str, folder: Path) -> str:
    """Return the first error that OPA reports, with its place in the pack."""
    (error, *_) = _parsed(text)["errors"]
    place = error.get("location") or {}
    if "file" not in place:
        return f"{name}: {error['message']}".removeprefix(": ")
    path = f"{name}/{_relative(place['file'], folder)}".removeprefix("/")
    return f"{path}:{place['row']}: {error['message']}"


def _relative(path: str, folder: Path) -> str:
    return path.removeprefix(f"{folder}/")


def _test(item: Any, folder: Path) -> PolicyTest:
    state, message = PolicyTestState.PASSED, None
    if item.get("skip"):
        state = PolicyTestState.SKIPPED
    elif item.get("error"):
        state, message = PolicyTestState.ERROR, str(item["error"].get("message", "error"))
    elif item.get("fail"):
        state = PolicyTestState.FAILED
    name = f"{item['package']}.{item['name']}".removeprefix("data.")
    return PolicyTest(name=name, path=_relative(item["location"]["file"], folder), state=state, message=message)


def _coverage(path: str, file: Any, folder: Path) -> FileCoverage:
    return FileCoverage(
        path=_relative(path, folder), covered=_lines(file, "covered"), missed=_lines(file, "not_covered")
    )


def _lines(file: Any, kind: str) -> tuple[int, ...]:
    ranges = (range(item["start"]["row"], item["end"]["row"] + 1) for item in file.get(kind, ()))
    return tuple(line for lines in ranges for line in lines)
