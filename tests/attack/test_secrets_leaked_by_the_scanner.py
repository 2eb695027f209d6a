"""The scanner reads secrets for a living; none may get out by a repr, an exception, a log or a message."""

import gc
import logging
import random
import string

import pytest

from assay.inspectors._base import SourceFile
from assay.inspectors.secrets import SecretsInspector
from assay.inspectors.secrets._base import Candidate
from assay.inspectors.secrets._catalogue import load_examples, load_rules
from assay.inspectors.secrets._compiled import keyword_engine
from assay.inspectors.secrets._detector import Detector, candidates
from assay.inspectors.secrets.redact import redact

CANARY = "Cnry" + "".join(random.Random(99).choices(string.ascii_letters + string.digits, k=28))
TEXT = f'token = "{CANARY}"\npassword: {CANARY}\npostgres://app:{CANARY}@db.acme.io/app\n'


@pytest.fixture
def logged(caplog) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    return caplog


def test_no_repr_shows_the_canary(logged, tmp_path, capsys):
    inspector = SecretsInspector()
    inspector.prepare(tmp_path / "cache")
    file = SourceFile(path="app.yaml", data=TEXT.encode())
    matches = list(inspector.inspect(file))
    assert [match.value for match in matches] == [CANARY.encode()] * 3
    shown = repr(matches) + str(matches) + repr(file) + repr(inspector) + "".join(match.message for match in matches)
    shown += repr(Detector(load_rules(), keyword_engine(load_rules())).find(TEXT.encode(), "app.yaml"))
    shown += logged.text + "".join(capsys.readouterr())
    assert CANARY not in shown


def test_no_candidate_shows_the_canary():
    rule = next(rule for rule in load_rules() if rule.name == "generic-credential")
    data = TEXT.encode()
    for candidate in candidates(rule, data, "app.yaml", range(len(data))):
        assert CANARY in candidate.value
        assert CANARY not in repr(candidate)


def test_no_traceback_ends_in_the_canary(logged):
    class Broken:
        def scan(self, data: bytes) -> list[tuple[int, int]]:
            del data
            return [(10**6, 5)]

    with pytest.raises(IndexError) as caught:
        Detector(load_rules(), Broken()).find(TEXT.encode(), "app.yaml")
    assert CANARY not in repr(caught.value) + logged.text


def test_redacted_text_has_no_canary():
    assert CANARY not in redact(TEXT)


def test_nothing_of_a_file_is_kept_after_it_was_inspected(tmp_path):
    inspector = SecretsInspector()
    inspector.prepare(tmp_path / "cache")
    assert list(inspector.inspect(SourceFile(path="app.yaml", data=TEXT.encode())))
    gc.collect()
    assert not [item for item in gc.get_objects() if isinstance(item, Candidate)]


def test_the_cache_holds_no_sample(tmp_path):
    SecretsInspector().prepare(tmp_path / "cache")
    stored = b"".join(path.read_bytes() for path in (tmp_path / "cache").iterdir())
    for pair in load_examples().values():
        assert not any(sample.encode() in stored for sample in pair.match if len(sample) > 24)
