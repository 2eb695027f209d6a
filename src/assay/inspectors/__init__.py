"""Inspectors find, packs judge: one package per family of rules, and one loop that runs them over a change."""

from assay.inspectors.registry import FAMILIES, all_rules, rule

__all__ = ["FAMILIES", "all_rules", "rule"]
