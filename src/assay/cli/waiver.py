"""`assay waiver`."""

from pathlib import Path

import click

from assay import api
from assay.cli import options


@click.group
def command() -> None:
    """Accept a finding until a date, in the open: it is still found, and shown as waived by whom until when."""


@command.command("add")
@click.argument("fingerprints", nargs=-1)
@click.option("--rule", help="Waive this rule under --path instead of single findings.")
@click.option("--path", "paths", multiple=True, metavar="GLOB", help="Where the rule is waived; repeatable.")
@click.option("--reason", required=True, help="Why the finding is accepted.")
@click.option("--ticket", required=True, help="Where the acceptance is tracked.")
@click.option("--days", type=click.IntRange(1, 90), default=30, show_default=True, help="How long it holds.")
@click.option("--decision", default="latest", show_default=True, help="The decision that lists the findings.")
@click.option("--person", metavar="ID", help="Who signs, as under [people]. Default: the only personal key there is.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Also write the statement to this file."
)
@options.passphrase_fd
@options.repository
@options.state
def add(
    fingerprints: tuple[str, ...],
    rule: str | None,
    paths: tuple[str, ...],
    reason: str,
    ticket: str,
    days: int,
    decision: str,
    person: str | None,
    output: Path | None,
    passphrase_fd: int | None,
    repository: Path,
    state: Path | None,
) -> None:
    """Waive findings by FINGERPRINT (eight or more digits), or a --rule under a --path.

    \b
    Example:
      assay waiver add 9c01d2ab --reason "test key, revoked" --ticket OPS-12 --days 14
    """
    recorded = api.waive(
        repository,
        fingerprints=fingerprints,
        rule=rule,
        paths=paths,
        reason=reason,
        ticket=ticket,
        days=days,
        decision=decision,
        person=person,
        passphrase=options.passphrase(passphrase_fd),
        output=output,
        state=state,
    )
    click.echo(f"recorded: entry {recorded.index}, {recorded.envelope[:12]}; run `assay gate` again", err=True)
