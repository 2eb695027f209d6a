"""`assay sync`."""

from pathlib import Path

import click

from assay import api
from assay.cli import options


@click.command
@click.argument("remote", default="origin")
@options.repository
@options.state
def command(remote: str, repository: Path, state: Path | None) -> None:
    """Exchange statements with REMOTE over `refs/assay/statements`.

    Statements are files named by their digest, so both sides end with the union. What comes in is verified before it is
    appended to the ledger; what does not verify is named and left out.
    """
    result = api.sync(repository, remote, state=state)
    click.echo(f"sent {result.sent}, received {result.received}, refused {len(result.refused)}")
    for refusal in result.refused:
        click.echo(f"refused: {refusal}", err=True)
