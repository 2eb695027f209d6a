"""What a value is assigned to, and whether a person made it up as a password."""

import base64

import pytest

from assay.inspectors.secrets._base import Verdict
from assay.inspectors.secrets.validators.names import (
    credential_name,
    literal,
    not_in_tests,
    option_name,
    quoted,
)
from assay.inspectors.secrets.validators.passwords import not_stock, password, strong

HOLDS, DOUBTFUL, REFUTED = Verdict.HOLDS, Verdict.DOUBTFUL, Verdict.REFUTED


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("api_key", HOLDS),
        ("apiKey", HOLDS),
        ("APIKey", HOLDS),
        ("client-secret", HOLDS),
        ("spring.datasource.password", HOLDS),
        ("DB_PASSWORD_PROD", HOLDS),
        ("token2", HOLDS),
        ("PGPASSWORD", HOLDS),
        ("AWS::IAM::AccessKey", REFUTED),
        ("secretValue", HOLDS),
        ("public_key", REFUTED),
        ("cache_key", REFUTED),
        ("token_url", REFUTED),
        ("secretName", REFUTED),
        ("password_hash", REFUTED),
        ("tokenizer", REFUTED),
        ("reset-password", REFUTED),
        ("authenticity_token", REFUTED),
        ("keyboard", REFUTED),
        ("prod", REFUTED),
        ("", REFUTED),
    ],
)
def test_the_last_word_says_what_a_name_stands_for(candidate, name, verdict):
    assert credential_name(candidate("value", name=f'{name} = "')) is verdict


def test_the_name_reaches_back_before_the_match(candidate):
    made = candidate("value", before="my_public_", name='key = "')
    assert made.name == "my_public_key"
    assert credential_name(made) is REFUTED


def test_a_sentence_in_a_list_names_nothing(candidate):
    value = "5ff5841d-fa50-4532-8205-1808927b9259"
    assert credential_name(candidate(value, before="('Least length of all ", name="passwords','")) is REFUTED
    assert credential_name(candidate(value, before="setdefault('", name="api_token', '")) is HOLDS
    assert credential_name(candidate(value, before="set ", name="token='")) is HOLDS


def test_a_name_of_any_length_is_cut(candidate):
    assert len(candidate("value", before="a" * 500 + "_", name='key = "').name) <= 128


@pytest.mark.parametrize(
    ("option", "verdict"),
    [
        (" --token ", HOLDS),
        (" --db-password=", HOLDS),
        ("curl -u admin:", HOLDS),
        (" --next-token ", REFUTED),
        (" --idempotency-token='", REFUTED),
    ],
)
def test_an_option_says_what_it_is_given(candidate, option, verdict):
    assert option_name(candidate("hJ7kqPz2", name=option)) is verdict


@pytest.mark.parametrize(
    ("before", "after", "path", "verdict"),
    [
        ('"', '"', "app.py", HOLDS),
        ("'", "'", "app.py", HOLDS),
        ("`", "`", "app.js", HOLDS),
        ('"', "'", "app.py", REFUTED),
        ("", "", "app.py", REFUTED),
        ("", "", "app.yaml", HOLDS),
        ("", "", ".env", HOLDS),
    ],
)
def test_a_literal_is_quoted_or_stands_in_settings(candidate, before, after, path, verdict):
    assert literal(candidate("hJ7kqPz2", before=before, after=after, path=path)) is verdict


def test_quotes(candidate):
    assert quoted(candidate("x", before='"', after='"')) is HOLDS
    assert quoted(candidate("x", before="(", after=")")) is REFUTED
    assert quoted(candidate("x")) is REFUTED


@pytest.mark.parametrize(
    "value",
    [
        "$PASSWORD",
        "%PASSWORD%",
        "env:PASSWORD",
        "os.environ",
        "vault:kv/app",
        "arn:aws:x",
        "./file",
        "/run/secret",
        "!vault",
        "*anchor",
        "ENC[AES256]",
        "https://vault",
        "getPassword(",
        "map[",
        "C:\\secret",
        "op://vault/item",
        "@app/key",
    ],
)
def test_a_reference_is_no_literal(candidate, value):
    assert literal(candidate(value, path="app.yaml")) is REFUTED
    assert password(candidate(value.ljust(8, "y"), path="app.yaml")) is REFUTED


@pytest.mark.parametrize(
    ("path", "verdict"),
    [
        ("src/app.py", HOLDS),
        ("", HOLDS),
        ("src/latest.py", HOLDS),
        ("tests/test_app.py", REFUTED),
        ("src/app.test.js", REFUTED),
        ("docs/setup.txt", REFUTED),
        ("README.md", REFUTED),
        ("app/locale/de.json", REFUTED),
        ("spec/models/user_spec.rb", REFUTED),
    ],
)
def test_tests_and_documentation_are_told_by_their_path(candidate, path, verdict):
    assert not_in_tests(candidate("x", path=path)) is verdict


