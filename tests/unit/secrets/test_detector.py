"""Where a secret begins and ends, which rule it belongs to, and how far the detector looks."""

import random
import string
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.inspectors.secrets._base import LINE_REACH, TAIL_REACH, Kind, Secret, Verdict
from assay.inspectors.secrets._catalogue import load_rules
from assay.inspectors.secrets._detector import candidates, concerns, judge, settle
from assay.inspectors.secrets.validators.checksums import base62_crc
from assay.model.outcome import Confidence

BASE62 = string.ascii_letters + string.digits
RULES = {rule.name: rule for rule in load_rules()}


def drawn(length: int, seed: int = 1, alphabet: str = BASE62) -> str:
    return "".join(random.Random(seed).choices(alphabet, k=length))


def github_token(seed: int = 1) -> str:
    body = drawn(30, seed)
    return "ghp_" + body + base62_crc(body)


def names(found: list[Secret]) -> list[str]:
    return [secret.rule.name for secret in found]


@pytest.mark.parametrize("before", ["", "é" * 3, "\n" * 100, "x" * 5000, "token ü: ", "\\n", '"\\t'])
def test_offsets_count_bytes(detector, before):
    data = (before + github_token() + " ü").encode()
    (secret,) = detector.find(data, "a.txt")
    assert data[secret.start : secret.end] == secret.value == github_token().encode()


def test_every_place_is_found(detector):
    data = "\n".join(github_token(seed) for seed in range(50)).encode()
    found = detector.find(data, "a.txt")
    assert [secret.value.decode() for secret in found] == data.decode().split("\n")


def test_a_secret_on_an_endless_line_is_found(detector):
    data = b"x" * 1_000_000 + f' {github_token()} api_key="{drawn(32)}" '.encode() + b"y" * 1_000_000
    assert names(detector.find(data, "a.js")) == ["github-personal-token", "generic-credential"]


def test_the_checksum_decides_how_sure_it_is(detector):
    good, altered = detector.find(f"{github_token()} ghp_{drawn(36, 5)}".encode(), "")
    assert (good.confidence, good.doubtful) == (Confidence.HIGH, False)
    assert (altered.confidence, altered.doubtful) == (Confidence.LOW, True)


def test_a_token_goes_before_the_url_and_the_name_it_stands_in(detector):
    token = github_token()
    assert names(detector.find(f"https://bob:{token}@git.acme.io/x".encode(), "a.sh")) == ["github-personal-token"]
    assert names(detector.find(f'github_token = "{token}"'.encode(), "a.py")) == ["github-personal-token"]
    assert names(detector.find(f"password: {token}".encode(), "a.yml")) == ["github-personal-token"]


def test_a_named_provider_goes_before_a_generic_name(detector):
    value = drawn(32, alphabet="0123456789abcdef")
    assert names(detector.find(f'DATADOG_API_KEY = "{value}"'.encode(), "a.py")) == ["datadog-key"]
    assert names(detector.find(f'ACME_API_KEY = "{value}"'.encode(), "a.py")) == ["generic-credential"]


def test_a_key_file_goes_before_the_key_in_it(compiled_detector, examples):
    (sample,) = examples["secrets/gcp-service-account"].match
    assert names(compiled_detector.find(sample.encode(), "key.json")) == ["gcp-service-account"]


def test_a_rule_for_some_files_leaves_the_others(detector):
    data = b"db_password: S3cr3t!9\n"
    assert names(detector.find(data, "app.yaml")) == ["configuration-password"]
    assert names(detector.find(data, "app.py")) == []
    assert concerns(RULES["configuration-password"], ".env")
    assert not concerns(RULES["configuration-password"], "")
    assert concerns(RULES["configuration-password"], "\udcff/app.yaml")


def test_the_windows_are_capped():
    rule = replace(RULES["github-personal-token"], pattern="BEGIN[a-z ]{0,9000}END")
    near = b"BEGIN" + b" " * (LINE_REACH - 8) + b"END"
    far = b"BEGIN" + b" " * (LINE_REACH - 7) + b"END"
    assert [found.start for found in candidates(rule, near, "", [len(near)])] == [0]
    assert list(candidates(rule, far, "", [len(far)])) == []
    tailed = replace(rule, pattern="BEGIN", tail="[a-z]{0,99999}")
    (found,) = candidates(tailed, b"BEGIN" + b"a" * 20_000, "", [5])
    assert found.end == 5 + TAIL_REACH


def test_a_tail_that_does_not_follow_is_no_candidate():
    rule = replace(RULES["private-key"], tail="[a-z]{4}")
    assert list(candidates(rule, b"-----BEGIN PRIVATE KEY-----123", "", [27])) == []


def test_a_group_of_another_alternative_leaves_the_whole_match():
    rule = replace(RULES["github-personal-token"], pattern="ab(?P<secret>c)|abd")
    assert [found.value for found in candidates(rule, b"abc abd", "", [3, 7])] == ["c", "abd"]


def test_the_worst_verdict_counts(candidate):
    rule = replace(RULES["slack-token"], validate=("slack-parts", "varied"))
    assert judge(rule, candidate("xoxb-1-2-" + drawn(24))) is Verdict.HOLDS
    assert judge(rule, candidate("xoxp-1-" + drawn(24))) is Verdict.DOUBTFUL
    assert judge(rule, candidate("xoxb-1-aaaaaaaaaaaaaaaaaaaaaaaa")) is Verdict.REFUTED


@st.composite
def secrets(draw) -> Secret:
    start = draw(st.integers(0, 60))
    return Secret(
        rule=RULES[
            draw(st.sampled_from(["github-personal-token", "private-key", "datadog-key", "generic-credential"]))
        ],
        start=start,
        end=start + draw(st.integers(1, 20)),
        doubtful=draw(st.booleans()),
        value=b"",
    )


@given(st.lists(secrets(), max_size=12))
def test_what_is_settled_does_not_overlap_and_loses_no_place(found):
    settled = settle(found)
    assert all(one.end <= other.start for one, other in pairwise(settled))
    for secret in found:
        rivals = [other for other in settled if other.start < secret.end and secret.start < other.end]
        assert rivals
        assert min(other.rule.kind.rank for other in rivals) <= secret.rule.kind.rank


@given(st.lists(secrets(), max_size=8), st.randoms())
def test_the_order_of_hits_does_not_matter(found, source):
    shuffled = list(found)
    source.shuffle(shuffled)
    assert [(one.start, one.end, one.rule.id) for one in settle(shuffled)] == [
        (one.start, one.end, one.rule.id) for one in settle(found)
    ]


def test_kinds_are_ranked_from_the_most_specific():
    assert [kind.rank for kind in (Kind.TOKEN, Kind.BLOCK, Kind.NAMED, Kind.GENERIC)] == [0, 1, 2, 3]
