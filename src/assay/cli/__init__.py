"""The command line: a registry of commands and one thin module for each: parse, call `assay.api`, render, exit."""
