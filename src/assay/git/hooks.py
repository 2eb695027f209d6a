"""Where git runs hooks from, as configured: the one question for which `core.hooksPath` is not overridden."""

from dataclasses import replace
from pathlib import Path

from assay.git._run import Git


def hooks_dir(git: Git) -> Path:
    """Return the folder, links resolved; it may not exist, and may lie outside the repository."""
    overrides = {key: value for key, value in git.overrides.items() if key != "core.hooksPath"}
    asking = replace(git, overrides=overrides)
    return Path(asking.line("rev-parse", "--path-format=absolute", "--git-path", "hooks")).resolve()
