"""The Merkle tree of RFC 6962 section 2.1: hashes, roots and proofs. Pure: no input or output.

Nodes are named by height and index: node `(h, i)` is the root of the complete subtree over the leaves
`i << h` up to `(i + 1) << h`. A complete subtree never changes, whatever the size of the log, so one
`HashReader` serves proofs for every size.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from assay.errors import VerificationError

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
"""The root of the tree without leaves."""

HashReader = Callable[[int, int], bytes]
"""`(height, index)` to the hash of that complete subtree."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry, `SHA-256(0x00 || entry)`."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node, `SHA-256(0x01 || left || right)`."""
    return sha256(b"\x01" + left + right).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """Return `leaf_hash` of each entry; written out because this is where a full verification spends its time."""
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def parents(hashes: Sequence[bytes]) -> list[bytes]:
    """Return the hashes of the nodes above each whole pair; a last odd one has no parent yet."""
    pair = iter(hashes)
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(pair, pair, strict=False)]


class Frontier:
    """The roots of the complete subtrees that make up a tree, largest first: all that appending needs to know.

    There is one for each bit set in `size`, so it never holds more than 64 hashes.
    """

    __slots__ = ("_hashes", "size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self._hashes = list(hashes)
        if len(self._hashes) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} subtrees, given {len(self._hashes)}")

    def append(self, leaf: bytes) -> list[bytes]:
        """Add one leaf hash; return the hashes of the subtrees it completes by height, the leaf itself first."""
        completed = [leaf]
        rest = self.size
        while rest & 1:
            leaf = node_hash(self._hashes.pop(), leaf)
            completed.append(leaf)
            rest >>= 1
        self._hashes.append(leaf)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Return the root hash of the tree."""
        if not self._hashes:
            return EMPTY_ROOT
        *rest, root = self._hashes
        for left in reversed(rest):
            root = node_hash(left, root)
        return root

    def copy(self) -> "Frontier":
        """Return a frontier that grows on its own."""
        return Frontier(self.size, self._hashes)


def root_at(size: int, read: HashReader) -> bytes:
    """Return the root hash of the first `size` leaves."""
    return _range_root(0, size, read) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read: HashReader) -> list[bytes]:
    """Return the audit path of leaf `index` in the tree of `size` leaves, from the leaf's sibling up.

    RFC 6962 section 2.1.1. Raises `ValueError` unless `0 <= index < size`.
    """
    if not 0 <= index < size:
        raise ValueError(f"entry {index} is not in a tree of {size}")
    path = []
    start, end = 0, size
    while end - start > 1:
        split = start + _split(end - start)
        if index < split:
            path.append(_range_root(split, end, read))
            end = split
        else:
            path.append(_range_root(start, split, read))
            start = split
    return path[::-1]


def consistency_proof(old: int, new: int, read: HashReader) -> list[bytes]:
    """Return the proof that the tree of `new` leaves begins with the tree of `old` leaves.

    RFC 6962 section 2.1.2. Empty where `old` is 0 or equals `new`. Raises `ValueError` unless `0 <= old <= new`.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} cannot extend a tree of {old}")
    if old == 0:
        return []
    proof = []
    start, end = 0, new
    while old != end:
        split = start + _split(end - start)
        if old <= split:
            proof.append(_range_root(split, end, read))
            end = split
        else:
            proof.append(_range_root(start, split, read))
            start = split
    if start:
        proof.append(_range_root(start, end, read))
    return proof[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that leaf hash `leaf` stands at `index` in the tree of `size` leaves with this root.

    Follows RFC 9162 section 2.1.3.2. Raises `VerificationError`.
    """
    if not 0 <= index < size:
        raise VerificationError(f"inclusion proof: entry {index} is not in a tree of {size}")
    node, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise VerificationError("inclusion proof: longer than the tree is high")
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while not node & 1:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    if last or found != root:
        raise VerificationError(f"inclusion proof: entry {index} is not under the root of the tree of {size}")


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Check that the tree of `new` leaves begins with the tree of `old` leaves.

    Follows RFC 9162 section 2.1.4.2. Raises `VerificationError`.
    """
    if not 0 <= old <= new:
        raise VerificationError(f"consistency proof: a tree of {new} cannot extend a tree of {old}")
    if old in {0, new}:
        expected = EMPTY_ROOT if old == 0 else new_root
        if proof or old_root != expected:
            raise VerificationError(f"consistency proof: the tree of {new} is not the tree of {old}")
        return
    # A power of two of leaves is one node of the new tree, so the prover leaves it out.
    path = [old_root, *proof] if old.bit_count() == 1 else list(proof)
    if not proof or _climb(old - 1, new - 1, path) != (old_root, new_root):
        raise VerificationError(f"consistency proof: the tree of {new} does not begin with the tree of {old}")


def _climb(node: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Return the old and the new root that a consistency proof amounts to, or None where its length is wrong."""
    while node & 1:
        node, last = node >> 1, last >> 1
    old_root = new_root = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            old_root = node_hash(sibling, old_root)
            new_root = node_hash(sibling, new_root)
            while not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new_root = node_hash(new_root, sibling)
        node, last = node >> 1, last >> 1
    return None if last else (old_root, new_root)


def _split(count: int) -> int:
    """Return the largest power of two below `count`: where RFC 6962 divides a tree."""
    return 1 << (count - 1).bit_length() - 1


def _range_root(start: int, end: int, read: HashReader) -> bytes:
    """Return the root over the leaves `start` to `end`, a range RFC 6962's division comes to."""
    roots = []
    while start < end:
        height = (end - start).bit_length() - 1
        roots.append(read(height, start >> height))
        start += 1 << height
    root = roots.pop()
    while roots:
        root = node_hash(roots.pop(), root)
    return root
