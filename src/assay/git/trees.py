"""Trees: listing one as a stream, and looking single paths up in the tree objects themselves."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass

from assay.errors import RepositoryError
from assay.git._run import Git
from assay.git.objects import ObjectReader
from assay.git.paths import path_bytes, path_text
from assay.model.subject import FileMode

# A tree object of this size has about a million entries in one folder; git itself is unusable long before.
MAX_TREE_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeEntry:
    """One file of a tree."""

    path: str
    mode: FileMode
    blob: str
    """Object id; of a commit where the mode is `SUBMODULE`."""
    size: int | None
    """Bytes; None for a submodule, and wherever this clone lacks the blob."""


def list_tree(git: Git, tree: str, prefix: str = "", *, sizes: bool = True) -> Iterator[TreeEntry]:
    """Yield every file below `prefix` (a folder or a file; empty means all), in git's order."""
    below = [path_bytes(prefix.rstrip("/"))] if prefix else []
    long = ("-l",) if sizes else ()
    for record in git.records("ls-tree", "-r", "-z", "--full-tree", *long, "--end-of-options", tree, *below):
        head, _, path = record.partition(b"\t")
        mode, _, blob, *size = head.decode("ascii").split()
        known = bool(size) and size[0].isdigit()
        yield TreeEntry(path=path_text(path), mode=FileMode(mode), blob=blob, size=int(size[0]) if known else None)


class TreeLookup:
    """Looks up paths in trees through one reader, reading each tree object once."""

    def __init__(self, reader: ObjectReader) -> None:
        self._reader = reader
        self._trees: dict[str, dict[bytes, tuple[int, str]]] = {}

    def find(self, tree: str, path: str) -> str | None:
        """Return the object id of what stands at `path`, or None."""
        entry = self.entry(tree, path)
        return entry[1] if entry else None

    def entry(self, tree: str, path: str) -> tuple[int, str] | None:
        """Return (mode as in `stat`, object id) of what stands at `path`, or None."""
        mode, oid = stat.S_IFDIR, tree
        for name in path_bytes(path).split(b"/"):
            entry = self._entries(oid).get(name) if stat.S_ISDIR(mode) else None
            if entry is None:
                return None
            mode, oid = entry
        return mode, oid

    def _entries(self, tree: str) -> dict[bytes, tuple[int, str]]:
        if tree not in self._trees:
            content = self._reader.read(tree, MAX_TREE_BYTES)
            try:
                self._trees[tree] = {name: (mode, oid) for mode, name, oid in _parse_tree(content, len(tree) // 2)}
            except ValueError:
                raise RepositoryError(f"tree {tree} is damaged", hint="see: git fsck") from None
        return self._trees[tree]


def _parse_tree(content: bytes, id_bytes: int) -> Iterator[tuple[int, bytes, str]]:
    """Yield (mode, name, object id) of each entry; git stores `<mode in octal> <name> NUL <raw id>`."""
    at = 0
    while at < len(content):
        space = content.index(b" ", at)
        end = content.index(b"\0", space)
        mode, at = content[at:space], end + 1 + id_bytes
        yield int(mode, 8), content[space + 1 : end], content[end + 1 : at].hex()
