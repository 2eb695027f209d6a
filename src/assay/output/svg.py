"""The pictures, as inline SVG: each a pure function of the nouns, with a title and a description for who cannot see it.

Across, lengths are per cent of the room there is; down, they are pixels: so a picture fits 320 pixels and a sheet of
paper without its letters growing or shrinking. Colours are classes that `pictures.css` gives a light and a dark side.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assay.model.finding import RuleOutcome
from assay.model.outcome import Outcome
from assay.model.risk import Risk
from assay.output.markup import Child, Markup, each, tag
from assay.output.plain import cut, visible

_CELL = 14
_COLUMNS = 42
_STEP = 54
# Letters that fit beside the spine on a telephone, and on anything wider; the style sheet shows one of the two.
_NARROW = 40
_WIDE = 90

Attribute = str | int | None


def picture(name: str, title: str, description: str, *children: Child, height: int, **attributes: Attribute) -> Markup:
    """Return an `svg` element that reads as one image; `name` must be unique on its page."""
    return tag(
        "svg",
        tag("title", title, id=f"{name}-title"),
        tag("desc", description, id=f"{name}-desc"),
        *children,
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        height=height,
        **attributes,
    )


def per_cent(ppm: int) -> str:
    """Return millionths as a length across: `72.4%`."""
    return f"{ppm / 10_000:.4g}%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One step from the model's base to the score: a contribution, or the base itself."""

    label: str
    ppm: int
    start: int
    """Where on the scale it starts, in millionths; a negative contribution runs to the left."""

    @property
    def left(self) -> int:
        """Where it begins on the scale, whichever way it runs."""
        return min(self.start, self.start + self.ppm)


def segments(risk: Risk) -> tuple[Segment, ...]:
    """Return the base, then every contribution, the largest first, those that lower the score last."""
    base = risk.score_ppm - sum(item.ppm for item in risk.contributions)
    ordered = sorted(risk.contributions, key=lambda item: -item.ppm)
    steps = [("the model's base, which every change has", base), *((item.sentence, item.ppm) for item in ordered)]
    found = []
    position = 0
    for label, ppm in steps:
        found.append(Segment(label=label, ppm=ppm, start=position))
        position += ppm
    return tuple(found)


def risk_bar(risk: Risk) -> Markup:
    """Draw the score on a scale of a hundred, cut into what adds up to it, with a mark where the score is."""
    parts = segments(risk)
    words = "; ".join(f"{item.ppm / 10_000:+.1f} {item.label}" for item in parts)
    return picture(
        "risk-bar",
        f"Risk {risk.score_ppm / 10_000:.1f} of 100",
        f"What adds up to it: {words}.",
        tag("rect", class_="track", x="0", y=8, width="100%", height=20, rx=3),
        (_segment(item, index) for index, item in enumerate(parts)),
        tag("line", class_="mark", x1=per_cent(risk.score_ppm), x2=per_cent(risk.score_ppm), y1=3, y2=33),
        _scale(),
        height=52,
        width="100%",
        class_="picture",
    )


def _segment(item: Segment, index: int) -> Markup:
    kind = "lowers" if item.ppm < 0 else ("raises" if index % 2 else "raises alternate")
    title = tag("title", f"{item.ppm / 10_000:+.1f} {item.label}")
    where = {"x": per_cent(item.left), "width": per_cent(abs(item.ppm))}
    return tag("rect", title, class_=kind, y=8, height=20, **where)


def _scale() -> Iterator[Markup]:
    for value in (0, 25, 50, 75, 100):
        anchor = "start" if value == 0 else "end" if value == 100 else "middle"
        yield tag("line", class_="tick", x1=f"{value}%", x2=f"{value}%", y1=28, y2=34)
        yield tag("text", str(value), class_="small", x=f"{value}%", y=48, text_anchor=anchor)


def contribution_bar(item: Segment) -> Markup:
    """Draw one step on the scale of a hundred, for the row of a table that says the same in words."""
    kind = "lowers" if item.ppm < 0 else "raises"
    return tag(
        "svg",
        tag("rect", class_="track", x="0", y=4, width="100%", height=6, rx=2),
        tag("rect", class_=kind, x=per_cent(item.left), y=4, width=per_cent(abs(item.ppm)), height=6),
        class_="picture",
        width="100%",
        height=14,
        aria_hidden="true",
    )


