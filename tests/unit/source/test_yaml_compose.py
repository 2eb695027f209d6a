import pytest
import yaml as pyyaml
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import SourceError
from assay.source import yaml
from assay.source.yaml import compose, compose_all, find, to_plain, walk


def slice_of(data: bytes, *path: str | int) -> str:
    node = find(compose(data), *path)
    assert node is not None
    return data[node.start : node.end].decode()


def plain(text: str) -> object:
    return to_plain(compose(text.encode()))


class TestSpans:
    def test_a_scalar_is_its_text(self):
        assert slice_of(b"a: b  # c\n", "a") == "b"

    def test_quotes_belong_to_it(self):
        assert slice_of(b"a: 'b''c'\n", "a") == "'b''c'"

    def test_a_tag_and_an_anchor_belong_to_it(self):
        assert slice_of(b"a: &x !!str b\n", "a") == "&x !!str b"

    def test_a_plain_scalar_over_lines_ends_at_its_last_word(self):
        assert slice_of(b"a: b\n  c\n\n# d\ne: f\n", "a") == "b\n  c"

    @pytest.mark.parametrize("header", ["|", "|-", "|+", ">", ">2-"])
    def test_a_block_scalar_ends_with_its_last_line_of_content(self, header):
        data = f"a: {header}\n  b\n  c \n\n\n# d\ne: f\n".encode()
        assert slice_of(data, "a") == f"{header}\n  b\n  c "

    def test_an_empty_block_scalar_is_its_header(self):
        assert slice_of(b"a: |\n\n\nb: c\n", "a") == "|"

    def test_a_block_mapping_ends_with_its_last_value(self):
        assert slice_of(b"a:\n  b: 1\n  c: 2  # d\n\n# e\nf: 3\n", "a") == "b: 1\n  c: 2"

    def test_a_block_sequence_ends_with_its_last_item(self):
        assert slice_of(b"a:\n- b\n- c: 1\n  d: 2\n\n\n# e\nf: 3\n", "a") == "- b\n- c: 1\n  d: 2"

    def test_a_flow_collection_ends_with_its_bracket(self):
        assert slice_of(b"a: [b, {c: d} ]  # e\n", "a") == "[b, {c: d} ]"

    def test_a_value_not_written_stands_behind_its_colon(self):
        data = b"a:  # c\n\nb: 1\n"
        node = find(compose(data), "a")
        assert (node.start, node.end, node.value) == (2, 2, None)

    def test_a_key_alone_ends_its_mapping(self):
        assert slice_of(b"x:\n  ? a\n\n# c\ny: 1\n", "x") == "? a"

    def test_a_list_of_nothing_ends_with_its_dash(self):
        assert slice_of(b"x:\n  - a\n  -\n\n# c\ny: 1\n", "x") == "- a\n  -"

    def test_a_collection_that_ends_with_an_alias_includes_it(self):
        assert slice_of(b"a: &x 1\nb:\n  c: *x\n\nd: 2\n", "b") == "c: *x"

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("mark", ["", "\ufeff"])
    def test_offsets_count_bytes_whatever_stands_before(self, end, mark):
        data = f"{mark}é: 'ü€😀'{end}b: |{end}  😀{end}{end}c: d{end}".encode()
        assert slice_of(data, "é") == "'ü€😀'"
        assert slice_of(data, "b") == f"|{end}  😀"
        assert slice_of(data, "c") == "d"

    def test_a_second_byte_order_mark_is_counted(self):
        assert slice_of("\ufeff\ufeffa: b\n".encode(), "a") == "b"


class TestStructure:
    def test_on_is_a_string(self):
        assert plain("on: push") == {"on": "push"}

    def test_nothing_is_no_document(self):
        assert compose(b"") is None
        assert compose(b"# only a comment\n") is None

    def test_documents_come_in_order_and_share_no_anchor(self):
        assert [to_plain(root) for root in compose_all(b"--- &a 1\n--- &a 2\n...\n")] == [1, 2]
        with pytest.raises(SourceError, match="an alias must follow its anchor"):
            compose_all(b"--- &a 1\n--- *a\n")

    def test_one_document_is_asked_for(self):
        with pytest.raises(SourceError, match="expected one YAML document, found 2"):
            compose(b"--- 1\n--- 2\n")

    def test_an_alias_is_the_node_itself(self):
        root = compose(b"a: &x [1]\nb: *x\n")
        assert find(root, "a") is find(root, "b")

    def test_an_anchor_given_again_names_the_later_node(self):
        assert plain("[&a 1, *a, &a 2, *a]") == [1, 1, 2, 2]

    def test_an_alias_may_be_a_key(self):
        assert plain("- &a k\n- *a : v\n") == ["k", {"k": "v"}]

    @pytest.mark.parametrize(
        "merge", ["{<<: *a, y: 3}", "{y: 3, <<: *a}", "{<<: [*a, *b], y: 3}", "{<<: [{x: 1}, *b], y: 3}"]
    )
    def test_a_merge_key_adds_what_is_missing(self, merge):
        found = plain(f"- &a {{x: 1, y: 2}}\n- &b {{x: 9}}\n- {merge}")
        assert found[2] == {"x": 1, "y": 3}

    def test_own_pairs_come_before_merged_ones(self):
        assert list(find(compose(b"[&a {x: 1}, {<<: *a, y: 2}]"), 1).pairs) == ["y", "x"]

    def test_a_quoted_merge_key_is_a_key(self):
        assert plain("'<<': 1") == {"<<": 1}

    def test_a_number_json_lacks_stays_text(self):
        assert plain("[.inf, -.INF, .nan, 1e999, 1.5]") == [".inf", "-.INF", ".nan", "1e999", 1.5]

    def test_a_tag_of_ours_is_kept(self):
        assert find(compose(b"a: !Ref b\n"), "a").tag == "!Ref"
        assert compose(b"!x [1]").tag == "!x"
        assert compose(b"!x {a: 1}").tag == "!x"

    def test_find_asks_only_what_can_be_asked(self):
        root = compose(b"a: [b, {c: d}]\n")
        assert find(root, "a", 1, "c").value == "d"
        assert find(root) is root
        for path in [("x",), ("a", 2), ("a", -1), ("a", "c"), ("a", 0, "c"), (0,)]:
            assert find(root, *path) is None
        assert find(None, "a") is None

    def test_walk_meets_every_node_once_per_way(self):
        root = compose(b"a: &x [1]\nb: *x\n")
        ways = [path for path, _ in walk(root)]
        assert ways == [(), ("a",), ("a", 0), ("b",), ("b", 0)]

    def test_weight_counts_what_a_reader_visits(self):
        root = compose(b"a: &x [1, 2]\nb: {c: *x}\n")
        keys = 3
        assert root.weight == len(list(walk(root))) + keys
        assert root.height == 4


