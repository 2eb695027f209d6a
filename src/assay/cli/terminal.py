"""What the terminal can show: width, colour, and a progress bar where somebody is looking."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

MIN_WIDTH = 40
# Wider than this, lines are hard to read.
MAX_WIDTH = 120

Progress = Callable[[int, int | None], None]


def width() -> int:
    """Return the columns to render for: 80 where the output is no terminal."""
    return max(MIN_WIDTH, min(MAX_WIDTH, shutil.get_terminal_size(fallback=(80, 24)).columns))


def colour() -> bool:
    """Tell whether standard output gets colour: by NO_COLOR and FORCE_COLOR (no-color.org), else if it is a tty."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def drop(stream: TextIO) -> None:
    """Send what `stream` still holds, and all that follows, nowhere: Python would fail on it once more as it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


@contextmanager
def progress(what: str) -> Iterator[Progress | None]:
    """Yield a function of (done, total) that draws a bar on standard error, or None where no person is looking."""
    if not sys.stderr.isatty() or os.environ.get("CI") or os.environ.get("TERM") == "dumb":
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True, no_color=bool(os.environ.get("NO_COLOR")))
    # No refresh thread: worker processes are forked while the bar is up, and a fork must not copy a held lock.
    with Bar(*columns, console=console, transient=True, auto_refresh=False) as bar:
        task = bar.add_task(what, total=None)

        def advance(done: int, total: int | None) -> None:
            bar.update(task, completed=done, total=total)
            bar.refresh()

        yield advance
