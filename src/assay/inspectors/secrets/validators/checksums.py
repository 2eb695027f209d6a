"""Checksums that providers put into their tokens so that a scanner can tell a real one from an invented one."""

import zlib

from assay.inspectors.secrets._base import Candidate, Verdict

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE62_CHECK = 6

_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def crc32_base62(candidate: Candidate) -> Verdict:
    """Check that its last six characters are the CRC-32 of the random part before them.

    GitHub: github.blog/2021-04-05-behind-githubs-new-authentication-token-formats; npm took the format over. A token
    that fails was altered or invented, which a reader should be told and a gate should not silently trust.
    """
    body = candidate.value.rpartition("_")[2]
    return Verdict.HOLDS if body[-_BASE62_CHECK:] == base62_crc(body[:-_BASE62_CHECK]) else Verdict.DOUBTFUL


def base62_crc(text: str) -> str:
    """Return the CRC-32 of `text` in base62, six characters."""
    rest, digits = zlib.crc32(text.encode("latin-1")), ""
    while rest:
        rest, digit = divmod(rest, len(_BASE62))
        digits = _BASE62[digit] + digits
    return digits.rjust(_BASE62_CHECK, "0")


def bech32(candidate: Candidate) -> Verdict:
    """Check that its bech32 checksum (BIP 173) is right, as in every key that age writes."""
    prefix, _, data = candidate.value.lower().rpartition("1")
    values = [_BECH32.find(character) for character in data]
    expanded = [*(ord(character) >> 5 for character in prefix), 0, *(ord(character) & 31 for character in prefix)]
    valid = -1 not in values and bech32_polymod([*expanded, *values]) == 1
    return Verdict.HOLDS if valid else Verdict.DOUBTFUL


def bech32_polymod(values: list[int]) -> int:
    """Return the remainder of BIP 173's checksum polynomial."""
    remainder = 1
    for value in values:
        top = remainder >> 25
        remainder = (remainder & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_BECH32_GENERATOR):
            if top >> place & 1:
                remainder ^= generator
    return remainder
