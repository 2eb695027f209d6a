import os
import resource
import stat
import threading
from pathlib import Path

import pytest

from assay.attest import keyfile
from assay.attest.keyfile import create_private, create_public, read_private
from assay.attest.keys import MAX_KEY_BYTES
from assay.errors import KeyFileError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "local.key"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


class TestCreate:
    @pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
    def test_ours_alone_whatever_the_umask(self, path, umask):
        before = os.umask(umask)
        try:
            assert create_private(path, b"key")
        finally:
            os.umask(before)
        assert (mode(path), mode(path.parent)) == (0o600, 0o700)
        assert read_private(path) == b"key"

    def test_an_existing_key_stays(self, path):
        assert create_private(path, b"first")
        assert not create_private(path, b"second")
        assert read_private(path) == b"first"

    def test_nothing_else_is_left_behind(self, path):
        create_private(path, b"first")
        create_private(path, b"second")
        assert [entry.name for entry in path.parent.iterdir()] == ["local.key"]

    def test_a_public_key_may_be_read_by_others(self, path):
        before = os.umask(0o022)
        try:
            assert create_public(path.with_suffix(".pub"), b"key")
        finally:
            os.umask(before)
        assert mode(path.with_suffix(".pub")) == 0o644

    def test_of_many_who_race_one_wins_whole(self, path):
        wins: list[bool] = []
        threads = [
            threading.Thread(target=lambda n=n: wins.append(create_private(path, bytes([n]) * 200))) for n in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(wins) == [False] * 7 + [True]
        assert len(set(read_private(path))) == 1
        assert len(read_private(path)) == 200

    def test_a_folder_others_can_use_is_refused(self, path):
        path.parent.mkdir(mode=0o755)
        path.parent.chmod(0o755)
        with pytest.raises(KeyFileError, match="mode 0755, expected 0700") as caught:
            create_private(path, b"key")
        assert caught.value.hint == f"If no one else has read it: chmod 700 {path.parent}"
        assert not path.exists()

    def test_a_folder_behind_a_link_is_refused(self, path, tmp_path):
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        path.parent.symlink_to(tmp_path / "elsewhere")
        with pytest.raises(KeyFileError, match="cannot be written"):
            create_private(path, b"key")

    def test_a_link_in_the_place_of_the_key_is_not_followed(self, path, tmp_path):
        path.parent.mkdir(mode=0o700)
        path.symlink_to(tmp_path / "elsewhere")
        assert not create_private(path, b"key")
        assert not (tmp_path / "elsewhere").exists()

    def test_a_file_in_the_place_of_the_folder(self, path):
        path.parent.write_text("")
        with pytest.raises(KeyFileError, match="cannot be written"):
            create_private(path, b"key")

    def test_a_write_that_fails_leaves_nothing(self, path):
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
        try:
            with pytest.raises(KeyFileError, match="File too large"):
                create_private(path, b"key")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert list(path.parent.iterdir()) == []


class TestRead:
    def test_none(self, path):
        with pytest.raises(KeyFileError, match="cannot be read: No such file"):
            read_private(path)

    @pytest.mark.parametrize("bits", [0o604, 0o640, 0o660, 0o644, 0o601, 0o777])
    def test_one_that_others_can_use(self, path, bits):
        create_private(path, b"key")
        path.chmod(bits)
        with pytest.raises(KeyFileError, match=f"mode {bits:04o}, expected 0600") as caught:
            read_private(path)
        assert "chmod 600" in (caught.value.hint or "")

    def test_one_of_another_user(self, path, monkeypatch):
        create_private(path, b"key")
        monkeypatch.setattr(keyfile.os, "geteuid", lambda: os.getuid() + 1)
        with pytest.raises(KeyFileError, match="belongs to another user"):
            read_private(path)

    def test_one_behind_a_link(self, path):
        create_private(path, b"key")
        link = path.with_name("link.key")
        link.symlink_to(path)
        with pytest.raises(KeyFileError, match="cannot be read"):
            read_private(link)

    def test_a_folder(self, path):
        path.mkdir(parents=True, mode=0o700)
        with pytest.raises(KeyFileError, match="expected a file at"):
            read_private(path)

    def test_a_pipe_does_not_block(self, path):
        path.parent.mkdir(mode=0o700)
        os.mkfifo(path, 0o600)
        with pytest.raises(KeyFileError, match="expected a file at"):
            read_private(path)

    def test_one_that_is_too_long_for_a_key(self, path):
        create_private(path, b"x" * (MAX_KEY_BYTES + 1))
        with pytest.raises(KeyFileError, match="at most"):
            read_private(path)

    def test_no_descriptor_is_left_open(self, path):
        create_private(path, b"key")
        before = len(list(Path("/dev/fd").iterdir()))
        for _ in range(5):
            read_private(path)
            create_private(path, b"key")
        assert len(list(Path("/dev/fd").iterdir())) == before
