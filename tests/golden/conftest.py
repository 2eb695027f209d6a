"""Golden files: what people see, kept word for word. `pytest tests/golden --update-golden` writes them anew."""

from collections.abc import Callable
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden files instead of comparing with them")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Return a function that compares a text with a file, or writes the file where `--update-golden` was given."""
    # The option is unknown where this folder is collected from above: then files are compared.
    update = request.config.getoption("--update-golden", default=False)

    def compare(path: Path, text: str) -> None:
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"{path} is missing: pytest tests/golden --update-golden"
        assert text == path.read_text(encoding="utf-8")

    return compare
