import os
from pathlib import Path

import pytest

from assay.errors import StorageError
from assay.gate.outgoing import write_whole


def names(folder):
    return {path.name for path in folder.iterdir()}


def test_a_file_is_made_with_the_folders_above_it(tmp_path):
    write_whole(tmp_path / "a/b/report", b"text")
    assert (tmp_path / "a/b/report").read_bytes() == b"text"
    assert names(tmp_path / "a/b") == {"report"}


def test_a_file_is_replaced(tmp_path):
    (tmp_path / "report").write_bytes(b"an older and longer text")
    write_whole(tmp_path / "report", b"text")
    assert (tmp_path / "report").read_bytes() == b"text"


def test_a_name_as_long_as_names_can_be(tmp_path):
    write_whole(tmp_path / ("n" * 255), b"text")
    assert names(tmp_path) == {"n" * 255}


@pytest.mark.parametrize("kind", ["folder", "pipe", "link", "link to a folder", "link to nothing", "link to a device"])
def test_what_is_no_file_is_neither_written_nor_replaced(tmp_path, kind):
    path, aim = tmp_path / "report", tmp_path / "aim"
    aim.write_bytes(b"kept")
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case _:
            targets = {"link": aim, "link to a folder": tmp_path, "link to a device": os.devnull}
            path.symlink_to(targets.get(kind, tmp_path / "nothing"))
    before = path.lstat()
    with pytest.raises(StorageError, match="something else than a file") as caught:
        write_whole(path, b"text")
    assert caught.value.hint == "nothing was written there"
    assert path.lstat() == before
    assert aim.read_bytes() == b"kept"
    assert names(tmp_path) == {"report", "aim"}


def test_a_device_is_not_replaced():
    with pytest.raises(StorageError, match="something else than a file"):
        write_whole(Path(os.devnull), b"text")


@pytest.mark.parametrize("above", ["a file", "a name too long"])
def test_where_the_folder_cannot_be_made_nothing_is_written(tmp_path, above):
    (tmp_path / "file").write_bytes(b"kept")
    folder = tmp_path / "file" if above == "a file" else tmp_path / ("n" * 256)
    with pytest.raises(StorageError, match="cannot write"):
        write_whole(folder / "report", b"text", hint="what else")
    assert names(tmp_path) == {"file"}
