"""What a module of Rego defines, read from regorus's syntax tree, and what regorus would silently get wrong in it.

regorus leaves a package undefined while a rule of that same package refers to it as a whole (`import data.ours` or
`data.ours[name]` within `package ours`, `data[name]` anywhere). OPA refuses such a reference as recursion; with regorus
the rule would never fire, so it is refused here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assay.errors import PackError
from assay.policy.engine import Layout

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reference:
    """A name and what follows it in `.name` and `[index]`."""

    root: str | None
    """None where the chain begins with no name: a call or a literal."""
    constant: tuple[str, ...]
    """What follows the root, as far as it is constant."""
    line: int
    inner: tuple[Node, ...]
    """The nodes within the chain that may hold references: its indices, and what stands at its root if no name does."""


def read_layout(tree: Node, *, path: str, name: str) -> Layout:
    """Return what a module defines; `name` is the folder of its program.

    Raises `PackError` for a reference to the module's own package as a whole.
    """
    head = _reference(tree["package"]["refr"])
    package = (str(head.root), *head.constant)
    for reference in _references([tree["imports"], tree["rules"]]):
        if reference.root == "data" and package[: len(reference.constant)] == reference.constant:
            raise PackError(
                f"{name}/{path}:{reference.line}: a package cannot refer to itself, or to all packages, as a whole",
                hint="Name the rule: `data.ours.is_root`, or plain `is_root` within its own package.",
            )
    rules = dict.fromkeys(_rule_name(rule) for rule in tree["rules"])
    return Layout(path=path, package=reference_text(package), rules=tuple(rules))


def reference_text(parts: tuple[str, ...]) -> str:
    """Return a package as a reference that can be queried: `data.a["b-c"]`."""
    return "data" + "".join(f".{part}" if part.isidentifier() and part.isascii() else f'["{part}"]' for part in parts)


def _rule_name(rule: Node) -> str:
    """Return the first name of a rule's head: `deny` of `deny contains x`, `deny[x]` and `deny.x`."""
    if "Default" in rule:
        return str(_reference(rule["Default"]["refr"]).root)
    (head,) = rule["Spec"]["head"].values()
    return str(_reference(head["refr"]).root)


def _references(tree: Any) -> Iterator[_Reference]:
    """Yield every reference that a rule or an import makes, except those that `with` replaces for a test."""
    waiting = [tree]
    while waiting:
        match waiting.pop():
            case {"RefDot": _} | {"RefBrack": _} | {"Var": _} as node:
                reference = _reference(node)
                waiting.extend(reference.inner)
                yield reference
            case {"with_mods": mods, **rest}:
                waiting.extend(rest.values())
                waiting.extend(mod["as"] for mod in mods)
            case dict() as node:
                waiting.extend(node.values())
            case list() as nodes:
                waiting.extend(nodes)
            case _:
                pass


def _reference(node: Node) -> _Reference:
    steps: list[str | None] = []
    inner: list[Node] = []
    while "RefDot" in node or "RefBrack" in node:
        if "RefDot" in node:
            node = node["RefDot"]
            steps.append(node["field"][1])
        else:
            node = node["RefBrack"]
            index = node["index"]
            steps.append(index["String"]["value"] if "String" in index else None)
            inner.append(index)
        node = node["refr"]
    steps.reverse()
    constant = steps[: steps.index(None)] if None in steps else steps
    names = tuple(step for step in constant if step is not None)
    if "Var" in node:
        root, line = node["Var"]["value"], node["Var"]["span"]["line"]
    else:
        root, line = None, 0
        inner.append(node)
    return _Reference(root=root, constant=names, line=line, inner=tuple(inner))
