"""The command line: a registry of commands and one thin module for each. It parses, calls `assay.api`, renders, exits."""
