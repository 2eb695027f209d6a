"""Repositories that are not what a gate hopes for: each is judged for what it is, or refused with what to do."""

import json

import pytest


def report_of(ran):
    assert ran.out, ran.err
    return json.loads(ran.out)


def skipped(report):
    return {item["path"]: item["reason"] for item in report["inspection"]["skipped"]}


def test_not_a_repository(assay, tmp_path):
    folder = tmp_path / "plain"
    folder.mkdir()
    for command in ("gate", "check", "why", "approve --meaning approved", "ledger verify", "sync", "init"):
        assert assay(*command.split(), cwd=folder).refused("not a git repository", "git init")
    assert list(folder.iterdir()) == []


def test_no_folder_at_all(assay, tmp_path):
    assert assay("gate", "-C", tmp_path / "nowhere").refused("there is no folder", "nowhere")


@pytest.fixture
def clone(project, new_repo):
    """Make a clone of `project` with the given options, on its branch `topic`."""

    def make(*options):
        project.commit({"a.txt": "a\n"}, message="feat: a")
        project.git("switch", "-q", "main")
        project.commit({"b.txt": "b\n"}, message="feat: b")
        made = new_repo("clone")
        for setting in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
            project.git("config", setting, "true")
        made.git("clone", "-q", "-b", "topic", *options, f"file://{project.path}", "inner")
        return made.path / "inner"

    return make


@pytest.mark.parametrize("command", [("gate",), ("gate", "origin/main..HEAD"), ("gate", "--last", "3")])
def test_a_shallow_clone_without_the_base(clone, assay, command):
    folder = clone("--depth=1", "--no-single-branch")
    assert assay(*command, cwd=folder).refused("shallow", "git fetch --unshallow")


def test_a_shallow_clone_that_lacks_the_commit_of_a_range(clone, project, assay):
    folder = clone("--depth=1")
    missing = project.git("rev-parse", "main~1")
    assert assay("gate", f"{missing}..HEAD", cwd=folder).refused(missing, "git fetch")


def test_an_unborn_branch(repo, assay, secret, warm):
    warm(repo.path / ".git/assay")
    for arguments in ((), ("--last", "3"), ("HEAD..HEAD",)):
        assert assay("gate", *arguments).refused("has no commit yet", "make the first commit")
    repo.write({"settings.py": f'key = "{secret}"\n'})
    repo.git("add", "settings.py")
    assert assay("check", "--staged").code == 1


def test_the_first_commit_is_judged_against_nothing(repo, assay, secret, warm):
    warm(repo.path / ".git/assay")
    repo.commit({"settings.py": f'key = "{secret}"\n'})
    assert assay("gate", "--last", "1").code == 1


def test_unrelated_histories(project, assay, secret):
    project.git("switch", "-q", "--orphan", "other")
    project.commit({"settings.py": f'key = "{secret}"\n'})
    assert assay("gate").refused("share no ancestor", "A..B")
    assert assay("gate", "main..other").code == 1


def test_a_submodule_is_skipped_by_name(project, assay, new_repo):
    part = new_repo("part")
    part.commit({"a.txt": "a\n"})
    project.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", part.path, "vendor/part")
    project.commit()
    ran = assay("gate", "--format", "json")
    assert ran.code == 0, ran
    assert skipped(report_of(ran)) == {"vendor/part": "submodule"}
    assert assay("check").code == 0


def test_symbolic_links_in_a_ring_are_skipped_by_name(project, assay):
    for name, aim in (("one", "two"), ("two", "one"), ("here", "."), ("up", ".."), ("away", "/etc/passwd")):
        (project.path / name).symlink_to(aim)
    project.commit({"a.txt": "a\n"})
    ran = assay("gate", "--format", "json")
    assert ran.code == 0, ran
    assert skipped(report_of(ran)) == dict.fromkeys(("one", "two", "here", "up", "away"), "symbolic link")
    assert assay("check", "--format", "json").code == 0


def test_what_a_sparse_checkout_leaves_out_is_judged(project, assay, secret):
    project.commit({"in/a.txt": "a\n", "out/settings.py": f'key = "{secret}"\n'})
    project.git("sparse-checkout", "set", "in")
    assert not (project.path / "out").exists()
    assert assay("gate").code == 1


@pytest.mark.parametrize("lacks", ["blob:none", "tree:0"])
def test_a_partial_clone_says_what_to_fetch(clone, assay, lacks):
    folder = clone(f"--filter={lacks}", "--no-checkout")
    assert assay("gate", cwd=folder).refused("promisor", "git fetch --refetch --no-filter")


def test_a_file_of_the_history_that_is_gone_makes_the_decision_incomplete(project, assay, secret):
    project.commit({"settings.py": f'key = "{secret}"\n'}, message="feat: settings")
    blob = project.git("rev-parse", "HEAD:settings.py")
    project.commit({"settings.py": None, "a.txt": "a\n"}, message="fix: oops")
    (project.path / ".git/objects" / blob[:2] / blob[2:]).unlink()
    ran = assay("gate", "--format", "json")
    decision = report_of(ran)["decision"]
    assert (ran.code, decision["verdict"], decision["incomplete"]) == (2, "deny", True)
    assert "settings.py" in json.dumps(decision["reasons"])


def test_nothing_but_deletions_is_judged(project, assay):
    project.git("switch", "-q", "main")
    project.commit({"old/a.txt": "a\n", "old/b.txt": "b\n"})
    project.git("switch", "-q", "-C", "topic", "main")
    project.commit({"old/a.txt": None, "old/b.txt": None})
    ran = assay("gate", "--format", "json")
    report = report_of(ran)
    assert (ran.code, report["decision"]["verdict"]) == (0, "allow")
    assert skipped(report) == {"old/a.txt": "deleted", "old/b.txt": "deleted"}
