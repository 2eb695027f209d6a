from collections.abc import Callable, Sequence
from typing import Any

import pytest

from assay.attest.keys import SoftwareKey, public_pem
from assay.attest.schemas import predicate_types
from assay.attest.trust import FOREIGN_NAMES, OWN_NAMES, TrustStore, predicate_name
from assay.config.schema import Config, PersonConfig, TrustConfig
from assay.errors import ConfigError
from assay.model.outcome import GateKind, KeyClass
from assay.model.statement import APPROVAL, DECISION, FINDINGS, REVOCATION, RISK, WAIVER, SignedStatement, Signer

SBOM = "https://cyclonedx.org/bom"
TESTS = "https://in-toto.io/attestation/test-result/v0.1"
EVIDENCE = [FINDINGS, RISK, SBOM, TESTS, "https://slsa.dev/provenance/v1", "https://example.com/other"]
SHIPPING = [GateKind.PUBLISH, GateKind.DEPLOY, GateKind.DRIFT]
BEYOND_COMMIT = [GateKind.MERGE, *SHIPPING]
MACHINES = [KeyClass.CI, KeyClass.SERVER]
NO_MACHINES = [KeyClass.LOCAL, KeyClass.PERSON]

Sign = Callable[..., SignedStatement]


def signer(key_class: KeyClass, person: str | None = None, keyid: str = "k") -> Signer:
    return Signer(keyid=keyid * 64, key_class=key_class, person=person)


@pytest.fixture
def signed(make_statement) -> Sign:
    def sign(predicate_type: str, *signers: Signer | KeyClass, predicate: Any = None) -> SignedStatement:
        whole = [signer(item) if isinstance(item, KeyClass) else item for item in signers]
        return SignedStatement(
            statement=make_statement(predicate_type, predicate or {"advisory": False}),
            signers=tuple(whole),
            envelope="e" * 64,
            pae="f" * 64,
        )

    return sign


def trust(**rules: Sequence[KeyClass] | TrustConfig) -> TrustStore:
    whole = {
        name: item if isinstance(item, TrustConfig) else TrustConfig(classes=tuple(item))
        for name, item in rules.items()
    }
    return TrustStore.of(Config(trust=whole), {})


class TestEvidence:
    @pytest.mark.parametrize("predicate_type", EVIDENCE)
    @pytest.mark.parametrize("key_class", KeyClass)
    def test_at_the_commit_gate_from_any_key(self, signed, predicate_type, key_class):
        assert trust().refusal(signed(predicate_type, key_class), GateKind.COMMIT) is None

    @pytest.mark.parametrize("predicate_type", EVIDENCE)
    @pytest.mark.parametrize("gate", BEYOND_COMMIT)
    @pytest.mark.parametrize("key_class", KeyClass)
    def test_at_every_other_gate_from_machines(self, signed, predicate_type, gate, key_class):
        refusal = trust().refusal(signed(predicate_type, key_class), gate)
        assert (refusal is None) == (key_class in MACHINES)

    def test_the_reason_names_gate_predicate_classes_and_key(self, signed):
        refusal = trust().refusal(signed(FINDINGS, KeyClass.LOCAL), GateKind.MERGE)
        assert refusal == (
            "at the merge gate, findings counts from keys of class ci or server; "
            "this is signed by kkkkkkkkkkkkkkkk (local)"
        )

    def test_collected_by_this_run_it_counts_whoever_signed(self, signed):
        given = signed(FINDINGS, KeyClass.LOCAL)
        assert trust().refusal(given, GateKind.MERGE, collected={given.envelope}) is None
        assert trust().refusal(given, GateKind.MERGE, collected={"another"}) is not None

    def test_configuration_says_otherwise_beyond_the_commit_gate(self, signed):
        only_server = trust(findings=[KeyClass.SERVER])
        assert only_server.refusal(signed(FINDINGS, KeyClass.CI), GateKind.MERGE) is not None
        assert only_server.refusal(signed(RISK, KeyClass.CI), GateKind.MERGE) is None
        assert only_server.refusal(signed(FINDINGS, KeyClass.LOCAL), GateKind.COMMIT) is None
        assert trust(findings=[KeyClass.PERSON]).refusal(signed(FINDINGS, KeyClass.PERSON), GateKind.MERGE) is None

    def test_one_signer_of_the_right_class_is_enough(self, signed):
        given = signed(FINDINGS, signer(KeyClass.LOCAL, keyid="a"), signer(KeyClass.CI, keyid="b"))
        assert trust().refusal(given, GateKind.DEPLOY) is None


