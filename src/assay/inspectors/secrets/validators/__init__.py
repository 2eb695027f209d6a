"""Small pure questions to a candidate, by the names that rules use; their docstrings stand on the rules' pages."""

from collections.abc import Mapping

from assay.inspectors.secrets._base import Validator
from assay.inspectors.secrets.validators.armour import armoured_key, encoded_key, putty_key
from assay.inspectors.secrets.validators.checksums import bech32, crc32_base62
from assay.inspectors.secrets.validators.google import service_account
from assay.inspectors.secrets.validators.jwt import json_web_token, private_jwk
from assay.inspectors.secrets.validators.names import credential_name, literal, not_in_tests, option_name, quoted
from assay.inspectors.secrets.validators.passwords import not_stock, password, strong
from assay.inspectors.secrets.validators.placeholders import not_a_placeholder
from assay.inspectors.secrets.validators.randomness import looks_random, not_words, varied
from assay.inspectors.secrets.validators.tokens import aws_account, discord_snowflake, pypi_macaroon, slack_parts
from assay.inspectors.secrets.validators.urls import url_password, user_and_password

ALWAYS: tuple[Validator, ...] = (not_a_placeholder,)
"""Asked of every candidate, last: they take the most time."""

VALIDATORS: Mapping[str, Validator] = {
    "armoured-key": armoured_key,
    "aws-account": aws_account,
    "bech32": bech32,
    "crc32-base62": crc32_base62,
    "credential-name": credential_name,
    "discord-snowflake": discord_snowflake,
    "encoded-key": encoded_key,
    "gcp-service-account": service_account,
    "json-web-token": json_web_token,
    "literal": literal,
    "not-in-tests": not_in_tests,
    "not-stock": not_stock,
    "not-words": not_words,
    "option-name": option_name,
    "password": password,
    "private-jwk": private_jwk,
    "putty-key": putty_key,
    "pypi-macaroon": pypi_macaroon,
    "quoted": quoted,
    "random": looks_random,
    "slack-parts": slack_parts,
    "strong": strong,
    "url-password": url_password,
    "user-and-password": user_and_password,
    "varied": varied,
}
