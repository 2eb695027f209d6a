"""From a change to findings and outcomes: what is new, what is skipped, and what could not be told."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from assay.config import DEFAULT_CONFIG, parse_config
from assay.errors import MissingObjectError, UsageError
from assay.git import Repository
from assay.inspectors import _content, _execution, _sightings
from assay.inspectors._base import SourceFile
from assay.inspectors.run import Inspected, inspect_change, inspect_files
from assay.model.finding import Finding, RuleOutcome, Skipped
from assay.model.outcome import Outcome, Severity
from assay.model.subject import FileMode

RULES = ("notes/bad", "tokens/token", "words/bad", "words/worse")


@pytest.fixture(params=[0, 2], ids=["in-process", "in-workers"])
def pool_size(request) -> int:
    return request.param


@pytest.fixture
def inspected(repo, fakes, pool_size):
    """Return a function that inspects from the first commit to HEAD, in this process and in workers."""

    def inspect(config: str = "", base: str | None = None, **options) -> Inspected:
        repository = Repository.open(repo.path)
        first = base or repo.git("rev-list", "--max-parents=0", "HEAD")
        options = {"config": parse_config(config, path="assay.toml"), "pool_size": pool_size, **options}
        return inspect_change(repository.change(first, repository.head()), repository=repository, **options)

    return inspect


def places(inspected: Inspected) -> list[tuple[str, str, int | None]]:
    """Return rule, path and line of the findings that are not of messages."""
    found = [finding for finding in inspected.inspection.findings if finding.place.path]
    return [(one.rule, one.place.path, one.place.span and one.place.span.line) for one in found]


def outcomes(inspected: Inspected) -> dict[str, str]:
    return {one.rule: str(one.outcome) for one in inspected.inspection.outcomes}


def reason(inspected: Inspected, rule: str) -> str | None:
    return next(one.reason for one in inspected.inspection.outcomes if one.rule == rule)


def test_only_what_is_new_is_found(repo, inspected):
    repo.commit({"a.txt": "BAD\nTOKEN-old\n", "b.txt": "BAD\n"})
    repo.commit({"a.txt": "top\nBAD\nTOKEN-old\nx BAD\n", "c.txt": "TOKEN-new\n"})
    found = inspected()
    assert places(found) == [("words/bad", "a.txt", 4), ("tokens/token", "c.txt", 1)]
    assert outcomes(found) == {
        "notes/bad": "pass", "tokens/token": "fail", "words/bad": "fail", "words/worse": "pass",
    }  # fmt: skip


def test_a_finding_says_all_but_the_value(repo, inspected):
    repo.commit({"a.txt": "\n"})
    repo.commit({"a.txt": "\nkey: TOKEN-leak\nBAD\n"})
    found = inspected(tag_key=b"k" * 32)
    token, bad = sorted(found.inspection.findings, key=lambda one: one.rule)
    assert (token.severity, token.controls, token.fix) == (Severity.HIGH, ("C-1",), None)
    assert token.message == "the token ••••••••"
    assert token.tag is not None
    assert len(token.tag) == 16
    assert (bad.tag, bad.fix is not None) == (None, True)
    assert "leak" not in repr(found)
    assert found.excerpts[token.fingerprint].lines == ("key: TOKEN-••••••••",)
    assert found.excerpts[bad.fingerprint].lines == ("", "key: TOKEN-••••••••", "BAD")


def test_without_a_key_there_are_no_tags(repo, inspected):
    repo.commit({"a.txt": ""})
    repo.commit({"a.txt": "TOKEN-abc"})
    assert [one.tag for one in inspected().inspection.findings] == [None]


def test_a_renamed_file_brings_nothing_new(repo, inspected):
    lines = "".join(f"line {number}\n" for number in range(30))
    repo.commit({"a.txt": lines + "BAD\n"})
    repo.commit({"a.txt": None, "dir/b.txt": "first\n" + lines + "BAD\n"})
    assert places(inspected()) == []


def test_a_file_that_moves_into_scope_is_new(repo, inspected):
    repo.commit({"a.doc": "BAD\n", "vendor/a.txt": "BAD\nx\n"})
    repo.commit({"a.doc": None, "a.txt": "BAD\n", "vendor/a.txt": None, "b.txt": "BAD\nx\n"})
    assert places(inspected("check.exclude = ['/vendor/']")) == [("words/bad", "a.txt", 1), ("words/bad", "b.txt", 1)]


def test_what_was_a_link_is_new(repo, inspected):
    (repo.path / "a.txt").symlink_to("BAD")
    repo.commit()
    repo.commit({"a.txt": None})
    repo.commit({"a.txt": "BAD"})
    assert places(inspected()) == [("words/bad", "a.txt", 1)]


def test_what_is_not_looked_at_is_listed_with_its_reason(repo, inspected):
    repo.commit({"gone.txt": "x", "mode.txt": "x"})
    (repo.path / "mode.txt").chmod(0o755)
    (repo.path / "link.txt").symlink_to("TOKEN-abc")
    repo.commit({"gone.txt": None, "binary.txt": b"BAD\0", "empty.txt": "", "vendor/x.txt": "BAD", "ok.txt": "ok"})
    found = inspected("check.exclude = ['/vendor/']")
    assert found.inspection.skipped == (
        Skipped(path="binary.txt", reason="binary"),
        Skipped(path="empty.txt", reason="empty"),
        Skipped(path="gone.txt", reason="deleted"),
        Skipped(path="link.txt", reason="symbolic link"),
        Skipped(path="mode.txt", reason="only its mode changed"),
        Skipped(path="vendor/x.txt", reason="excluded by assay.toml"),
    )
    assert (found.inspection.scanned.files, found.inspection.scanned.bytes) == (1, 2)
    assert set(outcomes(found).values()) == {"pass"}


def test_a_submodule_is_skipped(repo, new_repo, inspected):
    first = repo.commit()
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{first},sub")
    repo.git("commit", "-qm", "x")
    assert inspected().inspection.skipped == (Skipped(path="sub", reason="submodule"),)


def test_a_family_with_nothing_in_scope_passes_and_says_so(repo, inspected):
    repo.commit()
    repo.commit({"a.py": "x"})
    found = inspected()
    assert (outcomes(found)["words/bad"], reason(found, "words/bad")) == ("pass", "nothing in scope")
    assert reason(found, "tokens/token") is None


def test_utf_16_is_read_and_offers_no_fix(repo, inspected):
    repo.commit()
    repo.commit({"a.txt": "\ufeffé\nBAD TOKEN-abc\n".encode("utf-16-le")})
    found = inspected()
    assert places(found) == [("words/bad", "a.txt", 2), ("tokens/token", "a.txt", 2)]
    assert all(one.fix is None for one in found.inspection.findings)


def test_what_is_not_utf_8_is_read(repo, inspected):
    repo.commit()
    repo.commit({"a.txt": b"\xff\xfe\xfd BAD\xff\n"})
    assert places(inspected()) == [("words/bad", "a.txt", 1)]


def test_a_line_of_a_megabyte_is_read(repo, inspected):
    repo.commit({"a.txt": "y" * 500_000 + " BAD " + "x" * 500_000})
    repo.commit({"a.txt": "y" * 500_000 + " BAD BAD " + "x" * 500_000})
    assert [one.place.span.start for one in inspected().inspection.findings if one.place.span] == [500_001, 500_005]


class TestHistory:
    def test_what_is_added_and_deleted_again_is_found_in_its_commit(self, repo, inspected):
        repo.commit({"a.txt": "x\n"})
        bad = repo.commit({"a.txt": "x\nTOKEN-abc\n"})
        repo.commit({"a.txt": "x\n"})
        (one,) = inspected().inspection.findings
        assert (one.rule, one.place.path, one.place.commit) == ("tokens/token", "a.txt", bad)

    def test_only_families_that_keep_values_read_history(self, repo, inspected):
        repo.commit({"a.txt": "x\n"})
        repo.commit({"a.txt": "x\nBAD\n!raise"})
        repo.commit({"a.txt": "x\n"})
        assert places(inspected()) == []

    def test_what_the_base_had_is_not_new_in_history(self, repo, inspected):
        repo.commit({"a.txt": "TOKEN-abc\n", "b.txt": "TOKEN-abc\n"})
        repo.commit({"a.txt": "TOKEN-abc\n1\n", "b.txt": "TOKEN-abc\n1\n"})
        repo.commit({"a.txt": "TOKEN-abc\n2\n", "b.txt": "TOKEN-abc\n"})
        repo.commit({"a.txt": "x\n"})
        assert places(inspected()) == []

    def test_what_the_head_has_is_told_once(self, repo, inspected):
        repo.commit({"a.txt": "x\n"})
        repo.commit({"a.txt": "x\nTOKEN-abc\n"})
        repo.commit({"a.txt": "x\nTOKEN-abc\ny\n"})
        repo.commit({"a.txt": "x\nTOKEN-abc\nz\n"})
        (one,) = inspected().inspection.findings
        assert one.place.commit is None

    def test_another_value_at_the_head_does_not_hide_one_in_history(self, repo, inspected):
        repo.commit({"a.txt": "x\n"})
        first = repo.commit({"a.txt": "x\nTOKEN-abc\n"})
        repo.commit({"a.txt": "x\nTOKEN-other\n"})
        repo.commit({"b": "x"})
        assert {one.place.commit for one in inspected().inspection.findings} == {first, None}

    def test_the_first_commit_that_brings_it_is_named(self, repo, inspected):
        repo.commit({"a.txt": "x\n"})
        first = repo.commit({"a.txt": "x\nTOKEN-abc\n"})
        repo.commit({"a.txt": "x\nTOKEN-abc\ny\n"})
        repo.commit({"a.txt": "x\n"})
        assert [one.place.commit for one in inspected().inspection.findings] == [first]

    def test_a_blob_that_only_moved_is_not_told_twice(self, repo, inspected):
        repo.commit({"a.txt": "x\n"})
        repo.commit({"b.txt": "TOKEN-abc\n"})
        repo.commit({"b.txt": None, "c.txt": "TOKEN-abc\n"})
        assert places(inspected()) == [("tokens/token", "c.txt", 1)]

    def test_a_path_that_was_a_folder_at_the_base(self, repo, inspected):
        repo.commit({"a/b": "x\n"})
        repo.commit({"a/b": None})
        (repo.path / "a").rmdir()
        repo.commit({"a": "TOKEN-abc\n"})
        repo.commit({"a": None, "c": "x"})
        assert places(inspected()) == [("tokens/token", "a", 1)]

    def test_what_is_excluded_stays_excluded_and_a_binary_is_not_listed(self, repo, inspected):
        repo.commit({"a.txt": "x\n"})
        repo.commit({"vendor/a.txt": "TOKEN-abc\n", "b": b"\0"})
        repo.commit({"vendor/a.txt": None, "b": None})
        found = inspected("check.exclude = ['/vendor/']")
        assert (places(found), found.inspection.skipped) == ([], ())


@pytest.mark.usefixtures("fakes")
class TestMessages:
    def test_a_value_in_a_message_is_found_with_its_commit(self, repo, inspected):
        repo.commit()
        bad = repo.commit({"a": "x"}, message="feat: x\n\nuse TOKEN-abc please\n")
        (one,) = inspected().inspection.findings
        assert (one.rule, one.place.path, one.place.commit) == ("tokens/token", "", bad)
        assert one.place.span is not None
        assert one.place.span.line == 3

    def test_two_equal_messages_are_two_findings(self, repo, inspected):
        repo.commit()
        ids = [repo.commit({"a": text}, message="TOKEN-abc") for text in "xy"]
        found = inspected().inspection.findings
        assert {one.place.commit for one in found} == set(ids)
        assert len({one.fingerprint for one in found}) == 2

    def test_a_fingerprint_outlives_an_amended_commit(self, repo, inspected):
        repo.commit()
        repo.commit({"a": "x"}, message="BAD TOKEN-abc\n")
        marks = {one.fingerprint for one in inspected().inspection.findings}
        repo.git("commit", "--amend", "-q", "--date", "2025-01-01T00:00:00Z", "-m", "BAD TOKEN-other\n")
        assert {one.fingerprint for one in inspected().inspection.findings} == marks

    def test_commit_inspectors_know_what_the_commit_touches(self, repo, inspected):
        repo.commit()
        repo.commit({"src/a": "x", "b": "x"}, message="BAD")
        found = inspected("[services.pay]\npaths = ['src/']\ndomains = ['phi']")
        (one,) = found.inspection.findings
        assert (one.message, one.severity) == ("touches b,src/a,pay,phi", Severity.LOW)
        assert found.excerpts[one.fingerprint].lines == ("BAD",)

    def test_an_empty_message_and_one_with_a_nul_are_read(self, repo, inspected):
        repo.commit()
        repo.commit({"a": "x"}, message="")
        tree, head = repo.git("rev-parse", "HEAD^{tree}"), repo.git("rev-parse", "HEAD")
        raw = f"tree {tree}\nparent {head}\nauthor a <a@b> 1 +0000\ncommitter a <a@b> 1 +0000\n\nx\0 TOKEN-abc\n"
        odd = repo.git("hash-object", "-w", "-t", "commit", "--literally", "--stdin", data=raw.encode())
        repo.git("update-ref", "HEAD", odd)
        assert [one.rule for one in inspected().inspection.findings] == ["tokens/token"]

    def test_a_message_may_be_larger_than_what_is_read_whole(self, repo, inspected, monkeypatch):
        monkeypatch.setattr(_content, "MAX_WHOLE_BYTES", 20)
        repo.commit()
        repo.commit({"a": "x"}, message="BAD\n\n" + "text " * 10 + "TOKEN-abc")
        assert [one.rule for one in inspected().inspection.findings] == ["notes/bad", "tokens/token"]

    def test_a_staged_change_has_none(self, repo, pool_size):
        repo.commit({"a.txt": "x"})
        repo.write({"a.txt": "BAD"})
        repo.git("add", "a.txt")
        repository = Repository.open(repo.path)
        change = repository.staged_change()
        found = inspect_change(change, repository=repository, config=DEFAULT_CONFIG, pool_size=pool_size)
        assert places(found) == [("words/bad", "a.txt", 1)]
        assert reason(found, "notes/bad") == "nothing in scope"


@pytest.mark.usefixtures("fakes")
class TestFailures:
    def test_a_file_that_cannot_be_parsed_is_not_evaluated(self, repo, inspected):
        repo.commit()
        repo.commit({"a.txt": "!source\n", "b.txt": "BAD\nTOKEN-abc"})
        found = inspected()
        assert outcomes(found) == {
            "notes/bad": "pass", "tokens/token": "fail", "words/bad": "not_evaluated", "words/worse": "not_evaluated",
        }  # fmt: skip
        assert reason(found, "words/bad") == "a.txt:7: no such key"
        assert places(found) == [("words/bad", "b.txt", 1), ("tokens/token", "b.txt", 2)]

    def test_an_inspector_that_raises_is_an_error_without_the_data(self, repo, inspected):
        repo.commit()
        repo.commit({"a.txt": "!raise !source TOKEN-abc\n", "b.txt": "!source"})
        found = inspected()
        assert (outcomes(found)["words/bad"], outcomes(found)["tokens/token"]) == ("not_evaluated", "fail")
        repo.commit({"a.txt": "!raise TOKEN-abc\n", "c.txt": "!raise"})
        found = inspected()
        assert outcomes(found)["words/bad"] == "error"
        assert reason(found, "words/bad") == "a.txt: ValueError (and 1 more)"

    @pytest.mark.parametrize(
        ("order", "raised"),
        [("!alien", "LookupError"), ("!outside", "IndexError"), ("!surrogate", "UnicodeEncodeError")],
    )
    def test_an_inspector_that_breaks_its_contract_has_crashed(self, repo, inspected, order: str, raised: str):
        repo.commit()
        repo.commit({"a.txt": order})
        assert reason(inspected(), "words/bad") == f"a.txt: {raised}"

    def test_a_base_that_cannot_be_parsed_knows_nothing(self, repo, inspected):
        repo.commit({"a.txt": "!source\nBAD\n"})
        repo.commit({"a.txt": "BAD\n"})
        found = inspected()
        assert places(found) == [("words/bad", "a.txt", 1)]
        assert outcomes(found)["words/bad"] == "fail"

    def test_a_crash_at_the_base_is_an_error(self, repo, inspected):
        repo.commit({"a.txt": "!raise\nBAD\n"})
        repo.commit({"a.txt": "BAD\n"})
        assert reason(inspected(), "words/bad") == "a.txt at the base: ValueError"

    def test_a_commit_inspector_that_raises_is_an_error(self, repo, inspected):
        repo.commit()
        commit = repo.commit({"a": "x"}, message="!raise TOKEN-abc")
        found = inspected()
        assert reason(found, "notes/bad") == f"commit {commit[:12]}: ValueError"
        assert outcomes(found)["tokens/token"] == "fail"

    def test_where_values_are_not_known_no_excerpt_is_shown(self, repo, inspected):
        repo.commit()
        repo.commit({"a.txt": "BAD TOKEN-abc\n?raise"})
        found = inspected()
        assert outcomes(found)["tokens/token"] == "error"
        assert places(found) == [("words/bad", "a.txt", 1)]
        assert found.excerpts == {}

    def test_too_many_matches_are_an_error(self, repo, inspected, monkeypatch):
        monkeypatch.setattr(_sightings, "MAX_MATCHES", 5)
        monkeypatch.setattr(_sightings, "_ENOUGH", 6)
        repo.commit()
        repo.commit({"a.txt": "BAD\n" * 5, "b.txt": "BAD\n" * 7})
        found = inspected()
        assert reason(found, "words/bad") == "b.txt: more than 5 matches"
        assert len(places(found)) == 10

    def test_a_large_file_is_read_in_windows_by_those_who_can(self, repo, inspected, monkeypatch):
        monkeypatch.setattr(_content, "MAX_WHOLE_BYTES", 1_000)
        repo.commit({"a.txt": "x\n" * 1_000 + "TOKEN-abc\n"})
        repo.commit({"a.txt": "top\n" + "x\n" * 1_000 + "TOKEN-abc\nTOKEN-abc\nBAD\n"})
        found = inspected()
        assert places(found) == [("tokens/token", "a.txt", 1_003)]
        assert outcomes(found)["words/bad"] == "not_evaluated"
        assert reason(found, "words/bad") == "a.txt: larger than 16 MiB"

    def test_a_missing_object_is_an_error(self, repo, inspected):
        repo.commit()
        repo.commit({"a.txt": "x", "b.txt": "BAD"})
        blob = repo.git("rev-parse", "HEAD:a.txt")
        (repo.path / ".git/objects" / blob[:2] / blob[2:]).unlink()
        with pytest.raises(MissingObjectError):
            inspected()

    @pytest.mark.parametrize("size", [0, 2, None])
    def test_a_blob_that_the_clone_lacks_is_an_error(self, repo, size: int | None):
        repo.commit({"a.txt": "BAD"})
        repository = Repository.open(repo.path)
        (entry,) = repository.list_files("HEAD")
        lacking = replace(entry, path="b.txt", blob="1" * 40)
        link = replace(entry, path="c.txt", mode=FileMode.SYMLINK)
        found = inspect_files([entry, lacking, link], repository=repository, config=DEFAULT_CONFIG, pool_size=size)
        assert (reason(found, "words/bad") or "").startswith("b.txt: this clone has no object 1111")
        assert outcomes(found)["tokens/token"] == "error"
        assert places(found) == [("words/bad", "a.txt", 1)]

    def test_a_file_that_disappears_is_an_error(self, repo, pool_size):
        repo.commit({"a.txt": "x", "b.txt": "BAD"})
        repository = Repository.open(repo.path)
        files = list(repository.worktree_files())
        (repo.path / "a.txt").unlink()
        found = inspect_files(files, repository=repository, config=DEFAULT_CONFIG, pool_size=pool_size)
        assert reason(found, "words/bad") == "a.txt: cannot be read (FileNotFoundError)"
        assert places(found) == [("words/bad", "b.txt", 1)]


@pytest.mark.usefixtures("fakes")
class TestNothingScanned:
    def test_where_there_is_no_text_is_no_error(self, repo, inspected):
        repo.commit()
        repo.commit({"a.txt": "text"})
        required = "gate.required = ['tokens', 'phi']"
        assert set(outcomes(inspected(required)).values()) == {"pass"}
        repo.commit({"a.txt": b"\0"})
        assert set(outcomes(inspected(required)).values()) == {"pass"}

    def test_where_git_counts_lines_is_an_error_of_what_is_required(self, repo, pool_size, monkeypatch):
        first = repo.commit()
        repo.commit({"a.txt": "text"})
        repository = Repository.open(repo.path)
        change = repository.change(first, repository.head())
        monkeypatch.setattr("assay.inspectors._content.is_binary", lambda _: True)
        config = parse_config("gate.required = ['tokens', 'words']", path="assay.toml")
        found = inspect_change(change, repository=repository, config=config, pool_size=pool_size)
        assert reason(found, "tokens/token") == "nothing was scanned"
        assert outcomes(found) == {rule: "pass" if rule == "notes/bad" else "error" for rule in RULES}


@pytest.mark.usefixtures("fakes")
class TestFiles:
    def test_the_work_tree_is_read_with_all_there_is(self, repo, pool_size):
        repo.commit({"a.txt": "BAD\n", "vendor/b.txt": "BAD"})
        repo.write({"new.txt": "TOKEN-abc"})
        (repo.path / "link.txt").symlink_to("a.txt")
        repository = Repository.open(repo.path)
        config = parse_config("check.exclude = ['/vendor/']", path="assay.toml")
        seen: list[tuple[int, int | None]] = []
        found = inspect_files(
            repository.worktree_files(), repository=repository, config=config, pool_size=pool_size,
            progress=lambda done, total: seen.append((done, total)),
        )  # fmt: skip
        assert places(found) == [("words/bad", "a.txt", 1), ("tokens/token", "new.txt", 1)]
        assert [skipped.reason for skipped in found.inspection.skipped] == ["symbolic link", "excluded by assay.toml"]
        assert seen[-1] == (4, None)

    def test_a_tree_is_read_without_its_work_tree(self, repo, pool_size):
        commit = repo.commit({"a.txt": "BAD\n"})
        repo.commit({"a.txt": None})
        repository = Repository.open(repo.path)
        files = repository.list_files(commit)
        found = inspect_files(files, repository=repository, config=DEFAULT_CONFIG, pool_size=pool_size)
        assert places(found) == [("words/bad", "a.txt", 1)]

    def test_what_check_finds_is_what_the_gate_finds_in_a_new_file(self, repo, inspected, pool_size):
        repo.commit()
        repo.commit({"a.txt": "a\nBAD\nTOKEN-abc\n"}, message="x")
        repository = Repository.open(repo.path)
        files = inspect_files(
            repository.worktree_files(), repository=repository, config=DEFAULT_CONFIG, pool_size=pool_size
        )
        assert files.inspection.findings == inspected().inspection.findings


def test_only_some_families_run(repo, inspected):
    repo.commit()
    repo.commit({"a.txt": "BAD TOKEN-abc"}, message="BAD TOKEN-abc")
    assert set(outcomes(inspected(only=["words"]))) == {"words/bad", "words/worse"}
    assert set(outcomes(inspected(only=["notes"]))) == {"notes/bad"}
    with pytest.raises(UsageError, match="`word`"):
        inspected(only=["word"])


def test_progress_counts_every_file(repo, inspected):
    repo.commit({"a.txt": "x"})
    repo.commit({"a.txt": "y", "b.txt": "x", "c.lock": "x"})
    repo.commit({"a.txt": "z"})
    seen: list[tuple[int, int | None]] = []
    inspected(progress=lambda done, total: seen.append((done, total)))
    assert sorted(set(seen)) == [(done, 4) for done in range(0 if (0, 4) in seen else 1, 5)]


def test_many_files_give_the_same_in_any_order_of_work(repo, fakes):
    first = repo.commit()
    repo.commit({f"d{number % 7}/{number}.txt": f"TOKEN-abc\nBAD {number}\n" for number in range(300)}, message="BAD")
    repository = Repository.open(repo.path)
    change = repository.change(first, repository.head())
    results = [
        inspect_change(change, repository=repository, config=DEFAULT_CONFIG, pool_size=size) for size in (0, 1, 3, None)
    ]
    assert len(results[0].inspection.findings) == 601
    assert all(result == results[0] for result in results)
    assert list(results[0].inspection.findings) == sorted(results[0].inspection.findings, key=_order)


def _order(finding: Finding) -> tuple[str, int, str]:
    assert finding.place.span is not None
    return finding.place.path, finding.place.span.start, finding.rule


@pytest.mark.parametrize(("few", "expected"), [(10, 0), (2, 1)])
def test_a_small_change_starts_no_process(repo, fakes, monkeypatch, few: int, expected: int):
    monkeypatch.setattr(_execution, "FEW_FILES", few)
    pools: list[object] = []
    spread = _execution._spread
    monkeypatch.setattr(_execution, "_spread", lambda *args: pools.append(1) or spread(*args))
    repo.commit({f"{number}.txt": "BAD" for number in range(3)})
    repository = Repository.open(repo.path)
    inspect_files(repository.worktree_files(), repository=repository, config=DEFAULT_CONFIG)
    assert len(pools) == expected


def test_a_large_change_starts_processes(repo, fakes, monkeypatch):
    monkeypatch.setattr(_execution, "FEW_BYTES", 10)
    repo.commit({"a.txt": "BAD" * 10, "b.txt": "x"})
    repository = Repository.open(repo.path)
    found = inspect_files(repository.list_files("HEAD"), repository=repository, config=DEFAULT_CONFIG)
    assert len(places(found)) == 10


def test_an_inspector_that_can_be_prepared_is_prepared_once(repo, fakes, tmp_path, pool_size):
    class Slow(fakes.Tokens):
        prepared: Sequence[object] = ()

        def prepare(self, cache):
            self.prepared = (*self.prepared, cache)

        def inspect(self, file: SourceFile):
            assert self.prepared == (tmp_path,)
            return super().inspect(file)

    slow = Slow()
    import sys

    sys.modules["assay_fakes_tokens"].INSPECTOR = slow
    repo.commit({"a.txt": "TOKEN-abc"})
    repository = Repository.open(repo.path)
    for _ in range(2):
        found = inspect_files(
            repository.list_files("HEAD"), repository=repository, config=DEFAULT_CONFIG, cache=tmp_path,
            pool_size=pool_size,
        )  # fmt: skip
        assert found.inspection.outcomes[1] == RuleOutcome(rule="tokens/token", outcome=Outcome.FAIL)
