import itertools
from dataclasses import replace
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.model.finding import RuleOutcome
from assay.model.outcome import Outcome
from assay.model.risk import Contribution, Risk, RiskModel
from assay.output import svg
from assay.output.svg import Stop


def test_segments_join_and_end_at_the_score(reports: ModuleType):
    found = svg.segments(reports.RISK)
    assert found[0].ppm == 50_000
    for before, after in itertools.pairwise(found):
        assert after.start == before.start + before.ppm
    assert found[-1].start + found[-1].ppm == reports.RISK.score_ppm
    assert found[-1].ppm < 0
    assert found[-1].left == reports.RISK.score_ppm


@given(st.lists(st.integers(-200_000, 200_000), max_size=9), st.integers(0, 1_000_000))
def test_any_contributions_add_up(parts: list[int], score: int):
    contributions = tuple(
        Contribution(feature=str(number), value=1, ppm=ppm, sentence=f"s{number}") for number, ppm in enumerate(parts)
    )
    model = RiskModel(name="m", version="1", digest="0" * 64)
    risk = Risk(score_ppm=score, percentile=None, criticality="low", model=model, contributions=contributions)
    assert sum(item.ppm for item in svg.segments(risk)) == score
    ET.fromstring(svg.risk_bar(risk))


def test_the_bar_says_in_words_what_it_shows(reports: ModuleType):
    root = ET.fromstring(svg.risk_bar(reports.RISK))
    assert root.findtext("title") == "Risk 72.4 of 100"
    described = root.findtext("desc") or ""
    assert "+28.0 245 lines are added" in described
    assert "-1.4 the tests change too" in described
    mark = root.find("line[@class='mark']")
    assert mark is not None
    assert mark.get("x1") == "72.4%"


def test_a_strip_has_one_cell_for_each_rule_and_goes_on_below(reports: ModuleType):
    items = [reports.outcome(f"secrets/r{number}") for number in range(100)]
    root = ET.fromstring(svg.rule_strip("s", "secrets", items))
    assert len(root.findall("g")) == 100
    assert root.get("viewBox") == "0 0 588 42"
    assert root.findtext("title") == "secrets: 100 pass"


def test_a_strip_of_nothing_is_still_a_picture():
    ET.fromstring(svg.rule_strip("s", "none", []))


def test_every_outcome_has_a_shape_of_its_own():
    shapes = {svg.shape(outcome) for outcome in Outcome}
    assert len(shapes) == len(Outcome)


def test_a_cell_says_why_its_rule_did_not_run():
    item = RuleOutcome(rule="a/b", outcome=Outcome.NOT_EVALUATED, reason="too slow")
    root = ET.fromstring(svg.rule_strip("s", "a", [item]))
    assert root.findtext("g/title") == "a/b: not evaluated (too slow)"


@pytest.mark.parametrize("number", [0, 1, 7])
def test_a_spine_joins_its_stops_from_the_top_down(number: int):
    stops = [Stop(kind="commit", title=f"stop {index}", detail="x") for index in range(number)]
    root = ET.fromstring(svg.spine("s", "Way", stops))
    tops = [int(dot.get("cy", "")) for dot in root.findall("circle")]
    assert tops == sorted(tops)
    line = root.find("line")
    assert line is not None
    if number:
        assert int(line.get("y2", "")) == max(12, tops[-1])
        assert tops[-1] + 25 <= int(root.get("height", ""))


def test_a_long_label_is_given_twice_for_the_style_sheet_to_choose():
    root = ET.fromstring(svg.spine("s", "Way", [Stop(kind="log", title="t" * 200, detail="d")]))
    lengths = {text.get("class"): len(text.text or "") for text in root.findall("text")}
    assert lengths == {"title wide": 90, "title narrow": 40, "small": 1}


def test_a_score_of_nothing_and_of_everything_are_drawn(reports: ModuleType):
    for score in (0, 1_000_000):
        ET.fromstring(svg.risk_bar(replace(reports.RISK, score_ppm=score)))
