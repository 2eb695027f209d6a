from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from assay.output.markup import Markup, each, escape, raw, tag
from assay.output.plain import visible


class Reader(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, name, attrs):
        self.tags.append((name, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def read(markup: str) -> Reader:
    reader = Reader()
    reader.feed(markup)
    reader.close()
    return reader


@given(st.text(), st.text())
def test_any_text_and_attribute_comes_back_as_it_was(text: str, value: str):
    reader = read(tag("p", text, title=value))
    assert reader.tags == [("p", {"title": visible(value)})]
    assert reader.text == visible(text)


def test_markup_is_put_in_once_and_not_escaped_again():
    assert tag("p", tag("b", "<")) == "<p><b>&lt;</b></p>"
    assert escape(escape("&")) == "&amp;"


def test_text_that_looks_like_markup_stays_text():
    assert tag("p", "<script>") == "<p>&lt;script&gt;</p>"
    assert tag("p", str(Markup("<b>")) + "<i>") == "<p>&lt;b&gt;&lt;i&gt;</p>"


def test_attributes_are_named_as_html_names_them():
    assert tag("td", class_="a", aria_label="b", hidden=True, open=False, id=None, tabindex=0) == (
        '<td class="a" aria-label="b" hidden tabindex="0"></td>'
    )
    assert tag("meta", name="n") == '<meta name="n">'


def test_children_may_be_nested_and_missing():
    assert each("a", None, ["b", None, (tag("i", child) for child in "cd")]) == "ab<i>c</i><i>d</i>"
    assert raw("<hr>") == "<hr>"
