"""`assay ledger`."""

from pathlib import Path

import click

from assay import api
from assay.cli import options, terminal
from assay.gate.outgoing import write_whole
from assay.output import render_entries


@click.group
def command() -> None:
    """Show, verify and prove the record."""


@command.command("verify")
@click.option("--payloads", is_flag=True, help="Also check that every statement is there, unaltered.")
@options.repository
@options.state
def verify(payloads: bool, repository: Path, state: Path | None) -> None:
    """Hash every entry again and compare with the signed checkpoint; names the first bad entry."""
    with terminal.progress("verifying") as progress:
        verified = api.verify(repository, payloads=payloads, state=state, progress=progress)
    click.echo(f"ok: {verified.size} entries, root {verified.root[:16]}")
    if payloads:
        click.echo(f"ok: {verified.payloads_checked} statements present and unaltered")


@command.command("show")
@click.argument("entry", required=False)
@click.option("--last", type=click.IntRange(min=1), default=20, show_default=True, help="How many entries to list.")
@options.repository
@options.state
def show(entry: str | None, last: int, repository: Path, state: Path | None) -> None:
    """List the newest entries, or show the statement of one ENTRY (`latest`, an index, or digits of its digest)."""
    if entry is None:
        entries = api.entries(repository, last=last, state=state)
        click.echo(render_entries(entries, width=terminal.width(), colour=terminal.colour()), nl=False)
    else:
        click.echo(api.statement_text(repository, entry, state=state))


@command.command("prove")
@click.argument("statement", default="latest")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Default: standard output.")
@options.repository
@options.state
def prove(statement: str, output: Path | None, repository: Path, state: Path | None) -> None:
    """Write a receipt (C2SP tlog-proof) that STATEMENT is in the log, for one who has only its public key."""
    receipt = api.prove(repository, statement, state=state)
    if output is None:
        click.echo(receipt, nl=False)
    else:
        write_whole(output, receipt.encode())
