"""A file whole or in windows: the same matches at the same places, in bounded memory."""

import codecs
import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import ObjectTooLargeError
from assay.git import Repository, WorktreeFile
from assay.inspectors import _content
from assay.inspectors._content import BlobContent, DiskContent, Piece, open_pieces
from assay.inspectors._sightings import look
from assay.model.subject import FileMode


class Chunked:
    """Content in pieces of a size, of which it counts those taken."""

    def __init__(self, data: bytes, chunk: int) -> None:
        self.data = data
        self.chunk = chunk
        self.closed = False
        self.size = len(data)

    def read(self, limit: int) -> bytes:
        assert self.size <= limit
        return self.data

    def chunks(self) -> Generator[bytes]:
        try:
            for start in range(0, len(self.data), self.chunk):
                yield self.data[start : start + self.chunk]
        finally:
            self.closed = True


@pytest.fixture(scope="module")
def small_windows():
    """Windows of 64 bytes with 16 more on both sides, for files above 100 bytes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_content, "MAX_WHOLE_BYTES", 100)
        patch.setattr(_content, "WINDOW_BYTES", 64)
        patch.setattr(_content, "OVERLAP_BYTES", 16)
        yield


def spans(data: bytes, fake_families, chunk: int) -> list[tuple[object, str]]:
    seen = look(Chunked(data, chunk), "a.txt", [fake_families.FAMILIES["tokens"]], label="a.txt", shown=False)
    return [(one.span, one.context) for one in seen.seen.get("tokens", ())]


@given(
    st.lists(st.sampled_from([b"TOKEN-abcd", b"\n", b" ", b"XYZ" * 5, "é".encode()]), min_size=20, max_size=80),
    st.integers(1, 200),
)
def test_windows_see_what_is_seen_whole(fake_families, small_windows, parts: list[bytes], chunk: int):
    data = b"".join(parts) + b"." * 101
    whole = [span for span, _ in spans_whole(data, fake_families)]
    assert [span for span, _ in spans(data, fake_families, chunk)] == whole


def spans_whole(data: bytes, fake_families) -> list[tuple[object, str]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_content, "MAX_WHOLE_BYTES", len(data))
        return spans(data, fake_families, 1)


def test_contexts_agree_where_lines_are_shorter_than_the_overlap(fake_families, small_windows):
    data = b"".join(b"%d TOKEN-ab\n" % number for number in range(100))
    assert spans(data, fake_families, 7) == spans_whole(data, fake_families)


def test_windows_are_bounded(small_windows):
    pieces = open_pieces(Chunked(b"x" * 10_000, 50), "a")
    assert not isinstance(pieces, str)
    sizes = [len(piece.source.data) for piece in pieces]
    assert max(sizes) <= 64 + 2 * 16 + 50
    assert len(sizes) > 100


def test_a_window_knows_its_lines_and_columns(small_windows):
    data = b"one\n" + b"x" * 200 + b"TOKEN-abcd\nlast TOKEN-abcd\n"
    found = [
        piece.span(at, at + 5)
        for piece in pieces_of(Chunked(data, 30))
        for at in piece.own
        if piece.source.data.startswith(b"TOKEN", at)
    ]
    places = [(span.start, span.line, span.column, span.end_line, span.end_column) for span in found]
    assert places == [(204, 2, 201, 2, 206), (220, 3, 6, 3, 11)]


def pieces_of(content) -> list[Piece]:
    pieces = open_pieces(content, "a")
    assert not isinstance(pieces, str)
    return list(pieces)


@pytest.mark.parametrize("data", [b"\0" * 200, b"x" * 90 + b"\0" * 20])
def test_a_large_binary_file_is_left_after_its_beginning(small_windows, data: bytes):
    content = Chunked(data, 150)
    assert open_pieces(content, "a") == "binary"
    assert content.closed


def test_a_file_that_became_empty_is_empty(small_windows):
    content = Chunked(b"", 10)
    content.size = 1_000
    assert open_pieces(content, "a") == "empty"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("chunk", [1, 3, 1_000])
def test_wide_text_is_read_as_utf_8(small_windows, encoding: str, chunk: int):
    text = "é\n" * 3 + "x" * 90 + "TOKEN"
    mark = codecs.lookup(encoding).encode("\ufeff")[0]
    for content in (Chunked(mark + text.encode(encoding), max(chunk, 8)), Chunked(mark + "é".encode(encoding), 9)):
        pieces = pieces_of(content)
        assert all(piece.recoded for piece in pieces)
        joined = b"".join(piece.source.data[piece.own.start : piece.own.stop] for piece in pieces).decode()
        assert joined == (text if content.size > 20 else "é")


def test_half_a_character_at_the_end_is_replaced(small_windows):
    (piece,) = pieces_of(Chunked(codecs.BOM_UTF16_LE + b"a\0b", 10))
    assert piece.source.data.decode() == "a\ufffd"


def test_blobs_and_files_give_the_same(repo):
    data = b"text\n" * 1_000
    repo.commit({"a.txt": data})
    repository = Repository.open(repo.path)
    (file,) = repository.worktree_files()
    with repository.objects() as reader:
        for content in (BlobContent(reader=reader, blob=repo.git("rev-parse", "HEAD:a.txt")), DiskContent(file=file)):
            assert content.size == len(data)
            assert content.read(len(data)) == b"".join(content.chunks()) == data
            with pytest.raises(ObjectTooLargeError):
                content.read(len(data) - 1)


@pytest.mark.parametrize("kind", ["link", "pipe", "gone"])
def test_what_took_the_place_of_a_file_is_not_followed(tmp_path: Path, kind: str):
    path = tmp_path / "a"
    if kind == "link":
        path.symlink_to("/etc/passwd")
    elif kind == "pipe":
        os.mkfifo(path)
    file = WorktreeFile(path="a", absolute=path, mode=FileMode.REGULAR, size=1)
    if kind == "pipe":
        assert list(DiskContent(file=file).chunks()) == []
    else:
        with pytest.raises(OSError, match=r"Too many levels|No such file"):
            list(DiskContent(file=file).chunks())