@pytest.mark.parametrize("value", ["hunter22", "S3cr3t!", "correct-horse-9", "p4ssw0rd", "a1b2c3d9"])
def test_a_password(candidate, value):
    assert password(candidate(value, name="password: ")) is HOLDS


@pytest.mark.parametrize(
    "value",
    [
        "password",
        "none",
        "true",
        "12345678",
        "^1.0.0",
        "1.2.3",
        "settings.db.password",
        "key.pem",
        "DB_PASSWORD",
        "SECRET",
        "required",
        "self->password",
        "string;",
        "abc",
    ],
)
def test_no_password(candidate, value):
    assert password(candidate(value, name="password: ")) is REFUTED


@pytest.mark.parametrize(
    ("value", "after"),
    [
        ("None):", ""),
        ("password)", ""),
        ("forms.CharField(widget=forms.PasswordInput", "("),
        ("meth:", "`authenticate`"),
    ],
)
def test_code_in_a_text_assigns_no_password(candidate, value, after):
    assert password(candidate(value, name="password=", after=after, path="docs/auth.txt")) is REFUTED


def test_what_ends_as_code_does_may_be_a_password_in_quotes(candidate):
    assert password(candidate("Xk4qz9)", before='"', after='"', path="a.yml")) is HOLDS
    assert password(candidate("Xk4qz)9TT", path="a.yml")) is HOLDS


def test_a_key_is_no_value(candidate):
    made = candidate("valueFrom1", before='{"name":"PASSWORD","', after='": {"secretKeyRef"', path="a.json")
    assert password(made) is REFUTED
    assert password(candidate("valueFrom1", before='"', after='"', path="a.json")) is HOLDS


def test_a_word_for_a_password_needs_a_host_near_it(candidate):
    near = '"host": "ftp.acme.io",\n'
    for value in ("new_password1", "app_secret", "cachepass"):
        assert password(candidate(value, path="a.yml")) is REFUTED
        assert password(candidate(value, before=near, path="a.yml")) is DOUBTFUL
    assert password(candidate("AdminPassword123", path="a.yml")) is HOLDS


def test_the_default_of_a_variable_is_judged_without_its_brackets(candidate):
    for value in ("-postgres}", "postgres}", "-changeme}}", "-}"):
        assert password(candidate(value, before="${", name="DB_PASSWORD:", path="compose.yml")) is REFUTED
    assert password(candidate("-hunter22}", before="${", name="DB_PASSWORD:", path="compose.yml")) is HOLDS


def test_a_translation_is_no_password(candidate):
    for word in ("Contraseña", "Пароль", "密码", "पासवर्ड", "Usuário/Senha"):
        value = word.encode().decode("latin-1")
        assert password(candidate(value, name="User.password=", path="res/messages_xx.properties")) is REFUTED
    assert password(candidate("Пароль".encode().decode("latin-1"), name="password=", path="app.properties")) is REFUTED
    assert password(candidate("pässw0rt!9".encode().decode("latin-1"), path="app.properties")) is HOLDS


def test_a_kubernetes_secret_is_judged_by_what_it_holds(candidate):
    for word in (b"password", b"password\n", b"test-password"):
        assert password(candidate(base64.b64encode(word).decode(), path="secret.yaml")) is REFUTED
    assert password(candidate(base64.b64encode(b"hJ7$kqPz").decode(), path="secret.yaml")) is HOLDS


def test_a_plain_word_needs_a_host_near_it(candidate):
    near = '"host": "ftp.acme.io",\n'
    assert password(candidate("swordfish", before=near, name='password": "', path="sftp.json")) is DOUBTFUL
    assert password(candidate("swordfish", name='password": "', path="sftp.json")) is REFUTED
    assert password(candidate("Passwort", before=near, name='password": "', path="locale/de.json")) is REFUTED
    assert password(candidate("password-x", before=near, name="password: ", path="a.yml")) is REFUTED


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("Xk4!qz9TT", HOLDS),
        ("Xk4qz9TTw", HOLDS),
        ("Sup3rS3cret!", HOLDS),
        ("aB3!", REFUTED),
        ("alllowercase1", REFUTED),
        ("OpenSesame1", REFUTED),
        ("Usr/Local/Lib9", REFUTED),
    ],
)
def test_a_strong_password_has_four_classes_or_three_and_is_no_name(candidate, value, verdict):
    assert strong(candidate(value)) is verdict


def test_stock_words(candidate):
    assert not_stock(candidate("Password")) is REFUTED
    assert not_stock(candidate("<password>")) is REFUTED
    assert not_stock(candidate("API_TOKEN")) is REFUTED
    assert not_stock(candidate("hunter22")) is HOLDS
