"""The change chooses the policy it is judged by: through a range, a target, a branch name or its own files."""

import pytest

from assay import api
from assay.errors import AssayError, UsageError
from assay.model.outcome import Verdict

LOOSE = 'version = 1\n[policy]\npacks = ["loose"]\n[check]\nexclude = ["**"]\n'
PACK = {
    "loose/pack.toml": 'id = "loose"\nkind = "assay"\n[[rules]]\nid = "loose/nothing"\ntitle = "t"\n',
    "loose/a.rego": 'package loose\n\nimport rego.v1\n\n# loose/nothing\ndeny contains "x" if false\n',
}


@pytest.fixture
def secret():
    return "AKIA" + "Q3EGRIVATKFLNWHZ"


def verdict(report):
    return report.decision.verdict


def test_a_change_that_names_itself_under_people_is_not_believed(team):
    team.repo.git("switch", "-q", "main")
    team.repo.commit({"assay.toml": "version = 1\n" + team.people(["alice", "bob"])}, message="chore: two people")
    team.repo.git("switch", "-q", "-c", "added")
    team.repo.commit({"assay.toml": "version = 1\n" + team.people(["alice", "bob", "mallory"])}, message="chore: me")
    report = team.judge()
    assert verdict(report) is Verdict.NEEDS_APPROVAL
    again = team.judge(evidence=[team.approval(report, "mallory")])
    assert verdict(again) is Verdict.NEEDS_APPROVAL


def test_the_topic_branch_as_its_own_target(team, secret):
    base = team.repo.git("rev-parse", "main")
    team.repo.commit({"assay.toml": LOOSE, **PACK}, message="chore: loose")
    team.repo.commit({"a.py": f'key = "{secret}"\n'}, message="feat: a")
    for target in ("topic", "refs/heads/topic"):
        report = team.judge("main..topic", target=target)
        assert report.decision.policy.commit == base
        assert verdict(report) is Verdict.DENY


def test_a_base_beside_the_target_does_not_bring_its_policy(team, secret):
    fork = team.repo.git("rev-parse", "main")
    evil = team.repo.commit({"assay.toml": LOOSE, **PACK}, message="chore: loose")
    team.repo.git("switch", "-q", "main")
    team.repo.commit({"a.py": f'key = "{secret}"\n'}, message="feat: merged without a gate")
    report = team.judge(f"{evil}..main", target="main")
    assert report.decision.policy.commit == fork
    assert verdict(report) is Verdict.DENY


def test_an_unrelated_base_does_not_bring_its_policy(team, secret):
    team.repo.git("checkout", "-q", "--orphan", "elsewhere")
    evil = team.repo.commit({"assay.toml": LOOSE, **PACK}, message="chore: loose")
    team.repo.git("switch", "-q", "main")
    team.repo.commit({"a.py": f'key = "{secret}"\n'}, message="feat: merged without a gate")
    assert verdict(team.judge(f"{evil}..main")) is Verdict.DENY


def test_a_remote_branch_called_head_is_not_the_default_branch(team, secret, new_repo):
    team.repo.commit({"assay.toml": LOOSE, **PACK}, message="chore: loose")
    evil = team.repo.git("rev-parse", "topic")
    clone = new_repo("clone")
    clone.git("remote", "add", "origin", team.repo.path)
    clone.git("fetch", "-q", "origin", "refs/heads/*:refs/remotes/origin/*")
    clone.git("update-ref", "refs/remotes/origin/HEAD", evil)
    clone.git("checkout", "-q", "--detach", "origin/main")
    clone.commit({"a.py": f'key = "{secret}"\n'}, message="feat: a")
    report = api.gate(clone.path, "origin/main..HEAD")
    assert report.decision.policy.ref == "refs/remotes/origin/main"
    assert verdict(report) is Verdict.DENY


