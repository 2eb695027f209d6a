"""`--format` and `--output`, repeatable: an `--output` takes the `--format` before it, what is left is printed."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from assay.cli import terminal
from assay.errors import StorageError, UsageError
from assay.gate.outgoing import NOTHING_WRITTEN, write_whole
from assay.model.report import Report
from assay.output import FORMATS, format_of_path, render

_KEY = "assay.outputs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One rendering that was asked for; `path` None is standard output."""

    format: str
    path: Path | None


class RenderingCommand(click.Command):
    """A command with `--format` and `--output`; their order is read here because click forgets it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += [
            click.Option(
                ["-f", "--format"],
                multiple=True,
                type=click.Choice(list(FORMATS)),
                expose_value=False,
                help="How to render; repeatable. Default: text.",
            ),
            click.Option(
                ["-o", "--output"],
                multiple=True,
                type=click.Path(dir_okay=False),
                expose_value=False,
                help="Write the format named just before to this file; without one, the file's suffix decides.",
            ),
        ]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Remember which output belongs to which format, then parse as usual."""
        ctx.meta[_KEY] = _in_order(self.make_parser(ctx), args) if not ctx.resilient_parsing else []
        return super().parse_args(ctx, args)


def _in_order(parser: Any, args: list[str]) -> list[tuple[str, str]]:
    """Return the (`format` or `output`, value) pairs in the order they were given."""
    values, _, order = parser.parse_args(args=list(args))
    remaining = {name: list(values.get(name) or ()) for name in ("format", "output")}
    return [(option.name, remaining[option.name].pop(0)) for option in order if option.name in remaining]


def outputs() -> tuple[Output, ...]:
    """Return what the running command was asked to render: text on the terminal if nothing was said.

    Raises `UsageError` where an output has no format before it and its suffix names none.
    """
    asked: list[Output] = []
    pending: str | None = None
    for option, value in click.get_current_context().meta.get(_KEY, []):
        if option == "output":
            asked.append(Output(format=pending or _format_by_suffix(value), path=Path(value)))
            pending = None
        else:
            if pending:
                asked.append(Output(format=pending, path=None))
            pending = value
    if pending:
        asked.append(Output(format=pending, path=None))
    if sum(output.path is None for output in asked) > 1:
        raise UsageError("two formats for the terminal", hint="give each further --format its own --output FILE")
    return tuple(asked) or (Output(format="text", path=None),)


def _format_by_suffix(path: str) -> str:
    found = format_of_path(path)
    if found is None:
        raise UsageError(f"which format should {path} have?", hint=f"put --format {'|'.join(FORMATS)} before --output")
    return found


def write(report: Report, wanted: Sequence[Output]) -> None:
    """Render `report` as asked, all that can be. A file is replaced whole or not at all. Raises `StorageError`."""
    failures = [error for output in wanted if (error := _failure(report, output)) is not None]
    if failures:
        raise failures[0]


def _failure(report: Report, output: Output) -> StorageError | None:
    """Render one output; return why it could not be written."""
    kept = NOTHING_WRITTEN
    if report.decision_index is not None:
        kept = f"the decision stands in the ledger as entry {report.decision_index}: assay why {report.decision_index}"
    try:
        if output.path is None:
            _print(render(report, output.format, width=terminal.width(), colour=terminal.colour()), kept)
        else:
            text = render(report, output.format)
            write_whole(output.path, text.encode("utf-8", errors="backslashreplace"), hint=kept)
    except StorageError as error:
        return error
    return None


def _print(text: str, kept: str) -> None:
    try:
        click.echo(text, nl=False)
    except BrokenPipeError:
        raise
    except OSError as error:
        terminal.drop(sys.stdout)
        raise StorageError(f"cannot write standard output: {error.strerror}", hint=kept) from error
