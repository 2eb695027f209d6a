import re

import pytest

from assay.errors import VerificationError
from assay.ledger.checkpoint import (
    MAX_SIZE,
    decode_note,
    encode_checkpoint,
    is_origin,
    new_origin,
    open_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
)
from assay.ledger.note import MAX_NOTE_BYTES, sign_note
from assay.model.decision import CheckpointRef

# tlog-checkpoint, the first example.
SPEC = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="


def test_the_example_of_the_specification():
    ref = parse_checkpoint(SPEC)
    assert (ref.origin, ref.size) == ("example.com/behind-the-sofa", 20852163)
    assert encode_checkpoint(ref) == SPEC


def test_extension_lines_are_ignored():
    assert parse_checkpoint(SPEC + "timestamp 1\n") == parse_checkpoint(SPEC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n1\n",
        f"origin\n1\n{ROOT}",
        f"\n1\n{ROOT}\n",
        f"origin\n\n{ROOT}\n",
        f"origin\n1\n{ROOT}\n\n",
        f"origin\n01\n{ROOT}\n",
        f"origin\n-1\n{ROOT}\n",
        f"origin\n+1\n{ROOT}\n",
        f"origin\n\u0661\n{ROOT}\n",
        f"origin\n{MAX_SIZE + 1}\n{ROOT}\n",
        f"origin\n{'9' * 40}\n{ROOT}\n",
        "origin\n1\nAAAA\n",
        f"origin\n1\n{ROOT[:-2]}J=\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(text):
    with pytest.raises(VerificationError):
        parse_checkpoint(text)


def test_the_largest_size():
    assert parse_checkpoint(f"origin\n{MAX_SIZE}\n{ROOT}\n").size == MAX_SIZE


def test_a_signed_checkpoint_opens_with_the_key_alone(signer):
    ref = CheckpointRef(origin=new_origin(), size=3, root="ab" * 32)
    signed = sign_checkpoint(ref, signer)
    assert open_checkpoint(signed.note, signer.public_key) == signed


def test_a_checkpoint_signed_under_another_name_is_not_the_origins(signer):
    note = sign_note(f"assay/x\n3\n{ROOT}\n", "assay/y", signer)
    with pytest.raises(VerificationError, match="no signature by assay/x"):
        open_checkpoint(note, signer.public_key)


def test_origins_are_random_and_are_safe_file_names():
    first, second = new_origin(), new_origin()
    assert first != second
    assert re.fullmatch("assay/[0-9a-f]{32}", first)
    assert is_origin(first)
    assert not any(map(is_origin, ["assay/../../etc/passwd", "assay/" + "A" * 32, first + "\n", "x" + first]))


@pytest.mark.parametrize("data", [b"\xff", b"x" * (MAX_NOTE_BYTES + 1)])
def test_bytes_that_cannot_be_a_note(data):
    with pytest.raises(VerificationError, match="note"):
        decode_note(data)
    assert decode_note(b"a\n") == "a\n"
