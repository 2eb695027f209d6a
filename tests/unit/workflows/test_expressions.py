import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import SourceError
from assay.inspectors.workflows._expressions import (
    MAX_DEPTH,
    MAX_LENGTH,
    Call,
    Context,
    Literal,
    Operation,
    fences,
    parse_expression,
)

A, B, C = Context("a", ()), Context("b", ()), Context("c", ())


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", A),
        (" ( a ) ", A),
        ("GitHub.Event.Issue['Title']", Context("github", ("event", "issue", "title"))),
        ("github.event.commits[0].author.email", Context("github", ("event", "commits", "0", "author", "email"))),
        ("github.event.commits.*.message", Context("github", ("event", "commits", None, "message"))),
        ("github[*]", Context("github", (None,))),
        ("matrix[a]", Context("matrix", (None,))),
        ("steps.a-b_c.outputs", Context("steps", ("a-b_c", "outputs"))),
        ("'it''s'", Literal("it's")),
        ("-1.5e3", Literal("-1.5e3")),
        ("0xFF", Literal("0xFF")),
        ("true", Literal("true")),
        ("Null", Literal("Null")),
        ("f()", Call("f", ())),
        ("toJSON(a)", Call("tojson", (A,))),
        ("f(a, b && c)", Call("f", (A, Operation("&&", (B, C))))),
        ("fromJSON(a).b[0].*", Call("fromjson", (A,))),
        ("(a || b).c", Operation("||", (A, B))),
        ("!a", Operation("!", (A,))),
        ("!!a", Operation("!", (Operation("!", (A,)),))),
        ("a || b && c", Operation("||", (A, Operation("&&", (B, C))))),
        ("a && b || c", Operation("||", (Operation("&&", (A, B)), C))),
        ("a == b < c", Operation("==", (A, Operation("<", (B, C))))),
        ("a && b && c", Operation("&&", (Operation("&&", (A, B)), C))),
        ("!a == b", Operation("==", (Operation("!", (A,)), B))),
    ],
)
def test_an_expression_is_a_tree(text, tree):
    assert parse_expression(text) == tree


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a b",
        "a.",
        "a.1",
        "a[",
        "a[1",
        "a[*",
        "(a",
        "f(a",
        "f(a b)",
        "a &&",
        "&& a",
        '"a"',
        "'a",
        "a ? b",
        "a = b",
        ")",
    ],
)
def test_what_github_refuses_is_refused(text):
    with pytest.raises(SourceError, match="expression"):
        parse_expression(text)


@pytest.mark.parametrize("opening", ["(", "!", "f(", "a[", "f(a,["])
def test_depth_is_limited(opening):
    with pytest.raises(SourceError, match=r"nested at most|lacks an operand"):
        parse_expression(opening * 4_000)


def test_the_deepest_allowed_is_read():
    assert parse_expression("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH) == A


def test_length_is_limited():
    assert parse_expression("a" * MAX_LENGTH)
    with pytest.raises(SourceError, match="at most 21,000 characters"):
        parse_expression("a" * (MAX_LENGTH + 1))


@given(st.text(alphabet="ab.*[]()'!&|=<>, 01-_\"", max_size=30))
def test_any_text_is_read_or_refused(text):
    try:
        tree = parse_expression(text)
    except SourceError:
        return
    assert isinstance(tree, Context | Literal | Call | Operation)


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("no fence", []),
        ("${{ a }}", ["a"]),
        ("x ${{a}}${{ b }} y", ["a", "b"]),
        ("${{ '}}' }}", ["'}}'"]),
        ("${{ 'it''s }}' }}", ["'it''s }}'"]),
        ("${{ a", []),
        ("${{ a }} ${{ 'b }}", ["a"]),
        ("${ { a } }", []),
        ("$${{ a }}}", ["a"]),
    ],
)
def test_fences_are_found(text, bodies):
    found = list(fences(text))
    assert [fence.body for fence in found] == bodies
    for fence in found:
        assert text[fence.start : fence.end].startswith("${{")
        assert text[fence.start : fence.end].endswith("}}")
