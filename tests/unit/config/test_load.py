"""From text to a frozen configuration: what is read, and how a mistake is named."""

import hashlib

import pytest

from assay.config import DEFAULT_CONFIG, Config, parse_config, read_config
from assay.config._raw import Fault, Raw
from assay.config.load import MAX_TEXT_BYTES
from assay.config.schema import CheckConfig, PersonConfig, TrustConfig
from assay.errors import ConfigError
from assay.model.outcome import KeyClass, Severity

ID = "ab" * 32

FULL = f"""\
version = 1
[gate]
target = "main"
required = ["secrets", "phi"]
follow = "patch-id"
[check]
include = ["src/"]
exclude = ["*.min.js"]
threshold = "low"
[policy]
packs = ["change-control", "assay/policy/ours"]
engine = "opa"
[risk]
approval_above_ppm = 0
[trailers.PHI-Impact]
values = ["none", "low"]
required_for = ["payments", "phi", "deploy/**", "*"]
[services.payments]
paths = ["src/payments/"]
domains = ["phi"]
[people.ana]
name = "Ana Example"
emails = ["ana@example.org"]
keys = ["{ID}"]
[roles]
reviewer = ["ana"]
[trust.findings]
classes = ["ci", "server"]
quorum = 2
[keys]
tag = "env:ASSAY_TAG_KEY"
signer = "fd:3"
"""

FULL_YAML = f"""\
version: 1
gate: {{target: main, required: [secrets, phi], follow: patch-id}}
check:
  include: [src/]
  exclude: ["*.min.js"]
  threshold: low
policy: {{packs: [change-control, assay/policy/ours], engine: opa}}
risk: {{approval_above_ppm: 0}}
trailers:
  PHI-Impact: {{values: [none, low], required_for: [payments, phi, deploy/**, "*"]}}
services:
  payments: {{paths: [src/payments/], domains: [phi]}}
people:
  ana: {{name: Ana Example, emails: [ana@example.org], keys: ["{ID}"]}}
roles: {{reviewer: [ana]}}
trust:
  findings: {{classes: [ci, server], quorum: 2}}
keys: {{tag: "env:ASSAY_TAG_KEY", signer: "fd:3"}}
"""


def refused(text: str, path: str = "assay.toml") -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        parse_config(text, path=path)
    return caught.value


def test_every_key_is_read():
    config = parse_config(FULL, path="assay.toml")
    assert config.check == CheckConfig(include=("src/",), exclude=("*.min.js",), threshold=Severity.LOW)
    assert config.people == {"ana": PersonConfig(name="Ana Example", emails=("ana@example.org",), keys=(ID,))}
    assert config.trust == {"findings": TrustConfig(classes=(KeyClass.CI, KeyClass.SERVER), quorum=2)}
    assert config.roles == {"reviewer": ("ana",)}
    assert config.trailers["PHI-Impact"].required_for == ("payments", "phi", "deploy/**", "*")
    assert config.digest == hashlib.sha256(FULL.encode()).hexdigest()


def test_yaml_means_the_same_as_toml():
    toml, yaml = parse_config(FULL, path="assay.toml"), parse_config(FULL_YAML, path="assay.yaml")
    assert [getattr(toml, name) for name in Config.__slots__[:-1]] == [
        getattr(yaml, name) for name in Config.__slots__[:-1]
    ]


@pytest.mark.parametrize("path", ["assay.toml", "assay.yaml"])
def test_an_empty_text_is_the_defaults(path: str):
    assert parse_config("", path=path) == DEFAULT_CONFIG
    assert parse_config("# nothing\n", path=path).gate == DEFAULT_CONFIG.gate


def test_an_empty_document_is_the_defaults():
    assert parse_config("---\n...\n", path="assay.yaml").gate == DEFAULT_CONFIG.gate


def test_no_file_is_the_defaults():
    assert read_config(lambda _: None) is DEFAULT_CONFIG


def test_the_file_that_is_there_is_read():
    assert read_config({"assay.yaml": b"check: {threshold: low}"}.get).check.threshold is Severity.LOW
    assert read_config({"assay.toml": b"check.threshold = 'low'"}.get).check.threshold is Severity.LOW


def test_two_files_are_an_error():
    with pytest.raises(ConfigError, match=r"found assay\.yaml beside it"):
        read_config({"assay.toml": b"", "assay.yaml": b""}.get)


