"""`assay check`."""

from pathlib import Path

import click

from assay import api
from assay.cli import options, terminal
from assay.cli.outputs import RenderingCommand, outputs, write
from assay.errors import EmptyRangeError


@click.command(cls=RenderingCommand)
@click.argument("paths", type=click.Path(path_type=Path), nargs=-1)
@click.option("--staged", is_flag=True, help="What is in the index, never what is in the work tree.")
@click.option("--range", "range_", metavar="A..B", help="What these commits bring.")
@click.option("--message", type=click.Path(path_type=Path, exists=True), help="A commit message, as a hook gets it.")
@click.option("--only", multiple=True, metavar="FAMILY", help="Run only this family of inspectors; repeatable.")
@click.option("--hook", is_flag=True, help="For hooks: nothing to check is no error, and success is silent.")
@options.exit_zero
@options.repository
@options.state
def command(
    paths: tuple[Path, ...],
    staged: bool,
    range_: str | None,
    message: Path | None,
    only: tuple[str, ...],
    hook: bool,
    exit_zero: bool,
    repository: Path,
    state: Path | None,
) -> int:
    """Run the inspectors only: no ledger, no decision.

    Without a choice, every file of the repository that git does not ignore is checked. PATHS are files or folders.
    Exits 1 for findings at or above `[check] threshold`.

    \b
    Examples:
      assay check
      assay check --staged
      assay check .github/workflows --only workflows
    """
    wanted = outputs()
    try:
        with terminal.progress("checking") as progress:
            report = api.check(
                repository,
                paths,
                staged=staged,
                range_=range_,
                message=message,
                only=only,
                state=state,
                progress=progress,
            )
    except EmptyRangeError:
        if hook:
            return 0
        raise
    if not hook or report.exit_code:
        write(report, wanted)
    return 0 if exit_zero else report.exit_code