def test_a_branch_named_like_a_remote_branch_is_not_taken_for_it(team, secret, new_repo):
    team.repo.commit({"assay.toml": LOOSE, **PACK}, message="chore: loose")
    team.repo.git("branch", "origin/main", "topic")
    clone = new_repo("clone")
    clone.git("remote", "add", "origin", team.repo.path)
    clone.git("fetch", "-q", "origin", "refs/heads/*:refs/remotes/origin/*")
    clone.git("checkout", "-q", "--detach", "refs/remotes/origin/main")
    clone.commit({"a.py": f'key = "{secret}"\n'}, message="feat: a")
    report = api.gate(clone.path, "refs/remotes/origin/main..HEAD", target="origin/main")
    assert report.decision.policy.ref == "refs/remotes/origin/main"
    assert verdict(report) is Verdict.DENY


def test_a_tag_named_like_the_target_does_not_become_the_base(team, secret):
    team.repo.commit({"a.py": f'key = "{secret}"\n'}, message="feat: a")
    team.repo.git("tag", "main", "topic")
    team.repo.git("config", "core.warnAmbiguousRefs", "false")
    team.repo.commit({"b.py": "x = 1\n"}, message="feat: b")
    assert verdict(team.judge()) is Verdict.DENY
    for range_ in ("main..topic", "main~0..topic", "main...topic"):
        with pytest.raises(UsageError, match="more than one"):
            team.judge(range_)
    assert verdict(team.judge("refs/heads/main..topic")) is Verdict.DENY


def test_a_tag_named_like_an_id_or_like_head_stops_nobody(team):
    team.repo.commit({"b.py": "x = 1\n"}, message="feat: b")
    base, head = team.repo.git("rev-parse", "main"), team.repo.git("rev-parse", "HEAD")
    for name in (base, head, "HEAD"):
        team.repo.git("update-ref", f"refs/tags/{name}", base)
    assert team.judge(f"{base}..HEAD").change.head_commit == head


def test_a_base_that_brings_more_than_the_target_is_named_to_the_reader(team, secret):
    """`EVIL..HEAD` is judged as asked, but a reader learns that the base itself is not part of the target."""
    team.repo.commit({"a.py": f'key = "{secret}"\n'}, message="feat: a")
    team.repo.commit({"b.py": "x = 1\n"}, message="feat: b")
    report = team.judge("topic~1..topic")
    assert any("not judged here" in notice for notice in report.notices)
    assert not any("not judged here" in notice for notice in team.judge("main..topic").notices)


def test_the_only_branch_of_a_clone_made_for_the_change(team, secret, new_repo):
    """A merge of the change with its target is judged by neither: the base is what both sides have."""
    team.repo.commit({"assay.toml": LOOSE, **PACK, "a.py": f'key = "{secret}"\n'}, message="chore: loose")
    base = team.repo.git("rev-parse", "main")
    clone = new_repo("clone")
    clone.git("remote", "add", "origin", team.repo.path)
    clone.git("fetch", "-q", "origin", "topic:refs/remotes/origin/topic", "topic:refs/heads/topic")
    clone.git("checkout", "-q", "--detach", base)
    clone.merge("topic")
    report = api.gate(clone.path, f"{base}..HEAD")
    assert report.decision.policy.commit == base
    assert verdict(report) is Verdict.DENY


def test_a_policy_of_no_packs_says_that_nothing_judged(team):
    team.repo.git("switch", "-q", "main")
    team.repo.commit({"assay.toml": "version = 1\n[policy]\npacks = []\n"}, message="chore: no packs")
    team.repo.git("switch", "-q", "-c", "next")
    team.repo.commit({"a.py": "x = 1\n"}, message="feat: a")
    report = team.judge()
    assert any("no pack" in notice for notice in report.notices)


def test_a_target_that_does_not_exist_is_no_decision(team):
    team.repo.commit({"a.py": "x = 1\n"}, message="feat: a")
    with pytest.raises(AssayError):
        team.judge(target="mian")
