"""The root command: finds a command in the registry, imports it when it is called, and turns errors into exit codes."""

import difflib
import errno
import logging
import os
import sys
import traceback
from importlib import import_module
from typing import Any

import click

from assay._version import __version__
from assay.cli import terminal
from assay.cli.registry import COMMANDS
from assay.errors import AssayError

# 128 + SIGINT, as shells report it.
EXIT_INTERRUPTED = 130
EXIT_ERROR = 2

# What the machine may refuse to any part of a run, such as a temporary file; no bug of ours.
_REFUSALS = {
    errno.ENOSPC: "free some space, also where temporary files lie, and run it again",
    errno.EDQUOT: "free some of your quota, also where temporary files lie, and run it again",
    errno.EROFS: "keep the state where it can be written, with --state DIR, and temporary files, with TMPDIR",
    errno.EMFILE: "allow more open files (ulimit -n) and run it again",
    errno.ENFILE: "close other programs and run it again",
    errno.ENOMEM: "close other programs and run it again",
}

EXIT_CODES = """\b
Exit codes:
  0  allow (for check: nothing at or above the threshold)
  1  deny (for check: findings at or above the threshold)
  2  no decision was made, or required evidence is incomplete
  3  needs approval
  4  the range is empty"""


class Commands(click.Group):
    """A group whose commands are imported one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of the registry."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import and return the command; None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name][0]).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one was probably meant."""
        close = [] if args[0] in COMMANDS else difflib.get_close_matches(args[0], COMMANDS, n=1)
        if close:
            ctx.fail(f"no such command {args[0]!r}; did you mean {close[0]!r}?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """Print the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.command(cls=Commands, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="assay", message="%(prog)s %(version)s")
@click.option("--verbose", is_flag=True, help="Log what is done, on standard error.")
def root(verbose: bool) -> None:
    """Assay is a change-control gate for Git.

    It inspects a change, weighs its risk, decides by policy whether it may ship, and keeps a signed record that an
    auditor can verify offline.
    """
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.WARNING, format="assay: %(message)s", stream=sys.stderr
    )


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code: the top frame, where every error ends."""
    try:
        code: Any = root.main(args=arguments, prog_name="assay", standalone_mode=False)
    except AssayError as error:
        _say(error.message, error.hint)
        return error.exit_code
    except click.ClickException as error:
        error.show(sys.stderr)
        return EXIT_ERROR
    except (click.Abort, KeyboardInterrupt):
        _say("interrupted; no decision was made")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader went away (`assay gate | head`): nothing more can be said to it, and it was not a decision.
        terminal.drop(sys.stdout)
        return EXIT_ERROR
    except Exception as error:  # noqa: BLE001 - the top frame: a crash must end as "no decision", never as a pass
        _crash(error)
        return EXIT_ERROR
    return code if isinstance(code, int) else 0


def _say(message: str, hint: str | None = None) -> None:
    from assay.output.plain import visible

    try:
        click.echo(f"{click.style('error:', fg='red', bold=True)} {visible(message)}", err=True)
        if hint:
            click.echo(f"{click.style(' hint:', fg='cyan', bold=True)} {visible(hint)}", err=True)
    except OSError:
        # Standard error may be a file on a full disk: the exit code says it all the same.
        terminal.drop(sys.stderr)


def _crash(error: Exception) -> None:
    """Say where it broke, not with what: the text of a foreign exception may quote what was inspected."""
    if os.environ.get("ASSAY_DEBUG"):
        traceback.print_exception(error)
    if isinstance(error, OSError) and error.errno in _REFUSALS:
        _say(f"{error.strerror}; no decision was made", _REFUSALS[error.errno])
        return
    frame = traceback.extract_tb(error.__traceback__)[-1]
    _say(
        f"internal error ({type(error).__name__} in {os.path.basename(frame.filename)}:{frame.lineno}); "  # noqa: PTH119 - a name, not a path
        "no decision was made",
        "this is a bug in Assay; run again with ASSAY_DEBUG=1 for the whole trace",
    )
