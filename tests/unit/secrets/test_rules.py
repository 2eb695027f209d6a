"""Every rule finds what it says and nothing else of its examples; its table is complete and leaks nothing."""

import re
from collections import Counter
from urllib.parse import urlsplit

import pytest

from assay.inspectors.secrets._base import CONFIGURATION, Kind
from assay.inspectors.secrets._catalogue import RULES, load_rules, read_tables
from assay.inspectors.secrets._patterns import compiled
from assay.inspectors.secrets.validators import VALIDATORS
from assay.inspectors.secrets.validators.randomness import bits_per_character

NAMES = [rule.name for rule in load_rules()]

# Rules that look at some files only, or that another rule goes before elsewhere, are given a file of theirs.
PATHS = {
    "hardcoded-password": "src/app.py",
    "netrc-password": "home/.netrc",
    "npm-legacy-auth": "web/.npmrc",
    "pgpass-password": "home/.pgpass",
    "rails-master-key-file": "config/master.key",
    "sql-password": "db/roles.sql",
}
ELSEWHERE = "deploy/app.yaml"

FORTY_PROVIDERS = """
adyen airtable alibaba anthropic artifactory asana atlassian aws azure bitbucket brevo buildkite circleci cloudflare
contentful databricks datadog digitalocean discord dockerhub doppler dropbox dynatrace figma gcp github gitlab grafana
groq heroku hubspot huggingface linear mailchimp mailgun mongodb newrelic notion npm nuget openai paypal planetscale
postman pulumi pypi replicate rubygems sendgrid sentry shopify slack sonarqube square stripe supabase tailscale telegram
terraform twilio vault
"""


@pytest.mark.parametrize("name", NAMES)
def test_every_example_is_found_once_by_its_rule(name, detector, examples):
    for sample in examples[f"secrets/{name}"].match:
        found = detector.find(sample.encode(), PATHS.get(name, ELSEWHERE))
        assert {secret.rule.name for secret in found} == {name}, f"an example of {name} is found by other rules"
        assert all(sample.encode()[secret.start : secret.end] == secret.value for secret in found)


@pytest.mark.parametrize("name", NAMES)
def test_no_counterexample_is_found_by_its_rule(name, detector, examples):
    for sample in examples[f"secrets/{name}"].clean:
        found = detector.find(sample.encode(), PATHS.get(name, ELSEWHERE))
        assert name not in {secret.rule.name for secret in found}, f"a counterexample of {name} is found"


@pytest.mark.parametrize("name", NAMES)
def test_every_example_holds_a_keyword_of_its_rule(name, rule_named, examples):
    for sample in examples[f"secrets/{name}"].match:
        assert any(keyword in sample.lower() for keyword in rule_named[name].keywords)


@pytest.mark.parametrize("name", NAMES)
def test_the_table_is_complete(name, rule_named, examples):
    rule = rule_named[name]
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", name)
    assert len(examples[rule.id].match) >= 1
    assert len(examples[rule.id].clean) >= 1
    assert all(keyword == keyword.lower() for keyword in rule.keywords)
    assert rule.keywords
    assert set(rule.validate) <= VALIDATORS.keys()
    assert urlsplit(rule.source).scheme == "https"
    assert not rule.about.title.endswith(".")
    assert rule.about.why.endswith(".")
    assert rule.about.remedy.endswith(".")
    assert any(control.startswith("CWE-") for control in rule.about.controls)
    assert any(control.startswith("NIST-800-53:") for control in rule.about.controls)


@pytest.mark.parametrize("name", NAMES)
def test_the_pattern_is_bounded(name, rule_named):
    bare = re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]", "x", rule_named[name].pattern)
    assert not re.search(r"[*+](?!\?\w)|\{[0-9]+,\}", bare), "an unbounded pattern reports every byte of a long run"


@pytest.mark.parametrize("name", [rule.name for rule in load_rules() if rule.tail])
def test_a_tail_continues_the_value(name, rule_named, examples):
    pattern = compiled(rule_named[name].pattern)
    for sample in examples[f"secrets/{name}"].match:
        found = pattern.search(sample.encode())
        assert "secret" not in pattern.groupindex or found.end("secret") in {found.end(), -1}


def test_ids_are_unique_across_files():
    tables = [name for path in RULES.glob("*.toml") for name in read_tables(path.read_text("utf-8"))]
    assert [name for name, count in Counter(tables).items() if count > 1] == []


def test_forty_providers_are_covered_by_their_own_formats(rules):
    tokens = {rule.name for rule in rules if rule.kind in {Kind.TOKEN, Kind.NAMED}}
    providers = FORTY_PROVIDERS.split()
    missing = [provider for provider in providers if not any(provider in name for name in tokens)]
    assert missing == []
    assert len(providers) >= 40


def test_the_rule_files_are_no_leak(compiled_detector):
    for path in RULES.glob("*.toml"):
        assert compiled_detector.find(path.read_bytes(), f"rules/{path.name}") == []


def test_no_fragment_looks_like_a_key_to_other_scanners():
    for path in RULES.glob("*.toml"):
        for table in read_tables(path.read_text("utf-8")).values():
            for fragment in [part for key in ("match", "clean") for sample in table[key] for part in sample]:
                longest = max(re.findall(r"[A-Za-z0-9+/=_\-]+", fragment) or [""], key=len)
                assert len(longest) < 20 or bits_per_character(longest) < 4.0


def test_samples_show_in_no_repr(rules, examples):
    shown = repr(rules) + repr(examples)
    for pair in examples.values():
        assert not any(sample in shown for sample in pair.match if len(sample) > 24)


def test_a_key_that_no_rule_has_is_refused(tmp_path):
    text = (
        (RULES / "ai.toml")
        .read_text("utf-8")
        .replace('severity = "critical"', 'severity = "critical"\ncolour = "red"', 1)
    )
    (name, table), *_ = read_tables(text).items()
    from assay.inspectors.secrets._catalogue import _rule

    with pytest.raises(TypeError, match="colour"):
        _rule(name, table)


@pytest.mark.parametrize(
    "path",
    ["app.yaml", ".env", ".env.production", "deploy/values.yml", "Dockerfile", "wp-config.php", "a/.bashrc", "x.tf"],
)
def test_files_of_settings(path):
    assert re.search(CONFIGURATION, path)


@pytest.mark.parametrize("path", ["app.py", "main.go", "index.ts", "README.md", "", "environment.rb", "yaml/parser.c"])
def test_files_of_programs(path):
    assert not re.search(CONFIGURATION, path)
