"""The shared repository fixture gives the same ids on every machine."""


def test_commit_ids_are_the_same_on_every_machine(repo):
    first = repo.commit({"a.txt": "one\n"}, message="feat: a")
    assert first == "580a0a44d852bf99df4e1617dab8eee9c022730b"
    second = repo.commit({"a.txt": None, "b/c.bin": b"\0"}, message="chore: swap")
    assert repo.git("rev-parse", "HEAD~1") == first
    assert repo.git("ls-tree", "-r", "--name-only", second) == "b/c.bin"


def test_a_merge_keeps_what_resolve_says(repo):
    repo.commit({"a.txt": "one\n"})
    repo.git("checkout", "-q", "-b", "topic")
    repo.commit({"a.txt": "topic\n"})
    repo.git("checkout", "-q", "main")
    repo.commit({"a.txt": "main\n"})
    merged = repo.merge("topic", resolve={"a.txt": "both\n"})
    assert len(repo.git("rev-parse", f"{merged}^@").splitlines()) == 2
    assert repo.git("show", f"{merged}:a.txt") == "both"
