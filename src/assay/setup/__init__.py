"""Setting up a repository: called by `assay init`, once a clone."""

from assay.setup.hooks import HookState, InstalledHook, install_hooks

__all__ = ["HookState", "InstalledHook", "install_hooks"]
