"""Files made to be overlooked, to confuse or to exhaust: what is in them is found, or the gate does not pass."""

import contextlib
import json
import os
import re
import threading
import time
from pathlib import Path

import pytest

# Two windows of a file, the compiled patterns, and the interpreter with its libraries take two thirds of this.
MAX_RESIDENT_BYTES = 200 << 20
GIGABYTE = 1 << 30
WORKFLOW = ".github/workflows/ci.yml"


def judged(assay, *arguments):
    ran = assay("gate", *arguments, "--format", "json")
    assert ran.out, ran.err
    return ran.code, json.loads(ran.out)


def hiding_places(secret):
    line = b'key = "%s"\n' % secret.encode()
    return {
        "NUL behind what is looked at": b"#\n" * 4096 + line + b"\0" * 100,
        "not UTF-8": b"\xff\xfe\xfd caf\xe9 \x80\n" + line,
        "CRLF": b"# a\r\n" * 10 + line.replace(b"\n", b"\r\n"),
        "lone carriage returns": b"# a\r" * 10 + line.replace(b"\n", b"\r"),
        "UTF-16": ("# a\n" + line.decode()).encode("utf-16"),
        "a line of a megabyte": b"x " * (1 << 19) + line.strip() + b" y" * (1 << 19),
        "a megabyte of lines": b"\n" * (1 << 20) + line,
        "no line at all": line.strip(),
        "a byte order mark": b"\xef\xbb\xbf" + line,
        "terminal escapes": b"\x1b[2K\x1b[1A" + line + b"\x1b[8m",
        "bidirectional overrides": "\u202e\u2066".encode() + line,
    }


@pytest.mark.parametrize("place", hiding_places(""))
def test_a_secret_is_found_in_spite_of(project, assay, secret, place):
    project.commit({"settings.py": hiding_places(secret)[place]})
    code, report = judged(assay)
    assert (code, report["decision"]["verdict"]) == (1, "deny")
    assert len(json.dumps(report)) < 1 << 18


def test_a_binary_file_is_skipped_by_name(project, assay):
    project.commit({"a.bin": b"\0\1\2" * 1000, "empty": b""})
    code, report = judged(assay)
    assert code == 0
    assert {item["path"]: item["reason"] for item in report["inspection"]["skipped"]} == {
        "a.bin": "binary",
        "empty": "empty",
    }


NAMES = (
    b"a\nb.py",
    b"\x1b[2Jx.py",
    b"caf\xe9.py",
    b"-rf",
    b'"quoted"\\.py',
    b":(glob)x.py",
    b"\xe2\x80\xae.py",
    b"$(touch x).py",
    b"d/" * 100 + b"deep.py",
)


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_a_file_is_found_under_a_name_like(project, assay, secret, name):
    project.commit({os.fsdecode(name): f'key = "{secret}"\n'})
    for command in ("gate", "check"):
        ran = assay(command)
        assert ran.code == 1, ran
        assert "\x1b" not in ran.out + ran.err
        assert "secrets/" in ran.out


BOMBS = {
    "a billion laughs": "a: &a [x, x, x, x, x, x, x, x, x]\n"
    + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    ),
    "nesting without end": "a: " + "[" * 100_000,
    "nesting by indentation": "".join(f"{' ' * depth}a:\n" for depth in range(2_000)),
    "a node inside itself": "a: &a [*a]\n",
    "no YAML": "on: [push\njobs: }{\n",
    "a tab for indentation": "on: push\njobs:\n\ta: {}\n",
    "not UTF-8": b"on: push\nname: \xff\xfe\n",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_workflow_that_cannot_be_read_is_not_a_pass(project, assay, bomb):
    project.commit({WORKFLOW: BOMBS[bomb]})
    code, report = judged(assay)
    assert (code, report["decision"]["verdict"]) == (3, "needs_approval")
    told = {item["outcome"] for item in report["inspection"]["outcomes"] if item["rule"].startswith("workflows/")}
    assert told == {"not_evaluated"}
    reasons = [item["message"] for item in report["decision"]["reasons"] if item["rule"].startswith("workflows/")]
    assert len(reasons) == 1
    assert reasons[0].startswith("could not be evaluated")
    assert WORKFLOW in reasons[0]


