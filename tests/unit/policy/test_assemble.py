"""What packs are told of a change."""

import json

import pytest

from assay.model.subject import ChangeStatus


def told(decided):
    return json.loads(decided.input_bytes)


def test_files_and_commits_are_told(cases, judge):
    file = cases.changed("b.py", ChangeStatus.RENAMED, old_path="a.py", added=None, services=("api",), domains=("phi",))
    trailers = (
        ("PHI-Impact", "none"),
        ("Refs", "A-1"),
        ("phi-impact", "low"),
        ("Co-authored-by", "Bob <bob@example.org>"),
    )
    commit = cases.commit(message="feat(api)!: new\n\nbody", trailers=trailers, signed=True)
    given = told(judge(cases.clean_log(change=cases.change(file, commits=(commit,)))))
    assert given["schema"] == "assay.input/1"
    assert given["gate"] == "merge"
    assert given["at"] == cases.AT
    assert given["change"]["files"] == [
        {"path": "b.py", "old_path": "a.py", "status": "renamed", "deleted": 0, "services": ["api"], "domains": ["phi"]}
    ]
    (said,) = given["commits"]
    assert (said["type"], said["scope"], said["signed"]) == ("feat", "api", True)
    assert said["trailers"]["phi-impact"] == ["none", "low"]
    assert said["author"]["person"] == "alice"
    assert said["coauthors"] == [{"name": "Bob", "email": "bob@example.org", "person": "bob"}]


@pytest.mark.parametrize("message", ["Fixed it", "fix : it", "fix(): it", ": it", ""])
def test_a_subject_of_another_form_has_no_type(cases, judge, message):
    log = cases.clean_log(change=cases.change(commits=(cases.commit(message=message),)))
    (said,) = told(judge(log))["commits"]
    assert "type" not in said
    assert "scope" not in said


def test_everything_else_is_told(cases, judge):
    log = cases.clean_log(cases.finding())
    log.add("https://example.org/tests/v1", {"coverage": 0.5})
    given = told(judge(log))
    assert given["findings"] == [
        {
            "rule": "workflows/unpinned-action",
            "family": "workflows",
            "severity": "high",
            "confidence": "high",
            "message": "workflows/unpinned-action here",
            "path": "a.yml",
            "line": 7,
            "fingerprint": cases.finding().fingerprint,
            "controls": [],
        }
    ]
    assert given["outcomes"]["workflows/unpinned-action"] == "fail"
    assert given["risk"]["score_ppm"] == 100_000
    assert given["statements"] == {"https://example.org/tests/v1": [{"coverage": "0.5"}]}
    assert given["people"]["carol"]["roles"] == ["security"]
    assert "people" not in given["config"]
    assert given["config"]["check"]["threshold"] == "high"


def test_a_commit_of_a_finding_is_told(cases, judge):
    from assay.model.finding import Place

    found = cases.finding(place=Place(path="", commit=cases.oid("c")))
    (said,) = told(judge(cases.clean_log(found)))["findings"]
    assert said["commit"] == cases.oid("c")
    assert "line" not in said


def test_statements_by_the_same_signers_replace_one_another(cases, judge):
    log = cases.clean_log()
    log.add("https://example.org/tests/v1", {"n": 1})
    log.add("https://example.org/tests/v1", {"n": 2})
    assert told(judge(log))["statements"] == {"https://example.org/tests/v1": [{"n": 2}]}
