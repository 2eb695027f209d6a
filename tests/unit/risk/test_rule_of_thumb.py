from hypothesis import given
from hypothesis import strategies as st

from assay.model.subject import Change, ChangedFile, ChangeStatus, FileMode
from assay.risk import Features, RuleOfThumb, criticality, features_of
from assay.risk.rule_of_thumb import Weights

counts = st.integers(min_value=0, max_value=10_000_000)
features = st.builds(
    Features,
    lines_added=counts,
    lines_deleted=counts,
    files=counts,
    directories=counts,
    sensitive_files=counts,
    binary_files=counts,
    code_files=counts,
    test_files=counts,
)


def file(path, **changes):
    defaults = {
        "path": path,
        "old_path": path,
        "status": ChangeStatus.MODIFIED,
        "added": 1,
        "deleted": 0,
        "old_mode": FileMode.REGULAR,
        "new_mode": FileMode.REGULAR,
        "old_blob": "1" * 40,
        "new_blob": "2" * 40,
    }
    return ChangedFile(**{**defaults, **changes})


def change(*files):
    return Change(base_tree="a", head_tree="b", base_commit=None, head_commit=None, files=files, commits=())


@given(features)
def test_the_parts_sum_to_the_score_and_the_score_stays_in_range(given_features):
    risk = RuleOfThumb().score(given_features, "low")
    assert risk.score_ppm == Weights().base + sum(item.ppm for item in risk.contributions)
    assert 0 <= risk.score_ppm <= 1_000_000


@given(features, counts)
def test_more_lines_never_lower_the_score(given_features, more):
    from dataclasses import replace

    bigger = replace(given_features, lines_added=given_features.lines_added + more)
    assert RuleOfThumb().score(bigger, "low").score_ppm >= RuleOfThumb().score(given_features, "low").score_ppm


def test_the_caps_and_the_base_make_one_million():
    weights = Weights()
    caps = [getattr(weights, name) for name in Weights.__slots__ if not name.endswith("_each_doubling")]
    assert sum(caps) == 1_000_000


def test_an_empty_change_scores_the_base_alone():
    risk = RuleOfThumb().score(features_of(change()), "none")
    assert risk.score_ppm == 50_000
    assert risk.contributions == ()


def test_what_adds_most_comes_first_and_says_so_in_words():
    risk = RuleOfThumb().score(features_of(change(file("src/a.py", added=500), file("src/b/c.py"))), "low")
    assert [item.feature for item in risk.contributions] == [
        "lines_added",
        "untested",
        "directories",
        "files",
    ]
    assert risk.contributions[0].sentence == "501 lines added"


def test_a_test_beside_the_code_takes_the_untested_term_away():
    risk = RuleOfThumb().score(features_of(change(file("src/a.py"), file("tests/test_a.py"))), "low")
    assert "untested" not in {item.feature for item in risk.contributions}


def test_a_binary_file_is_counted_and_a_submodule_is_not():
    counted = features_of(
        change(
            file("logo.png", added=None, deleted=None),
            file("vendor/lib", added=None, deleted=None, old_mode=FileMode.SUBMODULE, new_mode=FileMode.SUBMODULE),
        )
    )
    assert counted.binary_files == 1


def test_the_model_is_named_by_the_digest_of_its_weights():
    changed = RuleOfThumb(Weights(base=1))
    plain = Features(**dict.fromkeys(Features.__slots__, 0))
    assert changed.score(plain, "low").model.digest != RuleOfThumb().score(plain, "low").model.digest


class TestCriticality:
    def test_a_declared_domain_that_harms_people_is_high(self):
        assert criticality([file("src/a.py", domains=("phi",))]) == "high"

    def test_how_software_is_built_is_medium(self):
        for path in (
            ".github/workflows/ci.yml",
            "deploy/Dockerfile",
            "infra/main.tf",
            "db/migrations/1.py",
            "assay.toml",
        ):
            assert criticality([file(path)]) == "medium", path

    def test_a_file_moved_out_of_a_sensitive_place_is_medium(self):
        assert criticality([file("old.yml", old_path=".github/workflows/ci.yml")]) == "medium"

    def test_code_is_low_and_documentation_is_none(self):
        assert criticality([file("src/a.py"), file("README.md")]) == "low"
        assert criticality([file("README.md"), file("docs/x.png")]) == "none"
        assert criticality([]) == "none"
