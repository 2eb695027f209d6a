import json
from importlib import resources
from types import ModuleType
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay._version import __version__
from assay.model.wire import to_wire
from assay.output import render
from assay.output.jsontext import dumps


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return json.loads(resources.files("assay.output").joinpath("schemas/report-1.schema.json").read_text("utf-8"))


def strict(node: Any) -> Any:
    """Return a schema that also refuses members it does not name: nothing may be written without being documented."""
    if isinstance(node, dict):
        closed = {key: strict(value) for key, value in node.items()}
        if node.get("type") == "object" and "properties" in node:
            closed.setdefault("additionalProperties", False)
        return closed
    return [strict(item) for item in node] if isinstance(node, list) else node


def test_every_report_is_as_the_schema_says(report, schema: dict[str, Any]):
    document = json.loads(render(report, "json"))
    assert [error.message for error in jsonschema_rs.validator_for(strict(schema)).iter_errors(document)] == []


def test_a_member_of_another_type_is_refused(reports: ModuleType, schema: dict[str, Any]):
    document = json.loads(render(reports.deny(), "json"))
    document["inspection"]["findings"][0]["place"]["span"]["line"] = "1"
    assert not jsonschema_rs.validator_for(schema).is_valid(document)


def test_a_reader_accepts_members_of_a_later_version(reports: ModuleType, schema: dict[str, Any]):
    document = json.loads(render(reports.deny(), "json")) | {"later": True}
    assert jsonschema_rs.validator_for(schema).is_valid(document)


def test_everything_a_report_holds_is_there(report):
    document = json.loads(render(report, "json"))
    for name, value in to_wire(report).items():
        # Lone surrogates are no JSON text; a change also names its subject.
        expected = json.loads(dumps(value))
        found = document[name]
        if name == "change":
            found = {key: member for key, member in found.items() if key != "subject"}
        assert found == expected


def test_what_was_derived_stands_beside_it(reports: ModuleType):
    document = json.loads(render(reports.waived(), "json"))
    assert document["schema"] == "assay.report/1"
    assert document["tool"] == {"name": "assay", "version": __version__}
    assert document["exit_code"] == 0
    assert document["summary"]["label"] == "ALLOWED"
    assert document["summary"]["findings"] == 2
    assert document["summary"]["findings_waived"] == 1
    assert document["summary"]["findings_at_threshold"] == 0
    assert document["summary"]["rules"]["error"] == 0
    assert document["change"]["subject"]["digest"]["gitTree"] == document["change"]["head_tree"]


@given(
    st.recursive(
        st.text(st.characters(exclude_categories=["Cs"])) | st.integers() | st.booleans() | st.none(), st.lists
    )
)
def test_what_is_written_reads_back(value: Any):
    assert json.loads(dumps(value)) == value


@given(st.text(st.characters(exclude_categories=[])))
def test_the_text_steers_no_terminal(text: str):
    written = dumps([text])
    assert not set(written) & {
        chr(code) for code in (*range(0xA), *range(0xB, 0x20), *range(0x7F, 0xA0), 0x202E, 0x2028)
    }
    written.encode("utf-8")
