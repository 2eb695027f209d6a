"""`assay approve`."""

from pathlib import Path

import click

from assay import api
from assay.cli import options
from assay.model.outcome import Meaning


@click.command
@click.argument("subject", default="latest")
@click.option(
    "--meaning",
    type=click.Choice([meaning.value for meaning in Meaning]),
    required=True,
    help="What your signature says.",
)
@click.option("--person", metavar="ID", help="Who signs, as under [people]. Default: the only personal key there is.")
@click.option("--yes", is_flag=True, help="Do not ask after showing the text that is signed.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Also write the statement to this file."
)
@options.passphrase_fd
@options.repository
@options.state
def command(
    subject: str,
    meaning: str,
    person: str | None,
    yes: bool,
    output: Path | None,
    passphrase_fd: int | None,
    repository: Path,
    state: Path | None,
) -> None:
    """Sign an approval of the change that SUBJECT, a decision, judged.

    The approval names the decision and counts for that change only: another change, another policy, or a finding that
    the decision did not have makes it void. SUBJECT is `latest`, an index in the ledger, or eight or more digits of the
    decision's digest.

    \b
    Examples:
      assay approve --meaning reviewed
      assay approve 3f9a12cc --meaning approved --person alice --output approval.json
    """
    draft = api.draft_approval(repository, subject, meaning=Meaning(meaning), person=person, state=state)
    click.echo(draft.text)
    if not yes:
        click.confirm("Sign this?", abort=True, err=True)
    recorded = api.approve(repository, draft, options.passphrase(passphrase_fd), output=output, state=state)
    click.echo(f"recorded: entry {recorded.index}, {recorded.envelope[:12]}; run `assay gate` again", err=True)
