"""The inspector: lazy, prepared from a folder, and silent about values."""

import codecs
import random
import string
import subprocess
import sys
from collections.abc import Generator

import pytest

from assay.inspectors._base import FileInspector, SourceFile
from assay.inspectors._content import open_pieces
from assay.inspectors.secrets import INSPECTOR, SecretsInspector
from assay.inspectors.secrets._catalogue import load_rules


def drawn(length: int, seed: int = 1) -> str:
    return "".join(random.Random(seed).choices(string.ascii_letters + string.digits, k=length))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> SecretsInspector:
    inspector = SecretsInspector()
    inspector.prepare(tmp_path_factory.mktemp("state") / "cache")
    return inspector


def test_it_is_a_file_inspector():
    inspector: FileInspector = INSPECTOR
    assert (inspector.family, inspector.windowed, inspector.history) == ("secrets", True, True)
    assert all(inspector.accepts(path) for path in ("", ".env", "a/b.py", "LICENSE"))


def test_it_lists_every_rule_it_can_report():
    assert set(INSPECTOR.rules) == {rule.id for rule in load_rules()}
    assert all(rule.family == "secrets" and rule.id == key for key, rule in INSPECTOR.rules.items())


def test_a_match_names_the_rule_and_never_the_value(prepared, examples):
    for name, pair in examples.items():
        for sample in pair.match:
            for match in prepared.inspect(SourceFile(path="config/app.yaml", data=sample.encode())):
                value = match.value.decode()
                assert match.rule in prepared.rules
                assert value not in match.message
                assert value not in repr(match)
                assert match.message.startswith(prepared.rules[match.rule].title), name


def test_the_message_says_what_is_in_doubt(prepared):
    (match,) = prepared.inspect(SourceFile(path="", data=f"ghp_{drawn(36)}".encode()))
    assert match.message == (
        "GitHub personal access token (classic); a check of its form failed, so it may be altered or invented"
    )


def test_a_commit_message_is_read_too(prepared):
    (match,) = prepared.inspect(SourceFile(path="", data=f"fix: remove glpat-{drawn(20)} from the job\n".encode()))
    assert match.rule == "secrets/gitlab-token"


def test_a_prepared_inspector_finds_the_same(prepared, examples):
    fresh = SecretsInspector()
    for pair in examples.values():
        file = SourceFile(path="a.yaml", data="\n".join(pair.match).encode())
        assert list(prepared.inspect(file)) == list(fresh.inspect(file))


def test_preparing_again_loads_what_was_stored(tmp_path):
    first, second = SecretsInspector(), SecretsInspector()
    first.prepare(tmp_path / "cache")
    stored = {path.name: path.read_bytes() for path in (tmp_path / "cache").iterdir()}
    second.prepare(tmp_path / "cache")
    assert stored == {path.name: path.read_bytes() for path in (tmp_path / "cache").iterdir()}
    assert sorted(name.rpartition(".")[2] for name in stored) == ["hsdb", "json"]
    assert second.rules == first.rules == INSPECTOR.rules


def test_windows_of_a_large_file_find_what_the_whole_does(prepared):
    body = b"".join(b"line %d\n" % number for number in range(20_000))
    value = f"ghp_{drawn(36)}".encode()
    data = body[:100_000] + value + b"\n" + body[100_000:]
    for start in (0, 60_000, 99_990, 100_000):
        window = SourceFile(path="big.log", data=data[start : start + 80_000])
        found = [(start + match.start, match.value) for match in prepared.inspect(window)]
        assert found == ([(100_000, value)] if start + 80_000 > 100_040 else [])


class InMemory:
    """The content of a file that is only here."""

    def __init__(self, data: bytes) -> None:
        self.size = len(data)
        self._data = data

    def read(self, limit: int) -> bytes:
        assert self.size <= limit
        return self._data

    def chunks(self) -> Generator[bytes]:
        yield self._data


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_secret_in_any_unicode_text_is_found(prepared, encoding):
    value = f"ghp_{drawn(36)}"
    mark = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}.get(encoding, b"")
    pieces = open_pieces(InMemory(mark + f"Schl\u00fcssel:\n$token = '{value}'\n".encode(encoding)), "login.ps1")
    (match,) = [match for piece in pieces for match in prepared.inspect(piece.source)]
    assert match.value.decode() == value


def test_importing_it_loads_no_engine():
    script = "import sys, assay.inspectors.secrets as s; s.INSPECTOR.rules; print('hyperscan' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_without_hyperscan_it_still_finds(examples):
    script = (
        "import sys; sys.modules['hyperscan'] = None\n"
        "from assay.inspectors._base import SourceFile\n"
        "from assay.inspectors.secrets import INSPECTOR\n"
        "data = sys.stdin.buffer.read()\n"
        "print(*(match.rule for match in INSPECTOR.inspect(SourceFile(path='a.txt', data=data))))"
    )
    data = "".join(examples["secrets/slack-token"].match[:1]).encode()
    run = subprocess.run([sys.executable, "-c", script], input=data, capture_output=True, check=True)
    assert run.stdout.decode().split() == ["secrets/slack-token"]