class TestQuorum:
    def test_counts_signers_of_the_right_class(self, signed):
        two = trust(findings=TrustConfig(quorum=2))
        ci, server, local = (signer(item, keyid=item[0]) for item in (KeyClass.CI, KeyClass.SERVER, KeyClass.LOCAL))
        assert two.refusal(signed(FINDINGS, ci, server), GateKind.MERGE) is None
        refusal = two.refusal(signed(FINDINGS, ci, local), GateKind.MERGE)
        assert refusal == "findings must be signed by 2 distinct signers, found 1"

    def test_one_person_with_two_keys_is_one(self, signed):
        two = trust(waiver=TrustConfig(quorum=2))
        ann, again, bob = (
            signer(KeyClass.PERSON, person, keyid) for person, keyid in (("ann", "a"), ("ann", "b"), ("bob", "c"))
        )
        assert two.refusal(signed(WAIVER, ann, again), GateKind.MERGE) is not None
        assert two.refusal(signed(WAIVER, ann, bob), GateKind.MERGE) is None


class TestPeople:
    @pytest.mark.parametrize("predicate_type", [APPROVAL, WAIVER])
    @pytest.mark.parametrize("gate", GateKind)
    @pytest.mark.parametrize("key_class", KeyClass)
    def test_approvals_and_waivers_at_every_gate_from_people_only(self, signed, predicate_type, gate, key_class):
        given = signed(predicate_type, key_class)
        refusal = trust().refusal(given, gate, collected={given.envelope})
        assert (refusal is None) == (key_class is KeyClass.PERSON)

    @pytest.mark.parametrize("key_class", KeyClass)
    def test_revocations_from_people_and_servers(self, signed, key_class):
        refusal = trust().refusal(signed(REVOCATION, key_class), GateKind.MERGE)
        assert (refusal is None) == (key_class in {KeyClass.PERSON, KeyClass.SERVER})

    def test_configuration_can_narrow(self, signed):
        narrow = trust(revocation=[KeyClass.PERSON])
        assert narrow.refusal(signed(REVOCATION, KeyClass.SERVER), GateKind.MERGE) is not None

    @pytest.mark.parametrize("name", ["approval", "waiver", "revocation"])
    def test_configuration_cannot_widen(self, signed, name):
        with pytest.raises(ConfigError, match="classes can only be of: person"):
            trust(**{name: [KeyClass.PERSON, KeyClass.CI]})
        unchecked = TrustStore(keys={}, rules={name: TrustConfig(classes=(KeyClass.CI,))})
        assert unchecked.refusal(signed(f"urn:assay:{name}:v1", KeyClass.CI), GateKind.MERGE) is not None

    def test_an_approval_is_its_signers(self, signed):
        ann = signer(KeyClass.PERSON, "ann")
        assert trust().refusal(signed(APPROVAL, ann, predicate={"person": "ann"}), GateKind.MERGE) is None
        refusal = trust().refusal(signed(APPROVAL, ann, predicate={"person": "bob"}), GateKind.MERGE)
        assert refusal == "the approval claims another person than the one whose key signed it"


