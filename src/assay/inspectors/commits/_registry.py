"""Every rule of the family, by module."""

from types import MappingProxyType

from assay.inspectors.commits import conventional, missing_trailer, undeclared_trailer_value

MODULES = (conventional, missing_trailer, undeclared_trailer_value)

RULES = MappingProxyType({module.RULE.id: module.RULE for module in MODULES})
