"""JSON as text for files and terminals: readable, valid for any string, and unable to steer a terminal."""

import json
import re
from typing import Any

# Inside a JSON text these stand only in strings, where an escape means the same (RFC 8259 section 7): DEL and the C1
# controls, format characters such as bidirectional overrides, and line separators.
_UNSAFE = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# Readers may refuse a whole text for one of these (RFC 7493 section 2.1).
_SURROGATE = re.compile("[\ud800-\udfff]")


def dumps(value: Any) -> str:
    """Return `value` indented, members in the order given, ending with a line break."""
    text = _SURROGATE.sub("\ufffd", json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))
    return _UNSAFE.sub(lambda found: json.dumps(found[0])[1:-1], text) + "\n"