def test_a_tag_of_a_workflow_makes_no_object(project, assay):
    project.commit({WORKFLOW: "on: push\njobs: !!python/object/apply:os.system ['touch ran']\n"})
    assert judged(assay)[0] == 3
    assert not (project.path / "ran").exists()


@pytest.mark.parametrize("bomb", BOMBS)
def test_nor_is_it_one_where_the_family_is_required(project, assay, bomb):
    project.git("switch", "-q", "main")
    project.commit({"assay.toml": 'version = 1\n[gate]\nrequired = ["workflows"]\n'})
    project.git("switch", "-q", "-C", "topic", "main")
    project.commit({WORKFLOW: BOMBS[bomb]})
    code, report = judged(assay)
    assert (code, report["decision"]["verdict"], report["decision"]["incomplete"]) == (2, "deny", True)


@pytest.fixture
def large(project):
    """Commit a file of a gigabyte, without keeping it in the work tree."""

    def make(name, piece, last=b""):
        file = project.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as opened:
            if piece:
                for _ in range(GIGABYTE // len(piece)):
                    opened.write(piece)
            else:
                opened.truncate(GIGABYTE)
                opened.seek(0, os.SEEK_END)
            opened.write(last)
        project.git("-c", "core.looseCompression=1", "-c", "pack.compression=1", "add", name)
        project.git("commit", "-q", "-m", "feat: large")
        file.unlink()

    return make


def resident_bytes(process):
    """Return code and output of a process, and the most memory it had at a time (proc_pid_status(5), VmHWM).

    `ru_maxrss` would not do: a process begins with the figure of the one that forked it.
    """
    peaks = [0]

    def watch():
        while process.poll() is None:
            with contextlib.suppress(OSError):
                status = Path(f"/proc/{process.pid}/status").read_text()
                peaks.extend(int(kilobytes) * 1024 for kilobytes in re.findall(r"VmHWM:\s+(\d+)", status))
            time.sleep(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    out = process.stdout.read()
    watcher.join()
    return process.returncode, out, max(peaks)


@pytest.mark.slow
def test_a_text_of_a_gigabyte_is_read_to_its_end_in_bounded_memory(large, start, secret):
    large("a.log", b"a line of the log, like all the others\n" * 26_214, last=f'key = "{secret}"\n'.encode())
    code, out, resident = resident_bytes(start("gate", "--format", "json"))
    report = json.loads(out)
    assert (code, report["decision"]["verdict"]) == (1, "deny")
    assert report["inspection"]["scanned"]["bytes"] > 0.99 * GIGABYTE
    assert resident < MAX_RESIDENT_BYTES


@pytest.mark.slow
def test_a_line_of_a_gigabyte_is_read_to_its_end_in_bounded_memory(large, start, secret):
    large("a.json", b'{"a": [0, 1, 2, 3]},' * 52_428, last=f'"{secret}"'.encode())
    code, out, resident = resident_bytes(start("gate", "--format", "json"))
    assert (code, json.loads(out)["decision"]["verdict"]) == (1, "deny")
    assert resident < MAX_RESIDENT_BYTES


@pytest.mark.slow
def test_a_binary_file_of_a_gigabyte_is_skipped_in_bounded_memory(large, start):
    large("a.bin", b"")
    code, out, resident = resident_bytes(start("gate", "--format", "json"))
    assert (code, json.loads(out)["decision"]["verdict"]) == (0, "allow")
    assert resident < MAX_RESIDENT_BYTES


@pytest.mark.slow
def test_a_workflow_of_a_gigabyte_is_not_evaluated_in_bounded_memory(large, start):
    large(WORKFLOW, b"# a comment\n" * 87_381)
    code, out, resident = resident_bytes(start("gate", "--format", "json"))
    told = {item["outcome"] for item in json.loads(out)["inspection"]["outcomes"] if "workflows/" in item["rule"]}
    assert (code, told) == (3, {"not_evaluated"})
    assert resident < MAX_RESIDENT_BYTES
