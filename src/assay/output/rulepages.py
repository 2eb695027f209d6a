"""What a rule says of itself, and the list of all rules, for a terminal."""

from collections.abc import Iterable, Iterator

from assay.model.rule import Rule
from assay.output.facts import family_of
from assay.output.plain import cells, cut
from assay.output.terminal import Style, Terminal
from assay.output.text.findings import SEVERITIES

# The widest severity, and the space after it.
_SEVERITY = 10


def render_rule(rule: Rule, *, width: int = 80, colour: bool = False, ascii_only: bool = False) -> str:
    """Return the page of one rule: what it finds, why it matters, what to do, and the controls it is evidence for."""
    terminal = Terminal(width=width, colour=colour, ascii_only=ascii_only)
    return terminal.document(_page(rule, terminal))


def _page(rule: Rule, terminal: Terminal) -> Iterator[str]:
    severity = terminal.paint(SEVERITIES[rule.severity], str(rule.severity))
    yield f"{terminal.paint(Style.BOLD, terminal.text(rule.id))}  {severity}"
    yield from terminal.paragraph(terminal.text(rule.title))
    for title, text in (("Why it matters", rule.why), ("What to do", rule.remedy)):
        yield from terminal.heading(title)
        yield from terminal.paragraph(terminal.text(text), indent=2)
    if rule.controls:
        yield from terminal.heading("Controls it is evidence for")
        for control in rule.controls:
            yield from terminal.paragraph(terminal.text(control), indent=2)


def render_rules(rules: Iterable[Rule], *, width: int = 80, colour: bool = False, ascii_only: bool = False) -> str:
    """Return all rules, one line each, by family and name."""
    terminal = Terminal(width=width, colour=colour, ascii_only=ascii_only)
    families: dict[str, list[Rule]] = {}
    for rule in sorted(rules, key=lambda rule: rule.id):
        families.setdefault(family_of(rule.id), []).append(rule)
    return terminal.document(line for name, found in families.items() for line in _family(name, found, terminal))


def _family(name: str, rules: list[Rule], terminal: Terminal) -> Iterator[str]:
    yield from terminal.heading(terminal.text(name), f"{len(rules)} {'rule' if len(rules) == 1 else 'rules'}")
    longest = max(cells(terminal.text(rule.id)) for rule in rules)
    for rule in rules:
        text = terminal.text(rule.id)
        severity = terminal.paint(SEVERITIES[rule.severity], f"{rule.severity:<{_SEVERITY}}")
        room = terminal.width - longest - _SEVERITY - 4
        title = cut(terminal.text(rule.title), max(0, room), terminal.ellipsis) if room > len(terminal.ellipsis) else ""
        yield f"  {text}{' ' * (longest - cells(text))}  {severity}{terminal.paint(Style.DIM, title)}"
