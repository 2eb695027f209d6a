"""Two families of files and one of commits whose behaviour is written in what they read.

`tokens` finds values: `TOKEN-` and letters. `words` finds the word BAD, without a value, and obeys orders such as
`!raise`. `notes` finds commits whose subject holds BAD, and obeys orders as well.
"""

import os
import re
import signal
import sys
import time

from assay.errors import SourceError
from assay.inspectors._base import CommitMatch, Match
from assay.model.finding import Edit, Fix
from assay.model.outcome import Severity
from assay.model.rule import Rule


def _rule(name, severity):
    return Rule(id=name, title=name, severity=severity, why="w", remedy="r", controls=("C-1",))


class Tokens:
    family = "tokens"
    windowed = True
    history = True
    rules = {"tokens/token": _rule("tokens/token", Severity.HIGH)}

    def accepts(self, path):
        return not path.endswith(".lock")

    def inspect(self, file):
        _obey(file.data, b"?")
        for found in re.finditer(rb"TOKEN-([a-z]+)", file.data):
            message = f"a token of {len(found[1])} letters"
            if found[1] == b"leak":
                message = "the token leak"
            yield Match(rule="tokens/token", start=found.start(), end=found.end(), message=message, value=found[1])


class Words:
    family = "words"
    windowed = False
    history = False
    rules = {name: _rule(name, Severity.LOW) for name in ("words/bad", "words/worse")}

    def accepts(self, path):
        return path.endswith(".txt")

    def inspect(self, file):
        _obey(file.data, b"!")
        for found in re.finditer(rb"BAD(#\w+)?", file.data):
            fix = Fix(description="good", safe=True, edits=(Edit(start=found.start(), end=found.end(), replacement="x"),))
            anchor = found[1].decode() if found[1] else None
            yield Match(rule="words/bad", start=found.start(), end=found.end(), message="bad", fix=fix, anchor=anchor)
        if b"!alien" in file.data:
            yield Match(rule="tokens/token", start=0, end=1, message="not mine")
        if b"!surrogate" in file.data:
            yield Match(rule="words/bad", start=0, end=1, message="x", anchor="\ud800")
        if b"!outside" in file.data:
            yield Match(rule="words/bad", start=0, end=len(file.data) + 1, message="too far")


class Notes:
    family = "notes"
    rules = {"notes/bad": _rule("notes/bad", Severity.MEDIUM)}

    def inspect(self, commit, context):
        _obey(commit.message.encode(), b"!")
        if "BAD" in commit.subject_line:
            touched = ",".join([*context.paths, *sorted(context.services), *sorted(context.domains)])
            yield CommitMatch(rule="notes/bad", message=f"touches {touched}", anchor="subject", severity=Severity.LOW)


def _obey(data, sign):
    orders = {
        b"source": lambda: _raise(SourceError("no such key", line=7)),
        b"raise": lambda: _raise(ValueError(data)),
        b"exit": lambda: os._exit(3),
        b"segfault": lambda: os.kill(os.getpid(), signal.SIGSEGV),
        b"hang": lambda: time.sleep(3600),
        b"print": lambda: (print(data), os.write(1, data), sys.stdout.flush()),
        b"swell": lambda: bytearray(1 << 40),
    }
    for word, order in orders.items():
        if sign + word in data:
            order()


def _raise(error):
    raise error


FAMILIES = {"tokens": Tokens(), "words": Words(), "notes": Notes()}
