"""Building HTML, SVG and XML so that nothing can be forgotten to be escaped.

Trusted: the names of elements and attributes, which only code writes. Not trusted: every string that is a child or an
attribute's value. If lost: a file name could put script into an approver's page.

A string becomes text; only `tag`, `each` and `raw` make `Markup`, and only `Markup` is put in as it is.
"""

import re
from collections.abc import Iterable
from typing import Final

from assay.output.plain import visible

# Elements without content or end tag (HTML standard section 13.1.2).
_VOID: Final = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "wbr"})
_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
_SPECIAL: Final = re.compile("[&<>\"']")


class Markup(str):
    """Text that is markup already. Made by `tag`, `each` and `raw` only."""

    __slots__ = ()


Child = str | None | Iterable["Child"]
"""Text, markup, nothing, or several of them."""


def escape(text: str) -> Markup:
    """Return text as markup: everything unprintable visible, everything special escaped; markup stays as it is."""
    if isinstance(text, Markup):
        return text
    return Markup(_SPECIAL.sub(lambda found: _ESCAPES[found[0]], visible(text)))


def each(*children: Child) -> Markup:
    """Return children one after another; None is nothing."""
    return Markup("".join(_flat(children)))


def _flat(child: Child) -> Iterable[str]:
    if child is None:
        return
    if isinstance(child, str):
        yield escape(child)
        return
    for item in child:
        yield from _flat(item)


def raw(constant: str) -> Markup:
    """Return a constant of this program as markup. Never call it with anything that was read."""
    return Markup(constant)


def tag(element: str, /, *children: Child, **attributes: str | int | bool | None) -> Markup:
    """Return an element. `class_` is written `class`, `aria_label` is `aria-label`; None and False are left out."""
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}{_value(value)}" for key, value in attributes.items() if _is(value)
    )
    if element in _VOID and not children:
        return Markup(f"<{element}{written}>")
    return Markup(f"<{element}{written}>{each(*children)}</{element}>")


def _is(value: object) -> bool:
    return value is not None and value is not False


def _value(value: object) -> str:
    return "" if value is True else f'="{escape(str(value))}"'
