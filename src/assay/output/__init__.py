"""Every renderer: a report in, a text out. Nothing here reads a clock, a file of the user's, or the network.

`FORMATS` names the formats of a report; a format's module is imported when it is asked for.
"""

from assay.output._registry import FORMATS, Format, format_of_path, render
from assay.output.entries import EntryLine, render_entries
from assay.output.policytest import render_policy_test
from assay.output.rulepages import render_rule, render_rules
from assay.output.why import render_why

__all__ = [
    "FORMATS",
    "EntryLine",
    "Format",
    "format_of_path",
    "render",
    "render_entries",
    "render_policy_test",
    "render_rule",
    "render_rules",
    "render_why",
]
