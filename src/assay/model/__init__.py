"""The nouns, as frozen dataclasses: standard library only, no input or output."""
