"""A record that was damaged, put back or swapped: neither a gate nor a verification goes on as if nothing were."""

import json
import shutil

import pytest

from assay.attest.keystore import checkpoint_key


@pytest.fixture
def state(project, assay):
    """Return the state folder after two gates."""
    project.commit({"a.txt": "a\n"})
    for _ in range(2):
        assert assay("gate").code == 0
    return project.path / ".git/assay"


def files_of(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def content(folder):
    return {path: path.read_bytes() for path in files_of(folder)}


def flipped(data):
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


DAMAGES = {
    "a flipped bit": flipped,
    "cut off": lambda data: data[: len(data) // 2],
    "emptied": lambda _: b"",
    "zeros": lambda data: bytes(len(data)),
    "something behind it": lambda data: data + b"\0more",
}


@pytest.fixture
def each_part(state, tmp_path):
    """Yield the files of the log one by one, each in the same whole state folder."""

    def parts():
        shutil.copytree(state, tmp_path / "whole")
        paths = [path for path, data in content(state / "ledger").items() if data]
        assert len(paths) == 5  # The checkpoint, and tile and entries as they are and as the first gate left them.
        for path in paths:
            yield path
            shutil.rmtree(state)
            shutil.copytree(tmp_path / "whole", state)

    return parts


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_log_with_a_damaged_file(each_part, assay, damage):
    for path in each_part():
        data = path.read_bytes()
        path.write_bytes(DAMAGES[damage](data))
        assert assay("ledger", "verify").refused()
        judged = assay("gate")
        assert judged.code == 0 or judged.refused()
        assert assay("ledger", "verify").refused()
        if path.name == "checkpoint":
            assert judged.refused()
        else:
            path.write_bytes(data)
            assert assay("ledger", "verify", "--payloads").code == 0


def test_a_log_that_lacks_a_file(each_part, assay):
    for path in each_part():
        if not path.match("*.p/3"):
            data = path.read_bytes()
            path.unlink()
            assert assay("ledger", "verify").refused()
            assert assay("gate").refused()
            path.write_bytes(data)
            assert assay("ledger", "verify", "--payloads").code == 0


def test_a_log_whose_folder_is_gone(state, assay):
    shutil.rmtree(state / "ledger")
    assert assay("gate").refused("there was a ledger", "restore the ledger folder")


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_statement(state, assay, damage):
    for path, data in content(state / "cas").items():
        path.write_bytes(DAMAGES[damage](data))
        assert assay("ledger", "verify").code == 0
        verified = assay("ledger", "verify", "--payloads")
        judged = assay("gate")
        # An input of a decision is no statement: it is written again, and read by `why --replay` only.
        assert verified.refused() if b'"payload"' in data else verified.code == 0
        assert judged.refused() if b'"payload"' in data else judged.code == 0
        path.write_bytes(data)


def test_a_lost_statement_is_named(state, assay):
    (path,) = [path for path, data in content(state / "cas").items() if b"assay.input/1" in data][:1]
    path.unlink()
    assert assay("why", "latest").refused(path.name, "is missing")
    assert assay("why", "--replay").refused(path.name, "is missing")


def test_a_log_that_another_key_signs(state, assay, tmp_path):
    checkpoint_key(tmp_path)
    shutil.copy(tmp_path / "checkpoint.key", state / "keys/checkpoint.key")
    assert assay("gate").refused("checkpoint")
    assert assay("ledger", "verify").refused("checkpoint")


def test_a_log_of_somebody_else(state, assay, tmp_path):
    assert assay("gate", "--state", tmp_path / "theirs").code == 0
    shutil.rmtree(state / "ledger")
    shutil.copytree(tmp_path / "theirs/ledger", state / "ledger")
    assert assay("gate").refused("checkpoint")
    assert assay("ledger", "verify").refused("checkpoint")


def test_a_private_key_that_is_none(state, assay):
    for name in ("local.key", "checkpoint.key"):
        key = (state / "keys" / name).read_bytes()
        for damage in DAMAGES.values():
            (state / "keys" / name).write_bytes(damage(key))
            ran = assay("gate")
            assert ran.code == 0 or ran.refused(), name
        (state / "keys" / name).write_bytes(key)
    assert assay("ledger", "verify", "--payloads").code == 0


def test_a_private_key_that_others_can_read(state, assay):
    for name in ("local.key", "checkpoint.key"):
        (state / "keys" / name).chmod(0o644)
        assert assay("gate").refused(name, "chmod 600")
        (state / "keys" / name).chmod(0o600)


@pytest.mark.parametrize("more", [(), ("index.sqlite",), ("cas", "index.sqlite"), ("cas", "index.sqlite", "lock")])
def test_a_log_that_was_put_back(state, assay, tmp_path, more):
    """With or without what stands beside it."""
    for name in ("ledger", *more):
        source = state / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    assert assay("gate").code == 0
    for name in ("ledger", *more):
        if (state / name).is_dir():
            shutil.rmtree(state / name)
            shutil.copytree(tmp_path / name, state / name)
        else:
            shutil.copy(tmp_path / name, state / name)
    before = content(state)
    for command in ("gate", "ledger verify", "why", "ledger show", "ledger prove latest"):
        assert assay(*command.split()).refused("6 entries", "9")
    changed = {path.name for path, data in content(state).items() if before.get(path) != data}
    assert changed <= {"lock", "index.lock"}


def test_an_older_checkpoint_over_the_newer_log(state, assay):
    older = (state / "ledger/checkpoint").read_bytes()
    assert assay("gate").code == 0
    (state / "ledger/checkpoint").write_bytes(older)
    assert assay("gate").refused("6 entries")
    assert assay("ledger", "verify").refused("6 entries")


def test_another_history_of_the_same_key(state, project, assay, tmp_path):
    """Both are whole and signed; only one is what this machine has seen."""
    shutil.copytree(state, tmp_path / "fork")
    assert assay("gate").code == 0
    for _ in range(2):
        assert assay("gate", "--state", tmp_path / "fork").code == 0
    shutil.rmtree(state / "ledger")
    shutil.copytree(tmp_path / "fork/ledger", state / "ledger")
    shutil.copytree(tmp_path / "fork/cas", state / "cas", dirs_exist_ok=True)
    assert assay("gate").refused("not those that this machine has seen")
    assert assay("ledger", "verify").refused("not those that this machine has seen")


@pytest.mark.parametrize("damage", DAMAGES)
def test_an_index_that_is_damaged_hides_nothing(state, assay, damage):
    read = json.loads(assay("gate", "--format", "json").out)["decision"]["evidence"]
    index = state / "index.sqlite"
    index.write_bytes(DAMAGES[damage](index.read_bytes()))
    ran = assay("gate", "--format", "json")
    if ran.code != 0:
        assert ran.refused("index.sqlite", "remove it")
        index.unlink()
        ran = assay("gate", "--format", "json")
    # What the run before read, and its decision.
    assert len(json.loads(ran.out)["decision"]["evidence"]) == len(read) + 1
    assert assay("why").code == 0


def test_an_index_of_another_log_is_made_anew(state, assay, tmp_path):
    assert assay("gate", "--state", tmp_path / "theirs").code == 0
    shutil.copy(tmp_path / "theirs/index.sqlite", state / "index.sqlite")
    assert assay("gate").code == 0
    assert assay("ledger", "show", "latest").code == 0


@pytest.mark.parametrize("name", ["ledger", "cas", "keys", "seen", "lock", "index.sqlite", "ledger/checkpoint"])
@pytest.mark.parametrize("kind", ["link", "folder or file"])
def test_something_else_where_a_part_of_the_state_should_be(state, assay, tmp_path, name, kind):
    part, aside = state / name, tmp_path / "aside"
    shutil.move(part, aside)
    if kind == "link":
        part.symlink_to(aside)
    elif aside.is_dir():
        part.write_bytes(b"")
    else:
        part.mkdir()
    ran = assay("gate")
    # What can be made again is made again; what holds the record is not read through what was put in its place.
    assert ran.code == 0 if name == "index.sqlite" else ran.refused()
