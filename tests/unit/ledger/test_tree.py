"""The tree against a second one, written from the recursive definitions of RFC 6962 section 2.1 alone."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import VerificationError
from assay.ledger import tree

Leaves = Sequence[bytes]


def mth(leaves: Leaves) -> bytes:
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    k = largest_power_below(len(leaves))
    return hashlib.sha256(b"\1" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m: int, leaves: Leaves) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = largest_power_below(len(leaves))
    return [*path(m, leaves[:k]), mth(leaves[k:])] if m < k else [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: Leaves, known: bool) -> list[bytes]:
    if m == len(leaves):
        return [] if known else [mth(leaves)]
    k = largest_power_below(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], known), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


def largest_power_below(n: int) -> int:
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def root_from_path(leaf: bytes, m: int, n: int, proof: Leaves) -> bytes:
    if n == 1:
        return hashlib.sha256(b"\0" + leaf).digest()
    k = largest_power_below(n)
    *rest, top = proof
    if m < k:
        return hashlib.sha256(b"\1" + root_from_path(leaf, m, k, rest) + top).digest()
    return hashlib.sha256(b"\1" + top + root_from_path(leaf, m - k, n - k, rest)).digest()


def reader(leaves: Leaves) -> tree.HashReader:
    return lambda height, index: mth(leaves[index << height : (index + 1) << height])


logs = st.lists(st.binary(max_size=3), max_size=40)
# A proof's shape depends on the size alone, so these leaves need not differ from run to run.
NUMBERED = [str(number).encode() for number in range(80)]


@given(logs)
def test_a_frontier_grown_leaf_by_leaf_has_the_root_of_the_definition(leaves):
    frontier = tree.Frontier()
    for size, leaf in enumerate(leaves):
        assert frontier.root() == mth(leaves[:size])
        completed = frontier.append(tree.leaf_hash(leaf))
        for height, node in enumerate(completed):
            assert node == mth(leaves[size + 1 - (1 << height) : size + 1])
    assert (frontier.size, frontier.root()) == (len(leaves), mth(leaves))
    assert tree.root_at(len(leaves), reader(leaves)) == mth(leaves)


def test_a_copy_of_a_frontier_grows_on_its_own():
    frontier = tree.Frontier(1, [tree.leaf_hash(b"a")])
    frontier.copy().append(tree.leaf_hash(b"b"))
    assert (frontier.size, frontier.root()) == (1, mth([b"a"]))


def test_a_frontier_has_one_subtree_for_each_bit_of_its_size():
    with pytest.raises(ValueError, match="3 leaves has 2 subtrees, given 1"):
        tree.Frontier(3, [b"x"])


@given(logs.filter(bool), st.data())
def test_an_inclusion_proof_is_the_one_defined_and_both_verifiers_take_it(leaves, data):
    size = len(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof = tree.inclusion_proof(index, size, reader(leaves))
    assert proof == path(index, leaves)
    assert root_from_path(leaves[index], index, size, proof) == mth(leaves)
    tree.verify_inclusion(tree.leaf_hash(leaves[index]), index, size, proof, mth(leaves))


@given(st.integers(1, 80), st.data())
def test_an_inclusion_proof_holds_for_nothing_else(size, data):
    index = data.draw(st.integers(0, size - 1))
    root = mth(NUMBERED[:size])
    leaf = tree.leaf_hash(NUMBERED[index])
    proof = path(index, NUMBERED[:size])
    other = data.draw(st.integers(0, size).filter(lambda other: other != index))
    wrong = [
        (leaf, other, proof, root),
        (tree.leaf_hash(b"forged"), index, proof, root),
        (leaf, index, [*proof, root], root),
        (leaf, index, proof, tree.leaf_hash(b"root")),
    ]
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        wrong += [
            (leaf, index, proof[1:], root),
            (leaf, index, proof[:-1], root),
            (leaf, index, [*proof[:place], root, *proof[place + 1 :]], root),
        ]
    for case in wrong:
        with pytest.raises(VerificationError, match="inclusion proof"):
            tree.verify_inclusion(case[0], case[1], size, *case[2:])


@given(st.integers(0, 80), st.data())
def test_a_consistency_proof_is_the_one_defined_and_holds(new, data):
    old = data.draw(st.integers(0, new))
    leaves = NUMBERED[:new]
    proof = tree.consistency_proof(old, new, reader(leaves))
    assert proof == (subproof(old, leaves, True) if old else [])
    tree.verify_consistency(old, new, proof, mth(leaves[:old]), mth(leaves))


@given(st.integers(1, 80), st.data())
def test_a_consistency_proof_holds_for_nothing_else(new, data):
    old = data.draw(st.integers(0, new))
    leaves = NUMBERED[:new]
    roots = (mth(leaves[:old]), mth(leaves))
    proof = tree.consistency_proof(old, new, reader(leaves))
    forged = tree.leaf_hash(b"forged")
    wrong = [([*proof, forged], *roots), (proof, forged, roots[1])]
    if old:
        wrong.append((proof, roots[0], forged))
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        wrong += [
            (proof[1:], *roots),
            (proof[:-1], *roots),
            ([*proof[:place], forged, *proof[place + 1 :]], *roots),
        ]
    for case in wrong:
        with pytest.raises(VerificationError, match="consistency proof"):
            tree.verify_consistency(old, new, *case)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 3), (3, 3)])
def test_there_is_no_proof_for_what_is_not_in_the_tree(index, size):
    with pytest.raises(ValueError, match="is not in a tree of"):
        tree.inclusion_proof(index, size, reader(NUMBERED))
    with pytest.raises(VerificationError, match="is not in a tree of"):
        tree.verify_inclusion(b"", index, size, [], b"")


@pytest.mark.parametrize(("old", "new"), [(-1, 3), (4, 3)])
def test_a_tree_extends_no_larger_one(old, new):
    with pytest.raises(ValueError, match="cannot extend"):
        tree.consistency_proof(old, new, reader(NUMBERED))
    with pytest.raises(VerificationError, match="cannot extend"):
        tree.verify_consistency(old, new, [], b"", b"")


def test_the_vectors_of_certificate_transparency():
    # The leaves and roots of certificate-transparency-go's merkle tree tests.
    leaves = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243")]
    roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    ]
    frontier = tree.Frontier()
    for leaf, root in zip(leaves, roots, strict=True):
        frontier.append(tree.leaf_hash(leaf))
        assert frontier.root().hex() == root
    assert tree.EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
