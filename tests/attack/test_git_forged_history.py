"""Ways to make git show other history or other content than what was committed: evidence is about real objects."""

import hashlib

import pytest

from assay.errors import UsageError
from assay.git import Repository


@pytest.fixture
def judged(repo):
    """Return a repository whose last two commits bring and remove a file, and what is found in it."""
    base = repo.commit({"a": "a\n"})
    repo.commit({"secret": "s\n", "b": "1\n2\n3\n"})
    head = repo.commit({"secret": None, "c": "c\n"})
    change = Repository.open(repo.path).change(base, head)
    assert [path for _, path, _ in change.introduced] == ["secret"]
    return repo, base, head, change


def test_replaced_objects(judged):
    repo, base, head, change = judged
    blobs = repo.git("rev-parse", f"{head}:c", f"{base}:a").split()
    innocent = repo.git("commit-tree", f"{base}^{{tree}}", "-p", base, data=b"chore: nothing")
    repo.git("replace", head, innocent)
    repo.git("replace", *blobs)
    assert repo.git("show", f"{head}:a") == "a"
    assert repo.git("cat-file", "blob", blobs[0]) == "a"
    opened = Repository.open(repo.path)
    assert opened.change(base, head) == change
    assert opened.read_file(head, "c") == b"c\n"


def test_grafted_parents(judged):
    repo, base, head, change = judged
    (repo.path / ".git/info/grafts").write_text(f"{head} {base}\n")
    assert repo.git("rev-parse", f"{head}^") == base
    opened = Repository.open(repo.path)
    assert opened.change(base, head) == change
    assert opened.resolve(f"{head}~2") == base


def test_a_forged_commit_graph(repo):
    """The graph is a cache of parents; its checksum proves nothing, and git believes it over the commits."""
    base, secret, clean, head = (repo.commit({"a": f"{n}\n"}) for n in range(4))
    repo.git("commit-graph", "write", "--reachable")
    graph = repo.path / ".git/objects/info/commit-graph"
    content = bytearray(graph.read_bytes())
    table = range(8, 8 + 12 * content[6], 12)  # gitformat-commit-graph(5): the name of each chunk and where it starts.
    starts = {bytes(content[at : at + 4]): int.from_bytes(content[at + 4 : at + 12]) for at in table}
    order = sorted([base, secret, clean, head])
    parent_at = starts[b"CDAT"] + order.index(clean) * 36 + 20
    content[parent_at : parent_at + 4] = order.index(base).to_bytes(4)
    graph.chmod(0o644)
    graph.write_bytes(content)
    assert secret not in repo.git("rev-list", f"{base}..{head}"), "the attack does not work on plain git"
    assert [commit.id for commit in Repository.open(repo.path).change(base, head).commits] == [secret, clean, head]


def test_attributes_that_hide_lines(judged):
    """A change could call its own files binary and be measured as no lines at all."""
    repo, base, head, change = judged
    (repo.path / ".gitattributes").write_text("* -diff\n* binary\n")
    assert "-\t-\tb" in repo.git("diff", "--numstat", base, head)
    assert Repository.open(repo.path).change(base, head) == change
    head = repo.commit()
    files = {file.path: file.added for file in Repository.open(repo.path).change(base, head).files}
    assert files == {".gitattributes": 2, "b": 3, "c": 1}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("diff.ignoreSubmodules", "all"),
        ("diff.renames", "false"),
        ("diff.relative", "true"),
        ("diff.noPrefix", "true"),
        ("diff.orderFile", "/dev/null"),
        ("diff.renameLimit", "1"),
        ("core.bigFileThreshold", "1"),
        ("core.attributesFile", "{folder}/attributes"),
        ("core.abbrev", "4"),
        ("core.quotePath", "true"),
        ("core.precomposeUnicode", "true"),
        ("log.showRoot", "false"),
        ("log.follow", "true"),
        ("log.date", "relative"),
        ("log.mailmap", "true"),
        ("i18n.logOutputEncoding", "UTF-16"),
        ("format.pretty", "oneline"),
        ("color.ui", "always"),
        ("core.whitespace", "trailing-space"),
        ("submodule.lib.ignore", "all"),
    ],
)
def test_settings_that_change_what_git_prints(repo, key, value):
    base = repo.commit(
        {"old": "".join(f"{n}\n" for n in range(20)), "ünï": "1\n", ".mailmap": "X <x@y> <author@example.org>\n"}
    )
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{base},lib")
    moved = repo.git("hash-object", "-w", "--stdin", data="".join(f"{n}\n" for n in range(19)).encode())
    repo.git("update-index", "--add", "--cacheinfo", f"100644,{moved},new", "--force-remove", "old")
    repo.git("commit", "-q", "-m", "Ünï\n\nKey: Wörld")
    head = repo.git("rev-parse", "HEAD")
    before = Repository.open(repo.path).change(None, head), Repository.open(repo.path).change(base, head)
    (repo.path / "attributes").write_text("* -diff\n")
    repo.git("config", key, value.format(folder=repo.path))
    assert (Repository.open(repo.path).change(None, head), Repository.open(repo.path).change(base, head)) == before
    assert {file.path for file in before[1].files} == {"lib", "new"}
    assert before[1].commits[0].trailers == (("Key", "Wörld"),)


