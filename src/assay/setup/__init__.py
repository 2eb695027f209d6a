"""Setting up a repository: called by `assay init`, once a clone."""

from assay.setup.hooks import HookState, InstalledHook, install_hooks
from assay.setup.repository import SetUp, set_up

__all__ = ["HookState", "InstalledHook", "SetUp", "install_hooks", "set_up"]
