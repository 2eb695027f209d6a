"""Inspectors find, packs judge: one package per family of rules, and one loop that runs them over a change."""
