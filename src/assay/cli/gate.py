"""`assay gate`."""

from pathlib import Path

import click

from assay import api
from assay.cli import options, terminal
from assay.cli.outputs import RenderingCommand, outputs, write
from assay.model.outcome import GateKind

_GATES = click.Choice([GateKind.COMMIT.value, GateKind.MERGE.value])


@click.command(cls=RenderingCommand)
@click.argument("range_", metavar="[BASE..HEAD]", required=False)
@click.option("--gate", "kind", type=_GATES, default="commit", show_default=True, help="Which gate judges.")
@click.option("--last", type=click.IntRange(min=1), metavar="N", help="Judge the last N commits, or all there are.")
@click.option(
    "--evidence",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    help="A statement, or a folder of statements, to take in after verification; repeatable.",
)
@options.target
@options.exit_zero
@options.repository
@options.state
def command(
    range_: str | None,
    kind: str,
    last: int | None,
    evidence: tuple[Path, ...],
    target: str | None,
    exit_zero: bool,
    repository: Path,
    state: Path | None,
) -> int:
    """Judge a change and record the decision.

    The inspectors run over what the change brings, its risk is weighed, findings and risk are signed and appended to
    the ledger, the policy packs of the target branch decide, and the signed decision is appended too. Without a range,
    the change is what HEAD adds to the default branch.

    \b
    Examples:
      assay gate
      assay gate main..topic --gate merge
      assay gate --last 10 -f text -f html -o report.html
    """
    wanted = outputs()
    with terminal.progress("inspecting") as progress:
        report = api.gate(
            repository,
            range_,
            kind=GateKind(kind),
            last=last,
            target=target,
            evidence=evidence,
            state=state,
            progress=progress,
        )
    write(report, wanted)
    return 0 if exit_zero else report.exit_code
