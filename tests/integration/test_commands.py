"""The commands around the gate, as a user runs them."""

import json
import subprocess
import sys

import pytest


@pytest.fixture
def project(repo, assay):
    repo.commit({"README.md": "# Project\n"}, message="docs: begin")
    assert assay("init", "--no-hooks").code == 0
    repo.commit(message="chore: set up assay")
    repo.git("switch", "-q", "-c", "topic")
    return repo


class TestCheck:
    def test_the_index_is_read_and_never_the_work_tree(self, project, assay, secret):
        project.write({"a.py": f'k = "{secret}"\n'})
        project.git("add", "a.py")
        project.write({"a.py": "k = None\n"})
        assert assay("check", "--staged").code == 1
        project.git("add", "a.py")
        project.write({"a.py": f'k = "{secret}"\n'})
        assert assay("check", "--staged").code == 0

    def test_another_index_is_honoured(self, project, assay, secret, monkeypatch):
        monkeypatch.setenv("GIT_INDEX_FILE", str(project.path / ".git" / "other-index"))
        project.git("read-tree", "HEAD")
        project.write({"a.py": f'k = "{secret}"\n'})
        project.git("add", "a.py")
        assert assay("check", "--staged").code == 1
        monkeypatch.delenv("GIT_INDEX_FILE")
        assert assay("check", "--staged").code == 4

    def test_a_hook_with_nothing_to_check_is_silent_and_passes(self, project, assay):
        ran = assay("check", "--staged", "--hook")
        assert (ran.code, ran.out) == (0, "")

    def test_paths_are_checked_as_they_are(self, project, assay, secret):
        project.write({"a/b.py": f'k = "{secret}"\n', "c.py": "x = 1\n"})
        assert assay("check", "c.py").code == 0
        assert assay("check", "a", "c.py").code == 1
        assert assay("check").code == 1
        assert assay("check", "--exit-zero").code == 0
        assert assay("check", "--only", "commits").code == 0

    def test_a_range_is_checked_without_a_ledger(self, project, assay, secret):
        project.commit({"a.py": f'k = "{secret}"\n'}, message="feat: a")
        assert assay("check", "--range", "main..topic").code == 1
        assert not (project.path / ".git/assay/ledger").exists()

    def test_a_message_is_checked_with_what_is_staged(self, project, assay, tmp_path):
        project.git("switch", "-q", "main")
        text = (project.path / "assay.toml").read_text()
        text += '\n[trailers.PHI-Impact]\nvalues = ["none", "high"]\nrequired_for = ["src/"]\n'
        project.commit({"assay.toml": text}, message="chore: trailers")
        message = tmp_path / "message"
        message.write_text("feat: x\n")
        project.write({"docs/a.md": "a\n"})
        project.git("add", "--all")
        assert assay("check", "--message", message).code == 0
        project.write({"src/a.py": "a = 1\n"})
        project.git("add", "--all")
        assert assay("check", "--message", message).code == 1
        message.write_text(
            "feat: x\n\nPHI-Impact: none\n# Please enter the commit message for your changes.\n# On branch main\n"
        )
        assert assay("check", "--message", message).code == 0

    def test_a_secret_in_a_message_is_found(self, project, assay, secret, tmp_path):
        (tmp_path / "message").write_text(f"feat: use {secret}\n")
        ran = assay("check", "--message", tmp_path / "message")
        assert ran.code == 1
        assert secret not in ran.out

    def test_a_message_that_cannot_be_read_is_an_error(self, project, assay, tmp_path):
        assert assay("check", "--message", tmp_path).code == 2
        (tmp_path / "large").write_bytes(b"x" * (1024 * 1024 + 1))
        assert "at most" in assay("check", "--message", tmp_path / "large").err

    def test_a_configuration_that_is_not_committed_is_said_not_to_count(self, project, assay):
        project.write({"assay.toml": "version = 1\n[check]\nexclude = ['**']\n"})
        assert "differs from the one at" in assay("check", "README.md").out


class TestExplain:
    def test_a_rule_of_an_inspector_and_one_of_a_pack(self, project, assay):
        assert "full" in assay("explain", "workflows/unpinned-action").out
        assert "secret" in assay("explain", "change-control/no-new-secret").out

    def test_an_unknown_rule_names_close_ones(self, project, assay):
        ran = assay("explain", "workflows/unpinned-actoin")
        assert ran.code == 2
        assert "workflows/unpinned-action" in ran.err

    def test_all_of_them_outside_a_repository(self, assay, tmp_path):
        ran = assay("explain", cwd=tmp_path)
        assert ran.code == 0
        assert "change-control/sensitive-path" in ran.out


class TestPolicyTest:
    def test_the_built_in_packs_pass_with_their_coverage(self, project, assay):
        ran = assay("policy", "test")
        assert ran.code == 0, ran.out
        assert "change-control" in ran.out

    def test_a_pack_without_tests_does_not_pass(self, assay, tmp_path, repo):
        (tmp_path / "ours").mkdir()
        (tmp_path / "ours/a.rego").write_text("package main\n\nimport rego.v1\n\ndeny contains 'x' if false\n")
        assert assay("policy", "test", tmp_path / "ours").code == 1


