import os

import pytest

from assay.attest.cosign import encrypt_key
from assay.attest.keyfile import create_private
from assay.attest.keyref import load_signer
from assay.attest.keys import MAX_KEY_BYTES, private_pem
from assay.errors import KeyFileError
from assay.model.outcome import KeyClass


def pipe(data: bytes) -> int:
    reading, writing = os.pipe()
    os.write(writing, data)
    os.close(writing)
    return reading


class TestReferences:
    def test_environment(self, key):
        found = load_signer("env:SIGNING_KEY", environ={"SIGNING_KEY": private_pem(key).decode()})
        assert (found.keyid, found.key_class) == (key.keyid, KeyClass.CI)

    def test_file(self, key, tmp_path):
        create_private(tmp_path / "keys" / "ci.key", private_pem(key))
        found = load_signer(f"file:{tmp_path / 'keys' / 'ci.key'}", environ={})
        assert (found.keyid, found.key_class) == (key.keyid, KeyClass.CI)

    def test_file_at_home(self, key, tmp_path):
        create_private(tmp_path / "keys" / "ci.key", private_pem(key))
        assert load_signer("file:~/keys/ci.key", environ={"HOME": str(tmp_path)}).keyid == key.keyid

    def test_descriptor_which_is_closed_after(self, key):
        descriptor = pipe(private_pem(key))
        found = load_signer(f"fd:{descriptor}", environ={})
        assert (found.keyid, found.key_class) == (key.keyid, KeyClass.CI)
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(descriptor)

    def test_encrypted(self, key):
        environ = {"KEY": encrypt_key(key, b"correct horse").decode()}
        assert load_signer("env:KEY", environ=environ, passphrase=b"correct horse").keyid == key.keyid
        with pytest.raises(KeyFileError, match="no passphrase was given"):
            load_signer("env:KEY", environ=environ)


class TestRefused:
    @pytest.mark.parametrize("environ", [{}, {"KEY": ""}])
    def test_a_variable_that_holds_nothing(self, environ):
        with pytest.raises(KeyFileError, match="KEY holds no key"):
            load_signer("env:KEY", environ=environ)

    @pytest.mark.parametrize("value", ["no key", "\udcff", "-----BEGIN ENCRYPTED PRIVATE KEY-----"])
    def test_a_variable_that_holds_something_else(self, value):
        with pytest.raises(KeyFileError) as caught:
            load_signer("env:KEY", environ={"KEY": value}, passphrase=b"x")
        assert value not in str(caught.value)

    def test_a_file_others_can_read(self, key, tmp_path):
        path = tmp_path / "ci.key"
        path.write_bytes(private_pem(key))
        path.chmod(0o644)
        with pytest.raises(KeyFileError, match="can be used by others"):
            load_signer(f"file:{path}", environ={})

    @pytest.mark.parametrize("path", ["ci.key", "~/ci.key", "~ann/ci.key"])
    def test_a_path_that_is_not_absolute(self, path):
        with pytest.raises(KeyFileError, match="expected an absolute path"):
            load_signer(f"file:{path}", environ={})

    def test_a_descriptor_that_is_not_open(self):
        descriptor = pipe(b"")
        os.close(descriptor)
        with pytest.raises(KeyFileError, match="no key can be read from file descriptor"):
            load_signer(f"fd:{descriptor}", environ={})

    def test_a_descriptor_without_end(self):
        descriptor = pipe(b"x" * (MAX_KEY_BYTES + 1))
        with pytest.raises(KeyFileError, match="gave more"):
            load_signer(f"fd:{descriptor}", environ={})

    @pytest.mark.parametrize(
        "reference", ["", "key", "env:", "env:A B", "fd:-1", "fd:12345", "file:", "file:/a\0b", "http://x", "ENV:A"]
    )
    def test_what_is_no_reference(self, reference):
        with pytest.raises(KeyFileError, match="named as `env:NAME`, `file:PATH` or `fd:N`"):
            load_signer(reference, environ={"A": "x"})
