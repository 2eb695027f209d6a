import subprocess
import sys

import pytest

from assay.errors import SourceError
from assay.inspectors._base import SourceFile
from assay.inspectors.workflows import INSPECTOR


@pytest.mark.parametrize(
    ("path", "accepted"),
    [
        (".github/workflows/ci.yml", True),
        (".github/workflows/ci.yaml", True),
        ("action.yml", True),
        (".github/actions/deploy/action.yaml", True),
        (".github/workflows/nested/ci.yml", False),
        ("docs/.github/workflows/ci.yml", False),
        (".github/workflows/README.md", False),
        (".github/dependabot.yml", False),
        ("transaction.yml", False),
        ("action.yml.orig", False),
    ],
)
def test_it_reads_what_github_reads(path, accepted):
    assert INSPECTOR.accepts(path) is accepted


def test_rules_are_of_its_family_and_complete():
    for id_, rule in INSPECTOR.rules.items():
        assert id_ == rule.id
        assert rule.family == INSPECTOR.family
        assert rule.title
        assert rule.why
        assert rule.remedy
        assert rule.controls


def test_text_that_is_not_yaml_is_an_error_and_not_a_finding():
    with pytest.raises(SourceError, match="not YAML") as caught:
        list(INSPECTOR.inspect(SourceFile(path=".github/workflows/x.yml", data=b"on: push\njobs: [\n")))
    assert caught.value.line == 3


def test_a_file_of_another_program_named_action_is_left_alone():
    data = b"name: rest-server\nruns: daily\n---\nsteps: [{uses: a/b@v1}]\n"
    assert list(INSPECTOR.inspect(SourceFile(path="ansible/action.yml", data=data))) == []


def test_importing_it_loads_no_parser():
    script = "import sys, assay.inspectors.workflows as w; w.INSPECTOR.accepts('x'); print('yaml' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


def test_places_are_bytes_of_the_file_whatever_stands_before():
    text = "\ufeff# ünïcode\r\non: push\r\njobs:\r\n  bild-ä: {uses: 'ö/wörk@v1'}\r\n"
    data = text.encode()
    places = [
        data[found.start : found.end].decode()
        for found in INSPECTOR.inspect(SourceFile(path=".github/workflows/x.yml", data=data))
        if found.rule == "workflows/unpinned-action"
    ]
    assert places == ["'ö/wörk@v1'"]


def test_a_password_is_given_to_be_masked_and_never_shown():
    data = (
        b"on: push\njobs:\n  a:\n    container:\n      credentials:\n        password: open-sesame\n"
        b"    runs-on: x\n    steps: []\n"
    )
    found = [
        match
        for match in INSPECTOR.inspect(SourceFile(path=".github/workflows/x.yml", data=data))
        if match.rule == "workflows/hardcoded-container-credentials"
    ]
    assert [match.value for match in found] == [b"open-sesame"]
    assert "open-sesame" not in repr(found)


@pytest.mark.parametrize(
    ("permissions", "severity"),
    [("{}", "medium"), ("read-all", "medium"), ("{contents: write}", "high"), ("write-all", "high")],
)
def test_a_privileged_trigger_weighs_what_its_token_may_do(permissions, severity):
    text = f"on: workflow_run\npermissions: {permissions}\njobs: {{a: {{runs-on: x, steps: [{{run: y}}]}}}}\n"
    file = SourceFile(path=".github/workflows/x.yml", data=text.encode())
    found = [match.severity for match in INSPECTOR.inspect(file) if match.rule == "workflows/dangerous-trigger"]
    assert found == [severity]


def test_what_names_nothing_is_not_called_unpinned():
    text = b"on: push\njobs: {a: {runs-on: x, steps: [{uses: nothing}, {uses: /x@v1}]}}\n"
    file = SourceFile(path=".github/workflows/x.yml", data=text)
    assert [match for match in INSPECTOR.inspect(file) if match.rule == "workflows/unpinned-action"] == []


HEAD = "github.event.pull_request.head.repo"


@pytest.mark.parametrize(
    ("condition", "severity"),
    [
        (f"{HEAD}.full_name == github.repository", "medium"),
        (f"github.repository == {HEAD}.full_name && github.actor != 'x'", "medium"),
        (f"${{{{ success() && ({HEAD}.fork == false) }}}}", "medium"),
        (f"'!{HEAD}.fork'", "medium"),
        (f"{HEAD}.owner.login == 'ours'", "medium"),
        (f"{HEAD}.full_name == github.repository || always()", "critical"),
        (f"{HEAD}.full_name != github.repository", "critical"),
        (f"{HEAD}.fork", "critical"),
        (f"'!({HEAD}.fork == false)'", "critical"),
        (f"${{{{ {HEAD}.fork == false }}}} && true", "critical"),
        ("github.event.pull_request.merged == false", "critical"),
        ("success()", "critical"),
        ("a b", "critical"),
    ],
)
def test_a_condition_that_keeps_forks_out_is_understood(condition, severity):
    text = (
        f"on: pull_request_target\njobs:\n  a:\n    if: {condition}\n    runs-on: x\n    steps:\n"
        "      - uses: actions/checkout@v4\n        with: {ref: '${{ github.head_ref }}'}\n"
    )
    file = SourceFile(path=".github/workflows/x.yml", data=text.encode())
    found = [match for match in INSPECTOR.inspect(file) if match.rule == "workflows/dangerous-trigger"]
    assert [match.severity for match in found if match.anchor != "on.pull_request_target"] == [severity]
