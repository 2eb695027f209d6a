"""Options that several commands share."""

import os
import sys
from pathlib import Path

import click

from assay.errors import UsageError

repository = click.option(
    "-C",
    "--repository",
    type=click.Path(path_type=Path),
    default=Path(),
    help="The repository, or a folder in it. Default: the current folder.",
)
state = click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="ASSAY_STATE",
    help="Where ledger, keys and cache live. Default: `assay` in the repository's git folder.",
)
target = click.option("--target", metavar="REF", help="The branch whose policy judges. Default: the default branch.")
exit_zero = click.option("--exit-zero", is_flag=True, help="Exit 0 whenever a result was reached, whatever it is.")
passphrase_fd = click.option(
    "--passphrase-fd", type=int, metavar="N", help="Read the key's passphrase from this file descriptor."
)

# A passphrase is a line a person typed; more than this on the descriptor is a mistake, such as a whole file.
MAX_PASSPHRASE_BYTES = 1024


def passphrase(descriptor: int | None, *, confirm: bool = False) -> bytes:
    """Read a passphrase from `descriptor`, else ask on the terminal; it is never an argument or a variable.

    Raises `UsageError` where there is neither, or nothing was given.
    """
    if descriptor is None:
        if not sys.stdin.isatty():
            raise UsageError("the key's passphrase is needed", hint="run in a terminal, or give --passphrase-fd N")
        return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm, err=True)).encode()
    try:
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            given = stream.read(MAX_PASSPHRASE_BYTES + 1).removesuffix(b"\n")
    except OSError as error:
        raise UsageError(f"cannot read file descriptor {descriptor}: {error.strerror}") from error
    if not 0 < len(given) <= MAX_PASSPHRASE_BYTES:
        raise UsageError(f"a passphrase has 1 to {MAX_PASSPHRASE_BYTES} bytes, found {len(given)}")
    return given
