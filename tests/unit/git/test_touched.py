from assay.git import Repository


def test_each_commit_says_which_paths_it_touches(repo):
    base = repo.commit({"a.txt": "a\n", "b.txt": "b\n"})
    first = repo.commit({"a.txt": "more\n"})
    second = repo.commit({"b.txt": None, "c/d.txt": "d\n"})
    change = Repository.open(repo.path).change(base, second)
    assert change.touched == {first: ("a.txt",), second: ("b.txt", "c/d.txt")}


def test_a_merge_touches_only_what_it_has_otherwise_than_its_parents(repo):
    base = repo.commit({"a.txt": "a\n"})
    repo.git("switch", "-q", "-c", "side")
    repo.commit({"side.txt": "s\n"})
    repo.git("switch", "-q", "main")
    repo.commit({"main.txt": "m\n"})
    merge = repo.merge("side", resolve={"evil.txt": "e\n"})
    assert Repository.open(repo.path).change(base, merge).touched[merge] == ("evil.txt",)
