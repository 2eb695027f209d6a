"""Whoever can write into the cache folder must not get native code or rules loaded by it."""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assay.inspectors.secrets._cache import SealedFolder
from assay.inspectors.secrets._catalogue import load_rules
from assay.inspectors.secrets._compiled import open_engine
from assay.inspectors.secrets._detector import Detector

NAME = "secrets-test.hsdb"
CONTENT = b"compiled patterns"
SAMPLE = b"".join((b"glp", b"at-", b"Xk4q", b"z9TTm2", b"Rw7pLd5vQa"))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def folder(state: Path) -> SealedFolder:
    return sealed(state)


def sealed(state: Path) -> SealedFolder:
    return SealedFolder(state / "cache", state / "keys" / "cache.hmac")


def blob(state: Path) -> Path:
    return state / "cache" / NAME


def key(state: Path) -> Path:
    return state / "keys" / "cache.hmac"


def test_what_was_stored_is_loaded(folder, state):
    assert folder.load(NAME) is None
    folder.store(NAME, CONTENT)
    assert folder.load(NAME) == sealed(state).load(NAME) == CONTENT


@pytest.fixture
def careless_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def test_files_are_the_owners_alone(folder, state, careless_umask):
    folder.store(NAME, CONTENT)
    assert stat.S_IMODE(blob(state).stat().st_mode) == 0o600
    assert stat.S_IMODE(key(state).stat().st_mode) == 0o600
    assert stat.S_IMODE(blob(state).parent.stat().st_mode) == 0o700
    assert [path.name for path in blob(state).parent.iterdir()] == [NAME]


