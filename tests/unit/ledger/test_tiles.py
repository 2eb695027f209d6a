import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import LedgerCorruptError, LedgerError
from assay.ledger import tiles
from assay.ledger.tree import Frontier, leaf_hash


@pytest.mark.parametrize(
    ("level", "number", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 999, 1, "tile/0/999.p/1"),
        (1, 1000, 256, "tile/1/x001/000"),
        (3, 1234067, 256, "tile/3/x001/x234/067"),
        (63, 1234067, 255, "tile/63/x001/x234/067.p/255"),
    ],
)
def test_a_tile_is_named_as_the_specification_does(level, number, width, path):
    assert tiles.tile_path(level, number, width) == path
    assert tiles.bundle_path(number, width) == path.replace(f"tile/{level}/", "tile/entries/")


def test_the_edge_of_the_specifications_example_tree():
    # tlog-tiles, "Partial Tiles": a tree of 70,000 has partial tiles of 112, 17 and 1.
    assert tiles.widths(70_000) == [112, 17, 1]
    assert [tiles.tile_spot(level, 70_000) for level in range(3)] == [(273, 112), (1, 17), (0, 1)]
    assert tiles.widths(256) == [0, 1]
    assert tiles.widths(0) == []


def test_the_entries_under_a_place_in_a_tile():
    assert tiles.first_entry(0, 2, 3) == 515
    assert tiles.first_entry(1, 2) == 2 * 65536
    assert tiles.first_entry(1, 2, 1) == 2 * 65536 + 256


LEAVES = [leaf_hash(b"%d" % index) for index in range(1100)]


@given(st.integers(0, len(LEAVES)) | st.sampled_from([255, 256, 257, 512, 768, 1024]))
def test_the_rightmost_tiles_have_the_frontier_and_root_of_the_tree(size):
    frontier = Frontier()
    for leaf in LEAVES[:size]:
        frontier.append(leaf)
    full = [tiles.tile_root(LEAVES[start : start + 256]) for start in range(0, size - 255, 256)]
    edge = [LEAVES[size // 256 * 256 : size], full][: len(tiles.widths(size))]
    found = tiles.edge_frontier(size, edge)
    assert (found.root(), tiles.edge_root(size, edge)) == (frontier.root(), frontier.root())
    assert found.append(b"x" * 32) == frontier.append(b"x" * 32)


@pytest.mark.parametrize("edge", [[], [[b"x"] * 4], [[b"x"] * 5, [b"x"]]])
def test_an_edge_of_the_wrong_widths_has_no_root(edge):
    assert tiles.edge_root(5, edge) is None


@given(st.lists(st.binary(max_size=400), max_size=8))
def test_a_bundle_reads_back_as_it_was_written(entries):
    data = tiles.encode_bundle(entries)
    assert tiles.decode_bundle(data, 0, len(entries)) == entries
    assert tiles.bundle_bytes(entries) == len(data)


def test_a_bundle_of_the_longest_entry():
    longest = b"x" * tiles.MAX_ENTRY_BYTES
    assert tiles.decode_bundle(tiles.encode_bundle([longest]), 0, 1) == [longest]
    with pytest.raises(LedgerError, match="at most 65535 bytes, this one has 65536") as caught:
        tiles.encode_bundle([longest + b"x"])
    assert "content-addressed store" in str(caught.value.hint)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4), st.data())
def test_a_bundle_that_is_cut_off_names_the_first_entry_that_is(entries, data):
    whole = tiles.encode_bundle(entries)
    end = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(LedgerCorruptError) as caught:
        tiles.decode_bundle(whole[:end], 1000, len(entries))
    complete = next(n for n in reversed(range(len(entries))) if len(tiles.encode_bundle(entries[:n])) <= end)
    assert caught.value.index == 1000 + complete


@given(st.integers(0, 256), st.integers(0, 31))
def test_a_tile_reads_back_without_what_is_cut_off(width, rest):
    hashes = [leaf_hash(b"%d" % place) for place in range(width)]
    assert tiles.decode_tile(tiles.encode_tile(hashes) + b"x" * rest) == hashes
