import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.config import parse_config
from assay.inspectors._base import CommitContext
from assay.inspectors.commits import INSPECTOR
from assay.model.subject import Commit, Identity

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "tests/assets/commits"
PAGES = ROOT / "docs/rules/commits"
CONFIG = parse_config(
    '[trailers.PHI-Impact]\nvalues = ["none", "low", "high"]\nrequired_for = ["billing", "phi", "src/claims/"]\n'
    '[services.billing]\npaths = ["src/billing/"]\ndomains = ["phi"]\n',
    path="assay.toml",
)


def commit(message, parents=("1" * 40,)):
    somebody = Identity(name="A. Author", email="author@example.org")
    at = "2024-01-01T00:00:00Z"
    return Commit(
        id="2" * 40, parents=parents, author=somebody, committer=somebody, authored_at=at, committed_at=at,
        message=message, signed=False,
    )  # fmt: skip


def fired(message, **context):
    touched = {"paths": ("src/billing/a.py",), "services": frozenset({"billing"}), **context}
    matches = INSPECTOR.inspect(commit(message), CommitContext(config=CONFIG, **touched))
    return {match.rule for match in matches}


def cases(verdict):
    return [
        pytest.param(f"commits/{file.parent.name}", file.read_text(), id=f"{file.parent.name}/{file.stem}")
        for file in sorted(FIXTURES.glob(f"*/{verdict}-*.txt"))
    ]


@pytest.mark.parametrize(("rule", "message"), cases("bad"))
def test_every_bad_fixture_fires_its_rule(rule, message):
    assert rule in fired(message)


@pytest.mark.parametrize(("rule", "message"), cases("good"))
def test_no_good_fixture_fires_its_rule(rule, message):
    assert rule not in fired(message)


@pytest.mark.parametrize("rule", INSPECTOR.rules)
def test_every_rule_has_fixtures_of_both_kinds_and_a_page_whose_examples_hold(rule):
    name = rule.partition("/")[2]
    assert list((FIXTURES / name).glob("bad-*"))
    assert list((FIXTURES / name).glob("good-*"))
    page = (PAGES / f"{name}.md").read_text()
    assert page.startswith(f"# {rule}\n")
    bad, good = (re.search(rf"## Example {kind}\n\n```\n(.*?)```", page, re.DOTALL)[1] for kind in ("bad", "good"))
    assert rule in fired(bad)
    assert rule not in fired(good)


@pytest.mark.parametrize(
    ("context", "required"),
    [
        ({"services": frozenset(), "paths": ("docs/a.md",)}, False),
        ({"services": frozenset(), "paths": ("src/claims/a.py",)}, True),
        ({"services": frozenset(), "domains": frozenset({"phi"}), "paths": ("x",)}, True),
    ],
)
def test_a_trailer_is_required_by_service_domain_or_path(context, required):
    assert ("commits/missing-trailer" in fired("feat: x", **context)) is required


def test_a_service_s_name_is_no_glob():
    """A folder that happens to be called like a service elsewhere requires nothing."""
    paths = ("docs/billing/a.md", "phi/x")
    assert "commits/missing-trailer" not in fired("feat: x", paths=paths, services=frozenset(), domains=frozenset())


@pytest.mark.parametrize("message", ["feat: x\n\nPHI-Impact:\n", "feat: x\n\nPHI-Impact:   \nTicket: 1\n"])
@pytest.mark.parametrize("trailers", [(), (("PHI-Impact", ""),)])
def test_a_trailer_without_a_value_is_missing(message, trailers):
    matches = INSPECTOR.inspect(
        replace(commit(message), trailers=trailers),
        CommitContext(config=CONFIG, paths=("src/billing/a.py",), services=frozenset({"billing"})),
    )
    assert [match.rule for match in matches] == ["commits/missing-trailer"]


@pytest.mark.parametrize("filler", ["a " * 200_000, " " * 400_000, "a-" * 200_000, "a: " * 100_000, "\n" * 400_000])
def test_a_message_of_any_shape_is_judged_at_once(filler):
    assert "commits/missing-trailer" in fired("feat: x\n\nPHI " + filler + "\nx" + filler + "!")


def test_a_star_requires_it_of_every_commit_but_a_merge():
    config = parse_config('[trailers.Ticket]\nrequired_for = ["*"]\n', path="assay.toml")
    context = CommitContext(config=config)
    plain, merge = commit("feat: x"), commit("Merge branch 'x'", parents=("1" * 40, "3" * 40))
    assert [match.rule for match in INSPECTOR.inspect(plain, context)] == ["commits/missing-trailer"]
    assert list(INSPECTOR.inspect(merge, context)) == []


def test_a_value_that_is_not_allowed_is_not_repeated():
    matches = INSPECTOR.inspect(commit("feat: x\n\nPHI-Impact: of Jane Roe\n"), CommitContext(config=CONFIG))
    assert not any("Jane" in match.message for match in matches)


def test_without_declared_trailers_only_the_form_is_judged():
    context = CommitContext(config=parse_config("", path="assay.toml"), paths=("a",))
    assert list(INSPECTOR.inspect(commit("feat: x"), context)) == []


@given(st.text(max_size=300))
def test_any_message_can_be_judged(message):
    assert fired(message) <= set(INSPECTOR.rules)