def flip_a_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def cut_to_the_seal(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def append(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"x")


def replace_all(path: Path) -> None:
    path.write_bytes(os.urandom(64))


def let_the_group_write(path: Path) -> None:
    path.chmod(0o620)


def let_the_world_write(path: Path) -> None:
    path.chmod(0o602)


def put_a_link(path: Path) -> None:
    moved = path.rename(path.parent / "elsewhere")
    path.symlink_to(moved)


def put_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


def put_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def remove(path: Path) -> None:
    path.unlink()


DAMAGES = [flip_a_bit, cut, cut_to_the_seal, empty, append, replace_all, let_the_group_write, let_the_world_write]
DAMAGES += [put_a_link, put_a_pipe, put_a_folder, remove]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_blob_that_was_touched_is_not_loaded(folder, state, damage: Callable[[Path], None]):
    folder.store(NAME, CONTENT)
    damage(blob(state))
    assert folder.load(NAME) is None


@pytest.mark.parametrize("damage", [item for item in DAMAGES if item is not put_a_folder])
def test_and_is_replaced_by_the_next_one(folder, state, damage: Callable[[Path], None]):
    folder.store(NAME, CONTENT)
    damage(blob(state))
    folder.store(NAME, CONTENT)
    assert folder.load(NAME) == CONTENT


@pytest.mark.parametrize("damage", [flip_a_bit, cut, empty, append, let_the_group_write, put_a_link, remove])
def test_without_its_key_nothing_is_loaded(folder, state, damage: Callable[[Path], None]):
    folder.store(NAME, CONTENT)
    damage(key(state))
    assert folder.load(NAME) is None


def test_a_key_that_others_can_read_is_made_anew(folder, state):
    folder.store(NAME, CONTENT)
    seen = key(state).read_bytes()
    key(state).chmod(0o640)
    assert folder.load(NAME) is None
    folder.store(NAME, CONTENT)
    assert key(state).read_bytes() != seen
    assert folder.load(NAME) == CONTENT


def test_a_blob_under_another_name_is_not_loaded(folder, state):
    folder.store(NAME, CONTENT)
    blob(state).rename(blob(state).with_name("secrets-other.hsdb"))
    assert folder.load("secrets-other.hsdb") is None


def test_a_blob_of_another_machine_is_not_loaded(folder, tmp_path):
    other = tmp_path / "other"
    sealed(other).store(NAME, CONTENT)
    folder.store("first", b"so that there is a key")
    (tmp_path / "cache" / NAME).write_bytes((other / "cache" / NAME).read_bytes())
    assert folder.load(NAME) is None


def test_a_restored_cache_folder_does_not_bring_its_key(folder, state, tmp_path):
    folder.store(NAME, CONTENT)
    restored = tmp_path / "runner"
    restored.mkdir()
    blob(state).parent.rename(restored / "cache")
    assert sealed(restored).load(NAME) is None


@pytest.mark.parametrize("name", ["cache", "keys"])
def test_a_folder_that_others_can_write_to_is_not_read(folder, state, name, caplog):
    folder.store(NAME, CONTENT)
    (state / name).chmod(0o777)
    assert folder.load(NAME) is None
    assert "can write to" in caplog.text


def test_and_is_made_the_owners_alone_when_it_is_written_to(folder, state):
    folder.store(NAME, CONTENT)
    (state / "cache").chmod(0o775)
    folder.store(NAME, CONTENT)
    assert stat.S_IMODE((state / "cache").stat().st_mode) == 0o700
    assert folder.load(NAME) == CONTENT


def test_writing_through_a_link_changes_nothing_behind_it(state, tmp_path):
    behind = tmp_path / "behind"
    behind.mkdir(mode=0o755)
    (state / "cache").symlink_to(behind)
    sealed(state).store(NAME, CONTENT)
    assert stat.S_IMODE(behind.stat().st_mode) == 0o755
    assert list(behind.iterdir()) == []


def test_a_link_to_a_folder_is_not_read(folder, state, tmp_path):
    folder.store(NAME, CONTENT)
    moved = blob(state).parent.rename(tmp_path / "moved")
    (state / "cache").symlink_to(moved)
    assert folder.load(NAME) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("path", [blob, key, lambda state: state / "cache"])
def test_what_another_user_owns_is_not_read(folder, state, path):
    folder.store(NAME, CONTENT)
    os.chown(path(state), 65534, 65534)
    assert folder.load(NAME) is None


@pytest.mark.parametrize("where", ["cache", "deep/state/cache", ".assay/cache"])
def test_nothing_in_a_work_tree_is_read_or_written(tmp_path, where, caplog):
    inside = tmp_path / "clone"
    planted = sealed((inside / where).parent)
    planted.store(NAME, CONTENT)
    assert planted.load(NAME) == CONTENT
    (inside / ".git").mkdir()
    assert planted.load(NAME) is None
    planted.store("second", CONTENT)
    assert not (inside / where / "second").exists()
    assert "work tree" in caplog.text


def test_a_linked_work_tree_is_a_work_tree(tmp_path):
    inside = sealed(tmp_path / "linked")
    inside.store(NAME, CONTENT)
    (tmp_path / "linked" / ".git").write_text("gitdir: elsewhere\n")
    assert inside.load(NAME) is None


def test_the_state_inside_the_git_folder_is_no_work_tree(tmp_path):
    state = tmp_path / "clone" / ".git" / "assay"
    state.mkdir(parents=True)
    inside = sealed(state)
    inside.store(NAME, CONTENT)
    assert inside.load(NAME) == CONTENT


def test_a_place_that_cannot_be_written_to_is_no_error(tmp_path, caplog):
    (tmp_path / "cache").write_text("a file, no folder")
    sealed(tmp_path).store(NAME, CONTENT)
    assert sealed(tmp_path).load(NAME) is None


def test_a_draft_that_cannot_be_put_in_place_is_removed(folder, state, caplog):
    folder.store("first", CONTENT)
    blob(state).mkdir()
    folder.store(NAME, CONTENT)
    assert sorted(path.name for path in blob(state).parent.iterdir()) == ["first", NAME]
    assert "could not be written" in caplog.text


def test_a_blob_larger_than_any_is_not_read(folder, state):
    folder.store(NAME, CONTENT)
    with blob(state).open("r+b") as file:
        file.truncate(40 << 20)
    assert folder.load(NAME) is None


class TestOpening:
    """The same, seen from the engine: it is compiled again, and finds."""

    @pytest.fixture
    def database(self, folder, state) -> Path:
        open_engine(load_rules(), folder)
        (path,) = (state / "cache").iterdir()
        return path

    def finds(self, folder: SealedFolder) -> bool:
        rules = load_rules()
        return len(Detector(rules, open_engine(rules, folder)).find(SAMPLE, "a.txt")) == 1

    @pytest.mark.parametrize("damage", [flip_a_bit, cut, replace_all, let_the_world_write, remove])
    def test_a_damaged_database_is_compiled_again(self, folder, database, damage):
        before = database.read_bytes()
        damage(database)
        assert self.finds(folder)
        assert stat.S_IMODE(database.stat().st_mode) == 0o600
        assert len(database.read_bytes()) == len(before)

    def test_a_sealed_blob_that_is_no_database_is_compiled_again(self, folder, database):
        folder.store(database.name, b"sealed by us, made by another version")
        assert self.finds(folder)
        assert len(database.read_bytes()) > 100_000

    def test_other_patterns_have_another_file(self, folder, database):
        open_engine(load_rules()[:3], folder)
        names = {path.name for path in database.parent.iterdir()}
        assert len(names) == 2

    def test_rules_that_were_touched_are_read_from_their_files(self, folder, state):
        original = load_rules(folder)
        (path,) = (state / "cache").iterdir()
        assert load_rules(folder) == original
        path.write_bytes(path.read_bytes().replace(b"glpat", b"none!"))
        assert load_rules(folder) == original == load_rules()