class TestDecisions:
    @pytest.mark.parametrize("gate", [GateKind.COMMIT, GateKind.MERGE])
    @pytest.mark.parametrize("key_class", KeyClass)
    def test_at_commit_and_merge_from_any_key(self, signed, gate, key_class):
        given = signed(DECISION, key_class, predicate={"advisory": True})
        assert trust().refusal(given, gate) is None

    @pytest.mark.parametrize("gate", SHIPPING)
    @pytest.mark.parametrize("key_class", KeyClass)
    def test_at_the_others_from_machines(self, signed, gate, key_class):
        given = signed(DECISION, key_class)
        assert (trust().refusal(given, gate, collected={given.envelope}) is None) == (key_class in MACHINES)

    @pytest.mark.parametrize("gate", SHIPPING)
    @pytest.mark.parametrize("predicate", [{"advisory": True}, {"other": 1}])
    def test_an_advisory_one_ships_nothing(self, signed, gate, predicate):
        refusal = trust().refusal(signed(DECISION, KeyClass.CI, predicate=predicate), gate)
        assert refusal is not None
        assert "advisory" in refusal

    def test_configuration_can_narrow_and_not_widen(self, signed):
        narrow = trust(decision=[KeyClass.SERVER, KeyClass.LOCAL])
        assert narrow.refusal(signed(DECISION, KeyClass.SERVER), GateKind.DEPLOY) is None
        assert narrow.refusal(signed(DECISION, KeyClass.CI), GateKind.DEPLOY) is not None
        assert narrow.refusal(signed(DECISION, KeyClass.LOCAL), GateKind.DEPLOY) is not None
        assert narrow.refusal(signed(DECISION, KeyClass.CI), GateKind.MERGE) is not None

    def test_narrowed_to_nothing_the_reason_says_so(self, signed):
        refusal = trust(decision=[KeyClass.LOCAL]).refusal(signed(DECISION, KeyClass.CI), GateKind.DEPLOY)
        assert refusal is not None
        assert "counts from keys of class no kind" in refusal


class TestConfiguration:
    def test_a_misspelt_predicate_is_an_error(self):
        with pytest.raises(ConfigError, match=r"\[trust\.finding\] names no predicate") as caught:
            trust(finding=[KeyClass.CI])
        assert caught.value.hint == "Did you mean findings?"

    def test_without_a_near_name_there_is_no_hint(self):
        with pytest.raises(ConfigError) as caught:
            trust(zzzz=[KeyClass.CI])
        assert caught.value.hint is None

    def test_any_type_can_be_named_whole(self, signed):
        rule = trust(**{"https://example.com/other": [KeyClass.PERSON]})
        assert rule.refusal(signed("https://example.com/other", KeyClass.PERSON), GateKind.MERGE) is None

    @pytest.mark.parametrize("quorum", [0, -1])
    def test_a_quorum_of_none(self, quorum):
        with pytest.raises(ConfigError, match="quorum must be at least 1"):
            trust(findings=TrustConfig(quorum=quorum))

    def test_every_predicate_of_ours_has_a_name(self):
        assert {predicate_name(item) for item in predicate_types()} <= OWN_NAMES

    def test_a_later_version_keeps_the_name(self):
        assert predicate_name("urn:assay:waiver:v2") == "waiver"

    def test_foreign_names_are_no_names_of_ours(self):
        assert not OWN_NAMES & set(FOREIGN_NAMES.values())


class TestStore:
    def test_keys_of_the_target_and_our_own(self, key: SoftwareKey, other_key: SoftwareKey):
        config = Config(people={"ann": PersonConfig(name="Ann", keys=(key.keyid,))})
        store = TrustStore.of(
            config,
            {"ann.pub": public_pem(key.public_key), "x.pub": public_pem(other_key.public_key)},
            other_key.public_key,
        )
        assert store.signer(key.keyid) == Signer(keyid=key.keyid, key_class=KeyClass.PERSON, person="ann")
        assert store.signer(other_key.keyid) == Signer(keyid=other_key.keyid, key_class=KeyClass.LOCAL)
        assert store.ignored == ("x.pub",)

    def test_what_the_target_says_of_our_own_key_holds(self, key: SoftwareKey):
        store = TrustStore.of(Config(), {"build.ci.pub": public_pem(key.public_key)}, key.public_key)
        assert store.signer(key.keyid).key_class is KeyClass.CI