class TestRefused:
    @pytest.mark.parametrize(
        ("text", "line", "message"),
        [
            ("a: 1\nb: 2\na: 3\n", 1, "given twice"),
            ("a:\n  x: 1\n  'x': 2\n", 2, "given twice"),
            ("a: 1\n? [b]\n: c\n", 1, "keys of a mapping must be scalars"),
            ("a: 1\n<<: b\n", 1, "must be given mappings"),
            ("a: 1\n<<: [{b: 1}, 2]\n", 1, "must be given mappings"),
            ("a: 1\nb: *c\n", 2, "must follow its anchor"),
            ("a: [1, 2\n", 2, "not YAML"),
            ("a: b: c\n", 1, "not YAML"),
            ("a:\n\tb: 1\n", 2, "not YAML"),
            ("a: 1\nb: `\n", 2, "not YAML"),
            ("%YAML 9.9\n---\na: 1\n", 1, "not YAML"),
            ("a: !<x\n", 1, "not YAML"),
        ],
    )
    def test_the_message_says_what_and_the_line_where(self, text, line, message):
        with pytest.raises(SourceError, match=message) as caught:
            compose(text.encode())
        assert caught.value.line == line

    def test_a_message_never_quotes_the_file(self):
        with pytest.raises(SourceError) as caught:
            compose(b"password: [hunter2\n")
        assert "hunter2" not in str(caught.value)


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufeff\ufffe\uffff"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


def dump(value: object, *, flow: bool | None, end: str, quote: str | None) -> bytes:
    text = pyyaml.dump(
        value, Dumper=pyyaml.CSafeDumper, default_flow_style=flow, allow_unicode=True, default_style=quote, width=40
    )
    return text.replace("\n", end).encode()


@given(value=VALUES, flow=st.sampled_from([True, False, None]), end=st.sampled_from(["\n", "\r\n"]), mark=st.booleans())
def test_what_is_written_is_read(value, flow, end, mark):
    data = b"\xef\xbb\xbf" * mark + dump(value, flow=flow, end=end, quote=None)
    root = compose(data)
    # PyYAML writes YAML 1.1: what it leaves plain there is the same in 1.2, for it quotes more than 1.2 needs.
    assert to_plain(root) == value


@given(value=VALUES, flow=st.sampled_from([True, False, None]), end=st.sampled_from(["\n", "\r\n"]))
def test_every_span_is_text_of_the_same_value(value, flow, end):
    data = b"# \xc3\xa9" + end.encode() + dump({"k": [value]}, flow=flow, end=end, quote=None)
    for path, node in walk(compose(data)):
        column = node.start - data.rfind(b"\n", 0, node.start) - 1
        # A block collection starts in the middle of a line: the spaces keep its lines aligned.
        again = compose(b" " * column + data[node.start : node.end] + end.encode())
        expected = to_plain(node)
        if isinstance(node, yaml.Scalar) and node.start == node.end:
            assert expected is None
        else:
            assert again is not None, path
            assert to_plain(again) == expected, path


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    try:
        roots = compose_all(data)
    except SourceError:
        return
    for root in roots:
        for _, node in walk(root):
            assert 0 <= node.start <= node.end <= len(data)


@given(st.text(alphabet="ab:-?[]{},&*!|>'\"#%@ \n\t\r~<\ufeffé", max_size=40))
def test_any_arrangement_of_indicators_is_read_or_refused(text):
    data = text.encode()
    try:
        roots = compose_all(data)
    except SourceError:
        return
    for root in roots:
        for _, node in walk(root):
            assert 0 <= node.start <= node.end <= len(data)
        to_plain(root)
