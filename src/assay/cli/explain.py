"""`assay explain`."""

import click

from assay import api
from assay.cli import terminal
from assay.output import render_rule, render_rules


@click.command
@click.argument("rule", required=False)
def command(rule: str | None) -> None:
    """Explain RULE: what it finds, why it matters, how to fix it. Without a rule, list them all.

    \b
    Examples:
      assay explain
      assay explain workflows/unpinned-action
    """
    width, colour = terminal.width(), terminal.colour()
    if rule is None:
        click.echo(render_rules(api.rules(), width=width, colour=colour), nl=False)
    else:
        click.echo(render_rule(api.explain(rule), width=width, colour=colour), nl=False)
