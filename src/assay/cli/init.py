"""`assay init`."""

from pathlib import Path

import click

from assay import api
from assay.cli import options


@click.command
@click.option("--no-hooks", is_flag=True, help="Do not install hooks.")
@options.repository
@options.state
def command(no_hooks: bool, repository: Path, state: Path | None) -> None:
    """Set up a repository: a commented assay.toml, the hooks pre-commit and commit-msg, and this clone's two keys.

    An existing assay.toml is left alone; an existing hook is kept and called first. Nothing is demanded that you
    have not set up: right after this, a harmless change is allowed.
    """
    done = api.init(repository, hooks=not no_hooks, state=state)
    click.echo(f"assay.toml: {'written; commit it when you like' if done.config_written else 'left as it is'}")
    for hook in done.hooks:
        click.echo(f"hook {hook.name}: {hook.state.value}")
    click.echo(f"key of this clone: {done.keyid[:16]}")
    click.echo("next: assay gate")
