"""The changed files that conftest-style packs are asked about, parsed.

Trusted: the parsers' limits. Not trusted: the files. If lost: nothing but these values, which stay in memory: a
decision records path and object id only, and replays by reading the objects again.
"""

from collections.abc import Iterable

from assay.errors import MissingObjectError, ObjectTooLargeError, SourceError
from assay.git import ObjectReader, Repository
from assay.model.subject import Change, FileMode
from assay.policy import Document
from assay.source.documents import has_parser, parse_documents

# Configuration that people review; generated files above this are listed as not evaluated.
MAX_DOCUMENT_BYTES = 4 * 1024 * 1024


def changed_documents(repository: Repository, change: Change) -> tuple[Document, ...]:
    """Return the files of the head that the change touches and that are of a kind that can be parsed."""
    wanted = [
        (file.path, file.new_blob)
        for file in change.files
        if file.new_blob and file.new_mode in {FileMode.REGULAR, FileMode.EXECUTABLE} and has_parser(file.path)
    ]
    return read_documents(repository, wanted)


def read_documents(repository: Repository, wanted: Iterable[tuple[str, str]]) -> tuple[Document, ...]:
    """Return the documents at (path, object id)."""
    with repository.objects() as objects:
        return tuple(_document(objects, path, blob) for path, blob in wanted)


def _document(objects: ObjectReader, path: str, blob: str) -> Document:
    try:
        values = parse_documents(path, objects.read(blob, MAX_DOCUMENT_BYTES))
    except (SourceError, ObjectTooLargeError, MissingObjectError) as error:
        return Document(path=path, blob=blob, fault=error.message)
    return Document(path=path, blob=blob, values=tuple(values))
