"""One Chromium for all browser tests, a page that reports everything it should not do, and a place for screenshots."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

# Nothing of the browser's own may reach the network either.
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",  # Containers run tests as root, where Chromium refuses its own sandbox.
)
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", metavar="DIR", help="keep the screenshots of the browser tests here")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a running Chromium; skip where the machine has none."""
    program = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip(f"NO BROWSER: none of {', '.join(_NAMES)} is on PATH, so no page was looked at")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=list(_QUIET))
        yield running
        running.close()


@dataclass
class Watched:
    """A page, and what it said and asked for while it was open."""

    page: Page
    messages: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


Opener = Callable[..., Watched]


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Opener]:
    """Return a function that opens a text as a page: `open_page(html, width=360, scheme="dark")`."""
    contexts = []

    def opened(text: str, *, width: int = 1280, scheme: str = "light") -> Watched:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]  # a Literal
        contexts.append(context)
        watched = Watched(page=context.new_page())
        watched.page.on("console", lambda message: watched.messages.append(f"{message.type}: {message.text}"))
        watched.page.on("pageerror", lambda error: watched.messages.append(f"error: {error}"))
        watched.page.on("request", lambda request: watched.requests.append(request.url))
        file = tmp_path / f"page-{len(contexts)}.html"
        file.write_text(text, encoding="utf-8")
        watched.page.goto(file.as_uri())
        # The page itself is the one request there may be.
        watched.requests.remove(file.as_uri())
        return watched

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def screenshots(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return the folder to keep screenshots in: that of `--screenshots`, else one that goes with the test."""
    # The option is unknown where this folder is collected from above.
    chosen = request.config.getoption("--screenshots", default=None)
    folder = Path(chosen) if chosen else tmp_path / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
