"""`assay key`."""

from pathlib import Path

import click

from assay import api
from assay.cli import options


@click.group
def command() -> None:
    """Make and show signing keys."""


@command.command("generate")
@click.argument("person")
@options.passphrase_fd
@options.repository
def generate(person: str, passphrase_fd: int | None, repository: Path) -> None:
    """Make a personal key for PERSON (an id as under [people]), encrypted with a passphrase.

    The private key stays in your configuration folder; the public half is written to `assay/keys/PERSON.pub`, to be
    committed and named in `assay.toml`.
    """
    made = api.generate_key(repository, person, options.passphrase(passphrase_fd, confirm=True))
    click.echo(f"public key: {made.public_path}", err=True)
    click.echo(f'[people.{person}]\nname = "{person}"\nemails = []\nkeys = ["{made.keyid}"]')


@command.command("show")
@options.repository
@options.state
def show(repository: Path, state: Path | None) -> None:
    """List the keys that this machine can sign with: class, id, and where the public half is."""
    for key in api.keys(repository, state=state):
        click.echo(f"{key.key_class.value:7} {key.keyid}  {key.label}")
