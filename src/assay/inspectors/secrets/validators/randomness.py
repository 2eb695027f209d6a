"""Whether a value was drawn at random, as keys are, or written by a person, as names are."""

import math
import re
from collections import Counter

from assay.inspectors.secrets._base import Candidate, Verdict
from assay.inspectors.secrets.validators.words import words
from assay.inspectors.secrets.validators.wrapping import unwrapped

# Shannon entropy in bits per character. Random hexadecimal of 32 digits has 3.6 (3.0 in one of 500), random base62 of
# 20 characters 4.0; English words joined by hyphens have 3 to 3.7, which is why `worded` is asked as well.
_BITS_HEX = 2.8
_BITS_ANY = 3.3
_BITS_BELOW_LENGTH = 1.0

_HEX = re.compile(r"[0-9a-fA-F\-]+")
_DIGITS = re.compile(r"[0-9]+")
_IDENTIFIER = re.compile(r"_*[a-z]+[0-9]?(?:_[a-z]+[0-9]?)+")
# Random text has digits all over; what people name has a version or a year.
_DIGIT_GROUPS_IN_NAMES = 3
# The share of pairs of letters that are among the 150 commonest of names: in random text, and at least in names.
_COMMON_BY_CHANCE = 0.22
_COMMON_IN_WORDS = 0.5
# So many standard deviations above chance are no chance: of random strings, one in 160 gets there.
_DEVIATIONS = 2.5


def looks_random(candidate: Candidate) -> Verdict:
    """Check that it mixes letters and digits, and that its characters are as varied as a key's."""
    return Verdict.HOLDS if is_random(unwrapped(candidate.value)) else Verdict.REFUTED


def varied(candidate: Candidate) -> Verdict:
    """Check that its characters are as varied as those of a generated key."""
    return Verdict.HOLDS if bits_per_character(candidate.value) >= _BITS_HEX else Verdict.REFUTED


def not_words(candidate: Candidate) -> Verdict:
    """Check that it does not read like words."""
    return Verdict.REFUTED if worded(candidate.value) else Verdict.HOLDS


def is_random(value: str) -> bool:
    """Return whether `value` could have been drawn at random from hexadecimal, base64 or a password alphabet."""
    if not _DIGITS.search(value) or not any(map(str.isalpha, value)) or _IDENTIFIER.fullmatch(value):
        return False
    bits = bits_per_character(value)
    if _HEX.fullmatch(value):
        return bits >= min(_BITS_HEX, math.log2(len(value)) - _BITS_BELOW_LENGTH)
    return bits >= min(_BITS_ANY, math.log2(len(value)) - _BITS_BELOW_LENGTH) and not worded(value)


def bits_per_character(value: str) -> float:
    """Return the Shannon entropy of `value` in bits per character; 0 for the empty string."""
    length = len(value)
    return -sum(count / length * math.log2(count / length) for count in Counter(value).values())


def worded(value: str) -> bool:
    """Return whether `value` reads like words: an identifier, a path, a sentence."""
    lower = value.lower()
    pairs = [pair for pair in map(str.__add__, lower, lower[1:]) if pair.isalpha()]
    common, count = sum(map(words("letter_pairs").__contains__, pairs)), len(pairs)
    by_chance = _COMMON_BY_CHANCE * count
    spread = math.sqrt(by_chance * (1 - _COMMON_BY_CHANCE))
    reads = common > max(_COMMON_IN_WORDS * count, by_chance + _DEVIATIONS * spread)
    return reads and len(_DIGITS.findall(value)) <= _DIGIT_GROUPS_IN_NAMES