class TestLedger:
    def test_a_receipt_verifies_without_the_log(self, project, assay, tmp_path):
        from assay.api import verify
        from assay.attest.keystore import checkpoint_key
        from assay.ledger import Ed25519NoteSigner, LedgerReader, verify_receipt

        project.commit({"a.txt": "a\n"}, message="feat: a")
        assay("gate")
        assert assay("ledger", "prove", "-o", tmp_path / "receipt").code == 0
        state = project.path / ".git/assay"
        key = Ed25519NoteSigner(checkpoint_key(state / "keys")).public_key
        log = LedgerReader(state, key)
        included = verify_receipt((tmp_path / "receipt").read_text(), log.entry(2), log.key)
        assert included.index == 2
        assert verify(project.path).size == 3
        assert assay("ledger", "prove", "0").out.startswith("c2sp.org/tlog-proof@v1\n")

    def test_entries_are_listed_and_shown(self, project, assay):
        project.commit({"a.txt": "a\n"}, message="feat: a")
        assay("gate")
        assert "decision" in assay("ledger", "show").out
        assert json.loads(assay("ledger", "show", "0").out)["predicateType"] == "urn:assay:findings:v1"
        assert assay("ledger", "show", "7").code == 2

    def test_without_a_ledger_it_says_what_begins_one(self, project, assay):
        ran = assay("ledger", "verify")
        assert ran.code == 2
        assert "assay gate" in ran.err


class TestKeys:
    def test_what_can_sign_here_is_listed(self, project, assay, passphrase):
        assay("key", "generate", "alice", "--passphrase-fd", passphrase())
        shown = assay("key", "show").out
        assert "local" in shown
        assert "alice" in shown

    def test_a_key_is_never_replaced(self, project, assay, passphrase):
        assay("key", "generate", "alice", "--passphrase-fd", passphrase())
        public = (project.path / "assay/keys/alice.pub").read_bytes()
        assert assay("key", "generate", "alice", "--passphrase-fd", passphrase()).code == 2
        assert (project.path / "assay/keys/alice.pub").read_bytes() == public

    @pytest.mark.parametrize("person", ["../alice", "Alice Example", ""])
    def test_an_id_that_is_no_file_name_is_refused(self, project, assay, passphrase, person):
        assert assay("key", "generate", person, "--passphrase-fd", passphrase()).code == 2


def test_a_secret_is_waived_by_fingerprint_and_keyed_tag(project, assay, passphrase, secret, monkeypatch):
    made = assay("key", "generate", "bob", "--passphrase-fd", passphrase()).out
    project.git("switch", "-q", "main")
    text = (project.path / "assay.toml").read_text().replace('# tag = "env:', 'tag = "env:')
    project.commit({"assay.toml": f"{text}\n{made}"}, message="chore: people")
    project.git("switch", "-q", "-c", "other")
    project.commit({"a.py": f'k = "{secret}"\n'}, message="feat: a")
    assert assay("gate").code == 1
    waive = ("waiver", "add", "--reason", "revoked", "--ticket", "OPS-1", "--person", "bob", "--passphrase-fd")
    shown = json.loads(assay("gate", "-f", "json").out)["inspection"]["findings"]
    refused = assay(*waive, passphrase(), shown[0]["fingerprint"])
    assert refused.code == 2
    assert "tag" in refused.err
    monkeypatch.setenv("ASSAY_TAG_KEY", "a key that the team shares")
    shown = json.loads(assay("gate", "-f", "json").out)["inspection"]["findings"]
    waived = assay(*waive, passphrase(), shown[0]["fingerprint"][:12])
    assert waived.code == 0, waived.err
    assert assay("gate").code == 0
    monkeypatch.delenv("ASSAY_TAG_KEY")
    without_key = assay("gate")
    assert without_key.code == 1
    assert "tag" in without_key.out


def test_a_waiver_says_why_and_names_exactly_one_thing(project, assay, passphrase, secret):
    project.commit({"a.py": "x = 1\n"}, message="feat: a")
    assay("gate")
    common = ("--ticket", "T-1", "--passphrase-fd")
    assert (
        "holds a secret" in assay("waiver", "add", "00000000", "--reason", f"it is {secret}", *common, passphrase()).err
    )
    assert "has a reason" in assay("waiver", "add", "00000000", "--reason", " ", *common, passphrase()).err
    assert assay("waiver", "add", "00000000", "--reason", "r", *common, passphrase()).code == 2


def test_the_installed_program_answers(repo):
    for arguments in (["--version"], ["--help"]):
        ran = subprocess.run([sys.executable, "-m", "assay.cli", *arguments], capture_output=True, check=True)
        assert b"assay" in ran.stdout.lower()


def test_init_installs_hooks_that_refuse_a_secret_and_let_the_rest_pass(repo, assay, secret):
    repo.commit({"README.md": "# Project\n"}, message="docs: begin")
    ran = assay("init")
    assert ran.code == 0
    assert "pre-commit" in ran.out
    repo.commit({"a.py": "x = 1\n"}, message="feat: a")
    repo.write({"b.py": f'k = "{secret}"\n'})
    repo.git("add", "--all")
    refused = subprocess.run(["git", "commit", "-m", "feat: b"], cwd=repo.path, capture_output=True, check=False)
    assert refused.returncode == 1
    assert secret.encode() not in refused.stdout + refused.stderr
    assert b"secrets/aws-access-key-id" in refused.stdout + refused.stderr


def test_a_second_init_changes_nothing_that_was_edited(repo, assay):
    repo.commit({"README.md": "# Project\n"}, message="docs: begin")
    assay("init")
    (repo.path / "assay.toml").write_text("version = 1\n")
    assert "left as it is" in assay("init").out
    assert (repo.path / "assay.toml").read_text() == "version = 1\n"
