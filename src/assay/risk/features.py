"""Counting the features of a change from its list of files; nothing is read from disk."""

import re
from pathlib import PurePosixPath

from assay.model.subject import Change, ChangedFile, FileMode
from assay.risk._base import Features
from assay.risk.criticality import is_sensitive

_TEST = re.compile(r"(?i)(^|/)(tests?|specs?|__tests__|testdata)/|(^|/)test_[^/]+$|[._-](test|spec)s?\.[^/.]+$")
_CODE = re.compile(
    r"(?i)\.(py|pyi|rs|go|c|h|cc|cpp|hpp|cs|java|kt|kts|scala|swift|m|mm|js|jsx|mjs|cjs|ts|tsx|vue|svelte|rb|php|pl|lua"
    r"|sh|bash|ps1|sql|r|jl|ex|exs|erl|hs|ml|clj|dart|zig|asm|s)$"
)


def features_of(change: Change) -> Features:
    """Count the features of `change`. Submodules are counted as files and have no lines."""
    files = change.files
    return Features(
        lines_added=sum(file.added or 0 for file in files),
        lines_deleted=sum(file.deleted or 0 for file in files),
        files=len(files),
        directories=len({PurePosixPath(file.path).parent for file in files}),
        sensitive_files=sum(is_sensitive(file.path) or is_sensitive(file.old_path) for file in files),
        binary_files=sum(_is_binary(file) for file in files),
        code_files=sum(bool(_CODE.search(file.path)) and not _TEST.search(file.path) for file in files),
        test_files=sum(bool(_TEST.search(file.path)) for file in files),
    )


def _is_binary(file: ChangedFile) -> bool:
    return file.added is None and FileMode.SUBMODULE not in {file.old_mode, file.new_mode}