def test_submodules_that_ask_to_be_ignored(repo):
    base = repo.commit({".gitmodules": '[submodule "lib"]\n\tpath = lib\n\turl = x\n\tignore = all\n'})
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{base},lib")
    repo.git("commit", "-q", "-m", "x")
    assert [file.path for file in Repository.open(repo.path).range_change("HEAD").files] == ["lib"]


@pytest.mark.parametrize("entry", ["../outside", "/etc/hostname", ".git/config", "sub/../../outside", ".GIT/config"])
def test_an_index_that_names_files_outside(repo, tmp_path, entry):
    """git refuses such names when adding, but an index that came with the folder is believed."""
    (tmp_path / "outside").write_text("outside")
    repo.commit({"a": "a", "placeholder": "p", "sub/x": "x"})
    index = repo.path / ".git/index"
    repo.git("update-index", "--index-version", "2")
    placeholder = "p" * len(entry)
    repo.write({placeholder: "p"})
    repo.git("add", placeholder)
    content = index.read_bytes()
    assert content.count(placeholder.encode()) >= 1
    forged = content.replace(placeholder.encode(), entry.encode())
    digest = hashlib.sha1(forged[:-20]).digest()
    index.write_bytes(forged[:-20] + digest)
    listed = [file.path for file in Repository.open(repo.path).worktree_files()]
    assert "a" in listed
    assert not [path for path in listed if "outside" in path or "etc" in path or ".git" in path.lower()]


def test_a_folder_that_a_link_has_replaced(repo, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/file").write_text("outside")
    repo.commit({"a": "a", "folder/file": "inside", "folder/deep/file": "inside"})
    for name in ("folder/deep/file", "folder/file"):
        (repo.path / name).unlink()
    (repo.path / "folder/deep").rmdir()
    (repo.path / "folder").rmdir()
    (repo.path / "folder").symlink_to(tmp_path / "outside")
    assert "folder/file" in repo.git("ls-files", "--cached")
    files = {file.path: file.read() for file in Repository.open(repo.path).worktree_files()}
    assert "folder/file" not in files
    assert files["a"] == b"a"


def test_trees_with_forbidden_names_are_only_names(repo):
    base = repo.commit({"a": "a\n"})
    blob = bytes.fromhex(repo.git("rev-parse", "HEAD:a"))
    names = [b"../escape", b".git", b"/abs", b"a", b"a"]
    raw = b"".join(b"100644 " + name + b"\0" + blob for name in names)
    tree = repo.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", data=raw)
    head = repo.git("commit-tree", tree, "-p", base, data=b"x")
    change = Repository.open(repo.path).change(base, head)
    assert {"../escape", ".git", "/abs"} <= {file.path for file in change.files}


def test_a_revision_that_would_be_an_option(repo, tmp_path):
    repo.commit({"a": "a\n"})
    opened = Repository.open(repo.path)
    for text in (f"--output={tmp_path}/x", "--all", "-1", f"HEAD..--output={tmp_path}/x"):
        with pytest.raises(UsageError, match="expected a revision"):
            opened.range_change(text)
    assert not (tmp_path / "x").exists()
