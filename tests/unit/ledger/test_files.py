import os
from pathlib import Path

import pytest

from assay.errors import StorageError
from assay.ledger.files import Folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def open_files() -> int:
    return len(names(Path("/dev/fd")))


@pytest.fixture
def folder(state: Path) -> Folder:
    return Folder(state, writable=True)


def test_a_file_reads_back_and_is_for_its_owner_alone(folder, state):
    folder.replace("a/b/file", b"one")
    folder.replace("a/b/file", b"two")
    assert folder.read("a/b/file", 3) == b"two"
    assert names(state / "a/b") == ["file"]
    modes = [(state / name).stat().st_mode & 0o777 for name in ("", "a", "a/b", "a/b/file")]
    assert modes == [0o700, 0o700, 0o700, 0o600]


def test_what_is_missing_reads_as_none(folder, state):
    assert folder.read("a", 9) is None
    assert folder.names("a") == []
    folder.remove("a")
    folder.remove_folder("a")
    assert not state.exists()


def test_a_file_above_the_limit_is_refused(folder):
    folder.replace("a", b"1234")
    with pytest.raises(StorageError, match="has 4 bytes, expected at most 3"):
        folder.read("a", 3)


def test_a_file_that_shrinks_while_it_is_read_reads_to_its_end(folder, state, monkeypatch):
    folder.replace("a", b"1234")
    real = os.fstat

    def larger(fd: int) -> os.stat_result:
        found = list(real(fd))
        found[6] += 2
        return os.stat_result(found)

    monkeypatch.setattr(os, "fstat", larger)
    assert folder.read("a", 9) == b"1234"


def test_a_file_that_comes_in_pieces_reads_whole(folder, monkeypatch):
    folder.replace("a", b"12345")
    real = os.read
    monkeypatch.setattr(os, "read", lambda fd, size: real(fd, min(size, 2)))
    assert folder.read("a", 9) == b"12345"


def test_new_files_that_do_not_fit_leave_nothing(state):
    class Full(Folder):
        def write(self, fd, data, offset):
            if data == b"too much":
                raise OSError(28, "No space left on device")
            super().write(fd, data, offset)

    before = open_files()
    with pytest.raises(StorageError, match="tile/0/001: No space left"):
        Full(state, writable=True).write_all([("tile/0/000", b"fits"), ("tile/0/001", b"too much")])
    assert names(state / "tile/0") == []
    assert open_files() == before


def test_new_files_replace_what_a_writer_left_that_died(folder, state):
    folder.replace("tile/0/000", b"torn")
    folder.write_all([("tile/0/000", b"whole"), ("tile/0/001", b"x"), ("tile/1/x001/000", b"")])
    assert [folder.read(name, 9) for name in ("tile/0/000", "tile/0/001", "tile/1/x001/000")] == [b"whole", b"x", b""]


def test_more_new_files_than_are_open_at_a_time(folder):
    names = [f"many/{number:03d}" for number in range(300)]
    before = open_files()
    folder.write_all((name, name.encode()) for name in names)
    assert open_files() == before
    assert [f"many/{name}" for name in folder.names("many")] == names
    folder.remove_folder("many")
    assert folder.names("many") == []


def test_a_folder_that_another_process_makes_first_is_used(folder, state, monkeypatch):
    state.mkdir(mode=0o700)
    real = os.mkdir

    def late(path, mode=0o777, *, dir_fd=None):
        real(path, mode, dir_fd=dir_fd)
        raise FileExistsError

    monkeypatch.setattr(os, "mkdir", late)
    folder.write_all([("a/file", b"x")])
    assert folder.read("a/file", 9) == b"x"


def test_a_failed_replacement_leaves_the_old_file_and_nothing_else(folder, state):
    class Full(Folder):
        def write(self, fd, data, offset):
            super().write(fd, data[:1], offset)
            raise OSError(28, "No space left on device")

    folder.replace("a", b"old")
    with pytest.raises(StorageError, match="No space left") as caught:
        Full(state, writable=True).replace("a", b"new")
    assert "nothing acknowledged is lost" in str(caught.value.hint)
    assert folder.read("a", 9) == b"old"
    assert names(state) == ["a"]


def test_a_long_write_goes_on_where_the_kernel_stopped(folder, state, monkeypatch):
    real = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda fd, data, offset: real(fd, data[:2], offset))
    folder.replace("a", b"12345")
    assert folder.read("a", 9) == b"12345"


@pytest.mark.parametrize("name", ["link", "folder/file", "fifo", "."])
def test_what_is_no_file_of_ours_is_not_read(folder, state, tmp_path, name):
    (tmp_path / "secret").write_text("s")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/file").write_text("s")
    state.mkdir(mode=0o700)
    (state / "link").symlink_to(tmp_path / "secret")
    (state / "folder").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(state / "fifo", 0o600)
    for writable in (True, False):
        with pytest.raises(StorageError):
            Folder(state, writable=writable).read(name, 9)


def test_the_state_folder_itself_may_be_named_through_a_link(folder, state, tmp_path):
    folder.replace("a", b"x")
    (tmp_path / "link").symlink_to(state)
    assert Folder(tmp_path / "link", writable=True).read("a", 1) == b"x"


@pytest.mark.parametrize(("name", "who"), [(".", 0o002), ("a", 0o020), ("a", 0o002), ("a/file", 0o020)])
def test_what_others_can_write_is_refused_where_we_write_and_read_where_we_do_not(folder, state, name, who):
    folder.replace("a/file", b"x")
    (state / name).chmod((state / name).stat().st_mode | who)
    with pytest.raises(StorageError, match=r"mode 0[67][02][02] lets others write") as caught:
        folder.read("a/file", 1)
    assert "chmod" in str(caught.value.hint)
    assert Folder(state, writable=False).read("a/file", 1) == b"x"


def test_a_state_folder_made_under_umask_002_is_used(folder, state):
    state.mkdir()
    state.chmod(0o775)
    folder.replace("a/file", b"x")
    assert folder.read("a/file", 1) == b"x"


def test_what_belongs_to_someone_else_is_refused_where_we_write(folder, state, monkeypatch):
    folder.replace("a", b"x")
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    with pytest.raises(StorageError, match=f"belongs to user {owner}, expected user {owner + 1}"):
        folder.replace("a", b"y")
    assert Folder(state, writable=False).read("a", 1) == b"x"


def test_a_missing_file_is_made_only_where_we_write(folder, state):
    os.close(folder.open_file("lock"))
    assert (state / "lock").read_bytes() == b""
    reader = Folder(state, writable=False)
    os.close(reader.open_file("lock"))
    with pytest.raises(FileNotFoundError):
        reader.open_file("other")


def test_no_file_stays_open(folder, state):
    folder.replace("a/file", b"x")
    (state / "a/bad").write_bytes(b"")
    (state / "a/bad").chmod(0o666)
    before = open_files()
    folder.read("a/file", 1)
    folder.names("a")
    with pytest.raises(StorageError):
        folder.open_file("a/bad")
    assert open_files() == before
