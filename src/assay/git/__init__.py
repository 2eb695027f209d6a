"""Repositories, ranges, trees, diffs and history, over git's own plumbing."""

from assay.git.objects import ObjectInfo, ObjectReader
from assay.git.paths import path_bytes, path_text
from assay.git.ranges import Range
from assay.git.repository import Repository
from assay.git.trees import TreeEntry
from assay.git.worktree import WorktreeFile

__all__ = [
    "ObjectInfo",
    "ObjectReader",
    "Range",
    "Repository",
    "TreeEntry",
    "WorktreeFile",
    "path_bytes",
    "path_text",
]
