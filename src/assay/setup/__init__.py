"""Setting up a repository and its people: called by `assay init` and `assay key`."""

from assay.setup.hooks import HookState, InstalledHook, install_hooks
from assay.setup.keys import MadeKey, make_person_key, present_keys
from assay.setup.repository import SetUp, set_up

__all__ = [
    "HookState",
    "InstalledHook",
    "MadeKey",
    "SetUp",
    "install_hooks",
    "make_person_key",
    "present_keys",
    "set_up",
]
