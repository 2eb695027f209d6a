"""A fix changes only what it says, leaves a workflow behind, and silences the finding that offered it."""

from pathlib import Path

import pytest

from assay.inspectors._base import Match, SourceFile
from assay.inspectors.workflows import INSPECTOR
from assay.source import yaml
from assay.source.edits import apply_edits

FIXTURES = sorted((Path(__file__).parents[3] / "tests/assets/workflows").glob("*/bad-*.yml"))


def found(rule: str, data: bytes, *, path: str = ".github/workflows/x.yml") -> list[Match]:
    return [match for match in INSPECTOR.inspect(SourceFile(path=path, data=data)) if match.rule == rule]


def fixed(rule: str, text: str) -> str:
    """Apply the fixes that `rule` offers one after the other, as each finding is then found anew."""
    data = text.encode()
    while offers := [match.fix for match in found(f"workflows/{rule}", data) if match.fix]:
        data = apply_edits(data, offers[0].edits)
    return data.decode()


def kept(before: bytes, match: Match) -> bool:
    """Whether every byte outside of the edits is still there, in order."""
    assert match.fix
    after, position, offset = apply_edits(before, match.fix.edits), 0, 0
    for edit in sorted(match.fix.edits, key=lambda edit: edit.start):
        assert after[position + offset : edit.start + offset] == before[position : edit.start]
        offset += len(edit.replacement.encode()) - (edit.end - edit.start)
        position = edit.end
    return after[position + offset :] == before[position:]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: f"{fixture.parent.name}/{fixture.stem}")
def test_a_fix_silences_its_finding_and_keeps_the_rest(fixture, end):
    data = fixture.read_text(encoding="utf-8").replace("\n", end).encode()
    path = "action.yml" if fixture.name.endswith(".action.yml") else ".github/workflows/x.yml"
    rule = f"workflows/{fixture.parent.name}"
    before = found(rule, data, path=path)
    for match in (match for match in before if match.fix):
        after = apply_edits(data, match.fix.edits)
        assert len(found(rule, after, path=path)) == len(before) - 1, match
        assert kept(data, match)
        assert after.count(b"\n") == after.count(end.encode())
        assert yaml.compose(after) is not None


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        (
            "missing-timeout",
            "on: push\njobs:\n  a:\n    runs-on: x  # why\n    steps: [{run: y}]\n",
            "on: push\njobs:\n  a:\n    runs-on: x  # why\n    timeout-minutes: 60\n    steps: [{run: y}]\n",
        ),
        (
            "missing-timeout",
            "on: push\njobs:\n  a:\n    runs-on: [x]\n    steps:\n    - run: y\n",
            "on: push\njobs:\n  a:\n    runs-on: [x]\n    timeout-minutes: 60\n    steps:\n    - run: y\n",
        ),
        (
            "missing-timeout",
            "on: push\njobs: {a: {runs-on: x, steps: [{run: y}]}}\n",
            "on: push\njobs: {a: {timeout-minutes: 60, runs-on: x, steps: [{run: y}]}}\n",
        ),
        (
            "persisted-credentials",
            "on: push\njobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4 # why\n      - run: y\n",
            (
                "on: push\njobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4 # why\n        with:\n"
                "          persist-credentials: false\n      - run: y\n"
            ),
        ),
        (
            "persisted-credentials",
            "on: push\njobs:\n  a:\n    steps:\n      - with:\n          ref: z\n        uses: actions/checkout@v4",
            (
                "on: push\njobs:\n  a:\n    steps:\n      - with:\n"
                "          persist-credentials: false\n          ref: z\n        uses: actions/checkout@v4"
            ),
        ),
        (
            "persisted-credentials",
            "on: push\njobs: {a: {steps: [{uses: actions/checkout@v4, with: {}}]}}\n",
            "on: push\njobs: {a: {steps: [{uses: actions/checkout@v4, with: {persist-credentials: false}}]}}\n",
        ),
        (
            "persisted-credentials",
            (
                "on: push\njobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n        with:\n"
                "          persist-credentials: 'true'\n"
            ),
            (
                "on: push\njobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n        with:\n"
                "          persist-credentials: false\n"
            ),
        ),
        (
            "excessive-permissions",
            "on: push\n\njobs:\n  a: {runs-on: x}\n",
            "on: push\n\npermissions:\n  contents: read\n\njobs:\n  a: {runs-on: x}\n",
        ),
        (
            "missing-concurrency",
            "on: push\njobs:\n  a: {runs-on: x}\n",
            "on: push\nconcurrency:\n  group: ${{ github.workflow }}-${{ github.ref }}\n\njobs:\n  a: {runs-on: x}\n",
        ),
        (
            "insecure-commands",
            "on: push\nenv: {ACTIONS_ALLOW_UNSECURE_COMMANDS: 'true'}\njobs: {}\n",
            "on: push\nenv: {ACTIONS_ALLOW_UNSECURE_COMMANDS: false}\njobs: {}\n",
        ),
        (
            "unsound-condition",
            "on: push\njobs:\n  a:\n    if: |  # why\n      ${{ b }}\n\n    runs-on: x\n",
            "on: push\njobs:\n  a:\n    if: |-  # why\n      ${{ b }}\n\n    runs-on: x\n",
        ),
        (
            "template-injection",
            (
                "on: issues\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
                '      - run: echo "${{ github.event.issue.title }}"\n'
            ),
            (
                "on: issues\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
                "      - env:\n          ISSUE_TITLE: ${{ github.event.issue.title }}\n"
                '        run: echo "${ISSUE_TITLE}"\n'
            ),
        ),
        (
            "template-injection",
            (
                "on: issues\ndefaults: {run: {shell: bash}}\njobs:\n  a:\n    runs-on: ours\n    steps:\n"
                "      - env:\n          A: b\n        run: |\n          echo ${{ github.head_ref }}\n"
            ),
            (
                "on: issues\ndefaults: {run: {shell: bash}}\njobs:\n  a:\n    runs-on: ours\n    steps:\n"
                "      - env:\n          HEAD_REF: ${{ github.head_ref }}\n          A: b\n        run: |\n"
                "          echo ${HEAD_REF}\n"
            ),
        ),
    ],
)
def test_a_fix_reads_as_if_written_by_hand(rule, before, after):
    assert fixed(rule, before) == after


