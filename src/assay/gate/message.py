"""The commit that is about to be made, from the file that git hands to a `commit-msg` hook."""

from pathlib import Path

from assay.errors import EmptyRangeError, UsageError
from assay.git import Repository
from assay.model.subject import Change, Commit, Identity

# What `git commit --verbose` writes above the diff it shows (git-commit(1), --cleanup=scissors).
_SCISSORS = "# ------------------------ >8 ------------------------"
# The line that git puts into every message it opens an editor for; only then are lines with `#` comments.
_TEMPLATE = "# Please enter the commit message"
# A commit message above this is data in the wrong place.
MAX_MESSAGE_BYTES = 1024 * 1024
# Who commits is settled when git makes the commit; rules about messages do not ask.
_NOBODY = Identity(name="", email="")
_NOT_YET = "0" * 40


def draft_commit(repository: Repository, path: Path) -> Change:
    """Return the staged change with one commit that has the message in `path`, and with no files to look at again."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_MESSAGE_BYTES + 1)
    except OSError as error:
        raise UsageError(f"the message {path} cannot be read: {error.strerror}") from error
    if len(data) > MAX_MESSAGE_BYTES:
        raise UsageError(f"a commit message has at most {MAX_MESSAGE_BYTES} bytes; {path} has more")
    commit = Commit(
        id=_NOT_YET,
        parents=(_NOT_YET,),
        author=_NOBODY,
        committer=_NOBODY,
        authored_at="",
        committed_at="",
        message=_as_committed(data.decode(errors="replace")),
        signed=False,
    )
    try:
        staged = repository.staged_change()
    except EmptyRangeError:
        tree = repository.empty_tree
        return Change(base_tree=tree, head_tree=tree, base_commit=None, head_commit=None, files=(), commits=(commit,))
    return Change(
        base_tree=staged.base_tree,
        head_tree=staged.head_tree,
        base_commit=staged.base_commit,
        head_commit=None,
        files=(),
        commits=(commit,),
        touched={commit.id: tuple(file.path for file in staged.files)},
    )


def _as_committed(text: str) -> str:
    """Return the text as git will commit it: without the diff below the scissors and, from an editor, the comments."""
    text = text.partition(_SCISSORS)[0]
    if _TEMPLATE not in text:
        return text
    return "\n".join(line for line in text.split("\n") if not line.startswith("#"))
