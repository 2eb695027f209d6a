"""Every renderer, given a report whose every text tries to command whoever displays it."""

import importlib.util
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt

from assay.model.report import Report
from assay.output import FORMATS, render, render_rule, render_rules, render_why

_FILE = Path(__file__).parents[1] / "assets" / "output" / "reports.py"
# What moves a cursor, sets a title, links, hides or reverses text: C0 and C1 controls, DEL, bidirectional and other
# format characters, line separators.
STEERING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


@pytest.fixture(scope="module")
def reports() -> ModuleType:
    spec = importlib.util.spec_from_file_location("output_reports", _FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def hostile(reports: ModuleType) -> Report:
    report: Report = reports.hostile()
    return report


@pytest.mark.parametrize("name", list(FORMATS))
def test_terminal_escapes_and_bidi_overrides_are_inert_in_every_format(hostile: Report, name: str):
    assert STEERING.search(render(hostile, name)) is None


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_format_can_be_written_as_utf8(hostile: Report, name: str):
    render(hostile, name).encode("utf-8")


def test_terminal_escapes_are_inert_where_colour_is_on(hostile: Report):
    text = render(hostile, "text", colour=True)
    assert STEERING.search(re.sub(r"\x1b\[[0-9;]*m", "", text)) is None


def test_terminal_escapes_are_inert_in_the_pages_of_commands(hostile: Report):
    assert hostile.why is not None
    (rule,) = hostile.rules.values()
    for text in (render_why(hostile.why), render_why(hostile.why, "json"), render_rule(rule), render_rules([rule])):
        assert STEERING.search(text) is None


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, name, attrs):
        self.names.add(name)
        self.attributes |= {key for key, _ in attrs}
        self.links += [value or "" for key, value in attrs if key == "href"]


def test_no_file_name_puts_script_into_the_page(hostile: Report):
    page = _Elements()
    page.feed(render(hostile, "html"))
    assert "script" not in page.names
    assert "img" not in page.names
    assert not {name for name in page.attributes if name.startswith("on")}
    assert all(link.startswith("#") for link in page.links)


def test_no_message_ends_an_xml_document(hostile: Report):
    root = ET.fromstring(render(hostile, "junit").encode())
    assert {element.tag for element in root.iter()} == {"testsuites", "testsuite", "testcase", "failure", "error"}


class _Runner:
    """What a GitHub runner obeys, as actions/runner reads a log (`ActionCommand.TryParseV2` and `TryParse`)."""

    COMMANDS = (
        "error",
        "warning",
        "notice",
        "debug",
        "group",
        "endgroup",
        "add-mask",
        "add-matcher",
        "stop-commands",
        "echo",
    )

    def __init__(self) -> None:
        self.obeyed: list[tuple[str, dict[str, str], str]] = []
        self.token: str | None = None

    def read(self, line: str) -> None:
        found = self.parse(line)
        if found is None:
            return
        if self.token:
            self.token = None if found[0] == self.token else self.token
            return
        if found[0] == "stop-commands":
            self.token = found[2]
        self.obeyed.append(found)

    def parse(self, line: str) -> tuple[str, dict[str, str], str] | None:
        known = (*self.COMMANDS, self.token)
        line = line.lstrip()
        if line.startswith("::") and "::" in line[2:]:
            head, _, data = line[2:].partition("::")
            name, _, rest = head.partition(" ")
            pairs = [pair.partition("=") for pair in rest.split(",") if pair]
            if name in known:
                return name, {key: self.undo(value, ":,") for key, _, value in pairs}, self.undo(data, "")
        old = re.search(r"##\[([^\] ]+)[^\]]*\]", line)
        return (old[1], {}, "") if old and old[1] in known else None

    @staticmethod
    def undo(text: str, more: str) -> str:
        for letter in ("\r", "\n", *more, "%"):
            text = text.replace(f"%{ord(letter):02X}", letter)
        return text


def test_a_file_name_gives_the_runner_no_command(hostile: Report):
    runner = _Runner()
    for line in render(hostile, "github").splitlines():
        runner.read(line)
    assert [name for name, _, _ in runner.obeyed] == ["warning", "notice", "group", "stop-commands", "endgroup"]
    assert runner.token is None


def test_properties_of_an_annotation_come_back_whole(hostile: Report):
    runner = _Runner()
    for line in render(hostile, "github").splitlines():
        runner.read(line)
    properties = runner.obeyed[1][1]
    assert set(properties) == {"file", "line", "endLine", "col", "endColumn", "title"}
    assert properties["file"].startswith("\\x1b[2J")
    assert properties["file"].endswith("onerror=alert(1)")


def test_a_line_that_is_a_command_is_none_even_where_commands_are_obeyed(hostile: Report):
    runner = _Runner()
    for line in render(hostile, "github").splitlines():
        if not line.startswith(("::stop-commands::", "::warning ", "::notice ", "::group::", "::endgroup::")):
            runner.read(line)
    assert runner.obeyed == []


def test_no_text_is_a_link_an_image_or_html_in_a_comment(hostile: Report):
    text = render(hostile, "markdown")
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    inline = {child.type for token in tokens for child in token.children or ()}
    assert not inline & {"link_open", "image"}
    blocks = [token.content for token in tokens if token.type == "html_block"]
    written = [child.content for token in tokens for child in token.children or () if child.type == "html_inline"]
    assert set(written) == {"<!-- -->", "<code>", "</code>"}
    allowed = re.compile(r"</?(details|summary|code)>|<!-- assay:report -->")
    assert all("<" not in allowed.sub("", block) for block in blocks)
    assert [token.tag for token in tokens if token.type == "heading_open"] == ["h2", "h3", "h3"]


def test_nobody_is_mentioned_and_nothing_is_referred_to_outside_code(hostile: Report):
    page = MarkdownIt("commonmark").enable("table").render(render(hostile, "markdown"))
    outside = re.sub(r"<(pre|code)\b.*?</\1>", "", page, flags=re.DOTALL)
    assert "everyone" in outside
    assert re.findall(r"@\w|#\d|://|www\.", outside) == []


def test_no_line_of_a_comment_is_a_quick_action(hostile: Report):
    assert not [line for line in render(hostile, "markdown").splitlines() if line.lstrip().startswith("/")]


def test_no_message_is_a_link_or_a_placeholder_in_sarif(hostile: Report):
    (run,) = json.loads(render(hostile, "sarif"))["runs"]
    text = run["results"][0]["message"]["text"]
    assert "\\[y\\](javascript:alert(1))" in text
    assert "{{0}}" in text
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].isascii()