def test_a_file_that_looks_like_ours_and_is_not_read_is_an_error():
    with pytest.raises(ConfigError, match=r"assay\.yml is not read") as caught:
        read_config({"assay.yml": b""}.get)
    assert caught.value.hint == "rename it to assay.yaml"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xef\xbb\xbfversion = 1", r"assay.toml:1: .*byte order mark"),
        (b"version = 1\n# \xff", r"assay.toml:2: expected UTF-8"),
        (b"#" * (MAX_TEXT_BYTES + 1), "expected at most 262144 bytes, found 262145"),
        ("é".encode() * MAX_TEXT_BYTES, "expected at most 262144 bytes, found 524288"),
    ],
)
def test_bytes_that_are_no_configuration(data: bytes, message: str):
    with pytest.raises(ConfigError, match=message):
        read_config({"assay.toml": data}.get)


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("\n[gate]\n\nrequird = []", 4, "unknown key `gate.requird`", "did you mean `required`?"),
        ("[peple.ana]\nname = 'A'", 1, "unknown key `peple`", "did you mean `people`?"),
        ("zzz = 1", 1, "unknown key `zzz`", "known here: check, gate, keys"),
        ("digest = 'x'", 1, "unknown key `digest`", "known here"),
        ("gate = { required = ['a'], folow = 'x' }", 1, "unknown key `gate.folow`", "`follow`"),
        ("gate = 1", 1, "expected a table at `gate`, found a value", None),
        ("people.ana = 'A'", 1, "expected a table at `people.ana`", None),
        ("[people.ana]\nemails = []", 1, "expected `people.ana.name`, found none", None),
        ("[people.ana]\nname = 'A'\nemails = ['a@b', 3]", 3, "expected a text, found an integer (item 2)", None),
        ("[check]\nthreshold = 'hgh'", 2, "expected one of info, low, medium, high, critical, found `hgh`", None),
        (
            "[trust.findings]\nclasses = ['ci', 'x']",
            2,
            "expected one of local, person, ci, server, found `x` (item 2)",
            None,
        ),
        ("[trust.findings]\nquorum = true", 2, "expected an integer, found a boolean", None),
        ("[check]\ninclude = [1979-05-27]", 2, "expected a text, found a date (item 1)", None),
        ("check.include = 'a'", 1, "`check.include`: expected a list, found a text", None),
        ("check.threshold = 3", 1, "found an integer", None),
        ("version = 1.0", 1, "expected an integer, found a float", None),
        ("version = 2", 1, "expected `version = 1`, found 2", "newer assay"),
        ("a = [", 1, "not TOML", None),
        ("\na = 1\na = 2", 3, "not TOML: Cannot overwrite a value", None),
        ("a = " + "9" * 5000, None, "not TOML: Exceeds the limit", None),
        ("a = " + "[" * 5000, None, "not TOML: nested too deeply", None),
        ("\n" + "a." * 40 + "a = 1", 2, "expected at most 32 parts in a dotted key", None),
        ('"a\\u001b[31m" = 1', 1, "unknown key `a\\x1b[31m`", "known here"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, line: int | None, message: str, hint: str | None):
    error = refused(text)
    assert message in error.message
    assert error.line == line
    assert str(error).startswith("assay.toml: " if line is None else f"assay.toml:{line}: ")
    assert (error.hint is None) if hint is None else (hint in (error.hint or ""))


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("check:\n  exclud: []", 2, "unknown key `check.exclud`"),
        ("check: {}\ncheck: {}", 2, "`check` stands here for the second time"),
        ("check:\n  include: &x [a]", 2, "anchors, aliases and tags"),
        ("check:\n  include: [*x]", 2, "anchors, aliases and tags"),
        ("!!map {}", 1, "anchors, aliases and tags"),
        ("version: !!int 1", 1, "anchors, aliases and tags"),
        ("version: 1\n---\nversion: 1", 2, "found a second"),
        ("- a", 1, "expected keys and values"),
        ("a", 1, "expected keys and values"),
        ("? [a]\n: 1", 1, "expected a key of one word"),
        ("check: [", 2, "not YAML"),
        ("a: b: c", 1, "not YAML"),
        ("a: \x01", None, "a character that YAML does not allow"),
        ("a: " + "[" * 100_000, 1, "nested deeper than 16 levels"),
        ("version: 010", 1, "expected an integer, found a text"),
        ("check: {include: [no]}", 1, "expected a text, found a boolean"),
        ("keys: {tag: ~, signer: 1.5}", 1, "`keys.signer`: expected where the key is"),
        ('"a\\e[31m": {"b": 1, "b": 2}', 1, "`b` stands here for the second time"),
    ],
)
def test_a_mistake_in_yaml_is_named_with_its_line(text: str, line: int | None, message: str):
    error = refused(text, "assay.yaml")
    assert message in error.message
    assert error.line == line


@pytest.mark.parametrize("path", ["assay.toml", "assay.yaml"])
def test_text_that_cannot_be_written_is_refused(path: str):
    assert refused("check = '\ud800'" if path.endswith("toml") else "check: '\ud800'", path)


def test_a_key_whose_line_is_not_known_is_named_by_the_table_around_it():
    raw = Raw(path="a.toml", values={}, lines={("gate",): 3})
    assert str(raw.error(Fault(key=("gate", "x", "y"), message="m"))) == "a.toml:3: m"
    assert str(raw.error(Fault(key=("check",), message="m"))) == "a.toml: m"


def test_yaml_null_is_no_value_and_no_is_false():
    assert parse_config("keys: {tag: ~}", path="assay.yaml").keys.tag is None
    assert "expected an integer, found a boolean" in refused("risk: {approval_above_ppm: yes}", "assay.yaml").message
