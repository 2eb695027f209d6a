"""`assay policy`."""

import click

from assay import api
from assay.cli import terminal
from assay.output import render_policy_test


@click.group
def command() -> None:
    """Test policy packs."""


@command.command("test")
@click.argument("packs", nargs=-1)
@click.option(
    "--threshold", type=click.IntRange(0, 100), default=95, show_default=True, help="Line coverage in per cent."
)
def test(packs: tuple[str, ...], threshold: int) -> int:
    """Run the Rego unit tests of PACKS (folders, or names of built-in packs; default: all built-in) with line coverage.

    Exits 1 if a test fails or the coverage is below the threshold.
    """
    run = api.run_policy_tests(packs, threshold_percent=threshold)
    click.echo(render_policy_test(run, width=terminal.width(), colour=terminal.colour()), nl=False)
    return 0 if run.passed else 1
