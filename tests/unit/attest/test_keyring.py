import pytest

from assay.attest.keyring import TrustedKey, read_keys
from assay.attest.keys import SoftwareKey, generate_key, public_pem
from assay.config.schema import Config, PersonConfig
from assay.errors import ConfigError
from assay.model.outcome import KeyClass


def config(**people: SoftwareKey | str) -> Config:
    def keyid(key: SoftwareKey | str) -> str:
        return key if isinstance(key, str) else key.keyid

    return Config(people={person: PersonConfig(name=person, keys=(keyid(key),)) for person, key in people.items()})


def pem(key: SoftwareKey) -> bytes:
    return public_pem(key.public_key)


class TestClass:
    @pytest.mark.parametrize(
        ("path", "key_class"),
        [
            ("assay/keys/build.ci.pub", KeyClass.CI),
            ("assay/keys/main.server.pub", KeyClass.SERVER),
            ("a.b.ci.pub", KeyClass.CI),
        ],
    )
    def test_of_a_machine_stands_in_the_name(self, key, path, key_class):
        keys, ignored = read_keys(Config(), {path: pem(key)})
        assert keys == {key.keyid: TrustedKey(public_key=key.public_key, key_class=key_class)}
        assert ignored == ()

    def test_of_a_person_stands_in_the_configuration(self, key):
        keys, _ = read_keys(config(ann=key), {"assay/keys/whatever.pub": pem(key)})
        assert (keys[key.keyid].key_class, keys[key.keyid].person) == (KeyClass.PERSON, "ann")

    @pytest.mark.parametrize(
        "name", ["ann.pub", "ann.person.pub", "ann.local.pub", "ci.pub", ".ci.pub", "ann.ci.pub.pub"]
    )
    def test_without_one_a_key_is_believed_for_nothing(self, key, name):
        assert read_keys(Config(), {f"assay/keys/{name}": pem(key)}) == ({}, (f"assay/keys/{name}",))

    def test_a_person_without_a_key_file_has_no_key(self, key):
        assert read_keys(config(ann=key), {}) == ({}, ())


class TestRefused:
    def test_a_person_and_a_machine_at_once(self, key):
        with pytest.raises(
            ConfigError, match=r"assay/keys/build\.ci\.pub: a key of \[people\.ann\] cannot be a ci key"
        ):
            read_keys(config(ann=key), {"assay/keys/build.ci.pub": pem(key)})

    def test_two_classes(self, key):
        with pytest.raises(ConfigError, match="with another class"):
            read_keys(Config(), {"a.ci.pub": pem(key), "b.server.pub": pem(key)})

    def test_twice_the_same_is_harmless(self, key):
        assert set(read_keys(Config(), {"a.ci.pub": pem(key), "b.ci.pub": pem(key)})[0]) == {key.keyid}

    def test_two_people(self, key):
        with pytest.raises(ConfigError, match=r"\[people\.bob\] and \[people\.ann\] have the same key"):
            read_keys(config(ann=key, bob=key), {})

    @pytest.mark.parametrize("keyid", ["", "abc", "A" * 64, "g" * 64, "a" * 64 + "\n"])
    def test_what_is_no_key_id(self, keyid):
        with pytest.raises(ConfigError, match=r"a key of \[people\.ann\] is not an id"):
            read_keys(config(ann=keyid), {})

    def test_what_is_no_key(self):
        with pytest.raises(ConfigError, match=r"^assay/keys/x\.pub: expected a public key"):
            read_keys(Config(), {"assay/keys/x.pub": b"x"})

    def test_one_person_may_have_several_keys(self, key):
        second = generate_key(KeyClass.PERSON)
        people = {"ann": PersonConfig(name="Ann", keys=(key.keyid, second.keyid))}
        keys, _ = read_keys(Config(people=people), {"a.pub": pem(key), "b.pub": pem(second)})
        assert {entry.person for entry in keys.values()} == {"ann"}
        assert len(keys) == 2
