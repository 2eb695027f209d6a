"""The report as a page, in a real browser: quiet, readable by everybody, usable without a mouse, and on paper."""

import importlib.util
import struct
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from assay.output import render

pytestmark = pytest.mark.browser

_ASSETS = Path(__file__).parents[1] / "assets" / "output"
_CONTRAST = (_ASSETS / "contrast.js").read_text("utf-8")


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("output_reports", _ASSETS / "reports.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_REPORTS = _load().REPORTS


@pytest.mark.parametrize("name", list(_REPORTS))
def test_the_page_is_quiet(open_page: Any, name: str):
    watched = open_page(render(_REPORTS[name](), "html"))
    assert watched.messages == []
    assert watched.requests == []


def test_the_policy_stops_whatever_gets_past_the_escaping(open_page: Any):
    planted = (
        "<script>document.title = 'owned'</script><img src='https://evil.example/a.png' onerror='document.title=1'>"
        "<style>h1 { display: none }</style><p style='color: red' id='planted'>x</p>"
        "<iframe src='https://evil.example/'></iframe><link rel='stylesheet' href='https://evil.example/a.css'>"
    )
    text = render(_REPORTS["deny"](), "html").replace("</main>", f"{planted}</main>")
    watched = open_page(text)
    assert watched.page.title() == "Denied: clinic-api, main..feature/intake"
    assert watched.page.locator("h1").is_visible()
    red = watched.page.locator("#planted").evaluate("element => getComputedStyle(element).color")
    assert red != "rgb(255, 0, 0)"
    violations = [message for message in watched.messages if "Content Security Policy" in message]
    assert len(violations) >= 5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["allow", "needs-approval", "deny", "incomplete", "waived", "check", "empty"])
def test_all_text_has_contrast(open_page: Any, name: str, scheme: str):
    watched = open_page(render(_REPORTS[name](), "html"), scheme=scheme)
    watched.page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    seen = watched.page.evaluate(_CONTRAST)
    assert seen["found"] == []
    assert seen["checked"] > 10


def test_the_check_for_contrast_can_fail(open_page: Any):
    watched = open_page("<body style='background: #fff'><p style='color: #999'>pale</p></body>")
    assert watched.page.evaluate(_CONTRAST)["found"] == ["2.85 pale"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_readers_scheme(open_page: Any, scheme: str):
    watched = open_page(render(_REPORTS["deny"](), "html"), scheme=scheme)
    colour = watched.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colour == {"light": "rgb(255, 255, 255)", "dark": "rgb(22, 25, 28)"}[scheme]


@pytest.mark.parametrize("name", list(_REPORTS))
def test_a_telephone_shows_all_of_it_without_scrolling_sideways(open_page: Any, name: str):
    watched = open_page(render(_REPORTS[name](), "html"), width=360)
    assert watched.page.evaluate("document.documentElement.scrollWidth") == 360
    beyond = """
    () => [...document.querySelectorAll('main *')]
      .filter(element => !element.closest('.scroll, svg') && element.getBoundingClientRect().right > 361)
      .map(element => element.outerHTML.slice(0, 80))
    """
    assert watched.page.evaluate(beyond) == []


def test_landmarks_and_pictures_have_names(open_page: Any):
    page = open_page(render(_REPORTS["needs-approval"](), "html")).page
    for role in ("banner", "main", "contentinfo"):
        assert page.get_by_role(role).count() == 1
    assert page.get_by_role("navigation", name="Sections").count() == 1
    for name in ("What to do", "Why", "Approvals", "Risk", "Findings", "Rules", "The change", "Record"):
        assert page.get_by_role("region", name=name, exact=True).count() == 1
    assert page.get_by_role("img", name="Risk 72.4 of 100").count() == 1
    assert page.get_by_role("img", name="From the base to the record").count() == 1
    assert page.get_by_role("img", name="secrets: 6 pass").count() == 1


def test_a_keyboard_is_enough(open_page: Any):
    page = open_page(render(_REPORTS["deny"](), "html")).page
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "Skip to the findings"
    assert (box := skip.bounding_box()) is not None
    assert box["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#findings"
    page.keyboard.press("Tab")
    assert page.locator(":focus").evaluate("element => element.localName") == "summary"
    assert page.locator(":focus").evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.locator("#findings details").first.get_attribute("open") is None


def test_one_click_selects_a_command_whole(open_page: Any):
    page = open_page(render(_REPORTS["needs-approval"](), "html")).page
    page.locator("#next .command code").click()
    assert page.evaluate("getSelection().toString().trim()") == "assay approve 86ae35d5 --meaning reviewed"


def test_a_reason_leads_to_its_finding(open_page: Any):
    page = open_page(render(_REPORTS["deny"](), "html")).page
    page.get_by_role("link", name=".github/workflows/release.yml:14:15").click()
    assert page.locator(":target").locator("h4").inner_text() == "high workflows/unpinned-action at 14:15"


def test_paper_shows_what_is_closed_on_the_screen(open_page: Any):
    page = open_page(render(_REPORTS["deny"](), "html")).page
    closed = page.locator("details:not([open]) > p").first
    assert not closed.is_visible()
    page.emulate_media(media="print")
    assert closed.is_visible()
    assert not page.locator("nav").is_visible()
    assert page.pdf().startswith(b"%PDF")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["allow", "needs-approval", "deny", "incomplete"])
def test_screenshots(open_page: Any, screenshots: Path, name: str, width: int, scheme: str):
    page = open_page(render(_REPORTS[name](), "html"), width=width, scheme=scheme).page
    file = screenshots / f"report-{name}-{width}-{scheme}.png"
    page.screenshot(path=file, full_page=True)
    found, height = struct.unpack(">II", file.read_bytes()[16:24])
    assert found == width
    assert height > 900