def rule_strip(name: str, family: str, items: Sequence[RuleOutcome]) -> Markup:
    """Draw one cell for each rule of a family; outcomes differ in shape as well as in colour.

    `name` must be unique on the page.
    """
    counts = {kind: sum(item.outcome is kind for item in items) for kind in Outcome}
    said = ", ".join(f"{number} {kind.value.replace('_', ' ')}" for kind, number in counts.items() if number)
    columns = min(_COLUMNS, max(1, len(items)))
    rows = max(1, -(-len(items) // _COLUMNS))
    cells = (_cell(item, index % _COLUMNS, index // _COLUMNS) for index, item in enumerate(items))
    return picture(
        name,
        f"{family}: {said}",
        "One cell for each rule, in the order of their names.",
        cells,
        class_="picture strip",
        viewBox=f"0 0 {columns * _CELL} {rows * _CELL}",
        width=columns * _CELL,
        height=rows * _CELL,
    )


def _cell(item: RuleOutcome, column: int, row: int) -> Markup:
    place = f"translate({column * _CELL} {row * _CELL})"
    words = item.outcome.value.replace("_", " ")
    title = tag("title", f"{item.rule}: {words}{f' ({item.reason})' if item.reason else ''}")
    return tag("g", title, shape(item.outcome), transform=place)


def shape(outcome: Outcome) -> Markup:
    """Draw an outcome in a square of 14 pixels: dot, crossed square, ring, open square, triangle."""
    match outcome:
        case Outcome.PASS:
            return tag("rect", class_="pass", x=4, y=4, width=6, height=6, rx=1)
        case Outcome.FAIL:
            cross = tag("path", class_="on", d="M4.5 4.5l5 5m0-5l-5 5")
            return each(tag("rect", class_="fail", x=1, y=1, width=12, height=12, rx=2), cross)
        case Outcome.WAIVED:
            return tag("circle", class_="waived", cx=7, cy=7, r="4.5")
        case Outcome.NOT_EVALUATED:
            dash = tag("path", class_="gap-line", d="M4.5 7h5")
            return each(tag("rect", class_="gap", x=2, y=2, width=10, height=10, rx=1), dash)
        case Outcome.ERROR:
            stroke = tag("path", class_="on", d="M7 5.5v3.5m0 1.6v.6")
            return each(tag("path", class_="broken", d="M7 1l6 12h-12z"), stroke)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One station of a spine: its kind, what it is called, and what stands below in small letters."""

    kind: str
    """`tree`, `commit`, `good`, `caution`, `bad` or `log`: the look of its dot."""
    title: str
    detail: str


def spine(name: str, title: str, stops: Sequence[Stop]) -> Markup:
    """Draw stations from the top down, in the order in which they happened, joined by a line."""
    height = max(1, len(stops)) * _STEP - 10
    described = "; ".join(f"{stop.title}, {stop.detail}" for stop in stops)
    line = tag("line", class_="spine", x1=11, x2=11, y1=12, y2=max(12, height - _STEP + 22))
    dots = (_stop(stop, index * _STEP) for index, stop in enumerate(stops))
    return picture(name, title, described, line, dots, height=height, width="100%", class_="picture")


def _stop(stop: Stop, top: int) -> Markup:
    dot = (
        tag("rect", class_=f"dot {stop.kind}", x=4, y=top + 5, width=14, height=14, rx=3)
        if stop.kind in {"tree", "log"}
        else tag("circle", class_=f"dot {stop.kind}", cx=11, cy=top + 12, r=7)
    )
    return each(
        dot,
        _label(stop.title, "title", top + 16),
        _label(stop.detail, "small", top + 33),
    )


def _label(text: str, kind: str, y: int) -> Iterator[Markup]:
    wide, narrow = cut(visible(text), _WIDE), cut(visible(text), _NARROW)
    if wide == narrow:
        yield tag("text", wide, class_=kind, x=32, y=y)
    else:
        yield tag("text", wide, class_=f"{kind} wide", x=32, y=y)
        yield tag("text", narrow, class_=f"{kind} narrow", x=32, y=y)
