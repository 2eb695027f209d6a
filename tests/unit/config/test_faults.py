"""What types cannot say: ranges, references, and names that must agree."""

import pytest

from assay.config import parse_config
from assay.errors import ConfigError

ANA = "[people.ana]\nname = 'Ana'\n"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("gate.target = '--upload-pack=x'", 1, "expected the name of a branch"),
        ("gate.target = 'a..b'", 1, "expected the name of a branch"),
        ("gate.target = ''", 1, "expected the name of a branch"),
        ("gate.required = ['Secrets']", 1, "`gate.required`: `Secrets`: expected the name of a family"),
        ("gate.follow = 'commit'", 1, "expected tree or patch-id, found `commit`"),
        ("[check]\ninclude = ['a']\nexclude = ['[ab]']", 3, "`check.exclude`: `[ab]`: `[` has no meaning here"),
        ("check.include = ['a', '../b']", 1, "without `.` and `..`"),
        ("policy.packs = ['../p']", 1, "below the root without"),
        ("policy.packs = ['/p']", 1, "below the root without"),
        ("policy.packs = ['a/./p']", 1, "below the root without"),
        ("policy.packs = ['C:\\p']", 1, "below the root without"),
        ("policy.packs = ['']", 1, "below the root without"),
        ("policy.engine = 'regal'", 1, "expected regorus or opa"),
        ("risk.approval_above_ppm = -1", 1, "expected 0 to 1000000, found -1"),
        ("risk.approval_above_ppm = 1000001", 1, "expected 0 to 1000000, found 1000001"),
        ("['trailers'.'PHI Impact']", 1, "expected letters, digits and `-`"),
        ("[trailers.PHI]\n[trailers.Phi]", 2, "`Phi` is declared a second time: `PHI` differs in case only"),
        ("[trailers.PHI]\nvalues = [' ']", 2, "found no text"),
        ("[trailers.PHI]\nrequired_for = ['a**']", 2, "`**` stands alone"),
        ("[trailers.PHI]\nrequired_for = ['paymnts']\n[services.payments]", 2, "is no service, domain or path glob"),
        ("[services.a]\npaths = ['a//b']", 2, "expected parts between slashes"),
        ("[people.ana]\nname = ' '", 2, "expected a name, found none"),
        (ANA + "emails = ['ana']", 3, "`ana`: expected an e-mail address"),
        (ANA + f"keys = ['{'AB' * 32}']", 3, "64 lower-case hex digits"),
        (ANA + f"keys = ['{'a' * 63}']", 3, "64 lower-case hex digits"),
        (ANA + f"keys=['{'a' * 64}']\n[people.bo]\nname='B'\nkeys=['{'a' * 64}']", 6, "two people, `ana` and `bo`"),
        (ANA + "emails=['a@x']\n[people.bo]\nname='B'\nemails=['A@X']", 6, "`a@x` stands under two people"),
        ("[roles]\nx = []\nreviewer = ['ana']", 3, "`roles.reviewer`: no person has the id `ana`"),
        ("[trust.findngs]", 1, "unknown predicate `findngs`"),
        ("[trust.zzz]", 1, "unknown predicate `zzz`"),
        ("[trust.findings]\nquorum = 0", 2, "expected 1 or more, found 0"),
        ('[people.ana]\nname = "A\\u202e"', 2, "expected printable text at `people.ana.name`"),
        ('[check]\ninclude = ["a\\tb"]', 2, "expected printable text at `check.include`"),
        ("[services.'']", 1, "expected a printable name under `services`"),
        ('[services."a\\n"]', 1, "expected a printable name under `services`"),
    ],
)
def test_a_fault_is_named_with_its_line(text: str, line: int, message: str):
    with pytest.raises(ConfigError) as caught:
        parse_config(text, path="assay.toml")
    assert message in caught.value.message
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("[trailers.PHI]\nrequired_for = ['paymnts']\n[services.payments]", "did you mean `payments`?"),
        ("[trailers.PHI]\nrequired_for = ['Makefile']", "for a path at the root write `/Makefile`"),
        (ANA + "[roles]\nx = ['anna']", "did you mean `ana`?"),
        ("[roles]\nx = ['zed']", "add `[people.zed]`"),
        ("[trust.findngs]", "did you mean `findings`?"),
        ("[trust.zzz]", "or a whole URI"),
    ],
)
def test_a_fault_says_what_to_do(text: str, hint: str):
    with pytest.raises(ConfigError) as caught:
        parse_config(text, path="assay.toml")
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize(
    "text",
    [
        "gate.target = 'release/2026.1'",
        "gate.required = ['test-results']",
        "keys.tag = 'file:/run/secrets/tag'",
        "keys.signer = 'env:_X9'",
        "[trailers.PHI]\nrequired_for = ['/Makefile', '*.tf', 'docs/', 'phi']\n[services.a]\ndomains = ['phi']",
        "[trust.'https://slsa.dev/provenance/v1']",
        ANA + f"keys = ['{'a' * 64}', '{'b' * 64}']",
        "policy.packs = ['change-control', 'assay/policy/our rules']",
    ],
)
def test_what_is_right_is_taken(text: str):
    assert parse_config(text, path="assay.toml").version == 1


@pytest.mark.parametrize("reference", ["s3cr" + "3t-value", "env:", "env:A B", "fd:x", "file:", "ENV:A", ""])
@pytest.mark.parametrize("key", ["tag", "signer"])
def test_a_literal_key_is_refused_and_not_repeated(key: str, reference: str):
    with pytest.raises(ConfigError, match="expected where the key is") as caught:
        parse_config(f"[keys]\n{key} = '{reference}'", path="assay.toml")
    shown = f"{caught.value} {caught.value.hint} {caught.value.__cause__} {caught.value.__context__}"
    assert len(reference) < 8 or reference not in shown
