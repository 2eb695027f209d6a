"""`assay why`."""

from pathlib import Path

import click

from assay import api
from assay.cli import options, terminal
from assay.output import render_why


@click.command
@click.argument("decision", default="latest")
@click.option("--replay", is_flag=True, help="Decide again from the ledger and compare; exits 1 if they differ.")
@click.option("-f", "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@options.repository
@options.state
def command(decision: str, replay: bool, format_: str, repository: Path, state: Path | None) -> int:
    """Show the tree of reasons of a decision, and who can act.

    DECISION is `latest`, an index in the ledger, or eight or more digits of the decision's digest.

    \b
    Examples:
      assay why
      assay why 3f9a12cc --replay
    """
    tree = api.why(repository, decision, state=state)
    click.echo(render_why(tree, format_, width=terminal.width(), colour=terminal.colour()), nl=False)
    if not replay:
        return 0
    differences = api.replay(repository, decision, state=state)
    for difference in differences:
        click.echo(f"differs: {difference}", err=True)
    if not differences:
        click.echo("replay: the same decision", err=True)
    return 1 if differences else 0
