"""A change computed from streams is the one its definition gives, for histories of any shape.

The definition looks at every tree of every commit, which is obviously right and far too slow for real use.
"""

import subprocess
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.errors import EmptyRangeError
from assay.git import Repository

PATHS = ("a", "b", "folder/c", "folder/deep/d", "folder")
CONTENTS = ("one\n", "two\n", "three\n", None)


@dataclass(frozen=True)
class Made:
    """One commit to make: its parents by number, and what it puts at paths on top of the first."""

    parents: tuple[int, ...]
    files: tuple[tuple[str, str | None], ...]


@st.composite
def histories(draw):
    """Histories of up to 8 commits, each with up to 3 parents among those before it."""
    commits = []
    for number in range(draw(st.integers(2, 8))):
        parents = draw(st.lists(st.integers(0, number - 1), max_size=3, unique=True)) if number else []
        files = draw(st.lists(st.tuples(st.sampled_from(PATHS), st.sampled_from(CONTENTS)), max_size=4))
        commits.append(Made(parents=tuple(parents), files=tuple(files)))
    return commits, draw(st.integers(0, len(commits) - 2))


def build(path, commits) -> list[str]:
    """Make the history with one `git fast-import`; return the commit ids."""
    lines = []
    for number, commit in enumerate(commits):
        lines += [f"commit refs/heads/c{number}", f"mark :{number + 1}", f"committer C <c@example.org> {number} +0000"]
        lines += ["data 1", "x"]
        lines += [f"{'merge' if n else 'from'} :{parent + 1}" for n, parent in enumerate(commit.parents)]
        for name, content in commit.files:
            lines += [f"D {name}"] if content is None else [f"M 100644 inline {name}", f"data {len(content)}", content]
    stream = "\n".join([*lines, ""]).encode()
    subprocess.run(["git", "init", "-q", "--bare", path], check=True)
    subprocess.run(["git", "fast-import", "--quiet", "--date-format=raw"], cwd=path, input=stream, check=True)
    refs = [f"refs/heads/c{number}" for number in range(len(commits))]
    return (
        subprocess.run(["git", "rev-parse", *refs], cwd=path, check=True, capture_output=True).stdout.decode().split()
    )


def tree(repository, commit) -> dict[str, str]:
    return {entry.path: entry.blob for entry in repository.list_files(commit)}


def reachable(commits, number) -> set[int]:
    found = {number}
    for parent in commits[number].parents:
        found |= reachable(commits, parent)
    return found


@pytest.mark.parametrize("whole_history", [False, True])
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories())
def test_introduced(tmp_path_factory, whole_history, history):
    commits, base = history
    path = tmp_path_factory.mktemp("history")
    ids = build(path, commits)
    repository = Repository.open(path)
    trees = [tree(repository, commit) for commit in ids]
    in_range = reachable(commits, len(commits) - 1) - (set() if whole_history else reachable(commits, base))
    before = {} if whole_history else trees[base]
    expected = {
        (name, blob)
        for number in in_range
        for name, blob in trees[number].items()
        if all(trees[parent].get(name) != blob for parent in commits[number].parents)
        and blob not in {before.get(name), trees[-1].get(name)}
    }
    try:
        change = repository.change(None if whole_history else ids[base], ids[-1])
    except EmptyRangeError:
        assert not in_range
        return
    assert {commit.id for commit in change.commits} == {ids[number] for number in in_range}
    assert {(name, blob) for _, name, blob in change.introduced} == expected
    for commit, name, blob in change.introduced:
        assert trees[ids.index(commit)][name] == blob


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories())
def test_files(tmp_path_factory, history):
    commits, base = history
    path = tmp_path_factory.mktemp("history")
    ids = build(path, commits)
    repository = Repository.open(path)
    before, after = tree(repository, ids[base]), tree(repository, ids[-1])
    try:
        files = repository.change(ids[base], ids[-1]).files
    except EmptyRangeError:
        assert before == after
        return
    assert {file.old_path: file.old_blob for file in files if file.old_blob} == {
        name: blob for name, blob in before.items() if after.get(name) != blob
    }
    assert {file.path: file.new_blob for file in files if file.new_blob} == {
        name: blob for name, blob in after.items() if before.get(name) != blob
    }
