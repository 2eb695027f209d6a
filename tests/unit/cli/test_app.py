import subprocess
import sys

import pytest

from assay.cli import app
from assay.cli.registry import COMMANDS
from assay.errors import AssayError, EmptyRangeError


def run(capsys, *arguments):
    code = app.run(list(arguments))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_help_lists_every_command_and_the_exit_codes(capsys):
    code, out, _ = run(capsys, "--help")
    assert code == 0
    for name, (_, summary) in COMMANDS.items():
        assert f"  {name} " in out
        assert summary.split()[0] in out
    assert "Exit codes:" in out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_that_teaches(capsys, name):
    code, out, _ = run(capsys, name, "--help")
    assert code == 0
    assert f"Usage: assay {name}" in out


def test_a_mistyped_command_is_told_what_was_probably_meant(capsys):
    code, _, err = run(capsys, "gaet")
    assert code == 2
    assert "did you mean 'gate'" in err


def test_an_unknown_command_without_a_near_one_is_an_error(capsys):
    assert run(capsys, "zzzzzz")[0] == 2


@pytest.mark.parametrize(("error", "code"), [(AssayError("no", hint="do this"), 2), (EmptyRangeError("empty"), 4)])
def test_an_error_on_purpose_ends_with_its_code_and_hint(capsys, monkeypatch, error, code):
    monkeypatch.setattr(app.root, "main", lambda **_: (_ for _ in ()).throw(error))
    got, out, err = run(capsys, "gate")
    assert (got, out) == (code, "")
    assert error.message in err
    assert (error.hint or "") in err


def test_a_crash_says_where_and_never_with_what(capsys, monkeypatch):
    def crash(**_):
        raise ValueError("the patient's name")

    monkeypatch.setattr(app.root, "main", crash)
    code, _, err = run(capsys, "gate")
    assert code == 2
    assert "ValueError in test_app.py" in err
    assert "no decision was made" in err
    assert "patient" not in err


def test_an_interrupt_is_130_and_no_decision(capsys, monkeypatch):
    def interrupt(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr(app.root, "main", interrupt)
    code, _, err = run(capsys, "gate")
    assert code == 130
    assert "no decision was made" in err


def test_version_answers_before_click_loads():
    loaded = python(
        "import sys; sys.argv = ['assay', '--version']\n"
        "from assay.cli.__main__ import main\nmain()\nprint('click' in sys.modules)"
    )
    assert loaded.splitlines()[-1] == "False"


def test_help_imports_no_command_and_nothing_heavy():
    loaded = python(
        "import sys\nfrom assay.cli.app import run\nrun(['--help'])\n"
        "heavy = ('assay.gate', 'assay.policy', 'yaml', 'cryptography', 'rich')\n"
        "print([m for m in sys.modules if m.startswith(heavy)])"
    )
    assert loaded.splitlines()[-1] == "[]"


# What a hook pays for at every commit. Each was measured to cost more than all the rest of the start.
DENIED = ("pydantic", "fastapi", "pandas", "sklearn", "lightgbm", "rich", "regorus", "jsonschema_rs", "sigstore")


def test_check_does_not_import_what_it_does_not_need(repo):
    repo.commit({"a.py": "x = 1\n"}, message="feat: a")
    repo.write({"b.py": "y = 1\n"})
    repo.git("add", "b.py")
    loaded = python(
        f"import sys, os\nos.chdir({str(repo.path)!r})\nfrom assay.cli.app import run\n"
        "code = run(['check', '--staged', '--hook'])\n"
        f"print(code, [m for m in sys.modules if m.split('.')[0] in {DENIED!r}])"
    )
    assert loaded.splitlines()[-1] == "0 []"
