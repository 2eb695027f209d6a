"""One cat-file process answers for every object, and stays in step whatever happens."""

import hashlib
import os
import time

import pytest

from assay.errors import MissingObjectError, ObjectTooLargeError, RepositoryError
from assay.git import ObjectInfo

ABSENT = "1" * 40


@pytest.fixture
def blob(repo):
    repo.commit({"a": "content\n", "empty": "", "lines": "a\nb missing\n\n"})
    return repo.git("rev-parse", "HEAD:a")


@pytest.fixture
def objects(opened, blob):
    with opened.objects() as reader:
        yield reader


def test_info_tells_kind_and_size(repo, objects, blob):
    assert objects.info(blob) == ObjectInfo(kind="blob", size=8)
    assert objects.info(repo.git("rev-parse", "HEAD")).kind == "commit"
    assert objects.info(repo.git("rev-parse", "HEAD^{tree}")).kind == "tree"


@pytest.mark.parametrize(("name", "content"), [("a", b"content\n"), ("empty", b""), ("lines", b"a\nb missing\n\n")])
def test_read_and_stream_give_the_bytes(repo, objects, name, content):
    oid = repo.git("rev-parse", f"HEAD:{name}")
    assert objects.read(oid) == content
    assert b"".join(objects.stream(oid, chunk=3)) == content


def test_a_missing_object_does_not_disturb_the_next(objects, blob):
    for _ in range(3):
        with pytest.raises(MissingObjectError, match=ABSENT):
            objects.read(ABSENT)
        with pytest.raises(MissingObjectError):
            objects.info(ABSENT)
        with pytest.raises(MissingObjectError):
            next(objects.stream(ABSENT))
        assert objects.read(blob) == b"content\n"


def test_a_damaged_object_does_not_disturb_the_next(repo, objects, blob):
    lines = repo.git("rev-parse", "HEAD:lines")
    file = repo.path / ".git/objects" / lines[:2] / lines[2:]
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-8] + b"damaged!")
    with pytest.raises(RepositoryError):
        objects.read(lines)
    assert objects.read(blob) == b"content\n"


def test_an_object_above_the_limit_is_not_read(objects, blob):
    with pytest.raises(ObjectTooLargeError, match="8 bytes"):
        objects.read(blob, limit=7)
    assert objects.read(blob, limit=8) == b"content\n"


@pytest.mark.parametrize("oid", ["", "HEAD", "abc", "HEAD:a", "A" * 40, f"{ABSENT}\ninfo HEAD", "1" * 41])
def test_only_full_ids_are_asked_for(objects, blob, oid):
    with pytest.raises(RepositoryError, match="full object id"):
        objects.info(oid)
    assert objects.read(blob) == b"content\n"


def test_an_abandoned_stream_does_not_disturb_the_next(repo, objects, blob):
    repo.write({"big": os.urandom(1 << 20)})
    big = repo.git("hash-object", "-w", "big")
    stream = objects.stream(big, chunk=1000)
    assert len(next(stream)) == 1000
    stream.close()
    assert objects.read(blob) == b"content\n"


def test_nothing_can_be_asked_within_a_stream(objects, blob):
    stream = objects.stream(blob, chunk=1)
    next(stream)
    with pytest.raises(RuntimeError, match="streaming"):
        objects.info(blob)
    assert b"".join(stream) == b"ontent\n"
    assert objects.info(blob).size == 8


def test_a_process_that_was_killed_is_replaced(objects, blob):
    assert objects.read(blob)
    objects._pipes._process.kill()
    time.sleep(0.05)
    with pytest.raises(RepositoryError, match="cat-file"):
        objects.read(blob)
    assert objects.read(blob) == b"content\n"


def test_a_reader_that_was_closed_has_no_process(opened, blob):
    reader = opened.objects()
    reader.close()
    with opened.objects() as reader:
        reader.info(blob)
        process = reader._pipes._process
    assert process.returncode == 0


def test_a_large_object_is_streamed_in_small_pieces(repo, opened):
    piece = os.urandom(1 << 16)
    with (repo.path / "large").open("wb") as file:
        for _ in range(512):
            file.write(piece)
    oid = repo.git("hash-object", "-w", "large")
    digest, largest = hashlib.sha256(), 0
    with opened.objects() as reader:
        for chunk in reader.stream(oid):
            digest.update(chunk)
            largest = max(largest, len(chunk))
    assert digest.hexdigest() == hashlib.sha256(piece * 512).hexdigest()
    assert largest <= 1 << 16


def test_closing_does_not_wait_for_a_process_that_was_forked_meanwhile(objects, blob):
    objects.info(blob)
    awaited, awaiting = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(awaiting)
        os.read(awaited, 1)
        os._exit(0)
    started = time.monotonic()
    objects.close()
    assert time.monotonic() - started < 5
    os.close(awaiting)
    os.close(awaited)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
