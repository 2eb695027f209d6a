"""Gates that meet: in one second, in two processes."""

import json

from assay import api

AT = "2024-06-01T12:00:00Z"


def test_two_gates_of_one_second_do_not_void_each_others_evidence(project):
    project.commit({"a.txt": "a\n"})
    for kind in (api.GateKind.COMMIT, api.GateKind.MERGE, api.GateKind.MERGE):
        assert api.gate(project.path, kind=kind, at=AT).decision.verdict is api.Verdict.ALLOW


def test_two_gates_in_two_processes_are_both_recorded(project, start, assay):
    project.commit({"a.txt": "a\n"})
    running = [start("gate", "--format", "json") for _ in range(4)]
    reports = []
    for process in running:
        out, err = process.communicate()
        assert process.returncode == 0, err
        reports.append(json.loads(out))
    assert {report["decision"]["checkpoint"]["origin"] for report in reports} == {
        reports[0]["decision"]["checkpoint"]["origin"]
    }
    assert len({report["decision_index"] for report in reports}) == 4
    verified = assay("ledger", "verify", "--payloads")
    assert (verified.code, "ok: 12 entries" in verified.out) == (0, True), verified
    for report in reports:
        shown = json.loads(assay("ledger", "show", report["decision_digest"][:12]).out)
        assert shown["predicate"]["verdict"] == "allow"