def injection(step: str, *, runner: str = "ubuntu-latest") -> Match:
    text = f"on: issues\njobs:\n  a:\n    runs-on: {runner}\n    steps:\n      - {step}\n"
    (match,) = found("workflows/template-injection", text.encode())
    return match


@pytest.mark.parametrize(
    "step",
    [
        "run: echo '${{ github.head_ref }}'",
        'run: "it\'s ${{ github.head_ref }}"',
        "run: echo ${{ format('{0}', github.head_ref) }}",
        "run: cat <<'END' ${{ github.head_ref }}",
        "run: echo ${{ github.event }}",
        "run: echo ${{ github }}",
        "run: echo ${{ github.event.commits[0].message }}",
        "run: echo ${{ github.event.commits.*.message }}",
        'run: "echo \\x24{{ github.head_ref }}"',
        "{run: 'echo ${{ github.head_ref }}'}",
        "{run: 'echo ${{ github.head_ref }}', shell: pwsh}",
        "run: echo ${{ github.head_ref }}\n        env: {A: b}",
        "run: echo ${{ github.head_ref }}\n        env:\n          HEAD_REF: b",
        "run: echo ${{ github.head_ref }} " + "x" * 60_000,
        "uses: actions/github-script@v7\n        with: {script: '`${{ github.head_ref }}`'}",
    ],
)
def test_a_variable_is_not_offered_where_the_shell_may_not_read_it(step):
    assert injection(step).fix is None


def test_a_variable_is_not_offered_where_the_shell_is_not_known():
    assert injection("run: echo ${{ github.head_ref }}", runner="windows-latest").fix is None
    assert injection("run: echo ${{ github.head_ref }}", runner="${{ matrix.os }}").fix is None
    assert injection("run: echo ${{ github.head_ref }}").fix is not None


@pytest.mark.parametrize(("shell", "offered"), [("bash", True), ("pwsh", False)])
def test_a_composite_action_names_its_shell(shell, offered):
    text = f"runs:\n  using: composite\n  steps:\n    - shell: {shell}\n      run: echo ${{{{ inputs.name }}}}\n"
    (match,) = found("workflows/template-injection", text.encode(), path="action.yml")
    assert bool(match.fix) is offered


def test_whole_files_in_braces_get_no_lines():
    text = b"{on: push, jobs: {a: {runs-on: x, steps: [{run: y}]}}}"
    for rule in ("excessive-permissions", "missing-concurrency"):
        (match,) = found(f"workflows/{rule}", text)
        assert match.fix is None


@pytest.mark.parametrize(
    ("step", "later", "safe"),
    [
        ("uses: actions/checkout@v4", "run: make", True),
        ("uses: actions/checkout@v4", "run: git push", False),
        ("uses: actions/checkout@v4", "run: git -C x fetch --all", False),
        ("uses: actions/checkout@v4", "uses: peter-evans/create-pull-request@v7", False),
        ("uses: actions/checkout@v4", "uses: ./own", True),
    ],
)
def test_not_storing_the_token_is_safe_where_nothing_asks_the_remote(step, later, safe):
    text = f"on: push\njobs:\n  a:\n    steps:\n      - {step}\n      - {later}\n"
    (match,) = found("workflows/persisted-credentials", text.encode())
    assert match.fix
    assert match.fix.safe is safe


def test_a_checkout_that_cannot_be_edited_by_lines_gets_no_fix():
    steps = b"      - {uses: actions/checkout@v4}\n      - uses: >-\n          actions/checkout@v4\n"
    text = b"on: push\njobs:\n  a:\n    steps:\n" + steps
    assert [match.fix for match in found("workflows/persisted-credentials", text)] == [None, None]
